"""TARGET -> the live function: `file.py:func`, `file.py::func` or `package.module:func`."""
from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.machinery
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from tangentlite.cli.problems import UserCodeError, did_you_mean, listed
from tangentlite.errors import TargetError

PRIVATE = "_tangentlite_target_"  # and the file's name: a module that nobody else imports


def load(target: str) -> Callable[..., Any]:
    """The function that a target names; its module is imported, with what it prints going to stderr.

    Raises TargetError if the target names no function, UserCodeError if the import fails.
    """
    place, path = split(target)
    if is_file(place):
        module = import_file(existing(place))
    else:
        module = import_module(place)
    return function_at(module, path, place)


def split(target: str) -> tuple[str, list[str]]:
    """The file or module of a target, and the names that lead to the function in it."""
    if "::" in target:
        place, *rest = target.split("::")
        names = ".".join(rest)
    else:
        place, _, names = target.rpartition(":")
    if not place or not names:
        raise TargetError(f"{target!r} names no function{suggestion(target.rstrip(':'))}")
    path = names.split(".")
    if not all(name.isidentifier() for name in path):
        raise TargetError(f"{names!r} is no name of a function; write {place}:func or {place}:Class.method")
    return place, path


def suggestion(place: str) -> str:
    """What to write for a place without a function."""
    if is_file(place) and os.path.isfile(place):
        functions = listed(f"{place}:{name}" for name in defined_in(place))
        return f"; write {functions}" if functions else "; the file defines none"
    return "; write file.py:func or package.module:func"


def is_file(place: str) -> bool:
    return place.endswith(".py") or os.sep in place or "/" in place or os.path.isfile(place)


def defined_in(file: str) -> list[str]:
    """The functions at the top level of a file, which is not run."""
    try:
        with open(file, "rb") as stream:
            tree = ast.parse(stream.read())
    except (OSError, SyntaxError, ValueError):
        return []
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


def existing(file: str) -> str:
    """The path of a file, which must be there."""
    if os.path.isdir(file):
        raise TargetError(f"{file!r} is a directory; name a file in it, as in {os.path.join(file, 'file.py')}:func")
    if not os.path.isfile(file):
        directory, name = os.path.split(file)
        try:
            beside = [os.path.join(directory, n) for n in sorted(os.listdir(directory or ".")) if n.endswith(".py")]
        except OSError:
            raise TargetError(f"there is no directory {directory!r}") from None
        raise TargetError(f"there is no file {file!r}{did_you_mean(os.path.join(directory, name), beside)}")
    return os.path.abspath(file)


def import_file(file: str) -> ModuleType:
    """Run a file as a module of a private name, with its directory first on `sys.path`, as `python file.py` has it.

    Like a script it is compiled afresh, and no byte code of it is kept.
    """
    stem = os.path.splitext(os.path.basename(file))[0]
    name = PRIVATE + "".join(c if c.isalnum() else "_" for c in stem)
    loader = importlib.machinery.SourceFileLoader(name, file)
    spec = importlib.util.spec_from_file_location(name, file, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, os.path.dirname(file))
    sys.modules[name] = module
    with users_code(file):
        exec(loader.source_to_code(loader.get_data(file), file), vars(module))
    return module


def import_module(name: str) -> ModuleType:
    """A module that can be imported from the current directory."""
    if not all(part.isidentifier() for part in name.split(".")):
        raise TargetError(f"{name!r} is neither a file nor the name of a module{suggestion(name)}")
    if os.getcwd() not in sys.path and "" not in sys.path:
        sys.path.insert(0, os.getcwd())
    with users_code(name):
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name and (name == error.name or name.startswith(error.name + ".")):
                raise TargetError(f"there is no module {error.name!r}{alternative(name, error.name)}") from None
            raise


def alternative(name: str, missing: str) -> str:
    """What may have been meant by a module that is not there."""
    file = name.replace(".", "/") + ".py"
    if os.path.isfile(file):
        return f"; write {file}:func"
    beside = [n.removesuffix(".py") for n in os.listdir(".") if n.endswith(".py")]
    return did_you_mean(missing, [*beside, *sys.modules]) or "; a file is written as file.py:func"


@contextlib.contextmanager
def users_code(what: str) -> Iterator[None]:
    """Run code of the user's: what it raises is the user's to see."""
    try:
        yield
    except TargetError:
        raise
    except SystemExit as leaving:
        leaving.add_note(f"{what} left Python while it was imported; put what runs a script "
                         'under `if __name__ == "__main__":`')
        raise UserCodeError(leaving) from None
    except Exception as error:
        raise UserCodeError(error) from None


def function_at(module: ModuleType, path: list[str], place: str) -> Callable[..., Any]:
    """The function at the end of a path of attributes."""
    value: Any = module
    for depth, name in enumerate(path):
        owner = ".".join([place, *path[:depth]]) if depth else place
        if not hasattr(value, name):
            raise TargetError(f"{owner} has no {name!r}{advice(name, value, module)}")
        value = getattr(value, name)
    if isinstance(value, type):
        methods = [n for n, v in vars(value).items() if isinstance(v, FunctionType) and not n.startswith("__")]
        more = f"; write {place}:{'.'.join(path)}.{methods[0]}" if methods else ""
        raise TargetError(f"{'.'.join(path)!r} in {place} is a class, not a function{more}")
    if not callable(value):
        raise TargetError(f"{'.'.join(path)!r} in {place} is a {type(value).__name__}, not a function"
                          f"{others(functions_of(module))}")
    return value  # type: ignore[no-any-return]


def advice(name: str, value: Any, module: ModuleType) -> str:
    functions = functions_of(value)
    return did_you_mean(name, functions) or others(functions or functions_of(module))


def others(functions: list[str]) -> str:
    return f"; it defines {listed(functions)}" if functions else ""


def functions_of(value: Any) -> list[str]:
    """The functions and classes that a module or a class defines."""
    home = value.__name__ if inspect.ismodule(value) else getattr(value, "__module__", None)
    found = vars(value).items() if hasattr(value, "__dict__") else ()
    own = [n for n, v in found if isinstance(v, (FunctionType, type)) and v.__module__ == home]
    return [n for n in own if not n.startswith("__")]
