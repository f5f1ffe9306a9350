"""What a process pays before it does anything: imports, and the command line's help. Fresh processes, medians."""
from __future__ import annotations

import subprocess
import sys
from functools import partial

from benchmarks.timing import medians, table

IMPORTS = {"python": "pass", "numpy": "import numpy", "tangentlite": "import tangentlite",
           "tangentlite.grad": "from tangentlite import grad"}


def run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    tasks = {name: partial(run, "-c", code) for name, code in IMPORTS.items()}
    tasks["tangentlite --help"] = partial(run, "-m", "tangentlite", "--help")
    seconds = medians(tasks, rounds=15)
    rows = [[name, f"{t * 1e3:.0f}", f"{(t - seconds['numpy']) * 1e3:.0f}"] for name, t in seconds.items()]
    print(table("processes, ms", ["", "ms", "beyond NumPy"], rows))


if __name__ == "__main__":
    main()
