"""The text of a live function: positions, encodings, where it comes from, how long it takes."""
from __future__ import annotations

import ast
import doctest
import importlib
import linecache
import os
import py_compile
import sys
import threading
import time
import types

import gast
import pytest

from tangentlite.errors import UnsupportedError
from tangentlite.frontend import source as module_under_test
from tangentlite.frontend.source import Source, _same, read
from tangentlite.ir import Loc


def text(function) -> str:
    found = read(function)
    return found.segment(found.node)


# Positions

def test_loc_counts_characters(load):
    made = load("""
        é = "ü∂𝛛"; f = lambda α: ("ß", α + é); g = lambda x: x
    """)
    found = read(made.f)
    line = 'é = "ü∂𝛛"; f = lambda α: ("ß", α + é); g = lambda x: x'
    assert found.loc(found.node) == Loc(str(load.path), 2, 15, 2, 37, line)
    assert found.segment(found.node) == 'lambda α: ("ß", α + é)'
    total = found.node.body.elts[1]
    assert found.loc(total, "reverse") == Loc(str(load.path), 2, 31, 2, 36, line, "reverse")
    assert found.segment(total) == "α + é"


def test_loc_and_segment_over_several_lines(load):
    made = load("""
        def f(x):
            y = ("é" +
                 "ü",
                 x)
            return y
    """)
    found = read(made.f)
    value = found.node.body[0].value
    assert found.segment(value) == '("é" +\n         "ü",\n         x)'
    assert found.loc(value) == Loc(str(load.path), 3, 8, 5, 11, '    y = ("é" +')
    assert found.segment(value.elts[0]) == '"é" +\n         "ü"'


def test_nodes_without_position_are_where_their_children_are(load):
    made = load("""
        def f(x, *, y=2):
            with open(x) as g, open(y) as h:
                return [i for i in g if i]
        def nothing():
            try:
                pass
            except ValueError as e:
                pass
    """)
    found = read(made.f)
    body = found.node.body[0]
    assert found.segment(found.node.args) == "x, *, y=2"
    assert found.segment(body.items[1]) == "open(y) as h"
    assert found.segment(body.body[0].value.generators[0]) == "i in g if i"
    found = read(made.nothing)
    assert found.loc(found.node.args) == found.loc(found.node)
    assert found.loc(found.node.body[0].handlers[0].name) == found.loc(found.node)


def test_every_node_has_a_place_in_the_text():
    for function in (read, _same, module_under_test._find):
        found = read(function)
        for node in gast.walk(found.node):
            loc = found.loc(node)
            assert loc.text == found.lines[loc.line - 1]
            if isinstance(node, gast.Name) and hasattr(node, "lineno") and node.annotation is None:
                assert found.segment(node) == node.id


def test_arguments_are_placed(load):
    made = load("def f(é, b: int = 1, *c, **d): return é\n")
    found = read(made.f)
    args = found.node.args
    assert [found.segment(a) for a in (*args.args, args.vararg, args.kwarg)] == ["é", "b: int", "c", "d"]


# Encodings and line ends

@pytest.mark.parametrize("raw", [
    pytest.param("# -*- coding: latin-1 -*-\né = 'ü'; f = lambda x: (x, 'ö')\n".encode("latin-1"), id="latin-1"),
    pytest.param("é = 'ü'; f = lambda x: (x, 'ö')\n".encode("utf-8-sig"), id="BOM"),
    pytest.param("# one\r\né = 'ü'; f = lambda x: (x, 'ö')\r\n# two\r\n".encode(), id="CRLF"),
    pytest.param("# one\ré = 'ü'; f = lambda x: (x, 'ö')\r".encode(), id="CR"),
    pytest.param("\x0c# one\x0c\n\x0cé = 'ü'; f = lambda x: (x, 'ö')\n".encode(), id="form feed"),
    pytest.param("# \x1c \x85 \u2028 \x0b\né = 'ü'; f = lambda x: (x, 'ö')\n".encode(), id="separators"),
    pytest.param("é = 'ü'; f = lambda x: (x, 'ö')".encode(), id="no newline"),
    pytest.param("if 1:\n\té = 'ü'; f = lambda x: (x, 'ö')\n".encode(), id="tab"),
])
def test_encodings_and_line_ends(load, raw):
    made = load(raw)
    found = read(made.f)
    loc = found.loc(found.node)
    assert found.segment(found.node) == "lambda x: (x, 'ö')"
    assert loc.text[loc.col:loc.end_col] == "lambda x: (x, 'ö')"
    assert loc.text.strip() == "é = 'ü'; f = lambda x: (x, 'ö')"
    assert loc.line == made.f.__code__.co_firstlineno


def test_line_ends_inside_strings(load):
    made = load(b'def f(x):\r\n    """One\r\n    two"""\r\n    return x\r\n')
    assert text(made.f) == 'def f(x):\n    """One\n    two"""\n    return x'


# Where texts come from

def test_generated_text_pinned_in_linecache(pinned):
    made = pinned("def f(x):\n    return x\n")
    found = read(made.f)
    assert found.filename == "<generated 1>"
    assert found.lines == ("def f(x):", "    return x")


def test_pinned_text_with_foreign_line_ends(pinned):
    made = pinned("def f(x):\r\n    return x")
    assert read(made.f).lines == ("def f(x):", "    return x")


def test_top_level_await(pinned):
    """A notebook cell may wait outside of functions."""
    cell = "import asyncio\ndef f(x):\n    return x\nif 1:\n    await asyncio.sleep(0)\n    g = lambda x: x\n"
    linecache.cache["<cell>"] = len(cell), None, cell.splitlines(keepends=True), "<cell>"
    try:
        code = compile(cell, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        codes = {c.co_name: c for c in code.co_consts if isinstance(c, types.CodeType)}
        assert text(types.FunctionType(codes["f"], {})) == "def f(x):\n    return x"
        assert text(types.FunctionType(codes["<lambda>"], {})) == "lambda x: x"
    finally:
        del linecache.cache["<cell>"]


def test_cell_inherits_future_flags_and_is_run_in_pieces(pinned):
    """IPython compiles one statement at a time, under the `__future__` flags of earlier cells."""
    import __future__
    cell = ("import math\nh = lambda x: math.sin(x), lambda x: math.cos(x)\n"
            "def f(x: a.b):\n    def g(y: c.d): return math.sin(y)\n    return g\nf\n")
    linecache.cache["<cell>"] = len(cell), None, cell.splitlines(keepends=True), "<cell>"
    try:
        space: dict = {}
        for statement in ast.parse(cell).body:
            piece = ast.Interactive([statement])
            exec(compile(piece, "<cell>", "single", __future__.annotations.compiler_flag), space)
        assert text(space["f"]).startswith("def f(x: a.b):")
        assert text(space["f"](1)) == "def g(y: c.d): return math.sin(y)"
        assert [text(f) for f in space["h"]] == ["lambda x: math.sin(x)", "lambda x: math.cos(x)"]
    finally:
        del linecache.cache["<cell>"]


def test_doctest():
    """The text of an example.

    >>> def f(x):
    ...     return x
    >>> g = lambda x: x + 1
    >>> print(text(f))
    def f(x):
        return x
    >>> read(g).filename
    '<doctest ...test_doctest[1]>'
    """
    here = doctest.DocTestFinder(recurse=False).find(test_doctest, "test_doctest", globs={"text": text, "read": read})
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(here[0]) == (0, 4)


def test_module_in_a_zip_file(tmp_path, monkeypatch):
    import zipfile
    with zipfile.ZipFile(tmp_path / "lib.zip", "w") as archive:
        archive.writestr("zipped_module_of_tangentlite.py", "def f(x):\n    return x\n")
    monkeypatch.syspath_prepend(str(tmp_path / "lib.zip"))
    made = importlib.import_module("zipped_module_of_tangentlite")
    found = read(made.f)
    assert found.segment(found.node) == "def f(x):\n    return x"
    assert found.filename == str(tmp_path / "lib.zip" / "zipped_module_of_tangentlite.py")


def test_module_from_bytecode(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    path = tmp_path / "cached_module_of_tangentlite.py"
    path.write_text("def f(x):\n    return x in {1, 2.0, 'a', (3, 4)}, -0.0, 1e999 - 1e999, 3j\n")
    py_compile.compile(str(path))
    module = importlib.import_module("cached_module_of_tangentlite")
    assert os.path.exists(module.__cached__)
    assert text(module.f).startswith("def f(x):")


def test_relative_file_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "relative.py").write_text("def f(x): return x\n")
    space: dict = {}
    exec(compile("def f(x): return x\n", "relative.py", "exec"), space)
    assert read(space["f"]).filename == str(tmp_path / "relative.py")


def test_warnings_of_the_compiler_are_not_repeated(load, recwarn):
    with pytest.warns(SyntaxWarning):
        made = load("def f(x):\n    return x is 1\n")
    assert text(made.f).startswith("def f(x):")
    assert not recwarn.list


@pytest.mark.parametrize("install", [sys.settrace, sys.setprofile])
def test_under_a_tracer(load, install):
    made = load("def f(x):\n    y = x\n    return y\n")
    before = sys.gettrace() if install is sys.settrace else sys.getprofile()

    def tracer(frame, event, arg):
        return tracer

    install(tracer)
    try:
        made.f(1)
        assert text(made.f) == "def f(x):\n    y = x\n    return y"
    finally:
        install(before)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs sys.monitoring")
def test_under_a_monitor(load):
    made = load("def f(x):\n    y = 0\n    for i in range(3):\n        y += x\n    return y\n")
    monitoring = sys.monitoring
    lines = []
    monitoring.use_tool_id(4, "test")
    try:
        monitoring.register_callback(4, monitoring.events.LINE, lambda code, line: lines.append(line))
        monitoring.set_local_events(4, made.f.__code__, monitoring.events.LINE | monitoring.events.INSTRUCTION)
        made.f(1)
        assert text(made.f).startswith("def f(x):")
        assert 4 in lines
    finally:
        monitoring.set_local_events(4, made.f.__code__, 0)
        monitoring.register_callback(4, monitoring.events.LINE, None)
        monitoring.free_tool_id(4)


def test_warm_code_is_the_same(load):
    made = load("def f(x):\n    y = 0\n    for i in range(3000):\n        y += x * len(str(i))\n    return y\n")
    for _ in range(20):
        made.f(1)
        made.f(1.5)
    assert text(made.f).startswith("def f(x):")


# Depth, time, threads

def test_depth_that_gast_alone_does_not_survive(load):
    made = load("def f(x):\n    return " + " + ".join(["x"] * 600) + "\n")
    with pytest.raises(RecursionError):
        gast.parse(load.path.read_text())
    found = read(made.f)
    assert len(found.segment(found.node.body[0].value)) == 4 * 600 - 3
    assert found.loc(found.node.args).col == 6


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
def test_too_deep_is_a_located_error(load, monkeypatch, error):
    made = load("def f(x): return x\n")

    def compile(*args, **kwargs):
        raise error

    monkeypatch.setattr(module_under_test, "compile", compile, raising=False)
    with pytest.raises(UnsupportedError) as caught:
        read(made.f)
    assert caught.value.msg == ("`f` is nested too deeply to be compiled again. Split its longest expression, or call "
                                "tangentlite from a shallower stack")
    assert (caught.value.lineno, caught.value.text) == (1, "def f(x): return x\n")


def test_second_read_parses_and_compiles_nothing(load, monkeypatch):
    made = load("def f(x): return x\ndef g(x): return f(x)\nh = lambda x: x, lambda x: 2 * x\n")
    for function in (made.f, made.g, *made.h):
        read(function)
    for name in ("_parse", "compile", "_Translation"):
        monkeypatch.setattr(module_under_test, name, None, raising=False)
    assert [text(f) for f in (made.f, made.g, *made.h)] == [
        "def f(x): return x", "def g(x): return f(x)", "lambda x: x", "lambda x: 2 * x"]
    assert read(made.f).node is read(made.f).node
    linecache.clearcache()  # the same text again, from the disk
    assert text(made.f) == "def f(x): return x"


def test_remembered_files_are_bounded(pinned):
    count = 2 * module_under_test._KEPT_FILES
    functions = [pinned(f"def f(x): return {i}\n", f"<generated {i}>").f for i in range(count)]
    for _ in range(2):
        assert [text(f) for f in functions] == [f"def f(x): return {i}" for i in range(count)]
    assert len(module_under_test._files) <= module_under_test._KEPT_FILES


def test_five_thousand_functions(load):
    made = load("".join(f"def f{i}(x):\n    y = x * {i}\n    return y + {i}\n\n" for i in range(5000)))
    compiled = time.perf_counter()
    compile(load.path.read_text(), "", "exec")
    compiled = time.perf_counter() - compiled
    first = time.perf_counter()
    read(made.f0)
    first = time.perf_counter() - first
    rest = time.perf_counter()
    for i in range(5000):
        assert read(getattr(made, f"f{i}")).node.name == f"f{i}"
    rest = time.perf_counter() - rest
    assert first < 20 * compiled
    assert rest < 100 * compiled


def test_threads(load):
    made = load("fs = [" + ", ".join(f"lambda x: x + {i}" for i in range(50)) + "]\n")
    wrong = []

    def work():
        for i, f in enumerate(made.fs):
            if text(f) != f"lambda x: x + {i}":
                wrong.append(i)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_source_is_a_value(load):
    made = load("def f(x): return x\n")
    assert read(made.f) == read(made.f)
    assert isinstance(read(made.f), Source)
    assert "return x" not in repr(read(made.f))
