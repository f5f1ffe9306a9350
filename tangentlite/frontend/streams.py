"""Iterators that make their items as they are asked for. A loop over one makes an item at the beginning of each iteration:

    for y in map(f, xs):            ->      for x in xs:
        body                                    y = f(x)
                                                body

Functions that take all items at once get the list of them.
"""
from __future__ import annotations

import copy
import operator
from collections.abc import Callable, Iterator
from typing import Any

import gast

from tangentlite.frontend import collection_types, positions
from tangentlite.frontend.base import Ahead
from tangentlite.frontend.comprehensions import Comprehensions, load, serial
from tangentlite.frontend.lifting import free_names
from tangentlite.frontend.syntax import assigned, has_walrus, may_break, place
from tangentlite.frontend.values import Choice, Clause, Endless, Instance, Live, Local, Partial, Stream, flatten
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K

ONCE = "Make a list of it"


class Streams(Comprehensions):
    def expr_GeneratorExp(self, node: Any, name: str) -> Any:
        if has_walrus(node):
            raise self.unsupported(node, "a generator expression that assigns with `:=` cannot be differentiated yet",
                                   "Use a list comprehension")
        names: list[str] = []
        clauses: list[Clause] = []
        for k, g in enumerate(node.generators):
            if g.is_async:
                raise self.unsupported(node, "an asynchronous comprehension cannot be differentiated yet")
            items = self.function_of(names, g.iter) if k else self.iterated(self.expr(g.iter), g.iter)
            names += [n for n in assigned([g.target]) if n not in names]
            clauses.append(Clause(g.target, items, tuple(self.function_of(names, t) for t in g.ifs)))
        return Stream(tuple(clauses), tuple(names), self.function_of(names, node.elt), self.b)

    def function_of(self, names: list[str], body: Any) -> Local:
        """An expression as a function of some of its names; it reads the others as they stand when it is called."""
        params = [gast.Name(n, gast.Param(), None, None) for n in names]
        node = gast.Lambda(gast.arguments(params, [], None, [], [], None, []), body)
        return Local("<genexpr>", gast.copy_location(node, body), (), (), self.frame)

    # -- running through one -------------------------------------------------------------------------------------------------

    def spend(self, stream: Stream, node: Any) -> None:
        """It is run through here."""
        if stream.spent:
            raise self.unsupported(node, "this iterator has been run through before: it has no items left", ONCE)
        if stream.block is not self.b:
            raise self.unsupported(node, "an iterator that is made before a branch or a loop, and run through inside, "
                                   "cannot be differentiated", ONCE)
        self.check_undisturbed([a for a in self.dependence(stream) if a.frame is not None], node)
        self.check_fresh((*stream.sources, *flatten(stream.clauses[0].items)), node)
        stream.spent = True

    def unfolded(self, stream: Stream, node: Any) -> tuple[list[Any], Any, list[str]]:
        """The clauses of a comprehension that runs through it, its element, and hidden names that these read."""
        self.spend(stream, node)
        n, made = next(serial), dict[str, Any]()

        def hidden(value: Any) -> Any:
            made[f"%{n}.{len(made)}"] = value
            return load(list(made)[-1])

        clauses: list[Any] = []
        names: list[str] = []

        def call(function: Local) -> Any:
            return gast.Call(hidden(function), [load(f"{v}%{n}") for v in names], [])

        for c in stream.clauses:
            items = call(c.items) if clauses else hidden(c.items)
            names += [v for v in assigned([c.target]) if v not in names]
            clauses.append(gast.comprehension(renamed(c.target, n), items, [call(t) for t in c.tests], 0))
        element = call(stream.element)
        self.env.update(made)
        return clauses, element, list(made)

    def stmt_For(self, node: Any) -> None:
        items = self.iterated(self.expr(node.iter), node.iter)
        kind = self.kind(items) if isinstance(items, (Var, Const)) else None
        if isinstance(kind, K.Number):
            raise self.raises(node.iter, "a number has no items to run over", TypeError, "a number is not iterable")
        if self.attempts and (name := without_items(items, kind)) is not None:
            raise self.raises(node.iter, f"a {name} has no items to run over", TypeError, f"'{name}' object is not iterable")
        parts = kind.elem if isinstance(kind, K.Seq) and kind.type == "iter" else None
        if isinstance(parts, K.Seq) and (isinstance(node.target, gast.Name) or not plain(node.target)):
            n = next(serial)
            node = retargeted(node, *pattern(parts, iter(f"{v}%{n}" for v in LETTERS)))
        elif not plain(node.target):
            item = f"item%{next(serial)}"
            node = retargeted(node, gast.Name(item, gast.Store(), None, None), load(item))
        ahead = self.dependence(items)
        if self.attempts and (any(self.lists_ahead(items)) or isinstance(items, Stream) and is_listed(items, node)):
            self.check_is_made(items, node.iter)
        if not isinstance(items, Stream):
            self.loop_over(node, items)
        elif isinstance(items.whole, Var):
            self.spend(items, node.iter)
            self.loop_over(node, items.whole)
            self.check_fresh(items.sources, node)
        elif is_listed(items, node):
            made = self.taken_in(items, node)
            ahead = self.dependence(made)
            self.loop_over(node, made)
        else:
            self.fused(node, items)
            self.check_fresh(items.sources, node)
        self.check_undisturbed(ahead, node)

    def check_is_made(self, items: Any, node: Any) -> None:
        """Raise where making an item may raise after an iteration of the loop, while all are made before."""
        if isinstance(items, Stream) or any(self.lists_ahead(items)):
            raise self.unsupported(node, "the items of this iterator are made one by one, which may raise in between, in a `try`",
                                   "Make a list of them first")

    def fused(self, node: Any, items: Stream) -> None:
        """The loop over an iterator, as the loop over what that runs over."""
        clauses, element, hidden = self.unfolded(items, node.iter)
        inner = [gast.Assign([node.target], element, None), *node.body]
        for c in reversed(clauses):
            for test in reversed(c.ifs):
                inner = [gast.If(test, inner, [])]
            inner = [gast.For(c.target, c.iter, inner, [], None)]
        inner[0].orelse = node.orelse
        place(inner[0], node)
        self.stmt_For(inner[0])
        for name in hidden:
            del self.env[name]

    def taken_in(self, stream: Stream, node: Any, name: str = "") -> Any:
        """The list of its items."""
        if stream.whole is not None:
            self.spend(stream, node)
            return stream.whole
        functions = [stream.element, *(t for c in stream.clauses for t in c.tests), *(c.items for c in stream.clauses[1:])]
        return self.ahead(lambda: self.run_through(stream, node, name), functions, self.dependence(stream))

    def run_through(self, stream: Stream, node: Any, name: str) -> Any:
        clauses, element, hidden = self.unfolded(stream, node)
        made = gast.ListComp(element, clauses)
        place(made, node)
        result = self.expr_ListComp(made, name)
        for h in hidden:
            del self.env[h]
        return result

    # -- items that are made ahead of the loop over them -------------------------------------------------------------------------

    def ahead(self, make: Callable[[], Any], functions: list[Any], before: list[Ahead]) -> Any:
        """A list of items that Python makes one by one: neither may a loop over them change what their making reads, nor this the loop."""
        env = dict(self.env)
        made = make()
        changed = any(self.env.get(n) is not value for n, value in env.items() if not n.startswith("%"))
        if isinstance(made, (Var, Instance)):
            self.made_ahead[made] = [*before, *self.read_by(functions), *([Ahead(None)] if changed else [])]
        return made

    def read_by(self, functions: list[Any]) -> list[Ahead]:
        """The variables that local functions read, those that they call, and the parts of objects among them."""
        found: list[Ahead] = []
        seen: set[int] = set()
        todo = [(leaf, self.frame) for f in functions for leaf in flatten(f)]
        while todo:
            f, frame = todo.pop()
            if isinstance(f, Partial):
                todo += [(leaf, frame) for g in (f.function, *f.args, *f.keywords.values()) for leaf in flatten(g)]
            elif isinstance(f, Choice):
                todo += [(f.then, frame), (f.orelse, frame)]
            elif id(f) not in seen and isinstance(f, (Local, Instance)):
                seen.add(id(f))
                names = self.names_in(f.frame) if isinstance(f, Local) else {
                    n: value for n, value in self.env.items() if n.startswith(f.key + ".")}
                for n in sorted(free_names(f.node) & names.keys() if isinstance(f, Local) else names):
                    found.append(Ahead(f.frame if isinstance(f, Local) else frame, n, names[n]))
                    todo += [(leaf, frame) for leaf in flatten(names[n])]
        return found

    def dependence(self, value: Any) -> list[Ahead]:
        """What the items that a value holds, or gives, were made of ahead."""
        return [a for made in self.lists_ahead(value) for a in self.made_ahead[made]]

    def lists_ahead(self, value: Any) -> Iterator[Any]:
        """The lists of items made ahead that a value holds, or gives items of."""
        if isinstance(value, Stream):
            for part in (value.clauses[0].items, value.whole):
                yield from self.lists_ahead(part)
            return
        for leaf in flatten(value):
            made = self.b.defs.get(leaf) if isinstance(leaf, Var) else None
            if leaf in self.made_ahead:
                yield leaf
            elif made is not None and made.op in (zip, enumerate, reversed, operator.getitem):
                for part in made.inputs:
                    yield from self.lists_ahead(part)

    def check_undisturbed(self, ahead: list[Ahead], node: Any) -> None:
        """Raise where items that were made ahead would have been others when they are asked for."""
        for a in ahead:
            names = {} if a.frame is None else self.env if is_part(a.name) else self.names_in(a.frame)
            if a.frame is None or names.get(a.name) is not a.value:
                what = f"reads `{a.name.rpartition('.')[2]}`, which changes" if a.frame is not None else "changes what other code reads"
                raise self.unsupported(node, f"the items of this iterator are made one by one, and making them {what} in between",
                                       "Make a list of them first")

    def items(self, value: Any, node: Any, name: str = "") -> Any:
        """What can be run through any number of times: the list of the items of an iterator, or the value itself."""
        if isinstance(value, Stream):
            return self.taken_in(value, node, name)
        if isinstance(value, Endless):
            raise self.unsupported(node, f"`{value.function.__name__}()` has no end, so its items cannot be listed")
        if isinstance(value, Var) and isinstance(kind := self.kind(value), K.Seq) and kind.type == "iter":
            return self.items_of_iterator(value, kind, node, name)
        found = self.iterated(value, node)
        return value if found is value else self.items(found, node, name)

    def iterated(self, value: Any, node: Any) -> Any:
        """What a loop over a value runs through: of an object, what its `__iter__` gives."""
        held = collection_types.contents(self, value, node)
        if held is not None:
            return held
        found = self.special(value, "__iter__", [], node)
        if found is not None and self.has_method(found, "__next__"):
            raise self.unsupported(node, "an object with `__next__` cannot be run over yet", "Write `__iter__` as a generator")
        if found is None and self.has_method(value, "__getitem__"):
            return self.items_by_index(value, node)
        if found is None:
            found = positions.in_order(self, node, value)
        return value if found is None else found

    def has_method(self, value: Any, method: str) -> bool:
        """Is it an object whose class defines this method itself?"""
        cls = self.class_of(value) if isinstance(value, (Instance, Var)) else None
        return isinstance(cls, type) and any(method in vars(base) for base in cls.__mro__ if base not in (object, tuple, list, dict))

    def items_by_index(self, value: Any, node: Any) -> Any:
        """The items of an object that has a length, and gives them by index."""
        if not self.has_method(value, "__len__"):
            what = f"an object of class `{self.class_of(value).__name__}` has items, but not a number of them"
            raise self.unsupported(node, what, "Give it `__len__`, or write `__iter__` as a generator")
        return self.eager("[items[k] for k in range(len(items))]", None, node, items=value)

    def eager(self, text: str, source: Any, node: Any, **values: Any) -> Stream:
        raise NotImplementedError

    def items_of_iterator(self, iterator: Var, kind: K.Seq, node: Any, name: str) -> Any:
        """The list of what `zip`, `enumerate`, `reversed` and the like give."""
        n = next(serial)
        target, value = pattern(kind.elem, iter(f"{v}%{n}" for v in LETTERS))
        hidden = f"%{n}.0"
        self.env[hidden] = iterator
        made = gast.ListComp(value, [gast.comprehension(target, load(hidden), [], 0)])
        place(made, node)
        result = self.expr_ListComp(made, name)
        del self.env[hidden]
        return result


def is_listed(items: Stream, loop: Any) -> bool:
    """Are the items listed before the loop begins?"""
    return len(items.clauses) > 1 and (loop.orelse or may_break(loop.body))


def is_part(name: str) -> bool:
    """Is this what the environment calls an attribute or item of an object?"""
    return name[0] == "@"


def without_items(value: Any, kind: Any) -> str | None:
    """The class of an object that surely cannot be run over; None where it may be, or is not known."""
    match value, kind:
        case Live(value=known), _:
            of = type(known)
        case _, K.Inert("NoneType"):
            of = type(None)
        case _, K.Inert(_, known) if known is not None:
            of = type(known)
        case _, K.Record(type() as of):
            pass
        case _:
            return None
    return None if hasattr(of, "__iter__") or hasattr(of, "__getitem__") else of.__name__


def retargeted(loop: Any, target: Any, value: Any) -> Any:
    """The loop with another target, whose value the old one is assigned."""
    made = gast.For(target, loop.iter, [gast.Assign([loop.target], value, None), *loop.body], loop.orelse, None)
    place(made, loop)
    return made


def plain(target: Any) -> bool:
    """Is this a name, or a tuple of names?"""
    return isinstance(target, gast.Name) or isinstance(target, (gast.Tuple, gast.List)) and all(map(plain, target.elts))


LETTERS = ("a", "b", "c", "d", "e", "f", "g", "h", "p", "q", "r", "s", "t", "u", "v", "w")


def pattern(kind: Any, names: Any) -> tuple[Any, Any]:
    """A target that takes a value of this kind apart, and the expression that puts it together again."""
    if isinstance(kind, K.Seq) and kind.type == "tuple" and kind.items:
        parts = [pattern(k, names) for k in kind.items]
        return gast.Tuple([t for t, _ in parts], gast.Store()), gast.Tuple([v for _, v in parts], gast.Load())
    name = next(names)
    return gast.Name(name, gast.Store(), None, None), load(name)


def renamed(target: Any, n: int) -> Any:
    """A target with names that no other variable has."""
    target = copy.deepcopy(target)
    for inner in gast.walk(target):
        if isinstance(inner, gast.Name):
            inner.id = f"{inner.id}%{n}"
    return target
