"""Callees of the corpus, in a module with its own globals: the same names mean other things here."""
from __future__ import annotations

import math as m

import numpy

SCALE = 10.0
HALF = 0.25
np = "not numpy"


def scaled(x):
    return SCALE * x


def shift(x, by=HALF):
    return x + by


def softplus(x):
    return m.log1p(m.exp(x))


def rms(v):
    return numpy.sqrt(numpy.mean(v * v))


def twice(x):
    return scaled(x) * 0.2


def helper(x):
    return x * x + SCALE
