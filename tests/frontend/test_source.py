"""The text of a live function is the text it runs: which functions, which lambdas."""
from __future__ import annotations

import ast
import os
import sys
import time
import types

import gast
import pytest

from tangentlite.frontend import source as module_under_test
from tangentlite.frontend.source import read


def text(function) -> str:
    found = read(function)
    return found.segment(found.node)


# Which functions

def test_def_of_this_file():
    def cube(x):
        return x * x * x

    found = read(cube)
    assert found.function is cube
    assert isinstance(found.node, gast.FunctionDef)
    assert found.node.lineno == cube.__code__.co_firstlineno
    assert found.filename == os.path.abspath(__file__)
    assert found.segment(found.node) == "def cube(x):\n        return x * x * x"
    with open(__file__, encoding="utf-8") as file:
        assert "\n".join(found.lines) + "\n" == file.read()


def test_function_with_asserts_of_this_file():
    def checked(x):
        def inner(y):
            assert y > 0, "positive"
            return y
        assert (z := inner(x)) == x  # noqa: RUF018
        assert (lambda t: t)(z) and not (z < 0 or z != x)  # noqa: PT018
        return z

    assert "@pytest_ar" in checked.__code__.co_names
    assert text(checked).startswith("def checked(x):")
    assert isinstance(read(checked).node.body[1], gast.Assert)
    only_inside = (lambda: checked).__closure__[0].cell_contents.__code__.co_consts
    inner = next(c for c in only_inside if isinstance(c, types.CodeType) and c.co_name == "inner")
    assert text(types.FunctionType(inner, {})).startswith("def inner(y):")


def test_function_whose_nested_function_asserts():
    def outer(x):
        def inner(y):
            assert y
            return y
        return inner(x)

    assert "@pytest_ar" not in outer.__code__.co_names
    assert text(outer).startswith("def outer(x):")


def test_closures(load):
    made = load("""
        def outer(a):
            b = 2 * a
            def inner(x):
                nonlocal b
                b = x
                def innermost(y):
                    return a * b * y
                return innermost
            return inner
        inner = outer(1.0)
        innermost = inner(2.0)
    """)
    assert text(made.outer).startswith("def outer(a):")
    assert text(made.inner).startswith("def inner(x):")
    assert text(made.innermost) == "def innermost(y):\n            return a * b * y"


def test_methods(load):
    made = load("""
        class Base:
            def value(self, x):
                return x
        class Net(Base):
            __scale = 3.0
            def value(self, x):
                return self.__scale * super().value(x)
            def __hidden(self, __x):
                return __class__, __x.__y
            @staticmethod
            def plain(x):
                return x
            @classmethod
            def made(cls, x):
                return cls, x
            @property
            def scale(self):
                return self.__scale
    """)
    net = made.Net()
    assert text(net.value) == text(made.Net.value) == (
        "def value(self, x):\n        return self.__scale * super().value(x)")
    assert read(net.value).function is made.Net.value
    assert text(made.Net._Net__hidden).startswith("def __hidden(self, __x):")
    assert text(made.Net.plain).startswith("def plain(x):")
    assert text(made.Net.made).startswith("def made(cls, x):")
    assert text(made.Net.scale.fget).startswith("def scale(self):")


def test_raw_function_inside_its_decorators(load):
    made = load("""
        seen = []
        def keep(f):
            seen.append(f)
            return len
        def pick(*_):
            return keep
        @pick(
            lambda x: x + 1,
            lambda x: x + 2)
        @keep
        def f(x):
            return x
    """)
    raw = made.seen[0]
    assert raw.__code__.co_firstlineno == 8
    assert text(raw) == "def f(x):\n    return x"
    assert read(raw).node.lineno == 12


def test_wrapped_is_not_followed(load):
    made = load("""
        import functools
        def double(f):
            @functools.wraps(f)
            def wrapper(*args):
                return 2 * f(*args)
            return wrapper
        @double
        def f(x):
            return x
        g = lambda x: x + 1
        g.__wrapped__ = f
        g.__signature__ = None
    """)
    assert text(made.f).startswith("def wrapper(*args):")
    assert text(made.g) == "lambda x: x + 1"
    assert text(made.f.__wrapped__) == "def f(x):\n    return x"


def test_name_of_the_object_does_not_matter(load):
    made = load("""
        def f(x):
            return x
        def g(x):
            return 2 * x
        f.__name__ = f.__qualname__ = "g"
        f.__module__ = "os"
    """)
    assert text(made.f) == "def f(x):\n    return x"


def test_replaced_code_is_what_counts(load):
    made = load("""
        def f(x):
            return x
        def g(x):
            return 2 * x
        f.__code__ = g.__code__
    """)
    assert text(made.f) == "def g(x):\n    return 2 * x"


def test_redefinitions(load):
    made = load("""
        functions = []
        for flag in (True, False):
            if flag:
                def f(x):
                    return x
            else:
                def f(x):
                    return 2 * x
            functions.append(f)
        def f(x):
            return 3 * x
        functions.append(f)
    """)
    assert [text(f).split("\n")[1].strip() for f in made.functions] == ["return x", "return 2 * x", "return 3 * x"]


def test_function_in_a_finally_block_is_compiled_twice(load):
    made = load("""
        def make(x):
            try:
                return x
            finally:
                global f, pair
                def f(y): return y
                pair = lambda: 1, lambda: 2
        make(1)
    """)
    assert text(made.f) == "def f(y): return y"
    assert [text(f) for f in made.pair] == ["lambda: 1", "lambda: 2"]


def test_generators_and_comprehensions(load):
    made = load("""
        def g(n):
            yield from (i for i in range(n))
        def c(n):
            return [[i * j for j in range(i)] for i in range(n)], {i: i for i in range(n)}
        fs = [lambda x: x * i for i in range(3)]
    """)
    assert text(made.g).startswith("def g(n):")
    assert text(made.c).startswith("def c(n):")
    assert [text(f) for f in made.fs] == ["lambda x: x * i"] * 3


def test_function_that_holds_a_class(load):
    made = load("""
        def f(x):
            class Local:
                def g(self):
                    self.a = x
                    return self.a
            return Local().g()
    """)
    assert text(made.f).startswith("def f(x):")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs type parameters")
def test_type_parameters(load):
    made = load("""
        def f[T: int](x: T) -> T:
            return x
        class C[T]:
            def g[S](self, x: S) -> T:
                return x
    """)
    assert text(made.f).startswith("def f[T: int](x: T) -> T:")
    assert text(made.C.g).startswith("def g[S](self, x: S) -> T:")


def test_future_annotations(load):
    made = load("""
        '''Docstring.'''
        from __future__ import annotations
        def f(x: no.such.name) -> Whatever:
            def g(y: neither.one): return y
            return g(x)
        h = lambda x: x; k = lambda x: x + 1
    """)
    assert text(made.f).startswith("def f(x: no.such.name)")
    assert [text(made.h), text(made.k)] == ["lambda x: x", "lambda x: x + 1"]


# Lambdas

LAMBDAS = """
    one = lambda x: x
    constants = [lambda x: x + 1, lambda x: x + 1.0, lambda x: x + True, lambda x: x - 0.0, lambda x: x - -0.0]
    twins = [lambda x: x + 1, lambda x: (x + 1), lambda x : x + 1]
    a = lambda x: x * 2; b = lambda x: x * 3; c = (lambda x: x * 4,
        lambda x: x * 5); d = lambda x: x * 6
    nested = lambda x: lambda y: lambda z: x * y * z
    same = lambda: (lambda: (lambda: 1))
    parenthesised = lambda x: (
        x
        + 1
    )
    lines = (lambda x:
             x + 1)
    default = lambda x, f=lambda y: y + 1, g=(lambda y: y + 2): f(g(x))
    def with_default(x, f=lambda y: y + 3, *, g=lambda y: (lambda z: z + 4)): return f(g(x))
    called = (lambda f, g: (f, g))(lambda x: x + 7, lambda x: x + 8)
    dead = [lambda x: 1 if True else (lambda: 2), lambda x: (lambda: 3) if False else 4]
    escaped = [lambda: 0 and (lambda: 1), lambda: f"{(lambda q: q + 1)(2)}", lambda: [(lambda: k) for k in range(2)]]
    class C:
        __f, __g = lambda self: self.__x, lambda self: self.__y
        pair = __f, __g
    def scopes(a):
        return (lambda: a), (lambda: b), (lambda a: a), (lambda b: a)
    free = scopes(1)
"""


@pytest.fixture
def lambdas(load):
    return load(LAMBDAS)


@pytest.mark.parametrize(("expression", "expected"), [
    ("one", "lambda x: x"),
    ("constants[0]", "lambda x: x + 1"),
    ("constants[1]", "lambda x: x + 1.0"),
    ("constants[2]", "lambda x: x + True"),
    ("constants[3]", "lambda x: x - 0.0"),
    ("constants[4]", "lambda x: x - -0.0"),
    ("twins[0]", "lambda x: x + 1"),
    ("twins[1]", "lambda x: (x + 1)"),
    ("twins[2]", "lambda x : x + 1"),
    ("a", "lambda x: x * 2"),
    ("b", "lambda x: x * 3"),
    ("c[0]", "lambda x: x * 4"),
    ("c[1]", "lambda x: x * 5"),
    ("d", "lambda x: x * 6"),
    ("nested", "lambda x: lambda y: lambda z: x * y * z"),
    ("nested(1)", "lambda y: lambda z: x * y * z"),
    ("nested(1)(2)", "lambda z: x * y * z"),
    ("same", "lambda: (lambda: (lambda: 1))"),
    ("same()", "lambda: (lambda: 1)"),
    ("same()()", "lambda: 1"),
    ("parenthesised", "lambda x: (\n    x\n    + 1\n)"),
    ("lines", "lambda x:\n         x + 1"),
    ("default", "lambda x, f=lambda y: y + 1, g=(lambda y: y + 2): f(g(x))"),
    ("default.__defaults__[0]", "lambda y: y + 1"),
    ("default.__defaults__[1]", "lambda y: y + 2"),
    ("with_default.__defaults__[0]", "lambda y: y + 3"),
    ("with_default.__kwdefaults__['g']", "lambda y: (lambda z: z + 4)"),
    ("with_default.__kwdefaults__['g'](0)", "lambda z: z + 4"),
    ("called[0]", "lambda x: x + 7"),
    ("called[1]", "lambda x: x + 8"),
    ("dead[0]", "lambda x: 1 if True else (lambda: 2)"),
    ("dead[1]", "lambda x: (lambda: 3) if False else 4"),
    ("escaped[0]", "lambda: 0 and (lambda: 1)"),
    ("escaped[1]", 'lambda: f"{(lambda q: q + 1)(2)}"'),
    ("escaped[2]()[0]", "lambda: k"),
    ("C.pair[0]", "lambda self: self.__x"),
    ("C.pair[1]", "lambda self: self.__y"),
    ("free[0]", "lambda: a"),
    ("free[1]", "lambda: b"),
    ("free[2]", "lambda a: a"),
    ("free[3]", "lambda b: a"),
])
def test_lambda(lambdas, expression, expected):
    assert text(eval(expression, vars(lambdas))) == expected


@pytest.mark.parametrize("expression", ["constants[3]", "twins[0]", "called[1]", "same()", "nested(1)"])
def test_lambdas_are_told_apart_without_columns(lambdas, expression):
    """As when Python runs with `-X no_debug_ranges`."""
    function = eval(expression, vars(lambdas))
    expected = text(function)
    code = function.__code__
    blind = types.FunctionType(code.replace(co_linetable=b""), {}, closure=function.__closure__)
    assert all(column is None for position in blind.__code__.co_positions() for column in position[2:])
    assert text(blind) == expected


def test_looking_for_a_lambda_leaves_the_tree_as_it_was(load):
    made = load("fs = [lambda x: (lambda: x), lambda x: x]\n")
    found = read(made.fs[0])
    statement, = module_under_test._files[found.filename][1].whole.statements
    expected, = ast.parse(load.path.read_text()).body
    assert ast.dump(statement, include_attributes=True) == ast.dump(expected, include_attributes=True)


def test_a_thousand_lambdas_on_one_line(load):
    made = load("fs = [" + ", ".join(f"lambda x: x + {i}" for i in range(1000)) + "]\n")
    start = time.perf_counter()
    assert [text(f) for f in made.fs] == [f"lambda x: x + {i}" for i in range(1000)]
    assert time.perf_counter() - start < 20


def test_node_is_the_translation_that_gast_makes(load):
    made = load(LAMBDAS)
    whole = gast.parse(load.path.read_text())
    nodes = {(n.lineno, n.col_offset): n for n in gast.walk(whole) if isinstance(n, gast.Lambda | gast.FunctionDef)}
    for function in (made.one, made.scopes, made.default, made.nested, made.with_default):
        node = read(function).node
        expected = nodes[node.lineno, node.col_offset]
        assert gast.dump(node, include_attributes=True) == gast.dump(expected, include_attributes=True)
