"""The command line: `tangentlite grad TARGET`, `tangentlite trace TARGET --at ...`, `cost`, `coverage`.

Exit codes: 0 done; 1 something to act on in the user's code; 2 wrong usage; 130 interrupted; 141 the reader went away.
What the user's code prints goes to stderr, so stdout holds the text that was asked for and nothing else.
"""
from __future__ import annotations

import contextlib
import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from tangentlite.cli.arguments import parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. `argv` is what follows the program's name (`sys.argv[1:]`)."""
    try:
        code, text = run(parser().parse_args(argv))
    except SystemExit as leaving:  # argparse, after --help or with a complaint
        code, text = (leaving.code if isinstance(leaving.code, int) else 2), ""
    except KeyboardInterrupt:
        return 130
    try:
        put(text)
        return code
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):  # so that the interpreter's last flush has somewhere to go
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return 141
        sys.stderr.write(f"tangentlite: cannot write the output: {error.strerror or error}\n")
        return 1


def run(arguments: Namespace) -> tuple[int, str]:
    """The exit code and the text for stdout of one command; complaints go to stderr."""
    from tangentlite.cli import commands, problems

    try:
        with contextlib.redirect_stdout(sys.stderr):
            return 0, getattr(commands, arguments.command)(arguments)
    except problems.REPORTED as error:
        sys.stderr.write(problems.report(error, arguments.command))
        return problems.exit_code(error), ""
    except SystemExit:
        sys.stderr.write(f"tangentlite {arguments.command}: {arguments.target} left Python with sys.exit()\n")
        return 1, ""
    except Exception as error:
        error.add_note("This is a defect of tangentlite: please report it, with the function and this traceback.")
        raise


def put(text: str) -> None:
    """Write to stdout, escaping what its encoding does not have."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()
