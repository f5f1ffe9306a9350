"""Three exercises of a first lecture on automatic differentiation."""
import numpy as np


def log_sin_cos(x):
    return np.log(np.sin(x) * np.cos(x))


def two_products(x, y, z, q):
    return (x + y) * z, (x + y) * q


def sum_times_sine(x, y):
    return (x + y) * np.sin(x)


def main() -> None:
    import tangentlite as tl

    x = 0.5
    print(f"d/dx ln(sin x cos x) at {x}: {tl.grad(log_sin_cos)(x):.12f}")
    print(f"by hand, 2 / tan(2 x):           {2 / np.tan(2 * x):.12f}\n")
    print(tl.source(log_sin_cos, x))

    point = 1.0, 2.0, 3.0, 4.0
    _, pullback = tl.vjp(two_products, *point)
    rows = [pullback(y_bar) for y_bar in ((1.0, 0.0), (0.0, 1.0))]
    print("the Jacobian of ((x + y) z, (x + y) q) at", point)
    print("by rows, one reverse sweep each:")
    print(np.array(rows))
    columns = [tl.jvp(two_products, point, tuple(x_dot))[1] for x_dot in np.eye(4).tolist()]
    print("by columns, one forward sweep each:")
    print(np.array(columns).T)

    x_bar, y_bar = tl.grad(sum_times_sine, argnums=(0, 1))(np.pi, np.pi)
    print(f"\ngradient of (x + y) sin x at x = y = pi: ({x_bar:.12f}, {y_bar:.2g})")


if __name__ == "__main__":
    main()
