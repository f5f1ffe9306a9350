"""Mistakes in rules that are none: the changed rule has the same derivatives. Each with the reason."""
from __future__ import annotations

from tests.rules.mutants import Mutant

# of a file, a line of it, and what is changed there
REASONS: dict[tuple[str, str, str], str] = {
    ("norms.py", "last = axes == (r - 2, r - 1)",
     "r - 2  ->  operands swapped"): "axes are moved to the end that are there",
    ("polynomial_bases.py", "return cast_to(matrix.T @ g if rank(c) in (1, 2) else np.tensordot(matrix.T, g, 1), c)",
     "2  ->  3"): "the general product does for matrices, too",
    ("joining.py", "hi = None if k == len(xs) - 1 else n if lo is None else lo + n",
     "len(xs) - 1  ->  the other sign"): "a slice to the end, or to the length",
    ("scalar_math.py", "if operands(b, eqn) is not None and len(eqn.args) == 1:",
     "1  ->  2"): "that a list has no adjoint of its own may be said, or not",
    ("arrays.py", "return undiagonal(g, x) if tuple(map(static, place)) == (0, 0, 1) else undiagonal(g, x, *place)",
     "1  ->  2"): "the usual place is written out",
    ("creation.py", "return np.dot(g, 1.0 - weights), np.dot(g, weights)",
     "np.dot(g, weights)  ->  arguments swapped"): "the dot product of two vectors is symmetric",
    ("creation.py", "return np.dot(g, 1.0 - weights), np.dot(g, weights)",
     "np.dot(g, 1.0 - weights)  ->  arguments swapped"): "the dot product of two vectors is symmetric",
    ("numerical.py", "ends = add_at(add_at(ends, np.argmin(a), np.dot(g[1], 1.0 - share)), np.argmax(a), np.dot(g[1], share))",
     "np.dot(g[1], share)  ->  arguments swapped"): "the dot product of two vectors is symmetric",
    ("numerical.py", "return np.dot(means, np.diff(x))",
     "np.dot(means, np.diff(x))  ->  arguments swapped"): "the dot product of two vectors is symmetric",
    ("bessel.py", "elementwise(special.kve, lambda y, v, x: (REFUSED, y - 0.5 * (special.kve(v - 1, x) + special.kve(v + 1, x))))",
     "v - 1  ->  operands swapped"): "K of order v is K of order -v, DLMF 10.27.3",
    ("scalar_math.py", "return np.dot(np.subtract(p, q), move) / nonzero(z)",
     "np.dot(np.subtract(p, q), move)  ->  arguments swapped"): "the dot product of two vectors is symmetric",
    ("norms.py", "last = axes == (r - 2, r - 1)",
     "r - 1  ->  r"): "axes are moved to the end that are there",
    ("norms.py", "last = axes == (r - 2, r - 1)",
     "r - 1  ->  the other sign"): "axes are moved to the end that are there",
    ("errors.py", "return y + (x == 0.0) * (y == 0.0)",
     "y + (x == 0.0) * (y == 0.0)  ->  the other sign"): "0 divided by -1 is 0, too",
    ("bessel.py", "elementwise(special.kv,  lambda y, v, x: (REFUSED, -0.5 * (special.kv(v - 1, x) + special.kv(v + 1, x))))",
     "v - 1  ->  operands swapped"): "K of order v is K of order -v, DLMF 10.27.3",
    ("reductions.py", "return shift(a, 0.0, axis, not backwards)",
     "0.0  ->  1.0"): "the first factor of a recurrence is not used",
    ("matrix_functions.py", "n, part = a.shape[0], lift(slice)",
     "0  ->  1"): "the matrix is square",
    ("linalg.py", "a_bar = outer(b_bar, x)",
     "outer(b_bar, x)  ->  arguments swapped"): "only the sum with its transpose is used",
    ("joining.py", "hi = None if k == len(xs) - 1 else n if lo is None else lo + n",
     "len(xs) - 1  ->  len(xs)"): "a slice to the end, or to the length",
    ("numerical.py", "return cast_to(g if rank(x) == 1 else reshape_back(g, x), x)",
     "1  ->  2"): "nothing but numbers and vectors can be convolved, and a vector has its own shape",
    ("joining.py", "hi = None if k == len(xs) - 1 else n if lo is None else lo + n",
     "len(xs) - 1  ->  operands swapped"): "a slice to the end, or to the length",
    ("slopes.py", "n = np.arange(1.0, 30.0 + 10.0 * math.sqrt(float(np.max(np.abs(k_), initial=0.0))))",
     "10.0  ->  11.0"): "more terms, below rounding",
    ("slopes.py", "n = np.arange(1.0, 30.0 + 10.0 * math.sqrt(float(np.max(np.abs(k_), initial=0.0))))",
     "30.0  ->  31.0"): "more terms, below rounding",
    ("slopes.py", "n = np.arange(1.0, 30.0 + 10.0 * math.sqrt(float(np.max(np.abs(k_), initial=0.0))))",
     "0.0  ->  1.0"): "more terms, below rounding",
    ("slopes.py", "z, n = np.asarray(s, float), 8",
     "8  ->  9"): "more terms, below rounding",
    ("gammas.py", "return zeta_slope(s, 1.0), None",
     "1.0  ->  2.0"): "zeta(s, 1) and zeta(s, 2) differ by 1",
    ("scalar_math.py", "count = hits[0].emit(sum, (hits,))  # `+` of NumPy's booleans is a logical or",
     "0  ->  1"): "each of them has the same builder",
}


def reason_for(m: Mutant) -> str | None:
    """Why a mutant is equivalent, or None."""
    line = m.file.read_text().splitlines()[m.line - 1].strip()
    return REASONS.get((m.file.name, line, m.what))
