"""Equations -> expression trees."""
from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tangentlite.backend.names import Names
from tangentlite.backend.spelling import Spelling
from tangentlite.ir.ops import (
    COMPARISONS,
    Bound,
    Called,
    Chain,
    DictDisplay,
    Field,
    FormatString,
    Lazy,
    ObjectDisplay,
    array_of,
    call_method,
    is_one_of,
    items_of,
    make_list,
    make_set,
    make_tuple,
    unpack,
)
from tangentlite.ir.trace import Captured, ClassMember, Const, Eqn, Function, Var
from tangentlite.objects import is_made_by_call
from tangentlite.runtime import instance, path

INFIX: dict[Callable[..., Any], type[ast.operator]] = {
    operator.add: ast.Add, operator.sub: ast.Sub, operator.mul: ast.Mult, operator.truediv: ast.Div, operator.pow: ast.Pow,
    operator.matmul: ast.MatMult, operator.mod: ast.Mod, operator.floordiv: ast.FloorDiv, operator.and_: ast.BitAnd,
    operator.or_: ast.BitOr, operator.xor: ast.BitXor, operator.lshift: ast.LShift, operator.rshift: ast.RShift,
}
AUGMENTED: dict[Callable[..., Any], type[ast.operator]] = {
    operator.iadd: ast.Add, operator.isub: ast.Sub, operator.imul: ast.Mult, operator.itruediv: ast.Div,
    operator.ipow: ast.Pow, operator.imod: ast.Mod, operator.ifloordiv: ast.FloorDiv,
}
PREFIX: dict[Callable[..., Any], type[ast.unaryop]] = {
    operator.neg: ast.USub, operator.pos: ast.UAdd, operator.not_: ast.Not, operator.invert: ast.Invert,
}
COMPARE = {op: getattr(ast, name) for name, op in COMPARISONS.items()}


class Expressions:
    def __init__(self, names: Names, spelling: Spelling) -> None:
        self.names, self.spelling = names, spelling

    def atom(self, a: Any) -> ast.expr:
        if isinstance(a, Eqn):
            return self.expr(a)
        if isinstance(a, Var):
            return load(self.names.of[a])
        return self.literal(a.value)

    def literal(self, v: Any) -> ast.expr:
        """A literal that prints as exactly this value."""
        t = type(v)
        if t is Function:
            return self.spelling.function(v.fn)
        if v is None or v is Ellipsis or t in (bool, str, bytes):
            return ast.Constant(v)
        if t is int or t is float and math.isfinite(v):
            negative = v < 0 or t is float and math.copysign(1.0, v) < 0
            return ast.UnaryOp(ast.USub(), ast.Constant(-v)) if negative else ast.Constant(v)
        if t is complex and v.real == 0 and v.imag >= 0 and math.isfinite(v.imag):
            return ast.Constant(v)
        if t is tuple or t is list:
            return (ast.Tuple if t is tuple else ast.List)([self.literal(e) for e in v], ast.Load())
        if t is slice:
            return ast.Call(self.spelling.name(slice), [self.literal(p) for p in (v.start, v.stop, v.step)], [])
        if t is float:
            return self.spelling.name(Bound("nan" if v != v else "inf" if v > 0 else "minus_inf", v))
        return self.spelling.name(Bound(getattr(v, "__name__", "constant"), v))

    def expr(self, e: Eqn) -> ast.expr:
        op = e.op
        if op in INFIX or op in AUGMENTED:
            return ast.BinOp(self.atom(e.args[0]), (INFIX.get(op) or AUGMENTED[op])(), self.atom(e.args[1]))
        if op in PREFIX:
            return ast.UnaryOp(PREFIX[op](), self.atom(e.args[0]))
        if op in COMPARE:
            return ast.Compare(self.atom(e.args[0]), [COMPARE[op]()], [self.atom(e.args[1])])
        if isinstance(op, (Captured, ClassMember, Bound)):
            return self.spelling.name(op)
        if op in SPECIAL:
            return SPECIAL[op](self, e)
        match op:
            case Lazy("ifexp"):
                return ast.IfExp(*map(self.atom, e.args))
            case Lazy(form):
                return ast.BoolOp(ast.And() if form == "and" else ast.Or(), self.flat(form, e))
            case Chain(ops):
                first, *rest = map(self.atom, e.args)
                return ast.Compare(first, [getattr(ast, o)() for o in ops], rest)
            case Called():
                return self.call(self.atom(e.args[0]), e.args[1:], e.kwargs)
            case Field(name=name):
                return ast.Attribute(self.atom(e.args[0]), name, ast.Load())
            case DictDisplay(keys):
                return ast.Dict([self.literal(k) for k in keys], list(map(self.atom, e.args)))
            case ObjectDisplay(cls, keys):
                return self.object_display(cls, keys, e)
            case FormatString(pieces):
                return self.format_string(pieces, e)
        return self.call(self.spelling.name(op), e.args, e.kwargs)

    def call(self, function: ast.expr, args: Any, kwargs: Any) -> ast.expr:
        return ast.Call(function, list(map(self.atom, args)), [ast.keyword(k, self.atom(v)) for k, v in kwargs])

    def flat(self, form: str, e: Eqn) -> list[ast.expr]:
        """The operands of `a and (b and c)`, which Python writes without the parentheses."""
        first, second = e.args
        rest = self.flat(form, second) if isinstance(second, Eqn) and second.op == Lazy(form) else [self.atom(second)]
        return [self.atom(first), *rest]

    def object_display(self, cls: Any, keys: Any, e: Eqn) -> ast.expr:
        """`Point(x=..., y=...)`; where calling the class would do more or less, the attributes are set by a helper."""
        function = self.spelling.name(cls)
        if is_made_by_call(cls, keys):
            return self.call(function, (), tuple(zip(keys, e.args)))
        keywords = [ast.keyword(k, self.atom(v)) for k, v in zip(keys, e.args)]
        return ast.Call(self.spelling.name(instance), [function], keywords)

    def format_string(self, pieces: Any, e: Eqn) -> ast.expr:
        values = iter(e.args)
        parts: list[ast.expr] = []
        for piece in pieces:
            if isinstance(piece, str):
                parts.append(ast.Constant(piece))
            else:
                spec = ast.JoinedStr([ast.Constant(piece[1])]) if piece[1] else None
                parts.append(ast.FormattedValue(self.atom(next(values)), piece[0], spec))
        return ast.JoinedStr(parts)

    # -- subscripts and methods ------------------------------------------------------------------------------------------------

    def index(self, a: Any) -> ast.expr:
        """An index as it stands between brackets."""
        if isinstance(a, Eqn) and a.op is slice:
            return self.slice([None if p == Const(None) else self.atom(p) for p in a.args])
        if isinstance(a, Eqn) and a.op is make_tuple and a.args:
            return ast.Tuple(list(map(self.index, a.args)), ast.Load())
        if isinstance(a, Const) and isinstance(a.value, slice):
            v = a.value
            return self.slice([None if p is None else self.literal(p) for p in (v.start, v.stop, v.step)])
        if isinstance(a, Const) and isinstance(a.value, tuple) and a.value:
            return ast.Tuple([self.index(Const(p)) for p in a.value], ast.Load())
        return self.atom(a)

    def slice(self, parts: list[Any]) -> ast.expr:
        start, stop, step = parts if len(parts) == 3 else (*parts, None) if len(parts) == 2 else (None, *parts, None)
        return ast.Slice(start, stop, step)

    def getitem(self, e: Eqn) -> ast.expr:
        return self.element(e.args[0], e.args[1], ast.Load())

    def element(self, base: Any, index: Any, context: ast.expr_context) -> ast.Subscript:
        """`base[index]`; by a path, `base[i][j]`."""
        made = self.names.made.get(index) if isinstance(index, Var) else index
        indices = made.args if isinstance(made, Eqn) and made.op is path else (index,)
        whole = self.atom(base)
        for k in indices[:-1]:
            whole = ast.Subscript(whole, self.index(k), ast.Load())
        return ast.Subscript(whole, self.index(indices[-1]), context)

    def expand_dims(self, e: Eqn) -> ast.expr:
        """x[:, None] in adjoints, where `x` is an array; it takes a tenth of the time of the function."""
        axis = e.args[1].value if len(e.args) == 2 and isinstance(e.args[1], Const) else None
        if e.loc.sweep != "reverse" or type(axis) is not int or not 1 <= axis <= 3:
            return self.call(self.spelling.name(e.op), e.args, e.kwargs)
        return ast.Subscript(self.atom(e.args[0]), self.index(Const((slice(None),) * axis + (None,))), ast.Load())

    def attribute(self, e: Eqn) -> ast.expr:
        return ast.Attribute(self.atom(e.args[0]), e.args[1].value, ast.Load())

    def method(self, e: Eqn) -> ast.expr:
        return self.call(ast.Attribute(self.atom(e.args[0]), e.args[1].value, ast.Load()), e.args[2:], e.kwargs)

    def tuple(self, e: Eqn) -> ast.expr:
        return ast.Tuple(list(map(self.atom, e.args)), ast.Load())

    def list(self, e: Eqn) -> ast.expr:
        return ast.List(list(map(self.atom, e.args)), ast.Load())

    def get_attribute(self, e: Eqn) -> ast.expr:
        constant_name = len(e.args) == 2 and isinstance(e.args[1], Const)
        return self.attribute(e) if constant_name else self.call(self.spelling.name(getattr), e.args, e.kwargs)


SPECIAL: dict[Callable[..., Any], Callable[[Expressions, Eqn], ast.expr]] = {
    operator.getitem: Expressions.getitem,
    np.expand_dims: Expressions.expand_dims,
    getattr: Expressions.get_attribute,
    call_method: Expressions.method,
    make_tuple: Expressions.tuple,
    make_list: Expressions.list,
    make_set: lambda self, e: ast.Set(list(map(self.atom, e.args))) if e.args else self.call(self.spelling.name(set), (), ()),
    unpack: lambda self, e: self.atom(e.args[0]),
    items_of: lambda self, e: self.call(self.spelling.name(memoryview), e.args, ()),
    array_of: lambda self, e: ast.Attribute(self.atom(e.args[0]), "obj", ast.Load()),
    is_one_of: lambda self, e: self.call(self.spelling.name(isinstance), e.args, ()),
}


def load(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def store(name: str) -> ast.Name:
    return ast.Name(name, ast.Store())
