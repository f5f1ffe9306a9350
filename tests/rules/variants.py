"""More samples from one: its other active arguments, precisions, complex values and memory layouts."""
from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import scipy.linalg
from scipy import special, stats

from tangentlite import runtime
from tangentlite.rules.scipy import adjoints, sensitivities
from tests.rules.axes import deeper
from tests.rules.checks import single
from tests.rules.harness import Program, Sample, flat, is_leaf

Change = Callable[[Any], Any]


OF_SOLVERS = (sensitivities.along, sensitivities.onto, adjoints.ungrid, adjoints.regrid)  # are given real numbers of double precision
DOUBLE = (math.dist, np.polydiv, scipy.linalg.schur, *OF_SOLVERS)  # without another precision; lengths and signs that are rounding's
NUMBERS = (math.gamma, math.lgamma, runtime.polygamma)  # give Python's numbers for NumPy's
REAL: tuple[Any, ...] = (  # complex results have an arbitrary phase, or SciPy gives NaN for degree 0
    np.linalg.svd, scipy.linalg.svd, runtime.leading, runtime.enlarged, runtime.restructured, adjoints.unsavgol, *OF_SOLVERS,
    special.eval_chebyt,
    special.eval_chebyu, special.eval_chebyc, special.eval_chebys, special.eval_sh_chebyt, special.eval_sh_chebyu)
CONSTANT: tuple[Any, ...] = (  # arguments that only move together, or not at all
    stats.dirichlet.logpdf, stats.dirichlet.pdf, stats.multivariate_normal.logpdf, runtime.require_diagonal, runtime.shift)
STEEP = (special.poch, special.binom)  # between the poles on the left, where differences are rough


class Variant(NamedTuple):
    """A sample, what was changed in it, and whether the rule may refuse it."""

    label: str
    sample: Sample
    refusable: bool = False


def variants(s: Sample) -> Iterator[Variant]:
    """All variants of a sample that its function can be called with."""
    n = Program(s).leaves
    for chosen in subsets(n):
        yield Variant(f"active {chosen}", s._replace(active=frozenset(chosen)))
    yield from (Variant(f"all but {k} constant", s._replace(wrt=(k,))) for k in s.wrt
                if len(s.wrt) > 1 and all(is_leaf(s.args[j]) for j in s.wrt))
    if s.active is None and s.op not in CONSTANT:
        more = [k for k, a in enumerate(s.args) if k not in s.wrt and any(map(is_leaf, flat(a)))]
        yield from (Variant(f"argument {k} active, too", s._replace(wrt=(*s.wrt, k)), refusable=True) for k in more)
    yield from layouts(s)
    yield from shapes(s)
    yield from alone(s)
    yield from negated(s)
    yield from (Variant("three dimensions", deep, refusable=True) for deep in deeper(s) if runs(deep))
    if single(s) or n == 0:
        return
    lower = None if s.op in DOUBLE else in_single_precision(s)
    if lower is not None:
        yield Variant("single", lower)
        yield from (Variant(f"single, active {c}", lower._replace(active=frozenset(c), exact=lower.exact._replace(active=frozenset(c))))
                    for c in subsets(n) if lower.exact is not None)
        yield from (v._replace(label=f"single, {v.label}") for v in layouts(lower))
    numbers = None if s.op in NUMBERS else changed(s, lambda v: np.asarray(v) if isinstance(v, (float, np.float64)) else v)
    if numbers is not None:
        yield Variant("arrays without axes", numbers, refusable=True)
    values = in_complex_numbers(s)
    if values is not None:
        yield Variant("complex", values, refusable=True)
        yield from (Variant(f"complex, active {c}", values._replace(active=frozenset(c)), refusable=True) for c in subsets(n))


def subsets(n: int) -> Iterator[tuple[int, ...]]:
    """The numbers of some of n leaves: every proper subset of few, single ones and all but one of many."""
    sizes = range(1, n) if n <= 3 else (1, n - 1) if n <= 6 else ()
    for size in sizes:
        yield from itertools.combinations(range(n), size)


def changed(s: Sample, change: Change, active_only: bool = True) -> Sample | None:
    """The sample with changed leaves, where there are any and its function takes them."""
    def walk(v: Any) -> Any:
        if isinstance(v, list):
            return [walk(e) for e in v]
        return tuple(map(walk, v)) if type(v) is tuple else change(v)

    args = tuple(walk(a) if k in s.wrt or not active_only else a for k, a in enumerate(s.args))
    same = all(a is b for a, b in zip(flat(s.args), flat(args)))
    return None if same or not runs(s._replace(args=args)) else s._replace(args=args)


def runs(s: Sample) -> bool:
    """Does the function take the arguments, and is its result finite?"""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            y = s.op(*s.args, **s.kwargs)
        except Exception:
            return False
    return all(np.all(np.isfinite(v)) for v in flat(y) if is_leaf(v))


LAYOUTS: dict[str, Change] = {
    "Fortran order": np.asfortranarray,
    "every other element": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "reversed": lambda x: x[::-1].copy()[::-1],
}


def layouts(s: Sample) -> Iterator[Variant]:
    """The arrays of the sample laid out differently in memory."""
    for label, lay in LAYOUTS.items():
        rank = 2 if lay is np.asfortranarray else 1
        laid = changed(s, lambda x: lay(x) if isinstance(x, np.ndarray) and x.ndim >= rank and x.size > 1 else x, active_only=False)
        if laid is not None:
            yield Variant(label, laid)


def shapes(s: Sample) -> Iterator[Variant]:
    """The vectors of an elementwise function in other shapes."""
    vectors = [a for a in s.args if isinstance(a, np.ndarray)]
    if isinstance(s.op, np.ufunc) and s.op.signature is None and vectors and all(v.shape == (3,) for v in vectors):
        for shape in ((0,), (1,), (1, 4), (3, 1), (2, 3, 4)):
            shaped = changed(s, lambda x: np.resize(x, shape) if isinstance(x, np.ndarray) else x, active_only=False)
            if shaped is not None:
                yield Variant(f"shape {shape}", shaped)


def alone(s: Sample) -> Iterator[Variant]:
    """One argument of an elementwise function is a vector, the others are numbers."""
    vectors = [a for a in s.args if is_leaf(a) and np.shape(a) == (3,)]
    if not is_elementwise(s.op) or not vectors or len(s.wrt) < 2 or any(is_leaf(a) and np.shape(a) not in ((), (3,)) for a in s.args):
        return
    for k in s.wrt:
        args = tuple(np.ravel(a)[0] * np.array([1.0, 1.05, 0.97]) if j == k else a[0] if np.ndim(a) else a for j, a in enumerate(s.args))
        if runs(s._replace(args=args)):
            yield Variant(f"argument {k} alone a vector", s._replace(args=args))


def negated(s: Sample) -> Iterator[Variant]:
    """One argument of an elementwise function has the other sign, where it may."""
    for k in s.wrt if is_elementwise(s.op) and s.op not in STEEP and all(map(is_leaf, (s.args[k] for k in s.wrt))) else ():
        turned = s._replace(args=(*s.args[:k], -s.args[k], *s.args[k + 1:]))
        if all(map(np.size, s.args)) and runs(turned):
            yield Variant(f"argument {k} negated", turned)


def is_elementwise(op: Any) -> bool:
    module = getattr(op, "__module__", None) or ""
    return module == "math" or module.startswith("scipy.stats._distn") or isinstance(op, np.ufunc) and op.signature is None


def in_single_precision(s: Sample) -> Sample | None:
    def lower(v: Any) -> Any:
        if not isinstance(v, (np.ndarray, np.generic)) or v.dtype not in (np.float64, np.complex128):
            return v
        return v.astype(np.float32 if v.dtype == np.float64 else np.complex64)

    lowered = changed(s, lower, active_only=False)
    if lowered is None:
        return None
    exact = changed(lowered, raised, active_only=False)
    return None if exact is None else lowered._replace(exact=exact if alike(lowered, exact) else None)


def raised(v: Any) -> Any:
    return v.astype(np.result_type(v, np.float64)) if isinstance(v, (np.ndarray, np.generic)) and is_leaf(v) else v


def alike(lowered: Sample, exact: Sample) -> bool:
    """Whether double precision gives the same result: not where its sign, or its length, is a matter of rounding."""
    a, b = (flat(s.op(*s.args, **s.kwargs)) for s in (lowered, exact))
    return all(np.shape(x) == np.shape(y) and (not is_leaf(x) or np.allclose(x, y, 1e-2, 1e-3)) for x, y in zip(a, b))


def in_complex_numbers(s: Sample) -> Sample | None:
    statistics = (getattr(s.op, "__module__", None) or "").startswith("scipy.stats")
    if statistics or s.symmetric or s.op in REAL or any(np.iscomplexobj(v) for v in flat(s.args)):
        return None
    count = itertools.count(1)

    def off_the_axis(v: Any) -> Any:
        if not is_leaf(v):
            return v
        imaginary = 0.15 * np.cos(1.7 * next(count) + np.arange(np.size(v))).reshape(np.shape(v))
        return v + 1j * (imaginary if isinstance(v, np.ndarray) else float(imaginary))

    return changed(s, off_the_axis)
