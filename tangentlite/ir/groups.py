"""Groups of things that belong together: each but one points to another of its group (union-find)."""

from __future__ import annotations

from typing import TypeVar

Member = TypeVar("Member")


def root_of(member: Member, parent: dict[Member, Member]) -> Member:
    """The member that stands for the whole group; the ways that lead to it become shorter.

    >>> parent = {"a": "b", "b": "c"}
    >>> root_of("a", parent), parent
    ('c', {'a': 'c', 'b': 'c'})
    """
    path = []
    while member in parent:
        path.append(member)
        member = parent[member]
    for p in path:
        parent[p] = member
    return member
