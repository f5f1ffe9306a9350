"""Which arguments a forward sweep keeps for the reverse sweep: the others may be updated as soon as it has returned.

    y, res = slope_forward(u, i)        `res` is (i, u[i]), numbers alone
    u[i + 1] = y                        so `u` need not be copied
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tangentlite.analyses.storage import Storage
from tangentlite.ir.trace import Block, Call, Fn, Stmt, Trace, Var, blocks, walk
from tangentlite.passes.bodies import with_blocks, with_statements


def with_kept(traces: Mapping[Fn, Trace], kinds: Mapping[Var, Any]) -> dict[Fn, Trace]:
    """The traces, whose calls of forward sweeps say what these keep.

    >>> from tangentlite.ir import kinds as K
    >>> from tangentlite.ir.ops import make_tuple
    >>> from tangentlite.ir.trace import Eqn, Mode
    >>> u, i, res, x, n = (Var(name) for name in ("u", "i", "res", "x", "n"))
    >>> sweep = Fn("slope", (Mode("forward", 1),))
    >>> slope = Trace("slope", Block((u, i), (Eqn((res,), make_tuple, (i, u)),), (i, res)))
    >>> y, tape = Var("y"), Var("tape")
    >>> caller = Trace("f", Block((x, n), (Call((y, tape), sweep, (x, n)),), (y, tape)))
    >>> with_kept({Fn("f"): caller, sweep: slope}, {i: K.FLOAT, n: K.FLOAT})[Fn("f")].block.stmts[0].kept
    (0,)
    """
    callees = {fn: {s.callee for s in walk(t.block) if isinstance(s, Call) and s.callee.mode == "forward"} & traces.keys()
               for fn, t in traces.items()}
    called = set().union(*callees.values())
    found: dict[Fn, tuple[int, ...] | None] = dict.fromkeys(called, ())
    changed = bool(called)
    while changed:
        new = {fn: kept(noted(traces[fn], found) if callees[fn] else traces[fn], kinds) for fn in called}
        changed, found = new != found, new
    return {fn: noted(t, found) if callees[fn] else t for fn, t in traces.items()}


def noted(trace: Trace, found: Mapping[Fn, tuple[int, ...] | None]) -> Trace:
    def statement(s: Stmt) -> Stmt:
        if isinstance(s, Call):
            return replace(s, kept=found[s.callee]) if s.callee in found else s
        return with_blocks(s, list(map(visit, blocks(s))))

    def visit(block: Block) -> Block:
        return with_statements(block, list(map(statement, block.stmts)))

    return replace(trace, block=visit(trace.block))


def kept(trace: Trace, kinds: Mapping[Var, Any]) -> tuple[int, ...] | None:
    """The positions of the parameters that may be, or be in, the last result; None where that may be, or hold, something else."""
    *results, last = trace.block.outs
    storage = Storage(trace, kinds)
    if not storage.stored(last):
        return ()
    inside = {root for root in map(storage.root, storage.values()) if storage.root(last) in storage.readers(root)}
    params = {storage.root(p): k for k, p in enumerate(trace.block.params)}
    strangers = inside & storage.foreign - params.keys()
    if strangers or any(storage.root(y) in inside for y in results if storage.stored(y)):
        return None
    return tuple(k for k, p in enumerate(trace.block.params) if storage.root(p) in inside)
