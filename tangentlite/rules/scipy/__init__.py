"""Rules for SciPy, by SciPy's own modules. A family is loaded when one of its functions is asked for, SciPy being imported then."""
from __future__ import annotations

import importlib
import sys

FAMILIES: dict[str, str] = {  # module of SciPy -> module of its rules, in this package
    "scipy.fft": "fft", "scipy.linalg": "linalg", "scipy.sparse.linalg": "sparse", "scipy.special": "special",
    "scipy.stats": "stats", "scipy.signal": "signal", "scipy.integrate": "integrate", "scipy.ndimage": "ndimage",
    "scipy.spatial.distance": "distance", "scipy.optimize": "optimize", "scipy.interpolate": "interpolate",
}
_loaded: set[str] = set()


def load() -> bool:
    """Load the families of the SciPy modules that are imported by now; tell whether there were new ones."""
    new = [library for library in FAMILIES if library not in _loaded and library in sys.modules]
    _loaded.update(new)
    for library in new:
        importlib.import_module(f"{__name__}.{FAMILIES[library]}")
    return bool(new)
