"""The few functions that generated code may call. Plain NumPy; nothing of the transformation.

Updates are functional here (`setitem`, `add_at`, `append` return a new value). Generated code spells them as Python's own
in-place statements wherever the storage is provably its own, and calls these functions where it is not.
"""
from __future__ import annotations

from tangentlite.runtime.containers import (
    append,
    is_mapping,
    is_sequence,
    require_one,
    require_same_length,
    restricted,
    sorting_order,
    with_key,
    with_room,
    without,
    without_last,
    zeros_at,
)
from tangentlite.runtime.machine import add_unordered, opaque
from tangentlite.runtime.matrices import (
    add_outer,
    add_pairs,
    cofactors,
    cofactors_slope,
    dot_left,
    dot_right,
    matching,
    matmul_left,
    matmul_right,
    permutation,
    require_diagonal,
    turned,
)
from tangentlite.runtime.results import describe, require_complex, require_scalar
from tangentlite.runtime.scans import other_products, recurrence, shift
from tangentlite.runtime.shapes import (
    axis_length,
    broadcast_like,
    cast_like,
    enlarged,
    fit_axis,
    leading,
    max_along,
    min_along,
    prod_along,
    split_like,
    unbroadcast,
    unreduce,
    unsum,
)
from tangentlite.runtime.slopes import bessel_i, log_slope, polygamma, power_slope, sinc_slope
from tangentlite.runtime.structures import (
    accumulate,
    add_attribute,
    attributes_of,
    instance,
    is_text_or_code,
    rebuilt,
    restructured,
    set_attribute,
    zero_object,
    zeros_like,
)
from tangentlite.runtime.transposes import along_axis, put_along_axis, undiagonal, unreduceat, unrepeat, untile
from tangentlite.runtime.writes import (
    Path,
    add_at,
    add_each,
    copied,
    copied_table,
    element,
    is_basic,
    last_written,
    path,
    require_distinct,
    require_in_order,
    setitem,
    share_memory,
    with_imag,
    with_real,
)

__all__ = [
    "Path",
    "accumulate", "add_at", "add_attribute", "add_each", "add_outer", "add_pairs", "add_unordered", "along_axis", "append", "attributes_of",
    "axis_length", "bessel_i", "broadcast_like", "cast_like", "cofactors", "cofactors_slope", "copied", "copied_table", "describe",
    "dot_left",
    "dot_right", "element", "enlarged", "fit_axis", "instance", "is_basic", "is_mapping", "is_sequence", "is_text_or_code", "last_written",
    "leading", "log_slope", "matching", "matmul_left", "matmul_right", "max_along", "min_along", "opaque", "other_products",
    "path", "permutation", "polygamma", "power_slope", "prod_along", "put_along_axis", "rebuilt", "recurrence", "require_complex",
    "require_diagonal", "require_distinct", "require_in_order",
    "require_one", "require_same_length", "require_scalar", "restricted", "restructured",
    "set_attribute", "setitem", "share_memory", "shift", "sinc_slope", "sorting_order", "split_like", "turned", "unbroadcast",
    "undiagonal", "unreduce", "unreduceat", "unrepeat", "unsum", "untile", "with_imag", "with_key", "with_real", "with_room",
    "without", "without_last", "zero_object", "zeros_at", "zeros_like",
]
