"""Every keyword that NumPy accepts: the rule gives the right derivative or refuses it; none is ignored."""
from __future__ import annotations

import contextlib
import inspect
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from tangentlite.ir.ops import call_method
from tangentlite.rules.effects import write_of
from tangentlite.rules.registry import RULES, UnknownKeyword
from tests.rules.calls import CALLS
from tests.rules.checks import check_first_order
from tests.rules.harness import Program, Sample
from tests.rules.variants import runs

MASK = np.array([True, False, True])
KEYWORDS: dict[str, list[Any]] = {
    "where": [MASK, True], "dtype": [np.float32, np.float64, int, complex, object], "order": ["C", "F", "K"],
    "casting": ["unsafe", "no"], "subok": [False], "initial": [0.5, 2], "axis": [0, -1, None, (0,)], "keepdims": [True, False],
    "ddof": [1], "correction": [1], "mean": [0.5], "mode": ["wrap", "clip", "edge", "same", "reduced"], "copy": [True],
    "ndmin": [2], "prepend": [0.5], "append": [0.5], "n": [2], "constant_values": [2.0], "kind": ["stable"], "stable": [True],
    "optimize": [True], "k": [1], "offset": [1], "axis1": [1], "axis2": [0], "axes": [(1, 0), 1], "min": [0.1], "max": [0.2],
    "a_min": [0.1], "nan": [1.0], "posinf": [1.0], "endpoint": [False], "retstep": [True], "ord": [1, np.inf, 3], "returned": [True],
    "weights": [np.array([0.2, 0.3, 0.5])], "step": [2], "decimals": [1], "deg": [True], "upper": [True], "shape": [(3,)],
    "device": ["cpu"], "repeats": [2], "start": [2.0],
}


def first_samples() -> Iterator[tuple[str, Sample]]:
    """For every function, a sample with small arrays of each rank there is one of."""
    seen: set[Any] = set()
    for s in CALLS:
        shapes = tuple(np.ndim(a) for a in s.args if isinstance(a, np.ndarray))
        key = (s.op, s.args[1] if s.op is call_method else None, shapes, bool(s.kwargs))
        module = getattr(s.op, "__module__", None) or "numpy"
        if isinstance(s.op, np.ufunc) and getattr(np, s.op.__name__, None) is not s.op:
            continue  # SciPy's corrupt memory when asked for some dtypes
        if key not in seen and (module.startswith(("numpy", "math", "scipy")) or s.op is call_method or module == "builtins"):
            seen.add(key)
            yield f"{s.args[1] if s.op is call_method else getattr(s.op, '__name__', s.op)}{list(shapes)}", s


def by_position(op: Callable[..., Any], s: Sample, name: str, value: Any) -> Sample | None:
    """The same call with the keyword given by position, where the function says what comes before it."""
    try:
        parameters = list(inspect.signature(op).parameters.values())
    except (TypeError, ValueError):
        return None
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if s.kwargs or name not in names or names.index(name) < len(s.args):
        return None
    between = [p.default for p in parameters[len(s.args):names.index(name)]]
    simple = all(d is None or type(d) in (bool, int, float, str) for d in between)
    return s._replace(args=(*s.args, *between, value)) if simple else None


def variants(s: Sample) -> Iterator[Sample]:
    """The calls with one keyword more that the function itself accepts."""
    for name, value in ((name, value) for name, values in KEYWORDS.items() for value in values):
        candidates = [s._replace(kwargs={**s.kwargs, name: value}), by_position(s.op, s, name, value)]
        for v in candidates:
            if v is None or name in s.kwargs:
                continue
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("error", DeprecationWarning)
                try:
                    v.op(*v.args, **v.kwargs)
                except Exception:
                    continue
            yield v


def has_no_value(s: Sample) -> bool:
    """`where=` of a ufunc leaves memory as it was: there is nothing to compare with."""
    return isinstance(s.op, np.ufunc) and isinstance(s.kwargs.get("where"), np.ndarray)


def spelled_out(s: Sample) -> Iterator[Sample]:
    """The call with one keyword more, which has its default."""
    try:
        parameters = list(inspect.signature(s.op).parameters.values())
    except (TypeError, ValueError):
        return
    for p in parameters[len(s.args):] if all(p.kind is not p.VAR_POSITIONAL for p in parameters) else ():
        simple = p.default is None or type(p.default) in (bool, int, float, str)
        if simple and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and p.name != "out" and p.name not in s.kwargs:
            yield s._replace(kwargs={**s.kwargs, p.name: p.default})


def derive(s: Sample) -> None:
    """Write the derivatives in both modes."""
    p = Program(s)
    stmts = list(p.b.stmts)
    p.forward({x: p.input(p.values[x], active=False) for x in p.active})
    p.rewind(stmts)
    p.reverse({p.out: p.input(p.run()[p.out], active=False)})


SAMPLES = dict(first_samples())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name, s in SAMPLES.items() if s.op is not sorted and type(s.op) is not np.ufunc])
def test_a_default_may_be_spelled_out(name: str) -> None:
    """Where the rule takes the keyword at all."""
    for s in filter(runs, spelled_out(SAMPLES[name])):
        try:
            derive(s)
        except UnknownKeyword as problem:
            if "got an unexpected keyword argument" not in str(problem):
                raise


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", SAMPLES)
def test_no_keyword_is_ignored(name: str) -> None:
    for s in variants(SAMPLES[name]):
        refusal = pytest.raises(UnknownKeyword) if has_no_value(s) else contextlib.suppress(UnknownKeyword)
        with refusal, np.errstate(all="ignore"):
            try:
                check_first_order(s, unknown=False)
            except UnknownKeyword:
                raise
            except Exception as e:
                e.add_note(f"{name}: {s.args[1:]} {s.kwargs}")
                raise


@pytest.mark.parametrize("op", [op for op in RULES if (getattr(op, "__module__", "") or "").startswith("numpy") and callable(op)],
                         ids=lambda op: op.__name__)
def test_every_output_argument_is_seen(op: Any) -> None:
    if isinstance(op, np.ufunc):
        assert write_of(op, op.nin + 1, ())
        assert not write_of(op, op.nin, ())
        return
    try:
        parameters = inspect.signature(op).parameters
    except (TypeError, ValueError):
        return
    if "out" in parameters:
        assert write_of(op, 1, ("out",))
        assert write_of(op, len(parameters), ()) or parameters["out"].kind is inspect.Parameter.KEYWORD_ONLY
    elif op is not np.nan_to_num:
        assert not write_of(op, len(parameters), ())
