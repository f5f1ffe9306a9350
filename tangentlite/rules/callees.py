"""Which function a call is of, and with which arguments: a method or an attribute is the function that has the rule."""
from __future__ import annotations

import operator
import random
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.ops import attribute, call_method
from tangentlite.ir.trace import Const, Eqn, Var, functions_of
from tangentlite.rules.verbs import signature_of

Arguments = tuple[Any, tuple[Any, ...], tuple[tuple[str, Any], ...]]
METHODS: dict[Any, tuple[Callable[..., Any], Callable[..., tuple[Any, ...]] | None]] = {}
STARTED: dict[Any, Callable[..., Any]] = {}  # reductions, and the functions that take their `initial` as the second argument

INERT = {"str": str, "Generator": np.random.Generator, "RandomState": np.random.RandomState, "Random": random.Random}

# the names that numpy.linalg gives the parts of its results
FIELDS = {"U": 0, "S": 1, "Vh": 2, "Q": 0, "R": 1, "eigenvalues": 0, "eigenvectors": 1, "sign": 0, "logabsdet": 1}


def method(descriptor: Any, op: Callable[..., Any], adapt: Callable[..., tuple[Any, ...]] | None = None) -> None:
    """`x.m(...)` is differentiated as `op(x, ...)`; `adapt` rearranges the positional arguments."""
    METHODS[descriptor] = op, adapt


def owner_class(kind: Any) -> Any:
    """The class whose methods a value of this kind has."""
    match kind:
        case K.Number() | K.Array() | K.Unknown():
            return np.ndarray
        case K.Seq(type):
            return {"list": list, "tuple": tuple, "dict": dict, "range": range}.get(type)
        case K.Record(type):
            return type
        case K.Inert(type):
            return INERT.get(type)
    return None


def normal(op: Any, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...], receiver: Any) -> Arguments:
    """`x.sum(axis=0)` as the call `np.sum(x, axis=0)` that its rule is declared for."""
    op, args, kwargs = as_function(op, args, kwargs, receiver)
    return (op, *bounds_by_position(args, kwargs)) if op is np.clip and kwargs else (op, args, kwargs)


def bounds_by_position(args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> tuple[tuple[Any, ...], tuple[tuple[str, Any], ...]]:
    """The bounds of `np.clip`, which have two names each."""
    rest, bounds = dict(kwargs), list(args[1:])
    for k, names in enumerate((("a_min", "min"), ("a_max", "max"))):
        if len(bounds) == k and len(args) > 0:
            bounds.append(next((rest.pop(name) for name in names if name in rest), Const(None)))
    return (*args[:1], *bounds), tuple(rest.items())


def as_function(op: Any, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...], receiver: Any) -> Arguments:
    """A method, or an attribute, as the function that has the rule."""
    if op not in (getattr, call_method) or len(args) < 2 or not isinstance(args[1], Const):
        return op, args, kwargs
    if isinstance(receiver, K.Seq) and receiver.type == "tuple" and op is getattr and args[1].value in FIELDS:
        return operator.getitem, (args[0], Const(FIELDS[args[1].value])), ()
    if isinstance(receiver, K.Record) and op is getattr and receiver.type is not dict and receiver.item(args[1].value) is not None:
        return attribute, args, kwargs
    owner, rest = owner_class(receiver), (args[0], *args[2:])
    descriptor = getattr(owner, args[1].value, None) if owner is not None else None
    if descriptor is None:
        return op, args, kwargs
    function, adapt = METHODS.get(descriptor, (descriptor, None))
    try:
        return function, adapt(*rest) if adapt else rest, kwargs
    except TypeError:  # not so many arguments
        return op, args, kwargs


def normal_of(eqn: Eqn, kinds: Mapping[Any, Any]) -> Arguments:
    """The equation's call as its rule is declared for it, where `kinds` tells what is known of its variables."""
    receiver = kinds.get(eqn.args[0], K.UNKNOWN) if eqn.args and isinstance(eqn.args[0], Var) else K.UNKNOWN
    return normal(eqn.op, eqn.args, eqn.kwargs, receiver)


def normalized(eqn: Eqn, b: Builder) -> Eqn:
    """The equation as its rule takes it: a method as a function, differentiable keyword arguments by position."""
    op, args, kwargs = normal(eqn.op, eqn.args, eqn.kwargs, K.kind_of(b.kind(eqn.args[0])) if eqn.args else K.UNKNOWN)
    if any(isinstance(v, Var) and K.differentiable(K.kind_of(b.kind(v))) for _, v in kwargs) and not any(functions_of(eqn)):
        op, args, kwargs = by_position(op, args, kwargs)
    return eqn if op is eqn.op and args is eqn.args else Eqn(eqn.outs, op, args, kwargs, eqn.loc)


def from_start(op: Any, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> Arguments:
    """`np.sum(x, initial=a)` as the function whose second argument `a` is."""
    rest = dict(kwargs)
    if not isinstance(rest.get("initial"), Var) or op not in STARTED:
        return op, args, kwargs
    return STARTED[op], (args[0], rest.pop("initial"), *args[1:]), tuple(rest.items())


def by_position(op: Any, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> Arguments:
    """Keyword arguments moved to the positions that the function's signature gives them, where it has one."""
    try:
        op, args, kwargs = from_start(op, args, kwargs)
        parameters = list(signature_of(op).parameters.values())
    except (TypeError, ValueError):
        return op, args, kwargs
    rest, result, moved = dict(kwargs), list(args), len(args)
    for p in parameters[len(args):]:
        if not rest or p.kind is not p.POSITIONAL_OR_KEYWORD:
            break
        default = None if op is np.diff and p.name in ("prepend", "append") else p.default  # the rule takes None for none
        simple = default is None or type(default) in (bool, int, float, str)
        if p.name not in rest and not simple:
            break
        moved = len(result) + 1 if p.name in rest else moved
        result.append(rest.pop(p.name) if p.name in rest else Const(default))
    return op, tuple(result[:moved]), tuple(rest.items())
