"""`python -m benchmarks.kernels.limits`: what a compiled call costs beside Numba's own, how time grows, and the second process."""
from __future__ import annotations

import functools
import os
import subprocess
import sys
import tempfile
import time

import numba

import tangentlite as tl
from benchmarks.kernels import programs
from benchmarks.timing import medians

CACHED = """
import time
start = time.perf_counter()
import tangentlite as tl
from benchmarks.kernels.programs import arguments, thomas
args, wrt = arguments(0.1)[thomas]
tl.grad(thomas, wrt, backend="numba", cache=True)(*args)
print(time.perf_counter() - start)
"""


def main() -> None:
    f = programs.logistic
    own, ours = numba.njit(lambda r, x, n: (r, x)), tl.grad(f, (0, 1), backend="numba")
    t = medians({"own": functools.partial(own, 3.0, 0.2, 0), "ours": functools.partial(ours, 3.0, 0.2, 0)}, inner=2000)
    print(f"a call of a Numba function {t['own'] * 1e9:.0f} ns, of a compiled gradient {t['ours'] * 1e9:.0f} ns")
    for name, f, args in (("numba", programs.logistic, lambda n: (3.0, 0.2, n)), ("python", programs.logistic, lambda n: (3.0, 0.2, n)),
                          ("numba", programs.power, lambda n: (1.0001, n)), ("python", programs.power, lambda n: (1.0001, n))):
        g = tl.grad(f, backend=name)
        t = medians({n: functools.partial(g, *args(n)) for n in (3000, 30_000)})
        print(f"{f.__name__}, {name}: 30,000 steps take {t[30_000] / t[3000]:.1f} times as long as 3,000")
    with tempfile.TemporaryDirectory() as cache:
        for process in ("first", "second"):
            start = time.perf_counter()
            out = subprocess.run([sys.executable, "-c", CACHED], env={**os.environ, "TANGENTLITE_CACHE_DIR": cache}, capture_output=True,
                                 text=True, check=True)
            seconds = time.perf_counter() - start
            print(f"{process} process with cache=True: {float(out.stdout):.2f} s to the first gradient, {seconds:.2f} s in all")


if __name__ == "__main__":
    main()
