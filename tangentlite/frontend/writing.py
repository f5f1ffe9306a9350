"""Writes: the written value gets a successor, the names that see its memory follow, what cannot follow is refused when read."""
from __future__ import annotations

import operator
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.errors import WritesArgumentError
from tangentlite.frontend.alternatives import Choosing
from tangentlite.frontend.memory import DISPLAYS, UPDATES, is_display
from tangentlite.frontend.overlaps import hazardous
from tangentlite.frontend.rearranged import KEPT, Rearrangement, key_after, rearrangement
from tangentlite.frontend.references import GLOBAL, Reference, Token
from tangentlite.frontend.values import Seen, flatten, structure, unflatten
from tangentlite.frontend.views import View, composed, names_element, whole
from tangentlite.ir import Const, Loc, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay, ObjectDisplay, unpack
from tangentlite.objects import cache_of

CONTENT = object()  # what is written is the memory of an array


class Writing(Choosing):
    change: Any = None  # the write that is under way

    def write(self, u: Var, index: Any, value: Any, node: Any, op: Any = runtime.setitem) -> None:
        """`u[index] = value`, or `u[index] += value` with `add_at`."""
        u = self.resolved(u)
        with self.writing(u, op, index):
            self.write_resolved(u, index, value, node, op)

    @contextmanager
    def writing(self, u: Var, op: Any = None, key: Any = None) -> Iterator[None]:
        """While `u` is written, and what it is a part of: only the first is rearranged."""
        if self.change is not None:
            yield
            return
        self.change = rearrangement(self.memory, u, op, key) or CONTENT
        try:
            yield
        finally:
            self.change = None

    def write_resolved(self, u: Var, index: Any, value: Any, node: Any, op: Any) -> None:
        self.check_written(u, node)
        if K.is_dict(self.kind(u)) and not isinstance(index, Const) and isinstance(key := self.kind(index), K.Number) and (
                K.differentiable(key)):
            raise self.unsupported(node, "a number with a derivative would be a key of this dictionary, where no derivative follows it",
                                   "Use an integer or text as the key")
        if op is runtime.setitem and hazardous(self.memory, self.b, u, index, value):
            raise self.overlapping(node)
        if self.split(u, lambda v: self.write(v, index, value, node, op), node):
            return
        view = self.memory.view(u)
        if view is None:
            self.commit(u, self.updated(u, index, value, node, op), self.loc(node))
            return
        if view.read_only:
            raise self.unsupported(node, f"`{self.called(u)}` is a view that cannot be written")
        parts = composed(view, index, self.b) if isinstance(self.kind(view.base), K.Array) else None
        if parts is not None:
            self.write(view.base, self.make_tuple(tuple(parts), node) if len(parts) > 1 else parts[0], value, node, op)
        elif names_element(view, u, index, self.b):
            self.write(view.base, self.make(runtime.path, (view.index, index), node), value, node, op)
        else:
            self.write_back(view, self.updated(u, index, value, node, op), node)

    def updated(self, u: Var, index: Any, value: Any, node: Any, op: Any) -> Any:
        """`u` after `u[index] = value`."""
        if K.dims_of(self.kind(u)) == () and isinstance(self.kind(u), K.Array) and index in (Const(...), Const(())):
            value = value if op is runtime.setitem else self.make(operator.add, (u, value), node)
            return self.make(np.full_like, (u, value), node, u.hint)
        return self.make(op, (u, index, value), node, u.hint)

    def overlapping(self, node: Any) -> Exception:
        return self.unsupported(node, "NumPy may read elements here that it has just written: two parts of one array may overlap",
                                "Write a copy: `.copy()`")

    def read(self, u: Any, index: Any, node: Any, name: str) -> Any:
        """`u[index]`; of a view of memory that is written, it is read from that memory."""
        if isinstance(self.kind(u), K.Number) and self.kind(index) in (K.BOOL, K.Number("bool_")):
            raise self.unsupported(node, "a number with a mask cannot be differentiated", "Make it an array: `np.atleast_1d`")
        view = self.memory.view(u) if self.memory.is_written(u) else None
        if view is not None and isinstance(self.kind(view.base), K.Array):
            self.check_fresh((u,), node)
            parts = composed(view, index, self.b)
            if parts is not None:
                return self.read(view.base, self.make_tuple(tuple(parts), node) if len(parts) > 1 else parts[0], node, name)
        return self.make(operator.getitem, (u, index), node, name)

    def write_whole(self, u: Var, new: Any, node: Any, after: Reference | None = None) -> None:
        """The memory of `u` now holds `new`, which has its shape and dtype; `after` as in `commit`."""
        u = self.resolved(u)
        made = self.b.defs.get(new)
        with self.writing(u, made.op if made is not None and made.args[:1] == (u,) else None):
            self.check_written(u, node)
            if self.split(u, lambda v: self.write_whole(v, new, node, after), node):
                return
            view = self.memory.view(u)
            if view is None:
                self.commit(u, new, self.loc(node), after)
            else:
                self.write_back(view, new, node)

    def write_back(self, view: View, new: Any, node: Any) -> None:
        """A view has become `new`: so has its part of the base."""
        if view.index is not None:
            outer = self.memory.view(view.base)
            if outer is not None or view.base in self.memory.choices:
                self.write(view.base, view.index, new, node, view.store)
            else:
                self.check_written(view.base, node)
                made = self.make(view.store, (view.base, view.index, new), node, view.base.hint)
                self.commit(view.base, made, self.loc(node), self.memory.reference(view.base))
            return
        base = whole(view, new, lambda op, args: self.make(op, args, node))
        if base is None:
            raise self.unsupported(node, "a write through this view cannot be differentiated yet", "Write to the array itself")
        self.write_whole(view.base, base, node)

    def resolved(self, u: Var) -> Var:
        """The value itself where `u` was taken out of a display that is known."""
        made = self.b.defs.get(u)
        if made is None or made.op not in (operator.getitem, getattr) or not isinstance(made.args[1], Const) or (
                type(made.args[1].value) not in (int, str)):
            return u
        holder, key = self.b.defs.get(made.args[0]), made.args[1].value
        items: dict[Any, Any] = {}
        if holder is not None and isinstance(holder.op, DictDisplay | ObjectDisplay):
            items = dict(zip(holder.op.keys, holder.args))
        elif holder is not None and holder.op in DISPLAYS:
            items = dict(enumerate(holder.args))
        if type(key) is int and key < 0:
            key += len(items)
        found = items.get(key)
        return self.resolved(found) if isinstance(found, Var) and not self.memory.reference(made.args[0]).exclusive else u

    def check_written(self, u: Var, node: Any) -> None:
        """Raise where the memory of `u` is not the function's own, or may be one of several, or is written in a way of its own."""
        made = self.b.defs.get(u)
        if made is not None and made.op is getattr and made.args[1] == Const("flat"):
            raise self.unsupported(node, f"`{self.called(u)}` is a flat iterator, which cannot be written under a name of its own",
                                   "Write `a.flat[...]`")
        if isinstance(kind := self.kind(u), K.Record) and (name := cache_of(kind.type)) is not None:
            what = f"`{name}` of class `{kind.type.__name__}` is remembered, and this changes what it is computed from"
            raise self.unsupported(node, what, "Do without the cache")
        owner = self.memory.foreign(u)
        if owner == GLOBAL.foreign:
            raise self.unsupported(node, f"this writes memory that is not the function's own: `{self.called(u)}` is, or may be, a global",
                                   f"Write to a copy: `{self.called(u)}.copy()`")
        if owner is not None:
            raise WritesArgumentError(f"`{self.source.function.__name__}` writes its argument `{owner}`", self.loc(node),
                                      "Write to a copy", owner)

    def sees_alone(self, u: Var, name: str) -> bool:
        """Is the memory of `u` the function's own, and seen by this name alone?"""
        if self.memory.immutable(u):
            return True
        tokens = self.memory.everything((u,))
        others = (leaf for n, value in self.env.items() if n != name for leaf in flatten(value))
        return self.memory.foreign(u) is None and not any(self.memory.touched(leaf, tokens) for leaf in others)

    def called(self, u: Var) -> str:
        """What a value is called in an error."""
        return u.hint or "it"

    # -- what follows --------------------------------------------------------------------------------------------------------

    def commit(self, u: Var, new: Var, loc: Loc, after: Reference | None = None) -> None:
        """`new` is what the memory of `u` holds from here on; `after` tells what it refers to, where that does not grow."""
        before = self.memory.reference(u)
        after = after if after is not None else self.memory.reference(new)
        if isinstance(self.kind(u), K.Array):
            after = before
            self.b.kinds[new] = self.b.kinds[u]  # memory keeps its shape and its dtype
        self.memory.written(u, loc)
        self.memory.wholes.add(new)
        self.memory.stays_solid(new, self.memory.solid_if(u))
        self.memory.references[new] = replace(before, held=before.held | after.held, exclusive=before.exclusive and after.exclusive,
                                              born=self.memory.clock)
        self.follow({u: new})

    def follow(self, successors: dict[Var, Any]) -> None:
        """Let every name that sees memory with a successor stand for the successor, or for its part of it."""
        for name, value in self.env.items():
            leaves = flatten(value) if not isinstance(value, Seen) else ()
            if not any(map(self.memory.stale, leaves)):
                continue
            now = [self.renewed(leaf, successors) for leaf in leaves]
            if any(a is not b for a, b in zip(now, leaves)):
                self.env[name] = unflatten(structure(value), iter(now))

    def renewed(self, v: Any, successors: dict[Var, Any]) -> Any:
        """What stands for `v` now; `v` itself where nothing has changed, or where that cannot be told."""
        if not isinstance(v, Var) or not self.memory.stale(v):
            return v
        if v in successors:
            return successors[v]
        if v in self.memory.choices:
            return self.chosen_again(v, self.memory.choices[v], successors)
        made = self.b.defs.get(v)
        key = key_after(self.memory, self.change, v) if isinstance(self.change, Rearrangement) else None
        if made is not None and key is KEPT and self.memory.stale(v, self.change.before) is None:
            successors[v] = self.again(v, made.args)
            return successors[v]
        if made is None or key is KEPT or not self.derived(v):
            return v
        args = tuple(self.renewed(a, successors) for a in (made.args if key is None else (made.args[0], key)))
        if all(a is b for a, b in zip(args, made.args)) or any(map(self.memory.stale, args)):
            return v
        successors[v] = self.again(v, args)
        return successors[v]

    def again(self, v: Var, args: tuple[Any, ...]) -> Var:
        """What `v` was made of its parts, made of what they have become."""
        made = self.b.defs[v]
        self.b.loc = made.loc
        again = v.twin()
        if made.op is unpack and (view := self.memory.view(v)) is not None:
            self.b.eqn((again,), view.op, (*args, *view.rest))
        else:
            self.b.eqn((again,), made.op, args, dict(made.kwargs))
        self.memory.note(self.b.defs[again])
        if self.memory.view(v) is None:
            self.memory.references[again] = replace(self.memory.reference(v), born=self.memory.clock)
        return again

    def derived(self, v: Any) -> bool:
        """Can `v` be made again of what its parts have become: a view, or a container?"""
        made = self.b.defs.get(v) if isinstance(v, Var) else None
        if made is None:
            return v in self.memory.choices
        return self.memory.view(v) is not None or is_display(made.op) or made.op in UPDATES and isinstance(self.kind(v), K.Seq | K.Record)

    def is_part(self, v: Any) -> bool:
        """Is `v` a view of other memory, or one of two?"""
        return v in self.memory.choices or self.memory.view(v) is not None

    def follows(self, v: Any, written: Collection[Token] = ()) -> bool:
        """Is `v` made again when the memory of what it is made of is `written`?"""
        if not self.derived(v):
            return False
        r = self.memory.reference(v)
        return self.is_part(v) or not r.exclusive and not self.memory.meet(r.own, written)

    def corresponds(self, before: Any, after: Any, successors: dict[Var, Any]) -> bool:
        """Is `after` what `before` would be if it were made of the successors?"""
        if before is after or successors.get(before) is after:
            return True
        if before in self.memory.choices and after in self.memory.choices:
            first, second = self.memory.choices[before], self.memory.choices[after]
            return first.paths.test is second.paths.test and all(
                self.corresponds(x, y, successors) for x, y in zip(first.arms, second.arms))
        a, b = self.b.defs.get(before), self.b.defs.get(after)
        if a is None or b is None or a.op is not b.op or len(a.args) != len(b.args) or a.kwargs != b.kwargs:
            return False
        if not self.derived(before):
            return False
        return all(x == y or isinstance(x, Var) and isinstance(y, Var) and self.corresponds(x, y, successors)
                   for x, y in zip(a.args, b.args))
