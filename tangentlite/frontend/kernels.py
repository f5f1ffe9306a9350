"""A compiled function that writes arrays of its caller's, as a function of the program that returns what they become.

    @njit
    def step(u, out):                           def step_of_copy(u, out):
        for i in range(1, len(u)):                  out = out.copy()
            out[i] = u[i] - u[i - 1]                for i in range(1, len(u)):
                                                        out[i] = u[i] - u[i - 1]
                                                    return out
    step(u, out)                                out = step_of_copy(u, out)

So it stays compiled in a model that is not, and the model's names follow as they do for any other write.
"""
from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

from tangentlite.errors import WritesArgumentError
from tangentlite.frontend.disjoint import disjoint
from tangentlite.frontend.values import CODE, Pack, flatten, structure
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.compiled import Updating, compiled_form
from tangentlite.ir.ops import call_method

if TYPE_CHECKING:
    from tangentlite.frontend.calls import Calls


def begin(low: Calls, function: Updating, node: Any) -> None:
    """Copy what is written; the memory keeps a name where the function gives its own to something else."""
    for name in function.written:
        given = low.env[name]
        if not isinstance(kind := low.kind(given), K.Array) or kind.dims is None:
            raise low.unsupported(node, f"`{name}` is not known to be an array")
        low.env[name] = low.env[memory_of(name)] = low.make(call_method, (given, Const("copy")), node, name)
        low.memory.hold((low.env[name],))


def result(low: Calls, function: Updating, value: Any, node: Any) -> Any:
    """What the function returns, and what its parameters have become."""
    if not all(low.memory.immutable(leaf) for leaf in flatten(value)):
        raise low.unsupported(node, f"`{function.function.__name__}` writes its arguments, and returns more than numbers")
    after = tuple(low.env[memory_of(name)] for name in function.written)
    return Pack(after if value == Const(None) else (value, *after))


def memory_of(name: str) -> str:
    """What the environment calls the memory that a parameter was given."""
    return f"{name}%%given"


def called(low: Calls, target: FunctionType, bound: dict[str, Any], node: Any) -> tuple[Any] | None:
    """Call a function that writes its arguments, and give (what it returns,).

    None where it is not compiled, or not certain that what it writes is no other argument's memory: then it is lowered in place.
    So it is in a `try`, which sees what was written before an exception.
    """
    if compiled_form(target) is None or compiled_form(low.root) is not None or low.pools is not None or low.attempts:
        return None
    if any(isinstance(leaf, CODE) for v in bound.values() for leaf in flatten(v)):
        return None
    given = {p: [low.as_atom(leaf, node) for leaf in flatten(v)] for p, v in bound.items()}
    forms, atoms = {p: structure(v) for p, v in bound.items()}, [a for leaves in given.values() for a in leaves]
    written: tuple[str, ...] = ()
    error: Any = low.program.errors.get(target)
    made = None
    while made is None:
        if not isinstance(error, WritesArgumentError) or error.argument in written or not is_apart(low, error.argument, given):
            return None
        written = tuple(p for p in bound if p in written or p == error.argument)
        form = Updating(target, written)
        made = low.program.callee(form, forms, [low.kind(a) for a in atoms])
        error = low.program.errors.get(form)
    names = [given[parameter][0].hint for parameter in written]
    names = [""] * (len(made[2]) - len(names)) + names
    results = low.result_of_call(made, atoms, None, "", node, names).items
    for parameter, after in zip(written, results[-len(written):]):
        low.write_whole(given[parameter][0], after, node)
    return results[0] if len(results) > len(written) else Const(None),


def is_apart(low: Calls, parameter: str, given: dict[str, list[Any]]) -> bool:
    """Is what a parameter is given an array whose memory no other argument may have?"""
    u = given.get(parameter, [None])[0]
    if not isinstance(u, Var) or low.memory.immutable(u) or not isinstance(low.kind(u), K.Array):
        return False
    view = low.memory.view(u)
    if view is not None and (view.index is None or view.read_only):
        return False
    tokens = low.memory.everything((u,))
    others = [a for p, leaves in given.items() if p != parameter for a in leaves]
    return not any(low.memory.touched(a, tokens) and not disjoint(low, u, a) for a in others)
