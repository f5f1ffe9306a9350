"""The arguments x, y, z and the constants c_* of every row of the table: smooth places, away from kinks and singularities."""
from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Draw(NamedTuple):
    """Distinct numbers in (lo, hi), evenly spread and shuffled; a Python number where the shape is None."""

    shape: tuple[int, ...] | None
    lo: float = 0.2
    hi: float = 0.9


def a(*shape: int, lo: float = 0.2, hi: float = 0.9) -> Draw:
    return Draw(shape, lo, hi)


def number(lo: float = 0.2, hi: float = 0.9) -> Draw:
    return Draw(None, lo, hi)


class Definite(NamedTuple):
    """A well-conditioned square matrix, or a stack of them, not symmetric but with a positive definite symmetric part."""

    shape: tuple[int, ...]


def spd(*shape: int) -> Definite:
    return Definite(shape)


def made(spec: Any, rng: np.random.Generator) -> Any:
    """The value that a specification stands for; anything else stands for itself."""
    if isinstance(spec, Definite):
        n = spec.shape[-1]
        return rng.uniform(-0.3, 0.3, spec.shape) + np.diag(np.linspace(1.0, 2.0, n))
    if callable(spec):
        return spec()
    if not isinstance(spec, Draw):
        return spec
    n = int(np.prod(spec.shape or ()))
    places = spec.lo + (spec.hi - spec.lo) * (np.arange(n) + rng.uniform(0.3, 0.7, n)) / n
    values = rng.permutation(places)
    return float(values[0]) if spec.shape is None else values.reshape(spec.shape)


def inputs(namespace: str, name: str, kind: str, rng: np.random.Generator) -> dict[str, Any]:
    """What the names in the probe of a row stand for."""
    specs = {**DEFAULTS["any"], **DEFAULTS.get(namespace, {}), **DEFAULTS.get(kind, {}), **ROWS.get((namespace, name), {})}
    return {key: made(spec, rng) for key, spec in specs.items()}


def sparse_matrix() -> Any:
    import scipy.sparse

    return scipy.sparse.csc_matrix(np.diag([1.0, 2.0, 3.0, 1.5]) + np.diag([0.3, 0.0, 0.4], 1))


VECTOR, MATRIX, CUBE = a(4), a(3, 4), a(2, 3, 4)
MASK = np.array([True, False, True, True])
PROBABILITY, AROUND = a(3, lo=0.2, hi=0.8), a(3, lo=-1.0, hi=1.5)

DEFAULTS: dict[str, dict[str, Any]] = {
    "any": {"x": VECTOR, "y": VECTOR, "z": VECTOR, "c_b": MASK, "c_z": np.array([1.0, 0.0, 2.0, 3.0])},
    "reduction": {"x": MATRIX, "y": MATRIX, "c_m": np.array([[True, False, True, True], [False, True, True, True], [True] * 4])},
    "python": {"x": number(), "y": number(1.1, 1.9)},
    "math": {"x": number(), "y": number(1.1, 1.9)},
    "method": {"x": MATRIX, "y": a(4, 2)},
    "indexing": {"x": MATRIX},
    "numpy.linalg": {"x": spd(3, 3), "y": a(3, 2)},
    "scipy.linalg": {"x": spd(3, 3), "y": a(3, 2)},
    "fft": {"x": a(6), "y": a(6)},
    "scipy.stats": {"x": a(3, lo=0.3, hi=0.8), "y": a(3, lo=1.1, hi=1.9), "z": a(3, lo=0.6, hi=1.4), "c_k": np.array([0, 2, 3])},
    "scipy.special": {"x": a(4, lo=0.2, hi=0.8), "y": a(4, lo=1.1, hi=1.9)},
    "signal": {"x": a(8), "y": a(3)},
    "integrate": {"x": a(5), "y": number(), "c_t": np.linspace(0.0, 0.5, 4)},
    "interpolate": {"x": a(3, lo=0.3, hi=2.7), "y": a(5), "c_g": np.array([0.0, 0.8, 1.7, 2.5, 3.0])},
    "zero-derivative (registry only)": {"x": MATRIX, "y": MATRIX},
}

ROWS: dict[tuple[str, str], dict[str, Any]] = {
    ("numpy", "arccosh"): {"x": a(4, lo=1.2, hi=2.0)},
    ("numpy", "acosh"): {"x": a(4, lo=1.2, hi=2.0)},
    ("math", "acosh"): {"x": number(1.2, 2.0)},
    ("numpy", "clip"): {"x": np.array([0.3, 0.5, 0.7, 0.9])},
    ("numpy", "clip wrt bounds"): {"x": np.array([0.2, 0.3, 0.5, 0.1]),
                                   "y": np.array([0.8, 0.9, 0.7, 0.6]), "c_v": np.array([0.5, 0.1, 0.9, 0.3])},
    ("numpy", "nan_to_num"): {"x": a(4, lo=-1.0)},
    ("numpy", "mod"): {"x": a(4, lo=2.1, hi=2.9), "y": a(4, lo=0.8, hi=0.95)},
    ("numpy", "remainder"): {"x": a(4, lo=2.1, hi=2.5), "y": a(4, lo=0.85, hi=0.95)},
    ("numpy", "fmod"): {"x": a(4, lo=2.1, hi=2.5), "y": a(4, lo=0.85, hi=0.95)},
    ("numpy", "divmod"): {"x": a(4, lo=2.1, hi=2.5), "y": a(4, lo=0.85, hi=0.95)},
    ("numpy", "floor_divide"): {"x": a(4, lo=2.1, hi=2.5), "y": a(4, lo=0.85, hi=0.95)},
    **{("numpy", f): {"y": np.array([0.9, 0.1, 0.55, 0.3]), "x": np.array([0.2, 0.4, 0.65, 0.8])}
       for f in ("maximum", "minimum", "fmax", "fmin")},
    ("numpy", "cumsum(axis)"): {"x": MATRIX},
    ("numpy", "cumprod(axis)"): {"x": MATRIX},
    ("numpy", "frexp"): {"x": a(4, lo=0.55, hi=0.95)},
    ("numpy", "where"): {"x": np.array([0.2, 0.4, 0.65, 0.8])},
    ("numpy", "select"): {"x": np.array([0.3, 0.6, 0.8, 0.9])},
    ("numpy", "piecewise"): {"x": np.array([0.3, 0.6, 0.4, 0.9])},
    ("numpy", "choose"): {"c_i": np.array([0, 1, 1, 0])},
    ("numpy", "unwrap"): {"x": np.array([0.1, 0.6, 0.2, 0.9])},
    ("numpy", "logspace"): {"x": number(), "y": number(1.1, 1.9)},
    ("numpy", "geomspace"): {"x": number(), "y": number(1.1, 1.9)},
    ("numpy", "linspace"): {"x": number(), "y": number(1.1, 1.9)},
    ("numpy", "meshgrid"): {"x": a(3), "y": a(4)},
    ("numpy", "eye*x"): {"x": number()},
    ("numpy", "arange*x"): {"x": number()},
    ("numpy", "full"): {"x": number()},
    ("numpy", "full_like"): {"x": number(), "c_a": np.zeros((2, 3))},
    ("numpy", "sum(axis tuple)"): {"x": CUBE},
    ("numpy", "average (no weights)"): {"x": MATRIX},
    ("numpy", "prod with a zero"): {"x": VECTOR},
    ("numpy", "digitize"): {"c_s": np.array([0.1, 0.5, 0.95])},
    ("numpy", "searchsorted"): {"c_s": np.array([0.1, 0.5, 0.95])},
    ("numpy", "gradient"): {"x": a(5)},
    ("numpy", "gradient(spacing)"): {"x": a(5)},
    ("numpy", "diff"): {"x": a(5)},
    ("numpy", "convolve"): {"x": a(5), "y": a(3)},
    ("numpy", "convolve(same)"): {"x": a(5), "y": a(3)},
    ("numpy", "correlate"): {"x": a(5), "y": a(3)},
    ("numpy", "interp"): {"x": np.array([0.3, 1.1, 2.2]), "y": a(5), "c_g": np.array([0.0, 0.8, 1.7, 2.5, 3.0])},
    ("numpy", "interp wrt xp"): {"x": np.array([0.0, 0.8, 1.7, 2.5, 3.0]),
                                 "c_v": np.array([0.3, 1.1, 2.2]), "c_y": np.array([1.0, 0.4, 1.5, 0.7, 0.2])},
    ("numpy", "cov"): {"x": MATRIX},
    ("numpy", "corrcoef"): {"x": MATRIX},
    ("numpy", "histogram(weights)"): {"x": a(6), "c_d": np.array([0.1, 0.35, 0.4, 0.62, 0.7, 0.9])},
    ("numpy", "bincount(weights)"): {"x": a(5), "c_i": np.array([0, 2, 1, 2, 0])},
    ("numpy", "polyval"): {"x": a(3), "y": a(4)},
    ("numpy", "polydiv"): {"x": a(5), "y": a(3)},
    ("numpy", "polyadd"): {"x": a(4), "y": a(2)},
    ("numpy", "polysub"): {"x": a(2), "y": a(4)},
    ("numpy", "polymul"): {"x": a(4), "y": a(3)},
    ("numpy", "polyfit"): {"x": a(5), "c_g": np.array([0.0, 0.8, 1.7, 2.5, 3.0])},
    ("numpy", "roots"): {"x": np.array([1.0, -2.2, -0.9, 1.1])},
    ("numpy", "reshape"): {"x": MATRIX},
    ("numpy", "ravel"): {"x": MATRIX},
    ("numpy", "transpose"): {"x": CUBE},
    ("numpy", "permute_dims"): {"x": CUBE},
    ("numpy", "matrix_transpose"): {"x": CUBE},
    ("numpy", "swapaxes"): {"x": CUBE},
    ("numpy", "moveaxis"): {"x": CUBE},
    ("numpy", "rollaxis"): {"x": CUBE},
    ("numpy", "expand_dims"): {"x": MATRIX},
    ("numpy", "squeeze"): {"x": a(1, 3, 1)},
    ("numpy", "broadcast_arrays"): {"x": a(4), "y": a(3, 1)},
    ("numpy", "concatenate"): {"x": a(2, 3), "y": a(1, 3)},
    ("numpy", "concat"): {"x": a(2, 3), "y": a(1, 3)},
    ("numpy", "block"): {"x": a(2, 2), "y": a(2, 2)},
    ("numpy", "vstack"): {"x": a(2, 3), "y": a(1, 3)},
    ("numpy", "row_stack"): {"x": a(2, 3), "y": a(1, 3)},
    ("numpy", "insert"): {"y": number()},
    ("numpy", "array_split"): {"x": a(7)},
    ("numpy", "hsplit"): {"x": MATRIX},
    ("numpy", "vsplit"): {"x": a(4, 3)},
    ("numpy", "dsplit"): {"x": CUBE},
    ("numpy", "unstack"): {"x": MATRIX},
    ("numpy", "tile"): {"x": a(2, 3)},
    ("numpy", "repeat"): {"x": a(2, 3)},
    ("numpy", "repeat(array)"): {"c_r": np.array([2, 0, 1, 3])},
    ("numpy", "roll(axis tuple)"): {"x": MATRIX},
    ("numpy", "flip"): {"x": MATRIX},
    ("numpy", "flipud"): {"x": MATRIX},
    ("numpy", "fliplr"): {"x": MATRIX},
    ("numpy", "rot90"): {"x": MATRIX},
    **{("numpy", f"pad({mode})"): {"x": MATRIX} for mode in (
        "constant", "edge", "reflect", "wrap", "symmetric", "mean", "linear_ramp", "maximum")},
    ("numpy", "array([scalars])"): {"x": number()},
    ("numpy", "array([[..],[..]])"): {"x": number(), "y": number()},
    ("numpy", "broadcast_to"): {"x": VECTOR},
    ("ndarray", "getitem bool mask"): {"c_m": np.array([[True, False, True, True], [False, True, True, False], [True] * 4])},
    ("ndarray", "getitem 2-d int array"): {"c_ii": np.array([[0, 2], [2, 1]])},
    ("numpy", "take"): {"c_i": np.array([0, 3, 0])},
    ("numpy", "take_along_axis"): {"c_i": np.array([[0, 3], [1, 1], [2, 0]])},
    ("numpy", "compress"): {"x": VECTOR},
    ("numpy", "extract"): {"x": VECTOR},
    ("numpy", "diag (vec)"): {"x": VECTOR},
    ("numpy", "diagflat"): {"x": a(2, 2)},
    ("numpy", "tril_indices"): {"x": a(3, 3)},
    ("numpy", "sort(2-d axis)"): {"x": MATRIX},
    ("numpy", "partition"): {"x": a(6)},
    ("numpy", "dot"): {"x": MATRIX, "y": a(4, 2)},
    ("numpy", "outer"): {"x": a(3), "y": a(4)},
    ("numpy", "inner"): {"x": MATRIX, "y": a(2, 4)},
    ("numpy", "matmul"): {"x": MATRIX, "y": a(4, 2)},
    ("numpy", "matmul batched broadcast"): {"x": CUBE, "y": a(4, 2)},
    ("numpy", "@ operator"): {"x": MATRIX, "y": a(4, 2)},
    ("numpy", "tensordot"): {"x": CUBE, "y": a(4, 2)},
    ("numpy", "einsum"): {"x": MATRIX, "y": a(4, 2)},
    ("numpy", "einsum(trace)"): {"x": a(3, 3), "y": MATRIX},
    ("numpy", "einsum(ellipsis)"): {"x": CUBE, "y": a(4, 2)},
    ("numpy", "kron"): {"x": a(2, 2), "y": a(2, 3)},
    ("numpy", "cross"): {"x": a(2, 3), "y": a(2, 3)},
    ("numpy", "vecdot"): {"x": MATRIX, "y": MATRIX},
    ("numpy", "matvec"): {"x": CUBE, "y": a(4)},
    ("numpy", "vecmat"): {"x": a(3), "y": MATRIX},
    ("numpy", "trace"): {"x": MATRIX},
    ("ufunc method", "add.reduce"): {"x": MATRIX},
    ("ufunc method", "multiply.outer"): {"x": a(3), "y": a(4)},
    ("numpy", "apply_along_axis"): {"x": MATRIX},
    ("numpy", "fromfunction"): {"x": number()},
    ("ndarray", ".mT"): {"x": CUBE},
    ("ndarray", ".squeeze()"): {"x": a(1, 3, 1)},
    ("ndarray", ".clip(-0.5, 0.5)"): {"x": np.array([0.3, 0.9, -0.7, 0.1])},
    ("ndarray", ".item(3)"): {"x": VECTOR},
    ("python", "x % y"): {"x": number(2.4, 2.6), "y": number(0.8, 0.9)},
    ("python", "x // y"): {"x": number(2.4, 2.6), "y": number(0.8, 0.9)},
    ("python", "divmod(x, y)[1]"): {"x": number(2.4, 2.6), "y": number(0.8, 0.9)},
    ("math", "fmod"): {"x": number(2.4, 2.6), "y": number(0.8, 0.9)},
    ("math", "remainder"): {"x": number(2.4, 2.6), "y": number(0.8, 0.9)},
    ("numpy.lib", "stride_tricks.sliding_window_view"): {"x": a(6)},

    ("numpy.linalg", "pinv"): {"x": a(4, 3)},
    ("numpy.linalg", "qr (tall, reduced) Q,R"): {"x": a(4, 3)},
    ("numpy.linalg", "norm (vec)"): {"x": VECTOR},
    ("numpy.linalg", "norm (fro)"): {"x": MATRIX},
    ("numpy.linalg", "norm (ord=1 vec)"): {"x": VECTOR},
    ("numpy.linalg", "norm (ord=inf vec)"): {"x": VECTOR},
    ("numpy.linalg", "norm (ord=3)"): {"x": VECTOR},
    ("numpy.linalg", "norm (axis)"): {"x": MATRIX},
    ("numpy.linalg", "vector_norm"): {"x": VECTOR},
    ("numpy.linalg", "svd U,S,V (full_matrices=False)"): {"x": a(4, 3)},
    ("numpy.linalg", "svd full_matrices=True (S only)"): {"x": a(4, 3)},
    ("numpy.linalg", "solve (vec)"): {"y": a(3)},
    ("numpy.linalg", "solve (batched)"): {"x": spd(2, 3, 3), "y": a(2, 3, 2)},
    ("numpy.linalg", "lstsq"): {"x": a(4, 3), "y": a(4)},
    ("numpy.linalg", "lstsq wrt both, overdetermined"): {"x": a(5, 3), "y": a(5, 2)},
    ("numpy.linalg", "multi_dot"): {"y": a(3, 3)},
    ("numpy.linalg", "tensorsolve"): {"x": (np.eye(6) + 0.1 * np.sin(np.arange(36.0)).reshape(6, 6)).reshape(2, 3, 6), "y": a(2, 3)},
    ("numpy.fft", "rfft(odd)"): {"x": a(5)},
    ("numpy.fft", "rfftn(odd)"): {"x": a(3, 5)},
    **{("numpy.fft", f): {"x": a(3, 4)} for f in ("fft2", "ifft2", "fftn", "ifftn", "rfft2", "rfftn", "irfft2", "irfftn")},
    ("scipy.fft", "dctn"): {"x": a(3, 4)},

    ("scipy.special", "erfcinv"): {"x": a(4, lo=0.3, hi=1.7)},
    ("scipy.special", "huber"): {"x": np.array([0.5, 1.2, 0.7, 1.1]), "y": np.array([0.9, 0.6, -0.3, 1.6])},
    ("scipy.special", "logsumexp(axis,b)"): {"x": MATRIX},
    ("scipy.special", "multigammaln"): {"x": number()},
    ("scipy.special", "owens_t"): {"y": a(4)},
    ("scipy.special", "ellipkinc"): {"y": a(4, hi=0.8)},
    ("scipy.special", "ellipeinc"): {"y": a(4, hi=0.8)},
    ("scipy.special", "zeta"): {"x": a(4, lo=1.6, hi=2.6)},

    ("scipy.linalg", "cho_factor+cho_solve"): {"y": a(3)},
    ("scipy.linalg", "lu_factor+lu_solve"): {"y": a(3)},
    ("scipy.linalg", "solve_sylvester"): {"y": a(3, 3)},
    ("scipy.linalg", "solve_continuous_lyapunov"): {"y": a(3, 3)},
    ("scipy.linalg", "solve_discrete_lyapunov"): {"y": a(3, 3)},
    ("scipy.linalg", "solve_banded"): {"x": np.array([[0.3, 0.4, 0.6, 0.2], [1.5, 1.9, 1.7, 1.4], [0.5, 0.7, 0.25, 0.35]]), "y": a(4)},
    ("scipy.linalg", "block_diag"): {"x": a(2, 3), "y": a(3, 2)},
    ("scipy.linalg", "toeplitz"): {"x": a(3), "y": a(4)},
    ("scipy.linalg", "circulant"): {"x": a(4)},
    ("scipy.linalg", "pinv"): {"x": a(4, 3)},
    ("scipy.linalg", "svd"): {"x": a(4, 3)},
    ("scipy.linalg", "svdvals"): {"x": a(4, 3)},
    ("scipy.linalg", "lstsq"): {"x": a(4, 3), "y": a(4)},
    ("scipy.linalg", "expm_frechet"): {"y": a(3, 3)},
    ("scipy.linalg", "eigh_tridiagonal"): {"x": np.array([0.3, 1.0, 1.9, 2.8]), "y": a(3)},
    ("scipy.linalg", "khatri_rao"): {"x": a(2, 3), "y": a(4, 3)},
    ("scipy.linalg", "solve_toeplitz"): {"x": np.array([2.0, 0.5, 0.3, 0.2]), "y": a(4)},

    ("scipy.signal", "convolve 2-d"): {"x": a(4, 5), "y": a(2, 3)},
    ("scipy.signal", "convolve2d"): {"x": a(4, 5), "y": a(2, 3)},
    ("scipy.signal", "correlate2d"): {"x": a(4, 5), "y": a(2, 3)},
    ("scipy.signal", "stft"): {"x": a(10, lo=0.5, hi=2.5)},

    **{("scipy.stats", f"{d}.ppf"): {"x": PROBABILITY} for d in (
        "norm", "cauchy", "expon", "laplace", "logistic", "gumbel_r", "gumbel_l", "t", "gamma", "beta")},
    **{("scipy.stats", f"{d}.{f}"): {"y": a(3)} for d in ("laplace", "norm", "cauchy") for f in ("pdf", "logpdf", "cdf")},
    **{("scipy.stats", f"laplace.{f}"): {"x": np.array([0.3, 0.5, 0.8]), "y": np.array([0.7, 0.1, 1.5])}
       for f in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf")},
    **{("scipy.stats", f"pareto.{f}"): {"x": a(3, lo=1.2, hi=2.0)} for f in ("pdf", "logpdf", "cdf")},
    ("scipy.stats", "laplace.ppf"): {"x": np.array([0.3, 0.65, 0.8])},
    ("scipy.stats", "t.pdf wrt df"): {"x": a(3, lo=2.2, hi=4.0)},
    ("scipy.stats", "multivariate_normal.pdf"): {"x": a(3), "y": a(3), "z": spd(3, 3)},
    ("scipy.stats", "multivariate_normal.logpdf"): {"x": a(3), "y": a(3), "z": spd(3, 3)},
    ("scipy.stats", "multivariate_normal.entropy"): {"x": spd(3, 3)},
    ("scipy.stats", "multinomial.logpmf"): {"c_k": np.array([1, 2, 3])},
    ("scipy.stats", "gaussian_kde"): {"c_d": np.array([0.1, 0.35, 0.4, 0.62, 0.7, 0.9])},
    ("scipy.stats", "zscore"): {"x": a(5)},
    ("scipy.stats", "skew"): {"x": a(5)},
    ("scipy.stats", "kurtosis"): {"x": a(5)},

    ("scipy.integrate", "odeint"): {"x": number()},
    ("scipy.integrate", "solve_ivp"): {"x": a(2)},
    ("scipy.integrate", "quad"): {"x": number()},
    ("scipy.ndimage", "map_coordinates"): {"x": a(5), "y": np.array([0.3, 1.4, 2.7])},
    ("scipy.ndimage", "gaussian_filter"): {"x": MATRIX},
    ("scipy.ndimage", "convolve1d"): {"x": a(6), "c_w": np.array([0.2, 0.5, 0.3])},
    ("scipy.optimize", "root/brentq (implicit)"): {"x": number()},
    ("scipy.optimize", "minimize (implicit)"): {"x": a(3), "c_z": np.zeros(3)},
    ("scipy.sparse.linalg", "spsolve"): {"c_A": sparse_matrix},
    ("scipy.spatial.distance", "cdist"): {"x": a(3, 2), "y": a(4, 2)},
    ("scipy.spatial.distance", "pdist"): {"x": a(4, 2)},
    ("numpy.polynomial", "polynomial.polyval"): {"y": a(3)},
    ("numpy.polynomial", "Polynomial(c)(x)"): {"y": a(3)},
    ("numpy.polynomial", "chebyshev.chebval"): {"y": a(4)},
    ("numpy.polynomial", "legendre.legval"): {"y": a(4)},
}

# What to call for the functions that the table names without an expression.
REGISTRY: dict[str, str] = {
    "allclose": "np.allclose(x, y) * 1.0",
    "argpartition": "np.argpartition(x, 2) * 1.0",
    "argwhere": "np.argwhere(x > 0.5) * 1.0",
    "array_equal": "np.array_equal(x, y) * 1.0",
    "array_equiv": "np.array_equiv(x, y) * 1.0",
    "empty_like": "np.empty_like(x).size * 1.0",
    "flatnonzero": "np.flatnonzero(x > 0.5) * 1.0",
    "iscomplex": "np.iscomplex(x) * 1.0",
    "iscomplexobj": "np.iscomplexobj(x) * 1.0",
    "isneginf": "np.isneginf(x) * 1.0",
    "isposinf": "np.isposinf(x) * 1.0",
    "isreal": "np.isreal(x) * 1.0",
    "isscalar": "np.isscalar(x) * 1.0",
    "logical_and": "np.logical_and(x, y) * 1.0",
    "logical_not": "np.logical_not(x) * 1.0",
    "logical_or": "np.logical_or(x, y) * 1.0",
    "logical_xor": "np.logical_xor(x, y) * 1.0",
    "ndim": "np.ndim(x) * 1.0",
    "result_type": "np.zeros(3, np.result_type(x))",
    "shape": "np.shape(x)[0] * 1.0",
    "size": "np.size(x) * 1.0",
}
