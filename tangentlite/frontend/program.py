"""A program: the functions that a derivative pulls in, each lowered once per kind of arguments it is called with."""
from __future__ import annotations

import contextlib
import inspect
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from types import FunctionType
from typing import Any

import gast

from tangentlite import runtime
from tangentlite.analyses.kinds import kinds as infer_kinds
from tangentlite.errors import (
    FunctionMadeError,
    HalfDoneError,
    NoSourceError,
    OutdatedError,
    RaisesError,
    SharedUpdateError,
    StaleSourceError,
    TransformError,
    UnsupportedError,
    WritesArgumentError,
)
from tangentlite.frontend import collection_types, kernels, places
from tangentlite.frontend.closures import Lifted
from tangentlite.frontend.generators import without_yield
from tangentlite.frontend.in_place_calls import InPlaceCalls, Recursion, with_return
from tangentlite.frontend.lifting import LocalFunction
from tangentlite.frontend.lists import Holding
from tangentlite.frontend.matching import without_match
from tangentlite.frontend.memory import ObjectKeyError
from tangentlite.frontend.objects import Argument, Escape
from tangentlite.frontend.pools import Key, PoolMissingError, array_key, start, unpooled
from tangentlite.frontend.references import Provenance
from tangentlite.frontend.source import Source, read
from tangentlite.frontend.statements import Statements
from tangentlite.frontend.stepwise import whole
from tangentlite.frontend.syntax import assigned, updated
from tangentlite.frontend.values import (
    CODE,
    Choice,
    Instance,
    Keywords,
    Live,
    Local,
    Pack,
    Partial,
    flatten,
    positions,
    structure,
    unflatten,
)
from tangentlite.ir import UNDEF, Const, Fn, Trace, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.compiled import Updating
from tangentlite.ir.ops import call_method
from tangentlite.ir.trace import Captured, ClassMember, Eqn, Watched
from tangentlite.ir.transformation import behind, transformation_of
from tangentlite.ir.undefined import defined
from tangentlite.libraries import LIBRARIES
from tangentlite.rules.inference import infer

OTHERWISE = {OutdatedError: ((True, False), (False, True), (True, True)), SharedUpdateError: ((False, True),)}
ROUNDS = 3  # after which nothing more is assumed of the kinds that a recursive function returns


@dataclass(frozen=True)
class Result:
    """What is known of what a function returns: its structure and the kinds of its leaves; whether it only `raises`."""

    form: Any = None
    kinds: tuple[Any, ...] = (K.NEVER,)
    memory: tuple[Provenance, ...] = (Provenance(),)
    raises: bool = False


@dataclass
class Program:
    traces: dict[Fn, Trace] = field(default_factory=dict)
    results: dict[Fn, Result] = field(default_factory=dict)
    derived: dict[Var, Any] = field(default_factory=dict)  # kinds of what derivatives that are called return
    sources: dict[FunctionType, Source] = field(default_factory=dict)
    spellings: dict[Any, dict[Any, str]] = field(default_factory=dict)  # home -> op -> its dotted name there
    watched: dict[Watched, bool] = field(default_factory=dict)  # names whose meaning decided the text; whether by identity
    errors: dict[Any, TransformError] = field(default_factory=dict)  # functions that could not be lowered, and why
    derive: Callable[[Program, Fn, list[Any]], Trace] | None = None  # lowers what a transformation made
    gradient_of: Callable[[Program, Fn, int], Fn] | None = None  # makes the gradient of a function with respect to its first parameters
    root: Fn | None = None  # the function that is differentiated: its caller's arguments are copied before they are written
    copied: list[str] = field(default_factory=list)  # its arguments that are
    undecided: dict[Any, set[str]] = field(default_factory=dict)  # by `try`: what it leaves undecided unless lowered step by step
    locals: dict[Any, LocalFunction] = field(default_factory=dict)  # that call themselves, by syntax nodes and what they capture
    inlined: list[tuple[str, FunctionType | None]] = field(default_factory=list)  # functions that are lowered in place at the moment
    recursive: set[FunctionType] = field(default_factory=set)  # that are given objects and call themselves, however deep
    active: list[FunctionType] = field(default_factory=list)  # being lowered now
    cleaned: tuple[dict[Fn, Trace], dict[Var, Any]] | None = None  # the traces without what is dead, and the kinds of their values
    escaping: set[Any] = field(default_factory=set)  # where objects are made that must be one value each
    holding: set[Any] = field(default_factory=set)  # where lists and dictionaries are made that objects are put into
    object_keys: bool = False  # may objects be keys of dictionaries?
    siblings: Counter[str] = field(default_factory=Counter)  # how many items of a list among the arguments do
    ambiguous: set[str] = field(default_factory=set)  # objects that a name stands for on some paths only
    unfinished: set[str] = field(default_factory=set)  # objects whose `__init__` runs
    pools: list[Key] | None = None  # the kinds of the arrays that the root keeps in pools
    unrolls: bool = False  # are loops over few integers unrolled, so that they name single objects?
    assumed: set[Fn] = field(default_factory=set)  # called while they were being lowered: what they return was assumed

    # -- what lowering asks --------------------------------------------------------------------------------------------

    def watch(self, value: Live) -> None:
        self.watched.setdefault(Captured(value.path[:1] if is_library(value) else value.path, value.home), False)

    def pin(self, value: Live) -> None:
        """The text holds the very object that the name stands for."""
        self.watched[Captured(value.path, value.home)] = True

    def watch_member(self, cls: Any, name: str) -> None:
        """The text depends on what the class has under the name."""
        self.watched.setdefault(ClassMember((name,), cls), False)

    def spell(self, home: Any, op: Any, path: tuple[str, ...]) -> None:
        if path:
            with contextlib.suppress(TypeError):  # unhashable callables have no rule to be spelled for
                self.spellings.setdefault(home, {}).setdefault(op, ".".join(path))

    def opaque(self, function: FunctionType) -> bool:
        """Is this a function of a library, to be called as it is?"""
        module = (function.__module__ or "").partition(".")[0]
        return module in LIBRARIES and transformation_of(function) is None or function in self.errors

    def gradient(self, fn: Fn, own: int) -> Fn:
        """The gradient of a function of the program with respect to its first parameters, as another one."""
        assert self.gradient_of is not None
        return self.gradient_of(self, fn, own)

    def local_function(self, function: Local, names: tuple[str, ...], group: tuple[tuple[str, Local], ...]) -> LocalFunction:
        key = function.node, names, tuple((name, g.node) for name, g in group)
        if key not in self.locals:
            source = replace(function.frame.source, node=function.node)
            self.locals[key] = LocalFunction(function.name, source, function.frame.home, names, group)
        return self.locals[key]

    def source(self, function: FunctionType | LocalFunction | Lifted | Updating) -> Source:
        if isinstance(function, (LocalFunction, Lifted)):
            return function.source
        if isinstance(function, Updating):
            return self.source(function.function)
        if function not in self.sources:
            self.sources[function] = without_yield(without_match(read(function)))
        return self.sources[function]

    def bind(self, function: FunctionType, args: list[Any], keywords: dict[str, Any], caller: InPlaceCalls, node: Any) -> Any:
        """The value of each parameter of a call; None where the function cannot be read."""
        function = behind(function)
        try:
            callee = self.source(function).node
        except (NoSourceError, StaleSourceError) as e:
            self.errors[function] = e
            return None
        return self.match(callee, *self.defaults(function), args, keywords, caller, node, function.__name__)

    def defaults(self, function: FunctionType) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Those of the parameters that have one, and of all that are given by name alone."""
        given = function.__kwdefaults__ or {}
        by_name = self.source(function).node.args.kwonlyargs
        return tuple(map(literal, function.__defaults__ or ())), tuple(literal(given[a.id]) if a.id in given else None for a in by_name)

    def match(self, callee: Any, defaults: tuple[Any, ...], kw_defaults: tuple[Any, ...], args: list[Any],
              keywords: dict[str, Any], caller: InPlaceCalls, node: Any, name: str) -> dict[str, Any]:
        """Match arguments to parameters as Python does."""
        a, rest = callee.args, dict(keywords)
        params = [p.id for p in (*a.posonlyargs, *a.args)]
        positional_only = {p.id for p in a.posonlyargs}
        bound = dict(zip(params, args))
        if len(args) > len(params) and a.vararg is None:
            raise caller.unsupported(node, f"{name}() takes {len(params)} positional arguments but {len(args)} were given")
        first_default = len(params) - len(defaults)
        for k, p in enumerate(params[len(args):], len(args)):
            if p in rest and p not in positional_only:
                bound[p] = rest.pop(p)
            elif k >= first_default:
                bound[p] = defaults[k - first_default]
            else:
                raise caller.unsupported(node, f"{name}() misses a value for the argument `{p}`")
        if a.vararg is not None:
            bound[a.vararg.id] = Pack(tuple(args[len(params):]))
        for p, default in zip(a.kwonlyargs, kw_defaults):
            if p.id in rest:
                bound[p.id] = rest.pop(p.id)
            elif default is not None:
                bound[p.id] = default
            else:
                raise caller.unsupported(node, f"{name}() misses a value for the keyword-only argument `{p.id}`")
        if a.kwarg is not None:
            bound[a.kwarg.id] = Keywords(tuple(rest), tuple(rest.values()))
        elif rest:
            raise caller.unsupported(node, f"{name}() got an unexpected keyword argument `{next(iter(rest))}`")
        return bound

    def callee(self, function: FunctionType | LocalFunction | Lifted | Updating, forms: dict[str, Any], kinds: list[Any]
               ) -> tuple[Fn, Any, tuple[Any, ...], tuple[Provenance, ...]] | None:
        """The function of the program for arguments of these structures and kinds, and what it returns (see `Result`)."""
        names, back = canonical(kinds)
        key = (tuple(forms.items()), tuple(names))
        running = [fn for fn in self.results if fn.target is function and fn not in self.traces]
        if running and Fn(function, key) not in self.results and len(running) > 1:
            key = (tuple((p, None) for p in forms), (K.UNKNOWN,) * len(forms))
            if any(form is not None for form in forms.values()):
                return None
        fn = Fn(function, key)
        if fn not in self.results:
            try:
                self.lower(fn, forms, list(key[1]))
            except TransformError as e:
                self.errors[function] = e
                return None
        if fn not in self.traces:
            self.assumed.add(fn)
        result = self.results[fn]
        return fn, result.form, tuple(renamed(k, back) for k in result.kinds), result.memory

    # -- lowering a function -----------------------------------------------------------------------------------------------

    def lower(self, fn: Fn, forms: dict[str, Any], kinds: list[Any]) -> Trace:
        """Lower until what the function returns agrees with what its recursive calls assumed."""
        if transformation_of(fn.target) is not None and self.derive is not None:
            trace = self.derive(self, fn, kinds)
            form = packing(trace.outs)
            self.results[fn] = Result(form, tuple(trace_kinds(trace)), tuple(Provenance(group=k) for k in range(len(trace.block.outs))))
            self.traces[fn] = trace
            return trace
        source = self.source(fn.target)
        self.results[fn] = Result()
        before = set(self.traces)
        try:
            for round_ in range(2 * ROUNDS):
                trace, result = self.attempt(fn, source, forms, kinds)
                if fn not in self.assumed:
                    self.results[fn] = result
                wider = widened(self.results[fn], result, fn)
                if wider == self.results[fn]:
                    break
                for other in self.traces.keys() - before:  # they may have relied on the assumption
                    del self.traces[other], self.results[other]
                self.results[fn] = wider if round_ < ROUNDS else replace(wider, kinds=(K.UNKNOWN,) * len(wider.kinds))
            else:
                raise UnsupportedError(f"what `{fn.target.__name__}` returns has another structure whenever it calls itself", trace.loc)
        except BaseException:
            del self.results[fn]
            raise
        self.traces[fn] = trace
        return trace

    def attempt(self, fn: Fn, source: Source, forms: dict[str, Any], kinds: list[Any]) -> tuple[Trace, Result]:
        """One lowering; where that fails because it is not known what names share, one that keeps them apart."""
        try:
            return self.corrected(fn, source, forms, kinds)
        except (OutdatedError, SharedUpdateError) as e:
            if fn != self.root or self.pools is not None or self.unrolls:
                raise
            found = self.attempt_otherwise(OTHERWISE[type(e)], fn, source, forms, kinds)
            if found is None:
                raise e from None
            return found

    def attempt_otherwise(self, ways: Iterable[tuple[bool, bool]], fn: Fn, source: Source, forms: dict[str, Any],
                          kinds: list[Any]) -> tuple[Trace, Result] | None:
        """One lowering in the first of the `ways` that leads to an end: with pools or without, with short loops unrolled or not."""
        try:
            for pooled, self.unrolls in ways:
                self.pools = [] if pooled else None
                self.escaping, self.siblings = set(), Counter()
                with contextlib.suppress(TransformError):
                    return self.corrected(fn, source, forms, kinds)
            return None
        finally:
            self.pools, self.unrolls = None, False

    def corrected(self, fn: Fn, source: Source, forms: dict[str, Any], kinds: list[Any]) -> tuple[Trace, Result]:
        """One lowering; once more for every argument of the root that turns out to be written, and is copied first.

        The same for every name that a `try` leaves undecided, which is then lowered step by step.
        """
        while True:
            try:
                return self.lowered(fn, source, forms, kinds)
            except PoolMissingError as e:
                assert self.pools is not None
                self.pools.append(e.key)
            except WritesArgumentError as e:
                if fn != self.root or e.argument in self.copied:
                    raise
                self.copied.append(e.argument)
            except Escape as e:
                if e.sites <= self.escaping:
                    name = getattr(source.node, "name", "<lambda>")
                    what = f"an object that `{name}` makes or is given is used in a way that cannot be differentiated yet"
                    raise UnsupportedError(what, source.loc(source.node)) from None
                self.escaping |= e.sites
                self.siblings.update(s.siblings for s in e.sites if isinstance(s, Argument) and s.siblings)
            except Holding as e:
                self.holding.add(e.site)
            except ObjectKeyError:
                self.object_keys = True
            except Recursion as e:
                self.recursive.add(e.function)
            except RaisesError as e:
                raise UnsupportedError(e.message, e.loc, e.advice) from None
            except HalfDoneError as e:
                statement = whole(e.statement)
                known = self.undecided.get(statement, set())
                name = e.name if e.name[:1] != "@" else "@"  # parts of objects, however these are called
                more = {name} if name not in known else set(updated(statement.body)) - known
                if statement is None or not more:
                    raise UnsupportedError(e.message, e.loc, e.advice) from None
                self.undecided[statement] = known | more

    def lowered(self, fn: Fn, source: Source, forms: dict[str, Any], kinds: list[Any]) -> tuple[Trace, Result]:
        function = fn.target
        low = Statements(self, source, Builder(infer=infer))
        if isinstance(function, Lifted):
            params, value = function.lowered(low, kinds)
        else:
            check_kind(source, fn == self.root)
            params = enter(low, function, source, forms, kinds)
            if fn == self.root:
                for name, value in list(low.env.items()):
                    if isinstance(value, Var):
                        low.env[name] = low.taken_apart(value, source.node, name)
                own_written(low, source, [*self.copied, *(array_names(low) if self.pools is not None else ())])
                if self.pools is not None:
                    start(low, self.pools)
            if isinstance(function, Updating):
                kernels.begin(low, function, source.node)
            value = self.returned(low, source)
            if isinstance(function, Updating):
                value = kernels.result(low, function, value, source.node)
        low.returning = fn == self.root
        if fn in self.assumed:  # it calls itself: what it returns is one value, however deep
            parts = [low.as_atom(leaf, source.node) if isinstance(leaf, Instance) else leaf for leaf in flatten(value)]
            value = unflatten(structure(value), iter(parts))
        if any(isinstance(leaf, (Local, Partial, Choice) if low.returning else CODE) for leaf in flatten(value)):
            raise FunctionMadeError(f"`{function.__name__}` returns a function that it makes", low.loc(source.node))
        atoms = [low.as_atom(leaf, source.node) for leaf in flatten(value)]
        low.check_fresh(atoms, source.node)
        if low.returning and any(made := [name for a in atoms if (name := collection_types.held_in(low.kind(a)))]):
            raise UnsupportedError(f"`{function.__name__}` returns a {made[0]}, which cannot be differentiated yet",
                                   places.result(function), "Return a list or a dictionary: `list(...)`, `dict(...)`")
        form = structure(value)
        outs: Any = () if value == Const(None) else positions(form, iter(range(len(atoms))))
        if outs == () and form is None:
            atoms = []
        low.b.stmts[:0] = [Eqn((), runtime.require_in_order, (p,), (), low.loc(source.node)) for p in low.memory.relied_on]
        block = defined(low.b.block(params, atoms), low.packed)
        name = "function" if function.__name__ == "<lambda>" else function.__name__
        home = function.home if isinstance(function, (LocalFunction, Lifted)) else source.function
        place = low.loc(function.node if isinstance(function, Lifted) else source.node)
        trace = Trace(name, block, "", (), outs, home, place, {v: low.b.kinds[v] for v in params})
        raises = low.env.get("%raised") == Const(True)
        return trace, Result(form, tuple(low.kind(a) for a in atoms), low.memory.provenance(atoms), raises)

    def returned(self, low: Statements, source: Source) -> Any:
        node = source.node
        if isinstance(node, gast.Lambda):
            return low.expr(node.body, "y")
        low.start()
        low.body(with_return(node))
        return unpooled(low, low.env["%value"]) if low.env["%value"] is not UNDEF else Const(None)


def widened(assumed: Result, found: Result, key: Any) -> Result:
    """The least that covers what was assumed of a function's result and what was found."""
    if assumed.form != found.form or len(assumed.kinds) != len(found.kinds):
        return found
    kinds = tuple(K.join(a, b, (key, k)) for k, (a, b) in enumerate(zip(assumed.kinds, found.kinds)))
    memory = tuple(Provenance(a.new and b.new, a.exclusive and b.exclusive, min(a.group, b.group))
                   for a, b in zip(assumed.memory, found.memory))
    return Result(found.form, kinds, memory, found.raises)


def enter(low: Statements, function: Any, source: Source, forms: dict[str, Any], kinds: list[Any]) -> list[Var]:
    """Bind the parameters of a function, and what a local function captures; give their variables."""
    params: list[Var] = []
    bound: list[tuple[str, Any]] = []
    rest = iter(kinds)
    for key, form in forms.items():
        name = key.rpartition(":")[2]
        count = len(flatten(unflatten(form, iter(lambda: UNDEF, None))))
        own = [Var(name if form is None else f"{name}_{k}") for k in range(count)]
        params += own
        low.b.kinds.update(zip(own, rest))
        low.memory.given(own)
        bound.append((name, known_function(own[0], low.b.kinds[own[0]]) if form is None else unflatten(form, iter(own))))
    body = source.node.body if isinstance(source.node, gast.FunctionDef) else ()
    if source.node.args.kwarg is not None and source.node.args.kwarg.id not in dict(bound):
        bound.append((source.node.args.kwarg.id, Keywords((), ())))
    given = len(bound) - (len(function.captured) if isinstance(function, LocalFunction) else 0)
    low.env = dict(bound[:given])
    low.locals = low.frame.locals = frozenset([*low.env, *assigned(body)])
    if isinstance(function, LocalFunction):
        around = function.surroundings(dict(bound[given:]))
        low.env = {**{n: v for n, v in around.items() if n not in low.locals}, **low.env}
    low.open_keywords(source.node)
    return params


def own_written(low: Statements, source: Source, copied: Iterable[str]) -> None:
    """Copy the arguments that the function writes, and make sure that no other argument shares their memory."""
    params = [leaf for value in low.env.values() for leaf in flatten(value) if isinstance(leaf, Var) and not low.memory.immutable(leaf)]
    mine = [p for p in params if low.memory.foreign(p) in copied]
    for label in low.taken.keys() & set(copied):  # whose attributes are written, though not the object itself
        apart = [v for other, v in low.taken.items() if not other.startswith(label) and not label.startswith(other)]
        if others := tuple(v for v in (*apart, *params) if v is not low.taken[label] and not is_part(low, v, low.taken[label])):
            low.effect(runtime.require_distinct, (low.taken[label], *others), source.node)
    for k, p in enumerate(mine):
        if copier(low.kind(p)) is None:
            what = f"`{low.memory.foreign(p)}` is not known to be an array, a list or a dictionary that can be written"
            raise low.unsupported(source.node, what, "Give example arguments")
        others = tuple(q for q in params if q not in mine[:k + 1] and not isinstance(low.kind(q), (K.Number, K.Inert)))
        if others:
            low.effect(runtime.require_distinct, (p, *others), source.node)
    for p in mine:
        copy = copier(low.kind(p))
        made = low.make(copy, (p, Const("copy")) if copy is call_method else (p,), source.node, p.hint)
        low.memory.hold((made,))
        if copy is call_method:
            low.memory.solid[made] = frozenset([p])
        for name, value in low.env.items():
            if any(leaf is p for leaf in flatten(value)):
                low.env[name] = unflatten(structure(value), iter([made if leaf is p else leaf for leaf in flatten(value)]))


def array_names(low: Statements) -> list[Any]:
    """The arguments that are arrays."""
    return [low.memory.foreign(v) for v in low.env.values() if array_key(low, v) is not None]


def is_part(low: Statements, v: Any, whole: Var) -> bool:
    """Was `v` taken out of an object?"""
    while (made := low.b.defs.get(v)) is not None and made.args:
        v = made.args[0]
        if v is whole:
            return True
    return False


def copier(kind: Any) -> Any:
    """What copies an argument of this kind."""
    if isinstance(kind, K.Array) and kind.dims is not None:
        return call_method
    if K.is_dict(kind):
        return dict
    return list if isinstance(kind, K.Seq) and kind.type == "list" else None


def known_function(param: Var, kind: Any) -> Any:
    """A parameter whose kind says which function it is stands for that function."""
    return Live(kind.value, atom=param) if K.is_function(kind) else param


def packing(tree: Any) -> Any:
    """The structure of a tree of positions."""
    return tuple(map(packing, tree)) if isinstance(tree, tuple) else None


def trace_kinds(trace: Trace) -> list[Any]:
    found = infer_kinds(trace, {})
    return [K.kind_of(found.get(a, K.UNKNOWN) if isinstance(a, Var) else a) for a in trace.block.outs]


def is_library(value: Live) -> bool:
    module = getattr(value.value, "__module__", None) or getattr(value.value, "__name__", "") or ""
    named = str(module).partition(".")[0] in LIBRARIES and transformation_of(value.value) is None
    return named or inspect.isbuiltin(value.value)


def check_kind(source: Source, is_root: bool) -> None:
    """Refuse what is not an ordinary function: coroutines, and a generator that is to be differentiated itself."""
    function, node = source.function, source.node
    for test, what in ((inspect.isgeneratorfunction, "a generator" if is_root else ""), (inspect.iscoroutinefunction, "a coroutine"),
                       (inspect.isasyncgenfunction, "an async generator")):
        if what and test(function):
            raise UnsupportedError(f"`{function.__name__}` is {what}, which cannot be differentiated", source.loc(node))


def literal(value: Any) -> Any:
    return Const(value) if is_literal(value) else Live(value)


def is_literal(value: Any) -> bool:
    return value is None or type(value) in (int, float, bool, str) or type(value) is tuple and all(map(is_literal, value))


def canonical(kinds: list[Any]) -> tuple[list[Any], dict[Any, Any]]:
    """The kinds with the symbols of their dimensions numbered in order of appearance, and the way back."""
    numbers: dict[Any, Any] = {}

    def symbol(d: Any) -> Any:
        return d if d == 1 else numbers.setdefault(d, (d[0], "param", len(numbers)))

    return [renamed_by(k, symbol) for k in kinds], {v: k for k, v in numbers.items()}


def renamed(kind: Any, back: dict[Any, Any]) -> Any:
    """A kind of the callee in the caller's symbols; sizes born inside the callee get symbols of their own."""
    fresh: dict[Any, Any] = {}

    def symbol(d: Any) -> Any:
        if d == 1 or d in back:
            return back.get(d, d)
        return fresh.setdefault(d, (d[0], *K.fresh_dim()[1:]))

    return renamed_by(kind, symbol)


def renamed_by(kind: Any, symbol: Any) -> Any:
    match kind:
        case K.Number():  # a function is not made anew for every integer that is a size
            return K.without_sizes(kind)
        case K.Array(dtype, dims) if dims is not None:
            return K.Array(dtype, tuple(map(symbol, dims)))
        case K.Seq(type_, items, elem):
            return K.Seq(type_, None if items is None else tuple(renamed_by(k, symbol) for k in items),
                         None if elem is None else renamed_by(elem, symbol))
        case K.Record(type_, keys, items):
            return K.Record(type_, keys, tuple(renamed_by(k, symbol) for k in items))
    return kind


