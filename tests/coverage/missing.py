"""The rows that are refused with a located error, by namespace."""
from __future__ import annotations

BY_NAMESPACE: dict[str, tuple[str, ...]] = {
    "numpy": (
        "piecewise",
        "vectorize",
        "apply_along_axis",
        "fromfunction",
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
}
MISSING = frozenset(f"{namespace}: {name}" for namespace, names in BY_NAMESPACE.items() for name in names)
