"""`-o FILE`: the derivative as a module of its own."""
from __future__ import annotations

import ast
import contextlib
import os
import stat
import sys
import tempfile
from argparse import Namespace
from typing import Any

from tangentlite import pipeline
from tangentlite.backend.standalone import standalone
from tangentlite.cli import primal
from tangentlite.cli.example import Example
from tangentlite.cli.problems import UsageError
from tangentlite.ir.transformation import behind

WHAT = {"reverse": "Gradient", "value": "Value and gradient", "forward": "Value and tangent"}


def save(made: pipeline.Derivative, function: Any, arguments: Namespace, example: Example | None) -> str:
    """Write the file and say so on stderr; for `-o -`, return the text."""
    text = standalone(pipeline.units(made), pipeline.text(made), docstring(function, arguments))
    if arguments.output == "-":
        return text
    path = os.path.realpath(arguments.output)
    check_is_no_source(path, arguments.output)
    try:
        write(path, text)
    except OSError as error:
        raise UsageError(f"cannot write {arguments.output!r}: {error.strerror or error}") from None
    needs = ", ".join(("numpy", *requirements(text)))
    names = ", ".join(made.names[root] for root in made.roots)
    sys.stderr.write(f"wrote {arguments.output}: {names} (needs {needs})\n")
    return ""


def docstring(function: Any, arguments: Namespace) -> str:
    """What the module holds and where it comes from; without a date, so that the same input gives the same file."""
    what = WHAT["value" if arguments.value and arguments.mode == "reverse" else arguments.mode]
    found = primal.of(function)
    wrt = f" with respect to {', '.join(arguments.wrt)}" if arguments.wrt else ""
    made_for = f"\n\nMade for arguments like {arguments.at}.\n" if arguments.at is not None else ""
    name = behind(function).__name__
    return f"{what} of `{name}` ({found.place}){wrt}, {arguments.mode} mode.{made_for}"


def requirements(text: str) -> list[str]:
    """The packages besides NumPy that a module imports."""
    nodes = ast.parse(text).body
    modules = [a.name for n in nodes if isinstance(n, ast.Import) for a in n.names]
    modules += [n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)]
    return sorted({m.partition(".")[0] for m in modules} - {"numpy", *sys.stdlib_module_names})


def check_is_no_source(path: str, given: str) -> None:
    """Refuse to overwrite a file that the function, or anything else at work, was imported from."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and os.path.exists(path) and os.path.exists(file) and os.path.samefile(path, file):
            raise UsageError(f"-o {given!r} is a source file that was just imported; write the derivative elsewhere")


def write(path: str, text: str) -> None:
    """Replace a file at once, keeping its permissions; something else than a file (/dev/null) is written to."""
    data = text.encode(errors="backslashreplace")
    mode = file_mode(path)
    if mode is None:
        with open(path, "wb") as stream:
            stream.write(data)
        return
    handle, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(path)}.", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def file_mode(path: str) -> int | None:
    """The permissions of a file or of one to be made; None for what is no file."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
    return stat.S_IMODE(status.st_mode) if stat.S_ISREG(status.st_mode) else None
