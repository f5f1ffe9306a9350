"""What statements of the primal become in the text."""
from __future__ import annotations

import tangentlite as tl


def code(f, *args, **options):
    """The lines of a derivative without its header, docstring and comments."""
    lines = tl.source(f, *args, **options).split("\n")
    return [line for line in lines[2:] if line and not line.lstrip().startswith("#")]


def repeat(x, n):
    r = x
    for _ in range(n):
        r = r * x
    return r


def scale(x, _, n):
    while n > 0:
        x = 2.0 * x
        n = n - 1
    return x * _


def last(x, n):
    for _ in range(n):
        x = x * 2.0
    return x * _


def report(x):
    z = x * x
    print("value", z)
    return z * x


def test_an_unused_loop_variable_keeps_its_name():
    for mode in ("reverse", "forward"):
        assert "    for _ in range(n):" in code(repeat, 2.0, 3, mode=mode)


def test_an_underscore_that_is_read_is_not_written_over():
    assert tl.grad(scale)(2.0, 3.0, 2) == 12.0
    assert tl.grad(last)(2.0, 3) == 16.0
    assert "    for _1 in range(trips):" in code(scale, 2.0, 3.0, 2)


def products(xs):
    return sum(a * b for a in xs for b in xs)


def products_with_j(xs, j):
    return sum(a * b for a in xs for b in xs) * j


def test_nested_loops_count_with_different_names():
    for f, args, inner in ((products, ([2.0, 3.0],), "j"), (products_with_j, ([2.0, 3.0], 2.0), "k")):
        text = "\n".join(code(f, *args))
        assert text.count("for i in range(len(xs))") == 1
        assert text.count(f"for {inner} in range(len(xs))") == 1
        assert text.count(f"for {inner} in reversed(range(len(xs)))") == 1


def test_a_call_for_its_effect_has_no_target():
    assert "    print('value', z)" in code(report, 2.0)


def test_conditional_expressions_leave_no_line_of_spaces():
    def f(x, y):
        return (x if x > y else y) * (1.0 if y > 0 else x)

    for mode in ("reverse", "forward", "vjp", "primal"):
        assert all(line.strip() for line in tl.source(f, 1.0, 2.0, mode=mode).split("\n") if line)
