"""Which states of a loop are kept, so that its steps can be run again from there: plain arithmetic, called by generated code."""
from __future__ import annotations

import math

CACHE = 1 << 20  # bytes: about half of the second-level cache of one core
SHARE = 7 << 19  # of the cache that all cores have, what one may fill
FEWEST = 8  # steps for which it pays to keep a state


def segment_length(nbytes: int, steps: int, state: int = 0, times: int = 1) -> int:
    """How many of `steps` (0 where that is not known) make a segment, if one step records about `nbytes`: as many as have their tape
    in the cache of one core.

    All, if they have theirs in what one may fill of the cache that all cores have. Where few fit, or the `state` kept for each
    segment is large beside their tape, the square root of all `steps` makes the memory for states and tape the least. Where it
    costs more to run steps again than to fill memory, segments are some `times` longer.

    >>> segment_length(8_000, 20_000), segment_length(8_000_000, 20_000)
    (131, 141)
    """
    nbytes = nbytes if nbytes > 1 else 1
    if 0 < steps * nbytes <= SHARE:
        return steps
    fits, outweighed = times * CACHE // nbytes, state // nbytes if state > nbytes else 1
    fewest = FEWEST * outweighed
    if fits >= fewest:
        return fits
    least = math.floor(math.sqrt(outweighed * steps)) if steps > 0 else 0
    return least if least > fewest else fewest


def milestones(start: int, last: int, slots: int) -> list[tuple[int, int]]:
    """The way from step `start` to step `last`, in pieces at whose beginnings the state is kept.

    It is the part before the first turn of the binomial schedule of Griewank and Walther (2000), which reverses the steps
    from `start` to `last`, the latter included, with `slots` states, and advances by the fewest steps in all.

    >>> milestones(0, 9, 3)
    [(0, 4), (4, 7), (7, 9)]
    """
    pieces = []
    while start < last:
        ahead = last - start if slots <= 1 else first_piece(last + 1 - start, slots)
        pieces.append((start, start + ahead))
        start += ahead
        slots -= 1
    return pieces


def first_piece(steps: int, slots: int) -> int:
    """How far from its beginning the second of `slots` states is kept, for reversing so many steps."""
    repeats, reach, before, fewer = 0, 1, 0, 1
    while reach < steps:  # reach = binomial(slots + repeats, slots); before and fewer have one repeat, one slot less
        repeats += 1
        before, reach = reach, reach * (slots + repeats) // repeats
        fewer = reach * slots // (slots + repeats)
    return min(before, steps - fewer * repeats // (slots - 1 + repeats)) if repeats else 0
