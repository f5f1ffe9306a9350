"""Functions of functions and functions that give iterators, as generator expressions and loops.

    map(f, xs)                      (f(x) for x in xs)
    reduce(f, xs, y)                for x in xs: y = f(y, x)
"""
from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gast

from tangentlite import runtime
from tangentlite.frontend.generators import changes_what_it_yields
from tangentlite.frontend.memory import immutable
from tangentlite.frontend.source import Elsewhere
from tangentlite.frontend.streams import LETTERS, Streams, plain
from tangentlite.frontend.values import CODE, Endless, Frame, Instance, Live, Pack, Seen, Stream, flatten
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_list

NONE = Const(None)
ZERO, ONE = Const(0), Const(1)
LISTS = ("list", "tuple", "range")


@functools.cache
def parsed(text: str) -> Any:
    """A function definition, or an expression as the body of a function without parameters."""
    made = gast.parse(text).body[0]
    if isinstance(made, gast.FunctionDef):
        return made
    return gast.Lambda(gast.arguments([], [], None, [], [], None, []), made.value)


def builtins_only() -> None:
    """Where the names of a text that stands for a builtin function are looked up."""


class Iterators(Streams):
    def stand_in(self, text: str, node: Any, name: str = "", **values: Any) -> Any:
        """The value of a text, whose names have the given values; it is located at `node`, and `name` is what it is assigned to."""
        place = self.loc(node)
        source = Elsewhere(self.source.function, node, self.source.filename, self.source.lines, place)
        frame = Frame(source, builtins_only, frozenset(values))
        self.running("", node)
        outer, self.target = self.target, name or self.target
        try:
            return self.run(frame, dict(values), parsed(text))
        finally:
            self.target = outer

    def is_iterator(self, value: Any) -> bool:
        if isinstance(value, Var):
            kind = self.kind(value)
            return isinstance(kind, K.Seq) and kind.type == "iter"
        return isinstance(value, Stream)

    def as_list(self, items: tuple[Any, ...], node: Any, name: str) -> Any:
        return self.make(make_list, tuple(self.as_atom(i, node) for i in items), node, name)

    def indexable(self, value: Any, node: Any, name: str = "") -> Any:
        """The items in something that takes an index."""
        value = self.items(value, node, name)
        if isinstance(value, Instance) and (known := self.each_of(value, node)) is not None:
            value = Pack(tuple(known))
        kind = self.kind(value) if isinstance(value, (Var, Const)) else None
        if isinstance(value, Pack) or isinstance(kind, K.Array) or isinstance(kind, K.Seq) and kind.type in LISTS:
            return value
        return self.stand_in("[item for item in items]", node, items=value)

    def inert(self, *values: Any) -> bool:
        """Do none of the iterables have items that a derivative may flow through?"""
        return not any(isinstance(leaf, CODE) or K.differentiable(K.elements(self.kind(v))) for v in values
                       for leaf in flatten(v)) and not any(isinstance(v, Pack) for v in values)

    def arity(self, value: Any) -> int | None:
        """How many parts every item has, if they are tuples."""
        elem = K.elements(self.kind(self.as_plain(value))) if isinstance(value, (Var, Const)) else None
        return len(elem.items) if isinstance(elem, K.Seq) and elem.type == "tuple" and elem.items else None

    def as_plain(self, value: Any) -> Any:
        return value

    # -- functions of functions ------------------------------------------------------------------------------------------

    def iter(self, node: Any, name: str, items: Any) -> Any:
        if self.is_iterator(items):
            return items
        made = self.stand_in("(item for item in items)", node, items=items)
        made.whole = items if isinstance(items, Pack) else None
        return made

    def tee(self, node: Any, name: str, items: Any, n: Any = Const(2)) -> Any:  # noqa: B008
        items = self.indexable(items, node)
        return Pack(tuple(self.iter(node, name, items) for _ in range(n.value))) if isinstance(n, Const) else None

    def filter_false(self, node: Any, name: str, function: Any, items: Any) -> Any:
        test = "not item" if function == NONE else "not function(item)"
        return self.stand_in(f"(item for item in items if {test})", node, function=function, items=items)

    def map(self, node: Any, name: str, function: Any, items: Any, *others: Any) -> Any:
        if not others:
            return self.stand_in("(function(item) for item in items)", node, function=function, items=items)
        zipped = self.apply(Live(zip), [items, *others], {}, node, "")
        parts = ", ".join(LETTERS[:1 + len(others)])
        return self.stand_in(f"(function({parts}) for {parts} in items)", node, function=function, items=zipped)

    def filter(self, node: Any, name: str, function: Any, items: Any) -> Any:
        test = "item" if function == NONE else "function(item)"
        return self.stand_in(f"(item for item in items if {test})", node, function=function, items=items)

    def starmap(self, node: Any, name: str, function: Any, items: Any) -> Any:
        count = self.arity(items)
        parts = ", ".join(LETTERS[:count]) if count else "*item"
        target = f"({parts},)" if count else "item"
        return self.stand_in(f"(function({parts}) for {target} in items)", node, function=function, items=items)

    def reduce(self, node: Any, name: str, function: Any, items: Any, *first: Any) -> Any:
        if first:
            return self.stand_in(REDUCE, node, function=function, items=items, total=first[0])
        return self.stand_in(REDUCE, node, function=function, **self.first_and_rest(items, node))

    def first_and_rest(self, items: Any, node: Any) -> dict[str, Any]:
        items = self.indexable(items, node)
        return {"total": self.stand_in("items[0]", node, items=items), "items": self.stand_in("items[1:]", node, items=items)}

    def accumulate(self, node: Any, name: str, items: Any, function: Any = Live(operator.add), *, initial: Any = NONE) -> Any:  # noqa: B008
        function = Live(operator.add) if function == NONE else function
        if initial != NONE:
            source = items
            sums = self.stand_in("[total]", node, total=initial)
        else:
            source = items = self.indexable(items, node)
            sums = self.stand_in("list(items[:1])", node, items=items)
            items = self.stand_in("items[1:]", node, items=items)
        return self.eager(ACCUMULATE, source, node, function=function, items=items, sums=sums)

    def take_while(self, node: Any, name: str, function: Any, items: Any) -> Any:
        return self.eager(TAKE_WHILE, items, node, function=function, items=items)

    def drop_while(self, node: Any, name: str, function: Any, items: Any) -> Any:
        return self.eager(DROP_WHILE, items, node, function=function, items=items)

    def compress(self, node: Any, name: str, items: Any, selectors: Any) -> Any:
        zipped = self.apply(Live(zip), [items, selectors], {}, node, "")
        return self.stand_in("(item for item, chosen in items if chosen)", node, items=zipped)

    def group_by(self, node: Any, name: str, items: Any, key: Any = NONE) -> Any:
        """Runs of items with equal keys, by the places where they start and end."""
        items = self.indexable(items, node)
        keys = items if key == NONE else self.ahead(
            lambda: self.stand_in("[key(item) for item in items]", node, "keys", items=items, key=key), [key], self.dependence(items))
        starts = self.stand_in("[k for k in range(len(keys)) if k == 0 or keys[k] != keys[k - 1]]", node, "starts", keys=keys)
        ends = self.stand_in("starts[1:] + [len(items)]", node, "ends", starts=starts, items=items)
        zipped = self.apply(Live(zip), [starts, ends], {}, node, "")
        groups = self.stand_in("((keys[start], items[start:end]) for start, end in places)", node, keys=keys, items=items, places=zipped)
        self.made_ahead[zipped] = self.dependence(keys)
        return groups

    def eager(self, text: str, source: Any, node: Any, **values: Any) -> Stream:
        """An iterator over the list that a text makes at once, of what is not written before it has been run through."""
        before = self.dependence(source)
        made = self.ahead(lambda: self.stand_in(text, node, **values), list(values.values()), before)
        return self.over(made, source, node)

    def generate(self, call: Callable[[], Any], given: list[Any], generator: Any, node: Any) -> Any:
        """The iterator that a generator gives, which lists its items when it is called. `generator` is what lists them."""
        made = self.ahead(call, given, [a for value in given for a in self.dependence(value)])
        if changes_what_it_yields(generator, lambda k: self.may_change(made, k)) is not None:
            raise self.unsupported(node, "this generator changes memory that it may have yielded, as seen from one item to the next",
                                   "Yield copies")
        stream = self.over(made, None, node)
        stream.sources = tuple(leaf for value in given for leaf in flatten(value) if isinstance(leaf, Var))
        return stream

    def may_change(self, items: Any, part: int | None) -> bool:
        """Can the items of a list, or a part of each of them, be changed?"""
        kind = K.elements(self.kind(items)) if isinstance(items, Var) else K.UNKNOWN
        if part is not None and isinstance(kind, K.Seq) and kind.type == "tuple":
            kind = kind.items[part] if kind.items is not None and part < len(kind.items) else K.elements(kind)
        return not immutable(kind)

    def over(self, made: Any, source: Any, node: Any) -> Stream:
        """An iterator over a list that was made at once."""
        stream = self.stand_in("(item for item in items)", node, items=made)
        stream.sources, stream.whole = (source,) if isinstance(source, Var) else (), made
        return stream  # type: ignore[no-any-return]

    def next(self, node: Any, name: str, items: Any, *default: Any) -> Any:
        if not isinstance(items, Stream):
            return None
        first, source = items, items.clauses[0].items
        if len(items.clauses) == 1 and not items.clauses[0].tests and items.block is self.b:
            first, rest = replace(items), self.rest_of(source, node)
            items.clauses, items.whole = (replace(items.clauses[0], items=rest),), None
            items.sources += (source,) if isinstance(source, Var) else ()
        if default:
            return self.stand_in(FIRST_OR, node, items=first, first=default[0])
        return self.stand_in(FIRST, node, items=first)

    def rest_of(self, items: Any, node: Any) -> Any:
        """All but the first item."""
        if isinstance(items, (Seen, Instance)) and self.each_of(items, node) is not None:
            return self.seen(lambda: (self.each_of(items, node) or [])[1:])
        return self.stand_in("items[1:]", node, items=self.indexable(items, node))

    # -- iterators -------------------------------------------------------------------------------------------------------------

    def zip(self, node: Any, name: str, *iterables: Any, strict: Any = None) -> Any:
        if strict == Const(False):
            return self.apply(Live(zip), list(iterables), {}, node, name)
        if strict == Const(True):
            iterables = tuple(self.items(i, node) for i in iterables)
            self.effect(runtime.require_same_length, tuple(self.as_atom(i, node) for i in iterables), node)
            return self.plain(zip, list(iterables), {}, node, name)
        if not any(isinstance(i, (Stream, Endless)) for i in iterables):
            return None
        finite = [i for i in iterables if not isinstance(i, Endless)]
        if not finite:
            return None
        streams = [self.composable(i, node) for i in finite]
        items = [s.clauses[0].items for s in streams]
        parts = list(LETTERS[:len(finite)])
        values: Any = {f"of_{p}": s.element for p, s in zip(parts, streams)}
        if len(finite) < len(iterables):  # the position is what endless ones go by
            raw = items[0] if len(items) == 1 else self.apply(Live(zip), items, {}, node, "")
            raw, target = self.apply(Live(enumerate), [raw], {}, node, ""), f"k, ({self.targets(streams, parts)})"
        else:
            raw = items[0] if len(items) == 1 else self.apply(Live(zip), items, {}, node, "")
            target = self.targets(streams, parts)
        rest = iter(zip(parts, streams))
        elements = []
        for k, i in enumerate(iterables):
            if isinstance(i, Endless):
                values[f"at_{k}"] = i.at
                elements.append(f"at_{k}(k)")
            else:
                p, s = next(rest)
                elements.append(f"of_{p}({', '.join(f'{p}_{n}' for n in s.names)})")
        return self.stand_in(f"(({', '.join(elements)},) for {target} in items)", node, items=raw, **values)

    def targets(self, streams: list[Stream], parts: list[str]) -> str:
        texts = [text_of(s.clauses[0].target, p) for p, s in zip(parts, streams)]
        return texts[0] if len(texts) == 1 else ", ".join(f"({t})" for t in texts)

    def composable(self, value: Any, node: Any) -> Stream:
        """An iterator with one item for every item of what it runs over."""
        if isinstance(value, Stream) and (len(value.clauses) > 1 or value.clauses[0].tests or not plain(value.clauses[0].target)):
            value = self.over(self.taken_in(value, node), None, node)
        stream = value if isinstance(value, Stream) else self.stand_in("(item for item in items)", node, items=value)
        self.spend(stream, node)
        return stream

    def enumerate(self, node: Any, name: str, items: Any, start: Any = ZERO) -> Any:
        if not isinstance(items, Stream):
            return None
        s = self.composable(items, node)
        raw = self.apply(Live(enumerate), [s.clauses[0].items], {} if start == ZERO else {"start": start}, node, "")
        call = f"of_a({', '.join(f'a_{n}' for n in s.names)})"
        return self.stand_in(f"((k, {call}) for k, ({text_of(s.clauses[0].target, 'a')}) in items)", node, items=raw, of_a=s.element)

    def reversed(self, node: Any, name: str, items: Any) -> Any:
        return self.apply(Live(reversed), [self.items(items, node)], {}, node, name) if isinstance(items, Stream) else None

    def chain(self, node: Any, name: str, *groups: Any) -> Any:
        return self.chained(node, name, Pack(tuple(self.items(g, node) for g in groups)))

    def chained(self, node: Any, name: str, groups: Any) -> Any:
        return self.stand_in("(item for items in groups for item in items)", node, groups=groups)

    def product(self, node: Any, name: str, *iterables: Any, repeat: Any = ONE) -> Any:
        if self.inert(*iterables) or not isinstance(repeat, Const):
            return None
        pools = [self.items(i, node) for i in iterables] * repeat.value
        clauses = " ".join(f"for {v} in pool_{v}" for v in LETTERS[:len(pools)])
        return self.stand_in(f"(({', '.join(LETTERS[:len(pools)])},) {clauses})", node, **{f"pool_{v}": p for v, p in zip(LETTERS, pools)})

    def combinations(self, node: Any, name: str, items: Any, r: Any) -> Any:
        return self.chosen(node, items, r, "range({last} + 1, len(items))", "")

    def combinations_with(self, node: Any, name: str, items: Any, r: Any) -> Any:
        return self.chosen(node, items, r, "range({last}, len(items))", "")

    def permutations(self, node: Any, name: str, items: Any, r: Any) -> Any:
        return self.chosen(node, items, r, "range(len(items))", " if {new} not in ({before},)")

    def chosen(self, node: Any, items: Any, r: Any, places: str, test: str) -> Any:
        """Tuples of items at different places."""
        if self.inert(items) or not isinstance(r, Const) or type(r.value) is not int or not 0 < r.value <= 6:
            return None
        index = "ijklmn"[:r.value]
        clauses = " ".join(f"for {i} in " + (places.format(last=index[k - 1]) + test.format(new=i, before=", ".join(index[:k])) if k
                                             else "range(len(items))") for k, i in enumerate(index))
        parts = ", ".join(f"items[{i}]" for i in index)
        return self.stand_in(f"(({parts},) {clauses})", node, items=self.indexable(items, node))

    def pairwise(self, node: Any, name: str, items: Any) -> Any:
        items = self.indexable(items, node)
        return self.apply(Live(zip), [items, self.stand_in("items[1:]", node, items=items)], {}, node, name)

    def zip_longest(self, node: Any, name: str, *iterables: Any, fillvalue: Any = NONE) -> Any:
        if not iterables:
            return self.apply(Live(zip), [], {}, node, name)
        pools = {v: self.indexable(i, node) for v, i in zip(LETTERS, iterables)}
        parts = ", ".join(f"{v}[k] if k < len({v}) else other" for v in pools)
        count = "max(" + ", ".join(f"len({v})" for v in pools) + ")" if len(pools) > 1 else "len(a)"
        return self.stand_in(f"(({parts},) for k in range({count}))", node, other=fillvalue, **pools)

    def islice(self, node: Any, name: str, items: Any, start: Any, stop: Any = None, step: Any = NONE) -> Any:
        start, stop = (NONE, start) if stop is None else (start, stop)
        if isinstance(items, Endless):
            if start not in (NONE, ZERO) or step != NONE:
                return None
            return self.stand_in("(at(k) for k in range(stop))", node, at=items.at, stop=stop)
        items = self.indexable(items, node)
        return self.stand_in("(item for item in items[start:stop:step])" if step != NONE else "(item for item in items[start:stop])",
                             node, items=items, start=start, stop=stop, step=step)

    def repeat(self, node: Any, name: str, item: Any, *times: Any) -> Any:
        if times:
            return self.stand_in("(item for _ in range(times))", node, item=item, times=times[0])
        return Endless(itertools.repeat, (item,), self.stand_in("lambda k: item", node, item=item))

    def count(self, node: Any, name: str, start: Any = ZERO, step: Any = ONE) -> Any:
        text = "lambda k: start + k" if step == ONE else "lambda k: start + step * k"
        args = (start, step) if step != ONE else (start,) if start != ZERO else ()
        text = text if start != ZERO or step != ONE else "lambda k: k"
        return Endless(itertools.count, args, self.stand_in(text, node, start=start, step=step))

    def cycle(self, node: Any, name: str, items: Any) -> Any:
        items = self.indexable(items, node)
        return Endless(itertools.cycle, (items,), self.stand_in("lambda k: items[k % len(items)]", node, items=items))

    def plain(self, op: Any, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
        options = {k: self.as_atom(v, node) for k, v in keywords.items()}
        return self.make(op, tuple(self.as_atom(a, node) for a in args), node, name, **options)


REDUCE = """
def reduce():
    for item in items:
        total = function(total, item)
    return total
"""
ACCUMULATE = """
def accumulate():
    for item in items:
        sums.append(function(sums[-1], item))
    return sums
"""
TAKE_WHILE = """
def take_while():
    taken = []
    for item in items:
        if not function(item):
            break
        taken.append(item)
    return taken
"""
DROP_WHILE = """
def drop_while():
    kept = []
    dropping = True
    for item in items:
        dropping = dropping and function(item)
        if not dropping:
            kept.append(item)
    return kept
"""
FIRST_OR = """
def first_or():
    for item in items:
        first = item
        break
    return first
"""
FIRST = """
def first():
    for item in items:
        return item
    raise StopIteration
"""


def text_of(target: Any, prefix: str) -> str:
    """A target, with other names."""
    if isinstance(target, gast.Name):
        return f"{prefix}_{target.id}"
    return "(" + ", ".join(text_of(t, prefix) for t in target.elts) + ",)"
