"""Expressions -> equations."""
from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import gast
import numpy as np

from tangentlite import runtime
from tangentlite.errors import InputTypeError
from tangentlite.frontend import distributions, installed, solvers
from tangentlite.frontend.choices import holds_functions, is_function, item_at, table_of
from tangentlite.frontend.index_tricks import joined
from tangentlite.frontend.introspection import Introspection
from tangentlite.frontend.objects import Escape
from tangentlite.frontend.operators import UNARY_METHODS
from tangentlite.frontend.pools import unpooled
from tangentlite.frontend.values import (
    Choice,
    Conflict,
    Endless,
    Frozen,
    Functions,
    FunctionTable,
    Instance,
    Interrupted,
    Keywords,
    Live,
    Local,
    Pack,
    Partial,
    Pooled,
    Rest,
    Seen,
    Stream,
)
from tangentlite.ir import UNDEF, Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import COMPARISONS, Chain, DictDisplay, FormatString, make_list, make_set, make_tuple
from tangentlite.ir.trace import Captured, lookup, reads_alike
from tangentlite.objects import is_named_tuple

BINARY: dict[type, Callable[..., Any]] = {
    gast.Add: operator.add, gast.Sub: operator.sub, gast.Mult: operator.mul, gast.Div: operator.truediv,
    gast.Pow: operator.pow, gast.MatMult: operator.matmul, gast.Mod: operator.mod, gast.FloorDiv: operator.floordiv,
    gast.BitAnd: operator.and_, gast.BitOr: operator.or_, gast.BitXor: operator.xor, gast.LShift: operator.lshift,
    gast.RShift: operator.rshift,
}
UNARY: dict[type, Callable[..., Any]] = {
    gast.USub: operator.neg, gast.UAdd: operator.pos, gast.Not: operator.not_, gast.Invert: operator.invert,
}


ALWAYS_TRUE = (BuiltinFunctionType, FunctionType, ModuleType, np.ufunc, type(np.sum))  # whose objects count as true
PLAIN_COMPARISONS = ("Lt", "LtE", "Gt", "GtE", "Eq", "NotEq")
LONGEST_DISPLAY = 32  # items of `[x] * n` that are written out


class Expressions(Introspection):
    """Each method takes a node and gives its value; `name` is the variable the value is assigned to, if any."""

    def expr(self, node: Any, name: str = "") -> Any:
        method = getattr(self, "expr_" + type(node).__name__, None)
        if method is None:
            raise self.unsupported(node, f"{describe(node)} cannot be differentiated yet")
        return method(node, name)

    def atom(self, node: Any, name: str = "") -> Any:
        """The value of an expression as one value of the trace."""
        return self.as_atom(self.expr(node, name), node)

    # -- leaves ------------------------------------------------------------------------------------------------------

    def expr_Constant(self, node: Any, name: str) -> Any:
        return Const(node.value, self.loc(node))

    def expr_Name(self, node: Any, name: str) -> Any:
        key = self.frame.rebinds.get(node.id, node.id)
        if key in self.env:
            value = self.env[key]
            if value is UNDEF:
                raise self.unsupported(node, f"`{node.id}` is read here before it is assigned")
            if isinstance(value, Conflict):
                raise self.half_done(node, value) if isinstance(value, Interrupted) else self.unsupported(node, value.message())
            if isinstance(value, Seen) and value.reads is not None:
                if value.reads:
                    raise self.unsupported(node, "this iterator has been run through before: it has no items left", "Make a list of it")
                value.reads.append(node)
            return unpooled(self, value)
        return self.free_name(node)

    def free_name(self, node: Any) -> Any:
        if node.id in self.locals:
            raise self.unsupported(node, f"`{node.id}` is read here before it is assigned")
        try:
            value = lookup(self.home, node.id)
        except NameError:
            raise self.unsupported(node, f"the name `{node.id}` is not defined", "Define it before the derivative is made") from None
        return self.data(Live(value, (node.id,), self.home), node)

    def data(self, live: Live, node: Any) -> Any:
        """Plain data becomes a value of the trace at once; functions, modules and other objects stay objects."""
        if found := K.unusual(live.value):
            raise InputTypeError(f"`{'.'.join(live.path)}` is {found}, which follows rules of its own", self.loc(node),
                                 "Use plain arrays of numbers")
        if isinstance(live.value, (tuple, list, dict)) and (table := table_of(self, live, node)) is not None:
            return table
        if isinstance(live.value, (int, float, complex, str, tuple, list, dict, np.ndarray, np.generic)) or live.value is None:
            return self.as_atom(live, node)
        return live

    def expr_NamedExpr(self, node: Any, name: str) -> Any:
        value = self.expr(node.value, node.target.id)
        self.assign_name(node.target.id, value)
        return value

    # -- operators -----------------------------------------------------------------------------------------------------

    def expr_BinOp(self, node: Any, name: str) -> Any:
        spine = [node]
        while isinstance(spine[-1].left, gast.BinOp):  # a + b + ... + z nests to the left as deep as it is long
            spine.append(spine[-1].left)
        left = self.expr(spine[-1].left)
        for n in reversed(spine):
            left, right = self.beside(left, (n.right,), partial(self.expr, n.right))
            left = self.binary(n, type(n.op), left, right, name if n is node else "")
        return left

    def binary(self, node: Any, op: type, left: Any, right: Any, name: str) -> Any:
        if (found := self.binary_method(op, left, right, node, name)) is not None:
            return found
        if op in (gast.Add, gast.Mult):  # a named tuple is a tuple
            left, right = (Pack(tuple(self.parts_of(v, node))) if self.is_named(v) else v for v in (left, right))
        if op is gast.Add and isinstance(left, Pack) and isinstance(right, Pack):
            return Pack(left.items + right.items)
        if op is gast.Mult and isinstance(left, Pack) and isinstance(right, Const) and type(right.value) is int:
            return Pack(left.items * right.value)
        if op is gast.Mult and isinstance(left, Const) and isinstance(right, Var) and self.displayed(right) is not None:
            left, right = right, left
        if op is gast.Mult and isinstance(left, Var) and isinstance(right, Const) and type(right.value) is int:
            made = self.b.defs.get(left)
            if made is not None and made.op is make_list and len(made.args) * right.value <= LONGEST_DISPLAY:
                return self.make(make_list, made.args * right.value, node, name)
        if op is gast.BitOr and self.is_dict(left) and self.is_dict(right):
            return self.joined_dicts([left, right], node, name)
        left, right = self.as_atom(left, node), self.as_atom(right, node)
        if op is gast.Mult and (items := self.repeated(left, right)) is not None:
            if K.differentiable(self.kind(items[1])):
                raise self.raises(node, "a list is repeated a whole number of times", TypeError, "can't multiply sequence by non-int")
            known = self.displayed(items[0])
            if known is not None and len(known) == 1:
                return self.stand_in("[item for _ in range(times)]", node, name, item=known[0], times=items[1])
            return self.stand_in("[item for _ in range(times) for item in items]", node, name, items=items[0], times=items[1])
        return self.make(BINARY[op], (left, right), node, name)

    def is_named(self, value: Any) -> bool:
        return isinstance(value, Instance) and is_named_tuple(value.cls)

    def repeated(self, left: Any, right: Any) -> tuple[Any, Any] | None:
        """The list and the number of `items * times`, where a derivative may flow through the items."""
        for items, times in ((left, right), (right, left)):
            kind, made = self.kind(items), self.b.defs.get(items) if isinstance(items, Var) else None
            inert = made is not None and made.op is make_list and all(isinstance(a, Const) for a in made.args)
            is_list = isinstance(kind, K.Seq) and kind.type == "list" and K.differentiable(K.elements(kind))
            if is_list and not inert and isinstance(self.kind(times), K.Number):
                return items, times
        return None

    def expr_UnaryOp(self, node: Any, name: str) -> Any:
        if isinstance(node.op, gast.USub) and isinstance(node.operand, gast.Constant) and type(node.operand.value) in (int, float):
            return Const(-node.operand.value, self.loc(node))
        operand = self.truth(node.operand) if isinstance(node.op, gast.Not) else self.expr(node.operand)
        if (found := self.special(operand, UNARY_METHODS.get(type(node.op), ""), [], node, name)) is not None:
            return found
        if isinstance(node.op, gast.Not) and isinstance(operand, Const) and type(operand.value) is bool:
            return Const(not operand.value)
        return self.make(UNARY[type(node.op)], (self.as_atom(operand, node),), node, name)

    def expr_Compare(self, node: Any, name: str) -> Any:
        ops = [type(op).__name__ for op in node.ops]
        operands = [node.left, *node.comparators]
        if len(ops) == 1:
            left, right = self.beside(self.expr(operands[0]), operands[1:], partial(self.expr, operands[1]))
            if (found := self.compare_method(ops[0], left, right, node, name)) is not None:
                return found
            if isinstance(right, Instance) and right.cls is dict and ops[0] in ("In", "NotIn") and isinstance(left, Const) and (
                    keys := self.keys_of(right)) is not None:
                return Const((left.value in keys) == (ops[0] == "In"))
            if ops[0] in ("Is", "IsNot") and Const(None) in (left, right) and any(map(is_function, (left, right))):
                return Const(ops[0] == "IsNot")
            atoms = self.as_atom(left, node), self.as_atom(right, node)
            if all(isinstance(a, Const) and type(a.value) in (int, str) for a in atoms) and ops[0] in PLAIN_COMPARISONS:
                return Const(bool(COMPARISONS[ops[0]](atoms[0].value, atoms[1].value)))
            known = self.is_none(atoms) if ops[0] in ("Is", "IsNot") else None
            return Const(known == (ops[0] == "Is")) if known is not None else self.make(COMPARISONS[ops[0]], atoms, node, name)
        if all(isinstance(o, (gast.Name, gast.Constant)) for o in operands[1:]):
            return self.make(Chain(tuple(ops)), tuple(map(self.atom, operands)), node, name)
        return self.comparison_chain(node, ops, self.atom(operands[0]), operands[1:], name)

    def is_none(self, operands: tuple[Any, ...]) -> bool | None:
        """The answer of `a is None` where the kind of `a` tells."""
        a, b = operands
        if b != Const(None):
            a, b = b, a
        if b != Const(None):
            return None
        if isinstance(a, Const):
            return a.value is None
        kind = self.kind(a)
        if isinstance(kind, K.Inert):
            return kind.type == "NoneType"
        return False if isinstance(kind, (K.Number, K.Array, K.Seq)) else None

    def comparison_chain(self, node: Any, ops: list[str], left: Any, rest: list[Any], name: str) -> Any:
        """a < f() < b evaluates f() once, and b only where the first comparison holds."""
        middle = self.atom(rest[0])
        first = self.make(COMPARISONS[ops[0]], (left, middle), node)
        if len(ops) == 1:
            return first
        return self.choose(node, first, lambda: self.comparison_chain(node, ops[1:], middle, rest[1:], ""), lambda: first, "and", name)

    def expr_BoolOp(self, node: Any, name: str) -> Any:
        return self.connected(node, name, self.expr)

    def connected(self, node: Any, name: str, evaluate: Callable[..., Any]) -> Any:
        """`a and b` or `a or b`."""
        form = "and" if isinstance(node.op, gast.And) else "or"

        def chain(values: list[Any], name: str) -> Any:
            first = evaluate(values[0], name if len(values) == 1 else "")
            if len(values) == 1:
                return first
            if self.surely_true(first):
                return chain(values[1:], name) if form == "and" else first
            test = Const(None) if self.surely_none(first) else self.as_atom(first, node)
            if isinstance(test, Const):
                return chain(values[1:], name) if bool(test.value) == (form == "and") else test
            more, done = (lambda: chain(values[1:], "")), (lambda: test)
            return self.choose(node, test, *((more, done) if form == "and" else (done, more)), form, name)

        return chain(node.values, name)

    def truth(self, node: Any, name: str = "") -> Any:
        """What tells whether an expression counts as true: of an object, what its `__bool__` or `__len__` gives."""
        if isinstance(node, gast.BoolOp):
            return self.as_atom(self.connected(node, name, self.truth), node)
        if (known := installed.outcome(self, node)) is not None:
            return Const(known)
        value = self.expr(node, name)
        if isinstance(value, Instance) and value.cls in (list, dict) and (keys := self.keys_of(value)) is not None:
            return Const(bool(keys))
        if self.surely_true(value) or self.surely_none(value):
            return Const(not self.surely_none(value))
        if self.class_of(value) is None:
            atom = self.as_atom(value, node)
            return self.make(bool, (atom,), node) if isinstance(self.kind(atom), K.Seq) else atom
        found = (made for method in ("__bool__", "__len__") if (made := self.special(value, method, [], node, name)) is not None)
        return self.as_atom(next(found, Const(True)), node)

    def surely_true(self, value: Any) -> bool:
        """Is this a function, a class or a module?"""
        if isinstance(value, Live) and isinstance(value.value, ALWAYS_TRUE):
            self.watch(value)
            return True
        return isinstance(value, (Local, Partial))

    def surely_none(self, value: Any) -> bool:
        return isinstance(value, Var) and self.kind(value) == K.Inert("NoneType")

    def expr_IfExp(self, node: Any, name: str) -> Any:
        test = self.truth(node.test)
        if isinstance(test, Const):
            return self.expr(node.body if test.value else node.orelse, name)
        return self.choose(node, test, lambda: self.expr(node.body), lambda: self.expr(node.orelse), "ifexp", name)

    # -- displays --------------------------------------------------------------------------------------------------------

    def display(self, elts: list[Any], names: list[str] | None = None) -> list[Any]:
        items: tuple[Any, ...] = ()
        for k, e in enumerate(elts):
            before, made = self.beside(Pack(items), (e,), partial(self.in_display, e, names[k] if names else ""))
            items = (*before.items, *made)
        return list(items)

    def in_display(self, node: Any, name: str) -> list[Any]:
        if not isinstance(node, gast.Starred):
            return [self.expr(node, name)]
        value = self.expr(node.value)
        return self.spread(value, node) if self.spreads(value) else [Rest(self.items(value, node))]

    def expr_Tuple(self, node: Any, name: str) -> Any:
        items = self.display(node.elts)
        if any(isinstance(i, Rest) for i in items):
            return self.make(tuple, (self.joined_items(items, node, ""),), node, name)
        return Pack(tuple(items))

    def expr_List(self, node: Any, name: str) -> Any:
        items = self.display(node.elts)
        if any(isinstance(i, Rest) for i in items):
            return self.joined_items(items, node, name)
        return self.listed(items, node, name)

    def expr_Set(self, node: Any, name: str) -> Any:
        if any(isinstance(e, gast.Starred) for e in node.elts):
            return self.make(set, (self.expr_List(node, ""),), node, name)
        return self.make(make_set, tuple(self.as_atom(v, node) for v in self.display(node.elts)), node, name)

    def expr_Dict(self, node: Any, name: str) -> Any:
        if not all(isinstance(k, gast.Constant) for k in node.keys):
            return self.joined_dicts([self.expr(v) if k is None else (self.atom(k), self.atom(v)) for k, v in zip(node.keys, node.values)],
                                     node, name)
        keys = [k.value for k in node.keys]
        values = self.display(node.values)
        if len(set(keys)) < len(keys):  # the first of equal keys stays, with the last value
            entries = dict(zip(keys, values))
            keys, values = list(entries), list(entries.values())
        site = (dict, node)
        if values and (all(type(k) is str for k in keys) or any(map(holds_functions, values))) or site in self.program.holding:
            return self.settle_object(self.instance(dict, zip(keys, values), site), node)
        return self.begun(self.make(DictDisplay(tuple(keys)), tuple(self.as_atom(v, node) for v in values), node, name), site)

    def expr_JoinedStr(self, node: Any, name: str) -> Any:
        pieces: list[Any] = []
        values: list[Any] = []
        for part in node.values:
            if isinstance(part, gast.Constant):
                pieces.append(part.value)
                continue
            spec = part.format_spec
            if spec is not None and not all(isinstance(p, gast.Constant) for p in spec.values):
                convert = FormatString(((part.conversion, ""),))
                value = self.atom(part.value) if part.conversion == -1 else self.make(convert, (self.atom(part.value),), node)
                pieces.append((-1, ""))
                values.append(self.make(format, (value, self.expr_JoinedStr(spec, "")), node))
                continue
            pieces.append((part.conversion, "".join(p.value for p in spec.values) if spec else ""))
            values.append(self.atom(part.value))
        return self.make(FormatString(tuple(pieces)), tuple(values), node, name)

    # -- attributes and subscripts -----------------------------------------------------------------------------------------

    def expr_Attribute(self, node: Any, name: str) -> Any:
        owner = self.expr(node.value)
        if self.is_object(owner):
            return self.attribute(owner, node.attr, node, name)
        if isinstance(owner, Live):
            return self.live_attribute(owner, node.attr, node)
        if distributions.are_frozen(owner):
            return distributions.method(self, owner, node.attr, node)
        if isinstance(owner, (Local, Partial, Choice)):
            raise self.unsupported(node, f"the attribute `{node.attr}` of a function that is made here cannot be read")
        found = solvers.field(self, owner, node.attr, node)
        if found is not None:
            return found
        return self.make(getattr, (self.as_atom(owner, node), Const(node.attr)), node, name)

    def live_attribute(self, owner: Live, name: str, node: Any) -> Any:
        try:
            value = getattr(owner.value, name)
        except AttributeError as e:
            raise self.raises(node, str(e), AttributeError, str(e)) from None
        if not owner.path and not isinstance(owner.value, ModuleType) and not callable(value):
            return self.make(getattr, (self.as_atom(owner, node), Const(name)), node)
        return self.data(Live(value, (*owner.path, name) if owner.path else (), owner.home), node)

    def expr_Subscript(self, node: Any, name: str) -> Any:
        base = self.expr(node.value)
        if (array := joined(self, base, node, name)) is not None:
            return array
        owner, index = self.beside(base, (node.slice,), partial(self.index, node.slice))
        if isinstance(owner, Instance) and isinstance(index, Const) and (self.class_of(owner) is None or is_named_tuple(owner.cls)):
            return self.item_of(owner, index.value, node)
        if isinstance(index, Var) and (chosen := item_at(self, owner, index, node)) is not None:
            return chosen
        if (found := self.special(owner, "__getitem__", [index], node, name)) is not None:
            return found
        if isinstance(owner, Keywords) and isinstance(index, Const) and index.value in owner.keys:
            return owner.items[owner.keys.index(index.value)]
        if isinstance(owner, Pack) and isinstance(index, Const):
            try:
                item = owner.items[index.value]
            except (IndexError, TypeError) as e:
                raise self.raises(node, str(e), type(e), str(e)) from None
            return Pack(item) if isinstance(item, tuple) else unpooled(self, item)
        key = index.value if isinstance(index, Const) else None
        found = solvers.field(self, owner, key, node) if isinstance(key, str) else None
        if found is not None:
            return found
        return self.read(self.as_atom(owner, node), self.as_atom(index, node), node, name)

    def item_of(self, owner: Instance, key: Any, node: Any) -> Any:
        """`owner[key]` of an object, list or dictionary whose parts are known."""
        if owner.cls is dict:
            found = self.part(owner, key)
            if found is None or found is UNDEF:
                raise Escape(owner.site)  # it raises KeyError when it runs
            return found
        items = self.parts_of(owner, node)
        if isinstance(key, slice):
            return self.listed(items[key], node, "") if owner.cls is list else Pack(tuple(items[key]))
        if type(key) is not int or not -len(items) <= key < len(items):
            raise Escape(owner.site)
        return items[key]

    def index(self, node: Any) -> Any:
        if isinstance(node, gast.Slice):
            parts = [Const(None) if p is None else self.atom(p) for p in (node.lower, node.upper, node.step)]
            if all(isinstance(p, Const) for p in parts):
                return Const(slice(*(p.value for p in parts)))
            return self.make(slice, tuple(parts), node)
        if isinstance(node, gast.Tuple):
            return Pack(tuple(self.index(e) for e in node.elts))
        return self.expr(node)

    # -- values as atoms -----------------------------------------------------------------------------------------------------

    def as_atom(self, value: Any, node: Any) -> Any:
        match value:
            case Var() | Const():
                return value
            case Interrupted():
                raise self.half_done(node, value)
            case Functions() | FunctionTable() if value.live is not None:
                return self.as_atom(value.live, node)
            case Pooled():
                return unpooled(self, value)
            case Pack(items):
                return self.make_tuple(tuple(self.as_atom(v, node) for v in items), node)
            case Keywords(keys, items):
                return self.make(DictDisplay(keys), tuple(self.as_atom(v, node) for v in items), node)
            case Live(obj, path, _, atom):
                return self.live_atom(value, node) if path else atom if atom is not None else self.bound(obj, node)
            case Local(name):
                raise self.unsupported(node, f"the local function `{name}` can be called but not used as a value yet")
            case Instance():
                return self.escaped(value, node)
            case Partial() | Choice():
                if isinstance(value, Frozen):
                    raise self.unsupported(node, "a distribution with its parameters has methods but cannot be used as a value yet")
                raise self.unsupported(node, f"a {'partial function' if isinstance(value, Partial) else 'function chosen here'} "
                                       "can be called but not used as a value yet")
            case Conflict():
                raise self.unsupported(node, value.message())
            case Stream():
                raise self.unsupported(node, "an iterator can be run through but not used as a value yet", "Make a list of it")
            case Endless(function, args):
                return self.make(function, tuple(self.as_atom(a, node) for a in args), node)
        raise self.unsupported(node, "this value cannot be differentiated")

    def live_atom(self, value: Live, node: Any) -> Any:
        """The value that a name stands for when the derivative runs."""
        if value.home is not self.root and not reads_alike(value.path[0], value.home, self.root):
            self.program.pin(value)
            return self.bound(value.value, node, value.path[-1])
        made = Captured(value.path, self.root)
        (self.program.pin if made.is_infinity() else self.watch)(value)
        return self.make(made, (), node)

    def only(self, value: Any, node: Any, name: str = "") -> Any:
        """What `(item,) = value` gives."""
        if not isinstance(value, Var) or self.length(value) != 1:
            kind = self.kind(value)
            if not isinstance(kind, K.Array | K.Unknown) and not (isinstance(kind, K.Seq) and kind.type in ("list", "tuple")):
                value = self.make(list, (value,), node)
            self.effect(runtime.require_one, (value,), node)
        return self.make(operator.getitem, (value, Const(0)), node, name)

    def length(self, value: Var) -> int | None:
        """How many items a sequence has, if that is known."""
        made, kind = self.b.defs.get(value), self.b.kinds.get(value)
        if made is not None and made.op is range and all(isinstance(a, Const) and type(a.value) is int for a in made.args):
            return len(range(*(a.value for a in made.args)))
        if made is not None and made.op is make_list:
            return len(made.args)
        return len(kind.items) if isinstance(kind, K.Seq) and kind.items is not None else None

    def spreads(self, value: Any) -> bool:
        """Is the number of items of a starred value known?"""
        if isinstance(value, Instance):
            return self.each_of(value, None) is not None
        return isinstance(value, Pack) or isinstance(value, Const) and isinstance(value.value, tuple) or isinstance(value, Var) and (
            self.length(value) is not None)

    def spread(self, value: Any, node: Any) -> list[Any]:
        """The items of a starred value, whose number must be known."""
        if isinstance(value, Pack | Instance) and (items := self.each_of(value, node)) is not None:
            return items
        if isinstance(value, Const) and isinstance(value.value, tuple):
            return [Const(v) for v in value.value]
        if isinstance(value, Var) and (count := self.length(value)) is not None:
            made = self.b.defs.get(value)
            if made is not None and made.op in (make_list, make_tuple) and not self.memory.owns_items(value):
                return list(made.args)
            if made is not None and made.op is range:
                return list(map(Const, range(*(a.value for a in made.args))))
            return [self.make(operator.getitem, (value, Const(k)), node) for k in range(count)]
        raise self.unsupported(node, "a starred value of unknown length cannot be differentiated yet")


def describe(node: Any) -> str:
    """What a construct is called."""
    names = {
        "ListComp": "a list comprehension", "SetComp": "a set comprehension", "DictComp": "a dict comprehension",
        "GeneratorExp": "a generator expression", "Lambda": "a lambda", "Yield": "`yield`", "YieldFrom": "`yield from`",
        "Await": "`await`", "Set": "a set display", "Starred": "a starred expression", "With": "`with`", "Try": "`try`",
        "Delete": "`del`", "Global": "`global`", "Nonlocal": "`nonlocal`", "ClassDef": "a class definition",
        "AsyncFor": "`async for`", "AsyncWith": "`async with`", "AsyncFunctionDef": "`async def`", "Match": "`match`",
        "TryStar": "`except*`", "ImportFrom": "`from ... import`",
    }
    return names.get(type(node).__name__, f"`{type(node).__name__}`")

