"""Sample calls of `scipy.linalg`, `scipy.fft` and `scipy.sparse.linalg`."""
from __future__ import annotations

from typing import Any

import numpy as np
import scipy.fft as sf
import scipy.linalg as sl
import scipy.sparse
import scipy.sparse.linalg as ssl

from tangentlite import runtime
from tangentlite.rules.registry import loaded
from tests.rules.harness import Sample
from tests.rules.samples import arr, sample, spd
from tests.rules.samples_linalg import ROTATION, SINGULAR, apart, hermitian, symmetric

loaded()  # so that every rule must have a sample

SHARED = [
    *[sample(sl.det, x) for x in (SINGULAR, apart(3, 3), apart(3, 3, dtype=complex))],
    *[sample(sl.inv, x) for x in (apart(3, 3), apart(2, 3, 3), apart(3, 3, dtype=complex))],
    *[sample(sl.norm, arr(2, 3), o, wrt=[0]) for o in (None, "fro", "nuc", 1, 2, -2, np.inf)],
    sample(sl.norm, arr(3)), sample(sl.norm, arr(3), 3, wrt=[0]), sample(sl.norm, arr(2, 3), axis=1, check_finite=False),
    *[sample(sl.pinv, apart(*s)) for s in ((3, 3), (4, 2), (2, 4))], sample(sl.pinv, apart(3, 2), rtol=1e-12),
    *[sample(sl.svd, apart(*s), full_matrices=False) for s in ((3, 3), (4, 2), (2, 4))], sample(sl.svd, apart(3, 2), compute_uv=False),
    *[sample(sl.svdvals, apart(*s)) for s in ((3, 3), (4, 2))],
    *[sample(sl.lstsq, apart(*a), arr(*b), second=len(b) == 1) for a, b in (((4, 2), (4,)), ((3, 3), (3,)), ((2, 4), (2,)))],
]

EQUATIONS = [
    *[sample(sl.solve, apart(3, 3, dtype=d), arr(*s, dtype=d)) for s in ((3,), (3, 2)) for d in (float, complex)],
    *[Sample(sl.solve, (spd(3, 3), arr(*s)), {"assume_a": form}, (0, 1), symmetric=form in ("sym", "pos"))
      for s in ((3,),) for form in ("gen", "sym", "pos")],
    Sample(sl.solve, (hermitian(3, 3), arr(3, dtype=complex)), {"assume_a": "her"}, (0, 1), symmetric=True),
    Sample(sl.solve, (spd(3, 3), arr(3)), {"assume_a": "pos", "lower": True}, (0, 1), symmetric=True),
    *[sample(sl.solve, half(apart(3, 3)), arr(3), assume_a=form)
      for half, form in ((np.triu, "upper triangular"), (np.tril, "lower triangular"))],
    *[sample(sl.solve_triangular, apart(3, 3), arr(*s), trans=t, lower=low, unit_diagonal=unit)
      for s in ((3,), (3, 2)) for t in (0, 1, "T") for low in (False, True) for unit in (False, True)],
    sample(sl.solve_triangular, apart(3, 3), arr(3)), sample(sl.solve_triangular, apart(3, 3), arr(3), wrt=[1]),
    sample(sl.solve_triangular, apart(3, 3, dtype=complex), arr(3, dtype=complex), lower=True),
    sample(sl.solve_triangular, apart(3, 3, dtype=np.float32), arr(3, dtype=np.float32)),
    *[symmetric(op, x, **kw) for op in (sl.cholesky, sl.cho_factor) for x in (spd(3, 3), hermitian(3, 3))
      for kw in ({}, {"lower": True})],
    *[sample(sl.cho_solve, (np.asarray(sl.cho_factor(spd(3, 3), low)[0]), low), arr(*s)) for low in (True, False) for s in ((3,), (3, 2))],
    sample(sl.lu_factor, apart(3, 3)), sample(sl.lu_factor, apart(3, 3)[[1, 2, 0]]), sample(sl.lu_factor, apart(3, 3, dtype=complex)),
    *[Sample(sl.lu_solve, (tuple(sl.lu_factor(apart(3, 3)[[2, 0, 1]])), arr(*s)), {"trans": t}, (0, 1))
      for s in ((3,), (3, 2)) for t in (0, 1)],
    *[sample(sl.lu, x, second=False) for x in (apart(3, 3), apart(3, 3)[[1, 2, 0]])], sample(sl.lu, apart(3, 3)[[1, 2, 0]], p_indices=True),
    *[sample(sl.qr, apart(*s), mode="economic") for s in ((3, 3), (4, 2), (2, 4))], sample(sl.qr, apart(3, 3), second=False),
    sample(sl.qr, apart(2, 4), second=False), sample(sl.qr, apart(3, 3), mode="economic", pivoting=True),
    sample(sl.qr, apart(4, 2)[:, ::-1], mode="economic", pivoting=True), sample(sl.qr, apart(3, 3, dtype=complex), mode="economic"),
]

SPECTRA = [  # the signs of vectors that the default driver of eigh finds are not continuous
    symmetric(sl.eigvalsh, spd(3, 3)), *[symmetric(sl.eigh, spd(3, 3), lower=low, driver="evd") for low in (True, False)],
    Sample(sl.eigh, (spd(3, 3).astype(np.float32), spd(3, 3)), {}, (0, 1), symmetric=True, second=False),
    symmetric(sl.eigh, spd(3, 3), eigvals_only=True), symmetric(sl.eigvalsh, hermitian(3, 3)),
    symmetric(sl.eigvalsh, spd(3, 3), subset_by_index=[0, 1])._replace(second=False),
    symmetric(sl.eigh, spd(3, 3), eigvals_only=True, subset_by_index=[1, 2])._replace(second=False),
    *[Sample(op, (spd(3, 3) - np.eye(3), spd(3, 3)), {}, (0, 1), symmetric=True) for op in (sl.eigh, sl.eigvalsh)],
    *[sample(op, x) for op in (sl.eig, sl.eigvals) for x in (apart(3, 3), ROTATION, apart(3, 3, dtype=complex))],
    *[sample(sl.eigh_tridiagonal, arr(4), arr(3, lo=0.3), *a, wrt=[0, 1]) for a in ((), (True,))],
    sample(sl.eigvalsh_tridiagonal, arr(4), arr(3, lo=0.3)), symmetric(sl.schur, spd(3, 3)),
    *[sample(sl.polar, apart(*s)) for s in ((3, 3), (4, 2))], sample(sl.polar, apart(3, 3), side="left"),
    sample(sl.polar, apart(2, 4), side="left"), sample(sl.polar, apart(3, 3, dtype=complex)), sample(sl.polar, apart(3, 2, dtype=complex)),
    sample(runtime.require_diagonal, arr(3, 3), np.diag(arr(3)), wrt=[0]),
]

POSITIVE = spd(3, 3) + 0.3 * arr(3, 3)
FUNCTIONS = [
    *[sample(sl.expm, x) for x in (arr(3, 3), arr(1, 1), 3.0 * arr(3, 3), arr(3, 3, dtype=complex), np.zeros((2, 2)))],
    *[sample(op, 0.5 * arr(3, 3)) for op in (sl.cosm, sl.sinm, sl.tanm, sl.coshm, sl.sinhm, sl.tanhm)],
    sample(sl.cosm, 0.5 * arr(3, 3, dtype=complex)), sample(sl.logm, POSITIVE), sample(sl.sqrtm, POSITIVE),
    sample(sl.sqrtm, hermitian(3, 3)), *[sample(sl.fractional_matrix_power, POSITIVE, t, wrt=[0]) for t in (0.5, -0.3, 2.5)],
    sample(sl.expm_frechet, arr(3, 3), arr(3, 3)), sample(sl.expm_frechet, arr(3, 3), arr(3, 3), compute_expm=False),
    *[sample(sl.solve_sylvester, spd(3, 3), spd(2, 2), arr(3, 2), wrt=w) for w in ([0, 1, 2], [0], [2])],
    sample(sl.solve_sylvester, apart(3, 3, dtype=complex), hermitian(2, 2), arr(3, 2, dtype=complex)),
    *[sample(sl.solve_continuous_lyapunov, apart(3, 3, dtype=d), arr(3, 3, dtype=d)) for d in (float, complex)],
    *[sample(sl.solve_discrete_lyapunov, 0.2 * apart(3, 3, dtype=d), arr(3, 3, dtype=d), **kw) for d in (float, complex)
      for kw in ({}, {"method": "direct"}, {"method": "bilinear"})],
]

STRUCTURED = [
    *[sample(sl.solve_banded, bands, 2.0 * np.eye(sum(bands) + 1)[[bands[1]]].T + 0.4 * arr(sum(bands) + 1, 4), arr(*s), wrt=[1, 2])
      for bands in ((1, 1), (0, 2), (2, 1), (1, 0), (0, 0)) for s in ((4,), (4, 2))],
    sample(sl.solve_banded, (1, 1), 2.0 + arr(3, 4) * [[0.3], [1.0], [0.3]], arr(4), wrt=[2]),
    *[sample(sl.toeplitz, arr(*a), arr(*b)) for a, b in (((3,), (3,)), ((3,), (4,)), ((4,), (2,)), ((1,), (3,)))],
    sample(sl.toeplitz, arr(3)),
    sample(sl.toeplitz, arr(3, dtype=complex)), sample(sl.circulant, arr(4)), sample(sl.hankel, arr(3)), sample(sl.hankel, arr(3), arr(4)),
    *[sample(sl.solve_toeplitz, (np.array([3.0, 0.4, 0.2]), np.array([3.0, -0.5, 0.1])), arr(*s)) for s in ((3,), (3, 2))],
    sample(sl.solve_toeplitz, np.array([3.0, 0.4, 0.2]), arr(3)),
    *[sample(sl.block_diag, *(arr(*s) for s in shapes)) for shapes in (((2, 3), (1, 2)), ((2,), (3, 1)), ((2, 2), (), (3,)), ((2, 2),))],
    sample(sl.block_diag, arr(2, 2), arr(1, 3), wrt=[1]), sample(sl.khatri_rao, arr(2, 3), arr(4, 3)),
    Sample(ssl.spsolve, (scipy.sparse.csc_matrix(spd(4, 4)), arr(4)), {}, (1,), second=False),
]

SINGLE, THREE = apart(3, 3, dtype=np.float32), arr(3, dtype=np.float32)
DEFINITE = (SINGLE @ SINGLE.T).astype(np.float32)
SINGLES = [
    *[sample(op, SINGLE) for op in (sl.det, sl.inv, sl.norm, sl.pinv, sl.svdvals, sl.eigvals, sl.lu, sl.lu_factor, sl.polar)],
    *[sample(op, np.float32(0.3) * SINGLE) for op in (sl.expm, sl.cosm, sl.sqrtm)],
    sample(sl.expm_frechet, np.float32(0.3) * SINGLE, SINGLE), sample(sl.fractional_matrix_power, DEFINITE, 0.5, wrt=[0]),
    *[sample(op, DEFINITE) for op in (sl.logm, sl.sqrtm)],
    *[symmetric(op, DEFINITE) for op in (sl.cholesky, sl.cho_factor, sl.eigvalsh)],
    sample(sl.qr, SINGLE, mode="economic"), sample(sl.svd, SINGLE, full_matrices=False),
    *[sample(op, SINGLE, THREE) for op in (sl.solve, sl.solve_triangular, sl.lstsq)],
    *[sample(op, SINGLE, SINGLE) for op in (sl.solve_continuous_lyapunov, sl.block_diag, sl.khatri_rao)],
    sample(sl.solve_sylvester, SINGLE, SINGLE, SINGLE), sample(sl.solve_discrete_lyapunov, np.float32(0.1) * SINGLE, SINGLE),
    sample(sl.cho_solve, (np.asarray(sl.cho_factor(DEFINITE)[0]), False), THREE), sample(sl.lu_solve, tuple(sl.lu_factor(SINGLE)), THREE),
    sample(sl.solve_banded, (0, 1), np.float32(2.0) + arr(2, 3, dtype=np.float32), THREE, wrt=[1, 2]),
    *[sample(op, THREE) for op in (sl.toeplitz, sl.circulant, sl.hankel)],
    sample(sl.solve_toeplitz, np.array([3.0, 0.4, 0.2], np.float32), THREE),
    sample(sl.eigvalsh_tridiagonal, THREE, arr(2, dtype=np.float32)),
    Sample(ssl.spsolve, (scipy.sparse.csc_matrix(DEFINITE), THREE), {}, (1,), second=False),
]

REAL = [
    *[sample(op, arr(n), form, wrt=[0], **kw) for op in (sf.dct, sf.idct, sf.dst, sf.idst) for n in (2, 5) for form in (1, 2, 3, 4)
      for kw in ({}, {"norm": "ortho"}, {"norm": "forward"}, {"norm": "ortho", "orthogonalize": False}, {"orthogonalize": True},
                 {"n": 3}, {"n": 7})],
    *[sample(op, arr(3, 4), form, wrt=[0], **kw) for op in (sf.dct, sf.idst) for form in (1, 2, 3)
      for kw in ({"axis": 0}, {"axis": -2, "n": 5})],
    *[sample(op, arr(3, 4), form, wrt=[0], **kw) for op in (sf.dctn, sf.idctn, sf.dstn, sf.idstn) for form in (1, 2, 3)
      for kw in ({}, {"norm": "ortho"}, {"axes": (0,)}, {"axes": (1, 0), "s": (5, 2)})],
    sample(sf.dct, arr(4, dtype=np.float32)), sample(sf.dct, arr(4, dtype=complex)), sample(sf.dct, arr(1)),
]


def transforms() -> list[Sample]:
    """A few calls of each transform that numpy.fft has too."""
    found = []
    for name, dtype in (("fft", float), ("ifft", complex), ("rfft", float), ("irfft", complex), ("hfft", complex), ("ihfft", float),
                        ("fft2", float), ("ifft2", complex), ("rfft2", float), ("irfft2", complex), ("fftn", complex), ("ifftn", float),
                        ("rfftn", float), ("irfftn", complex)):
        options: list[dict[str, Any]] = [{}, {"norm": "ortho"}, {"workers": 1}]
        found += [sample(getattr(sf, name), arr(3, 5, dtype=dtype), **kw) for kw in options]
    return [*found, sample(sf.fft, arr(4), n=6, axis=-1), sample(sf.fftshift, arr(5)), sample(sf.ifftshift, arr(2, 3), axes=1)]


SCIPY: list[Sample] = [*SHARED, *EQUATIONS, *SPECTRA, *FUNCTIONS, *STRUCTURED, *SINGLES, *REAL, *transforms()]
