"""What kind of value each equation defines: a sound abstract interpretation, one equation at a time or a whole trace."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tangentlite.ir import kinds as K
from tangentlite.ir.compiled import updates
from tangentlite.ir.kinds import Kind
from tangentlite.ir.trace import UNDEF, Block, Call, Const, Eqn, For, If, Trace, Var, While, ends
from tangentlite.rules.inference import infer, infer_one


def kinds(trace: Trace, known: Mapping[Var, Kind]) -> dict[Var, Kind]:
    """The kinds of all values of a trace, from those of its parameters; `known` says what calls return."""
    found: dict[Var, Kind] = dict(trace.kinds)

    def kind(a: Any) -> Any:
        if isinstance(a, Eqn):
            return infer_one(a.op, tuple(map(kind, a.args)), {k: kind(v) for k, v in a.kwargs})
        return a if isinstance(a, Const) else found.get(a, K.UNKNOWN)

    def value(a: Any) -> Kind:
        return K.NEVER if a is UNDEF else K.kind_of(kind(a))

    def visit(block: Block) -> None:
        for s in block.stmts:
            match s:
                case Eqn():
                    found.update(zip(s.outs, infer(s.op, [kind(a) for a in s.args], {k: kind(v) for k, v in s.kwargs}, len(s.outs))))
                case If():
                    visit(s.then)
                    visit(s.orelse)
                    for o, a, b in ends(s):
                        found[o] = K.join(value(a), value(b), o)
                case For() | While():
                    loop(s)
                case Call():
                    found.update((o, known.get(o, K.UNKNOWN)) for o in s.outs)
                    found.update((o, value(a)) for o, a in updates(s))

    def loop(s: For | While) -> None:
        if isinstance(s, For):
            assign_targets(s.targets, K.elements(K.kind_of(kind(s.iter)), s), found)
        state = [value(a) for a in s.inits]
        for attempt in range(6):
            for v, k in zip(s.carried, state):
                found[v] = k if attempt < 5 else K.UNKNOWN
            if isinstance(s, While):
                found.update(zip(s.test.params, state))
                visit(s.test)
            visit(s.body)
            after = [K.join(k, value(a), v) for k, a, v in zip(state, s.body.outs, s.carried)]
            if after == state:
                break
            state = after
        found.update(zip(s.outs, (found[v] for v in s.carried)))

    visit(trace.block)
    return found


def assign_targets(targets: Any, kind: Kind, found: dict[Var, Kind]) -> None:
    """Bind the (nested) targets of a loop or unpacking to the parts of `kind`."""
    if isinstance(targets, Var):
        found[targets] = kind
        return
    for k, t in enumerate(targets):
        items = K.parts_of(kind)
        known = items is not None and len(items) == len(targets)
        assign_targets(t, items[k] if known and items else K.elements(kind), found)


