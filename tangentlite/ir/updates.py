"""In-place forms of the functional updates. `passes.inplace` chooses them where the storage is provably our own."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tangentlite import runtime
from tangentlite.ir.trace import Const


def setitem_inplace(u: Any, index: Any, value: Any) -> Any:
    """u[index] = value"""
    return runtime.setitem(u, index, value)


def add_at_inplace(u: Any, index: Any, value: Any) -> Any:
    """u[index] += value"""
    return runtime.add_at(u, index, value)


def append_inplace(items: Any, value: Any) -> Any:
    """items.append(value)"""
    return runtime.append(items, value)


def pop_inplace(items: Any) -> Any:
    """items.pop()"""
    return runtime.without_last(items)


def take_inplace(items: Any) -> tuple[Any, Any]:
    """item = items.pop(); the results are what is left, and the item or its parts."""
    return runtime.without_last(items), items[-1]


WHOLE = Const(Ellipsis)  # the index of an update of the whole array

INPLACE: dict[Callable[..., Any], Callable[..., Any]] = {
    runtime.setitem: setitem_inplace,
    runtime.add_at: add_at_inplace,
    runtime.append: append_inplace,
    runtime.without_last: pop_inplace,
}
WRITES = (add_at_inplace, setitem_inplace)  # into elements
FUNCTIONAL = {take_inplace: runtime.without_last, **{v: k for k, v in INPLACE.items()}}
