"""The rules at complex numbers: each either refuses them, or its derivative is right along real and imaginary directions."""
from __future__ import annotations

import itertools
import warnings
from collections import defaultdict
from typing import Any

import numpy as np
import pytest

from tangentlite.ir.ops import call_method
from tangentlite.rules.broadcasting import real_or_complex
from tangentlite.rules.registry import UnknownKeyword
from tests.rules.calls import CALLS
from tests.rules.harness import Program, Sample, allowed, difference, flat, inner, is_leaf, random_like, result, step

COMPLEX = {"float32": "complex64", "float64": "complex128"}
EACH = 4  # sample calls of each function
# functions of which the values at complex numbers depend on a choice (the phase of a vector), or on entries that samples do not set
UNCHECKED = {"eig", "eigh", "svd", "schur", "qr", "pinv", "solve", "lu_factor", "eigh_tridiagonal"}
UNREACHED = ("scipy.stats", "scipy.adjoints", "scipy.sensitivities", "_slope")  # by complex numbers


def name_of(s: Sample) -> str:
    attribute = f".{s.args[1]}" if s.op in (call_method, getattr) else ""
    return f"{getattr(s.op, '__module__', '')}.{getattr(s.op, '__name__', s.op)}{attribute}"


def complexified(v: Any, rng: np.random.Generator) -> Any:
    """The value with an imaginary part."""
    if isinstance(v, (list, tuple)):
        return type(v)(complexified(e, rng) for e in v)
    if not is_leaf(v) or np.iscomplexobj(v) or not hasattr(v, "dtype") and not isinstance(v, float):
        return v
    noise = 0.3 * rng.normal(size=np.shape(v))
    if not hasattr(v, "dtype"):
        return complex(v, float(noise))
    dtype = np.dtype(COMPLEX.get(v.dtype.name, "complex128"))
    return (v + 1j * noise).astype(dtype) if isinstance(v, np.ndarray) else dtype.type(v + 1j * noise)


def variants() -> dict[str, list[Sample]]:
    """Sample calls with all arguments complex, and with one of them, by function."""
    found: dict[str, list[Sample]] = defaultdict(list)
    for k, s in enumerate(CALLS):
        name, rng = name_of(s), np.random.default_rng(k)
        if getattr(s.op, "__name__", "") in UNCHECKED or any(part in name for part in UNREACHED):
            continue
        for chosen in dict.fromkeys([s.wrt, *((w,) for w in s.wrt)]):
            args = tuple(allowed(s, a, complexified(a, rng)) if j in chosen else a for j, a in enumerate(s.args))
            if len(found[name]) < EACH * len(s.wrt) and any(np.iscomplexobj(leaf) for a in args for leaf in flat(a) if is_leaf(leaf)):
                found[name].append(s._replace(args=args))
    return found


VARIANTS = {name: samples for name, samples in variants().items() if samples}


@pytest.mark.parametrize("name", VARIANTS)
def test_rule_of_complex_numbers(name: str) -> None:
    for s in VARIANTS[name]:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                p = Program(s)
                y = p.run()[p.out]
            except Exception:  # the function refuses complex numbers itself
                continue
            if all(is_leaf(e) and np.all(np.isfinite(e)) for e in flat(y)):
                check(s, p, y)


def check(s: Sample, p: Program, y: Any) -> None:
    rng = np.random.default_rng(1)
    env = p.run()
    single = any(np.asarray(v).dtype in ("float32", "complex64") for v in env.values() if is_leaf(v))
    close: dict[str, Any] = {"rtol": 5e-3, "atol": 5e-3} if single else {"rtol": 2e-6, "atol": 2e-7}
    dx = {v: allowed(s, env[v], random_like(env[v], rng)) for v in p.active}
    expected = difference(lambda t: p.run({v: step(env[v], t, d) for v, d in dx.items()})[p.out], 1e-3 if single else 1e-4)
    stmts = list(p.b.stmts)
    try:
        dot = p.forward({v: p.input(d, active=False) for v, d in dx.items()}).get(p.out)
        tangent = result(dot, p.run(), y)
        p.rewind(stmts)
        g = random_like(y, rng)
        bars = p.reverse({p.out: p.input(g, active=False)})
    except UnknownKeyword:
        return
    for a, b in itertools.zip_longest(flat(tangent), flat(expected)):
        np.testing.assert_allclose(np.broadcast_to(a, np.shape(b)), b, err_msg="forward", **close)
    settled = {v: real_or_complex(p.b, bars[v], v) for v in p.active if bars.get(v) is not None}
    env = p.run()
    total = 0.0
    for v, d in dx.items():
        bar = result(settled.get(v), env, env[v])
        assert np.shape(bar) == np.shape(env[v])
        assert np.iscomplexobj(env[v]) or not np.iscomplexobj(bar), "the adjoint of a real number is complex"
        total += inner(bar, d)
    np.testing.assert_allclose(total, inner(g, tangent), err_msg="reverse", **close)
