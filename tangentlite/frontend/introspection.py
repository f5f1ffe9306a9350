"""What built-in functions tell of objects, or make of sequences of objects, while these are known."""
from __future__ import annotations

import copy
import dataclasses
from types import ModuleType
from typing import Any

from tangentlite.containers import ORIGINALS
from tangentlite.frontend.choices import holds_functions
from tangentlite.frontend.operators import BINARY_METHODS, Operators
from tangentlite.frontend.values import Choice, Instance, Live, Pack, Seen, flatten
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay
from tangentlite.objects import has_attributes

BUILTIN_METHODS: dict[Any, str] = {len: "__len__", abs: "__abs__", float: "__float__", int: "__int__", bool: "__bool__", round: "__round__"}
BUILTIN: dict[Any, type] = {"list": list, "tuple": tuple, "dict": dict, dict: dict}


class Introspection(Operators):
    def about_object(self, op: Any, args: list[Any], keywords: dict[str, Any], node: Any) -> Any:
        """The result of a built-in function; None where it is called as any other one."""
        if op in (zip, enumerate, reversed):
            return self.rows(op, args, node) if not keywords and any(map(self.has_objects, args)) else None
        if args and isinstance(args[0], Choice) and op in (isinstance, hasattr, getattr, *BUILTIN_METHODS) and self.is_object(args[0]):
            return self.either_of(args[0], node, lambda one: self.apply(Live(op), [one, *args[1:]], keywords, node, ""))
        if (found := self.operator_of(op, args, node)) is not None:
            return found
        if op is divmod and len(args) == 2:
            return self.first_of([(args[0], "__divmod__", args[1]), (args[1], "__rdivmod__", args[0])], node, "")[0]
        cls = self.class_of(args[0]) if args else None
        if op is isinstance and len(args) == 2 and isinstance(args[1], Live | Pack):
            return self.is_instance(args[0], cls, tuple(c.value for c in flatten(args[1]) if isinstance(c, Live)))
        if cls is None:
            return self.of_module(op, args, node) if op in (getattr, hasattr) and len(args) > 1 else None
        if op in BUILTIN_METHODS and (len(args) == 1 or op is round) and not keywords:
            return self.special(args[0], BUILTIN_METHODS[op], args[1:], node)
        if op is type and len(args) == 1:
            return Live(ORIGINALS.get(cls, cls))
        if op in (getattr, hasattr, setattr) and len(args) > 1 and isinstance(args[1], Const) and type(args[1].value) is str:
            return self.named_attribute(op, args, node)
        if op is copy.copy and cls in ORIGINALS:
            return self.apply(self.attribute(args[0], "copy", node), [], {}, node, "")
        if op is getattr and len(args) == 2 and isinstance(args[1], Var) and isinstance(args[0], Instance):
            return self.attribute_at(args[0], args[1], node)
        if op is dataclasses.asdict and len(args) == 1 and not keywords and dataclasses.is_dataclass(cls):
            return self.fields_of(args[0], node)
        fields = [f.name for f in dataclasses.fields(cls) if f.init] if dataclasses.is_dataclass(cls) else getattr(cls, "_fields", None)
        if op is dataclasses.replace and isinstance(args[0], Instance) and len(args) == 1 and fields is not None:
            kept = {name: self.attribute(args[0], name, node) for name in fields if name not in keywords}
            return self.apply(Live(cls), [], {**kept, **keywords}, node, "")
        return None

    def of_module(self, op: Any, args: list[Any], node: Any) -> Any:
        """`getattr(module, name)`, perhaps with a default, or `hasattr`, with a literal name; None of anything else."""
        owner, name = args[0], args[1]
        if not isinstance(owner, Live) or not isinstance(owner.value, ModuleType) or type(getattr(name, "value", None)) is not str:
            return None
        self.program.pin(owner)
        there = hasattr(owner.value, name.value)
        if op is hasattr:
            return Const(there)
        if len(args) > 2 and not there:
            return args[2]
        return self.live_attribute(owner, name.value, node)

    def operator_of(self, op: Any, args: list[Any], node: Any) -> Any:
        """`operator.add(a, b)` of objects is `a + b`."""
        word = getattr(op, "__name__", "") if getattr(op, "__module__", "") == "_operator" and len(args) == 2 else ""
        of = next((of for of, method in BINARY_METHODS.items() if method == word), None)
        return None if of is None else self.binary_method(of, args[0], args[1], node, "")

    def attribute_at(self, owner: Instance, name: Var, node: Any) -> Any:
        """`getattr(owner, name)` of an attribute of the object itself, where the name is known at run time."""
        keys = self.keys_of(owner)
        if keys is None or any(holds_functions(self.part(owner, k)) for k in keys):
            return None
        every = self.make(DictDisplay(keys), tuple(self.as_atom(self.part(owner, k), node) for k in keys), node)
        return self.read(every, name, node, "")

    def fields_of(self, owner: Any, node: Any) -> Any:
        """`dataclasses.asdict(owner)`: copies of the fields, and of those of the dataclasses in them."""
        copied: list[tuple[str, Any]] = []
        for f in dataclasses.fields(self.class_of(owner)):
            value = self.attribute(owner, f.name, node)
            made = self.class_of(value) is not None and dataclasses.is_dataclass(self.class_of(value))
            copied.append((f.name, self.fields_of(value, node) if made else self.apply(Live(copy.deepcopy), [value], {}, node, f.name)))
        return self.settle_object(self.instance(dict, copied, (dict, node, "fields")), node)

    def is_instance(self, value: Any, cls: Any, classes: tuple[Any, ...]) -> Any:
        """`isinstance(value, classes)`, where `cls` is the class of an object, or the kind of the value tells."""
        if cls is not None:
            return Const(issubclass(cls, classes) or issubclass(ORIGINALS.get(cls, cls), classes))
        if isinstance(value, Const):
            return Const(isinstance(value.value, classes))
        kind = self.kind(value) if isinstance(value, Var) else K.UNKNOWN
        if isinstance(kind, K.Seq | K.Record) and (of := BUILTIN.get(kind.type)) is not None:
            return Const(issubclass(of, classes))
        plain = isinstance(kind, K.Number | K.Array | K.Seq) or kind in (*K.TEXT, K.Inert("NoneType"))
        return Const(False) if plain and all(map(has_attributes, classes)) else None

    def rows(self, op: Any, args: list[Any], node: Any) -> Any:
        """What `zip`, `enumerate` or `reversed` make of sequences of objects."""
        if op is enumerate and not all(isinstance(a, Const) for a in args[1:]):
            return None
        sequences = args if op is zip else args[:1]
        known = [self.each_of(a, node) for a in sequences]
        if None in known:
            return None
        known = [None if isinstance(a, (Instance, Seen)) else items for a, items in zip(sequences, known)]

        def made() -> list[Any]:
            self.check_fresh([a for a in sequences if isinstance(a, Var)], node)
            columns = [self.each_of(a, node) or [] if items is None else items for a, items in zip(sequences, known)]
            if op is enumerate:
                return [Pack((Const(k), v)) for k, v in enumerate(columns[0], *(a.value for a in args[1:]))]
            return list(map(Pack, zip(*columns))) if op is zip else columns[0][::-1]

        return self.seen(made, op is reversed, [])

    def named_attribute(self, op: Any, args: list[Any], node: Any) -> Any:
        """`getattr`, `hasattr` or `setattr` with a literal name."""
        name = args[1].value
        if op is setattr:
            self.store_attribute(args[0], name, args[2], node)
            return Const(None)
        there = self.has_attribute(args[0], name, node)
        if op is hasattr:
            return Const(there)
        return self.attribute(args[0], name, node) if there or len(args) < 3 else args[2]
