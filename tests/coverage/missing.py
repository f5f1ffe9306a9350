"""The rows that are refused with a located error, by namespace."""
from __future__ import annotations

BY_NAMESPACE: dict[str, tuple[str, ...]] = {
    "numpy": (
        "piecewise",
        "vecdot",
        "matvec",
        "vecmat",
        "vectorize",
        "apply_along_axis",
        "fromfunction",
    ),
    "scipy.fft": (
        "dct",
        "idct",
        "dctn",
        "dst",
    ),
    "scipy.linalg": (
        "det",
        "inv",
        "solve",
        "solve_triangular",
        "cho_factor+cho_solve",
        "lu_factor+lu_solve",
        "lu",
        "qr",
        "cholesky",
        "eigh",
        "expm",
        "logm",
        "sqrtm",
        "solve_sylvester",
        "solve_continuous_lyapunov",
        "solve_discrete_lyapunov",
        "solve_banded",
        "block_diag",
        "toeplitz",
        "circulant",
        "pinv",
        "norm",
        "svd",
        "svdvals",
        "lstsq",
        "polar",
        "schur",
        "expm_frechet",
        "eigh_tridiagonal",
        "cosm",
        "fractional_matrix_power",
        "khatri_rao",
        "solve_toeplitz",
    ),
    "scipy.signal": (
        "welch",
        "stft",
    ),
    "scipy.stats": (
        "gaussian_kde",
    ),
    "scipy.integrate": (
        "odeint",
        "solve_ivp",
        "quad",
    ),
    "scipy.interpolate": (
        "RegularGridInterpolator",
        "CubicSpline",
        "interp1d",
    ),
    "scipy.optimize": (
        "root/brentq (implicit)",
        "minimize (implicit)",
    ),
    "scipy.sparse.linalg": (
        "spsolve",
    ),
    "numpy.polynomial": (
        "Polynomial(c)(x)",
    ),
}
MISSING = frozenset(f"{namespace}: {name}" for namespace, names in BY_NAMESPACE.items() for name in names)
