"""Derivative rules by family. `verbs` says what a rule is; importing this package fills `RULES`."""
from tangentlite.rules import arrays, helpers, joining, linalg, methods, operators, reductions, scalar_math, structures, ufuncs
from tangentlite.rules.verbs import RULES, Rule, UnknownKeyword, rule_of

__all__ = ["RULES", "Rule", "UnknownKeyword", "arrays", "helpers", "joining", "linalg", "methods", "operators", "reductions", "rule_of",
           "scalar_math", "structures", "ufuncs"]
