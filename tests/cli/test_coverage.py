"""`tangentlite coverage`, and the page of the documentation that it prints."""
from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from tangentlite import rules
from tangentlite.cli import coverage

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"


def namespaces(page: str) -> dict[str, set[tuple[str, bool]]]:
    """The functions under each heading, and whether their derivative is zero."""
    found: dict[str, set[tuple[str, bool]]] = {}
    for line in page.splitlines():
        if line.startswith("## "):
            here = found.setdefault(line.removeprefix("## "), set())
        elif found:
            here.update((name, line.startswith("Derivative zero")) for name in re.findall(r"`(\S+)`", line))
    return found


def installed(namespace: str, name: str) -> bool:
    owner = np.ndarray if namespace == "numpy.ndarray" else coverage.imported(namespace)
    for part in name.split("."):
        if not hasattr(owner, part):
            return False
        owner = getattr(owner, part)
    return True


def test_the_page_is_what_the_command_prints() -> None:
    written, actual = namespaces(PAGE.read_text()), namespaces(coverage.markdown())
    for namespace, names in actual.items():
        missing = {n for n in written.get(namespace, set()) ^ names if n in names or installed(namespace, n[0])}
        assert not missing, f"{namespace}: run `python -m tangentlite coverage --markdown > docs/coverage.md`"
    assert all(coverage.imported(n) is None for n in written.keys() - actual.keys() - {"numpy.ndarray"})


def test_the_registry_is_what_is_listed(cli) -> None:
    done = cli("coverage")
    assert (done.code, done.err) == (0, "")
    listed = dict(re.findall(r"^(\S+): (\d+) with a derivative", done.out, re.M))
    ufuncs = [getattr(np, n) for n in dir(np) if isinstance(getattr(np, n), np.ufunc)]
    assert int(listed["numpy"]) > 230
    for f in ufuncs:
        rule = rules.rule_of(f)
        assert rule is None or re.search(rf"\b{f.__name__}\b", done.out)


def test_markdown(cli) -> None:
    assert cli("coverage", "--markdown").out == coverage.markdown()
