"""The evaluation trace of a call: every value on its way, numbered z₀, z₁, ..., with its tangent or adjoint."""
from __future__ import annotations

import ast
import contextlib
import html
import re
import reprlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from tangentlite import pipeline, runtime
from tangentlite.analyses.activity import Activity, activity
from tangentlite.analyses.record import Recording, record
from tangentlite.backend.emit import emit
from tangentlite.backend.text import render
from tangentlite.dispatch import Specializer
from tangentlite.errors import ArgnumsError, InputTypeError, UnsupportedError, note_primal
from tangentlite.frontend.program import Program
from tangentlite.ir import Const, Eqn, Fn, Loc, Trace, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.evaluate import Interpreter, packed
from tangentlite.ir.trace import Captured, Stmt, uses, variables, walk
from tangentlite.passes.dce import dce, never
from tangentlite.passes.fold import fold
from tangentlite.transforms.bars import Bars
from tangentlite.transforms.context import Context
from tangentlite.transforms.forward import Forward
from tangentlite.transforms.reverse import Reverse

MODES = {None: "primal", "forward": "forward", "reverse": "reverse"}
HEADINGS = {"forward": "tangent ↓", "reverse": "adjoint ↑"}  # the direction in which the column is filled
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
WIDTH = 60  # of an expression or an array, in characters


@dataclass(frozen=True)
class Step:
    """One line of an evaluation trace: `name` = `expression` = `value`.

    `derivative` is its tangent or adjoint, None where there is none; `loc` is the expression of the primal; `shown` is
    the expression with subscripts. A step that only has an effect, such as a call of `print`, has no name.
    """

    name: str
    expression: str
    value: Any
    derivative: Any
    loc: Loc
    shown: str


class EvaluationTrace:
    """What one call computed, step by step. Iterating gives the steps: the inputs, then the intermediate values.

    `outputs` are steps, too, named y. `str()` is a table; `source` is the same as a straight-line Python function.
    """

    def __init__(self, steps: Sequence[Step], outputs: Sequence[Step], mode: str | None, value: Any, derivative: Any,
                 source: str) -> None:
        self.steps, self.outputs, self.mode = tuple(steps), tuple(outputs), mode
        self.value, self.source = value, source
        self._derivative = derivative

    @property
    def gradient(self) -> Any:
        """The adjoints of the differentiable arguments, a tuple where there are several (mode="reverse")."""
        return self._derivative_of("reverse", "gradient")

    @property
    def tangent(self) -> Any:
        """The tangent of the result (mode="forward")."""
        return self._derivative_of("forward", "tangent")

    def _derivative_of(self, mode: str, what: str) -> Any:
        if self.mode != mode:
            raise AttributeError(f'this evaluation trace has no {what}: record it with trace(f, mode="{mode}")')
        return self._derivative

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, k: int) -> Step:
        return self.steps[k]

    def rows(self) -> list[tuple[str, str, str, str]]:
        """The cells of the table: name, expression, value, derivative."""
        return [(s.name.translate(SUBSCRIPTS), s.shown, short(s.value) if s.name else "",
                 "" if s.derivative is None else short(s.derivative)) for s in (*self.steps, *self.outputs)]

    def __str__(self) -> str:
        rows = self.rows()
        named = [row for row in rows if row[0]] + [("", "", "value" * bool(self.mode), "")]
        name, expression, value = (min(WIDTH, max(len(row[k]) for row in named)) for k in range(3))
        lines = []
        for n, e, v, d in rows:
            line = f"{n:<{name}} = {e:<{expression}} = {v}" if n else f"{'':<{name}}   {e}"
            lines.append(f"{line:<{name + expression + value + 6}}  {d}".rstrip())
        if self.mode:
            lines.insert(0, f"{'':<{name + expression + 6}}{'value':<{value}}  {HEADINGS[self.mode]}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<evaluation trace of {len(self.steps)} steps, value {short(self.value)}>"

    def _repr_html_(self) -> str:
        columns = ["", "", "value", *([HEADINGS[self.mode]] if self.mode else [])]
        head = "".join(f"<th>{html.escape(c)}</th>" for c in columns)
        body = []
        for step, row in zip((*self.steps, *self.outputs), self.rows()):
            cells = "".join(f"<td><code>{html.escape(cell)}</code></td>" for cell in row[:len(columns)])
            where = html.escape(f"{step.loc.file}:{step.loc.line}: {step.loc.text.strip()}")
            body.append(f'<tr title="{where}">{cells}</tr>')
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def short(value: Any) -> str:
    """A value on one line: numbers in full, arrays by their shape and a few digits."""
    if isinstance(value, np.ndarray):
        digits = np.array2string(value, precision=4, threshold=8, edgeitems=2, separator=", ", max_line_width=10**6)
        line = re.sub(r"\s+(?=[,\]])|(?<=\[)\s+", "", " ".join(digits.split()))
        return f"{cut(line)} {value.shape}"
    return str(value) if isinstance(value, np.generic) else cut(reprlib.repr(value))


def cut(text: str) -> str:
    return text if len(text) <= WIDTH else text[:WIDTH - 1] + "…"


# -- recording -------------------------------------------------------------------------------------------------------

def tracer(function: FunctionType, mode: str | None = None) -> Callable[..., EvaluationTrace]:
    """A function that runs `function` on its arguments and gives its evaluation trace."""
    if mode not in MODES:
        raise ArgnumsError(f"mode must be 'forward' or 'reverse', or left out, got {mode!r}")
    spec = Specializer(function, MODES[mode], None, "_trace")

    def traced(*args: Any, tangents: Sequence[Any] | None = None, **kwargs: Any) -> EvaluationTrace:
        full = spec.positional(args, kwargs)
        if tangents is not None and mode != "forward":
            raise ArgnumsError("`tangents` belong to mode='forward'")
        try:
            return evaluated(spec, full, mode, tangents, len(args))
        except RecursionError:
            raise UnsupportedError(f"`{spec.primal.__name__}` calls itself too deeply to be traced") from None

    traced.__name__ = traced.__qualname__ = f"{spec.primal.__name__}_trace"
    traced.__doc__ = f"Evaluation trace of `{spec.primal.__name__}`."
    return traced


def evaluated(spec: Specializer, args: tuple[Any, ...], mode: str | None, tangents: Sequence[Any] | None,
              given: int) -> EvaluationTrace:
    kinds = spec.kinds(args)
    program, root = pipeline.lower(spec.function, kinds, spec.variadic(kinds))
    spec.check_output(program.results[root])
    wrt = spec.wrt(kinds)
    traces, _ = pipeline.lowered(program, root)
    recording = record(traces, root, args, () if mode is None else wrt)
    recording = replace(recording, trace=live(recording.trace))
    params = recording.trace.block.params
    differentiated = [params[k] for k in wrt]
    found = Derivatives()
    if mode == "reverse":
        found = adjoints(recording, program, differentiated)
    elif mode == "forward":
        seeds = default_tangents(args, wrt) if tangents is None else given_tangents(tangents, args, wrt, given)
        found = tangents_of(recording, program, {params[k]: dot for k, dot in seeds.items()})
    return tabulated(recording, program, mode, found)


# -- tangents and adjoints -------------------------------------------------------------------------------------------

def live(trace: Trace) -> Trace:
    """The trace without the steps that nothing reads; those kept for an effect have no result."""
    block = dce(trace).block
    read = set().union(*map(uses, block.stmts), variables(block.outs))
    stmts = (s if read.intersection(s.outs) else replace(s, outs=()) for s in block.stmts)
    return replace(trace, block=replace(block, stmts=tuple(stmts)))


class Derivatives(NamedTuple):
    """The tangents or adjoints of the values and of the outs; `result` is what the derivative function would return."""

    of: Mapping[Var, Any] = {}
    outs: Sequence[Any] = ()
    result: Any = None


def tangents_of(recording: Recording, program: Program, seeds: dict[Var, Any]) -> Derivatives:
    """Forward mode on the straight line; its own statements are not run again."""
    trace = recording.trace
    context = context_of(recording, program, seeds)
    forward = Forward(trace, context)
    made = forward.tangent(seeds)
    done = set(map(id, trace.block.stmts))
    env = {**recording.values, **dict(zip(made.block.params[len(trace.block.params):], seeds.values()))}
    run = Interpreter({})
    for s in made.block.stmts:
        if id(s) not in done:
            with noted(s):
                run.statement(s, env)
    found = {v: run.read(a, env) for v, a in forward.dots.items() if v in recording.values}
    zeros = {v: runtime.zeros_like(x) for v, x in recording.values.items() if K.differentiable(recording.kinds[v])}
    dots = run.reads(made.block.outs[len(trace.block.outs):], env)
    return Derivatives({**zeros, **found}, dots, packed(trace.outs, dots))


@contextlib.contextmanager
def noted(s: Stmt) -> Iterator[None]:
    """What a statement raises carries a note with its line of the primal."""
    try:
        yield
    except Exception as error:
        note_primal(error, s.loc, " (reverse sweep)" if s.loc.sweep == "reverse" else "")
        raise


def adjoints(recording: Recording, program: Program, wrt: Sequence[Var]) -> Derivatives:
    """Reverse mode on the straight line: the adjoints of everything that varies, and the gradient."""
    trace, context = recording.trace, context_of(recording, program, wrt)
    (y,) = trace.block.outs
    runtime.require_scalar(value_of(y, recording.values))
    if not wrt:
        raise InputTypeError(f"{trace.name}() has no floating-point argument to differentiate with respect to")
    reverse, bars = Reverse(trace, context), Kept()
    reverse.accumulate(reverse.b, bars, y, Const(1.0))
    reverse.statements(trace.block, reverse.b, bars)
    gradient = [reverse.result(bars, x) for x in wrt]
    env, run = dict(recording.values), Interpreter({})
    for s in reverse.b.stmts:
        with noted(s):
            run.statement(s, env)
    found = {v: run.read(a, env) for v, a in bars.own.items() if v in recording.values}
    zeros = {v: runtime.zeros_like(recording.values[v]) for v in context.activity.varied}
    result = run.reads(gradient, env)
    gradient_of_wrt = result[0] if len(wrt) == 1 else tuple(result)
    return Derivatives({**zeros, **found, **dict(zip(wrt, result))}, (1.0,), gradient_of_wrt)


class Kept(Bars):
    """Adjoints that stay known when the sweep has passed their definition."""

    def pop(self, x: Var) -> Any:
        return self.own.get(x)


def context_of(recording: Recording, program: Program, wrt: Sequence[Var] | dict[Var, Any]) -> Context:
    fn = Fn(recording.trace.home, ("recorded",))
    traces = {fn: recording.trace}
    found: Activity = activity(traces, fn, wrt, recording.kinds)
    return Context(found, recording.kinds, traces, program.errors, never, program.spellings)


def default_tangents(args: tuple[Any, ...], wrt: Sequence[int]) -> dict[int, Any]:
    """1 for the first differentiable argument."""
    return {k: ones_like(args[k]) for k in wrt[:1]}


def given_tangents(tangents: Sequence[Any], args: tuple[Any, ...], wrt: Sequence[int], given: int) -> dict[int, Any]:
    if not isinstance(tangents, (tuple, list)) or len(tangents) not in (given, len(args)):
        raise ArgnumsError(f"tangents must be a tuple with one tangent per argument, {given} here")
    seeds = {k: tangents[k] for k in wrt if k < len(tangents) and tangents[k] is not None}
    for k, dot in seeds.items():
        if not isinstance(args[k], (list, tuple, dict)) and np.shape(dot) != np.shape(args[k]):
            raise InputTypeError(f"tangent {k} must have shape {np.shape(args[k])}, got {np.shape(dot)}")
    return seeds


def ones_like(x: Any) -> Any:
    if isinstance(x, dict):
        return {k: ones_like(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)([ones_like(v) for v in x])
    return runtime.zeros_like(x) + 1


# -- the table -------------------------------------------------------------------------------------------------------

def tabulated(recording: Recording, program: Program, mode: str | None, found: Derivatives) -> EvaluationTrace:
    """Number the values in the order of the text, and put values and derivatives beside their expressions."""
    trace, values = recording.trace, recording.values
    read = set().union(*map(uses, trace.block.stmts), variables(trace.block.outs))
    inputs = [(p, p.hint) for p in trace.block.params if p in read or K.differentiable(recording.kinds[p])]
    folded = fold(trace, recording.kinds)
    spelled = program.spellings.get(trace.home, {})
    letter = free_letter(trace, spelled)
    for k, v in enumerate([*(p for p, _ in inputs), *(o for s in folded.block.stmts for o in s.outs)]):
        v.hint, v.temp = f"{letter}{k}", False
    inputs_doc = ", ".join(f"{p.hint} = {name}" for p, name in inputs)
    doc = f"Evaluation trace of `{trace.name}`{': ' * bool(inputs)}{inputs_doc}."
    named = replace(folded, name=f"{trace.name}_trace", doc=doc)
    tree = ast.fix_missing_locations(emit(named, recording.kinds, spelled, {}).tree)
    source, lines, last = render([tree]).source, tree.body[1:-1], tree.body[-1]
    assert isinstance(last, ast.Return)
    names = dict(zip(trace.block.params, (a.arg for a in tree.args.args)))
    shown = {names[p]: names[p].translate(SUBSCRIPTS) for p, _ in inputs}
    steps = [Step(names[p], label, values[p], found.of.get(p), trace.loc, label) for p, label in inputs]
    for s, line in zip(folded.block.stmts, lines, strict=True):
        name = ""
        right: ast.AST = line
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            name, right = line.targets[0].id, line.value
            shown[name] = name.translate(SUBSCRIPTS)
        value, derivative = (values[s.outs[0]], found.of.get(s.outs[0])) if s.outs else (None, None)
        steps.append(Step(name, ast.unparse(right), value, derivative, s.loc, renamed(right, shown)))
    outs = [value_of(a, values) for a in trace.block.outs]
    outputs = []
    for k, (node, value) in enumerate(zip(returned(trace.outs, last.value), outs)):
        name = "y" if trace.outs == 0 else f"y{k}"
        derivative = found.outs[k] if found.outs else None
        outputs.append(Step(name, ast.unparse(node), value, derivative, trace.loc, renamed(node, shown)))
    return EvaluationTrace(steps, outputs, mode, packed(trace.outs, outs), found.result, source)


def free_letter(trace: Trace, spelled: Mapping[Any, str]) -> str:
    """z, unless the function reads a global called z1 or the like."""
    ops = [s.op for s in walk(trace.block) if isinstance(s, Eqn)]
    outer = [op.path[0] for op in ops if isinstance(op, Captured)]
    outer += [name.partition(".")[0] for name in spelled.values()]
    return next(a for a in ("z", "v", "w", "z_") if not any(re.fullmatch(rf"{a}\d+", name) for name in outer))


def renamed(tree: ast.AST, names: Mapping[str, str]) -> str:
    """The text of a tree, which is given other names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    return ast.unparse(tree)


def returned(outs: Any, node: Any) -> Iterator[ast.expr]:
    """The expressions of the flat outs in a `return`."""
    if isinstance(outs, tuple):
        for k, t in enumerate(outs):
            yield from returned(t, node.elts[k])
    else:
        yield node


def value_of(a: Any, values: Mapping[Var, Any]) -> Any:
    return a.value if isinstance(a, Const) else values[a]
