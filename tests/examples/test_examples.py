"""Every example runs and prints what it promises."""
from __future__ import annotations

import importlib
import re
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def printed(capsys):
    """What the `main` of an example prints."""

    def run(name: str) -> str:
        importlib.import_module(f"examples.{name}").main()
        return capsys.readouterr().out

    return run


def test_every_example_is_tested():
    tests = Path(__file__).read_text()
    assert [path.stem for path in EXAMPLES.glob("*.py") if f'printed("{path.stem}")' not in tests] == []


def test_griewank(printed):
    out = printed("griewank")
    assert "gradient = (7.5183079639, 11592.4838940)" in out
    assert "def f_grad(w1, w2, " in out
    assert out.count("np.exp") + out.count("exp(") >= 3


def test_dynamic_graphs(printed):
    out = printed("dynamic_graphs")
    assert "fixed_loop(2.0) = 5.0, derivative 1.0" in out
    assert "run_time_bound(2.0, 4) = 6.0, derivative 1.0" in out
    assert "branch(2.0) = 7.0, derivative 1.0" in out
    assert "branch(-2.0) = 5, derivative 0.0" in out
    assert "branch(0.0) = 5, derivative 0.0" in out


def test_power(printed):
    out = printed("power")
    assert re.findall(r"at x = 3: (\S+)", out) == ["0.0", "1.0", "6.0", "27.0", "108.0"]
    assert "reversed(" in out


def test_relu(printed):
    assert re.findall(r"derivative (\S+)", printed("relu")) == ["0.0", "0.0", "1.0"]


def test_mlp(printed):
    reverse, forward = re.findall(r"mode (-?\d+\.\d+)", printed("mlp"))
    assert float(reverse) == pytest.approx(float(forward), rel=1e-9)


def test_exercises(printed):
    out = printed("exercises")
    jacobian = "[[3. 3. 3. 0.]\n [4. 4. 0. 3.]]"
    assert out.count(jacobian) == 2
    assert "(-6.283185307180, 1.2e-16)" in out
    by_rule, by_hand = re.findall(r": +(1\.28\d+)", out)
    assert by_rule == by_hand


def test_recurrent(printed):
    losses = [float(value) for value in re.findall(r"loss (\d+\.\d+)", printed("recurrent"))]
    assert len(losses) == 7
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.01 * losses[0]


def test_digits(printed):
    out = printed("digits")
    assert float(re.findall(r"test accuracy (\d\.\d+)", out)[-1]) >= 0.95
    assert "w1_bar" in out.split("def ")[1]


@pytest.mark.parametrize(("arguments", "expected"), [((2.0,), 1.0), ((-2.0,), 0.0), ((0.0,), 0.0)])
def test_the_branch_has_the_derivative_of_the_arm_that_ran(arguments, expected):
    import tangentlite as tl
    from examples.dynamic_graphs import branch

    assert tl.grad(branch)(*arguments) == expected


def test_the_digits_gradient_agrees_with_central_differences():
    import tangentlite as tl
    from examples.digits import initial, loss

    rng = np.random.default_rng(1)
    x, t = rng.random((6, 64)), np.eye(10)[rng.integers(10, size=6)]
    parameters = [p + 0.1 * rng.normal(size=p.shape) for p in initial(rng, hidden=5)]
    directions = [rng.normal(size=p.shape) for p in parameters]
    gradients = tl.grad(loss, argnums=(0, 1, 2, 3))(*parameters, x, t)
    step = 1e-6
    up, down = (loss(*(p + s * d for p, d in zip(parameters, directions)), x, t) for s in (step, -step))
    along = sum(np.sum(g * d) for g, d in zip(gradients, directions))
    assert along == pytest.approx((up - down) / (2 * step), rel=1e-7)


def test_kernels(printed):
    pytest.importorskip("numba")
    out = printed("kernels")
    assert "step 40   k = 0.19999" in out
    assert "v1, res = reading_forward(k, start, 200)" in out


def test_oscillator(printed):
    from examples.oscillator import Oscillator, final_energy

    text = printed("oscillator")
    assert text.startswith("energy 0.191610, from Oscillator(position=1.0, velocity=0.0, damping=0.1)\ngradient Oscillator(position=0.38")
    h = 1e-6
    slope = (final_energy(Oscillator(1.0, 0.0, 0.1 + h), 1000) - final_energy(Oscillator(1.0, 0.0, 0.1 - h), 1000)) / (2 * h)
    assert float(re.search(r"damping=(-[\d.]+)\)\n\n", text)[1]) == pytest.approx(slope, rel=1e-6)
