"""docs/kinks.md, row by row, in both modes."""
from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import tangentlite as tl
from tests.written import imported

PAGE = Path(__file__).parent.parent / "docs" / "kinks.md"
NAMES = {"np": np, "math": math, "inf": math.inf, "nan": math.nan}


class Row(NamedTuple):
    expression: str
    point: dict[str, Any]
    derivatives: tuple[Any, ...]


def rows() -> list[Row]:
    found = []
    for line in PAGE.read_text().splitlines():
        if line.startswith("| `"):
            expression, point, derivatives = re.findall(r"`([^`]*)`", line)[:3]
            values = eval(f"dict({point})", dict(NAMES))
            slopes = eval(f"({derivatives},)", dict(NAMES))
            found.append(Row(expression, values, slopes))
    return found


ROWS = rows()
IDS = [f"{k}-{row.expression}" for k, row in enumerate(ROWS)]


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The rows as functions of a module."""
    file = tmp_path_factory.mktemp("kinks") / "rows.py"
    text = ["import math", "import numpy as np", "import scipy as sp", "import scipy.special", "from math import inf"]
    text += [f"def row_{k}({', '.join(row.point)}):\n    return {row.expression}" for k, row in enumerate(ROWS)]
    file.write_text("\n".join(text) + "\n")
    module = imported(file)
    return [getattr(module, f"row_{k}") for k in range(len(ROWS))]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("k", range(len(ROWS)), ids=IDS)
def test_row(functions: list[Any], k: int) -> None:
    f, args, expected = functions[k], tuple(ROWS[k].point.values()), ROWS[k].derivatives
    for got, want in zip(tl.grad(f, argnums=tuple(range(len(args))))(*args), expected, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-300)
    for j, want in enumerate(expected):
        for index in np.ndindex(np.shape(want)):
            direction = [np.zeros_like(a) if isinstance(a, np.ndarray) else 0.0 for a in args]
            if index:
                direction[j][index] = 1.0
            else:
                direction[j] = 1.0
            np.testing.assert_allclose(tl.jvp(f, args, tuple(direction))[1], np.asarray(want)[index], rtol=1e-6, atol=1e-300)
