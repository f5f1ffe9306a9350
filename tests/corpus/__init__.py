"""A corpus of ordinary functions, as scientists write them, each with points at which it is smooth.

Every module ends in a table `CASES`. `tests/corpus/harness.py` checks one case at one point in every mode.
"""
from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tangentlite.objects import has_attributes

Point = tuple[Any, ...]


@dataclass(frozen=True)
class Case:
    """A function, the arguments to try it on, and what to expect of its derivatives.

    `argnums` are the differentiable arguments; left out, those made of floats only. `scalar_only`: numbers in, numbers
    out, so every derivative is a number too. `vector_output`: the output is an array or a tuple, which the harness
    contracts with fixed weights. `order` 1 leaves second derivatives out. `tol` is relative. `writes`: the function
    writes its arguments in place.
    """

    f: Callable[..., Any]
    points: list[Point]
    argnums: tuple[int, ...] = ()
    vector_output: bool = False
    scalar_only: bool = False
    order: int = 2
    tol: float = 1e-7
    writes: bool = False

    def __post_init__(self) -> None:
        if not self.argnums:
            found = tuple(i for i, a in enumerate(self.points[0]) if is_float_tree(a))
            object.__setattr__(self, "argnums", found)

    @property
    def name(self) -> str:
        return f"{self.f.__module__.rpartition('.')[2]}.{self.f.__name__}"


def is_float_tree(a: Any) -> bool:
    """True for floats, floating arrays, non-empty tuples, lists and dicts of them, and for objects."""
    if isinstance(a, dict):
        return bool(a) and all(map(is_float_tree, a.values()))
    if isinstance(a, (tuple, list)):
        return bool(a) and all(map(is_float_tree, a))
    if has_attributes(type(a)):
        return True
    return isinstance(a, float) or isinstance(a, np.ndarray) and a.dtype.kind == "f"


def arr(*shape: int, seed: int = 0, low: float = -1.0, high: float = 1.0, dtype: Any = np.float64) -> Any:
    """An array of fixed pseudo-random numbers between `low` and `high`."""
    rng = np.random.default_rng([seed, *shape])
    return np.asarray(rng.uniform(low, high, shape), dtype)


def pos(*shape: int, seed: int = 0) -> Any:
    """An array of fixed numbers well above zero."""
    return arr(*shape, seed=seed, low=0.5, high=2.0)


def module_names() -> list[str]:
    """The modules of the corpus that hold a table of cases."""
    not_cases = {"__init__", "harness", "helpers", *(() if importlib.util.find_spec("scipy") else ("scipy_solvers", "interpolants"))}
    return sorted(p.stem for p in Path(__file__).parent.glob("*.py") if p.stem not in not_cases)


def all_cases() -> Iterator[Case]:
    """Every case of every module, in a fixed order."""
    for name in module_names():
        yield from importlib.import_module(f"{__name__}.{name}").CASES
