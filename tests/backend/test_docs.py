"""The docstrings of generated functions."""
from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import tangentlite as tl


def chain(x, n):
    if n == 0:
        return x * x
    return chain(np.sin(x), n - 1)


LINE = chain.__code__.co_firstlineno
HERE = f"{Path(__file__).name}:{LINE}"


def docs(text: str) -> dict[str, str]:
    return {node.name: ast.get_docstring(node) for node in ast.parse(text).body}


@pytest.mark.parametrize(("mode", "expected"), [
    ("reverse", {
        "chain_grad": f"Gradient of chain with respect to x ({HERE}, reverse mode).",
        "chain_forward": f"chain and what its adjoint needs ({HERE}, forward sweep).",
        "chain_backward": f"Adjoint of chain with respect to x ({HERE}, reverse sweep)."}),
    ("value", {"chain_value_and_grad": f"Value and gradient of chain with respect to x ({HERE}, reverse mode)."}),
    ("forward", {"chain_jvp": f"Value and tangent of chain, for tangents of x ({HERE}, forward mode).",
                 "chain_tangent": f"Value and tangent of chain, for tangents of x ({HERE}, forward mode)."}),
    ("primal", {"chain": f"chain in the form that is differentiated ({HERE})."}),
])
def test_a_docstring_states_mode_outputs_inputs_and_place(mode, expected):
    found = docs(tl.source(chain, 0.5, 2, mode=mode))
    assert {name: found[name] for name in expected} == expected
    assert all(found.values())


def test_the_live_function_has_it():
    assert tl.grad(chain).specialize(0.5, 2).__doc__ == f"Gradient of chain with respect to x ({HERE}, reverse mode)."


def test_many_arguments_take_several_lines():
    def wide(first_argument, second_argument, third_argument, fourth_argument, fifth_argument):
        return first_argument + second_argument + third_argument + fourth_argument + fifth_argument

    text = tl.source(wide, *[1.0] * 5)
    assert max(map(len, text.split("return")[0].split("\n"))) <= 110
    assert "fifth_argument (" in " ".join(docs(text)["wide_grad"].split())
