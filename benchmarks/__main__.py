"""`python -m benchmarks`: all tables; those of what is not installed are left out."""
from __future__ import annotations

from importlib.util import find_spec

from benchmarks import calls, elements, scalars, start, transform

for part in (start, calls, transform, scalars, elements):
    part.main()
if find_spec("scipy"):
    from benchmarks.arrays import __main__ as arrays

    arrays.main([])
if find_spec("numba"):
    from benchmarks.kernels import __main__ as kernels

    kernels.main()
