"""`python -m benchmarks`: all tables."""
from __future__ import annotations

from benchmarks import calls, start, transform

for part in (start, calls, transform):
    part.main()
