"""The evaluation trace: single-assignment equations, with branches and loops as nested blocks.

A `Trace` is a function. Its values are `Var`s, each defined once; `x = 2 * x` defines a second value that merely
suggests the same spelling. An equation's `op` *is* the Python function it calls. In-place updates are functional
(`u2 = setitem(u1, i, v)`); they print as `u[i] = v` because both values are given one name.
"""
from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NamedTuple


class Loc(NamedTuple):
    """The expression of the user's source an equation comes from (columns count characters from 0).

    `sweep` is "forward", "reverse", or "again" for what the reverse sweep runs again; a `note` is what is said above the
    statement where it is printed.
    """

    file: str = ""
    line: int = 0
    col: int = 0
    end_line: int = 0
    end_col: int = 0
    text: str = ""
    sweep: str = "forward"
    note: str = ""

    def place(self, file: str) -> str:
        """What to call the line in an error about this or another file."""
        return f"line {self.line}" if self.file == file else f"line {self.line} of {self.file}"


class Var:
    """A value. Its identity is its name; `hint` only suggests a spelling.

    A `temp` is a sub-expression: it may be printed inside the one expression that uses it, and is otherwise spelled
    after the variable it helps to compute (`h_1`). `like` and `suffix` spell an adjoint after its primal (`h_1_bar`).
    """

    __slots__ = ("hint", "temp", "like", "suffix")

    def __init__(self, hint: str = "", temp: bool = False, like: Var | None = None, suffix: str = "") -> None:
        self.hint, self.temp, self.like, self.suffix = hint, temp, like, suffix

    def twin(self) -> Var:
        """Another value that asks for the same name."""
        return Var(self.hint, self.temp, self.like, self.suffix)

    def __repr__(self) -> str:
        return f"{self.hint or 'v'}{'~' if self.temp else ''}{self.suffix}@{id(self) % 9973}"


def spelled_alike(a: Var, b: Var) -> bool:
    """Do both values ask for the same name?"""
    return (a.hint, a.temp, a.suffix) == (b.hint, b.temp, b.suffix) and (a.like is b.like or (
        a.like is not None and b.like is not None and spelled_alike(a.like, b.like)))


@dataclass(frozen=True, eq=False)
class Const:
    """A literal value, and where it is written."""

    value: Any
    loc: Loc | None = field(default=None, repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Const) and type(self.value) is type(other.value) and repr(self.value) == repr(other.value)

    def __hash__(self) -> int:
        return hash((type(self.value), repr(self.value)))


class _Undefined:
    def __repr__(self) -> str:
        return "UNDEFINED"


UNDEF = Const(_Undefined())  # "no value on this path"

Atom = Var | Const  # after `fold` also a whole nested Eqn
Tree = Any  # a Var, or a tuple of Trees: the targets of a loop


@dataclass(frozen=True, eq=False)
class Block:
    """`params` -> `outs`, through `stmts`. May read the values of enclosing blocks."""

    params: tuple[Var, ...]
    stmts: tuple[Stmt, ...]
    outs: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Eqn:
    """outs = op(*args, **kwargs). Several outs unpack the result. No outs: called for its effect."""

    outs: tuple[Var, ...]
    op: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: tuple[tuple[str, Any], ...] = ()
    loc: Loc = Loc()

    @property
    def out(self) -> Var:
        return self.outs[0]

    @property
    def inputs(self) -> tuple[Any, ...]:
        return self.args + tuple([a for _, a in self.kwargs]) if self.kwargs else self.args


@dataclass(frozen=True, eq=False)
class If:
    """`form` is the Python the branch was written as: "if", "ifexp", "and", "or", "compare".

    `lines` are where the arms come from, where each is a single line and no equation of the arm need be left to tell.
    """

    outs: tuple[Var, ...]
    test: Any
    then: Block
    orelse: Block
    loc: Loc = Loc()
    form: str = "if"
    lines: tuple[Loc | None, Loc | None] = (None, None)


@dataclass(frozen=True, eq=False)
class Try(If):
    """`then` is run inside something that sees how it ends. `form` says what that is.

    "try": `orelse` instead of the rest of `then`, from the first exception that is one of `test` (None is any of them);
    its parameter, if it has one, is the exception. "finally": `orelse`, without outs, after `then` however that ends.
    "with": `test` is a context manager, and a parameter of `then` is what it gives; `orelse` is empty, and the manager
    lets every exception pass. "errstate": the same for NumPy's, which the adjoint of `then` runs inside, too.

    An operation that may raise never moves into, out of or past `then`; `orelse` reads nothing that `then` has made.
    """

    @property
    def catches(self) -> bool:
        return self.form == "try"


@dataclass(frozen=True, eq=False)
class For:
    """`for targets in iter`; body.params = the flat targets, then the carried values.

    `stop` is the position among the carried values of the one that ends the loop when true (`break`).
    """

    outs: tuple[Var, ...]
    targets: Tree
    iter: Any
    inits: tuple[Any, ...]
    body: Block
    loc: Loc = Loc()
    stop: int | None = None

    @property
    def carried(self) -> tuple[Var, ...]:
        return self.body.params[len(self.body.params) - len(self.inits):]


@dataclass(frozen=True, eq=False)
class While:
    """`while test`; both blocks take the carried values. `stop` as in `For`."""

    outs: tuple[Var, ...]
    inits: tuple[Any, ...]
    test: Block
    body: Block
    loc: Loc = Loc()
    stop: int | None = None

    @property
    def carried(self) -> tuple[Var, ...]:
        return self.body.params


@dataclass(frozen=True)
class Captured:
    """The operation that reads a live object by its dotted path: a global, a builtin or a closure cell of `home`."""

    path: tuple[str, ...]
    home: Any

    @property
    def __name__(self) -> str:
        return ".".join(self.path)

    def __call__(self) -> Any:
        value = lookup(self.home, self.path[0])
        for name in self.path[1:]:
            value = getattr(value, name)
        return value

    def is_infinity(self) -> bool:
        """Is this `np.inf` or `math.inf`? Rules may depend on it."""
        owner, value = lookup(self.home, self.path[0]), self()
        return isinstance(owner, ModuleType) and isinstance(value, float) and math.isinf(value)


@dataclass(frozen=True)
class ClassMember:
    """The operation that reads an attribute of a class, `home`."""

    path: tuple[str]
    home: Any

    @property
    def __name__(self) -> str:
        return f"{self.home.__name__}.{self.path[0]}"

    def __call__(self) -> Any:
        return getattr(self.home, self.path[0])


Watched = Captured | ClassMember  # what a text may depend on outside its arguments


def lookup(home: Any, name: str) -> Any:
    """The object a free name of the function `home` stands for now. Raises NameError where there is none."""
    code = home.__code__
    if name in code.co_freevars:
        try:
            return home.__closure__[code.co_freevars.index(name)].cell_contents
        except ValueError:
            raise NameError(f"free variable '{name}' has no value yet") from None
    scope = home.__globals__
    if name in scope:
        return scope[name]
    builtins = scope.get("__builtins__", {})
    builtins = builtins if isinstance(builtins, dict) else vars(builtins)
    if name in builtins:
        return builtins[name]
    raise NameError(f"name '{name}' is not defined")


def reads_alike(name: str, there: Any, here: Any) -> bool:
    """Does a free name of the function `there` mean the same global in the function `here`?"""
    if here is None or here.__globals__ is not there.__globals__ or name in there.__code__.co_freevars:
        return False
    code = here.__code__
    return name not in (*code.co_freevars, *code.co_cellvars, *code.co_varnames)


class Mode(NamedTuple):
    """One transformation of a function. The derivative of order 2 is not that of order 1, though made of the same function.

    `wrt` are the positions of the parameters that it is differentiated by; None for those that are active.
    """

    name: str
    order: int
    wrt: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Fn:
    """The identity of a function in a program: a live object, or what a transformation made of another one."""

    target: Any
    variant: tuple[Any, ...] = ()

    @property
    def mode(self) -> str:
        """What a transformation made of another function here; "" for a function as it was read."""
        return self.variant[-1].name if self.variant and isinstance(self.variant[-1], Mode) else ""


@dataclass(frozen=True)
class Function:
    """A function of the program as the value of a constant: what a library is given to call back.

    Its first `own` parameters are what the library passes, of which the derivatives by those at `active` are needed; the others
    are in the `args=` of the call. `gradient` is the gradient of it by the first, where the library looks for a place where
    that is zero.
    """

    fn: Fn
    own: int
    active: tuple[int, ...] = ()
    gradient: Fn | None = None

    def __repr__(self) -> str:
        return f"{getattr(self.fn.target, '__name__', 'function')}@{hash(self)}"


@dataclass(frozen=True, eq=False)
class Call:
    """outs = callee(*args): a call of another function of the program, with the leaves of its arguments and results.

    `written` is how the user passed them: (keyword or None, tree of positions in args) each; `unpack` is the tree of
    positions in outs. An argument that is `given_up` belongs to the callee, which returns what becomes of it: (position in outs,
    position in args) each. The last result is new, and holds no arguments but those `kept`, by position; None where that is unknown.
    """

    outs: tuple[Var, ...]
    callee: Fn
    args: tuple[Any, ...]
    loc: Loc = Loc()
    written: tuple[tuple[str | None, Tree], ...] | None = None
    unpack: Tree = 0
    given_up: tuple[tuple[int, int], ...] = ()
    kept: tuple[int, ...] | None = None

    @property
    def updated(self) -> tuple[tuple[Var, Any], ...]:
        """The results that may be in the memory of arguments that are given up, and these."""
        return tuple((self.outs[k], self.args[n]) for k, n in self.given_up)


Stmt = Eqn | If | For | While | Call


@dataclass(frozen=True, eq=False)
class Trace:
    """A function in single-assignment form. `home` is the live function whose globals and cells it reads.

    `defaults` are values, or `Captured` names of them. The first `positional_only` parameters have no keyword, the last
    `keyword_only` have nothing else. The memory of the last `own` parameters belongs to the function.
    """

    name: str
    block: Block
    doc: str = ""
    defaults: tuple[tuple[Var, Any], ...] = ()
    outs: Tree = 0  # how the flat outs are packed: 0 is one value, a tuple packs, () is None
    home: Any = None
    loc: Loc = Loc()
    kinds: dict[Var, Any] = field(default_factory=dict)  # of the parameters
    positional_only: int = 0
    keyword_only: int = 0
    own: int = 0

    @property
    def foreign(self) -> tuple[Var, ...]:
        """The parameters whose memory is the caller's."""
        return self.block.params[:len(self.block.params) - self.own]

    def __str__(self) -> str:
        """The trace as Python; as a record where no printer is loaded."""
        return PRINTERS[-1](self) if PRINTERS else repr(self)


PRINTERS: list[Callable[[Trace], str]] = []  # the backend adds its own: the records know nothing of text


def op_name(op: Any) -> str:
    """The name of an operation; callable objects need not have one."""
    return str(getattr(op, "__name__", type(op).__name__))


def functions_of(stmt: Stmt) -> Iterator[Function]:
    """The functions of the program that a statement hands to a library."""
    stack = list(reversed(stmt.inputs)) if type(stmt) is Eqn else []
    while stack:
        a = stack.pop()
        if isinstance(a, Eqn):
            stack.extend(reversed(a.inputs))
        elif isinstance(a, Const) and isinstance(a.value, Function):
            yield a.value


def blocks(stmt: Stmt) -> tuple[Block, ...]:
    if type(stmt) is Eqn:  # most are
        return ()
    match stmt:
        case If():
            return stmt.then, stmt.orelse
        case For():
            return (stmt.body,)
        case While():
            return stmt.test, stmt.body
    return ()


def ends(s: If) -> Iterator[tuple[Var, Any, Any]]:
    """(out, what the first arm gives, what the second one gives); `orelse` gives nothing where it runs after `then`."""
    yield from zip(s.outs, s.then.outs, s.then.outs if isinstance(s, Try) and not s.catches else s.orelse.outs)


def leaves(tree: Tree) -> Iterator[Any]:
    """The leaves of nested tuples, left to right."""
    stack = [tree]
    while stack:
        t = stack.pop()
        if isinstance(t, tuple):
            stack.extend(reversed(t))
        else:
            yield t


def variables(atoms: Iterable[Any]) -> Iterator[Var]:
    """The values that `atoms` mention, looking inside nested equations."""
    for a in atoms:
        if isinstance(a, Var):
            yield a
        elif isinstance(a, Eqn):
            yield from variables(a.inputs)


def reads(stmt: Stmt) -> tuple[Any, ...]:
    """What the statement itself reads (not what its blocks read)."""
    match stmt:
        case Eqn():
            return stmt.inputs
        case If():
            return (stmt.test,)
        case For():
            return (stmt.iter, *stmt.inits)
        case While():
            return stmt.inits
        case Call():
            return stmt.args


def uses(stmt: Stmt, atoms: Callable[[Stmt], Iterable[Any]] = reads) -> set[Var]:
    """Every value from outside that the statement reads, its blocks included. `atoms` gives what a statement itself reads."""
    found = set(variables(atoms(stmt)))
    for block in blocks(stmt):
        found |= free(block, atoms)
    return found


def free(block: Block, atoms: Callable[[Stmt], Iterable[Any]] = reads) -> set[Var]:
    """The values the block takes from its surroundings."""
    bound, found = set(block.params), set()
    for stmt in block.stmts:
        found |= uses(stmt, atoms) - bound
        bound.update(stmt.outs)
    return found | set(variables(block.outs)) - bound


def walk(block: Block) -> Iterator[Stmt]:
    """All statements of a block and of the blocks inside it, in program order."""
    for stmt in block.stmts:
        yield stmt
        for inner in blocks(stmt):
            yield from walk(inner)


def all_blocks(block: Block) -> Iterator[Block]:
    """The block and all those inside it."""
    yield block
    for s in walk(block):
        yield from blocks(s)


def read_counts(block: Block) -> Counter[Var]:
    """How often every value is read by a statement or handed on by a block, in the block and those inside it."""
    return Counter(variables(a for b in all_blocks(block) for given in (*map(reads, b.stmts), b.outs) for a in given))
