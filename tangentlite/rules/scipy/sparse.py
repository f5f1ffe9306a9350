"""`scipy.sparse.linalg`: systems with a sparse matrix that is constant."""
from __future__ import annotations

from typing import Any

import scipy.sparse.linalg as ssl

from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.expressions import cast_to
from tangentlite.rules.stacks import refuse
from tangentlite.rules.verbs import custom

spsolve, attribute = lift(ssl.spsolve), lift(getattr)


def spsolve_tangent(x: Any, dots: Any, a: Any, b: Any, permc_spec: Any = None, use_umfpack: Any = True) -> Any:
    refuse(dots[0] is not None, "an active matrix of sp.sparse.linalg.spsolve")
    return spsolve(a, dots[1])


def spsolve_adjoint(g: Any, x: Any, a: Any, b: Any, permc_spec: Any = None, use_umfpack: Any = True) -> Any:
    return None, cast_to(spsolve(attribute(a, "T"), g), b)


custom(ssl.spsolve, spsolve_tangent, spsolve_adjoint,
       kind=lambda a, b, *rest, **keywords: K.Array(None, K.dims_of(K.kind_of(b))))
