"""Updates of arrays, lists and dictionaries as Python writes them."""
from __future__ import annotations

import ast
import operator
from collections.abc import Mapping
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.backend.expressions import Expressions
from tangentlite.backend.names import Names
from tangentlite.backend.spelling import Spelling
from tangentlite.ir import Const, Eqn, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.updates import WHOLE, add_at_inplace, setitem_inplace
from tangentlite.rules.structures import names_once, path_length


class Updates:
    """The part of the printer that knows updates in place."""

    x: Expressions
    names: Names
    kinds: Mapping[Var, Any]
    spelling: Spelling
    compiled: bool

    def update(self, e: Eqn, out: list[ast.stmt]) -> None:
        base, index, value = e.args
        minus = isinstance(value, Eqn) and value.op is operator.neg
        if e.op is add_at_inplace and index == WHOLE and isinstance(self.kinds.get(base), K.Array):
            name = ast.Name(self.names.of[base], ast.Store())
            out.append(ast.AugAssign(name, ast.Sub() if minus else ast.Add(), self.x.atom(value.args[0] if minus else value)))
            return
        if e.op is add_at_inplace and not self.is_basic(index) and isinstance(self.kinds.get(base), K.Array):
            at: ast.expr = ast.Attribute(self.spelling.name(np.add), "at", ast.Load())
            add_at = self.spelling.name(runtime.add_each) if self.compiled else at
            out.append(ast.Expr(ast.Call(add_at, [self.x.atom(base), self.x.atom(index), self.x.atom(value)], [])))
            return
        target = self.x.element(base, index, ast.Store())
        if e.op is setitem_inplace:
            out.append(ast.Assign([target], self.x.atom(value)))
        elif self.is_added_in_place(base, index):
            out.append(ast.AugAssign(target, ast.Sub() if minus else ast.Add(), self.x.atom(value.args[0] if minus else value)))
        else:
            old = self.x.element(base, index, ast.Load())
            total = ast.Call(self.spelling.name(runtime.accumulate), [old, self.x.atom(value)], [])
            out.append(ast.Assign([target], total))

    def is_added_in_place(self, base: Any, index: Any) -> bool:
        """Does `base[i] += g` add numbers? (On a tuple it would concatenate; an array in a list may be shared.)"""
        kind, depth = self.kinds.get(base, K.UNKNOWN), path_length(self.kind_of(index)) or 1
        return isinstance(kind, K.Array) or isinstance(K.element_at(kind, depth), K.Number)

    def is_basic(self, index: Any) -> bool:
        """Does the index name every element at most once?"""
        if isinstance(index, Eqn):
            if index.op is make_tuple:
                return all(map(self.is_basic, index.args))
            return index.op in (slice, runtime.path) or self.is_single(self.kind_of(index))
        if isinstance(index, Const):
            parts = index.value if isinstance(index.value, tuple) else (index.value,)
            return all(p is None or p is Ellipsis or isinstance(p, (int, slice)) for p in parts)
        kind = self.kinds.get(index, K.UNKNOWN)
        return self.is_single(kind) or path_length(kind) > 0 or isinstance(kind, K.Seq) and names_once(kind)

    def is_single(self, kind: Any) -> bool:
        """Is it a number, or (where NumPy is asked) a mask?"""
        return K.is_number(kind) or not self.compiled and isinstance(kind, K.Array) and kind.dtype == "bool"

    def kind_of(self, a: Any) -> Any:
        """What an operand is: a constant, or the kind of a value."""
        if isinstance(a, Eqn):
            return self.kinds.get(a.outs[0], K.UNKNOWN) if a.outs else K.UNKNOWN
        return self.kinds.get(a, K.UNKNOWN) if isinstance(a, Var) else a
