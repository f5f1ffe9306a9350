"""Arrays that a function is given and its caller writes: what the reverse sweep needs of one is recorded, as it may be gone then.

    for i in range(1, n):
        y[i] = slope(y, i - 1)      the elements of `y` that `slope` reads, not `y` itself, which would have to be copied every time
"""
from __future__ import annotations

from collections.abc import Mapping

from tangentlite.analyses.overwritten import Overwritten
from tangentlite.ir.trace import Call, Fn, Trace, Var, walk


def written_later(traces: Mapping[Fn, Trace]) -> dict[Fn, set[Var]]:
    """The parameters of functions, whose memory a caller, or a caller of that, may write."""
    found: dict[Fn, set[Var]] = {fn: set() for fn in traces}
    calls = {fn: [s for s in walk(t.block) if isinstance(s, Call) and s.callee in traces] for fn, t in traces.items()}
    memory: dict[Fn, Overwritten] = {}
    for fn in traces:
        if calls[fn]:
            memory[fn] = Overwritten(traces[fn])
            memory[fn].meet(walk(traces[fn].block))
    todo = list(memory)
    while todo:
        fn = todo.pop()
        own = memory[fn].sharing(found[fn])
        for s in calls[fn]:
            given = zip(traces[s.callee].block.params, s.args)
            new = {p for p, a in given if a in memory[fn] or a in own} - found[s.callee]
            found[s.callee] |= new
            if new and s.callee in memory:
                todo.append(s.callee)
    return found
