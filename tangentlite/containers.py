"""The containers of `collections`, as the lists and dictionaries that they hold and the Python that works on these.

While a function is lowered, `deque()` is a `Deque`, whose methods are lowered like those of a class of the user's.
"""
from __future__ import annotations

import collections
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Held:
    """What lists and dictionaries do alike."""

    held: Any

    def clear(self) -> None:
        self.held.clear()

    def __len__(self) -> int:
        return len(self.held)

    def __contains__(self, item: Any) -> bool:
        return item in self.held

    def __getitem__(self, key: Any) -> Any:
        return self.held[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.held[key] = value

    def __delitem__(self, key: Any) -> None:
        del self.held[key]


@dataclass(eq=False)
class Deque(Held):
    held: list[Any]
    maxlen: int | None = None

    def append(self, x: Any) -> None:
        self.held.append(x)
        if self.maxlen is not None and len(self.held) > self.maxlen:
            self.held.pop(0)

    def appendleft(self, x: Any) -> None:
        self.held.insert(0, x)
        if self.maxlen is not None and len(self.held) > self.maxlen:
            self.held.pop()

    def extend(self, iterable: Any) -> None:
        if self.maxlen is None:
            self.held.extend(iterable)
        else:
            for x in list(iterable):
                self.append(x)

    def extendleft(self, iterable: Any) -> None:
        for x in list(iterable):
            self.appendleft(x)

    def insert(self, i: int, x: Any) -> None:
        if self.maxlen is not None and len(self.held) >= self.maxlen:
            raise IndexError("deque already at its maximum size")
        self.held.insert(i, x)

    def pop(self) -> Any:
        return self.held.pop()

    def popleft(self) -> Any:
        return self.held.pop(0)

    def remove(self, value: Any) -> None:
        self.held.remove(value)

    def rotate(self, n: int = 1) -> None:
        if len(self.held) > 0:
            k = n % len(self.held)
            self.held = self.held[-k:] + self.held[:-k]

    def reverse(self) -> None:
        self.held.reverse()

    def copy(self) -> Deque:
        return Deque(list(self.held), self.maxlen)

    def index(self, value: Any) -> int:
        return self.held.index(value)

    def count(self, value: Any) -> int:
        return self.held.count(value)

    def __add__(self, other: Deque) -> Deque:
        made = self.copy()
        made.extend(other)
        return made

    def __iadd__(self, other: Any) -> Deque:  # type: ignore[misc]
        self.extend(other)
        return self

    def __eq__(self, other: object) -> bool:
        return self.held == other.held if isinstance(other, Deque) else False

    def __repr__(self) -> str:
        return repr(collections.deque(self.held, self.maxlen))


class Mapping(Held):
    """What all dictionaries do."""

    held: dict[Any, Any]

    def __array__(self, *_: Any, **__: Any) -> Any:  # NumPy would ask for items until there are none
        raise TypeError("a dictionary is not an array")

    def keys(self) -> Any:
        return self.held.keys()

    def values(self) -> Any:
        return self.held.values()

    def items(self) -> Any:
        return self.held.items()

    def get(self, key: Any, default: Any = None) -> Any:
        return self.held.get(key, default)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        return self.held.setdefault(key, default)

    def pop(self, key: Any, *default: Any) -> Any:
        return self.held.pop(key, *default)

    def popitem(self) -> Any:
        return self.held.popitem()

    def update(self, *others: Any, **more: Any) -> None:
        self.held.update(*others, **more)

    def __ior__(self, other: Any) -> Any:
        self.held.update(other)
        return self

    def __eq__(self, other: object) -> bool:
        return self.held == other


@dataclass(eq=False)
class DefaultDict(Mapping):
    default_factory: Callable[[], Any]
    held: dict[Any, Any]

    def copy(self) -> DefaultDict:
        return DefaultDict(self.default_factory, dict(self.held))

    def __getitem__(self, key: Any) -> Any:
        if key not in self.held:
            self.held[key] = self.default_factory()
        return self.held[key]

    def __repr__(self) -> str:
        return repr(collections.defaultdict(self.default_factory, self.held))


@dataclass(eq=False)
class OrderedDict(Mapping):
    held: dict[Any, Any]

    def copy(self) -> OrderedDict:
        return OrderedDict(dict(self.held))

    def move_to_end(self, key: Any, last: bool = True) -> None:
        value = self.held.pop(key)
        if last:
            self.held[key] = value
        else:
            self.held = {key: value, **self.held}

    def popitem(self, last: bool = True) -> Any:
        key = list(self.held)[-1 if last else 0]
        return key, self.held.pop(key)

    def __repr__(self) -> str:
        return repr(collections.OrderedDict(self.held))


@dataclass(eq=False)
class Counter(Mapping):
    held: dict[Any, Any]

    def copy(self) -> Counter:
        return Counter(dict(self.held))

    def update(self, *others: Any, **more: Any) -> None:
        for other in others:
            if isinstance(other, dict):
                for key in other:
                    self.held[key] = self.held.get(key, 0) + other[key]
            else:
                for key in other:
                    self.held[key] = self.held.get(key, 0) + 1
        for key in more:
            self.held[key] = self.held.get(key, 0) + more[key]

    def subtract(self, other: Any) -> None:
        for key in other:
            self.held[key] = self.held.get(key, 0) - other[key]

    def most_common(self, n: Any = None) -> Any:
        items = sorted(self.held.items(), key=lambda item: item[1], reverse=True)
        return items if n is None else items[:n]

    def total(self) -> Any:
        return sum(self.held.values())

    def __getitem__(self, key: Any) -> Any:
        return self.held.get(key, 0)

    def __repr__(self) -> str:
        return repr(collections.Counter(self.held))


STAND_INS: dict[Any, Any] = {collections.deque: Deque, collections.defaultdict: DefaultDict, collections.OrderedDict: OrderedDict,
                             collections.Counter: Counter}
ORIGINALS: dict[Any, Any] = {made: of for of, made in STAND_INS.items()}
