"""Systems of equations that share one inverse."""
import numpy as np
import pytest

import tangentlite as tl

RNG = np.random.default_rng(3)
A = RNG.normal(size=(4, 4)) + 4.0 * np.eye(4)
B, C, M = RNG.normal(size=4), RNG.normal(size=4), RNG.normal(size=(4, 3))
YS = RNG.normal(size=(5, 4))


def two_vectors(a, b, c):
    return np.linalg.solve(a, b) @ np.linalg.solve(a, c)


def vector_and_matrix(a, b, m):
    return np.sum(np.linalg.solve(a, m).T @ np.linalg.solve(a, b))


def likelihood(a, b):
    z = np.linalg.solve(a, b)
    return z @ z + np.log(np.linalg.det(a))


def value_used(a, b):
    """The solution decides a branch: the function's own one does."""
    z = np.linalg.solve(a, b)
    if z[0] > 0.0:
        return z @ z + np.log(np.linalg.det(a))
    return np.log(np.linalg.det(a)) - b @ z


def loop(a, ys):
    loss = 0.0
    for y in ys:
        loss = loss + y @ np.linalg.solve(a, y) + np.log(np.linalg.det(a))
        a = a + np.outer(y, y)
    return loss


def changed_in_place(a, ys):
    """Matrix and right side are written after the system is solved."""
    a, b, loss = a.copy(), np.ones(4), 0.0
    for y in ys:
        b[0] = b[0] + y[1]
        loss = loss + y @ np.linalg.solve(a, b) * np.log(np.linalg.det(a))
        a[1] += y
        b *= 0.5
    return loss


def one_after_another(a, ys):
    loss = 0.0
    for y in ys:
        z = np.linalg.solve(a, np.linalg.solve(a, y))
        loss = loss + z @ z * np.log(np.linalg.det(a))
    return loss


def transposed_twice(a, b):
    return np.linalg.solve(a.T, b) @ np.linalg.solve(a.T.T, b) + np.log(np.linalg.det(a.T))


CASES = {
    two_vectors: (A, B, C), vector_and_matrix: (A, B, M), likelihood: (A, B), value_used: (A, B), loop: (A, YS), one_after_another: (A, YS),
    changed_in_place: (A, YS), transposed_twice: (A, B),
}


@pytest.mark.parametrize("f", CASES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("options", [{}, {"checkpoint": "revolve", "slots": 2}], ids=["recorded", "revolve"])
def test_gradients_agree_with_differences(f, options):
    args = CASES[f]
    wrt = tuple(range(len(args)))
    given = [a.copy() for a in args]
    gradients = tl.grad(f, wrt, **options)(*given)
    assert all(np.array_equal(a, b) for a, b in zip(given, args))
    for k, g in zip(wrt, gradients):
        direction = RNG.normal(size=args[k].shape)
        ends = [f(*(a + t * direction if i == k else a for i, a in enumerate(args))) for t in (1e-6, -1e-6)]
        assert np.sum(g * direction) == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6)
    value, same = tl.value_and_grad(f, wrt, **options)(*args)
    assert value == f(*args)
    assert all(np.allclose(a, b, rtol=1e-12, atol=1e-13) for a, b in zip(same, gradients))


@pytest.mark.parametrize("f", [loop, one_after_another, changed_in_place])
def test_checkpoints_change_no_bit(f):
    recorded = tl.grad(f, (0, 1))(*CASES[f])
    again = tl.grad(f, (0, 1), checkpoint="revolve", slots=2)(*CASES[f])
    assert all(map(np.array_equal, recorded, again))
    value, recorded = tl.value_and_grad(f, (0, 1))(*CASES[f])
    same, again = tl.value_and_grad(f, (0, 1), checkpoint="revolve", slots=2)(*CASES[f])
    assert value == same
    assert all(map(np.array_equal, recorded, again))


def own(f):
    """The text of a gradient, without the lines of the function that it quotes."""
    text = tl.source(f, *CASES[f])
    return "\n".join(line for line in text.split("\n") if not line.strip().startswith("#"))


def test_systems_with_one_right_side_are_solved_one_by_one():
    assert "inv(" not in own(two_vectors)
    assert own(two_vectors).count("np.linalg.solve(") == 4


def test_one_factorization_serves_them_all():
    for f in (likelihood, loop, transposed_twice):
        assert own(f).count("np.linalg.") == 1, f.__name__
    assert "tape.append((i, a_1))" in own(loop)
    assert own(value_used).count("np.linalg.solve(") >= 1
