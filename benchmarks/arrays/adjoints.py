"""Adjoints of the array programs, written by hand in NumPy: value not returned, nothing computed twice, no helpers."""
from __future__ import annotations

import numpy as np
from scipy import special


def black_scholes(spot, strike, time, rate, volatility):
    root = np.sqrt(time)
    spread = volatility * root
    ratio = spot / strike
    d1 = (np.log(ratio) + (rate + 0.5 * volatility ** 2) * time) / spread
    d2 = d1 - spread
    first = 0.5 * (1.0 + special.erf(d1 / np.sqrt(2.0)))
    second = 0.5 * (1.0 + special.erf(d2 / np.sqrt(2.0)))
    paid = strike * np.exp(-rate * time)

    density = 1.0 / np.sqrt(2.0 * np.pi)
    d2_bar = -paid * density * np.exp(-0.5 * d2 * d2)
    d1_bar = spot * density * np.exp(-0.5 * d1 * d1) + d2_bar
    inner_bar = d1_bar / spread
    spread_bar = -d2_bar - inner_bar * d1
    spot_bar = first + inner_bar / spot
    volatility_bar = inner_bar * time * volatility + spread_bar * root
    time_bar = paid * rate * second + inner_bar * (rate + 0.5 * volatility ** 2) + 0.5 * spread_bar * volatility / root
    return spot_bar, time_bar, volatility_bar


def logistic_regression(w, b, x, t):
    margin = t * (np.dot(x, w) + b)
    e = np.exp(-margin)

    score_bar = -t * (e / (1.0 + e)) / len(t)
    return np.dot(score_bar, x) + 0.02 * w, np.sum(score_bar)


def mlp(w1, b1, w2, b2, x, t):
    h = np.tanh(np.dot(x, w1) + b1)
    y = np.dot(h, w2) + b2
    e = np.exp(y - np.max(y, axis=1, keepdims=True))

    y_bar = (e / np.sum(e, axis=1, keepdims=True) - t) / len(x)
    a_bar = np.dot(y_bar, w2.T) * (1.0 - h * h)
    return np.dot(x.T, a_bar), np.sum(a_bar, axis=0), np.dot(h.T, y_bar), np.sum(y_bar, axis=0)


def gmm(weights, means, scales, x):
    inverse = np.exp(-scales)
    centred = (x[:, None, :] - means) * inverse
    energy = weights - np.sum(scales, axis=1) - 0.5 * np.sum(centred * centred, axis=2)
    e = np.exp(energy - np.max(energy, axis=1)[:, None])

    energy_bar = e / np.sum(e, axis=1)[:, None]
    per_part = np.sum(energy_bar, axis=0)
    prior = np.exp(weights)
    centred_bar = energy_bar[:, :, None] * centred
    means_bar = np.sum(centred_bar, axis=0) * inverse
    scales_bar = np.sum(centred_bar * centred, axis=0) - per_part[:, None]
    return per_part - len(x) * prior / np.sum(prior), means_bar, scales_bar


def lstm(w, u, b, xs, t):
    n = t.shape[0]
    h, c = np.zeros(n), np.zeros(n)
    tape = []
    for x in xs:
        z = np.dot(w, x) + np.dot(u, h) + b
        i = 1.0 / (1.0 + np.exp(-z[:n]))
        f = 1.0 / (1.0 + np.exp(-z[n:2 * n]))
        o = 1.0 / (1.0 + np.exp(-z[2 * n:3 * n]))
        g = np.tanh(z[3 * n:])
        before = c
        c = f * c + i * g
        r = np.tanh(c)
        tape.append((x, h, before, i, f, o, g, r))
        h = o * r

    w_bar, u_bar, b_bar = np.zeros_like(w), np.zeros_like(u), np.zeros_like(b)
    h_bar, c_bar = 2.0 * (h - t), np.zeros(n)
    z_bar = np.empty(4 * n)
    for x, before_h, before, i, f, o, g, r in reversed(tape):
        c_bar = c_bar + h_bar * o * (1.0 - r * r)
        z_bar[:n] = c_bar * g * i * (1.0 - i)
        z_bar[n:2 * n] = c_bar * before * f * (1.0 - f)
        z_bar[2 * n:3 * n] = h_bar * r * o * (1.0 - o)
        z_bar[3 * n:] = c_bar * i * (1.0 - g * g)
        c_bar = c_bar * f
        w_bar += np.outer(z_bar, x)
        u_bar += np.outer(z_bar, before_h)
        b_bar += z_bar
        h_bar = np.dot(u.T, z_bar)
    return w_bar, u_bar, b_bar


def attention(wq, wk, wv, x, t):
    q, k, v = x @ wq, x @ wk, x @ wv
    scale = np.sqrt(wq.shape[1])
    scores = q @ k.T / scale
    e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    weights = e / np.sum(e, axis=1, keepdims=True)

    out_bar = 2.0 * (weights @ v - t)
    weights_bar = out_bar @ v.T
    scores_bar = weights * (weights_bar - np.sum(weights_bar * weights, axis=1, keepdims=True)) / scale
    return x.T @ (scores_bar @ k), x.T @ (scores_bar.T @ q), x.T @ (weights.T @ out_bar)


def gaussian_process(amplitude, length, noise, x, y):
    d2 = (x[:, None] - x) ** 2
    shape = np.exp(-0.5 * d2 / length ** 2)
    k = amplitude ** 2 * shape
    factor = np.linalg.cholesky(k + noise ** 2 * np.eye(len(x)))
    inverse = np.linalg.inv(factor)
    alpha = inverse.T @ (inverse @ y)

    k_bar = 0.5 * (inverse.T @ inverse - np.outer(alpha, alpha))
    weighted = k_bar * shape
    amplitude_bar = 2.0 * amplitude * np.sum(weighted)
    length_bar = amplitude ** 2 * np.sum(weighted * d2) / length ** 3
    return amplitude_bar, length_bar, 2.0 * noise * np.trace(k_bar)


def kalman(a, q, h, r, ys):
    m, p = np.zeros(a.shape[0]), np.eye(a.shape[0])
    tape = []
    for y in ys:
        before_m, before_p = m, p
        m = a @ m
        p = a @ p @ a.T + q
        e = y - h @ m
        hp = h @ p
        inverse = np.linalg.inv(hp @ h.T + r)
        gain = (inverse @ hp).T
        tape.append((before_m, before_p, m, p, e, inverse, gain))
        m = m + gain @ e
        p = p - gain @ hp

    a_bar, q_bar, h_bar, r_bar = np.zeros_like(a), np.zeros_like(q), np.zeros_like(h), np.zeros_like(r)
    m_bar, p_bar = np.zeros_like(m), np.zeros_like(p)
    for before_m, before_p, m, p, e, inverse, gain in reversed(tape):
        hp = h @ p
        gain_bar = np.outer(m_bar, e) - p_bar @ hp.T
        hp_bar = -gain.T @ p_bar
        w = inverse @ e
        e_bar = gain.T @ m_bar + w
        solved_bar = inverse @ gain_bar.T
        hp_bar += solved_bar
        s_bar = 0.5 * (inverse - np.outer(w, w)) - solved_bar @ gain
        r_bar += s_bar
        hp_bar += s_bar @ h
        h_bar += s_bar.T @ hp + hp_bar @ p.T - np.outer(e_bar, m)
        p_bar = p_bar + h.T @ hp_bar
        m_bar = m_bar - h.T @ e_bar
        q_bar += p_bar
        a_bar += p_bar @ a @ before_p.T + p_bar.T @ a @ before_p + np.outer(m_bar, before_m)
        m_bar = a.T @ m_bar
        p_bar = a.T @ p_bar @ a
    return a_bar, q_bar, h_bar, r_bar
