"""Reverse mode: walk the statements backwards; every equation asks its rule, branches and loops become their mirror images.

"Imagine unrolling the loop, deriving, and rolling it back": the adjoint of a loop is a loop over what its iterations
recorded, in reverse, carrying the adjoint of every active carried value and of every active outside value.
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.activity import ITERATORS, TEXT_KIND, Activity
from tangentlite.analyses.iterators import spent_at_once
from tangentlite.analyses.kinds import infer
from tangentlite.analyses.overwritten import overwritten
from tangentlite.errors import TransformError
from tangentlite.ir import UNDEF, Const, Eqn, Fn, For, If, Loc, Trace, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.ops import call_method, make_list, make_tuple, unpack
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Call, Stmt, leaves, variables, walk
from tangentlite.passes.dce import dce_block
from tangentlite.rules.broadcasting import zero
from tangentlite.rules.effects import is_opaque
from tangentlite.rules.verbs import UnknownKeyword, normalized, rule_of
from tangentlite.transforms.bars import Bars, bar_of
from tangentlite.transforms.missing import no_rule, not_covered
from tangentlite.transforms.residuals import defined, residuals, with_redone


@dataclass
class Context:
    """What the derivative of one function needs to know of the program it belongs to."""

    activity: Activity
    kinds: dict[Var, Any]
    traces: dict[Fn, Trace]
    errors: dict[Any, TransformError]
    pure_call: Callable[[Call], bool]
    spellings: dict[Any, dict[Any, str]] = field(default_factory=dict)  # home -> op -> its dotted name there

    def spelled(self, home: Any) -> dict[Any, str]:
        """What functions are called in the text of `home`, or else in that of a function it calls."""
        every = {op: name for names in self.spellings.values() for op, name in names.items()}
        return every | self.spellings.get(home, {})


class Reverse:
    def __init__(self, trace: Trace, context: Context) -> None:
        self.trace, self.context = trace, context
        self.active = context.activity
        self.recorded: set[Var] = set()
        self.spent = spent_at_once(trace)
        self.b = Builder(infer=infer)
        self.b.kinds = dict(context.kinds)
        self.b.overwritten = overwritten(trace)
        for s in walk(trace.block):
            if isinstance(s, Eqn):
                self.b.defs.update((o, s) for o in s.outs)

    # -- whole functions -------------------------------------------------------------------------------------------------

    def joint(self, wrt: Iterable[Var], value: bool, seeded: bool = True) -> Trace:
        """One function from the arguments and the seed to the gradient (after the value, if asked for).

        Not `seeded`, it is the gradient alone: the seed is 1.
        """
        seeds, bars, forward = self.sweep(seeded)
        wrt = tuple(wrt)
        grads = [self.result(bars, x) for x in wrt]
        block = self.trace.block
        outs = (*block.outs, *grads) if value else tuple(grads)
        tree: Any = tuple(range(len(wrt))) if len(wrt) != 1 else 0
        if value:
            n = len(block.outs)
            tree = (self.trace.outs, tuple(n + k for k in range(len(wrt))) if len(wrt) != 1 else n)
        checks = [] if self.is_scalar() else [Eqn((), runtime.require_scalar, block.outs, (), self.trace.loc)]
        made = defined(Block((*block.params, *seeds), (*forward, *checks, *self.b.stmts), outs), self.recorded)
        defaults = ((seeds[0], 1.0),) if len(seeds) == 1 and self.trace.outs == 0 else ()
        return replace(self.trace, block=made, outs=tree, defaults=(*self.trace.defaults, *defaults),
                       kinds=self.kinds_of(made.params))

    def is_scalar(self) -> bool:
        """Is the result surely one number?"""
        kind = self.kind(self.trace.block.outs[0]) if self.trace.outs == 0 else None
        return isinstance(kind, K.Number) or isinstance(kind, K.Array) and kind.dims == ()

    def split(self, wrt: Iterable[Var]) -> tuple[Trace, Trace]:
        """Two functions: arguments -> (outs, residuals), and (residuals, adjoints of outs) -> adjoints of `wrt`."""
        seeds, bars, forward = self.sweep()
        grads = tuple(self.result(bars, x) for x in wrt)
        block = self.trace.block
        reverse = dce_block(self.b.block((), grads), self.context.pure_call)
        kept = residuals(reverse, block.params, forward, self.b)
        reverse = with_redone(reverse, kept.redo, {})
        saves = tuple(kept.saves)
        again = {v: Var(v.hint, v.temp, v.like, v.suffix) for v in saves}
        again_kinds = {w: self.b.kinds.get(v, K.UNKNOWN) for v, w in again.items()}
        self.b.kinds.update(again_kinds)
        reverse = substitute(reverse, again)
        forward, stored = self.kept_apart(forward, saves)
        self.recorded.update(stored)
        packed: Any = stored[0] if stored else Const(None)
        res = next(iter(again.values()), Var("res"))
        opening: tuple[Stmt, ...] = ()
        if len(saves) > 1:  # one residual needs no tuple around it
            packed, res = Var("res", temp=True), Var("res")
            forward = [*forward, Eqn((packed,), make_tuple, tuple(stored), (), self.trace.loc)]
            opening = (Eqn(tuple(again.values()), unpack, (res,), (), self.trace.loc),)
            self.b.kinds[res] = K.Seq("tuple", tuple(again_kinds.values()))
        made = defined(Block(block.params, tuple(forward), (*block.outs, packed)), self.recorded)
        forward_trace = replace(self.trace, block=made,
                                outs=tuple(range(len(block.outs) + 1)))
        backward_block = Block((res, *seeds), (*opening, *reverse.stmts), reverse.outs)
        backward = replace(self.trace, block=backward_block, outs=tuple(range(len(grads))) if len(grads) != 1 else 0, defaults=(),
                           kinds=self.kinds_of(backward_block.params))
        return forward_trace, backward

    def kinds_of(self, params: tuple[Var, ...]) -> dict[Var, Any]:
        return {v: self.b.kinds.get(v, K.UNKNOWN) for v in params}

    def sweep(self, seeded: bool = True) -> tuple[tuple[Var, ...], Bars, list[Stmt]]:
        """Seeds for the active outs, the adjoints at the beginning, and the recording forward sweep."""
        bars = Bars()
        seeds: list[Var] = []
        hints = {v.hint for s in walk(self.trace.block) for v in s.outs} | {p.hint for p in self.trace.block.params}
        unnamed = "y" if "y" not in hints else "out"
        for y in self.trace.block.outs:
            if not K.differentiable(self.kind(y)):
                continue
            if not seeded:
                self.accumulate(self.b, bars, y, Const(1.0))
                continue
            named = isinstance(y, Var) and y.hint and not y.temp and y not in self.trace.block.params
            seed = Var(f"{y.hint if named else unnamed}_bar", suffix="_bar")
            seeds.append(seed)
            self.b.kinds[seed] = seed_kind(self.kind(y))
            self.accumulate(self.b, bars, y, seed)
        forward = self.statements(self.trace.block, self.b, bars)
        return tuple(seeds), bars, forward

    def result(self, bars: Bars, x: Var) -> Any:
        """The gradient with respect to a parameter, in its own dtype."""
        bar = self.bar(self.b, bars, x)
        kind, of_bar = self.kind(x), K.kind_of(self.b.kind(bar))
        want = kind.dtype if isinstance(kind, (K.Number, K.Array)) else None
        have = of_bar.dtype if isinstance(of_bar, (K.Number, K.Array)) else None
        if want == "float" and (have in ("float32", "float16") or isinstance(of_bar, K.Array) and of_bar.dims == () or (
                have or "").startswith("complex")):
            bar = self.b.emit(np.real, bar) if (have or "").startswith("complex") else bar
            return self.b.emit(float, bar, out=bar_of(x))
        if want and want not in (*K.PYTHON, "float64", "complex128") and have != want:
            return self.b.emit(runtime.cast_like, bar, x, out=bar_of(x))
        return bar

    # -- adjoints ----------------------------------------------------------------------------------------------------------

    def kind(self, a: Any) -> Any:
        return K.kind_of(self.b.kind(a))

    def bar(self, b: Builder, bars: Bars, x: Var) -> Any:
        """The adjoint of `x` as a value."""
        found = bars.get(x)
        if found is not None:
            return found
        made = zero(b, x)
        settle(b, made, x)
        return made

    def accumulate(self, b: Builder, bars: Bars, x: Any, g: Any) -> None:
        """x_bar += g."""
        if x not in self.active or g is None:
            return
        before = bars.get(x)
        scattered = self.scattered(b, g) if before is not None else None
        if before is None:
            bar = g
        elif scattered is not None:
            bar = b.emit(runtime.add_at, before, *scattered)
        else:
            containers = not K.is_numeric(self.kind(x))
            bar = b.emit(runtime.accumulate if containers else operator.add, before, g)
        settle(b, bar, x)
        self.describe(b, bar, x)
        bars.set(x, bar)

    def scattered(self, b: Builder, g: Any) -> tuple[Any, ...] | None:
        """(index, value) where `g` is zero but for a value added at an index: that is added to the adjoint there is."""
        e = b.fresh.get(g) if isinstance(g, Var) else None
        if e is None or e.op is not runtime.add_at or g.suffix:
            return None
        base = b.fresh.get(e.args[0])
        return e.args[1:] if base is not None and base.op in (np.zeros_like, runtime.zeros_like) else None

    def describe(self, b: Builder, bar: Any, x: Any) -> None:
        """An adjoint has the shape of its value."""
        of_x, of_bar = self.kind(x), K.kind_of(b.kind(bar))
        if isinstance(bar, Var) and isinstance(of_x, K.Array) and of_x.dims is not None:
            if not isinstance(of_bar, K.Array) or of_bar.dims != of_x.dims:
                dtype = of_bar.dtype if isinstance(of_bar, (K.Number, K.Array)) else None
                b.kinds[bar] = K.Array(dtype or None, of_x.dims)
        elif isinstance(bar, Var) and isinstance(of_x, K.Number) and not isinstance(of_bar, K.Number):
            b.kinds[bar] = K.Number("")

    # -- statements ----------------------------------------------------------------------------------------------------------

    def statements(self, block: Block, b: Builder, bars: Bars) -> list[Stmt]:
        """Append the adjoint of the block to `b`; return its forward statements, with what they record."""
        forward: list[list[Stmt]] = []
        for s in reversed(block.stmts):
            b.loc = s.loc._replace(sweep="reverse")
            match s:
                case Eqn():
                    self.eqn(s, b, bars)
                    forward.append([s])
                case If():
                    forward.append(self.branch(s, b, bars))
                case For() | While():
                    forward.append(self.loop(s, b, bars))
                case Call():
                    forward.append(self.call(s, b, bars))
        return [s for group in reversed(forward) for s in group]

    def eqn(self, s: Eqn, b: Builder, bars: Bars) -> None:
        gs = [bars.pop(o) for o in s.outs]
        if all(g is None for g in gs):
            self.refuse_hidden_write(s)
            return
        e = normalized(s, b)
        if e.op is operator.getitem and len(s.outs) == 1:
            if e.args[0] in self.active:
                self.read(e, gs[0], b, bars)
            return
        rule = rule_of(e.op)
        if rule is None or rule.constant or e.op in ITERATORS or self.makes_text(s):
            raise self.no_rule(s, e)
        try:
            terms = list(rule.reverse(b, e, gs[0] if len(gs) == 1 else tuple(gs)))  # type: ignore[misc]
        except UnknownKeyword as problem:
            raise not_covered(s, f"this call ({problem})", self.context.spelled(self.trace.home), "Leave the argument out") from None
        self.refuse_lost(s, e, [x for x, _ in terms])
        # the argument that the result overwrites goes last, so that its adjoint can take the place of the result's
        terms.sort(key=lambda t: overwrites(t[0], s.outs[0], gs[0]))
        for x, g in terms:
            self.accumulate(b, bars, x, g)

    def refuse_lost(self, s: Eqn, e: Eqn, covered: Collection[Any]) -> None:
        """An active argument that the rule gives no adjoint for would be differentiated as if it were constant."""
        for k, v in (*((f"{n + 1}", a) for n, a in enumerate(e.args)), *((f"`{name}`", a) for name, a in e.kwargs)):
            if v in self.active and not any(x is v for x in covered):
                raise not_covered(s, f"the argument {k}", self.context.spelled(self.trace.home), "Keep it constant")

    def read(self, e: Eqn, g: Any, b: Builder, bars: Bars) -> None:
        """y = x[i]: the adjoint is added in place into the buffer of x."""
        x, index = e.args
        bar = b.emit(runtime.add_at, self.bar(b, bars, x), index, g, out=bar_of(x))
        self.describe(b, bar, x)
        bars.set(x, bar)

    def makes_text(self, s: Eqn) -> bool:
        return any(self.kind(o) == TEXT_KIND for o in s.outs)

    def no_rule(self, s: Eqn, e: Eqn) -> TransformError:
        try:
            known = self.context.errors.get(s.op)
        except TypeError:
            known = None
        return known if known is not None else no_rule(s, e, self.b, self.context.spelled(self.trace.home))

    def refuse_hidden_write(self, s: Eqn) -> None:
        """An unknown function may write into an active array it is given: no derivative could know."""
        if not is_opaque(normalized(s, self.b).op):
            return
        for a in s.inputs:
            if a in self.active and not isinstance(self.kind(a), K.Number):
                raise self.no_rule(s, normalized(s, self.b))

    # -- branches ------------------------------------------------------------------------------------------------------------

    def branch(self, s: If, b: Builder, bars: Bars) -> list[Stmt]:
        gs = [bars.pop(o) for o in s.outs]
        arms: list[tuple[Builder, Bars, list[Stmt]]] = []
        for block in (s.then, s.orelse):
            inner, inner_bars = Builder(b), Bars(bars)
            for y, g in zip(block.outs, gs):
                if g is not None and y is not UNDEF:
                    self.accumulate(inner, inner_bars, y, g)
            arms.append((inner, inner_bars, self.statements(block, inner, inner_bars)))
        changed = list(dict.fromkeys(x for _, inner_bars, _ in arms for x in inner_bars))
        reverse = [dce_block(inner.block((), [self.bar(inner, inner_bars, x) for x in changed]), self.context.pure_call)
                   for inner, inner_bars, _ in arms]
        forward = If(s.outs, s.test, replace(s.then, stmts=tuple(arms[0][2])), replace(s.orelse, stmts=tuple(arms[1][2])), s.loc, s.form)
        if not changed:
            return [forward]
        forward, reverse = self.keep(forward, reverse, b)
        outs = tuple(bar_of(x) for x in changed)
        for o, x, *ends in zip(outs, changed, *(r.outs for r in reverse)):
            b.kinds[o] = K.join(self.kind(ends[0]), self.kind(ends[1]), o)
            self.describe(b, o, x)
            bars.set(x, o)
        b.stmts.append(If(outs, s.test, reverse[0], reverse[1], b.loc, "if", (self.line(s.then), self.line(s.orelse))))
        return [forward]

    def line(self, arm: Block) -> Loc | None:
        """Where the active statements of an arm are written, if that is one line."""
        found = {s.loc[:2]: s.loc for s in walk(arm) if any(o in self.active for o in s.outs)}
        return next(iter(found.values()))._replace(sweep="reverse") if len(found) == 1 else None

    def keep(self, forward: If, reverse: list[Block], b: Builder) -> tuple[If, list[Block]]:
        """What the reverse arms need from inside the forward arms becomes a result of the forward If."""
        outs, arm_outs = list(forward.outs), [list(forward.then.outs), list(forward.orelse.outs)]
        for k, arm in enumerate((forward.then, forward.orelse)):
            kept = residuals(reverse[k], (), arm.stmts, b)
            renamed: dict[Var, Any] = {}
            for v in kept.saves:
                there = next((o for o, a in zip(outs, arm_outs[k]) if a is v), None)
                if there is None:
                    there = Var(v.hint, v.temp, v.like, v.suffix)
                    b.kinds[there] = b.kinds.get(v, K.UNKNOWN)
                    outs.append(there)
                    arm_outs[k].append(v)
                    arm_outs[1 - k].append(UNDEF)
                renamed[v] = there
            reverse[k] = with_redone(reverse[k], kept.redo, renamed)
        then, orelse = replace(forward.then, outs=tuple(arm_outs[0])), replace(forward.orelse, outs=tuple(arm_outs[1]))
        return replace(forward, outs=tuple(outs), then=then, orelse=orelse), reverse

    # -- loops -----------------------------------------------------------------------------------------------------------------

    def loop(self, s: For | While, b: Builder, bars: Bars) -> list[Stmt]:
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
        nexts = [self.bar(inner, inner_bars, p) for p, _, _ in carried] + [inner_bars.get(x) for x in outside]
        params = (*state.values(), *outside.values())
        reverse = dce_block(inner.block(params, nexts), self.context.pure_call)
        ends = dict(zip(s.carried, s.outs))
        inits = [gs[p] if gs[p] is not None else self.carried_zero(b, p, i, ends[p]) for p, i, _ in carried]
        inits += [self.bar(b, bars, x) for x in outside]
        outs = tuple(Var(v.hint, v.temp, v.like, v.suffix) for v in params)
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
        kept = residuals(reverse, s.body.params, recording, b)
        reverse = with_redone(reverse, kept.redo, {})
        forward = replace(s, body=replace(s.body, stmts=tuple(recording)))
        saves = kept.saves
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
            fresh = {v: Var(v.hint, v.temp, v.like, v.suffix) for v in saves}
            for v, w in fresh.items():
                b.kinds[w] = b.kinds.get(v, K.UNKNOWN)
            tree = tuple(fresh.values()) if len(fresh) > 1 else next(iter(fresh.values()))
            back = b.emit(reversed, tape)
        body = substitute(Block((), reverse.stmts, reverse.outs), fresh)
        body = Block((*leaves(tree), *reverse.params), body.stmts, body.outs)
        b.stmts.append(For(outs, tree, back, tuple(inits), body, b.loc))
        return before, forward

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
        """Record `saves` in every iteration, right after the last of them is known."""
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
        kinds = [b.kinds.get(v, K.UNKNOWN) for v in saves]
        kind = K.Seq("list", None, kinds[0] if len(kinds) == 1 else K.Seq("tuple", tuple(kinds)))
        b.kinds.update(dict.fromkeys((new, p, n, o), kind))
        before: list[Stmt] = [Eqn((new,), make_list, (), (), s.loc)]
        return before, carry(forward, p, new, n, o, [*stmts[:at], *made, *stmts[at:]]), o

    def kept_apart(self, stmts: Iterable[Stmt], saves: Sequence[Var]) -> tuple[list[Stmt], list[Var]]:
        """Parts of memory that is written later are copied where they are read, to be recorded."""
        copies = {v: Var(v.hint, v.temp, v.like, v.suffix) for v in saves
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

    # -- calls -------------------------------------------------------------------------------------------------------------------

    def call(self, s: Call, b: Builder, bars: Bars) -> list[Stmt]:
        gs = [bars.pop(o) for o in s.outs]
        if all(g is None for g in gs) or not any(a in self.active for a in s.args):
            return [s]
        callee = self.context.traces[s.callee].block
        inputs = [k for k, p in enumerate(callee.params) if p in self.active]
        results = [k for k, y in enumerate(callee.outs) if K.differentiable(K.kind_of(self.context_kind(y)))]
        res = Var("res")
        forward = Call((*s.outs, res), variant(s.callee, "forward"), s.args, s.loc, None, tuple(range(len(s.outs) + 1)))
        adjoints = tuple(gs[k] if gs[k] is not None else self.zero_bar(b, s.outs[k]) for k in results)
        outs = tuple(bar_of(s.args[k]) for k in inputs)
        for o, k in zip(outs, inputs):
            b.kinds[o] = self.kind(s.args[k])
        tree: Any = tuple(range(len(outs))) if len(outs) != 1 else 0
        b.stmts.append(Call(outs, variant(s.callee, "backward"), (res, *adjoints), b.loc, None, tree))
        for o, k in zip(outs, inputs):
            self.accumulate(b, bars, s.args[k], o)
        return [forward]

    def context_kind(self, a: Any) -> Any:
        return self.context.kinds.get(a, K.UNKNOWN) if isinstance(a, Var) else a

    def zero_bar(self, b: Builder, y: Var) -> Any:
        made = zero(b, y)
        settle(b, made, y)
        return made


def seed_kind(k: Any) -> Any:
    """The adjoint of a single-precision number is Python's 1.0 where nobody gives it another."""
    return K.FLOAT if k in (K.Number("float32"), K.Number("float16")) else k


def variant(fn: Fn, mode: str) -> Fn:
    return Fn(fn.target, (*fn.variant, mode))


def overwrites(x: Any, out: Var, g: Any) -> bool:
    """Would the adjoint of `x` be spelled like that of the result?"""
    if not isinstance(x, Var) or x.temp or not x.hint:
        return False
    return x.hint == out.hint or isinstance(g, Var) and g.hint == f"{x.hint}_bar"


def settle(b: Builder, g: Any, x: Var) -> None:
    """Spell the temporary `g` as the adjoint of `x`, and compute it last, where the adjoint it replaces is spent."""
    if not isinstance(g, Var) or g not in b.fresh or g.suffix:
        return
    for k in range(len(b.stmts) - 1, -1, -1):
        s = b.stmts[k]
        if g in s.outs:
            b.stmts.append(b.stmts.pop(k))
            break
        if not isinstance(s, Eqn) or any(v is g for v in variables(s.inputs)):
            break
    g.like, g.suffix, g.temp = x, "_bar", x.temp


def carry(s: For | While, param: Var, init: Any, after: Var, out: Var, stmts: list[Stmt]) -> For | While:
    """The loop with one more carried value."""
    body = Block((*s.body.params, param), tuple(stmts), (*s.body.outs, after))
    changed: dict[str, Any] = {"outs": (*s.outs, out), "inits": (*s.inits, init), "body": body}
    if isinstance(s, While):
        changed["test"] = replace(s.test, params=(*s.test.params, Var(param.hint)))
    return replace(s, **changed)


def renamed_tree(tree: Any, new: dict[Var, Var]) -> Any:
    return tuple(renamed_tree(t, new) for t in tree) if isinstance(tree, tuple) else new[tree]

