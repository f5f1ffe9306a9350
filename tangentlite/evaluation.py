"""The evaluation trace of a call: every value it went through, numbered z₀, z₁, ..., with tangents or adjoints beside them."""
from __future__ import annotations

import ast
import html
import reprlib
from collections.abc import Callable, Iterator, Sequence
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
from tangentlite.errors import ArgnumsError, InputTypeError, UnsupportedError
from tangentlite.frontend.program import Program
from tangentlite.ir import Const, Fn, Loc, Trace, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.evaluate import Interpreter, packed
from tangentlite.ir.trace import walk
from tangentlite.passes.dce import dce, never
from tangentlite.passes.fold import fold
from tangentlite.transforms.bars import Bars
from tangentlite.transforms.forward import Forward
from tangentlite.transforms.reverse import Context, Reverse

MODES = {None: "primal", "forward": "forward", "reverse": "reverse"}
HEADINGS = {"forward": "tangent ↓", "reverse": "adjoint ↑"}  # the direction in which the column is filled
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
WIDTH = 60  # of an expression or an array, in characters


@dataclass(frozen=True)
class Step:
    """One line of an evaluation trace: `name` = `expression` = `value`.

    `derivative` is its tangent or adjoint, None where there is none; `loc` is the expression of the primal. A step
    that only has an effect, such as a call of `print`, has no name.
    """

    name: str
    expression: str
    value: Any
    derivative: Any
    loc: Loc


class EvaluationTrace:
    """What one call computed, step by step. Iterating gives the steps: the inputs, then the intermediate values.

    `outputs` are steps, too, named y. `str()` is a table; `source` is the same as a straight-line Python function.
    """

    def __init__(self, steps: Sequence[Step], outputs: Sequence[Step], mode: str | None, value: Any, derivative: Any, source: str) -> None:
        self.steps, self.outputs, self.mode = tuple(steps), tuple(outputs), mode
        self.value, self.source = value, source
        self._derivative = derivative

    @property
    def gradient(self) -> Any:
        """The adjoints of the differentiable arguments: one value, or a tuple where there are several (mode="reverse")."""
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
        names = {s.name for s in self.steps}
        rows = []
        for s in (*self.steps, *self.outputs):
            derivative = "" if s.derivative is None else short(s.derivative)
            rows.append((s.name.translate(SUBSCRIPTS), numbered(s.expression, names), short(s.value) if s.name else "", derivative))
        return rows

    def __str__(self) -> str:
        rows = self.rows()
        name, expression, value = (min(WIDTH, max((len(row[k]) for row in rows), default=0)) for k in range(3))
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


def numbered(expression: str, names: set[str]) -> str:
    """The expression with its z's written as z₀, z₁, ..."""
    tree = ast.parse(expression, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in names:
            node.id = node.id.translate(SUBSCRIPTS)
    return ast.unparse(tree)


def short(value: Any) -> str:
    """A value on one line: numbers in full, arrays by their shape and a few digits."""
    if isinstance(value, np.ndarray):
        digits = np.array2string(value, precision=4, threshold=8, edgeitems=2, separator=", ", max_line_width=10**6)
        line = " ".join(digits.split()).replace("[ ", "[")
        shape = "×".join(map(str, value.shape)) or "0-d"
        return f"{cut(line)} ({shape})"
    return repr(value.item()) if isinstance(value, np.generic) else cut(reprlib.repr(value))


def cut(text: str) -> str:
    return text if len(text) <= WIDTH else text[:WIDTH - 1] + "…"


# -- recording ---------------------------------------------------------------------------------------------------------------

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


def evaluated(spec: Specializer, args: tuple[Any, ...], mode: str | None, tangents: Sequence[Any] | None, given: int) -> EvaluationTrace:
    kinds = spec.kinds(args)
    program, root = pipeline.lower(spec.function, kinds, spec.variadic(kinds))
    spec.check_output(program.results[root])
    wrt = spec.wrt(kinds)
    traces, known = pipeline.lowered(program, root)
    traces = pipeline.indexed(traces, [traces[root].block.params[k] for k in wrt], known)
    recording = record(traces, root, args)
    recording = replace(recording, trace=dce(recording.trace))
    params = recording.trace.block.params
    differentiated = [params[k] for k in wrt]
    derivatives: dict[Var, Any] = {}
    result: Any = None
    if mode == "reverse":
        derivatives, result = adjoints(recording, program, differentiated)
    elif mode == "forward":
        seeds = default_tangents(args, wrt) if tangents is None else given_tangents(tangents, args, wrt, given)
        derivatives, result = tangents_of(recording, program, {params[k]: dot for k, dot in seeds.items()})
    return tabulated(recording, program, mode, derivatives, result)


# -- tangents and adjoints -----------------------------------------------------------------------------------------------------

def tangents_of(recording: Recording, program: Program, seeds: dict[Var, Any]) -> tuple[dict[Var, Any], Any]:
    """The tangent of every value, and of the result."""
    trace = recording.trace
    context = context_of(recording, program, seeds)
    forward = Forward(trace, context)
    made = forward.tangent(seeds)
    done = set(map(id, trace.block.stmts))
    env = {**recording.values, **dict(zip(made.block.params[len(trace.block.params):], seeds.values()))}
    run = Interpreter({})
    for s in made.block.stmts:
        if id(s) not in done:
            run.statement(s, env)
    found = {v: run.read(a, env) for v, a in forward.dots.items() if v in recording.values}
    zeros = {v: runtime.zeros_like(value) for v, value in recording.values.items() if K.differentiable(recording.kinds[v])}
    dots = run.reads(made.block.outs[len(trace.block.outs):], env)
    return {**zeros, **found}, packed(trace.outs, dots)


def adjoints(recording: Recording, program: Program, wrt: Sequence[Var]) -> tuple[dict[Var, Any], Any]:
    """The adjoint of every value, and the gradient."""
    trace, context = recording.trace, context_of(recording, program, wrt)
    (y,) = trace.block.outs
    runtime.require_scalar(recording.values.get(y, getattr(y, "value", None)))
    if not wrt:
        raise InputTypeError(f"{trace.name}() has no floating-point argument to differentiate with respect to")
    reverse, bars = Reverse(trace, context), Kept()
    reverse.accumulate(reverse.b, bars, y, Const(1.0))
    reverse.statements(trace.block, reverse.b, bars)
    gradient = [reverse.result(bars, x) for x in wrt]
    env, run = dict(recording.values), Interpreter({})
    for s in reverse.b.stmts:
        run.statement(s, env)
    found = {v: run.read(a, env) for v, a in bars.own.items() if v in recording.values}
    zeros = {v: runtime.zeros_like(recording.values[v]) for v in context.activity.varied}
    bars_of_wrt = run.reads(gradient, env)
    found.update(zip(wrt, bars_of_wrt))
    return {**zeros, **found}, bars_of_wrt[0] if len(wrt) == 1 else tuple(bars_of_wrt)


class Kept(Bars):
    """Adjoints that stay known when the sweep has passed their definition."""

    def pop(self, x: Var) -> Any:
        return self.own.get(x)


def context_of(recording: Recording, program: Program, wrt: Sequence[Var] | dict[Var, Any]) -> Context:
    fn = Fn(recording.trace.home, ("recorded",))
    traces = {fn: recording.trace}
    found: Activity = activity(traces, fn, wrt, recording.kinds)
    return Context(found, recording.kinds, traces, program.errors, never)


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


# -- the table -----------------------------------------------------------------------------------------------------------------

class Printed(NamedTuple):
    """The straight line as text: the name of every value, and the expression of every equation."""

    source: str
    names: dict[Var, str]
    lines: list[tuple[Var | None, str, Loc]]


def tabulated(recording: Recording, program: Program, mode: str | None, derivatives: dict[Var, Any], result: Any) -> EvaluationTrace:
    trace, values = recording.trace, recording.values
    labels = {p: p.hint for p in trace.block.params}
    printed = in_numbers(recording, program)

    def step(v: Var | None, expression: str, loc: Loc) -> Step:
        if v is None:
            return Step("", expression, None, None, loc)
        return Step(printed.names[v], expression, values[v], derivatives.get(v), loc)

    steps = [step(p, labels[p], trace.loc) for p in trace.block.params if printed.names[p] != labels[p] or p in derivatives]
    steps += [step(*line) for line in printed.lines]
    outs = [(printed.names[a], values[a]) if a in printed.names else (short(value_of(a, values)), value_of(a, values))
            for a in trace.block.outs]
    seeds = output_derivatives(recording, mode, derivatives, result)
    names = ["y"] if trace.outs == 0 else [f"y{k}" for k in range(len(outs))]
    outputs = [Step(n, e, v, d, trace.loc) for n, (e, v), d in zip(names, outs, seeds)]
    value = packed(trace.outs, [v for _, v in outs])
    return EvaluationTrace(steps, outputs, mode, value, result, printed.source)
