"""Derivatives are made for the kinds of arguments they are called with, and kept: one call tells one kind from another fast."""
from __future__ import annotations

import contextlib
import functools
import gc
import inspect
import threading
import weakref
from collections import UserString
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

from tangentlite import nodes, stored
from tangentlite.arguments import (
    check_complex,
    check_distinct,
    check_followed,
    check_input,
    check_position,
    check_usual,
    parameter_of,
    wrong_call,
)
from tangentlite.backend.compile import Compiler, annotate, load
from tangentlite.entry import Fast, entry
from tangentlite.errors import ArgnumsError, NoSourceError, OutputTypeError, SharedMemoryError, UnsupportedError
from tangentlite.guards import Guard, identity, signature_of, value_key
from tangentlite.ir import kinds as K
from tangentlite.ir.checkpointing import Checkpointing
from tangentlite.ir.transformation import MARK, Transformation, transformation_of
from tangentlite.passes.unroll import Unrolling
from tangentlite.runtime import require_complex, require_distinct, require_scalar
from tangentlite.stack import with_deep_stack
from tangentlite.stored import Printed, Request

if TYPE_CHECKING:
    from tangentlite import pipeline
    from tangentlite.frontend.program import Program, Result
    from tangentlite.ir import Fn

T = TypeVar("T")

KEPT = 64  # lowered functions that are kept for the next derivative of them


class Specializer:
    """Makes and keeps the versions of one derivative, by the signature of the arguments."""

    def __init__(self, function: FunctionType, mode: str, argnums: int | tuple[int, ...] | None, suffix: str,
                 unroll: bool = False, static_argnums: tuple[int, ...] = (), holomorphic: bool = False,
                 options: dict[str, Any] | None = None, checkpointing: Checkpointing | None = None) -> None:
        self.function, self.mode, self.argnums, self.suffix = function, mode, argnums, suffix
        self.options = options  # of Numba, where it compiles the whole
        self.fast_math = (options or {}).get("math") == "fast"
        self.unroll, self.static, self.holomorphic = unroll, static_argnums, holomorphic
        self.checkpointing = checkpointing
        made_of = transformation_of(function)
        self.primal: FunctionType = made_of.function if made_of is not None else function
        self.read_signature()
        self.versions: dict[Hashable, Version] = {}
        self.lock = threading.RLock()
        self.shared: Callable[..., Any] | None = None  # the function that people call

    # -- calling ---------------------------------------------------------------------------------------------------------

    def read_signature(self) -> None:
        self.signature, self.defaults = inspect.signature(self.primal, follow_wrapped=False), defaults_of(self.primal)

    def positional(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """The arguments in the order of the parameters, defaults included."""
        if defaults_of(self.primal) != self.defaults:
            self.read_signature()
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError:
            raise wrong_call(self.primal, self.signature, args, kwargs) from None
        bound.apply_defaults()
        flat: list[Any] = []
        for name, p in self.signature.parameters.items():
            if p.kind is p.VAR_POSITIONAL:
                flat += bound.arguments[name]
            elif p.kind is p.VAR_KEYWORD:
                if bound.arguments[name]:
                    raise UnsupportedError(f"`**{name}` of {self.primal.__name__}() cannot be differentiated yet")
            else:
                flat.append(bound.arguments[name])
        return tuple(flat)

    def version(self, args: tuple[Any, ...]) -> Version:
        """The version for arguments of these kinds, made now if there is none that still holds."""
        static = self.static_positions(len(args))
        key = tuple(value_key(a) if k in static else signature_of(a) for k, a in enumerate(args))
        found = self.versions.get(key)
        if found is not None and found.guard.holds():
            return found
        with self.lock:
            found = self.versions.get(key)
            if found is None or not found.guard.holds():
                kinds = self.kinds(args)
                check_usual(self.primal, list(kinds), args)
                unrolling = Unrolling({k: args[k] for k in static}, self.unroll)
                made = self.make(kinds, unrolling)
                check_followed(self.primal, [list(kinds)[k] for k in made.wrt], [args[k] for k in made.wrt])
                found = self.versions[key] = made
            return found

    def static_positions(self, count: int) -> tuple[int, ...]:
        """The positions of the arguments whose values are known before the derivative runs."""
        return tuple(check_position(k, count, self.primal, "static_argnums") for k in self.static)

    # -- making ----------------------------------------------------------------------------------------------------------

    def kinds(self, args: tuple[Any, ...]) -> dict[str, Any]:
        """The kind of every parameter; the values of `*args` are called args*0, args*1, ..."""
        found: dict[str, Any] = {}
        rest = list(args)
        for name, p in self.signature.parameters.items():
            if p.kind is p.VAR_POSITIONAL:
                after = sum(1 for q in self.signature.parameters.values() if q.kind is q.KEYWORD_ONLY)
                count = len(rest) - after
                found.update((f"{name}*{k}", K.of_argument(rest.pop(0), (name, k))) for k in range(count))
            elif p.kind is not p.VAR_KEYWORD:
                found[name] = K.of_argument(rest.pop(0), name)
        return found

    def variadic(self, kinds: dict[str, Any]) -> dict[str, int]:
        return {name: sum(1 for k in kinds if k.startswith(name + "*"))
                for name, p in self.signature.parameters.items() if p.kind is p.VAR_POSITIONAL}

    def wrt(self, kinds: dict[str, Any]) -> tuple[int, ...]:
        """The positions of the differentiated parameters; all differentiable ones where none are named."""
        names, static = list(kinds), self.static_positions(len(kinds))
        if self.argnums is None:
            return tuple(k for k, n in enumerate(names) if K.differentiable(kinds[n]) and k not in static)
        wanted = (self.argnums,) if isinstance(self.argnums, int) else self.argnums
        positions = tuple(check_position(a, len(names), self.primal, "argnums") for a in wanted)
        for p in set(positions).intersection(static):
            raise ArgnumsError(f"argument {p} (`{names[p]}`) of {self.primal.__name__}() is static: it has no derivative",
                               parameter_of(self.primal, names[p]), "Leave it out of argnums or of static_argnums")
        check_distinct(positions, self.primal, "argnums")
        for p in positions:
            check_input(kinds[names[p]], names[p], self.primal)
            if self.holomorphic:
                check_complex(kinds[names[p]], names[p], self.primal)
        return positions

    def make(self, kinds: dict[str, Any], unrolling: Unrolling) -> Version:
        return self.with_room(lambda: self.build(kinds, unrolling))

    def derivative(self, kinds: dict[str, Any]) -> pipeline.Derivative:
        """The functions of the derivative before they are printed."""
        return self.with_room(lambda: self.derive(kinds, Unrolling(loops=self.unroll))[0])

    def with_room(self, build: Callable[[], T]) -> T:
        """Call what makes a derivative."""
        try:
            with collector_paused():
                return build()
        except (RecursionError, UnsupportedError) as error:
            if not is_too_deep(error):
                raise
        try:
            return with_deep_stack(build)
        except RecursionError:
            raise UnsupportedError(f"`{self.primal.__name__}` is nested too deeply to be differentiated") from None

    def build(self, kinds: dict[str, Any], unrolling: Unrolling) -> Version:
        """A version from what is stored on disk, or made now."""
        wrt = self.wrt(kinds)
        form = self.mode, wrt, self.unroll, self.holomorphic, self.fast_math, self.checkpointing, self.options is not None
        request = Request(self.function, kinds, form)
        key = request.key() if not unrolling.static else None
        made, printed = None, stored.find(key, request) if key is not None else None
        if printed is None:
            made, printed = self.derive(kinds, unrolling)
        functions = load(printed.units, printed.text, printed.units[0].tree.name, self.compiler(printed))
        if made is not None and key is not None:
            stored.save(key, request, made, printed, functions)
        source, roots = printed.text.source, [functions[name] for name in printed.roots]
        for f in roots:
            f.__dict__.update(source=source, primal=self.primal)
        single = self.mode in ("reverse", "value") and not isinstance(self.argnums, int) and len(wrt) == 1
        return Version(roots, source, wrt, single, printed.outs, printed.seeded, printed.guard)

    def derive(self, kinds: dict[str, Any], unrolling: Unrolling) -> tuple[pipeline.Derivative, Printed]:
        from tangentlite import pipeline  # only now: what is stored needs none of it

        program, root, guard = lowered(self.function, kinds, self.variadic(kinds))
        result = program.results[root]
        self.check_output(result)
        made = pipeline.derive(program, root, self.mode, self.wrt(kinds), unrolling, self.holomorphic, self.options is not None,
                               self.fast_math, self.checkpointing)
        units, text = pipeline.printed(made)
        seeded = [k for k, kind in enumerate(result.kinds) if K.differentiable(kind)]
        names = [made.names[fn] for fn in made.roots]
        return made, Printed(units, text, names, program.traces[root].outs, seeded, guard)

    def compiler(self, printed: Printed) -> Compiler | None:
        """Numba, where something is for it to compile."""
        if not any(u.compiled for u in printed.units):
            return None
        from tangentlite.backend import numba

        return numba.compiler(self.options)

    def check_output(self, result: Result) -> None:
        from tangentlite.frontend.results import check_scalar

        if self.mode in ("reverse", "value"):
            check_scalar(result, self.function, self.holomorphic)


@dataclass(frozen=True, eq=False)
class Version:
    """A derivative for one signature.

    `outs` is how the function packs its results, `seeded` are those that an adjoint belongs to; `guard` tells whether what the
    derivative relies on outside its arguments is unchanged.
    """

    functions: list[FunctionType]
    source: str
    wrt: tuple[int, ...]
    single: bool
    outs: Any
    seeded: list[int]
    guard: Guard


def defaults_of(f: FunctionType) -> list[Any]:
    """Which objects a function takes for arguments that are left out: lists of them are equal if they are the same objects."""
    return [id(v) for v in (*(f.__defaults__ or ()), *(f.__kwdefaults__ or {}).values())]


@functools.lru_cache(maxsize=512)
def _shared(key: Hashable, *made_of: Any) -> list[Specializer]:
    """The place where the specializer of equal derivatives is kept."""
    return []


def specializer(function: FunctionType, mode: str, argnums: int | tuple[int, ...] | None, suffix: str,
                unroll: bool = False, static_argnums: tuple[int, ...] = (), holomorphic: bool = False,
                options: dict[str, Any] | None = None, checkpointing: Checkpointing | None = None) -> Specializer:
    """The specializer for a derivative: the same one when the same derivative of the same function is asked for again."""
    place = _shared(identity(function), mode, argnums, isinstance(argnums, int), suffix, unroll, static_argnums, holomorphic,
                    repr(options), checkpointing)
    if not place or place[0].defaults != defaults_of(place[0].primal):
        place[:] = [Specializer(function, mode, argnums, suffix, unroll, static_argnums, holomorphic, options, checkpointing)]
    return place[0]


programs: dict[Hashable, tuple[Program, Fn, Guard]] = {}


def lowered(function: FunctionType, kinds: dict[str, Any], variadic: dict[str, int]) -> tuple[Program, Fn, Guard]:
    """The evaluation trace of a function, shared by all its derivatives for arguments of these kinds."""
    from tangentlite import pipeline

    key = (identity(function), tuple(kinds.items()), tuple(variadic.items()))
    found = programs.pop(key, None)
    if found is None or not found[2].holds():
        program, root = pipeline.lower(function, kinds, variadic)
        found = program, root, Guard(program.watched, program.sources)
    programs[key] = found  # the last used is the last to go
    for oldest in list(programs)[:-KEPT]:
        programs.pop(oldest, None)
    return found


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Making a derivative allocates much and leaves little garbage: looking for it takes up to a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def is_too_deep(error: BaseException) -> bool:
    return isinstance(error, RecursionError) or isinstance(error.__context__, RecursionError)


def explain(error: BaseException) -> None:
    """Say of an exception from generated code which line of the primal it belongs to.

    Raises in its place OutputTypeError where the value had no gradient, SharedMemoryError where an argument that is written
    shares its memory, which only running it could tell.
    """
    loc = annotate(error)
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is not None and (kind := REQUIREMENTS.get(last.tb_frame.f_code)) is not None:
        problem, _, advice = str(error).partition("; ")
        raise kind(problem, loc, advice[:1].upper() + advice[1:]) from None


REQUIREMENTS = {require_scalar.__code__: OutputTypeError, require_complex.__code__: OutputTypeError,
                require_distinct.__code__: SharedMemoryError}


class Lazy(UserString):
    """The source of a derivative that has not been called yet: made for arguments of unknown kinds when it is read."""

    def __init__(self, make: Callable[[], str]) -> None:
        self.make = make

    @property
    def data(self) -> str:  # type: ignore[override]
        return self.make()


SUFFIXES = {"reverse": "_grad", "value": "_value_and_grad"}
LIVE: weakref.WeakValueDictionary[str, Any] = weakref.WeakValueDictionary()  # derivatives, by the name they are pickled under


def dispatcher(spec: Specializer) -> Callable[..., Any]:
    """The function that people call, one for all who ask for the same derivative."""
    if spec.shared is None:
        spec.shared = made_dispatcher(spec)
        LIVE[spec.shared.__qualname__] = spec.shared
    return spec.shared


def reference(spec: Specializer) -> str:
    """What the derivative is, as a name without dots: `tangentlite.derivatives` finds it again, in another process too."""
    f = spec.function
    options = (spec.argnums, spec.unroll, spec.static, spec.holomorphic, *([tuple(spec.checkpointing)] if spec.checkpointing else []))
    return f"{spec.mode}{options} of {f.__module__}:{f.__qualname__}".replace(".", "/")


def made_dispatcher(spec: Specializer) -> Callable[..., Any]:
    """The function that finds the version for its arguments and runs it."""
    fast: Fast = {}
    count = len(spec.signature.parameters) if not spec.static and all(
        p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in spec.signature.parameters.values()) else -1

    def slow(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        simple = not kwargs and len(args) == count
        full = args if simple else spec.positional(args, kwargs)
        if forms := nodes.forms_of(full):
            return over_parts(spec, forms, full)
        version = spec.version(full)
        derivative.source = version.source  # type: ignore[attr-defined]
        run = positional(version.functions[0])
        run = alone(run, spec.mode) if version.single else run
        if simple:
            fast[tuple(map(signature_of, args))] = run, version.guard.test()
        try:
            return run(*full)
        except BaseException as e:
            explain(e)
            raise

    derivative: Callable[..., Any] = entry(max(count, 0), fast, slow, explain)
    finish(derivative, spec)
    return derivative


def over_parts(spec: Specializer, forms: tuple[nodes.Form | None, ...], full: tuple[Any, ...]) -> Any:
    """The derivative with respect to the parts of registered objects, made into objects again."""
    if spec.argnums is None or spec.static or spec.mode not in SUFFIXES:
        raise UnsupportedError(f"this derivative of `{spec.primal.__name__}` cannot be given objects of registered classes")
    leaves = nodes.leaves_of_all(forms, full)
    parts = nodes.Parts.of(forms, leaves, spec.argnums)
    function, _ = of_parts(spec.function, parts)
    made = dispatcher(specializer(function, spec.mode, parts.leaves(), spec.suffix, spec.unroll, (), spec.holomorphic,
                                  checkpointing=spec.checkpointing))
    result = made(*leaves)
    return (result[0], parts.whole(result[1])) if spec.mode == "value" else parts.whole(result)


def of_parts(function: FunctionType, parts: nodes.Parts) -> tuple[Any, nodes.Parts | None]:
    """A function as one of the leaves of its arguments; how its result is made of theirs, where it is a gradient."""
    made_of = transformation_of(function)
    if made_of is None:
        return nodes.of_parts(function, parts.forms), None
    if made_of.mode != "reverse":
        raise UnsupportedError(f"`{function.__name__}` cannot be differentiated at objects of registered classes", None, "Use `grad`")
    inner, _ = of_parts(made_of.function, own := replace(parts, argnums=made_of.argnums))
    if isinstance(own.argnums, int) and own.forms[own.argnums] is None:
        return dispatcher(specializer(inner, "reverse", own.positions()[0], "_grad", holomorphic=made_of.holomorphic)), None
    return dispatcher(specializer(inner, "reverse", own.leaves(), "_grad", holomorphic=made_of.holomorphic)), own


def positional(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function for arguments in the order of its parameters, whatever their kinds."""
    code = getattr(function, "__code__", None)
    if code is None or not code.co_kwonlyargcount:
        return function
    keywords = code.co_varnames[code.co_argcount:code.co_argcount + code.co_kwonlyargcount]

    @functools.wraps(function)
    def call(*args: Any) -> Any:
        return function(*args[:code.co_argcount], **dict(zip(keywords, args[code.co_argcount:])))

    return call


def alone(run: Callable[..., Any], mode: str) -> Callable[..., Any]:
    @functools.wraps(run)
    def call(*args: Any) -> Any:
        return packed(run(*args), mode)

    return call


def packed(result: Any, mode: str) -> Any:
    """argnums=(0,) asks for a tuple of one gradient."""
    return (result[0], (result[1],)) if mode == "value" else (result,)


def finish(derivative: Any, spec: Specializer) -> None:
    """Make the dispatcher look like the function it is: name, signature, docstring, source."""
    primal = spec.primal

    def specialize(*args: Any, **kwargs: Any) -> FunctionType:
        """The generated function for arguments of these kinds."""
        version = spec.version(spec.positional(args, kwargs))
        return version.functions[0]

    derivative.__name__ = "function" + spec.suffix if primal.__name__ == "<lambda>" else spec.function.__name__ + spec.suffix
    derivative.__qualname__, derivative.__module__ = reference(spec), "tangentlite.derivatives"
    derivative.__doc__ = describe(spec)
    derivative.__signature__ = spec.signature
    derivative.primal = spec.function
    derivative.specialize = specialize
    derivative.source = Lazy(lambda: unspecialized(spec))
    if spec.mode in ("reverse", "value", "forward") and spec.argnums is not None:
        setattr(derivative, MARK, Transformation(spec.function, spec.mode, spec.argnums, spec.holomorphic))


def describe(spec: Specializer) -> str:
    what = {"reverse": "Gradient", "value": "Value and gradient", "forward": "Directional derivative"}.get(spec.mode, "Pullback")
    return f"{what} of `{spec.primal.__name__}`."


def unspecialized(spec: Specializer) -> str:
    """The source for parameters of which nothing but their annotations is known."""
    from tangentlite import pipeline

    return pipeline.text(unspecialized_derivative(spec)).source


def unspecialized_derivative(spec: Specializer, known: dict[str, Any] | None = None) -> pipeline.Derivative:
    from tangentlite import pipeline

    kinds = {**annotated(spec.primal, spec.signature), **(known or {})}
    wrt = spec.wrt(kinds)
    names = list(kinds)
    for k in wrt:
        if isinstance(kinds[names[k]], K.Unknown):
            kinds[names[k]] = K.NUMERIC
    program, root = pipeline.lower(spec.function, kinds)
    spec.check_output(program.results[root])
    return pipeline.derive(program, root, spec.mode, wrt, Unrolling(loops=spec.unroll), spec.holomorphic,
                           checkpointing=spec.checkpointing)


def annotated(function: FunctionType, signature: inspect.Signature) -> dict[str, Any]:
    """The kinds that annotations promise: `float`, `int`, `bool`, by type or by name."""
    simple = {"float": K.FLOAT, "int": K.INT, "bool": K.BOOL}
    found: dict[str, Any] = {}
    for name, p in signature.parameters.items():
        annotation = p.annotation
        label = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            raise NoSourceError(f"give example arguments: `{function.__name__}` takes `*{name}`, whose number is not known")
        found[name] = simple.get(label, K.UNKNOWN)
    return found
