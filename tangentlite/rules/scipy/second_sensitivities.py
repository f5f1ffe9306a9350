"""Derivatives of sensitivities: what a step along (y(0), p) changes in the solution of the sensitivity equations.

S' = F S + G for F = ∂f/∂y and G = ∂f/∂p, so that Ṡ' = Ḟ S + F Ṡ + Ġ along with ẏ' = F ẏ + ∂f/∂p ṗ. Generated code calls
these functions with the derivatives of the user's function.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from scipy import integrate

from tangentlite.rules.scipy.sensitivities import extended, initial, linearized, matrix, parts, split

Functions = tuple[Callable[..., Any], ...]  # f, its pullback, its tangent, and the tangent of its pullback


def odeint_change(functions: Functions, t: Any, y0: Any, wanted: tuple[int, ...], dots: Sequence[Any], args: tuple[Any, ...] = (),
                  tfirst: bool = False, **options: Any) -> list[Any]:
    """The change of `odeint_sensitivities(f, f_vjp, t, y0, wanted, args)` for the changes `dots` of y0 and of some of args."""
    def first_two(now: float, y: Any) -> tuple[Any, Any]:
        return (now, y) if tfirst else (y, now)

    values = [args[k] for k in wanted]
    slopes, start = doubled(functions, first_two, y0, values, dots, args)
    return second_half(integrate.odeint(slopes, start, t, tfirst=True, **options), y0, values)


def ivp_change(functions: Functions, t_span: Any, y0: Any, wanted: tuple[int, ...], dots: Sequence[Any], solution: Any,
               args: tuple[Any, ...] = (), t_eval: Any = None, **options: Any) -> list[Any]:
    """The change of `ivp_sensitivities(f, f_vjp, t_span, y0, wanted, solution, args)`."""
    values = [args[k] for k in wanted]
    slopes, start = doubled(functions, lambda now, y: (now, y), y0, values, dots, args)
    return second_half(integrate.solve_ivp(slopes, t_span, start, t_eval=solution.t, **options).y.T, y0, values)


def odeint_bars(functions: Functions, t: Any, y0: Any, wanted: tuple[int, ...], g: Any, values: Any, args: tuple[Any, ...] = (),
                **options: Any) -> list[Any]:
    """The adjoints of the `values` y0 and some of args, for the adjoint `g` of the sensitivities."""
    return direction_by_direction(lambda dots: odeint_change(functions, t, y0, wanted, dots, args, **options), values, g)


def ivp_bars(functions: Functions, t_span: Any, y0: Any, wanted: tuple[int, ...], g: Any, values: Any, solution: Any,
             args: tuple[Any, ...] = (), **options: Any) -> list[Any]:
    """As `odeint_bars`."""
    return direction_by_direction(lambda dots: ivp_change(functions, t_span, y0, wanted, dots, solution, args, **options), values, g)


def doubled(functions: Functions, own: Callable[..., Any], y0: Any, values: list[Any], dots: Sequence[Any],
            args: tuple[Any, ...]) -> tuple[Callable[..., Any], Any]:
    """The right-hand side for the state, its derivatives and the changes of both, and where they start."""
    f, f_vjp, f_jvp, f_vjp_jvp = functions
    n, (y0_dot, *args_dot) = len(np.atleast_1d(y0)), dots

    def rate(now: float, y: Any, *row: Any) -> Any:
        return (f_vjp if row else f)(*own(now, y), *args, *row)

    once = linearized(rate, n)

    def slopes(now: float, z: Any) -> Any:
        half, half_dot = np.split(z, 2)
        (y, s), (y_dot, s_dot) = parts(half, n), parts(half_dot, n)
        both = (*own(now, y), *args)
        change = matrix(lambda row: f_vjp_jvp(*both, row, y_dot, *args_dot), n) @ extended(s)
        change = change + matrix(partial(rate, now, y), n)[:, :n] @ s_dot
        return np.concatenate([once(now, half), np.ravel(f_jvp(*both, y_dot, *args_dot)), np.ravel(change)])

    start = initial(y0, values)
    return slopes, np.concatenate([start, np.atleast_1d(y0_dot), np.zeros(len(start) - n)])


def second_half(found: Any, y0: Any, values: list[Any]) -> list[Any]:
    return split(found[:, found.shape[1] // 2:], y0, values)


def direction_by_direction(change: Callable[..., list[Any]], values: Any, g: Any) -> list[Any]:
    """What the changes along every direction of `values` contribute to the adjoint `g`."""
    bars = [np.zeros(np.shape(v)) for v in values]
    for k, bar in enumerate(bars):
        for index in np.ndindex(bar.shape):
            dots = [np.zeros(np.shape(v)) for v in values]
            dots[k][index] = 1.0
            bar[index] = sum(np.sum(a * b) for a, b in zip(g, change([d[()] for d in dots])))
    return [bar[()] for bar in bars]
