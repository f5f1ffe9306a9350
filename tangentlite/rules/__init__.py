"""Derivative rules by family. `verbs` says what a rule is; importing this package fills `RULES`."""
from tangentlite.rules import (
    arrays,
    creation,
    grids,
    helpers,
    joining,
    linalg,
    matrices,
    methods,
    nans,
    numerical,
    operators,
    order,
    padding,
    reductions,
    scalar_math,
    selection,
    shapes,
    structures,
    ufunc_methods,
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
    "BUILT_IN", "RULES", "Rule", "UnknownKeyword", "alias", "arrays", "bilinear", "constant", "creation", "custom",
    "elementwise", "grids", "helpers", "joining", "linalg", "linear", "matrices", "methods", "nans", "numerical", "operators",
    "order", "padding", "reductions", "rule_of", "scalar_math", "selection", "sequence", "shapes", "structures",
    "ufunc_methods", "ufuncs", "writes",
]
