"""A function that is given to a library becomes a function of the program: what it reads around itself become parameters.

    quad(lambda t: np.sin(t * x), 0.0, y)             def integrand(t, x):
                                                          return np.sin(t * x)
                                                      quad(integrand, 0.0, y, args=(x,))
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from tangentlite.errors import UnsupportedError, WritesArgumentError
from tangentlite.frontend.lifting import free_names
from tangentlite.frontend.source import Source
from tangentlite.frontend.values import Choice, Conflict, Frame, Functions, FunctionTable, Instance, Keywords, Live, Local, Pack, Partial
from tangentlite.ir import UNDEF, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay, make_list, make_tuple
from tangentlite.ir.transformation import transformation_of

if TYPE_CHECKING:
    from tangentlite.frontend.calls import Calls


@dataclass(frozen=True, eq=False)
class Lifted:
    """A function of a program that calls a function value, whose parameters are followed by what it has captured.

    `rest` are arguments that follow its own ones; `params` are the names of all.
    """

    name: str
    source: Source
    home: Any
    function: Any
    rest: tuple[Any, ...]
    params: tuple[str, ...]
    captured: tuple[Var, ...]
    node: Any

    @property
    def __name__(self) -> str:
        return self.name

    def lowered(self, low: Calls, kinds: list[Any]) -> tuple[list[Var], Any]:
        """The parameters, and what the function gives: a number or an array."""
        params = [Var(name) for name in self.params]
        own = params[:len(params) - len(self.captured)]
        low.b.kinds.update(zip(params, kinds))
        low.memory.given(params)
        renamed = Conversion(low, self.node, dict(zip(self.captured, params[len(own):])), low)
        function, rest = renamed(self.function), tuple(map(renamed, self.rest))
        value = self.called(low, function, [*own, *rest])
        if isinstance(value, Pack) or isinstance(value, Var) and isinstance(low.kind(value), K.Seq):
            value = low.make(np.array, (low.as_atom(value, self.node),), self.node)
        return params, low.as_atom(value, self.node)


    def called(self, low: Calls, function: Any, args: list[Any]) -> Any:
        """The function's own text in this place, where it has one."""
        of = function.value if isinstance(function, Live) else None
        if isinstance(of, FunctionType) and not low.program.opaque(of) and transformation_of(of) is None:
            bound = low.program.bind(of, args, {}, low, self.node)
            if bound is not None:
                return low.call_inline(of, bound, self.node)
        return low.apply(function, args, {}, self.node, "")


@dataclass(frozen=True, eq=False)
class Container:
    """A list, tuple or dictionary that a function reads, which is made of its items again inside the function of the program."""

    op: Any
    items: tuple[Any, ...]
    hint: str


@dataclass(frozen=True, eq=False)
class Parts:
    """An object, list or dictionary that a function reads, part by part."""

    cls: Any
    keys: tuple[Any, ...]
    items: tuple[Any, ...]


class Conversion:
    """Values with others in the place of those they hold; without `given`, `captured` are those they hold."""

    def __init__(self, low: Calls, node: Any, given: Mapping[Var, Var] | None = None, inside: Calls | None = None) -> None:
        self.low, self.node, self.given, self.inside = low, node, given, inside
        self.captured: dict[Var, None] = {}
        self.frames: dict[int, tuple[Frame, Frame]] = {}
        self.made: dict[int, tuple[Any, Any]] = {}

    def __call__(self, value: Any) -> Any:
        match value:
            case Var() if (whole := self.container(value)) is not None:
                return whole
            case Container():
                return self.made_again(value)
            case Instance():
                return self.parts(value)
            case Parts():
                return self.object_again(value)
            case Var():
                self.captured[value] = None
                return value if self.given is None else self.given[value]
            case Live() if value.atom is not None:
                return replace(value, atom=None)
            case Local():
                return self.local(value)
            case Partial():
                return replace(value, function=self(value.function), args=tuple(map(self, value.args)),
                               keywords={k: self(v) for k, v in value.keywords.items()})
            case Choice():
                return Choice(self(value.test), self(value.then), self(value.orelse))
            case Functions():
                return Functions(tuple(map(self, value.items)), value.live)
            case FunctionTable():
                return FunctionTable(value.keys, tuple(map(self, value.items)), value.live)
            case Pack():
                return Pack(tuple(map(self, value.items)))
            case Keywords():
                return Keywords(value.keys, tuple(map(self, value.items)))
        return value

    def container(self, value: Var) -> Container | None:
        """The container that a value is, where its items are known."""
        if id(value) in self.made:
            return self.made[id(value)][1]  # type: ignore[no-any-return]
        kind, display = self.low.kind(value), self.low.b.defs.get(value)
        if not isinstance(kind, K.Seq) or not K.differentiable(kind):
            return None
        op: Any
        if display is not None and isinstance(display.op, DictDisplay):
            op, items = display.op, display.args
        elif kind.type in ("list", "tuple") and self.low.length(value) is not None:
            op, items = make_list if kind.type == "list" else make_tuple, tuple(self.low.spread(value, self.node))
        else:
            return None
        self.low.check_fresh((value,), self.node)
        made = Container(op, tuple(map(self, items)), value.hint)
        self.made[id(value)] = value, made
        return made

    def parts(self, owner: Instance) -> Parts:
        """An object as it is now."""
        if id(owner) not in self.made:
            keys = self.low.keys_of(owner)
            items = [self.low.part(owner, k) for k in keys or ()]
            if keys is None or any(v is UNDEF for v in items):
                raise self.low.unsupported(self.node, f"the attributes of this `{owner.cls.__name__}` depend on the path that leads here")
            self.made[id(owner)] = owner, Parts(owner.cls, keys, tuple(map(self, items)))
        return self.made[id(owner)][1]  # type: ignore[no-any-return]

    def object_again(self, whole: Parts) -> Any:
        """The object inside the function; a write would not be seen outside, and is refused."""
        if self.inside is None:
            return whole
        if id(whole) not in self.made:
            made = self.inside.instance(whole.cls, zip(whole.keys, map(self, whole.items)), ("captured", id(whole)))
            self.inside.program.ambiguous.add(made.key)
            self.made[id(whole)] = whole, made
        return self.made[id(whole)][1]

    def made_again(self, whole: Container) -> Any:
        """The container, of what its items are here; writing it would not be seen outside."""
        if self.inside is None:
            return Container(whole.op, tuple(map(self, whole.items)), whole.hint)
        if id(whole) not in self.made:
            made = self.inside.make(whole.op, tuple(self.inside.as_atom(self(i), self.node) for i in whole.items), self.node, whole.hint)
            self.inside.memory.given([made])
            self.made[id(whole)] = whole, made
        return self.made[id(whole)][1]

    def local(self, function: Local) -> Local:
        """The function, reading what the variables of its maker stand for now."""
        if id(function) in self.made:
            return self.made[id(function)][1]  # type: ignore[no-any-return]
        if self.low.rebound(function, self.node):
            raise self.low.unsupported(self.node, f"`{function.name}` rebinds variables around it while a library calls it")
        maker = function.frame
        if id(maker) not in self.frames:
            self.frames[id(maker)] = maker, Frame(maker.source, maker.home, maker.locals)
        frame = self.frames[id(maker)][1]
        made = Local(function.name, function.node, tuple(map(self, function.defaults)),
                     tuple(None if d is None else self(d) for d in function.kw_defaults), frame)
        self.made[id(function)] = function, made
        around = self.low.names_in(maker)
        for name in sorted(free_names(function.node)):
            if name in around and name not in frame.env and around[name] is not UNDEF and not isinstance(around[name], Conflict):
                frame.env[name] = UNDEF
                frame.env[name] = self(around[name])
        return made


def name_of(function: Any) -> str:
    """What the function of a program is called that stands for a function value."""
    match function:
        case Local(name):
            return "function" if name == "<lambda>" else name
        case Partial(inner):
            return name_of(inner)
        case Live(of):
            name = getattr(of, "__name__", "function")
            return name if name.isidentifier() else "function"
    return "function"


def parameters_of(function: Any) -> list[str]:
    """What the function calls its parameters, where that is known."""
    if isinstance(function, Local):
        return [p.id for p in (*function.node.args.posonlyargs, *function.node.args.args)]
    if isinstance(function, Live) and isinstance(function.value, FunctionType):
        code = function.value.__code__
        return list(code.co_varnames[:code.co_argcount])
    return []


def lift(low: Calls, functions: list[Any], rest: tuple[Any, ...], own: list[list[Any]], wanted: list[tuple[str, ...]], node: Any
         ) -> tuple[list[Any], tuple[Var, ...]]:
    """The functions of the program that functions are for arguments of these kinds, and what they all have captured."""
    frozen = Conversion(low, node)
    frozen_functions, frozen_rest = list(map(frozen, functions)), tuple(map(frozen, rest))
    captured = tuple(frozen.captured)
    low.check_fresh(captured, node)
    made = []
    for function, held, kinds, names in zip(functions, frozen_functions, own, wanted):
        called = parameters_of(function)
        spelled = dict(zip((v for v in rest if isinstance(v, Var)), called[len(names):])) if len(called) == len(names) + len(rest) else {}
        params = (*called[:len(names)], *names[len(called):], *(spelled.get(v, v.hint or "value") for v in captured))
        target = Lifted(name_of(function), low.source, low.home, held, frozen_rest, params, captured, node)
        forms = {f"{k}:{name}": None for k, name in enumerate(params)}
        lowered = low.program.callee(target, forms, [*kinds, *map(low.kind, captured)])
        if lowered is None:
            error = low.program.errors[target]
            if isinstance(error, WritesArgumentError):
                raise low.unsupported(node, f"`{target.name}` writes `{error.argument}` around it while a library calls it")
            raise error
        fn, form, result, _ = lowered
        if form is not None or len(result) != 1:
            raise UnsupportedError(f"`{target.name}` returns more than one value to a library that calls it", low.loc(node))
        made.append((fn, result[0]))
    return made, captured
