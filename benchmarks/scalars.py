"""`python -m benchmarks.scalars`: gradients of functions of numbers in plain Python, beside the function and an adjoint by hand."""
from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import tangentlite as tl
from benchmarks.timing import medians, table


def griewank(w1, w2):
    return (math.sin(2 * math.pi * w1 / w2) + 3 * w1 / w2 - math.exp(2 * w2)) * (3 * w1 / w2 - math.exp(2 * w2))


def griewank_by_hand(w1, w2):
    q = w1 / w2
    phase = 2 * math.pi * q
    e = math.exp(2 * w2)
    right = 3 * q - e
    left = math.sin(phase) + right
    both = left + right
    q_bar = 3.0 * both + 2 * math.pi * right * math.cos(phase)
    w1_bar = q_bar / w2
    return w1_bar, -w1_bar * q - 2.0 * both * e


def logistic(r, x, n):
    for _ in range(n):
        x = r * x * (1.0 - x)
    return x


def logistic_by_hand(r, x, n):
    tape = []
    for _ in range(n):
        tape.append(x)
        x = r * x * (1.0 - x)
    r_bar, x_bar = 0.0, 1.0
    for x in reversed(tape):
        r_bar += x_bar * x * (1.0 - x)
        x_bar = x_bar * r * (1.0 - 2.0 * x)
    return r_bar, x_bar


def lotka(a, b, x, y, n):
    """Lotka-Volterra by Heun's method."""
    h = 0.01
    for _ in range(n):
        k1, l1 = a * x - x * y, x * y - b * y
        u, v = x + h * k1, y + h * l1
        k2, l2 = a * u - u * v, u * v - b * v
        x = x + 0.5 * h * (k1 + k2)
        y = y + 0.5 * h * (l1 + l2)
    return x * y


def lotka_by_hand(a, b, x, y, n):
    h = 0.01
    tape = []
    for _ in range(n):
        tape.append((x, y))
        k1, l1 = a * x - x * y, x * y - b * y
        u, v = x + h * k1, y + h * l1
        x, y = x + 0.5 * h * (k1 + a * u - u * v), y + 0.5 * h * (l1 + u * v - b * v)
    x_bar, y_bar, a_bar, b_bar = y, x, 0.0, 0.0
    for x, y in reversed(tape):
        u, v = x + h * (a * x - x * y), y + h * (x * y - b * y)
        k_bar, l_bar = 0.5 * h * x_bar, 0.5 * h * y_bar
        u_bar = k_bar * (a - v) + l_bar * v
        v_bar = l_bar * (u - b) - k_bar * u
        k1_bar, l1_bar = k_bar + h * u_bar, l_bar + h * v_bar
        a_bar += k_bar * u + k1_bar * x
        b_bar -= l_bar * v + l1_bar * y
        x_bar += u_bar + k1_bar * (a - y) + l1_bar * y
        y_bar += v_bar + l1_bar * (x - b) - k1_bar * x
    return a_bar, b_bar, x_bar, y_bar


def tridiagonal(d, r):
    """Sum of squares of the solution of a system with 1 beside the diagonal, by Thomas' algorithm; lists of numbers."""
    n = len(d)
    c, z = [1.0 / d[0]], [r[0] / d[0]]
    for i in range(1, n):
        m = d[i] - c[i - 1]
        c.append(1.0 / m)
        z.append((r[i] - z[i - 1]) / m)
    x = z[n - 1]
    s = x * x
    for i in range(n - 2, -1, -1):
        x = z[i] - c[i] * x
        s += x * x
    return s


def tridiagonal_by_hand(d, r):
    n = len(d)
    c, z = [1.0 / d[0]], [r[0] / d[0]]
    for i in range(1, n):
        m = d[i] - c[i - 1]
        c.append(1.0 / m)
        z.append((r[i] - z[i - 1]) / m)
    x = [0.0] * n
    x[n - 1] = z[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = z[i] - c[i] * x[i + 1]

    c_bar, z_bar, d_bar, r_bar = [0.0] * n, [0.0] * n, [0.0] * n, [0.0] * n
    x_bar = 0.0
    for i in range(n - 1):
        x_bar = 2.0 * x[i] - x_bar
        z_bar[i] = x_bar
        c_bar[i] = -x_bar * x[i + 1]
        x_bar = x_bar * c[i]
    z_bar[n - 1] = 2.0 * x[n - 1] - x_bar
    for i in range(n - 1, 0, -1):
        r_bar[i] = z_bar[i] * c[i]
        z_bar[i - 1] -= r_bar[i]
        d_bar[i] = -r_bar[i] * z[i] - c_bar[i] * c[i] * c[i]
        c_bar[i - 1] -= d_bar[i]
    r_bar[0] = z_bar[0] * c[0]
    d_bar[0] = -r_bar[0] * z[0] - c_bar[0] * c[0] * c[0]
    return d_bar, r_bar


Case = tuple[Callable[..., Any], Callable[..., Any], tuple[Any, ...], tuple[int, ...], int]
CASES: list[Case] = [
    (griewank, griewank_by_hand, (1.0, 2.0), (0, 1), 2000),
    (logistic, logistic_by_hand, (3.7, 0.3, 1000), (0, 1), 2),
    (lotka, lotka_by_hand, (1.1, 0.4, 1.0, 0.7, 300), (0, 1, 2, 3), 2),
    (tridiagonal, tridiagonal_by_hand, ([4.0 + 0.001 * k for k in range(300)], [math.sin(k) for k in range(300)]), (0, 1), 2),
]


def same(a: Any, b: Any) -> bool:
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(same, a, b))
    return math.isclose(a, b, rel_tol=1e-10, abs_tol=1e-10)


def dispatch(rounds: int = 31) -> str:
    """What a call costs beyond the generated function itself."""
    rows = []
    for count in (1, 2, 4, 8):
        names = ", ".join(f"x{k}" for k in range(count))
        gradient = tl.grad(SUMS[count], tuple(range(count)))
        args = (1.0,) * count
        generated = gradient.specialize(*args)
        calls = {}
        for name, f in (("call", gradient), ("generated", generated)):
            space: dict[str, Any] = {"f": f, "args": args}
            exec(f"def calls(n=2000):\n    {names}, = args\n    for _ in range(n):\n        f({names})", space)
            calls[name] = space["calls"]
        t = medians(calls, rounds)
        rows.append([str(count), *(f"{seconds / 2000 * 1e9:.0f}" for seconds in (*t.values(), t["call"] - t["generated"]))])
    return table("Warm calls with numbers, ns", ["arguments", "call", "generated", "dispatch"], rows)


SUMS: dict[int, Callable[..., Any]] = {
    1: lambda x0: x0 * 2.0, 2: lambda x0, x1: x0 * x1, 4: lambda x0, x1, x2, x3: x0 * x1 + x2 * x3,
    8: lambda x0, x1, x2, x3, x4, x5, x6, x7: x0 * x1 + x2 * x3 + x4 * x5 + x6 * x7,
}


def gradients(rounds: int = 31) -> str:
    rows = []
    for f, by_hand, args, wrt, inner in CASES:
        tasks = {"function": partial(f, *args), "by hand": partial(by_hand, *args), "ours": partial(tl.grad(f, wrt), *args)}
        if not same(tasks["by hand"](), tasks["ours"]()):
            raise ValueError(f"the gradients of {f.__name__} differ")
        t = medians(tasks, rounds, inner)
        rows.append([f.__name__, *(f"{seconds * 1e6:.2f}" for seconds in t.values()), f"{t['ours'] / t['by hand']:.2f}",
                     f"{t['ours'] / t['function']:.2f}"])
    return table("Gradients of functions of numbers, Python alone, µs",
                 ["", "function", "by hand", "gradient", "/ by hand", "/ function"], rows)


def main() -> None:
    print(dispatch())
    print(gradients())


if __name__ == "__main__":
    main()
