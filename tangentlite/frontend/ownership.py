"""Whose memory a value is: an in-place update of memory that one name alone refers to is the same as a new value.

    u = a * b;  u += c          nobody else sees the array `u`: right as  u = u + c
    v = u;      u += c          `v` would see it: refused
"""
from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Any

from tangentlite import runtime
from tangentlite.frontend.values import flatten
from tangentlite.ir import UNDEF, Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay, make_list, make_tuple
from tangentlite.ir.trace import Eqn
from tangentlite.rules.structures import index_parts
from tangentlite.rules.verbs import normal, rule_of

ITERATORS = (zip, enumerate, reversed)


class Ownership:
    """What is known while a function is lowered; `defs` and `kinds` are the builder's."""

    def __init__(self, kinds: Mapping[Var, Any], defs: Mapping[Var, Eqn]) -> None:
        self.kinds, self.defs = kinds, defs
        self.owned: set[Var] = set()  # results of branches, loops and calls whose memory came from fresh values
        self.shared: set[Any] = set()  # values that something else refers to
        self.overwritten: set[Any] = set()  # values that the current statement has replaced by updated ones

    def owns(self, v: Any, env: Mapping[str, Any]) -> bool:
        """Does exactly one name of `env`, and nothing else, refer to the memory of `v`?"""
        if v is UNDEF or isinstance(v, Const) or self.immutable(v):
            return True
        return v not in self.shared and (v in self.owned or self.allocated(v)) and references(v, env) <= 1

    def immutable(self, v: Var) -> bool:
        return isinstance(self.kinds.get(v), (K.Number, K.Never))

    def allocated(self, v: Var) -> bool:
        """Was `v` made by an operation that returns new memory?"""
        e = self.defs.get(v)
        if e is None or len(e.outs) != 1:
            return False
        if e.op in (make_list, runtime.append, runtime.setitem, runtime.add_at) or isinstance(e.op, DictDisplay):
            return True
        if e.op is operator.getitem and self.copies(e.args):
            return True
        rule = rule_of(self.normal(e.op, e.args, dict(e.kwargs)))
        return rule is not None and rule.pure and not rule.view

    def copies(self, args: tuple[Any, ...]) -> bool:
        """Does `array[index]` copy: an element, or those that integers or booleans choose?"""
        index = args[1] if isinstance(args[1], Const) else self.kinds.get(args[1], K.UNKNOWN)
        array = self.kinds.get(args[0], K.UNKNOWN)
        parts = index_parts(index)
        if any(isinstance(p, K.Array) for p in parts):
            return True
        return isinstance(array, K.Array) and array.dims is not None and len(parts) == len(array.dims) and all(map(K.is_number, parts))

    def normal(self, op: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        receiver = self.kinds.get(args[0], K.UNKNOWN) if args and isinstance(args[0], Var) else K.UNKNOWN
        return normal(op, args, tuple(kwargs.items()), receiver)[0]

    def pass_to(self, op: Any, args: tuple[Any, ...], kwargs: dict[str, Any], named: bool) -> None:
        """The operation may keep a reference to its arguments, or return one (a view without a name is looked at only for now)."""
        held = [a for a in (*args, *kwargs.values()) if isinstance(a, Var) and not self.immutable(a)]
        if not held or op is runtime.add_at or op in ITERATORS and not named:
            return
        if op in (make_tuple, make_list) or isinstance(op, DictDisplay):
            self.share(held)
        elif op in (runtime.append, runtime.setitem):
            if op is runtime.append or isinstance(self.kinds.get(args[0]), K.Seq):
                self.share(a for a in held if a is not args[0])
        elif op is operator.getitem and (isinstance(self.kinds.get(args[0]), K.Seq) or self.copies(args)):
            return  # an item may be shared, but not the container
        else:
            rule = rule_of(self.normal(op, args, kwargs))
            if rule is None or rule.view and named:
                self.share(held)

    def share(self, values: Iterable[Any]) -> None:
        """Something else refers to these values from now on."""
        for v in values:
            while isinstance(v, Var):
                self.shared.add(v)
                v = self.lender(v)

    def lender(self, v: Var) -> Any:
        """The value that `v` is a view of; None where it is none."""
        e = self.defs.get(v)
        if e is None or len(e.outs) != 1 or not e.args or self.immutable(v):
            return None
        if e.op is operator.getitem:
            return None if isinstance(self.kinds.get(e.args[0]), K.Seq) or self.copies(e.args) else e.args[0]
        if e.op in (make_tuple, make_list, runtime.append):
            return None
        rule = rule_of(self.normal(e.op, e.args, dict(e.kwargs)))
        return e.args[0] if rule is not None and rule.view else None

    def outdated(self, args: Iterable[Any]) -> bool:
        """Is one of the values a view of memory that this statement has written already?"""
        for v in args if self.overwritten else ():
            while isinstance(v, Var):
                if v in self.overwritten:
                    return True
                v = self.lender(v)
        return False

    def iterated(self, v: Any) -> set[Var]:
        """The containers that a loop over `v` reads while it runs."""
        if not isinstance(v, Var):
            return set()
        e = self.defs.get(v)
        if e is not None and e.op in ITERATORS:
            return set().union(*(self.iterated(a) for a in e.inputs))
        base = self.lender(v)
        return {v} if base is None else {v, *self.iterated(base)}


def references(v: Var, env: Mapping[str, Any]) -> int:
    """How many of the names in `env` stand for `v`, or for something that holds it."""
    return sum(1 for value in env.values() if value is v or any(leaf is v for leaf in flatten(value)))


def leaves_of(env: Mapping[str, Any]) -> Iterable[Any]:
    return (leaf for value in env.values() for leaf in flatten(value) if isinstance(leaf, Var))
