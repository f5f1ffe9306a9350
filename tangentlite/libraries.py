"""The packages whose functions are called as they are: their source is not read."""
LIBRARIES = frozenset((
    "numpy", "scipy", "math", "builtins", "functools", "itertools", "operator", "random", "time", "os", "sys", "logging",
    "warnings", "numba", "matplotlib", "pandas", "tangentlite"))
