"""What the result of a function must be for its gradient."""
from __future__ import annotations

from typing import Any

import numpy as np


def require_scalar(y: Any) -> None:
    """Raise TypeError unless `y` is one real number: only those have a gradient."""
    if np.ndim(y) != 0 or np.asarray(y).dtype.kind not in "iuf":
        raise TypeError(f"the gradient is defined for functions with one real output, but this one returned {describe(y)}; "
                        "use vjp or jacobian")


def require_complex(y: Any) -> None:
    """Raise TypeError unless `y` is one complex number: only those have a holomorphic derivative."""
    if np.ndim(y) != 0 or not np.iscomplexobj(y):
        raise TypeError(f"the gradient with holomorphic=True is defined for functions with one complex output, but this one returned "
                        f"{describe(y)}; leave holomorphic=True out if the output is real")


def describe(y: Any) -> str:
    """What kind of value `y` is, for a message."""
    return f"an array of shape {y.shape}" if isinstance(y, np.ndarray) else f"a {type(y).__name__}"
