"""What kinds tell of sizes: the same for what surely has the same size, and for nothing else."""
from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from tangentlite.ir import Const
from tangentlite.ir import kinds as K
from tangentlite.rules.inference import infer
from tangentlite.rules.joining import agreed
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.scipy.interpolate import grid_kind
from tangentlite.rules.scipy.stats.kernels import density_kind
from tangentlite.rules.structures import getitem_kind

X = K.of_value(np.ones(7), "x")


def size(part: slice) -> Any:
    kind = getitem_kind(X, Const(part))
    assert isinstance(kind, K.Array)
    assert kind.dims is not None
    return kind.dims[0]


@pytest.mark.parametrize(("op", "args"), [
    (np.eye, (3,)), (np.eye, (3, 2, 1)), (np.eye, (3, 2, 1, int)), (np.tri, (3, 2)), (np.tri, (3, 2, 1)), (np.tri, (3, 2, 1, np.float32)),
    (np.identity, (3,)), (np.identity, (3, int))])
def test_dtypes_of_created_matrices(op: Any, args: tuple[Any, ...]) -> None:
    kind = infer(op, tuple(map(Const, args)), {}, 1)[0]
    assert isinstance(kind, K.Array)
    assert kind.dtype == ("float64" if op(*args).dtype == float else None)


def test_densities() -> None:
    assert density_kind({"dataset": X}, X) == K.Array("float64", X.dims)


def test_interpolants_on_grids() -> None:
    line, table, pairs = X, K.of_value(np.ones((3, 3)), "t"), K.of_value(np.ones((7, 2)), "p")
    assert grid_kind({"values": line, "points": K.Seq("tuple", (X,))}, line) == K.Array("float64", X.dims)
    assert grid_kind({"values": table, "points": K.Seq("tuple", (X, X))}, pairs) == K.Array("float64", pairs.dims[:1])
    with pytest.raises(UnknownKeyword, match="more than one value for a point"):
        grid_kind({"values": table, "points": K.Seq("tuple", (X,))}, line)


@pytest.mark.parametrize("part", [slice(1, -1), slice(None, -2), slice(0, -2)])
def test_slices_as_long_as_each_other(part: slice) -> None:
    assert size(part) == size(slice(2, None))


@pytest.mark.parametrize("part", [slice(1, None), slice(None, -1), slice(1, -2), slice(None, 2), slice(None, None, 2), slice(-2, None)])
def test_slices_that_may_be_longer_or_shorter(part: slice) -> None:
    assert size(part) != size(slice(2, None))


def test_slices_of_one_size() -> None:
    parts = [slice(*p) for p in itertools.product((None, 0, 1, 2, -2), (None, 0, 1, 2, -1, -2), (None, 1, 2))]
    sizes = [size(p) for p in parts]
    for (p, m), (q, n) in itertools.combinations(zip(parts, sizes), 2):
        assert m != n or all(len(range(k)[p]) == len(range(k)[q]) for k in (7, 8))


def test_joined_arrays_have_the_length_that_is_known_of_one() -> None:
    some, known = K.fresh_dim(), X.dims[0]
    assert [agreed(column) for column in ([some, 1], [some, known], [known, some], [some, some])] == [1, known, known, some]
