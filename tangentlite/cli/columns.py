"""`--show side-by-side`: the function on the left, its derivative on the right, fitted to the terminal."""
from __future__ import annotations

import ast
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from types import FunctionType
from typing import NamedTuple

from tangentlite import pipeline
from tangentlite.cli import primal
from tangentlite.cli.highlight import Line, styled
from tangentlite.ir.trace import Loc

EMPTY = Line("", ())
NARROWEST = 24  # of a column; where a terminal has no room for two, lines are longer than the terminal


class Row(NamedTuple):
    """One line of the picture; a row with a title is a rule across both columns."""

    number: int | None = None
    left: Line = EMPTY
    right: Line = EMPTY
    title: tuple[str, str] | None = None


class Piece(NamedTuple):
    """A line of the derivative, and the line of the primal that it comes from."""

    line: Line
    loc: Loc | None


def side_by_side(made: pipeline.Derivative, function: FunctionType, color: bool) -> str:
    """The picture of all functions of a derivative, each beside the one it was made of."""
    text = pipeline.text(made)
    lines = styled(text.source.expandtabs(4))
    pictures: list[list[Row]] = []
    shown: list[FunctionType] = []
    for node, unit in zip(ast.parse(text.source).body, pipeline.units(made)):
        assert isinstance(node, ast.FunctionDef)
        doc = node.body[0].end_lineno if ast.get_docstring(node) is not None else node.lineno  # the rules say as much
        own = (node.lineno, *range((doc or 0) + 1, (node.end_lineno or 0) + 1))
        home = unit.home if isinstance(unit.home, FunctionType) else function
        pieces = [Piece(lines[k - 1], text.lines.get(k)) for k in own]
        pictures.append(rows(primal.of(home), node.name, pieces, home in shown))
        shown.append(home)
    size = shutil.get_terminal_size(fallback=(120, 24)).columns
    return "\n".join(drawn(picture, size, color) for picture in pictures)


# -- what stands beside what ----

def rows(source: primal.Primal, name: str, pieces: list[Piece], shown: bool) -> list[Row]:
    """The forward sweep beside the function, then the reverse sweep beside the lines it goes back through.

    The second half of a function that was `shown` before stands alone until it goes back.
    """
    turn = next((k for k, p in enumerate(pieces) if p.loc is not None and p.loc.sweep == "reverse"), len(pieces))
    while 0 < turn < len(pieces) and (is_comment(pieces[turn - 1]) or not pieces[turn - 1].line.text):
        turn -= 1
    made = [Row(title=(source.place, name))]
    if shown and turn < len(pieces):
        made += [Row(right=p.line) for p in pieces[:turn] if p.line.text]
    else:
        made += beside(source, pieces[:turn])
    if turn < len(pieces):
        made.append(Row(title=("", "reverse sweep")))
        made += going_back(source, pieces[turn:])
    return made


def beside(source: primal.Primal, pieces: list[Piece]) -> list[Row]:
    """The forward sweep: all lines of the function in order, with those of the derivative where they belong."""
    left = styled(source.text.removesuffix("\n").expandtabs(4))
    right = [p for p in pieces if p.line.text]
    header = source.header - source.first
    scores = [score_row(source, left, p, header + 1) for p in right[1:]]
    pairs = [(header, 0), *((i + header + 1, j + 1) for i, j in aligned(scores, len(left) - header - 1))]
    made: list[Row] = []
    i = j = 0
    for to_i, to_j in [*pairs, (len(left), len(right))]:
        while j < to_j and not starts_after(right[j], source.first + i):
            made.append(Row(right=right[j].line))
            j += 1
        made += [Row(source.first + k, left[k]) for k in range(i, to_i)]
        made += [Row(right=right[k].line) for k in range(j, to_j)]
        if to_i < len(left):
            made.append(Row(source.first + to_i, left[to_i], right[to_j].line))
        i, j = to_i + 1, to_j + 1
    return made


def starts_after(piece: Piece, line: int) -> bool:
    """Does a line of the derivative come from this line of the primal or one below?"""
    return piece.loc is not None and piece.loc.line >= line


def score_row(source: primal.Primal, left: list[Line], piece: Piece, start: int) -> list[int]:
    """How well a line of the derivative goes with each line of the primal from `start`: 0 is not at all."""
    text = piece.line.text.strip()
    scores = []
    for k in range(start, len(left)):
        other = left[k].text.strip()
        here = piece.loc is not None and piece.loc.file == source.file and piece.loc.line == source.first + k
        alike = text.split(" ")[0] == other.split(" ")[0]  # if beside if, return beside return
        scores.append(3 * (text == other) + 2 * here + (alike and (here or text.startswith("return "))))
    return scores


def aligned(scores: list[list[int]], width: int) -> list[tuple[int, int]]:
    """The pairs (primal line, derivative line), both increasing, with the greatest sum of scores."""
    best = [[0] * (width + 1) for _ in range(len(scores) + 1)]
    for j in range(len(scores) - 1, -1, -1):
        row, below, here = scores[j], best[j + 1], best[j]
        for i in range(width - 1, -1, -1):
            here[i] = max(below[i], here[i + 1], below[i + 1] + row[i] if row[i] else 0)
    pairs, i, j = [], 0, 0
    while j < len(scores) and i < width:
        if scores[j][i] and best[j][i] == best[j + 1][i + 1] + scores[j][i]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[j][i] == best[j][i + 1]:
            i += 1
        else:
            j += 1
    return pairs


def going_back(source: primal.Primal, pieces: list[Piece]) -> list[Row]:
    """The reverse sweep: beside each group of lines the line of the primal that they are the adjoint of."""
    made: list[Row] = []
    last: tuple[str, int] | None = None
    for k, piece in enumerate(pieces):
        if not piece.line.text:
            continue
        if is_comment(piece):
            loc = next((p.loc for p in pieces[k + 1:] if p.loc is not None), None)
            if loc is not None and piece.line.text.strip() == f"# {loc.text.strip()}":
                continue
        loc = piece.loc
        at_end = last is not None and loc is not None and loc.line == source.header  # the `return` belongs to no line
        if loc is None or loc.sweep != "reverse" or (loc.file, loc.line) == last or at_end:
            made.append(Row(right=piece.line))
            continue
        last = loc.file, loc.line
        made.append(Row(loc.line, quoted(source, loc), piece.line))
    return made


def quoted(source: primal.Primal, loc: Loc) -> Line:
    """A line of the primal that was shown before, or one of a function inside it."""
    k = loc.line - source.first
    inside = loc.file == source.file and 0 <= k < len(source.lines)
    text = (source.lines[k] if inside else f"{primal.short(loc.file)}: {loc.text.strip()}").expandtabs(4)
    return Line(text, ("",) * len(text)).faint()


def is_comment(piece: Piece) -> bool:
    return piece.line.text.lstrip().startswith("#")


# -- the picture ----

def drawn(picture: Sequence[Row], size: int, color: bool) -> str:
    """The rows as text, lines broken where they do not fit."""
    digits = max(len(str(r.number)) for r in picture if r.number is not None)
    bar, dash, cross = ("│", "─", "┼") if can_draw() else ("|", "-", "+")
    left, right = widths(picture, size - digits - 5)

    def cells(number: str, a: Line, b: Line) -> str:
        pad = " " * (left - width(a.text))
        shown = f"{a.painted()}{pad} {paint(bar, color)} {b.painted()}" if color else f"{a.text}{pad} {bar} {b.text}"
        return f"{paint(f'{number:>{digits}}', color)}  {shown}".rstrip()

    out: list[str] = []
    waiting: list[Line] = []  # the rest of a line on the left, which goes beside what follows on the right
    for row in picture:
        if row.left.text or row.title is not None:
            out += [cells("", part, EMPTY) for part in waiting]
            waiting = []
        if row.title is not None:
            a, b = (f"{dash * 2} {t} " if t else "" for t in row.title)
            out.append(paint(f"{a:{dash}<{digits + left + 3}}{cross}{b:{dash}<{right + 1}}", color))
            continue
        number = "" if row.number is None else str(row.number)
        waiting += wrapped(row.left, left) if row.left.text or not waiting else []
        for part in wrapped(row.right, right):
            out.append(cells(number, waiting.pop(0) if waiting else EMPTY, part))
            number = ""
    out += [cells("", part, EMPTY) for part in waiting]
    return "\n".join(out) + "\n"


def widths(picture: Sequence[Row], room: int) -> tuple[int, int]:
    """The widths of the columns: what they need, or else a fair share of the room."""
    left = max(width(r.left.text) for r in picture)
    right = max(width(r.right.text) for r in picture)
    half = max(room // 2, NARROWEST)
    if left + right > room:
        if left <= half:
            right = max(room - left, NARROWEST)
        elif right <= half:
            left = max(room - right, NARROWEST)
        else:
            left, right = half, max(room - half, NARROWEST)
    return left, right


def wrapped(line: Line, room: int) -> list[Line]:
    """A line in parts of at most `room` characters, broken at spaces where possible, the rest indented further."""
    parts: list[Line] = []
    indent = len(line.text) - len(line.text.lstrip()) + 4
    hang = " " * (indent if indent <= room // 2 else 4)
    while width(line.text) > room:
        cut = longest(line.text, room)
        space = line.text.rfind(" ", len(line.text) - len(line.text.lstrip()) + 1, cut + 1)
        end = space if space > len(hang) else cut
        parts.append(line.part(0, end))
        rest = line.part(end + 1 if end == space else end)
        line = Line(hang + rest.text, ("",) * len(hang) + rest.styles)
    return [*parts, line]


def longest(text: str, room: int) -> int:
    """How many characters fit."""
    used = 0
    for k, c in enumerate(text):
        used += width(c)
        if used > room:
            return k
    return len(text)


def width(text: str) -> int:
    """The number of columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def paint(text: str, color: bool) -> str:
    return Line(text, ("faint",) * len(text)).painted() if color and text.strip() else text


def can_draw() -> bool:
    """Has the output the characters for lines?"""
    try:
        "│─┼".encode(getattr(sys.__stdout__, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
