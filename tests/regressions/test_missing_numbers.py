"""What NaN-skipping functions skip has derivative 0 in forward mode, too, where its tangent is NaN."""
from __future__ import annotations

import numpy as np
import pytest

import tangentlite as tl

X, D = np.array([1.0, -2.0, 3.0, 0.5]), np.array([1.0, 0.5, -1.0, 2.0])


@pytest.mark.parametrize("op", [
    np.nansum, np.nanmean, np.nanmax, np.nanmin, np.nanvar, np.nanstd, np.nanprod, lambda y: np.sum(np.nan_to_num(y))])
def test_forward_and_reverse_agree(op):
    def f(x):
        y = x.copy()
        y[1] = np.nan
        return op(y * y * 0.7)

    value, tangent = tl.jvp(f, (X,), (D,))
    assert value == f(X)
    assert np.isclose(tangent, tl.grad(f)(X) @ D, rtol=1e-12)
    assert np.isclose(tangent, (f(X + 1e-6 * D) - f(X - 1e-6 * D)) / 2e-6, rtol=1e-7)
