"""`python -m tests.rules.mutate --count 500 --seed 0`: the share of small mistakes in the rules that their tests catch.

A mistake is a sign flipped, operands swapped, a term or a factor dropped, a constant, index or axis changed, or the call dropped
that fits a contribution to its argument. Each is made in a child of this process, which then runs the samples that reach the changed
line until one fails; after them the other tests of the rules that reach it, and last the variants of the samples.
"""
from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
import types
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from _pytest.runner import runtestprotocol

from tests.conftest import load_rules

load_rules()

from tangentlite.rules.registry import Rule  # noqa: E402 - the rules come first
from tests.rules.equivalent import reason_for  # noqa: E402
from tests.rules.lengths import check_length, length  # noqa: E402
from tests.rules.mutants import Mutant, all_mutants, differing, functions_by_code, make, run_again, sampled  # noqa: E402
from tests.rules.precision import check_precision  # noqa: E402
from tests.rules.reach import Check, Place, reached, reaching  # noqa: E402
from tests.rules.sampled import BY_RULE, check_sample, check_variant  # noqa: E402
from tests.rules.variants import variants  # noqa: E402

OTHERS = [f"tests/rules/test_{name}.py" for name in (
    "arguments", "conventions", "keywords", "linalg", "scipy_limits", "kinds", "views", "slopes", "solvers")]
OTHERS += ["tests/test_kinks.py", "tests/test_conventions.py", "docs/conventions.md", "tests/golden", "tests/test_corpus.py"]
# of the corpus, what calls the user's functions back or makes functions, and what is made of containers
CORPUS = ("scipy_solvers", "interpolants", "containers", "classes")
SECONDS = 30  # of the processor, that one test may take
VARIANTS = 30  # and all variants of the samples that reach one mutant
BROKEN = 3  # the exit of a child in which something else than a test has failed
Numbered = tuple[int, Mutant]


# -- the tests -------------------------------------------------------------------------------------------------------

def of_samples() -> list[Check]:
    checks = [Check(f"{name} {k}", partial(check_sample, s)) for name, group in BY_RULE.items() for k, s in enumerate(group.samples)]
    for name, group in BY_RULE.items():
        checks += [Check(f"{name} kinds", partial(check_precision, name, group.samples))]
        checks += [Check(f"{name} length", partial(same_length, name))]
    return checks


def same_length(name: str) -> None:
    check_length(name, length(BY_RULE[name].samples))


def of_items(items: list[pytest.Item]) -> list[Check]:
    return [Check(item.nodeid, partial(run_item, item)) for item in items
            if "test_corpus" not in item.nodeid or any(f"[{part}." in item.nodeid for part in CORPUS)]


def run_item(item: pytest.Item) -> None:
    failed = [report for report in runtestprotocol(item, log=False, nextitem=None) if report.failed]
    assert not failed, failed[0].longreprtext


def variants_fail(checks: list[Check]) -> bool:
    end = time.process_time() + VARIANTS
    for name, k in (check.name.split() for check in checks if not check.name.endswith(("kinds", "length"))):
        for j, v in enumerate(variants(BY_RULE[name].samples[int(k)])):
            if fails(partial(check_variant, v, j)):
                return True
            if time.process_time() > end:
                return False
    return False


def fails(run: Callable[[], object]) -> bool:
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        run()
    except (Exception, pytest.fail.Exception):
        return True
    return False


# -- the mutants -----------------------------------------------------------------------------------------------------

def in_child(work: Callable[[], bool]) -> bool:
    """Whether `work` tells, in a child of this process, that a test failed; one that does not come to an end fails, too."""
    cache = tempfile.mkdtemp()
    pid = os.fork()
    if pid == 0:
        try:
            os.environ["TANGENTLITE_CACHE_DIR"] = cache
            sys.stdout = sys.stderr = open(os.devnull, "w")
            os._exit(1 if work() else 0)
        except BaseException:
            os._exit(BROKEN)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    shutil.rmtree(cache)
    assert status != BROKEN
    return status != 0


@dataclass
class Judged:
    """What the tests say of a mutant."""

    samples: dict[Place, list[Check]]
    others: dict[Place, list[Check]]
    functions: dict[types.CodeType, list[types.FunctionType]]

    def catch(self, m: Mutant) -> bool:
        """Whether a test fails with this mistake."""
        changes = differing(m)
        codes = [old for old, _ in reversed(changes)]
        samples, others = (reaching(found, codes, m.line) for found in (self.samples, self.others))

        def work() -> bool:
            if (samples or others) and all(old.co_freevars == new.co_freevars for old, new in changes):
                make(changes, self.functions)
                return caught_by(samples, others)
            rules = run_again(m)
            again = named(rules or [])
            return rules is None or caught_by([c for c in of_samples() if c.name.split()[0] in again], reaching_file(self.others, m))

        return in_child(work)


def caught_by(samples: list[Check], others: list[Check]) -> bool:
    return any(fails(c.run) for c in (*samples, *others)) or variants_fail(samples)


def named(rules: list[Rule]) -> set[str]:
    return {name for name, group in BY_RULE.items() if any(a is b for a in group.rules for b in rules)}


def reaching_file(found: dict[Place, list[Check]], m: Mutant) -> list[Check]:
    of = {id(c): c for place, checks in found.items() if place[0] == str(m.file) for c in checks}
    return sorted(of.values(), key=lambda c: c.seconds)


def run(chosen: list[Numbered], items: list[pytest.Item]) -> bool:
    warnings.simplefilter("ignore")
    samples, others = of_samples(), of_items(items)
    print(f"running {len(samples)} samples and {len(others)} other tests once", flush=True)
    judged = Judged(reached(samples), reached(others), functions_by_code())
    caught, equivalent, survivors = 0, 0, 0
    for number, m in chosen:
        if judged.catch(m):
            caught += 1
        elif reason_for(m):
            equivalent += 1
            print(f"{number}: equivalent ({reason_for(m)}): {m}", flush=True)
        else:
            survivors += 1
            print(f"{number}: SURVIVED: {m}", flush=True)
        if number % 50 == 49:
            print(f"... {number + 1}: {caught} caught, {equivalent} equivalent, {survivors} survived", flush=True)
    total = caught + survivors
    print(f"{caught} of {total} mutants caught ({100.0 * caught / max(1, total):.1f} %); {equivalent} more are equivalent")
    return bool(survivors)


class Others:
    """Has pytest collect the other tests, and runs them its own way."""

    def __init__(self, chosen: list[Numbered]) -> None:
        self.chosen = chosen

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        session.testsfailed = run(self.chosen, session.items)
        return True


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="only those from this one on")
    parser.add_argument("--last", type=int, default=None, help="only those before this one")
    parser.add_argument("--only", type=lambda text: [int(n) for n in text.split(",")], help="only these numbers, with commas between")
    parser.add_argument("--file", help="all that can be made in the files with this in their names, in place of a sample")
    parser.add_argument("--samples-only", action="store_true", help="leave out the other tests")
    return parser.parse_args()


def main(given: argparse.Namespace) -> int:
    every = [m for m in all_mutants() if given.file in str(m.file)] if given.file else sampled(given.count, given.seed)
    chosen = [(k, m) for k, m in list(enumerate(every))[given.first:given.last] if not given.only or k in given.only]
    if given.samples_only:
        return run(chosen, [])
    return pytest.main(["-q", "-s", "-n0", "-p", "no:cacheprovider", *OTHERS], plugins=[Others(chosen)])


if __name__ == "__main__":
    sys.exit(main(arguments()))
