"""Sample calls of the functions of `scipy.special`."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from tangentlite.rules.scipy import slopes
from tests.rules.harness import Sample
from tests.rules.samples import SHAPES, arr, binary, sample, several, unary

SINGLE = np.float32


def last(op: Callable[..., Any], *parameters: Any, lo: float = 0.2, hi: float = 0.8, **keywords: Any) -> list[Sample]:
    """Active in the last argument alone."""
    k = [len(parameters)]
    points = [0.5 * (lo + hi), *(arr(*s, lo=lo, hi=hi) for s in SHAPES), arr(3, lo=lo, hi=hi, dtype=SINGLE)]
    return [sample(op, *parameters, x, wrt=k, **keywords) for x in points]


def both(op: Callable[..., Any], x: tuple[float, float], y: tuple[float, float], second: bool = True) -> list[Sample]:
    """Active in both arguments, whose ranges differ."""
    pairs = [((), ()), ((3,), ()), ((), (3,)), ((3, 1), (1, 4)), ((2, 3), (3,)), ((0,), (1,))]
    made = [sample(op, arr(*a, lo=x[0], hi=x[1]), arr(*b, lo=y[0], hi=y[1]), second=second) for a, b in pairs]
    made.append(sample(op, arr(3, lo=x[0], hi=x[1], dtype=SINGLE), arr(3, lo=y[0], hi=y[1], dtype=SINGLE)))
    made.append(sample(op, arr(3, lo=x[0], hi=x[1]), arr(2, 3, lo=y[0], hi=y[1]), wrt=[1]))
    return made


ONE = [
    *several([special.gamma, special.gammaln, special.loggamma, special.rgamma, special.psi, special.expi, special.exp1, special.y0,
              special.y1, special.k0, special.k1, special.k0e, special.k1e, special.spence, special.log1p, special.cbrt], unary, 0.3, 2.5),
    *several([special.erf, special.erfc, special.erfcx, special.erfi, special.dawsn, special.expit, special.log_expit, special.ndtr,
              special.log_ndtr, special.exprel, special.i0, special.i0e, special.i1, special.i1e, special.j0, special.j1, special.cosm1,
              special.sindg, special.cosdg, special.expm1, special.exp2, special.exp10, special.softplus, special.erfinv,
              special.ellipk, special.ellipe, special.rgamma], unary),
    *several([special.erfcinv, special.logit, special.entr, special.ndtri, special.ellipkm1], unary, 0.2, 0.8),
    *several([special.sici, special.shichi, special.fresnel, special.airy], unary, 0.2, 1.8),
    *unary(special.ndtri_exp, -2.0, -0.3), *unary(slopes.rgamma_slope, 0.3, 2.5),
    *[sample(op, arr(3, dtype=complex)) for op in (special.erf, special.wofz, special.lambertw, special.expm1)],
    sample(special.loggamma, arr(3, dtype=complex), second=False),
    *unary(special.lambertw, 0.1, 2.0)[1:-1],
]

TWO = [
    *several([special.beta, special.betaln, special.poch, special.agm, special.xlogy, special.rel_entr, special.kl_div,
              special.pseudo_huber], binary),
    *several([special.xlog1py, special.boxcox, special.boxcox1p, special.inv_boxcox, special.inv_boxcox1p, special.owens_t], binary),
    *both(special.binom, (2.0, 4.0), (0.3, 1.5)), *both(special.huber, (0.3, 0.6), (0.7, 1.5)),
    *both(special.huber, (0.7, 1.5), (-0.6, 0.6)),
    *both(special.zeta, (1.5, 3.0), (0.5, 2.0), second=False), *last(special.zeta, 2.5), *last(slopes.zeta_slope, 2.5),
    sample(special.zeta, arr(3, lo=1.5, hi=3.0), second=False),
    *both(special.hyp0f1, (0.5, 2.0), (-2.0, 2.0), second=False), *last(special.hyp0f1, 1.5), *last(slopes.hyp0f1_slope, 1.5),
    *both(special.ellipkinc, (0.2, 4.0), (0.1, 0.9)), *both(special.ellipeinc, (-4.0, 4.0), (0.1, 0.9)),
    *both(special.gammainc, (0.5, 3.0), (0.3, 4.0), second=False), *both(special.gammaincc, (0.5, 3.0), (0.3, 4.0), second=False),
    *both(special.gammaincinv, (0.5, 3.0), (0.2, 0.8), second=False),
    *both(special.gammainccinv, (0.5, 3.0), (0.2, 0.8), second=False),
    *both(special.chdtr, (1.0, 4.0), (0.3, 4.0), second=False), *both(special.chdtrc, (1.0, 4.0), (0.3, 4.0), second=False),
    *both(special.stdtr, (1.0, 4.0), (-2.0, 2.0), second=False), *both(special.stdtrit, (1.0, 4.0), (0.2, 0.8), second=False),
    *several([special.gammainc, special.gammaincc, special.gammaincinv, special.gammainccinv, special.chdtr, special.chdtrc, special.stdtr,
              special.stdtrit, slopes.gammainc_slope, slopes.student_slope], last, 1.5),
    *last(special.gammainc, 1), *last(special.polygamma, 1), *last(special.polygamma, 0)[1:2],
    *last(special.expn, 2), *last(special.expn, 0), *last(special.expn, np.array([0, 1, 4]))[2:3],
    *[s for op in (special.jv, special.yv, special.iv, special.ive, special.kv, special.kve, special.struve, special.modstruve)
      for s in (*last(op, 1.5), *last(op, 2))], *last(special.yn, 2),
    *[s for op in (special.hankel1, special.hankel2) for s in last(op, 1.5)[1:-1]],
    *[s for op in (special.spherical_jn, special.spherical_yn, special.spherical_in, special.spherical_kn)
      for n in (0, 2) for s in (*last(op, n), sample(op, n, arr(3, lo=0.3, hi=0.9), wrt=[1], derivative=True))],
    *[s for op in (special.eval_legendre, special.eval_chebyt, special.eval_chebyu, special.eval_chebyc, special.eval_chebys,
                   special.eval_sh_legendre, special.eval_sh_chebyt, special.eval_sh_chebyu, special.eval_laguerre, special.eval_hermite,
                   special.eval_hermitenorm) for n in (0, 1, 3, np.array([0, 2, 4])) for s in last(op, n)[3:]
      if not isinstance(n, np.ndarray) or np.shape(s.args[-1])[-1:] in ((1,), (3,))],
    *last(special.eval_gegenbauer, 3, 0.7), *last(special.eval_genlaguerre, 3, 0.7), *last(special.eval_jacobi, 3, 0.7, 0.4),
]

MORE = [
    *[sample(special.multigammaln, x, d, wrt=[0]) for d in (1, 3)
      for x in (2.5, arr(3, lo=2.0, hi=3.0), arr(3, lo=2.0, hi=3.0, dtype=SINGLE))],
    *[s for op in (special.betainc, special.betaincc, special.betaincinv, special.betainccinv, slopes.betainc_slope, slopes.betaincc_slope)
      for s in last(op, 1.5, 2.5)],
    *[sample(op, arr(3, lo=0.5, hi=2.0), arr(2, 1, lo=0.5, hi=2.0), arr(3, lo=0.2, hi=0.8), second=False)
      for op in (special.betainc, special.betaincc, special.betaincinv, special.betainccinv)],
    *last(special.hyp1f1, 1.2, 2.3), *last(special.hyp2f1, 1.2, 0.7, 2.3), *last(special.hyperu, 1.2, 0.7),
    *last(special.lpmv, 0, 3.0), *last(special.lpmv, 1, 3.0),
    sample(special.voigt_profile, arr(3), 0.5, 0.4), sample(special.voigt_profile, arr(2, 1), arr(3, lo=0.3, hi=0.9), arr(lo=0.2, hi=0.5)),
    sample(special.elliprf, arr(3, lo=0.2, hi=0.5), arr(3, lo=0.6, hi=0.9), arr(2, 1, lo=1.0, hi=1.5)),
    sample(special.elliprd, arr(3, lo=0.2, hi=0.5), arr(3, lo=0.6, hi=0.9), arr(2, 1, lo=1.0, hi=1.5)),
]

SUMS = [
    *[sample(op, x) for op in (special.logsumexp, special.softmax, special.log_softmax)
      for x in (*(arr(*s) for s in SHAPES), arr(3, dtype=SINGLE), np.asfortranarray(arr(2, 3)))],
    *[sample(op, arr(2, 3, 4), wrt=[0], axis=axis) for op in (special.logsumexp, special.softmax, special.log_softmax)
      for axis in (0, 1, -1, (0, 2))],
    *[sample(special.logsumexp, arr(2, 3), wrt=[0], axis=axis, keepdims=True) for axis in (None, 0, -1)],
    *[sample(special.logsumexp, x, None, b) for x, b in (
        (arr(3), arr(3, lo=0.2, hi=1.0)), (arr(2, 3), 2.0), (arr(2, 3), arr(3, lo=0.2, hi=1.0)), (arr(1, 3), arr(2, 1, lo=0.2, hi=1.0)),
        (arr(3), arr(2, 3, lo=0.2, hi=1.0)))],
    *[sample(special.logsumexp, arr(2, 3), axis, b, wrt=[0, 2]) for axis in (0, -1)
      for b in (2.0, arr(3, lo=0.2, hi=1.0), arr(2, 1, lo=0.2, hi=1.0))],
    sample(special.logsumexp, arr(2, 3), 0, arr(2, 3, lo=0.2, hi=1.0), True, wrt=[0, 2]),
    sample(special.logsumexp, arr(2, 3), wrt=[0], axis=1, b=arr(2, 3, lo=0.2, hi=1.0)),
    sample(special.logsumexp, arr(2, 3, dtype=SINGLE), wrt=[0], axis=1),
]

SPECIAL = [*ONE, *TWO, *MORE, *SUMS]
