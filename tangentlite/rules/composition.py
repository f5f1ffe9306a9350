"""Functions that are short for an expression of other functions; and results that are tuples, component by component."""
from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder, Expr
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.trace import Const, Eqn, Var
from tangentlite.rules.verbs import RULES, KindFunction, Rule, UnknownKeyword, bind, display, normalized, over_arrays, rule_of


def composed(op: Callable[..., Any], definition: Callable[..., Any], kind: KindFunction | None = None,
             of_list: bool = False) -> None:
    """y = op(x, ...) is differentiated as `definition(x, ...)`, an expression in functions that have rules.

    Where the first argument is a list of arrays (`of_list`), the definition gets a list of them.
    """
    def expanded(b: Builder, eqn: Eqn) -> tuple[Any, list[Eqn], tuple[Any, ...]]:
        """The value as an expression, the equations that were appended for it, and the values it depends on."""
        items = display(b, eqn.args[0]) if of_list else ()
        if items is None:
            raise UnknownKeyword("of a list that is not written as one")
        kwargs = dict(eqn.kwargs)
        bind(definition, *eqn.args, **kwargs)
        start, outer = len(b.stmts), (b.fresh, b.again)
        b.fresh, b.again = {}, {}

        def run(*atoms: Any, **keywords: Any) -> Any:
            return definition(list(atoms[:len(items)]), *atoms[len(items):], **keywords) if of_list else definition(*atoms, **keywords)

        leaves = (*items, *eqn.args[1:]) if of_list else eqn.args
        out = b.run(run, *leaves, **kwargs)
        made = [s for s in b.stmts[start:] if isinstance(s, Eqn)]
        b.fresh, b.again = outer
        return out, made, leaves

    def forward(b: Builder, eqn: Eqn, dots: dict[Var, Any]) -> Any:
        out, made, leaves = expanded(b, eqn)
        found = {**dots, **{a: dots[a] for a in leaves if isinstance(a, Var) and a in dots}}
        for e in made:
            e, rule = ruled(b, e)
            if rule.forward is not None and any(a in found for a in e.inputs):
                found[e.out] = rule.forward(b, e, found)
        return found.get(out)

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        out, made, leaves = expanded(b, eqn)
        bars = {out: g}
        for e in reversed(made):
            bar = bars.pop(e.out, None)
            e, rule = ruled(b, e)
            if bar is None or rule.reverse is None:
                continue
            for x, c in rule.reverse(b, e, bar):
                if isinstance(x, Var) and c is not None and K.differentiable(K.kind_of(b.kind(x))):
                    bars[x] = c if x not in bars else added(b, bars[x], c)
        if of_list:
            yield eqn.args[0], None  # its elements have the adjoints
        yield from ((a, bars.get(a) if isinstance(a, Var) else None) for a in dict.fromkeys(leaves))

    rule = Rule(forward, reverse, kind)
    RULES[op] = rule if of_list else over_arrays(op, rule)


def ruled(b: Builder, e: Eqn) -> tuple[Eqn, Rule]:
    """The equation as its rule takes it, and the rule."""
    e = normalized(e, b)
    rule = rule_of(e.op)
    if rule is None:
        raise UnknownKeyword(f"{getattr(e.op, '__name__', e.op)} has no rule")
    return e, rule


def added(b: Builder, before: Any, c: Any) -> Any:
    """The sum of two contributions; what is one component of a tuple is added there."""
    if K.is_numeric(K.kind_of(b.kind(c))):
        return b.emit(operator.add, before, c)
    e = b.fresh.get(c) if isinstance(c, Var) else None
    base = b.fresh.get(e.args[0]) if e is not None and e.op is runtime.add_at else None
    if e is not None and base is not None and base.op is runtime.zeros_like:
        return b.emit(runtime.add_at, before, *e.args[1:])
    return b.emit(runtime.accumulate, before, c)


def components(g: Any, n: int) -> tuple[Any, ...]:
    """The adjoints of the `n` components of a tuple; None for those that nothing depends on."""
    if not isinstance(g, Expr):
        return tuple(g)
    b, found, made = g.builder, dict[int, Any](), g.builder.fresh.get(g.atom)
    while made is not None and made.op is runtime.add_at and isinstance(made.args[1], Const) and type(made.args[1].value) is int:
        k, part = made.args[1].value % n, Expr(made.args[2], b)
        found[k] = part + found[k] if k in found else part
        made = b.fresh.get(made.args[0])
    if made is not None and made.op is make_tuple and not found:
        return tuple(Expr(a, b) for a in made.args)
    if made is None or made.op is not runtime.zeros_like:
        return tuple(g[k] for k in range(n))
    return tuple(found.get(k) for k in range(n))


def plus(a: Any, b: Any) -> Any:
    """The sum of two contributions, of which one may be missing."""
    return b if a is None else a if b is None else a + b
