"""Objects, and containers whose parts are known one by one, while a function is lowered.

An object that is made here, or came as an argument, is an `Instance`: its attributes are bindings of the environment like
local variables, so that branches, loops and writes treat them as such. Their names begin with `@`:

    p = Point(x, y)             p: an Instance "@1";  "@1.x": x;  "@1.y": y
    p.x = p.x + 1.0             "@1.x": a new value
    q = p                       the same Instance

What has to be one value (an item of a list that is indexed at run time, an argument of a function that is not lowered) is
made one where the object comes from, and its attributes are read and written with `getattr` and `set_attribute` from there.
"""
from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tangentlite.errors import WritesArgumentError
from tangentlite.frontend.mutations import Mutations
from tangentlite.frontend.pools import unpooled
from tangentlite.frontend.values import CODE, Instance, Live, Pack
from tangentlite.ir import UNDEF, Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay, ObjectDisplay, make_list
from tangentlite.objects import is_frozen, is_named_tuple

SERIAL = itertools.count(1)


class Escape(Exception):
    """An object must be one value of the trace from the place on where it is made (or from one of several)."""

    def __init__(self, site: Any) -> None:
        super().__init__()
        self.sites = frozenset(sites_of(site))


@dataclass(frozen=True)
class Argument:
    """The site of an object that came as an argument, or as a part of one; `label` tells which."""

    label: str

    @property
    def siblings(self) -> str:
        """What all items of the list that it is an item of are called alike; empty for others."""
        return self.label.rpartition("[")[0] if self.label.endswith("]") else ""


ALIKE = 3  # when so many items of a list have turned out to be one value each, all are taken for that


@dataclass(frozen=True)
class Either:
    """The sites of an object that is one of two."""

    first: Any
    second: Any


def sites_of(site: Any) -> Iterator[Any]:
    if isinstance(site, Either):
        yield from sites_of(site.first)
        yield from sites_of(site.second)
    else:
        yield site


class Objects(Mutations):
    # -- instances ---------------------------------------------------------------------------------------------------------

    def instance(self, cls: Any, items: Iterable[tuple[Any, Any]], site: Any, name: str = "") -> Instance:
        """A new object of a class, a list or a dictionary; its parts are called `name`, if that is given."""
        made = self.new_instance(cls, site, name)
        self.env[made.key + ".#"] = Const(())
        for key, value in items:
            self.set_part(made, key, value)
        return made

    def new_instance(self, cls: Any, site: Any, name: str = "") -> Instance:
        made = Instance(cls, f"@{next(SERIAL)}" + (f":{name}" if name.isidentifier() else ""), site)
        self.instances[made.key] = made
        return made

    def entry(self, owner: Instance, key: Any) -> str:
        """The name of an attribute or item in the environment."""
        return f"{owner.key}.{key}" if type(key) is str else f"{owner.key}.[{key!r}]"

    def keys_of(self, owner: Instance) -> tuple[Any, ...] | None:
        """Its attributes, keys or positions; None where they depend on the path."""
        known = self.env.get(owner.key + ".#")
        return known.value if isinstance(known, Const) and known is not UNDEF else None

    def part(self, owner: Instance, key: Any) -> Any:
        """What an attribute or item stands for; None where there is none."""
        keys = self.keys_of(owner)
        return unpooled(self, self.env.get(self.entry(owner, key))) if keys is None or key in keys else None

    def set_part(self, owner: Instance, key: Any, value: Any) -> None:
        """Bind an attribute or item."""
        self.rebindings += 1
        name = self.entry(owner, key)
        keys = self.keys_of(owner)
        if keys is not None and key not in keys:
            self.env[owner.key + ".#"] = Const((*keys, key))
        if owner.site in self.program.escaping:  # it becomes one value, the only one that refers to this
            self.env[name] = value
        else:
            self.assign_name(name, value)

    def remove_part(self, owner: Instance, key: Any) -> None:
        """Take away an attribute or item."""
        self.rebindings += 1
        self.env[self.entry(owner, key)] = UNDEF
        self.env[owner.key + ".#"] = Const(tuple(k for k in self.keys_of(owner) or () if k != key))

    def check_alone(self, owner: Instance, node: Any) -> None:
        """Raise where another object may be meant as well."""
        if isinstance(owner.site, Argument) and owner.site.label not in self.program.copied:
            raise WritesArgumentError(f"`{self.source.function.__name__}` writes its argument `{owner.site.label}`", self.loc(node),
                                      "Write to a copy", owner.site.label)
        if owner.key in self.program.ambiguous:
            which = f"this writes an object of class `{owner.cls.__name__}` that is one of several, depending on the path"
            raise self.unsupported(node, which, "Write it where it is known which one it is, or make a new object")

    def parts_of(self, owner: Instance, node: Any) -> list[Any]:
        """The items of a list, in order."""
        keys = self.keys_of(owner)
        if keys is None:
            raise Escape(owner.site)
        return [self.part(owner, k) for k in keys]

    def whole(self, owner: Instance, node: Any) -> Any:
        """The object as one value of the trace."""
        keys = self.keys_of(owner)
        if keys is None or any(self.part(owner, k) is UNDEF for k in keys):
            raise self.unsupported(node, f"the attributes of this `{owner.cls.__name__}` depend on the path that leads here")
        if owner.cls is list:
            return self.make(make_list, tuple(self.as_atom(self.part(owner, k), node) for k in keys), node)
        values = tuple(self.as_atom(self.part(owner, k), node) for k in keys)
        return self.make(DictDisplay(keys) if owner.cls is dict else ObjectDisplay(owner.cls, keys), values, node)

    def escaped(self, owner: Instance, node: Any) -> Any:
        """The object as one value, where its later changes need not be seen through it."""
        if self.returning or self.is_immutable(owner):
            return self.whole(owner, node)
        raise Escape(owner.site)

    def is_immutable(self, value: Any) -> bool:
        if isinstance(value, Pack):
            return all(map(self.is_immutable, value.items))
        if isinstance(value, Instance):
            return (is_named_tuple(value.cls) or is_frozen(value.cls)) and all(
                self.is_immutable(self.part(value, k)) for k in self.keys_of(value) or ())
        return not isinstance(value, CODE) and (not isinstance(value, Var) or self.memory.immutable(value))

    def settle_object(self, made: Instance, node: Any) -> Any:
        """A new object: one value of the trace where that turned out to be needed."""
        return self.whole(made, node) if made.site in self.program.escaping else made

    # -- paths that meet ------------------------------------------------------------------------------------------------------

    def meeting_objects(self, pairs: dict[str, Any], envs: tuple[dict[str, Any], dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Where paths meet with different objects under a name: one that stands for either, whose parts have met.

        Gives what the names of such objects stand for, and the pairs that remain, those of the parts among them.
        """
        met: dict[str, Any] = {}
        rest: dict[str, Any] = {}
        made: dict[tuple[str, str], Instance] = {}
        todo = list(pairs.items())
        while todo:
            n, (a, b) = todo.pop(0)
            if isinstance(a, Const) and isinstance(b, Const) and n.startswith("@") and a == b:
                met[n] = a
            elif n.startswith("@") and (only := of_one_path(n, (a, b), envs)) is not None:
                met[n] = only
            elif not (isinstance(a, Instance) and isinstance(b, Instance)) or a is b or not alike(a, b, envs):
                rest[n] = a, b
            elif (a.key, b.key) in made:
                met[n] = made[a.key, b.key]
            else:
                met[n] = made[a.key, b.key] = either = self.either(a, b)
                keys = envs[0][a.key + ".#"]
                met[either.key + ".#"] = keys
                todo += [(self.entry(either, k), (envs[0][self.entry(a, k)], envs[1][self.entry(b, k)])) for k in keys.value]
        return met, rest

    def either(self, a: Instance, b: Instance) -> Instance:
        """An object that is one of two: it can be read, but a write could not tell which one changes."""
        made = self.new_instance(a.cls, Either(a.site, b.site))
        self.program.ambiguous.update((a.key, b.key, made.key))
        return made

    # -- arguments ---------------------------------------------------------------------------------------------------------

    def taken_apart(self, value: Any, node: Any, label: str) -> Any:
        """An argument as an object whose attributes are values of their own."""
        kind = self.kind(value)
        site = Argument(label)
        if site in self.program.escaping or self.program.siblings[site.siblings] >= ALIKE or not holds_objects(kind):
            return value
        self.taken[label] = value
        if isinstance(kind, K.Record):
            read = operator.getitem if kind.type is dict else getattr
            parts = [(k, self.taken_from(read, value, k, node, label)) for k in kind.keys]
            return self.instance(kind.type, parts, site)
        items = [(k, self.taken_from(operator.getitem, value, k, node, label)) for k in range(len(kind.items))]
        return self.instance(list, items, site) if kind.type == "list" else Pack(tuple(v for _, v in items))

    def taken_from(self, read: Any, value: Var, key: Any, node: Any, label: str) -> Any:
        named = type(key) is str and key.isidentifier()
        part = self.make(read, (value, Const(key)), node, key if named else "")
        made = self.b.stmts[-1]
        self.b.stmts[-1] = replace(made, loc=made.loc._replace(text=""))
        if not self.memory.immutable(part):
            path = f"{label}.{key}" if read is getattr else f"{label}[{key!r}]"
            own = self.memory.fresh(foreign=path)
            self.memory.refer(part, [own], [own] if self.memory.is_container(part) else [], False, self.memory.clock)
        return self.taken_apart(part, node, f"{label}.{key}" if read is getattr else f"{label}[{key!r}]")


def of_one_path(name: str, pair: tuple[Any, Any], envs: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Any:
    """A part of an object that is made on one of two paths, and known there; it is asked for on this path alone."""
    own = name.partition(".")[0] + ".#"
    found = [value for value, env in zip(pair, envs) if own in env]
    return found[0] if len(found) == 1 and isinstance(found[0], Const) and found[0] is not UNDEF else None


def alike(a: Instance, b: Instance, envs: tuple[Mapping[str, Any], Mapping[str, Any]]) -> bool:
    """Are both of one class, with the same attributes or keys?"""
    x, y = envs[0].get(a.key + ".#"), envs[1].get(b.key + ".#")
    return a.cls is b.cls and isinstance(x, Const) and isinstance(y, Const) and x is not UNDEF and x == y


def holds_objects(kind: Any) -> bool:
    """Is a value of this kind an object or dictionary, or a list or tuple with objects among its items?"""
    if isinstance(kind, K.Record):
        return True
    return isinstance(kind, K.Seq) and kind.type in ("list", "tuple") and kind.items is not None and any(
        isinstance(k, K.Record) and k.type is not dict or isinstance(k, K.Seq) and holds_objects(k) for k in kind.items)


def is_object(value: Any) -> bool:
    """Is it an object that is known live, of a class whose attributes can be followed?"""
    return isinstance(value, Live) and value.atom is None and isinstance(K.of_value(value.value), K.Record)
