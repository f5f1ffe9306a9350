"""A loop as numbered steps, so that some of them can be run again."""
from __future__ import annotations

import functools
import operator
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tangentlite.analyses.bounds import range_args
from tangentlite.analyses.overwritten import WRITES
from tangentlite.errors import UnsupportedError
from tangentlite.ir import Const, Eqn, For, If, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.ops import call_method, make_tuple, unpack
from tangentlite.ir.repetition import renewed, twins
from tangentlite.ir.trace import Block, Stmt, walk
from tangentlite.passes.dce import dce_block

FALSE = Block((), (), (Const(False),))


@dataclass
class Steps:
    """The steps of a loop from number `first` on; `last`, where the loop knows it, is the number after the last one.

    `opening` computes the loop's targets from a step's `position`. Without `last`, `test` tells whether there is a further
    step: it takes the position and the carried values.
    """

    loop: For | While
    b: Builder
    position: Var
    first: Any
    last: Any = None
    test: Block | None = None
    before: list[Stmt] = field(default_factory=list)
    opening: list[Stmt] = field(default_factory=list)

    undefined: set[Var] = field(default_factory=set)  # carried values that may be missing

    def state(self, keep: Iterable[int] | None = None) -> tuple[Var, ...]:
        """New names for the carried values, all of them or those at these positions."""
        carried = self.loop.carried if keep is None else [self.loop.carried[k] for k in keep]
        made = twins(carried, self.b.kinds)
        self.undefined.update(w for v, w in zip(carried, made) if v in self.undefined)
        return made

    @functools.cached_property
    def writes(self) -> bool:
        """Do the steps write into arrays?"""
        return any(isinstance(s, Eqn) and s.op in WRITES for s in walk(self.loop.body))

    def body(self, stmts: Iterable[Stmt]) -> Block:
        """One step, with these statements."""
        s = self.loop
        return Block((self.position, *s.carried), (*self.opening, *stmts), s.body.outs)

    def plain(self, keep: Sequence[int] | None = None) -> Block:
        """One step as the primal takes it, under names of its own; only those carried values are computed that are to be kept."""
        body = self.body(self.loop.body.stmts)
        if keep is not None:
            body = dce_block(Block((self.position, *(self.loop.carried[k] for k in keep)), body.stmts, tuple(body.outs[k] for k in keep)))
        return renewed(body, self.b.kinds)

    def kept(self, values: Sequence[Var]) -> tuple[list[Stmt], Var]:
        """These values, as a tuple if there are several, with copies of those that the steps write in place."""
        s, entry = self.loop, Var(temp=True)
        stmts: list[Stmt] = []
        items = [self.copied(v, stmts) for v in values]
        if len(items) == 1:
            return stmts, items[0]
        stmts.append(equation(entry, make_tuple, tuple(items), s, self.b))
        return stmts, entry

    def copied(self, v: Var, stmts: list[Stmt]) -> Var:
        """A copy of a carried value, if the steps write into it."""
        kind = K.kind_of(self.b.kind(v))
        is_list = isinstance(kind, K.Seq) and kind.type == "list"
        if v in self.undefined or not is_list and not (self.writes and K.dims_of(kind)):
            return v
        made = Var(v.hint, True)
        op: Any = list if is_list else call_method
        stmts.append(equation(made, op, (v,) if is_list else (v, Const("copy")), self.loop, self.b))
        return made

    def run(self, start: Any, stop: Any, inits: Sequence[Any], body: Block) -> tuple[Stmt, For]:
        """The loop over the steps from `start` to `stop`, the latter excluded, and the range it runs over."""
        over = Var(temp=True)
        made = equation(over, range, (start, stop) if start != Const(0) else (stop,), self.loop, self.b)
        return made, For(twins(body.params[1:], self.b.kinds), body.params[0], over, tuple(inits), body, self.loop.loc)

    def run_while(self, start: Any, stop: Any, inits: Sequence[Any], end: Var) -> While:
        """The loop over the steps from `start` for as long as there are further ones, and not to more than `stop`, if given."""
        s, b, body, test = self.loop, self.b, self.plain(), self.further()
        after, within, both = integer("step", b), boolean(b), boolean(b)
        count = equation(after, operator.add, (body.params[0], Const(1)), s, b)
        body = Block(body.params, (*body.stmts, count), (after, *body.outs))
        if stop is None:
            return While((end, *twins(body.params[1:], b.kinds)), (start, *inits), test, body, s.loc)
        limit = equation(within, operator.lt, (test.params[0], stop), s, b)
        more = If((both,), within, Block((), test.stmts, test.outs), FALSE, s.loc, "and")
        test = Block(test.params, (limit, more), (both,))
        return While((end, *twins(body.params[1:], b.kinds)), (start, *inits), test, body, s.loc)

    def further(self) -> Block:
        """Is there a further step?"""
        assert self.test is not None
        return renewed(self.test, self.b.kinds)


def numbered(s: For | While, b: Builder, undefined: Container[Var]) -> Steps:
    """The steps of a loop. Raises UnsupportedError where what it runs over can be run over only once."""
    found = numbered_steps(s, b)
    found.undefined.update(v for v in s.carried if v in undefined)
    return found


def numbered_steps(s: For | While, b: Builder) -> Steps:
    if isinstance(s, While):
        return Steps(s, b, integer("step", b), Const(0), test=while_test(s, b))
    made = b.defs.get(s.iter)
    start, stop, step = range_args(made) if made is not None and made.op is range else (None, None, None)
    if step == Const(1) and isinstance(s.targets, Var):
        position = s.targets if s.targets.hint.strip("_") else integer("step", b)
        found = Steps(s, b, position, start, stop)
        if position is not s.targets:
            found.opening = [Eqn((s.targets,), operator.add, (position, Const(0)))]
    else:
        found = over_items(s, made, b)
    if s.stop is not None:
        found.test, found.last = for_test(s, found.last, b), None
    return found


def over_items(s: For, made: Eqn | None, b: Builder) -> Steps:
    """The steps of a loop over the items of a sequence, forwards or backwards."""
    backwards = made is not None and made.op is reversed
    over = made.args[0] if made is not None and backwards else s.iter
    kind = K.kind_of(b.kind(over))
    if not (isinstance(kind, K.Array) and kind.dims or isinstance(kind, K.Seq) and kind.type in ("range", "list", "tuple")):
        raise UnsupportedError("a loop with checkpoints runs over a range, a list, a tuple or an array, whose items can be had again",
                               s.loc, "Write `for i in range(n)`")
    found = Steps(s, b, integer("k", b), Const(0), integer("n", b))
    found.before = [Eqn((found.last,), len, (over,), (), s.loc)]
    index: Any = found.position
    if backwards:
        index = integer("", b, temp=True)
        found.opening.append(Eqn((index,), operator.sub, (Const(-1), found.position), (), s.loc))
    found.opening += items_of(s.targets, over, index, s, b)
    return found


def items_of(targets: Any, items: Any, index: Any, s: For, b: Builder) -> list[Stmt]:
    """targets = items[index]"""
    if isinstance(targets, Var):
        return [Eqn((targets,), operator.getitem, (items, index), (), s.loc)]
    row = Var(temp=True)
    read = Eqn((row,), operator.getitem, (items, index), (), s.loc)
    b.note(read)
    if all(isinstance(t, Var) for t in targets):
        return [read, Eqn(targets, unpack, (row,), (), s.loc)]
    return [read, *(e for k, t in enumerate(targets) for e in items_of(t, row, Const(k), s, b))]


def while_test(s: While, b: Builder) -> Block:
    position = integer("step", b)
    if s.stop is None:
        return Block((position, *s.test.params), s.test.stmts, s.test.outs)
    going, test = not_(s.test.params[s.stop], s, b), boolean(b)
    if s.test.outs[0] == Const(True):
        return Block((position, *s.test.params), (*s.test.stmts, going), going.outs)
    more = Block((), s.test.stmts, s.test.outs)
    both = If((test,), going.out, more, FALSE, s.loc, "and")
    return Block((position, *s.test.params), (going, both), (test,))


def for_test(s: For, last: Any, b: Builder) -> Block:
    """Is there a further item, and has no `break` been met?"""
    position, carried, test = integer("step", b), twins(s.carried, b.kinds), boolean(b)
    assert s.stop is not None
    going = not_(carried[s.stop], s, b)
    inside = Eqn((boolean(b),), operator.lt, (position, last), (), s.loc)
    both = If((test,), going.out, Block((), (inside,), (inside.out,)), FALSE, s.loc, "and")
    return Block((position, *carried), (going, both), (test,))


def not_(a: Any, s: For | While, b: Builder) -> Eqn:
    return Eqn((boolean(b),), operator.not_, (a,), (), s.loc)


# -- values ------------------------------------------------------------------------------------------------------------

def equation(out: Var, op: Any, args: tuple[Any, ...], s: For | While, b: Builder) -> Eqn:
    """out = op(*args), at the place of the loop."""
    made = Eqn((out,), op, args, (), s.loc)
    b.note(made)
    return made


def integer(hint: str, b: Builder, temp: bool = False) -> Var:
    made = Var(hint, temp)
    b.kinds[made] = K.INT
    return made


def boolean(b: Builder) -> Var:
    made = Var(temp=True)
    b.kinds[made] = K.BOOL
    return made
