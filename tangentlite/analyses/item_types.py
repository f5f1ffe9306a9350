"""Which arrays may be read through a memoryview: nobody can tell that their items are Python's numbers then, not NumPy's.

    s += w * x[i]              may be either
    s += w / x[i]              is an exception, not infinity, where x[i] is a Python zero
    s += x[i] ** 2             is an exception where it overflows
    s += g(x[i])               might ask for the type
"""
from __future__ import annotations

import builtins
import itertools
import operator
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.nonzero import is_positive
from tangentlite.analyses.origins import Origins
from tangentlite.analyses.storage import reads_shape
from tangentlite.analyses.tapes import readings
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import COMPARISONS, Chain, call_method, make_list, make_tuple, unpack
from tangentlite.ir.repetition import Kinds
from tangentlite.ir.trace import Block, Call, Const, Eqn, For, Stmt, Trace, Try, Var, While, blocks, leaves, variables, walk
from tangentlite.ir.undefined import handed_on, undefined
from tangentlite.ir.updates import WRITES, append_inplace, pop_inplace, take_inplace

Arrays = frozenset[Var]  # the arrays whose items, or sums and products with them, a value may be: their first versions

ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pos, operator.iadd, operator.isub,
              operator.imul)
CHOICES = (builtins.abs, operator.abs, builtins.min, builtins.max)
TESTS = (*(op for name, op in COMPARISONS.items() if name not in ("Is", "IsNot", "In", "NotIn")), operator.not_)
CONTAINERS = (make_tuple, make_list, unpack, append_inplace, pop_inplace, take_inplace, runtime.append, runtime.without_last,
              reversed, zip, enumerate)
FILLED = (append_inplace, runtime.append, runtime.setitem, *WRITES)
ALIKE = ("float", "float64", "int", "int64", "complex", "complex128")  # what these give does not depend on which of two doubles they meet
NONE: Arrays = frozenset()
WORTH = 8  # accesses to elements for every number that is made NumPy's again: that takes the time which three of them save


class ItemTypes:
    """`arrays` are those that may be read through a memoryview in a trace after `inplace`, if what is `renewed` is made NumPy's again."""

    def __init__(self, trace: Trace, kinds: Kinds, entry: bool) -> None:
        self.trace, self.kinds, self.entry = trace, kinds, entry
        self.stmts = list(walk(trace.block))
        self.made = {o: s for s in self.stmts if type(s) is Eqn for o in s.outs}
        self.given: dict[Var, list[Any]] = {}
        for target, a in (flow for s in self.stmts for flow in all_handed_on(s)):
            self.given.setdefault(target, []).append(a)
        self.origins = Origins(trace, WRITES)
        self.places, self.undefined = Places(trace.block), undefined(trace.block)
        self.from_items: dict[Var, Arrays] = {}
        self.renewed: dict[Var, Arrays] = {}  # and the items because of which
        self.pythons: set[Any] = set()
        self.sure: dict[Var, bool] = {}
        self.arrays = frozenset(v for v in self.all_doubles() if self.origins.of(v) is v and self.is_sure(v))
        while self.arrays and (refused := self.refused()):
            self.arrays, self.renewed = self.arrays - refused, {}

    def array(self, v: Any) -> Var | None:
        """The first version of the array that a value is, if that may be read through a memoryview."""
        first = self.origins.of(v) if isinstance(v, Var) else None
        return first if first in self.arrays else None

    # -- arrays of doubles ---------------------------------------------------------------------------------------------------

    def all_doubles(self) -> Iterator[Var]:
        params = [p for s in self.stmts for block in blocks(s) for p in block.params]
        for v in (*self.trace.block.params, *params, *(o for s in self.stmts for o in s.outs)):
            kind = self.kinds.get(v)
            if isinstance(kind, K.Array) and kind.dtype == "float64" and kind.dims:
                yield v

    def is_sure(self, v: Any) -> bool:
        """Is it an array on every path, of NumPy's own class?"""
        if v not in self.sure:
            self.sure[v] = v in self.given  # by induction over the iterations
            given = [self.origins.of(a) if isinstance(a, Var) else a for a in self.given.get(v, [])]
            self.sure[v] = all(map(self.is_sure, given)) if given else self.is_made_here(v)
        return self.sure[v]

    def is_made_here(self, v: Any) -> bool:
        e = self.made.get(v)
        if e is None:
            return self.entry and v in self.trace.block.params
        if e.op in (operator.getitem, call_method, runtime.zeros_like):
            return isinstance(self.kind(e.args[0]), K.Array)
        module = getattr(e.op, "__module__", None) or ""
        return isinstance(e.op, np.ufunc) or module.partition(".")[0] == "numpy" or e.op in (*ARITHMETIC, *WRITES)

    # -- uses of arrays ------------------------------------------------------------------------------------------------------

    def by_element(self, e: Eqn, v: Var) -> bool:
        """Does the equation read or update one element of the array, and nothing else of it?"""
        if e.op is not operator.getitem and e.op not in WRITES or sum(a is v for a in e.inputs) != 1 or e.args[0] is not v:
            return False
        kind = self.kind(v)
        return isinstance(kind, K.Array) and kind.dims is not None and self.integers_in(e.args[1]) == len(kind.dims) and (
            e.op is operator.getitem or self.can_be_packed(e.args[2]))

    def integers_in(self, index: Any) -> int | None:
        """How many integers an index is; None for other indices."""
        e = self.made.get(index)
        if e is not None and e.op is make_tuple:
            return len(e.args) if all(self.integers_in(a) == 1 for a in e.args) else None
        return 1 if is_integer(self.kind(index)) else None

    def can_be_packed(self, value: Any) -> bool:
        kind = self.kind(value)
        return isinstance(kind, K.Number) and kind.dtype in ("float", "float64", "int", "int64", "float32")

    def by_shape(self, e: Eqn, v: Var) -> bool:
        return (reads_shape(e) or e.op is np.full_like and e.args[0] is v) and sum(a is v for a in e.inputs) == 1

    # -- where the type of an item shows -------------------------------------------------------------------------------------

    def kind(self, a: Any) -> Any:
        return K.kind_of(self.kinds.get(a, K.UNKNOWN) if isinstance(a, Var) else a)

    def items_in(self, atoms: Iterable[Any]) -> Arrays:
        return NONE.union(*(self.from_items.get(v, NONE) for v in variables(atoms)))

    def refused(self) -> Arrays:
        """The arrays of which the type of an item would show, or would have to be hidden too often."""
        while True:
            self.follow()
            found: set[Var] = set()
            wanted: dict[Var, Arrays] = {}
            for s, shown in self.shown():
                if all(map(self.can_be_renewed, shown)):
                    wanted.update((v, self.items_in((v,)) or self.items_in(s)) for v in shown)
                else:
                    found |= self.items_in(s)
            if found or not wanted:
                return frozenset(found) or self.too_often()
            first = {v: items for v, items in wanted.items() if v in self.made}  # what comes from a tape may be that
            self.renewed.update(first or wanted)

    def can_be_renewed(self, v: Any) -> bool:
        return v in self.places.renewable and K.is_double(self.kind(v)) and v not in self.renewed and v not in self.undefined

    def too_often(self) -> Arrays:
        """The arrays that make more work than they save."""
        inside = [v for v in self.renewed if v in self.places.repeated]
        accesses = [s for s in self.stmts if type(s) is Eqn and s in self.places.in_loops and s.args and (
            self.array(s.args[0]) is not None and self.by_element(s, s.args[0]))]
        return NONE.union(*(self.renewed[v] for v in inside)) if len(inside) * WORTH > len(accesses) else NONE

    def shown(self) -> Iterator[tuple[tuple[Any, ...], list[Any]]]:
        """(what is read, what of it has to be NumPy's) where the type of an item would show."""
        for s in self.stmts:
            match s:
                case Eqn() if self.items_in(s.inputs) and not self.hides(s):
                    yield s.inputs, self.operands(s)
                case Call() if self.items_in(s.args):
                    yield s.args, [a for a in s.args if self.items_in((a,))]
        for a in self.trace.block.outs:
            if self.items_in((a,)) and not (self.entry and K.is_double(self.kind(a))):
                yield (a,), [a]

    def operands(self, e: Eqn) -> list[Any]:
        """What has to be NumPy's for the result of the equation to be so."""
        if e.op is operator.truediv and not self.items_in(e.args[1:]) and self.only_meets_items(e.args[1]):
            return [e.args[1]]
        return [a for a in e.inputs if self.items_in((a,))][-1 if e.op is operator.truediv else 0:]

    def only_meets_items(self, v: Any) -> bool:
        """Is a number from outside of all loops used in arithmetic with items alone, whose results are NumPy's as it is?"""
        return isinstance(v, Var) and v not in self.places.repeated and all(
            isinstance(s, Eqn) and s.op in ARITHMETIC and any(self.items_in((a,)) for a in s.args if a is not v)
            for s in self.places.readers.get(v, []))

    def follow(self) -> None:
        """Which values may be Python's, and of which items they are made."""
        params = [p for p in self.trace.block.params if not self.entry or self.kind(p) != K.Number("float64")]
        self.pythons = {p for p in params if p not in self.renewed}
        size = -1
        while size != (size := len(self.pythons)):
            carried = (v for v, values in self.given.items() if any(self.may_be_python(a) or is_integer(self.kind(a)) for a in values))
            for v in itertools.chain(carried, (v for s in self.stmts for v in self.given_by_python(s))):
                if v not in self.renewed:
                    self.pythons.add(v)
        self.from_items, size = {}, -1
        while size != (size := sum(map(len, self.from_items.values()))):
            items = ((v, self.items_in(values)) for v, values in self.given.items())
            for target, arrays in itertools.chain(items, (pair for s in self.stmts for pair in self.handed(s))):
                if arrays and self.may_be_python(target):
                    self.from_items[target] = self.from_items.get(target, NONE) | arrays

    def given_by_python(self, s: Stmt) -> Iterator[Var]:
        match s:
            case For() if self.may_be_python(s.iter):
                yield from leaves(s.targets)
            case Eqn() if self.gives_python(s):
                yield from s.outs
            case Call():
                yield from s.outs

    def may_be_python(self, a: Any) -> bool:
        """Is it a number, or has it numbers inside, which may be Python's and not integers?"""
        kind = self.kind(a)
        if is_integer(kind) or isinstance(kind, K.Array) and kind.dims:
            return False
        return a in self.pythons or isinstance(a, Const) and isinstance(kind, K.Number)

    def gives_python(self, e: Eqn) -> bool:
        if isinstance(e.op, np.ufunc):
            return False
        if e.op is operator.getitem and isinstance(self.kind(e.args[0]), K.Array):
            return self.array(e.args[0]) is not None
        if e.op in CONTAINERS or self.is_of_container(e):
            put = e.args[-1:] if e.op in FILLED else e.args if e.op is make_list else ()  # integers may meet doubles in a list
            return any(map(self.may_be_python, e.inputs)) or any(is_integer(self.kind(a)) for a in put)
        return e.op not in ARITHMETIC or all(self.may_be_python(a) or is_integer(self.kind(a)) for a in e.args)

    def is_numpy(self, a: Any) -> bool:
        """Is it surely one of NumPy's, with memoryviews?"""
        kind = self.kind(a)
        return isinstance(kind, K.Array) and bool(kind.dims) or K.is_double(kind) and not self.may_be_python(a)

    def handed(self, s: Stmt) -> Iterator[tuple[Var, Arrays]]:
        if isinstance(s, For):
            yield from ((t, self.items_in((s.iter,))) for t in leaves(s.targets))
        elif type(s) is Eqn:
            array = self.array(s.args[0]) if s.op is operator.getitem else None
            if array is not None and self.by_element(s, s.args[0]):
                yield s.out, frozenset((array,))
            elif s.op in CONTAINERS or self.is_of_container(s) or self.gives_number(s):
                yield from ((o, self.items_in(s.inputs)) for o in s.outs)

    def is_of_container(self, e: Eqn) -> bool:
        return e.op in (operator.getitem, *WRITES, runtime.setitem) and isinstance(self.kind(e.args[0]), K.Seq)

    def gives_number(self, e: Eqn) -> bool:
        """Is the result a Python number where the operands are?"""
        known = e.op in ARITHMETIC or e.op in CHOICES or e.op in TESTS or isinstance(e.op, Chain)
        return known and not isinstance(self.kind(e.out), K.Array)

    def hides(self, e: Eqn) -> bool:
        """Are results and effects the same, whether the items among the operands are Python's or NumPy's?"""
        if e.op in CONTAINERS or self.is_of_container(e) or e.op is operator.not_:
            return True
        if e.op in WRITES:
            into = self.kind(e.args[0])
            return isinstance(into, K.Array) and into.dtype in ("float64", "complex128") and not self.items_in(e.args[:2])
        if e.kwargs or not all(map(self.is_alike, e.inputs)):
            return e.op in ARITHMETIC and self.meets_truth(*e.args)
        if e.op is operator.truediv:
            return self.cannot_raise(*e.args)
        return (e.op in ARITHMETIC or self.gives_number(e) or isinstance(e.op, np.ufunc) or e.op is float
                or getattr(e.op, "__module__", "") == "math")

    def meets_truth(self, a: Any, b: Any = None) -> bool:
        """Is it a double and a truth value? (Two of NumPy's truth values would add up to another one.)"""
        kinds = self.kind(a), self.kind(b)
        return any(map(K.is_double, kinds)) and K.BOOL.dtype in [k.dtype for k in kinds if isinstance(k, K.Number)]

    def is_alike(self, a: Any) -> bool:
        kind = self.kind(a)
        return isinstance(kind, (K.Number, K.Array)) and kind.dtype in ALIKE

    def cannot_raise(self, a: Any, b: Any) -> bool:
        """Is the quotient NumPy's, or the denominator not zero? The mean of what a loop has added up raises, if that is nothing."""
        if isinstance(b, Const):
            return bool(b.value != 0)
        is_sum = a not in self.made and a not in self.places.repeated
        return self.is_numpy(a) or self.is_numpy(b) or is_positive(b, self.made) or (is_sum and K.is_int(self.kind(b)))


class Places:
    """Where the values of a function are defined, and what reads them."""

    def __init__(self, block: Block) -> None:
        self.in_loops: set[Stmt] = set()
        self.repeated: set[Var] = set()  # values that are made in loops
        self.renewable: set[Any] = set(block.params)  # values that another one can replace from where they are defined
        self.readers: dict[Var, list[Any]] = {}  # statements, and blocks that hand something on
        for reader, atoms in readings(block):
            for v in variables(atoms):
                self.readers.setdefault(v, []).append(reader)
        self.block(block, in_loop=False)

    def block(self, block: Block, in_loop: bool) -> None:
        for s in block.stmts:
            if in_loop:
                self.in_loops.add(s)
                self.repeated.update(s.outs)
            if not isinstance(s, (Try, Call)) and (len(s.outs) == 1 or type(s) is not Eqn):
                self.renewable.update(s.outs)
            for inner in blocks(s):
                if isinstance(s, For):
                    self.renewable.update(inner.params)
                self.repeated.update(inner.params if isinstance(s, (For, While)) else ())
                self.block(inner, in_loop or isinstance(s, (For, While)))


def is_integer(kind: Any) -> bool:
    return K.is_integer(kind)


def all_handed_on(s: Stmt) -> Iterator[tuple[Var, Any]]:
    yield from handed_on(s)
    if isinstance(s, While):
        yield from zip(s.test.params, s.carried)
