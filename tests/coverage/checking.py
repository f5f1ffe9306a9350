"""One row of the table as a function with source, and its derivatives against differences."""
from __future__ import annotations

import csv
import itertools
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import tangentlite as tl
from tests.coverage.inputs import REGISTRY, inputs
from tests.written import imported

STEPS = (3e-2, 1e-2, 3e-3, 1e-3, 2e-4)
WEIGHTS = (4 / 5, -1 / 5, 4 / 105, -1 / 280)  # central differences of order 8

SCIPY = ("sparse.linalg", "spatial.distance", "special", "stats", "linalg", "signal", "integrate", "interpolate", "ndimage",
         "optimize", "fft")


class Row(NamedTuple):
    namespace: str
    name: str
    kind: str
    probe: str
    target: str

    @property
    def key(self) -> str:
        return f"{self.namespace}: {self.name}"

    @property
    def text(self) -> str:
        return self.probe or REGISTRY[self.name]


def read_rows() -> list[Row]:
    with Path(__file__).with_name("coverage.csv").open(newline="") as table:
        return [Row(**line) for line in csv.DictReader(table)]


ROWS = {row.key: row for row in read_rows()}


class Unavailable(Exception):
    """The installed NumPy or SciPy does not have the function."""


# -- the function ----------------------------------------------------------------------------------------------------

def function_of(row: Row, directory: Path) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The probe as the function `f` of a module of its own, whose globals are the constants; and its arguments."""
    values = inputs(row.namespace, row.name, row.kind, np.random.default_rng(zlib.crc32(row.key.encode())))
    used = [n for n in values if re.search(rf"\b{n}\b", row.text)]
    arguments = [n for n in used if not n.startswith("c_")]
    name = f"row_{re.sub(r'[^0-9a-zA-Z]+', '_', row.key)}_{zlib.crc32(row.key.encode())}"
    path = directory / f"{name}.py"
    path.write_text(module_text(row.text, arguments))
    module = imported(path)
    for n in used:
        if n.startswith("c_"):
            setattr(module, n, values[n])
    return module.f, tuple(values[n] for n in arguments)


def module_text(probe: str, arguments: list[str]) -> str:
    lines = ["import math", "", "import numpy as np"]
    lines += ["import scipy as sp", *(f"import {m}" for m in scipy_modules(probe))] if "sp." in probe else []
    body = probe.removeprefix("exec:").split("; ") if probe.startswith("exec:") else [f"return {probe}"]
    body = [re.sub(r"^result = ", "return ", line) for line in body]
    return "\n".join([*lines, "", "", f"def f({', '.join(arguments)}):", *(f"    {line}" for line in body), ""])


def scipy_modules(probe: str) -> list[str]:
    """`scipy.stats` for `sp.stats.norm.pdf`."""
    found = re.findall(r"\bsp\.((?:[a-z_]+\.)+)", probe)
    return sorted({f"scipy.{m}" for text in found for m in SCIPY if text.startswith(m + ".")})


# -- values of any structure, as vectors -----------------------------------------------------------------------------

def vector(y: Any) -> Any:
    """All numbers of a result in one complex vector."""
    if isinstance(y, (list, tuple)):
        return np.concatenate([vector(e) for e in y]) if y else np.zeros(0, complex)
    return np.ravel(np.asarray(y, complex))


def random_like(y: Any, rng: np.random.Generator) -> Any:
    """An adjoint for a result."""
    if isinstance(y, (list, tuple)):
        items = [random_like(e, rng) for e in y]
        return tuple(items) if isinstance(y, tuple) else items
    noise = rng.uniform(-1.0, 1.0, np.shape(y))
    noise = noise + 1j * rng.uniform(-1.0, 1.0, np.shape(y)) if np.iscomplexobj(y) else noise
    return noise if isinstance(y, np.ndarray) else noise[()].item()


def moved(x: Any, h: float, d: Any) -> Any:
    return x + h * d


def reference(f: Callable[..., Any], args: tuple[Any, ...], dots: tuple[Any, ...]) -> Any:
    """The directional derivative by differences of order 8, at the step where neighbouring steps agree best."""
    def difference(h: float) -> Any:
        total = 0.0
        for k, w in enumerate(WEIGHTS, 1):
            ahead, behind = (vector(f(*(moved(x, s * k * h, d) for x, d in zip(args, dots)))) for s in (1, -1))
            total = total + w * (ahead - behind) if ahead.shape == behind.shape else np.nan
        return total / h

    with np.errstate(all="ignore"):
        values = [difference(h) for h in STEPS]
    pairs = [(float(np.max(np.abs(a - b), initial=0.0)), b) for a, b in itertools.pairwise(values)]
    error, best = min(((e, b) for e, b in pairs if np.isfinite(e)), key=lambda pair: pair[0])
    assert error <= 2e-7 * max(1e-3, float(np.max(np.abs(best), initial=0.0))), f"no reliable difference: {error}"
    return best


# -- the check -------------------------------------------------------------------------------------------------------

def check(row: Row, directory: Path) -> None:
    """Raise unless value, forward mode, reverse mode and `grad` are right for this row."""
    f, args = function_of(row, directory)
    try:
        value = f(*args)
    except (AttributeError, ModuleNotFoundError) as e:
        raise Unavailable(str(e)) from e
    rng = np.random.default_rng(1)
    dots = tuple(random_like(x, rng) for x in args)
    expected = np.zeros(vector(value).shape) if row.target == "zero" else reference(f, args, dots)
    zero = row.target == "zero" or row.name == "prod with a zero"  # other factors are 0 too
    assert zero or np.max(np.abs(expected)) > 1e-9, "the row says nothing: its derivative is zero here"

    y, y_dot = tl.jvp(f, args, dots)
    np.testing.assert_array_equal(vector(y), vector(value), err_msg="value, forward mode")
    close(tangent(y_dot, value), expected, "forward mode")

    y, pullback = tl.vjp(f, *args)
    np.testing.assert_array_equal(vector(y), vector(value), err_msg="value, reverse mode")
    y_bar = random_like(value, rng)
    bars = pullback(y_bar)
    for x, bar in zip(args, bars):
        assert np.shape(bar) == np.shape(x), f"adjoint of shape {np.shape(bar)} for {np.shape(x)}"
    reverse = sum(np.real(np.sum(vector(bar) * vector(d))) for bar, d in zip(bars, dots))
    terms = vector(y_bar) * tangent(y_dot, value)
    scale = sum(np.sum(np.abs(vector(bar) * vector(d))) for bar, d in zip(bars, dots)) + np.sum(np.abs(terms))
    assert abs(reverse - np.real(np.sum(terms))) <= 1e-11 * scale, f"duality: {reverse} and {np.real(np.sum(terms))}"

    if isinstance(value, float):
        everything = tuple(range(len(args)))
        gradient = tl.grad(f, argnums=everything)(*args)
        np.testing.assert_allclose(vector(gradient), vector(pullback(1.0)), rtol=1e-12, atol=0.0, err_msg="grad")


def tangent(y_dot: Any, value: Any) -> Any:
    """The tangent of a result, where a plain 0.0 stands for zeros of any shape."""
    if isinstance(value, (list, tuple)):
        return np.concatenate([tangent(d, v) for d, v in zip(y_dot, value)])
    assert np.shape(y_dot) in ((), np.shape(value)), f"tangent of shape {np.shape(y_dot)} for {np.shape(value)}"
    return np.ravel(np.broadcast_to(np.asarray(y_dot, complex), np.shape(value)))


def close(actual: Any, expected: Any, what: str) -> None:
    atol = 1e-6 * float(np.max(np.abs(expected), initial=0.0))
    np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=atol, err_msg=what)
