"""Every rule, on all its sample calls, and on some of their variants; `-m exhaustive` tries every variant."""
from __future__ import annotations

import pytest

from tangentlite import runtime
from tangentlite.ir.ops import attribute, make_set, unpack
from tangentlite.rules.polynomial_bases import EVALUATED
from tangentlite.rules.registry import RULES
from tests.rules.sampled import BY_RULE, check_all, check_samples

DECLARED = tuple(RULES.items())  # by the families that have samples


@pytest.mark.parametrize("name", BY_RULE)
def test_rule(name: str) -> None:
    check_samples(name)


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", BY_RULE)
def test_rule_on_every_variant(name: str) -> None:
    check_all(name)


def test_every_rule_has_a_sample() -> None:
    dictionaries = dict, runtime.restricted, runtime.without, runtime.with_key
    in_corpus = unpack, attribute, runtime.set_attribute, runtime.add_attribute, runtime.without_last, *dictionaries
    refusing = runtime.cofactors_slope, *EVALUATED, make_set, set, frozenset
    covered = [RULES[op] for op in (*in_corpus, *refusing)]
    covered += [rule for group in BY_RULE.values() for rule in group.rules]
    pure = [(op, rule) for op, rule in DECLARED if rule.pure]  # draws of random numbers have tests of their own
    missing = [op for op, rule in pure if not rule.constant and not any(rule is r for r in covered) and not calls_back(op)]
    assert not missing


def calls_back(op: object) -> bool:
    """Is this a function or a class whose derivative is that of functions that it is given, or of objects that are called?

    The corpus tests them, and the coverage table.
    """
    module, name = getattr(op, "__module__", ""), getattr(op, "__name__", "")
    return module.startswith(("scipy.integrate", "scipy.optimize", "scipy.interpolate", "tangentlite.rules.scipy.sensitivities",
                              "tangentlite.rules.scipy.second_sensitivities", "tangentlite.rules.scipy.rows")) or (
        name in ("gaussian_kde", "density_slopes", "stft", "unstft", "welch", "line_slopes", "grid_slopes", "ungrid", "regrid"))
