"""Append equations to a block: one by one, or by running a derivative rule on symbolic values.

A rule is an ordinary function. Called on numbers it gives numbers; called on `Expr`s, its operations become equations:

>>> from tangentlite.ir import Var
>>> b = Builder()
>>> b.run(lambda x: 2.0 * (x + 0.0), Var("x"))
v~@...
>>> [eqn.op.__name__ for eqn in b.stmts]
['mul']
"""
from __future__ import annotations

import math
import operator
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir.identities import IDENTITIES
from tangentlite.ir.kinds import UNKNOWN, Kind
from tangentlite.ir.ops import make_list, make_tuple
from tangentlite.ir.trace import Block, Const, Eqn, Loc, Stmt, Var

Infer = Callable[[Callable[..., Any], Sequence[Any], dict[str, Any], int], tuple[Kind, ...]]


def unknown(op: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], n: int) -> tuple[Kind, ...]:
    return (UNKNOWN,) * n


class Builder:
    """A block under construction. Builders of nested blocks share the facts about values of their parent."""

    def __init__(self, parent: Builder | None = None, infer: Infer = unknown) -> None:
        self.stmts: list[Stmt] = []
        self.parent = parent
        self.infer: Infer = parent.infer if parent else infer
        self.kinds: dict[Var, Kind] = parent.kinds if parent else {}
        self.defs: dict[Var, Eqn] = parent.defs if parent else {}  # for looking only
        self.overwritten: Container[Var] = parent.overwritten if parent else ()  # reading an element again may give another one
        self.program: Any = parent.program if parent else None  # what a rule may ask of the functions that are called back
        self.fresh: dict[Var, Eqn] = {}  # made by rules: free to be rearranged
        self.again: dict[Any, Var] = {}  # what rules have computed already in this block
        self.loc: Loc = parent.loc if parent else Loc()

    def lineage(self) -> Iterator[Builder]:
        """The block itself and those around it."""
        b: Builder | None = self
        while b is not None:
            yield b
            b = b.parent

    def kind(self, a: Any) -> Any:
        """The kind of a value; a constant stands for itself."""
        if isinstance(a, Eqn):
            return self.infer(a.op, [self.kind(x) for x in a.args], {k: self.kind(v) for k, v in a.kwargs}, 1)[0]
        return a if isinstance(a, Const) else self.kinds.get(a, UNKNOWN)

    def eqn(self, outs: tuple[Var, ...], op: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> Eqn:
        """Append exactly this equation, and note what kinds of values it defines."""
        made = Eqn(outs, op, args, tuple((kwargs or {}).items()), self.loc)
        self.stmts.append(made)
        self.note(made)
        return made

    def note(self, made: Eqn) -> None:
        kinds = self.infer(made.op, [self.kind(a) for a in made.args], {k: self.kind(a) for k, a in made.kwargs}, len(made.outs))
        for v, k in zip(made.outs, kinds):
            self.kinds[v] = k
            self.defs[v] = made

    def emit(self, op: Callable[..., Any], *args: Any, out: Var | None = None, **kwargs: Any) -> Any:
        """out = op(*args, **kwargs), unless a local identity makes the equation needless."""
        simpler = None if kwargs else self.simplify(op, args)
        if simpler is not None:
            return self.rename(simpler, out) if out else simpler
        key = (op, args, tuple(kwargs.items())) if op not in ALLOCATING else None
        if out is None and key in self.again:
            return self.again[key]
        made = self.eqn((out or Var(temp=True),), op, args, kwargs)
        self.fresh[made.out] = made
        if key is not None:
            self.again[key] = made.out
        return made.out

    def rename(self, a: Any, out: Var) -> Any:
        """Let the last equation define `out` instead of a temporary; other values keep their name."""
        last = self.stmts[-1] if self.stmts else None
        if isinstance(last, Eqn) and last.outs == (a,) and a.temp and a in self.fresh:
            del self.fresh[a]
            self.stmts[-1] = made = replace(last, outs=(out,))
            self.note(made)
            return out
        return a

    def simplify(self, op: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        if op in FOLDABLE and all(isinstance(a, Const) and type(a.value) in (int, float) for a in args):
            try:
                value = op(*(a.value for a in args))
            except ArithmeticError:
                return None
            return Const(value) if type(value) in (int, float) and math.isfinite(value) else None
        identity = IDENTITIES.get(op)
        return identity(self, *args) if identity else None

    def block(self, params: Sequence[Var], outs: Sequence[Any]) -> Block:
        return Block(tuple(params), tuple(self.stmts), tuple(outs))

    def run(self, rule: Callable[..., Any], *atoms: Any, **kwargs: Any) -> Any:
        """Run an ordinary function on symbolic values; returns atoms in the structure the function returned."""
        out = rule(*(symbolic(a, self) for a in atoms), **{k: symbolic(a, self) for k, a in kwargs.items()})
        return tuple(map(to_atom, out)) if isinstance(out, tuple) else to_atom(out)


ALLOCATING = (runtime.zeros_like, np.zeros_like, runtime.append, runtime.without_last, runtime.add_at, runtime.setitem, make_list,
              reversed, range, len, slice, np.full_like)
FOLDABLE = (operator.add, operator.sub, operator.mul, operator.truediv, operator.neg)


def symbolic(a: Any, b: Builder) -> Any:
    """What a rule sees of an atom: an `Expr`, or the plain value where it is not a number."""
    if isinstance(a, Const) and type(a.value) not in (int, float, complex):
        return a.value
    return None if a is None else Expr(a, b)


def to_atom(x: Any) -> Any:
    """The atom of what a rule returns."""
    if isinstance(x, Expr):
        return x.atom
    return x if x is None or isinstance(x, (Var, Const)) else Const(x)


class Expr:
    """A symbolic value: operators and NumPy's dispatch protocols turn operations on it into equations."""

    __slots__ = ("atom", "builder")
    __array_priority__ = 1000

    def __init__(self, atom: Any, builder: Builder) -> None:
        self.atom, self.builder = atom, builder

    @property
    def kind(self) -> Any:
        return self.builder.kind(self.atom)

    @property
    def value(self) -> Any:
        """The value of a constant; None for anything else."""
        return self.atom.value if isinstance(self.atom, Const) else None

    def emit(self, op: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any] | None = None) -> Expr:
        b, given = self.builder, dict(kwargs or {})
        if given.pop("out", None) is not None:
            raise TypeError("a rule may not use out=")
        atoms = [pack(a, b) for a in args]
        return Expr(b.emit(op, *atoms, **{k: pack(v, b) for k, v in given.items()}), b)

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **kwargs: Any) -> Expr:
        if method != "__call__":
            raise TypeError(f"a rule may not use {ufunc.__name__}.{method}")
        return self.emit(ufunc, args, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Expr:
        return self.emit(func, args, kwargs)

    def __getitem__(self, index: Any) -> Expr:
        return self.emit(operator.getitem, (self, index))

    def __getattr__(self, name: str) -> Expr:
        if name in ("T", "shape", "ndim", "size", "dtype"):
            return self.emit(getattr, (self, Const(name)))
        raise AttributeError(name)

    def __bool__(self) -> bool:
        raise TypeError("a rule may not branch on a value; ask for its `kind`")

    __hash__ = None  # type: ignore[assignment]
    __iter__ = None  # or Python would iterate by __getitem__, without end


def pack(x: Any, b: Builder) -> Any:
    """The atom of an argument of an operation inside a rule; tuples and lists of symbolic values become displays."""
    if isinstance(x, (tuple, list)) and any(isinstance(e, (Expr, tuple, list)) for e in x):
        atoms = [pack(e, b) for e in x]
        if all(isinstance(a, Const) for a in atoms):
            return Const(type(x)(a.value for a in atoms))
        return b.emit(make_tuple if isinstance(x, tuple) else make_list, *atoms)
    return Const(None) if x is None else to_atom(x)


def _binary(op: Callable[..., Any]) -> tuple[Any, Any]:
    return (lambda self, other: self.emit(op, (self, other)), lambda self, other: self.emit(op, (other, self)))


def _unary(op: Callable[..., Any]) -> Any:
    return lambda self: self.emit(op, (self,))


for _name, _op in {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "truediv": operator.truediv,
                   "pow": operator.pow, "matmul": operator.matmul, "mod": operator.mod,
                   "floordiv": operator.floordiv}.items():
    _forward, _reflected = _binary(_op)
    setattr(Expr, f"__{_name}__", _forward)
    setattr(Expr, f"__r{_name}__", _reflected)
for _name, _op in {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge, "eq": operator.eq,
                   "ne": operator.ne}.items():
    setattr(Expr, f"__{_name}__", _binary(_op)[0])
setattr(Expr, "__neg__", _unary(operator.neg))  # noqa: B010
setattr(Expr, "__abs__", _unary(np.abs))  # noqa: B010


def lift(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let rules call a plain function on symbolic values: `cos = lift(math.cos)`."""

    def call(*args: Any, **kwargs: Any) -> Any:
        some = next((a for a in (*args, *kwargs.values()) if isinstance(a, Expr)), None)
        return function(*args, **kwargs) if some is None else some.emit(function, args, kwargs)

    return call
