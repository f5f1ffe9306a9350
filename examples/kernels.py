"""One `grad` for kernels and models: the loop is compiled by Numba, and so is its adjoint; the rest stays NumPy.

Heat spreads along a rod. How well does it conduct, if this is what a thermometer at one end has read?
"""
import numba
import numpy as np

import tangentlite as tl


@numba.njit
def reading(k, start, steps):
    """What the thermometer reads on average while the rod cools."""
    u = start.copy()
    readings = np.zeros(steps)
    for t in range(steps):
        left = u[0]
        for i in range(1, len(u) - 1):
            here = u[i]
            u[i] = here + k * (left - 2.0 * here + u[i + 1])
            left = here
        readings[t] = u[1]
    return np.sum(readings[steps // 2:]) / steps


def loss(log_k, start, measured):
    k = np.exp(log_k)
    return (reading(k, start, 200) - measured) ** 2


def main():
    start = np.linspace(0.0, 1.0, 30) ** 2
    measured = reading(0.2, start, 200)
    gradient = tl.grad(loss)

    log_k = np.log(0.05)
    for step in range(41):
        if step % 10 == 0:
            print(f"step {step:2}   k = {np.exp(log_k):.5f}   loss = {loss(log_k, start, measured):.2e}")
        log_k -= 10000.0 * gradient(log_k, start, measured)
    print("\nThe model's gradient, which calls the compiled adjoint of the kernel:\n")
    print(gradient.source.partition("\n\n\n")[0])


if __name__ == "__main__":
    main()
