"""The kernels rewritten for JAX, where it has a way of saying them that compiles to a loop."""
from __future__ import annotations

import functools
from typing import Any

from benchmarks.kernels import jaxed_loops

STATIC = {"logistic": 2, "lotka": 7, "lorenz": 7, "heat2d": 1, "heat3d": 1, "stencil": 1, "nbody": 4, "seidel2d": 1, "burgers": 4}


def gradients(same_loops: bool = False) -> dict[str, Any]:
    """What makes compiled gradients, by the name of the kernel: of the kernels rewritten, or with the `same_loops`.

    None where JAX is not installed.
    """
    try:
        import jax
    except ImportError:
        return {}
    jax.config.update("jax_enable_x64", True)

    def gradient(f: Any, argnums: Any) -> Any:
        g = jax.jit(jax.grad(f, argnums), static_argnums=STATIC.get(f.__name__, ()))
        return lambda *args: jax.block_until_ready(g(*args))

    found = {**rewritten(), **jaxed_loops.kernels()} if same_loops else rewritten()
    return {name: functools.partial(gradient, f) for name, f in found.items()}


def rewritten() -> dict[str, Any]:
    import jax

    jnp, scan = jax.numpy, jax.lax.scan

    def repeat(step: Any, state: Any, n: int) -> Any:
        return scan(lambda s, _: (step(s), None), state, None, length=n)[0]

    def logistic(r, x, n):
        return repeat(lambda x: r * x * (1.0 - x), x, n)

    def lotka(x, y, a, b, c, d, dt, n):
        def slope(x, y):
            return a * x - b * x * y, d * x * y - c * y

        def step(s):
            x, y = s
            kx, ky = slope(x, y)
            kx, ky = slope(x + 0.5 * dt * kx, y + 0.5 * dt * ky)
            return x + dt * kx, y + dt * ky

        return sum(repeat(step, (x, y), n))

    def lorenz(s, r, b, x, y, z, dt, n):
        def step(state):
            x, y, z = state
            return x + dt * s * (y - x), y + dt * (x * (r - z) - y), z + dt * (x * y - b * z)

        return sum(repeat(step, (x, y, z), n))

    def heat2d(u, n):
        def step(u):
            inner = 0.6 * u[1:-1, 1:-1] + 0.1 * (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:])
            return u.at[1:-1, 1:-1].set(inner)

        return jnp.sum(repeat(step, u, n) ** 2)

    def heat3d(u, n):
        m = slice(1, -1)

        def step(u):
            near = u[:-2, m, m] + u[2:, m, m] + u[m, :-2, m] + u[m, 2:, m] + u[m, m, :-2] + u[m, m, 2:]
            return u.at[m, m, m].set(0.4 * u[m, m, m] + 0.1 * near)

        return jnp.sum(repeat(step, u, n) ** 2)

    def seidel2d(u, n):
        def cell(left, rest):
            made = (left + rest) / 9.0
            return made, made

        def row(above, rows):
            here, below = rows
            rest = above[:-2] + above[1:-1] + above[2:] + here[1:-1] + here[2:] + below[:-2] + below[1:-1] + below[2:]
            inner = scan(cell, here[0], rest)[1]
            made = jnp.concatenate((here[:1], inner, here[-1:]))
            return made, made

        def sweep(u):
            return u.at[1:-1].set(scan(row, u[0], (u[1:-1], u[2:]))[1])

        return jnp.sum(repeat(sweep, u, n) ** 2)

    def thomas(a, b, c, d):
        def down(s, row):
            p, q = s
            a, b, c, d = row
            m = b - a * p
            return (c / m, (d - a * q) / m), (c / m, (d - a * q) / m)

        def up(x, row):
            p, q = row
            return q - p * x, q - p * x

        _, (p, q) = scan(down, (0.0, 0.0), (a, b, c, d))
        _, x = scan(up, 0.0, (p, q), reverse=True)
        return jnp.sum(x * x)

    def stencil(u, n):
        def step(u):
            def at(left, row):
                here, right = row
                new = 0.5 * here + 0.25 * left * right
                return new, new

            _, inner = scan(at, u[0], (u[1:-1], u[2:]))
            return u.at[1:-1].set(inner)

        return jnp.sum(repeat(step, u, n) ** 2)

    def nbody(p, v, m, dt, steps):
        def step(s):
            p, v = s
            d = p[None, :, :] - p[:, None, :]
            r2 = jnp.sum(d * d, -1) + 1e-3
            w = m[None, :] / (r2 * jnp.sqrt(r2))
            v = v + dt * jnp.sum(w[:, :, None] * d, 1)
            return p + dt * v, v

        return jnp.sum(repeat(step, (p, v), steps)[0] ** 2)

    def chain(a, b):
        return jnp.sum(jnp.tanh(a @ b))

    def griewank(x):
        return jnp.sum(x * x) / 4000.0 - jnp.prod(jnp.cos(x / jnp.sqrt(jnp.arange(1.0, len(x) + 1.0)))) + 1.0

    def heston(s0, v0, kappa, theta, xi, rho, dt, strike, z1, z2):
        def step(state, z):
            s, v = state
            w = jnp.sqrt(jnp.maximum(v, 1e-6))
            dw = rho * z[0] + jnp.sqrt(1.0 - rho * rho) * z[1]
            s = s * jnp.exp(-0.5 * w * w * dt + w * jnp.sqrt(dt) * z[0])
            return (s, v + kappa * (theta - w * w) * dt + xi * w * jnp.sqrt(dt) * dw), None

        start = jnp.full(len(z1), s0), jnp.full(len(z1), v0)
        return jnp.mean(jnp.maximum(scan(step, start, (z1.T, z2.T))[0][0] - strike, 0.0))

    def burgers(u, nu, dt, dx, n):
        def step(u):
            here, left, right = u[1:-1], u[:-2], u[2:]
            return u.at[1:-1].set(here - dt / dx * here * (here - left) + nu * dt / (dx * dx) * (right - 2.0 * here + left))

        return jnp.sum(repeat(step, u, n) ** 2)

    found = (logistic, lotka, lorenz, heat2d, heat3d, thomas, stencil, nbody, chain, griewank, seidel2d, heston, burgers)
    return {f.__name__: f for f in found}
