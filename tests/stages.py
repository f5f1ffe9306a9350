"""Run a derivative at every stage of the pipeline: by the interpreter, and as the Python text of the stage."""
from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from tangentlite import pipeline
from tangentlite.analyses.kinds import kinds as infer_kinds
from tangentlite.backend.compile import load
from tangentlite.backend.emit import emit
from tangentlite.backend.text import render
from tangentlite.dispatch import Specializer
from tangentlite.ir import Fn, Trace
from tangentlite.ir.evaluate import evaluate
from tangentlite.passes.unroll import Unrolling

EARLY = ("lowered", "inlined", "unrolled", "indexed")  # the traces are still those of the primal


@dataclass
class Stage:
    """The functions of a program as one stage leaves them; `root` is the one to call."""

    name: str
    root: Fn
    kinds: dict[Any, Any]
    traces: dict[Fn, Trace] = field(default_factory=dict)
    spellings: dict[Any, Any] = field(default_factory=dict)

    @property
    def is_primal(self) -> bool:
        return self.name in EARLY

    def interpreted(self, *args: Any) -> Any:
        return evaluate(self.traces[self.root], copy.deepcopy(args), self.traces)

    def printed(self, *args: Any) -> Any:
        """What the text of the stage returns."""
        names = {fn: f"{t.name}_{k}" for k, (fn, t) in enumerate(self.traces.items())}
        units = []
        for fn, t in self.traces.items():
            kinds = {**infer_kinds(t, self.kinds), **self.kinds}
            units.append(emit(replace(t, name=names[fn]), kinds, self.spellings.get(t.home, {}), names))
        functions = load(units, render([u.tree for u in units]), "stage")
        return functions[names[self.root]](*copy.deepcopy(args))


@contextmanager
def observed() -> Iterator[list[tuple[str, Fn, Trace]]]:
    """Everything that the pipeline's observers see within the block."""
    seen: list[tuple[str, Fn, Trace]] = []

    def watch(stage: str, fn: Fn, trace: Trace) -> None:
        seen.append((stage, fn, trace))

    pipeline.STAGES.append(watch)
    try:
        yield seen
    finally:
        pipeline.STAGES.remove(watch)


def stages(f: Callable[..., Any], args: tuple[Any, ...], mode: str, unroll: bool = False) -> list[Stage]:
    """The stages on the way to the derivative of `f` in `mode` ("value" or "forward"), in order."""
    spec = Specializer(f, mode, None, "")
    full = spec.positional(args, {})
    kinds = spec.kinds(full)
    program, root = pipeline.lower(f, kinds, spec.variadic(kinds))
    with observed() as seen:
        made = pipeline.derive(program, root, mode, spec.wrt(kinds), Unrolling(loops=unroll))
    found: dict[str, Stage] = {}
    for name, fn, trace in seen:
        if fn.target not in {t.target for t in (*program.traces, root)}:
            continue
        name = name if name in (*EARLY, "in place") else "transformed"
        if name not in found:
            known = {} if name in EARLY else made.kinds
            found[name] = Stage(name, root if name in EARLY else made.roots[0], known, {}, program.spellings)
        found[name].traces[fn] = trace
    for name in ("transformed", "in place"):  # functions that stay as they are
        found[name].traces = {**found["indexed"].traces, **found[name].traces}
    return list(found.values())


def value_of(stage: Stage, result: Any) -> Any:
    """The value of the primal in what a stage returns: derivatives return it first."""
    return result if stage.is_primal else result[0]
