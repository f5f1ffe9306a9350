"""How sample calls are made: arguments of every shape, and the calls that each sort of function is tried with."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tangentlite.ir.ops import call_method
from tests.rules.harness import Sample

RNG = np.random.default_rng(0)
SHAPES: tuple[tuple[int, ...], ...] = ((), (1,), (3,), (1, 4), (3, 1), (2, 3, 4))


def arr(*shape: int, lo: float = -1.0, hi: float = 1.0, dtype: Any = float) -> Any:
    """Distinct values in (lo, hi), away from 0."""
    x = RNG.uniform(lo, hi, shape)
    x = np.where(np.abs(x) < 0.05, x + 0.1, x)
    if dtype in (complex, np.complex64):
        x = x + 1j * RNG.uniform(lo, hi, shape)
    return x.astype(dtype)[()] if shape == () else x.astype(dtype)


def spaced(*shape: int, dtype: Any = float) -> Any:
    """Values in (-1, 1) that no small step makes equal."""
    n = int(np.prod(shape))
    return RNG.permutation(np.linspace(-0.97, 0.95, n) + RNG.uniform(-0.1, 0.1) / n).reshape(shape).astype(dtype)


def sample(op: Callable[..., Any], *args: Any, wrt: Iterable[int] | None = None, second: bool = True,
  **kwargs: Any) -> Sample:
    return Sample(op, args, kwargs, tuple(range(len(args))) if wrt is None else tuple(wrt), second)


def method(x: Any, name: str, *args: Any, wrt: Iterable[int] = (0,), **kwargs: Any) -> Sample:
    return Sample(call_method, (x, name, *args), kwargs, tuple(wrt))


def attribute(x: Any, name: str) -> Sample:
    return Sample(getattr, (x, name), {}, (0,))


def unary(op: Callable[..., Any], lo: float = -0.9, hi: float = 0.9) -> list[Sample]:
    return [sample(op, x) for x in (0.5 * (lo + hi) + 0.13, arr(lo=lo, hi=hi), np.array(arr(lo=lo, hi=hi)), arr(1,
      lo=lo, hi=hi),
                                    arr(2, 3, lo=lo, hi=hi), arr(3, lo=lo, hi=hi, dtype=np.float32))]


def binary(op: Callable[..., Any], lo: float = 0.3, hi: float = 1.7) -> list[Sample]:
    pairs = [((), ()), ((3,), ()), ((), (3,)), ((3,), (3,)), ((3, 1), (1, 4)), ((1,), (2, 3)), ((2, 3, 4), (3, 1)),
      ((0,), (1,))]
    out = [sample(op, arr(*a, lo=lo, hi=hi), arr(*b, lo=lo, hi=hi)) for a, b in pairs]
    out.append(sample(op, 1.3, 0.7))
    out.append(sample(op, arr(3, lo=lo, hi=hi, dtype=np.float32), arr(1, lo=lo, hi=hi, dtype=np.float32)))
    out.append(sample(op, arr(3, lo=lo, hi=hi, dtype=np.float32), 1.5, wrt=[0]))
    out.append(sample(op, arr(2, 3, lo=lo, hi=hi), arr(3, lo=lo, hi=hi), wrt=[1]))
    out.append(sample(op, arr(3, lo=lo, hi=hi), arr(2, 3, lo=lo, hi=hi), wrt=[0]))
    return out


def reduction(op: Callable[..., Any], lo: float = -1.0, hi: float = 1.0, **options: Any) -> list[Sample]:
    out = [sample(op, arr(*s, lo=lo, hi=hi), **options) for s in SHAPES if s not in ((),
      (1,)) or "ddof" not in options]
    out.append(sample(op, arr(3, lo=lo, hi=hi, dtype=np.float32), **options))
    for axis in (0, -1, 1, (0, 2), (-1, 0)):
        second = not (op in (np.prod, np.nanprod) and isinstance(axis, tuple))
        out.append(sample(op, arr(2, 3, 4, lo=lo, hi=hi), wrt=[0], axis=axis, second=second, **options))
        out.append(sample(op, arr(2, 3, 4, lo=lo, hi=hi), wrt=[0], axis=axis, keepdims=True, second=second,
          **options))
    out.append(sample(op, arr(2, 3, lo=lo, hi=hi), 0, wrt=[0], **options))
    out.append(sample(op, arr(2, 3, lo=lo, hi=hi), wrt=[0], keepdims=True, **options))
    out.append(sample(op, arr(2, 3, lo=lo, hi=hi, dtype=np.float32), wrt=[0], axis=1, **options))
    return out


def several(ops: Iterable[Callable[..., Any]], make: Callable[..., list[Sample]], *args: Any,
  **kwargs: Any) -> list[Sample]:
    return [s for op in ops for s in make(op, *args, **kwargs)]
