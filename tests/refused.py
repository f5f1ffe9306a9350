"""Functions of the corpus that are refused with a located error: the list shrinks as more of Python is covered."""

REFUSED = {
    "calls.function_bound_to_name",
    "tuples.reduce_over_tuple",
}
