"""Functions whose result is, or may be, the array itself or a part of it, and what is written through such results and attributes."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case

X = np.array([0.3, 0.7, 1.1])
Y = np.array([-0.3, 0.8, 0.4])


def conjugate_of_real(x):
    u = x * 1.0
    v = u.conj()
    v[0] = x[1] ** 2
    return np.sum(u * v)


def converted_to_what_it_is(x):
    u = x * 1.0
    v = np.float64(u)
    v[0] = x[1] ** 2
    w = np.asarray(v, dtype=float)
    w[1] *= x[0]
    z = np.asanyarray(u.view())
    z -= x[::-1]
    return np.sum(u * v * w)


def real_part_of_real(x):
    u = x * 1.0
    v = np.real(u)
    v[0] = x[1] ** 2
    w = u.real
    w[1] = 0
    return np.sum(u * v)


def diagonal_seen_by_diag(x):
    u = np.outer(x, x)
    d = np.diag(u)
    u[0, 0] = x[1] ** 3
    return np.sum(u) * np.sum(d * x)


def turned(x):
    u = np.outer(x, x)
    v = np.rot90(u)
    u[0, 1] = x[1] ** 3
    v[2] = x
    w = np.rot90(v, -1, (1, 0))
    w += 1.0
    return np.sum(u * v * x)


def at_least_two_axes(x):
    u = x * 1.0
    m = np.atleast_2d(u)
    m[0, 1] = x[0] ** 2
    np.atleast_3d(m)[0, 2] *= x[1]
    return np.sum(u * u)


def transposed_by_einsum(x):
    u = np.outer(x, x)
    v = np.einsum("ij->ji", u)
    return np.sum(v * x) + np.sum(u * v) + np.sum(np.sin(u))


def view_without_axes(x):
    u = np.outer(x, x)
    r = u[0, 1, ...]
    r *= 5
    u[0, 1] += r
    return np.sum(u * r)


def numbers_in_arrays_without_axes(x):
    u = np.zeros(())
    for i in range(3):
        u += x[i]
    v = u
    v *= x[0]
    u[...] = u * u
    u[()] -= 3
    return u * v


def real_and_imaginary_part_written(x):
    z = x + 1j * x[::-1]
    w = z
    r = z.real
    z.real *= 2
    z.imag[0] = x[1]
    z.imag += x
    r[1] = 0.5 * x[2]
    w.imag[1:] = r[:2]
    return np.sum(np.abs(z * w) ** 2)


def parts_replaced(x):
    z = x + 1j * x[::-1]
    z.real = x * x
    z.imag = x[1]
    return np.sum(np.abs(z) ** 2 * x)


def flat_elements(x):
    a = np.outer(x, x)
    b, row = a, a[0]
    a.flat[1] = x[0] ** 3
    a.flat[::4] = x
    a.flat[[5, 6]] = x[0]
    a.flat[2:4] *= x[1]
    return np.sum(a * b) + np.sum(row * x)


def everything_flat(x):
    a = np.outer(x, x)
    a.flat = x
    a.flat[3] += x[2]
    return np.sum(a * a * np.arange(3.0))


def put_fewer_values_than_places(x):
    u = np.concatenate([x, x])
    np.put(u, [0, 1, 2], [x[0] * 2, 3.0])
    a = np.outer(x, x)
    np.fill_diagonal(a, x[:2] * 2)
    np.place(u, u > -5, x * 3)
    return np.sum(u * np.arange(6.0)) + np.sum(a * x)


def placed_where_numbers_are_not_zero(x):
    u = np.concatenate([x, x])
    np.place(u, np.round(x[0] * np.arange(-2.0, 4.0)), x * 3)
    v = np.concatenate([x, x])
    np.place(v, [0, 1, 0, 2, 1, 0], x * 2)
    return np.sum(u * np.arange(6.0)) + np.sum(v * v)


def put_along_an_axis(x):
    a = np.outer(x, x)
    b = a[1]
    np.put_along_axis(a, np.array([[0], [1], [1]]), x[:, None] * 3, axis=1)
    np.put_along_axis(a, np.argsort(a, axis=0)[:1], x[None] * 2, axis=0)
    np.put_along_axis(a, np.array([0, 5]), x[:2], axis=None)
    return np.sum(a * a) + np.sum(b * x)


def put_along_an_axis_twice(x):
    a = np.outer(x, x)
    np.put_along_axis(a, np.array([[0, 0], [1, 2], [1, 1]]), np.stack([x, x * 2], 1), axis=1)
    return np.sum(a * a)


def joined_twice(x):
    levels = [np.concatenate([x, x, x[:2]]), np.zeros(4), np.zeros(2)]
    for k in range(2):
        levels[k + 1][:] = levels[k][::2] * levels[k][1::2]
    for k in range(1, -1, -1):
        fine, coarse = levels[k], levels[k + 1]
        fine[::2] += coarse
    return np.sum(levels[0] ** 2)


def moved_within_one_array(x):
    u = np.concatenate([x, x * 2])
    u[1:] = u[:-1]
    i = 2
    u[i:] = u[:-i]
    u[::2] = u[1::2]
    a = np.outer(x, x)
    a[0, 1:] = a[1, :-1]
    a[:, 0] = a[:, 1]
    a[:] = a.T
    return np.sum(u * u * np.arange(6.0)) + np.sum(a * x)


def rows_taken_apart(x):
    m = np.outer(x, x)
    a, b, c = m
    a *= 2
    b[0] = c[1]
    m[2] += a
    return np.sum(m * m) + np.sum(a * b * c)


def rows_of_rows_taken_apart(x):
    m = np.outer(x, x)
    (a, b, c), (d, e, f), g = m.T
    g[0] = a * d
    m[0, 0] = 5.0
    return np.sum(m * m) + a * b * c + d * e * f + np.sum(g)


def rows_swapped_after_taken_apart(x):
    m = np.outer(x, x)
    a, b, _ = m
    if x[0] > 0:
        a, b = b, a
    a *= 2
    return np.sum(m * m * x)


def two_bodies_by_views(x):
    state = np.concatenate([x, x * 2, -x, x[::-1]])
    positions, velocities = state[:6].reshape(2, 3), state[6:].reshape(2, 3)
    for _ in range(3):
        a, b = positions
        d = b - a
        force = d / (d @ d + 0.1) ** 1.5
        velocities[0] += 0.1 * force
        velocities[1] -= 0.1 * force
        positions += 0.1 * velocities
    return np.sum(state * state)


def parts_of_what_was_joined(x):
    u = np.concatenate([x, x])
    p = u[:4].reshape(2, 2)
    p[0, 1] = x[1] ** 2
    s = u[1:].ravel()
    s[0] *= 2
    i = 2
    q = u[i:].reshape(2, 2)
    q[1] = x[:2]
    return np.sum(u * u)


CASES = [Case(f, [(X,), (Y,)]) for f in (
    conjugate_of_real, converted_to_what_it_is, real_part_of_real, diagonal_seen_by_diag, turned, at_least_two_axes,
    transposed_by_einsum, view_without_axes, numbers_in_arrays_without_axes, real_and_imaginary_part_written, parts_replaced,
    flat_elements, everything_flat, put_fewer_values_than_places,
    placed_where_numbers_are_not_zero, put_along_an_axis, put_along_an_axis_twice, joined_twice,
    moved_within_one_array, rows_taken_apart, rows_of_rows_taken_apart, rows_swapped_after_taken_apart, two_bodies_by_views,
    parts_of_what_was_joined,
)]
