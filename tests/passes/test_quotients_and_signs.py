"""What adjoints compute once, and where their signs are."""
import math

import numpy as np
import pytest

import tangentlite as tl


def source(f, *args, **options):
    """The text, without the lines of the primal that it quotes."""
    return "\n".join(line for line in tl.source(f, *args, **options).split("\n") if not line.strip().startswith("#"))


def check(f, *args):
    for k, g in enumerate(tl.grad(f, tuple(range(len(args))))(*args)):
        ends = [f(*(a + t if i == k else a for i, a in enumerate(args))) for t in (1e-6, -1e-6)]
        assert np.sum(g) == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-7)


def quotient(a, b):
    return math.sin(a / b)


def reciprocal(a):
    return math.sin(1.0 / a)


def negative_products(a, b, c):
    for _ in range(3):
        c = c - a * b
    return c * c


def shared_factor(a, b, c):
    return math.sin(a * c) * c + math.cos(b) * c * a


def same_divisor(a, b, c):
    return (a + b / c) / c


def test_a_quotient_is_computed_once():
    text = source(quotient, 1.0, 2.0)
    assert text.count("/ b") == 2  # the primal's, and one more
    assert "b_bar = -a_bar * v1" in text
    check(quotient, 1.0, 2.0)
    assert source(quotient, 1.0, 2.0, wrt="b").count("/ b") == 2


def test_the_slope_of_a_reciprocal_is_no_quotient():
    assert source(reciprocal, 0.3).count("/") == 1
    check(reciprocal, 0.3)


def test_signs_are_where_adjoints_are_used():
    text = source(negative_products, 1.0, 2.0, 3.0)
    assert "a_bar -= c_bar * b" in text
    assert "b_bar -= c_bar * a" in text
    check(negative_products, 0.3, 0.4, 0.5)


@pytest.mark.parametrize("f", [shared_factor, same_divisor])
def test_gradients(f):
    check(f, 0.3, 0.4, 0.5)


def test_booleans_are_not_added():
    """The sum of two booleans is one of them."""
    def f(x, y):
        return x * (y > 0.1) * 2.0 + x * (y > 0.2) * 3.0

    assert tl.grad(f)(1.0, 1.0) == 5.0


def test_integers_stay_factors():
    def f(x, n):
        return x * n * 2.0 + x * (n + 1) * n

    assert tl.grad(f)(1.0, 3) == 18.0


def product_of_arrays(x, y, s):
    return s * np.sum((x - y) * x) - np.sum(x * y / s)


def test_arrays():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=4), rng.normal(size=4)
    gradients = tl.grad(product_of_arrays, (0, 1, 2))(x, y, 1.5)
    np.testing.assert_allclose(gradients[0], 1.5 * (2.0 * x - y) - y / 1.5)
    np.testing.assert_allclose(gradients[1], -1.5 * x - x / 1.5)
    assert gradients[2] == pytest.approx(np.sum((x - y) * x) + np.sum(x * y) / 2.25)


def systems(s, g, h):
    return np.sum(np.linalg.solve(s, g) ** 2) + g @ np.linalg.solve(s.T, h) + np.log(np.linalg.det(s))


def test_one_inverse_for_several_systems():
    rng = np.random.default_rng(1)
    s, g, h = np.eye(3) * 3.0 + 0.3 * rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=3)
    text = source(systems, s, g, h)
    assert "np.linalg.solve" not in text  # the reverse sweep alone needs the solutions
    assert text.count("np.linalg.inv") == 1
    assert "cofactors" not in text
    for k, (x, bar) in enumerate(zip((s, g, h), tl.grad(systems, (0, 1, 2))(s, g, h))):
        direction = rng.normal(size=x.shape)
        ends = [systems(*(a + t * direction if i == k else a for i, a in enumerate((s, g, h)))) for t in (1e-6, -1e-6)]
        assert np.sum(bar * direction) == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6)


def test_one_system_is_solved():
    def f(s, g):
        return np.sum(np.linalg.solve(s, g))

    assert "np.linalg.inv" not in source(f, np.eye(2), np.ones(2))


def test_stacks_of_systems_are_solved():
    def f(s, g):
        return np.sum(np.linalg.solve(s, g) * np.linalg.solve(s, 2.0 * g))

    s, g = np.stack([np.eye(2) * 2.0, np.eye(2) * 3.0]), np.ones((2, 2, 1))
    np.testing.assert_allclose(tl.grad(f, 1)(s, g), np.stack([np.ones((2, 1)), np.full((2, 1), 4.0 / 9.0)]))


def test_the_determinant_of_a_singular_matrix_has_a_slope():
    singular = np.array([[1.0, 2.0], [2.0, 4.0]])
    np.testing.assert_allclose(tl.grad(lambda x: np.linalg.det(x))(singular),
                               [[4.0, -2.0], [-2.0, 1.0]], atol=1e-12)
