"""How a derivative is asked for and called: what does not fit the function is refused, at its `def` or its parameter."""
from __future__ import annotations

import inspect
from collections.abc import Sequence
from types import FunctionType
from typing import Any

import numpy as np

from tangentlite.errors import ArgnumsError, InputTypeError
from tangentlite.ir import Loc
from tangentlite.ir import kinds as K
from tangentlite.ir.checkpointing import Checkpointing
from tangentlite.ir.compiled import is_compiled
from tangentlite.ir.transformation import behind

Argnums = int | Sequence[int]


def resolve(function: FunctionType, argnums: Argnums, argnames: str | Sequence[str] | None) -> int | tuple[int, ...]:
    """The differentiated positions, checked against the signature where it fixes their number."""
    if argnames is None:
        positions, single = numbered(function, argnums, "argnums"), is_integer(argnums)
    else:
        positions, single = named(function, argnames, "argnames"), isinstance(argnames, str)
    check_several(function, positions, "argnums" if argnames is None else "argnames")
    return positions[0] if single else positions


def check_several(function: FunctionType, positions: tuple[int, ...], option: str) -> None:
    """At least one position, and none twice."""
    if not positions:
        raise ArgnumsError("there is nothing to differentiate with respect to", header(function), f"Name an argument in {option}")
    check_distinct(positions, behind(function), option)


def numbered(function: FunctionType, argnums: Any, option: str) -> tuple[int, ...]:
    """The positions that an option numbers, counted from the left where the signature fixes their number."""
    several = tuple(argnums) if isinstance(argnums, (list, tuple)) else (argnums,)
    if not all(map(is_integer, several)):
        wanted = "names or numbers of arguments" if option == "wrt" else "an integer or a sequence of integers"
        raise ArgnumsError(f"{option} must be {wanted}, got {argnums!r}", header(function))
    made_for = behind(function)
    parameters = parameters_of(made_for)
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return tuple(map(int, several))
    return tuple(check_position(k, len(parameters), made_for, option) for k in several)


def named(function: FunctionType, argnames: Any, option: str) -> tuple[int, ...]:
    """The positions of the arguments that an option names."""
    wanted = tuple(argnames) if isinstance(argnames, (list, tuple)) else (argnames,)
    names = [p.name for p in parameters_of(behind(function))]
    for name in wanted:
        if not isinstance(name, str):
            raise ArgnumsError(f"{option} must be a name or a sequence of names, got {argnames!r}", header(function))
        if name not in names:
            has = f"it has {', '.join(names)}" if names else "it has none"
            raise ArgnumsError(f"{function.__name__}() has no argument `{name}`; {has}", header(function))
    return tuple(map(names.index, wanted))


def is_integer(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def check_position(position: int, count: int, function: FunctionType, option: str) -> int:
    """A position counted from the left, in a function of so many arguments. Raises ArgnumsError if there is none."""
    if -count <= position < count:
        return int(position) % count
    has = f"{function.__name__}() has {count} argument{'s' if count != 1 else ''}"
    more = " here" if any(p.kind is p.VAR_POSITIONAL for p in parameters_of(function)) else ""
    between = f"It counts arguments from 0 to {count - 1}, or from -1 down to {-count}" if count > 1 else "Write 0" if count else ""
    raise ArgnumsError(f"{option} {position} is out of range: {has}{more}", header(function), between)


def check_distinct(positions: tuple[int, ...], function: FunctionType, option: str) -> None:
    for k in positions:
        if positions.count(k) > 1:
            raise ArgnumsError(f"{option} names argument {k} of {function.__name__}() twice", header(function), "Name it once")


def parameters_of(function: FunctionType) -> list[inspect.Parameter]:
    return list(inspect.signature(function, follow_wrapped=False).parameters.values())


def check_input(kind: Any, parameter: str, function: FunctionType, way_out: str = "leave it out of argnums") -> None:
    """Refuse to differentiate with respect to what has no derivative."""
    if not K.differentiable(kind):
        raise wrong_input(kind, parameter, function, f"Pass floating-point numbers or arrays, or {way_out}")


def check_usual(function: FunctionType, names: Sequence[str], args: Sequence[Any]) -> None:
    """Refuse arrays whose arithmetic is not NumPy's: masked ones, matrices, those of objects, dates or records."""
    for parameter, value in zip(names, args):
        found = K.unusual(value)
        if found:
            name = parameter.partition("*")[0]
            raise InputTypeError(f"{function.__name__}() is given {found} as `{name}`, which follows rules of its own",
                                 parameter_of(function, name), "Pass plain arrays of numbers")


def check_followed(function: FunctionType, names: Sequence[str], args: Sequence[Any]) -> None:
    """Refuse containers of other classes than list, tuple and dict, in arguments that are differentiated, that hold numbers."""
    for parameter, value in zip(names, args):
        if found := K.unfollowed(value):
            name = parameter.partition("*")[0]
            raise InputTypeError(f"{function.__name__}() is given numbers in a {found} as `{name}`, which no derivative follows",
                                 parameter_of(function, name), "Pass a list, a tuple or a dictionary")


def check_complex(kind: Any, parameter: str, function: FunctionType) -> None:
    """Holomorphic differentiation is with respect to complex numbers alone."""
    if isinstance(kind, (K.Number, K.Array)) and kind.dtype and not K.is_complex(kind):
        raise wrong_input(kind, parameter, function, "With holomorphic=True, pass complex numbers or arrays, or leave it out of argnums")


def check_real(kind: Any, parameter: str, function: FunctionType, instead: str) -> None:
    """Of complex numbers a real derivative along one direction would be half of it."""
    if K.is_complex(kind):
        raise wrong_input(kind, parameter, function, f"If the function is holomorphic, pass holomorphic=True; otherwise use {instead}")


def wrong_input(kind: Any, parameter: str, function: FunctionType, advice: str) -> InputTypeError:
    if isinstance(kind, (K.Number, K.Array)):
        what = f"an array of dtype {kind.dtype}" if isinstance(kind, K.Array) else f"a number of type {kind.dtype}"
    else:
        what = f"a {kind.type.__name__ if isinstance(kind, K.Record) else getattr(kind, 'type', 'value')}"
    name, _, place = parameter.partition("*")
    shown = f"{name}[{place}]" if place else name
    return InputTypeError(f"cannot differentiate {function.__name__}() with respect to `{shown}`: it is {what}",
                          parameter_of(function, name), advice)


def wrong_call(function: FunctionType, signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> TypeError:
    """What Python says of a call that does not fit the signature, in the name of the primal."""
    bare = [p.replace(annotation=p.empty, default=p.empty if p.default is p.empty else None) for p in signature.parameters.values()]
    space: dict[str, Any] = {}
    exec(f"def call{signature.replace(parameters=bare, return_annotation=signature.empty)}: pass", space)
    space["call"].__qualname__ = function.__qualname__
    try:
        space["call"](*args, **kwargs)
    except TypeError as error:
        return error.with_traceback(None)
    return TypeError(f"{function.__name__}() does not take these arguments")


def header(function: FunctionType) -> Loc | None:
    """Where the function is defined, if it can be read."""
    from tangentlite.frontend import places  # only now: what runs need not be read

    return places.header(function)


def parameter_of(function: FunctionType, name: str) -> Loc | None:
    from tangentlite.frontend import places

    return places.parameter(function, name)


# -- backends ---------------------------------------------------------------------------------------------------------

BACKENDS = ("python", "numba", "auto")


def backend_of(fun: Any, backend: str | None, options: dict[str, Any]) -> str:
    """The backend that is asked for; Numba's own functions stay with Numba."""
    chosen = backend or ("numba" if is_compiled(fun) else "python")
    if chosen not in BACKENDS:
        raise ArgnumsError(f"backend must be one of {', '.join(map(repr, BACKENDS))}, got {chosen!r}")
    if chosen == "python" and options:
        name = next(iter(options))
        if name not in NUMBA_OPTIONS:
            raise TypeError(f"unexpected keyword argument {name!r}")
        raise ArgnumsError(f"`{name}` is an option of Numba", None, 'Write backend="numba"')
    return chosen


def numba_options(fun: Any, options: dict[str, Any]) -> dict[str, Any]:
    """The options for Numba: those given, and those of the function itself."""
    for name in options:
        if name not in NUMBA_OPTIONS:
            raise TypeError(f"unexpected keyword argument {name!r}")
    if options.get("math", "exact") not in ("exact", "fast"):
        raise ArgnumsError(f"math must be 'exact' or 'fast', got {options['math']!r}")
    given = fun.targetoptions if is_compiled(fun) else {}
    return {**{name: given[name] for name in INHERITED if name in given}, **options}


NUMBA_OPTIONS = ("fastmath", "parallel", "error_model", "cache", "boundscheck", "nogil", "math")
INHERITED = ("fastmath", "error_model", "boundscheck", "nogil")  # by a derivative from the function


# -- checkpoints ------------------------------------------------------------------------------------------------------

def checkpointing(schedule: str | None, slots: Any) -> Checkpointing | None:
    """The checkpoints that are asked for."""
    if schedule not in (None, "segments", "revolve", "never"):
        raise ArgnumsError(f"checkpoint must be 'segments', 'revolve' or 'never', got {schedule!r}")
    if slots is not None and (not is_integer(slots) or slots < 1):
        raise ArgnumsError(f"slots must be a positive integer, got {slots!r}")
    if schedule in (None, "never") and slots is not None:
        raise ArgnumsError("`slots` is how many states the checkpoints of a loop keep", None, 'Write checkpoint="revolve"')
    if schedule == "revolve" and slots is None:
        raise ArgnumsError('checkpoint="revolve" needs to know how many states it may keep', None, "Write slots=30")
    return Checkpointing(schedule, None if slots is None else int(slots)) if schedule is not None else None
