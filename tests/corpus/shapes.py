"""Rearranging arrays: reshape, transpose, stack, concatenate, tile, flip, split; and making new ones."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case, arr


def reshape_forms(x):
    a = x.reshape(3, 2)
    b = np.reshape(x, (2, 3))
    c = x.reshape((6,)) * x.reshape(-1)
    return np.sum(a @ b) + np.sum(c * np.arange(6))


def reshape_infer(x):
    return np.sum(x.reshape(2, -1)[0] ** 2) + np.sum(x.reshape(-1, 1) ** 3)


def flatten_forms(x):
    return np.sum(x.ravel()[1:] * x.flatten()[:-1]) + np.sum(np.ravel(x)[0] ** 2)


def transpose_forms(x):
    return np.sum(x.T[0] ** 2) + np.sum(np.transpose(x)[-1] ** 3) + np.sum(x.transpose() @ x)


def transpose_axes(x):
    return np.sum(np.transpose(x, (1, 2, 0))[0] ** 2) + np.sum(x.transpose(2, 0, 1)[1] ** 3)


def swap_and_move(x):
    return np.sum(np.swapaxes(x, 0, 2)[0] ** 2) + np.sum(np.moveaxis(x, 0, -1)[1] ** 3) + x.swapaxes(0, 1)[0, 0, 0]


def expand_and_squeeze(x):
    y = np.expand_dims(x, 0)
    z = np.expand_dims(x, axis=1)
    return np.sum(y * z) + np.sum(np.squeeze(y) ** 2) + np.sum(z.squeeze(axis=1) ** 3)


def concatenate_forms(x, y):
    z = np.concatenate([x, y, x])
    w = np.concatenate((y, x))
    return np.sum(z * np.arange(z.size)) + np.sum(w ** 3 * np.arange(w.size))


def concatenate_axis(a, b):
    return np.sum(np.concatenate([a, b], axis=1) ** 2 @ np.arange(float(a.shape[1] + b.shape[1])))


def stack_forms(x, y):
    a = np.stack([x, y])
    b = np.stack([x, y, x * y], axis=1)
    return np.sum(a @ b) + np.sum(a[1] ** 2)


def stack_of_scalars(x, y):
    v = np.stack([x, y, x * y])
    w = np.array([x, 2.0, y * y])
    return np.dot(v, w)


def array_from_nested_lists(x, y):
    m = np.array([[x, y], [1.0, x * y]])
    return np.sum(m @ m)


def array_of_rows(x, y):
    return np.sum(np.array([x, y, 2.0 * x]) ** 2 @ np.arange(3.0))


def rotation_matrix(theta, v):
    c, s = np.cos(theta), np.sin(theta)
    r = np.array([[c, -s], [s, c]])
    return np.sum(r @ v * np.array([1.0, 2.0]))


def stacking_helpers(x, y):
    a = np.vstack([x, y])
    b = np.hstack([x, y])
    c = np.column_stack([x, y])
    return np.sum(a @ c) + np.dot(b, np.arange(b.size))


def append_and_pad(x):
    y = np.append(x, x[0] ** 2)
    z = np.pad(x, (1, 2))
    return np.sum(y ** 2) + np.dot(z, np.arange(z.size))


def tile_and_repeat(x):
    return np.dot(np.tile(x, 2), np.arange(2 * x.size)) + np.dot(np.repeat(x, 3), np.arange(3 * x.size))


def roll_and_flip(x):
    w = np.arange(x.size)
    return np.dot(np.roll(x, 1), x * w) + np.dot(np.flip(x), w) + np.sum(x[::-1] * w ** 2)


def flips_of_matrix(a):
    w = np.arange(a.size).reshape(a.shape)
    return np.sum(np.flipud(a) * w) + np.sum(np.fliplr(a) ** 2 * w) + np.sum(np.roll(a, 1, axis=0) * a * w)


def broadcast_explicitly(x):
    return np.sum(np.broadcast_to(x, (4, x.size)) * np.arange(4.0)[:, None])


def split_parts(x):
    a, b = np.split(x, 2)
    return np.dot(a, b) + np.sum(a ** 3)


def diagonals(a):
    d = np.diag(a)
    return np.sum(np.diag(d) @ a) + np.sum(a.diagonal() ** 2)


def triangles(a):
    return np.sum(np.tril(a) ** 2) + np.sum(np.triu(a, 1) ** 3) + np.sum(np.tril(a, -1) * a)


def at_least(x, y):
    return np.sum(np.atleast_1d(x) ** 2) + np.sum(np.atleast_2d(y) @ np.atleast_1d(y))


def like_functions(x):
    return np.sum(np.zeros_like(x) + x) + np.sum(np.ones_like(x) * x ** 2) + np.sum(np.full_like(x, 2.5) * x)


def creation(x, n):
    base = np.zeros(n) + np.ones(n) * 0.5
    base = base + np.arange(n) + np.linspace(0.0, 1.0, n) + np.full(n, 2.0)
    return np.sum(base * x) + np.sum(np.eye(n) * x) + np.sum(np.identity(n) @ base) * x


def full_of_value(x, n):
    return np.sum(np.full(n, x) ** 2) + np.sum(np.full((2, n), x * x))


def linspace_of_value(x, y):
    return np.sum(np.linspace(x, y, 5) ** 2)


def copies(x):
    y = x.copy()
    z = np.array(x)
    w = np.asarray(y)
    return np.sum(y * z) + np.sum(w ** 3) + np.sum(np.copy(x))


def shape_arithmetic(x):
    n, m = x.shape
    return np.sum(x) / (n * m) + np.sum(x) / x.size * len(x) + x.ndim * x[0, 0] + np.shape(x)[1] * np.size(x) * x[0, 1]


def meshgrid_sum(x, y):
    a, b = np.meshgrid(x, y)
    return np.sum(a * b ** 2)


def convolution_by_slices(x, k):
    n = x.size - k.size + 1
    s = np.zeros(n)
    for j in range(k.size):
        s = s + k[j] * x[j : j + n]
    return np.sum(s * s)


def matrix_output(x):
    return np.stack([x, x * x]).T, x[::-1], np.sum(x)


X, Y, A, T = arr(3), arr(3, seed=1), arr(2, 3), arr(2, 3, 2)

CASES = [
    Case(reshape_forms, [(arr(6),), (A,)]),
    Case(reshape_infer, [(arr(6),), (A,)]),
    Case(flatten_forms, [(A,), (T,)]),
    Case(transpose_forms, [(A,), (arr(1, 3),)]),
    Case(transpose_axes, [(T,)]),
    Case(swap_and_move, [(T,)]),
    Case(expand_and_squeeze, [(X,)]),
    Case(concatenate_forms, [(X, Y), (arr(1), X), (arr(0), X)]),
    Case(concatenate_axis, [(A, arr(2, 2))]),
    Case(stack_forms, [(X, Y)]),
    Case(stack_of_scalars, [(0.7, 1.3)]),
    Case(array_from_nested_lists, [(0.7, 1.3)]),
    Case(array_of_rows, [(X, Y)]),
    Case(rotation_matrix, [(0.7, arr(2))]),
    Case(stacking_helpers, [(X, Y)]),
    Case(append_and_pad, [(X,)]),
    Case(tile_and_repeat, [(X,), (arr(1),)]),
    Case(roll_and_flip, [(X,), (arr(1),)]),
    Case(flips_of_matrix, [(A,)]),
    Case(broadcast_explicitly, [(X,), (arr(1),)]),
    Case(split_parts, [(arr(4),)]),
    Case(diagonals, [(arr(3, 3),)]),
    Case(triangles, [(arr(3, 3),), (A,)]),
    Case(at_least, [(0.7, X), (X, Y)]),
    Case(like_functions, [(X,), (A,)]),
    Case(creation, [(0.7, 1), (0.7, 4)]),
    Case(full_of_value, [(0.7, 1), (0.7, 4), (0.7, 0)]),
    Case(linspace_of_value, [(0.7, 1.3)]),
    Case(copies, [(X,), (A,)]),
    Case(shape_arithmetic, [(A,)]),
    Case(meshgrid_sum, [(X, arr(2))]),
    Case(convolution_by_slices, [(arr(6), X), (arr(6), arr(1))]),
    Case(matrix_output, [(X,), (arr(1),)], vector_output=True),
]
