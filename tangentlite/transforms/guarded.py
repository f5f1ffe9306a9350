"""The adjoint of `try` and `with`: that of the path that was taken.

    try:
        y = math.log(x)
        completed = True
    except ValueError:
        y = x
        completed = False

    if completed:
        x_bar = y_bar / x
    else:
        x_bar = y_bar
"""
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from tangentlite.errors import CARRIED, UnsupportedError
from tangentlite.ir import UNDEF, Const, Eqn, If, Stmt, Try, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.ops import Bound, is_one_of
from tangentlite.ir.trace import Block, Captured, op_name
from tangentlite.transforms.bars import Bars, bar_of
from tangentlite.transforms.mirrors import Mirrors, always_raises
from tangentlite.transforms.residuals import residuals, with_redone

Branch = TypeVar("Branch", bound=If)


class Guarded(Mirrors):
    tries = 0  # whose paths have been told apart

    def guarded(self, s: Try, b: Builder, bars: Bars) -> list[Stmt]:
        self.refuse_carried(s)
        if not s.catches or always_raises(s.orelse):
            return self.through(s, "then", b, bars)
        self.tries += 1
        s, flag, opposite = flagged(s, "completed" if self.tries == 1 else f"completed_{self.tries}")
        b.kinds[flag] = K.BOOL
        return self.branch(s, flag, b, bars, opposite)

    def refuse_carried(self, s: Try) -> None:
        """An exception has no adjoint, nor has what a manager gives."""
        if any(p in self.active for p in (*s.then.params, *s.orelse.params)):
            raise UnsupportedError(CARRIED, s.loc, "Hand it on in a variable")

    def branch(self, s: If, test: Any, b: Builder, bars: Bars, opposite: bool = False) -> list[Stmt]:
        """The choice of a handler is told by a flag: the exception is gone when the reverse sweep begins."""
        made = b.defs.get(test) if isinstance(test, Var) else None
        if made is not None and made.op is is_one_of:
            s, test, opposite = flagged(s, called(b.defs.get(made.args[1])))
            b.kinds[test] = K.BOOL
        return super().branch(s, test, b, bars, opposite)

    def through(self, s: If, arm: str, b: Builder, bars: Bars) -> list[Stmt]:
        """The adjoint of an arm that has been run to its end, as there is no other way past the statement."""
        inner, inner_bars, block = Builder(b), Bars(bars), getattr(s, arm)
        for o, y in zip(s.outs, block.outs):
            g = bars.pop(o)
            if g is not None:
                self.accumulate(inner, inner_bars, y, g)
        recording = tuple(self.statements(block, inner, inner_bars))
        changed = list(dict.fromkeys(inner_bars))
        reverse = self.used(inner.block((), [self.bar(inner, inner_bars, x) for x in changed]))
        kept = residuals(reverse, block.params, recording, b)
        saves = {v: v.twin() for v in kept.saves}
        b.kinds.update((o, b.kinds.get(v, K.UNKNOWN)) for v, o in saves.items())
        both = [name for name in ("then", "orelse") if name == arm or has_outs(s)]
        arms: dict[str, Any] = {name: extended(getattr(s, name), saves, name == arm) for name in both}
        arms[arm] = replace(arms[arm], stmts=recording)
        forward = replace(s, outs=(*s.outs, *saves.values()), **arms)
        reverse = with_redone(reverse, kept, saves, b)
        if not isinstance(s, Try) or s.form != "errstate":
            b.stmts += reverse.stmts
            for x, g in zip(changed, reverse.outs):
                bars.set(x, g)
        elif changed:
            self.in_the_same_state(s, changed, reverse, b, bars)
        return [forward]

    def in_the_same_state(self, s: Try, changed: list[Var], reverse: Block, b: Builder, bars: Bars) -> None:
        """The adjoint warns where its primal would."""
        made = b.defs[s.test]
        state = b.eqn((Var(temp=True),), made.op, made.args, dict(made.kwargs)).out
        outs = tuple(map(bar_of, changed))
        for o, x, g in zip(outs, changed, reverse.outs):
            b.kinds[o] = self.kind(g)
            self.describe(b, o, x)
            bars.set(x, o)
        b.stmts.append(Try(outs, state, reverse, Block((), (), ()), b.loc, "errstate"))


def has_outs(s: If) -> bool:
    """Do both arms hand on values?"""
    return not isinstance(s, Try) or s.catches


def extended(block: Block, saves: Iterable[Var], mine: bool) -> Block:
    return replace(block, outs=(*block.outs, *((v if mine else UNDEF) for v in saves)))


def called(made: Eqn | None) -> str:
    """`zero_division_error` for `ZeroDivisionError`."""
    name = op_name(made.op).rpartition(".")[2] if made is not None and isinstance(made.op, (Captured, Bound)) else "ThisError"
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def flagged(s: Branch, name: str) -> tuple[Branch, Var, bool]:
    """The statement with an out that tells whether its first arm came to its end, or the opposite."""
    for o, a, b in zip(s.outs, s.then.outs, s.orelse.outs):
        if {a, b} == {Const(True), Const(False)}:
            return s, o, b == Const(True)
    flag = Var(name)
    then, orelse = (replace(block, outs=(*block.outs, Const(value))) for block, value in ((s.then, True), (s.orelse, False)))
    return replace(s, outs=(*s.outs, flag), then=then, orelse=orelse), flag, False
