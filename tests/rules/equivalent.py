"""Mistakes in rules that are none: the changed rule has the same derivatives. Each with the reason."""
from __future__ import annotations

from tests.rules.mutants import Mutant

# of a file, a line of it, and what is changed there
REASONS: dict[tuple[str, str, str], str] = {
    ("norms.py", "last = axes == (r - 2, r - 1)",
     "r - 2  ->  operands swapped"): "axes are moved to the end that are there",
    ("polynomial_bases.py", "return cast_to(matrix.T @ g if rank(c) in (1, 2) else np.tensordot(matrix.T, g, 1), c)",
     "2  ->  3"): "the general product does for matrices, too",
    ("structured.py", "return values[np.expand_dims(arange(size(c) - 1, -1, -1), -1) + arange(size(row))]",
     "-1  ->  1"): "the last axis of two is axis 1",
    ("joining.py", "hi = None if k == len(xs) - 1 else n if lo is None else lo + n",
     "len(xs) - 1  ->  the other sign"): "a slice to the end, or to the length",
    ("scalar_math.py", "if operands(b, eqn) is not None and len(eqn.args) == 1:",
     "1  ->  2"): "that a list has no adjoint of its own may be said, or not",
    ("sums.py", "return cast_to(y * (g - np.sum(y * g, **along(axis))), x) if rank(x) != 0 else 0.0 * g",
     "0.0 * g  ->  0.0"): "a zero is a zero for a number",
    ("arrays.py", "return undiagonal(g, x) if tuple(map(static, place)) == (0, 0, 1) else undiagonal(g, x, *place)",
     "1  ->  2"): "the usual place is written out",
}


def reason_for(m: Mutant) -> str | None:
    """Why a mutant is equivalent, or None."""
    line = m.file.read_text().splitlines()[m.line - 1].strip()
    return REASONS.get((m.file.name, line, m.what))
