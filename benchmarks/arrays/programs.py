"""Array programs as one writes them in NumPy, and arguments for them in three sizes."""
from __future__ import annotations

import numpy as np
from scipy import special


def black_scholes(spot, strike, time, rate, volatility):
    """The value of a book of calls."""
    spread = volatility * np.sqrt(time)
    d1 = (np.log(spot / strike) + (rate + 0.5 * volatility ** 2) * time) / spread
    d2 = d1 - spread
    first = 0.5 * (1.0 + special.erf(d1 / np.sqrt(2.0)))
    second = 0.5 * (1.0 + special.erf(d2 / np.sqrt(2.0)))
    return np.sum(spot * first - strike * np.exp(-rate * time) * second)


def logistic_regression(w, b, x, t):
    margin = t * (np.dot(x, w) + b)
    return np.mean(np.log1p(np.exp(-margin))) + 0.01 * np.sum(w * w)


def mlp(w1, b1, w2, b2, x, t):
    h = np.tanh(np.dot(x, w1) + b1)
    y = np.dot(h, w2) + b2
    shifted = y - np.max(y, axis=1, keepdims=True)
    log_sum = np.log(np.sum(np.exp(shifted), axis=1))
    return np.mean(log_sum - np.sum(shifted * t, axis=1))


def gmm(weights, means, scales, x):
    """The log-likelihood of a mixture of Gaussians with diagonal covariances; scales are logarithms."""
    centred = (x[:, None, :] - means) * np.exp(-scales)
    energy = weights - np.sum(scales, axis=1) - 0.5 * np.sum(centred * centred, axis=2)
    top = np.max(energy, axis=1)
    total = np.sum(np.log(np.sum(np.exp(energy - top[:, None]), axis=1)) + top)
    return total - x.shape[0] * np.log(np.sum(np.exp(weights)))


def lstm(w, u, b, xs, t):
    """A recurrent network over one sequence; the last state is compared with t."""
    n = t.shape[0]
    h = np.zeros(n)
    c = np.zeros(n)
    for x in xs:
        z = np.dot(w, x) + np.dot(u, h) + b
        i = 1.0 / (1.0 + np.exp(-z[:n]))
        f = 1.0 / (1.0 + np.exp(-z[n:2 * n]))
        o = 1.0 / (1.0 + np.exp(-z[2 * n:3 * n]))
        g = np.tanh(z[3 * n:])
        c = f * c + i * g
        h = o * np.tanh(c)
    e = h - t
    return np.sum(e * e)


def attention(wq, wk, wv, x, t):
    q = x @ wq
    k = x @ wk
    v = x @ wv
    scores = q @ k.T / np.sqrt(wq.shape[1])
    weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    weights = weights / np.sum(weights, axis=1, keepdims=True)
    e = weights @ v - t
    return np.sum(e * e)


def gaussian_process(amplitude, length, noise, x, y):
    """The negative log marginal likelihood."""
    d = x[:, None] - x
    k = amplitude ** 2 * np.exp(-0.5 * d ** 2 / length ** 2) + noise ** 2 * np.eye(len(x))
    factor = np.linalg.cholesky(k)
    z = np.linalg.solve(factor, y)
    return 0.5 * np.sum(z * z) + np.sum(np.log(np.diag(factor)))


def kalman(a, q, h, r, ys):
    """The negative log-likelihood of observations, by the filter."""
    m = np.zeros(a.shape[0])
    p = np.eye(a.shape[0])
    loss = 0.0
    for y in ys:
        m = a @ m
        p = a @ p @ a.T + q
        e = y - h @ m
        s = h @ p @ h.T + r
        gain = np.linalg.solve(s, h @ p).T
        loss = loss + 0.5 * (e @ np.linalg.solve(s, e) + np.log(np.linalg.det(s)))
        m = m + gain @ e
        p = p - gain @ h @ p
    return loss


SIZES = ("S", "M", "L")


def arguments(size):
    """{program: (arguments, positions differentiated)} of one size."""
    rng, k = np.random.default_rng(0), SIZES.index(size)
    n = (100, 1000, 100_000)[k]
    book = (rng.uniform(80.0, 120.0, n), rng.uniform(80.0, 120.0, n), rng.uniform(0.2, 2.0, n), 0.03, rng.uniform(0.1, 0.5, n))
    rows, features = ((50, 5), (1000, 20), (20_000, 100))[k]
    x = rng.normal(size=(rows, features))
    regression = (rng.normal(size=features), 0.3, x, np.sign(rng.normal(size=rows)))
    rows, features, hidden, classes = ((10, 4, 8, 3), (64, 32, 64, 10), (256, 256, 256, 10))[k]
    network = (rng.normal(size=(features, hidden)), rng.normal(size=hidden), rng.normal(size=(hidden, classes)), rng.normal(size=classes),
               rng.normal(size=(rows, features)), np.eye(classes)[rng.integers(0, classes, rows)])
    rows, features, parts = ((50, 2, 3), (1000, 5, 10), (5000, 20, 25))[k]
    mixture = (rng.normal(size=parts), rng.normal(size=(parts, features)), 0.1 * rng.normal(size=(parts, features)),
               rng.normal(size=(rows, features)))
    steps, features, hidden = ((10, 4, 8), (50, 16, 32), (200, 64, 128))[k]
    recurrent = (*(0.1 * rng.normal(size=(4 * hidden, m)) for m in (features, hidden)), rng.normal(size=4 * hidden),
                 rng.normal(size=(steps, features)), rng.normal(size=hidden))
    rows, features = ((8, 4), (64, 32), (512, 64))[k]
    heads = (*(rng.normal(size=(features, features)) / features ** 0.5 for _ in range(3)), rng.normal(size=(rows, features)),
             rng.normal(size=(rows, features)))
    points = np.sort(rng.uniform(0.0, 10.0, (10, 50, 300)[k]))
    process = (1.3, 0.7, 0.3, points, np.sin(points))
    steps, states, seen = ((10, 2, 1), (50, 4, 2), (200, 12, 6))[k]
    filtered = (0.9 * np.eye(states) + 0.05 * rng.normal(size=(states, states)), 0.1 * np.eye(states), rng.normal(size=(seen, states)),
                0.5 * np.eye(seen), rng.normal(size=(steps, seen)))
    return {black_scholes: (book, (0, 2, 4)), logistic_regression: (regression, (0, 1)), mlp: (network, (0, 1, 2, 3)),
            gmm: (mixture, (0, 1, 2)), lstm: (recurrent, (0, 1, 2)), attention: (heads, (0, 1, 2)),
            gaussian_process: (process, (0, 1, 2)), kalman: (filtered, (0, 1, 2, 3))}
