"""Which loops have checkpoints: the outermost ones that would record something, in functions that no loop calls."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from tangentlite.analyses.summing import are_sums, depend_on
from tangentlite.errors import UnsupportedError
from tangentlite.ir import For, Stmt, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.repetition import again, renewed
from tangentlite.ir.substitute import rename_defs, substitute
from tangentlite.ir.trace import Block, blocks, free
from tangentlite.ir.undefined import undefined
from tangentlite.passes.dce import dce_block
from tangentlite.transforms.repeatable import effects
from tangentlite.transforms.residuals import Residuals, residuals, with_redone
from tangentlite.transforms.revolve import Revolve
from tangentlite.transforms.steps import Steps, numbered


class Checkpoints(Revolve):
    depth = 0  # of the loops around

    def loop(self, s: For | While, b: Builder, bars: Any) -> list[Stmt]:
        self.depth += 1
        try:
            return super().loop(s, b, bars)
        finally:
            self.depth -= 1

    def record(self, s: For | While, recording: list[Stmt], reverse: Block, inits: list[Any], outs: tuple[Var, ...],
               b: Builder) -> tuple[list[Stmt], Stmt]:
        asked = self.context.checkpointing
        if asked is None or asked.schedule == "never" or self.depth != 1 or self.trace not in self.context.outermost:
            return super().record(s, recording, reverse, inits, outs, b)
        targets = s.body.params[:len(s.body.params) - len(s.inits)]
        kept = residuals(reverse, s.body.params, recording, b, counters=[t for t in targets if K.is_int(self.kind(t))])
        if set(kept.saves) <= set(targets):  # there is no tape
            return super().record(s, recording, reverse, inits, outs, b)
        if self.adds_at_once(s, reverse, inits, kept, b):
            return super().record(s, recording, reverse, inits, outs, b)
        self.refuse_effects(s)
        self.depth += 1  # what is recorded from here on are the tapes of segments
        step = self.step(s, recording, reverse, kept)
        if free(step).isdisjoint(s.carried):
            made = self.one_by_one(s, step, inits, outs, b)
        elif asked.schedule == "segments":
            made = self.segments(*self.taped(s, step, recording, reverse, kept.saves, b), inits, outs, b, kept.saves)
        else:
            made = self.revolve(numbered(s, b, undefined(self.trace.block)), step, inits, outs, b)
        self.depth -= 1
        return made

    def adds_at_once(self, s: For | While, reverse: Block, inits: list[Any], kept: Residuals, b: Builder) -> bool:
        """Will there be no tape, because what an iteration adds to the adjoints is added right after it?

        That is for `passes/independent_iterations.py`, in loops of the function's own block.
        """
        if s.stop is not None or not any(t is s for t in self.trace.block.stmts) or not are_sums(reverse, reverse.params):
            return False
        handed_on = any({n, p} <= set(kept.saves) for n, (p, _) in self.handed_on(s).items())
        late = depend_on(depend_on(s.outs, self.trace.block.stmts), b.stmts)
        waiting = [a for a in inits if a in late and not K.is_number(self.kind(a))]
        return not handed_on and not waiting and late.isdisjoint(free(reverse))

    def step(self, s: For | While, recording: list[Stmt], reverse: Block, kept: Residuals) -> Block:
        """One step run again, and reversed: to the last bit as it would be from a tape."""
        saves = {v: v.twin() for v in kept.saves if v not in s.body.params}
        self.b.kinds.update((w, self.b.kinds.get(v, K.UNKNOWN)) for v, w in saves.items())
        forward = rename_defs(substitute(again(Block((), tuple(recording), ())), saves), saves)
        reverse = with_redone(reverse, kept, dict(saves), self.b)
        return dce_block(Block(reverse.params, (*forward.stmts, *reverse.stmts), reverse.outs), self.context.pure_call)

    def taped(self, s: For | While, step: Block, recording: list[Stmt], reverse: Block, saves: list[Var], b: Builder
              ) -> tuple[Steps, Block, Block]:
        """The steps, what one of a segment records, and what reverses it.

        In compiled code a step with a loop that would record is run again by itself: its tapes are arrays then.
        """
        steps = numbered(s, b, undefined(self.trace.block))
        if not self.context.compiled or not any(isinstance(self.kind(v), K.Seq) for v in saves):
            return steps, steps.body(recording), reverse
        plain = renewed(Block((), (*steps.opening, *s.body.stmts), s.body.outs), b.kinds)
        whole = dce_block(replace(step, stmts=(*steps.opening, *step.stmts)), self.context.pure_call)
        return steps, replace(plain, params=(steps.position, *s.carried)), whole

    def one_by_one(self, s: For | While, step: Block, inits: list[Any], outs: tuple[Var, ...], b: Builder) -> tuple[list[Stmt], Stmt]:
        """Steps that do not need what the ones before them have computed are run again each on its own."""
        plain: Any = replace(renewed(Block((), (s,), ()), b.kinds).stmts[0], outs=s.outs)
        step = substitute(step, dict(zip(s.body.params, plain.body.params)))
        return super().record(plain, list(plain.body.stmts), step, inits, outs, b)

    def refuse_effects(self, s: For | While) -> None:
        found = next((t for block in blocks(s) for t in effects(block, self.context.traces)), None)
        if found is not None:
            raise UnsupportedError("a loop with checkpoints runs its steps again, and this would have its effect again", found.loc,
                                   "Take it out of the loop, or leave `checkpoint` out")
