"""When the text is not what runs, or there is none, the error says so and where."""
from __future__ import annotations

import functools
import importlib
import math
import operator
import os
import sys
import traceback
import types

import numpy as np
import pytest

from tangentlite.errors import NoSourceError, StaleSourceError, TransformError
from tangentlite.frontend.source import _same, read


def text(function) -> str:
    found = read(function)
    return found.segment(found.node)


def error_of(function) -> TransformError:
    with pytest.raises(TransformError) as caught:
        read(function)
    return caught.value


def report(error: TransformError) -> str:
    """What Python prints, with the name of the directory left out."""
    lines = "".join(traceback.format_exception_only(error)).replace(os.path.dirname(error.filename or ""), "...")
    return lines.replace("tangentlite.errors.", "")


# Stale text

STALE = """
    import numpy as np
    c = 2.0
    def f(x):
        return np.sin(x) * 3.0
    g = lambda x: x + 1
"""


@pytest.mark.parametrize(("old", "new"), [
    ("3.0", "4.0"), ("3.0", "3"), ("3.0", "-3.0"), ("sin", "cos"), ("(x):", "(y):"), ("* 3.0", "/ 3.0"),
    ("f(x):", "f(x, /):"), ("f(x):", "f(x, *, y=1):"), ("f(x):", "f(x, *y):"), ("def f", "def h"),
    ("def f", "async def f"), ("    return np", "    yield np"), ("c = 2.0", "c = 2.0\n# one line more"),
    ("import numpy as np\n", ""), ("np.sin(x)", "c.sin(x)"), ("def f(x):\n    return", "f = lambda x:"),
    ("def f(x):", "class f:\n  def f(x):"),
])
def test_edited_file_is_refused(load, edit, old, new):
    made = load(STALE)
    assert text(made.f)
    edit(old, new)
    assert isinstance(error_of(made.f), StaleSourceError)


@pytest.mark.parametrize(("old", "new"), [
    ("c = 2.0", "c = 5.0  # longer"), ("lambda x: x + 1", "lambda x: x + 2"), ("sin(x) * 3.0", "sin( x )*3.0 # times"),
])
def test_edit_that_leaves_the_function_as_it_is(load, edit, old, new):
    made = load(STALE)
    edit(old, new)
    assert text(made.f).startswith("def f(x):")


def test_edited_name_of_a_lambda_or_its_place(load, edit):
    made = load(STALE)
    edit("g = lambda x: x + 1", "   \ng = lambda x: x + 1")
    assert isinstance(error_of(made.g), StaleSourceError)
    edit("   \ng = lambda x: x + 1", "rewritten, g = 0, lambda x: x + 1")
    assert text(made.g) == "lambda x: x + 1"


def test_nested_function_and_exception_table(load, edit):
    made = load("""
        def f(x):
            def g(y):
                return y + 0.0
            return g(x)
        def h(x):
            try:
                a(x)
                b(x)
            except ValueError:
                pass
    """)
    edit("0.0", "-.0")
    assert isinstance(error_of(made.f), StaleSourceError)
    assert text(made.h).startswith("def h(x):")
    edit("ValueError", "KeyError  ")
    assert isinstance(error_of(made.h), StaleSourceError)


def test_same_code_in_another_class(load, edit):
    made = load("class A:\n    def f(self): return 1\n")
    edit("class A", "class B")
    assert isinstance(error_of(made.A.f), StaleSourceError)


@pytest.mark.parametrize(("a", "b", "same"), [
    (0.0, -0.0, False), (1, 1.0, False), (1, True, False), (math.nan, -math.nan, True), (0j, -0j, False), (1, 1, True),
    ((1, (2.0, "a")), (1, (2.0, "a")), True), ((1, (2.0,)), (1, (2,)), False), ((1,), (1, 2), False),
    (frozenset({1, "a", (2,)}), frozenset({(2,), "a", 1}), True), (frozenset({1, 2}), frozenset({1.0, 2}), False),
    (frozenset({1}), frozenset({2}), False), ("a", b"a", False), (None, ..., False),
    pytest.param(1 << 20000, 1 << 20000, True, id="long"),
])
def test_constants_are_compared_strictly(a, b, same):
    assert _same(a, b) is same
    code = (lambda: 0).__code__
    assert _same(code.replace(co_consts=(a,)), code.replace(co_consts=(b,))) is same


def test_imported_module_reloaded(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    path = tmp_path / "reloaded_module_of_tangentlite.py"
    path.write_text("def f(x):\n    return x\n")
    module = importlib.import_module("reloaded_module_of_tangentlite")
    old = module.f
    assert text(old) == "def f(x):\n    return x"
    path.write_text("def f(x):\n    return 2.0 * x\n")
    assert isinstance(error_of(module.f), StaleSourceError)
    importlib.reload(module)
    assert text(module.f) == "def f(x):\n    return 2.0 * x"
    assert isinstance(error_of(old), StaleSourceError)


def test_code_that_poses_as_another_function(load):
    made = load("def f(x):\n    return x\n\ndef g(x):\n    return 2 * x\n")
    names = {name: getattr(made.f.__code__, name) for name in ("co_name", "co_qualname", "co_firstlineno")}
    posing = types.FunctionType(made.g.__code__.replace(**names), {})
    assert isinstance(error_of(posing), StaleSourceError)


def test_default_values_are_those_of_the_object_not_of_the_text(load, edit):
    """They belong to the code around the function; who wants them asks the function."""
    made = load("def f(x, n=2):\n    return x * n\n")
    edit("n=2", "n=3")
    found = read(made.f)
    assert found.node.args.defaults[0].value == 3
    assert found.function.__defaults__ == (2,)


# Messages

def test_message_of_a_changed_function(load, edit):
    made = load(STALE)
    edit("3.0", "5.0")
    edit("def f", "# The sinus\n  # of all\ndef f")
    assert report(error_of(made.f)) == (
        '  File ".../written.py", line 4\n'
        "    # The sinus\n"
        "    ^^^^^^^^^^^\n"
        "StaleSourceError: `f` does not run what its source says: the source has changed since, or the code was "
        "generated or rewritten. Reload the module or restart Python\n")


def test_message_of_an_indented_line(load, edit):
    made = load("class C:\n    def f(self): return 1\n")
    edit("1", "2")
    error = error_of(made.C.f)
    assert (error.lineno, error.offset, error.end_lineno, error.end_offset) == (2, 5, 2, 26)
    assert error.text == "    def f(self): return 2\n"


def test_message_of_a_line_that_is_gone(load, edit):
    made = load("\n\n\nf = lambda x: x\n")
    edit("\n\n\nf = lambda x: x\n", "f = lambda x: x\n")
    error = error_of(made.f)
    assert str(error) == (
        "this lambda does not run what its source says: the source has changed since, or the code was generated or "
        "rewritten. Reload the module or restart Python (written.py, line 4)".replace("written.py", str(load.path)))
    assert (error.filename, error.lineno, error.offset, error.text) == (str(load.path), 4, 1, "\n")


def test_message_of_a_file_that_does_not_parse(load, edit):
    made = load(STALE)
    edit("c = 2.0", "c = = 2.0")
    assert report(error_of(made.f)) == (
        '  File ".../written.py", line 4\n'
        "    def f(x):\n"
        "    ^^^^^^^^^\n"
        "StaleSourceError: `f` does not run what its source says: the source no longer compiles (invalid syntax, "
        "line 3). Reload the module or restart Python\n")


@pytest.mark.parametrize(("new", "detail"), [("\0", "null bytes"), ("nonlocal c", "nonlocal"), ("return 1", "outside")])
def test_files_that_do_not_compile(load, edit, new, detail):
    made = load("if 1:\n    c = 2.0\n    def f(x): return x\n")
    edit("c = 2.0", new)
    error = error_of(made.f)
    assert isinstance(error, StaleSourceError)
    assert error.lineno == 3
    assert detail in error.msg


def test_message_of_generated_text_that_changed(pinned):
    made = pinned("def f(x):\n    return x\n")
    pinned("def f(x):\n    return 2 * x\n")
    assert str(error_of(made.f)) == (
        "`f` does not run what its source says: the source has changed since, or the code was generated or rewritten. "
        "Run its definition again (<generated 1>, line 1)")


def test_message_of_a_missing_file(load):
    made = load("def f(x): return x\n")
    read(made.f)
    load.path.unlink()
    error = error_of(made.f)
    assert type(error) is NoSourceError
    assert str(error) == f"the file of `f` does not exist: {load.path}. Restore it"


@pytest.mark.parametrize("raw", [b"", b"\n \n", b"# coding: ascii\n\xff"])
def test_message_of_a_file_without_text(load, raw):
    made = load("f = lambda x: x\n")
    load.path.write_bytes(raw)
    error = error_of(made.f)
    assert type(error) is NoSourceError
    assert str(error) == f"the file of this lambda is empty or cannot be decoded: {load.path}. Restore it"


@pytest.mark.parametrize("name", ["<string>", "<stdin>"])
def test_message_of_a_text_that_was_not_kept(name):
    space: dict = {}
    exec(compile("def f(x): return x", name, "exec"), space)
    error = error_of(space["f"])
    assert type(error) is NoSourceError
    assert str(error) == (f"the text of `f`, made in `{name}`, was not kept. "
                          "Define it in a file or a notebook, or enter its text in `linecache.cache`")


class Called:
    def __call__(self, x):
        return x

    def method(self, x):
        return x


@functools.lru_cache
def cached(x):
    return x


@pytest.mark.parametrize(("thing", "message"), [
    (math.sin, "the built-in function `sin` has no Python source. Pass a function that calls it"),
    ([].append, "the built-in function `append` has no Python source. Pass a function that calls it"),
    (str.upper, "the method_descriptor `upper` has no Python source. Pass a function that calls it"),
    (np.sin, "the NumPy function `sin` has no Python source. Pass a function that calls it"),
    (Called, "the class `Called` has no Python source. Pass a function that calls it"),
    (Called(),
     "an object of type `Called` has no Python source. Pass its method `__call__`, or a function that calls it"),
    (functools.partial(cached, 1),
     "an object of type `partial` has no Python source. Pass its `func`, or a function that calls it"),
    (operator.itemgetter(0), "an object of type `itemgetter` has no Python source. Pass a function that calls it"),
    (cached, "the _lru_cache_wrapper `cached` has no Python source. "
             "Pass the function in its `__wrapped__`, or a function that calls it"),
    (types.MethodType(math.sin, 1.0),
     "the built-in function `sin` has no Python source. Pass a function that calls it"),
    (staticmethod(cached), "the staticmethod `cached` has no Python source. Pass its `__func__`"),
    (classmethod(cached.__wrapped__), "an object of type `classmethod` has no Python source. Pass its `__func__`"),
    (property(cached), "an object of type `property` has no Python source. Pass a function"),
    (3, "an object of type `int` has no Python source. Pass a function"),
    (None, "an object of type `NoneType` has no Python source. Pass a function"),
], ids=lambda v: type(v).__name__)
def test_message_of_what_is_not_a_function(thing, message):
    error = error_of(thing)
    assert type(error) is NoSourceError
    assert str(error) == message


def test_advice_works():
    assert text(cached.__wrapped__).startswith("def cached(x):")
    assert text(Called().__call__).startswith("def __call__(self, x):")
    assert text(types.MethodType(Called().method, 1)).startswith("def method(self, x):")


def test_message_of_an_async_function(load):
    made = load("""
        def keep(f): return f
        @keep
        async def f(x):
            return x
    """)
    assert report(error_of(made.f)) == (
        '  File ".../written.py", line 4\n'
        "    async def f(x):\n"
        "    ^^^^^^^^^^^^^^^\n"
        "UnsupportedError: `f` is asynchronous. Use a plain `def`\n")
