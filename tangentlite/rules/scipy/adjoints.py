"""Transposes of linear functions of SciPy that have no function of their own there. Generated code calls them."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import interpolate, signal

# -- convolution ---------------------------------------------------------------------------------------------------------

def unconvolve(g: Any, other: Any, shape: tuple[int, ...], mode: str, which: int) -> Any:
    """The adjoint of one factor of `convolve(x, y, mode)`, which has `shape`: of x (`which` = 0) or y (1); `other` is the other."""
    full = np.zeros([n + m - 1 for n, m in zip(shape, np.shape(other))], np.result_type(g, float))
    second = np.shape(other) if which == 0 else shape
    start = {"full": [], "same": [(n - 1) // 2 for n in second],
             "valid": [min(n, m) - 1 for n, m in zip(shape, np.shape(other))]}[mode]
    full[tuple(slice(k, k + n) for k, n in zip(start, np.shape(g)))] = g
    return signal.convolve(full, np.flip(other), mode="valid")


def unsavgol(g: Any, window: int, polyorder: int, deriv: int = 0, delta: float = 1.0, axis: int = -1) -> Any:
    """The transpose of `savgol_filter`: a convolution inside, and at each end a polynomial through the first or last window."""
    g = np.moveaxis(np.asarray(g), axis, 0)
    rows = signal.savgol_filter(np.eye(window), window, polyorder, deriv, delta, axis=0)
    half, n = window // 2, len(g)
    result = np.zeros(g.shape, np.result_type(g, rows))
    inside = g[half:n - half]
    for k, weight in enumerate(rows[half]):
        result[k:k + len(inside)] += weight * inside
    result[:window] += np.tensordot(rows[:half], g[:half], (0, 0))
    result[n - window:] += np.tensordot(rows[half + 1:], g[n - half:], (0, 0))
    return np.moveaxis(result, 0, axis)


# -- quadrature ----------------------------------------------------------------------------------------------------------

def simpson_weights(n: int) -> Any:
    """The weights of `simpson` for n points at unit distance; the last interval of an even number of points by Cartwright (2017)."""
    if n < 3:
        return np.full(n, 0.5 if n == 2 else 0.0)
    odd = n - 1 + n % 2
    w = np.zeros(n)
    w[:odd] = 2.0 / 3.0
    w[1:odd:2] = 4.0 / 3.0
    w[0] = w[odd - 1] = 1.0 / 3.0
    if odd < n:
        w[-3:] += np.array([-1.0, 8.0, 5.0]) / 12.0
    return w


def spread_weights(g: Any, w: Any, axis: int) -> Any:
    """`g` times the weights `w` along a new axis."""
    return np.moveaxis(np.expand_dims(g, -1) * w, -1, axis)


def unsimpson(g: Any, n: int, dx: float = 1.0, axis: int = -1) -> Any:
    """The transpose of `simpson` for n points."""
    return spread_weights(g, dx * simpson_weights(n), axis)


def untrapezoid(g: Any, n: int, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """The transpose of `trapezoid` for n points, at one-dimensional places x where they are given."""
    steps = np.full(max(n - 1, 0), float(dx)) if x is None or n < 2 else np.diff(x)
    steps = np.sum(steps, keepdims=True) if n == 2 else steps  # one interval goes with any number of places
    return spread_weights(g, 0.5 * (np.append(steps, 0.0) + np.append(0.0, steps))[:n], axis)


def uncumulate(g: Any, x: Any = None, dx: float = 1.0, axis: int = -1, initial: Any = None) -> Any:
    """The transpose of `cumulative_trapezoid`."""
    g = np.moveaxis(np.asarray(g), axis, -1)
    g = g if initial is None else g[..., 1:]
    after = np.flip(np.cumsum(np.flip(g, -1), -1), -1) * (0.5 * (dx if x is None else np.diff(x)))
    result = np.zeros((*after.shape[:-1], after.shape[-1] + 1), after.dtype)
    result[..., :-1] += after
    result[..., 1:] += after
    return np.moveaxis(result, -1, axis)


# -- images --------------------------------------------------------------------------------------------------------------

PADDING = {"reflect": "symmetric", "grid-mirror": "symmetric", "mirror": "reflect", "nearest": "edge", "wrap": "wrap", "grid-wrap": "wrap"}


def uncorrelate1d(g: Any, weights: Any, axis: int = -1, mode: str = "reflect", origin: int = 0) -> Any:
    """The transpose of `ndimage.correlate1d`: what the border repeats is added where it comes from."""
    g = np.moveaxis(np.asarray(g), axis, 0)
    n, size = len(g), len(weights)
    before = size // 2 + origin
    after = size - 1 - before
    spread = np.zeros((n + size - 1, *g.shape[1:]), np.result_type(g, float))
    for k, w in enumerate(weights):
        spread[k:k + n] += w * g
    if mode in ("constant", "grid-constant"):
        return np.moveaxis(spread[before:before + n].astype(g.dtype), 0, axis)
    source = np.pad(np.arange(n), (before, after), mode=PADDING[mode])  # type: ignore[call-overload]
    result = np.zeros_like(g, dtype=spread.dtype)
    np.add.at(result, source, spread)
    return np.moveaxis(result.astype(g.dtype), 0, axis)


def unconvolve1d(g: Any, weights: Any, axis: int = -1, mode: str = "reflect", origin: int = 0) -> Any:
    """The transpose of `ndimage.convolve1d`, whose centre is left of the middle of an even number of weights."""
    return uncorrelate1d(g, np.flip(weights), axis, mode, len(weights) % 2 - 1 - origin)


def corners(shape: tuple[int, ...], places: Any) -> Any:
    """For linear interpolation at `places`: of every corner of the cells the index, and per axis its weight and the weight's slope.

    Outside, where there are no cells, the corners that differ along an axis have the same index, so that their slopes cancel.
    """
    places = np.asarray(places, float)
    low = np.floor(places).astype(int)
    for bits in np.ndindex(*(2,) * len(shape)):
        bit = np.reshape(bits, (-1,) + (1,) * (places.ndim - 1))
        at, share = low + bit, np.where(bit, places - low, 1.0 - (places - low))
        size = np.reshape(shape, bit.shape)
        inside = np.all((places >= 0.0) & (places <= size - 1.0), axis=0)
        index = tuple(np.clip(at, 0, size - 1))
        yield index, share * inside, np.where(bit, 1.0, -1.0)


def unmap(g: Any, places: Any, shape: tuple[int, ...]) -> Any:
    """The transpose of `ndimage.map_coordinates` of order 1: what is outside has no part."""
    result = np.zeros(shape, np.result_type(g, float))
    for index, shares, _ in corners(shape, places):
        np.add.at(result, index, g * np.prod(shares, axis=0))
    return result


def map_slopes(x: Any, places: Any) -> Any:
    """The slopes of the interpolated values with respect to the coordinates, by axis."""
    x, places = np.asarray(x), np.asarray(places, float)
    result = np.zeros(places.shape)
    for index, shares, slopes in corners(x.shape, places):
        for k in range(x.ndim):
            others = np.prod(np.delete(shares, k, axis=0), axis=0)
            result[k] += x[index] * others * slopes[k]
    return result


# -- short-time Fourier transforms ------------------------------------------------------------------------------------------

def unstft(g: Any, x: Any, fs: float = 1.0, window: Any = "hann", nperseg: int | None = 256, noverlap: int | None = None,
           nfft: int | None = None, detrend: Any = False, return_onesided: bool = True, boundary: str | None = "zeros",
           padded: bool = True, scaling: str = "spectrum") -> Any:
    """The transpose of what `stft` makes of real signals x: every segment is transformed, weighted and added back in its place."""
    n = np.shape(x)[-1]
    if isinstance(window, (str, tuple)):
        nperseg = min(int(nperseg or 256), n)
        weights = signal.get_window(window, nperseg)
    else:
        weights, nperseg = np.asarray(window), len(window)
    nfft, step = int(nfft or nperseg), nperseg - (nperseg // 2 if noverlap is None else int(noverlap))
    weights = weights / (np.sqrt(fs * np.sum(weights**2)) if scaling == "psd" else abs(np.sum(weights)))
    spectrum = np.zeros((*g.shape[:-2], nfft, g.shape[-1]), complex)
    spectrum[..., :g.shape[-2], :] = g
    segments = np.fft.fft(spectrum, axis=-2).real[..., :nperseg, :] * weights[:, np.newaxis]
    if detrend:
        segments = signal.detrend(segments, axis=-2, type=detrend)
    edge = nperseg // 2 if boundary else 0
    result = np.zeros((*g.shape[:-2], max(edge + n, (g.shape[-1] - 1) * step + nperseg)))
    for k in range(g.shape[-1]):
        result[..., k * step:k * step + nperseg] += segments[..., k]
    return np.asarray(result[..., edge:edge + n], np.asarray(x).dtype)


def sides(f: Any, fs: float = 1.0, return_onesided: bool = True) -> Any:
    """How often a spectrum at the frequencies f counts its lines: a one-sided one all twice but the first, and the last at fs / 2."""
    counts = np.full(len(f), 2.0 if return_onesided else 1.0)
    counts[0] = 1.0
    if return_onesided and np.isclose(2.0 * f[-1], fs):
        counts[-1] = 1.0
    return counts


# -- interpolants and densities ----------------------------------------------------------------------------------------------

def line_slopes(f: Any, x: Any) -> Any:
    """The slopes of an `interp1d` at x: those of the spline that it is; steps have none, nor has what fills the outside."""
    if f._kind in ("nearest", "nearest-up", "previous", "next"):
        return np.zeros(np.shape(f(x)))
    degree = 1 if f._kind == "linear" else f._spline.k
    x = np.asarray(x, float)
    slopes = interpolate.make_interp_spline(f.x, f.y, k=degree)(x, 1)
    return slopes if f._extrapolate else np.where((x < f.x[0]) | (x > f.x[-1]), 0.0, slopes)


def cells(f: Any, x: Any) -> Any:
    """The corners of the cells of a grid that the places are in: index, weight, and the slope of the weight along every axis."""
    points = np.reshape(np.asarray(x, float), (-1, len(f.grid)))
    if f.method != "linear":
        raise NotImplementedError(f"the derivative of a RegularGridInterpolator with method={f.method!r}")
    low = [np.clip(np.searchsorted(axis, p, side="right") - 1, 0, len(axis) - 2) for axis, p in zip(f.grid, points.T)]
    width = [axis[k + 1] - axis[k] for axis, k in zip(f.grid, low)]
    share = [(p - axis[k]) / w for axis, p, k, w in zip(f.grid, points.T, low, width)]
    for bits in np.ndindex(*(2,) * len(f.grid)):
        weights = np.array([s if bit else 1.0 - s for s, bit in zip(share, bits)])
        others = [np.prod(np.delete(weights, k, axis=0), axis=0) for k in range(len(bits))]
        slopes = [(1.0 if bit else -1.0) / w * other for bit, w, other in zip(bits, width, others)]
        yield tuple(k + bit for k, bit in zip(low, bits)), np.prod(weights, axis=0), np.array(slopes).T


def grid_slopes(f: Any, x: Any) -> Any:
    """The slopes of a `RegularGridInterpolator` at the places x, the axes of the grid last."""
    total = sum(f.values[index][:, np.newaxis] * slopes for index, _, slopes in cells(f, x))
    if f.fill_value is not None:
        places = np.reshape(np.asarray(x, float), (-1, len(f.grid)))
        inside = [(axis[0] <= p) & (p <= axis[-1]) for axis, p in zip(f.grid, places.T)]
        total = np.where(np.all(inside, axis=0)[:, np.newaxis], total, 0.0)
    return np.reshape(total, (*np.shape(f(x)), len(f.grid)))


def ungrid(g: Any, f: Any, x: Any) -> Any:
    """The transpose of a `RegularGridInterpolator`: the values at the corners of its cell have a share in a place."""
    result = np.zeros(f.values.shape)
    for index, weights, _ in cells(f, x):
        np.add.at(result, index, np.ravel(g) * weights)
    return result


def regrid(values: Any, f: Any, x: Any) -> Any:
    """Other values on the grid of a `RegularGridInterpolator`, at the places x."""
    return interpolate.RegularGridInterpolator(f.grid, values)(x)


def density_slopes(f: Any, x: Any) -> Any:
    """The gradient of a `gaussian_kde` at every place: (dimensions, places)."""
    x = np.atleast_2d(np.asarray(x, float))
    x = x.T if x.shape[0] == 1 and f.d > 1 and x.shape[1] == f.d else x
    apart = x[:, np.newaxis, :] - f.dataset[:, :, np.newaxis]
    pulled = np.tensordot(f.inv_cov, apart, 1)
    heights = f.weights[:, np.newaxis] * np.exp(-0.5 * np.sum(apart * pulled, axis=0))
    return -np.sum(heights * pulled, axis=1) / np.sqrt(np.linalg.det(2.0 * np.pi * f.covariance))
