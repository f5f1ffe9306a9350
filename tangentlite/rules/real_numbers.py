"""Where complex numbers are refused: rules that hold for real ones alone, and writes that would drop a part."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.trace import Eqn
from tangentlite.rules.registry import RULES, Rule, UnknownKeyword


class OfComplex(UnknownKeyword):
    """The rule is that of real numbers."""

    advice = "Write it in real numbers"


class Drops(UnknownKeyword):
    """The call drops a part of its values, as NumPy warns; carries what it does."""

    advice = "Write `.real`, or make the array complex"


def real_only(*ops: Any) -> None:
    """Their rules hold for real numbers; complex ones are refused."""
    for op in ops:
        RULES[op] = refusing_complex(RULES[op])


def refusing_complex(rule: Rule) -> Rule:
    if rule.constant:
        return rule

    def guarded(part: Any) -> Any:
        def call(b: Builder, eqn: Eqn, given: Any) -> Any:
            if any(K.is_complex(K.kind_of(b.kind(a))) for a in (*eqn.inputs, *eqn.outs)):
                raise OfComplex("complex numbers")
            return part(b, eqn, given)
        return call

    return replace(rule, forward=guarded(rule.forward), reverse=guarded(rule.reverse))
