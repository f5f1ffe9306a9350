"""Small programs as they stand in notebooks: integrators, likelihoods, networks, finance, physics."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr, pos

GRAVITY = 9.81
DATA_T = np.linspace(0.1, 2.0, 6)
DATA_Y = np.array([0.9, 0.75, 0.6, 0.52, 0.41, 0.33])


def rosenbrock(x, y):
    return (1.0 - x) ** 2 + 100.0 * (y - x ** 2) ** 2


def rosenbrock_n(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def rosenbrock_loop(x):
    s = 0.0
    for i in range(len(x) - 1):
        s += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return s


def projectile_range(speed, angle, drag):
    x, y = 0.0, 0.0
    vx, vy = speed * math.cos(angle), speed * math.sin(angle)
    dt = 0.02
    while y >= 0.0:
        v = math.sqrt(vx * vx + vy * vy)
        vx, vy = vx - dt * drag * v * vx, vy - dt * (GRAVITY + drag * v * vy)
        x, y = x + dt * vx, y + dt * vy
    return x


def runge_kutta(y0, k, steps):
    def rate(t, y):
        return -k * y + math.sin(t)

    y, t, h = y0, 0.0, 0.1
    for _ in range(steps):
        k1 = rate(t, y)
        k2 = rate(t + h / 2, y + h / 2 * k1)
        k3 = rate(t + h / 2, y + h / 2 * k2)
        k4 = rate(t + h, y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t = t + h
    return y


def lotka_volterra(a, b, steps):
    prey, predator = 1.0, 0.5
    for _ in range(steps):
        dprey = a * prey - b * prey * predator
        dpredator = -0.7 * predator + 0.3 * prey * predator
        prey, predator = prey + 0.05 * dprey, predator + 0.05 * dpredator
    return prey * predator


def kepler(mean_anomaly, e):
    big_e = mean_anomaly
    for _ in range(8):
        big_e = big_e - (big_e - e * math.sin(big_e) - mean_anomaly) / (1.0 - e * math.cos(big_e))
    return big_e


def black_scholes(s, k, sigma, r, t):
    def cdf(z):
        return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))

    d1 = (math.log(s / k) + (r + 0.5 * sigma ** 2) * t) / (sigma * math.sqrt(t))
    d2 = d1 - sigma * math.sqrt(t)
    return s * cdf(d1) - k * math.exp(-r * t) * cdf(d2)


def binomial_option(s, sigma, n):
    u = math.exp(sigma * math.sqrt(1.0 / n))
    p = (1.0 - 1.0 / u) / (u - 1.0 / u)
    prices = s * u ** (np.arange(n + 1) * 2.0 - n)
    v = np.maximum(prices - 1.0, 0.0)
    for _ in range(n):
        v = p * v[1:] + (1.0 - p) * v[:-1]
    return v[0]


def lennard_jones(positions):
    e = 0.0
    n = len(positions)
    for i in range(n):
        for j in range(i + 1, n):
            d = positions[i] - positions[j]
            r2 = np.sum(d * d)
            s6 = 1.0 / r2 ** 3
            e = e + 4.0 * (s6 * s6 - s6)
    return e


def logistic_regression(w, b, x, t):
    z = x @ w + b
    return np.mean(np.logaddexp(0.0, z) - t * z) + 0.1 * np.sum(w ** 2)


def softmax_cross_entropy(w, x, labels):
    z = x @ w
    z = z - np.max(z, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])


def perceptron(w1, b1, w2, b2, x, t):
    h = np.tanh(np.dot(x, w1) + b1)
    y = np.dot(h, w2) + b2
    e = y - t
    return np.sum(e * e)


def recurrent_network(w, u, b, xs):
    h = np.zeros(w.shape[0])
    loss = 0.0
    for x in xs:
        h = np.tanh(w @ h + u * x + b)
        loss = loss + np.sum((h - 0.1) ** 2)
    return loss / len(xs)


def gated_unit(wz, wh, xs):
    h = np.zeros(2)
    for x in xs:
        inputs = np.concatenate([h, x])
        z = 1.0 / (1.0 + np.exp(-(wz @ inputs)))
        h = (1.0 - z) * h + z * np.tanh(wh @ inputs)
    return np.sum(h)


def attention(q, k, v):
    scores = q @ k.T / np.sqrt(k.shape[1])
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return np.sum((weights @ v) ** 2)


def hidden_markov(log_start, log_trans, log_emit):
    alpha = log_start + log_emit[0]
    for e in log_emit[1:]:
        m = alpha[:, None] + log_trans
        top = np.max(m, axis=0)
        alpha = top + np.log(np.sum(np.exp(m - top), axis=0)) + e
    return np.log(np.sum(np.exp(alpha)))


def kalman_filter(q, r, ys):
    mean, var, ll = 0.0, 1.0, 0.0
    for y in ys:
        var = var + q
        s = var + r
        e = y - mean
        gain = var / s
        mean = mean + gain * e
        var = (1.0 - gain) * var
        ll = ll - 0.5 * (math.log(2.0 * math.pi * s) + e * e / s)
    return ll


def exponential_decay_fit(params):
    amplitude, rate, offset = params
    model = amplitude * np.exp(-rate * DATA_T) + offset
    return np.sum((model - DATA_Y) ** 2)


def gaussian_log_likelihood(mu, log_sigma, data):
    z = (data - mu) / np.exp(log_sigma)
    return np.sum(-0.5 * z ** 2 - log_sigma - 0.5 * np.log(2.0 * np.pi))


def gaussian_mixture(means, weights, data):
    w = np.exp(weights) / np.sum(np.exp(weights))
    density = np.exp(-0.5 * (data[:, None] - means[None, :]) ** 2) @ w
    return np.mean(np.log(density))


def heat_equation(u, kappa, steps):
    for _ in range(steps):
        left = np.roll(u, 1)
        right = np.roll(u, -1)
        u = u + kappa * (left - 2.0 * u + right)
    return np.sum(u ** 2)


def simpson(a, b, n):
    def f(x):
        return math.exp(-x * x) * math.sin(3.0 * x)

    h = (b - a) / n
    s = f(a) + f(b)
    for i in range(1, n):
        s += f(a + i * h) * (4 if i % 2 else 2)
    return s * h / 3


def spring_energy(x, rest_length, k):
    d = x[1:] - x[:-1]
    lengths = np.sqrt(np.sum(d ** 2, axis=1))
    return 0.5 * k * np.sum((lengths - rest_length) ** 2)


def leapfrog(q, p, steps):
    dt = 0.1
    p = p - 0.5 * dt * np.sin(q)
    for i in range(steps):
        q = q + dt * p
        if i < steps - 1:
            p = p - dt * np.sin(q)
    p = p - 0.5 * dt * np.sin(q)
    return np.sum(0.5 * p * p - np.cos(q))


def gradient_descent(a, rate, steps):
    x = np.zeros(2)
    target = np.array([1.0, -1.0])
    for _ in range(steps):
        residual = a @ x - target
        x = x - rate * (a.T @ residual)
    return np.sum((a @ x - target) ** 2)


def softened_nbody(pos, mass):
    d = pos[:, None, :] - pos[None, :, :]
    r2 = np.sum(d * d, axis=-1) + 0.05
    return -0.5 * np.sum(mass[:, None] * mass[None, :] / np.sqrt(r2))


def michaelis_menten(vmax, km, s, n):
    for _ in range(n):
        s = s - 0.1 * vmax * s / (km + s)
        if s < 0.05:
            return s
    return s


def mandelbrot_like(cr, ci, limit):
    zr = zi = 0.0
    for k in range(limit):
        zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
        if zr * zr + zi * zi > 4.0:
            return zr * zr + zi * zi + k
    return zr * zr + zi * zi


def bessel_series(x, terms):
    term = 1.0
    total = 1.0
    k = 0
    while k < terms and abs(term) > 1e-16:
        k += 1
        term *= -(x * x) / (4.0 * k * k)
        total += term
    return total


CASES = [
    Case(rosenbrock, [(0.7, 1.3), (-1.2, 1.0)], scalar_only=True),
    Case(rosenbrock_n, [(arr(4),), (arr(2),)]),
    Case(rosenbrock_loop, [(arr(4),), (arr(1),)]),
    Case(projectile_range, [(5.0, 0.8, 0.1)], scalar_only=True),
    Case(runge_kutta, [(0.7, 1.3, 0), (0.7, 1.3, 1), (0.7, 1.3, 7)], scalar_only=True),
    Case(lotka_volterra, [(0.7, 1.3, 0), (0.7, 1.3, 20)], scalar_only=True),
    Case(kepler, [(0.7, 0.3)], scalar_only=True),
    Case(black_scholes, [(1.1, 1.0, 0.3, 0.05, 0.7)], scalar_only=True),
    Case(binomial_option, [(1.1, 0.3, 4)]),
    Case(lennard_jones, [(np.array([[0.0, 0.0], [1.1, 0.1], [0.3, 1.2]]),)]),
    Case(logistic_regression, [(arr(3), 0.1, arr(5, 3), np.array([0, 1, 1, 0, 1]))]),
    Case(softmax_cross_entropy, [(arr(3, 4), arr(5, 3), np.array([0, 3, 1, 1, 2]))]),
    Case(perceptron, [(arr(2, 3), arr(3), arr(3, 1), arr(1), arr(4, 2), arr(4, 1))]),
    Case(recurrent_network, [(arr(2, 2), arr(2), arr(2, seed=1), arr(4)), (arr(2, 2), arr(2), arr(2), arr(1))]),
    Case(gated_unit, [(arr(2, 3), arr(2, 3, seed=1), arr(3, 1)), (arr(2, 3), arr(2, 3, seed=1), arr(0, 1))]),
    Case(attention, [(arr(2, 3), arr(4, 3), arr(4, 2))]),
    Case(hidden_markov, [(arr(2), arr(2, 2), arr(4, 2))]),
    Case(kalman_filter, [(0.3, 0.7, arr(4)), (0.3, 0.7, arr(0))]),
    Case(exponential_decay_fit, [(np.array([1.0, 0.5, 0.1]),)]),
    Case(gaussian_log_likelihood, [(0.3, -0.2, arr(5))]),
    Case(gaussian_mixture, [(arr(3), arr(3, seed=1), arr(5))]),
    Case(heat_equation, [(arr(5), 0.2, 0), (arr(5), 0.2, 3)]),
    Case(simpson, [(0.0, 1.3, 2), (-0.4, 0.7, 8)], scalar_only=True),
    Case(spring_energy, [(arr(4, 2), 0.5, 1.3)]),
    Case(leapfrog, [(arr(2), arr(2, seed=1), 1), (arr(2), arr(2, seed=1), 4), (0.7, 0.2, 3)]),
    Case(gradient_descent, [(arr(2, 2), 0.1, 0), (arr(2, 2), 0.1, 4)]),
    Case(softened_nbody, [(arr(3, 2), pos(3))]),
    Case(michaelis_menten, [(0.7, 1.3, 1.0, 7), (3.0, 0.3, 0.4, 7)], scalar_only=True),
    Case(mandelbrot_like, [(0.1, 0.2, 4), (0.7, 0.9, 7)], scalar_only=True),
    Case(bessel_series, [(0.7, 12), (0.7, 0), (2.3, 5)], scalar_only=True),
]
