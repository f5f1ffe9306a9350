"""What is printed parses back to the tree, one statement per line, in the style of PEP 8."""
from __future__ import annotations

import ast
import random
import subprocess
import sys
import tokenize

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tangentlite.backend import text
from tangentlite.backend.text import MisprintError, render
from tangentlite.ir.trace import Loc


def function(source: str) -> ast.FunctionDef:
    (node,) = ast.parse(source).body
    assert isinstance(node, ast.FunctionDef)
    return node


def returning(value: ast.expr) -> ast.FunctionDef:
    node = function("def f(x):\n    return 0")
    node.body = [ast.Return(value)]
    return node


def printed(line: str) -> str:
    """The text of a statement, without its indentation."""
    return render([function(f"def f(x):\n    {line}")]).source.split("\n", 1)[1].strip()


@pytest.mark.parametrize("line", [
    "x ** 2", "x ** -1", "x ** -y ** 2", "(-x) ** 2", "-x ** 2", "(x ** y) ** z", "x ** y ** z",
    "a * b + c", "a * (b + c)", "a - (b - c)", "a - b - c", "a / (b * c)", "-(a * b)", "-a * b", "a @ b.T",
    "not (a and b) or c", "not a == b", "(not a) == b", "a < b <= c", "(a < b) < c", "a if b else c if d else e",
    "(a if b else c) + d", "x[i, j]", "x[i + 1:n]", "x[::2, ..., None]", "x[:, 0]", "x[i,]", "x[()]", "x[(a, b), c]",
    "x[lo:hi:step]", "x[(a if b else c):]", "f(a, axis=0)", "f(*a, **k)", "f(x for x in y)", "f((x for x in y), z)",
    "f((a, b))", "(1).real", "(1.5).real", "f(x)(y)[z].w", "[a, b]", "[]", "()", "(a,)",
    "[x * y for x, y in z if x > 0]", "{k: v + 1 for k, v in d.items()}", "{'a': 1, **b}", "{a, b}",
    "f'{x!r:>{w}} {{}} \"'", "lambda x, *, y=1: x + y", "(lambda: 0)()", "(yield)", "1j * 2.5e-08", "b'\\x00'",
    "(y := x + 1)", "~a & b | c ^ d << 2", "a // b % c", "a is not b", "a not in b",
    "'ab'.join(c)", "u'x'", "not not x", "--x", "*a, b", "a, b",
])
def test_expressions_come_out_as_a_person_writes_them(line: str) -> None:
    assert printed(line) == line


@pytest.mark.parametrize("line", [
    "return a, b", "return", "return ()", "return (a,)", "a, b = b, a", "a = b = c", "(a, b), c = d", "[a, b] = c",
    "*a, b = c", "x[i, j] += v", "(a,) = b", "x += 1, 2", "x: int = 1", "del x, y[0]",
    "assert x, 'no'", "raise ValueError(x) from e", "pass", "global y", "import a.b as c", "from . import d",
    "for i, x in enumerate(y):\n        break", "for i in a, b:\n        continue\n    else:\n        pass",
    "while x > 0 and y:\n        x -= 1", "if a:\n        b\n    elif c:\n        d\n    else:\n        e",
    "if (a, b):\n        pass", "with a as b, c:\n        pass",
    "try:\n        a\n    except E as e:\n        b\n    else:\n        c\n    finally:\n        d",
    "def g(a, /, b=1, *c, d=2, e, **k) -> int:\n        return a", "@d\n    def g():\n        pass",
    "match x:\n        case [a, *_] if a > 0:\n            b = 1\n        case _:\n            pass",
    "try:\n        a\n    except* E:\n        b", "class C:\n        x = 1",
])
def test_statements_come_out_as_a_person_writes_them(line: str) -> None:
    assert printed(line) == line


def test_a_conditional_expression_puts_no_line_above_its_statement() -> None:
    assert render([function("def f(x):\n    y = a if x else b\n    return y")]).source == "def f(x):\n    y = a if x else b\n    return y\n"


def test_redundant_parentheses_go() -> None:
    assert printed("return ((a * b) + (c))") == "return a * b + c"


def test_comments_blank_lines_and_the_line_map() -> None:
    f = function("def f(x):\n    'Doc.'\n    for i in x:\n        y = 1\n        if y:\n            y = 2\n"
                 "        elif x:\n            y = 3\n    return y\n")
    doc, loop, result = f.body
    inner = loop.body[1]
    loop.comment, loop.space, loop.loc = "the loop", 1, Loc("a.py", 3)
    inner.body[0].loc = Loc("a.py", 6, sweep="reverse")
    inner.orelse[0].comment = "otherwise"
    result.space = 2
    out = render([f, f])
    source = """def f(x):
    \"""Doc.\"""

    # the loop
    for i in x:
        y = 1
        if y:
            y = 2
        # otherwise
        elif x:
            y = 3


    return y
"""
    assert out.source == source + "\n\n" + source
    first = {n: loc for n, loc in out.lines.items() if n < 16}
    assert first == {5: Loc("a.py", 3), 6: Loc("a.py", 3), 7: Loc("a.py", 3), 8: Loc("a.py", 6, sweep="reverse"),
                     10: Loc("a.py", 3), 11: Loc("a.py", 3)}
    assert {n + 16: loc for n, loc in first.items()} == {n: loc for n, loc in out.lines.items() if n >= 16}


def test_space_between_functions_can_be_chosen() -> None:
    f, g = function("def f(x):\n    pass"), function("def g(x):\n    pass")
    f.space = g.space = 1
    assert render([f, g]).source == "def f(x):\n    pass\n\ndef g(x):\n    pass\n"


@pytest.mark.parametrize("end", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029",
                                 "\x00", "\u202e", "\ud800"])
def test_comments_cannot_end_their_line(end: str) -> None:
    f = function("def f(x):\n    return x")
    f.comment = f.body[0].comment = f"a{end}import os"
    out = render([f]).source
    assert len(out.splitlines()) == 4
    out.encode()


def test_comments_inside_what_unparse_prints() -> None:
    f = function("def f(x):\n    match x:\n        case 1:\n            y = 1\n            return y\n")
    f.body[0].comment, f.body[0].cases[0].body[1].comment = "choose", "one"
    f.body[0].cases[0].body[1].loc = Loc("a.py", 5)
    out = render([f])
    assert out.source == ("def f(x):\n    # choose\n    match x:\n        case 1:\n            y = 1\n"
                          "            # one\n            return y\n")
    assert out.lines == {7: Loc("a.py", 5)}


def test_a_first_comment_declares_no_encoding(tmp_path) -> None:
    f = function("def f(x):\n    return 'é'")
    f.comment = "-*- coding: latin-1 -*-"
    path = tmp_path / "f.py"
    path.write_text(render([f]).source, encoding="utf-8")
    with tokenize.open(path) as file:
        assert file.encoding == "utf-8"


@pytest.mark.parametrize("doc", ['"', 'a"', '"""', '""""x""', "\\", "a\nb\n", "\t\r\x00\u2028", "\ud800", "é", ""])
def test_docstrings_round_trip(doc: str) -> None:
    f = function("def f(x):\n    return x")
    f.body.insert(0, ast.Expr(ast.Constant(doc)))
    out = render([f]).source
    assert ast.get_docstring(function(out), clean=False) == doc
    assert out.split("\n")[1].startswith('    """')
    out.encode()


@pytest.mark.parametrize("value", [-1, -0.0, -2.5, float("inf"), float("nan"), np.float64(1.0), np.int64(1), 1 + 2j,
                                   (1, 2), frozenset({1}), np.str_("a")])
def test_constants_without_a_literal_are_a_mistake(value: object) -> None:
    with pytest.raises(MisprintError, match="Constant"):
        render([returning(ast.Constant(value))])


@pytest.mark.parametrize("bad", [
    ast.Name("a b"), ast.Name("None"), ast.Name("x\nimport os"), ast.Attribute(ast.Name("x"), "y()"),
    ast.Lambda(ast.arguments([], [], None, [], [], None, []), ast.Constant(-1.0)),
])
def test_trees_without_a_text_are_a_mistake(bad: ast.expr) -> None:
    with pytest.raises(MisprintError):
        render([returning(bad)])


def test_where_astor_misprints_the_other_printer_takes_over(monkeypatch) -> None:
    monkeypatch.setattr(text._Printer, "visit_Return", lambda self, node: self.statement(node, "return 7"))
    f = function("def f(x):\n    'Doc.'\n    if x:\n        return x, 1")
    f.comment, f.body[1].comment, f.body[1].body[0].comment = "f", "if", "return"
    f.body[1].body[0].loc = Loc("a.py", 4)
    out = render([f])
    assert out.source == ('# f\ndef f(x):\n    """Doc."""\n    # if\n    if x:\n        # return\n'
                          "        return (x, 1)\n")
    assert out.lines == {7: Loc("a.py", 4)}


def test_a_long_function_and_a_long_sum() -> None:
    terms = " + ".join(f"x[{i}] * {i}" for i in range(2000))
    source = "def f(x):\n" + "    y = np.sin(x)\n" * 4000 + f"    return {terms}\n"
    assert render([function(source)]).source == source


def test_deep_calls() -> None:
    assert printed(f"return {'f(' * 90}x{')' * 90}") == f"return {'f(' * 90}x{')' * 90}"


def test_nesting_beyond_the_stack_is_not_called_a_misprint() -> None:
    deep: ast.expr = ast.Name("x", ast.Load())
    for _ in range(5000):
        deep = ast.UnaryOp(ast.USub(), deep)
    with pytest.raises(RecursionError):
        render([returning(deep)])


def test_importing_warns_of_nothing() -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", "import tangentlite.backend.text"], check=True)


class Program:
    """Random trees, of every kind of node that generated code is made of."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pick(self, *choices):
        return self.random.choice(choices)

    def several(self, make, low: int = 0, high: int = 3) -> list:
        return [make() for _ in range(self.random.randint(low, high))]

    def name(self, context=ast.Load) -> ast.Name:
        return ast.Name(self.pick("x", "y", "np", "é", "tape_1"), context())

    def constant(self) -> ast.Constant:
        return ast.Constant(self.pick(0, 7, 10**20, 0.1, 2.5e-8, 3.0, 1j, True, None, ..., "", "a'b\"c\n\\", b"\x00"))

    def operator(self) -> ast.operator:
        return self.pick(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult, ast.Mod, ast.BitOr, ast.LShift)()

    def loop(self, e) -> list[ast.comprehension]:
        return [ast.comprehension(self.name(ast.Store), e(), self.several(e, high=1), 0)]

    def index(self, e) -> ast.expr:
        def part():
            return self.pick(e, lambda: ast.Slice(*(self.pick(e, lambda: None)() for _ in range(3))))()
        return self.pick(part, lambda: ast.Tuple(self.several(part, 1), ast.Load()))()

    def call(self, e) -> ast.Call:
        stars = self.several(lambda: ast.Starred(e(), ast.Load()), high=1)
        keywords = self.several(lambda: ast.keyword(self.pick(None, "axis"), e()), high=2)
        return ast.Call(e(), self.several(e) + stars, keywords)

    def expression(self, depth: int = 4) -> ast.expr:
        def e() -> ast.expr:
            return self.expression(depth - 1)
        if not depth:
            return self.pick(self.name, self.name, self.constant)()
        nothing = ast.arguments([], [], None, [], [], None, [])
        return self.pick(
            self.name, self.constant,
            lambda: ast.BinOp(e(), self.operator(), e()), lambda: ast.BinOp(e(), self.operator(), e()),
            lambda: ast.UnaryOp(self.pick(ast.USub, ast.UAdd, ast.Not, ast.Invert)(), e()),
            lambda: ast.Compare(e(), [self.pick(ast.Lt, ast.NotIn)(), ast.IsNot()], [e(), e()]),
            lambda: ast.BoolOp(self.pick(ast.And, ast.Or)(), self.several(e, 2)),
            lambda: ast.IfExp(e(), e(), e()),
            lambda: self.call(e), lambda: ast.Attribute(e(), "real", ast.Load()),
            lambda: ast.Subscript(e(), self.index(e), ast.Load()),
            lambda: ast.Tuple(self.several(e), ast.Load()), lambda: ast.List(self.several(e), ast.Load()),
            lambda: ast.Set(self.several(e, 1)), lambda: ast.Dict([None, e()], [e(), e()]),
            lambda: ast.ListComp(e(), self.loop(e)), lambda: ast.GeneratorExp(e(), self.loop(e)),
            lambda: ast.DictComp(e(), e(), self.loop(e)),
            lambda: ast.Lambda(nothing, e()), lambda: ast.NamedExpr(self.name(ast.Store), e()),
        )()

    def target(self) -> ast.expr:
        return self.pick(lambda: self.name(ast.Store), lambda: ast.Tuple(self.several(self.target), ast.Store()))()

    def statement(self, depth: int = 2) -> ast.stmt:
        def body(low: int = 1) -> list[ast.stmt]:
            return self.several(lambda: self.statement(depth - 1), low)
        e = self.expression
        simple = (lambda: ast.Assign(self.several(self.target, 1, 2), e()), lambda: ast.Return(self.pick(None, e())),
                  lambda: ast.AugAssign(self.name(ast.Store), self.operator(), e()), lambda: ast.Expr(e()), ast.Pass)
        blocks = (lambda: ast.If(e(), body(), body(0)), lambda: ast.While(e(), body(), body(0)),
                  lambda: ast.For(self.target(), e(), body(), body(0)))
        stmt = self.pick(*simple, *(blocks if depth else ()))()
        stmt.comment, stmt.space = self.pick("", "y = f(x)", "a\u2028\n"), self.pick(0, 0, 1)
        return stmt


@given(st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_random_functions_round_trip(seed: int) -> None:
    f = function("def f(x, /, y=1.0, *, z=None):\n    pass")
    program = Program(seed)
    f.body = program.several(program.statement, 1, 4)
    source = render([f]).source
    assert ast.dump(function(source)) == ast.dump(f)
    assert source.count("\n") == len(source.splitlines())
