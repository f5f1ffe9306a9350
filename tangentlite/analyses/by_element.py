"""Functions that read a few elements of an array: which ones, their numbers tell.

    def slope(u, i):                    def total(u):
        return u[i + 1] - u[i]              return sum(u[k] for k in range(len(u)))      # reads all of them

The adjoint of such a function with respect to `u` is an array of zeros but for these elements, which costs more than the function.
"""
from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Call, Eqn, Fn, For, If, Trace, Var, While, blocks, ends, leaves, variables, walk

VIEWS = (operator.getitem, getattr)


def read_by_element(traces: Mapping[Fn, Trace]) -> dict[Fn, set[int]]:
    """The positions of the arrays among the parameters of functions that read elements of them that follow from their numbers."""
    readers = {fn: reader for fn, t in traces.items() if (reader := Reader(fn, t)).arrays}
    found: dict[Fn, set[int]] = {}
    size = -1
    while size != sum(map(len, found.values())):
        size = sum(map(len, found.values()))
        for fn, reader in readers.items():
            found[fn] = reader.positions(found)
    return {fn: positions for fn, positions in found.items() if positions}


def has_elements(kind: Any) -> bool:
    return isinstance(kind, K.Array) and bool(kind.dims) or isinstance(kind, K.Seq) and kind.type in ("list", "tuple")


class Reader:
    """What one function reads of its parameters."""

    def __init__(self, fn: Fn, trace: Trace) -> None:
        kinds = fn.variant[1] if len(fn.variant) == 2 else ()
        params = dict(zip(trace.block.params, kinds)) if len(kinds) == len(trace.block.params) else {}
        self.block = trace.block
        self.arrays = {p: k for k, (p, kind) in enumerate(params.items()) if has_elements(kind)}
        self.told: set[Any] = {p for p, kind in params.items() if isinstance(kind, K.Number)}  # what follows from numbers that are given
        self.defs: dict[Var, Eqn] = {}
        if self.arrays:
            self.look(trace.block)

    def look(self, block: Block) -> None:
        for s in block.stmts:
            match s:
                case Eqn():
                    self.defs.update((o, s) for o in s.outs)
                    if s.op in VIEWS and s.args[0] in self.arrays and not self.is_told(s.args[1:]):
                        self.arrays.update((o, self.arrays[s.args[0]]) for o in s.outs)
                    elif self.is_told(s.inputs):
                        self.told.update(s.outs)
                case For():
                    made = self.defs.get(s.iter)
                    if made is not None and made.op is range and len(made.args) > 1 and self.is_told(made.args[:1]):
                        self.told.update(leaves(s.targets))
                case Call():
                    if self.is_told(s.args):
                        self.told.update(s.outs)
            for b in blocks(s):
                self.look(b)
            if isinstance(s, If):
                self.told.update(o for o, a, b in ends(s) if self.is_told((a, b, s.test)))
            elif isinstance(s, For | While):
                self.told.update(o for given in (s.inits, s.body.outs) for o, a in zip(s.outs, given) if self.is_told((a,)))

    def is_told(self, atoms: Any) -> bool:
        return any(v in self.told for v in variables(atoms))

    def positions(self, found: Mapping[Fn, set[int]]) -> set[int]:
        """The positions of the parameters that are read so, here or where they are handed on."""
        result: set[int] = set()
        for s in walk(self.block):
            if isinstance(s, Eqn) and s.op is operator.getitem and s.args[0] in self.arrays and self.is_told(s.args[1:]):
                result.add(self.arrays[s.args[0]])
            elif isinstance(s, Call):
                handed = found.get(s.callee, set())
                result.update(self.arrays[a] for k, a in enumerate(s.args) if k in handed and isinstance(a, Var) and a in self.arrays)
        return result
