"""Bad arguments, results, seeds and calls: the whole message, with the parameter, the `return` or the `def` it is about."""
from __future__ import annotations

import functools
import re
from collections import OrderedDict

import numpy as np
import pytest

import tangentlite as tl
from tests.written import message, module, printed

FUNCTIONS = """\
def square(x):
    return x * x

def product(x: float, y, *, z=1.0):
    return x * y * z

def many(x, *rest):
    return x * rest[0]

def nothing():
    return 1.0

def vector(u):
    return 2.0 * u

def pair(x):
    return x, 2.0 * x

def prints(x):
    print(x * x)

def text(x):
    return f"{x}"

def turned(x):
    return 1j * x

def size(z):
    return abs(z)

def either(x):
    if x > 0.0:
        return x, x
    return x, 2.0 * x

def items(x):
    return [x, x]

def table(x):
    return {"x": x}

def late(xs, k):
    return xs[k]

def flexible(x, whole):
    return np.sum(x) if whole else x

several = lambda u: np.stack([u, u])

class Model:
    def __call__(self, x):
        return x

    def forward(self, x):
        return x

def count(x):
    return len([x, x])
def true(x):
    return x > 1.0
"""

# a call, the line its error points at with «» around the place, and the message
REFUSED = """\
tl.grad(np.sum)
  NoSourceError: the NumPy function `sum` has no Python source. Pass a function that calls it
tl.grad(Model)
  NoSourceError: the class `Model` has no Python source. Pass a function that calls it
tl.grad(3)
  NoSourceError: an object of type `int` has no Python source. Pass a function
tl.grad(eval('lambda x: x * x'))(1.0)
  NoSourceError: the text of this lambda, made in `<string>`, was not kept. Define it in a file or a notebook, or enter its text in
    `linecache.cache`
tl.grad(square)(1)
  def square(«x»):
  InputTypeError: cannot differentiate square() with respect to `x`: it is a number of type int. Pass floating-point numbers or
    arrays, or leave it out of argnums
tl.grad(square)(True)
  def square(«x»):
  InputTypeError: cannot differentiate square() with respect to `x`: it is a number of type bool. Pass floating-point numbers or
    arrays, or leave it out of argnums
tl.grad(square)(np.arange(3))
  def square(«x»):
  InputTypeError: cannot differentiate square() with respect to `x`: it is an array of dtype int64. Pass floating-point numbers or
    arrays, or leave it out of argnums
tl.grad(square)(1j)
  «return x * x»
  OutputTypeError: the gradient is defined for functions with one real output, but `square` returns a complex number. If it is
    holomorphic, pass holomorphic=True; otherwise use vjp
tl.grad(square, holomorphic=True)(1.0)
  def square(«x»):
  InputTypeError: cannot differentiate square() with respect to `x`: it is a number of type float. With holomorphic=True, pass complex
    numbers or arrays, or leave it out of argnums
tl.grad(size, holomorphic=True)(1j)
  «return abs(z)»
  OutputTypeError: the gradient with holomorphic=True is defined for functions with one complex output, but `size` returns a real one.
    Leave holomorphic=True out
tl.jacobian(square)(1j)
  «return x * x»
  OutputTypeError: the Jacobian is defined for real outputs, but `square` returns complex numbers. If it is holomorphic, pass
    holomorphic=True; otherwise use vjp
tl.jacobian(square, mode="forward")(1j)
  def square(«x»):
  InputTypeError: cannot differentiate square() with respect to `x`: it is a number of type complex. If the function is holomorphic,
    pass holomorphic=True; otherwise use mode="reverse" or jvp
tl.jacobian(size, holomorphic=True)(1j)
  «return abs(z)»
  OutputTypeError: the Jacobian is defined for complex outputs if holomorphic=True, but `size` returns real numbers. Leave
    holomorphic=True out
tl.hessian(size)(1j)
  def size(«z»):
  InputTypeError: cannot differentiate size() with respect to `z`: it is a number of type complex. If the function is holomorphic, pass
    holomorphic=True; otherwise use mode="reverse" or jvp
tl.jvp(square, (1.0,), (1j,))
  InputTypeError: tangent 0 must be real, as what it belongs to, got complex numbers
tl.grad(square)("one")
  def square(«x»):
  InputTypeError: cannot differentiate square() with respect to `x`: it is a str. Pass floating-point numbers or arrays, or leave it
    out of argnums
tl.grad(square)(None)
  def square(«x»):
  InputTypeError: cannot differentiate square() with respect to `x`: it is a NoneType. Pass floating-point numbers or arrays, or leave
    it out of argnums
tl.grad(square)([1, 2])
  def square(«x»):
  InputTypeError: cannot differentiate square() with respect to `x`: it is a list. Pass floating-point numbers or arrays, or leave it
    out of argnums
tl.grad(square)(np.array(["a"]))
  def square(«x»):
  InputTypeError: cannot differentiate square() with respect to `x`: it is a ndarray of str32. Pass floating-point numbers or arrays,
    or leave it out of argnums
tl.grad(square)(np.array([1.0], object))
  def square(«x»):
  InputTypeError: square() is given an array of dtype object as `x`, which follows rules of its own. Pass plain arrays of numbers
tl.grad(square)(np.ma.array([1.0]))
  def square(«x»):
  InputTypeError: square() is given a masked array as `x`, which follows rules of its own. Pass plain arrays of numbers
tl.vjp(product, 1.0, np.ones((1, 2)).view(np.matrix))
  def product(x: float, «y», *, z=1.0):
  InputTypeError: product() is given a matrix as `y`, which follows rules of its own. Pass plain arrays of numbers
tl.vjp(square, OrderedDict(a=1.0))
  def square(«x»):
  InputTypeError: square() is given numbers in a OrderedDict as `x`, which no derivative follows. Pass a list, a tuple or a dictionary
tl.jvp(square, (OrderedDict(a=1.0),), (OrderedDict(a=1.0),))
  def square(«x»):
  InputTypeError: square() is given numbers in a OrderedDict as `x`, which no derivative follows. Pass a list, a tuple or a dictionary
tl.grad(square)({"x": 1})
  def square(«x»):
  InputTypeError: cannot differentiate square() with respect to `x`: it is a dict. Pass floating-point numbers or arrays, or leave it
    out of argnums
tl.grad(product, argnames="z")(1.0, 2.0, z=2)
  def product(x: float, y, *, «z»=1.0):
  InputTypeError: cannot differentiate product() with respect to `z`: it is a number of type int. Pass floating-point numbers or
    arrays, or leave it out of argnums
tl.grad(many, argnums=1)(1.0, 2)
  def many(x, *«rest»):
  InputTypeError: cannot differentiate many() with respect to `rest[0]`: it is a number of type int. Pass floating-point numbers or
    arrays, or leave it out of argnums
tl.grad(many, argnums=2)(1.0, 2.0)
  «def many(x, *rest):»
  ArgnumsError: argnums 2 is out of range: many() has 2 arguments here. It counts arguments from 0 to 1, or from -1 down to -2
tl.grad(square, argnums=1)
  «def square(x):»
  ArgnumsError: argnums 1 is out of range: square() has 1 argument. Write 0
tl.grad(product, argnums=-4)
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: argnums -4 is out of range: product() has 3 arguments. It counts arguments from 0 to 2, or from -1 down to -3
tl.grad(nothing)
  «def nothing():»
  ArgnumsError: argnums 0 is out of range: nothing() has 0 arguments
tl.grad(square, argnums=1.0)
  «def square(x):»
  ArgnumsError: argnums must be an integer or a sequence of integers, got 1.0
tl.grad(square, argnums="x")
  «def square(x):»
  ArgnumsError: argnums must be an integer or a sequence of integers, got 'x'
tl.grad(square, argnums=True)
  «def square(x):»
  ArgnumsError: argnums must be an integer or a sequence of integers, got True
tl.grad(square, argnums=())
  «def square(x):»
  ArgnumsError: there is nothing to differentiate with respect to. Name an argument in argnums
tl.grad(square, argnums=(0, -1))
  «def square(x):»
  ArgnumsError: argnums names argument 0 of square() twice. Name it once
tl.grad(square, argnames="y")
  «def square(x):»
  ArgnumsError: square() has no argument `y`; it has x
tl.grad(nothing, argnames="y")
  «def nothing():»
  ArgnumsError: nothing() has no argument `y`; it has none
tl.grad(product, argnames=("x", "w"))
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: product() has no argument `w`; it has x, y, z
tl.grad(product, argnames=3)
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: argnames must be a name or a sequence of names, got 3
tl.grad(product, argnames=("x", "x"))
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: argnames names argument 0 of product() twice. Name it once
tl.grad(product, argnames=())
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: there is nothing to differentiate with respect to. Name an argument in argnames
tl.grad(product, argnames="")
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: product() has no argument ``; it has x, y, z
tl.grad(many, argnums=(0,0))
  «def many(x, *rest):»
  ArgnumsError: argnums names argument 0 of many() twice. Name it once
tl.grad(many, argnums=(0,-2))(1.0, 2.0)
  «def many(x, *rest):»
  ArgnumsError: argnums names argument 0 of many() twice. Name it once
tl.grad(product, static_argnums=7)
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: static_argnums 7 is out of range: product() has 3 arguments. It counts arguments from 0 to 2, or from -1 down to -3
tl.grad(product, static_argnums="y")
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: static_argnums must be an integer or a sequence of integers, got 'y'
tl.grad(product, argnums=1, static_argnums=1)(1.0, 2.0)
  def product(x: float, «y», *, z=1.0):
  ArgnumsError: argument 1 (`y`) of product() is static: it has no derivative. Leave it out of argnums or of static_argnums
tl.grad(product, static_argnums=1)(1.0, [2.0])
  ArgnumsError: a static argument must be hashable, and list is not
tl.jacobian(product, argnums=5)
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: argnums 5 is out of range: product() has 3 arguments. It counts arguments from 0 to 2, or from -1 down to -3
tl.jacobian(product, mode="sideways")(1.0)
  ArgnumsError: mode must be 'reverse' or 'forward', got 'sideways'
tl.source(product, wrt="w")
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: product() has no argument `w`; it has x, y, z
tl.source(product, wrt=5)
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: wrt 5 is out of range: product() has 3 arguments. It counts arguments from 0 to 2, or from -1 down to -3
tl.source(product, wrt=("x", 0))
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: wrt names argument 0 of product() twice. Name it once
tl.source(product, wrt=())
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: there is nothing to differentiate with respect to. Name an argument in wrt
tl.source(product, wrt=1.5)
  «def product(x: float, y, *, z=1.0):»
  ArgnumsError: wrt must be names or numbers of arguments, got 1.5
tl.source(product, mode="up")
  ArgnumsError: mode must be one of 'reverse', 'forward', 'value', 'vjp', 'primal', got 'up'
tl.source(many)
  NoSourceError: give example arguments: `many` takes `*rest`, whose number is not known
tl.grad(tl.grad(square), argnums=1)
  «def square(x):»
  ArgnumsError: argnums 1 is out of range: square() has 1 argument. Write 0
tl.grad(square)()
  TypeError: square() missing 1 required positional argument: 'x'
tl.grad(square)(1.0, 2.0)
  TypeError: square() takes 1 positional argument but 2 were given
tl.grad(square)(1.0, y=2.0)
  TypeError: square() got an unexpected keyword argument 'y'
tl.grad(product)(1.0)
  TypeError: product() missing 1 required positional argument: 'y'
tl.grad(product)(1.0, 2.0, 3.0)
  TypeError: product() takes 2 positional arguments but 3 were given
tl.vjp(square)
  TypeError: square() missing 1 required positional argument: 'x'
tl.jvp(square, (), ())
  TypeError: square() missing 1 required positional argument: 'x'
tl.jvp(product, (1.0,), (1.0,))
  TypeError: product() missing 1 required positional argument: 'y'
tl.grad(square).specialize()
  TypeError: square() missing 1 required positional argument: 'x'
tl.jvp(square, (1.0,), (1.0, 1.0))
  ArgnumsError: jvp needs one tangent per argument: 1 arguments, 2 tangents
tl.jvp(square, (two,), (1.0,))
  InputTypeError: tangent 0 must have shape (2,), got ()
tl.jvp(square, (two,), (np.ones(3),))
  InputTypeError: tangent 0 must have shape (2,), got (3,)
tl.jvp(square, 1.0, 1.0)
  InputTypeError: jvp needs a tuple of arguments and a tuple of tangents. Write jvp(f, (x,), (x_dot,))
tl.jvp(square, (1.0,), ("a",))
  InputTypeError: tangent 0 must be a number or an array, got a str
tl.jvp(square, (1,), (1.0,))
  def square(«x»):
  InputTypeError: cannot differentiate square() with respect to `x`: it is a number of type int. Pass floating-point numbers or
    arrays, or give it the tangent 0.0
tl.jvp(square, (1.0,), (None,))
  InputTypeError: tangent 0 must be a number or an array, got a NoneType
tl.vjp(square, two)[1](1.0)
  InputTypeError: the adjoint of the output must have shape (2,), got ()
tl.vjp(square, two)[1](np.ones(3))
  InputTypeError: the adjoint of the output must have shape (2,), got (3,)
tl.vjp(pair, 1.0)[1](1.0)
  InputTypeError: the adjoint of the output must be a tuple of 2, got a float
tl.vjp(pair, 1.0)[1]((1.0, 2.0, 3.0))
  InputTypeError: the adjoint of the output must be a tuple of 2, got a tuple of 3
tl.vjp(pair, 1.0)[1]((1.0, two))
  InputTypeError: the adjoint of the output must have shape (), got (2,)
tl.vjp(square, 1.0)[1]("a")
  InputTypeError: the adjoint of the output must be a number or an array, got a str
tl.vjp(square, 1.0)[1](None)
  InputTypeError: the adjoint of the output must be a number or an array, got a NoneType
tl.vjp(prints, 1.0)[1](1.0)
  InputTypeError: the adjoint of the output must be a tuple of 0, got a float
tl.grad(vector)(two)
  «return 2.0 * u»
  OutputTypeError: the gradient is defined for functions with one real output, but `vector` returns an array of rank 1. Use vjp or
    jacobian
tl.grad(several)(two)
  several = lambda u: «np.stack([u, u])»
  OutputTypeError: the gradient is defined for functions with one real output, but `<lambda>` returns an array of rank 2. Use vjp or
    jacobian
tl.grad(pair)(1.0)
  «return x, 2.0 * x»
  OutputTypeError: the gradient is defined for functions with one real output, but `pair` returns a tuple of 2 values. Use vjp or
    jacobian
tl.grad(prints)(1.0)
  «def prints(x):»
  OutputTypeError: the gradient is defined for functions with one real output, but `prints` returns None. Use vjp or jacobian
tl.grad(text)(1.0)
  «return f"{x}"»
  OutputTypeError: the gradient is defined for functions with one real output, but `text` returns a str. Use vjp or jacobian
tl.grad(turned)(1.0)
  «return 1j * x»
  OutputTypeError: the gradient is defined for functions with one real output, but `turned` returns a complex number. If it is
    holomorphic, pass holomorphic=True; otherwise use vjp
tl.grad(either)(1.0)
  «def either(x):»
  OutputTypeError: the gradient is defined for functions with one real output, but `either` returns a tuple of 2 values. Use vjp or
    jacobian
tl.grad(items)(1.0)
  «return [x, x]»
  OutputTypeError: the gradient is defined for functions with one real output, but `items` returns a list. Use vjp or jacobian
tl.grad(table)(1.0)
  «return {"x": x}»
  OutputTypeError: the gradient is defined for functions with one real output, but `table` returns a dict. Use vjp or jacobian
tl.grad(true)(1.0)
  «return x > 1.0»
  OutputTypeError: the gradient is defined for functions with one real output, but `true` returns a bool. Use vjp or jacobian
tl.grad(late)([two, two], 1)
  «return xs[k]»
  OutputTypeError: the gradient is defined for functions with one real output, but `late` returns an array of rank 1. Use vjp or
    jacobian
tl.grad(late)([1.0, 1j], 1)
  «return xs[k]»
  OutputTypeError: the gradient is defined for functions with one real output, but `late` returns a complex number. If it is
    holomorphic, pass holomorphic=True; otherwise use vjp
tl.grad(tl.grad(product, argnums=(0, 1)))(1.0, 2.0)
  «def product(x: float, y, *, z=1.0):»
  OutputTypeError: the gradient is defined for functions with one real output, but `product_grad` returns a tuple of 2 values. Use vjp
    or jacobian
tl.grad(tl.grad(square))(two)
  «return x * x»
  OutputTypeError: the gradient is defined for functions with one real output, but `square` returns an array of rank 1. Use vjp or
    jacobian
tl.hessian(vector)(two)
  «return 2.0 * u»
  OutputTypeError: the gradient is defined for functions with one real output, but `vector` returns an array of rank 1. Use vjp or
    jacobian
tl.hessian(pair)(1.0)
  «return x, 2.0 * x»
  OutputTypeError: the gradient is defined for functions with one real output, but `pair` returns a tuple of 2 values. Use vjp or
    jacobian
tl.hessian(prints)(1.0)
  «def prints(x):»
  OutputTypeError: the gradient is defined for functions with one real output, but `prints` returns None. Use vjp or jacobian
tl.grad(flexible)(two, False)
  «def flexible(x, whole):»
  OutputTypeError: the gradient is defined for functions with one real output, but this one returned an array of shape (2,). Use vjp or
    jacobian
tl.trace(vector, mode="reverse")(two)
  «return 2.0 * u»
  OutputTypeError: the gradient is defined for functions with one real output, but `vector` returns an array of rank 1. Use vjp or
    jacobian
tl.hvp(square, (1.0, 2.0), (1.0,))
  «def square(x):»
  ArgnumsError: argnums 1 is out of range: square() has 1 argument. Write 0
tl.jacobian(square)(1)
  def square(«x»):
  InputTypeError: cannot differentiate square() with respect to `x`: it is a number of type int. Pass floating-point numbers or
    arrays, or leave it out of argnums
tl.jacobian(square, mode="forward")(1)
  def square(«x»):
  InputTypeError: cannot differentiate square() with respect to `x`: it is a number of type int. Pass floating-point numbers or
    arrays, or leave it out of argnums
tl.jacobian(text)(1.0)
  «return f"{x}"»
  OutputTypeError: the Jacobian is defined for outputs that are numbers or arrays, but `text` returns a str
"""


def cases():
    for case in re.split(r"\n(?=\S)", REFUSED.replace("\n    ", " ").strip()):
        call, *where, what = case.split("\n  ")
        yield pytest.param(call, where[0] if where else "", what, id=call)


@pytest.mark.parametrize(("call", "where", "what"), list(cases()))
def test_message(tmp_path, call, where, what):
    made = module(tmp_path, FUNCTIONS)
    with pytest.raises((TypeError, ValueError, tl.errors.TangentliteError)) as caught:
        eval(call, {**vars(made), "tl": tl, "functools": functools, "OrderedDict": OrderedDict, "two": np.ones(2)})
    assert caught.type.__name__ == what.partition(":")[0]
    if caught.type is TypeError:
        assert printed(caught.value, tmp_path) == f"{what}\n"
    else:
        text = FUNCTIONS.replace(where.replace("«", "").replace("»", ""), where, 1) if where else ""
        assert printed(caught.value, tmp_path) == message(text, what)


@pytest.mark.parametrize("ask", [
    tl.grad, tl.value_and_grad, tl.jacobian, tl.hessian, tl.source, tl.trace, lambda f: tl.vjp(f, 1.0),
    lambda f: tl.jvp(f, (1.0,), (1.0,)), lambda f: tl.hvp(f, (1.0,), (1.0,))])
def test_a_built_in_function_is_refused_everywhere(ask):
    with pytest.raises(tl.errors.NoSourceError) as caught:
        ask(abs)
    assert str(caught.value) == "the built-in function `abs` has no Python source. Pass a function that calls it"


def test_arguments_that_are_not_differentiated_may_be_anything(tmp_path):
    made = module(tmp_path, FUNCTIONS)
    assert tl.vjp(made.square, 1)[1](1.0) == (0.0,)
    assert tl.jvp(made.product, (1.0, 2), (1.0, 0)) == (2.0, 2.0)
    assert tl.grad(made.product, argnums=-3)(1.0, 2) == 2.0
