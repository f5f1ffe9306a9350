"""Whether a function's result has a gradient, as far as its structure and its kinds tell."""
from __future__ import annotations

from types import FunctionType

from tangentlite.errors import OutputTypeError
from tangentlite.frontend import places
from tangentlite.frontend.program import Result
from tangentlite.ir import kinds as K
from tangentlite.ir.transformation import transformation_of


def check_scalar(result: Result, function: FunctionType, holomorphic: bool = False) -> None:
    """Raise OutputTypeError, at the `return`, if the result is surely not one real number (`holomorphic`: one complex number)."""
    if result.raises:
        return
    kind = result.kinds[0] if len(result.kinds) == 1 else None
    advice = "Use vjp or jacobian"
    if result.form is not None or not result.kinds:
        what = f"a tuple of {len(result.form)} values" if result.form is not None else "None"
    elif isinstance(kind, K.Array) and kind.dims:
        what = f"an array of rank {len(kind.dims)}"
    elif isinstance(kind, (K.Seq, K.Record, K.Inert)):
        what = f"a {kind.type.__name__ if isinstance(kind, K.Record) else kind.type}"
    elif isinstance(kind, (K.Number, K.Array)) and kind.dtype == "bool":
        what = "a bool"
    elif not holomorphic and K.is_complex(kind):
        what, advice = "a complex number", "If it is holomorphic, pass holomorphic=True; otherwise use vjp"
    elif holomorphic and isinstance(kind, (K.Number, K.Array)) and kind.dtype and not K.is_complex(kind):
        what, advice = "a real one", "Leave holomorphic=True out"
    else:
        return
    where = places.header if transformation_of(function) else places.result
    wanted = "with holomorphic=True is defined for functions with one complex output" if holomorphic else (
        "is defined for functions with one real output")
    raise OutputTypeError(f"the gradient {wanted}, but `{function.__name__}` returns {what}", where(function), advice)
