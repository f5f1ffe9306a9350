"""Values that are one object on one path and another one on the other: `w = u if c else v`.

    u[0] = 1.0      then `w` is the new `u` where `c` holds, and what it was where not
    w[0] = 1.0      `if c: u[0] = 1.0`, `else: v[0] = 1.0`, and `w` is the one or the other again
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from tangentlite.frontend.base import Base
from tangentlite.frontend.references import Choice, Paths, Reference
from tangentlite.frontend.values import flatten, structure, unflatten
from tangentlite.ir import If, Var


class Choosing(Base):
    """What becomes of choices when memory is written."""

    def renewed(self, v: Any, successors: dict[Var, Any]) -> Any:
        raise NotImplementedError

    def derived(self, v: Any) -> bool:
        raise NotImplementedError

    def again(self, v: Var, args: tuple[Any, ...]) -> Var:
        raise NotImplementedError

    def chosen_again(self, v: Var, choice: Choice, successors: dict[Var, Any]) -> Var:
        """`v` after its memory was written on one of the paths, or on both; `v` where that cannot be told."""
        if choice.paths.test in self.known:
            now = self.on_path(v, choice, self.known[choice.paths.test], successors)
            return v if now is None else now
        for arm in choice.arms:  # what is there on both paths is made before these part
            if arm is not v and arm not in choice.paths.inner:
                self.renewed(arm, successors)
        outer, count = self.b, len(self.b.stmts)
        blocks, ends = [], []
        for k in (0, 1):
            with self.nested(self.env) as inner:
                now = self.on_path(v, choice, k, dict(successors))
                if now is None or self.memory.outdated(self.reference_on(now, choice.paths.test, k)):
                    del outer.stmts[count:]
                    return v
                blocks.append(inner.block((), (now,)))
                ends.append(now)
        again = v.twin()
        made = If((again,), choice.paths.test, blocks[0], blocks[1], self.b.loc, "ifexp")
        self.b.stmts.append(made)
        self.b.kinds[again] = self.b.kinds[v]
        self.memory.references[again] = replace(self.memory.reference(v), born=self.memory.clock)
        first, second = ({a: again if home is v else home for a, home in h.items()} for h in choice.paths.homes)
        paths = Paths(choice.paths.test, choice.paths.inner | {o for b in blocks for s in b.stmts for o in s.outs}, (first, second))
        then, orelse = (arm if end is v else end for arm, end in zip(choice.arms, ends))
        self.memory.choices[again] = Choice(paths, (then, orelse))
        successors[v] = again
        return again

    def on_path(self, v: Var, choice: Choice, k: int, successors: dict[Var, Any]) -> Any:
        """What `v` is on one of its paths now: `v` itself where it is the only name of that, None where it cannot be told."""
        def visible(a: Any) -> Any:
            if not isinstance(a, Var) or a not in choice.paths.inner:
                return self.renewed(a, successors)
            made = self.b.defs.get(a)
            if made is not None and self.derived(a):
                args = tuple(map(visible, made.args))
                if None not in args and not any(map(self.memory.stale, args)):
                    return self.again(a, args)
            home = choice.paths.homes[k].get(a)
            return home if home is None or home is v else self.renewed(home, successors)

        return visible(choice.arms[k])

    def reference_on(self, v: Var, test: Var, k: int) -> Reference:
        """What `v` refers to on one of the paths."""
        here, choice = v, self.memory.choices.get(v)
        while choice is not None and choice.paths.test is test and isinstance(choice.arms[k], Var):
            here = choice.arms[k]
            choice = self.memory.choices.get(here)
        return replace(self.memory.reference(here), born=self.memory.reference(v).born)

    def split(self, u: Var, write: Callable[[Var], None], node: Any) -> bool:
        """Write what `u` is, on either path; False where it is no choice, or known already to be the one or the other."""
        choice = self.memory.choices.get(u)
        if choice is None:
            return False
        known = self.known.get(choice.paths.test)
        if known is not None:
            target = self.on_path(u, choice, known, {})
            if target is None or target is u:
                return False
            write(target)
            return True

        def on(k: int) -> Callable[[], None]:
            def lower() -> None:
                with self.taking(choice.paths.test, k) as found:
                    target = found[u] if u in found else self.on_path(u, choice, k, {})
                    write(u if target is None else target)
            return lower

        self.fork(node, choice.paths.test, on(0), on(1))
        return True

    @contextmanager
    def taking(self, test: Any, k: int) -> Iterator[dict[Var, Any]]:
        """On one of the paths, names of choices stand for what they are there."""
        before: dict[Var, Any] = {}
        found: dict[Var, Any] = {}
        for name, value in self.env.items():
            leaves = flatten(value)
            now = []
            for leaf in leaves:
                choice = self.memory.choices.get(leaf) if isinstance(leaf, Var) else None
                if choice is not None and choice.paths.test is test:
                    if leaf not in found:
                        found[leaf] = self.on_path(leaf, choice, k, {})
                    leaf = leaf if found[leaf] is None else found[leaf]
                    if leaf not in before and leaf in self.memory.choices:
                        before[leaf] = self.memory.reference(leaf)
                        self.memory.references[leaf] = self.reference_on(leaf, test, k)
                now.append(leaf)
            if any(a is not b for a, b in zip(now, leaves)):
                self.env[name] = unflatten(structure(value), iter(now))
        self.known[test] = k
        try:
            yield found
        finally:
            del self.known[test]
            self.memory.references.update(before)
