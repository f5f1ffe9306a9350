"""Any trace as Python text, whatever stage it comes from: what `str(trace)` gives."""
from __future__ import annotations

from tangentlite.analyses.kinds import kinds
from tangentlite.backend.emit import emit
from tangentlite.backend.text import render
from tangentlite.ir.trace import PRINTERS, Call, Trace, walk


def show(trace: Trace) -> str:
    """The function as it stands, one equation a line. It runs where the names of its home, NumPy's and those of
    `tangentlite.runtime` are in scope; derivatives that it calls are named after their primal and mode.

    >>> import operator
    >>> from tangentlite.ir import Block, Const, Eqn, Var
    >>> x, v, y = Var("x"), Var("y", temp=True), Var("y")
    >>> square = Eqn((v,), operator.mul, (x, x))
    >>> print(Trace("f", Block((x,), (square, Eqn((y,), operator.add, (v, Const(1)))), (y,))), end="")
    def f(x):
        y_1 = x * x
        y = y_1 + 1
        return y
    """
    derived = [s.callee for s in walk(trace.block) if isinstance(s, Call) and s.written is None]
    names = {fn: f"{fn.target.__name__}_{fn.mode}" if fn.mode else fn.target.__name__ for fn in derived}
    return render([emit(trace, kinds(trace, {}), {}, names).tree]).source


PRINTERS.append(show)
