"""Loops over what is known item by item: functions, objects, what an object holds. Every iteration is written out.

    for layer in layers:        x = layers[0](x)
        x = layer(x)            x = layers[1](x)

What an iteration puts into the container that is run over, a later one finds, as in Python.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from tangentlite.frontend.calls import Calls
from tangentlite.frontend.syntax import may_return
from tangentlite.frontend.values import Pack, Seen
from tangentlite.ir import Const

LONGEST = 64  # iterations of a loop over a list that it adds to


class Unrolled(Calls):
    def each(self, node: Any, items: Pack) -> None:
        """The iterations of a loop, one after the other."""
        outer = {n: self.env.get(n, Const(False)) for n in ("%jump", "%stop")}
        self.env["%stop"] = Const(False)
        with self.looping():
            if isinstance(items, Seen):
                self.iterations(node, self.found(node, items), 0)
            else:
                with self.followed(items) as item:
                    self.iterations(node, item, 0)
        stopped, returned = self.env["%stop"], self.env.get("%returned", Const(False))
        self.env.update(outer)
        if may_return(node.body):
            self.env["%jump"] = returned
            if self.in_loop:
                self.env["%stop"] = returned
        if node.orelse:
            self.otherwise(node, stopped)

    def iterations(self, node: Any, item: Callable[[int], Any], k: int) -> None:
        """The iterations from the k-th on, each unless one before it has left the loop; `item` gives None after the last one."""
        while (value := item(k)) is not None:
            k += 1
            self.assign(node.target, value, node)
            self.env["%jump"] = Const(False)
            self.body(node.body)
            stopped = self.env["%stop"]
            if stopped == Const(True):
                return
            if stopped != Const(False):
                self.fork(node, stopped, lambda: None, partial(self.iterations, node, item, k))
                return

    @contextmanager
    def followed(self, items: Pack) -> Iterator[Callable[[int], Any]]:
        """The items of a tuple, which follow what the iterations write."""
        hidden = [f"item%{k}%{id(items)}" for k in range(len(items.items))]
        self.env.update(zip(hidden, items.items))
        yield lambda k: self.env[hidden[k]] if k < len(hidden) else None
        for name in hidden:
            self.env.pop(name, None)

    def found(self, node: Any, items: Seen) -> Callable[[int], Any]:
        """The items as they are when they are asked for."""
        count, now, state = len(items.items), items.items, (self.rebindings, self.memory.clock)

        def item(k: int) -> Any:
            nonlocal now, state
            if state != (self.rebindings, self.memory.clock):
                state = self.rebindings, self.memory.clock
                now = items.again().items
            if items.sized and len(now) != count:
                raise self.unsupported(node, "this loop changes the number of items of what it iterates over", "Loop over a copy")
            if k >= LONGEST and len(now) > count:
                raise self.unsupported(node, f"this loop adds to the list it iterates over, {LONGEST} times and more")
            return now[k] if k < len(now) else None

        return item

    @contextmanager
    def looping(self) -> Iterator[None]:
        outer, self.in_loop = self.in_loop, True
        try:
            yield
        finally:
            self.in_loop = outer

    def otherwise(self, node: Any, stopped: Any) -> None:
        raise NotImplementedError

    def assign(self, target: Any, value: Any, node: Any) -> None:
        raise NotImplementedError

    def body(self, nodes: list[Any]) -> None:
        raise NotImplementedError
