"""Every error tangentlite raises: what went wrong, where in the user's file, and the way out.

All subclass `SyntaxError`, so Python, IPython and editors show the line with its caret, where there is one.
Errors about the arguments of a call are also `TypeError`s or `ValueError`s, as users of JAX expect.
"""
from __future__ import annotations

from typing import Any, Protocol, Self


class Location(Protocol):
    """What an error needs of a source location (`tangentlite.ir.Loc` is one)."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def col(self) -> int: ...
    @property
    def end_line(self) -> int: ...
    @property
    def end_col(self) -> int: ...
    @property
    def text(self) -> str: ...


class TangentliteError(SyntaxError):
    """Base of all errors raised by tangentlite; points at the expression that is in the way, if there is one.

    `loc.col` counts characters from 0; `loc.text` is the whole physical line. `advice` says what to do instead.
    """

    def __init__(self, message: str, loc: Location | None = None, advice: str = "") -> None:
        full = f"{message}. {advice}" if advice else message
        if loc is None or not loc.line:
            super().__init__(full)
        else:
            one_line = loc.end_line == loc.line
            end = (loc.end_line, loc.end_col + 1) if one_line else (loc.line, len(loc.text.rstrip()) + 1)
            super().__init__(full, (loc.file, loc.line, loc.col + 1, loc.text.rstrip("\n") + "\n", *end))
        self.message, self.loc, self.advice = message, loc, advice

    def __str__(self) -> str:
        return f"{self.msg} ({self.filename}, line {self.lineno})" if self.filename else str(self.msg)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.loc, self.advice), self.__dict__

    def advising(self, advice: str) -> Self:
        """The same error with other advice."""
        return type(self)(self.message, self.loc, advice)


def note_primal(exc: BaseException, loc: Location, remark: str = "") -> None:
    """Note on an exception, once, which line of the primal raised it."""
    note = f"primal: {loc.file}:{loc.line}: {loc.text.strip()}{remark}"
    if note not in getattr(exc, "__notes__", ()):
        exc.add_note(note)


class TransformError(TangentliteError):
    """A function cannot be differentiated."""


class NoSourceError(TransformError):
    """There is no Python source for the function (built-in, compiled, or made from a text that was not kept)."""


class StaleSourceError(TransformError):
    """The file no longer holds the text of the running function."""


class UnsupportedError(TransformError):
    """The function uses Python that tangentlite does not differentiate."""


CARRIED = "the derivative cannot follow what an exception, or a context manager, carries"


class OutdatedError(UnsupportedError):
    """A value is read that may share memory with what was written since."""


class InPlaceError(UnsupportedError):
    """The function can be differentiated as a part of its callers only."""


class WritesArgumentError(InPlaceError):
    """A function writes memory of its caller's: `argument` names the parameter."""

    def __init__(self, message: str, loc: Location | None = None, advice: str = "", argument: str = "") -> None:
        super().__init__(message, loc, advice)
        self.argument = argument


class RaisesError(UnsupportedError):
    """An expression is known to raise `kind(*args)`: a `try` around it goes on with its handler."""

    def __init__(self, message: str, loc: Location | None = None, advice: str = "", kind: Any = None, args: tuple[Any, ...] = ()) -> None:
        super().__init__(message, loc, advice)
        self.kind, self.given = kind, args


class SharedUpdateError(UnsupportedError):
    """A name is updated that may be a number or an array which other names see, too."""


class HalfDoneError(UnsupportedError):
    """A name is read that a `try` has left undecided: `statement` is that `try`, for another attempt."""

    def __init__(self, message: str, loc: Location | None = None, advice: str = "", statement: Any = None, name: str = "") -> None:
        super().__init__(message, loc, advice)
        self.statement, self.name = statement, name


class FunctionMadeError(InPlaceError):
    """A function returns a function that it makes: it can be called, but has no value of its own to differentiate."""


class CompileError(TransformError):
    """Numba cannot compile the derivative."""


class NoRuleError(TransformError):
    """An operation between input and output has no derivative rule and no readable source."""


class ArgumentError(TangentliteError):
    """Base of the errors about how a derivative was asked for or called."""


class ArgnumsError(ArgumentError, ValueError):
    """`argnums`, `argnames` or `wrt` name no argument of the function."""


class InputTypeError(ArgumentError, TypeError):
    """A differentiated argument is not a floating-point number or array."""


class SharedMemoryError(ArgumentError, ValueError):
    """An argument that the function writes shares memory with another one: both would change."""


class OutputTypeError(ArgumentError, TypeError):
    """The output of the function is not what the transformation needs (`grad` wants one real scalar)."""


class TargetError(ArgumentError, ValueError):
    """A command-line target names no function."""
