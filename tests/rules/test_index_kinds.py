"""The kinds of indexed arrays are what NumPy returns."""
import itertools

import numpy as np
import pytest

from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Const
from tangentlite.rules.structures import getitem_kind

X = np.arange(2 * 3 * 4.0).reshape(2, 3, 4)
PARTS = [0, -1, slice(None), slice(1, None), None, ..., [1, 0, 0], [1], np.array([0, 1]), np.array([[1], [0]]), np.array(1), np.int64(1)]


def kind(part):
    if isinstance(part, list):
        return K.Seq("list", tuple(K.INT for _ in part))
    if isinstance(part, slice):
        return K.Inert("full slice") if part == slice(None) else K.Inert("slice", part)
    return K.of_value(part, ("index", id(part)))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_they_have_the_rank_and_the_dimensions_that_are_one(count):
    checked = 0
    for parts in itertools.product(PARTS, repeat=count):
        try:
            found = X[parts]
        except IndexError:
            continue
        index = Const(parts) if not any(isinstance(p, (list, np.ndarray, np.generic)) for p in parts) else K.Seq(
            "tuple", tuple(map(kind, parts)))
        made = getitem_kind(K.of_value(X, "x"), index)
        dims = K.dims_of(made)
        if dims is None:
            continue
        checked += 1
        assert len(dims) == np.ndim(found), (parts, made)
        assert all(d[0] == "?" or n != 1 for d, n in zip(dims, np.shape(found)) if d != 1), (parts, made)
        assert all(n == 1 for d, n in zip(dims, np.shape(found)) if d == 1), (parts, made)
        assert isinstance(made, K.Number) == (not isinstance(found, np.ndarray)), (parts, made)
    assert checked > 0.8 * len(PARTS)


def test_masks():
    x = K.of_value(X, "x")
    for rank in range(4):
        mask = X[(..., *[0] * (3 - rank))] > 5.0
        found = X[np.asarray(mask)]
        dims = K.dims_of(getitem_kind(x, K.of_value(np.asarray(mask), "mask")))
        assert len(dims) == found.ndim
        assert dims[0][0] == "?"


def test_what_is_not_known():
    x = K.of_value(X, "x")
    for part in (K.Array("bool", None), K.UNKNOWN, K.Array(None, None), K.Seq("list", None, K.INT), K.BOOL):
        for index in (part, K.Seq("tuple", (K.INT, part)), K.Seq("tuple", (K.Inert("full slice"), part)),
                      K.Seq("tuple", (part, kind([1, 0])))):
            assert K.dims_of(getitem_kind(x, index)) is None
