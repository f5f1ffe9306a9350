"""Users' types as trees: `register_node` says what their parts are, and how one is made of such parts.

A function of an object of such a type is differentiated as a function of its parts:

    f(layer)        f(unflatten(static, (layer_0, layer_1)))

and the adjoint of the object is made, in the same way, of the adjoints of its parts.
"""
from __future__ import annotations

import inspect
import itertools
import linecache
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import FunctionType
from typing import Any, NamedTuple

from tangentlite.errors import InputTypeError
from tangentlite.ir import kinds as K
from tangentlite.objects import is_named_tuple


class Node(NamedTuple):
    """How objects of a type are taken apart and made."""

    flatten: Callable[[Any], tuple[Sequence[Any], Any]]
    unflatten: Callable[[Any, tuple[Any, ...]], Any]


NODES: dict[type, Node] = {}
SERIAL = itertools.count()
LITERALS = (int, str, bool, bytes)


def register_node(cls: type, flatten: Callable[[Any], tuple[Sequence[Any], Any]],
                  unflatten: Callable[[Any, tuple[Any, ...]], Any]) -> type:
    """Let derivatives take objects of a class apart, as `register_pytree_node` does in JAX and optree. Gives the class.

    `flatten(x)` gives `(parts, static)`: the parts (numbers, arrays, containers, registered objects) through which
    derivatives flow, and anything else that makes up the object, which must be hashable. `unflatten(static, parts)` makes
    an object of them; it is differentiated like any function. An adjoint or a tangent has the class of what it belongs to,
    and its static rest. Objects of subclasses are not taken apart. Register a class before derivatives are taken with
    objects of it: those that are not registered are followed attribute by attribute.

    Raises InputTypeError if `cls` is not a class, or is registered already.
    """
    if not isinstance(cls, type):
        raise InputTypeError(f"register_node needs a class, got {cls!r}")
    if cls in NODES:
        raise InputTypeError(f"the class `{cls.__name__}` is registered already")
    NODES[cls] = Node(flatten, unflatten)
    return cls


@dataclass(frozen=True)
class Form:
    """The structure of a value around its parts: of a registered class, or of a container that holds such objects."""

    cls: Any
    static: Any  # what `flatten` gave, or the keys of a dictionary
    parts: tuple[Form | None, ...]


def forms_of(args: Sequence[Any]) -> tuple[Form | None, ...]:
    """The structure of each argument; nothing where there is no registered object among them."""
    forms = tuple(map(form_of, args)) if NODES else ()
    return forms if any(forms) else ()


def form_of(x: Any) -> Form | None:
    """The structure of a value; None where there is no registered object in it."""
    cls: Any = type(x)
    if cls in NODES:
        parts, static = NODES[cls].flatten(x)
        if not isinstance(static, Hashable):
            what = f"what `flatten` of `{cls.__name__}` keeps beside the parts"
            raise InputTypeError(f"{what} must be hashable, got a {type(static).__name__}")
        return Form(cls, static, tuple(map(form_of, parts)))
    if cls in (list, tuple, dict) or is_named_tuple(cls):
        forms = tuple(map(form_of, x.values() if cls is dict else x))
        return Form(cls, tuple(x) if cls is dict else None, forms) if any(forms) else None
    return None


def leaves_of(form: Form | None, x: Any, objects: list[Any]) -> Iterator[Any]:
    """The parts of the registered objects in a value, and of what holds them, in order; the value itself where there are none.

    The objects are added to `objects`.
    """
    if form is None:
        yield x
        return
    if type(x) is not form.cls:
        raise InputTypeError(f"this must be a `{form.cls.__name__}`, got a `{type(x).__name__}`")
    if form.cls in NODES:
        objects.append(x)
    items = NODES[form.cls].flatten(x)[0] if form.cls in NODES else x.values() if form.cls is dict else x
    for f, item in zip(form.parts, items, strict=True):
        yield from leaves_of(f, item, objects)


def leaves_of_all(forms: Sequence[Form | None], args: Sequence[Any]) -> tuple[Any, ...]:
    """The leaves of all arguments. An object in two places would be two objects then, which matters if it is written."""
    objects: list[Any] = []
    leaves = tuple(leaf for form, x in zip(forms, args, strict=True) for leaf in leaves_of(form, x, objects))
    seen: set[int] = set()
    for x in objects:
        if id(x) in seen:
            raise InputTypeError(f"one object of class `{type(x).__name__}` stands in two places", None, "Copy it")
        seen.add(id(x))
    return leaves


def whole(form: Form | None, leaves: Iterator[Any]) -> Any:
    """A value of this structure, made of its leaves."""
    if form is None:
        return next(leaves)
    items = tuple(whole(f, leaves) for f in form.parts)
    if form.cls in NODES:
        return NODES[form.cls].unflatten(form.static, items)
    if form.cls is dict:
        return dict(zip(form.static, items))
    return form.cls(*items) if is_named_tuple(form.cls) else form.cls(items)


def size(form: Form | None) -> int:
    return 1 if form is None else sum(map(size, form.parts))


@lru_cache(maxsize=512)
def of_parts(function: FunctionType, forms: tuple[Form | None, ...]) -> FunctionType:
    """The function of the parts that calls `function` with the objects they make up."""
    known: dict[str, Any] = {"function": function}
    params: list[str] = []

    def name(value: Any, hint: str) -> str:
        found = f"{hint}_{len(known)}"
        known[found] = value
        return found

    def param(hint: str) -> str:
        while hint in params or hint in kept:
            hint += "_"
        params.append(hint)
        return hint

    def text(form: Form | None, hint: str) -> str:
        if form is None:
            return param(hint)
        items = [text(f, f"{hint}_{k}") for k, f in enumerate(form.parts)]
        packed = f"({', '.join(items)}{',' * (len(items) == 1)})"
        if form.cls in NODES:
            static = repr(form.static) if form.static is None or type(form.static) in LITERALS else name(form.static, "static")
            return f"{name(NODES[form.cls].unflatten, 'unflatten')}({static}, {packed})"
        if form.cls is dict:
            return "{" + ", ".join(f"{k!r}: {item}" for k, item in zip(form.static, items)) + "}"
        if is_named_tuple(form.cls):
            return f"{name(form.cls, form.cls.__name__)}{packed}"
        return packed if form.cls is tuple else f"[{', '.join(items)}]"

    code = function.__code__
    count = code.co_argcount + (code.co_kwonlyargcount if not code.co_flags & inspect.CO_VARARGS else 0)
    names = [*code.co_varnames[:count], *(f"argument_{k}" for k in range(count, len(forms)))]
    kept = {n for form, n in zip(forms, names) if form is None}  # parameters that stay as they are
    values: list[str] = []
    for form, n in zip(forms, names):
        params += [n] if form is None else []
        values.append(n if form is None else text(form, n))
    given = ", ".join(f"{n}={v}" if code.co_argcount <= k < count else v for k, (n, v) in enumerate(zip(names, values)))
    called = f"{function.__name__ if function.__name__.isidentifier() else 'function'}_of_parts"
    made = f"def {called}({', '.join(params)}):\n    return function({given})\n"
    filename = f"<tangentlite parts {next(SERIAL)}>"
    linecache.cache[filename] = len(made), None, made.splitlines(True), filename
    exec(compile(made, filename, "exec"), known)
    result: FunctionType = known[called]
    return result


@dataclass(frozen=True)
class Parts:
    """Which leaves of the arguments a derivative is taken with respect to, and how its result is made of theirs."""

    forms: tuple[Form | None, ...]
    differentiable: tuple[bool, ...]  # the leaves of all arguments
    argnums: int | tuple[int, ...]

    @classmethod
    def of(cls, forms: tuple[Form | None, ...], leaves: tuple[Any, ...], argnums: int | tuple[int, ...]) -> Parts:
        return cls(forms, tuple(K.differentiable(K.of_value(x)) for x in leaves), argnums)

    @property
    def wanted(self) -> tuple[int, ...]:
        return (self.argnums,) if isinstance(self.argnums, int) else self.argnums

    def positions(self) -> list[int]:
        """The leaves of the arguments at `argnums`."""
        starts = [0, *itertools.accumulate(map(size, self.forms))]
        return [i for k in self.wanted for i in range(starts[k], starts[k + 1])]

    def leaves(self) -> tuple[int, ...]:
        """Those of them that can be differentiated; all, where none can."""
        found = self.positions()
        return tuple(i for i in found if self.differentiable[i]) or tuple(found)

    def whole(self, bars: tuple[Any, ...]) -> Any:
        """The gradient, made of those of the leaves; leaves that cannot be differentiated have the gradient 0.0."""
        given = dict(zip(self.leaves(), bars))
        leaves = iter([given.get(i, 0.0) for i in self.positions()])
        parts = tuple(whole(self.forms[k], leaves) for k in self.wanted)
        return parts[0] if isinstance(self.argnums, int) else parts
