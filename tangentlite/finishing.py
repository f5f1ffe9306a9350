"""From a derivative as the transformation leaves it to the form that prints well: four lists of passes.

Which passes there are for text alone, and which for machine code, can be read here. What changes the evaluation trace is followed by the
removal of what has become dead.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tangentlite.analyses.kinds import kinds as infer_kinds
from tangentlite.analyses.storage import Storage
from tangentlite.ir import Call, Trace, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, read_counts
from tangentlite.passes.accumulation import accumulation
from tangentlite.passes.apart import apart
from tangentlite.passes.arithmetic import arithmetic
from tangentlite.passes.array_tapes import array_tapes
from tangentlite.passes.augmented import augmented
from tangentlite.passes.bodies import in_bodies
from tangentlite.passes.carried import drop_unchanged
from tangentlite.passes.cse import cse
from tangentlite.passes.dce import dce
from tangentlite.passes.dead_stores import dead_stores
from tangentlite.passes.displays import displays
from tangentlite.passes.fast_math import fast_math
from tangentlite.passes.first_writes import first_writes
from tangentlite.passes.fold import fold
from tangentlite.passes.forwards import forwards
from tangentlite.passes.fusion import fusion
from tangentlite.passes.gathers import gathers
from tangentlite.passes.hoisting import hoisting
from tangentlite.passes.independent_iterations import independent_iterations
from tangentlite.passes.inplace import inplace
from tangentlite.passes.invariants import invariants
from tangentlite.passes.inverses import inverses
from tangentlite.passes.like import like
from tangentlite.passes.lists import lists
from tangentlite.passes.memoryviews import memoryviews
from tangentlite.passes.numba_forms import numba_forms
from tangentlite.passes.quotients import quotients
from tangentlite.passes.renewals import renewals
from tangentlite.passes.rooms import rooms
from tangentlite.passes.same_branches import same_branches
from tangentlite.passes.scatters import scatters
from tangentlite.passes.signs import signs
from tangentlite.passes.sinking import sinking
from tangentlite.passes.slice_loops import slice_loops
from tangentlite.passes.slopes import slopes
from tangentlite.passes.spent import spent
from tangentlite.passes.sums import sums
from tangentlite.passes.tapes import merge_tapes


@dataclass(frozen=True)
class Finishing:
    """How one function of a derivative is brought into the form that prints well; `kinds` learns of the new values."""

    kinds: dict[Var, Any]
    pure: Callable[[Call], bool]
    watched: bool  # may something around it catch what it raises?
    compiled: bool
    entry: bool  # is it called with what its kinds say?
    gradients: bool  # does it return gradients to the user?
    fast: bool  # with elementary functions without branches, in machine code
    repeatable: Callable[[Block], bool] | None  # which loops of machine code may have segments, if any
    checked: Callable[[Trace], Trace]

    def finished(self, trace: Trace, observed: Callable[[Trace], Trace]) -> Trace:
        """The trace, `observed` when it is up to the updates in place."""
        updated = observed(self.updated(self.with_tapes(self.tidied(trace))))
        arranged = self.rearranged(updated)
        return self.expressions(apart(arranged, self.kinds) if self.gradients else arranged)

    # -- stages ------------------------------------------------------------------------------------------------------------

    def tidied(self, trace: Trace) -> Trace:
        """Nothing is computed twice, recorded without need or divided again."""
        if self.compiled:
            trace = self.checked(numba_forms(trace, self.kinds))
        for step in (drop_unchanged, self.shared, merge_tapes, self.without_dead, partial(dead_stores, kinds=self.kinds)):
            trace = self.checked(step(trace))
        joined = independent_iterations(trace, self.kinds, self.compiled)
        trace = self.swept(self.shared(self.checked(joined)), trace) if joined is not trace else trace
        while not self.watched and (fewer := same_branches(trace)) is not trace:
            trace = self.swept(self.shared(self.checked(fewer)), trace)
        trace = self.swept(inverses(quotients(displays(trace, self.kinds)), self.kinds), trace)
        return self.checked(signs(trace, self.kinds))

    def with_tapes(self, trace: Trace) -> Trace:
        """Tapes, loops over them and sums of their iterations are those of the backend."""
        self.kinds.update({v: k for v, k in infer_kinds(trace, self.kinds).items() if v not in self.kinds or k != K.UNKNOWN})
        if self.compiled:
            trace = in_bodies(partial(array_tapes, kinds=self.kinds, repeatable=self.repeatable), trace)
            trace = self.checked(dce(rooms(trace, self.kinds), self.pure))
            self.learn(trace)
        else:
            trace = self.checked(forwards(trace))
        trace, smaller = like(trace, self.kinds)
        trace = self.checked(self.without_dead(trace)) if smaller else trace
        if not self.compiled:
            trace = self.swept(sinking(trace, self.kinds), trace)
        return self.swept(accumulation(trace, self.kinds, not self.compiled), trace)

    def updated(self, trace: Trace) -> Trace:
        """Arrays are updated in place."""
        made = inplace(trace, self.kinds)
        if made is not trace:
            self.learn(made)
        return made

    def rearranged(self, trace: Trace) -> Trace:
        """Loops touch memory as often as they have to, and in the order that suits the backend."""
        if self.compiled:
            trace = self.checked(self.without_dead(fusion(slopes(scatters(trace, self.kinds), self.kinds), self.kinds)))
        used = spent(trace, self.kinds)
        trace = trace if used is trace else self.checked(drop_unchanged(self.without_dead(self.checked(used))))
        if self.compiled:
            trace = self.checked(self.without_dead(gathers(trace, self.kinds)))
        trace = lists(first_writes(trace, self.kinds, not self.compiled), self.kinds, self.entry)
        return trace if self.compiled or self.watched else self.checked(memoryviews(trace, self.kinds, self.entry))

    def expressions(self, trace: Trace) -> Trace:
        """Equations become the expressions one would write."""
        folded = self.folded(renewals(trace, self.kinds))
        if not self.compiled:
            summed = sums(folded, self.kinds)
            return augmented(summed if self.watched else hoisting(summed, self.kinds), self.kinds)
        if self.fast and not self.watched:  # where an exception is caught, `math`'s have to raise it
            folded = fast_math(folded, self.kinds)
        return invariants(slice_loops(folded, self.kinds, Storage(trace, self.kinds), self.pure), self.kinds)

    def folded(self, trace: Trace) -> Trace:
        """Simple expressions, with what is read only once as soon as they are simple nested, too."""
        storage = Storage(trace, self.kinds)
        nested = fold(trace, self.kinds, self.watched, storage)
        simple = arithmetic(nested, self.kinds)
        if read_counts(nested.block) <= read_counts(simple.block):
            return simple
        return arithmetic(fold(simple, self.kinds, self.watched, storage), self.kinds)

    # -- steps -------------------------------------------------------------------------------------------------------------

    def shared(self, trace: Trace) -> Trace:
        return cse(trace, shapes=self.compiled)

    def without_dead(self, trace: Trace) -> Trace:
        return dce(trace, self.pure, self.watched, self.kinds)

    def swept(self, made: Trace, before: Trace) -> Trace:
        """What a pass has made, without what is dead now; what was there before, if it has left that as it is."""
        return before if made is before else self.checked(self.without_dead(self.checked(made)))

    def learn(self, trace: Trace) -> None:
        self.kinds.update({v: k for v, k in infer_kinds(trace, self.kinds).items() if v not in self.kinds})
