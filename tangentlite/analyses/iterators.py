"""Iterators that one loop runs over from beginning to end: only these can be run over again, or by index.

An iterator can be used up only once. Two loops over one `zip`, or a `zip` made before the loop that runs over it again
and again, see what is left.
"""
from __future__ import annotations

from tangentlite.ir.trace import Block, Eqn, For, If, Trace, Var, blocks, read_counts

MAKERS = (zip, enumerate, reversed)


def spent_at_once(trace: Trace) -> set[Var]:
    """The iterators made by `zip`, `enumerate` and `reversed` that one loop, or one other of these, runs over as soon as they are made."""
    readers = read_counts(trace.block)
    found: set[Var] = set()

    def visit(block: Block, made: set[Var]) -> None:
        made = set(made)
        for s in block.stmts:
            match s:
                case Eqn(op=op) if op in MAKERS:
                    found.update(a for a in s.args if a in made)
                    made.update(o for o in s.outs if readers[o] == 1)
                case For() if s.iter in made:
                    found.add(s.iter)
            for b in blocks(s):
                visit(b, made if isinstance(s, If) else set())

    visit(trace.block, set())
    return found
