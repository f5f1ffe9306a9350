"""How much the kinds of results tell: a kind that says nothing is right, but it costs helpers in the text."""
from __future__ import annotations

from tangentlite.ir import kinds as K
from tests.rules.harness import Program, Sample

# of how many samples the rank of the result depends on values, on lengths, or on what kinds do not hold
UNKNOWN: dict[str, int] = {
    "numpy.exp": 1, "numpy.add": 1, "numpy.subtract": 1, "numpy.multiply": 2, "math.prod": 3, "builtins.sum": 1,
    "tangentlite.runtime.restructured": 1, "numpy.sum": 1, "numpy.mean": 1, "numpy.average": 3, "numpy.take": 4, "numpy.concatenate":
    1, "numpy.stack": 1, "tangentlite.runtime.unbroadcast": 1, "tangentlite.runtime.split_like": 1, "_operator.getitem": 1,
    "numpy.linalg.lstsq": 6, "numpy.cross": 10, "numpy.linalg.cross": 1, "numpy.lib.scimath.sqrt": 3, "numpy.lib.scimath.log": 3,
    "numpy.lib.scimath.log2": 3, "numpy.lib.scimath.log10": 3, "numpy.lib.scimath.arcsin": 3, "numpy.lib.scimath.arccos": 3,
    "numpy.lib.scimath.arctanh": 3, "numpy.interp": 1, "numpy.cov": 3, "numpy.corrcoef": 3, "numpy.median": 1, "numpy.quantile": 1,
    "scipy.linalg._basic.det": 1, "scipy.linalg._misc.norm": 1, "scipy.linalg._basic.lstsq": 4, "scipy.linalg._decomp_lu.lu": 1,
    "scipy.integrate._quadrature.trapezoid": 1, "scipy.integrate._quadrature.simpson": 1,
    "tangentlite.rules.scipy.adjoints.untrapezoid": 1, "tangentlite.rules.scipy.adjoints.unsimpson": 1,
}


def tells(kind: K.Kind) -> bool:
    """Whether the type or the number of dimensions is known."""
    match kind:
        case K.Number(dtype):
            return bool(dtype)
        case K.Array(_, dims):
            return dims is not None
        case K.Seq(_, items, elem):
            return all(map(tells, items)) if items is not None else elem is not None and tells(elem)
    return isinstance(kind, K.Inert)


def unknown(samples: list[Sample]) -> int:
    programs = map(Program, samples)
    return sum(not tells(p.b.kinds[p.out]) for p in programs)


def check_precision(name: str, samples: list[Sample]) -> None:
    """No more results of unknown kind than there are known to be."""
    found = unknown(samples)
    assert found <= UNKNOWN.get(name, 0), f"{found} results of unknown kind"
