"""Python's operators. `x ** y` follows the conventions of docs/conventions.md at its corners."""
from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder, Expr, lift
from tangentlite.ir.trace import Const, Eqn, Var
from tangentlite.rules.broadcasting import zero
from tangentlite.rules.expressions import is_one
from tangentlite.rules.registry import RULES
from tangentlite.rules.verbs import alias, constant, elementwise

power_slope, log_slope = lift(runtime.power_slope), lift(runtime.log_slope)


def power_partials(z: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """d/dx = y x^(y-1), d/dy = x^y log x; a literal exponent needs neither log nor a special case at 0."""
    n = y.value if isinstance(y, Expr) else y
    if isinstance(n, (int, float)):
        return (0.0, None) if n == 0 else (y * x ** (y - 1), None)
    return power_slope(x, y), log_slope(z, x, y)


def sum_kind(*args: Any) -> K.Kind:
    """`+` concatenates lists and tuples."""
    a, b = (K.kind_of(k) for k in args)
    if isinstance(a, K.Seq) and isinstance(b, K.Seq) and a.type == b.type:
        if a.items is not None and b.items is not None:
            return K.Seq(a.type, a.items + b.items)
        return K.join(K.Seq(a.type, None, K.elements(a)), K.Seq(b.type, None, K.elements(b)), "concatenation")
    if isinstance(a, K.Inert) and a == b:
        return a
    if K.is_numeric(a) != K.is_numeric(b) and isinstance(a, (K.Number, K.Array, K.Unknown)) and isinstance(
            b, (K.Number, K.Array, K.Unknown)):
        return K.NUMERIC
    return K.elementwise(operator.add, a, b)


def product_kind(*args: Any) -> K.Kind:
    """`*` repeats lists and tuples."""
    a, b = (K.kind_of(k) for k in args)
    for x, n in ((a, b), (b, a)):
        if isinstance(x, K.Seq) and isinstance(n, K.Number):
            return K.Seq(x.type, None, K.elements(x))
    return K.elementwise(operator.mul, a, b)


def remainder_kind(*args: Any) -> K.Kind:
    """`%` fills in text."""
    first = K.kind_of(args[0])
    return first if first in K.TEXT else K.elementwise(operator.mod, *args)


def concatenation(op: Any) -> None:
    """`+` also joins lists and tuples."""
    numbers = RULES[op]

    def lists(b: Builder, eqn: Eqn) -> bool:
        return all(isinstance(K.kind_of(b.kind(a)), K.Seq) for a in eqn.args)

    def forward(b: Builder, eqn: Eqn, dots: dict[Var, Any]) -> Any:
        if not lists(b, eqn):
            return numbers.forward(b, eqn, dots) if numbers.forward else None
        return b.emit(op, *(dots[a] if a in dots else zero(b, a) for a in eqn.args))

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        if not lists(b, eqn):
            yield from numbers.reverse(b, eqn, g) if numbers.reverse else ()
            return
        n = b.emit(len, eqn.args[0])
        for a, lo, hi in ((eqn.args[0], None, n), (eqn.args[1], n, None)):
            bounds = (Const(p) if p is None else p for p in (lo, hi, None))
            yield a, b.emit(operator.getitem, g, b.emit(slice, *bounds))

    RULES[op] = replace(numbers, forward=forward, reverse=reverse)


# z = f(x, y)                   lambda z, x, y: (dz/dx, dz/dy)
elementwise(operator.add,       lambda z, x, y: (1.0, 1.0), kind=sum_kind)
concatenation(operator.add)
elementwise(operator.sub,       lambda z, x, y: (1.0, -1.0))
elementwise(operator.mul,       lambda z, x, y: (y, x), kind=product_kind)
elementwise(operator.truediv,   lambda z, x, y: (1.0 / y, -(z * z if is_one(x) else z / y)))
elementwise(operator.pow,       power_partials)
elementwise(operator.mod,       lambda z, x, y: (1.0, -(x // y)), kind=remainder_kind)
elementwise(operator.neg,       lambda y, x: -1.0)
elementwise(operator.pos,       lambda y, x: 1.0)

alias(operator.add, operator.iadd)
alias(operator.sub, operator.isub)
alias(operator.mul, operator.imul)
alias(operator.truediv, operator.itruediv)
alias(operator.pow, operator.ipow)
alias(operator.mod, operator.imod)


def comparison(op: Any) -> Any:
    return lambda *args: K.elementwise(op, *args) if all(K.is_numeric(K.kind_of(a)) for a in args) else K.UNKNOWN


op: Any
for op in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
    constant(op, kind=comparison(op), cheap=True)
for op in (operator.not_, operator.is_, operator.is_not, operator.contains):
    constant(op, kind=K.BOOL, cheap=True)
for op in (operator.floordiv, operator.ifloordiv):
    constant(op, kind=comparison(operator.floordiv))
for op in (operator.and_, operator.or_, operator.xor, operator.invert, operator.lshift, operator.rshift):
    constant(op, kind=lambda *args, op=op: K.elementwise(op, *args))
