"""The functions of `scipy.special`, by family."""
from tangentlite.rules.scipy.special import bessel, elementary, elliptic, errors, gammas, hypergeometric, orthogonal, sums

__all__ = ["bessel", "elementary", "elliptic", "errors", "gammas", "hypergeometric", "orthogonal", "sums"]
