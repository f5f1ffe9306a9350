"""Run one rule on concrete values: forward, reverse and second order, without the rest of the package."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import scipy.linalg

from tangentlite import runtime
from tangentlite.ir import Const, Eqn, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder, make_list, make_tuple
from tangentlite.rules.callees import normalized
from tangentlite.rules.inference import infer
from tangentlite.rules.registry import RULES
from tangentlite.runtime import accumulate, add_at, zeros_like

HELPER = 5
COPYING = (scipy.linalg.cho_factor,)  # the half of a symmetric matrix that is not read is found in the result


class Sample(NamedTuple):
    """op(*args, **kwargs), differentiated with respect to the floating-point leaves of the arguments in `wrt`."""

    op: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any] = MappingProxyType({})
    wrt: tuple[int, ...] = (0,)
    second: bool = True
    symmetric: bool = False  # a function of symmetric matrices
    active: frozenset[int] | None = None  # the numbers of the leaves that are active; None: all
    exact: Sample | None = None  # the same call in double precision, for differences
    named: frozenset[str] = frozenset()  # the keywords that are active, too


class Program:
    """The equation of a sample, with its leaves as variables; and what was appended to it."""

    def __init__(self, sample: Sample, unknown_kinds: bool = False) -> None:
        self.b = Builder(infer=infer)
        self.values: dict[Var, Any] = {}
        self.active: list[Var] = []
        self.unknown_kinds = unknown_kinds
        self.chosen, self.leaves = sample.active, 0
        self.seed: dict[Var, Eqn] = {}
        atoms = tuple(self.atom(a, k in sample.wrt) for k, a in enumerate(sample.args))
        kwargs = {k: self.atom(v, k in sample.named) for k, v in sample.kwargs.items()}
        self.out = Var("y")
        self.b.eqn((self.out,), sample.op, atoms, kwargs)

    def atom(self, value: Any, active: bool) -> Any:
        if isinstance(value, (list, tuple)) and any(active and is_leaf(v) or isinstance(v, np.ndarray) for v in flat(value)):
            display = make_list if isinstance(value, list) else make_tuple
            return self.define(display, [self.atom(v, active) for v in value])
        if active and is_leaf(value) or isinstance(value, np.ndarray):
            return self.input(value, active)
        return Const(value)

    def input(self, value: Any, active: bool = True) -> Var:
        v = Var("x")
        self.values[v] = value
        self.b.kinds[v] = K.UNKNOWN if self.unknown_kinds else K.of_value(value, v)
        if active and is_leaf(value):
            if self.chosen is None or self.leaves in self.chosen:
                self.active.append(v)
            self.leaves += 1
        return v

    def define(self, op: Callable[..., Any], atoms: list[Any]) -> Var:
        v = Var("t")
        self.b.eqn((v,), op, tuple(atoms))
        return v

    def run(self, inputs: dict[Var, Any] | None = None) -> dict[Var, Any]:
        """The value of every variable."""
        env = {**self.values, **(inputs or {})}
        for e in self.b.stmts:
            assert isinstance(e, Eqn)
            env[e.out] = e.op(*(value(a, env) for a in e.args), **{k: value(a, env) for k, a in e.kwargs})
        return env

    def length(self, wanted: Iterable[Any], start: int) -> int:
        """The number of operations from `start` on that the `wanted` values need, and of their operands: how long the text is.

        What needs a function of the run time is worse than a few operations of NumPy.
        """
        needed, count = set(wanted), 0
        for e in reversed(self.b.stmts[start:]):
            if not needed.isdisjoint(e.outs):
                needed.update(e.inputs)
                helper = (getattr(e.op, "__module__", None) or "").startswith(runtime.__name__)
                count += 1 + HELPER * helper + len(e.args) + len(e.kwargs)
        return count

    def rewind(self, stmts: list[Any]) -> None:
        """Forget what was appended after `stmts`."""
        self.b.stmts[:] = stmts
        self.b.fresh.clear()
        self.b.again.clear()
        self.seed.clear()

    def forward(self, dots: dict[Var, Any]) -> dict[Var, Any]:
        """Append the tangents of all equations so far."""
        dots = dict(dots)
        for e in list(self.b.stmts):
            assert isinstance(e, Eqn)
            self.b.fresh.clear()
            rule = RULES[normalized(e, self.b).op]
            if rule.forward is not None and any(a in dots for a in e.inputs):
                dots[e.out] = rule.forward(self.b, normalized(e, self.b), dots)
        return dots

    def only(self, k: int, g: Any) -> Var:
        """The adjoint of a result with several components when nothing but the k-th is used, twice, as it is written in a derivative."""
        first = self.b.emit(add_at, self.b.emit(zeros_like, self.out), Const(k), self.input(0.25 * g, active=False))
        seed = self.b.emit(add_at, first, Const(k), self.input(g - 0.25 * g, active=False))
        self.seed = dict(self.b.fresh)
        return seed

    def reverse(self, bars: dict[Var, Any]) -> dict[Var, Any]:
        """Append the adjoints of all equations so far."""
        bars = dict(bars)
        for e in reversed(list(self.b.stmts)):
            assert isinstance(e, Eqn)
            self.b.fresh.clear()
            self.b.fresh.update(self.seed)
            rule = RULES[normalized(e, self.b).op]
            if rule.reverse is None or bars.get(e.out) is None:
                continue
            for x, c in list(rule.reverse(self.b, normalized(e, self.b), bars[e.out])):
                if isinstance(x, Var) and c is not None:
                    bars[x] = c if bars.get(x) is None else self.define(accumulate, [bars[x], c])
        return bars


def value(a: Any, env: dict[Var, Any]) -> Any:
    return a.value if isinstance(a, Const) else env[a]


def flat(v: Any) -> Iterator[Any]:
    if isinstance(v, (list, tuple)):
        for e in v:
            yield from flat(e)
    else:
        yield v


def is_leaf(v: Any) -> bool:
    """A floating-point number or array."""
    return np.asarray(v).dtype.kind in "fc" if isinstance(v, (float, complex, np.generic, np.ndarray)) else False


def random_like(v: Any, rng: np.random.Generator) -> Any:
    if isinstance(v, (list, tuple)):
        return [random_like(e, rng) for e in v]
    if not is_leaf(v):
        return zeros_like(v)
    noise = rng.normal(size=np.shape(v)) + (1j * rng.normal(size=np.shape(v)) if np.iscomplexobj(v) else 0.0)
    if isinstance(v, (float, complex)) and not isinstance(v, np.generic):
        return type(v)(noise)
    return np.asarray(noise, dtype=v.dtype) if isinstance(v, np.ndarray) else v.dtype.type(noise)


def allowed(s: Sample, x: Any, d: Any) -> Any:
    """What of a direction a symmetric matrix `x` can move in: the derivative along the rest is zero."""
    if not s.symmetric or np.ndim(x) < 2 or np.shape(x)[-1] != np.shape(x)[-2] or not np.allclose(x, flipped(x)):
        return d
    return 0.5 * (d + flipped(d))


def flipped(x: Any) -> Any:
    return np.conj(np.swapaxes(x, -1, -2))


def direction(s: Sample, x: Any, rng: np.random.Generator) -> Any:
    """A direction to take a derivative in."""
    d = random_like(x, rng)
    return allowed(s, x, d) if s.op in COPYING else d


def inner(a: Any, b: Any) -> float:
    """The pairing of an adjoint with a tangent: Re(sum a b)."""
    if isinstance(a, (list, tuple)) or isinstance(b, (list, tuple)):
        return sum(inner(x, y) for x, y in zip(a, b, strict=True))
    if np.size(b) == 0:
        return 0.0
    assert np.shape(a) == np.shape(b) or np.shape(a) == ()
    return float(np.real(np.sum(np.multiply(a, b, dtype=complex))))


def step(v: Any, h: float, d: Any) -> Any:
    if isinstance(v, (list, tuple)):
        return [step(x, h, y) for x, y in zip(v, d)]
    return v + np.asarray(h * d).astype(v.dtype) if isinstance(v, np.ndarray) else type(v)(v + h * d)


def difference(f: Callable[[float], Any], h: float) -> Any:
    """Central difference with one Richardson step, for results of any structure."""
    return combine([f(h), f(-h), f(2 * h), f(-2 * h)], h)


def combine(ys: list[Any], h: float) -> Any:
    if isinstance(ys[0], (list, tuple)):
        return [combine(list(parts), h) for parts in zip(*ys)]
    a, b, c, d = (np.asarray(y, dtype=np.result_type(y, float)) for y in ys)
    return (8 * (a - b) - (c - d)) / (12 * h)


def assert_kind(kind: K.Kind, v: Any, sizes: dict[Any, int]) -> None:
    """The inferred kind must be true of the value."""
    match kind:
        case K.Number(dtype):
            assert not isinstance(v, np.ndarray), f"{kind} of an array"
            assert_dtype(dtype, v)
        case K.Array(dtype, dims):
            assert isinstance(v, (int, float, complex, np.ndarray, np.generic)), f"{kind} of {type(v)}"
            assert not dtype or dims is None or isinstance(v, np.ndarray), f"{kind} of {type(v)}"
            if dims is not None or type(v) not in (float, complex):  # Python's numbers are among arrays what they make of them
                assert_dtype(dtype, v)
            if dims is not None:
                assert len(dims) == np.ndim(v), f"{kind}, but shape {np.shape(v)}"
                for d, n in zip(dims, np.shape(v)):
                    assert (n == 1) if d == 1 else (n != 1 or d[0] == "?"), f"{kind}, but shape {np.shape(v)}"
                    assert d == 1 or sizes.setdefault(d, n) == n, f"{kind}, but shape {np.shape(v)}"
        case K.Seq(_, items, elem):
            for k, e in enumerate(v if not isinstance(v, dict) else v.values()):
                assert_kind(items[k] if items is not None else elem or K.UNKNOWN, e, sizes)
        case K.Inert():
            assert not is_leaf(v)


def assert_dtype(dtype: str | None, v: Any) -> None:
    """Python's numbers may pass for NumPy's: that costs a cast at most."""
    names = {"float64": ("float64", "float"), "complex128": ("complex128", "complex"),
             "complex": ("complex", "float")}.get(dtype or "", (dtype,))
    assert not dtype or actual_dtype(v) in names, f"{dtype}, but {actual_dtype(v)}"


def result(a: Any, env: dict[Var, Any], like: Any) -> Any:
    """The value of an adjoint or tangent; a missing one is zero."""
    return zeros_like(like) if a is None else value(a, env)


def actual_dtype(v: Any) -> str:
    return v.dtype.name if isinstance(v, (np.ndarray, np.generic)) else type(v).__name__
