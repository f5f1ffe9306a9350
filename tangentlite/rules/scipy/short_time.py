"""Short-time Fourier transforms, which are linear, and power spectra averaged over segments (Welch 1967): means of their squares."""
from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from scipy import signal

from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.components import components, tuple_of
from tangentlite.rules.expressions import cast_to, is_real, static
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.scipy import adjoints
from tangentlite.rules.verbs import constant, custom

stft, unstft, sides = lift(signal.stft), lift(adjoints.unstft), lift(adjoints.sides)
SHARED = ("fs", "window", "nperseg", "noverlap", "nfft", "return_onesided")
DETREND = (False, "constant", "linear")


def named(op: Any, rest: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    """The arguments after the signal, by name."""
    return {**dict(zip(list(inspect.signature(op).parameters)[1:], rest)), **options}


def checked(x: Any, options: dict[str, Any], usual: dict[str, tuple[Any, ...]]) -> dict[str, Any]:
    if not is_real(x):
        raise UnknownKeyword("a signal that is not surely real")
    for name, value in options.items():
        if name in usual and static(value) not in usual[name] or name not in usual and name not in SHARED:
            raise UnknownKeyword(f"{name}=")
    return {k: v for k, v in options.items() if k != "axis"}


def stft_options(x: Any, rest: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    usual = {"detrend": DETREND, "boundary": ("zeros", None), "padded": (True, False), "axis": (-1,), "scaling": ("spectrum", "psd")}
    return checked(x, named(signal.stft, rest, options), usual)


def stft_tangent(y: Any, dots: Any, x: Any, *rest: Any, **options: Any) -> Any:
    return tuple_of(np.zeros_like(y[0]), np.zeros_like(y[1]), stft(dots[0], **stft_options(x, rest, options))[2])


def stft_adjoint(g: Any, y: Any, x: Any, *rest: Any, **options: Any) -> Any:
    _, _, bar = components(g, 3)
    return None if bar is None else cast_to(unstft(bar, x, **stft_options(x, rest, options)), x)


# -- averaged power spectra -------------------------------------------------------------------------------------------------

def welch_options(x: Any, rest: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    """Of the transform whose squares are averaged."""
    usual = {"detrend": DETREND, "axis": (-1,), "scaling": ("density", "spectrum"), "average": ("mean",)}
    given = checked(x, named(signal.welch, rest, options), usual)
    scaling = "psd" if static(given.pop("scaling", "density")) == "density" else "spectrum"
    given.pop("average", None)
    return {"detrend": "constant", **given, "boundary": None, "padded": False, "scaling": scaling}


def welch_tangent(y: Any, dots: Any, x: Any, *rest: Any, **options: Any) -> Any:
    given = welch_options(x, rest, options)
    z = stft(x, **given)[2]
    change = np.mean(2.0 * np.real(np.conjugate(z) * stft(dots[0], **given)[2]), axis=-1)
    return tuple_of(np.zeros_like(y[0]), change * weights(y, given))


def welch_adjoint(g: Any, y: Any, x: Any, *rest: Any, **options: Any) -> Any:
    given, (_, bar) = welch_options(x, rest, options), components(g, 2)
    if bar is None:
        return None
    z = stft(x, **given)[2]
    share = bar * weights(y, given) / z.shape[-1]
    return cast_to(unstft(2.0 * (np.expand_dims(share, -1) * np.conjugate(z)), x, **given), x)


def weights(y: Any, given: dict[str, Any]) -> Any:
    """A one-sided spectrum has the power of both sides."""
    return sides(y[0], **{k: given[k] for k in ("fs", "return_onesided") if k in given})


def spectra_kind(count: int, dtype: str) -> Any:
    def kind(x: Any, *rest: Any, **options: Any) -> K.Kind:
        dims = K.dims_of(K.kind_of(x))
        places = [K.Array("float64", (K.fresh_dim(),)) for _ in range(count)]
        of = dtype if getattr(K.kind_of(x), "dtype", None) == "float64" else None  # single precision stays
        return K.Seq("tuple", (*places, K.Array(of, (*dims[:-1], *(K.fresh_dim() for _ in range(count))) if dims else None)))

    return kind


constant(adjoints.sides)
custom(signal.stft, stft_tangent, stft_adjoint, kind=spectra_kind(2, "complex128"))
custom(signal.welch, welch_tangent, welch_adjoint, kind=spectra_kind(1, "float64"))
custom(adjoints.unstft, lambda y, dots, g, x, **options: unstft(dots[0], x, **options),
       lambda w, y, g, x, **options: (stft(w, **options)[2], None), kind=lambda g, x, **options: K.kind_of(x))
