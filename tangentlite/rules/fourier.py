"""Fourier transforms: `numpy.fft`, and the functions of the same names in `scipy.fft`.

A transform is linear, and that of complex numbers is symmetric: its transpose is itself, whatever its scale. A transform of
real numbers is the first half of that of complex ones, and one to real numbers counts the terms twice of which only that half
is given. Lengths that `n` or `s` cut or fill up with zeros are restored.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.expressions import DYNAMIC, cast_to, fixed, is_real, known_rank, normal_axes, shape_of, static
from tangentlite.rules.real_numbers import real_only
from tangentlite.rules.stacks import refuse
from tangentlite.rules.verbs import custom, linear

fit_axis, arange = lift(runtime.fit_axis), lift(np.arange)
COMPLEX = {"float32": "complex64", "float64": "complex128", "complex64": "complex64", "complex128": "complex128"}
REAL = {"float32": "float32", "float64": "float64", "complex64": "float32", "complex128": "float64"}


# -- what the transforms share ---------------------------------------------------------------------------------------

def keywords(axis: Any, norm: Any) -> dict[str, Any]:
    """The keywords that a transform and its transpose have in common."""
    return {**({} if static(axis) == -1 else {"axis": axis}), **scale(norm)}


def scale(norm: Any) -> dict[str, Any]:
    return {} if static(norm) is None else {"norm": norm}


def restored(bar: Any, x: Any, n: Any, axis: Any) -> Any:
    """The adjoint of an argument that was cut or filled up to length `n`."""
    if static(n) is None:
        return cast_to(bar, x)
    return cast_to(fit_axis(bar, length(x, axis), *(() if static(axis) == -1 else (axis,))), x)


def length(x: Any, axis: Any) -> Any:
    return shape_of(x)[axis]


def real_of(x: Any) -> Any:
    return x if is_real(x) else np.real(x)


def half_weights(n: Any, axis: Any, g: Any) -> Any:
    """How often irfft counts each term `g`: 2, but 1 for those without a partner, the first and, where `n` is even, the last."""
    weights = 2.0 - (2 * arange(n // 2 + 1) % n == 0)
    a = static(axis)
    refuse(not isinstance(a, int), "a transform along an axis that is not known")
    after = -1 - a if a < 0 else known_rank(g) - 1 - a
    return np.expand_dims(weights, tuple(range(1, after + 1))) if after else weights


# -- one axis --------------------------------------------------------------------------------------------------------

def symmetric(op: Any) -> Callable[..., Any]:
    """fft and ifft"""
    return lambda g, x, n=None, axis=-1, norm=None: restored(op(g, **keywords(axis, norm)), x, n, axis)


def from_real(full: Any) -> Callable[..., Any]:
    """rfft is the first half of fft, and ihfft that of ifft."""
    def transpose(g: Any, x: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
        size = length(x, axis) if static(n) is None else n
        return restored(real_of(full(g, n=size, **keywords(axis, norm))), x, n, axis)
    return transpose


def to_real(half: Any) -> Callable[..., Any]:
    """irfft goes back by ihfft, and hfft by rfft."""
    def transpose(g: Any, x: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
        bar = half(g, **keywords(axis, norm)) * half_weights(length(g, axis), axis, g)
        return restored(bar, x, n, axis)
    return transpose


# -- several axes ----------------------------------------------------------------------------------------------------

def chosen_axes(x: Any, s: Any, axes: Any) -> tuple[int, ...]:
    ax, sizes = static(axes), static(s)
    refuse(ax is DYNAMIC or ax is None and sizes is DYNAMIC, "a transform along axes that are not known")
    if ax is None:
        r = known_rank(x)
        return tuple(range(r - len(sizes) if sizes is not None else 0, r))
    return tuple(ax) if isinstance(ax, (tuple, list)) else (ax,)


def all_restored(bar: Any, x: Any, s: Any, axes: tuple[int, ...]) -> Any:
    if static(s) is not None:
        for a in axes:
            bar = fit_axis(bar, length(x, a), a)
    return cast_to(bar, x)


def symmetric_nd(op: Any, default: Any = None) -> Callable[..., Any]:
    """fftn and ifftn"""
    def transpose(g: Any, x: Any, s: Any = None, axes: Any = default, norm: Any = None) -> Any:
        chosen = chosen_axes(x, s, axes)
        along = {} if static(axes) == default and static(s) is None else {"axes": chosen}
        return all_restored(op(g, **along, **scale(norm)), x, s, chosen)
    return transpose


def from_real_nd(full: Any, default: Any = None) -> Callable[..., Any]:
    """rfftn"""
    def transpose(g: Any, x: Any, s: Any = None, axes: Any = default, norm: Any = None) -> Any:
        chosen = chosen_axes(x, s, axes)
        sizes = s if static(s) is not None else x.shape if static(axes) is None else tuple(length(x, a) for a in chosen)
        return all_restored(real_of(full(g, s=sizes, axes=chosen, **scale(norm))), x, s, chosen)
    return transpose


def to_real_nd(full: Any, half: Any, default: Any = None) -> Callable[..., Any]:
    """irfftn"""
    def transpose(g: Any, x: Any, s: Any = None, axes: Any = default, norm: Any = None) -> Any:
        chosen = chosen_axes(x, s, axes)
        bar = half(g, **keywords(chosen[-1], norm)) * half_weights(length(g, chosen[-1]), chosen[-1], g)
        bar = full(bar, axes=chosen[:-1], **scale(norm)) if len(chosen) > 1 else bar
        return all_restored(bar, x, s, chosen)
    return transpose


# -- kinds -----------------------------------------------------------------------------------------------------------

def transformed(dtypes: dict[str, str], kept: bool) -> Callable[..., K.Kind]:
    """The kind of a transform along one axis; `kept`: without `n`, its length is that of the argument."""
    def of(x: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> K.Kind:
        dims, a = K.dims_of(K.kind_of(x)), fixed(axis)
        dtype = dtypes.get(getattr(K.kind_of(x), "dtype", None) or "")
        if not dims or not isinstance(a, int) or not -len(dims) <= a < len(dims):
            return K.Array(dtype, None)
        if kept and fixed(n) is None:
            return K.Array(dtype, dims)
        return K.Array(dtype, tuple(K.fresh_dim() if k == a % len(dims) else d for k, d in enumerate(dims)))
    return of


def transformed_nd(dtypes: dict[str, str], kept: bool, default: Any = None) -> Callable[..., K.Kind]:
    def of(x: Any, s: Any = None, axes: Any = default, norm: Any = None) -> K.Kind:
        dims, ax = K.dims_of(K.kind_of(x)), fixed(axes)
        dtype = dtypes.get(getattr(K.kind_of(x), "dtype", None) or "")
        if not dims or ax is DYNAMIC:
            return K.Array(dtype, None)
        if kept and fixed(s) is None:
            return K.Array(dtype, dims)
        changed = normal_axes(tuple(ax) if isinstance(ax, list) else ax, len(dims))
        return K.Array(dtype, tuple(K.fresh_dim() if changed is None or k in changed else d for k, d in enumerate(dims)))
    return of


# -- the functions ---------------------------------------------------------------------------------------------------

def declare(m: Any, wrap: Callable[[Callable[..., Any]], Callable[..., Any]] = lambda f: f) -> None:
    """The rules of a module with the names of numpy.fft; `wrap` lets them take its other keywords."""
    fft, ifft, rfft, ihfft = lift(m.fft), lift(m.ifft), lift(m.rfft), lift(m.ihfft)
    fftn, ifftn, two = lift(m.fftn), lift(m.ifftn), (-2, -1)
    for op, transpose, kind in (
        (m.fft,    symmetric(fft),                transformed(COMPLEX, True)),
        (m.ifft,   symmetric(ifft),               transformed(COMPLEX, True)),
        (m.rfft,   from_real(fft),                transformed(COMPLEX, False)),
        (m.ihfft,  from_real(ifft),               transformed(COMPLEX, False)),
        (m.irfft,  to_real(ihfft),                transformed(REAL, False)),
        (m.hfft,   to_real(rfft),                 transformed(REAL, False)),
        (m.fftn,   symmetric_nd(fftn),            transformed_nd(COMPLEX, True)),
        (m.ifftn,  symmetric_nd(ifftn),           transformed_nd(COMPLEX, True)),
        (m.rfftn,  from_real_nd(fftn),            transformed_nd(COMPLEX, False)),
        (m.irfftn, to_real_nd(ifftn, ihfft),      transformed_nd(REAL, False)),
        (m.fft2,   symmetric_nd(lift(m.fft2), two),  transformed_nd(COMPLEX, True, two)),
        (m.ifft2,  symmetric_nd(lift(m.ifft2), two), transformed_nd(COMPLEX, True, two)),
        (m.rfft2,  from_real_nd(fftn, two),       transformed_nd(COMPLEX, False, two)),
        (m.irfft2, to_real_nd(ifftn, ihfft, two), transformed_nd(REAL, False, two)),
    ):
        linear(op, wrap(transpose), kind=wrap(kind))
    for op in (m.fftfreq, m.rfftfreq):
        custom(op, lambda y, dots, n, d=1.0: -y * dots[1] / d, lambda g, y, n, d=1.0: (None, cast_to(-np.dot(g, y) / d, d)),
               kind=lambda n, d=1.0: K.Array("float64", (K.fresh_dim(),)))
        real_only(op)


def shift_kind(x: Any, axes: Any = None) -> K.Kind:
    return K.kind_of(x) if isinstance(K.kind_of(x), K.Array) else K.NUMERIC


declare(np.fft)
linear(np.fft.fftshift,  lambda g, x, axes=None: np.fft.ifftshift(g, axes=axes), kind=shift_kind)
linear(np.fft.ifftshift, lambda g, x, axes=None: np.fft.fftshift(g, axes=axes), kind=shift_kind)
linear(runtime.fit_axis, lambda t, x, n, axis=-1: fit_axis(t, length(x, axis), axis),
       kind=lambda x, n, axis=-1: transformed({d: d for d in COMPLEX}, False)(x, n, axis), view=True)
