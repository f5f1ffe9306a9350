"""Adjoints of values, and what an equation adds to them: its rule is asked, and every contribution has its place."""
from __future__ import annotations

import operator
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.activity import ITERATORS
from tangentlite.analyses.iterators import spent_at_once
from tangentlite.analyses.overwritten import Overwritten
from tangentlite.analyses.places import places
from tangentlite.analyses.settled import Element
from tangentlite.errors import TransformError
from tangentlite.ir import Const, Eqn, For, Trace, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.identities import ZEROS, spread_value
from tangentlite.ir.ops import attribute
from tangentlite.ir.trace import Stmt, reads, variables, walk
from tangentlite.ir.undefined import reached
from tangentlite.rules.broadcasting import as_number, real_or_complex, zero
from tangentlite.rules.callees import normalized
from tangentlite.rules.effects import has_state, is_opaque, keeps, may_write
from tangentlite.rules.inference import infer
from tangentlite.rules.new_axes import as_a_whole
from tangentlite.rules.registry import UnknownKeyword, rule_of
from tangentlite.transforms.bars import Bars, bar_of
from tangentlite.transforms.context import Context
from tangentlite.transforms.missing import MISFITS, changed_later, foreign_operand, may_keep, misfit, no_rule, not_covered, uncovered

OPERATORS = frozenset((operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.matmul, operator.iadd,
                       operator.isub, operator.imul, operator.itruediv, operator.ipow, operator.imatmul))
ADDED = {operator.getitem: runtime.add_at, attribute: runtime.add_attribute}  # how the adjoint of a part is added to the whole


class Adjoints:
    """Adjoints within one function; `b` is the block under construction, `bars` the adjoints found so far in it."""

    def __init__(self, trace: Trace, context: Context) -> None:
        self.trace, self.context = trace, context
        self.active = context.activity
        self.recorded: set[Var] = set()
        self.spent = spent_at_once(trace)
        self.may_be_none = reached(trace.block, Const(None))  # on a path that left them undefined
        self.changed_later: set[Var] = set()  # what unknown functions may write after the statement that is at hand
        self.b = Builder(infer=infer)
        self.b.kinds = dict(context.kinds)
        self.b.program = context
        self.overwritten = Overwritten(trace)
        self.b.overwritten = self.overwritten
        self.places = places(trace, context.kinds)
        self.settled: dict[For | While, Mapping[Var, Element]] = {}  # what needs no tape in a loop
        for s in walk(trace.block):
            if isinstance(s, Eqn):
                self.b.defs.update((o, s) for o in s.outs)

    def kind(self, a: Any) -> Any:
        return K.kind_of(self.b.kind(a))

    def context_kind(self, a: Any) -> Any:
        return self.context.kinds.get(a, K.UNKNOWN) if isinstance(a, Var) else a

    def bar(self, b: Builder, bars: Bars, x: Var) -> Any:
        """The adjoint of `x` as a value."""
        found = bars.get(x)
        return found if found is not None else self.zero_bar(b, x)

    def zero_bar(self, b: Builder, y: Var) -> Any:
        made = zero(b, y)
        if isinstance(made, Var):  # it reads `y`, on paths that leave it undefined too
            self.recorded.add(y)
        settle(b, made, y)
        return made

    def accumulate(self, b: Builder, bars: Bars, x: Any, g: Any) -> None:
        """x_bar += g."""
        if x not in self.active or g is None:
            return
        g = as_number(b, g, x)
        if self.context.is_complex:
            g = real_or_complex(b, g, x)
        before = bars.get(x)
        scattered = self.scattered(b, g) if before is not None else None
        if before is None:
            bar = g
        elif scattered is not None:
            bar = b.emit(runtime.add_at, before, *scattered)
        else:
            if isinstance(K.kind_of(b.kind(before)), K.Seq) or isinstance(K.kind_of(b.kind(g)), K.Seq):
                before, g = self.as_items(b, before, x), self.as_items(b, g, x)
            containers = not K.is_numeric(self.kind(x)) or x in self.may_be_none
            bar = b.emit(runtime.accumulate if containers else operator.add, before, g)
        settle(b, bar, x)
        self.describe(b, bar, x)
        bars.set(x, bar)

    def as_items(self, b: Builder, bar: Any, x: Any, certain: bool = False) -> Any:
        """The adjoint of a list or tuple as one: NumPy's rules make an array of it, which adds and multiplies otherwise.

        Where it is not known to be an array, it stays as it is, unless it has to be `certain`.
        """
        kind, of_bar = self.kind(x), K.kind_of(b.kind(bar))
        if not isinstance(kind, K.Seq) or kind.type not in ("list", "tuple") or not (
                isinstance(of_bar, K.Array) or certain and not isinstance(of_bar, K.Seq)):
            return bar
        if isinstance(K.elements(kind), K.Seq) or not isinstance(of_bar, K.Array):
            self.recorded.add(x)  # it is read, on paths that leave it undefined too
            return b.emit(runtime.restructured, bar, x)
        made = b.emit(list if kind.type == "list" else tuple, bar)
        if isinstance(K.elements(kind), K.Number) and not isinstance(K.elements(K.kind_of(b.kind(made))), K.Number):
            b.kinds[made] = K.Seq(kind.type, None, K.Number(""))
        return made

    def scattered(self, b: Builder, g: Any) -> tuple[Any, ...] | None:
        """(index, value) where `g` is zero but for a value added at an index: that is added to the adjoint there is."""
        e = b.fresh.get(g) if isinstance(g, Var) else None
        if e is None or e.op is not runtime.add_at or g.suffix:
            return None
        base = b.fresh.get(e.args[0])
        return e.args[1:] if base is not None and base.op in ZEROS else None

    def describe(self, b: Builder, bar: Any, x: Any) -> None:
        """An adjoint has the shape of its value (where that has no axes, it may be a number)."""
        of_x, of_bar = self.kind(x), K.kind_of(b.kind(bar))
        if isinstance(bar, Var) and isinstance(of_x, K.Array) and of_x.dims:
            if not isinstance(of_bar, K.Array) or of_bar.dims != of_x.dims:
                dtype = of_bar.dtype if isinstance(of_bar, (K.Number, K.Array)) else None
                b.kinds[bar] = K.Array(dtype or None, of_x.dims)
        elif isinstance(bar, Var) and isinstance(of_x, K.Number) and not isinstance(of_bar, K.Number):
            b.kinds[bar] = K.Number("")

    def eqn(self, s: Eqn, b: Builder, bars: Bars) -> None:
        gs = [bars.pop(o) for o in s.outs]
        later = self.changed_later
        self.note_write(s)
        if all(g is None for g in gs):
            self.refuse_hidden_write(s)
            return
        if any(a in later and not isinstance(self.kind(a), (K.Number, K.Inert)) for a in s.inputs):
            raise changed_later(s, self.context.spelled(self.trace.home))
        e = normalized(s, b)
        self.refuse_foreign(s, e)
        if e.op in ADDED and len(s.outs) == 1:
            if e.args[0] in self.active:
                self.read(e, gs[0], b, bars)
            return
        rule = rule_of(e.op)
        if rule is None or rule.constant or e.op in ITERATORS or self.makes_text(s):
            raise self.no_rule(s, e)
        try:
            terms = list(rule.reverse(b, e, gs[0] if len(gs) == 1 else tuple(gs)))  # type: ignore[misc]
        except UnknownKeyword as problem:
            raise uncovered(s, problem, self.context.spelled(self.trace.home)) from None
        except MISFITS as problem:
            raise misfit(s, rule, problem, self.context.spelled(self.trace.home)) from problem
        self.refuse_lost(s, e, [x for x, _ in terms])
        # the argument that the result overwrites goes last, so that its adjoint can take the place of the result's
        terms.sort(key=lambda t: overwrites(t[0], s.outs[0], gs[0]))
        for x, g in terms:
            self.accumulate(b, bars, x, g)

    def note_write(self, s: Stmt) -> None:
        if may_write(s):
            self.changed_later = self.changed_later | self.overwritten.sharing(a for a in reads(s) if isinstance(a, Var))

    def refuse_lost(self, s: Eqn, e: Eqn, covered: Collection[Any]) -> None:
        """An active argument that the rule gives no adjoint for would be differentiated as if it were constant."""
        for k, v in (*((f"{n + 1}", a) for n, a in enumerate(e.args)), *((f"`{name}`", a) for name, a in e.kwargs)):
            if v in self.active and not any(x is v for x in covered):
                raise not_covered(s, f"the argument {k}", self.context.spelled(self.trace.home), "Keep it constant")

    def refuse_foreign(self, s: Eqn, e: Eqn) -> None:
        """Operators mean something else to objects of other libraries than to numbers and arrays."""
        kinds = [self.kind(a) for a in e.args]
        if e.op is operator.getitem and e.args[1] in self.active and isinstance(kinds[0], K.Inert):
            raise foreign_operand(s, kinds[0])
        if e.op in OPERATORS or isinstance(e.op, np.ufunc):
            for kind in kinds:
                if isinstance(kind, K.Foreign) and not (e.op is operator.matmul and K.is_matrix_of_scipy(kind)):
                    raise foreign_operand(s, kind)

    def read(self, e: Eqn, g: Any, b: Builder, bars: Bars) -> None:
        """y = x[i], or y = x.name: the adjoint is added in place into the buffer of x."""
        x, index = e.args
        if index == Const(()) or index == Const(slice(None)) and isinstance(self.kind(x), K.Seq):  # all of it
            self.accumulate(b, bars, x, g)
            return
        whole = as_a_whole(b, g, x, index) if e.op is operator.getitem else None
        if whole is not None:
            self.accumulate(b, bars, x, whole)
            return
        g = self.not_spread(e, g, b)
        if e.op is operator.getitem and x in self.places:
            x, at = self.places[x]
            index = b.emit(runtime.path, at, index)
        bar = b.emit(ADDED[e.op], self.bar(b, bars, x), index, g, out=bar_of(x))
        self.describe(b, bar, x)
        bars.set(x, bar)

    def not_spread(self, e: Eqn, g: Any, b: Builder) -> Any:
        """A number that has been spread over the part to whose elements it is added: the sum does that."""
        spread = spread_value(b, g) if isinstance(self.kind(e.args[0]), K.Array) else None
        if spread is None:
            return g
        number, shape = (K.kind_of(b.kind(a)) for a in spread)
        return spread[0] if K.is_number(number) and K.same_shape(self.kind(e.out), shape) else g

    def makes_text(self, s: Eqn) -> bool:
        return any(o in self.active and self.kind(o) in K.TEXT for o in s.outs)

    def unread(self, s: Eqn) -> TransformError | None:
        """Why a function of the user's is called as it is."""
        try:
            return self.context.errors.get(getattr(s.op, "__func__", s.op))
        except TypeError:  # unhashable
            return None

    def no_rule(self, s: Eqn, e: Eqn) -> TransformError:
        known = self.unread(s)
        return known if known is not None else no_rule(s, e, self.b, self.context.spelled(self.trace.home))

    def refuse_hidden_write(self, s: Eqn) -> None:
        """An unknown function may write into an active array it is given, or keep a number in an object: no derivative could know."""
        if not is_opaque(normalized(s, self.b).op):
            return
        given = [a for a in s.inputs if a in self.active.varied and self.kind(a) not in K.TEXT]
        if any(a in self.active and not isinstance(self.kind(a), K.Number) for a in given) or given and self.unread(s) is not None:
            raise self.no_rule(s, normalized(s, self.b))
        if given and (has_state(s.op) or any(keeps(self.kind(a)) and given != [a] for a in s.inputs)):
            raise may_keep(s, self.context.spelled(self.trace.home))


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
