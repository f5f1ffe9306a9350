"""Assignment: to names, elements and attributes, in place and in parallel."""
from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any

import gast

from tangentlite import runtime
from tangentlite.errors import SharedUpdateError
from tangentlite.frontend import array_attributes
from tangentlite.frontend.exceptions import Exceptions
from tangentlite.frontend.expressions import BINARY
from tangentlite.frontend.syntax import may_write
from tangentlite.frontend.syntax import owner as name_of
from tangentlite.frontend.values import Choice, Instance, Pack
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_list, unpack
from tangentlite.rules.structures import names_once

AUGMENTED: dict[Any, Callable[..., Any]] = {
    operator.add: operator.iadd, operator.sub: operator.isub, operator.mul: operator.imul,
    operator.truediv: operator.itruediv, operator.pow: operator.ipow, operator.mod: operator.imod,
    operator.floordiv: operator.ifloordiv,
}
SIGNS = {operator.add: "+", operator.sub: "-", operator.mul: "*", operator.truediv: "/", operator.pow: "**", operator.mod: "%",
         operator.floordiv: "//", operator.matmul: "@", operator.and_: "&", operator.or_: "|", operator.xor: "^",
         operator.lshift: "<<", operator.rshift: ">>"}


class Assignments(Exceptions):
    def stmt_Assign(self, node: Any) -> None:
        targets = node.targets
        if len(targets) == 1 and isinstance(targets[0], gast.Tuple) and isinstance(node.value, gast.Tuple):
            self.assign(targets[0], Pack(tuple(self.parallel(targets[0], node.value))), node)
            return
        first = next((t.id for t in targets if isinstance(t, gast.Name)), "") or self.part_name(targets[0])
        self.target = first
        value = self.expr(node.value, first)
        if getattr(node, "runs_over", False):
            self.check_is_made(value, node.value)
        for target in targets:
            self.assign(target, value, node)

    def part_name(self, target: Any) -> str:
        """What to call the value of an attribute, or of an item with a literal key of an object that is known."""
        if isinstance(target, gast.Attribute):
            return str(target.attr)
        key = target.slice.value if isinstance(target, gast.Subscript) and isinstance(target.slice, gast.Constant) else None
        owner = self.env.get(target.value.id) if type(key) is str and isinstance(target.value, gast.Name) else None
        return key if isinstance(owner, Instance) and str(key).isidentifier() else ""  # type: ignore[return-value]

    def parallel(self, target: Any, value: Any) -> list[Any]:
        """The items of `a, b = e, f`, each named after the variable it goes to."""
        plain = len(target.elts) == len(value.elts) and not any(isinstance(e, gast.Starred) for e in (*target.elts, *value.elts))
        names = [t.id if isinstance(t, gast.Name) else "" for t in target.elts] if plain else None
        return self.display(value.elts, names)

    def stmt_AnnAssign(self, node: Any) -> None:
        if node.value is not None:
            self.target = node.target.id if isinstance(node.target, gast.Name) else ""
            self.assign(node.target, self.expr(node.value, self.target), node)

    def stmt_AugAssign(self, node: Any) -> None:
        if isinstance(node.target, gast.Subscript):
            self.update_element(node)
            return
        if isinstance(node.target, gast.Attribute):
            self.update_attribute(node)
            return
        if not isinstance(node.target, gast.Name):
            raise self.unsupported(node, f"an in-place update of {part(node.target)} cannot be differentiated yet",
                                   "Build a new value instead")
        name = node.target.id
        self.target = name
        old, value = self.beside(self.expr(self.loaded(node.target)), (node.value,), partial(self.expr, node.value))
        if self.class_of(old) is not None and (made := self.augmented_method(type(node.op), old, value, node)) is not None:
            self.assign_name(name, made)
            return
        if isinstance(old, Pack) and isinstance(value, Pack) and isinstance(node.op, gast.Add):
            self.assign_name(name, Pack(old.items + value.items))
            return
        if isinstance(value, Pack) and isinstance(self.kind(old), K.Seq) and self.kind(old).type == "list":
            value = self.make(make_list, tuple(self.as_atom(v, node) for v in value.items), node)
        self.augment(BINARY[type(node.op)], self.as_atom(old, node), self.as_atom(value, node), name, node)

    def augment(self, op: Any, u: Any, v: Any, name: str, node: Any) -> None:
        """`u op= v`: a new value for the name, or for all that see the memory of `u`, where Python writes into that."""
        kind = self.kind(u)
        match kind:
            case K.Number() | K.Never():
                self.assign_name(name, self.make(AUGMENTED.get(op, op), (u, v), node, name))
                return
            case K.Inert() | K.Seq("tuple"):
                self.assign_name(name, self.make(op, (u, v), node, name))
                return
        if isinstance(kind, K.Array) and kind.dims == ():  # the operator gives a number where there are no axes
            self.write(u, Const(...), self.make(op, (u, v), node), node)
        elif isinstance(kind, K.Array) and not K.may_be_number(kind):
            made = self.make(op, (u, v), node, u.hint)
            self.write_whole(u, self.in_dtype_of(made, u, u.hint, node), node)
        elif op is operator.or_ and self.is_dict(u):
            self.update(node, u, v)
        elif isinstance(kind, K.Seq):
            if op is not operator.add or kind.type != "list":
                raise self.unsupported(node, f"this update of the {kind.type} `{name}` cannot be differentiated yet")
            of_v = self.kind(v)
            more = v if isinstance(of_v, K.Seq) and of_v.type == "list" else self.make(list, (v,), node)
            self.write_whole(u, self.make(op, (u, more), node, u.hint), node)
        elif (made := self.updated_alone(op, u, v, name, node, name)) is not None:
            self.assign_name(name, made)
        else:
            raise SharedUpdateError(f"the in-place update of `{name}` may write memory that another name shares", self.loc(node),
                                    f"Write `{name} = {name} {SIGNS[op]} ...` if a new value is meant, "
                                    "or give example arguments so that its kind is known")

    def updated_alone(self, op: Any, u: Any, v: Any, name: str, node: Any, hint: str = "") -> Any:
        """`u op v`, where it does not matter whether `u` is a number or an array, because `name` alone sees it; None where it does.

        (An array would keep its dtype, too.)
        """
        if not self.sees_alone(u, name):
            return None
        made = self.make(op, (u, v), node, hint)
        have, want = (K.of_machine(getattr(self.kind(a), "dtype", None)) for a in (made, u))
        return made if want in (have, None, "float64") else None

    def in_dtype_of(self, made: Var, u: Any, name: str, node: Any) -> Any:
        """An array keeps its dtype when it is updated in place."""
        have, want = (K.of_machine(k.dtype) if isinstance(k, K.Array) else None for k in (self.kind(made), self.kind(u)))
        if have == want or want is None or want == "float64" and have is None:
            return made
        if want not in ("float16", "float32", "complex64"):
            raise self.unsupported(node, f"`{name}` is an array of {want}, which this update would change", f"Write `{name} = {name} ...`")
        return self.make(runtime.cast_like, (made, u), node, name)

    def loading(self, node: Any) -> Any:
        """What a target is written into, as an expression that is read."""
        return self.loaded(node) if isinstance(node, gast.Name) else node

    def loaded(self, node: Any) -> Any:
        """The name that a statement assigns, as the value it has before."""
        return gast.copy_location(gast.Name(node.id, gast.Load(), None, None), node)

    def assign(self, target: Any, value: Any, node: Any) -> None:
        match target:
            case gast.Name():
                self.assign_name(target.id, value)
            case gast.Tuple() | gast.List():
                self.unpack(target.elts, value, node)
            case gast.Starred():
                self.assign(target.value, value, node)
            case gast.Attribute():
                self.store_attribute(self.expr(target.value), target.attr, value, target)
            case gast.Subscript():
                self.store(target, value, node)
            case _:
                raise self.unsupported(target, f"assignment to {part(target)} cannot be differentiated yet",
                                       "Build a new value instead")

    # -- elements ----------------------------------------------------------------------------------------------------------

    def store(self, target: Any, value: Any, node: Any) -> None:
        """`u[index] = value`."""
        self.target = name_of(target) or ""
        if (array := array_attributes.flattened(self, target.value)) is not None:
            array_attributes.store_flat(self, array, self.as_atom(self.index(target.slice), node), self.as_atom(value, node), node)
            return
        owner = self.expr(self.loading(target.value))
        if self.class_of(owner) is not None:
            self.store_by_method(owner, self.index(target.slice), value, node)
            return
        index = self.index(target.slice) if isinstance(owner, Instance) else None
        if isinstance(owner, Instance) and (key := self.known_key(owner, index, node)) is not None:
            self.check_alone(owner, node)
            self.set_part(owner, key, value)
            return
        self.check_holds(owner, (value,))
        u, index = self.element(target, node, owner)
        if isinstance(self.kind(u), K.Seq) and self.kind_of_index(index) == K.Inert("slice") and not self.is_dict(u):
            self.put_slice(node, u, index, self.as_atom(value, node))
        else:
            self.write(u, index, self.as_atom(value, node), node)

    def store_by_method(self, owner: Any, index: Any, value: Any, node: Any) -> None:
        """`owner[index] = value` of an object."""
        if self.special(owner, "__setitem__", [index, value], node) is None:
            raise self.unsupported(node, f"an object of class `{self.class_of(owner).__name__}` has no items that can be written")

    def update_by_methods(self, owner: Any, index: Any, node: Any) -> None:
        """`owner[index] op= value` of an object, whose `__getitem__` may write it."""
        self.held += 1
        name = f"%%operand {self.held}"
        self.env[name] = owner
        if (old := self.special(owner, "__getitem__", [index], node)) is None:
            raise self.unsupported(node, f"an object of class `{self.class_of(owner).__name__}` has no items")
        self.update_part(old, lambda new: self.store_by_method(self.env[name], index, new, node), "", node)
        del self.env[name]

    def known_key(self, owner: Instance, index: Any, node: Any) -> Any:
        """The part of a list or dictionary that is written at an index; None where it is not one of those that are known."""
        if not isinstance(index, Const):
            return None
        if owner.cls is dict and type(index.value) in (int, str):
            return index.value
        count = len(self.parts_of(owner, node)) if type(index.value) is int else 0
        return range(count)[index.value] if type(index.value) is int and -count <= index.value < count else None

    def update_attribute(self, node: Any) -> None:
        """`owner.name op= value`."""
        self.update_attribute_of(self.expr(node.target.value), node)

    def update_attribute_of(self, owner: Any, node: Any) -> None:
        name = node.target.attr
        if isinstance(owner, Var) and isinstance(self.kind(owner), K.Array):
            op, part = BINARY[type(node.op)], array_attributes.part(self, owner, name, node)
            self.augment(op, part, self.as_atom(self.expr(node.value), node), name, node)
            return
        if isinstance(owner, Choice) and self.is_object(owner):
            self.fork(node, owner.test, lambda: self.update_attribute_of(owner.then, node),
                      lambda: self.update_attribute_of(owner.orelse, node))
            return
        if self.class_of(owner) is None:
            raise self.unsupported(node, "an in-place update of an attribute of what is not known to be an object cannot be differentiated",
                                   "Give example arguments")
        self.target = name
        self.update_part(self.attribute(owner, name, node), lambda new: self.store_attribute(owner, name, new, node),
                         self.entry(owner, name) if isinstance(owner, Instance) else "", node)

    def update_part(self, old: Any, store: Callable[[Any], None], name: str, node: Any) -> None:
        """A part of an object or container, `old`, is updated in place; `name` is what the environment calls it."""
        op, value = BINARY[type(node.op)], self.expr(node.value)
        if isinstance(old, Pack) and isinstance(value, Pack) and op is operator.add:
            store(Pack(old.items + value.items))
            return
        u, v = self.as_atom(old, node), self.as_atom(value, node)
        kind = self.kind(u)
        if isinstance(kind, K.Array | K.Seq) and not K.may_be_number(kind) and not (isinstance(kind, K.Seq) and kind.type == "tuple"):
            self.augment(op, u, v, name, node)
        elif K.is_number(kind) or isinstance(kind, K.Seq | K.Inert):
            store(self.make(AUGMENTED.get(op, op) if K.is_number(kind) else op, (u, v), node, self.target))
        elif (made := self.updated_alone(op, u, v, name, node, self.target)) is not None:
            store(made)
        else:
            raise self.unsupported(node, f"the in-place update of `{self.target}` may write memory that another name shares",
                                   "Build a new value instead")

    def update_element(self, node: Any) -> None:
        """`u[index] op= value`."""
        op = BINARY[type(node.op)]
        self.target = name_of(node.target) or ""
        if (array := array_attributes.flattened(self, node.target.value)) is not None:
            array_attributes.update_flat(self, array, self.as_atom(self.index(node.target.slice), node), op, self.atom(node.value), node)
            return
        owner = self.expr(self.loading(node.target.value))
        if self.class_of(owner) is not None:
            self.update_by_methods(owner, self.index(node.target.slice), node)
            return
        if isinstance(owner, Instance):
            index = self.index(node.target.slice)
            if (key := self.known_key(owner, index, node)) is not None:
                self.target = key if type(key) is str and key.isidentifier() else name_of(node.target) or ""
                self.check_alone(owner, node)
                self.update_part(self.item_of(owner, key, node), lambda new: self.set_part(owner, key, new), self.entry(owner, key), node)
                return
        u, index = self.element(node.target, node, owner)
        adds = isinstance(self.kind(u), K.Array) and op in (operator.add, operator.sub) and names_once(self.kind_of_index(index))
        old = None if adds and not may_write(node.value) else self.make(operator.getitem, (u, index), node)
        held, value = self.beside(Pack((u, old)), (node.value,), partial(self.atom, node.value))
        if adds and held.items[0] is u:
            value = self.make(operator.neg, (value,), node) if op is operator.sub else value
            self.write(u, index, value, node, runtime.add_at)
            return
        u, old = held.items
        of_old, in_sequence = self.kind(old), isinstance(self.kind(u), K.Seq)
        if in_sequence and isinstance(of_old, K.Array | K.Seq) and not K.may_be_number(of_old):
            self.augment(op, old, value, "", node)
            return
        if isinstance(of_old, K.Unknown) or in_sequence and K.may_be_number(of_old):
            made = self.updated_alone(op, old, value, self.target, node)
        else:
            made = self.make(AUGMENTED.get(op, op) if K.is_number(of_old) else op, (old, value), node)
        if made is None:
            raise self.unsupported(node, f"this update of an element of `{self.target}` may write memory that another name shares",
                                   "Build a new value instead")
        self.write(u, index, made, node)

    def element(self, target: Any, node: Any, container: Any) -> tuple[Any, Any]:
        """The container that `u[index]` writes to, and the index."""
        self.target = name = name_of(target) or ""
        u = self.as_atom(container, node)
        index = self.as_atom(self.index(target.slice), node)
        kind = self.kind(u)
        if not isinstance(kind, K.Array) and not (isinstance(kind, K.Seq) and kind.type == "list" or K.is_dict(kind)):
            what = f"`{name}`" if isinstance(target.value, gast.Name) else "what is written here"
            raise self.unsupported(target, f"{what} is not known to be an array, a list or a dictionary that can be written",
                                   "Give example arguments")
        return u, index

    def kind_of_index(self, index: Any) -> Any:
        return index if isinstance(index, Const) and not isinstance(index.value, slice) else self.kind(index)

    def unpack(self, targets: list[Any], value: Any, node: Any) -> None:
        star = next((k for k, t in enumerate(targets) if isinstance(t, gast.Starred)), None)
        value = self.items(value, node)
        if star is None and isinstance(value, Var) and not self.known_items(value):
            if len(targets) == 1:
                self.assign(targets[0], self.only(value, node, targets[0].id if isinstance(targets[0], gast.Name) else ""), node)
                return
            self.b.loc = self.loc(node)
            outs = tuple(Var(t.id) if isinstance(t, gast.Name) else Var("", temp=True) for t in targets)
            self.interruptible(node)
            self.b.eqn(outs, unpack, (value,))
            for t, v in zip(targets, outs):
                self.assign(t, v, node)
            return
        if star is not None and isinstance(value, Var) and self.length(value) is None:
            items = self.ends(value, star, len(targets) - star - 1, node)
            for t, v in zip(targets, items):
                self.assign(t, v, node)
            return
        items = self.spread(value, node)
        if star is None and len(items) != len(targets) or star is not None and len(items) < len(targets) - 1:
            raise self.unsupported(node, f"{len(items)} values cannot be unpacked into {len(targets)} targets")
        if star is not None:
            after = len(targets) - star - 1
            middle = self.listed(items[star:len(items) - after], node, "")
            items = [*items[:star], middle, *items[len(items) - after:]]
        waiting = {f"%%item {k} of {len(self.env)}": v for k, v in enumerate(items)}
        self.env.update(waiting)  # views among them see what the assignments before theirs write
        for t, n in zip(targets, waiting):
            self.assign(t, self.env.pop(n), node)

    def ends(self, value: Var, before: int, after: int, node: Any) -> list[Any]:
        """The items before and after the starred target, and between them the list of the others."""
        middle = self.make(operator.getitem, (value, Const(slice(before, -after or None))), node)
        return [*(self.make(operator.getitem, (value, Const(k)), node) for k in range(before)),
                self.make(list, (middle,), node),
                *(self.make(operator.getitem, (value, Const(k - after)), node) for k in range(after))]

    def known_items(self, value: Any) -> bool:
        made = self.b.defs.get(value)
        return made is not None and made.op is make_list


def part(target: Any) -> str:
    """What a target is called that is not a name."""
    return "an attribute" if isinstance(target, gast.Attribute) else "an element"
