"""What the commands do: target and options in, text out."""
from __future__ import annotations

import inspect
from argparse import Namespace
from collections.abc import Callable
from types import FunctionType
from typing import Any

import tangentlite
from tangentlite import api, pipeline
from tangentlite.cli import columns, highlight, primal, saving, targets
from tangentlite.cli import coverage as report
from tangentlite.cli.example import Example, evaluate
from tangentlite.cli.problems import UsageError, did_you_mean, listed
from tangentlite.dispatch import Specializer, unspecialized_derivative
from tangentlite.errors import TangentliteError
from tangentlite.ir.checkpointing import Checkpointing
from tangentlite.ir.transformation import behind


def grad(arguments: Namespace) -> str:
    """`tangentlite grad`: the derivative, or what else `--show` asks for."""
    show = arguments.show or "adjoint"
    if arguments.output is not None and show != "adjoint":
        raise UsageError(f"-o writes the derivative, so it does not go together with --show {show}")
    plan = checkpointing(arguments)
    function = api.plain(targets.load(arguments.target))
    if show == "primal":
        return colored(primal.of(function).text, arguments.color)
    example = None if arguments.at is None else evaluate(arguments.at, function)
    check_arguments(function, arguments.wrt, example)
    if show == "trace":
        return colored(pipeline.text(derivative(function, "primal", None, example)).source, arguments.color)
    made = derivative(function, "value" if arguments.value and arguments.mode == "reverse" else arguments.mode,
                      arguments.wrt, example, plan)
    if arguments.output is not None:
        return saving.save(made, function, arguments, example)
    if show == "side-by-side":
        return columns.side_by_side(made, function, highlight.wanted(arguments.color))
    text = pipeline.text(made).source
    if show == "all":
        trace_text = pipeline.text(derivative(function, "primal", None, example)).source
        text = sections(function, {"evaluation trace": trace_text, f"derivative, {arguments.mode} mode": text})
    return colored(text, arguments.color)


def trace(arguments: Namespace) -> str:
    """`tangentlite trace`: the executed evaluation trace, with its values."""
    function = api.plain(targets.load(arguments.target))
    text = printed(tangentlite.trace(function, mode=arguments.mode), function, None, arguments)
    return highlight.table(text) if highlight.wanted(arguments.color) else text


def cost(arguments: Namespace) -> str:
    """`tangentlite cost`: how many operations a function and its gradient execute."""
    function = api.plain(targets.load(arguments.target))
    check_wrt(function, arguments.wrt)
    positions = None if arguments.wrt is None else api.positions_of(function, arguments.wrt)
    return printed(tangentlite.cost(function, positions), function, arguments.wrt, arguments)


def printed(run: Callable[..., object], function: FunctionType, wrt: list[str] | None, arguments: Namespace) -> str:
    """What a run on the example arguments prints as. What the function itself raises for them comes first."""
    args, kwargs = evaluate(arguments.at, function)
    check_arguments(function, wrt, (args, kwargs))
    try:
        return str(run(*args, **kwargs)).rstrip("\n") + "\n"
    except TangentliteError:
        raise
    except Exception as error:
        failure = error
    with targets.users_code(arguments.target):
        function(*args, **kwargs)
    raise failure


def coverage(arguments: Namespace) -> str:
    """`tangentlite coverage`: the functions that have rules."""
    return report.markdown() if arguments.markdown else report.text()


def checkpointing(arguments: Namespace) -> Checkpointing | None:
    """The checkpoints that are asked for."""
    schedule, slots = arguments.checkpoint, arguments.slots
    if schedule is None and slots is not None:
        raise UsageError("--slots is how many states --checkpoint segments or --checkpoint revolve keeps")
    if schedule == "revolve" and slots is None:
        raise UsageError("--checkpoint revolve needs to know how many states it may keep; write --slots 30")
    if schedule is not None and arguments.mode != "reverse":
        raise UsageError(f"--checkpoint is for what the reverse mode records, so it does not go together with --mode {arguments.mode}")
    return Checkpointing(schedule, slots) if schedule is not None else None


def derivative(function: Any, mode: str, wrt: list[str] | None, example: Example | None,
               plan: Checkpointing | None = None) -> pipeline.Derivative:
    """The derivative for the example arguments, or for what the annotations promise."""
    positions = None if wrt is None else api.positions_of(function, wrt)
    suffix = dict(api.MODES.values())[mode]
    spec = Specializer(function, mode, positions, suffix, checkpointing=plan)
    if example is None:
        return unspecialized_derivative(spec)
    flat = spec.positional(*example)
    if mode != "primal" and not spec.wrt(spec.kinds(flat)):
        raise UsageError(f"no argument of {spec.primal.__name__}() in --at is a floating-point number or array, so "
                         "there is nothing to differentiate with respect to; write 3.0 for 3")
    return spec.derivative(spec.kinds(flat))


def check_arguments(function: Any, wrt: list[str] | None, example: Example | None) -> None:
    """Raise UsageError if the function does not have the arguments that the command line gives or names."""
    check_wrt(function, wrt)
    made_of = behind(function)
    name, signature = made_of.__name__, inspect.signature(made_of, follow_wrapped=False)
    if example is not None:
        try:
            signature.bind(*example[0], **example[1])
        except TypeError as error:
            raise UsageError(f"--at does not fit {name}{signature}: {error}") from None
        return
    for p in signature.parameters.values():
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            raise UsageError(f"{name}{signature} takes any number of arguments; say how many with --at, "
                             "as in --at '1.0, 2.0'")


def check_wrt(function: Any, wrt: list[str] | None) -> None:
    """Raise UsageError if the function does not have the arguments that `--wrt` names, once each."""
    made_of = behind(function)
    names = list(inspect.signature(made_of, follow_wrapped=False).parameters)
    for w in wrt or ():
        if wrt and wrt.count(w) > 1:
            raise UsageError(f"--wrt {w} is given twice")
        if w not in names:
            has = f"it has {listed(names)}" if names else "it has none"
            raise UsageError(f"--wrt {w}: {made_of.__name__}() has no such argument, {has}{did_you_mean(w, names)}")


def sections(function: Any, derived: dict[str, str]) -> str:
    """Several texts under headings that are comments."""
    found = primal.of(function)
    texts = {f"primal, {found.place}": found.text, **derived}
    return "\n\n".join([f"# {f'-- {title} ':-<76}\n\n{text}" for title, text in texts.items()])


def colored(text: str, color: str) -> str:
    return highlight.highlighted(text) if highlight.wanted(color) else text
