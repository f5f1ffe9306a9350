"""Generated functions as machine code, by Numba. It is imported when the first of them is made, and is an extra."""
from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FunctionType
from typing import Any

from tangentlite.backend.compile import LINE_MAPS, PRIMAL_NAMES, Compiler
from tangentlite.backend.fingerprint import NotDescribable, fingerprint
from tangentlite.errors import ArgnumsError, CompileError, TangentliteError
from tangentlite.ir import Loc
from tangentlite.ir import kinds as K
from tangentlite.ir.compiled import interpreted

IN_PYTHON = 'backend="auto" runs what Numba cannot compile in Python'


def numba() -> Any:
    """The module, with the helpers of generated code known to it. Raises ArgnumsError where it is not installed."""
    try:
        import numba as module
    except ImportError:
        raise ArgnumsError('backend="numba" needs Numba, which is not installed', None, "Run `pip install tangentlite[numba]`") from None
    from tangentlite.backend import overloads, vector_math

    overloads.register()
    vector_math.register()
    if "scipy.special" in sys.modules:
        from tangentlite.backend import special_functions

        special_functions.register()
    return module


def compiler(options: Mapping[str, Any] | None) -> Compiler:
    """What compiles the functions of one derivative with these options of `numba.njit`.

    Without options, what is derived of Numba functions is compiled, where Numba can do that.
    """
    whole, options = options is not None, options or {}
    jit, cached = numba().njit, bool(options.get("cache"))
    plain = {name: value for name, value in options.items() if name not in ("cache", "math")}
    describable = True

    def key(units: Mapping[str, Any]) -> str:
        nonlocal describable
        try:
            return fingerprint(units) if cached else ""
        except NotDescribable:
            describable = False
            return ""

    def compiled(function: FunctionType) -> Any:
        on_disk = cached and describable and not function.__code__.co_filename.startswith("<")
        function.__code__ = told_apart(function.__code__)
        made = jit(cache=on_disk, **plain)(function)
        if not whole:
            made._compile_for_args = or_interpreted(made)
        return made

    return Compiler(compiled, key)


def told_apart(code: CodeType) -> CodeType:
    """The code without local names such as `v_4` beside `v`: in an array expression Numba takes them for its own fifth `v`."""
    def free(name: str, k: int) -> str:
        stem = re.sub(r"_\d+$", "", name)
        return f"{name}_apart" if k >= code.co_argcount and stem != name and stem in code.co_varnames else name

    return code.replace(co_varnames=tuple(free(name, k) for k, name in enumerate(code.co_varnames)))


def or_interpreted(function: Any) -> Callable[..., Any]:
    """What a Numba function runs for arguments of new types: machine code, or, with a warning, Python where there is none."""
    compile_for, refused = function._compile_for_args, set()

    def compiled(*args: Any, **kwargs: Any) -> Any:
        types = tuple(map(function.typeof_pyval, args))
        if types not in refused:
            try:
                return compile_for(*args, **kwargs)
            except Exception as error:  # Numba's own errors, and now and then others from inside of it
                refused.add(types)
                fall_back(not_compiled(function, str(error)))
        return function.py_func

    return compiled


def fall_back(error: TangentliteError) -> None:
    warnings.warn(str(error.advising("It runs in Python")), RuntimeWarning, stacklevel=3)


# -- types -----------------------------------------------------------------------------------------------------------

def kind_of_type(t: Any, key: Any) -> Any:
    """The kind of the values of a Numba type; `key` names the symbols of its dimensions, any of which may be 1."""
    types = numba().types
    match t:
        case types.Omitted():
            return K.of_value(t.value, key)
        case types.Literal():
            return kind_of_type(t.literal_type, key)
        case types.Boolean():
            return K.BOOL
        case types.Integer():
            return K.size_of(("?", key)) if t.bitwidth == 64 and t.signed else K.Number(t.name)
        case types.Float() | types.Complex():
            return K.Number({"float64": "float", "complex128": "complex"}.get(t.name, t.name))
        case types.Array():
            dtype = "bool" if isinstance(t.dtype, types.Boolean) else str(t.dtype)
            return K.Array(dtype, tuple(("?", key, k) for k in range(t.ndim)))
        case types.BaseTuple():
            return K.Seq("tuple", tuple(kind_of_type(item, (key, k)) for k, item in enumerate(t)))
        case types.List():
            return K.Seq("list", None, K.without_sizes(kind_of_type(t.dtype, (key, "elem"))))
        case types.NoneType():
            return K.of_value(None)
        case types.Dispatcher():
            return K.of_value(interpreted(t.dispatcher))
        case types.UnicodeType():
            return K.of_value("")
    return K.UNKNOWN


# -- errors ----------------------------------------------------------------------------------------------------------

def compiled_for(function: Any, argument_types: Sequence[Any]) -> Any:
    """What Numba compiles a generated function to for arguments of these types. Raises CompileError where it cannot do that."""
    types = tuple(argument_types)
    try:
        function.compile(types)
        return function.overloads[types]
    except TangentliteError:
        raise
    except Exception as error:  # Numba's own errors, and now and then others from inside of it
        raise not_compiled(function, str(error)) from None


def not_compiled(function: Any, message: str) -> CompileError:
    """Numba's complaint about generated code, at the line of the primal that it is about."""
    lines_here = LINE_MAPS.get(function.__code__.co_filename, {})
    found: Loc | None = next(iter(lines_here.values()), None)
    for file, line in re.findall(r'File "([^"]+)", line (\d+)', message):
        for full, lines in LINE_MAPS.items():
            if full == file or full.endswith("/" + file.rpartition("/")[2]) and int(line) in lines:
                found = lines.get(int(line), found)
    name = PRIMAL_NAMES.get(function.py_func, str(function.__name__))
    sweep = " (in the reverse sweep)" if found is not None and found.sweep == "reverse" else ""
    return CompileError(f"Numba cannot compile the derivative of `{name}`{sweep}: {reason(message)}", found, IN_PYTHON)


def reason(message: str) -> str:
    """The line of Numba's message that says most."""
    lines = [line.strip(" -\t") for line in message.splitlines() if line.strip(" -\t")]
    noise = ("Failed in nopython", "During:", "File ", "There are", "<source", "^", "def ", "Overload", "Rejected",
             "With argument", "raised from")
    useful = [line for line in lines if not line.startswith(noise)]
    return (useful or lines or ["no reason given"])[0].rstrip(".:")


def type_of(value: Any) -> Any:
    """The Numba type of an argument. Raises ValueError for what has none."""
    try:
        return numba().typeof(value)
    except (ValueError, TypeError) as error:
        raise ValueError(str(error).splitlines()[0]) from None
