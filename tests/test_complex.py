"""Complex arguments and results: JAX's convention for real functions, df/dz for holomorphic ones."""
from __future__ import annotations

import cmath
import warnings

import numpy as np
import pytest

import tangentlite as tl

RNG = np.random.default_rng(3)
Z = RNG.normal(size=3) + 1j * RNG.normal(size=3)
M = RNG.normal(size=(3, 3)) + 1j * RNG.normal(size=(3, 3)) + 2.0 * np.eye(3)
X = np.array([0.4, -0.7, 1.2])


# -- real functions of complex and real arguments --------------------------------------------------------------------------

def loss(u):
    return np.sum(np.real(u) ** 2 + 0.3 * np.imag(u) * np.real(u))


def multiply(x, z):
    return loss(x * z + z / x)


def power(x, z):
    return loss(z ** 2 + z ** 3.0 + np.power(2.0 + x * x, z))


def exponentials(x, z):
    return loss(np.exp(z) * x + np.log(z + 3.0 * x) + np.sqrt(z + x * x))


def trigonometry(x, z):
    return loss(np.sin(z) * np.cosh(x * z) + np.arctan(z + 0.1 * x) + np.tanh(z))


def dot(x, z):
    return loss(np.dot(x, z)) + loss(np.dot(z, np.conj(z))) + loss(np.vdot(z, x))


def einsum(x, z):
    return loss(np.einsum("i,j,j->i", x, z, z)) + loss(np.outer(x, z) @ z)


def fourier(x, z):
    return loss(np.fft.fft(x) * np.fft.ifft(z)) + np.sum(np.fft.irfft(np.fft.rfft(x) * 1j * z[:2]))


def solve(x, z):
    return loss(np.linalg.solve(np.diag(z) + np.outer(x, x), z)) + loss(np.linalg.inv(np.outer(x, z) + np.eye(3)))


def determinant(x, z):
    a = np.outer(x, z) + np.diag(z)
    return loss(np.linalg.det(a)) + np.linalg.norm(a) + loss(np.trace(a @ a))


def where(x, z):
    return loss(np.where(x > 0, z, x)) + loss(np.where(x > 0, x, z * z))


def indexing(x, z):
    return loss(z[::-1] * x[0]) + loss(z[[0, 0, 1]]) + loss(np.concatenate([x, z * z]))


def parts(x, z):
    return np.sum(z.real * x + z.imag ** 2) + np.sum(np.abs(z) * np.angle(z) * x) + loss(z.conj() * x)


def made(x, z):
    return loss(complex(x[0], x[1]) * z) + loss(1j * x) + abs(complex(x[2])) + loss(np.array([x[0], z[0]]) * z[0])


def written(x, z):
    u = np.zeros(3, complex)
    u[0] = x[0]
    u[1:] = z[1:] * x[1:]
    u[2] += 1j * x[2]
    u *= z
    return loss(u)


def reductions(x, z):
    return loss(np.sum(x * z)) + loss(np.prod(z * x)) + loss(np.mean(z)) + np.var(z) + np.std(z * x) + loss(np.cumsum(z * x))


def loop(x, z):
    w = x[0]
    for k in range(3):
        w = w * w + z[k] * x[k]
    return loss(w)


def dropped_before_a_loop(x, z):
    w = np.real(z[0]) * x[0]
    for k in range(2):
        w = w * w + z[k]
    return loss(w)


def branch(x, z):
    w = z[0] if x[0] > 0 else x[1]
    v = x[1] if x[0] > 0 else z[0]
    return loss(w * v * z[1])


def helper(u, v):
    return u * v + 1j * u


def calls(x, z):
    return loss(helper(x, z)) + loss(helper(z, x))


def lists(x, z):
    items = [x[0], z[0], x[1] * z[1]]
    items.append(1j * x[2])
    return loss(sum(items) * z[2])


def weighted(*values):
    s = 0.0
    for k, v in enumerate(values):
        s = s + (k + 1) * v ** 2
    return s


def items(x, z):
    args = (x[0], z[0], 0.5)
    return loss(weighted(*args) * weighted(z[1], x[1]))


def swapped(x, z):
    u, v = z[0], x[0]
    for _ in range(3):
        u, v = v, 0.5 * u + 0.3 * v
    return loss(v * v)


def walk(tree, x):
    return walk(tree[0], x) * 0.5 + walk(tree[1], x) if isinstance(tree, tuple) else tree * x


def tree(x, z):
    return loss(walk((x[0], (z[0], 2.0)), z[1]))


REAL = [items, swapped, tree, multiply, power, exponentials, trigonometry, dot, einsum, fourier, solve, determinant, where, indexing,
        parts, made, written, reductions, loop, dropped_before_a_loop, branch, calls, lists]


def differences(f, args, k, h=1e-6):
    """df/dx - i df/dy of the argument at `k`, element by element."""
    slopes = np.zeros(3, args[k].dtype)
    for j in range(3):
        for unit in (1.0, 1j)[:2 if np.iscomplexobj(args[k]) else 1]:
            ends = []
            for sign in (1, -1):
                moved = [a.copy() for a in args]
                moved[k][j] += sign * h * unit
                ends.append(f(*moved))
            slopes[j] += (ends[0] - ends[1]) / (2 * h) * np.conj(unit)
    return slopes


@pytest.mark.filterwarnings("error::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("f", REAL, ids=lambda f: f.__name__)
def test_real_functions(f):
    value, (x_bar, z_bar) = tl.value_and_grad(f, argnums=(0, 1))(X, Z)
    assert (value, type(value)) == (f(X, Z), type(f(X, Z)))
    assert (x_bar.dtype, z_bar.dtype) == (np.float64, np.complex128)
    np.testing.assert_allclose(x_bar, differences(f, (X, Z), 0), rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(z_bar, differences(f, (X, Z), 1), rtol=1e-6, atol=1e-7)
    directions = X[::-1].copy(), Z[::-1] * 1j
    change = tl.jvp(f, (X, Z), directions)[1]
    assert np.isrealobj(change)
    np.testing.assert_allclose(change, np.sum(x_bar * directions[0]) + np.sum(z_bar * directions[1]).real, rtol=1e-9)
    pulled = tl.vjp(f, X, Z)[1](1.0)
    np.testing.assert_allclose(pulled[0], x_bar, rtol=1e-12)
    np.testing.assert_allclose(pulled[1], z_bar, rtol=1e-12)


@pytest.mark.parametrize("f", [multiply, exponentials, parts, fourier, written], ids=lambda f: f.__name__)
def test_second_order(f):
    directions, h = (X[::-1].copy(), Z[::-1] * 1j), 1e-5
    gradient = tl.grad(f, argnums=(0, 1))
    ends = [gradient(X + s * h * directions[0], Z + s * h * directions[1]) for s in (1, -1)]
    for exact, up, down in zip(tl.hvp(f, (X, Z), directions), *ends):
        assert exact.dtype == up.dtype
        np.testing.assert_allclose(exact, (up - down) / (2 * h), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("f", [multiply, exponentials, dot, fourier, solve, written, reductions, loop], ids=lambda f: f.__name__)
def test_single_precision(f):
    x, z = X.astype(np.float32), Z.astype(np.complex64)
    x_bar, z_bar = tl.grad(f, argnums=(0, 1))(x, z)
    assert (x_bar.dtype, z_bar.dtype) == (np.float32, np.complex64)
    np.testing.assert_allclose(z_bar, differences(f, (X, Z), 1), rtol=2e-3, atol=2e-3)


# -- holomorphic functions ---------------------------------------------------------------------------------------------------

def rational(z):
    return (z * z + 1.0) / (z - 3.0)


def exponential(z):
    return np.exp(z) * np.sin(z) + z ** 3


def fractional(z):
    return np.sqrt(z + 3.0) * np.log(z + 4.0) / np.cosh(z)


def shifted(z):
    return z + 1.0


def iterated(z):
    w = z
    for _ in range(4):
        w = w * w * 0.3 + z
    return w


@pytest.mark.parametrize("f", [rational, exponential, fractional, shifted, iterated], ids=lambda f: f.__name__)
@pytest.mark.parametrize("kind", [complex, np.complex128, np.complex64])
def test_holomorphic_functions(f, kind):
    z, h = kind(0.4 - 0.3j), 1e-5
    slope = tl.grad(f, holomorphic=True)(z)
    assert isinstance(slope, kind)
    expected = (f(complex(z) + h) - f(complex(z) - h)) / (2 * h)
    assert cmath.isclose(slope, expected, rel_tol=1e-4 if kind is np.complex64 else 1e-8)
    value, again = tl.value_and_grad(f, holomorphic=True)(z)
    assert (value, again) == (f(z), slope)
    turned = tl.jvp(f, (z,), (kind(1j),))[1]
    assert isinstance(turned, kind)
    assert cmath.isclose(turned, 1j * slope, rel_tol=1e-5)
    second = tl.grad(tl.grad(f, holomorphic=True), holomorphic=True)(z)
    assert cmath.isclose(second, (f(complex(z) + 1e-3) - 2 * f(complex(z)) + f(complex(z) - 1e-3)) / 1e-6, rel_tol=1e-3, abs_tol=1e-4)


def system(z):
    return np.linalg.solve(np.diag(z) + 0.1, z * z)


def total(z):
    return np.sum(np.exp(z) * z[::-1])


def test_matrices():
    by_rows = tl.jacobian(system, holomorphic=True)(Z)
    by_columns = tl.jacobian(system, mode="forward", holomorphic=True)(Z)
    columns = [(system(Z + 1e-6 * e) - system(Z - 1e-6 * e)) / 2e-6 for e in np.eye(3)]
    np.testing.assert_allclose(by_rows, by_columns, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(by_rows, np.stack(columns, axis=1), rtol=1e-7, atol=1e-8)
    second = tl.hessian(total, holomorphic=True)(Z)
    np.testing.assert_allclose(second @ X, tl.hvp(total, (Z,), (X,), holomorphic=True), rtol=1e-12)
    np.testing.assert_allclose(second, second.T)
    gradient = tl.grad(lambda z: np.sum(np.abs(z) ** 2))
    assert np.allclose(tl.jacobian(lambda z: np.abs(z) ** 2)(Z), np.diag(gradient(Z)))
    assert np.allclose(tl.jacobian(lambda x: x * 1j, mode="forward")(X), 1j * np.eye(3))


def test_pullbacks_pair_without_conjugation():
    _, pullback = tl.vjp(np_conj, Z)
    assert np.array_equal(pullback(M[0])[0], np.conj(M[0]))
    assert pullback(X)[0].dtype == np.complex128  # a real seed of a complex result
    _, pullback = tl.vjp(rational, Z)
    np.testing.assert_allclose(pullback(np.ones(3))[0], tl.grad(lambda z: np.sum(rational(z)), holomorphic=True)(Z))


def np_conj(z):
    return np.conj(z)


# -- numbers that may be real or complex -------------------------------------------------------------------------------------

def horner(x):
    z = x[0]
    for k in range(1, len(x)):
        z = z * 1j + x[k]
    return z


def may_be_complex(x):
    return abs(np.emath.log(x)[0])


def squares(x):
    w, s = np.emath.sqrt(x), 0.0
    for k in range(2):
        s += w[k].real ** 2 - w[k].imag ** 2
    return s ** 2


def with_one_in_front(x):
    return np.sum(np.abs(np.emath.sqrt(np.concatenate([[1.0], x]))))


@pytest.mark.parametrize("f", [
    lambda x: abs(horner(x)), lambda x: horner(x).real ** 2 * horner(x).imag, may_be_complex, squares, with_one_in_front])
def test_real_gradients_and_their_derivatives(f):
    x, along, h = np.array([-0.7, 1.3, 0.4]), np.array([0.3, 1.1, -0.5]), 1e-6
    gradient = tl.grad(f)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found, again = gradient(x), tl.vjp(gradient, x)[1](along)[0]
    assert found.dtype == again.dtype == np.float64
    np.testing.assert_allclose(found @ along, (f(x + h * along) - f(x - h * along)) / (2 * h), rtol=1e-7)
    np.testing.assert_allclose(again, (gradient(x + h * along) - gradient(x - h * along)) / (2 * h), rtol=1e-6, atol=1e-8)


# -- what is refused ---------------------------------------------------------------------------------------------------------

def narrowed(z):
    u = np.zeros(3)
    u[:] = z
    return np.sum(u)


def fitted(z):
    return np.abs(np.polyfit(z, z, 1)[0])


@pytest.mark.parametrize(("f", "message", "text"), [(narrowed, "drops their imaginary parts", "u[:] = z"),
                                                    (fitted, "complex numbers", "np.polyfit(z, z, 1)")])
def test_refused(f, message, text):
    for derivative in (lambda: tl.grad(f)(Z), lambda: tl.jvp(f, (Z,), (Z,))):
        with pytest.raises(tl.errors.TransformError, match=message) as caught:
            derivative()
        assert text in caught.value.text
