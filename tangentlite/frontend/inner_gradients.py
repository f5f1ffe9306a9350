"""Gradients of functions that are made inside of the differentiated function.

    g = tl.grad(lambda w: loss(w, x))                 def function_grad(w, x): ...
    w = w - 0.1 * g(w)                                w = w - 0.1 * function_grad(w, x)

The function becomes one of the program, which what it reads around itself is passed to, and so does its gradient.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tangentlite.frontend.closures import lift
from tangentlite.frontend.references import Provenance
from tangentlite.frontend.spelled_out import spell
from tangentlite.frontend.values import Live, Pack, Partial
from tangentlite.ir import Call, Const
from tangentlite.ir import kinds as K

if TYPE_CHECKING:
    from tangentlite.frontend.calls import Calls


def derived(low: Calls, mode: str, args: list[Any], options: dict[str, Any], node: Any) -> Any:
    """`tl.grad(function, argnums)` or `tl.value_and_grad(function, argnums)` of a function that is no object yet."""
    function, *rest = args
    argnums = options.get("argnums", rest[0] if rest else Const(0))
    if options.keys() - {"argnums"} or len(rest) > 1:
        raise low.unsupported(node, "options of the gradient of a function that is made here cannot be differentiated yet")
    return Partial(Live(gradient_at), (function, Const(mode), argnums), {})


def gradient_at(low: Calls, node: Any, name: str, function: Any, mode: Any, argnums: Any, *args: Any) -> Any:
    """The gradient (after the value, if asked for) of a function for these arguments."""
    chosen = positions(low, argnums, len(args), node)
    atoms = [low.as_atom(args[k], node) for k in chosen]
    for a in atoms:
        if not isinstance(low.kind(a), (K.Number, K.Array)) or not K.differentiable(low.kind(a)):
            raise low.unsupported(node, "the gradient of a function that is made here, with respect to other than numbers and arrays,"
                                        " cannot be differentiated yet")
    called = in_front(low, function, chosen, args, node)
    ((fn, kind),), captured = lift(low, [called], (), [[low.kind(a) for a in atoms]], [tuple(f"x{k}" for k in chosen)], node)
    if not isinstance(kind, K.Number) and not (isinstance(kind, K.Array) and kind.dims == ()) or K.is_complex(kind):
        raise low.unsupported(node, "the gradient of a function that is not known to give one real number cannot be differentiated yet")
    gradient = low.program.gradient(fn, len(atoms))
    outs = tuple(low.new(name if len(atoms) == 1 else "") for _ in atoms)
    low.b.kinds.update(zip(outs, map(low.kind, atoms)))
    given = (*atoms, *captured)
    low.check_fresh(given, node)
    low.memory.called(outs, [Provenance(new=False, exclusive=False)] * len(outs), given)
    low.b.loc = low.loc(node)
    low.b.stmts.append(Call(outs, gradient, given, low.b.loc, (), tuple(range(len(outs))) if len(outs) > 1 else 0))
    bars = outs[0] if isinstance(argnums, Const) and isinstance(argnums.value, int) else Pack(outs)
    if mode == Const("reverse"):
        return bars
    return Pack((low.apply(function, list(args), {}, node, ""), bars))


def positions(low: Calls, argnums: Any, count: int, node: Any) -> list[int]:
    """The differentiated arguments."""
    given = [a.value if isinstance(a, Const) else a for a in (argnums.items if isinstance(argnums, Pack) else [argnums])]
    values = given[0] if isinstance(given[0], tuple) else given
    if not all(type(v) is int and -count <= v < count for v in values):
        raise low.unsupported(node, "`argnums` of the gradient of a function that is made here wants the numbers of its arguments")
    return [int(v) % count for v in values]


def in_front(low: Calls, function: Any, chosen: list[int], args: tuple[Any, ...], node: Any) -> Any:
    """The function of the chosen arguments alone."""
    if chosen == list(range(len(args))):
        return function
    names = [f"x{k}" if k in chosen else f"given_{k}" for k in range(len(args))]
    text = f"lambda {', '.join(names[k] for k in chosen)}: function_({', '.join(names)})"
    return spell(low, text, {"function_": function, **{names[k]: a for k, a in enumerate(args) if k not in chosen}}, node)

