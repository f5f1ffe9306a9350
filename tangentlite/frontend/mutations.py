"""Functions and methods that write into what they are given, as the updates they stand for.

    np.copyto(u, v)             u[...] = v
    np.add.at(u, i, v)          u[i] += v, every time an index is named
    np.sin(x, out=u)            u[...] = np.sin(x)
    items.extend(more)          items = items + more, for every name of the list
"""
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.frontend.decorators import Decorators
from tangentlite.frontend.dicts import DICT_METHODS, Dicts
from tangentlite.frontend.fitting import Misfit, fitting
from tangentlite.frontend.lists import LIST_METHODS
from tangentlite.frontend.stars import Stars
from tangentlite.frontend.values import CODE, Live, flatten
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.rules.creation import array_kind
from tangentlite.rules.effects import out_position

NONE = Const(None)
ALL = Const(...)


class Mutations(Dicts, Decorators, Stars):
    def mutation(self, op: Any, owner: Any = None) -> Callable[..., Any] | None:
        """What writes the arguments of a function, or of a method of `owner`; None where it writes nothing that is known here."""
        if owner is not None:
            kind = self.kind(owner)
            table = ARRAY_METHODS if isinstance(kind, K.Array) else DICT_METHODS if K.is_dict(kind) else (
                LIST_METHODS if isinstance(kind, K.Seq) and kind.type == "list" else {})
            return table.get(op)
        ufunc = getattr(op, "__self__", None)
        if isinstance(ufunc, np.ufunc) and getattr(op, "__name__", "") == "at":
            return Mutations.add_at if ufunc is np.add else Mutations.subtract_at if ufunc is np.subtract else None
        try:
            return FUNCTIONS.get(op)
        except TypeError:
            return None

    def mutated(self, write: Callable[..., Any], args: list[Any], keywords: dict[str, Any], node: Any, called: str) -> Any:
        """Call it; `called` is what the source calls it."""
        if args:
            self.check_holds(args[0], args[1:])
        atoms = [self.as_atom(a, node) for a in args]
        if not atoms or not isinstance(atoms[0], Var) or isinstance(self.kind(atoms[0]), K.Number):
            raise self.unsupported(node, f"`{called}()` writes a value that cannot be written")
        options = {k: v if isinstance(v, (Live, *CODE)) else self.as_atom(v, node) for k, v in keywords.items()}
        try:
            done = fitting(write, self, node, *atoms, **options)
        except Misfit:
            raise self.unsupported(node, f"this call of `{called}()` cannot be differentiated yet") from None
        return NONE if done is None else done

    def written_out(self, op: Any, args: list[Any], keywords: dict[str, Any], node: Any) -> Any:
        """`op(..., out=u)`: what it gives is written into `u`, which is also the result; None where nothing is written so."""
        rest, position = dict(keywords), out_position(op)
        target = rest.pop("out", NONE) if len(args) <= position else args[int(position)]
        leaves = flatten(target)
        if target == NONE or len(leaves) != 1:
            return None
        u = self.as_atom(leaves[0], node)
        atoms = [self.as_atom(a, node) for a in args[:int(min(position, len(args)))]]
        while len(atoms) > 1 and atoms[-1] == NONE:
            atoms.pop()
        where = rest.pop("where", NONE) if isinstance(op, np.ufunc) else NONE
        if not isinstance(u, Var) or not isinstance(self.kind(u), K.Array):
            raise self.unsupported(node, "what `out=` names is not known to be an array that can be written", "Give example arguments")
        if where != NONE:  # elements that are not chosen are not evaluated either
            mask = self.as_atom(where, node)
            inside = Const(2.0 if op is np.arccosh else 0.5)
            atoms = [self.make(np.where, (mask, a, inside), node) for a in atoms]
        value = self.make(op, tuple(atoms), node, **{k: self.as_atom(v, node) for k, v in rest.items()})
        ranks = [K.dims_of(self.kind(a)) for a in (value, u)]
        if None not in ranks and len(ranks[0] or ()) != len(ranks[1] or ()) and not isinstance(op, np.ufunc):
            raise self.unsupported(node, "what `out=` names has not the rank of what is written into it")
        if where != NONE:
            value = self.make(np.where, (mask, value, u), node)
        return self.afterwards(u, lambda: self.write(u, ALL, value, node))

    @staticmethod
    def not_written(op: Any, args: list[Any], keywords: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments of a call without an `out` that is None."""
        position = out_position(op)
        args = args[:-1] if len(args) == position + 1 and args[-1] == NONE else args
        return args, {k: v for k, v in keywords.items() if k != "out" or v != NONE}

    def afterwards(self, u: Var, write: Callable[[], None]) -> Any:
        """What `u` is when it has been written."""
        self.env["%written"] = u
        write()
        return self.env.pop("%written")

    # -- arrays ------------------------------------------------------------------------------------------------------------

    def fill(self, node: Any, u: Var, value: Any) -> None:
        self.write(u, ALL, value, node)

    def sort(self, node: Any, u: Var, axis: Any = Const(-1)) -> None:  # noqa: B008
        self.write_whole(u, self.make(np.sort, (u, axis) if axis != Const(-1) else (u,), node, u.hint), node)

    def copy_to(self, node: Any, u: Var, source: Any, where: Any = None) -> None:
        self.write(u, ALL, source if where is None else self.make(np.where, (where, source, u), node), node)

    def put_mask(self, node: Any, u: Var, mask: Any, values: Any) -> None:
        dims, of_values = K.dims_of(self.kind(u)), K.dims_of(self.kind(values))
        if of_values is None or of_values and of_values != dims and (dims is None or not len(dims) == len(of_values) == 1):
            raise self.unsupported(node, "`putmask()` with values of another shape cannot be differentiated yet")
        self.copy_to(node, u, values, mask)

    def fill_mask(self, node: Any, u: Var, mask: Any, values: Any) -> None:
        if not isinstance(kind := self.kind(mask), K.Array) or kind.dtype != "bool":
            mask = self.make(np.not_equal, (mask, Const(0)), node)
        count = self.make(np.count_nonzero, (mask,), node)
        self.check_apart(u, values, node)
        self.write(u, mask, self.make(np.resize, (values, count), node), node)

    def check_apart(self, u: Var, values: Any, node: Any) -> None:
        """Raise where the values may be of the memory that is written."""
        if not self.memory.immutable(values) and self.memory.meet(self.memory.reference(u).own, self.memory.reference(values).own):
            raise self.overlapping(node)

    def as_many(self, values: Any, places: Any, node: Any) -> Any:
        """A value for each of the places: they are cut off or begin again."""
        of_values, of_places = (K.dims_of(array_kind(v)) for v in (self.kind(values), self.kind(places)))
        if of_values == () or of_values is not None and of_values == of_places:
            return values
        return self.make(np.resize, (values, self.make(np.size, (places,), node)), node)

    def put_along_axis(self, node: Any, u: Var, indices: Any, values: Any, axis: Any = NONE) -> None:
        if axis == NONE:
            self.put(node, u, indices, values)
        else:
            self.write(u, self.make(runtime.along_axis, (u, indices, axis), node), values, node)

    def put(self, node: Any, u: Var, index: Any, values: Any) -> None:
        self.put_flat(node, u, index, self.as_many(values, index, node))

    def put_flat(self, node: Any, u: Var, index: Any, values: Any) -> None:
        """`u.flat[index] = values`"""
        if len(K.dims_of(self.kind(u)) or ()) == 1:
            self.write(u, index, values, node)
        else:
            flat = self.make(runtime.setitem, (self.make(np.ravel, (u,), node), index, values), node)
            self.write_whole(u, self.make(np.reshape, (flat, self.make(getattr, (u, Const("shape")), node)), node, u.hint), node)

    def fill_diagonal(self, node: Any, u: Var, value: Any) -> None:
        rank = len(K.dims_of(self.kind(u)) or ())
        if not rank:
            raise self.unsupported(node, "`fill_diagonal()` wants an array of known rank", "Give example arguments")
        index = self.make(np.arange, (self.make(min, (self.make(getattr, (u, Const("shape")), node),), node),), node)
        self.write(u, self.make_tuple((index,) * rank, node), self.as_many(value, index, node), node)

    def add_at(self, node: Any, u: Var, index: Any, value: Any) -> None:
        self.write(u, index, value, node, runtime.add_at)

    def subtract_at(self, node: Any, u: Var, index: Any, value: Any) -> None:
        self.write(u, index, self.make(operator.neg, (value,), node), node, runtime.add_at)


ARRAY_METHODS: dict[str, Callable[..., Any]] = {"fill": Mutations.fill, "sort": Mutations.sort, "put": Mutations.put}
FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.copyto: Mutations.copy_to, np.putmask: Mutations.put_mask, np.place: Mutations.fill_mask, np.put: Mutations.put,
    np.fill_diagonal: Mutations.fill_diagonal, np.put_along_axis: Mutations.put_along_axis,
}
