"""Functions that are expressions in other functions: the rules of those give their derivatives.

    defined(np.vecdot, lambda x, y, axis=-1: np.sum(np.conjugate(x) * y, axis=axis))

The expression is written once and serves forward mode, reverse mode, higher order and kinds. It stands for the derivative
alone: the value is that of the function itself.
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.identities import ZEROS
from tangentlite.ir.ops import make_list, make_tuple
from tangentlite.ir.trace import Const, Eqn, Var
from tangentlite.rules.broadcasting import cast, real_or_complex, spread, zero
from tangentlite.rules.callees import normalized
from tangentlite.rules.inference import infer
from tangentlite.rules.registry import RULES, KindFunction, Lending, Rule, UnknownKeyword, rule_of
from tangentlite.rules.verbs import bind, display, lowered, over_arrays

Definition = Callable[..., Any]


def defined(op: Any, definition: Definition, kind: KindFunction | None = None, view: Lending = False, lists: bool = False) -> None:
    """y = op(...) has the derivative of `definition(...)`, which may use whatever has a rule.

    With `lists`, an argument that is written as a list or tuple is a list of values to the definition.
    """
    rule = Rule(lambda b, eqn, dots: tangents(b, eqn, dots, definition, lists),
                lambda b, eqn, g: adjoints(b, eqn, g, definition, lists),
                kind or (lambda *args, **keywords: kind_of_result(definition, args, keywords, lists)), view=view)
    RULES[op] = rule if lists else over_arrays(op, rule)


def expanded(b: Builder, eqn: Eqn, definition: Definition, lists: bool) -> tuple[list[Eqn], Any]:
    """The equations of the definition, appended to the block, and its result, or the tuple of its results."""
    inner = Builder(b)  # with nothing that rules have made so far: every path from an argument to a result is seen
    inner.loc = b.loc

    def run(*atoms: Any, **keywords: Any) -> Any:
        rest = iter(atoms)
        args = [regrouped(t, rest) for t in trees]
        bind(definition, *args, **keywords)
        return definition(*args, **keywords)

    trees = [parts(b, a) if lists else a for a in eqn.args]
    out = inner.run(run, *(leaf for t in trees for leaf in leaves(t)), **dict(eqn.kwargs))
    b.stmts.extend(inner.stmts)
    made = [s for s in inner.stmts if isinstance(s, Eqn)]
    return made, out


def parts(b: Builder, a: Any) -> Any:
    """An argument, or the values in the lists and tuples it was written as."""
    items = display(b, a)
    if items is None:
        return a
    group = list if b.defs[a].op is make_list else tuple
    return group(parts(b, i) for i in items)


def leaves(tree: Any) -> Iterator[Any]:
    if isinstance(tree, (list, tuple)):
        for t in tree:
            yield from leaves(t)
    else:
        yield tree


def regrouped(tree: Any, rest: Iterator[Any]) -> Any:
    return type(tree)(regrouped(t, rest) for t in tree) if isinstance(tree, (list, tuple)) else next(rest)


# -- derivatives -----------------------------------------------------------------------------------------------------

def tangents(b: Builder, eqn: Eqn, dots: dict[Var, Any], definition: Definition, lists: bool) -> Any:
    made, out = expanded(b, eqn, definition, lists)
    dots, outs = dict(dots), out if isinstance(out, tuple) else (out,)
    for e in made:
        told = normalized(e, b)
        rule = rule_of(told.op)
        if rule is not None and rule.forward is not None and any(a in dots for a in e.inputs):
            dot = rule.forward(b, told, dots)
            dots.update({} if dot is None else {e.out: dot})
    found = [dots.get(o) if isinstance(o, Var) else None for o in outs]
    if isinstance(out, tuple) and len(eqn.outs) == 1:
        return b.emit(make_tuple, *(zero(b, o) if d is None else d for o, d in zip(outs, found)))
    results = tuple(None if d is None else settled(b, d, y) for d, y in zip(found, eqn.outs))
    return results[0] if len(results) == 1 else results


def settled(b: Builder, dot: Any, y: Var) -> Any:
    """The tangent in the shape and dtype of the result."""
    dot, number = spread(b, dot, y), K.is_number(K.kind_of(b.kind(y)))
    if number and K.rank(K.kind_of(b.kind(dot))) == 0 and not K.is_number(K.kind_of(b.kind(dot))):
        dot = b.emit(operator.getitem, dot, Const(()))
    return cast(b, dot, y, K.kind_of(b.kind(y)), K.kind_of(b.kind(dot)))


def adjoints(b: Builder, eqn: Eqn, g: Any, definition: Definition, lists: bool) -> Iterator[tuple[Any, Any]]:
    made, out = expanded(b, eqn, definition, lists)
    gs = g if isinstance(g, tuple) else (g,)
    if isinstance(out, tuple) and len(eqn.outs) == 1:
        gs = tuple(b.emit(operator.getitem, g, Const(k)) for k in range(len(out)))
    mixed = any(K.is_complex(K.kind_of(b.kind(a))) for e in (eqn, *made) for a in (*e.inputs, *e.outs))
    bars: dict[Var, Any] = {}
    for o, part in zip(out if isinstance(out, tuple) else (out,), gs):
        accumulate(b, bars, o, part, mixed)
    inputs = {v: None for a in eqn.args for v in (a, *leaves(parts(b, a))) if isinstance(v, Var)}
    varied = reached(made, inputs)
    for e in reversed(made):
        bar, told = bars.pop(e.out, None), normalized(e, b)
        rule = rule_of(told.op)
        if bar is None or e.out not in varied or rule is None or rule.reverse is None:
            continue
        for x, contribution in list(rule.reverse(b, told, bar)):
            if x in varied:
                accumulate(b, bars, x, contribution, mixed)
    return iter([(x, lowered(b, bars.get(x), x)) for x in inputs])


def reached(made: list[Eqn], inputs: Iterable[Var]) -> set[Any]:
    """The values that depend on the inputs."""
    found: set[Any] = set(inputs)
    for e in made:
        if any(a in found for a in e.inputs):
            found.update(e.outs)
    return found


def accumulate(b: Builder, bars: dict[Var, Any], x: Any, g: Any, mixed: bool) -> None:
    """x_bar += g, into the buffer of x_bar where `g` is an element of it; `mixed`: there are complex numbers beside real ones."""
    if not isinstance(x, Var) or g is None:
        return
    if mixed:
        g = real_or_complex(b, g, x)
    before, made = bars.get(x), b.fresh.get(g) if isinstance(g, Var) else None
    empty = b.fresh.get(made.args[0]) if made is not None and made.op is runtime.add_at else None
    if before is not None and made is not None and empty is not None and empty.op in ZEROS:
        bars[x] = b.emit(runtime.add_at, before, *made.args[1:])
    else:
        bars[x] = g if before is None else b.emit(operator.add, before, g)


# -- kinds -----------------------------------------------------------------------------------------------------------

def kind_of_result(definition: Definition, args: tuple[Any, ...], keywords: dict[str, Any], lists: bool = False) -> K.Kind:
    """What the definition makes of values of these kinds."""
    b = Builder(infer=infer)

    def value(kind: Any) -> Any:
        if isinstance(kind, Const) or kind == K.Inert("NoneType"):
            return kind if isinstance(kind, Const) else Const(None)
        if isinstance(kind, K.Seq) and kind.type in ("list", "tuple") and kind.items is not None:
            return b.emit(make_list if kind.type == "list" else make_tuple, *map(value, kind.items))
        v = Var("x")
        b.kinds[v] = kind
        return v

    call = Eqn((Var("y"),), definition, tuple(map(value, args)), tuple((k, value(v)) for k, v in keywords.items()))
    try:
        out = expanded(b, call, definition, lists)[1]
    except (UnknownKeyword, TypeError, IndexError, AttributeError):
        return K.UNKNOWN
    return K.Seq("tuple", tuple(K.kind_of(b.kind(o)) for o in out)) if isinstance(out, tuple) else K.kind_of(b.kind(out))
