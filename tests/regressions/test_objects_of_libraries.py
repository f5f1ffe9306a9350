"""Objects with arithmetic of their own: sparse matrices are multiplied by, what else they do with what varies is refused."""
from __future__ import annotations

import enum
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import NoRuleError, TransformError

sparse = pytest.importorskip("scipy.sparse")
linalg = pytest.importorskip("scipy.sparse.linalg")

DENSE = np.array([[2.0, 5.0, 1.0], [0.0, 3.0, 0.0], [7.0, 0.0, 4.0]])
MATRIX, ARRAY, WIDE = sparse.csr_matrix(DENSE), sparse.csr_array(DENSE), sparse.csr_array(DENSE[:2])
OPERATOR = linalg.aslinearoperator(DENSE)
X = np.array([0.5, 1.25, 2.0])


class Meters(float):
    pass


class Own(float):
    def __add__(self, other):
        return 100.0 * other


class Mode(enum.IntEnum):
    TWICE = 2


LENGTH, OWN = Meters(3.0), Own(2.0)


def times(x):
    return np.sum((MATRIX @ x) ** 2)


def from_the_left(x):
    return np.sum(np.sin(x @ ARRAY) * x)


def wide(x):
    return np.sum((WIDE @ x) ** 3)


def by_an_operator(x):
    return np.sum((OPERATOR @ x) ** 2)


def normal_equations(x):
    return np.sum((MATRIX.T @ (MATRIX @ x)) ** 2)


def made_here(x):
    a = sparse.diags([1.0, 2.0, 3.0]).tocsr()
    return np.sum((a @ x) ** 2)


def shifted(x):
    a = sparse.identity(3) * 2.0 + MATRIX
    return np.sum((a @ x) ** 2)


def columns(x):
    return np.sum((MATRIX @ x[:, None]) ** 2)


def steps(x):
    u = x
    for _ in range(5):
        u = u + 0.1 * (ARRAY @ u)
    return np.sum(u * u)


def given(x, a=MATRIX):
    return np.sum((a @ x) ** 2)


def plain_subclasses(x):
    return np.sum(LENGTH * x + Mode.TWICE * x ** 2 * Fraction(1, 2))


def appended(x):
    return np.sum(np.r_[x, 1.0] ** 2)


def in_columns(x):
    return np.sum(np.c_[x, x * x] ** 2 * x[:, None])


def ranges(x):
    return np.sum(np.r_[0.0, x, x * x] * np.r_[x * x, x, 0:1])


def stepped(x):
    return np.sum(np.r_[0.0:x[0]:5j] ** 2)


RIGHT = [times, from_the_left, wide, by_an_operator, normal_equations, made_here, shifted, columns, steps, given, plain_subclasses,
         appended, in_columns, ranges, stepped]


def central(f: Callable[..., Any], x: Any, step: float) -> Any:
    return np.array([(f(x + step * e) - f(x - step * e)) / (2.0 * step) for e in np.eye(len(x))])


@pytest.mark.parametrize("f", RIGHT, ids=lambda f: f.__name__)
def test_derivatives(f: Callable[..., Any]) -> None:
    expected = central(f, X, 1e-6)
    value, gradient = tl.value_and_grad(f)(X)
    assert value == f(X)
    assert type(gradient) is np.ndarray
    np.testing.assert_allclose(gradient, expected, rtol=1e-6)
    rest = [None] * (f.__code__.co_argcount - 1)
    args = (X, *(f.__defaults__ or ()))
    tangents = [tl.jvp(f, args, (e, *(0.0 for _ in rest)))[1] for e in np.eye(3)]
    np.testing.assert_allclose(tangents, expected, rtol=1e-6)
    np.testing.assert_allclose(tl.hessian(f)(*args), central(lambda x: tl.grad(f)(x, *args[1:]), X, 1e-5), rtol=1e-5, atol=1e-6)


def elementwise(x):
    return np.sum((MATRIX * x) ** 2)


def scaled(x):
    return np.sum((x[0] * MATRIX) @ np.ones(3))


def masked(x):
    return np.sum(np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0]) * x)


def matrices(x):
    return np.sum(np.asmatrix(np.array([[1.0, 2.0, 3.0]])) * x[:, None])


def own(x):
    return np.sum(OWN + x)


def grid(x):
    return np.sum(np.mgrid[0:x[0]:5j])


REFUSED = [
    (elementwise, "what an operator or a subscript means for an object of class `csr_matrix` has no derivative rule. "
                  "Write the product as `@`, or make it an array with `.toarray()`"),
    (scaled, "what an operator or a subscript means for an object of class `csr_matrix` has no derivative rule. "
             "Write the product as `@`, or make it an array with `.toarray()`"),
    (masked, "what an operator or a subscript means for an object of class `MaskedArray` has no derivative rule. "
             "Use plain arrays of numbers"),
    (matrices, "what an operator or a subscript means for an object of class `matrix` has no derivative rule. Use plain arrays of numbers"),
    (own, "what an operator or a subscript means for an object of class `Own` has no derivative rule. Use plain arrays of numbers"),
    (grid, "a grid whose ends are computed cannot be differentiated yet. Write it with `np.meshgrid` and `np.linspace`"),
]


@pytest.mark.parametrize(("f", "message"), REFUSED, ids=[f.__name__ for f, _ in REFUSED])
def test_refusals(f: Callable[..., Any], message: str) -> None:
    for derivative in (lambda: tl.grad(f)(X), lambda: tl.jvp(f, (X,), (np.ones(3),))):
        with pytest.raises((TransformError, NoRuleError)) as refusal:
            derivative()
        assert str(refusal.value).startswith(message)
        assert refusal.value.lineno == f.__code__.co_firstlineno + 1
