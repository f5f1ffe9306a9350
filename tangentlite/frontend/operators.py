"""Operators on objects: `a + b` calls `__add__` of the class, or `__radd__` of the other one's."""
from __future__ import annotations

import dataclasses
import inspect
import operator
from types import FunctionType
from typing import Any

import gast

from tangentlite.frontend.construction import Construction
from tangentlite.frontend.objects import Either
from tangentlite.frontend.values import Choice, Instance, Live, Pack
from tangentlite.ir import Const

BINARY_METHODS: dict[type, str] = {
    gast.Add: "add", gast.Sub: "sub", gast.Mult: "mul", gast.Div: "truediv", gast.Pow: "pow", gast.MatMult: "matmul", gast.Mod: "mod",
    gast.FloorDiv: "floordiv", gast.BitAnd: "and", gast.BitOr: "or", gast.BitXor: "xor", gast.LShift: "lshift", gast.RShift: "rshift",
}
UNARY_METHODS: dict[type, str] = {gast.USub: "__neg__", gast.UAdd: "__pos__", gast.Invert: "__invert__"}
COMPARISON_METHODS: dict[str, tuple[str, str]] = {
    "Lt": ("__lt__", "__gt__"), "LtE": ("__le__", "__ge__"), "Gt": ("__gt__", "__lt__"), "GtE": ("__ge__", "__le__"),
    "Eq": ("__eq__", "__eq__"),
    "NotEq": ("__ne__", "__ne__"),
}


ORDER = {"Lt": operator.lt, "LtE": operator.le, "Gt": operator.gt, "GtE": operator.ge}


def is_special_case(cls: Any, of: Any) -> bool:
    """Is one class a subclass of another one? Then its methods come first."""
    return cls is not of and isinstance(cls, type) and isinstance(of, type) and issubclass(cls, of)


class Operators(Construction):
    def special(self, owner: Any, method: str, args: list[Any], node: Any, name: str = "") -> Any:
        """The result of a special method that the class of an object defines itself; None where it has none."""
        if isinstance(owner, Choice) and self.is_object(owner):
            return self.either_of(owner, node, lambda one: self.special(one, method, args, node), name)
        cls = self.class_of(owner)
        if cls is None or not any(method in vars(base) for base in cls.__mro__ if base not in (object, tuple)):
            return None
        return self.apply(self.special_method(owner, method, node), args, {}, node, name)

    def binary_method(self, op: type, left: Any, right: Any, node: Any, name: str) -> Any:
        """`left op right` where one of them is an object with such a method."""
        word = BINARY_METHODS[op]
        own, reflected = (left, f"__{word}__", right), (right, f"__r{word}__", left)
        of_left, of_right = self.class_of(left), self.class_of(right)
        if of_left is not None and of_left is of_right:
            ways = [own]
        elif is_special_case(of_right, of_left) and inspect.getattr_static(of_right, reflected[1], None) is not inspect.getattr_static(
                of_left, reflected[1], None):
            ways = [reflected, own]
        else:
            ways = [own, reflected]
        found, refused = self.first_of(ways, node, name)
        if found is None and refused:
            wrong = f"unsupported operands: `{of_left.__name__ if of_left else 'number'}`, `{of_right.__name__ if of_right else 'number'}`"
            raise self.raises(node, wrong, TypeError, wrong)
        return found

    def first_of(self, ways: list[tuple[Any, str, Any]], node: Any, name: str) -> tuple[Any, bool]:
        """What the first of these methods gives that does not give `NotImplemented`; and whether one has."""
        refused = False
        for owner, method, other in ways:
            found = self.special(owner, method, [other], node, name)
            if isinstance(found, Live) and found.value is NotImplemented:
                refused = True
            elif found is not None:
                return found, refused
        return None, refused

    def augmented_method(self, op: type, left: Any, right: Any, node: Any) -> Any:
        """`left op= right` where `left` is an object."""
        found = self.special(left, f"__i{BINARY_METHODS[op]}__", [right], node)
        return found if found is not None else self.binary_method(op, left, right, node, "")

    def same_object(self, left: Any, right: Any, node: Any) -> bool:
        """Are both the same object? Objects that were handed in may be, though they are followed part by part."""
        if left is right or isinstance(left, Const) or isinstance(right, Const):
            return left is right
        if not (is_new(left) and is_known(right) or is_new(right) and is_known(left)):
            raise self.unsupported(node, "whether these are the same object is not known here", "Compare a value that tells them apart")
        return False

    def compare_method(self, op: str, left: Any, right: Any, node: Any, name: str) -> Any:
        """A comparison with an object; identity is known here."""
        if op in ("Is", "IsNot") and (isinstance(left, Instance) or isinstance(right, Instance)):
            return Const(self.same_object(left, right, node) == (op == "Is"))
        if op not in COMPARISON_METHODS:
            return self.special(right, "__contains__", [left], node, name) if op == "In" else None
        method, reflected = COMPARISON_METHODS[op]
        cls = self.class_of(left)
        if cls is not None and cls is self.class_of(right) and cls.__dict__.get("__dataclass_params__") is not None and (
                cls.__dataclass_params__.order and op in ORDER):
            return self.make(ORDER[op], self.compared_fields(cls, left, right, node), node, name)
        if op in ("Eq", "NotEq") and (made := self.equality(op, left, right, node)) is not None:
            return made
        ways = [(left, method, right), (right, reflected, left)]
        found, refused = self.first_of(ways[::-1] if is_special_case(self.class_of(right), cls) else ways, node, name)
        if found is None and refused and op in ("Eq", "NotEq"):
            return Const(self.same_object(left, right, node) == (op == "Eq"))
        if found is None and refused:
            raise self.raises(node, "these objects cannot be compared", TypeError, "these objects cannot be compared")
        return found

    def equality(self, op: str, left: Any, right: Any, node: Any) -> Any:
        """`left == right` or `left != right` of objects whose class does not define it, or has it made; None of anything else."""
        classes = {self.class_of(left), self.class_of(right)}
        if classes == {None}:
            return None
        defined = [m for cls in classes - {None} for m in (cls.__eq__, cls.__ne__) if isinstance(m, FunctionType)]
        if any(m.__code__.co_filename != "<string>" for m in defined):
            if op == "NotEq" and not any(isinstance(cls.__ne__, FunctionType) for cls in classes - {None}):
                equal = self.compare_method("Eq", left, right, node, "")
                return Const(not equal.value) if isinstance(equal, Const) else self.make(operator.not_, (equal,), node)
            return None
        cls = next(iter(classes))
        if not defined and not (cls is not None and issubclass(cls, tuple)):
            return Const(self.same_object(left, right, node) == (op == "Eq"))
        if len(classes) > 1 or not (isinstance(left, Instance) and isinstance(right, Instance)):
            raise self.unsupported(node, "these objects cannot be compared here", "Compare their attributes")
        return self.make(operator.eq if op == "Eq" else operator.ne, self.compared_fields(cls, left, right, node), node)

    def compared_fields(self, cls: Any, left: Any, right: Any, node: Any) -> tuple[Any, ...]:
        """The tuples that two objects of a dataclass, or two named tuples, are compared as."""
        names = cls._fields if issubclass(cls, tuple) else [f.name for f in dataclasses.fields(cls) if f.compare]
        return tuple(self.as_atom(Pack(tuple(self.attribute(o, n, node) for n in names)), node) for o in (left, right))


def is_new(value: Any) -> bool:
    """Is it an object that the function itself has made?"""
    return isinstance(value, Instance) and isinstance(value.site, tuple) and isinstance(value.site[-1], gast.AST)


def is_known(value: Any) -> bool:
    return is_new(value) or isinstance(value, (Live, Pack)) or isinstance(value, Instance) and not isinstance(value.site, Either)
