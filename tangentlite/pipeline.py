"""The pipeline: which passes a function goes through on its way to the source of its derivative."""
from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import FunctionType
from typing import Any

from tangentlite.analyses.activity import activity, vary
from tangentlite.analyses.kinds import kinds as infer_kinds
from tangentlite.analyses.raising import watched
from tangentlite.backend import show  # noqa: F401 (a trace prints as Python from here on)
from tangentlite.backend.compile import Unit
from tangentlite.backend.docs import describe
from tangentlite.backend.emit import emit
from tangentlite.backend.signatures import called_like
from tangentlite.backend.source import Text
from tangentlite.backend.text import render
from tangentlite.finishing import Finishing
from tangentlite.frontend.program import Program
from tangentlite.frontend.results import check_scalar
from tangentlite.ir import Call, Eqn, Fn, For, Trace, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.check import check
from tangentlite.ir.checkpointing import Checkpointing
from tangentlite.ir.compiled import Updating, compiled_form
from tangentlite.ir.trace import Captured, Mode, Stmt, functions_of, walk
from tangentlite.ir.transformation import transformation_of
from tangentlite.passes.cse import cse
from tangentlite.passes.dce import dce, has_effect
from tangentlite.passes.elements import elements
from tangentlite.passes.index_loops import index_loops
from tangentlite.passes.inline import inline
from tangentlite.passes.kept import with_kept
from tangentlite.passes.paths import paths
from tangentlite.passes.shapes import shapes_before, shapes_once
from tangentlite.passes.shared_views import shared_views
from tangentlite.passes.unroll import KEEP, Unrolling, unroll
from tangentlite.transforms.context import Context
from tangentlite.transforms.forward import Forward
from tangentlite.transforms.repeatable import repeatable
from tangentlite.transforms.reverse import Reverse

SUFFIX = {"reverse": "_grad", "value": "_value_and_grad", "forward": "_jvp", "primal": ""}
CHECK_EVERY_STEP = False  # tests do; otherwise only what is printed is checked
STAGES: list[Callable[[str, Fn, Trace], None]] = []  # observers of every stage, for tests and for `--show`


@dataclass
class Derivative:
    """The functions of a derivative, ready to print: the root first, then what it calls."""

    traces: dict[Fn, Trace]
    roots: list[Fn]
    kinds: dict[Var, Any]
    program: Program
    names: dict[Fn, str] = field(default_factory=dict)
    fast_math: bool = False  # in what is compiled
    compiled: bool = False  # all of it; otherwise what is derived of compiled functions
    entry: Fn | None = None  # the function that is derived
    in_segments: bool = False  # the loops of what is compiled, where their tapes would leave the cache


def lower(function: FunctionType, kinds: Mapping[str, Any], variadic: Mapping[str, int] = {}) -> tuple[Program, Fn]:
    """The evaluation trace of a function, and of those it calls.

    `kinds` maps parameters to kinds, in order; `variadic` gives the number of values of a `*args` parameter, whose kinds
    are then listed one by one under any names.
    """
    program = Program(derive=derive_within, gradient_of=gradient_within)
    forms: dict[str, Any] = {}
    names = iter(kinds)
    for name in names:
        parameter = name.partition("*")[0]
        if parameter in variadic:
            forms[parameter] = (None,) * variadic[parameter]
            for _ in range(variadic[parameter] - 1):
                next(names)
        else:
            forms[name] = None
    forms.update({p: () for p, n in variadic.items() if not n})
    fn = Fn(function, (tuple(forms.items()), tuple(kinds.values())))
    program.root = fn
    program.lower(fn, forms, list(kinds.values()))
    return program, fn


def derive(program: Program, root: Fn, mode: str, wrt: Sequence[int], unrolling: Unrolling = KEEP, holomorphic: bool = False,
           compiled: bool = False, fast: bool = False, checkpointing: Checkpointing | None = None) -> Derivative:
    """The derivative of the root with respect to its parameters at positions `wrt`, ready to print.

    `mode` is "reverse", "value" (value and gradient), "forward", "split" (forward and backward functions) or "primal".
    What is compiled takes no seed.
    """
    made = transform(program, root, mode, wrt, not compiled, unrolling, holomorphic, compiled, checkpointing)
    called = {s.callee for t in made.traces.values() for s in walk(t.block) if isinstance(s, Call)}
    for fn in made.roots:
        if fn not in called and fn.mode != "backward":
            source = program.sources.get(primal_of(root))
            made.traces[fn] = called_like(made.traces[fn], primal_of(root), source and source.node, root.variant[1], unrolling.static)
    made.fast_math, made.in_segments = fast, checkpointing is None
    return finish(made, names_of(made, mode))


def primal_of(fn: Fn) -> FunctionType:
    if isinstance(fn.target, Updating):
        return fn.target.function
    made_of = transformation_of(fn.target)
    return made_of.function if made_of is not None else fn.target


def derive_within(program: Program, fn: Fn, kinds: list[Any]) -> Trace:
    """A derivative that another function calls, or that is differentiated itself: its trace joins the program."""
    made_of = transformation_of(fn.target)
    assert made_of is not None
    names, variadic = leaf_names(made_of.function, len(kinds))
    inner, root = lower(made_of.function, dict(zip(names, kinds)), variadic)
    if made_of.mode in ("reverse", "value"):
        check_scalar(inner.results[root], made_of.function, made_of.holomorphic)
    made = transform(inner, root, made_of.mode, made_of.positions, seeded=False, holomorphic=made_of.holomorphic)
    for key, trace in inner.traces.items():
        program.traces.setdefault(key, trace)
        if key in inner.results:
            program.results.setdefault(key, inner.results[key])
    program.sources.update(inner.sources)
    program.watched.update(inner.watched)
    program.derived.update(inner.derived)
    program.errors.update(inner.errors)
    for home, spelled in inner.spellings.items():
        program.spellings.setdefault(home, {}).update(spelled)
    for key, trace in made.traces.items():
        program.derived.update((o, made.kinds[o]) for s in walk(trace.block) if isinstance(s, Call) for o in s.outs if o in made.kinds)
        if key not in made.roots:
            program.traces[key] = trace
    trace = made.traces[made.roots[0]]
    if not isinstance(made_of.argnums, int) and len(made_of.positions) == 1:
        trace = replace(trace, outs=packed_alone(trace.outs, made_of.mode))
    return replace(trace, name=trace.name + SUFFIX[made_of.mode])


def gradient_within(program: Program, fn: Fn, own: int) -> Fn:
    """The gradient of a function of the program with respect to its first `own` parameters joins the program."""
    reached, todo = {fn: program.traces[fn]}, [fn]
    while todo:
        for s in walk(program.traces[todo.pop()].block):
            for other in called(s):
                if other not in reached:
                    reached[other] = program.traces[other]
                    todo.append(other)
    inner = replace(program, traces=reached, cleaned=None)
    made = transform(inner, fn, "reverse", range(own), seeded=False)
    program.traces.update((key, t) for key, t in made.traces.items() if key not in program.traces)
    gradient = made.roots[0]
    program.traces[gradient] = replace(program.traces[gradient], name=program.traces[gradient].name + SUFFIX["reverse"])
    return gradient


def called(s: Stmt) -> list[Fn]:
    """The functions of the program that a statement calls, or hands to a library that calls them."""
    if isinstance(s, Call):
        return [s.callee]
    return [fn for f in functions_of(s) for fn in (f.fn, f.gradient) if fn is not None]


def leaf_names(function: FunctionType, count: int) -> tuple[list[str], dict[str, int]]:
    """The names under which `lower` takes `count` arguments, and how many of them belong to `*args`."""
    parameters = inspect.signature(function, follow_wrapped=False).parameters.values()
    names: list[str] = []
    variadic: dict[str, int] = {}
    for p in parameters:
        if p.kind is p.VAR_POSITIONAL:
            variadic[p.name] = count - sum(1 for q in parameters if q.kind not in (q.VAR_POSITIONAL, q.VAR_KEYWORD))
            names += [f"{p.name}*{k}" for k in range(variadic[p.name])]
        elif p.kind is not p.VAR_KEYWORD:
            names.append(p.name)
    return names, variadic


def packed_alone(tree: Any, mode: str) -> Any:
    """argnums=(0,) asks for a tuple of one gradient."""
    return (tree[0], (tree[1],)) if mode == "value" else (tree,)


def transform(program: Program, root: Fn, mode: str, wrt: Sequence[int], seeded: bool = True,
              unrolling: Unrolling = KEEP, holomorphic: bool = False, compiled: bool = False,
              checkpointing: Checkpointing | None = None) -> Derivative:
    """The functions of the derivative, as the transformation leaves them."""
    traces, known = lowered(program, root, unrolling)
    wanted = [traces[root].block.params[k] for k in wrt]
    if mode == "primal":
        return Derivative({root: replace(traces[root], doc=describe(traces[root], mode))}, [root], known, program)
    traces = {fn: shapes_once(cse(t, shapes=True), known) if compiled or compiled_form(primal_of(fn)) is not None and fn != root
              else shapes_before(t, known) for fn, t in indexed(traces, wanted, known).items()}
    pure, inside = purity(traces), watched(traces)
    by_path = {fn: paths(t, known) for fn, t in traces.items()}
    traces = {fn: observe("paths", fn, checked(dce(t, pure, fn in inside))) if t is not traces[fn] else t for fn, t in by_path.items()}
    outermost = outside_loops(traces, root) if checkpointing else frozenset()
    context = Context(activity(traces, root, wanted, known), known, traces, program.errors, purity(traces),
                      program.spellings, holomorphic, checkpointing, outermost, compiled)
    made = Derivative({}, [], dict(known), program, compiled=compiled, entry=root)
    differentiate(made, context, root, mode, wanted, seeded)
    return made


def lowered(program: Program, root: Fn, unrolling: Unrolling = KEEP) -> tuple[dict[Fn, Trace], dict[Var, Any]]:
    """The evaluation traces of a program without what is dead or computed twice, and the kinds of their values."""
    if program.cleaned is not None and unrolling == KEEP and not STAGES:
        traces, known = program.cleaned
        return dict(traces), dict(known)
    for fn in [s.callee for t in program.traces.values() for s in walk(t.block) if isinstance(s, Call)]:
        if fn not in program.traces:  # its derivative would be taken for zero
            raise RuntimeError(f"internal error: `{fn.target.__name__}` is called but was not lowered")
    pure, inside = purity(program.traces), watched(program.traces)
    traces = {fn: observe("lowered", fn, checked(dce(cse(t), pure, fn in inside))) for fn, t in program.traces.items()}
    inlined = inline(traces)
    if any(inlined[fn] is not traces[fn] for fn in traces):
        traces = {fn: observe("inlined", fn, checked(dce(cse(t), pure, fn in inside)) if t is not traces[fn] else t)
                  for fn, t in inlined.items()}
    if unrolling != KEEP:
        static = {traces[root].block.params[k]: value for k, value in unrolling.static.items()}
        flat = {fn: unroll(t, static if fn == root else {}, unrolling.loops, traces) for fn, t in traces.items()}
        traces = {fn: observe("unrolled", fn, checked(dce(t, pure, fn in inside))) for fn, t in flat.items()}
    known = {}
    for t in traces.values():
        known.update(call_kinds(t, program))
        known.update(infer_kinds(t, known))
    if unrolling == KEEP:
        program.cleaned = dict(traces), dict(known)
    return traces, known


def indexed(traces: Mapping[Fn, Trace], wanted: list[Var], known: dict[Var, Any]) -> dict[Fn, Trace]:
    """The traces with loops over what varies running over indices, and elements of arrays taken at once.

    `known` learns the kinds of the new values.
    """
    varied: set[Var] = set(wanted)
    size = -1
    while size != len(varied):
        size = len(varied)
        for t in traces.values():
            vary(t.block, varied, traces, known)
    made = {fn: checked(index_loops(t, varied)) for fn, t in traces.items()}
    for fn, t in made.items():
        if t is not traces[fn]:
            known.update(infer_kinds(t, known))
    pure, inside = purity(made), watched(made)
    by_element = {fn: elements(t, known) for fn, t in made.items()}
    made = {fn: t if t is made[fn] else checked(dce(cse(t), pure, fn in inside)) for fn, t in by_element.items()}
    return {fn: observe("indexed", fn, checked(shared_views(t, known))) for fn, t in made.items()}


def differentiate(made: Derivative, context: Context, root: Fn, mode: str, wanted: list[Var], seeded: bool) -> None:
    """The derivative of the root, and of every function it turns out to call."""
    transforms: list[Request] = [(root, mode, None)]
    done: set[Request] = set()
    while transforms:
        fn, how, positions = request = transforms.pop(0)
        if request in done:
            continue
        done.add(request)
        if how == "primal":
            made.traces[fn] = replace(context.traces[fn], doc=context.traces[fn].doc or describe(context.traces[fn], how))
            transforms += requested(context.traces[fn], context.traces, made.compiled)
            continue
        trace = context.traces[fn]
        params = wanted if fn == root and how == mode else [p for p in trace.block.params if p in context.activity]
        params = params if positions is None else [trace.block.params[k] for k in positions]
        for key, t in transformed(made, context, fn, trace, how, params, seeded, positions).items():
            doc = describe(trace, "backward" if key.mode == "backward" else how, params)
            made.traces[key] = observe(how, key, checked(replace(t, doc=doc)))
            if fn == root and how == mode and positions is None:
                made.roots.append(key)
            transforms += requested(t, context.traces, made.compiled)


def transformed(made: Derivative, context: Context, fn: Fn, trace: Trace, how: str, params: list[Var],
                seeded: bool, positions: tuple[int, ...] | None = None) -> dict[Fn, Trace]:
    if how in ("forward", "tangent", "jvp"):
        forward = Forward(trace, context)
        tangent = forward.tangent(params, how != "jvp", exact=how == "forward")
        result = {context.variant(fn, how, positions): flat(tangent) if how == "tangent" else tangent}
        made.kinds.update(forward.b.kinds)
        return result
    reverse = Reverse(trace, context)
    if how == "split":
        crosses = fn == made.entry if made.compiled else is_compiled(made, fn)
        first, second = reverse.recomputed(params) if crosses or isinstance(fn.target, Updating) else (
            reverse.split(params, context.added_to.get(fn, ()), context.written_later.get(fn, ())))
        result = {context.variant(fn, "forward"): first, context.variant(fn, "backward"): second}
    else:
        result = {context.variant(fn, how, positions): reverse.joint(params, how == "value", how == "vjp" or seeded and how != "grad",
                                                                         how != "vjp")}
    made.kinds.update(reverse.b.kinds)
    return result


def outside_loops(traces: Mapping[Fn, Trace], root: Fn) -> frozenset[Trace]:
    """The functions of a program that no loop calls."""
    found, todo = {root}, [root]
    looped = {s.callee for t in traces.values() for loop in walk(t.block) if isinstance(loop, For | While)
              for s in walk(loop.body) if isinstance(s, Call)}
    while todo:
        new = {s.callee for s in walk(traces[todo.pop()].block) if isinstance(s, Call)} & traces.keys() - looped - found
        found |= new
        todo += new
    return frozenset(traces[fn] for fn in found)


def flat(trace: Trace) -> Trace:
    """A function of the program returns its leaves side by side."""
    return replace(trace, outs=tuple(range(len(trace.block.outs))))


Request = tuple[Fn, str, tuple[int, ...] | None]  # a function, how to transform it, and with respect to which parameters
GRADIENTS = ("reverse", "grad", "value", "backward")  # of the derivatives that return gradients
MODES = ("forward", "backward", "tangent", "jvp", "vjp", "grad")  # of the derivatives of functions that are called, or called back


def requested(trace: Trace, traces: Mapping[Fn, Trace], compiled: bool) -> list[Request]:
    """The functions that the trace calls and that have to be generated: derivatives, and what no live function is.

    Compiled code calls compiled functions alone.
    """
    found: list[Request] = []
    for s in walk(trace.block):
        for fn in [s.callee] if isinstance(s, Call) else [f.fn for f in functions_of(s)]:
            if fn in traces:
                made = not isinstance(fn.target, FunctionType) or transformation_of(fn.target) is not None
                if fn.mode in MODES or made or compiled and compiled_form(fn.target) is None:
                    found.append((fn, "primal", None))
            elif fn.mode in MODES:
                how = "split" if fn.mode in ("forward", "backward") else fn.mode
                found.append((Fn(fn.target, fn.variant[:-1]), how, fn.variant[-1].wrt))
    return found


def finish(made: Derivative, names: dict[Fn, str]) -> Derivative:
    """Clean up every function of the derivative, and bring it into the form that prints well."""
    made.traces.update(with_kept(made.traces, made.kinds))
    pure, inside = purity(made.program.traces), watched(made.traces)
    can_repeat = partial(repeatable, traces=made.program.traces) if made.in_segments else None
    for fn, trace in made.traces.items():
        entry = fn in made.roots and fn.mode != "backward"
        gradients = fn in made.roots and fn.mode in GRADIENTS
        finishing = Finishing(made.kinds, pure, fn in inside, is_compiled(made, fn), entry, gradients, made.fast_math, can_repeat, checked)
        made.traces[fn] = replace(finishing.finished(trace, partial(up_to_updates, fn)), name=names[fn])
    made.names = names
    return made


def up_to_updates(fn: Fn, trace: Trace) -> Trace:
    return observe("in place", fn, check(trace))


def names_of(made: Derivative, mode: str) -> dict[Fn, str]:
    """A name for every function of the derivative."""
    names: dict[Fn, str] = {}
    taken = {name for fn, t in made.traces.items() for name in read_names(t, made)}
    for fn, trace in sorted(made.traces.items(), key=lambda item: item[0].mode in MODES):  # derivatives are named after their primals
        how = fn.mode
        stem = names.get(Fn(fn.target, fn.variant[:-1]), trace.name) if how in MODES else trace.name
        ending = SUFFIX[mode] if fn in made.roots and mode in SUFFIX else f"_{how}" if how in MODES else ""
        own = stem if stem.isidentifier() else "function"  # `__name__` may be any text
        name, k = own + ending, 1
        while name in names.values() or name in taken and fn not in made.roots:
            k += 1
            name = f"{own}{ending}_{k}"
        names[fn] = name
    return names


def read_names(trace: Trace, made: Derivative) -> Iterator[str]:
    """The names of the user's that the text of a function reads."""
    spelled = made.program.spellings.get(trace.home, {})
    for s in walk(trace.block):
        for fn in called(s):
            if fn not in made.traces:
                yield fn.target.__name__
        if isinstance(s, Eqn):
            for op in operations(s):
                if isinstance(op, Captured):
                    yield op.path[0]
                elif isinstance(op, Hashable) and op in spelled:
                    yield spelled[op].partition(".")[0]


def operations(s: Eqn) -> Iterator[Any]:
    """The operation of an equation, and those of the equations inside it."""
    yield s.op
    for a in s.inputs:
        if isinstance(a, Eqn):
            yield from operations(a)


def purity(traces: Mapping[Fn, Trace]) -> Callable[[Call], bool]:
    """Which calls have no effect but their result (recursive ones are assumed innocent until an effect is found)."""
    known: dict[Fn, bool] = {}

    def pure(call: Call) -> bool:
        fn = call.callee
        if fn not in traces:
            return fn.mode in MODES
        if fn not in known:
            known[fn] = True
            known[fn] = not any(has_effect(s, pure) for s in traces[fn].block.stmts)
        return known[fn]

    return pure


def call_kinds(trace: Trace, program: Program) -> dict[Var, Any]:
    """The kinds of what calls return, in the symbols of the caller."""
    found: dict[Var, Any] = {}
    for s in walk(trace.block):
        if isinstance(s, Call):
            result = program.results.get(s.callee)
            if result is None:
                found.update((o, program.derived[o]) for o in s.outs if o in program.derived)
            else:
                found.update((o, without_symbols(k, o)) for o, k in zip(s.outs, result.kinds))
    return found


def without_symbols(kind: Any, key: Any) -> Any:
    """The callee's names of its dimensions mean nothing to the caller."""
    if isinstance(kind, K.Array) and kind.dims is not None:
        return K.Array(kind.dtype, tuple(d if d == 1 else (d[0], key, k) for k, d in enumerate(kind.dims)))
    if isinstance(kind, K.Record):
        return K.Record(kind.type, kind.keys, tuple(without_symbols(k, (key, n)) for n, k in zip(kind.keys, kind.items)))
    if isinstance(kind, K.Seq):
        items = None if kind.items is None else tuple(without_symbols(k, (key, n)) for n, k in enumerate(kind.items))
        return K.Seq(kind.type, items, None if kind.elem is None else without_symbols(kind.elem, (key, "elem")))
    return kind if isinstance(kind, (K.Number, K.Inert, K.Array)) else K.UNKNOWN


def checked(trace: Trace) -> Trace:
    return check(trace) if CHECK_EVERY_STEP else trace


def observe(stage: str, fn: Fn, trace: Trace) -> Trace:
    for watch in STAGES:
        watch(stage, fn, trace)
    return trace


# -- text ------------------------------------------------------------------------------------------------------------------

def units(made: Derivative) -> list[Unit]:
    spelled = made.program.spellings
    return [emit(t, made.kinds, spelled.get(t.home, {}), made.names, is_compiled(made, fn)) for fn, t in made.traces.items()]


def is_compiled(made: Derivative, fn: Fn) -> bool:
    """Is all compiled, or the function derived, once, of a compiled one? Numba has no types for the adjoints of tapes."""
    once = sum(isinstance(v, Mode) for v in fn.variant) < 2
    return made.compiled or fn not in made.roots and once and compiled_form(primal_of(fn)) is not None


def printed(made: Derivative) -> tuple[list[Unit], Text]:
    """The functions of a derivative, and their text."""
    parts = units(made)
    return parts, render([u.tree for u in parts])


def text(made: Derivative) -> Text:
    return printed(made)[1]
