"""What a function and its gradient cost on given arguments: operations counted on a run, beside the bound of the theory."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from types import FunctionType
from typing import Any

from tangentlite import pipeline
from tangentlite.analyses.counting import Counter
from tangentlite.analyses.kinds import kinds as infer_kinds
from tangentlite.analyses.work import Work
from tangentlite.dispatch import Specializer
from tangentlite.errors import InputTypeError
from tangentlite.ir import Fn, Trace
from tangentlite.passes.fold import fold

BOUND = 5  # Baur and Strassen 1983; Griewank and Walther have 3 to 4 for the steps of the trace, without what a tape costs
COLUMNS = ("add", "multiply", "divide", "call", "access")
SHOWN, WIDTH = 20, 56  # lines, and characters of one


@dataclass(frozen=True)
class Line:
    """What one line of the function costs, in it and in the code that computes value and gradient."""

    file: str
    number: int
    text: str
    function: Work
    gradient: Work


@dataclass(frozen=True)
class Cost:
    """Operation counts of one call. `str()` is a table; `lines` begins with the line that costs most.

    `gradient` is value and gradient together, and `ratio` its time divided by that of `function`. `uncounted` are operations,
    with their lines, that the model says nothing of: functions of libraries, most of them; the counts are without them.
    """

    name: str
    function: Work
    gradient: Work
    lines: tuple[Line, ...]
    uncounted: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        return self.gradient.time / max(self.function.time, 1)

    def __str__(self) -> str:
        shown = self.lines[:SHOWN]
        shares = [f"{100.0 * line.gradient.time / max(self.gradient.time, 1):.0f} %" for line in shown]
        rows = [["", *COLUMNS, "time", "", ""],
                ["function", *cells(self.function), "", ""],
                ["value and gradient", *cells(self.gradient), "", ""],
                *([f"  line {line.number}", *cells(line.gradient), share, cut(line.text)] for line, share in zip(shown, shares))]
        widths = [max(map(len, column)) for column in zip(*rows)]
        made = [f"Operations of `{self.name}`", ""]
        for first, *numbers, text in rows:
            made.append("  ".join([first.ljust(widths[0]), *map(str.rjust, numbers, widths[1:]), text]).rstrip())
        if len(self.lines) > SHOWN:
            made.append(f"  and {len(self.lines) - SHOWN} more lines")
        made += ["", f"Value and gradient take {self.ratio:.2f} times the function; Baur and Strassen's bound is {BOUND} times."]
        if self.uncounted:
            made.append(f"Not counted: {', '.join(self.uncounted)}.")
        return "\n".join(made)


def cells(work: Work) -> tuple[str, ...]:
    return *(str(getattr(work, f.name)) for f in fields(work)), str(work.time)


def cut(text: str) -> str:
    return text if len(text) <= WIDTH else text[:WIDTH - 1] + "…"


def coster(function: FunctionType, argnums: int | tuple[int, ...] | None = None) -> Callable[..., Cost]:
    """A function that counts the operations of `function` and of its value and gradient on its arguments."""
    spec = Specializer(function, "value", argnums, "_value_and_grad")

    def cost(*args: Any, **kwargs: Any) -> Cost:
        full = spec.positional(args, kwargs)
        if not spec.wrt(spec.kinds(full)):
            raise InputTypeError(f"{spec.primal.__name__}() has no floating-point argument to differentiate with respect to")
        return compared(spec.primal.__name__, written(spec, full), derived(spec, full))

    cost.__name__ = cost.__qualname__ = f"{spec.primal.__name__}_cost"
    cost.__doc__ = f"Operation counts of `{spec.primal.__name__}` and of its gradient."
    return cost


def written(spec: Specializer, args: tuple[Any, ...]) -> Counter:
    """Run the function as it is written."""
    kinds = spec.kinds(args)
    program, root = pipeline.lower(spec.function, kinds, spec.variadic(kinds))
    traces = {fn: fold(t, infer_kinds(t, pipeline.call_kinds(t, program))) for fn, t in program.traces.items()}
    return counted(traces, root, args)


def derived(spec: Specializer, args: tuple[Any, ...]) -> Counter:
    """Run a derivative as it is printed."""
    made = spec.derivative(spec.kinds(args))
    traces, _ = pipeline.lowered(made.program, made.entry or made.roots[0])
    return counted({**traces, **made.traces}, made.roots[0], args)


def counted(traces: dict[Fn, Trace], root: Fn, args: tuple[Any, ...]) -> Counter:
    counter = Counter(traces)
    counter.run(traces[root], args)
    return counter


def compared(name: str, function: Counter, gradient: Counter) -> Cost:
    places = dict.fromkeys([*function.lines, *gradient.lines])
    texts = {**gradient.texts, **function.texts}
    lines = [Line(*place, texts[place], function.lines[place], gradient.lines[place]) for place in places]
    lines.sort(key=lambda line: (-line.gradient.time, line.file, line.number))
    skipped = dict.fromkeys([*function.uncounted, *gradient.uncounted])
    return Cost(name, sum(function.lines.values(), Work()), sum(gradient.lines.values(), Work()),
                tuple(line for line in lines if line.gradient.time), tuple(f"{op} (line {place.line})" for op, place in skipped))
