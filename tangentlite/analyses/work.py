"""The work of one operation, in the temporal complexity model of Griewank and Walther.

A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd edition, SIAM 2008, chapter 4, measure a program by four numbers:
its memory moves, additions, multiplications and nonlinear operations. Here:

addition        a sum, a difference, a change of sign, an absolute value, a comparison or a rounding of floating-point numbers
multiplication  a product; `x ** 2` is one
division        a quotient or a remainder. In the book a nonlinear operation, here in a column of its own
call            one call of an elementary function (sin, exp, sqrt, ...). `x ** y` is exp(y log x) if y is no literal
access          a number that is fetched or stored: an operand or result of a step of the evaluation trace, an element of an
                array or list, an entry of a tape. Literals are at hand, and so is what a statement of the reverse sweep
                computes on the way to its result

Operations on arrays count once for each element, contractions such as `@` by their products and sums. Whatever computes
with integers and booleans alone steers the program and is not counted; nor are views, which move nothing.

The book asks of the times of one operation only that a move takes no less than a multiplication, that no less than an
addition, and a nonlinear operation at least two multiplications. `Work.time` has the smallest that do: 1, 1, 1 and 2.
"""
from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir.ops import (
    COMPARISONS,
    Bound,
    Chain,
    DictDisplay,
    Field,
    FormatString,
    ObjectDisplay,
    array_of,
    attribute,
    call_method,
    items_of,
    make_list,
    make_tuple,
    unpack,
)
from tangentlite.ir.trace import Captured, ClassMember
from tangentlite.ir.updates import add_at_inplace, append_inplace, pop_inplace, setitem_inplace, take_inplace


@dataclass(frozen=True)
class Work:
    """How many operations of each kind."""

    additions: int = 0
    multiplications: int = 0
    divisions: int = 0
    calls: int = 0
    accesses: int = 0

    def __add__(self, other: Work) -> Work:
        return Work(self.additions + other.additions, self.multiplications + other.multiplications, self.divisions + other.divisions,
                    self.calls + other.calls, self.accesses + other.accesses)

    def __mul__(self, times: int) -> Work:
        return Work(times * self.additions, times * self.multiplications, times * self.divisions, times * self.calls,
                    times * self.accesses)

    @property
    def time(self) -> int:
        """The sum, with divisions and calls counting twice."""
        return self.additions + self.multiplications + 2 * (self.divisions + self.calls) + self.accesses


ADD, MULTIPLY, DIVIDE, CALL, ACCESS = Work(1), Work(0, 1), Work(0, 0, 1), Work(0, 0, 0, 1), Work(0, 0, 0, 0, 1)
NOTHING = Work()
SQUARE_ROOT_OF_SQUARES = MULTIPLY * 2 + ADD + CALL
POWER = CALL * 2 + MULTIPLY


def functions(names: str, *modules: Any) -> Iterable[Any]:
    return (getattr(m, name) for name in names.split() for m in modules if hasattr(m, name))


ELEMENTWISE: dict[Any, Work] = {
    **dict.fromkeys(functions("add sub neg abs iadd isub lt le gt ge eq ne", operator), ADD),
    **dict.fromkeys(functions("add subtract negative absolute fabs copysign sign maximum minimum fmax fmin floor ceil trunc rint round "
                              "heaviside less less_equal greater greater_equal equal not_equal isnan isfinite", np), ADD),
    **dict.fromkeys(functions("fabs copysign floor ceil trunc isnan isfinite", math), ADD),
    **dict.fromkeys((builtins.abs, builtins.round, np.clip, runtime.accumulate), ADD),
    **dict.fromkeys((operator.mul, operator.imul, np.multiply, np.square), MULTIPLY),
    **dict.fromkeys(functions("degrees radians deg2rad rad2deg", np, math), MULTIPLY),
    **dict.fromkeys(functions("truediv itruediv floordiv ifloordiv mod imod", operator), DIVIDE),
    **dict.fromkeys((np.divide, np.floor_divide, np.remainder, np.fmod, np.reciprocal, math.fmod, math.remainder, divmod), DIVIDE),
    **dict.fromkeys(functions("sin cos tan sinh cosh tanh exp exp2 expm1 log log2 log10 log1p sqrt cbrt", np, math), CALL),
    **dict.fromkeys(functions("arcsin arccos arctan arcsinh arccosh arctanh", np), CALL),
    **dict.fromkeys(functions("asin acos atan asinh acosh atanh erf erfc gamma lgamma", math), CALL),
    **dict.fromkeys((np.hypot, math.hypot), SQUARE_ROOT_OF_SQUARES),
    **dict.fromkeys((np.arctan2, math.atan2), DIVIDE + CALL),
    **dict.fromkeys((np.logaddexp, np.logaddexp2), CALL * 2 + ADD * 3),
    **dict.fromkeys((np.float_power, math.pow), POWER),
    runtime.log_slope: CALL + MULTIPLY,
}
POWERS: Any = (operator.pow, operator.ipow, builtins.pow, np.power)

REDUCTIONS: dict[Any, tuple[Work, Work]] = {  # for each number but the last that goes into a result, for each result
    **dict.fromkeys((np.sum, np.nansum, builtins.sum, math.fsum, np.trace, runtime.unbroadcast), (ADD, NOTHING)),
    **dict.fromkeys((np.max, np.min, np.amax, np.amin, builtins.max, builtins.min), (ADD, NOTHING)),
    **dict.fromkeys((np.prod, math.prod), (MULTIPLY, NOTHING)),
    np.mean: (ADD, DIVIDE),
    np.var: (ADD * 3 + MULTIPLY, DIVIDE * 2 + ADD + MULTIPLY),
    np.std: (ADD * 3 + MULTIPLY, DIVIDE * 2 + ADD + MULTIPLY + CALL),
    np.linalg.norm: (ADD + MULTIPLY, MULTIPLY + CALL),
    np.cumsum: (ADD, NOTHING), np.cumprod: (MULTIPLY, NOTHING),
}
CONTRACTIONS = (operator.matmul, np.matmul, np.dot, np.inner, np.vdot, np.outer, np.tensordot, np.einsum, runtime.matmul_left,
                runtime.matmul_right)
MOVES = {
    *functions("reshape ravel transpose swapaxes moveaxis expand_dims squeeze broadcast_to atleast_1d atleast_2d atleast_3d flip flipud "
               "fliplr roll concatenate stack vstack hstack column_stack append tile repeat split pad copy array asarray where take "
               "diag diagonal tril triu real imag conjugate sort", np),
    *functions("broadcast_like unreduce unsum cast_like restructured last_written restricted with_key without append without_last "
               "undiagonal set_attribute", runtime),
    list, tuple, dict, set, float, int, sorted, getattr, np.int64, np.float64, np.float32, make_list, DictDisplay, ObjectDisplay, attribute,
}
CREATES = {*functions("zeros_like ones_like full_like zeros ones full eye identity arange linspace meshgrid", np),
           *functions("zeros_like zeros_at", runtime)}
STRUCTURE = {
    make_tuple, unpack, items_of, array_of, *COMPARISONS.values(), operator.not_, operator.pos, np.positive, iter, next, reversed, zip,
    enumerate, len, range, isinstance, print, str, type, np.empty, np.shape, np.ndim, np.size, np.argmax, np.argmin, np.argsort,
    pop_inplace, take_inplace,
    *functions("require_scalar require_distinct require_in_order require_one require_same_length sorting_order", runtime),
} - set(ELEMENTWISE)
KINDS_OF_NAMES = (Captured, ClassMember, Bound, Field, FormatString, slice)


def work_of(op: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], result: Any) -> Work | None:
    """The work of result = op(*args, **kwargs); None if the model does not say."""
    if op is call_method:
        return method_work(args[0], args[1], args[2:], kwargs, result)
    if isinstance(op, KINDS_OF_NAMES) or op in STRUCTURE or isinstance(op, type) and issubclass(op, BaseException):
        return NOTHING
    if op in ACCESSING:
        return ACCESSING[op](args, result)
    given = (*args, *kwargs.values())
    if not numbers(result) and not any(map(numbers, given)):
        return NOTHING
    if isinstance(op, Chain):
        return ADD * len(op.ops)
    if op in POWERS:
        return power(args[1]) * size(result) + traffic(given, result)
    if op is runtime.power_slope:
        return (power(args[1] - 1) + MULTIPLY) * size(result) + traffic(given, result)
    if op in ELEMENTWISE and not isinstance(result, (list, tuple, dict, set)):
        return ELEMENTWISE[op] * size(result) + traffic(given, result)
    if op in REDUCTIONS:
        return reduction_work(op, args, result)
    if op in CONTRACTIONS:
        return contraction_work(op, args, result) + traffic(given, result)
    if op in CREATES:
        return ACCESS * moved((), result)
    if op in MOVES or type(op) in MOVES or isinstance(result, (list, tuple, dict, set)) and op in ELEMENTWISE:
        return ACCESS * moved(given, result)
    return None


METHODS: dict[str, Any] = {"copy": np.copy, "astype": np.copy, "flatten": np.copy, "tolist": list, "item": float}


def method_work(x: Any, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], result: Any) -> Work | None:
    if isinstance(x, (np.ndarray, np.generic)):
        same = METHODS.get(name) or getattr(np, name, None)
        return work_of(same, (x, *args), kwargs, result) if same is not None else None
    return NOTHING if isinstance(x, (list, tuple, dict, set, str)) else None


# -- how many numbers --------------------------------------------------------------------------------------------------

def numbers(x: Any) -> int:
    """The floating-point numbers in a value."""
    if isinstance(x, np.ndarray):
        return x.size if x.dtype.kind in "fc" else 0
    if isinstance(x, (float, complex, np.inexact)):
        return 1
    if isinstance(x, dict):
        return sum(map(numbers, x.values()))
    return sum(map(numbers, x)) if isinstance(x, (list, tuple)) else 0


def is_number(x: Any) -> bool:
    return isinstance(x, (float, complex, np.inexact)) or isinstance(x, np.ndarray) and x.ndim == 0 and x.dtype.kind in "fc"


def size(x: Any) -> int:
    return x.size if isinstance(x, np.ndarray) else 1


def stored(x: Any) -> int:
    """The numbers of an array; a single number is in a register."""
    return numbers(x) if isinstance(x, np.ndarray) and x.ndim else 0


def traffic(given: Iterable[Any], result: Any) -> Work:
    """What an operation on arrays reads and writes."""
    return ACCESS * (sum(map(stored, given)) + stored(result))


def moved(given: Sequence[Any], result: Any) -> int:
    """What an operation that computes nothing reads and writes: nothing where its result is a view."""
    if isinstance(result, np.ndarray):
        if any(isinstance(a, np.ndarray) and np.may_share_memory(a, result) for a in given) or 0 in result.strides:
            return 0
        return numbers(result) + (min(numbers(result), sum(map(numbers, given))) if given else 0)
    return numbers(result) if isinstance(result, (list, dict)) else 0


# -- reductions and contractions ---------------------------------------------------------------------------------------

def power(exponent: Any) -> Work:
    """x ** exponent."""
    if np.ndim(exponent) or exponent != int(exponent):
        return POWER
    return NOTHING if 0 <= exponent <= 1 else MULTIPLY if exponent == 2 else CALL


def reduction_work(op: Any, args: Sequence[Any], result: Any) -> Work:
    each, last = REDUCTIONS[op]
    given = args if op in (builtins.max, builtins.min) and len(args) > 1 else args[:1]
    count = sum(map(numbers, given))
    results = size(result) if op not in (np.cumsum, np.cumprod) else 1
    read = count if isinstance(given[0], (np.ndarray, list)) and numbers(result) != count else 0
    return each * max(count - results, 0) + last * results + ACCESS * (read + stored(result))


def contraction_work(op: Any, args: Sequence[Any], result: Any) -> Work:
    """Products and sums: of every combination of the indices, one product for each factor but the first, and one sum."""
    if op is np.einsum:
        terms, factors = einsum_terms(args), len(args) - 1
    else:
        a, b = args[0], args[1]
        if op is np.outer or np.ndim(a) == 0 or np.ndim(b) == 0:
            summed = 1
        elif op is np.tensordot:
            summed = math.isqrt(max(size(a) * size(b) // max(size(result), 1), 1))
        elif op is np.vdot:
            summed = size(a)
        else:
            summed = np.shape(a)[-1]
        terms, factors = size(result) * summed, 2
    return MULTIPLY * (terms * (factors - 1)) + ADD * max(terms - size(result), 0)


def einsum_terms(args: Sequence[Any]) -> int:
    if not isinstance(args[0], str):
        return max(map(size, args))
    labels = args[0].replace(" ", "").partition("->")[0].split(",")
    lengths: dict[str, int] = {}
    for label, a in zip(labels, args[1:]):
        lengths.update(zip(reversed(label.replace("...", "")), reversed(np.shape(a))))
    return math.prod(lengths.values())


# -- memory ------------------------------------------------------------------------------------------------------------

def read_work(args: Sequence[Any], result: Any) -> Work:
    """x[i]: a number is read, rows are views, chosen elements are copied."""
    if isinstance(result, np.ndarray):
        return ACCESS * moved(args[:1], result)
    return ACCESS * numbers(result) if not isinstance(result, (list, tuple, dict)) else NOTHING


def write_work(args: Sequence[Any], result: Any) -> Work:
    u, value = args[0], args[-1]
    return ACCESS * (numbers(runtime.element(result, args[1])) + stored(value)) if numbers(u) or numbers(value) else NOTHING


def add_work(args: Sequence[Any], result: Any) -> Work:
    return (ADD + ACCESS * 2) * numbers(runtime.element(result, args[1])) + ACCESS * stored(args[-1])


def copied(work: Callable[[Sequence[Any], Any], Work]) -> Callable[[Sequence[Any], Any], Work]:
    """The same on a copy of the first operand."""
    return lambda args, result: work(args, result) + ACCESS * (2 * numbers(args[0]) if isinstance(args[0], np.ndarray) else 0)


ACCESSING: dict[Any, Callable[[Sequence[Any], Any], Work]] = {
    operator.getitem: read_work,
    setitem_inplace: write_work, runtime.setitem: copied(write_work),
    add_at_inplace: add_work, runtime.add_at: copied(add_work),
    append_inplace: lambda args, result: ACCESS * entries(args[1]),
}


def entries(value: Any) -> int:
    """The numbers that are written where a value is appended, or read where it is iterated over: arrays are not copied."""
    if isinstance(value, tuple):
        return sum(map(entries, value))
    return numbers(value) if not isinstance(value, (np.ndarray, list, dict)) or isinstance(value, np.ndarray) and not value.ndim else 0
