"""Random loops over neighbours: derivatives are those of differences, and compiled ones those in Python."""
import numpy as np
import pytest

import tangentlite as tl
from tests.property.neighbours import generate

POINTS = [(6, 3), (7, 0), (4, 1), (5, 2)]
STEP = 1e-6


def made(seed, folder):
    path = folder / f"neighbours_{seed}.py"
    path.write_text(generate(seed))
    space = {"__name__": path.stem, "__file__": str(path)}
    exec(compile(path.read_text(), str(path), "exec"), space)
    return space["f"]


def points(seed):
    return [(np.random.default_rng(seed).uniform(0.3, 1.0, n), 0.6, 0.4, k) for n, k in POINTS]


def slope(f, args, direction):
    """Along a direction of all arguments but the last."""
    ends = [f(*(a + sign * STEP * d for a, d in zip(args, direction)), args[3]) for sign in (1, -1)]
    return (ends[0] - ends[1]) / (2 * STEP)


def check(seed, folder):
    f = made(seed, folder)
    for args in points(seed):
        gradient, n = tl.grad(f, (0, 1, 2))(*args), len(args[0])
        for direction in [(np.random.default_rng(seed + 1).normal(size=n), 0.3, -0.7), (np.zeros(n), 1.0, 0.0), (np.ones(n), 0.0, 0.5)]:
            found = float(sum(np.sum(g * d) for g, d in zip(gradient, direction)))
            expected = slope(f, args, direction)
            assert found == pytest.approx(expected, rel=1e-4, abs=1e-5 * (1.0 + abs(expected))), generate(seed)


@pytest.mark.parametrize("seed", range(40))
def test_gradients_are_those_of_differences(seed, tmp_path):
    check(seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1500))
def test_many_more(seed, tmp_path):
    check(seed, tmp_path)


def check_compiled(seed, folder):
    pytest.importorskip("numba")
    f = made(seed, folder)
    for args in points(seed):
        for a, b in zip(tl.grad(f, (0, 1, 2))(*args), tl.grad(f, (0, 1, 2), backend="numba")(*args), strict=True):
            assert np.allclose(a, b, rtol=1e-9, atol=1e-11), generate(seed)


@pytest.mark.parametrize("seed", range(2000, 2008))
def test_compiled_gradients_are_those_in_python(seed, tmp_path):
    check_compiled(seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3000, 3200))
def test_many_more_are_compiled(seed, tmp_path):
    check_compiled(seed, tmp_path)
