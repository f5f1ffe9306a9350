"""`scipy.fft`: Fourier transforms as in `numpy.fft`, cosine and sine transforms.

The matrix of a transform of type 2 is the transpose of that of type 3 but for one weight of 2: of the first frequency of cosines,
of the last one of sines; type 4, and type 1 of sines, are symmetric, and type 1 of cosines is but for the weights of both ends.
Orthogonalized transforms have no such weights. (Strang 1999, "The discrete cosine transform".)
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.fft as sf

from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.expressions import DYNAMIC, is_real, kind, known_rank, static
from tangentlite.rules.fourier import all_restored, arange, chosen_axes, declare, length, restored, shift_kind, transformed, transformed_nd
from tangentlite.rules.scipy.options import not_overwritten
from tangentlite.rules.stacks import refuse
from tangentlite.rules.verbs import bind, linear


def without_options(rule: Callable[..., Any]) -> Callable[..., Any]:
    """A rule of NumPy's function, which takes the keywords that SciPy has besides."""
    def call(*args: Any, overwrite_x: Any = False, workers: Any = None, plan: Any = None, **keywords: Any) -> Any:
        not_overwritten(overwrite_x=overwrite_x)
        bind(rule, *args, **keywords)
        return rule(*args, **keywords)
    return call


declare(sf, without_options)
linear(sf.fftshift,  lambda g, x, axes=None: lift(sf.ifftshift)(g, axes=axes), kind=shift_kind)
linear(sf.ifftshift, lambda g, x, axes=None: lift(sf.fftshift)(g, axes=axes), kind=shift_kind)


# -- cosine and sine transforms --------------------------------------------------------------------------------------

SAME = {d: d for d in ("float32", "float64", "complex64", "complex128")}


class Options:
    """What of a call decides its transpose."""

    def __init__(self, kind: Any, norm: Any, orthogonalize: Any, overwrite_x: Any) -> None:
        not_overwritten(overwrite_x=overwrite_x)
        self.type, self.norm, given = static(kind), static(norm), static(orthogonalize)
        refuse(self.type not in (1, 2, 3, 4), "a transform of a type that is not known")
        refuse(self.norm is DYNAMIC or given is DYNAMIC, "a transform of which `norm` or `orthogonalize` is not known")
        self.mixed = given is not None and bool(given) != (self.norm == "ortho")
        self.orthogonal = self.norm == "ortho" if given is None else bool(given)
        self.scale = ({} if self.norm is None else {"norm": self.norm}) | ({} if given is None else {"orthogonalize": given})

    @property
    def swapped(self) -> int:
        return int({2: 3, 3: 2}.get(self.type, self.type))


def weights(sine: bool, o: Options, n: Any) -> Any:
    """The weights of the frequencies; None where all are 1."""
    if o.orthogonal or o.type == 4 or sine and o.type == 1:
        return None
    if o.type == 1:
        return 2.0 - (arange(n) % (n - 1) == 0)
    return 1.0 + (arange(n) == (n - 1 if sine else 0))


def refuse_complex(x: Any, orthogonalize: Any) -> None:
    """SciPy ignores it there."""
    refuse(K.is_complex(kind(x)) and static(orthogonalize) is not None, "`orthogonalize` of complex numbers")


def along(w: Any, g: Any, axis: int) -> Any:
    after = -1 - axis if axis < 0 else known_rank(g) - 1 - axis
    return np.expand_dims(w, tuple(range(1, after + 1))) if after else w


def transposed(op: Any, sine: bool, inverse: bool, g: Any, o: Options, axes: tuple[int, ...], keywords: dict[str, Any]) -> Any:
    """op(g) of the other type, with its weights before or after."""
    before, after = [], []
    for axis in axes:
        w = weights(sine, o, length(g, axis))
        if w is not None:
            w = along(w, g, axis)
            before += [1.0 / w] if o.type == 1 else [w] if (o.type == 2) != inverse else []
            after += [w] if o.type == 1 else [1.0 / w] if (o.type == 2) == inverse else []
    for w in before:
        g = g * w
    g = op(g, **({} if o.swapped == 2 else {"type": o.swapped}), **keywords, **o.scale)
    for w in after:
        g = g * w
    return g


def one_axis(op: Any, sine: bool, inverse: bool) -> None:
    function = lift(op)

    def transpose(g: Any, x: Any, type: Any = 2, n: Any = None, axis: Any = -1, norm: Any = None, overwrite_x: Any = False,  # noqa: A002
                  workers: Any = None, orthogonalize: Any = None) -> Any:
        o, a = Options(type, norm, orthogonalize, overwrite_x), static(axis)
        refuse_complex(x, orthogonalize)
        refuse(o.mixed and not is_real(x), "a transform of complex numbers that is normalized, but not orthogonalized, or the reverse")
        refuse(not isinstance(a, int), "a transform along an axis that is not known")
        return restored(transposed(function, sine, inverse, g, o, (a,), {} if a == -1 else {"axis": a}), x, n, axis)

    linear(op, transpose, kind=lambda x, form=2, n=None, axis=-1, *rest, **keywords: transformed(SAME, True)(x, n, axis))


def several_axes(op: Any, sine: bool, inverse: bool) -> None:
    function = lift(op)

    def transpose(g: Any, x: Any, type: Any = 2, s: Any = None, axes: Any = None, norm: Any = None, overwrite_x: Any = False,  # noqa: A002
                  workers: Any = None, *, orthogonalize: Any = None) -> Any:
        o, chosen = Options(type, norm, orthogonalize, overwrite_x), chosen_axes(x, s, axes)
        refuse_complex(x, orthogonalize)
        refuse(o.mixed and not is_real(x), "a transform of complex numbers that is normalized, but not orthogonalized, or the reverse")
        keywords = {} if static(axes) is None and static(s) is None else {"axes": chosen}
        return all_restored(transposed(function, sine, inverse, g, o, chosen, keywords), x, s, chosen)

    linear(op, transpose, kind=lambda x, form=2, s=None, axes=None, *rest, **keywords: transformed_nd(SAME, True)(x, s, axes))


for name, is_sine, is_inverse in (("dct", False, False), ("idct", False, True), ("dst", True, False), ("idst", True, True)):
    one_axis(getattr(sf, name), is_sine, is_inverse)
    several_axes(getattr(sf, name + "n"), is_sine, is_inverse)
