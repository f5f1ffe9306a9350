"""Reverse mode, for whole functions: the gradient in one function, or a forward and a backward function."""
from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import Const, Eqn, Trace, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay, ObjectDisplay, call_method, make_tuple, unpack
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Stmt, walk
from tangentlite.ir.undefined import defined
from tangentlite.passes.cse import cse
from tangentlite.rules.broadcasting import in_kind_of
from tangentlite.transforms.bars import Bars, bar_of
from tangentlite.transforms.checkpoints import Checkpoints
from tangentlite.transforms.residuals import residuals, with_redone


class Reverse(Checkpoints):
    def joint(self, wrt: Iterable[Var], value: bool, seeded: bool = True, scalar: bool = True) -> Trace:
        """One function from the arguments and the seed to the gradient (after the value, if asked for).

        Not `seeded`, it is the gradient alone: the seed is 1. Not `scalar`, the result may be an array.
        """
        seeds, bars, forward = self.sweep(seeded, default=True)
        wrt = tuple(wrt)
        grads = [in_kind_of(self.b, self.result(bars, x), x, bar_of(x), sure=False) for x in wrt]
        block = self.trace.block
        outs = (*block.outs, *grads) if value else tuple(grads)
        tree: Any = tuple(range(len(wrt))) if len(wrt) != 1 else 0
        if value:
            n = len(block.outs)
            tree = (self.trace.outs, tuple(n + k for k in range(len(wrt))) if len(wrt) != 1 else n)
        require = runtime.require_complex if self.context.holomorphic else runtime.require_scalar
        checks = [] if not block.outs or self.is_scalar() or not scalar else [Eqn((), require, block.outs, (), self.trace.loc)]
        reverse = self.used(self.b.block((), grads))
        made = defined(Block((*block.params, *seeds), (*forward, *checks, *reverse.stmts), outs), self.recorded)
        defaults = ((seeds[0], 1.0),) if len(seeds) == 1 and self.trace.outs == 0 else ()
        return replace(self.trace, block=made, outs=tree, defaults=(*self.trace.defaults, *defaults),
                       kinds=self.kinds_of(made.params), own=0)

    def is_scalar(self) -> bool:
        """Is the result surely one number, and complex where it must be?"""
        kind: Any = self.kind(self.trace.block.outs[0]) if self.trace.outs == 0 else None
        number = isinstance(kind, K.Number) or isinstance(kind, K.Array) and kind.dims == ()
        return number and (K.is_complex(kind) if self.context.holomorphic else bool(kind.dtype) or not self.context.is_complex)

    def split(self, wrt: Iterable[Var], added: Collection[int] = (), written: Collection[Var] = ()) -> tuple[Trace, Trace]:
        """Two functions: arguments -> (outs, residuals), and (residuals, adjoints of outs) -> adjoints of `wrt`.

        The second one is given the adjoints of the arguments at the positions `added`, to which it adds its own. Elements that it
        needs of those that are `written` in the meantime are recorded.
        """
        self.reusable = True
        before = {x: bar_of(x) for k, x in enumerate(self.trace.block.params) if k in added and x in self.active}
        self.overwritten.written.update(self.overwritten.root(x) for x in before if x in written)
        self.b.kinds.update((bar, self.kind(x)) for x, bar in before.items())
        seeds, bars, forward = self.sweep(before=before)
        grads = tuple(self.result(bars, x) for x in wrt)
        block = self.trace.block
        reverse = self.without_repetition(forward, self.used(self.b.block((), grads)))
        kept = residuals(reverse, block.params, forward, self.b)
        reverse = with_redone(reverse, kept, {}, self.b)
        saves = tuple(kept.saves)
        again = {v: v.twin() for v in saves}
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
        forward_trace = replace(self.trace, block=made, outs=tuple(range(len(block.outs) + 1)), own=0)
        backward_block = defined(Block((res, *seeds, *before.values()), (*opening, *reverse.stmts), reverse.outs), self.recorded)
        backward = replace(self.trace, block=backward_block, outs=tuple(range(len(grads))) if len(grads) != 1 else 0, defaults=(),
                           kinds=self.kinds_of(backward_block.params), own=len(before))
        return forward_trace, backward

    def without_repetition(self, forward: list[Stmt], reverse: Block) -> Block:
        """The reverse block, without what the forward sweep has computed, too."""
        both = Block(self.trace.block.params, (*forward, *reverse.stmts), reverse.outs)
        once, n = cse(replace(self.trace, block=both)).block, len(forward)
        kept = [s.outs for s in once.stmts[:n]] == [s.outs for s in forward]
        return Block((), once.stmts[n:], once.outs) if kept else reverse

    def recomputed(self, wrt: Iterable[Var]) -> tuple[Trace, Trace]:
        """Like `split`, where the residuals are the arguments, and the second function runs the forward sweep itself.

        So no tapes pass between compiled code and Python.
        """
        seeds, bars, forward = self.sweep()
        grads = tuple(self.result(bars, x) for x in wrt)
        reverse, block, loc = self.used(self.b.block((), grads)), self.trace.block, self.trace.loc
        again = {p: p.twin() for p in block.params}
        self.b.kinds.update((w, self.kind(p)) for p, w in again.items())
        kept = [Var(p.hint, True) if isinstance(self.kind(p), K.Array) else p for p in block.params]
        packed, res = Var("res", temp=True), Var("res")
        packing = [Eqn((v,), call_method, (p, Const("copy")), (), loc) for v, p in zip(kept, block.params) if v is not p]
        self.b.kinds[res] = K.Seq("tuple", tuple(map(self.kind, block.params)))
        made = Block(block.params, (*block.stmts, *packing, Eqn((packed,), make_tuple, tuple(kept), (), loc)), (*block.outs, packed))
        opening = Eqn((packed,), unpack, (res,), (), loc)
        opening = replace(opening, outs=tuple(again.values())) if len(again) > 1 else Eqn(
            tuple(again.values()), operator.getitem, (res, Const(0)), (), loc)
        body = substitute(defined(Block((), (*forward, *reverse.stmts), grads), self.recorded), again)
        backward = Block((res, *seeds), (opening, *body.stmts), body.outs)
        return replace(self.trace, block=made, outs=tuple(range(len(block.outs) + 1))), replace(
            self.trace, block=backward, outs=tuple(range(len(grads))) if len(grads) != 1 else 0, defaults=(),
            kinds=self.kinds_of(backward.params))

    def kinds_of(self, params: tuple[Var, ...]) -> dict[Var, Any]:
        return {v: self.b.kinds.get(v, K.UNKNOWN) for v in params}

    def sweep(self, seeded: bool = True, default: bool = False,
              before: Mapping[Var, Var] = {}) -> tuple[tuple[Var, ...], Bars, list[Stmt]]:
        """Seeds for the active outs (`default`: a seed may be left out), the adjoints at the beginning, and the recording forward sweep.

        `before` are adjoints of arguments that the reverse sweep goes on with.
        """
        bars = Bars()
        for x, bar in before.items():
            bars.set(x, bar)
        seeds: list[Var] = []
        hints = {v.hint for s in walk(self.trace.block) for v in s.outs} | {p.hint for p in self.trace.block.params}
        unnamed = "y" if "y" not in hints else "out"
        for y in self.trace.block.outs:
            if not K.differentiable(self.kind(y)):
                continue
            if not seeded:
                self.accumulate(self.b, bars, y, self.b.emit(np.float64, Const(1.0)) if self.is_mixed(y) else Const(1.0))
                continue
            named = isinstance(y, Var) and y.hint and not y.temp and y not in self.trace.block.params
            seed = Var(f"{y.hint if named else unnamed}_bar", suffix="_bar")
            seeds.append(seed)
            self.b.kinds[seed] = seed_kind(self.kind(y), default)
            self.accumulate(self.b, bars, y, self.b.emit(np.float64, seed, out=seed.twin()) if default and self.is_mixed(y) else seed)
        forward = self.statements(self.trace.block, self.b, bars)
        return tuple(seeds), bars, forward

    def is_mixed(self, y: Any) -> bool:
        """Is the result of double precision, and something else of single? Products with a number of Python's would be single then."""
        if self.context.compiled or getattr(self.kind(y), "dtype", None) != "float64":
            return False
        found = (self.kind(v) for s in walk(self.trace.block) for v in s.outs)
        return any(getattr(k, "dtype", None) in ("float32", "float16") for k in (*found, *map(self.kind, self.trace.block.params)))

    def result(self, bars: Bars, x: Var) -> Any:
        """The gradient with respect to a parameter, in its own dtype."""
        return self.like(x, self.bar(self.b, bars, x))

    def like(self, x: Any, bar: Any) -> Any:
        """A gradient in the structure and the dtypes of `x`, a parameter or a part of one."""
        kind, of_bar = self.kind(x), K.kind_of(self.b.kind(bar))
        if isinstance(kind, K.Record) and isinstance(of_bar, K.Record) and kind.keys == of_bar.keys:
            return self.parts_like(x, bar, kind, kind.keys)
        if isinstance(kind, K.Seq) and kind.type == "tuple" and kind.items and isinstance(of_bar, K.Seq):
            return self.parts_like(x, bar, kind, range(len(kind.items)))
        if isinstance(kind, K.Seq) and kind.type in ("list", "tuple") and not isinstance(of_bar, K.Seq):
            return self.b.emit(runtime.restructured, bar, x, out=bar_of(x))
        want = kind.dtype if isinstance(kind, (K.Number, K.Array)) else None
        have = of_bar.dtype if isinstance(of_bar, (K.Number, K.Array)) else None
        if want == "float" and (have in ("float32", "float16") or isinstance(of_bar, K.Array) and of_bar.dims == () or (
                have or "").startswith("complex")):
            bar = self.b.emit(np.real, bar) if (have or "").startswith("complex") else bar
            return self.b.emit(float, bar, out=bar_of(x))
        if want and want not in (*K.PYTHON, "float64", "complex128") and (have != want or self.context.compiled):
            return self.b.emit(runtime.cast_like, bar, x, out=bar_of(x))
        return bar

    def parts_like(self, x: Any, bar: Any, kind: Any, keys: Iterable[Any]) -> Any:
        """The same for every attribute of an object or item of a dictionary or tuple."""
        read = operator.getitem if kind.type in (dict, "tuple") else getattr
        parts = [self.b.emit(read, bar, Const(k)) for k in keys]
        made = [self.like(self.b.emit(read, x, Const(k)), p) for k, p in zip(keys, parts)]
        if all(p is q for p, q in zip(made, parts)):
            return bar
        display: Any = make_tuple
        if kind.type != "tuple":
            display = DictDisplay(kind.keys) if kind.type is dict else ObjectDisplay(kind.type, kind.keys)
        return self.b.emit(display, *made, out=bar_of(x))


def seed_kind(k: Any, default: bool) -> Any:
    """A seed is a number where its value has no axes, and Python's 1.0 where nobody gives it another (`default`)."""
    if isinstance(k, K.Array) and k.dims == ():
        k = K.Number(k.dtype or "")
    return K.FLOAT if isinstance(k, K.Number) and (default and k.dtype or k.dtype in ("float32", "float16")) else k
