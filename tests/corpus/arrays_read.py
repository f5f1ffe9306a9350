"""Reading from arrays: integers, slices, steps, ellipsis, newaxis, integer arrays, masks."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case, arr

ORDER = np.array([2, 0, 2, 1])


def integer_index(x):
    return x[0] * x[1] + x[-1] ** 2


def two_integers(a):
    return a[0, 1] * a[1, 0] + a[-1, -1] ** 2 + a[0][2]


def row_and_column(a):
    return np.dot(a[0], a[1]) + np.sum(a[:, 1] ** 2) + np.sum(a[-1, :] * 3.0)


def slices(x):
    return np.sum(x[1:] * x[:-1]) + np.sum(x[1:3] ** 2) + np.sum(x[:] ** 3) + np.sum(x[-2:])


def steps(x):
    return np.sum(x[::2] ** 2) + np.sum(x[1::2] ** 3) + np.sum(x[0:4:3])


def negative_steps(x):
    return np.sum(x[::-1] * np.arange(x.size)) + np.sum(x[4:1:-1] ** 2) + np.sum(x[::-2] ** 3)


def empty_slice(x):
    return np.sum(x[2:2]) + np.sum(x[5:] ** 2) + np.sum(x)


def slices_of_matrix(a):
    return np.sum(a[:, 1:] * a[:, :-1]) + np.sum(a[1:, ::2] ** 2) + np.sum(a[::-1, ::-1] * a)


def ellipsis(t):
    return np.sum(t[..., 0] ** 2) + np.sum(t[0, ...] ** 3) + np.sum(t[..., 1:] * 2.0) + np.sum(t[...])


def newaxis(x):
    return np.sum(x[:, np.newaxis] * x[np.newaxis, :] ** 2) + np.sum((x[:, None] - x[None, :]) ** 4)


def index_in_loop(x):
    s = 0.0
    for i in range(len(x)):
        s = s + x[i] * x[-i - 1] + x[i // 2] ** 2
    return s


def computed_index(x, i):
    return x[i] * x[(i + 1) % len(x)] + x[i * 2 % 3]


def slice_with_variables(x, i, j):
    return np.sum(x[i:j] ** 2) + np.sum(x[j:]) * np.sum(x[:i])


def integer_array(x):
    return np.sum(x[np.array([0, 2])] ** 2) + np.sum(x[[1, 0]] * 3.0)


def repeated_indices(x):
    return np.sum(x[[0, 0, 1, 0]] * np.array([1.0, 2.0, 3.0, 4.0])) + np.dot(x[ORDER], x[ORDER])


def two_integer_arrays(a):
    return np.sum(a[[0, 1, 0], [1, 2, 1]] ** 2) + np.sum(a[[1, 1]] ** 3)


def integer_array_and_slice(a):
    return np.sum(a[:, [0, 0, 2]] ** 2) + np.sum(a[[1, 0], 1:] ** 3) + np.sum(a[0, [1, 1]])


def index_argument(x, index):
    return np.sum(x[index] ** 2) + np.sum(np.take(x, index))


def boolean_mask(x):
    return np.sum(x[x > 0] ** 2) + np.sum(x[~(x > 0)])


def mask_argument(x, mask):
    return np.sum(x[mask]) * np.mean(x) + np.sum(x[np.logical_not(mask)] ** 2)


def mask_on_rows(a):
    return np.sum(a[a[:, 0] > 0] ** 2) + np.sum(a[np.array([True, False])] * 3.0)


def chained_subscripts(t):
    return t[0][1][0] * t[1, 0][1] + np.sum(t[1][:, 0][::-1] * np.arange(3))


def slice_of_slice(x):
    y = x[1:]
    z = y[::2]
    return np.sum(z * z) + y[0] * z[-1]


def view_bound_to_name(a):
    row = a[0]
    col = a[:, 0]
    return np.dot(row, row) * np.sum(col) + row[0] * col[0]


def same_element_many_times(x):
    return x[0] * x[0] * x[0] + x[0] / (1.5 + x[0] * x[0])


def take_forms(a):
    return np.sum(np.take(a, [0, 2], axis=1) ** 2) + np.sum(a.take([0, 0], axis=0)) + np.sum(np.take(a, [5, 0]) ** 2)


def from_list_of_values(x, y, i):
    values = [x, y, x * y]
    return values[i] * values[-1] + values[0]


def from_tuple_of_values(x, y):
    values = (x, (y, x * y))
    return values[0] * values[1][0] + values[1][1]


def from_dict_of_values(x, key):
    values = {"a": x, "b": x * x, 3: 2.0}
    return values[key] * values[3] + values["a"]


def constant_array_indexed_by_loop(x):
    w = np.array([0.5, -1.0, 2.0])
    s = 0.0
    for i in range(3):
        s = s * x + w[i]
    return s


def histogram_like(x):
    left = x[x < 0.0]
    right = x[x >= 0.0]
    return left.size * np.sum(right ** 2) + right.size * np.sum(left)


def stencil(u, dt):
    for _ in range(4):
        inner = u[1:-1] + dt * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u = np.concatenate((u[:1], inner, u[-1:]))
    return np.sum(u * u)


def two_dimensional_stencil(u):
    laplacian = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4.0 * u[1:-1, 1:-1]
    return np.sum(laplacian ** 2)


def item_and_float(x):
    return x.item(1) * float(x[0]) + x[2].item() ** 2


def slices_out(x):
    return x[1:], x[0], x[[0, 0]]


X, A, T = arr(3), arr(2, 3), arr(2, 3, 2)

CASES = [
    Case(integer_index, [(X,), (arr(2),)]),
    Case(two_integers, [(A,), (arr(3, 3),)]),
    Case(row_and_column, [(A,)]),
    Case(slices, [(arr(5),), (X,)]),
    Case(steps, [(arr(5),), (arr(1),)]),
    Case(negative_steps, [(arr(5),), (arr(1),)]),
    Case(empty_slice, [(arr(5),), (arr(6),)]),
    Case(slices_of_matrix, [(A,), (arr(1, 1),)]),
    Case(ellipsis, [(T,)]),
    Case(newaxis, [(X,), (arr(1),)]),
    Case(index_in_loop, [(arr(0),), (arr(1),), (arr(7),)]),
    Case(computed_index, [(X, 0), (X, 2), (X, -1)]),
    Case(slice_with_variables, [(arr(5), 1, 3), (arr(5), 0, 0), (arr(5), 2, -1)]),
    Case(integer_array, [(X,)]),
    Case(repeated_indices, [(X,)]),
    Case(two_integer_arrays, [(A,)]),
    Case(integer_array_and_slice, [(A,)]),
    Case(index_argument, [(X, np.array([1, 1, 0])), (X, 2), (X, np.array([[0, 1], [1, 2]]))]),
    Case(boolean_mask, [(arr(5),), (A,)]),
    Case(mask_argument, [(X, np.array([True, False, True])), (X, np.array([False] * 3))]),
    Case(mask_on_rows, [(A,)]),
    Case(chained_subscripts, [(T,)]),
    Case(slice_of_slice, [(arr(5),)]),
    Case(view_bound_to_name, [(A,)]),
    Case(same_element_many_times, [(X,), (arr(1),)]),
    Case(take_forms, [(A,)]),
    Case(from_list_of_values, [(0.7, 1.3, 0), (0.7, 1.3, -1)], scalar_only=True),
    Case(from_tuple_of_values, [(0.7, 1.3)], scalar_only=True),
    Case(from_dict_of_values, [(0.7, "a"), (0.7, "b"), (0.7, 3)], scalar_only=True),
    Case(constant_array_indexed_by_loop, [(0.7,)]),
    Case(histogram_like, [(arr(5),)]),
    Case(stencil, [(arr(6), 0.1)]),
    Case(two_dimensional_stencil, [(arr(4, 4),), (arr(3, 3),)]),
    Case(item_and_float, [(X,)], scalar_only=True),
    Case(slices_out, [(X,), (arr(1),)], vector_output=True),
]
