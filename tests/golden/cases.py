"""The derivatives whose text is kept in files beside this one."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import tangentlite as tl
from examples import digits, dynamic_graphs, exercises, griewank, mlp, oscillator, power, recurrent, relu
from tests.golden import loops, matrices, recurrences, statistics


class Case(NamedTuple):
    """`tl.source(function, *args, mode=mode, wrt=wrt, **options)` is kept in NAME.py.txt."""

    name: str
    function: Callable[..., Any]
    args: tuple[Any, ...]
    wrt: tuple[str, ...] = ("x",)
    mode: str = "reverse"
    options: tuple[tuple[str, Any], ...] = ()

    def text(self) -> str:
        return tl.source(self.function, *self.args, mode=self.mode, wrt=self.wrt, **dict(self.options))


WEIGHTS = ("w1", "b1", "w2", "b2")
MLP = mlp.arguments()
DIGITS = np.zeros((64, 48)), np.zeros(48), np.zeros((48, 10)), np.zeros(10), np.zeros((32, 64)), np.zeros((32, 10))
RECURRENT = (*recurrent.initial(np.random.default_rng(0)), *recurrent.data(np.random.default_rng(0)))
LAYER = np.ones((3, 4)), np.ones(4), np.zeros(4), np.zeros((3, 4))

CASES = [
    Case("griewank", griewank.f, (1.0, 2.0), ("w1", "w2")),
    Case("griewank_forward", griewank.f, (1.0, 2.0), ("w1", "w2"), "forward"),
    Case("fixed_loop", dynamic_graphs.fixed_loop, (2.0,), ("w",)),
    Case("fixed_loop_unrolled", dynamic_graphs.fixed_loop, (2.0,), ("w",), "primal", (("unroll", True),)),
    Case("run_time_bound", dynamic_graphs.run_time_bound, (2.0, 4), ("w",)),
    Case("branch", dynamic_graphs.branch, (2.0,), ("w",)),
    Case("branch_forward", dynamic_graphs.branch, (2.0,), ("w",), "forward"),
    Case("power", power.power, (3.0, 4)),
    Case("power_unrolled", power.power, (3.0, 4), options=(("unroll", True), ("static_argnums", 1))),
    Case("power_forward", power.power, (3.0, 4), mode="forward"),
    Case("relu", relu.relu, (2.0,)),
    Case("relu_forward", relu.relu, (2.0,), mode="forward"),
    Case("mlp", mlp.mlp, MLP, WEIGHTS),
    Case("mlp_forward", mlp.mlp, MLP, WEIGHTS, "forward"),
    Case("log_sin_cos", exercises.log_sin_cos, (0.5,)),
    Case("two_products", exercises.two_products, (1.0, 2.0, 3.0, 4.0), ("x", "y", "z", "q"), "vjp"),
    Case("two_products_forward", exercises.two_products, (1.0, 2.0, 3.0, 4.0), ("x", "y", "z", "q"), "forward"),
    Case("sum_times_sine", exercises.sum_times_sine, (3.0, 3.0), ("x", "y")),
    Case("oscillator", oscillator.final_energy, (oscillator.Oscillator(1.0, 0.0), 1000), ("oscillator",)),
    Case("recurrent", recurrent.loss, RECURRENT, ("w", "u", "b", "v")),
    Case("digits", digits.loss, DIGITS, WEIGHTS),
    Case("solve", matrices.energy, (np.eye(3), np.ones(3)), ("a", "b")),
    Case("solve_forward", matrices.energy, (np.eye(3), np.ones(3)), ("a", "b"), "forward"),
    Case("gaussian", matrices.log_likelihood, (np.ones(3), np.eye(3), np.zeros(3)), ("mu", "cov")),
    Case("gaussian_process", matrices.evidence, (np.eye(3), np.ones(3)), ("k", "y")),
    Case("norm", matrices.distance, (np.ones(3), np.zeros(3)), ("x", "y")),
    Case("eigenvalues", matrices.spectral_loss, (np.eye(3),), ("a",)),
    Case("singular_values", matrices.smallest, (np.ones((3, 2)),)),
    Case("least_squares", matrices.fit, (np.ones((3, 2)), np.ones(3)), ("a", "b")),
    Case("fourier", matrices.power, (np.ones(4),)),
    Case("mean", statistics.mean, (np.ones(3),)),
    Case("means", statistics.means, (np.ones((3, 4)),), mode="vjp"),
    Case("variance", statistics.variance, (np.ones(3),)),
    Case("variance_forward", statistics.variance, (np.ones(3),), mode="forward"),
    Case("log_sum_exp", statistics.log_sum_exp, (np.ones(3),)),
    Case("log_sum_exp_written_out", statistics.log_sum_exp_written_out, (np.ones(3),)),
    Case("softmax", statistics.softmax, (np.ones((3, 4)),), mode="vjp"),
    Case("softmax_forward", statistics.softmax, (np.ones((3, 4)),), mode="forward"),
    Case("cholesky", statistics.cholesky, (np.eye(3),), ("a",), "vjp"),
    Case("cholesky_forward", statistics.cholesky, (np.eye(3),), ("a",), "forward"),
    Case("norms", statistics.norms, (np.ones((3, 4)),), mode="vjp"),
    Case("layer_norm", statistics.layer_loss, LAYER, ("x", "gain", "bias")),
    Case("layer_norm_forward", statistics.layer_norm, LAYER[:3], ("x", "gain", "bias"), "forward"),
    Case("log_likelihood", statistics.log_likelihood, (np.ones(3), 0.5, 1.0), ("x", "mu", "sigma")),
    Case("responsibilities", statistics.responsibilities, (np.ones(3), np.ones(2)), ("x", "mu")),
    Case("energy", statistics.energy, (np.ones(3),)),
    Case("tridiagonal", recurrences.tridiagonal, ([4.0 + k for k in range(20)], [1.0] * 20), ("d", "r")),
    Case("predator_and_prey", recurrences.predator_and_prey, (1.1, 0.4, 1.0, 0.7, 300), ("a", "b", "x", "y")),
    Case("length_of_orbit", recurrences.length_of_orbit, (0.1, 0.2, 100), ("x", "c")),
    Case("by_halves", recurrences.by_halves, (np.ones(4),)),
    Case("smoothed", recurrences.smoothed, (np.ones(4),)),
    Case("trapezoid", loops.trapezoid, (0.0, 1.0, 10), ("a", "b")),
    Case("plane", loops.plane, (np.ones((5, 5)), 0.1, 3), ("u",)),
    Case("huber", loops.huber, (np.ones(3), 0.5), ("x", "d")),
    Case("until_large", loops.until_large, (np.ones(3), 0.5)),
    Case("passage", loops.passage, (np.ones(3), 0.5), ("x", "t")),
    Case("skipping", loops.skipping, (np.ones(3),)),
    Case("square_root", loops.square_root, (2.0,)),
    Case("sweep", loops.sweep, (np.ones(5), 3), ("u",)),
    Case("heat", loops.heat, (np.ones(5), 0.1, 3), ("u", "k")),
    Case("largest_eigenvalue", loops.largest_eigenvalue, (np.eye(3), 3), ("a",)),
    Case("attract", loops.attract, (np.ones(3), np.ones(3)), ("x", "m")),
    Case("cumulative", loops.cumulative, (np.ones(3),)),
    Case("exponential", matrices.trace_of_exponential, (np.eye(3),), ("a",)),
]

if __name__ == "__main__":
    for case in CASES:
        print(f"--- {case.name}")
        print(case.text())
