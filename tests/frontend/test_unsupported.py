"""Python that is not lowered: the construct is named and pointed at, the same in both modes; every message whole."""
from __future__ import annotations

import pytest

import tangentlite as tl
from tests.written import message, module, printed

REFUSED = """\
«def f(x):»
    yield x * x
→ UnsupportedError: `f` is a generator, which cannot be differentiated

«def f(x):»
    return (yield x)
→ UnsupportedError: `f` is a generator, which cannot be differentiated

«def f(x):»
    yield from [x]
→ UnsupportedError: `f` is a generator, which cannot be differentiated

«async def f(x):»
    return x * x
→ UnsupportedError: `f` is asynchronous. Use a plain `def`

«async def f(x):»
    await x
→ UnsupportedError: `f` is asynchronous. Use a plain `def`

def f(x):
    y = 0.0
    try:
        with np.errstate(all="raise"):
            y = np.sqrt(x)
            y = y + np.log(x)
    except FloatingPointError:
        pass
    return «y»
→ UnsupportedError: `y` may or may not have been changed by line 8 when line 9 raises. Change it last in the `try`, or in `else`

def f(x):
    z = 1.0
    try:
        y = (z := x * 2.0) + math.log(x)
    except ValueError:
        y = «z»
    return y
→ UnsupportedError: `z` may or may not have been changed by line 7 when line 7 raises. Change it last in the `try`, or in `else`

def f(x):
    try:
        y = math.log(x)
    finally:
        «return x»
→ UnsupportedError: leaving a function or a loop in `finally` cannot be differentiated yet. Leave after the `try`

def f(x):
    try:
        y = math.log(x)
    «except type(ValueError()):»
        y = x
    return y
→ UnsupportedError: what is caught here is not known when the derivative is made. Name the classes of the exceptions

class Quiet:
    def __enter__(self):
        return self
    def __exit__(self, *error):
        return True
def f(x):
    y = x
    «with Quiet():»
        y = math.log(x)
    return y
→ UnsupportedError: this context manager may swallow exceptions, as far as can be told. Use one whose `__exit__` returns nothing

import contextlib
@contextlib.contextmanager
def scaled(k):
    yield k
def f(x):
    «with scaled(x) as k:»
        y = k * x
    return y
→ UnsupportedError: the derivative cannot follow what an exception, or a context manager, carries. Hand it on in a variable

def f(x):
    «try:»
        return x
    except* ValueError:
        pass
    return 1.0
→ UnsupportedError: `except*` cannot be differentiated yet

def f(x):
    items = (x * k for k in range(3))
    total = sum(items)
    return total + «sum(items)»
→ UnsupportedError: this iterator has been run through before: it has no items left. Make a list of it

def f(x):
    items = map(math.sin, [x, 2.0 * x])
    if x > 0.0:
        return «sum(items)»
    return x
→ UnsupportedError: an iterator that is made before a branch or a loop, and run through inside, cannot be differentiated. Make a list of it

def f(x):
    items = [x, 2.0 * x]
    waves = map(math.sin, items)
    items[0] = 3.0
    return «sum(waves)»
→ OutdatedError: `items` (made in line 5) may share memory with what line 7 has written since. Copy it where it is made: `.copy()`

def f(x):
    items = (x * k for k in range(3))
    return «np.sum(items)»
→ UnsupportedError: an iterator can be run through but not used as a value yet. Make a list of it

def f(x):
    «class Point:»
        y = x
    return Point.y
→ UnsupportedError: a class definition cannot be differentiated yet

def f(x):
    u = v = np.ones(2) * x
    for k in range(len(u)):
        v = u[::-1] if k == 1 else v
    u[0] = x
    return «np.sum(v)»
→ OutdatedError: `v` (made in line 5) may share memory with what line 8 has written since. Copy it where it is made: `.copy()`

BUFFER = np.ones(2)
def f(x):
    u = BUFFER
    «u[0] = x»
    return np.sum(u * x)
→ UnsupportedError: this writes memory that is not the function's own: `u` is, or may be, a global. Write to a copy: `u.copy()`

def f(x):
    u = (x, x)
    «u[0]» = x
    return u[0]
→ UnsupportedError: `u` is not known to be an array, a list or a dictionary that can be written. Give example arguments

def f(x):
    u = np.zeros(2)
    «u.shape» = (1, 2)
    return u[0]
→ UnsupportedError: the attribute `shape` of an array cannot be written. Write `a = a.reshape(...)`

def f(x):
    u = np.zeros((2, 2))
    v = u.flat
    «v[0] = x»
    return u[0, 0]
→ UnsupportedError: `v` is a flat iterator, which cannot be written under a name of its own. Write `a.flat[...]`

def f(x):
    u = x * np.ones((2, 2))
    «u[:, 1] = u[0]»
    return u[0, 0]
→ UnsupportedError: NumPy may read elements here that it has just written: two parts of one array may overlap. Write a copy: `.copy()`

def f(x):
    «f.calls += 1»
    return x
→ UnsupportedError: an in-place update of an attribute of what is not known to be an object cannot be differentiated. Give example arguments

def f(x):
    «global total»
    total = x
    return total
→ UnsupportedError: `global` of a name that is assigned here cannot be differentiated yet. Return the value instead

def f(x):
    def g():
        global total
        total = x
    «g()»
    return x
→ UnsupportedError: `g` rebinds variables of its module (`global`)

def g(**options):
    return options["x"]

def f(x):
    d = dict([("x", x)])
    return «g(**d)»
→ UnsupportedError: `**` of a dictionary whose keys are not known cannot be differentiated yet

def f(x):
    def g(y, h):
        return «h(y - 1.0, h)» if y > 0.0 else y
    return g(x, g)
→ UnsupportedError: the local function `g` calls itself, or is handed on by a function that does.
  Define functions for recursion at module level

def f(x):
    @«str»
    def g(y):
        return y
    return g(x)
→ UnsupportedError: the local function `g` can be called but not used as a value yet

def f(x):
    return «eval("x * x")»
→ UnsupportedError: `eval()` cannot be differentiated

def f(x):
    u = np.ones(3) * x
    «u.partition(1)»
    return u[0]
→ UnsupportedError: `.partition()` changes its object in place, which cannot be differentiated yet

def f(x):
    u = np.zeros(2)
    «np.sum(np.ones((2, 2)) * x, out=u)»
    return np.sum(u)
→ UnsupportedError: what `out=` names has not the rank of what is written into it

def f(x):
    u = np.ones(2) * x
    v = np.einsum("i->i", u)
    v += 1.0
    return «u[0]»
→ OutdatedError: `u` (made in line 5) may share memory with what line 7 has written since. Copy it where it is made: `.copy()`

def f(x):
    return «y» * x
→ UnsupportedError: the name `y` is not defined. Define it before the derivative is made

«def f(x):»
    def g(y):
        return y
    return g
→ FunctionMadeError: `f` returns a function that it makes

«def f(x):»
    return lambda y: x * y
→ FunctionMadeError: `f` returns a function that it makes

def f(x):
    def g(y):
        return x * y
    return np.sum(«[g]»)
→ UnsupportedError: the local function `g` can be called but not used as a value yet

def f(x):
    def g(y):
        return x * y
    return «print(g)»
→ UnsupportedError: the local function `g` can be called but not used as a value yet

def f(x):
    return «np.frompyfunc(math.sin, 1, 1)(x)»
→ UnsupportedError: a function known only at run time cannot be called here yet

def f(x):
    return «np.vectorize(lambda t: t if t > 0 else 0)(x)»
→ UnsupportedError: np.vectorize makes all results what the first one is, which may be an integer. Give `otypes=[float]`

def f(x):
    «a, b = (x, x, x)»
    return a
→ UnsupportedError: 3 values cannot be unpacked into 2 targets

def f(x):
    return «math.hypot(*np.ones(2) * x)»
→ UnsupportedError: a starred value of unknown length cannot be differentiated yet. Write its items out

def g(a, b):
    return a * b

def f(x):
    return «g(x)»
→ UnsupportedError: g() misses a value for the argument `b`

def g(a, b):
    return a * b

def f(x):
    return «g(x, c=x)»
→ UnsupportedError: g() misses a value for the argument `b`

def f(x):
    «async def g():»
        return x
    return x
→ UnsupportedError: `async def` cannot be differentiated yet

def f(x):
    return «math.nothing»(x)
→ UnsupportedError: module 'math' has no attribute 'nothing'

«def f(x):»
    return x if (yield) else 1.0
→ UnsupportedError: `f` is a generator, which cannot be differentiated

def f(x):
    type = "a"
    «type.y», z = x, x
    return z
→ UnsupportedError: assignment to an attribute of what is not known to be an object cannot be differentiated. Give example arguments

def f(x):
    for «f.k» in range(3):
        x = x * x
    return x
→ UnsupportedError: assignment to an attribute of what is not known to be an object cannot be differentiated. Give example arguments

def f(x):
    def g():
        y = «yield x»
        yield x * y
    return sum(g())
→ UnsupportedError: `yield` cannot be differentiated yet

def f(x):
    def g():
        yield x
        z = «yield from h()»
    def h():
        yield x * x
    return sum(g())
→ UnsupportedError: `yield from` cannot be differentiated yet

def f(x):
    g = lambda n: n * x if n else (yield)
    return sum(«g(3)»)
→ UnsupportedError: `<lambda>` is a generator, which cannot be differentiated

def f(x):
    parts = {"a": x, "b": x * x}
    «for name in parts:»
        parts.pop(name)
    return x
→ UnsupportedError: this loop changes the number of items of what it iterates over. Loop over a copy

def f(x):
    squares = «map(np.square)»
    return sum(squares) * x
→ UnsupportedError: `map()` does not take 1 argument

def f(x):
    return «isinstance(x)» * x
→ UnsupportedError: `isinstance()`: missing a required argument: 'class_or_tuple'

def f(x):
    «while True:»
        x = x * 2.0
        if x > 100.0:
            raise StopIteration
→ UnsupportedError: this loop ends by an exception alone. Leave it by `break` or `return`

def f(x):
    «while np:»
        x = "%d" % x
→ UnsupportedError: this loop ends by an exception alone. Leave it by `break` or `return`

def f(x):
    a = ()
    total = x
    «for c, a in enumerate(a):»
        def a(b):
            return b * c
        total = total * 2.0
    return total
→ UnsupportedError: `a` stands for different objects in the iterations of this loop

def f(x):
    while True:
        y = x * x
        if y > 1.5:
            break
        «total += y»
    return y
→ UnsupportedError: `total` is read here before it is assigned

def f(x):
    while x > 0.0:
        x = x - 1.0
        «total += x»
    return x
→ UnsupportedError: `total` is read here before it is assigned

def f(x):
    while x < 9.0:
        x = x * 2.0
        for last in «x»:
            break
    return x
→ UnsupportedError: a number has no items to run over

def f(x):
    parts = [x, x * x]
    return sum(«parts * 2.0»)
→ UnsupportedError: a list is repeated a whole number of times

def f(x):
    return «super()».f(x)
→ UnsupportedError: `super()` cannot be differentiated outside of a method
"""


def cases():
    text: list[str] = []
    for line in REFUSED.replace("\n  Define", " Define").splitlines():
        if line.startswith("→ "):
            yield pytest.param("\n".join(text), line[2:], id=line[2:].partition(": ")[2].split(". ")[0])
            text = []
        elif line or text:
            text.append(line)


DERIVATIVES = {"reverse": lambda f: tl.grad(f)(2.0), "forward": lambda f: tl.jvp(f, (2.0,), (1.0,)), "pullback": lambda f: tl.vjp(f, 2.0)}


@pytest.mark.parametrize(("text", "what"), list(cases()))
def test_the_construct_is_named(tmp_path, text, what):
    f = module(tmp_path, text).f
    for derivative in DERIVATIVES.values():
        with pytest.raises(tl.errors.UnsupportedError) as caught:
            derivative(f)
        assert printed(caught.value, tmp_path) == message(text, what)
