"""Distributions with their parameters: a method of one is that of the distribution, with the parameters by name.

    d = stats.norm(m, s)
    y = d.logpdf(x)             ->      y = stats.norm.logpdf(x, loc=m, scale=s)
"""
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tangentlite.frontend.values import Choice, Frozen, Live, Partial
from tangentlite.rules.registry import DISTRIBUTIONS, loaded, rule_of

if TYPE_CHECKING:
    from tangentlite.frontend.expressions import Expressions


def is_distribution(value: Any) -> bool:
    return original(value) is value


def original(of: Any) -> Any:
    """The distribution that this is, or is a copy of; None for anything else."""
    if not type(of).__module__.startswith("scipy.stats"):
        return None
    loaded()
    return next((d for d in DISTRIBUTIONS if type(d) is type(of) and d.name == of.name), None)


def is_users(value: Any) -> bool:
    """Is this an object that the user has made of a distribution and its parameters?"""
    return type(value).__module__.startswith("scipy.stats") and original(getattr(value, "dist", None)) is not None


def made(low: Expressions, function: Live, args: list[Any], keywords: dict[str, Any], node: Any) -> Frozen:
    names = DISTRIBUTIONS[function.value]
    given = dict(zip(names, args))
    if len(args) > len(names) or not keywords.keys() <= set(names) - given.keys():
        raise low.unsupported(node, f"`{'.'.join(function.path)}` does not take these parameters")
    return Frozen(function, (), {**given, **keywords})


def are_frozen(value: Any) -> bool:
    """Is this a distribution with its parameters, or one of several?"""
    return isinstance(value, Frozen) or isinstance(value, Choice) and are_frozen(value.then) and are_frozen(value.orelse)


def method(low: Expressions, owner: Any, name: str, node: Any) -> Any:
    """A method of a distribution that was given its parameters here."""
    if isinstance(owner, Choice):
        return replace(owner, then=method(low, owner.then, name, node), orelse=method(low, owner.orelse, name, node))
    of = owner.function
    found = getattr(of.value, name, None)
    if found is None or rule_of(found) is None:
        raise low.unsupported(node, f"`.{name}` of a distribution with its parameters cannot be differentiated yet")
    return Partial(Live(found, (*of.path, name) if of.path else (), of.home), (), owner.keywords)


def of_user(low: Expressions, owner: Live, node: Any) -> Frozen:
    """The distribution and the parameters of an object of the user's."""
    frozen = owner.value
    of = original(frozen.dist)
    low.program.pin(owner)
    given = {**dict(zip(DISTRIBUTIONS[of], frozen.args)), **frozen.kwds}
    return Frozen(Live(of, (*owner.path, "dist"), owner.home), (), {k: low.data(Live(v), node) for k, v in given.items()})
