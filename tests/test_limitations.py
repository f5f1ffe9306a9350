"""Every message with which the source of a function is refused stands in the documentation, as an example that runs."""
from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tangentlite

PACKAGE = Path(tangentlite.__file__).parent
DOCS = Path(__file__).parent.parent / "docs"
RAISED_BY = ("unsupported", "raises", "UnsupportedError", "OutdatedError")
WITHOUT_EXAMPLE = {  # messages that another refusal comes before
    ("kernels.py", "writes its arguments, and returns more than numbers"),
    ("copying.py", "a deep copy of what may be one array in two places cannot be differentiated"),
    ("loops.py", "this loop target cannot be differentiated yet"),
    ("in_place_calls.py", "calls itself with arguments of another structure whenever it does"),
}


def plain(text: str) -> str:
    return " ".join(text.split())


def refusals() -> Iterator[tuple[str, list[str]]]:
    """The file, and the parts of the message that are the same whatever is refused."""
    for file in sorted([*(PACKAGE / "frontend").glob("*.py"), *(PACKAGE / "transforms").glob("*.py")]):
        tree = ast.parse(file.read_text())
        constants = {t.id: s.value for s in tree.body if isinstance(s, ast.Assign) for t in s.targets if isinstance(t, ast.Name)}
        for node in ast.walk(tree):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if name in RAISED_BY and isinstance(node, ast.Call):
                message: Any = node.args[min(len(node.args) - 1, int(name in ("unsupported", "raises")))]
                message = constants.get(message.id) if isinstance(message, ast.Name) else message
                message = message.body if isinstance(message, ast.IfExp) else message
                pieces = message.values if isinstance(message, ast.JoinedStr) else [message]
                parts = [plain(p.value) for p in pieces if isinstance(p, ast.Constant) and isinstance(p.value, str)]
                yield file.name, [p for p in parts if len(p) > 6]


def test_every_refusal_has_an_example() -> None:
    shown = plain("".join(file.read_text() for file in DOCS.glob("*.md")))
    found = list(refusals())
    assert len(found) > 150
    missing = {(file, max(parts, key=len).lstrip("`() ")) for file, parts in found if not all(p in shown for p in parts)}
    assert missing == WITHOUT_EXAMPLE
