"""Questions about the syntax tree that need no values: where control may go, and which names are assigned."""
from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import gast

T = TypeVar("T")

JUMPS = (gast.Return, gast.Break, gast.Continue, gast.Raise)
GUARDED = (gast.Try, gast.With)
COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
SCOPES = (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda, gast.ClassDef, *COMPREHENSIONS)


def inside(nodes: Iterable[Any], stop: tuple[type, ...] = SCOPES) -> Iterator[Any]:
    """All nodes below `nodes` (included), not entering those of the types in `stop`."""
    todo = list(nodes)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, stop):
            todo.extend(gast.iter_child_nodes(node))


def remembered(question: Callable[[Iterable[Any]], T]) -> Callable[[Iterable[Any]], T]:
    """The question about statements, which is asked again whenever a loop around them is lowered again."""
    known = functools.lru_cache(maxsize=1024)(question)

    @functools.wraps(question)
    def asked(nodes: Iterable[Any]) -> T:
        return known(tuple(nodes))

    return asked


def is_generator(function: Any) -> bool:
    """Does the function or lambda yield?"""
    body = [function.body] if isinstance(function, gast.Lambda) else function.body
    return any(isinstance(n, (gast.Yield, gast.YieldFrom)) for n in inside(body))


def may_jump(nodes: Iterable[Any]) -> bool:
    """May control leave the statements otherwise than at their end? (`break` of an inner loop does not.)"""
    for node in nodes:
        if isinstance(node, JUMPS):
            return True
        if isinstance(node, gast.If) and (may_jump(node.body) or may_jump(node.orelse)):
            return True
        if isinstance(node, (gast.For, gast.While)) and (may_return(node.body) or may_jump(node.orelse)):
            return True
        if isinstance(node, GUARDED) and any(map(may_jump, parts(node))):
            return True
    return False


def parts(node: Any) -> Iterator[list[Any]]:
    """The blocks of a `try` or `with`."""
    yield node.body
    if isinstance(node, gast.Try):
        yield from (h.body for h in node.handlers)
        yield node.orelse
        yield node.finalbody


@remembered
def may_return(nodes: Iterable[Any]) -> bool:
    return any(isinstance(n, gast.Return) for n in inside(nodes))


def may_break(nodes: Iterable[Any]) -> bool:
    """Is there a `break` of the loop whose body this is?"""
    for node in nodes:
        if isinstance(node, gast.Break):
            return True
        if isinstance(node, gast.If) and (may_break(node.body) or may_break(node.orelse)):
            return True
        if isinstance(node, (gast.For, gast.While)) and may_break(node.orelse):
            return True
        if isinstance(node, GUARDED) and any(map(may_break, parts(node))):
            return True
    return False


def always_jumps(nodes: list[Any]) -> bool:
    """Does control never reach the end of the statements?"""
    for node in nodes:
        if isinstance(node, JUMPS):
            return True
        if isinstance(node, gast.If) and always_jumps(node.body) and always_jumps(node.orelse):
            return True
        if isinstance(node, gast.With) and always_jumps(node.body):
            return True
        if isinstance(node, gast.Try) and always_jumps([*node.body, *node.orelse]) and all(always_jumps(h.body) for h in node.handlers):
            return True
        if isinstance(node, gast.While) and is_true(node.test) and not may_break(node.body):
            return True
    return False


def is_true(node: Any) -> bool:
    return isinstance(node, gast.Constant) and bool(node.value)


@remembered
def assigned(nodes: Iterable[Any]) -> tuple[str, ...]:
    """The names that the statements assign, sorted."""
    found: set[str] = set()
    for n in inside(nodes):
        if isinstance(n, gast.Name) and isinstance(n.ctx, (gast.Store, gast.Param)):
            found.add(n.id)
        elif isinstance(n, (gast.FunctionDef, gast.ClassDef)):
            found.add(n.name)
        elif isinstance(n, gast.Name) and isinstance(n.ctx, gast.Del):
            found.add(n.id)
        elif isinstance(n, COMPREHENSIONS):  # `:=` in one binds a name around it
            found.update(m.target.id for m in gast.walk(n) if isinstance(m, gast.NamedExpr))
    return tuple(sorted(found))


@remembered
def rebound(nodes: Iterable[Any]) -> frozenset[str]:
    """The names that stand for another object after the statements, perhaps: not those that are only updated (`u += v`)."""
    nodes = list(nodes)
    updates = {id(n.target) for n in inside(nodes) if isinstance(n, gast.AugAssign)}
    names = (n for n in inside(nodes) if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load) and id(n) not in updates)
    return frozenset(n.id for n in names)


def updated(nodes: Iterable[Any]) -> list[str]:
    """The names that stand for something else after the statements: assigned ones, and those whose object is written."""
    nodes = list(nodes)
    return sorted({*assigned(nodes), *written(nodes)})


@remembered
def written(nodes: Iterable[Any]) -> frozenset[str]:
    """The names whose object the statements write in place."""
    found: set[str] = set()
    for n in inside(nodes):
        if isinstance(n, gast.Subscript) and not isinstance(n.ctx, gast.Load) and (name := owner(n)) is not None:
            found.add(name)
        elif isinstance(n, gast.AugAssign) and isinstance(n.target, gast.Name):
            found.add(n.target.id)
        elif is_list_append(n):
            found.add(n.value.func.value.id)
    return frozenset(found)


def owner(node: Any) -> str | None:
    """`u` in `u[i]` and `u[i][j]`."""
    while isinstance(node, gast.Subscript):
        node = node.value
    return node.id if isinstance(node, gast.Name) else None


def is_list_append(n: Any) -> bool:
    """Is this the statement `name.append(value)`?"""
    return isinstance(n, gast.Expr) and isinstance(n.value, gast.Call) and isinstance(n.value.func, gast.Attribute) and (
        n.value.func.attr == "append" and isinstance(n.value.func.value, gast.Name) and len(n.value.args) == 1
        and not n.value.keywords)


def may_write(node: Any) -> bool:
    """May an expression change a value that was read before it is evaluated?"""
    return any(isinstance(n, (gast.Call, gast.NamedExpr)) for n in gast.walk(node))


QUIET = ("abs", "len", "isinstance", "float", "callable", "isnan", "isfinite", "isinf")  # functions that raise and change nothing


def may_tell(node: Any) -> bool:
    """May it be seen whether an expression is evaluated: by what it changes, or raises?"""
    for n in inside([node], ()):
        if isinstance(n, gast.Call) and getattr(n.func, "id", getattr(n.func, "attr", "")) not in QUIET:
            return True
        if isinstance(n, (gast.Subscript, gast.NamedExpr)) or isinstance(n, gast.BinOp) and isinstance(
                n.op, (gast.Div, gast.FloorDiv, gast.Mod, gast.Pow)):
            return True
    return False


def has_walrus(node: Any) -> bool:
    return any(isinstance(n, gast.NamedExpr) for n in inside([node], ()))


def place(made: Any, node: Any) -> None:
    """What is made up is located at `node`."""
    for inner in gast.walk(made):
        if not hasattr(inner, "lineno"):
            gast.copy_location(inner, node)
