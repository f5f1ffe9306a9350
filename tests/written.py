"""Bad input written to real files, with «» around what its error points at, and the whole message that Python prints."""
from __future__ import annotations

import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType

HEAD = "import math\nimport numpy as np\n\n"


def imported(path: Path) -> ModuleType:
    """The module in a file, under the file's name."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = made
    spec.loader.exec_module(made)
    return made


def module(directory: Path, text: str, name: str = "written") -> ModuleType:
    """The module that a text makes, imported from a file of its own."""
    path = directory / f"{name}.py"
    path.write_text((HEAD + text).replace("«", "").replace("»", ""))
    return imported(path)


def printed(error: BaseException, directory: Path) -> str:
    """The message as Python prints it at the end of a traceback."""
    return "".join(traceback.format_exception_only(error)).replace(f"{directory}/", ".../")


def message(text: str, what: str, name: str = "written") -> str:
    """The message of an error that points at the marked part of a text."""
    lines = (HEAD + text).split("\n")
    number = next((k for k, line in enumerate(lines, 1) if "«" in line), 0)
    if not number:
        return f"tangentlite.errors.{what}\n"
    line = lines[number - 1].strip()
    start, end = line.index("«"), line.index("»") - 1
    return (f'  File ".../{name}.py", line {number}\n    {line.replace("«", "").replace("»", "")}\n'
            f"    {' ' * start}{'^' * (end - start)}\ntangentlite.errors.{what}\n")
