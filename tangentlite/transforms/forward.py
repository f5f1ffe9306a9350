"""Forward mode: the same walk forwards, carrying a tangent beside each active value."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tangentlite.analyses.activity import ITERATORS
from tangentlite.errors import UnsupportedError
from tangentlite.ir import UNDEF, Eqn, For, If, Trace, Try, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.substitute import copy
from tangentlite.ir.trace import Block, Call, functions_of, op_name, reads, variables, walk
from tangentlite.ir.undefined import handed_on, undefined
from tangentlite.rules.broadcasting import as_complex, as_number, in_kind_of, real_or_complex, zero
from tangentlite.rules.callees import normalized
from tangentlite.rules.inference import infer
from tangentlite.rules.registry import UnknownKeyword, rule_of
from tangentlite.transforms.bars import dot_of
from tangentlite.transforms.context import Context
from tangentlite.transforms.guarded import flagged
from tangentlite.transforms.missing import MISFITS, misfit, uncovered
from tangentlite.transforms.repeatable import repeatable
from tangentlite.transforms.reverse import Reverse
from tangentlite.transforms.tangents_raise import may_be_caught


class Forward:
    """Tangents by primal value; a missing one is zero."""

    def __init__(self, trace: Trace, context: Context) -> None:
        self.trace, self.context = trace, context
        self.active = context.activity
        self.b = Builder(infer=infer)
        self.b.kinds = dict(context.kinds)
        self.b.program = context
        for s in walk(trace.block):
            if isinstance(s, Eqn):
                self.b.defs.update((o, s) for o in s.outs)
        self.dots: dict[Var, Any] = {}
        self.tries = 0  # inside of how many bodies of `try` this is: there, tangents come after what may raise
        self.along = self.beside_active()
        self.refuse = Reverse(trace, context)

    def beside_active(self) -> set[Var]:
        """What is not active, but becomes an active value where paths meet, and is undefined on some path: no zeros can be made like it
        there, so its tangent is made where it is."""
        missing = {v for v in undefined(self.trace.block) if not K.is_number(self.kind(v))}
        flows = [(t, a) for s in walk(self.trace.block) for t, a in handed_on(s) if a in missing] if missing else []
        found: set[Var] = set()
        size = -1
        while size != len(found):
            size = len(found)
            found.update(a for t, a in flows if (t in self.active or t in found) and a not in self.active)
        return found

    def has_tangent(self, v: Var) -> bool:
        return v in self.active or v in self.along

    def tangent(self, wrt: Iterable[Var], value: bool = True, exact: bool = True) -> Trace:
        """(*args, *tangents of wrt) -> the outs (if `value`) and their tangents; `exact`: of the types that the outs have."""
        wrt = tuple(wrt)
        seeds = tuple(Var(f"{x.hint}_dot", suffix="_dot") for x in wrt)
        for x, d in zip(wrt, seeds):
            self.b.kinds[d] = self.kind(x)
            self.dots[x] = d
        block = self.trace.block
        self.statements(block, self.b)
        outs = tuple(self.result(self.dot(self.b, y), y) if exact else self.dot(self.b, y) for y in block.outs)
        n = len(block.outs)
        tree: Any = (self.trace.outs, shifted(self.trace.outs, n)) if value else self.trace.outs
        params = (*block.params, *seeds)
        made = Block(params, tuple(self.b.stmts), (*block.outs, *outs) if value else outs)
        return replace(self.trace, block=made, outs=tree, kinds={v: self.b.kinds.get(v, K.UNKNOWN) for v in params}, own=0)

    def result(self, d: Any, y: Any) -> Any:
        """The tangent of a complex number is complex, too, that of NumPy's numbers one of them."""
        kind = self.kind(y)
        if isinstance(kind, K.Number) and K.is_complex(kind):
            return as_complex(self.b, d, y)
        return in_kind_of(self.b, d, y, dot_of(y), sure=True)

    def kind(self, a: Any) -> Any:
        return K.kind_of(self.b.kind(a))

    def dot(self, b: Builder, x: Any) -> Any:
        """The tangent of `x` as a value."""
        if x is UNDEF:
            return UNDEF
        return self.dots[x] if x in self.dots else zero(b, x)

    def statements(self, block: Block, b: Builder) -> None:
        for s in block.stmts:
            b.loc = s.loc
            match s:
                case Eqn():
                    self.eqn(s, b)
                case Try():
                    self.guarded(s, b)
                case If():
                    self.branch(s, b)
                case For() | While():
                    self.loop(s, b)
                case Call():
                    self.call(s, b)

    def eqn(self, s: Eqn, b: Builder) -> None:
        wanted = [o for o in s.outs if o in self.active]
        inputs = {a: self.dots[a] for a in self.atoms(s, b) if a in self.dots}
        if not wanted or not inputs:
            b.stmts.append(s)
            self.refuse.refuse_hidden_write(s)
            return
        e = normalized(s, b)
        self.refuse.refuse_foreign(s, e)
        rule = rule_of(e.op)
        if rule is None or rule.forward is None or e.op in ITERATORS or self.refuse.makes_text(s):
            raise self.refuse.no_rule(s, e)
        self.refuse.refuse_lost(s, e, e.inputs if any(functions_of(e)) else e.args)
        start = len(b.stmts)
        try:
            dots = rule.forward(b, e, inputs)
        except UnknownKeyword as problem:
            raise uncovered(s, problem, self.context.spelled(self.trace.home)) from None
        except MISFITS as problem:
            raise misfit(s, rule, problem, self.context.spelled(self.trace.home)) from problem
        reads_result = any(v in s.outs for t in b.stmts[start:] for v in variables(reads(t)))
        b.stmts.insert(start if reads_result or self.tries else len(b.stmts), s)
        for o, d in zip(s.outs, dots if isinstance(dots, tuple) else (dots,)):
            if d is not None and o in self.active:
                d = as_number(b, d, o)
                if self.context.is_complex:
                    d = real_or_complex(b, d, o)
                self.spell(b, d, o)
                self.dots[o] = d

    def atoms(self, s: Eqn, b: Builder) -> list[Any]:
        """The arguments of an equation, with the items of displays among them, and of displays among those."""
        found = [a for a in s.inputs if isinstance(a, Var)]
        for a in found:
            made = b.defs.get(a)
            if made is not None and op_name(made.op) in ("make_list", "make_tuple"):
                found += [x for x in made.args if isinstance(x, Var)]
        return found

    def spell(self, b: Builder, d: Any, x: Var) -> None:
        if isinstance(d, Var) and d in b.fresh and not d.suffix:
            d.like, d.suffix, d.temp = x, "_dot", x.temp

    def branch(self, s: If, b: Builder) -> None:
        outs = [k for k, o in enumerate(s.outs) if self.has_tangent(o)]
        arms = []
        for block in (s.then, s.orelse):
            inner = Builder(b)
            self.statements(block, inner)
            dots = [self.dot(inner, block.outs[k]) for k in outs]
            arms.append(inner.block(block.params, (*block.outs, *dots)))
        made = self.new_dots(s, outs, b)
        form = s.form if not made or isinstance(s, Try) else "if"
        b.stmts.append(replace(s, outs=(*s.outs, *made), then=arms[0], orelse=arms[1], form=form))

    def guarded(self, s: Try, b: Builder) -> None:
        """Tangents go along in the body, unless the handler could take what they raise for what the body does."""
        self.refuse.refuse_carried(s)
        if not s.catches:
            self.enclosed(s, b)
            return
        before, dots = len(b.stmts), dict(self.dots)
        self.tries += 1
        self.branch(s, b)
        self.tries -= 1
        made = b.stmts[-1]
        assert isinstance(made, Try)
        if not may_be_caught(s, made, b):
            return
        del b.stmts[before:]
        self.dots = dots
        self.apart(s, b)

    def enclosed(self, s: Try, b: Builder) -> None:
        """`with`, and what is run finally: there is one way through."""
        outs = [k for k, o in enumerate(s.outs) if self.has_tangent(o)]
        inner = Builder(b)
        self.statements(s.then, inner)
        ends = [self.dot(inner, s.then.outs[k]) for k in outs]
        then = inner.block(s.then.params, (*s.then.outs, *ends))
        last = Builder(b)
        self.statements(s.orelse, last)
        made = self.new_dots(s, outs, b)
        b.stmts.append(replace(s, outs=(*s.outs, *made), then=then, orelse=last.block((), ())))

    def new_dots(self, s: If, outs: list[int], b: Builder) -> list[Var]:
        made = [dot_of(s.outs[k]) for k in outs]
        for k, d in zip(outs, made):
            b.kinds[d] = self.kind(s.outs[k])
            self.dots[s.outs[k]] = d
        return made

    def apart(self, s: Try, b: Builder) -> None:
        """The body once more, with its tangents, after it has come to its end."""
        if not repeatable(s.then, self.context.traces):
            raise UnsupportedError("the tangents of this `try` might raise what it catches, and its body cannot be run again",
                                   s.loc, "Use reverse mode, or catch narrower exceptions")
        s, flag, opposite = flagged(s, "completed")
        b.kinds[flag] = K.BOOL
        outs = [k for k, o in enumerate(s.outs) if self.has_tangent(o)]
        handler, again = Builder(b), Builder(b)
        self.statements(s.orelse, handler)
        handled = [self.dot(handler, s.orelse.outs[k]) for k in outs]
        self.statements(s.then, again)
        ends = [self.dot(again, s.then.outs[k]) for k in outs]
        first, made = self.new_dots(s, outs, b), self.new_dots(s, outs, b)
        primal = copy(Block(s.then.params, s.then.stmts, (*s.then.outs, *(UNDEF for _ in outs))))
        orelse = handler.block(s.orelse.params, (*s.orelse.outs, *handled))
        b.stmts.append(replace(s, outs=(*s.outs, *first), then=primal, orelse=orelse))
        arms = [again.block((), ends), Block((), (), tuple(first))]
        then, orelse = reversed(arms) if opposite else arms
        b.stmts.append(If(tuple(made), flag, then, orelse, s.loc))

    def loop(self, s: For | While, b: Builder) -> None:
        carried = [k for k, (p, o) in enumerate(zip(s.carried, s.outs)) if self.has_tangent(p) or self.has_tangent(o)]
        inits = [self.dot(b, s.inits[k]) for k in carried]
        params = [dot_of(s.carried[k]) for k in carried]
        for k, d in zip(carried, params):
            self.dots[s.carried[k]] = d
            b.kinds[d] = self.kind(s.carried[k])
        inner = Builder(b)
        self.statements(s.body, inner)
        nexts = [self.dot(inner, s.body.outs[k]) for k in carried]
        body = inner.block((*s.body.params, *params), (*s.body.outs, *nexts))
        outs = tuple(dot_of(s.outs[k]) for k in carried)
        for k, d in zip(carried, outs):
            self.dots[s.outs[k]] = d
            b.kinds[d] = self.kind(s.outs[k])
        changed: dict[str, Any] = {"outs": (*s.outs, *outs), "inits": (*s.inits, *inits), "body": body}
        if isinstance(s, While):
            changed["test"] = replace(s.test, params=(*s.test.params, *(dot_of(s.carried[k]) for k in carried)))
        b.stmts.append(replace(s, **changed))

    def call(self, s: Call, b: Builder) -> None:
        if not any(a in self.dots for a in s.args if isinstance(a, Var)) or not any(o in self.active for o in s.outs):
            b.stmts.append(s)
            return
        callee = self.context.traces[s.callee].block
        inputs = [k for k, p in enumerate(callee.params) if p in self.active]
        dots = tuple(self.dot(b, s.args[k]) for k in inputs)
        made = tuple(dot_of(o) for o in s.outs)
        for o, d in zip(s.outs, made):
            b.kinds[d] = self.kind(o)
            if o in self.active:
                self.dots[o] = d
        n = len(s.outs)
        tree = tuple(range(2 * n))
        b.stmts.append(Call((*s.outs, *made), self.context.variant(s.callee, "tangent"), (*s.args, *dots), s.loc, None, tree))


def shifted(tree: Any, n: int) -> Any:
    return tuple(shifted(t, n) for t in tree) if isinstance(tree, tuple) else tree + n


