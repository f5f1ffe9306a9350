"""NumPy's functions that call a function they are given, as what they do with it.

    np.vectorize(f)(x)                            np.array([f(t) for t in x.tolist()])
    np.apply_along_axis(f, 1, x)                  np.array([f(row) for row in x])
    np.fromfunction(f, (n,))                      f(np.indices((n,), dtype=float)[0])
    np.piecewise(x, [c], [f, g])                  y = np.zeros_like(x);  y[c] = f(x[c]);  y[~c] = g(x[~c])
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.certainty import surely_float
from tangentlite.frontend.fitting import Misfit, fitting
from tangentlite.frontend.inner_gradients import gradient_at
from tangentlite.frontend.spelled_out import each, spell
from tangentlite.frontend.values import Instance, Live, Local, Pack, Partial
from tangentlite.ir import Const, Eqn, For, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import Bound, call_method, make_list
from tangentlite.ir.trace import Captured

if TYPE_CHECKING:
    from tangentlite.frontend.calls import Calls

NONE = Const(None)
INTEGERS = ("int", "bool", "int64")


def is_function(low: Calls, value: Any) -> bool:
    """Is this a function that is known now?"""
    match value:
        case Local() | Partial():
            return True
        case Live(of):
            return callable(of)
        case Var():
            return K.is_function(low.kind(value))
    return False


def takes_function(op: Any) -> bool:
    """Is this a function of the library that calls another one, and is lowered here?"""
    try:
        return op in CALLERS
    except TypeError:
        return False


def lowered(low: Calls, op: Any, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
    """What a function of the library gives that calls another one."""
    try:
        return fitting(CALLERS[op], low, node, name, *args, **keywords)
    except Misfit:
        raise low.unsupported(node, f"this call of `{op.__name__}()` cannot be differentiated yet") from None


# -- np.vectorize ------------------------------------------------------------------------------------------------------

def vectorized(low: Calls, node: Any, name: str, function: Any, *, otypes: Any = None, doc: Any = None, cache: Any = None) -> Any:
    return Partial(Live(over_elements), (function,), {} if otypes in (None, NONE) else {"otypes": otypes})


NARROW = ("float32", "float16")  # which NumPy hands on as doubles, but for the first


def over_elements(low: Calls, node: Any, name: str, function: Any, *arrays: Any, otypes: Any = None) -> Any:
    """The function of every element; without `otypes`, the type of the first result is that of all."""
    if otypes is not None and not names_float(low, otypes):
        raise low.unsupported(node, "`otypes` other than float cannot be differentiated yet")
    if not arrays:
        raise low.unsupported(node, "np.vectorize wants at least one argument")
    atoms = in_one_shape(low, arrays, node)
    if otypes is None and (single := [k.dtype for k in map(low.kind, atoms) if isinstance(k, K.Array) and k.dtype in NARROW]):
        raise low.unsupported(node, f"np.vectorize makes all results what the first one is, which may be a {single[0]}",
                              "Give `otypes=[float]`")
    flat = K.rank(low.kind(atoms[0])) == 1
    lists = [low.make(call_method, (a if flat else low.make(np.ravel, (a,), node), Const("tolist")), node) for a in atoms]
    if len(lists) == 1:
        items = each(low, function, lists[0], (), node)
    else:
        names = ", ".join(f"item_{k}" for k in range(len(lists)))
        items = spell(low, f"[function_({names}) for {names} in items_]",
                      {"function_": function, "items_": low.make(zip, tuple(lists), node)}, node)
    require_numbers(low, node, otypes is not None)
    made = low.make(np.array, (items,), node, name if flat else "", **({} if otypes is None else {"dtype": low.as_atom(Live(float), node)}))
    return reshaped(low, made, atoms[0], node, name)


def in_one_shape(low: Calls, arrays: Sequence[Any], node: Any) -> list[Any]:
    """The arrays, broadcast to what all of them fit."""
    atoms = [low.as_atom(a, node) for a in arrays]
    kinds = [low.kind(a) for a in atoms]
    if all(map(K.same_shape, kinds, kinds[1:])):
        return atoms
    spread = low.make(np.broadcast_arrays, tuple(atoms), node)
    return [low.make(operator.getitem, (spread, Const(k)), node) for k in range(len(atoms))]


def of_numbers(low: Calls, node: Any, name: str, function: Any, args: list[Any], keywords: dict[str, Any]) -> Any:
    """A call of what `numba.vectorize` has made of a function of numbers."""
    if keywords:
        raise with_options(low, node)
    args = [low.as_atom(a, node) for a in args]
    if all(isinstance(low.kind(a), K.Number) for a in args):
        return low.apply(function, args, {}, node, name)
    atoms = in_one_shape(low, args, node)
    given = {f"items_{k}": low.make(np.ravel, (a,), node) if K.rank(low.kind(a)) != 1 else a for k, a in enumerate(atoms)}
    items = spell(low, f"[function_({', '.join(f'items_{n}[k]' for n in range(len(atoms)))}) for k in range(len(items_0))]",
                  {"function_": function, **given}, node)
    require_numbers(low, node, False)
    return reshaped(low, low.make(np.array, (items,), node, name), atoms[0], node, name)


def reshaped(low: Calls, made: Var, like: Any, node: Any, name: str) -> Var:
    """The results, one after the other, in the shape of an argument."""
    if K.rank(low.kind(like)) == 1:
        return made
    return low.make(np.reshape, (made, low.make(np.shape, (like,), node)), node, name)


def with_options(low: Calls, node: Any) -> Exception:
    refused: Exception = low.unsupported(
        node, "a vectorized function with keywords, `excluded=` or `signature=` cannot be differentiated yet")
    return refused


def options(low: Calls, made: np.vectorize, keywords: dict[str, Any], node: Any) -> dict[str, Any]:
    """The options of a function that was vectorized outside."""
    if keywords or made.excluded or made.signature:
        raise with_options(low, node)
    return {} if made.otypes is None else {"otypes": Const("".join(made.otypes))}


def names_float(low: Calls, otypes: Any) -> bool:
    if isinstance(otypes, Var) and (made := low.b.defs.get(otypes)) is not None and made.op is make_list and len(made.args) == 1:
        kind = low.kind(made.args[0])
        return kind == K.Inert("type", float) or isinstance(kind, K.Inert) and kind.value is np.float64
    return otypes in (Const("d"), Const("float"), Const("float64"))


def require_numbers(low: Calls, node: Any, cast: bool) -> None:
    """Raise where the first of the results might be an integer and make integers of the others, or where they are no numbers."""
    kind, sure = results_of_loop(low)
    if not isinstance(kind, K.Number):
        raise low.unsupported(node, "a function of which it is not known that it returns a number cannot be vectorized yet")
    if not sure and not cast:
        raise low.unsupported(node, "np.vectorize makes all results what the first one is, which may be an integer",
                              "Give `otypes=[float]`")


def results_of_loop(low: Calls) -> tuple[Any, bool]:
    """The kind of what the loop that was just lowered appends to its list, and whether that is always of one type."""
    loop = next((s for s in reversed(low.b.stmts) if isinstance(s, For)), None)
    value = None if loop is None else next(
        (s.args[1] for s in reversed(loop.body.stmts) if isinstance(s, Eqn) and s.op is runtime.append), None)
    if loop is None or value is None:
        return K.UNKNOWN, False
    kind = low.kind(value)
    same = isinstance(kind, (K.Number, K.Array)) and (kind.dtype in INTEGERS or isinstance(kind, K.Array) and kind.dtype == "float64")
    return kind, same or surely_float(value, loop.body, low.b.kinds, low.program.traces)


# -- np.apply_along_axis, np.apply_over_axes, np.fromfunction ------------------------------------------------------------

def along_axis(low: Calls, node: Any, name: str, function: Any, axis: Any, a: Any, *rest: Any, **keywords: Any) -> Any:
    array = low.as_atom(a, node)
    rank = K.rank(low.kind(array))
    if not rank or not isinstance(axis, Const) or not isinstance(axis.value, int) or not -rank <= axis.value < rank:
        raise low.unsupported(node, "np.apply_along_axis of an array or an axis that is not known cannot be differentiated yet",
                              "Give example arguments")
    k = axis.value % rank
    function = Partial(function, (), keywords) if keywords else function
    if rank == 1:
        return low.make(np.asarray, (low.as_atom(low.apply(function, [array, *rest], {}, node, ""), node),), node, name)
    rows = last(low, array, k, rank, node)
    items = each(low, function, rows if rank == 2 else table(low, rows, array, k, node), rest, node)
    require_alike(low, node)
    made = low.make(np.array, (items,), node, name)
    inner = (K.rank(low.kind(made)) or 1) - 1
    if rank > 2:
        shape = low.make(getattr, (rows, Const("shape")), node)
        outer = low.make(operator.getitem, (shape, Const(slice(None, -1))), node)
        if inner:
            own = low.make(getattr, (made, Const("shape")), node)
            outer = low.make(operator.add, (outer, low.make(operator.getitem, (own, Const(slice(1, None))), node)), node)
        made = low.make(np.reshape, (made, outer), node, name)
    if not inner or k == rank - 1:
        return made
    if rank == 2 and inner == 1:
        return low.make(getattr, (made, Const("T")), node, name)
    there = tuple(range(rank - 1, rank - 1 + inner)), tuple(range(k, k + inner))
    return low.make(np.moveaxis, (made, *(Const(p if inner > 1 else p[0]) for p in there)), node, name)


def last(low: Calls, a: Var, axis: int, rank: int, node: Any) -> Any:
    """The array with this axis behind the others."""
    if axis == rank - 1:
        return a
    return low.make(getattr, (a, Const("T")), node) if rank == 2 else low.make(np.moveaxis, (a, Const(axis), Const(-1)), node)


def table(low: Calls, rows: Var, a: Var, axis: int, node: Any) -> Any:
    """The rows one below the other."""
    length = low.make(operator.getitem, (low.make(getattr, (a, Const("shape")), node), Const(axis)), node)
    return low.make(np.reshape, (rows, low.make_tuple((Const(-1), length), node)), node)


def require_alike(low: Calls, node: Any) -> None:
    """Raise where the first of the results might make integers of the others, or where their rank is not known."""
    kind, sure = results_of_loop(low)
    if not K.is_numeric(kind) or K.rank(kind) is None:
        raise low.unsupported(node, "a function of which the rank of what it returns is not known cannot be applied along an axis yet")
    if not sure:
        raise low.unsupported(node, "np.apply_along_axis makes all results what the first one is, which may be an integer",
                              "Return a float on every path")


def over_axes(low: Calls, node: Any, name: str, function: Any, a: Any, axes: Any) -> Any:
    value = low.as_atom(a, node)
    rank = K.rank(low.kind(value))
    known = axes.value if isinstance(axes, Const) else tuple(i.value if isinstance(i, Const) else None for i in low.spread(axes, node))
    for axis in known if isinstance(known, (tuple, list)) else (known,):
        if not rank or type(axis) is not int or not -rank <= axis < rank:
            raise low.unsupported(node, "np.apply_over_axes of an array or of axes that are not known cannot be differentiated yet")
        made = low.as_atom(low.apply(function, [value, Const(axis)], {}, node, name), node)
        of_made = K.rank(low.kind(made))
        if of_made == rank - 1:
            made = low.make(np.expand_dims, (made, Const(axis)), node, name)
        elif of_made != rank:
            raise low.unsupported(node, "np.apply_over_axes wants a function that keeps or removes an axis")
        value = made
    return value


def from_function(low: Calls, node: Any, name: str, function: Any, shape: Any, *, dtype: Any = None, like: Any = NONE,
                  **keywords: Any) -> Any:
    if like != NONE:
        raise low.unsupported(node, "`like=` cannot be differentiated yet")
    sizes = shape.value if isinstance(shape, Const) else shape.items if isinstance(shape, Pack) else None
    if not isinstance(sizes, tuple) or not sizes:
        raise low.unsupported(node, "np.fromfunction wants a tuple of sizes")
    dtype = low.as_atom(dtype if dtype is not None else Live(float), node)
    grid = low.make(np.indices, (low.as_atom(shape, node),), node, dtype=dtype)
    places = [low.make(operator.getitem, (grid, Const(k)), node) for k in range(len(sizes))]
    return low.apply(function, places, keywords, node, name)


# -- np.piecewise --------------------------------------------------------------------------------------------------------

def piecewise(low: Calls, node: Any, name: str, x: Any, condlist: Any, funclist: Any, *rest: Any, **keywords: Any) -> Any:
    array = low.as_atom(x, node)
    kind = low.kind(array)
    conditions, functions = alternatives(low, condlist, node), alternatives(low, funclist, node)
    number = K.rank(kind) == 0
    if number or not isinstance(kind, K.Array) or not kind.dims or not K.differentiable(kind):
        raise low.unsupported(node, "np.piecewise wants an array of floating-point numbers of known rank", "Give example arguments")
    tests = [low.as_atom(c, node) for c in conditions]
    if len(functions) == len(tests) + 1:
        tests.append(low.make(operator.invert, (joined(low, tests, node),), node))
    if len(functions) != len(tests):
        raise low.unsupported(node, f"np.piecewise is given {len(functions)} functions for {len(tests)} conditions")
    low.env["%written"] = low.make(np.zeros_like, (array,), node, name)
    low.memory.hold((low.env["%written"],))
    for test, function in zip(tests, functions):
        if not is_function(low, function):
            low.write(low.env["%written"], test, low.as_atom(function, node), node)
            continue

        def part(test: Any = test, function: Any = function) -> None:
            value = low.apply(function, [low.read(array, test, node, ""), *rest], keywords, node, "")
            low.write(low.env["%written"], test, low.as_atom(value, node), node)

        with low.nested(low.env) as trial:
            taken = low.read(array, test, node, "")
            value = low.apply(function, [taken, *rest], keywords, node, "")
        if is_elementwise_of(low, taken, value, trial.stmts):
            part()
        else:  # it is not called for no elements
            low.fork(node, low.make(np.any, (test,), node), part, lambda: None)
    return low.env.pop("%written")


def alternatives(low: Calls, value: Any, node: Any) -> list[Any]:
    """The items of a list that is written out; anything else is the only one."""
    if isinstance(value, (Pack, Instance)) and (items := low.each_of(value, node)) is not None:
        return items
    made = low.b.defs.get(value) if isinstance(value, Var) else None
    return list(made.args) if made is not None and made.op is make_list else [value]


def joined(low: Calls, tests: list[Any], node: Any) -> Any:
    """Where one of the conditions holds."""
    result = tests[0]
    for test in tests[1:]:
        result = low.make(operator.or_, (result, test), node)
    return result


def is_elementwise_of(low: Calls, x: Any, value: Any, stmts: list[Any]) -> bool:
    """Do statements make a value of an array, and of numbers, element by element?"""
    made = {x, *(o for s in stmts for o in s.outs)}
    later = stmts[1 + next((k for k, s in enumerate(stmts) if x in s.outs), -1):]
    inputs = [a for s in later if isinstance(s, Eqn) for a in s.inputs]
    return all(isinstance(s, Eqn) and is_elementwise(s.op) for s in stmts) and all(
        isinstance(a, Const) or a in made or K.is_number(low.kind(a)) for a in (value, *inputs) if isinstance(a, (Var, Const)))


def is_elementwise(op: Any) -> bool:
    """Does the operation treat every element alone, and may there be none?"""
    return isinstance(op, (np.ufunc, Captured, Bound)) or op in BINARY_AND_UNARY


BINARY_AND_UNARY = (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod, operator.floordiv, operator.neg,
                    operator.pos, operator.getitem, abs)
Lowering = Callable[..., Any]
CALLERS: dict[Any, Lowering] = {
    gradient_at: gradient_at,
    np.vectorize: vectorized, over_elements: over_elements, np.apply_along_axis: along_axis, np.apply_over_axes: over_axes,
    np.fromfunction: from_function, np.piecewise: piecewise,
}
