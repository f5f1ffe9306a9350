"""Sample calls of `numpy.fft` and of polynomials."""
from __future__ import annotations

import numpy as np
from numpy.polynomial import chebyshev, hermite, hermite_e, laguerre, legendre, polynomial

from tangentlite import runtime
from tests.rules.harness import Sample
from tests.rules.samples import arr, sample

F = np.fft
ONE_AXIS = [
    *[sample(op, arr(n, dtype=d), **kw) for op in (F.fft, F.ifft) for n in (1, 4, 5) for d in (float, complex)
      for kw in ({}, {"norm": "ortho"}, {"n": 3}, {"n": 8, "norm": "forward"})],
    *[sample(op, arr(n), **kw) for op in (F.rfft, F.ihfft) for n in (1, 4, 5) for kw in ({}, {"norm": "ortho"}, {"n": 3}, {"n": 8})],
    *[sample(op, arr(n, dtype=complex), **kw) for op in (F.irfft, F.hfft) for n in (4, 5)
      for kw in ({}, {"norm": "ortho"}, {"n": 3}, {"n": 9, "norm": "forward"}, {"n": 7}, {"n": 6}, {"n": 1}, {"n": 2})],
    *[sample(op, arr(3, 4, dtype=d), **kw) for op, d in ((F.fft, float), (F.ifft, complex), (F.rfft, float), (F.irfft, complex),
                                                         (F.hfft, complex), (F.ihfft, float))
      for kw in ({}, {"axis": 0}, {"axis": -2}, {"axis": 0, "n": 5, "norm": "ortho"}, {"n": 2})],
    *[sample(op, arr(4, dtype=d)) for op, d in ((F.fft, np.float32), (F.fft, np.complex64), (F.rfft, np.float32), (F.irfft, np.complex64))],
    *[sample(op, arr(4)) for op in (F.irfft, F.hfft)], sample(F.fft, arr(4), 6, wrt=[0]), sample(F.rfft, arr(2, 4), 6, 0, "ortho", wrt=[0]),
]
SEVERAL_AXES = [
    *[sample(op, arr(3, 4, dtype=d), **kw) for op, d in ((F.fft2, float), (F.ifft2, complex), (F.fftn, float), (F.ifftn, complex),
                                                         (F.rfft2, float), (F.rfftn, float), (F.irfft2, complex), (F.irfftn, complex))
      for kw in ({}, {"norm": "ortho"}, {"axes": (0, 1)}, {"axes": (1, 0)}, {"s": (5, 3), "axes": (0, 1)}, {"axes": (-1,)})],
    *[sample(op, arr(2, 3, 5, dtype=d), **kw) for op, d in ((F.fftn, complex), (F.rfftn, float), (F.irfftn, complex))
      for kw in ({}, {"axes": (0, 2)}, {"axes": [2, 1], "norm": "forward"}, {"axes": (1, 2), "s": (4, 4)})],
    *[sample(op, arr(2, 3, 5, dtype=d)) for op, d in ((F.fft2, float), (F.rfft2, float), (F.irfft2, complex))],
    *[sample(op, arr(*shape), **kw) for op in (F.fftshift, F.ifftshift) for shape in ((4,), (5,), (3, 4))
      for kw in ({}, {"axes": 0}, {"axes": (0,)})],
    *[sample(runtime.fit_axis, arr(2, 4), n, wrt=[0]) for n in (3, 4, 6)], sample(runtime.fit_axis, arr(2, 4), 3, 0, wrt=[0]),
]

COEFFICIENTS = [
    *[sample(np.polyval, arr(n), x) for n in (1, 3)
      for x in (arr(4), arr(2, 3), 1.3, arr(1))], sample(np.polyval, arr(3, dtype=complex), arr(2)),
    sample(np.polyval, arr(3), arr(2), wrt=[0]), sample(np.polyval, arr(3, dtype=np.float32), arr(2, dtype=np.float32)),
    sample(np.polyval, [1.0, 2.0, 3.0], 0.7), sample(np.polyval, arr(3), 0.0),
    *[sample(np.vander, arr(4), *a, wrt=[0]) for a in ((), (3,), (1,), (2, True), (5, False))], sample(np.vander, arr(3), increasing=True),
    sample(np.vander, np.zeros(3), 3, wrt=[0]), sample(np.vander, arr(3, dtype=np.float32)),
    *[sample(np.polyder, arr(4), m, wrt=[0]) for m in (1, 2, 3)], sample(np.polyder, arr(1)),
    *[sample(np.polyint, arr(4), m, wrt=[0]) for m in (1, 2)], sample(np.polyint, arr(3), 1, 2.0, wrt=[0]),
    *[sample(op, arr(m), arr(n), second=op in (np.polyadd, np.polysub)) for op in (np.polyadd, np.polysub, np.polymul)
      for m, n in ((3, 3), (2, 4), (4, 1), (4, 2))],
    sample(np.polyadd, arr(3), 2.0), sample(np.polysub, 1.5, arr(2)),
    *[sample(np.polydiv, arr(m), arr(n, lo=0.5), second=False) for m, n in ((5, 3), (4, 2), (4, 4), (3, 1), (2, 3))],
    *[sample(np.roots, np.poly(r), second=False) for r in (np.array([1.0, 2.5, -1.3]), np.array([0.5, 1.0 + 0.7j, 1.0 - 0.7j]))],
    sample(np.poly, arr(3), second=False), sample(np.poly, arr(1), second=False),
    sample(np.poly, np.array([[2.0, 0.3, 0.1], [0.2, 1.0, -0.4], [0.5, 0.1, -1.0]]), second=False),
    *[sample(np.polyfit, arr(6), arr(*s), d, wrt=[0, 1]) for s in ((6,), (6, 2)) for d in (0, 1, 2)],
    sample(np.polyfit, arr(6), arr(6), 2, w=np.linspace(1.0, 2.0, 6), wrt=[0, 1]), sample(np.polyfit, arr(6), arr(6), 1, wrt=[1]),
]
BASES = [
    s for module, prefix in ((polynomial, "poly"), (chebyshev, "cheb"), (legendre, "leg"), (laguerre, "lag"), (hermite, "herm"),
                             (hermite_e, "herme"))
    for val, der, vander in ([getattr(module, prefix + name) for name in ("val", "der", "vander")],)
    for s in (*[sample(val, x, arr(n)) for x in (arr(4), 0.7, arr(2, 3)) for n in (1, 2, 4)], sample(val, arr(3), arr(3), wrt=[1]),
              sample(der, arr(4)), sample(der, arr(4), 2, wrt=[0]), sample(der, arr(1)), sample(der, arr(3), scl=2.0),
              sample(vander, arr(4), 3, wrt=[0]), sample(vander, arr(2, 3), 2, wrt=[0]), sample(vander, arr(3), 0, wrt=[0]))
]

TRANSFORMS: list[Sample] = [*ONE_AXIS, *SEVERAL_AXES, *COEFFICIENTS, *BASES]
