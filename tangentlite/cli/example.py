"""`--at '3.0, np.ones(3), k=2'`: example arguments, written as in a call."""
from __future__ import annotations

import ast
import math
from types import FunctionType
from typing import Any

import numpy as np

from tangentlite.cli.primal import behind
from tangentlite.cli.problems import UsageError, did_you_mean

Example = tuple[tuple[Any, ...], dict[str, Any]]


def evaluate(at: str, function: FunctionType) -> Example:
    """The positional and the keyword arguments. Raises UsageError, in one line, for what is wrong with them."""
    scope = {"np": np, "math": math, **behind(function).__globals__}
    try:
        tree = ast.parse(f"_(\n{at}\n)", mode="eval")
        if not isinstance(tree.body, ast.Call) or not (isinstance(tree.body.func, ast.Name) and tree.body.func.id == "_"):
            raise SyntaxError("unmatched ')'")
        tree.body.func = ast.copy_location(ast.Name("__collect__", ast.Load()), tree.body.func)
        code = compile(tree, "<--at>", "eval")
    except SyntaxError as error:
        raise UsageError(f"--at {at!r} is not a list of arguments: {error.msg}; "
                         "write them as in a call, --at '3.0, np.ones(3), k=2'") from None
    except ValueError as error:
        raise UsageError(f"--at {at!r} is not a list of arguments: {error}") from None
    try:
        collected: Example = eval(code, {**scope, "__collect__": lambda *args, **kwargs: (args, kwargs)})
    except NameError as error:
        meant = did_you_mean(error.name or "", scope)
        raise UsageError(f"--at {at!r}: {error}{meant or '; it sees the names of the target module, np and math'}") from None
    except Exception as error:
        raise UsageError(f"--at {at!r}: {type(error).__name__}: {' '.join(str(error).split())}") from None
    return collected
