"""Statements in reverse order: branches and loops become their mirror images, calls those of their adjoints.

"Imagine unrolling the loop, deriving, and rolling it back": the adjoint of a loop is a loop over what its iterations
recorded, in reverse, carrying the adjoint of every active carried value and of every active outside value.
"""
from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from tangentlite import runtime
from tangentlite.analyses.settled import settled
from tangentlite.errors import UnsupportedError
from tangentlite.ir import UNDEF, Const, Eqn, For, If, Loc, Try, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.ops import call_method, make_list, make_tuple, raise_
from tangentlite.ir.repetition import carry
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Call, Stmt, blocks, leaves, walk
from tangentlite.ir.undefined import undefined
from tangentlite.passes.dce import dce_block
from tangentlite.rules.broadcasting import zero
from tangentlite.transforms.adjoints import Adjoints, settle
from tangentlite.transforms.bars import Bars, bar_of
from tangentlite.transforms.reciprocals import with_reciprocals
from tangentlite.transforms.residuals import residuals, with_redone


class Mirrors(Adjoints):
    def statements(self, block: Block, b: Builder, bars: Bars) -> list[Stmt]:
        """Append the adjoint of the block to `b`; return its forward statements, with what they record."""
        forward: list[list[Stmt]] = []
        for s in reversed(block.stmts):
            b.loc = s.loc._replace(sweep="reverse")
            match s:
                case Eqn():
                    self.eqn(s, b, bars)
                    forward.append([s])
                case Try():
                    forward.append(self.guarded(s, b, bars))
                case If():
                    forward.append(self.branch(s, s.test, b, bars))
                case For() | While():
                    forward.append(self.loop(s, b, bars))
                case Call():
                    forward.append(self.call(s, b, bars))
            self.overwritten.meet([s])
        return [s for group in reversed(forward) for s in group]

    # -- branches --------------------------------------------------------------------------------------------------------------

    def guarded(self, s: Try, b: Builder, bars: Bars) -> list[Stmt]:
        raise NotImplementedError

    def through(self, s: If, arm: str, b: Builder, bars: Bars) -> list[Stmt]:
        raise NotImplementedError

    def branch(self, s: If, test: Any, b: Builder, bars: Bars, opposite: bool = False) -> list[Stmt]:
        """The adjoint of the arm that `test` says was taken, or was not taken, if it is the `opposite`."""
        for arm, other in (("then", s.orelse), ("orelse", s.then)):
            if always_raises(other):
                return self.through(s, arm, b, bars)
        gs = [bars.pop(o) for o in s.outs]
        arms: list[tuple[Builder, Bars, list[Stmt]]] = []
        for block in (s.then, s.orelse):
            inner, inner_bars = Builder(b), Bars(bars)
            for y, g in zip(block.outs, gs):
                if g is not None and y is not UNDEF:
                    self.accumulate(inner, inner_bars, y, g)
            arms.append((inner, inner_bars, self.statements(block, inner, inner_bars)))
        changed = list(dict.fromkeys(x for _, inner_bars, _ in arms for x in inner_bars))
        reverse = [self.used(inner.block((), [self.as_items(inner, self.bar(inner, inner_bars, x), x) for x in changed]))
                   for inner, inner_bars, _ in arms]
        forward = replace(s, then=replace(s.then, stmts=tuple(arms[0][2])), orelse=replace(s.orelse, stmts=tuple(arms[1][2])))
        if not changed:
            return [forward]
        forward, reverse = self.keep(forward, reverse, b)
        outs = tuple(bar_of(x) for x in changed)
        for o, x, *ends in zip(outs, changed, *(r.outs for r in reverse)):
            b.kinds[o] = K.join(self.kind(ends[0]), self.kind(ends[1]), o)
            self.describe(b, o, x)
            bars.set(x, o)
        arms_of = [(reverse[0], self.line(s.then)), (reverse[1], self.line(s.orelse))][::-1 if opposite else 1]
        b.stmts.append(If(outs, test, arms_of[0][0], arms_of[1][0], b.loc, "if", (arms_of[0][1], arms_of[1][1])))
        return [forward]

    def used(self, reverse: Block) -> Block:
        """What is needed of a block of the reverse sweep, in the form that needs least."""
        return with_reciprocals(dce_block(reverse, self.context.pure_call), self.b.defs, self.overwritten)

    def line(self, arm: Block) -> Loc | None:
        """Where the active statements of an arm are written, if that is one line."""
        found = {s.loc[:2]: s.loc for s in walk(arm) if any(o in self.active for o in s.outs)}
        return next(iter(found.values()))._replace(sweep="reverse") if len(found) == 1 else None

    def keep(self, forward: If, reverse: list[Block], b: Builder) -> tuple[If, list[Block]]:
        """What the reverse arms need from inside the forward arms becomes a result of the forward If."""
        outs, arm_outs = list(forward.outs), [list(forward.then.outs), list(forward.orelse.outs)]
        for k, arm in enumerate((forward.then, forward.orelse)):
            kept = residuals(reverse[k], (), arm.stmts, b, in_arm=not isinstance(forward, Try))
            renamed: dict[Var, Any] = {}
            for v in kept.saves:
                kind = b.kinds.get(v, K.UNKNOWN)
                slot = next((n for n, a in enumerate(arm_outs[k]) if a is v), None)
                if slot is None:  # of the other arm, perhaps, which keeps something else there
                    more = range(len(forward.outs), len(outs))
                    slot = next((n for n in more if arm_outs[k][n] is UNDEF and b.kinds[outs[n]] == kind), None)
                if slot is None:
                    slot = len(outs)
                    outs.append(v.twin())
                    b.kinds[outs[slot]] = kind
                    arm_outs[k].append(UNDEF)
                    arm_outs[1 - k].append(UNDEF)
                arm_outs[k][slot] = v
                renamed[v] = outs[slot]
            reverse[k] = with_redone(reverse[k], kept, renamed, b)
        then, orelse = replace(forward.then, outs=tuple(arm_outs[0])), replace(forward.orelse, outs=tuple(arm_outs[1]))
        return replace(forward, outs=tuple(outs), then=then, orelse=orelse), reverse

    # -- loops -----------------------------------------------------------------------------------------------------------------

    def loop(self, s: For | While, b: Builder, bars: Bars) -> list[Stmt]:
        if isinstance(s, For):
            self.settled[s] = settled(s, self.b.defs, self.b.kinds, self.overwritten)
        for t in walk(s.body):  # an iteration comes after the one before it
            self.note_write(t)
        self.overwritten.meet(t for block in blocks(s) for t in walk(block))
        gs = {p: bars.pop(o) for p, o in zip(s.carried, s.outs)}
        carried = [(p, i, n) for p, i, n, o in zip(s.carried, s.inits, s.body.outs, s.outs) if p in self.active or o in self.active]
        if all(g is None for g in gs.values()):
            return [s]
        state = {p: bar_of(p) for p, _, _ in carried}
        for p, v in state.items():
            b.kinds[v] = self.kind(p)
        inner = Builder(b)
        outside: dict[Var, Var] = {}
        local = {*s.body.params, *(o for t in walk(s.body) for o in t.outs)}

        def enter(x: Var) -> Any:
            """The adjoint of an outside value that the body adds to is carried along."""
            if x in local:
                return None
            if x not in outside:
                outside[x] = bar_of(x)
                b.kinds[outside[x]] = self.kind(x)
            return outside[x]

        inner_bars = Bars(bars, enter)
        for p, _, n in carried:
            if n is not UNDEF:
                self.accumulate(inner, inner_bars, n, state[p])
        recording = self.statements(s.body, inner, inner_bars)
        nexts = [self.as_items(inner, self.bar(inner, inner_bars, p), p) for p, _, _ in carried] + [inner_bars.get(x) for x in outside]
        params = (*state.values(), *outside.values())
        reverse = self.used(inner.block(params, nexts))
        ends = dict(zip(s.carried, s.outs))
        inits = [self.as_items(b, gs[p], p) if gs[p] is not None else self.carried_zero(b, p, i, ends[p]) for p, i, _ in carried]
        inits += [self.as_items(b, self.bar(b, bars, x), x) for x in outside]
        outs = tuple(v.twin() for v in params)
        for o, v in zip(outs, params):
            b.kinds[o] = b.kinds[v]
        before, forward = self.record(s, recording, reverse, inits, outs, b)
        for x, o in zip(outside, outs[len(carried):]):
            bars.set(x, o)
        for (_, i, _), o in zip(carried, outs):
            self.accumulate(b, bars, i, o)
        return [*before, forward]

    def carried_zero(self, b: Builder, p: Var, init: Any, end: Var) -> Any:
        """The adjoint of a carried value that nobody reads after the loop: a zero like its last value."""
        if K.is_number(self.kind(p)):
            return Const(0.0)
        made = zero(b, init if isinstance(init, Var) and K.same_shape(self.kind(init), self.kind(end)) else end)
        settle(b, made, p)
        return made

    def record(self, s: For | While, recording: list[Stmt], reverse: Block, inits: list[Any], outs: tuple[Var, ...],
               b: Builder) -> tuple[list[Stmt], Stmt]:
        """Append the reverse loop; return what goes before the forward loop, and the forward loop with its tape."""
        targets = s.body.params[:len(s.body.params) - len(s.inits)]
        again_over, backwards = self.repeatable(s)
        handed_on = self.handed_on(s)
        kept = residuals(reverse, s.body.params, recording, b, counters=[t for t in targets if K.is_int(self.kind(t))],
                         elements=self.settled.get(s, {}), handed_on={n: p for n, (p, _) in handed_on.items()})
        reverse = with_redone(reverse, kept, {}, b)
        forward = replace(s, body=replace(s.body, stmts=tuple(recording)))
        handed_back = {n: (p, o) for n, (p, o) in handed_on.items() if {n, p} <= set(kept.saves)}
        saves = [v for v in kept.saves if v not in handed_back]
        if again_over is not None and set(saves) <= set(targets):
            fresh = {v: Var(v.hint) for v in targets}
            for v, w in fresh.items():
                b.kinds[w] = b.kinds.get(v, K.UNKNOWN)
            tree = renamed_tree(s.targets, fresh)  # type: ignore[union-attr]
            again_over = self.again(b, again_over)
            back = b.emit(reversed, again_over) if not backwards else again_over
            before: list[Stmt] = []
        elif not saves:
            before, forward, back = self.count(s, forward, b)
            fresh, tree = {}, ()
        else:
            before, forward, tape = self.tape(s, forward, saves, b)
            fresh = {v: v.twin() for v in saves}
            for v, w in fresh.items():
                b.kinds[w] = b.kinds.get(v, K.UNKNOWN)
            tree = tuple(fresh.values()) if len(fresh) > 1 else next(iter(fresh.values()))
            back = b.emit(reversed, tape)
        carried = {n: n.twin() for n in handed_back}
        b.kinds.update((w, b.kinds.get(n, K.UNKNOWN)) for n, w in carried.items())
        body = substitute(Block((), reverse.stmts, (*reverse.outs, *(p for p, _ in handed_back.values()))), {**fresh, **carried})
        body = Block((*leaves(tree), *reverse.params, *carried.values()), body.stmts, body.outs)
        inits = [*inits, *(o for _, o in handed_back.values())]
        outs = (*outs, *(o.twin() for _, o in handed_back.values()))
        b.stmts.append(For(outs, tree, back, tuple(inits), body, b.loc))
        return before, forward

    def handed_on(self, s: For | While) -> dict[Var, tuple[Var, Var]]:
        """The numbers that an iteration leaves to the next one: by which names that has them, and what they are after the loop.

        Where one is recorded before an iteration and after it, the reverse loop carries it: it was recorded by the next iteration.
        """
        found: dict[Var, tuple[Var, Var]] = {}
        for p, init, n, o in zip(s.carried, s.inits, s.body.outs, s.outs):
            if init is not UNDEF and isinstance(n, Var) and all(K.is_number(self.kind(v)) for v in (p, n, o)):
                found.setdefault(n, (p, o))
        return found

    def repeatable(self, s: For | While) -> tuple[Any, bool]:
        """What the loop runs over, if that can be run over once more, and whether it already ran backwards."""
        if isinstance(s, While) or s.stop is not None:
            return None, False
        made = self.b.defs.get(s.iter)
        backwards = made is not None and made.op is reversed
        if backwards and s.iter not in self.spent:
            return None, False
        over = made.args[0] if made is not None and backwards else s.iter
        kind = self.kind(over)
        known = isinstance(kind, K.Array) and kind.dims is not None or isinstance(kind, K.Seq) and kind.type in ("range", "list", "tuple")
        return over if known else None, backwards

    def again(self, b: Builder, v: Any) -> Any:
        """A range over once more, written out again."""
        made = self.b.defs.get(v) if isinstance(v, Var) else None
        if made is None or made.op not in (range, len) or made.kwargs:
            return v
        return b.emit(made.op, *(self.again(b, a) for a in made.args))

    def count(self, s: For | While, forward: For | While, b: Builder) -> tuple[list[Stmt], For | While, Any]:
        """Nothing to record but how often the loop ran."""
        p, n, o = Var("trips"), Var("trips"), Var("trips")
        step = Eqn((n,), operator.iadd, (p, Const(1)), (), s.loc)
        b.kinds.update(dict.fromkeys((p, n, o), K.INT))
        return [], carry(forward, p, Const(0), n, o, [*forward.body.stmts, step]), b.emit(range, o)

    def tape(self, s: For | While, forward: For | While, saves: list[Var], b: Builder) -> tuple[list[Stmt], For | While, Var]:
        """Record `saves` in every iteration, right after the last of them is known. Raises UnsupportedError in compiled code, whose
        tapes have no place for None."""
        if self.context.compiled and any(i == Const(None) and p in saves for p, i in zip(s.carried, s.inits)):
            raise UnsupportedError("compiled code has no tape for what is None at first", s.loc, "Begin with a number")
        new, p, n, o = (Var("tape") for _ in range(4))
        stmts, saves = self.kept_apart(forward.body.stmts, saves)
        entry: Any = saves[0]
        self.recorded.update(saves)
        known = set(saves)
        at = max((k + 1 for k, t in enumerate(stmts) if known.intersection(t.outs)), default=0)
        made: list[Stmt] = []
        if len(saves) > 1:
            entry = Var(temp=True)
            made.append(Eqn((entry,), make_tuple, tuple(saves), (), s.loc))
        made.append(Eqn((n,), runtime.append, (p, entry), (), s.loc))
        missing = set() if self.context.compiled else undefined(Block((), tuple(stmts), ()))  # None is recorded for them
        kinds = [K.UNKNOWN if v in missing else b.kinds.get(v, K.UNKNOWN) for v in saves]
        kind = K.Seq("list", None, kinds[0] if len(kinds) == 1 else K.Seq("tuple", tuple(kinds)))
        b.kinds.update(dict.fromkeys((new, p, n, o), kind))
        before: list[Stmt] = [Eqn((new,), make_list, (), (), s.loc)]
        return before, carry(forward, p, new, n, o, [*stmts[:at], *made, *stmts[at:]]), o

    def kept_apart(self, stmts: Iterable[Stmt], saves: Sequence[Var]) -> tuple[list[Stmt], list[Var]]:
        """Parts of memory that is written later are copied where they are read, to be recorded."""
        copies = {v: v.twin() for v in saves
                  if v in self.b.overwritten and K.dims_of(self.kind(v))}
        result: list[Stmt] = []
        made: dict[Var, Var] = {}
        for s in stmts:
            result.append(s)
            for v in copies if isinstance(s, Eqn) and s.op is operator.getitem else ():
                if v is s.outs[0]:
                    made[v] = copies[v]
                    self.b.kinds[copies[v]] = self.b.kinds.get(v, K.UNKNOWN)
                    result.append(Eqn((copies[v],), call_method, (v, Const("copy")), (), s.loc))
        return result, [made.get(v, v) for v in saves]

    # -- calls -----------------------------------------------------------------------------------------------------------------

    def call(self, s: Call, b: Builder, bars: Bars) -> list[Stmt]:
        self.note_write(s)
        gs = [bars.pop(o) for o in s.outs]
        if all(g is None for g in gs) or not any(a in self.active for a in s.args):
            return [s]
        callee = self.context.traces[s.callee].block
        inputs = [k for k, p in enumerate(callee.params) if p in self.active]
        results = [k for k, y in enumerate(callee.outs) if K.differentiable(K.kind_of(self.context_kind(y)))]
        res = Var("res")
        forward = Call((*s.outs, res), self.context.variant(s.callee, "forward"), s.args, s.loc, None, tuple(range(len(s.outs) + 1)))
        adjoints = tuple(self.as_items(b, gs[k], s.outs[k], True) if gs[k] is not None else self.zero_bar(b, s.outs[k]) for k in results)
        outs = tuple(bar_of(s.args[k]) for k in inputs)
        for o, k in zip(outs, inputs):
            b.kinds[o] = self.kind(s.args[k])
        tree: Any = tuple(range(len(outs))) if len(outs) != 1 else 0
        added = [k for k in inputs if k in self.context.added_to.get(s.callee, ())]
        own = [k for n, k in enumerate(added) if s.args[k] in self.active and s.args[k] not in [s.args[j] for j in added[:n]]]
        before = [self.bar(b, bars, s.args[k]) if k in own else b.emit(runtime.zeros_like, s.args[k]) for k in added]
        args = (res, *adjoints, *before)
        given_up = tuple((inputs.index(k), len(args) - len(added) + n) for n, k in enumerate(added))
        b.stmts.append(Call(outs, self.context.variant(s.callee, "backward"), args, b.loc, None, tree, given_up))
        for o, k in zip(outs, inputs):
            if k in own:
                bars.set(s.args[k], o)
            else:
                self.accumulate(b, bars, s.args[k], o)
        return [forward]


def always_raises(block: Block) -> bool:
    """Does control never reach the end of the block?"""
    last: Any = block.stmts[-1] if block.stmts else None
    if isinstance(last, Try):
        return False
    if isinstance(last, If):
        return always_raises(last.then) and always_raises(last.orelse)
    return isinstance(last, Eqn) and last.op is raise_


def renamed_tree(tree: Any, new: dict[Var, Var]) -> Any:
    return tuple(renamed_tree(t, new) for t in tree) if isinstance(tree, tuple) else new[tree]
