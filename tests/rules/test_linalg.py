"""Linear algebra through the whole package: results that are unique up to a phase alone, and where there is no derivative."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg as sl

import tangentlite as tl
from tangentlite.errors import TransformError

RNG = np.random.default_rng(5)
COMPLEX, WEIGHTS = RNG.normal(size=(3, 3)) + 1j * RNG.normal(size=(3, 3)), RNG.normal(size=(3, 3))
TALL, POSITIVE = RNG.normal(size=(4, 2)), COMPLEX.real @ COMPLEX.real.T + np.eye(3)
RIGHT, RIGHTS = RNG.normal(size=3), RNG.normal(size=(2, 3, 2))


def eigh(x):
    w, v = np.linalg.eigh(x @ np.conj(x.T))
    return np.sum(np.abs(v) ** 2 * WEIGHTS) + w[1]


def eig(x):
    w, v = np.linalg.eig(x)
    return np.sum(np.real(v) ** 3 * WEIGHTS) + np.sum(np.abs(w) ** 2)


def directions(x):
    return np.sum(np.abs(np.linalg.eig(x)[1]) ** 2 * WEIGHTS[:, :1])


def smallest(x):
    return np.linalg.norm(x, -np.inf) * np.linalg.norm(x[0], -np.inf)


def named(x):
    e, d = np.linalg.eig(x), np.linalg.svd(x)
    return np.sum(np.abs(e.eigenvalues) ** 2) + d.S[0] + np.linalg.slogdet(x).logabsdet


def svd(x):
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return np.sum(np.abs(u) ** 2 * WEIGHTS) + np.sum(np.abs(vh) ** 4) + s[0] * s[1]


def qr(x):
    q, r = np.linalg.qr(x)
    return np.sum(np.abs(q) ** 2 * WEIGHTS) + np.sum(np.real(r) ** 3)


def likelihood(cov, r):
    c, low = sl.cho_factor(cov @ cov.T + np.eye(3))
    return -0.5 * np.dot(r, sl.cho_solve((c, low), r)) - np.sum(np.log(np.diag(c)))


def least_squares(a, b):
    x, residual, rank, s = np.linalg.lstsq(a, b, rcond=None)
    return np.sum(x ** 3) + np.sum(residual) * s[0]


def leading_vectors(x):
    return np.sum(np.linalg.svd(x)[0][:, :2] ** 4)


def many_vectors(a, b):
    return np.sum(np.linalg.solve(a, b) ** 3)


CALLS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (eigh, (COMPLEX,)), (eig, (COMPLEX,)), (eig, (COMPLEX.real,)), (directions, (np.triu(COMPLEX.real),)),
    (directions, (np.array([[2.0, 0.0, 0.0], [0.0, 1.0, -2.0], [0.0, 1.5, 1.0]]),)),
    (smallest, (COMPLEX.real,)), (named, (COMPLEX.real,)), (svd, (COMPLEX,)), (qr, (COMPLEX,)),
    (likelihood, (POSITIVE, RIGHT)), (least_squares, (TALL, RNG.normal(size=4))), (leading_vectors, (TALL,)),
    (many_vectors, (RIGHTS @ np.swapaxes(RIGHTS, -1, -2) + np.eye(3), RIGHT)),
]


@pytest.mark.parametrize(("f", "args"), CALLS)
def test_both_modes_against_differences(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    dots = tuple(RNG.normal(size=a.shape) + (1j * RNG.normal(size=a.shape) if np.iscomplexobj(a) else 0.0) for a in args)
    along = [f(*(a + t * d for a, d in zip(args, dots))) for t in (1e-4, -1e-4, 2e-4, -2e-4)]
    expected = (8 * (along[0] - along[1]) - (along[2] - along[3])) / 12e-4
    assert tl.jvp(f, args, dots)[1] == pytest.approx(expected, rel=1e-6)
    bars = tl.vjp(f, *args)[1](1.0)
    assert sum(np.real(np.sum(b * d)) for b, d in zip(bars, dots)) == pytest.approx(expected, rel=1e-6)


def test_eigenvalues_keep_the_order_in_which_they_were_found():
    x = np.random.default_rng(0).normal(size=(150, 150))
    weights = np.arange(150.0)
    values, vectors = np.linalg.eig(x)
    assert not np.allclose(values, np.linalg.eigvals(x))

    def f(x):
        return np.sum(weights * np.real(np.linalg.eigvals(x)))

    expected = 0.0
    left = np.linalg.inv(vectors)
    for weight, value in zip(weights, np.linalg.eigvals(x)):
        k = np.argmin(np.abs(values - value))
        expected = expected + weight * np.real(np.outer(left[k], vectors[:, k]))
    np.testing.assert_allclose(tl.grad(f)(x), expected, atol=1e-6)


def test_the_determinant_of_a_singular_matrix_has_every_derivative_of_first_and_second_order():
    x = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]])
    u = RNG.normal(size=(3, 3))

    def f(x):
        return np.linalg.det(x)

    np.testing.assert_allclose(tl.grad(f)(x), [[4, 4, -4], [-2, -2, 2], [0, 0, 0]], atol=1e-12)
    expected = (np.linalg.det(x + 1e-3 * u) - 2 * np.linalg.det(x) + np.linalg.det(x - 1e-3 * u)) / 1e-6
    assert np.sum(u * tl.hvp(f, (x,), (u,))) == pytest.approx(expected, rel=1e-6)


def null_space(x):
    return np.linalg.svd(x)[0][0, 3] ** 2


def rest_of_basis(x):
    return np.linalg.qr(x, mode="complete")[0][0, 3] ** 2


def schur(x):
    return np.sum(sl.schur(x)[0] ** 2)


def log_determinant(x):
    return np.linalg.slogdet(x)[1]


@pytest.mark.parametrize(("f", "x"), [(null_space, TALL), (rest_of_basis, TALL), (schur, COMPLEX.real), (log_determinant, np.ones((2, 2)))])
def test_what_has_no_derivative_is_an_error(f: Callable[..., Any], x: Any) -> None:
    with pytest.raises(np.linalg.LinAlgError):
        tl.grad(f)(x)


def test_the_tangent_of_an_arbitrary_basis_is_nan():
    assert np.isnan(tl.jvp(null_space, (TALL,), (TALL,))[1])
    assert np.isfinite(tl.jvp(leading_vectors, (TALL,), (TALL[::-1],))[1])


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("decompose", [np.linalg.eigh, np.linalg.svd])
def test_the_vectors_of_equal_values_have_no_derivative_but_the_values_have(decompose: Any) -> None:
    def vectors(x):
        return decompose(x)[0][0, 1] if decompose is np.linalg.svd else decompose(x)[1][0, 1]

    def values(x):
        return np.sum(decompose(x)[1] ** 3) if decompose is np.linalg.svd else np.sum(decompose(x)[0] ** 3)

    assert not np.all(np.isfinite(tl.grad(vectors)(np.eye(3))))
    np.testing.assert_allclose(tl.grad(values)(np.eye(3)), 3.0 * np.eye(3))


def overwritten(x):
    return sl.det(x, overwrite_a=True)


def raw(x):
    return np.sum(np.linalg.qr(x, mode="raw")[0])


def more_than_called(x):
    return np.sum(np.poly1d(x).deriv()(x))


def stacks(x):
    return np.sum(sl.expm(np.stack([x, x])))


@pytest.mark.parametrize("f", [overwritten, raw, more_than_called, stacks])
def test_what_is_not_known_is_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(TransformError):
        tl.grad(f)(POSITIVE)


def test_symmetric_matrices_have_symmetric_gradients():
    gradient = tl.grad(lambda s: np.sum(np.linalg.cholesky(s)))(POSITIVE)
    np.testing.assert_allclose(gradient, gradient.T, rtol=1e-14)
    direction = POSITIVE * WEIGHTS
    direction = direction + direction.T
    along = [np.sum(np.linalg.cholesky(POSITIVE + t * direction)) for t in (1e-5, -1e-5)]
    assert np.sum(gradient * direction) == pytest.approx((along[0] - along[1]) / 2e-5, rel=1e-6)


@pytest.mark.parametrize("f", [lambda x: np.linalg.norm(x, -np.inf), lambda x: np.linalg.norm(x, ord=np.inf)])
def test_infinities_are_known(f: Callable[..., Any]) -> None:
    x = np.array([1.5, -0.5, 3.0])
    np.testing.assert_allclose(tl.grad(f)(x) @ x, f(x))


@pytest.mark.parametrize("row", [[-0.9, 0.2, -0.5], [0.2, -0.6, 0.2, 1.0], [-0.6, 0.4, 0.3, -1.0, -1.0]])
def test_the_real_component_of_an_eigenvector_stays_real(row: list[float]) -> None:
    """Its components are equally large here, so that rounding says which of them is made real: not always the largest."""
    x = sl.circulant(row)
    v = np.linalg.eig(x)[1]
    real = (v.imag == 0.0) & (np.abs(v.real) > 0.1)
    assert real.any()
    dots = [tl.jvp(eigenvectors, (x,), (dx,))[1] for dx in (np.eye(len(row))[:1].T * np.cos(np.arange(len(row))), np.tri(len(row)))]
    assert all(np.all(np.abs(dot.imag[real]) < 1e-12) for dot in dots)
    _, pullback = tl.vjp(eigenvectors, x)
    seeds = np.where(real, 1j, 0.0)
    np.testing.assert_allclose(pullback(seeds)[0], np.zeros_like(x), atol=1e-10)


def eigenvectors(x: Any) -> Any:
    return np.linalg.eig(x)[1]
