"""`match` statements, as branches.

    match p:                        subject = p
        case (x, 0) if x > 1:       if <p is a pair, its second item is 0>:  x = p[0] ... x > 1
            body                        body
        case _:                     else:
            other                       other

A pattern is tested from the outside to the inside, and its names are bound when all of it fits. What the kind of the subject
decides is not tested when the function runs.
"""
from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import gast

from tangentlite import runtime
from tangentlite.frontend.builtins import Builtins
from tangentlite.frontend.source import Source
from tangentlite.frontend.values import Instance, Keywords, Pack
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import COMPARISONS

TRUE, FALSE = Const(True), Const(False)
SIMPLE: dict[type, tuple[str, ...]] = {  # the kinds that are surely instances of a class
    float: ("float", "float64"), int: ("int", "bool"), bool: ("bool",), complex: ("complex", "complex128"), str: ("str",), list: ("list",),
    tuple: ("tuple",), dict: ("dict",)}
Test = Callable[[], Any]


class Fits(gast.expr):  # type: ignore[misc]
    """Does the subject fit the pattern, and hold the guard? The names of the pattern are bound in between."""

    _fields = ("subject", "pattern", "bindings", "guard")


class Part(gast.expr):  # type: ignore[misc]
    """What a name of a pattern stands for."""

    _fields = ("subject", "pattern", "name")


class WithoutMatch(gast.NodeTransformer):  # type: ignore[misc]
    """Writes every `match` as `if` statements."""

    count = itertools.count()

    def visit_Match(self, node: Any) -> Any:
        self.generic_visit(node)
        subject = f"subject%m{next(self.count)}"
        rest: list[Any] = []
        for case in reversed(node.cases):
            names = list(dict.fromkeys(captured(case.pattern)))
            bound = [gast.Assign([name(n, gast.Store())], Part(name(subject), case.pattern, n), None) for n in names]
            early = case.guard is not None
            test = Fits(name(subject), case.pattern, bound if early else [], case.guard)
            rest = [gast.If(test, case.body if early else [*bound, *case.body], rest)]
            for made in gast.walk(rest[0]):
                if not hasattr(made, "lineno"):
                    gast.copy_location(made, case.pattern)
        first = gast.Assign([name(subject, gast.Store())], node.subject, None)
        for made in gast.walk(first):
            if not hasattr(made, "lineno"):
                gast.copy_location(made, node.subject)
        return [first, *rest]


def name(of: str, context: Any = None) -> Any:
    return gast.Name(of, context or gast.Load(), None, None)


def without_match(source: Source) -> Source:
    """The source with its `match` statements written out."""
    if not any(isinstance(n, gast.Match) for n in gast.walk(source.node)):
        return source
    return replace(source, node=WithoutMatch().visit(copy.deepcopy(source.node)))


def captured(pattern: Any) -> Iterator[str]:
    """The names that a pattern binds."""
    for n in gast.walk(pattern):
        found = n.rest if isinstance(n, gast.MatchMapping) else n.name if isinstance(n, (gast.MatchAs, gast.MatchStar)) else None
        if found is not None:
            yield found


class Matching(Builtins):
    def expr_Fits(self, node: Any, name: str) -> Any:
        subject = self.expr(node.subject)
        tests = list(self.tests(node.pattern, lambda: subject))

        def bind() -> Any:
            for b in node.bindings:
                self.statement(b)
            return TRUE

        if node.guard is not None:
            tests += [bind, lambda: self.atom(node.guard)]
        return self.all_of(tests, node.pattern)

    def expr_Part(self, node: Any, name: str) -> Any:
        return self.part_named(node.pattern, node.name, self.expr(node.subject))

    def all_of(self, tests: list[Test], node: Any) -> Any:
        """The truth of all the tests; a later one is made only where those before it hold."""
        if not tests:
            return TRUE
        first = tests[0]()
        if first == FALSE or len(tests) == 1:
            return first
        if isinstance(first, Const):
            return self.all_of(tests[1:], node)
        return self.choose(node, first, lambda: self.all_of(tests[1:], node), lambda: FALSE, "and")

    def any_of(self, tests: list[Test], node: Any) -> Any:
        first = tests[0]()
        if first == TRUE or len(tests) == 1:
            return first
        if isinstance(first, Const):
            return self.any_of(tests[1:], node)
        return self.choose(node, first, lambda: TRUE, lambda: self.any_of(tests[1:], node), "or")

    # -- does a value fit? -------------------------------------------------------------------------------------------------

    def tests(self, p: Any, value: Callable[[], Any]) -> Iterator[Test]:
        """What has to hold for a value to fit a pattern, in order."""
        match p:
            case gast.MatchAs(pattern=None) | gast.MatchStar():
                return
            case gast.MatchAs(pattern=pattern):
                yield from self.tests(pattern, value)
            case gast.MatchOr(patterns=patterns):
                yield lambda: self.any_of([partial(self.fits, q, value, p) for q in patterns], p)
            case gast.MatchValue(value=expected):
                yield lambda: self.equal(value(), self.atom(expected), p)
            case gast.MatchSingleton(value=expected):
                yield lambda: self.identical(value(), Const(expected), p)
            case gast.MatchSequence(patterns=patterns):
                yield lambda: self.is_sequence(value(), p)
                yield lambda: self.has_length(value(), patterns, p)
                for q, part in self.item_patterns(p, value):
                    yield from self.tests(q, part)
            case gast.MatchMapping(keys=keys, patterns=patterns):
                yield lambda: self.is_mapping(value(), p)
                for key, q in zip(keys, patterns):
                    yield from self.entry_tests(key, q, value, p)
            case gast.MatchClass() if self.class_named(p) in SIMPLE:
                yield lambda: self.fits_class(value(), self.simple_class(p), p)
                for q in p.patterns:
                    yield from self.tests(q, value)
            case gast.MatchClass():
                yield lambda: self.is_of_class(value(), p)
                for attribute, q in self.attribute_patterns(p):
                    yield from self.tests(q, partial(self.attribute_of, value, attribute, p))

    def fits(self, p: Any, value: Callable[[], Any], node: Any) -> Any:
        return self.all_of(list(self.tests(p, value)), node)

    def entry_tests(self, key: Any, q: Any, value: Callable[[], Any], p: Any) -> Iterator[Test]:
        yield lambda: self.has_key(value(), self.atom(key), p)
        yield from self.tests(q, lambda: self.item(value(), self.atom(key), p))

    def equal(self, value: Any, expected: Any, p: Any) -> Any:
        atom = self.as_atom(value, p)
        if isinstance(atom, Const) and isinstance(expected, Const):
            return Const(bool(atom.value == expected.value))
        text = [self.kind(a) in K.TEXT for a in (atom, expected)]
        if text[0] != text[1] and all(isinstance(self.kind(a), (K.Number, K.Array, K.Seq, K.Inert)) for a in (atom, expected)):
            return FALSE  # text is no number
        return self.make(COMPARISONS["Eq"], (atom, expected), p)

    def identical(self, value: Any, expected: Const, p: Any) -> Any:
        atom = self.as_atom(value, p)
        known = self.is_none((atom, expected)) if expected.value is None else None
        return Const(known) if known is not None else self.make(COMPARISONS["Is"], (atom, expected), p)

    def surely(self, value: Any, p: Any, types: tuple[str, ...], numbers: bool = False) -> bool | None:
        """Is the value of one of these types, as far as its kind tells?"""
        if isinstance(value, Pack):
            return "tuple" in types
        if isinstance(value, Keywords):
            return "dict" in types
        if isinstance(value, Instance):
            return issubclass(value.cls, tuple(c for c in SIMPLE if c.__name__ in types))
        match self.kind(self.as_atom(value, p)):
            case K.Seq(type) | K.Inert(type):
                return type in types
            case K.Number(dtype) if dtype:
                return dtype in types
            case K.Array():
                return False if K.rank(self.kind(value)) else None
            case K.Record(type):
                return issubclass(type, tuple(c for c in SIMPLE if c.__name__ in types))
        return None

    def is_sequence(self, value: Any, p: Any) -> Any:
        known = self.surely(value, p, ("list", "tuple", "range"))
        return Const(known) if known is not None else self.make(runtime.is_sequence, (self.as_atom(value, p),), p)

    def has_length(self, value: Any, patterns: list[Any], p: Any) -> Any:
        starred = any(isinstance(q, gast.MatchStar) for q in patterns)
        least = len(patterns) - starred
        known = self.each_of(value, p) if isinstance(value, Pack | Instance) else None
        count = len(known) if known is not None else self.length(value) if isinstance(value, Var) else len(value.value)
        if count is not None:
            return Const(count >= least if starred else count == least)
        return self.make(COMPARISONS["GtE" if starred else "Eq"], (self.make(len, (value,), p), Const(least)), p)

    def is_mapping(self, value: Any, p: Any) -> Any:
        known = self.surely(value, p, ("dict",))
        return Const(known) if known is not None else self.make(runtime.is_mapping, (self.as_atom(value, p),), p)

    def has_key(self, value: Any, key: Any, p: Any) -> Any:
        known = value.keys if isinstance(value, Keywords) else self.keys_of(value) if isinstance(value, Instance) else (
            self.entries(value) if isinstance(value, Var) else None)
        if known is not None and isinstance(key, Const):
            return Const(key.value in known)
        return self.make(COMPARISONS["In"], (key, self.as_atom(value, p)), p)

    def simple_class(self, p: Any) -> Any:
        cls = self.class_named(p)
        if p.kwd_patterns or len(p.patterns) > 1:
            raise self.unsupported(p, f"`{cls.__name__}` has no attributes that a pattern could name")
        return cls

    def class_named(self, p: Any) -> Any:
        return getattr(self.expr(p.cls), "value", None)

    def is_of_class(self, value: Any, p: Any) -> Any:
        """Is the value an object of the class of a pattern?"""
        cls = self.class_named(p)
        known = self.is_instance(value, self.class_of(value), (cls,)) if isinstance(cls, type) else None
        if known is None:
            raise self.unsupported(p, "whether this value is of the class is not known here", "Write `isinstance`")
        return known

    def attribute_patterns(self, p: Any) -> list[tuple[str, Any]]:
        """The attributes that a class pattern names, and their patterns."""
        names = getattr(self.class_named(p), "__match_args__", ())
        if len(p.patterns) > len(names):
            raise self.unsupported(p, f"the class takes {len(names)} positional patterns, not {len(p.patterns)}")
        return [*zip(names, p.patterns), *zip(p.kwd_attrs, p.kwd_patterns)]

    def attribute_of(self, value: Callable[[], Any], name: str, p: Any) -> Any:
        return self.attribute(value(), name, p)

    def fits_class(self, value: Any, cls: type, p: Any) -> Any:
        known = self.surely(value, p, SIMPLE[cls])
        if known is not None:
            return Const(known)
        return self.make(isinstance, (self.as_atom(value, p), self.bound(cls, p)), p)

    # -- its parts ---------------------------------------------------------------------------------------------------------

    def item(self, value: Any, key: Any, p: Any) -> Any:
        if isinstance(value, Keywords):
            return value.items[value.keys.index(key.value)]
        if isinstance(value, Instance) and isinstance(key, Const):
            return self.item_of(value, key.value, p)
        return self.read(self.as_atom(value, p), key, p, "")

    def item_patterns(self, p: Any, value: Callable[[], Any]) -> list[tuple[Any, Callable[[], Any]]]:
        """The patterns of the items of a sequence, and the items."""
        star = next((k for k, q in enumerate(p.patterns) if isinstance(q, gast.MatchStar)), len(p.patterns))
        after = len(p.patterns) - star - 1
        places = [*range(star), *(k - after for k in range(after))]
        items: list[Callable[[], Any]] = [partial(self.place_in, value, k, p) for k in places]
        found = list(zip(p.patterns[:star], items))
        if after >= 0:
            found.append((p.patterns[star], lambda: self.middle(value(), star, after, p)))
            found += zip(p.patterns[star + 1:], items[star:])
        return found

    def place_in(self, value: Callable[[], Any], k: int, p: Any) -> Any:
        items = value()
        if isinstance(items, Instance):
            return self.parts_of(items, p)[k]
        return items.items[k] if isinstance(items, Pack) else self.read(items, Const(k), p, "")

    def middle(self, value: Any, before: int, after: int, p: Any) -> Any:
        if isinstance(value, Instance):
            return self.as_list(tuple(self.parts_of(value, p)[before:-after or None]), p, "")
        if isinstance(value, Pack):
            return self.as_list(value.items[before:len(value.items) - after], p, "")
        return self.make(list, (self.read(value, Const(slice(before, -after or None)), p, ""),), p)

    def part_named(self, p: Any, name: str, value: Any) -> Any:
        """What the name stands for, in a value that fits the pattern."""
        match p:
            case gast.MatchAs(name=bound) | gast.MatchStar(name=bound) if bound == name:
                return value
            case gast.MatchAs(pattern=pattern):
                return self.part_named(pattern, name, value)
            case gast.MatchOr(patterns=patterns):
                return self.alternative(patterns, name, value)
            case gast.MatchSequence():
                q, part = next((q, part) for q, part in self.item_patterns(p, lambda: value) if name in captured(q))
                return self.part_named(q, name, part())
            case gast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
                if rest == name:
                    used = Pack(tuple(map(self.atom, keys)))
                    text = "{key: value for key, value in items.items() if key not in used}"
                    return self.stand_in(text, p, name, items=self.as_atom(value, p), used=used)
                k, q = next((k, q) for k, q in zip(keys, patterns) if name in captured(q))
                return self.part_named(q, name, self.item(value, self.atom(k), p))
            case gast.MatchClass(patterns=patterns) if self.class_named(p) in SIMPLE:
                return self.part_named(patterns[0], name, value)
            case gast.MatchClass():
                attribute, q = next((n, q) for n, q in self.attribute_patterns(p) if name in captured(q))
                return self.part_named(q, name, self.attribute(value, attribute, p))
        raise AssertionError(p)

    def alternative(self, patterns: list[Any], name: str, value: Any) -> Any:
        """Of the first alternative that fits."""
        if len(patterns) == 1:
            return self.part_named(patterns[0], name, value)
        test = self.all_of(list(self.tests(patterns[0], lambda: value)), patterns[0])
        if isinstance(test, Const):
            return self.part_named(patterns[0], name, value) if test == TRUE else self.alternative(patterns[1:], name, value)
        return self.choose(patterns[0], test, lambda: self.part_named(patterns[0], name, value),
                           lambda: self.alternative(patterns[1:], name, value), "ifexp", name)
