"""The options of the commands. Imports nothing of the package, so that `--help` is quick."""
from __future__ import annotations

import argparse
import sys
from typing import Any

SHOWN = ("primal", "trace", "adjoint", "all", "side-by-side")

TARGET = """\
TARGET names a function in one of these ways:
  file.py:func  file.py::func        a function in a file
  file.py:Class.method               a method, or any dotted path of attributes
  package.module:func                a function in a module that Python can import from here
"""

EXIT_CODES = """\
exit codes:
  0  done
  1  something to act on: an error in the function or its file, shown with its line
  2  wrong usage: no such file, function or argument, or an --at that is not Python
"""

MAIN = f"""\
Derivatives of ordinary Python and NumPy functions, as Python source to read, run and keep.

{TARGET}
examples:
  tangentlite grad examples/griewank.py:f
  tangentlite grad examples/power.py:power --wrt x --at '3.0, 4'
  tangentlite trace examples/griewank.py:f --at '1.0, 2.0' --mode reverse

`tangentlite COMMAND --help` has more.

{EXIT_CODES}"""

GRAD = f"""\
Print the derivative of a function as Python source.

{TARGET}
What is known of the arguments decides how lean the text is. Without --at, the annotations float, int and bool are
believed, and every other argument may be a number or an array.

examples:
  tangentlite grad examples/griewank.py:f
  tangentlite grad examples/power.py:power --at '3.0, n=4' --show side-by-side
  tangentlite grad examples/mlp.py:mlp --wrt w1,b1 --at '*arguments()'
  tangentlite grad examples/power.py:power --mode forward --wrt x --at '3.0, 4'
  tangentlite grad examples/power.py:power --at '3.0, 4' --checkpoint revolve --slots 3
  tangentlite grad examples/mlp.py:mlp --at '*arguments()' --value -o mlp_gradient.py

{EXIT_CODES}"""

TRACE = f"""\
Run a function on example arguments and print its evaluation trace, one numbered value a line.

{TARGET}
examples:
  tangentlite trace examples/griewank.py:f --at '1.0, 2.0'
  tangentlite trace examples/griewank.py:f --at '1.0, 2.0' --mode forward    # tangents beside the values
  tangentlite trace examples/power.py:power --at '3.0, n=4' --mode reverse   # adjoints beside the values

{EXIT_CODES}"""


COST = f"""\
Run a function and its gradient on example arguments and print how many operations they execute, and in which lines.

{TARGET}
examples:
  tangentlite cost examples/griewank.py:f --at '1.0, 2.0'
  tangentlite cost examples/power.py:power --at '3.0, n=4' --wrt x

{EXIT_CODES}"""


COVERAGE = f"""\
Print which functions have a derivative rule, namespace by namespace. SciPy's are listed where it is installed.

examples:
  tangentlite coverage
  tangentlite coverage --markdown

{EXIT_CODES}"""


STYLE: Any = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False}


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; the parsed `command` is "grad", "trace", "cost" or "coverage"."""
    main = argparse.ArgumentParser("tangentlite", "tangentlite COMMAND [TARGET] [options]", MAIN, **STYLE)
    main.add_argument("--version", action=_Version, nargs=0, help="print the version of tangentlite and exit")
    commands = main.add_subparsers(dest="command", metavar="COMMAND", required=True, title="commands",
                                   prog="tangentlite")
    grad = commands.add_parser("grad", help="print the derivative of a function", description=GRAD, **STYLE)
    trace = commands.add_parser("trace", help="print the values a function goes through", description=TRACE, **STYLE)
    cost = commands.add_parser("cost", help="count the operations of a function and its gradient", description=COST, **STYLE)
    coverage = commands.add_parser("coverage", help="print which functions have derivative rules", description=COVERAGE, **STYLE)
    coverage.add_argument("--markdown", action="store_true", help="print the page docs/coverage.md")
    for command in (grad, trace, cost):
        command.add_argument("target", metavar="TARGET", help="the function: file.py:func or package.module:func")
    _grad_options(grad)
    for command in (trace, cost):
        command.add_argument("--at", metavar="ARGS", required=True, help=AT)
    trace.add_argument("--mode", choices=("forward", "reverse"),
                       help="print tangents (forward) or adjoints (reverse) beside the values")
    for command in (grad, cost):
        command.add_argument("--wrt", metavar="NAMES", type=_names, action="extend",
                             help="the arguments to differentiate with respect to, as in x,y (default: all that can be)")
    for command in (grad, trace):
        command.add_argument("--color", choices=("auto", "always", "never"), default="auto",
                             help="colour the text; auto (the default) does so on a terminal, unless NO_COLOR is set, "
                                  "and elsewhere if FORCE_COLOR is set")
    return main


AT = ("example arguments as in a call, '3.0, np.ones(3), k=2': Python that sees the target's module, np and math")


def _grad_options(grad: argparse.ArgumentParser) -> None:
    grad.add_argument("--mode", choices=("reverse", "forward"), default="reverse",
                      help="adjoints of the arguments (reverse, the default) or the tangent of the value (forward)")
    grad.add_argument("--value", action="store_true",
                      help="return the value beside the gradient (forward mode always does)")
    grad.add_argument("--checkpoint", choices=("segments", "revolve"),
                      help="keep some states of the outermost loops in place of a tape, and run the steps between them again")
    grad.add_argument("--slots", metavar="K", type=_count,
                      help="how many states to keep: needed for revolve; segments choose by themselves if it is left out")
    grad.add_argument("--show", choices=SHOWN, metavar="WHAT",
                      help="primal: the function as it is written; trace: its evaluation trace, as Python that runs; "
                           "adjoint: the derivative (the default); all: the three; side-by-side: function and "
                           "derivative line by line")
    grad.add_argument("--at", metavar="ARGS", help=AT)
    grad.add_argument("-o", "--output", metavar="FILE",
                      help="write the derivative to a module of its own, which needs NumPy alone; - is stdout")


def _count(text: str) -> int:
    """A positive number."""
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no positive integer")
    return int(text)


def _names(text: str) -> list[str]:
    """The names in a list such as `x,y`."""
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if not name.isidentifier():
            raise argparse.ArgumentTypeError(f"{name!r} is no argument's name; write --wrt x,y")
    return names


class _Version(argparse.Action):
    """`--version`: looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from tangentlite import __version__

        sys.stdout.write(f"tangentlite {__version__}\n")
        parser.exit()
