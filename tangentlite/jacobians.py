"""Jacobians and Hessians, by rows (pullbacks) or by columns (directional derivatives); hvp, which needs neither."""
from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from tangentlite.api import grad, jvp, plain, plain_scalar, vjp
from tangentlite.arguments import Argnums, check_complex, check_input, check_position, check_real, resolve
from tangentlite.dispatch import specializer
from tangentlite.errors import ArgnumsError, OutputTypeError
from tangentlite.runtime import describe, zeros_like
from tangentlite.trees import leaves, whole

__all__ = ["hessian", "hvp", "jacobian"]
Blocks = list[list[Any]]  # by the leaves of the output, and by the arguments


def jacobian(fun: Callable[..., Any], argnums: Argnums = 0, *, mode: str = "reverse", holomorphic: bool = False) -> Callable[..., Any]:
    """The Jacobian of a function, by rows (mode="reverse", one pullback) or by columns (mode="forward").

    Its shape is (*output shape, *argument shape), where a list of numbers counts as an array; with several argnums, a tuple.
    Of other tuples, lists, dictionaries and objects it has the structure: that of the output, and in it that of the argument.
    By rows the outputs must be real, by columns the arguments; with `holomorphic`, outputs and arguments are complex.
    """
    function = plain(fun)
    positions = resolve(function, argnums, None)
    wanted = (positions,) if isinstance(positions, int) else positions
    if mode not in ("reverse", "forward"):
        raise ArgnumsError(f"mode must be 'reverse' or 'forward', got {mode!r}")
    made = by_rows if mode == "reverse" else by_columns

    def jacobian_of(*args: Any) -> Any:
        check_inputs(function, args, wanted, mode, holomorphic)
        y, blocks = made(function, args, wanted, holomorphic)
        return whole(y, (b[0] if isinstance(positions, int) else tuple(b) for b in blocks))

    jacobian_of.__name__ = f"{function.__name__}_jacobian"
    jacobian_of.__doc__ = f"Jacobian of `{function.__name__}` ({mode} mode)."
    return jacobian_of


def check_inputs(function: FunctionType, args: tuple[Any, ...], wanted: tuple[int, ...], mode: str, holomorphic: bool) -> None:
    spec = specializer(function, "split", None, "_vjp")
    kinds = list(spec.kinds(spec.positional(args, {})).items())
    for k in wanted:
        name, kind = kinds[check_position(k, len(kinds), spec.primal, "argnums")]
        check_input(kind, name, spec.primal)
        if holomorphic:
            check_complex(kind, name, spec.primal)
        elif mode == "forward":
            check_real(kind, name, spec.primal, 'mode="reverse" or jvp')


def outputs(function: FunctionType, y: Any, allowed: str) -> list[Any]:
    """The leaves of the output, of the `allowed` kinds of number; raises OutputTypeError for what has no Jacobian."""
    outs = leaves(y, y)
    for out in outs:
        kind = "" if isinstance(out, str) else np.asarray(out).dtype.kind
        if kind not in "biufc" or not kind:
            what, wanted, advice = "None" if out is None else describe(out), "outputs that are numbers or arrays", ""
        elif kind == "c" and "c" not in allowed:
            what, wanted, advice = "complex numbers", "real outputs", "If it is holomorphic, pass holomorphic=True; otherwise use vjp"
        elif kind not in allowed:
            what, wanted, advice = "real numbers", "complex outputs if holomorphic=True", "Leave holomorphic=True out"
        else:
            continue
        from tangentlite.frontend import places

        raise OutputTypeError(f"the Jacobian is defined for {wanted}, but `{function.__name__}` returns {what}",
                              places.result(function), advice)
    return outs


def by_rows(function: FunctionType, args: tuple[Any, ...], wanted: tuple[int, ...], holomorphic: bool) -> tuple[Any, Blocks]:
    y, pullback = vjp(function, *args)

    def blocks(k: int, out: Any) -> Iterator[Any]:
        rows = [pullback(unit) for unit in units(y, k)]
        for p in wanted:
            bars = [leaves(row[p], args[p]) for row in rows]
            yield whole(args[p], (joined([b[n] for b in bars], out, leaf, 0) for n, leaf in enumerate(leaves(args[p], args[p]))))

    return y, [list(blocks(k, out)) for k, out in enumerate(outputs(function, y, "c" if holomorphic else "biuf"))]


def by_columns(function: FunctionType, args: tuple[Any, ...], wanted: tuple[int, ...], holomorphic: bool) -> tuple[Any, Blocks]:
    zeros = list(map(zeros_like, args))

    def along(p: int, n: int) -> list[tuple[Any, Any]]:
        """The value and its derivative in the directions of the elements of a leaf of an argument."""
        return [jvp(function, args, [*zeros[:p], unit, *zeros[p + 1:]]) for unit in units(args[p], n)]

    found = {p: [along(p, n) for n in range(len(leaves(args[p], args[p])))] for p in wanted}
    y = next((y for columns in found.values() for column in columns for y, _ in column), None)
    y = vjp(function, *args)[0] if y is None else y  # there is no direction to go

    def blocks(k: int, out: Any) -> Iterator[Any]:
        for p, columns in found.items():
            dots = [[leaves(dot, y)[k] for _, dot in column] for column in columns]
            yield whole(args[p], (joined(d, out, leaf, -1) for d, leaf in zip(dots, leaves(args[p], args[p]))))

    return y, [list(blocks(k, out)) for k, out in enumerate(outputs(function, y, "c" if holomorphic else "biufc"))]


def joined(parts: list[Any], out: Any, leaf: Any, axis: int) -> Any:
    """The rows (`axis` 0) or columns of the block for a leaf of the output and one of an argument; the latter, if it is no number."""
    if not is_numeric(leaf):
        return leaf
    across = np.shape(leaf if axis == 0 else out)
    made = np.stack([np.broadcast_to(v, across) for v in parts], axis) if parts else np.zeros(0, np.asarray(out).dtype)
    return plain_scalar(np.reshape(made, (*np.shape(out), *np.shape(leaf))))


def units(x: Any, n: int) -> Iterator[Any]:
    """The unit vectors of the space that one leaf of `x` lives in; the other leaves are 0."""
    all_leaves = leaves(x, x)
    zeros = [plain_scalar(np.zeros_like(leaf) * 1.0) if is_numeric(leaf) else leaf for leaf in all_leaves]
    leaf = all_leaves[n]
    for k in range(np.size(leaf) if is_numeric(leaf) else 0):
        unit = np.zeros(np.shape(leaf), getattr(leaf, "dtype", np.float64))
        unit.reshape(-1)[k] = 1.0
        yield whole(x, iter([*zeros[:n], plain_scalar(unit), *zeros[n + 1:]]))


def is_numeric(leaf: Any) -> bool:
    return leaf is not None and not isinstance(leaf, (str, bytes)) and np.asarray(leaf).dtype.kind in "biufc"


def hvp(fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], *, holomorphic: bool = False) -> Any:
    """The product of the Hessian of a scalar function with a vector, forward over reverse, without the Hessian.

    The gradient is taken with respect to all arguments in `primals`; the result is a tuple where there are several.
    """
    n = len(tuple(primals))
    return jvp(gradient_of(plain(fun), 0 if n == 1 else tuple(range(n)), holomorphic), primals, tangents)[1]


@functools.lru_cache(maxsize=512)
def gradient_of(function: FunctionType, argnums: int | tuple[int, ...], holomorphic: bool) -> Callable[..., Any]:
    return grad(function, argnums, holomorphic=holomorphic)


def hessian(fun: Callable[..., Any], argnums: int = 0, *, holomorphic: bool = False) -> Callable[..., Any]:
    """The matrix of second derivatives with respect to one argument, by columns of hvp's. Complex arguments need `holomorphic`.

    For a dictionary, say, it is a dictionary of dictionaries of such matrices.
    """
    return jacobian(grad(plain(fun), argnums, holomorphic=holomorphic), argnums, mode="forward", holomorphic=holomorphic)
