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
from tangentlite.rules.verbs import (
    BUILT_IN,
    RULES,
    Rule,
    UnknownKeyword,
    alias,
    bilinear,
    constant,
    custom,
    elementwise,
    linear,
    rule_of,
    sequence,
)

BUILT_IN.update(RULES)

__all__ = [
    "BUILT_IN", "RULES", "Rule", "UnknownKeyword", "alias", "arrays", "bilinear", "constant", "creation", "custom", "elementwise",
    "helpers", "joining", "linalg", "linear", "matrices", "methods", "operators", "reductions", "rule_of", "scalar_math",
    "sequence", "shapes", "structures", "ufuncs", "writes",
]
