"""A limit of time for one case: a derivative may run for ever where its program does not."""
from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = {signal.ITIMER_REAL: signal.SIGALRM, signal.ITIMER_PROF: signal.SIGPROF}


class TooLong(BaseException):
    """Not an Exception, which a program may catch."""


@contextmanager
def limited(seconds: float, clock: int = signal.ITIMER_PROF) -> Iterator[None]:
    """Raise TooLong after that time of the processor; or of the wall clock, which also ends what waits."""
    def stop(*_: Any) -> None:
        raise TooLong(f"more than {seconds} seconds")

    before = signal.signal(SIGNALS[clock], stop)
    signal.setitimer(clock, seconds)
    try:
        yield
    finally:
        signal.setitimer(clock, 0)
        signal.signal(SIGNALS[clock], before)
