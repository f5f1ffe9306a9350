"""Attributes: of objects, of their classes, of what `super()` gives; methods are functions that have their object already."""
from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable
from types import FunctionType, MemberDescriptorType
from typing import Any

from tangentlite import runtime
from tangentlite.containers import ORIGINALS
from tangentlite.errors import UnsupportedError
from tangentlite.frontend import array_attributes
from tangentlite.frontend.objects import is_object
from tangentlite.frontend.parts import Parts
from tangentlite.frontend.values import Choice, Instance, Live, Partial, Super
from tangentlite.ir import UNDEF, Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import ClassMember
from tangentlite.objects import attributes, is_frozen, is_named_tuple

MISSING = object()


class Attributes(Parts):
    def class_of(self, owner: Any) -> Any:
        """The class of an object whose attributes can be followed; None for anything else."""
        if isinstance(owner, Instance):
            return owner.cls if owner.cls not in (list, dict) else None
        if isinstance(owner, Super):
            return self.class_of(owner.owner)
        if isinstance(owner, Var):
            kind = self.kind(owner)
            return kind.type if isinstance(kind, K.Record) and kind.type is not dict else None
        return type(owner.value) if is_object(owner) else None

    def is_object(self, owner: Any) -> bool:
        """Is this an object whose attributes can be followed, or one of two?"""
        if isinstance(owner, Choice):
            return self.is_object(owner.then) and self.is_object(owner.orelse)
        return self.class_of(owner) is not None

    def either_of(self, owner: Choice, node: Any, use: Callable[[Any], Any], name: str = "") -> Any:
        """What a use of one of two objects gives."""
        return self.choose(node, owner.test, lambda: use(owner.then), lambda: use(owner.orelse), "ifexp", name)

    def special_method(self, owner: Any, name: str, node: Any) -> Any:
        """The method that operators and calls find: the class's, whatever the object itself has under the name."""
        return self.attribute(owner, name, node, own=False)

    def attribute(self, owner: Any, name: str, node: Any, hint: str = "", own: bool = True) -> Any:
        """`owner.name`; that of the class alone, if not `own`."""
        if isinstance(owner, Choice):
            return self.either_of(owner, node, lambda one: self.attribute(one, name, node, hint, own), hint)
        cls = self.class_of(owner)
        found = self.member(owner, cls, name)
        if isinstance(found, property):
            self.program.watch_member(cls, name)
            return self.apply(Live(found.fget), [self.receiver(owner)], {}, node, hint)
        self.check_plain(found, cls, name, node)
        of_object = self.own_attribute(owner, name, node, hint) if own else MISSING
        if of_object is not MISSING:
            return of_object
        if isinstance(found, functools.cached_property):
            self.program.watch_member(cls, name)
            if isinstance(owner, Instance):
                self.check_cache(name, [owner], f"the cached property `{name}`", node, lambda: [owner])
            return self.apply(Live(found.func), [self.receiver(owner)], {}, node, hint)
        if name == "__class__":
            return Live(cls)
        if name == "_replace" and is_named_tuple(cls):
            return Partial(Live(dataclasses.replace), (owner,), {})
        if found is MISSING and hasattr(ORIGINALS.get(cls), name):
            raise self.unsupported(node, f"`.{name}` of a `{ORIGINALS[cls].__name__}` cannot be differentiated yet")
        if found is MISSING or isinstance(found, MemberDescriptorType):
            raise self.raises(node, f"an object of class `{cls.__name__}` has no attribute `{name}` here", AttributeError,
                              f"'{cls.__name__}' object has no attribute '{name}'")
        if isinstance(owner, Live) and owner.path and not hasattr(type(found), "__get__"):
            return self.data(Live(found, (*owner.path, name), owner.home), node)
        self.watch_bound(owner, cls, name, own)
        return self.bound_member(owner, cls, name, found, node)

    def watch_bound(self, owner: Any, cls: Any, name: str, own: bool) -> None:
        """The text depends on what the class has under the name, and on the object having nothing of its own there."""
        if isinstance(owner, Super):
            for base in self.after(owner):
                self.program.watch_member(base, name)
                if name in vars(base):
                    return
        self.program.watch_member(cls, name)
        if own and isinstance(owner, Live) and owner.path:
            self.program.watch(Live(owner.value, (*owner.path, name), owner.home))

    def has_attribute(self, owner: Any, name: str, node: Any) -> bool:
        cls = self.class_of(owner)
        found = self.member(owner, cls, name)
        if found is not MISSING and not isinstance(found, MemberDescriptorType):
            return True
        if isinstance(owner, Instance):
            if self.keys_of(owner) is None and self.part(owner, name) is not None:
                raise self.unsupported(node, f"whether the object has the attribute `{name}` depends on the path that leads here")
            return self.part(owner, name) not in (None, UNDEF)
        return self.kind(owner).item(name) is not None if isinstance(owner, Var) else hasattr(owner.value, name)

    def receiver(self, owner: Any) -> Any:
        return owner.owner if isinstance(owner, Super) else owner

    def member(self, owner: Any, cls: Any, name: str) -> Any:
        """What the class has under the name, as it stands in the class."""
        order = self.after(owner) if isinstance(owner, Super) else cls.__mro__
        return next((vars(base)[name] for base in order if name in vars(base)), MISSING)

    def after(self, owner: Super) -> tuple[Any, ...]:
        """The classes in which `super()` looks."""
        order = self.class_of(owner).__mro__
        return tuple(order[order.index(owner.cls) + 1:])

    def own_attribute(self, owner: Any, name: str, node: Any, hint: str) -> Any:
        """An attribute of the object itself."""
        if isinstance(owner, Super):
            return MISSING
        if isinstance(owner, Instance):
            found = self.part(owner, name)
            if found is None or found is UNDEF:
                return MISSING
            return found
        if isinstance(owner, Var):
            return self.read_attribute(owner, name, node, hint) if self.kind(owner).item(name) is not None else MISSING
        if name in attributes(owner.value):
            return self.data(Live(getattr(owner.value, name), (*owner.path, name), owner.home), node) if owner.path else (
                self.read_attribute(self.as_atom(owner, node), name, node, hint))
        return MISSING

    def read_attribute(self, owner: Var, name: str, node: Any, hint: str) -> Any:
        kind = self.kind(owner)
        made = self.make(getattr, (owner, Const(name)), node, hint)
        if isinstance(kind, K.Record) and K.is_function(part := kind.item(name)):
            return Live(part.value, atom=made)
        return made

    def bound_member(self, owner: Any, cls: Any, name: str, found: Any, node: Any) -> Any:
        """What the class's member is as an attribute of the object."""
        match found:
            case FunctionType():
                return Partial(Live(found), (self.receiver(owner),), {})
            case staticmethod():
                return Live(found.__func__)
            case functools.partialmethod():
                return Partial(Live(found.func), (self.receiver(owner), *(self.data(Live(v), node) for v in found.args)),
                               {k: self.data(Live(v), node) for k, v in found.keywords.items()})
            case classmethod():
                return Partial(Live(found.__func__), (Live(cls),), {})
        if callable(found) and hasattr(type(found), "__get__") and not isinstance(found, type):
            return Partial(Live(found), (self.receiver(owner),), {})
        if hasattr(type(found), "__get__"):
            raise self.descriptor(node, cls, name)
        if isinstance(found, K.FUNCTIONS) or inspect.ismodule(found):
            return Live(found)
        return self.make(ClassMember((name,), cls), (), node, name)

    # -- writing -----------------------------------------------------------------------------------------------------------

    def store_attribute(self, owner: Any, name: str, value: Any, node: Any) -> None:
        """`owner.name = value`."""
        if isinstance(owner, Choice) and self.is_object(owner):
            self.fork(node, owner.test, lambda: self.store_attribute(owner.then, name, value, node),
                      lambda: self.store_attribute(owner.orelse, name, value, node))
            return
        cls = self.class_of(owner)
        if isinstance(owner, Var) and isinstance(self.kind(owner), K.Array):
            array_attributes.store(self, owner, name, value, node)
            return
        if cls is None:
            raise self.unsupported(node, "assignment to an attribute of what is not known to be an object cannot be differentiated",
                                   "Give example arguments")
        if is_frozen(cls) and not self.constructing(owner) or is_named_tuple(cls):
            raise self.unsupported(node, f"an object of class `{cls.__name__}` cannot be changed")
        found = self.member(owner, cls, name)
        self.check_plain(found, cls, name, node)
        if isinstance(found, property):
            if found.fset is None:
                raise self.unsupported(node, f"the property `{name}` of class `{cls.__name__}` has no setter")
            self.program.watch_member(cls, name)
            self.apply(Live(found.fset), [owner, value], {}, node, "")
        elif isinstance(owner, Instance):
            self.check_alone(owner, node)
            self.set_part(owner, name, value)
        elif isinstance(owner, Var):
            self.write(owner, Const(name), self.as_atom(value, node), node, runtime.set_attribute)
        else:
            what = f"this writes memory that is not the function's own: `{'.'.join(owner.path)}` is, or may be, a global"
            raise self.unsupported(node, what, "Make the object an argument, or write to a copy of it")

    def delete_attribute(self, owner: Any, name: str, node: Any) -> None:
        """`del owner.name`"""
        cls = self.class_of(owner)
        keys = self.keys_of(owner) if isinstance(owner, Instance) else None
        own_way = cls is not None and (cls.__delattr__ is not object.__delattr__ or isinstance(self.member(owner, cls, name), property))
        if keys is None or name not in keys or own_way or is_named_tuple(cls) or is_frozen(cls):
            raise self.unsupported(node, f"`del` of the attribute `{name}` cannot be differentiated here")
        self.check_alone(owner, node)
        self.remove_part(owner, name)

    def descriptor(self, node: Any, cls: Any, name: str) -> UnsupportedError:
        return self.unsupported(node, f"the descriptor `{name}` of class `{cls.__name__}` cannot be differentiated")

    def check_plain(self, found: Any, cls: Any, name: str, node: Any) -> None:
        """A descriptor of the user's that is asked before the object's own attributes is not followed."""
        if isinstance(getattr(type(found), "__set__", None), FunctionType):
            raise self.descriptor(node, cls, name)

    def constructing(self, owner: Any) -> bool:
        """Is the object being made?"""
        return isinstance(owner, Instance) and owner.key in self.program.unfinished

    def apply(self, function: Any, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
        raise NotImplementedError

    def live_attribute(self, owner: Live, name: str, node: Any) -> Any:
        raise NotImplementedError

    def data(self, live: Live, node: Any) -> Any:
        raise NotImplementedError
