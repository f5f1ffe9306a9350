"""Room for programs that are nested deeply: long sums, long `elif` chains."""
from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SIZE = 256 << 20  # bytes, of which the system hands out what is touched
LIMIT = 50_000

_lock = threading.Lock()  # the limit belongs to all threads


def with_deep_stack(function: Callable[[], T]) -> T:
    """Call a function in a thread with a large stack. Raises what it raises, and RecursionError where that is not enough."""
    results: list[T] = []
    errors: list[BaseException] = []
    context = contextvars.copy_context()

    def run() -> None:
        try:
            results.append(context.run(function))
        except BaseException as error:
            errors.append(error)

    with _lock:
        limit, size = sys.getrecursionlimit(), threading.stack_size(SIZE)
        try:
            sys.setrecursionlimit(max(limit, LIMIT))
            thread = threading.Thread(target=run, name="tangentlite")
            thread.start()
            thread.join()
        except RuntimeError as error:  # no thread of that size
            raise RecursionError(str(error)) from None
        finally:
            threading.stack_size(size)
            sys.setrecursionlimit(limit)
    if errors:
        raise errors[0]
    return results[0]
