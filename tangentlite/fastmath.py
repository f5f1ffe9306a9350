"""Elementary functions without branches, of numbers: compiled by Numba, loops that call them use the vector unit.

They are within 4 units in the last place of the exact values, subnormal numbers, infinities and nan included. In derivatives they
stand for NumPy's and `math`'s functions with `math="fast"` (`docs/numba.md`); unlike `math`'s they never raise.

An argument is reduced to a small interval, where a polynomial does; what holds outside is chosen at the end. The polynomials
interpolate at Chebyshev points, and `benchmarks/coefficients.py` computes them.

>>> exp(0.0), log(0.0), sigmoid(-800.0)
(1.0, -inf, 0.0)
"""
from __future__ import annotations

import struct

EXP = (
    0.5, 0.1666666666666667, 0.04166666666666667, 0.008333333333326141, 0.0013888888888883752, 0.00019841269874800694,
    2.480158732553351e-05, 2.755725542549107e-06, 2.755727366116628e-07, 2.5105206480259365e-08, 2.0914679452495193e-09,
)
LOG = (
    0.666666666666667, 0.39999999999899505, 0.28571428625975764, 0.22222211134749734, 0.18182889128565508, 0.15331721490738642,
    0.14616451042434167,
)
ERF = (
    0.1283791670955126, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792, 0.0052239776248180145, -0.000854832698083379,
    0.0001205533111164271, -1.4925595266831182e-05, 1.6461000484121368e-06, -1.6350312701054695e-07, 1.4659775274047436e-08,
    -1.1372848856791674e-09, 5.957176147748911e-11,
)
ERFC = (
    0.17900115118138996, -0.32623356004303716, 0.24560380171233195, -0.15011593650078744, 0.07166583719774874, -0.024392499318273194,
    0.004269136347508256, 0.0007077464443901538, -0.0005970623517093284, 4.525472635483354e-05, 6.406182073530546e-05,
    -1.284889451252353e-05, -8.008021319412685e-06, 2.023603179641757e-06, 1.2801900862962662e-06,
)
LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10  # the first with 32 bits: its small multiples are exact
LOG2_E = 1.4426950408889634

ROUNDER = 1.5 * 2.0**52  # x + ROUNDER - ROUNDER is x rounded, and the last bits of x + ROUNDER are that integer
ROUNDER_BITS = 0x4338000000000000
ONE_BITS = 0x3FF0000000000000
ROOT_BITS = 0x3FE6A09E667F3BCD  # sqrt(1/2)
SIGN_BIT = -0x8000000000000000
SMALLEST = 2.0**-1022
INFINITY = float("inf")
NAN = float("nan")


def bits(x: float) -> int:
    """The bits of a double, as an integer with a sign."""
    result: int = struct.unpack("<q", struct.pack("<d", x))[0]
    return result


def from_bits(n: int) -> float:
    """The double of these bits."""
    result: float = struct.unpack("<d", struct.pack("<q", n))[0]
    return result


def power_of_two(k: int) -> float:
    return from_bits((k + 1023) << 52)


def exp(x: float) -> float:
    """e ** x."""
    a = -746.0 if x < -746.0 else x
    a = 710.0 if a > 710.0 else a
    shifted = (a if a == a else 0.0) * LOG2_E + ROUNDER
    n = shifted - ROUNDER
    k = bits(shifted) - ROUNDER_BITS
    r = (a - n * LN2_HIGH) - n * LN2_LOW
    half = (k + 2048 >> 1) - 1024
    return (1.0 + (r + r * r * exp_rest(r))) * power_of_two(half) * power_of_two(k - half)


def exp_rest(r: float) -> float:
    """(exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2."""
    return EXP[0] + r * (EXP[1] + r * (EXP[2] + r * (EXP[3] + r * (EXP[4] + r * (EXP[5] + r * (EXP[6] + r * (EXP[7] + r * (
        EXP[8] + r * (EXP[9] + r * EXP[10])))))))))


def log(x: float) -> float:
    """The natural logarithm; -inf at 0, nan below."""
    small = x < SMALLEST
    a = x * 2.0**54 if small else x
    a = a if a > 0.0 else 1.0
    n = bits(a)
    k = (n - ROOT_BITS + ONE_BITS >> 52) - 1023
    f = from_bits(n - (k << 52)) - 1.0
    exponent = from_bits(k + ROUNDER_BITS) - ROUNDER - (54.0 if small else 0.0)
    s = f / (2.0 + f)
    z = s * s
    half = 0.5 * f * f
    result = exponent * LN2_HIGH - ((half - (s * (half + z * log_rest(z)) + exponent * LN2_LOW)) - f)
    result = result if x < INFINITY else x
    result = result if x > 0.0 else NAN
    return -INFINITY if x == 0.0 else result


def log_rest(z: float) -> float:
    """(atanh(s) / s - 1) 2 / z, where z = s^2 and s = f / (2 + f) for 1 + f between the square roots of 1/2 and 2."""
    return LOG[0] + z * (LOG[1] + z * (LOG[2] + z * (LOG[3] + z * (LOG[4] + z * (LOG[5] + z * LOG[6])))))


def tanh(x: float) -> float:
    """The hyperbolic tangent."""
    e = expm1_of_positive(2.0 * (22.0 if abs(x) > 22.0 else abs(x)))
    t = from_bits(bits(e / (e + 2.0)) | bits(x) & SIGN_BIT)
    return t if x == x else x


def expm1_of_positive(x: float) -> float:
    """e ** x - 1 for 0 <= x <= 44."""
    shifted = (x if x == x else 0.0) * LOG2_E + ROUNDER
    n = shifted - ROUNDER
    r = (x - n * LN2_HIGH) - n * LN2_LOW
    scale = power_of_two(bits(shifted) - ROUNDER_BITS)
    return scale * (r + r * r * exp_rest(r)) + (scale - 1.0)


def sigmoid(x: float) -> float:
    """1 / (1 + e ** -x)."""
    e = exp(-abs(x))
    return (e if x < 0.0 else 1.0) / (1.0 + e)


def erf(x: float) -> float:
    """The error function."""
    a = 6.0 if abs(x) > 6.0 else abs(x)
    z = 1.0 if a > 1.0 else a * a
    t = (a - 3.0) / (a + 3.0)
    t = t if t > -0.5 else -0.5
    inner = a + a * erf_rest(z)
    outer = 1.0 - exp(-a * a) * scaled_erfc(t)
    value = from_bits(bits(inner if a < 1.0 else outer) | bits(x) & SIGN_BIT)
    return value if x == x else x


def erf_rest(z: float) -> float:
    """erf(x) / x - 1, where z = x^2 <= 1."""
    return ERF[0] + z * (ERF[1] + z * (ERF[2] + z * (ERF[3] + z * (ERF[4] + z * (ERF[5] + z * (ERF[6] + z * (ERF[7] + z * (
        ERF[8] + z * (ERF[9] + z * (ERF[10] + z * (ERF[11] + z * ERF[12])))))))))))


def scaled_erfc(t: float) -> float:
    """exp(x^2) erfc(x), where t = (x - 3) / (x + 3), for 1 <= x <= 6."""
    return ERFC[0] + t * (ERFC[1] + t * (ERFC[2] + t * (ERFC[3] + t * (ERFC[4] + t * (ERFC[5] + t * (ERFC[6] + t * (
        ERFC[7] + t * (ERFC[8] + t * (ERFC[9] + t * (ERFC[10] + t * (ERFC[11] + t * (ERFC[12] + t * (ERFC[13] + t * ERFC[14])))))))))))))
