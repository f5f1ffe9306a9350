"""Signs and literal factors of adjoint and tangent expressions, as one would write them.

    x_bar + -(2 * (0.5 * y_bar / r * -v))     ->     x_bar + y_bar / r * v
    y_bar * (0.5 * r) + 0.5 * (y_bar * r)     ->     y_bar * r
    x_1_bar * r - x_bar * (r * x)             ->     (x_1_bar - x_bar * x) * r

A sign moves without any rounding; literal factors are multiplied with one another, which rounds once, and a factor that two
terms have in common multiplies their sum. The order of all other operations stays, and the primal's own statements stay as they are.
"""
from __future__ import annotations

import math
import operator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Call, Const, Eqn, For, If, Stmt, Trace, Var, While, variables, walk
from tangentlite.ir.updates import add_at_inplace
from tangentlite.passes.expressions import FACTORS, SUMS, Expressions
from tangentlite.passes.factors import Factor, Products, alike, factors, has_numerator, shared

LED = (operator.mul, operator.truediv, np.expand_dims)  # what the sign of the first operand is the sign of
LARGEST = 2 ** 53  # of the factors that are multiplied here: integers up to it are floats


class Term(NamedTuple):
    """coefficient * body; no body is 1. `moved` counts the literals and signs that were taken out of the body."""

    coefficient: float
    body: Any
    moved: int = 0


def arithmetic(trace: Trace, kinds: dict[Var, Any]) -> Trace:
    """The trace, after `fold`, with simpler adjoint expressions; `kinds` learns of the new ones."""
    named = {s.out: s for s in walk(trace.block) if isinstance(s, Eqn) and len(s.outs) == 1}
    made = Arithmetic(kinds, Products(named))
    block = made.block(trace.block)
    return replace(trace, block=substitute(block, made.same))


class Arithmetic(Expressions):
    def __init__(self, kinds: dict[Var, Any], products: Products) -> None:
        super().__init__(kinds)
        self.products = products
        self.same: dict[Var, Any] = {}  # values that turned out to be others
        self.known: dict[Eqn, Any] = {}  # expressions that have been simplified

    # -- statements --------------------------------------------------------------------------------------------------

    def block(self, block: Block) -> Block:
        stmts = [made for s in block.stmts if (made := self.statement(s)) is not None]
        return Block(block.params, tuple(stmts), tuple(map(self.read, block.outs)))

    def statement(self, s: Stmt) -> Stmt | None:
        match s:
            case Eqn():
                simple = self.simpler(s) if is_adjoint(s) else s
                if isinstance(simple, Eqn):
                    return replace(simple, outs=s.outs, loc=s.loc)
                if not self.is_number(s):
                    return s
                self.same[s.out] = self.same.get(simple, simple)
                return None
            case If():
                return replace(s, test=self.read(s.test), then=self.block(s.then), orelse=self.block(s.orelse))
            case For():
                return replace(s, inits=tuple(map(self.read, s.inits)), body=self.block(s.body))
            case While():
                return replace(s, inits=tuple(map(self.read, s.inits)), test=self.block(s.test), body=self.block(s.body))
            case Call():
                return replace(s, args=tuple(map(self.read, s.args)))

    def read(self, a: Any) -> Any:
        """An operand that stands outside an equation."""
        return self.operand(a) if isinstance(a, Eqn) and is_adjoint(a) else a

    def operand(self, a: Any) -> Any:
        """What stands for an operand: an array is not replaced by another one, which may be written later."""
        simple = self.simpler(a)
        return simple if isinstance(simple, Eqn) or self.is_number(a) else a

    # -- expressions -------------------------------------------------------------------------------------------------

    def simpler(self, a: Any) -> Any:
        if not isinstance(a, Eqn) or a.loc.sweep == "again":  # it is rounded as it was
            return a
        if a not in self.known:
            self.known[a] = self.simplified(a)
        return self.known[a]

    def simplified(self, a: Eqn) -> Any:
        if a.op in FACTORS and len(a.args) == len(a.inputs):
            term = self.term(a)
            if term.moved > leading_literal(a) and term.coefficient:
                return self.written(term, a)
            if term.coefficient == 1 and term.moved and self.is_number(a) and K.is_double(self.kind(term.body)):
                return term.body
            within = self.times_number(term.coefficient, term.body) if term.moved and not self.is_number(a) else None
            if within is None and a.op is operator.mul and isinstance(a.args[0], Const):
                within = self.scaled(a.args[0].value, self.simpler(a.args[1]))
            if within is not None:
                return within
        if a.op in SUMS and len(a.args) == 2:
            return self.sum(a)
        if a.op in FACTORS:
            return replace(a, args=tuple(map(self.simpler, a.args)))
        if a.op is add_at_inplace:
            return self.added(a)
        if a.op is np.full_like and a.inputs[1:] == (Const(1.0),):
            return replace(a, op=np.ones_like, args=a.args[:1])
        return replace(a, args=tuple(map(self.read, a.args)), kwargs=tuple((k, self.read(v)) for k, v in a.kwargs))

    def added(self, a: Eqn) -> Eqn:
        """u[i] += -g * h is u[i] -= g * h, and u[i] += -g - h is u[i] -= g + h."""
        base, index, value = map(self.read, a.args)
        minus = self.negated(self.term(a.args[2]), value)
        if isinstance(value, Eqn) and value.op is operator.sub:
            first = self.negated(self.term(value.args[0]), value.args[0])
            minus = minus if first is None else replace(value, op=operator.add, args=(first, value.args[1]))
        return replace(a, args=(base, index, value if minus is None else self.made(operator.neg, minus, like=value)))

    def term(self, a: Any) -> Term:
        """The value as a literal factor and the rest."""
        if isinstance(a, Const) and type(a.value) in (int, float) and math.isfinite(a.value) and abs(a.value) < LARGEST:
            return Term(a.value, None, 1)
        if isinstance(a, Eqn) and a.op is np.expand_dims and a.loc.sweep != "again":
            return self.expanded(a)
        if not isinstance(a, Eqn) or a.op not in FACTORS or a.loc.sweep == "again":
            simple = self.simpler(a)
            return self.term(simple) if simple is not a and leading_literal(simple) else Term(1, simple)
        if not self.is_float(a):
            return Term(1, replace(a, args=tuple(map(self.simpler, a.args))))
        c, body, moved = self.term(a.args[0])
        if a.op is operator.neg:
            return Term(-c, body, moved + 1)
        d, right, more = self.term(a.args[1])
        if a.op is operator.mul:
            both = right if body is None else body if right is None else self.made(a.op, body, right, like=a)
            return Term(c * d, both, moved + more)
        if abs(d) != 1 or right is None:  # a literal stays below the line
            d, right, more = 1, self.simpler(a.args[1]), 0
        if body is None:
            return Term(d, self.made(a.op, Const(c), right, like=a), more)
        return Term(c * d, self.made(a.op, body, right, like=a), moved + more)

    def expanded(self, a: Eqn) -> Term:
        """(2 * x)[:, None] is 2 * x[:, None]."""
        c, body, moved = self.term(a.args[0]) if self.is_floating(a.args[0]) else Term(1, None)
        if not moved or body is None or a.kwargs:
            return Term(1, self.simpler(a))
        return Term(c, self.made(a.op, body, a.args[1], like=a), moved)

    def written(self, term: Term, like: Eqn) -> Any:
        c, body, _ = term
        if body is None or abs(c) > LARGEST:
            return Const(c) if body is None else like
        if c == 1:
            return body
        if c == -1:
            return self.negative(body, like)
        within = None if self.is_number(body) else self.times_number(c, body)
        within = self.scaled(c, body) if within is None else within
        return self.made(operator.mul, Const(c), body, like=like) if within is None else within

    def scaled(self, c: float, body: Any) -> Any:
        """2 * x * y for the product x * y. None where it is no product."""
        if not isinstance(body, Eqn) or body.op not in (operator.mul, operator.truediv) or body.loc.sweep == "again":
            return None
        first, second = body.args
        if not self.is_float(first):
            return None
        within = self.scaled(c, first)
        return self.made(body.op, self.made(operator.mul, Const(c), first, like=first) if within is None else within, second, like=body)

    def times_number(self, c: float, body: Any) -> Any:
        """c * body, where a product of arrays has a number for a factor: that is multiplied first. None where it has not."""
        if not isinstance(body, Eqn) or body.op not in (operator.mul, operator.truediv) or body.loc.sweep == "again":
            return None
        first, second = body.args
        if self.is_scale(first):
            return replace(body, args=(self.made(operator.mul, Const(c), first, like=first), second))
        if self.is_scale(second):
            return replace(body, op=operator.mul, args=(self.made(body.op, Const(c), second, like=second), first))
        within = self.times_number(c, first)
        if within is not None:
            return replace(body, args=(within, second))
        within = self.times_number(c, second) if body.op is operator.mul else None
        return None if within is None else replace(body, args=(first, within))

    def negative(self, body: Any, like: Eqn) -> Any:
        """-body, the sign at its first factor where that is a float."""
        if isinstance(body, Eqn) and body.op in LED and body.loc.sweep != "again":
            first, *rest = body.args
            if self.leads(body):
                return replace(body, args=(self.negative(first, like), *rest))
            if body.op is not np.expand_dims and (self.is_narrow(first, body) or self.is_number(first) and self.is_float(first)):
                return replace(body, args=(self.made(operator.neg, first, like=first), *rest))
        if isinstance(body, Const):
            return Const(-body.value)
        return self.made(operator.neg, body, like=like)

    def leads(self, body: Any) -> bool:
        while isinstance(body, Eqn) and body.op in LED:
            body = body.args[0]
        return isinstance(body, Const) or isinstance(body, Var) and self.is_float(body)

    def sum(self, a: Eqn) -> Any:
        """left + right: like terms become one, and a negative one is subtracted."""
        sign = 1 if a.op is operator.add else -1
        left, right = self.term(a.args[0]), self.term(a.args[1])
        c = left.coefficient + sign * right.coefficient
        body = self.alike(left.body, right.body) if c else None
        if body is not None:
            return self.written(Term(float(c) if K.is_numeric(self.kind(body)) else c, body), a)
        product = self.factored(a, left, right)
        if product is not None:
            return product
        first, second = map(self.simpler, a.args)
        minus = self.negated(right, second)
        if minus is not None:
            return self.made(operator.sub if a.op is operator.add else operator.add, first, minus, like=a)
        ahead = self.negated(left, first) if a.op is operator.add else None
        if ahead is not None:
            return self.made(operator.sub, second, ahead, like=a)
        return replace(a, args=(first, second))

    def alike(self, left: Any, right: Any) -> Any:
        """What both are, in the shorter form; None where they may differ, by more than the order of their factors."""
        if left is None or right is None or not self.is_float(left):
            return None
        if alike(left, right):
            return left
        if not self.products.are_same(left, right) or not all(self.is_floating(f) for a in (left, right) for _, f in factors(a)):
            return None
        return min(left, right, key=length)

    def factored(self, a: Eqn, left: Term, right: Term) -> Eqn | None:
        """a * x + b * x as (a + b) * x."""
        found = shared(left.body, right.body, self.is_floating)
        if found is None:
            product = self.of_one(left.body, right.body)
            return None if product is None else self.factored(a, left._replace(body=product), right)
        if not all(0 < abs(t.coefficient) <= LARGEST for t in (left, right)):
            return None
        ends = [self.written(Term(t.coefficient, self.product(None, rest)), a) for t, rest in ((left, found.left), (right, found.right))]
        whole = self.sum(self.made(a.op, *ends))
        if found.leads and all(op is operator.mul for op, _ in found.factors):
            return self.made(operator.mul, self.product(None, found.factors), whole)
        result: Eqn = self.product(whole, found.factors)
        return result

    def of_one(self, total: Any, other: Any) -> Eqn | None:
        """x - a * x as x * (1 - a), where x is a factor of another term, too; None if it is not that."""
        if not isinstance(total, Eqn) or total.op not in SUMS or total.loc.sweep == "again" or not isinstance(total.args[0], Var):
            return None
        x, second = total.args
        rest = list(factors(second))
        if (operator.mul, x) not in rest or (operator.mul, x) not in factors(other) or not self.is_scale(x):
            return None
        rest.remove((operator.mul, x))
        if not has_numerator(rest) or not all(self.is_floating(f) or isinstance(f, Const) for _, f in rest):
            return None
        return self.made(operator.mul, x, self.made(total.op, Const(1.0), self.product(None, rest), like=second), like=total)

    def product(self, whole: Any, factors: list[Factor]) -> Any:
        """`whole`, if there is one, times the factors and divided by the divisors; factors come first."""
        for op, f in sorted(factors, key=lambda f: f[0] is operator.truediv):
            whole = f if whole is None else self.made(op, whole, f)
        return whole

    def negated(self, term: Term, shown: Any) -> Any:
        """The opposite of a value that is `shown` with a sign."""
        if term.body is None or term.coefficient >= 0 or not isinstance(shown, Eqn):
            return None
        return self.written(term._replace(coefficient=-term.coefficient), shown)


def is_adjoint(e: Eqn) -> bool:
    """Is it an expression of the reverse sweep, or of tangents?"""
    return e.loc.sweep == "reverse" or any(v.suffix for v in (*e.outs, *variables(e.inputs)))


def leading_literal(a: Any) -> bool:
    """Does the product begin with a literal?"""
    while isinstance(a, Eqn) and a.op in (operator.mul, operator.truediv):
        a = a.args[0]
    return isinstance(a, Const)


def length(a: Any) -> int:
    """The operations of a product, and its parentheses."""
    if not isinstance(a, Eqn):
        return 0
    return 1 + sum(map(length, a.args)) + sum(isinstance(b, Eqn) for b in a.args[1:])
