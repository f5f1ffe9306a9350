"""Derivative rules: one declaration of a local derivative serves forward mode, reverse mode and higher order.

    elementwise(np.tanh,    lambda y, x: 1.0 - y * y)                       dy/dx, element by element
    elementwise(np.divide,  lambda z, x, y: (1.0 / y, -z / y))              (dz/dx, dz/dy)
    linear(np.transpose,    lambda g, x: np.transpose(g))                   y_bar, x -> x_bar; linear in x
    bilinear(np.outer,      lambda g, x, y: ..., lambda g, x, y: ...)       x_bar and y_bar; linear in each
    sequence(np.stack,      lambda g, xs, axis=0: [...])                    one adjoint per element of a list of arrays
    custom(np.prod,         forward=..., reverse=...)                       anything else
    constant(np.sign, len)                                                  zero wherever it exists

A rule takes the arguments and keywords of its function. A keyword it does not take is refused, never ignored.
"""
from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.kinds import Kind
from tangentlite.ir.ops import make_list, make_tuple
from tangentlite.ir.trace import Const, Eqn, Var
from tangentlite.rules.broadcasting import cast, fit, lower, spread, zero
from tangentlite.rules.registry import RULES, KindFunction, Lending, NoPartial, Rule, UnknownKeyword
from tangentlite.rules.tangents import Tangents

REFUSED = object()  # in the place of a partial derivative or an adjoint: the argument must not be active


def is_refused(a: Any) -> bool:
    return isinstance(a, Const) and a.value is REFUSED


SIGNATURES: dict[Any, inspect.Signature] = {}  # of functions that do not tell theirs


@cache
def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    return SIGNATURES.get(function) or inspect.signature(function)


def bind(function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Check that the rule takes these arguments."""
    try:
        signature_of(function).bind(*args, **kwargs)
    except TypeError as e:
        raise UnknownKeyword(str(e)) from None


def run(b: Builder, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    bind(function, *args, **kwargs)
    return b.run(function, *args, **kwargs)


def total(b: Builder, terms: list[Any]) -> Any:
    """The sum of tangents."""
    result = terms[0]
    for t in terms[1:]:
        result = b.emit(operator.add, result, t)
    return result


# -- the verbs -------------------------------------------------------------------------------------------------------

def elementwise(op: Callable[..., Any], partials: Callable[..., Any], kind: KindFunction | None = None) -> None:
    """y = op(x1, ...), element by element with broadcasting; `partials(y, x1, ...)` gives every dy/dxi.

    None stands for a derivative that is zero, REFUSED for one that is not known.
    """
    def slopes(b: Builder, eqn: Eqn) -> tuple[Any, ...]:
        out = run(b, partials, eqn.out, *(array_of(b, eqn, a, a) for a in eqn.args), **dict(eqn.kwargs))
        out = out if isinstance(out, tuple) else (out,)
        if len(out) < len(eqn.args):
            raise UnknownKeyword(f"argument {len(out) + 1}")
        return out

    def forward(b: Builder, eqn: Eqn, dots: dict[Var, Any]) -> Any:
        pairs = list(zip(eqn.args, slopes(b, eqn)))
        for k, (x, p) in enumerate(pairs, 1):
            if x in dots and is_refused(p):
                raise NoPartial(f"the argument {k}")
        terms = [b.emit(operator.mul, array_of(b, eqn, x, dots[x]), p)
                 for x, p in pairs if x in dots and p is not None]
        if not terms:
            return zero(b, eqn.out)
        dot = total(b, terms)
        idle = [a for a, p in pairs if (a not in dots or p is None) and not K.is_number(K.kind_of(b.kind(a)))]
        dot = spread(b, dot, eqn.out) if idle else dot
        return cast(b, dot, eqn.out, K.kind_of(b.kind(eqn.out)), K.kind_of(b.kind(dot)))

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        others = [K.kind_of(b.kind(a)) for a in eqn.args]
        spreads = isinstance(K.kind_of(b.kind(eqn.out)), K.Array)  # also where the arguments are numbers, as of draws of many
        for k, (x, p) in enumerate(zip(eqn.args, slopes(b, eqn))):
            if is_refused(p):
                continue
            broadcasts = any(not K.is_number(o) for o in others[:k] + others[k + 1:]) or spreads and K.is_number(others[k])
            yield x, None if p is None else fit(b, b.emit(operator.mul, g, p), array_of(b, eqn, x, x), broadcasts)

    RULES[op] = over_arrays(op, Rule(forward, reverse, kind or (lambda *a, **k: K.elementwise(op, *a, **k))))


def linear(op: Callable[..., Any], transpose: Callable[..., Any], kind: KindFunction | None = None,
           view: Lending = False, adds: tuple[str, ...] = (), check: Callable[..., None] | None = None) -> None:
    """y = op(x, ...), linear in its first argument; `transpose(y_bar, x, ...)` gives x_bar.

    The keywords `adds` add a constant to the result. `check` raises UnknownKeyword where the kinds of the arguments do not allow it.
    """

    def forward(b: Builder, eqn: Eqn, dots: dict[Var, Any]) -> Any:
        if not shape and any(a in dots for a in eqn.args[1:]):
            raise UnknownKeyword("an active argument besides the first")
        if eqn.args[0] not in dots:
            return None
        bind(transpose, None, *eqn.args, **dict(eqn.kwargs))
        allow(b, eqn)
        kept = {name: v for name, v in eqn.kwargs if name not in adds}
        return b.emit(eqn.op, *replaced(eqn, 0, dots[eqn.args[0]]), **kept)

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        allow(b, eqn)
        yield eqn.args[0], lowered(b, run(b, transpose, g, *eqn.args, **dict(eqn.kwargs)), eqn.args[0])
        yield from ((a, None) for a in eqn.args[1:] if shape)

    def allow(b: Builder, eqn: Eqn) -> None:
        if check is not None:
            check(*map(b.kind, eqn.args), **{k: b.kind(v) for k, v in eqn.kwargs})

    # of the others, run-time functions take the shape alone, and reading an element an index
    shape = op is operator.getitem or str(getattr(op, "__module__", "")).startswith(runtime.__name__)
    RULES[op] = over_arrays(op, Rule(forward, reverse, kind, view=view))


def bilinear(op: Callable[..., Any], left: Callable[..., Any], right: Callable[..., Any],
             kind: KindFunction | None = None) -> None:
    """z = op(x, y, ...), linear in x and in y; `left(z_bar, x, y, ...)` gives x_bar and `right` gives y_bar."""

    def forward(b: Builder, eqn: Eqn, dots: dict[Var, Any]) -> Any:
        bind(left, None, *eqn.args, **dict(eqn.kwargs))
        return total(b, [b.emit(eqn.op, *replaced(eqn, k, dots[x]), **dict(eqn.kwargs))
                         for k, x in enumerate(eqn.args[:2]) if x in dots])

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        for x, transpose in zip(eqn.args, (left, right)):
            yield x, lowered(b, run(b, transpose, g, *eqn.args, **dict(eqn.kwargs)), x)

    RULES[op] = over_arrays(op, Rule(forward, reverse, kind))


def sequence(op: Callable[..., Any], transpose: Callable[..., Any], kind: KindFunction | None = None) -> None:
    """y = op([x1, x2, ...], ...), linear in every element; `transpose(y_bar, xs, ...)` gives a list of adjoints."""

    def forward(b: Builder, eqn: Eqn, dots: dict[Var, Any]) -> Any:
        items = display(b, eqn.args[0])
        bind(transpose, None, *eqn.args, **dict(eqn.kwargs))
        if items is None:
            return b.emit(eqn.op, *replaced(eqn, 0, dots[eqn.args[0]]), **dict(eqn.kwargs))
        tangents = [dots[x] if x in dots else zero(b, x) for x in items]
        packed = b.emit(b.defs[eqn.args[0]].op, *tangents)
        return b.emit(eqn.op, *replaced(eqn, 0, packed), **dict(eqn.kwargs))

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        items = display(b, eqn.args[0])
        if items is None:
            yield eqn.args[0], run(b, lambda g, *a, **k: transpose(g, *a, **k), g, *eqn.args, **dict(eqn.kwargs))
            return

        def adjoints(g: Any, *rest: Any, **kwargs: Any) -> tuple[Any, ...]:
            xs, others = rest[:len(items)], rest[len(items):]
            bind(transpose, g, list(xs), *others, **kwargs)
            return tuple(transpose(g, list(xs), *others, **kwargs))

        yield eqn.args[0], None  # its elements have the adjoints
        bars = b.run(adjoints, g, *items, *eqn.args[1:], **dict(eqn.kwargs))
        yield from ((x, lowered(b, c, x)) for x, c in zip(items, bars))

    RULES[op] = Rule(forward, reverse, kind)


def custom(op: Any, forward: Callable[..., Any], reverse: Callable[..., Any], kind: KindFunction | None = None,
           view: Lending = False, tuples: bool = False) -> None:
    """`forward(y, dots, *args, **kw)` gives y_dot, where `dots` are the tangents of args (None: inactive);
    `reverse(g, y, *args, **kw)` gives one adjoint per argument (None: zero; REFUSED: not known).

    With `tuples`, arguments that are lists or tuples do not stand for arrays."""

    def forward_(b: Builder, eqn: Eqn, dots: dict[Var, Any]) -> Any:
        tangents = [dots.get(a) if isinstance(a, Var) else None for a in eqn.args]
        n = len(eqn.outs)

        def call(*atoms: Any, **kwargs: Any) -> Any:
            ys, rest = atoms[:n], atoms[n:]
            ts, args = Tangents(rest[:len(tangents)]), rest[len(tangents):]
            y = ys[0] if n == 1 else ys
            bind(forward, y, ts, *args, **kwargs)
            result = forward(y, ts, *args, **kwargs)
            for k in ts.ignored() if not (getattr(op, "__module__", None) or "").startswith("tangentlite") else ():
                raise NoPartial(f"the argument {k + 1}")
            return result

        found = b.run(call, *eqn.outs, *tangents, *eqn.args, **dict(eqn.kwargs))
        return tuple(map(partial(lowered, b), found, eqn.outs)) if isinstance(found, tuple) else lowered(b, found, eqn.out)

    def reverse_(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        n = len(eqn.outs)

        def call(*atoms: Any, **kwargs: Any) -> Any:
            gs, ys, args = atoms[:n], atoms[n:2 * n], atoms[2 * n:]
            first = (gs[0], ys[0]) if n == 1 else (gs, ys)
            bind(reverse, *first, *args, **kwargs)
            return reverse(*first, *args, **kwargs)

        out = b.run(call, *(g if n > 1 else (g,)), *eqn.outs, *eqn.args, **dict(eqn.kwargs))
        yield from ((x, lowered(b, c, x)) for x, c in zip(eqn.args, out if isinstance(out, tuple) else (out,)) if not is_refused(c))

    rule = Rule(forward_, reverse_, kind, view=view)
    RULES[op] = rule if tuples else over_arrays(op, rule)


def constant(*ops: Any, kind: KindFunction | Kind | None = None, cheap: bool = False, pure: bool = True,
             view: Lending = False) -> None:
    """The derivative is zero wherever it exists."""
    function: Any = kind if kind is None or callable(kind) else (lambda *a, **k: kind)
    for op in ops:
        RULES[op] = Rule(kind=function, cheap=cheap, pure=pure, view=view)


def alias(op: Any, *same: Any) -> None:
    """`same` are other spellings of `op` with the same arguments."""
    for other in same:
        RULES[other] = RULES[op]


TAKE_LISTS = (np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray)


def over_arrays(op: Any, rule: Rule) -> Rule:
    """The rule of a NumPy function, told of lists of numbers as of the arrays that the function makes of them."""
    if op in TAKE_LISTS or op is not operator.matmul and library_of(op) not in ("numpy", "scipy"):
        return rule

    def seen(b: Builder, eqn: Eqn) -> tuple[Eqn, dict[Any, Any]]:
        lists = {a: b.emit(np.array, a) for a in eqn.args if isinstance(a, Var) and holds_numbers(K.kind_of(b.kind(a)))}
        return (replace(eqn, args=tuple(lists.get(a, a) for a in eqn.args)) if lists else eqn), lists

    def forward(b: Builder, eqn: Eqn, dots: dict[Var, Any]) -> Any:
        assert rule.forward is not None
        told, lists = seen(b, eqn)
        return rule.forward(b, told, {**dots, **{made: b.emit(np.array, dots[a]) for a, made in lists.items() if a in dots}})

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        assert rule.reverse is not None
        told, lists = seen(b, eqn)
        back = {made: a for a, made in lists.items()}
        return ((back.get(x, x), c) for x, c in rule.reverse(b, told, g))

    return replace(rule, forward=forward, reverse=reverse)


def library_of(op: Any) -> str:
    return (getattr(op, "__module__", None) or "numpy").partition(".")[0]


def holds_numbers(kind: Kind) -> bool:
    return isinstance(kind, K.Seq) and kind.type in ("list", "tuple") and K.differentiable(kind)


def array_of(b: Builder, eqn: Eqn, x: Any, value: Any) -> Any:
    """`value` as NumPy takes it where `x` is a list; `unbroadcast` refuses Python's operators on lists."""
    if not isinstance(K.kind_of(b.kind(x)), K.Seq):
        return value
    others = (K.kind_of(b.kind(a)) for a in eqn.args)
    numpy = isinstance(eqn.op, np.ufunc) or library_of(eqn.op) in ("numpy", "scipy") or any(
        isinstance(k, K.Array) and k.dims is not None for k in others)
    return b.emit(np.array, value) if numpy else value


# -- what the verbs share --------------------------------------------------------------------------------------------

def replaced(eqn: Eqn, k: int, a: Any) -> tuple[Any, ...]:
    return (*eqn.args[:k], a, *eqn.args[k + 1:])


def lowered(b: Builder, g: Any, x: Any) -> Any:
    """A contribution or a tangent in the precision of `x`."""
    return g if g is None or isinstance(g, Const) or not isinstance(x, Var) else lower(b, g, x)


def display(b: Builder, a: Any) -> tuple[Any, ...] | None:
    """The elements of a value that was written as a list or tuple display."""
    made = b.defs.get(a) if isinstance(a, Var) else None
    return made.args if made is not None and made.op in (make_list, make_tuple) else None
