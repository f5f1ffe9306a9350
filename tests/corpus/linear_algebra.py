"""Products, einsum, and numpy.linalg."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case, arr

METRIC = np.array([[2.0, 0.5, 0.0], [0.5, 1.0, -0.3], [0.0, -0.3, 1.5]])


def quadratic_form(x):
    return x @ METRIC @ x + x.T @ x


def dot_vectors(x, y):
    return np.dot(x, y) ** 2 + x.dot(y) + np.inner(x, y) + np.vdot(x, y)


def matrix_vector(a, x):
    y = np.dot(a, x)
    return np.sum(y * y) + np.sum(a @ x) + np.sum(a.dot(x) ** 3)


def vector_matrix(x, a):
    return np.sum((x @ a) ** 2) + np.sum(np.dot(x, a))


def matrix_matrix(a, b):
    c = a @ b
    return np.sum(c * c) + np.sum(np.dot(a, b)) + np.sum(np.matmul(a, b) ** 3)


def batched_matmul(a, b):
    return np.sum(np.matmul(a, b) ** 2)


def dot_with_scalar(x, y):
    return np.sum(np.dot(x, y) ** 2) + np.sum(np.dot(y, x))


def outer_product(x, y):
    return np.sum(np.outer(x, y) ** 2) + np.outer(x, y)[0, 0]


def einsum_matrix_product(a, b):
    return np.sum(np.einsum("ij,jk->ik", a, b) ** 2)


def einsum_full_contraction(a, b):
    return np.einsum("ij,ij->", a, b) ** 2 + np.sum(np.einsum("ij,ij->i", a, b) ** 2)


def einsum_single(a):
    return np.sum(np.einsum("ij->ji", a)[0] ** 2) + np.einsum("ij->", a) ** 2 + np.sum(np.einsum("ij->j", a) ** 2)


def einsum_diagonal(a):
    return np.einsum("ii->", a) ** 2 + np.sum(np.einsum("ii->i", a) ** 3)


def einsum_three(a, x, y):
    return np.einsum("ij,i,j->", a, x, y) ** 2


def einsum_ellipsis(a, b):
    return np.sum(np.einsum("...ij,...jk->...ik", a, b) ** 2)


def tensordot_forms(a, b):
    return np.sum(np.tensordot(a, b, axes=1) ** 2) + np.tensordot(a, b.T, axes=2) ** 2


def kronecker(a, b):
    return np.sum(np.kron(a, b) ** 2 * 0.5)


def cross_product(x, y):
    return np.sum(np.cross(x, y) ** 2) + np.cross(x, y)[0]


def traces(a):
    return np.trace(a) ** 2 + np.trace(a @ a) + a.trace()


def inverse(a):
    return np.sum(np.linalg.inv(a) ** 2)


def determinant(a):
    return np.linalg.det(a) + np.linalg.det(a @ a.T)


def log_determinant(a):
    sign, logdet = np.linalg.slogdet(a)
    return logdet * sign


def solve_vector(a, b):
    x = np.linalg.solve(a, b)
    return np.sum(x * x)


def solve_matrix(a, b):
    return np.sum(np.linalg.solve(a, b) ** 2)


def cholesky_likelihood(a, r):
    chol = np.linalg.cholesky(a @ a.T + np.eye(3))
    z = np.linalg.solve(chol, r)
    return 0.5 * np.dot(z, z) + np.sum(np.log(np.diag(chol)))


def symmetric_eigenvalues(a):
    s = a + a.T
    w, v = np.linalg.eigh(s)
    return np.sum(w ** 3) + np.sum(v ** 4)


def singular_values(a):
    return np.sum(np.linalg.svd(a, compute_uv=False) ** 3)


def matrix_power_loop(a, n):
    p = np.eye(a.shape[0])
    for _ in range(n):
        p = p @ a
    return np.sum(p * p)


def power_iteration(a):
    v = np.ones(a.shape[0])
    for _ in range(5):
        v = a @ v
        v = v / np.linalg.norm(v)
    return v @ a @ v


def least_squares(x, y):
    beta = np.linalg.solve(x.T @ x, x.T @ y)
    r = y - x @ beta
    return np.dot(r, r) + np.sum(beta)


def gram_schmidt(u, v):
    e1 = u / np.sqrt(np.dot(u, u))
    w = v - np.dot(v, e1) * e1
    e2 = w / np.sqrt(np.dot(w, w))
    return np.sum(e1 * np.array([1.0, 2.0, 3.0])) + np.sum(e2 ** 3)


def matrix_valued(a, b):
    return a @ b.T, np.outer(a[0], b[0])


def well_conditioned(n, seed=0):
    return arr(n, n, seed=seed) + 2.0 * np.eye(n)


X, Y, A, B = arr(3), arr(3, seed=1), arr(2, 3), arr(3, 4)
W = well_conditioned(3)

CASES = [
    Case(quadratic_form, [(X,)]),
    Case(dot_vectors, [(X, Y), (X, X), (arr(1), arr(1, seed=1)), (arr(0), arr(0))]),
    Case(matrix_vector, [(A, X), (arr(1, 1), arr(1))]),
    Case(vector_matrix, [(X, B), (arr(1), arr(1, 2))]),
    Case(matrix_matrix, [(A, B), (W, W)]),
    Case(batched_matmul, [(arr(2, 2, 3), arr(2, 3, 2)), (arr(2, 2, 3), arr(3, 2)), (arr(2, 2, 3), arr(3))]),
    Case(dot_with_scalar, [(0.7, X), (A, 1.3), (0.7, 1.3)]),
    Case(outer_product, [(X, Y), (arr(2), X)]),
    Case(einsum_matrix_product, [(A, B)]),
    Case(einsum_full_contraction, [(A, arr(2, 3, seed=1)), (A, A)]),
    Case(einsum_single, [(A,)]),
    Case(einsum_diagonal, [(W,)]),
    Case(einsum_three, [(A, arr(2), X)]),
    Case(einsum_ellipsis, [(arr(2, 2, 3), arr(2, 3, 2)), (A, B)]),
    Case(tensordot_forms, [(A, arr(3, 2))]),
    Case(kronecker, [(A, arr(2, 2))]),
    Case(cross_product, [(X, Y)]),
    Case(traces, [(W,), (arr(2, 2),)]),
    Case(inverse, [(W,)]),
    Case(determinant, [(W,), (arr(2, 2),)]),
    Case(log_determinant, [(W,)]),
    Case(solve_vector, [(W, X)]),
    Case(solve_matrix, [(W, B)]),
    Case(cholesky_likelihood, [(W, X)]),
    Case(symmetric_eigenvalues, [(arr(3, 3),)]),
    Case(singular_values, [(A,)]),
    Case(matrix_power_loop, [(0.5 * W, 0), (0.5 * W, 1), (0.5 * W, 3)]),
    Case(power_iteration, [(W + W.T,)]),
    Case(least_squares, [(arr(5, 2), arr(5))]),
    Case(gram_schmidt, [(X, Y)]),
    Case(matrix_valued, [(A, arr(4, 3))], vector_output=True),
]
