"""Initial value problems of functions that are given.

Sensitivity equations: y' = f(y, t, p) gives S' = ∂f/∂y S + ∂f/∂p for S = ∂y/∂(y(0), p), which are solved along with y
(Hairer, Nørsett and Wanner 1993, section I.14). They serve both modes, so that forward and reverse mode agree to rounding.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import integrate

from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder, lift
from tangentlite.ir.ops import Field, make_tuple
from tangentlite.ir.trace import Const, Eqn, Var
from tangentlite.rules.broadcasting import ZEROS
from tangentlite.rules.callers import CALLERS, TELLING, Callback, Caller, atom, expr, not_again, require_numeric
from tangentlite.rules.components import plus
from tangentlite.rules.expressions import cast_to, fixed, lifted
from tangentlite.rules.registry import RULES, NoPartial, Rule, UnknownKeyword
from tangentlite.rules.scipy import second_sensitivities, sensitivities
from tangentlite.rules.scipy.quadrature import argument, others
from tangentlite.rules.verbs import REFUSED, bilinear, custom

odeint_sensitivities, ivp_sensitivities = lift(sensitivities.odeint_sensitivities), lift(sensitivities.ivp_sensitivities)
odeint_change, odeint_bars, ivp_change, ivp_bars = lifted(
    second_sensitivities.odeint_change, second_sensitivities.odeint_bars, second_sensitivities.ivp_change, second_sensitivities.ivp_bars)
along, onto = lift(sensitivities.along), lift(sensitivities.onto)


ODEINT = ("func", "y0", "t", "args")
TIMES = ("t", "t_span", "t_eval")
IVP = ("fun", "t_span", "y0", "method", "t_eval", "dense_output", "events", "vectorized", "args")


def state(y0: Any) -> K.Kind:
    dims = K.dims_of(K.kind_of(y0))
    if dims is None and not isinstance(K.kind_of(y0), K.Seq):
        raise UnknownKeyword("an initial value that is not known to be a number or a vector")
    return K.Array("float64", dims if dims and len(dims) == 1 else (("?", "state"),))


def problem(names: tuple[str, ...], compute: Any, transpose: bool) -> Rule:
    """The rule of a solver; `transpose`: it gives the states in the columns, else in the rows."""
    def sensitivities_of(b: Builder, eqn: Eqn) -> tuple[Callback, list[Any], Any]:
        """The values that the solution depends on, the initial one first, and the derivative by each of them."""
        require_numeric(b, eqn)
        for name in TIMES:
            if argument(eqn, names, name) in b.program.activity:
                raise NoPartial(f"`{name}`")
        f = Callback(b, eqn)
        if not K.is_numeric(K.kind_of(b.kind(argument(eqn, names, "y0")))):
            raise UnknownKeyword("an initial value that is a list")
        options = {k: expr(a, b) for k, a in others(eqn, names, names[0], "y0", "t", "t_span").items()}
        packed = {"args": expr(f.packed, b)} if f.packed is not None else {}
        wanted = Const(tuple(k - f.function.own for k, _ in f.active))
        own = argument(eqn, names, "t" if "t" in names else "t_span")
        made = compute(expr(f.value(), b), expr(f.value("vjp"), b), expr(own, b), expr(argument(eqn, names, "y0"), b), expr(wanted, b),
                       *([expr(eqn.out, b)] if transpose else []), **packed, **options)
        return f, [argument(eqn, names, "y0"), *(a for _, a in f.active)], made

    def forward(b: Builder, eqn: Eqn, dots: Mapping[Var, Any]) -> Any:
        _, values, made = sensitivities_of(b, eqn)
        total = None
        for k, a in enumerate(values):
            if a in dots:
                term = along(made[k], expr(dots[a], b))
                total = term if total is None else total + term
        return None if total is None else atom(total.T if transpose else total)

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        _, values, made = sensitivities_of(b, eqn)
        rows = expr(g, b).T if transpose else expr(g, b)
        times = argument(eqn, names, "t" if "t" in names else "t_span")
        yield from ((a, None) for a in eqn.inputs if a is not times and a is not values[0])
        for k, a in enumerate(values):
            if isinstance(a, Var):
                yield a, atom(cast_to(onto(made[k], rows, expr(a, b)), expr(a, b)))

    return Rule(forward, reverse, None if transpose else lambda *args, **keywords: K.Array("float64", (("?", "times"), ("?", "state"))))


def like_value(slope: Any, g: Any, x: Any) -> K.Kind:
    dims = K.dims_of(K.kind_of(x))
    return K.numeric("float64", dims) if dims is not None else K.UNKNOWN


def of_sensitivities(f: Any, f_vjp: Any, times: Any, y0: Any, wanted: Any, *rest: Any, **keywords: Any) -> K.Kind:
    return K.Seq("list", (K.Array("float64", None),) * (1 + len(fixed(wanted))))


def again(change: Any, bars: Any) -> Rule:
    """The rule of sensitivities, which are differentiated once more."""
    def given(b: Builder, eqn: Eqn) -> tuple[list[Any], list[Any], list[Any], dict[str, Any]]:
        """What the functions are given first, what may vary, and the other arguments."""
        f, (_, pullback, times, y0, wanted, *rest) = Callback(b, eqn), eqn.args
        if any(a in b.program.activity for a in (times, *(a for k, a in eqn.kwargs if k == "t_eval"))):
            raise NoPartial("the times")
        of_pullback = Const(replace(pullback.value, fn=b.program.variant(pullback.value.fn, "jvp", f.wrt)))
        functions = b.emit(make_tuple, f.value(), pullback, f.value("jvp"), of_pullback)
        leading = [expr(a, b) for a in (functions, times, y0, wanted)]
        rest += [] if f.packed is None else [f.packed]
        options = {k: expr(a, b) for k, a in eqn.kwargs if k != "args"}
        return leading, [y0, *(a for _, a in f.active)], [expr(a, b) for a in rest], options

    def forward(b: Builder, eqn: Eqn, dots: Mapping[Var, Any]) -> Any:
        leading, values, rest, options = given(b, eqn)
        every = b.emit(make_tuple, *(dots[a] if a in dots else atom(np.zeros_like(expr(a, b))) for a in values))
        return atom(change(*leading, expr(every, b), *rest, **options))

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        leading, values, rest, options = given(b, eqn)
        made = bars(*leading, expr(g, b), expr(b.emit(make_tuple, *values), b), *rest, **options)
        yield from ((a, None) for a in eqn.inputs)
        for k, a in enumerate(values):
            yield a, atom(cast_to(made[k], expr(a, b)))

    return Rule(forward, reverse, of_sensitivities)


RULES[sensitivities.odeint_sensitivities] = again(odeint_change, odeint_bars)
RULES[sensitivities.ivp_sensitivities] = again(ivp_change, ivp_bars)
not_again(second_sensitivities.odeint_change, "third derivative of `odeint`")
not_again(second_sensitivities.odeint_bars, "third derivative of `odeint`")
not_again(second_sensitivities.ivp_change, "third derivative of `solve_ivp`")
not_again(second_sensitivities.ivp_bars, "third derivative of `solve_ivp`")
bilinear(sensitivities.along, lambda g, slope, dot: np.tensordot(g, dot, 0), lambda g, slope, dot: onto(slope, g, dot))
custom(sensitivities.onto,
       lambda y, dots, slope, g, x: plus(None if dots[0] is None else onto(dots[0], g, x),
                                         None if dots[1] is None else onto(slope, dots[1], x)),
       lambda t, y, slope, g, x: (np.tensordot(g, t, 0), along(slope, t), None), kind=like_value)


def of_odeint(given: Mapping[str, Any]) -> list[K.Kind]:
    first = given.get("tfirst", Const(False))
    if not isinstance(first, Const):
        raise UnknownKeyword("tfirst that is known only at run time")
    both = [state(given["y0"]), K.FLOAT]
    return both[::-1] if first.value else both


def names_of_odeint(given: Mapping[str, Any]) -> tuple[str, ...]:
    return ("t", "y") if given.get("tfirst", Const(False)).value else ("y", "t")


RULES[integrate.odeint] = problem(ODEINT, odeint_sensitivities, False)
CALLERS[integrate.odeint] = Caller(("func",), of_odeint, lambda given: (names_of_odeint(given).index("y"),), names_of_odeint,
                                   ("y0", "t", "rtol", "atol", "h0", "hmax", "hmin", "mxstep", "tcrit", "tfirst"))
ZEROS[integrate.solve_ivp] = lambda b, made: b.emit(np.zeros_like, b.emit(Field("y", K.UNKNOWN), made.out))
RULES[integrate.solve_ivp] = problem(IVP, ivp_sensitivities, True)
CALLERS[integrate.solve_ivp] = Caller(
    ("fun",), lambda given: [K.FLOAT, state(given["y0"])], lambda given: (1,), lambda given: ("t", "y"),
    ("t_span", "y0", "method", "t_eval", "rtol", "atol", "max_step", "first_step"),
    lambda given: {"y": K.Array("float64", (("?", "state"), ("?", "times")))}, given_by={"t": (sensitivities.times, ("t_span", "t_eval"))})


def change_of_times(y: Any, dots: Any, solution: Any, *given: Any) -> None:
    if any(d is not None for d in dots[1:]):
        raise NoPartial("the times")


custom(sensitivities.times, change_of_times, lambda g, y, solution, *given: (None, *(REFUSED for _ in given)),
       kind=lambda *args: TELLING["t"])
