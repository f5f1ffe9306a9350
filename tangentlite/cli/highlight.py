"""Colours for Python source: keywords, strings, comments, adjoints and tangents, on any terminal."""
from __future__ import annotations

import io
import itertools
import keyword
import os
import re
import sys
import token
import tokenize
from typing import NamedTuple

SGR = {"keyword": "34", "comment": "90", "string": "32", "adjoint": "36", "tangent": "35", "name": "1", "faint": "2"}
STRINGS = {getattr(token, name, -1) for name in ("STRING", "FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")}
ADJOINT, TANGENT = re.compile(r"\w+_bar(_\d+)?\Z"), re.compile(r"\w+_dot(_\d+)?\Z")


class Line(NamedTuple):
    """A line of text, and the style of each character ("" for none)."""

    text: str
    styles: tuple[str, ...]

    def part(self, start: int, end: int | None = None) -> Line:
        return Line(self.text[start:end], self.styles[start:end])

    def faint(self) -> Line:
        return Line(self.text, ("faint",) * len(self.text))

    def painted(self) -> str:
        """The line with its styles as escape sequences."""
        parts = []
        for style, group in itertools.groupby(zip(self.text, self.styles), lambda pair: pair[1]):
            text = "".join(c for c, _ in group)
            parts.append(f"\x1b[{SGR[style]}m{text}\x1b[0m" if style else text)
        return "".join(parts)


def wanted(color: str) -> bool:
    """Is stdout to be coloured? "auto" asks NO_COLOR, FORCE_COLOR and the terminal, in this order."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.__stdout__ is not None and sys.__stdout__.isatty() and os.environ.get("TERM") != "dumb"


def highlighted(source: str) -> str:
    """The same text with colours."""
    return "\n".join([line.painted() for line in styled(source)])


def table(text: str) -> str:
    """An evaluation trace with its last column, of tangents or adjoints, in their colour."""
    lines = text.split("\n")
    for style in ("adjoint", "tangent"):
        column = lines[0].find(style)
        while column > 1 and any(line[column - 2:column].strip() for line in lines[1:]):
            column -= 1  # the column may begin left of its heading
        if column > 1:
            lines = [line[:column] + Line(line[column:], (style,) * len(line[column:])).painted() for line in lines]
    return "\n".join(lines)


def styled(source: str) -> list[Line]:
    """The lines of a source text with their styles. What is no Python from somewhere on stays plain from there."""
    texts = source.split("\n")
    styles = [[""] * len(text) for text in texts]
    before = ""
    try:
        for t in tokenize.generate_tokens(io.StringIO(source).readline):
            style = style_of(t, before)
            if style:
                paint(styles, t, style)
            before = t.string
    except (tokenize.TokenError, SyntaxError):
        pass
    return [Line(text, tuple(row)) for text, row in zip(texts, styles)]


def style_of(t: tokenize.TokenInfo, before: str) -> str:
    """The style of a token that follows the token `before`."""
    if t.type == token.COMMENT:
        return "comment"
    if t.type in STRINGS:
        return "string"
    if t.type != token.NAME:
        return ""
    if keyword.iskeyword(t.string):
        return "keyword"
    if before in ("def", "class"):
        return "name"
    return "adjoint" if ADJOINT.match(t.string) else "tangent" if TANGENT.match(t.string) else ""


def paint(styles: list[list[str]], t: tokenize.TokenInfo, style: str) -> None:
    (first, start), (last, end) = t.start, t.end
    for row in range(first - 1, min(last, len(styles))):
        from_, to = start if row == first - 1 else 0, end if row == last - 1 else len(styles[row])
        for k in range(from_, min(to, len(styles[row]))):
            styles[row][k] = style
