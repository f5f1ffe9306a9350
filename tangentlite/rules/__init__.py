"""Derivative rules by family. `verbs` says what a rule is; importing this package fills `RULES`."""
from tangentlite.rules import (
    arrays,
    composition,
    creation,
    eigenvalues,
    einsum,
    factors,
    fourier,
    helpers,
    joining,
    least_squares,
    linalg,
    matrices,
    methods,
    norms,
    operators,
    polynomial_bases,
    polynomials,
    reductions,
    scalar_math,
    shapes,
    structures,
    tensors,
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
    "BUILT_IN", "RULES", "Rule", "UnknownKeyword", "alias", "arrays", "bilinear", "composition", "constant", "creation",
    "custom", "eigenvalues", "einsum", "elementwise", "factors", "fourier", "helpers", "joining", "least_squares", "linalg",
    "linear", "matrices", "methods", "norms", "operators", "polynomial_bases", "polynomials", "reductions", "rule_of",
    "scalar_math", "sequence", "shapes", "structures", "tensors", "ufuncs", "writes",
]
