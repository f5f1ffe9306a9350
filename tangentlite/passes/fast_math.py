"""Elementary functions of NumPy and `math` as those of `tangentlite.fastmath`, in code that Numba compiles."""
from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import fastmath
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Eqn, Trace, Var
from tangentlite.passes.bodies import with_equations

FAST: dict[Any, Any] = {
    np.exp: fastmath.exp, math.exp: fastmath.exp, np.log: fastmath.log, math.log: fastmath.log,
    np.tanh: fastmath.tanh, math.tanh: fastmath.tanh, math.erf: fastmath.erf,
}
SPECIAL = {"erf": fastmath.erf, "expit": fastmath.sigmoid}  # of SciPy


def fast_math(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """The trace, after `fold`, with faster functions of real numbers."""
    return replace(trace, block=with_equations(trace.block, lambda e: replace(e, op=faster(e, kinds))))


def faster(s: Eqn, kinds: Mapping[Var, Any]) -> Any:
    if len(s.args) != 1 or s.kwargs or K.is_complex(kinds.get(s.outs[0], K.UNKNOWN)):
        return s.op
    special = sys.modules.get("scipy.special")
    for name, function in SPECIAL.items():
        if s.op is getattr(special, name, None):
            return function
    try:
        return FAST.get(s.op, s.op)
    except TypeError:  # an operation need not be hashable
        return s.op
