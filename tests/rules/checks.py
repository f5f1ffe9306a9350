"""What is checked of a sample call: forward against differences, reverse against forward, second order, and kinds."""
from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from tangentlite.ir import Var
from tangentlite.rules.registry import UnknownKeyword
from tests.rules.harness import (
    Program,
    Sample,
    allowed,
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


def check_kinds(p: Program, env: dict[Var, Any]) -> None:
    sizes: dict[Any, int] = {}
    for v, x in env.items():
        if not p.unknown_kinds or v not in p.values:
            assert_kind(p.b.kinds[v], x, sizes)


def double(d: Any) -> Any:
    """In double precision."""
    d = np.asarray(d)
    return d.astype(complex if d.dtype.kind == "c" else float)[()]


def differences(s: Sample, p: Program, dx: dict[Var, Any]) -> Any:
    """The tangent by differences, in double precision where the sample says what that is."""
    q = p if s.exact is None else Program(s.exact, p.unknown_kinds)
    moved = dict(zip(q.active, dx.values() if q is p else map(double, dx.values()), strict=True))
    h = 1e-3 if single(s) and s.exact is None else 1e-4
    return difference(lambda t: q.run({v: step(q.values[v], t, allowed(s, q.values[v], d)) for v, d in moved.items()})[q.out], h)


def check_first_order(s: Sample, unknown: bool = False) -> int:
    """How long the derivatives are. With `unknown` kinds a rule may refuse, where it would have to guess a number of dimensions."""
    with contextlib.suppress(UnknownKeyword) if unknown else contextlib.nullcontext():
        return _check_first_order(s, unknown)
    return 0


def _check_first_order(s: Sample, unknown: bool) -> int:
    rng = np.random.default_rng(1)
    p = Program(s, unknown)
    env = p.run()
    primals, y = list(p.active), env[p.out]
    dx = {v: direction(s, env[v], rng) for v in primals}
    expected = differences(s, p, dx)
    stmts = list(p.b.stmts)

    dot = p.forward({v: p.input(d, active=False) for v, d in dx.items()}).get(p.out)
    length = p.length([dot], len(stmts))
    env = p.run()
    tangent = result(dot, env, y)
    close(tangent, expected, s)
    if not unknown and getattr(y, "dtype", None) == np.float32:
        assert getattr(tangent, "dtype", y.dtype) == y.dtype, f"tangent {tangent.dtype} for {y.dtype}"
    check_kinds(p, env)

    p.rewind(stmts)
    g = random_like(y, rng)
    bars = p.reverse({p.out: p.input(g, active=False)})
    length += p.length(map(bars.get, primals), len(stmts))
    env = p.run()
    for v in primals:
        check_adjoint(env[v], result(bars.get(v), env, env[v]), bars.get(v) is None, unknown)
    check_duality(s, env, bars, dx, inner(g, tangent))
    check_kinds(p, env)
    if not unknown and isinstance(y, (tuple, list)):
        check_components(s, p, stmts, y, tangent, dx)
    return length


def check_duality(s: Sample, env: dict[Var, Any], bars: dict[Var, Any], dx: dict[Var, Any], expected: float) -> None:
    total = sum(inner(result(bars.get(v), env, env[v]), d) for v, d in dx.items())
    np.testing.assert_allclose(total, expected, **tolerance(s))


def check_components(s: Sample, p: Program, stmts: list[Any], y: Any, tangent: Any, dx: dict[Var, Any]) -> None:
    """Reverse mode when nothing but one component of the result is used."""
    rng = np.random.default_rng(3)
    for k, part in enumerate(y):
        if is_leaf(part):
            p.rewind(stmts)
            g = random_like(part, rng)
            bars = p.reverse({p.out: p.only(k, g)})
            check_duality(s, p.run(), bars, dx, inner(g, tangent[k]))


def check_adjoint(x: Any, bar: Any, zero: bool, unknown: bool) -> None:
    """The adjoint of `x` has its shape and its dtype."""
    assert np.shape(bar) == np.shape(x), f"adjoint of shape {np.shape(bar)} for {np.shape(x)}"
    if isinstance(x, float) and not isinstance(x, np.generic) and not unknown:
        assert not isinstance(bar, np.ndarray) or zero, "adjoint of a number is an array"
        assert np.iscomplexobj(x) or not np.iscomplexobj(bar), "adjoint of a real number is complex"
    real_of_complex = isinstance(x, np.complexfloating) and not np.iscomplexobj(bar)  # where it is returned, it becomes complex
    if not zero and isinstance(x, (np.ndarray, np.generic)) and not real_of_complex:
        assert getattr(bar, "dtype", x.dtype) == x.dtype, f"adjoint {bar.dtype} for {x.dtype}"


def check_second_order(s: Sample) -> None:
    """Forward over reverse against differences of the adjoint; reverse over reverse by duality."""
    rng = np.random.default_rng(2)
    p = Program(s)
    primals = list(p.active)
    g = p.input(random_like(p.run()[p.out], rng), active=False)
    bars = p.reverse({p.out: g})
    adjoints = list(dict.fromkeys(bars[v] for v in primals if isinstance(bars.get(v), Var)))
    env, stmts = p.run(), list(p.b.stmts)
    dx = {**{v: allowed(s, env[v], random_like(env[v], rng)) for v in primals}, g: random_like(env[g], rng)}

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
