"""Derivatives of what solvers of SciPy find. Generated code calls these functions with the derivatives of the user's function."""
from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from scipy import integrate


def jacobian(f_vjp: Callable[..., Any], x: Any, args: tuple[Any, ...] = ()) -> Any:
    """∂f/∂x for a vector x, row by row from the pullback, whose first result is the adjoint of x."""
    return np.array([as_tuple(f_vjp(x, *args, row))[0] for row in np.eye(len(x))])


def as_tuple(bars: Any) -> tuple[Any, ...]:
    """The adjoints that a pullback gives; one stands alone."""
    return bars if isinstance(bars, tuple) else (bars,)


def integrals(f: Callable[..., Any], a: float, b: float, values: tuple[Any, ...], args: tuple[Any, ...], points: Any = None) -> list[Any]:
    """The integrals over t of the results of f(t, *args), which are derivatives by `values` and have their shapes."""
    def flat(t: float) -> Any:
        return np.concatenate([np.ravel(result) for result in as_tuple(f(t, *args))])

    found = integrate.quad_vec(flat, a, b, epsabs=1e-13, epsrel=1e-12, norm="max", points=points)[0]
    ends = np.cumsum([np.size(v) for v in values])[:-1]
    return [part.reshape(np.shape(v))[()] for part, v in zip(np.split(found, ends), values)]


def along(slope: Any, dot: Any) -> Any:
    """The change of (times, states) for a change of what `slope` is the derivative by."""
    return np.tensordot(slope, dot, np.ndim(dot))


def onto(slope: Any, g: Any, x: Any) -> Any:
    """The adjoint of x for the adjoint `g` of (times, states)."""
    return np.tensordot(g, slope, np.ndim(g))[()]


# -- initial value problems ----------------------------------------------------------------------------------------------

def odeint_sensitivities(f: Callable[..., Any], f_vjp: Callable[..., Any], t: Any, y0: Any, wanted: tuple[int, ...],
                         args: tuple[Any, ...] = (), tfirst: bool = False, **options: Any) -> list[Any]:
    """For `odeint(f, y0, t, args)` the derivatives of the states (times, states) by y0 and by the `wanted` ones of args."""
    def rate(now: float, y: Any, row: Any = None) -> Any:
        first_two = (now, y) if tfirst else (y, now)
        return f(*first_two, *args) if row is None else f_vjp(*first_two, *args, row)

    slopes = linearized(rate, len(np.atleast_1d(y0)))
    start = initial(y0, [args[k] for k in wanted])
    found = integrate.odeint(slopes, start, t, tfirst=True, **options)
    return split(found, y0, [args[k] for k in wanted])


def ivp_sensitivities(f: Callable[..., Any], f_vjp: Callable[..., Any], t_span: Any, y0: Any, wanted: tuple[int, ...], solution: Any,
                      args: tuple[Any, ...] = (), t_eval: Any = None, **options: Any) -> list[Any]:
    """For `solve_ivp(f, t_span, y0, args=args)` the derivatives of the states (times, states) by y0 and the `wanted` ones of args."""
    def rate(now: float, y: Any, row: Any = None) -> Any:
        return f(now, y, *args) if row is None else f_vjp(now, y, *args, row)

    slopes = linearized(rate, len(y0))
    start = initial(y0, [args[k] for k in wanted])
    found = integrate.solve_ivp(slopes, t_span, start, t_eval=solution.t, **options)
    return split(found.y.T, y0, [args[k] for k in wanted])


def times(solution: Any, *arguments: Any) -> Any:
    """The times of a solution, which depend on some arguments of the solver."""
    return solution.t


def linearized(rate: Callable[..., Any], n: int) -> Callable[..., Any]:
    """The right-hand side for the state and its derivatives: S' = ∂f/∂y S + ∂f/∂p, both row by row from the pullback."""
    def slopes(now: float, z: Any) -> Any:
        y, s = parts(z, n)
        return np.concatenate([np.ravel(rate(now, y)), np.ravel(matrix(partial(rate, now, y), n) @ extended(s))])

    return slopes


def parts(z: Any, n: int) -> tuple[Any, Any]:
    """The state, and its derivatives in rows."""
    return z[:n], z[n:].reshape(n, -1)


def matrix(pullback: Callable[..., Any], n: int) -> Any:
    """(∂f/∂y, ∂f/∂p), row by row."""
    return np.array([np.concatenate([np.ravel(bar) for bar in as_tuple(pullback(row))]) for row in np.eye(n)])


def extended(s: Any) -> Any:
    """The derivatives of (y, p), where S are those of y by (y(0), p)."""
    n, columns = s.shape
    return np.concatenate([s, np.eye(columns - n, columns, n)])


def initial(y0: Any, values: list[Any]) -> Any:
    """The state and its derivatives at the beginning: one by itself, none by the other values."""
    n = len(np.atleast_1d(y0))
    return np.concatenate([np.atleast_1d(y0), np.ravel(np.eye(n, n + sum(map(np.size, values))))])


def split(found: Any, y0: Any, values: list[Any]) -> list[Any]:
    """The derivatives by y0 and by each of the values, the shape of what they are by behind that of the states."""
    n = len(np.atleast_1d(y0))
    s = found[:, n:].reshape(len(found), n, -1)
    ends = np.cumsum([n, *map(np.size, values)])[:-1]
    return [part.reshape(len(found), n, *np.shape(v)) for part, v in zip(np.split(s, ends, axis=2), [y0, *values])]
