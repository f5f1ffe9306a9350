"""Every rule, on sample calls: forward against differences, reverse against forward, second order, and kinds."""
from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest

from tangentlite import runtime
from tangentlite.ir import Eqn, Var
from tangentlite.ir.ops import attribute, unpack
from tangentlite.rules.polynomial_bases import EVALUATED
from tangentlite.rules.verbs import RULES, UnknownKeyword, normalized
from tests.rules.calls import CALLS
from tests.rules.harness import (
    Program,
    Sample,
    assert_kind,
    difference,
    direction,
    flat,
    inner,
    is_leaf,
    random_like,
    result,
    step,
)

DECLARED = tuple(RULES.items())  # by the families that have samples
SAMPLES = {f"{getattr(s.op, '__module__', '')}.{getattr(s.op, '__name__', s.op)}-{k}": s for k, s in enumerate(CALLS)}


def single(s: Sample) -> bool:
    return any(v is np.float32 or is_leaf(v) and np.asarray(v).dtype in ("float32", "complex64")
               for v in (*flat(s.args), *s.kwargs.values()))


def tolerance(s: Sample) -> dict[str, float]:
    return {"rtol": 3e-3, "atol": 3e-3} if single(s) else {"rtol": 2e-6, "atol": 2e-7}


def close(a: object, b: object, s: Sample) -> None:
    if isinstance(b, (list, tuple)):
        assert isinstance(a, (list, tuple, np.ndarray))
        for x, y in zip(a, b, strict=True):
            close(x, y, s)
        return
    np.testing.assert_allclose(a, b, **tolerance(s))


def refusal_allowed(unknown: bool) -> Any:
    """A rule may refuse where it would have to guess a number of dimensions."""
    return contextlib.suppress(UnknownKeyword) if unknown else contextlib.nullcontext()


def check_kinds(p: Program, env: dict[Var, Any]) -> None:
    sizes: dict[Any, int] = {}
    for v, x in env.items():
        if not p.unknown_kinds or v not in p.values:
            assert_kind(p.b.kinds[v], x, sizes)


@pytest.mark.parametrize("unknown", [False, True], ids=["known", "unknown"])
@pytest.mark.parametrize("name", SAMPLES)
def test_rule(name: str, unknown: bool) -> None:
    with refusal_allowed(unknown):
        check_first_order(SAMPLES[name], unknown)


def check_first_order(s: Sample, unknown: bool) -> None:
    rng = np.random.default_rng(1)
    p = Program(s, unknown)
    env = p.run()
    primals, y = list(p.active), env[p.out]
    dx = {v: direction(s, env[v], rng) for v in primals}
    h = 1e-3 if single(s) else 1e-4
    expected = difference(lambda t: p.run({v: step(env[v], t, d) for v, d in dx.items()})[p.out], h)
    stmts = list(p.b.stmts)

    dot = p.forward({v: p.input(d, active=False) for v, d in dx.items()}).get(p.out)
    env = p.run()
    tangent = result(dot, env, y)
    close(tangent, expected, s)
    if not unknown and getattr(y, "dtype", None) == np.float32:
        assert getattr(tangent, "dtype", y.dtype) == y.dtype, f"tangent {tangent.dtype} for {y.dtype}"
    check_kinds(p, env)

    p.rewind(stmts)
    g = random_like(y, rng)
    bars = p.reverse({p.out: p.input(g, active=False)})
    env = p.run()
    for v in primals:
        x, bar = env[v], result(bars.get(v), env, env[v])
        assert np.shape(bar) == np.shape(x), f"adjoint of shape {np.shape(bar)} for {np.shape(x)}"
        if isinstance(x, float) and not isinstance(x, np.generic) and not unknown:
            assert not isinstance(bar, np.ndarray) or bars.get(v) is None, "adjoint of a number is an array"
        if bars.get(v) is not None and isinstance(x, (np.ndarray, np.generic)):
            assert getattr(bar, "dtype", x.dtype) == x.dtype, f"adjoint {bar.dtype} for {x.dtype}"
    total = sum(inner(result(bars.get(v), env, env[v]), d) for v, d in dx.items())
    np.testing.assert_allclose(total, inner(g, tangent), **tolerance(s))
    check_kinds(p, env)


@pytest.mark.parametrize("name", [n for n, s in SAMPLES.items() if s.second and not single(s)])
def test_second_order(name: str) -> None:
    """Forward over reverse against differences of the adjoint; reverse over reverse by duality."""
    s, rng = SAMPLES[name], np.random.default_rng(2)
    p = Program(s)
    primals = list(p.active)
    g = p.input(random_like(p.run()[p.out], rng), active=False)
    bars = p.reverse({p.out: g})
    adjoints = list(dict.fromkeys(bars[v] for v in primals if isinstance(bars.get(v), Var)))
    env, stmts = p.run(), list(p.b.stmts)
    dx = {**{v: direction(s, env[v], rng) for v in primals}, g: random_like(env[g], rng)}

    def moved(t: float) -> list[Any]:
        e = p.run({v: step(env[v], t, d) for v, d in dx.items()})
        return [e[a] for a in adjoints]

    expected = difference(moved, 1e-4)
    dots = p.forward({v: p.input(d, active=False) for v, d in dx.items()})
    e = p.run()
    tangents = [np.broadcast_to(result(dots.get(a), e, env[a]), np.shape(env[a])) for a in adjoints]
    for t, expect in zip(tangents, expected):
        np.testing.assert_allclose(t, expect, rtol=1e-5, atol=1e-6)

    p.rewind(stmts)
    seeds = [random_like(env[a], rng) for a in adjoints]
    second = p.reverse({a: p.input(w, active=False) for a, w in zip(adjoints, seeds)})
    e = p.run()
    total = sum(inner(result(second.get(v), e, env[v]), d) for v, d in dx.items())
    np.testing.assert_allclose(total, sum(map(inner, seeds, tangents)), rtol=1e-6, atol=1e-7)


def test_every_rule_has_a_sample() -> None:
    in_corpus = unpack, attribute, runtime.set_attribute, runtime.add_attribute
    covered = [RULES[op] for op in (*in_corpus, runtime.cofactors_slope, *EVALUATED)]  # the others refuse
    for s in CALLS:
        p = Program(s)
        last = next(e for e in reversed(p.b.stmts) if isinstance(e, Eqn))
        covered.append(RULES[normalized(last, p.b).op])
    missing = [op for op, rule in DECLARED if not rule.constant and not any(rule is r for r in covered)]
    assert not missing
