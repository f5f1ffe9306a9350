"""Functions of about 30 lines that the transformation is timed on."""
from __future__ import annotations

import math

import numpy as np


def straight(x, y):
    a = x * y
    b = a + x
    c = math.sin(b)
    d = c * y - a
    e = d / (1.0 + x * x)
    f = math.exp(-e)
    g = f * a + b
    h = g - c * d
    i = math.cos(h)
    j = i * i + e
    k = j / (2.0 + math.sin(y))
    m = k * a - f
    n = m + g * 0.5
    o = math.tanh(n)
    p = o * x + y
    q = p - m * 0.25
    r = math.sqrt(1.0 + q * q)
    s = r * b + o
    t = s - r / (1.0 + j * j)
    u = math.log(2.0 + t * t)
    v = u * n - q
    w = v + s * 0.125
    z = math.sin(w) * math.cos(v)
    aa = z + u * x
    bb = aa * 0.5 - y
    cc = bb / (1.0 + aa * aa)
    dd = cc + math.exp(-bb * bb)
    ee = dd * z - cc
    ff = ee + dd * p
    return ff * w


def helper(x, y):
    if x > y:
        return x * y
    return math.sin(x) + y


def control(x, y, n):
    s = 0.0
    p = 1.0
    for i in range(n):
        if i % 2 == 0:
            s += p * x
        else:
            s -= p * y
        p = p * 0.5 + helper(x, s)
        if s > 1e6:
            break
    k = n
    while k > 0:
        t = s * x
        if t > 2.0:
            s = t / (1.0 + t)
        elif t < -2.0:
            s = t / (1.0 - t)
        else:
            s = math.sin(t)
        k -= 1
    best = s
    for j in range(3):
        if j == 1:
            continue
        q = helper(s, x * j)
        best = best + q * q
    if best > 10.0:
        return math.log(best)
    r = best * p
    r += y
    return r * r - s


def network(w1, b1, w2, b2, w3, b3, x, t):
    mean = np.mean(x, axis=0)
    centred = x - mean
    scale = np.sqrt(np.mean(centred * centred, axis=0) + 1e-5)
    xs = centred / scale
    a1 = np.dot(xs, w1)
    a1 = a1 + b1
    h1 = np.tanh(a1)
    m1 = np.mean(h1, axis=1, keepdims=True)
    c1 = h1 - m1
    v1 = np.mean(c1 * c1, axis=1, keepdims=True)
    n1 = c1 / np.sqrt(v1 + 1e-5)
    a2 = np.dot(n1, w2)
    a2 = a2 + b2
    h2 = np.maximum(a2, 0.0)
    m2 = np.mean(h2, axis=1, keepdims=True)
    c2 = h2 - m2
    v2 = np.mean(c2 * c2, axis=1, keepdims=True)
    n2 = c2 / np.sqrt(v2 + 1e-5)
    y = np.dot(n2, w3)
    y = y + b3
    top = np.max(y, axis=1, keepdims=True)
    e = np.exp(y - top)
    p = e / np.sum(e, axis=1, keepdims=True)
    picked = np.sum(p * t, axis=1)
    loss = -np.mean(np.log(picked + 1e-9))
    decay = np.sum(w1 * w1)
    decay = decay + np.sum(w2 * w2)
    decay = decay + np.sum(w3 * w3)
    penalty = 1e-4 * decay
    return loss + penalty


def network_arguments() -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(0)
    shapes = ((4, 5), (5,), (5, 6), (6,), (6, 3), (3,), (7, 4))
    return (*(rng.normal(size=shape) for shape in shapes), np.eye(3)[rng.integers(0, 3, 7)])
