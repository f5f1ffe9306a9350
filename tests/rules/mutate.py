"""`python -m tests.rules.mutate --count 500 --seed 0`: the share of small mistakes in the rules that their tests catch.

A mistake is a sign flipped, operands swapped, a term or a factor dropped, a constant, index or axis changed, or the call dropped
that fits a contribution to its argument. Each is made in a child of this process, which then runs the samples (and all their variants)
of the rules that reach the changed function until one fails; what passes them goes to the other tests of the rules.
"""
from __future__ import annotations

import argparse
import os
import signal
import sys
import time
import types
import warnings
from collections.abc import Callable

import pytest

from tests.conftest import load_rules

load_rules()

from tangentlite.rules.registry import Rule  # noqa: E402 - the rules come first
from tests.rules.checks import check_first_order  # noqa: E402 - the rules come first
from tests.rules.equivalent import reason_for  # noqa: E402
from tests.rules.mutants import RULES, Mutant, differing, forget, functions_by_code, make, run_again, sampled  # noqa: E402
from tests.rules.sampled import BY_RULE, check_all, check_base  # noqa: E402

OTHERS = [f"tests/rules/test_{name}.py" for name in (
    "arguments", "conventions", "keywords", "linalg", "scipy_limits", "kinds", "views", "slopes", "solvers")]
OTHERS += ["tests/test_kinks.py", "tests/test_conventions.py", "docs/conventions.md", "tests/golden"]
# of the corpus, what calls the user's functions back or makes functions, and what is made of containers
CORPUS = ("scipy_solvers or interpolants", "containers or classes")
SECONDS = 30  # of the processor, that the samples of one mutant may take
Numbered = tuple[int, Mutant]


def reached() -> dict[types.CodeType, list[str]]:
    """The rules that run each function, by its code; those with few samples first."""
    found: dict[types.CodeType, set[str]] = {}
    for name in BY_RULE:
        here: set[types.CodeType] = set()
        forget()
        sys.setprofile(lambda frame, event, arg: here.add(frame.f_code) if event == "call" else None)
        try:
            for s in BY_RULE[name].samples:
                check_first_order(s)
        finally:
            sys.setprofile(None)
        for code in here:
            if code.co_filename.startswith(str(RULES)):
                found.setdefault(code, set()).add(name)
    return {code: sorted(names, key=lambda n: len(BY_RULE[n].samples)) for code, names in found.items()}


def in_child(work: Callable[[], bool]) -> bool:
    """Whether `work` tells, in a child of this process, that a test failed; one that does not come to an end fails, too."""
    pid = os.fork()
    if pid == 0:
        try:
            sys.stdout = sys.stderr = open(os.devnull, "w")
            signal.setitimer(signal.ITIMER_PROF, 6 * SECONDS)
            os._exit(1 if work() else 0)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0


def named(rules: list[Rule]) -> list[str]:
    return [name for name, group in BY_RULE.items() if any(a is b for a in group.rules for b in rules)]


def samples_fail(names: list[str]) -> bool:
    end = time.process_time() + SECONDS
    for check in (check_base, check_all):
        for name in names:
            try:
                check(name)
            except Exception:
                return True
            if time.process_time() > end:
                return False
    return False


def others_fail(m: Mutant, sampled: bool) -> bool:
    """What has no samples calls functions back, or has containers: the corpus is about that."""
    corpus = [["tests/test_corpus.py", "-k", part] for part in (CORPUS if "scipy" in m.file.parts else CORPUS[::-1])]
    runs = [OTHERS, *corpus] if sampled else [*corpus, OTHERS]
    return any(pytest.main(["-q", "-x", "-n0", "-p", "no:cacheprovider", *arguments]) for arguments in runs)


def main(count: int, seed: int, chosen: Callable[[list[Numbered]], list[Numbered]], samples_only: bool) -> int:
    warnings.simplefilter("ignore")
    print(f"running the samples of {len(BY_RULE)} rules once", flush=True)
    tests, functions = reached(), functions_by_code()
    caught, equivalent, survivors = 0, [], []
    for number, m in chosen(list(enumerate(sampled(count, seed)))):
        try:
            changes = differing(m)
        except (SyntaxError, ValueError):
            continue
        names = next((tests[old] for old, _ in reversed(changes) if old in tests), [])

        def fails() -> bool:
            make(changes, functions)
            return samples_fail(names or named(run_again(m))) or not samples_only and others_fail(m, bool(names))

        if in_child(fails):
            caught += 1
        elif reason_for(m):
            equivalent.append(m)
            print(f"{number}: equivalent ({reason_for(m)}): {m}", flush=True)
        else:
            survivors.append(m)
            print(f"{number}: SURVIVED ({len(names)} rules): {m}", flush=True)
        if number % 50 == 49:
            print(f"... {number + 1}: {caught} caught, {len(equivalent)} equivalent, {len(survivors)} survived", flush=True)
    judged = caught + len(survivors)
    print(f"{caught} of {judged} mutants caught ({100.0 * caught / max(1, judged):.1f} %); {len(equivalent)} more are equivalent")
    return bool(survivors)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="only those from this one on")
    parser.add_argument("--last", type=int, default=None, help="only those before this one")
    parser.add_argument("--only", type=lambda text: [int(n) for n in text.split(",")], help="only these numbers, with commas between")
    parser.add_argument("--samples-only", action="store_true", help="leave out the other tests, which take long")
    return parser.parse_args()


if __name__ == "__main__":
    given = arguments()
    sys.exit(main(given.count, given.seed, lambda every: [
        pair for pair in every[given.first:given.last] if not given.only or pair[0] in given.only], given.samples_only))
