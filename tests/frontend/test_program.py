"""What is known of the functions of a program, recursive ones included."""
from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import tangentlite as tl
from tangentlite import pipeline
from tangentlite.frontend.program import Program
from tangentlite.ir import kinds as K


def array_at_the_bottom(x, n):
    if n <= 0:
        return x
    return number_on_the_way(x, n)


def number_on_the_way(x, n):
    if n > 5:
        return 1.0
    return array_at_the_bottom(x, n - 1) * 2.0


def top(x, n):
    return np.sum(array_at_the_bottom(x, n) * x)


def test_results_of_mutual_recursion_cover_all_paths():
    program, _ = pipeline.lower(top, {"x": K.of_value(np.ones(3), "x"), "n": K.INT})
    kinds = {fn.target: result.kinds for fn, result in program.results.items()}
    for function in (array_at_the_bottom, number_on_the_way):
        (kind,) = kinds[function]
        assert K.join(kind, K.FLOAT, "key") == kind
        assert K.join(kind, K.Array("float64", (("n", "x", 0),)), "key") == kind


def test_what_does_not_recur_is_lowered_once(monkeypatch):
    seen = []
    attempt = Program.attempt
    monkeypatch.setattr(Program, "attempt", lambda self, fn, *rest: seen.append(fn.target) or attempt(self, fn, *rest))
    pipeline.lower(calls_it, {"x": K.FLOAT})
    assert seen == [calls_it, np_sum]


def np_sum(x):
    return np.sum(x * x)


def calls_it(x):
    return np_sum(x) + np_sum(x)


def test_a_dictionary_of_ours_is_no_sequence_to_numpy():
    def f(xs):
        counts = Counter(k % 2 for k in range(5))
        return np.reshape(counts, (-1,))[0] * xs[0] + counts[1] * xs[1]

    with pytest.raises(TypeError):
        tl.grad(f)([1.2, 0.7])
