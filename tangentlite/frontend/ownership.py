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
from tangentlite.rules.verbs import normal, rule_of

ITERATORS = (zip, enumerate, reversed)


class Ownership:
    """What is known while a function is lowered; `defs` and `kinds` are the builder's."""

    def __init__(self, kinds: Mapping[Var, Any], defs: Mapping[Var, Eqn]) -> None:
        self.kinds, self.defs = kinds, defs
        self.owned: set[Var] = set()  # results of branches, loops and calls whose memory came from fresh values
        self.shared: set[Any] = set()  # values that something else refers to

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
        if e.op in (make_list, runtime.append) or isinstance(e.op, DictDisplay):
            return True
        rule = rule_of(self.normal(e.op, e.args, dict(e.kwargs)))
        return rule is not None and rule.pure and not rule.view

    def normal(self, op: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        receiver = self.kinds.get(args[0], K.UNKNOWN) if args and isinstance(args[0], Var) else K.UNKNOWN
        return normal(op, args, tuple(kwargs.items()), receiver)[0]

    def pass_to(self, op: Any, args: tuple[Any, ...], kwargs: dict[str, Any], named: bool) -> None:
        """The operation may keep a reference to its arguments, or return one."""
        held = [a for a in (*args, *kwargs.values()) if isinstance(a, Var) and not self.immutable(a)]
        if not held or op in (runtime.append,) and held == [args[0]]:
            return
        if op in ITERATORS and not named:  # a loop runs over it at once
            return
        if op in (make_tuple, make_list) or isinstance(op, DictDisplay):
            self.shared.update(held)
            return
        if op is runtime.append:
            self.shared.update(held[1:] if held[0] is args[0] else held)
            return
        rule = rule_of(self.normal(op, args, kwargs))
        if op is operator.getitem and isinstance(self.kinds.get(args[0]), K.Seq):
            return  # an item may be shared, but not the container
        if rule is None or rule.view:
            self.shared.update(held)

    def iterated(self, v: Any) -> set[Var]:
        """The containers that a loop over `v` reads while it runs."""
        if not isinstance(v, Var):
            return set()
        e = self.defs.get(v)
        if e is not None and e.op in ITERATORS:
            return set().union(*(self.iterated(a) for a in e.inputs))
        return {v}


def references(v: Var, env: Mapping[str, Any]) -> int:
    """How many of the names in `env` stand for `v`, or for something that holds it."""
    return sum(1 for value in env.values() if value is v or any(leaf is v for leaf in flatten(value)))


def leaves_of(env: Mapping[str, Any]) -> Iterable[Any]:
    return (leaf for value in env.values() for leaf in flatten(value) if isinstance(leaf, Var))
