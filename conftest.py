"""Modules that need what is not installed have no doctests to collect."""
from __future__ import annotations

import importlib.util

collect_ignore = [] if importlib.util.find_spec("numba") else [
    "tangentlite/backend/array_overloads.py", "tangentlite/backend/lowerings.py", "tangentlite/backend/overloads.py",
    "tangentlite/backend/messages.py", "tangentlite/backend/special_functions.py", "tangentlite/backend/spreading.py",
    "tangentlite/backend/vector_math.py",
]
