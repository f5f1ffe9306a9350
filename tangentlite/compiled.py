"""Compiled derivatives: Numba functions that are made for the types they are called with, also from other compiled code."""
from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tangentlite.arguments import parameter_of
from tangentlite.backend import numba as backend
from tangentlite.backend.compile import PRIMAL_NAMES
from tangentlite.backend.numba import IN_PYTHON, fall_back
from tangentlite.dispatch import Lazy, Specializer, Version, describe, unspecialized
from tangentlite.errors import CompileError, UnsupportedError
from tangentlite.guards import signature_of
from tangentlite.ir.transformation import MARK, Transformation
from tangentlite.passes.unroll import Unrolling


def dispatcher(spec: Specializer) -> Callable[..., Any]:
    """The Numba function that people call: it calls the function that is generated for the types of its arguments."""
    if spec.shared is None:
        spec.shared = made_dispatcher(spec)
    return spec.shared


def made_dispatcher(spec: Specializer) -> Callable[..., Any]:
    """Numba asks for a compiled function when it has the types of a call: it gets that of what is generated for these."""
    numba = backend.numba()
    parameters = parameters_of(spec)
    title = spec.primal.__name__ if spec.primal.__name__.isidentifier() else "function"
    defaults = {f"default_{name}": p.default for name, p in parameters.items() if p.default is not p.empty}
    public: Any = numba.njit(function(title + spec.suffix, signature_text(parameters), "raise NotImplementedError", defaults))

    def compiled(types: Sequence[Any], return_type: Any) -> Any:
        version = version_for(spec, types)
        public.source = version.source
        run = version.functions[0]
        found = backend.compiled_for(in_tuple(spec, run) if version.single else run, types)
        return found._replace(metadata=None)  # Numba notes the seconds there, for each dispatcher anew

    public._compiler.compile = compiled
    public.__doc__, public.primal = describe(spec), spec.function
    public.source = Lazy(lambda: unspecialized(spec))
    public.specialize = lambda *args: version_for(spec, types_of(spec, spec.positional(args, {}))).functions[0]
    public._compile_for_args = with_typed(spec, public._compile_for_args)
    if spec.mode in ("reverse", "value") and spec.argnums is not None:
        setattr(public.py_func, MARK, Transformation(spec.function, spec.mode, spec.argnums))
    result: Callable[..., Any] = public
    return result


def in_tuple(spec: Specializer, run: Any) -> Any:
    """argnums=(0,) asks for a tuple of one gradient."""
    names = ", ".join(parameters_of(spec))
    call = f"(run({names}),)" if spec.mode == "reverse" else f"alone(run({names}))"
    numba = backend.numba()
    made = function("in_tuple", names, f"return {call}", {"run": run, "alone": alone(numba)})
    PRIMAL_NAMES[made] = spec.primal.__name__
    return numba.njit(made)


def parameters_of(spec: Specializer) -> Mapping[str, inspect.Parameter]:
    """The parameters, which have to be positional."""
    for p in spec.signature.parameters.values():
        if p.kind not in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD):
            raise UnsupportedError(f"Numba compiles functions of positional parameters alone, and `{spec.primal.__name__}` has `{p}`")
    return spec.signature.parameters


def signature_text(parameters: Mapping[str, inspect.Parameter]) -> str:
    return ", ".join(n if p.default is p.empty else f"{n}=default_{n}" for n, p in parameters.items())


def function(name: str, parameters: str, body: str, space: dict[str, Any]) -> Any:
    """A function of one line."""
    exec(f"def {name}({parameters}):\n    {body}", space)
    return space[name]


@functools.cache
def alone(numba: Any) -> Any:
    """A value, and its gradient in a tuple."""
    return numba.njit(lambda pair: (pair[0], (pair[1],)))


def types_of(spec: Specializer, args: Sequence[Any]) -> tuple[Any, ...]:
    """The Numba types of arguments. Raises CompileError for what has none, at its parameter."""
    found = []
    for name, value in zip(parameters_of(spec), args, strict=True):
        try:
            found.append(backend.type_of(value))
        except ValueError as error:
            raise CompileError(f"Numba has no type for the argument `{name}` of {spec.primal.__name__}(): {error}",
                               parameter_of(spec.primal, name), IN_PYTHON) from None
    return tuple(found)


def with_typed(spec: Specializer, compile_for: Callable[..., Any]) -> Callable[..., Any]:
    """What Numba does with arguments of new types; its own error about what has none would say nothing of the primal."""
    omitted = backend.numba().core.dispatcher.OmittedArg

    def compiled(*args: Any, **kwargs: Any) -> Any:
        types_of(spec, [a.value if isinstance(a, omitted) else a for a in args])
        return compile_for(*args, **kwargs)

    return compiled


def version_for(spec: Specializer, types: Sequence[Any]) -> Version:
    """The version for arguments of these Numba types."""
    key = ("types", *types)
    with spec.lock:
        if key not in spec.versions:
            kinds = {name: backend.kind_of_type(t, name) for name, t in zip(spec.signature.parameters, types)}
            spec.versions[key] = spec.make(kinds, Unrolling(loops=spec.unroll))
        return spec.versions[key]


# -- where Numba may refuse ------------------------------------------------------------------------------------------

def version(spec: Specializer, otherwise: Specializer | None, args: tuple[Any, ...]) -> Version:
    """The compiled version for these arguments, or, if there is a specializer for that, the one in Python."""
    try:
        types = types_of(spec, args)
        found = version_for(spec, types)
        if spec.mode == "split":
            backend.compiled_for(found.functions[0], types)
        return replace(found, functions=[with_places(f) for f in found.functions])
    except (CompileError, UnsupportedError) as error:
        if otherwise is None:
            raise
        fall_back(error)
        return otherwise.version(args)


def with_places(run: Any) -> Any:
    """Call a compiled function; what it cannot be compiled for is said of the primal."""
    errors = backend.numba().core.errors

    def call(*args: Any) -> Any:
        try:
            return run(*args)
        except errors.NumbaError as error:
            raise backend.not_compiled(run, str(error)) from None

    return call


def with_fallback(spec: Specializer, python: Callable[..., Any]) -> Callable[..., Any]:
    """The compiled derivative, and for arguments that Numba has no code for the one in Python, with a warning."""
    refused: set[Any] = set()

    @functools.wraps(python)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        full = spec.positional(args, kwargs)
        key = tuple(map(signature_of, full))
        if key not in refused:
            try:
                types_of(spec, full)
                return dispatcher(spec)(*full)
            except (CompileError, UnsupportedError) as error:
                refused.add(key)
                fall_back(error)
        return python(*full)

    del derivative.__wrapped__
    return derivative
