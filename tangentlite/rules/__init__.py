"""Derivative rules by family. `verbs` says what a rule is; importing this package fills `RULES`."""
from tangentlite.rules import (
    arrays,
    creation,
    helpers,
    joining,
    linalg,
    matrices,
    methods,
    operators,
    reductions,
    scalar_math,
    shapes,
    structures,
    ufuncs,
    writes,
)
from tangentlite.rules.verbs import RULES, Rule, UnknownKeyword, rule_of

BUILT_IN = dict(RULES)

__all__ = [
    "BUILT_IN", "RULES", "Rule", "UnknownKeyword", "arrays", "creation", "helpers", "joining", "linalg", "matrices", "methods",
    "operators", "reductions", "rule_of", "scalar_math", "shapes", "structures", "ufuncs", "writes",
]
