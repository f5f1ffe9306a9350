"""The functions of `scipy.special`, by family."""
from scipy import special

from tangentlite.rules.real_numbers import real_only
from tangentlite.rules.scipy.special import bessel, elementary, elliptic, errors, gammas, hypergeometric, orthogonal, sums

__all__ = ["bessel", "elementary", "elliptic", "errors", "gammas", "hypergeometric", "orthogonal", "sums"]

real_only(special.rgamma, special.zeta, special.hyp0f1, special.spence)  # their slopes are found by real differences or series
