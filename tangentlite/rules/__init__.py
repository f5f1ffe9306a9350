"""Derivative rules by family. `verbs` says what a rule is; importing this package fills `RULES`."""
from tangentlite.rules import (
    arrays,
    complex_math,
    components,
    creation,
    differences,
    eigenvalues,
    einsum,
    factors,
    fourier,
    grids,
    helpers,
    joining,
    least_squares,
    linalg,
    matrices,
    methods,
    nans,
    norms,
    numerical,
    operators,
    order,
    padding,
    polynomial_bases,
    polynomials,
    random_numbers,
    reductions,
    scalar_math,
    selection,
    shapes,
    started,
    structures,
    tensors,
    ufunc_methods,
    ufuncs,
    vectors,
    writes,
)
from tangentlite.rules.definitions import defined
from tangentlite.rules.registry import BUILT_IN, RULES, Rule, UnknownKeyword, rule_of
from tangentlite.rules.verbs import alias, bilinear, constant, custom, elementwise, linear, sequence

BUILT_IN.update(RULES)

__all__ = [
    "BUILT_IN", "RULES", "Rule", "UnknownKeyword", "alias", "arrays", "bilinear", "complex_math", "components", "constant", "creation",
    "custom", "defined", "differences", "eigenvalues", "einsum", "elementwise", "factors", "fourier", "grids", "helpers", "joining",
    "least_squares", "linalg", "linear", "matrices", "methods", "nans", "norms", "numerical", "operators", "order", "padding",
    "polynomial_bases", "polynomials", "random_numbers", "reductions", "rule_of", "scalar_math", "selection", "sequence", "shapes",
    "started", "structures", "tensors", "ufunc_methods", "ufuncs", "vectors", "writes",
]
