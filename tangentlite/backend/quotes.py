"""Where emitted statements come from: the primal's lines as comments above them."""
from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from tangentlite.ir import Call, Eqn, Loc, Stmt

# of compound statements: their mirror image speaks for itself
HEADERS = ("for ", "while ", "if ", "elif ", "else:", "try:", "except", "finally:", "with ")


class Quotes:
    """Follows the text from statement to statement: a line is quoted where the first of its adjoint begins."""

    def __init__(self) -> None:
        self.loc = Loc()
        self.reversing = False  # has the reverse sweep begun?

    def placed(self, s: Stmt, rest: Sequence[Stmt]) -> tuple[Loc, str]:
        """Where a statement comes from, and the line to quote above it. What is computed again belongs to what it is for."""
        self.reversing |= s.loc.sweep == "reverse"
        if s.loc.note:
            return s.loc, s.loc.note
        if s.loc.sweep == "reverse" or not self.reversing:
            return s.loc, self.quote(s.loc, isinstance(s, (Eqn, Call)) or is_expression(s.loc))
        loc = s.loc._replace(sweep="reverse")
        following = next((t.loc for t in rest if t.loc.sweep == "reverse"), None)
        return loc, self.quote(loc) if following is not None and following[:2] == loc[:2] else ""

    def quote(self, loc: Loc, whole: bool = True) -> str:
        """The line of the primal, where the first of its adjoint begins; nothing for a compound statement, not a `whole` line."""
        text = loc.text.strip()
        if not whole or text.startswith(HEADERS):
            return ""
        before, self.loc = self.loc, loc
        new = (loc.file, loc.line, loc.sweep) != (before.file, before.line, before.sweep)
        return text if new and loc.sweep == "reverse" else ""

    def annotate(self, made: list[ast.stmt], loc: Loc, note: str) -> None:
        """Locate those of the statements that have no place of their own, and put a comment above the first of them."""
        fresh: list[Any] = [node for node in made if not hasattr(node, "loc")]
        for node in fresh:
            node.loc = loc
        if note and fresh:
            fresh[0].lineno = 1  # asked for by `unparse`
            if hasattr(fresh[0], "body") or ast.unparse(fresh[0]) != note:
                fresh[0].comment = note


def separate(body: list[Any]) -> None:
    """One blank line between the sweeps, unless what follows is the `return` alone."""
    sweeps = [node.loc.sweep for node in body[:-1]]
    if "reverse" in sweeps and sweeps[0] != "reverse":
        body[sweeps.index("reverse")].space = 1


def is_expression(loc: Loc) -> bool:
    """Is it a part of a line, as a conditional expression is?"""
    return not loc.text[:loc.col].isspace()
