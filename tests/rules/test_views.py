"""Whatever gives memory of its arguments back says so: writes into it are writes into them."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tangentlite.ir import Eqn
from tangentlite.rules.callees import normalized
from tangentlite.rules.registry import RULES
from tests.rules.harness import Program, Sample
from tests.rules.sampled import BY_RULE
from tests.rules.variants import layouts

HOLDERS = ("builtins.list", "builtins.tuple", "builtins.sorted", "_operator.add", "tangentlite.ir.ops.make_list",
           "tangentlite.ir.ops.make_tuple")  # hold their items in any case


def arrays(v: Any) -> Iterator[np.ndarray]:
    if isinstance(v, np.ndarray):
        yield v
    elif isinstance(v, (list, tuple)):
        for e in v:
            yield from arrays(e)


def lends(sample: Sample) -> tuple[set[int], set[int]]:
    """The numbers of the arguments that share memory with the result, and of those that the rule tells of."""
    program = Program(sample)
    e = program.b.stmts[-1]
    assert isinstance(e, Eqn)
    call = normalized(e, program.b)
    env = program.run()
    outs = list(arrays(env[e.out]))
    shared = {k for k, a in enumerate(call.args) for given in arrays(env.get(a)) if any(np.shares_memory(given, out) for out in outs)}
    told = RULES[call.op].lenders(program.b.kinds, call.args, call.kwargs)
    return shared, {k for k, a in enumerate(call.args) if any(a is t for t in told)}


@pytest.mark.parametrize("name", [n for n in BY_RULE if n not in HOLDERS])
def test_memory_of_arguments(name: str) -> None:
    for sample in BY_RULE[name].samples:
        for s in (sample, *(v.sample for v in layouts(sample))):
            shared, told = lends(s)
            assert shared <= told, s
