"""What goes wrong, as people see it: a line of advice, the line of their code, or their own traceback."""
from __future__ import annotations

import difflib
import importlib
import os
import traceback
from collections.abc import Iterable

import tangentlite
from tangentlite.errors import ArgumentError, InputTypeError, OutputTypeError, TangentliteError

HIDDEN = (os.path.dirname(os.path.abspath(tangentlite.__file__)) + os.sep, importlib.__file__, "<frozen importlib",
          "<frozen runpy>")  # whose frames are of no interest to users


class UsageError(TangentliteError):
    """The command line asks for something that is not there."""


class UserCodeError(Exception):
    """The user's own code raised `error` while it was imported or run."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


FLOATS = "Give floating-point numbers or arrays with --at"
ADVICE: dict[tuple[str, type], str] = {  # where the options have other names than the arguments of the API
    ("grad", OutputTypeError): "Use --mode forward",
    ("trace", OutputTypeError): "Use --mode forward",
    ("grad", InputTypeError): f"{FLOATS}, or leave it out of --wrt",
    ("trace", InputTypeError): FLOATS,
}
REPORTED = (TangentliteError, UserCodeError)


def exit_code(error: BaseException) -> int:
    """1 for what has to be changed in the user's code, 2 for what has to be changed in the command."""
    return 2 if isinstance(error, (UsageError, ArgumentError)) and not isinstance(error, OutputTypeError) else 1


def report(error: BaseException, command: str) -> str:
    """The text for stderr."""
    if isinstance(error, UserCodeError):
        return user_traceback(error.error)
    assert isinstance(error, TangentliteError)
    error = error.advising(ADVICE.get((command, type(error)), error.advice))
    return f"tangentlite {command}: {error.msg}\n" if exit_code(error) == 2 else located(error)


def located(error: TangentliteError) -> str:
    """File, line, source line and caret, as Python prints a syntax error."""
    text = "".join(traceback.TracebackException(type(error), error, None).format_exception_only())
    return text.replace(f"{type(error).__module__}.{type(error).__name__}: ", f"{type(error).__name__}: ")


def user_traceback(error: BaseException) -> str:
    """The traceback of an exception without the frames of tangentlite and of Python's import system."""
    shown = traceback.TracebackException.from_exception(error)
    todo: list[traceback.TracebackException | None] = [shown]
    while todo:
        one = todo.pop()
        if one is not None:
            frames = [f for f in one.stack if not f.filename.startswith(HIDDEN)]
            one.stack = traceback.StackSummary.from_list(frames)
            todo += [one.__cause__, one.__context__]
    if not shown.stack and shown.__cause__ is None and (shown.__context__ is None or shown.__suppress_context__):
        return "".join(shown.format_exception_only())
    return "".join(shown.format())


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question that ends an error message, or nothing."""
    close = difflib.get_close_matches(name, list(known), 1) if len(name) > 2 else []
    return f"; did you mean `{close[0]}`?" if close else ""


def listed(names: Iterable[str], limit: int = 8) -> str:
    """`a, b, c`, not too many."""
    names = list(names)
    return ", ".join(names[:limit]) + (", ..." if len(names) > limit else "")
