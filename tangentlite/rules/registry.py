"""The table of the derivative rules: what is known of a function, and how it is found."""
from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tangentlite.ir import kinds as K
from tangentlite.ir.kinds import Kind
from tangentlite.ir.ops import Bound, Called, Chain, DictDisplay, Field, FormatString, Lazy, ObjectDisplay
from tangentlite.ir.trace import Captured, ClassMember, Const
from tangentlite.rules import scipy
from tangentlite.rules.broadcasting import zero

KindFunction = Callable[..., Any]
Lending = bool | Callable[..., Sequence[Any]]  # which arguments' memory a result may be


@dataclass(frozen=True)
class Rule:
    """What is known of a function.

    `forward(b, eqn, dots)` gives the tangent of the result (a tuple for several), where `dots` maps active arguments to
    tangents; `reverse(b, eqn, g)` yields (argument, contribution to its adjoint). `kind` maps the kinds of the
    arguments to the kind of the result. `pure` functions have no effect and may be removed, merged and repeated;
    `cheap` ones are redone rather than recorded; `view` ones may return memory of their first argument, or of those that
    `view(kinds, *args, **keywords)` tells, where `kinds` maps variables to what is known of them.
    """

    forward: Callable[..., Any] | None = None
    reverse: Callable[..., Any] | None = None
    kind: KindFunction | None = None
    pure: bool = True
    cheap: bool = False
    view: Lending = False

    @property
    def constant(self) -> bool:
        return self.reverse is None

    def lenders(self, kinds: Mapping[Any, Any], args: Sequence[Any], keywords: Iterable[tuple[str, Any]]) -> Sequence[Any]:
        """The arguments whose memory the result may be."""
        if callable(self.view):
            try:
                return self.view(kinds, *args, **dict(keywords))
            except TypeError:  # a call that raises when it runs
                return args
        return args[:1] if self.view else ()


RULES: dict[Any, Rule] = {}
BUILT_IN: dict[Any, Rule] = {}  # those that are not the user's own


class UnknownKeyword(Exception):
    """The rule does not take an argument of the call; carries the rule's own complaint."""

    advice = "Leave the argument out"


class NoPartial(UnknownKeyword):
    """The rule has no derivative with respect to an argument that is active."""

    advice = "Keep it constant"


# -- finding a rule ---------------------------------------------------------------------------------------------------

def rule_of(op: Any) -> Rule | None:
    made = MADE.get(type(op))
    if made is not None:
        return made(op)
    try:
        found = RULES.get(op)
        return found if found is not None or not loaded() else RULES.get(op)
    except TypeError:  # an unhashable callable has no rule
        return None


def built_in(op: Any, rule: Rule) -> bool:
    """Is this rule not the user's own?"""
    return type(op) in MADE or BUILT_IN.get(op) is rule


def loaded() -> bool:
    """Load the rules for what has been imported of SciPy since the last time; tell whether there were any."""
    declared = dict(RULES)
    new = scipy.load()
    if new:
        BUILT_IN.update((op, rule) for op, rule in RULES.items() if declared.get(op) is not rule)
        RULES.update(declared)  # the user's own stay
    return new


# -- what is made for one place of a program -----------------------------------------------------------------------------

def record_display(op: DictDisplay | ObjectDisplay) -> Rule:
    """{key: value}, or an object: the adjoint of a value is the item of the adjoint under its key."""
    read = operator.getitem if isinstance(op, DictDisplay) else getattr

    def kind(*values: Any) -> Any:
        items = tuple(map(K.kind_of, values))
        if isinstance(op, ObjectDisplay):
            return K.Record(op.cls, op.keys, items)
        if len(set(op.keys)) == len(op.keys) <= K.LONGEST and all(type(k) in (str, int) for k in op.keys):
            return K.Record(dict, op.keys, items)
        return K.Seq("dict", None, K.join_all(items, "values"))

    return Rule(
        lambda b, eqn, dots: b.emit(op, *(dots[a] if a in dots else zero(b, a) for a in eqn.args)),
        lambda b, eqn, g: ((a, b.emit(read, g, Const(k))) for k, a in zip(op.keys, eqn.args)),
        kind, view=True)


@dataclass(frozen=True)
class CalledObject:
    """Objects that are made to be called: the kind of the result for those of what made them, and the rule of a call.

    `kind(made, x)` is told the arguments it was made of, by name, or what `parts` finds of them in an object of the user's; `same` are
    methods that are the same as calling it; `grid`: places may come as a tuple of their coordinates.
    """

    kind: Callable[[dict[str, Any], Any], Kind]
    rule: Callable[[Kind], Rule]
    same: tuple[str, ...] = ()
    parts: Callable[[Any], dict[str, Any]] = lambda value: {}
    grid: bool = False


OBJECTS: dict[type, CalledObject] = {}


def called_object(of: Any) -> CalledObject | None:
    """What is known of the objects of a class of SciPy that are made to be called."""
    if not isinstance(of, type) or not of.__module__.startswith("scipy"):
        return None
    loaded()
    return OBJECTS.get(of)


DISTRIBUTIONS: dict[Any, tuple[str, ...]] = {}  # of random variables, and their parameters
MADE: dict[type, Callable[[Any], Rule]] = {  # operations that are made for one place of a program, and their rules
    Captured: lambda op: Rule(kind=lambda: K.of_value(op(), op), cheap=True),
    ClassMember: lambda op: Rule(kind=lambda: K.of_value(op(), op), cheap=True),
    Bound: lambda op: Rule(kind=lambda: K.of_value(op.value, op), cheap=True),
    Lazy: lambda op: Rule(),
    Chain: lambda op: Rule(kind=lambda *a: K.BOOL, cheap=True),
    FormatString: lambda op: Rule(kind=lambda *a: K.Inert("str")),
    DictDisplay: record_display,
    ObjectDisplay: record_display,
    Called: lambda op: OBJECTS[op.of].rule(op.kind),
    Field: lambda op: Rule(lambda b, eqn, dots: dots[eqn.args[0]], lambda b, eqn, g: [(eqn.args[0], g)], lambda x: op.kind)
    if op.solution else Rule(kind=lambda x: op.kind),
}
