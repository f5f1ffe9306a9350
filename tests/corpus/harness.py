"""Checks of one case at one point: values, both modes against differences and against each other, second order.

The reference is a Richardson-extrapolated central difference, good to about 1e-10 where a function is smooth on the
scale of the step. float32 arguments are differenced in float64.
"""
from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tangentlite.objects import attributes, has_attributes
from tangentlite.runtime import instance
from tests.corpus import Case, Point

STEP = 2e-3
DUALITY = 1e-12
SINGLE = 2e-4  # the relative accuracy asked of float32

Tree = Any


# Trees: numbers and arrays inside tuples, lists, dicts and objects

def leaves(tree: Tree) -> list[Any]:
    """The numbers and arrays of a tree, in order."""
    if isinstance(tree, dict):
        return [leaf for value in tree.values() for leaf in leaves(value)]
    if isinstance(tree, (tuple, list)):
        return [leaf for value in tree for leaf in leaves(value)]
    if has_attributes(type(tree)):
        return leaves(attributes(tree))
    return [tree] if is_number(tree) else []


def map_leaves(fn: Callable[..., Any], tree: Tree, *rest: Tree) -> Tree:
    """`tree` with `fn` applied to its leaves (and to the leaves of trees of the same structure)."""
    if isinstance(tree, dict):
        return {k: map_leaves(fn, v, *(r[k] for r in rest)) for k, v in tree.items()}
    if isinstance(tree, (tuple, list)):
        return getattr(type(tree), "_make", type(tree))([map_leaves(fn, *group) for group in zip(tree, *rest, strict=True)])
    if has_attributes(type(tree)):
        return instance(type(tree), **map_leaves(fn, attributes(tree), *map(attributes, rest)))
    return fn(tree, *rest) if is_number(tree) else tree


def is_number(leaf: Any) -> bool:
    return isinstance(leaf, (int, float, complex, np.ndarray, np.generic))


def random_like(tree: Tree, seed: int) -> Tree:
    """Fixed random numbers in the shapes, dtypes and kinds of `tree`."""
    rng = np.random.default_rng(seed)

    def draw(leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray):
            return np.asarray(rng.uniform(-1.0, 1.0, leaf.shape), leaf.dtype)
        value = float(rng.uniform(-1.0, 1.0))
        return leaf.dtype.type(value) if isinstance(leaf, np.generic) else value

    return map_leaves(draw, tree)


def inner(a: Tree, b: Tree) -> float:
    """The sum of the products of corresponding numbers, in double precision."""
    products = map_leaves(lambda x, y: float(np.sum(np.multiply(x, y, dtype=np.float64))), a, b)
    return float(sum(leaves(products)))


def magnitude(a: Tree, b: Tree) -> float:
    """The same sum of absolute values: the scale of the rounding errors of `inner`."""
    return inner(map_leaves(np.abs, a), map_leaves(np.abs, b))


def is_single(args: Any) -> bool:
    return any(getattr(leaf, "dtype", None) == np.float32 for leaf in leaves(args))


def as_double(tree: Tree) -> Tree:
    def double(leaf: Any) -> Any:
        return leaf.astype(np.float64) if getattr(leaf, "dtype", None) == np.float32 else leaf

    return map_leaves(double, tree)


# References by differences

def shifted(args: Point, direction: dict[int, Tree], step: float) -> Point:
    """`args` moved by `step` along `direction`, argument by argument; kinds and shapes are kept."""
    def move(x: Any, d: Any) -> Any:
        moved = x + step * d
        return np.asarray(moved) if isinstance(x, np.ndarray) else moved

    return tuple(map_leaves(move, a, direction[i]) if i in direction else a for i, a in enumerate(args))


def difference(f: Callable[..., Tree], args: Point, direction: dict[int, Tree], step: float = STEP) -> Tree:
    """The derivative of `f` along `direction`: central differences, extrapolated twice (error of order step**6)."""
    def central(h: float) -> Tree:
        ahead, behind = (f(*shifted(copy.deepcopy(args), direction, s)) for s in (h, -h))
        return map_leaves(lambda p, m: (p - m) / (2.0 * h), ahead, behind)

    def combine(factor: float, fine: Tree, coarse: Tree) -> Tree:
        return map_leaves(lambda a, b: (factor * a - b) / (factor - 1.0), fine, coarse)

    wide, middle, narrow = central(step), central(step / 2), central(step / 4)
    return combine(16.0, combine(4.0, narrow, middle), combine(4.0, middle, wide))


def unit_directions(args: Point, argnums: tuple[int, ...]) -> Iterator[tuple[int, int, int, dict[int, Tree]]]:
    """(argument, leaf, element, direction) for every number of the differentiable arguments."""
    for i in argnums:
        for k, leaf in enumerate(leaves(args[i])):
            for j in range(np.size(leaf)):
                count = iter(range(len(leaves(args[i]))))

                def unit(x: Any, k: int = k, j: int = j, count: Iterator[int] = count) -> Any:
                    hot = np.zeros(np.size(x))
                    if next(count) == k:
                        hot[j] = 1.0
                    return hot.reshape(np.shape(x)) if isinstance(x, np.ndarray) else float(hot[0])

                yield i, k, j, {i: map_leaves(unit, args[i])}


def numeric_gradient(f: Callable[..., float], args: Point, argnums: tuple[int, ...], step: float = STEP) -> list[Tree]:
    """The gradient of a scalar function with respect to `argnums`, element by element."""
    found = [[np.zeros(np.size(leaf)) for leaf in leaves(args[i])] for i in argnums]
    for i, k, j, direction in unit_directions(args, argnums):
        found[argnums.index(i)][k][j] = difference(f, args, direction, step)
    result = []
    for i, flat in zip(argnums, found):
        parts = iter(flat)
        result.append(map_leaves(lambda x, parts=parts: next(parts).reshape(np.shape(x)), args[i]))
    return result


# Assertions

def assert_close(what: str, got: Tree, want: Tree, tol: float) -> None:
    """Relative to the larger of 1 and the largest number wanted in the same leaf."""
    for g, w in zip(leaves(got), leaves(want), strict=True):
        g, w = np.asarray(g, np.float64), np.asarray(w, np.float64)
        assert g.shape == w.shape, f"{what}: shape {g.shape}, expected {w.shape}"
        scale = max(1.0, float(np.max(np.abs(w), initial=0.0)))
        worst = float(np.max(np.abs(g - w), initial=0.0)) / scale
        assert worst <= tol, f"{what}: off by {worst:.3g} (tolerance {tol:.1g})\n  got      {g!r}\n  expected {w!r}"


def assert_same(what: str, got: Tree, want: Tree) -> None:
    """Equal to the last bit, and of the same types, shapes and dtypes; a float may be a NumPy double, as the sum of nothing is."""
    alike = map_leaves(lambda g, w: float(g) if type(w) is float and type(g) is np.float64 else g, got, want)
    assert describe(alike) == describe(want), f"{what}: {describe(got)}, expected {describe(want)}"
    for g, w in zip(leaves(got), leaves(want), strict=True):
        same = g.tobytes() == w.tobytes() if isinstance(w, np.ndarray) else g == w
        assert same, f"{what}: {g!r}, expected {w!r}"


def describe(tree: Tree) -> Any:
    """The structure of a tree: its containers, and of each leaf the type, dtype and shape."""
    if isinstance(tree, dict):
        return {k: describe(v) for k, v in tree.items()}
    if isinstance(tree, (tuple, list)):
        return (type(tree).__name__, *map(describe, tree))
    if isinstance(tree, (np.ndarray, np.generic)):
        return type(tree).__name__, tree.dtype.name, tree.shape
    return type(tree).__name__


def assert_like(what: str, derivative: Tree, value: Tree) -> None:
    """A derivative has the structure, shapes and dtypes of its value; a float may be a NumPy double."""
    def one(d: Any, v: Any) -> None:
        assert np.shape(d) == np.shape(v), f"{what}: shape {np.shape(d)}, expected {np.shape(v)}"
        if isinstance(v, (np.ndarray, np.generic)) and v.dtype.kind == "f":
            got = getattr(d, "dtype", type(d))
            assert got == v.dtype, f"{what}: dtype {got}, expected {v.dtype}"
            array_wanted = isinstance(v, np.ndarray) and v.ndim > 0
            assert isinstance(d, np.ndarray) or not array_wanted, f"{what}: {type(d).__name__}, expected an array"
        else:
            assert isinstance(d, float), f"{what}: {type(d).__name__}, expected a float"

    assert_structure(what, derivative, value)
    map_leaves(one, derivative, value)


def assert_structure(what: str, got: Tree, want: Tree) -> None:
    got_shape, want_shape = (map_leaves(lambda _: None, outline(t)) for t in (got, want))
    assert got_shape == want_shape, f"{what}: structure {got_shape}, expected {want_shape}"


def outline(tree: Tree) -> Tree:
    """The tree with dictionaries for the objects in it."""
    if isinstance(tree, dict):
        return {k: outline(v) for k, v in tree.items()}
    if has_attributes(type(tree)):
        return {type(tree).__name__: outline(attributes(tree))}
    return type(tree)(map(outline, tree)) if isinstance(tree, (tuple, list)) else tree


class Untouched:
    """Within the block, no argument may change by a bit."""

    def __init__(self, args: Point) -> None:
        self.args, self.before = args, copy.deepcopy(args)

    def __enter__(self) -> Point:
        return self.args

    def __exit__(self, kind: Any, *_: Any) -> None:
        if kind is None:
            assert_same("the caller's arguments", self.args, self.before)


# The checks

def fresh(point: Point) -> Point:
    """A copy of the arguments; one object in two slots stays one object."""
    return copy.deepcopy(point)


def contracted(case: Case, point: Point) -> tuple[Callable[..., float], Tree]:
    """The scalar function to difference, and the `y_bar` that makes reverse mode compute its gradient."""
    y = case.f(*fresh(point))
    if not case.vector_output:
        return (lambda *args: case.f(*fresh(args))), map_leaves(lambda v: np.ones_like(v) if isinstance(v, np.ndarray) else type(v)(1.0), y)
    weights = random_like(y, seed=7)
    return (lambda *args: inner(case.f(*fresh(args)), weights)), weights


def check_smooth(case: Case, point: Point) -> None:
    """The function runs, is deterministic, leaves its arguments alone, and is no closer to a kink than the steps."""
    with contextlib.nullcontext(fresh(point)) if case.writes else Untouched(fresh(point)) as args:
        y = case.f(*args)
    assert_same("the second call", case.f(*fresh(point)), y)
    assert case.vector_output or np.ndim(y) == 0 and not isinstance(y, (tuple, list, dict)), "a scalar is expected"
    assert all(np.all(np.isfinite(leaf)) for leaf in leaves(y)), f"not finite: {y!r}"
    if case.scalar_only:
        assert all(isinstance(leaf, float) for leaf in leaves(y)), f"not a float: {y!r}"
    double = as_double(fresh(point))
    scalar, _ = contracted(case, double)
    coarse, fine = (numeric_gradient(scalar, double, case.argnums, step) for step in (STEP, STEP / 3))
    assert all(np.all(np.isfinite(leaf)) for leaf in leaves(coarse)), "the differences are not finite"
    assert_close("differences at two steps", coarse, fine, 0.1 * case.tol)


def reverse(case: Case, point: Point, y_bar: Tree, tl: Any) -> tuple[Tree, list[Tree]]:
    """The value and the adjoints of the differentiable arguments."""
    with Untouched(fresh(point)) as args:
        y, pullback = tl.vjp(case.f, *args)
        bars = pullback(y_bar)
    return y, [bars[i] for i in case.argnums]


def forward(case: Case, point: Point, direction: dict[int, Tree], tl: Any) -> tuple[Tree, Tree]:
    """The value and its tangent along `direction`."""
    with Untouched(fresh(point)) as args:
        return tuple(tl.jvp(case.f, args, full_tangents(args, direction)))


def full_tangents(args: Point, direction: dict[int, Tree]) -> Point:
    """A tangent for every argument: zero where `direction` has none."""
    def zero(x: Any) -> Any:
        return np.zeros_like(x) if isinstance(x, np.ndarray) else 0.0 if isinstance(x, float) else None

    return tuple(direction[i] if i in direction else map_leaves(zero, a) for i, a in enumerate(args))


def check_reverse(case: Case, point: Point, tl: Any) -> None:
    """`vjp`, `grad` and `value_and_grad` against the function itself and central differences."""
    scalar, y_bar = contracted(case, point)
    double = as_double(fresh(point))
    want = numeric_gradient(contracted(case, double)[0], double, case.argnums)
    tol = max(case.tol, SINGLE if is_single(point) else 0.0)

    value, bars = reverse(case, point, y_bar, tl)
    assert_same("value (vjp)", value, case.f(*fresh(point)))
    assert_close("reverse mode (vjp)", bars, want, tol)
    for i, bar in zip(case.argnums, bars):
        assert_like(f"adjoint of argument {i}", bar, point[i])
    if not case.vector_output:
        with Untouched(fresh(point)) as args:
            value, grads = tl.value_and_grad(case.f, argnums=case.argnums)(*args)
        assert_same("value (value_and_grad)", value, case.f(*fresh(point)))
        assert_close("value_and_grad", list(grads), want, tol)
        assert_close("grad", tl.grad(case.f, argnums=case.argnums[0])(*fresh(point)), want[0], tol)


def check_forward(case: Case, point: Point, tl: Any) -> None:
    """`jvp` against the function itself and central differences, along two directions."""
    double = as_double(fresh(point))
    tol = max(case.tol, SINGLE if is_single(point) else 0.0)
    for seed in (1, 2):
        direction = {i: random_like(point[i], seed + 10 * i) for i in case.argnums}
        value, tangent = forward(case, point, direction, tl)
        assert_same("value (jvp)", value, case.f(*fresh(point)))
        assert_like("tangent of the output", tangent, value)
        assert_close("forward mode (jvp)", tangent, difference(case.f, double, as_double(direction)), tol)


def check_duality(case: Case, point: Point, tl: Any) -> None:
    """<y_bar, J x_dot> = <J^T y_bar, x_dot>, to rounding."""
    direction = {i: random_like(point[i], 3 + 10 * i) for i in case.argnums}
    y_bar = random_like(case.f(*fresh(point)), seed=5)
    _, tangent = forward(case, point, direction, tl)
    _, bars = reverse(case, point, y_bar, tl)
    dots = [direction[i] for i in case.argnums]
    left, right = inner(y_bar, tangent), inner(bars, dots)
    scale = max(magnitude(y_bar, tangent), magnitude(bars, dots), 1e-2)
    tol = SINGLE if is_single(point) else DUALITY
    assert abs(left - right) <= tol * scale, f"duality: <y_bar, J x_dot> = {left!r}, <J^T y_bar, x_dot> = {right!r}"


def check_second_order(case: Case, point: Point, tl: Any) -> None:
    """Hessian times vector: forward over reverse and reverse over reverse against differences of the gradient."""
    gradient = tl.grad(case.f, argnums=case.argnums)
    direction = {i: random_like(point[i], 4 + 10 * i) for i in case.argnums}
    dots = tuple(direction[i] for i in case.argnums)
    double = as_double(fresh(point))
    want = difference(gradient, double, as_double(direction))
    tol = max(10.0 * case.tol, SINGLE if is_single(point) else 0.0)

    with Untouched(fresh(point)) as args:
        _, hvp = tl.jvp(gradient, args, full_tangents(args, direction))
    assert_close("forward over reverse", hvp, want, tol)
    with Untouched(fresh(point)) as args:
        _, pullback = tl.vjp(gradient, *args)
        bars = pullback(dots)
    assert_close("reverse over reverse", [bars[i] for i in case.argnums], list(want), tol)


def check_first_order(case: Case, point: Point, tl: Any) -> None:
    """Everything about first derivatives of one case at one point."""
    check_reverse(case, point, tl)
    check_forward(case, point, tl)
    check_duality(case, point, tl)


def check_case(case: Case, point: Point, tl: Any) -> None:
    """Every check of one case at one point."""
    check_first_order(case, point, tl)
    if case.order > 1 and not case.vector_output:
        check_second_order(case, point, tl)
