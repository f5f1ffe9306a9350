"""Derivatives of Python functions, with JAX's conventions: grad, value_and_grad, vjp, jvp; traces, costs and texts of them."""
from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from tangentlite.arguments import (
    Argnums,
    backend_of,
    check_followed,
    check_input,
    check_several,
    checkpointing,
    named,
    numba_options,
    numbered,
    resolve,
)
from tangentlite.bound import function_of
from tangentlite.dispatch import Specializer, Version, dispatcher, explain, of_parts, positional, specializer, unspecialized
from tangentlite.errors import ArgnumsError, InputTypeError
from tangentlite.ir.checkpointing import Checkpointing
from tangentlite.ir.compiled import interpreted
from tangentlite.ir.transformation import FACTORY
from tangentlite.nodes import Form, Parts, forms_of, leaves_of_all, register_node
from tangentlite.objects import attributes, has_attributes, is_named_tuple
from tangentlite.runtime import zeros_like

__all__ = ["cost", "grad", "jvp", "register_node", "source", "trace", "value_and_grad", "vjp"]
NUMBERS = (int, float, complex, np.ndarray, np.generic)

if TYPE_CHECKING:
    from tangentlite.evaluation import EvaluationTrace
    from tangentlite.operations import Cost


def grad(fun: Callable[..., Any] | None = None, argnums: Argnums = 0, *, argnames: str | Sequence[str] | None = None,
         unroll: bool = False, static_argnums: Argnums = (), holomorphic: bool = False, backend: str | None = None,
         checkpoint: str | None = None, slots: int | None = None, **options: Any) -> Callable[..., Any]:
    """The gradient of a function with one real output, in reverse mode.

    `grad(f)(x, ...)` has the structure, shape and dtype of the argument at `argnums`; with several argnums it is a tuple.
    Also a decorator: `@grad`, `@grad(argnums=(0, 1))`. `argnames` names arguments instead of numbering them.

    The values of the arguments at `static_argnums` are known when the derivative is made, once for each value: loops over
    them are flattened, branches on them taken. `unroll` also flattens the loops whose bounds are literals.

    With respect to a complex argument x + iy it is df/dx - i df/dy, as in JAX. With `holomorphic` the output is complex and
    the result df/dz, which f must have.

    `backend` is "python", "numba" (the result is a Numba function, which other compiled code may call), or "auto" (what
    Numba cannot compile runs in Python, with a warning); left out, it is what the function is. Numba's options `fastmath`,
    `parallel`, `error_model`, `cache`, `boundscheck` and `nogil` apply to the derivative. `math="fast"` has it call the
    functions of `tangentlite.fastmath` for exp, log, tanh, erf and the like: within 4 units in the last place, several times
    faster in loops and on arrays, and without exceptions.

    `checkpoint` keeps the memory of long loops small: their steps are run again rather than recorded. "segments" keeps the
    state at the beginning of each of `slots` segments (left out, so many that the tape of one stays in the cache); "revolve"
    keeps no more than `slots` states, and runs as few steps as that allows. The gradient is the same to the last bit. Compiled
    loops choose segments by themselves where their tape would leave the cache; "never" has them record every step.

    Raises ArgnumsError for arguments that do not exist, InputTypeError for integer arguments, OutputTypeError where the
    output is not one real number, and subclasses of TransformError, located, for what cannot be differentiated or compiled.
    """
    if fun is None:
        return functools.partial(grad, argnums=argnums, argnames=argnames, unroll=unroll, static_argnums=static_argnums,
                                 holomorphic=holomorphic, backend=backend, checkpoint=checkpoint, slots=slots, **options)
    return transformed(fun, "reverse", argnums, argnames, "_grad", unroll, static_argnums, holomorphic, backend, options,
                       checkpointing(checkpoint, slots))


def value_and_grad(fun: Callable[..., Any] | None = None, argnums: Argnums = 0, *,
                   argnames: str | Sequence[str] | None = None, unroll: bool = False,
                   static_argnums: Argnums = (), holomorphic: bool = False, backend: str | None = None,
                   checkpoint: str | None = None, slots: int | None = None, **options: Any) -> Callable[..., Any]:
    """Like `grad`, but the result is the pair (value, gradient)."""
    if fun is None:
        return functools.partial(value_and_grad, argnums=argnums, argnames=argnames, unroll=unroll, static_argnums=static_argnums,
                                 holomorphic=holomorphic, backend=backend, checkpoint=checkpoint, slots=slots, **options)
    return transformed(fun, "value", argnums, argnames, "_value_and_grad", unroll, static_argnums, holomorphic, backend, options,
                       checkpointing(checkpoint, slots))


setattr(grad, FACTORY, "reverse")
setattr(value_and_grad, FACTORY, "value")


def transformed(fun: Callable[..., Any], mode: str, argnums: Argnums, argnames: str | Sequence[str] | None, suffix: str,
                unroll: bool, static_argnums: Argnums, holomorphic: bool, backend: str | None,
                options: dict[str, Any], plan: Checkpointing | None) -> Callable[..., Any]:
    function, chosen = plain(fun), backend_of(fun, backend, options)
    positions, static = resolve(function, argnums, argnames), static_positions(function, static_argnums)
    if chosen == "python":
        return dispatcher(specializer(function, mode, positions, suffix, unroll, static, holomorphic, None, plan))
    from tangentlite import compiled

    if static:
        raise ArgnumsError("compiled derivatives are made for types: they have no `static_argnums`", None, 'Write backend="python"')
    spec = specializer(function, mode, positions, suffix, unroll, (), holomorphic, numba_options(fun, options), plan)
    if chosen == "auto":
        return compiled.with_fallback(spec, dispatcher(
            specializer(function, mode, positions, suffix, unroll, (), holomorphic, None, plan)))
    return compiled.dispatcher(spec)


def static_positions(function: FunctionType, static_argnums: Argnums) -> tuple[int, ...]:
    return numbered(function, static_argnums, "static_argnums")


def plain(fun: Any) -> FunctionType:
    """The Python function behind what was given."""
    fun = interpreted(fun)
    if isinstance(fun, FunctionType):
        return fun
    found = function_of(fun)
    if found is not None:
        return found
    from tangentlite.frontend.unreadable import not_a_function

    raise not_a_function(fun)


# -- pullbacks and tangents ------------------------------------------------------------------------------------------------

def vjp(fun: Callable[..., Any], *primals: Any, backend: str | None = None, checkpoint: str | None = None, slots: int | None = None,
        **options: Any) -> tuple[Any, Callable[..., tuple[Any, ...]]]:
    """(fun(*primals), pullback). `pullback(y_bar)` gives a tuple with one adjoint per argument; call it as often as needed.

    `y_bar` has the structure of the output. The adjoints are those at the arguments as they were: arrays and objects among
    them are copied.
    Arguments that are not floating-point have the adjoint 0.0. Complex adjoints
    pair without conjugation: Re(sum(x_bar * dx)) = Re(sum(y_bar * dy)). `backend`, `checkpoint`, `slots`
    and Numba's options as in `grad`.
    """
    if forms := forms_of(primals):
        parts, leaves = parts_of(forms, primals)
        function, out = of_parts(plain(fun), parts)
        if out is not None:
            raise InputTypeError("`vjp` of a gradient cannot be given objects of registered classes", None, "Use `jvp`")
        y, back = vjp(function, *leaves, backend=backend, checkpoint=checkpoint, slots=slots, **options)
        return y, lambda y_bar: replace(parts, differentiable=(True,) * len(leaves)).whole(back(y_bar))
    spec, version, full = specialized(fun, "split", "_vjp", primals, backend, options, checkpointing(checkpoint, slots))
    check_followed(spec.primal, list(spec.kinds(full)), full)
    forward, backward = version.functions
    full = kept(full, {})
    *leaves, residuals = run(forward, full)

    def pullback(y_bar: Any) -> tuple[Any, ...]:
        seeds = flat_like(version.outs, y_bar)
        for k in version.seeded:
            seeds[k] = seed_like(seeds[k], leaves[k], "the adjoint of the output")
        bars = run(backward, (residuals, *(plain_scalar(seeds[k]) for k in version.seeded)))
        given = dict(zip(version.wrt, (bars,) if len(version.wrt) == 1 else bars or ()))
        return tuple(like_primal(given[k], x) if k in given else 0.0 for k, x in enumerate(full[:len(primals)]))

    return rebuilt(version.outs, leaves), pullback


def kept(value: Any, copies: dict[int, Any]) -> Any:
    """The arrays and attributes in a value as they are now; what is one object stays one."""
    if id(value) not in copies:
        if type(value) is np.ndarray:
            copies[id(value)] = value.copy(order="K")
        elif type(value) in (list, tuple):
            copies[id(value)] = type(value)(kept(v, copies) for v in value)
        elif is_named_tuple(type(value)):
            copies[id(value)] = type(value)(*(kept(v, copies) for v in value))
        elif type(value) is dict:
            copies[id(value)] = {k: kept(v, copies) for k, v in value.items()}
        elif has_attributes(type(value)):
            copies[id(value)] = made = object.__new__(type(value))
            for name, part in attributes(value).items():
                object.__setattr__(made, name, kept(part, copies))
        else:
            return value
    return copies[id(value)]


def parts_of(forms: tuple[Form | None, ...], args: Sequence[Any]) -> tuple[Parts, tuple[Any, ...]]:
    """All arguments as leaves, and what is known of them."""
    leaves = leaves_of_all(forms, args)
    return Parts.of(forms, leaves, tuple(range(len(forms)))), leaves


def like_primal(bar: Any, x: Any) -> Any:
    """An adjoint of the type of what it belongs to, where that is a number of NumPy's or an array without axes."""
    if isinstance(x, np.ndarray) and x.ndim == 0:
        return np.asarray(bar, x.dtype)
    return x.dtype.type(bar) if isinstance(x, np.inexact) else bar + 0j if isinstance(x, complex) else bar


def specialized(fun: Callable[..., Any], mode: str, suffix: str, args: Sequence[Any], backend: str | None, options: dict[str, Any],
                plan: Checkpointing | None = None) -> tuple[Specializer, Version, tuple[Any, ...]]:
    """The version of a derivative for these arguments, and the arguments in the order of the parameters."""
    chosen = backend_of(fun, backend, options)
    spec = specializer(plain(fun), mode, None, suffix, checkpointing=plan)
    full = spec.positional(tuple(args), {})
    if chosen == "python":
        return spec, spec.version(full), full
    from tangentlite import compiled

    fast = specializer(plain(fun), mode, None, suffix, options=numba_options(fun, options), checkpointing=plan)
    return spec, compiled.version(fast, spec if chosen == "auto" else None, full), full


def jvp(fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], *, backend: str | None = None,
        **options: Any) -> tuple[Any, Any]:
    """(fun(*primals), its directional derivative along `tangents`), in forward mode; `backend` as in `grad`."""
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise InputTypeError("jvp needs a tuple of arguments and a tuple of tangents", None, "Write jvp(f, (x,), (x_dot,))")
    if len(primals) != len(tangents):
        raise ArgnumsError(f"jvp needs one tangent per argument: {len(primals)} arguments, {len(tangents)} tangents")
    if forms := forms_of(primals):
        parts, leaves = parts_of(forms, primals)
        function, out = of_parts(plain(fun), parts)
        y, dot = jvp(function, leaves, leaves_of_all(forms, tangents), backend=backend, **options)
        return (y, dot) if out is None else (out.whole(y), out.whole(dot))
    spec, version, full = specialized(fun, "forward", "_jvp", primals, backend, options)
    for k, dot in enumerate(tangents):
        if k not in version.wrt and isinstance(dot, NUMBERS) and np.any(dot):
            name, kind = list(spec.kinds(full).items())[k]
            check_input(kind, name, spec.primal, "give it the tangent 0.0")
        elif k not in version.wrt and not isinstance(dot, NUMBERS):
            check_followed(spec.primal, list(spec.kinds(full))[k:k + 1], full[k:k + 1])
    dots = {k: tangents[k] if k < len(tangents) else zeros_like(full[k]) for k in version.wrt}
    for k, dot in dots.items():
        dot = seed_like(dot, full[k], f"tangent {k}")
        dots[k] = dot if isinstance(full[k], np.ndarray) else plain_scalar(dot)
    result: tuple[Any, Any] = run(version.functions[0], (*full, *dots.values()))
    return result


def run(function: Callable[..., Any], args: Sequence[Any]) -> Any:
    try:
        return positional(function)(*args)
    except BaseException as e:
        explain(e)
        raise


def flat_like(tree: Any, value: Any) -> list[Any]:
    """The leaves of a seed that has the structure of the output."""
    if not isinstance(tree, tuple):
        return [value]
    if not isinstance(value, (tuple, list)) or len(value) != len(tree):
        got = f"a tuple of {len(value)}" if isinstance(value, tuple) else f"a {type(value).__name__}"
        raise InputTypeError(f"the adjoint of the output must be a tuple of {len(tree)}, got {got}")
    return [leaf for t, v in zip(tree, value) for leaf in flat_like(t, v)]


def rebuilt(tree: Any, leaves: Sequence[Any]) -> Any:
    if isinstance(tree, tuple):
        return tuple(rebuilt(t, leaves) for t in tree) if tree else None
    return leaves[tree]


def seed_like(given: Any, value: Any, what: str) -> Any:
    """A seed must have the shape of the value it belongs to; it is complex where the value is, and only there."""
    if isinstance(value, (list, tuple, dict)) or has_attributes(type(value)):
        return given
    if np.asarray(given).dtype.kind not in "biufc":
        raise InputTypeError(f"{what} must be a number or an array, got a {type(given).__name__}")
    if np.shape(given) != np.shape(value):
        raise InputTypeError(f"{what} must have shape {np.shape(value)}, got {np.shape(given)}")
    if np.iscomplexobj(given) and not np.iscomplexobj(value):
        raise InputTypeError(f"{what} must be real, as what it belongs to, got complex numbers")
    if isinstance(value, np.inexact):
        return value.dtype.type(given)
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        return np.asarray(given, value.dtype)
    return given + 0j if isinstance(value, complex) else given


def plain_scalar(a: Any) -> Any:
    return a[()] if isinstance(a, np.ndarray) and a.ndim == 0 else a


# -- the evaluation trace ----------------------------------------------------------------------------------------------------

def trace(fun: Callable[..., Any], mode: str | None = None) -> Callable[..., EvaluationTrace]:
    """Record what a call computes: `trace(f)(*args)` prints as numbered lines z₀, z₁, ... with their values.

    mode="forward" puts tangents beside the values (of the first argument, or along the keyword `tangents`, one for each
    argument), mode="reverse" adjoints. Raises what the function raises, and what `grad` raises.
    """
    from tangentlite.evaluation import tracer

    return tracer(plain(fun), mode)


def cost(fun: Callable[..., Any], argnums: Argnums | None = None) -> Callable[..., Cost]:
    """Count what a call costs: `cost(f)(*args)` has the operations of f and of its value and gradient, and prints as a table.

    The gradient is that with respect to `argnums`, or to all arguments that have one. The counts are those of a run on these
    arguments, array operations by the number of elements; `tangentlite.analyses.work` defines what counts. Raises what the
    function raises, and what `value_and_grad` raises.
    """
    from tangentlite.operations import coster

    function = plain(fun)
    return coster(function, None if argnums is None else resolve(function, argnums, None))


# -- text ----------------------------------------------------------------------------------------------------------------------

MODES = {"reverse": ("reverse", "_grad"), "forward": ("forward", "_jvp"), "value": ("value", "_value_and_grad"),
         "vjp": ("split", "_vjp"), "primal": ("primal", "")}


def source(fun: Callable[..., Any], *args: Any, mode: str = "reverse", wrt: Any = None, value: bool = False,
           unroll: bool = False, static_argnums: Argnums = ()) -> str:
    """The source of a derivative: for arguments like `args`, or, without any, for what the annotations promise.

    `mode` is "reverse", "forward", "vjp" or "primal"; `wrt` names or numbers the differentiated arguments (all those that
    can be, if it is left out); `value` asks for the value beside the gradient; `unroll` and `static_argnums` as in `grad`.
    """
    if mode not in MODES:
        raise ArgnumsError(f"mode must be one of {', '.join(map(repr, MODES))}, got {mode!r}")
    function = plain(fun)
    positions = None if wrt is None else positions_of(function, wrt)
    internal, suffix = MODES["value" if value and mode == "reverse" else mode]
    spec = Specializer(function, internal, positions, suffix, unroll, static_positions(function, static_argnums))
    if args and (forms := forms_of(full := spec.positional(args, {}))):
        parts, leaves = parts_of(forms, full)
        chosen = None if positions is None else replace(parts, argnums=positions).leaves()
        return source(of_parts(function, parts)[0], *leaves, mode=mode, wrt=chosen, value=value, unroll=unroll)
    if args:
        return spec.version(full).source
    if spec.static:
        raise ArgnumsError("`static_argnums` needs example arguments: their values decide the text")
    return unspecialized(spec)


def positions_of(function: FunctionType, wrt: Any) -> tuple[int, ...]:
    """`wrt` as positions: names, numbers, or several of them."""
    wanted = tuple(wrt) if isinstance(wrt, (list, tuple)) else (wrt,)
    found = (named(function, w, "wrt") if isinstance(w, str) else numbered(function, w, "wrt") for w in wanted)
    positions = tuple(itertools.chain.from_iterable(found))
    check_several(function, positions, "wrt")
    return positions
