"""What works: `python -m tests.coverage [prefix ...]` checks the rows whose names begin so, as "numpy.linalg: solve"."""
from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

from tangentlite import pipeline
from tests.coverage.checking import ROWS, Unavailable, check


def main(prefixes: list[str]) -> None:
    warnings.simplefilter("ignore")
    pipeline.CHECK_EVERY_STEP = True
    chosen = [row for key, row in ROWS.items() if not prefixes or key.startswith(tuple(prefixes))]
    with tempfile.TemporaryDirectory() as directory:
        results = [outcome(row, Path(directory)) for row in chosen]
    for row, result in zip(chosen, results):
        if result:
            print(f"{row.key}    {result}")
    print(f"{results.count('')} of {len(results)} rows work")


def outcome(row: object, directory: Path) -> str:
    """What is wrong with a row; "" where nothing is."""
    try:
        check(row, directory)  # type: ignore[arg-type]
    except Unavailable as e:
        return f"unavailable: {e}"
    except Exception as e:
        return f"{type(e).__name__}: {' '.join(str(e).split())[:200]}"
    return ""


if __name__ == "__main__":
    main(sys.argv[1:])
