"""A number stays active through whatever it is put into: what cannot be followed is refused, never taken for a constant."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import NoRuleError


def to_string(x):
    return float(str(x)) * 2.0


def formatted(x):
    return float(f"{x}") * x


def percent(x):
    return float("%r" % x)  # noqa: UP031


def representation(x):
    return float(repr(x))


def format_function(x):
    return float(format(x))


def format_method(x):
    return float("{}".format(x))  # noqa: UP032


def numpy_of_text(x):
    return np.float64(str(x)) * 1.0


def array_of_text(x):
    return np.array(str(x), dtype=float) * 2.0


def concatenated(x):
    return float("1" + str(x))


def joined(x):
    return float("".join([str(x)]))


def text_by_branch(x):
    text = str(x) if x > 0.0 else "1.0"
    return float(text)


def text_in_a_loop(x):
    text = ""
    for _ in range(2):
        text = str(x)
    return float(text)


def written(x):
    return str(x)


def text_of_a_call(x):
    return float(written(x))


def object_array(x):
    return np.array([x, x], object).sum()


def object_keyword(x):
    return np.sum(np.array([x, 2.0 * x], dtype=object))


def object_cast(x):
    return np.ones(3).astype(object)[0] * np.full(3, x).astype("O")[0]


def complex_sign(x):
    return np.real(np.sign(x + 1j))


def index_grid(x):
    return np.sum(np.ix_(np.full(3, x))[0])


@pytest.mark.parametrize("f", [to_string, formatted, percent, representation, format_function, format_method, numpy_of_text,
                               array_of_text, concatenated, joined, text_by_branch, text_in_a_loop, text_of_a_call, object_array,
                               object_keyword, object_cast, complex_sign, index_grid], ids=lambda f: f.__name__)
@pytest.mark.parametrize("derive", [tl.grad, lambda f: lambda x: tl.jvp(f, (x,), (1.0,))], ids=["reverse", "forward"])
def test_what_cannot_be_followed_is_refused(f: Callable[..., Any], derive: Any) -> None:
    with pytest.raises(NoRuleError) as refusal:
        derive(f)(0.5)
    assert refusal.value.filename == __file__
    assert refusal.value.lineno


def inert_text(x):
    print(f"{x} %s" % x, str(x))
    assert x > 0.0, "%r" % x  # noqa: UP031
    unit = {"m": 2.0}["m" if str(x) else "k"]
    return unit * x * len(f"{x:.3f}")


def test_text_that_carries_no_number_is_kept(capsys) -> None:
    assert tl.grad(inert_text)(0.5) == 10.0
    assert tl.jvp(inert_text, (0.5,), (1.0,))[1] == 10.0
    assert capsys.readouterr().out == "0.5 0.5 0.5\n" * 2


def heaviside_at_zero(h):
    return np.heaviside(0.0, h) * 3.0 + np.heaviside(1.0, h)


def test_the_value_of_a_step_at_its_edge() -> None:
    assert tl.grad(heaviside_at_zero)(0.5) == 3.0
