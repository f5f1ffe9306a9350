"""Readable derivatives of ordinary Python and NumPy functions, by source transformation."""
from tangentlite.api import grad, hessian, hvp, jacobian, jvp, source, trace, value_and_grad, vjp

__all__ = ["grad", "hessian", "hvp", "jacobian", "jvp", "source", "trace", "value_and_grad", "vjp"]
__version__ = "0.1.0"
