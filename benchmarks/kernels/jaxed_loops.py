"""The kernels in JAX as they are: every loop is a loop, every assignment to an element an update of the array."""
from __future__ import annotations

from typing import Any


def kernels() -> dict[str, Any]:
    """Functions by the name of the kernel; those whose loops are over numbers are `jaxed`'s."""
    import jax

    jnp, loop = jax.numpy, jax.lax.fori_loop

    def thomas(a, b, c, d):
        n = len(d)

        def down(i, state):
            p, q = state
            m = b[i] - a[i] * p[i - 1]
            return p.at[i].set(c[i] / m), q.at[i].set((d[i] - a[i] * q[i - 1]) / m)

        zeros = jnp.zeros(n)
        p, q = loop(1, n, down, (zeros.at[0].set(c[0] / b[0]), zeros.at[0].set(d[0] / b[0])))

        def up(k, x):
            i = n - 2 - k
            return x.at[i].set(q[i] - p[i] * x[i + 1])

        x = loop(0, n - 1, up, zeros.at[n - 1].set(q[n - 1]))
        return loop(0, n, lambda i, s: s + x[i] * x[i], 0.0)

    def stencil(u, n):
        def step(_, u):
            return loop(1, len(u) - 1, lambda i, u: u.at[i].set(0.5 * u[i] + 0.25 * u[i - 1] * u[i + 1]), u)

        u = loop(0, n, step, u)
        return loop(0, len(u), lambda i, s: s + u[i] * u[i], 0.0)

    def heat2d(u, n):
        rows, columns = u.shape

        def step(_, state):
            u, v = state

            def new(i, j):
                return 0.6 * u[i, j] + 0.1 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1])

            v = loop(1, rows - 1, lambda i, v: loop(1, columns - 1, lambda j, v: v.at[i, j].set(new(i, j)), v), v)
            u = loop(1, rows - 1, lambda i, u: loop(1, columns - 1, lambda j, u: u.at[i, j].set(v[i, j]), u), u)
            return u, v

        u = loop(0, n, step, (u, u))[0]
        return jnp.sum(u * u)

    def heat3d(u, n):
        m = len(u)

        def everywhere(set_at, u):
            def plane(i, u):
                return loop(1, m - 1, lambda j, u: loop(1, m - 1, lambda k, u: set_at(i, j, k, u), u), u)

            return loop(1, m - 1, plane, u)

        def step(_, state):
            u, v = state

            def new(i, j, k):
                near = u[i - 1, j, k] + u[i + 1, j, k] + u[i, j - 1, k] + u[i, j + 1, k] + u[i, j, k - 1] + u[i, j, k + 1]
                return 0.4 * u[i, j, k] + 0.1 * near

            v = everywhere(lambda i, j, k, v: v.at[i, j, k].set(new(i, j, k)), v)
            return everywhere(lambda i, j, k, u: u.at[i, j, k].set(v[i, j, k]), u), v

        u = loop(0, n, step, (u, u))[0]
        return jnp.sum(u * u)

    def nbody(p, v, m, dt, steps):
        n = len(p)

        def step(_, state):
            p, v = state

            def push(i, v):
                def pull(j, force):
                    dx, dy = p[j, 0] - p[i, 0], p[j, 1] - p[i, 1]
                    r2 = dx * dx + dy * dy + 1e-3
                    w = jnp.where(i != j, m[j] / (r2 * jnp.sqrt(r2)), 0.0)
                    return force[0] + w * dx, force[1] + w * dy

                ax, ay = loop(0, n, pull, (0.0, 0.0))
                return v.at[i, 0].add(dt * ax).at[i, 1].add(dt * ay)

            v = loop(0, n, push, v)
            return loop(0, n, lambda i, p: p.at[i, 0].add(dt * v[i, 0]).at[i, 1].add(dt * v[i, 1]), p), v

        p = loop(0, steps, step, (p, v))[0]
        return jnp.sum(p * p)

    def chain(a, b):
        def cell(i, j, s):
            return s + jnp.tanh(loop(0, a.shape[1], lambda k, c: c + a[i, k] * b[k, j], 0.0))

        return loop(0, a.shape[0], lambda i, s: loop(0, b.shape[1], lambda j, s: cell(i, j, s), s), 0.0)

    def griewank(x):
        def term(i, state):
            s, p = state
            return s + x[i] * x[i], p * jnp.cos(x[i] / jnp.sqrt(i + 1.0))

        s, p = loop(0, len(x), term, (0.0, 1.0))
        return s / 4000.0 - p + 1.0

    def seidel2d(u, n):
        rows, columns = u.shape

        def cell(i, j, u):
            near = u[i - 1, j - 1] + u[i - 1, j] + u[i - 1, j + 1] + u[i, j - 1] + u[i, j] + u[i, j + 1]
            return u.at[i, j].set((near + u[i + 1, j - 1] + u[i + 1, j] + u[i + 1, j + 1]) / 9.0)

        def sweep(_, u):
            return loop(1, rows - 1, lambda i, u: loop(1, columns - 1, lambda j, u: cell(i, j, u), u), u)

        u = loop(0, n, sweep, u)
        return jnp.sum(u * u)

    def heston(s0, v0, kappa, theta, xi, rho, dt, strike, z1, z2):
        other, root = jnp.sqrt(1.0 - rho * rho), jnp.sqrt(dt)

        def path(p, total):
            def step(t, state):
                s, v = state
                w = jnp.sqrt(jnp.maximum(v, 1e-6))
                dw = rho * z1[p, t] + other * z2[p, t]
                s = s * jnp.exp(-0.5 * w * w * dt + w * root * z1[p, t])
                return s, v + kappa * (theta - w * w) * dt + xi * w * root * dw

            return total + jnp.maximum(loop(0, z1.shape[1], step, (s0, v0))[0] - strike, 0.0)

        return loop(0, z1.shape[0], path, 0.0) / z1.shape[0]

    def burgers(u, nu, dt, dx, n):
        def step(_, state):
            u, v = state

            def new(i):
                return u[i] - dt / dx * u[i] * (u[i] - u[i - 1]) + nu * dt / (dx * dx) * (u[i + 1] - 2.0 * u[i] + u[i - 1])

            v = loop(1, len(u) - 1, lambda i, v: v.at[i].set(new(i)), v)
            return loop(1, len(u) - 1, lambda i, u: u.at[i].set(v[i]), u), v

        u = loop(0, n, step, (u, u))[0]
        return jnp.sum(u * u)

    found = (thomas, stencil, heat2d, heat3d, nbody, chain, griewank, seidel2d, heston, burgers)
    return {f.__name__: f for f in found}
