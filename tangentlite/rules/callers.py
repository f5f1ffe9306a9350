"""Functions of libraries that call a function back: how they call it, and what their rules may ask of it.

The function called back is a function of the program (`Function`), so it has derivatives of its own; what it has captured
is in `args=`:

    quad(f, a, b, args=(p, q))          f(t, p, q), and f_vjp(t, p, q, y_bar) gives p_bar and q_bar
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder, Expr
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.trace import Call, Const, Eqn, Function, Var
from tangentlite.rules.registry import RULES, Rule, UnknownKeyword

Kinds = list[K.Kind]


@dataclass(frozen=True)
class Caller:
    """A function of a library that calls others: those are its arguments `functions`, and `derivatives` of them.

    `own(given)` are the kinds of what it passes them, where `given` are its arguments by name, `active(given)` the positions of those
    that derivatives are needed by, and `names(given)` what they are called.
    `options` are the arguments that do not matter for the derivative. `fields` are the attributes of its result that carry a
    derivative, with their kinds, where it is an object. `gradient`: it looks for a place where the gradient is zero. `given_by` are
    its attributes that repeat arguments: the function that reads one from the result and the arguments, and the names of those.
    """

    functions: tuple[str, ...]
    own: Callable[[Mapping[str, Any]], Kinds]
    active: Callable[[Mapping[str, Any]], tuple[int, ...]]
    names: Callable[[Mapping[str, Any]], tuple[str, ...]]
    options: tuple[str, ...] = ()
    fields: Callable[[Mapping[str, Any]], Mapping[str, K.Kind]] | None = None
    gradient: bool = False
    given_by: Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]] = field(default_factory=dict)


TELLING: dict[str, K.Kind] = {  # attributes of what a solver returns that tell of the search
    **dict.fromkeys(("success", "converged"), K.BOOL), **dict.fromkeys(("message", "flag"), K.Inert("str")),
    **dict.fromkeys(("nit", "nfev", "njev", "nhev", "nlu", "status", "iterations", "function_calls"), K.INT),
    "t": K.Array("float64", (("?", "times"),)),
}
CALLERS: dict[Any, Caller] = {}


class NotAgain(UnknownKeyword):
    """The derivative was made by a function that has none itself; carries which derivative that would be."""

    advice = "Differentiate fewer times"


def not_again(op: Any, wanted: str, kind: Callable[..., Any] | None = None) -> None:
    """A function that computes a derivative, and cannot be differentiated again: that would be the `wanted` derivative."""
    def refused(*args: Any) -> Any:
        raise NotAgain(f"there is no rule for the {wanted}")

    RULES[op] = Rule(refused, refused, kind)


class Callback:
    """The function that an equation calls back, within a rule: what it has captured, and what of that is active, by position."""

    def __init__(self, b: Builder, eqn: Eqn, gradient: bool = False) -> None:
        function = next((a.value for a in eqn.inputs if isinstance(a, Const) and isinstance(a.value, Function)), None)
        if function is None:
            raise UnknownKeyword("a function that is not known now")
        self.b, self.function = b, function
        self.fn = function.gradient if gradient and function.gradient is not None else function.fn
        self.packed = dict(eqn.kwargs).get("args")
        made = b.defs.get(self.packed) if isinstance(self.packed, Var) else None
        self.captured: tuple[Any, ...] = made.args if made is not None and made.op is make_tuple else ()
        self.active = [(k, a) for k, a in enumerate(self.captured, function.own) if a in b.program.activity]
        self.wrt = (*function.active, *(k for k, _ in self.active))

    def value(self, mode: str = "", wrt: tuple[int, ...] | None = None) -> Any:
        """The function, or its derivative, as a value."""
        fn = self.b.program.variant(self.fn, mode, self.wrt if wrt is None else wrt) if mode else self.fn
        return Const(Function(fn, self.function.own, self.function.active))

    def call(self, own: list[Any], like: Var) -> Any:
        """What the function gives."""
        out = Var(like.hint, temp=True)
        self.b.kinds[out] = K.kind_of(self.b.kind(like))
        self.b.stmts.append(Call((out,), self.fn, (*map(atom, own), *self.captured), self.b.loc))
        return Expr(out, self.b)

    def slopes(self, own: list[Any]) -> dict[int, Any]:
        """The gradient by the parameters, by position."""
        return self.derivatives("grad", own, (), "_slope")

    def pullback(self, own: list[Any], seed: Any) -> dict[int, Any]:
        """The adjoints of the parameters by position."""
        return self.derivatives("vjp", own, (atom(seed),), "_bar")

    def derivatives(self, mode: str, own: list[Any], seed: tuple[Any, ...], suffix: str) -> dict[int, Any]:
        outs = []
        args = [*map(atom, own), *self.captured]
        for a in (args[k] for k in self.wrt):
            out = Var(temp=True, like=a, suffix=suffix) if isinstance(a, Var) else Var(temp=True)
            kind = K.kind_of(self.b.kind(a))
            self.b.kinds[out] = K.Number("float64") if kind == K.FLOAT else kind  # NumPy's functions give NumPy's numbers
            outs.append(out)
        tree: Any = tuple(range(len(outs))) if len(outs) != 1 else 0
        fn = self.b.program.variant(self.fn, mode, self.wrt)
        self.b.stmts.append(Call(tuple(outs), fn, (*args, *seed), self.b.loc, None, tree))
        return {k: Expr(o, self.b) for k, o in zip(self.wrt, outs)}

    def pushforward(self, own: list[Any], dots: dict[int, Any], like: Var) -> Any:
        """The tangent of the result for tangents of the parameters."""
        out = Var(temp=True, like=like, suffix="_dot")
        self.b.kinds[out] = K.kind_of(self.b.kind(like))
        args = [*map(atom, own), *self.captured]
        given = [atom(dots[k]) for k in self.wrt]
        self.b.stmts.append(Call((out,), self.b.program.variant(self.fn, "jvp", self.wrt), (*args, *given), self.b.loc))
        return Expr(out, self.b)


def require_numeric(b: Builder, eqn: Eqn) -> None:
    """Raise where the function reads a container or an object that the derivative would have to go into."""
    for _, a in Callback(b, eqn).active:
        if not K.is_numeric(K.kind_of(b.kind(a))):
            raise UnknownKeyword("a function that reads a container around it")


def expr(a: Any, b: Builder) -> Any:
    """The symbolic value of an atom."""
    return Expr(a, b)


def atom(x: Any) -> Any:
    return x.atom if isinstance(x, Expr) else x if isinstance(x, (Var, Const)) else Const(x)
