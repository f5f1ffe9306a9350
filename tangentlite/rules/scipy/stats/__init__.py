"""The distributions of `scipy.stats`, and summaries of samples."""
from tangentlite.rules.scipy.stats import continuous, discrete, locations, multivariate, summaries

__all__ = ["continuous", "discrete", "locations", "multivariate", "summaries"]
