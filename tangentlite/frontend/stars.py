"""Starred values whose number of items is not known while lowering: `f(*xs)`, `[*xs, y]`, `zip(*rows)`."""
from __future__ import annotations

import itertools
from collections.abc import Sequence
from types import FunctionType
from typing import Any

import numpy as np

from tangentlite.errors import TransformError
from tangentlite.frontend.values import Live, Local, Pack, Rest
from tangentlite.frontend.writing import Writing
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import unpack
from tangentlite.rules import rule_of

EXTREMES = (max, min)


class Stars(Writing):
    def joined_items(self, items: Sequence[Any], node: Any, name: str) -> Any:
        """The list of the items of a display, some of which stand for an unknown number of them."""
        made: Any = None
        for starred, group in itertools.groupby(items, key=lambda i: isinstance(i, Rest)):
            for part in group if starred else [tuple(group)]:
                more = self.stand_in("list(items)", node, items=part.items) if isinstance(part, Rest) else self.as_list(part, node, "")
                made = more if made is None else self.stand_in("first + more", node, name, first=made, more=more)
        return made

    def with_rest(self, function: Any, args: list[Any], node: Any) -> list[Any]:
        """The arguments of a call, of which one may be a starred value of unknown length: as many as the function takes."""
        at = next((k for k, a in enumerate(args) if isinstance(a, Rest)), None)
        if at is None:
            return args
        items = args[at].items
        if isinstance(function, Live) and any(function.value is f for f in EXTREMES):
            return [items if len(args) == 1 else self.joined_items(args, node, "")]
        count = self.parameters_of(function)
        if count is None or count < len(args) - 1 or any(isinstance(a, Rest) for a in args[at + 1:]):
            raise self.unsupported(node, "a starred value of unknown length cannot be differentiated yet", "Write its items out")
        if count == len(args):
            return [*args[:at], self.only(self.as_atom(items, node), node), *args[at + 1:]]
        self.b.loc = self.loc(node)
        outs = tuple(Var("", temp=True) for _ in range(count - len(args) + 1))
        self.check_fresh((items,), node)
        made = self.b.eqn(outs, unpack, (self.as_atom(items, node),))
        self.memory.note(made)
        return [*args[:at], *outs, *args[at + 1:]]

    def columns(self, rows: Any, node: Any) -> Any:
        """What `zip(*rows)` gives."""
        elem = K.elements(self.kind(self.as_atom(rows, node)))
        if not isinstance(elem, K.Seq) or not elem.items:
            count = self.stand_in("min([len(row) for row in rows], default=0)", node, rows=rows)
            return self.stand_in("(tuple([row[k] for row in rows]) for k in range(count))", node, rows=rows, count=count)
        columns = [self.stand_in("tuple([row[k] for row in rows])", node, rows=rows, k=Const(k)) for k in range(len(elem.items))]
        stream = self.stand_in("(column for column in columns)", node, columns=Pack(tuple(columns)))
        stream.whole = Pack(tuple(columns))
        return stream

    def parameters_of(self, function: Any) -> int | None:
        """How many positional arguments a function takes, where that is one number."""
        if isinstance(function, Live) and isinstance(function.value, np.ufunc):
            return function.value.nin
        if isinstance(function, Local):
            node = function.node
        elif isinstance(function, Live) and isinstance(function.value, FunctionType) and rule_of(function.value) is None:
            try:
                node = self.program.source(function.value).node
            except TransformError:
                return None
        else:
            return None
        a = node.args
        return None if a.vararg is not None or a.defaults else len(a.posonlyargs) + len(a.args)
