"""`np.einsum` in all its spellings. The adjoint of an operand is an einsum of the result's adjoint with the other operands.

An ellipsis is spelled out by letters. A letter that an operand repeats ("ii") names a diagonal: in the adjoint the operand has
another letter in the second place, and the identity matrix joins the two.
"""
from __future__ import annotations

import string
from typing import Any, NamedTuple

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.ir.trace import Const
from tangentlite.rules.expressions import DYNAMIC, fitted, fixed, kind, rank, static
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.verbs import custom


class Plan(NamedTuple):
    """The letters of every operand and of the result, and the positions of the operands among the arguments."""

    operands: list[str]
    out: str
    places: list[int]


# -- subscripts ------------------------------------------------------------------------------------------------------

def plan_of(args: tuple[Any, ...], read: Any, rank_of: Any) -> Plan:
    """`read` gives the value of an argument, `rank_of` its number of dimensions."""
    text = read(args[0]) if args else None
    if isinstance(text, str):
        places = list(range(1, len(args)))
        left, arrow, out = text.replace(" ", "").partition("->")
        operands = left.split(",")
    else:
        places = list(range(0, len(args) - 1, 2))
        operands = [letters_of(read(args[k + 1])) for k in places]
        arrow = "->" if len(args) % 2 else ""
        out = letters_of(read(args[-1])) if arrow else ""
    if len(operands) != len(places):
        raise UnknownKeyword("np.einsum with subscripts that do not fit its operands")
    if not arrow:
        joined = "".join(operands).replace("...", "")
        out = "..." * any("..." in o for o in operands) + "".join(sorted(c for c in set(joined) if joined.count(c) == 1))
    if any("..." in o for o in operands):
        operands, out = spelled_out(operands, out, [rank_of(args[k]) for k in places])
    return Plan(operands, out, places)


def letters_of(axes: Any) -> str:
    """The letters that stand for a list of numbers."""
    if not isinstance(axes, (list, tuple)) or not all(a is Ellipsis or isinstance(a, int) for a in axes):
        raise UnknownKeyword("np.einsum without a subscript string that is known")
    return "".join("..." if a is Ellipsis else string.ascii_letters[a] for a in axes)


def spelled_out(operands: list[str], out: str, ranks: list[int | None]) -> tuple[list[str], str]:
    """Letters in the place of ellipses, which align from the right."""
    known = [r for r in ranks if r is not None]
    if len(known) < len(ranks):
        raise UnknownKeyword("np.einsum with an ellipsis wants numbers of dimensions that are known")
    free = [c for c in string.ascii_letters if c not in "".join(operands)]
    lengths = [r - len(o.replace("...", "")) for o, r in zip(operands, known)]
    longest = "".join(free[:max(n for n, o in zip(lengths, operands) if "..." in o)])
    return ([o.replace("...", longest[len(longest) - n:] if n else "") for o, n in zip(operands, lengths)],
            out.replace("...", longest))


# -- derivatives -----------------------------------------------------------------------------------------------------

def einsum_tangent(y: Any, dots: Any, *args: Any, optimize: Any = False) -> Any:
    options = {} if static(optimize) is False else {"optimize": optimize}
    result = None
    for k in plan_of(args, static, rank).places:
        if dots[k] is not None:
            term = np.einsum(*args[:k], dots[k], *args[k + 1:], **options)
            result = term if result is None else result + term
    return result


def einsum_adjoint(g: Any, y: Any, *args: Any, optimize: Any = False) -> Any:
    options = {} if static(optimize) is False else {"optimize": optimize}
    plan, bars = plan_of(args, static, rank), [None] * len(args)
    for n, k in enumerate(plan.places):
        bars[k] = operand_adjoint(g, plan, n, args, options)
    return tuple(bars)


def operand_adjoint(g: Any, plan: Plan, n: int, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    x = args[plan.places[n]]
    others = [*plan.operands[:n], *plan.operands[n + 1:]]
    factors = [args[k] for j, k in enumerate(plan.places) if j != n]
    letters = plan.operands[n]
    for j, c in enumerate(letters):
        if c in letters[:j]:
            new = next(a for a in string.ascii_letters if a not in "".join((*plan.operands, letters)))
            letters = letters[:j] + new + letters[j + 1:]
            others.append(c + new)
            factors.append(identity(x, j))
    known = set(plan.out).union(*others)
    bar = contracted(g, plan.out, others, "".join(c for c in letters if c in known), factors, options)
    summed = tuple(j for j, c in enumerate(letters) if c not in known)
    if summed:
        bar = np.expand_dims(bar, summed if len(summed) > 1 else summed[0])
    return spread_and_fitted(bar, x)


def identity(x: Any, axis: int) -> Any:
    """The identity matrix as long as an axis of `x`."""
    eye, dims = lift(np.eye)(x.shape[axis]), K.dims_of(kind(x))
    if dims is not None:
        eye.builder.kinds[eye.atom] = K.Array("float64", (dims[axis], dims[axis]))
    return eye


def contracted(g: Any, out: str, others: list[str], inner: str, xs: list[Any], options: dict[str, Any]) -> Any:
    """The contraction of `g` with the other operands; a number is a factor."""
    options = options if inner else {}  # with them, a number would be an array without axes
    if out or not others:
        return np.einsum(",".join([out, *others]) + "->" + inner, g, *xs, **options) if out != inner or others else g
    return g * (xs[0] if others == [inner] else np.einsum(",".join(others) + "->" + inner, *xs, **options))


def spread_and_fitted(bar: Any, x: Any) -> Any:
    """Spread over the axes that only this operand has, and summed where its length of 1 was spread."""
    have, want = K.dims_of(kind(bar)), K.dims_of(kind(x))
    if have is not None and want is not None and len(have) == len(want):
        if all(d == e or not K.maybe_one(d) for d, e in zip(have, want)):
            return fitted(bar, x)
        if all(d == e or d == 1 or not K.maybe_one(d) and not K.maybe_one(e) for d, e in zip(have, want)):
            return np.broadcast_to(bar, x.shape)
    return lift(runtime.unbroadcast)(lift(np.broadcast_arrays)(bar, x)[0], x)


def einsum_kind(*args: Any, **options: Any) -> K.Kind:
    try:
        plan = plan_of(args, fixed_list, lambda x: K.rank(K.kind_of(x)))
    except UnknownKeyword:
        return K.NUMERIC
    kinds = [K.kind_of(args[k]) for k in plan.places]
    dtypes = {getattr(k, "dtype", None) for k in kinds}
    dtype = dtypes.pop() if len(dtypes) == 1 else None
    dtype = dtype if dtype in ("float64", "float32", "complex128") else None
    letters: dict[str, list[Any]] = {}
    for k, letter in zip(kinds, plan.operands):
        dims = K.dims_of(k)
        if dims is None or len(dims) != len(letter):
            return K.Array(dtype, None) if plan.out or options else K.Number(dtype or "")
        for c, d in zip(letter, dims):
            letters.setdefault(c, []).append((d,))
    found = tuple((K.broadcast_dims(*letters[c]) or (K.fresh_dim(),))[0] for c in plan.out)
    return K.Array(dtype, ()) if options and not found else K.numeric(dtype, found)


def fixed_list(a: Any) -> Any:
    """The value of a constant argument; DYNAMIC for a list, of which only the kind is known here."""
    return DYNAMIC if isinstance(a, K.Seq) else fixed(a)


def lent(kinds: Any, *args: Any, **options: Any) -> Any:
    """An operand alone, of which the result may be a diagonal or a transpose."""
    spelled = kinds.get(args[0]) == K.Inert("str") or isinstance(args[0], Const) and isinstance(args[0].value, str)
    operands = args[1:] if spelled else args[::2][:len(args) // 2]
    return operands if len(operands) == 1 else ()


custom(np.einsum, einsum_tangent, einsum_adjoint, kind=einsum_kind, view=lent)
