"""Which values need a derivative: those that vary with the differentiated inputs and are useful for the outputs."""
from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.cancelling import cancelling
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import FormatString, make_tuple
from tangentlite.ir.trace import (
    Block,
    Call,
    Eqn,
    Fn,
    For,
    Function,
    If,
    Trace,
    Try,
    Var,
    While,
    ends,
    free,
    functions_of,
    leaves,
    variables,
)
from tangentlite.rules.callees import normal_of
from tangentlite.rules.effects import is_opaque
from tangentlite.rules.registry import rule_of

ITERATORS = (enumerate, zip, reversed, dict.items, dict.values, iter)
ARGS = "args"  # the keyword under which a library takes what a function has captured
INDEXED = (operator.getitem, runtime.setitem, runtime.add_at, runtime.without)
TEXT = (str, repr, format, ascii)


@dataclass
class Activity:
    """The sets of varied and of useful values, over all functions of a program."""

    varied: set[Var] = field(default_factory=set)
    useful: set[Var] = field(default_factory=set)

    def __contains__(self, a: Any) -> bool:
        return isinstance(a, Var) and a in self.varied and a in self.useful


def is_constant(eqn: Eqn, kinds: Mapping[Var, Any]) -> bool:
    """Does the equation's rule say that no derivative flows through it, and is it so for these arguments?"""
    op = normal_op(eqn, kinds)
    rule = rule_of(op)
    if rule is None or not rule.constant or op in ITERATORS or op in TEXT or isinstance(op, FormatString):
        return False
    of = [kinds.get(a, K.UNKNOWN) for a in eqn.args if isinstance(a, Var)]
    if op in (operator.or_, operator.ior):  # also joins dictionaries
        return not any(isinstance(k, K.Seq | K.Record) for k in of)
    return op is not np.sign or not any(map(is_complex, of))  # it brings a complex number to the unit circle


def is_complex(k: Any) -> bool:
    return isinstance(k, (K.Number, K.Array)) and (k.dtype or "").startswith("complex")


def may_vary(k: Any) -> bool:
    """May a value of this kind carry a derivative, be it as text that is read again?"""
    if isinstance(k, K.Seq) and (k.items is not None or k.elem is not None):
        return any(map(may_vary, k.items if k.items is not None else (k.elem,)))
    if isinstance(k, K.Record):
        return any(map(may_vary, k.items))
    return k in K.TEXT or isinstance(k, K.Foreign) or K.differentiable(k)


def written(eqn: Eqn, kinds: Mapping[Var, Any]) -> list[Var]:
    """What a function of which nothing is known may write into."""
    if rule_of(eqn.op) is not None or not is_opaque(normal_op(eqn, kinds)):
        return []
    return [a for a in variables(eqn.inputs) if not isinstance(kinds.get(a, K.UNKNOWN), K.Number) and may_vary(kinds.get(a, K.UNKNOWN))]


def yields_keys(s: For, kinds: Mapping[Var, Any]) -> bool:
    """Does the loop run over a dictionary, whose keys carry no derivative?"""
    return K.is_dict(kinds.get(s.iter, K.UNKNOWN))


def carriers(eqn: Eqn, kinds: Mapping[Var, Any]) -> Iterable[Any]:
    """The inputs that a derivative may flow through: not an index, other than of an object that makes something of it."""
    if eqn.op not in INDEXED or isinstance(kinds.get(eqn.inputs[0], K.UNKNOWN), K.Inert):
        return eqn.inputs
    return (a for k, a in enumerate(eqn.inputs) if k != 1)


def normal_op(eqn: Eqn, kinds: Mapping[Var, Any]) -> Any:
    return normal_of(eqn, kinds)[0]


def activity(traces: Mapping[Fn, Trace], root: Fn, wrt: Iterable[Var], kinds: Mapping[Var, Any],
             outs: Iterable[Any] | None = None) -> Activity:
    """Varied and useful values for the derivative of the root's outs with respect to its parameters `wrt`."""
    found = Activity(set(wrt), set())
    trace = traces[root]
    found.useful.update(variables(trace.block.outs if outs is None else outs))
    without = {v for t in traces.values() for v in cancelling(t.block, kinds)} - set(wrt)
    size = -1
    while size != len(found.varied) + len(found.useful):
        size = len(found.varied) + len(found.useful)
        for t in traces.values():
            vary(t.block, found.varied, traces, kinds, without)
            use(t.block, found.useful, traces, kinds)
    return found


def vary(block: Block, varied: set[Var], traces: Mapping[Fn, Trace], kinds: Mapping[Var, Any], without: Collection[Var] = (),
         tuples: dict[Var, tuple[Any, ...]] | None = None) -> None:
    """Propagate variation from inputs to results but those `without`; `tuples` are those that have been made so far."""
    tuples = {} if tuples is None else tuples

    def mark(outs: Iterable[Var], sources: Iterable[Any]) -> None:
        if any(v in varied for v in variables(sources)):
            varied.update(o for o in outs if o not in without and may_vary(kinds.get(o, K.UNKNOWN)))

    def called_back(f: Function, s: Eqn) -> None:
        """What a library passes to a function varies, and so does what varies in `args=`."""
        captured = next((tuples.get(a, ()) for name, a in s.kwargs if name == ARGS), ())
        for fn in (f.fn, f.gradient):
            params = traces[fn].block.params if fn is not None else ()
            varied.update(params[k] for k in f.active if params)
            for p, a in zip(params[f.own:], captured):
                mark((p,), (a,))

    for s in block.stmts:
        match s:
            case Eqn():
                seen = s.outs and varied.issuperset(s.outs)
                if not seen and not varied.isdisjoint(variables(s.inputs)) and not is_constant(s, kinds):
                    mark((*s.outs, *written(s, kinds)), s.inputs)
                if s.op is make_tuple:
                    tuples[s.outs[0]] = s.args
                for f in functions_of(s) if not varied.isdisjoint(variables(s.inputs)) else ():
                    called_back(f, s)
            case If():
                if isinstance(s, Try):
                    given = ((s.orelse, free(s.then)), (s.then, variables((s.test,))))
                    for block, sources in given:  # an exception carries what it was made of
                        mark(block.params, sources)
                vary(s.then, varied, traces, kinds, without, tuples)
                vary(s.orelse, varied, traces, kinds, without, tuples)
                for o, a, b in ends(s):
                    mark((o,), (a, b))
            case For() | While():
                if isinstance(s, For) and not yields_keys(s, kinds):
                    mark(leaves(s.targets), (s.iter,))
                size = -1
                while size != len(varied):
                    size = len(varied)
                    for p, o, i, n in zip(s.carried, s.outs, s.inits, s.body.outs):
                        mark((p, o), (i, n))
                    if isinstance(s, While):
                        for q, p in zip(s.test.params, s.carried):
                            mark((q,), (p,))
                        vary(s.test, varied, traces, kinds, without, tuples)
                    vary(s.body, varied, traces, kinds, without, tuples)
            case Call() if s.callee in traces:
                callee = traces[s.callee].block
                for p, a in zip(callee.params, s.args):
                    mark((p,), (a,))
                for o, a in zip(s.outs, callee.outs):
                    mark((o,), (a,))


def use(block: Block, useful: set[Var], traces: Mapping[Fn, Trace], kinds: Mapping[Var, Any]) -> None:
    """Propagate usefulness from results to inputs."""

    def need(results: Iterable[Var], sources: Iterable[Any]) -> None:
        if any(o in useful for o in results):
            useful.update(variables(sources))

    for s in reversed(block.stmts):
        match s:
            case Eqn():
                if not useful.isdisjoint((*s.outs, *written(s, kinds))) and not is_constant(s, kinds):
                    useful.update(variables(carriers(s, kinds)))
                    for f in functions_of(s):
                        useful.update(variables(o for fn in (f.fn, f.gradient) if fn is not None for o in traces[fn].block.outs))
            case If():
                for o, a, b in ends(s):
                    need((o,), (a, b))
                use(s.orelse, useful, traces, kinds)
                use(s.then, useful, traces, kinds)
            case For() | While():
                size = -1
                while size != len(useful):
                    size = len(useful)
                    for p, o, i, n in zip(s.carried, s.outs, s.inits, s.body.outs):
                        need((p, o), (i, n))
                    use(s.body, useful, traces, kinds)
                if isinstance(s, For):
                    need(leaves(s.targets), (s.iter,))
            case Call() if s.callee in traces:
                callee = traces[s.callee].block
                for o, a in zip(s.outs, callee.outs):
                    need((o,), (a,))
                for p, a in zip(callee.params, s.args):
                    need((p,), (a,))
