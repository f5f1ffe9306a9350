"""Functions that call themselves and hand on the functions they are given become local functions that see them around.

    def area(f, a, b, n):                           def area(a, b, n):
        m = 0.5 * (a + b)                               m = 0.5 * (a + b)
        ...                                             ...
        return area(f, a, m, n - 1) + ...               return area(a, m, n - 1) + ...

    def total(x):                                   def total(x):
        return area(lambda t: x * t, ...)               f = lambda t: x * t
                                                        return area(...)
"""
from __future__ import annotations

import copy
import functools
from dataclasses import replace
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import gast

from tangentlite.frontend.lifting import captured, free_names, reached
from tangentlite.frontend.syntax import assigned, inside, is_generator
from tangentlite.frontend.values import Frame, Local
from tangentlite.ir import Const
from tangentlite.ir.trace import lookup, reads_alike

if TYPE_CHECKING:
    from tangentlite.frontend.in_place_calls import InPlaceCalls


def handing_on(low: InPlaceCalls, target: FunctionType, bound: dict[str, Any]) -> tuple[Local, list[Any], dict[str, Any]] | None:
    """A function that calls itself as a local one, and its other arguments: by position, and by name.

    None where it does not hand on what it is given.
    """
    given = {p: v for p, v in bound.items() if isinstance(v, Local)}
    source = low.program.source(target)
    if not given or not is_global(target, target.__name__) or (node := without(source.node, target.__name__, tuple(given))) is None:
        return None
    frame = Frame(source, target)
    defaults = low.program.defaults(target)
    around = seen(low, given, target)
    if around is None or around.keys() & (free_names(node) | {target.__name__}) or not all(
            isinstance(d, Const | None) for some in defaults for d in some):
        return None
    frame.env = {n: replace(v, frame=frame) if isinstance(v, Local) else v for n, v in {**around, **given}.items()}
    frame.env[target.__name__] = Local(target.__name__, node, *defaults, frame)
    frame.locals = frozenset(frame.env)
    by_name = {p.id for p in node.args.kwonlyargs}
    rest = {p: v for p, v in bound.items() if p not in given}
    return (frame.env[target.__name__], [v for p, v in rest.items() if p not in by_name],
            {p: v for p, v in rest.items() if p in by_name})


def seen(low: InPlaceCalls, given: dict[str, Local], target: FunctionType) -> dict[str, Any] | None:
    """What local functions see of their makers' variables; None where a name would mean something else beside `target`."""
    found: dict[str, Any] = {}
    for function in given.values():
        around = low.names_in(function.frame)
        group = reached(function, around)
        names = {**group, **{n: around[n] for n in captured({"": function, **group}, around)}}
        free = set().union(*(free_names(f.node) for f in (function, *group.values()))) - names.keys()
        alike = all(means_alike(n, function.frame.home, target) for n in free)
        if not alike or names.keys() & given.keys() or any(found.get(n, v) is not v for n, v in names.items()):
            return None
        found |= names
    return found


def is_global(function: FunctionType, name: str) -> bool:
    """Does the function call itself by this name?"""
    try:
        return lookup(function, name) is function
    except NameError:
        return False


def means_alike(name: str, there: Any, here: Any) -> bool:
    """Is a global of one function the same one in the other, or the same module?"""
    if reads_alike(name, there, here):
        return True
    try:
        value = lookup(there, name)
        return isinstance(value, ModuleType) and lookup(here, name) is value
    except NameError:
        return False


@functools.lru_cache(maxsize=256)
def without(node: Any, name: str, functions: tuple[str, ...]) -> Any:
    """A function definition without parameters that it hands on as they are, whenever it calls itself; None where it does not."""
    if not isinstance(node, gast.FunctionDef) or is_generator(node) or {name, *functions} & {*assigned(node.body)}:
        return None
    order = [p.id for p in (*node.args.posonlyargs, *node.args.args)]
    made = copy.deepcopy(node)
    a = made.args
    calls = [n for n in inside(made.body) if isinstance(n, gast.Call) and isinstance(n.func, gast.Name) and n.func.id == name]
    named = [n for n in inside(made.body) if isinstance(n, gast.Name) and n.id == name]
    if not calls or len(named) != len(calls) or a.vararg is not None or not {*functions} <= {*order[:len(order) - len(a.defaults)]}:
        return None
    for call in calls:
        if any(isinstance(x, gast.Starred) for x in call.args) or any(k.arg is None for k in call.keywords):
            return None
        passed = {**dict(zip(order, call.args)), **{k.arg: k.value for k in call.keywords}}
        if not all(isinstance(passed.get(p), gast.Name) and passed[p].id == p for p in functions):
            return None
        call.args = [x for p, x in zip(order, call.args) if p not in functions]
        call.keywords = [k for k in call.keywords if k.arg not in functions]
    a.posonlyargs = [p for p in a.posonlyargs if p.id not in functions]
    a.args = [p for p in a.args if p.id not in functions]
    return made
