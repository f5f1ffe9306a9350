"""The docstrings of generated functions: what they return, of which function, and where that is written."""
from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable

from tangentlite.ir.trace import Trace, Var

WIDTH = 100
WHAT = {
    "reverse": "Gradient of {name}{wrt}",
    "value": "Value and gradient of {name}{wrt}",
    "forward": "Value and tangent of {name}{along}",
    "tangent": "Value and tangent of {name}{along}",
    "vjp": "Adjoint of {name}{wrt}",
    "grad": "Gradient of {name}{wrt}",
    "jvp": "Tangent of {name}{along}",
    "split": "{name} and what its adjoint needs",
    "backward": "Adjoint of {name}{wrt}",
    "primal": "{name} in the form that is differentiated",
}
MODE = {"reverse": "reverse mode", "value": "reverse mode", "forward": "forward mode", "tangent": "forward mode",
        "vjp": "reverse mode", "grad": "reverse mode", "jvp": "forward mode", "split": "forward sweep", "backward": "reverse sweep"}


def describe(primal: Trace, how: str, wrt: Iterable[Var] = ()) -> str:
    """The docstring of what a transformation makes of a function.

    >>> from tangentlite.ir import Block, Loc
    >>> describe(Trace("f", Block((), (), ()), loc=Loc("/home/me/model.py", 12)), "reverse", [Var("x"), Var("y")])
    'Gradient of f with respect to x, y (model.py:12, reverse mode).'
    """
    names = ", ".join(v.hint for v in wrt)
    what = WHAT[how].format(name=primal.name, wrt=names and f" with respect to {names}",
                            along=names and f", for tangents of {names}")
    place = f"{os.path.basename(primal.loc.file)}:{primal.loc.line}" if primal.loc.file else ""
    notes = ", ".join(filter(None, (place, MODE.get(how))))
    return textwrap.fill(f"{what}{notes and f' ({notes})'}.", WIDTH, subsequent_indent="    ", break_long_words=False,
                         break_on_hyphens=False)
