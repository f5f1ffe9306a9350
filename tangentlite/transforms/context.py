"""What the derivative of a function needs to know of the program around it."""
from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tangentlite.analyses.activity import Activity
from tangentlite.analyses.added_to import added_to
from tangentlite.analyses.written_later import written_later
from tangentlite.errors import TransformError
from tangentlite.ir import Const, Eqn, Fn, Trace, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.checkpointing import Checkpointing
from tangentlite.ir.trace import Call, Mode, Stmt, walk


@dataclass
class Context:
    """What the derivative of one function needs to know of the program it belongs to."""

    activity: Activity
    kinds: dict[Var, Any]
    traces: dict[Fn, Trace]
    errors: dict[Any, TransformError]
    pure_call: Callable[[Call], bool]
    spellings: dict[Any, dict[Any, str]] = field(default_factory=dict)  # home -> op -> its dotted name there
    holomorphic: bool = False  # the gradient is that of a complex result
    checkpointing: Checkpointing | None = None
    outermost: frozenset[Trace] = frozenset()  # the functions that are not called in loops
    compiled: bool = False

    def spelled(self, home: Any) -> dict[Any, str]:
        """What functions are called in the text of `home`, or else in that of a function it calls."""
        every = {op: name for names in self.spellings.values() for op, name in names.items()}
        return every | self.spellings.get(home, {})

    @functools.cached_property
    def is_complex(self) -> bool:
        """May there be complex numbers in the program?"""
        return any(K.is_complex(k) for k in self.kinds.values()) or any(
            may_make_complex(s) for t in self.traces.values() for s in walk(t.block))

    @functools.cached_property
    def order(self) -> int:
        """The order of the derivatives that are being made."""
        return 1 + max((m.order for fn in self.traces for m in fn.variant if isinstance(m, Mode)), default=0)

    @functools.cached_property
    def added_to(self) -> Mapping[Fn, frozenset[int]]:
        """The parameters of functions, by position, whose adjoints they are given, to add to them."""
        return {} if self.is_complex else added_to(self.traces, self.compiled)

    @functools.cached_property
    def written_later(self) -> Mapping[Fn, set[Var]]:
        """The parameters of functions, whose memory a caller may write when they have returned."""
        return written_later(self.traces)

    def variant(self, fn: Fn, mode: str, wrt: tuple[int, ...] | None = None) -> Fn:
        return Fn(fn.target, (*fn.variant, Mode(mode, self.order, wrt)))


def may_make_complex(s: Stmt) -> bool:
    """Has the statement a complex constant, or may it make complex numbers of real ones, so that no kind tells?"""
    if not isinstance(s, Eqn):
        return False
    name, module = getattr(s.op, "__name__", ""), getattr(s.op, "__module__", None) or ""
    return module == np.emath.log.__module__ or name in COMPLEX_RESULTS or any(
        isinstance(a, Const) and isinstance(a.value, (complex, np.complexfloating)) for a in s.inputs)


COMPLEX_RESULTS = ("eig", "eigvals", "roots", "sqrtm", "logm", "fractional_matrix_power", "schur")
