"""`python -m tests.rules`: how many samples of each rule are checked; `--all` checks every variant of them.

`--kinds` records what the kinds of their results do not tell, `--lengths` how long their derivatives are.
"""
from __future__ import annotations

import sys
import warnings

from tests.conftest import load_rules

load_rules()

from tests.rules import lengths, precision  # noqa: E402
from tests.rules.sampled import BY_RULE, check_all, variants_of  # noqa: E402 - the rules come first


def write_kinds() -> None:
    found = {name: precision.unknown(group.samples) for name, group in BY_RULE.items()}
    precision.FILE.write_text("".join(f"{u.ranks} {u.lengths} {u.dtypes} {name}\n" for name, u in sorted(found.items()) if any(u)))


def write_lengths() -> None:
    found = {name: lengths.length(group.samples) for name, group in BY_RULE.items()}
    lengths.FILE.write_text("".join(f"{n} {name}\n" for name, n in sorted(found.items())))


def main(every: bool, names: list[str]) -> int:
    warnings.simplefilter("ignore")
    counts, failures = {}, []
    for name in BY_RULE:
        if names and not any(n in name for n in names):
            continue
        try:
            counts[name] = check_all(name) if every else len(BY_RULE[name].samples) + sum(1 for _ in variants_of(name))
        except Exception as e:
            failures.append(name)
            print(f"FAILED {name}: {type(e).__name__}: {' '.join(str(e).split())[:200]} | {' '.join(e.__notes__)[:400]}", flush=True)
    for name, n in sorted(counts.items(), key=lambda item: item[1]):
        print(f"{n:6} {name}")
    total = sum(counts.values())
    print(f"{total} samples of {len(counts)} rules, {total / max(1, len(counts)):.1f} on average; {len(failures)} rules failed")
    return bool(failures)


if __name__ == "__main__":
    if "--kinds" in sys.argv:
        sys.exit(write_kinds())
    if "--lengths" in sys.argv:
        sys.exit(write_lengths())
    sys.exit(main("--all" in sys.argv, [a for a in sys.argv[1:] if not a.startswith("-")]))
