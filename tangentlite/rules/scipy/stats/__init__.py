"""The distributions of `scipy.stats`, and summaries of samples."""
from tangentlite.rules.real_numbers import real_only
from tangentlite.rules.registry import RULES
from tangentlite.rules.scipy.stats import continuous, discrete, kernels, locations, multivariate, summaries

__all__ = ["continuous", "discrete", "kernels", "locations", "multivariate", "summaries"]

real_only(*(op for op in RULES if (getattr(op, "__module__", None) or "").startswith("scipy.stats")))
