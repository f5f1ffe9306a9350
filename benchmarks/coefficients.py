"""`python -m benchmarks.coefficients`: the polynomials of `tangentlite.fastmath`, computed anew. Needs mpmath.

Each is the polynomial that interpolates its function at the zeros of a Chebyshev polynomial, which is within a small factor
of the best approximation; computed with 60 digits and rounded to doubles in the end. `weight` says of what the error is
printed: of the result of the function that uses the polynomial.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import mpmath as mp

mp.mp.dps = 60


class Fit(NamedTuple):
    """The function that `coefficients` approximate between `low` and `high`; `weight` times the error is that of the result."""

    function: Callable[[Any], Any]
    low: Any
    high: Any
    count: int
    weight: Callable[[Any], Any]


def scaled_erfc(t: Any) -> Any:
    """exp(x^2) erfc(x) at x = 3 (1 + t) / (1 - t)."""
    x = 3 * (1 + t) / (1 - t)
    return mp.exp(x * x) * mp.erfc(x)


def of_tail(t: Any) -> Any:
    x = 3 * (1 + t) / (1 - t)
    return mp.exp(-x * x) / mp.erf(x)


def exp_rest(r: Any) -> Any:
    """(exp(r) - 1 - r) / r^2, by its series near 0."""
    return (mp.expm1(r) - r) / r**2 if abs(r) > mp.mpf(10) ** -15 else mp.mpf(1) / 2 + r / 6 + r**2 / 24


half_ln2 = mp.log(2) / 2 * (1 + mp.mpf(10) ** -6)
largest = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * (1 + mp.mpf(10) ** -6)

FITS = {
    "EXP": Fit(exp_rest, -half_ln2, half_ln2, 11, lambda r: r**2 * mp.exp(-r)),
    "LOG": Fit(lambda z: (mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 1) * 2 / z if z else mp.mpf(2) / 3, 0, largest, 7, lambda z: z / 2),
    "ERF": Fit(lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1 if z else 2 / mp.sqrt(mp.pi) - 1, 0, 1, 13,
               lambda z: mp.sqrt(z) / mp.erf(mp.sqrt(z)) if z else mp.mpf(1)),
    "ERFC": Fit(scaled_erfc, -mp.mpf(1) / 2, mp.mpf(1) / 3, 15, of_tail),
}


def interpolated(fit: Fit) -> list[Any]:
    """The coefficients of the interpolating polynomial, the constant one first (Newton's divided differences, expanded)."""
    middle, radius = (mp.mpf(fit.high) + fit.low) / 2, (mp.mpf(fit.high) - fit.low) / 2
    nodes = [middle + radius * mp.cos(mp.pi * (2 * k + 1) / (2 * fit.count)) for k in range(fit.count)]
    divided = [fit.function(x) for x in nodes]
    for order in range(1, fit.count):
        for k in range(fit.count - 1, order - 1, -1):
            divided[k] = (divided[k] - divided[k - 1]) / (nodes[k] - nodes[k - order])
    expanded = [mp.mpf(0)]
    for d, x in zip(reversed(divided), reversed(nodes)):
        expanded = [a - x * b for a, b in zip([mp.mpf(0), *expanded], [*expanded, mp.mpf(0)])]
        expanded[0] += d
    return expanded[:fit.count]


def coefficients(fit: Fit) -> list[float]:
    return [float(c) for c in interpolated(fit)]


def worst(fit: Fit, found: list[float], points: int = 400) -> float:
    """The largest weighted error of the rounded polynomial, evaluated exactly."""
    def error(x: Any) -> Any:
        value = mp.mpf(0)
        for c in reversed(found):
            value = value * x + c
        return abs((value - fit.function(x)) * fit.weight(x))

    return float(max(error(fit.low + (fit.high - mp.mpf(fit.low)) * k / points) for k in range(points + 1)))


def lines() -> Iterator[str]:
    for name, fit in FITS.items():
        found = coefficients(fit)
        yield f"# {name}: error {worst(fit, found):.1e}"
        yield f"{name} = ({', '.join(map(repr, found))})"
    high = float(mp.floor(mp.log(2) * 2**32) / 2**32)
    yield f"LN2_HIGH, LN2_LOW = {high!r}, {float(mp.log(2) - mp.mpf(high))!r}"
    yield f"LOG2_E = {float(1 / mp.log(2))!r}"


if __name__ == "__main__":
    print("\n".join(lines()))
