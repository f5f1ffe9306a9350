"""The samples of every rule, and what is tried of them: all of them, some of their variants by default, and on demand every one."""
from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tangentlite.ir import Eqn
from tangentlite.rules.callees import normalized
from tangentlite.rules.registry import RULES, Rule, UnknownKeyword
from tests.rules.calls import CALLS
from tests.rules.checks import check_first_order, check_second_order, single
from tests.rules.harness import Program, Sample
from tests.rules.lengths import check_length
from tests.rules.precision import check_precision
from tests.rules.variants import Variant, variants

SHARE = 12  # by default one in three variants of every twelfth sample is tried


@dataclass
class Group:
    """The samples of one function."""

    rules: list[Rule] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)


def groups() -> dict[str, Group]:
    """By the names of the functions, in the order of the samples."""
    found: dict[Any, Group] = {}
    for s in CALLS:
        p = Program(s)
        last = p.b.stmts[-1]
        assert isinstance(last, Eqn)
        op = normalized(last, p.b).op
        group = found.setdefault(op, Group([RULES[op]]))
        group.samples.append(s)
    named: dict[str, Group] = {}
    for op, group in found.items():
        name = name_of(op)
        named[name if name not in named else f"{name}-{len(named)}"] = group
    return named


def name_of(op: Any) -> str:
    owner = getattr(op, "__self__", None)
    module = getattr(op, "__module__", None) or "numpy"
    of = "" if owner is None or inspect.ismodule(owner) else f".{getattr(owner, 'name', None) or getattr(owner, '__name__', 'x')}"
    return f"{module.removesuffix('._distn_infrastructure')}{of}.{getattr(op, '__name__', op)}"


BY_RULE = groups()


def check_samples(name: str) -> None:
    """The samples of a rule, and some variants."""
    check_base(name)
    for s in some_of(BY_RULE[name].samples, len(name)):
        for k, v in enumerate(variants(s)):
            if (k + len(name)) % 3 == 0:
                check_variant(v, k)


def check_base(name: str) -> None:
    """The samples of a rule with known and unknown kinds, and second order; how much its kinds tell, and how long its text is."""
    check_precision(name, BY_RULE[name].samples)
    length = 0
    for k, s in enumerate(BY_RULE[name].samples):
        with told(f"sample {k}: {s}"):
            length += check_sample(s)
    check_length(name, length)


def check_sample(s: Sample) -> int:
    """How long the derivatives are."""
    length = check_first_order(s)
    check_first_order(s, unknown=True)
    if s.second and not single(s):
        check_second_order(s)
    return length


def some_of(samples: list[Sample], salt: int) -> list[Sample]:
    """One in SHARE samples, and at least one."""
    return samples[salt % min(SHARE, len(samples))::SHARE]


def check_all(name: str) -> int:
    """Every variant of every sample of a rule; tells how many there are."""
    checked = 0
    for k, v in enumerate(variants_of(name)):
        checked += check_variant(v, k)
    return len(BY_RULE[name].samples) + checked


def variants_of(name: str) -> Iterator[Variant]:
    for s in BY_RULE[name].samples:
        yield from variants(s)


def check_variant(v: Variant, k: int) -> bool:
    """Whether it was not refused."""
    with told(f"variant {k}: {v.label} of {v.sample}"):
        try:
            check_first_order(v.sample)
            if k % 3 == 0 and v.sample.exact is None:
                check_first_order(v.sample, unknown=True)
            if v.sample.second and not single(v.sample):
                check_second_order(v.sample)
        except (UnknownKeyword, TypeError):
            if not v.refusable:
                raise
            return False
    return True


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """A failure says which call it is of."""
    try:
        yield
    except Exception as e:
        e.add_note(what)
        raise
