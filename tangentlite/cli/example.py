"""`--at '3.0, np.ones(3), k=2'`: example arguments, written as in a call."""
from __future__ import annotations

import ast
import math
from types import FunctionType
from typing import Any

import numpy as np

from tangentlite.cli.problems import UsageError, did_you_mean
from tangentlite.ir.transformation import behind

COLLECT = "the arguments"  # no name that an expression could use
Example = tuple[tuple[Any, ...], dict[str, Any]]


def evaluate(at: str, function: FunctionType) -> Example:
    """The positional and the keyword arguments. Raises UsageError, in one line, for what is wrong with them."""
    scope = {"np": np, "math": math, **behind(function).__globals__}
    try:
        tree = ast.parse(f"_(\n{at}\n)", mode="eval")
        if not (isinstance(tree.body, ast.Call) and isinstance(tree.body.func, ast.Name)):  # `1) + (2`
            raise SyntaxError("unmatched ')'")
        tree.body.func.id = COLLECT
        code = compile(tree, "<--at>", "eval")
    except SyntaxError as error:
        raise UsageError(f"--at {at!r} is not a list of arguments: {error.msg}; "
                         "write them as in a call, --at '3.0, np.ones(3), k=2'") from None
    except ValueError as error:
        raise UsageError(f"--at {at!r} is not a list of arguments: {error}") from None
    try:
        collected: Example = eval(code, {**scope, COLLECT: lambda *args, **kwargs: (args, kwargs)})
    except NameError as error:
        meant = did_you_mean(error.name or "", scope) or "; it sees the names of the target module, np and math"
        raise UsageError(f"--at {at!r}: {error}{meant}") from None
    except Exception as error:
        raise UsageError(f"--at {at!r}: {type(error).__name__}: {' '.join(str(error).split())}") from None
    return collected
