"""Whose memory a value is, and what a write into it changes.

Values never change in a trace: `u[i] = v` gives the name `u` a new value. Every other name that sees the same memory
has to follow, and what cannot follow must not be read again:

    v = u;      u[0] = 1.0      both names stand for the new value
    r = A[0];   A[0, 1] = 1.0   `r` is taken from the new `A` again
    r = A[0];   r[1] = 1.0      `A[0, 1]` is written, and `r` is taken from it again
    w = f(u);   u[0] = 1.0      if `w` may share the memory of `u`, reading it is refused from here on

A `Token` stands for memory: of one array or container, or, where paths or iterations meet, of one of several.
"""
from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tangentlite import runtime
from tangentlite.frontend.references import GLOBAL, NOTHING, Choice, Provenance, Reference, Token, Writes
from tangentlite.frontend.views import View, exact_view, in_order, index_kind, reshaped
from tangentlite.ir import Const, Loc, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import Bound, DictDisplay, ObjectDisplay, attribute, call_method, make_list, make_tuple, unpack
from tangentlite.ir.trace import Captured, ClassMember, Eqn
from tangentlite.objects import is_frozen, is_named_tuple
from tangentlite.rules.callees import normal_of
from tangentlite.rules.registry import built_in, rule_of
from tangentlite.rules.structures import index_parts

ITERATORS = (zip, enumerate, reversed)
LISTING = (list, tuple, sorted, reversed)
DISPLAYS = (make_tuple, make_list)
UPDATES = (runtime.setitem, runtime.add_at, runtime.append, runtime.set_attribute)


class ObjectKeyError(Exception):
    """What may be an object is a key of a dictionary: keys are followed like items."""


class Memory:
    """What is known while a function is lowered; `defs` and `kinds` are the builder's.

    With `plain_keys`, the keys of dictionaries are text, numbers and tuples of them, which cannot be written.
    """

    def __init__(self, kinds: Mapping[Var, Any], defs: Mapping[Var, Eqn], plain_keys: bool = False) -> None:
        self.kinds, self.defs, self.plain_keys = kinds, defs, plain_keys
        self.keys: set[Token] = set()  # what stands for a key
        self.references: dict[Var, Reference] = {}
        self.writes: Writes = {}
        self.related: dict[Token, set[Token]] = {}  # other tokens that may stand for the same memory
        self.apart: set[frozenset[Token]] = set()  # related ones that never do so at the same time
        self.choices: dict[Var, Choice] = {}
        self.wholes: set[Var] = set()  # successors of memory that was written, however they are computed
        self.solid: dict[Var, frozenset[Var]] = {}  # arrays that are contiguous where these arguments are
        self.relied_on: dict[Var, None] = {}  # arguments that are taken to be contiguous
        self.origins: dict[Var, Any] = {}  # what a value was before a loop, or on a path that leads to it
        self.named: set[Token] = set()  # memory that a name or a container refers to
        self.clock = 0

    # -- what a value refers to --------------------------------------------------------------------------------------------

    def kind(self, a: Any) -> Any:
        return K.kind_of(a) if isinstance(a, Const) else self.kinds.get(a, K.UNKNOWN)

    def immutable(self, v: Any) -> bool:
        return not isinstance(v, Var) or immutable(self.kinds.get(v, K.UNKNOWN))

    def reference(self, v: Var) -> Reference:
        found = self.references.get(v)
        if found is None:
            e = self.defs.get(v)
            found = self.references[v] = self.classified(v, e) if e is not None else self.made(NOTHING, NOTHING)
        return found

    def made(self, own: Iterable[Token], held: Iterable[Token], exclusive: bool | None = None) -> Reference:
        return Reference(frozenset(own), frozenset(held), self.clock, not held if exclusive is None else exclusive)

    def refer(self, v: Var, own: Iterable[Token], held: Iterable[Token], exclusive: bool, born: int) -> None:
        self.references[v] = Reference(frozenset(own), frozenset(held), born, exclusive)

    def taken(self, targets: Iterable[Var], iterable: Any) -> None:
        """What a loop takes out of its iterator."""
        tokens, parts = self.everything((iterable,)), list(targets)
        for v in parts:
            if v is parts[0] and not self.immutable(v) and self.gives_keys(iterable, len(parts)):
                self.references[v] = self.made([self.key()], NOTHING, False)
            elif not self.immutable(v):
                self.references[v] = self.made(tokens, tokens if self.is_container(v) else NOTHING, False)

    def gives_keys(self, iterable: Any, count: int) -> bool:
        """Does a loop take keys out of this, or, with one of two targets, out of the items of a dictionary?"""
        e = self.defs.get(iterable) if isinstance(iterable, Var) else None
        view = e.args[1].value if e is not None and e.op is call_method and len(e.args) == 2 and isinstance(e.args[1], Const) else ""
        owner = e.args[0] if e is not None and view in ("keys", "items") else iterable
        return self.plain_keys and K.is_dict(self.kind(owner)) and (view != "items" or count > 1)

    def key(self) -> Token:
        made = self.fresh()
        self.keys.add(made)
        return made

    def stored(self, e: Eqn) -> list[Any]:
        """What an update puts into a container; the keys of dictionaries are not followed where they cannot be written."""
        u = e.args[0]
        found = [a for a in e.inputs if a is not u]
        if e.op is not runtime.setitem or not self.plain_keys or not K.is_dict(self.kind(u)) or self.immutable(e.args[1]):
            return found
        if not self.everything((e.args[1],)) <= self.keys:
            raise ObjectKeyError
        return [a for a in found if a is not e.args[1]]

    def note(self, e: Eqn) -> None:
        """Remember what the results of an equation refer to, as things stand now."""
        for v in e.outs:
            if not self.immutable(v):
                self.references[v] = self.classified(v, e)
        if is_display(e.op) or e.op in UPDATES:
            self.hold(e.inputs if e.op not in UPDATES else self.stored(e))

    def classified(self, v: Var, e: Eqn) -> Reference:
        inputs = [a for a in e.inputs if not self.immutable(a)]
        op, args, keywords = self.normal(e)
        first = e.args[0] if e.args else None
        if isinstance(op, (Captured, ClassMember, Bound)):
            return self.made([GLOBAL], [GLOBAL])
        if is_display(op):
            return self.display(inputs)
        if op is operator.add and len(inputs) == 2 and self.collects(v, inputs):
            return self.display(inputs)
        if op in UPDATES:
            return self.updated(first, e)
        if self.view(v) is not None:
            return self.made(self.reference(e.args[0]).own, NOTHING, self.reference(e.args[0]).exclusive)
        if op is unpack or op is attribute or op is operator.getitem and self.is_container(first):
            return self.item(e)
        if op in LISTING and self.plain_keys and len(e.args) == 1 and self.gives_keys(first, 1):
            return self.made([self.fresh()], [self.key()])
        everything = self.everything(inputs) if inputs else NOTHING
        copied = op in ITERATORS or op is operator.getitem and copies(e.args, self.kinds)
        lent = NOTHING if copied else self.lent(op, args, keywords, inputs)
        return self.made({*lent, self.fresh()}, everything if op in ITERATORS or self.collects(v, inputs) else (
            lent if self.is_container(v) else NOTHING))

    def lent(self, op: Any, args: tuple[Any, ...], keywords: Any, inputs: list[Any]) -> frozenset[Token]:
        """The memory that the result of a function may be: of all it is given, where its rule does not tell."""
        rule = rule_of(op)
        if rule is None or not rule.pure or not built_in(op, rule):
            return self.everything(inputs)
        return self.everything(rule.lenders(self.kinds, args, keywords))

    def collects(self, v: Var, inputs: list[Any]) -> bool:
        """May `v` be a new container of what the arguments hold?"""
        kind = self.kinds.get(v, K.UNKNOWN)
        if isinstance(kind, K.Unknown):
            return any(isinstance(self.kinds.get(a), K.Seq | K.Record) for a in inputs)
        return isinstance(kind, K.Seq | K.Record) and not immutable(K.as_dict(kind).elem if K.is_dict(kind) else K.elements(kind))

    def display(self, items: list[Any]) -> Reference:
        """A new container: the only way to its items where these are new themselves."""
        sole = len(set(items)) == len(items) and all(map(self.sole, items))
        return self.made([self.fresh()], NOTHING if sole else self.everything(items), sole)

    def updated(self, u: Any, e: Eqn) -> Reference:
        """A container after an update."""
        before = self.reference(u)
        items = [a for a in self.stored(e) if not self.immutable(a)]
        if isinstance(self.kinds.get(u), K.Array):
            return self.made(before.own, before.held)
        sole = before.exclusive and all(map(self.sole, items))
        if sole:
            return self.made(before.own, before.held, True)
        kind = self.kinds.get(u, K.UNKNOWN)
        hidden = before.own if before.exclusive and not (isinstance(kind, K.Seq) and immutable(K.elements(kind))) else NOTHING
        return self.made(before.own, before.held | hidden | self.everything(items), False)

    def sole(self, v: Any) -> bool:
        """Is `v` new memory that nothing refers to yet, nor anything that it holds?"""
        if self.immutable(v):
            return True
        r = self.reference(v)
        return r.exclusive and not r.held and r.own.isdisjoint(self.named) and not any(t.foreign or t.over for t in r.own)

    def item(self, e: Eqn) -> Reference:
        """What is taken out of a container."""
        holder, kind = self.reference(e.args[0]), self.kinds.get(e.args[0], K.UNKNOWN)
        if e.op is operator.getitem and self.kind(e.args[1]) == K.Inert("slice"):
            return self.made([self.fresh()], NOTHING if self.holds_numbers(kind) else holder.held | holder.own)
        own = holder.held if isinstance(kind, K.Seq | K.Record) and not holder.exclusive else holder.own | holder.held
        return self.made(own, own, holder.exclusive)

    def owns_items(self, v: Var) -> bool:
        """Is this a container through which alone its items are seen: what is taken out has to be written through it?"""
        return self.reference(v).exclusive and not immutable(K.elements(kind) if isinstance(kind := self.kind(v), K.Seq) else K.UNKNOWN)

    def holds_numbers(self, kind: Any) -> bool:
        """Is this a list or a tuple of things that cannot be written?"""
        return isinstance(kind, K.Seq) and kind.type in ("list", "tuple") and immutable(K.elements(kind))

    def is_container(self, a: Any) -> bool:
        return not isinstance(self.kinds.get(a, K.UNKNOWN), (K.Array, K.Number)) if isinstance(a, Var) else True

    def everything(self, values: Iterable[Any]) -> frozenset[Token]:
        found = [self.reference(a) for a in values if not self.immutable(a)]
        return frozenset(itertools.chain(*(r.own | r.held for r in found)))

    def normal(self, e: Eqn) -> Any:
        return normal_of(e, self.kinds)

    def provenance(self, values: Iterable[Any]) -> tuple[Provenance, ...]:
        """Where the memory of what a function returns comes from."""
        found: list[Provenance] = []
        seen: list[frozenset[Token]] = []
        for v in values:
            mine = NOTHING if self.immutable(v) else self.everything((v,))
            group = next((k for k, tokens in enumerate(seen) if self.meet(mine, tokens)), len(seen))
            seen.append(mine)
            found.append(Provenance(not any(map(self.owner, mine)), not mine or self.reference(v).exclusive, group))
        return tuple(found)

    def given(self, params: Iterable[Var]) -> None:
        """Arguments are memory of the caller's."""
        for p in params:
            if not self.immutable(p):
                own = self.fresh(foreign=p.hint)
                self.references[p] = self.made([own], [own] if self.is_container(p) else NOTHING, False)

    def popped(self, taken: Var, items: Var, others: Iterable[Any]) -> None:
        """What a list held is out of it, memory of its own where no other name stood for something of the list."""
        before = self.reference(items)
        seen = any(self.touched(v, before.own) for v in others)
        own = [self.fresh(before.own if seen else ())] if before.exclusive else before.held
        self.references[taken] = self.made(own, own if self.is_container(taken) and not before.exclusive else NOTHING, before.exclusive)
        self.wholes.add(taken)

    def called(self, outs: Iterable[Var], made: Iterable[Provenance], args: Iterable[Any]) -> None:
        """The results of a call: memory of their own, or what it was given."""
        given = self.everything(args)
        tokens: dict[int, Token] = {}
        for v, p in zip(outs, made):
            own = {tokens.setdefault(p.group, self.fresh()), *(NOTHING if p.new else given)}
            if not self.immutable(v):
                exclusive = p.new and p.exclusive
                self.references[v] = self.made(own, own if self.is_container(v) and not exclusive else NOTHING, exclusive)

    # -- tokens --------------------------------------------------------------------------------------------------------------

    def fresh(self, over: Iterable[Token] = (), foreign: Any = None) -> Token:
        token = Token(tuple(over), foreign)
        for near in token.over.union(*(self.related.get(t, ()) for t in token.over)):
            self.relate(token, near)
        return token

    def relate(self, a: Token, b: Token) -> None:
        if a is not b:
            self.related.setdefault(a, set()).add(b)
            self.related.setdefault(b, set()).add(a)

    def same(self, a: Token, b: Token) -> bool:
        """May two tokens stand for the same memory?"""
        return a is b or b in self.related.get(a, ()) and frozenset((a, b)) not in self.apart

    def separate(self, a: Any, b: Any) -> bool:
        """Are these never the same memory, for they are chosen together?"""
        first, second = self.choices.get(a), self.choices.get(b)
        if first is None or second is None or first.paths.test is not second.paths.test:
            return False
        return not any(self.meet(self.everything((x,)), self.everything((y,))) for x, y in zip(first.arms, second.arms))

    def meet(self, a: Iterable[Token], b: Iterable[Token]) -> bool:
        others = list(b)
        return any(self.same(s, t) for s in a for t in others)

    def foreign(self, v: Var) -> Any:
        """Whose memory `v` may be, if not the function's own; None where it is."""
        return next(filter(None, map(self.owner, self.reference(v).own)), None)

    def owner(self, token: Token) -> Any:
        return next((t.foreign for t in (token, *token.over) if t.foreign is not None), None)

    def maker(self, v: Any) -> Eqn | None:
        """The equation that made a value, on one path that leads to it; None for an argument."""
        while v not in self.defs and v in self.origins:
            v = self.origins[v]
        return self.defs.get(v)

    # -- writing -------------------------------------------------------------------------------------------------------------

    def written(self, u: Var, loc: Loc) -> None:
        """The memory of `u` is written now: every value that was made of it before shows what was there."""
        self.clock += 1
        for t in self.reference(u).own:
            for near in (t, *(n for n in self.related.get(t, ()) if self.same(t, n))):
                self.writes[near] = self.clock, loc

    def stale(self, v: Any, writes: Writes | None = None) -> Loc | None:
        """Where the memory that `v` shares was written since; None where it was not."""
        writes = self.writes if writes is None else writes
        if not isinstance(v, Var) or not writes or self.immutable(v):
            return None
        return self.outdated(self.reference(v), writes)

    def outdated(self, r: Reference, writes: Writes | None = None) -> Loc | None:
        """Where what is referred to was written after it was last seen."""
        writes = self.writes if writes is None else writes
        return next((w[1] for t in (*r.own, *r.held) if (w := writes.get(t)) is not None and w[0] > r.born), None)

    def hold(self, values: Iterable[Any]) -> None:
        """A name or a container refers to these values from now on."""
        for v in values:
            if not self.immutable(v):
                self.named |= self.reference(v).own

    def touched(self, v: Any, tokens: Iterable[Token]) -> bool:
        """Does `v` see the memory of one of the tokens?"""
        if self.immutable(v):
            return False
        r = self.reference(v)
        return self.meet(r.own | r.held, tokens)

    def is_written(self, v: Any) -> bool:
        """Has the memory of `v` been written, at any time?"""
        return bool(self.writes) and not self.immutable(v) and not self.writes.keys().isdisjoint(self.reference(v).own)

    def view(self, v: Any) -> View | None:
        """How `v` is taken from the value it is a view of; None where it is none, or may be a copy."""
        e = self.defs.get(v) if isinstance(v, Var) and v not in self.wholes else None
        if e is None or not e.args or self.immutable(v):
            return None
        base = e.args[0]
        if e.op is unpack and isinstance(rows := self.kinds.get(base), K.Array) and rows.dims:
            return View(base, e, operator.getitem, (Const(e.outs.index(v)),))
        if isinstance(self.kinds.get(base), K.Seq | K.Record) and e.op in (operator.getitem, getattr) and len(e.outs) == 1:
            op = operator.getitem if e.op is operator.getitem else attribute
            return View(base, e, op, e.args[1:]) if self.reference(base).exclusive and self.is_key(e.args[1]) else None
        return exact_view(e, self.normal(e), self.kinds, self.rely)

    def rely(self, v: Any) -> bool:
        """Is `v` a contiguous array? The arguments that this depends on are checked when the function begins."""
        found = self.solid_if(v)
        self.relied_on.update(dict.fromkeys(found or ()))
        return found is not None

    def stays_solid(self, v: Var, found: frozenset[Var] | None) -> None:
        """`v` is contiguous where these arguments are; None if it need not be."""
        if found is not None:
            self.solid[v] = found

    def is_solid(self, v: Any) -> bool:
        return self.solid_if(v) is not None

    def solid_if(self, v: Any) -> frozenset[Var] | None:
        """The arguments that must be contiguous arrays for `v` to be one; None where it need not be in any case."""
        if v in self.solid:
            return self.solid[v]
        e = self.defs.get(v)
        if e is not None and in_order(e):
            return frozenset()
        if e is not None and (found := self.solid_if(reshaped(e))) is not None:
            return found
        if e is None or K.rank(self.kind(v)) != 1:
            return None
        view = self.view(v)
        if view is not None:
            beside = view.op is operator.getitem and side_by_side(
                index_parts(index_kind(view.index, self.kinds)), K.rank(self.kind(view.base)))
            return self.solid_if(view.base) if beside else None
        op, args, keywords = self.normal(e)
        rule = rule_of(op)
        new = rule is not None and rule.pure and built_in(op, rule) and not rule.lenders(self.kinds, args, keywords)
        return frozenset() if new else None

    def is_key(self, index: Any) -> bool:
        """Does the index take one item?"""
        return isinstance(self.kind(index), K.Number) or self.kind(index) == K.Inert("str")

    def iterated(self, v: Any) -> Iterator[Var]:
        """The containers that a loop over `v` reads while it runs."""
        if isinstance(v, Var) and not self.immutable(v) and not self.gives_keys(v, 1):
            e = self.defs.get(v)
            if e is not None and e.op in ITERATORS:
                for a in e.inputs:
                    yield from self.iterated(a)
            else:
                yield v


def immutable(kind: Any) -> bool:
    match kind:
        case K.Number() | K.Never():
            return True
        case K.Inert(type, value):
            return isinstance(value, K.CODE) or type in ("str", "bytes", "NoneType", "slice", "ellipsis", "range")
        case K.Seq("tuple" | "range", items, elem):
            return all(map(immutable, items)) if items is not None else elem is not None and immutable(elem)
        case K.Record(type, _, items):
            return type is not dict and (is_named_tuple(type) or is_frozen(type)) and all(map(immutable, items))
    return False


def side_by_side(parts: list[Any], rank: int | None) -> bool:
    """Does an index take elements of the last axis that follow one another?"""
    *before, last = [*parts, K.Inert("full slice")] if len(parts) == (rank or 0) - 1 else parts or [None]
    step_one = last == K.Inert("full slice") or isinstance(last, K.Inert) and last.type == "slice" and (
        last.value is not None and last.value.step in (None, 1))
    return step_one and len(before) == (rank or 0) - 1 and all(isinstance(p, K.Number) for p in before)


def is_display(op: Any) -> bool:
    return op in DISPLAYS or isinstance(op, DictDisplay | ObjectDisplay)


def copies(args: tuple[Any, ...], kinds: Mapping[Var, Any]) -> bool:
    """Does `array[index]` copy, because arrays or lists choose the elements?"""
    index = index_kind(args[1], kinds)
    chosen = any(isinstance(p, K.Array) or isinstance(p, K.Seq) and p.type == "list" for p in index_parts(index))
    return chosen and isinstance(kinds.get(args[0]), K.Array)
