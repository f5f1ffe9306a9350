"""A derivative is called like its primal."""
from __future__ import annotations

import inspect

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.backend.standalone import standalone
from tangentlite.dispatch import Specializer
from tangentlite.passes.unroll import KEEP

WEIGHTS = np.array([1.0, 2.0])
SCALE = 2.5


def power(x, n=2, *, k=3.0):
    return k * x ** n


def only(x, /, y=np.pi, *, k):
    return x * y * k


def named(x, act=np.tanh, w=WEIGHTS, SCALE=SCALE):
    return np.sum(act(x) * w) * SCALE


def valued(x, w=[1.0, 2.0], t=(1, 2.5), s=np.zeros(3), h=-2, i=float("inf"), c=1 + 2j):
    return x * w[0] * t[1] + s[0] * h


def optional(x, a=1.0, n=None, z=1.0):
    return a * x * z if n is None else a * x * n * z


def variadic(x, n=2, *args, k=1.0):
    return x * n * sum(args) * k


def recursive(x, *, n=3):
    return x if n == 0 else np.sin(recursive(x, n=n - 1)) * x


def anything(x, what=object()):
    return 2 * x


def header(f, *args, mode="reverse", **options):
    text = tl.source(f, *args, mode=mode, **options)
    return text[text.index("(") + 1:text.index("):\n")]


@pytest.mark.parametrize(("f", "args", "mode", "expected"), [
    (power, (2.0,), "reverse", "x, n=2, *, k=3.0, y_bar=1.0"),
    (power, (2.0,), "forward", "x, n=2, *, k=3.0, x_dot, k_dot"),
    (power, (2.0,), "vjp", "x, n=2, *, k=3.0"),
    (power, (2.0,), "primal", "x, n=2, *, k=3.0"),
    (power, (), "reverse", "x, n=2, *, k=3.0, y_bar=1.0"),
    (only, (), "reverse", "x, /, y=np.pi, *, k, out_bar=1.0"),
    (named, (WEIGHTS,), "reverse", "x, act=np.tanh, w=WEIGHTS, SCALE=SCALE, y_bar=1.0"),
    (named, (WEIGHTS,), "forward", "x, act=np.tanh, w=WEIGHTS, SCALE=SCALE, *, x_dot, w_dot, SCALE_dot"),
    (valued, (1.0,), "primal", "x, w=[1.0, 2.0], t=(1, 2.5), s=s_default, h=-2, i=i_default, c=c_default"),
    (variadic, (1.0,), "reverse", "x, n=2, *, k=1.0, y_bar=1.0"),
    (variadic, (1.0, 2, 3.0), "reverse", "x, n, args_0, *, k=1.0, y_bar=1.0"),
    (anything, (1.0,), "reverse", "x, what, y_bar=1.0"),
])
def test_the_signature_is_that_of_the_primal(f, args, mode, expected):
    assert header(f, *args, mode=mode) == expected


def test_a_default_of_another_kind_than_the_text_is_made_for_is_left_out():
    assert header(optional, 1.0) == "x, a=1.0, n=None, z=1.0, y_bar=1.0"
    assert header(optional, 1.0, 1.0, 2.0) == "x, a, n, z=1.0, y_bar=1.0"
    assert header(power, 2.0, 2.5, wrt="x") == "x, n=2, *, k=3.0, y_bar=1.0"
    assert header(named, WEIGHTS, np.tanh, 2.0) == "x, act, w, SCALE=SCALE, y_bar=1.0"


def test_a_default_for_a_static_argument_is_left_out():
    assert header(power, 2.0, 3, static_argnums=1) == "x, n, *, k=3.0, y_bar=1.0"


@pytest.mark.parametrize(("f", "args", "keywords"), [
    (power, (2.0,), {}), (power, (2.0, 3), {"k": 1.5}), (only, (2.0,), {"k": 1.5}), (named, (WEIGHTS,), {}), (valued, (1.0,), {}),
    (optional, (1.0,), {"z": 2.0}), (variadic, (1.0, 2, 3.0), {"k": 2.0}), (recursive, (0.5,), {}), (recursive, (0.5,), {"n": 2}),
])
def test_the_generated_function_is_called_like_the_primal(f, args, keywords):
    step = 1e-6
    ends = [f(args[0] + h, *args[1:], **keywords) for h in (step, -step)]
    expected = pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6)
    gradient = tl.grad(f)
    live = gradient.specialize(*args, **keywords)
    assert np.sum(live(*args, **keywords)) == expected
    assert np.sum(gradient(*args, **keywords)) == expected
    assert np.sum(tl.value_and_grad(f, (0,))(*args, **keywords)[1][0]) == expected
    if not keywords:
        assert np.sum(tl.vjp(f, *args)[1](1.0)[0]) == expected
        assert tl.jvp(f, args, [np.ones_like(a) * 1.0 if k == 0 else 0.0 for k, a in enumerate(args)])[1] == expected


@pytest.mark.parametrize(("f", "args"), [(power, (2.0,)), (named, (WEIGHTS,)), (valued, (1.0,)), (anything, (1.0,))])
def test_a_file_has_the_defaults(f, args):
    spec = Specializer(f, "reverse", 0, "_grad")
    printed = spec.derive(spec.kinds(spec.positional(args, {})), KEEP)[1]
    namespace: dict = {}
    exec(standalone(printed.units, printed.text, "Doc."), namespace)
    saved = namespace[f"{f.__name__}_grad"]
    assert str(saved(*args, *([None] if f is anything else []))) == str(tl.grad(f)(*args))
    wanted = {n: p.default for n, p in inspect.signature(f).parameters.items() if n != "what"}
    assert repr({n: inspect.signature(saved).parameters[n].default for n in wanted}) == repr(wanted)
