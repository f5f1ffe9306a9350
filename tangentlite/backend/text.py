"""Statement trees to text: one statement per line, with comments, and the line map that leads back to the primal.

The only user of astor. What is printed is parsed back and compared with the tree, so a printer's mistake can never
become a wrong derivative; the same walk over both trees yields the line map.
"""
from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from tangentlite.backend.source import Text
from tangentlite.ir.trace import Loc

with warnings.catch_warnings():  # astor 0.8.1 looks up node classes that are going away
    warnings.simplefilter("ignore", DeprecationWarning)
    from astor.code_gen import SourceGenerator, set_precedence
    from astor.op_util import Precedence, get_op_precedence, get_op_symbol

TUPLE, COMMA, ATOM = Precedence.Tuple, Precedence.Comma, Precedence.highest


class MisprintError(AssertionError):
    """A tree that no text stands for (such as a negative `Constant`): a mistake of whoever built it."""


def render(functions: Sequence[ast.FunctionDef]) -> Text:
    """Print functions. Statements may carry `comment: str`, `space: int` (blank lines above) and `loc: Loc`.

    Raises MisprintError if a function has no text that parses back to it, RecursionError if it is nested too deeply.

    >>> tree = ast.parse("def f(a, b):\\n    return (a * b) + -(a ** 2)").body[0]
    >>> tree.body[0].comment = "the result"
    >>> print(render([tree]).source, end="")
    def f(a, b):
        # the result
        return a * b + -a ** 2
    """
    chunks: list[str] = []
    lines: dict[int, Loc] = {}
    above = 0
    for function in functions:
        space = getattr(function, "space", 2) if chunks else 0
        source, pairs = _printed(function)
        if not chunks:  # a comment on the first line must not declare an encoding
            source = re.sub(r"\A(#.*?coding)(?=[:=])", r"\1 ", source)
        above += space
        for pair in pairs:
            if pair.loc is not None:
                last = pair.parsed.lineno if hasattr(pair.parsed, "body") else pair.parsed.end_lineno
                lines.update(dict.fromkeys(range(above + pair.parsed.lineno, above + (last or 0) + 1), pair.loc))
        chunks.append("\n" * space + source)
        above += source.count("\n")
    return Text("".join(chunks), lines)


def _printed(function: ast.FunctionDef) -> tuple[str, list[_Pair]]:
    """The text of a function and its statements: by astor, or where it misprints, by `ast.unparse`."""
    try:
        source = _Printer().function(function)
        return source, _pairs(function, source)
    except MisprintError:
        raise
    except Exception:  # however astor fails, the other printer gets its turn
        pass
    try:
        source = "\n".join([line for line in _above(function) if line] + _unparsed(function)) + "\n"
        return source, _pairs(function, source)
    except RecursionError:
        raise
    except Exception as error:
        raise MisprintError(f"no text parses back to the function {function.name!r}: {error}") from error


class _Pair(NamedTuple):
    """A statement as it was given and as it was parsed back."""

    given: ast.stmt
    parsed: ast.stmt
    loc: Loc | None


def _pairs(given: ast.stmt, source: str) -> list[_Pair]:
    """The statements of a tree beside those of its text. Raises ValueError at the first difference."""
    (parsed,) = ast.parse(source).body
    pairs: list[_Pair] = []
    stack: list[tuple[Any, Any, Loc | None]] = [(given, parsed, None)]
    while stack:
        a, b, loc = stack.pop()
        if type(a) is not type(b) or (isinstance(a, list) and len(a) != len(b)):
            raise ValueError(f"{a!r} was parsed back as {b!r}")
        if isinstance(a, ast.AST):
            if isinstance(a, ast.stmt):
                loc = getattr(a, "loc", loc)
                pairs.append(_Pair(a, b, loc))
            for name in b._fields:
                y = getattr(b, name)
                if name == "ctx":
                    continue
                x = getattr(a, name, [] if isinstance(y, list) else None)
                if x is not y:
                    stack.append((x, y, loc))
        elif isinstance(a, list):
            stack.extend([(x, y, loc) for x, y in zip(a, b, strict=True)])
        elif a != b:
            raise ValueError(f"{a!r} was parsed back as {b!r}")
    return pairs


def _unparsed(stmt: ast.stmt) -> list[str]:
    """The lines of a statement as `ast.unparse` prints it, with the comments of the statements inside."""
    source = ast.unparse(ast.fix_missing_locations(stmt))
    lines = source.split("\n")
    notes = [(p.parsed, n) for p in _pairs(stmt, source) if (n := _above(p.given)) and p.given is not stmt]
    for parsed, note in sorted(notes, key=lambda pair: -pair[0].lineno):
        decorators = getattr(parsed, "decorator_list", [])
        first = min([parsed.lineno, *(d.lineno for d in decorators)])
        lines[first - 1:first - 1] = [" " * parsed.col_offset + line if line else "" for line in note]
    return lines


def _above(stmt: ast.stmt) -> list[str]:
    """The lines that stand above a statement: blank ones and its comment."""
    comment: str = getattr(stmt, "comment", "")
    return [""] * getattr(stmt, "space", 0) + ([f"# {_printable(comment)}".rstrip()] if comment else [])


def _printable(text: str, keep: str = "") -> str:
    """`text` with everything that does not print escaped: line ends, control and direction marks, surrogates."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else repr(c)[1:-1] for c in text)


def docstring(text: str) -> str:
    """A triple-quoted literal that keeps the line breaks of `text`."""
    body = _printable(text.replace("\\", "\\\\"), keep="\n")
    return '"""' + re.sub(r'"(?="|\Z)', r'\\"', body) + '"""'


class _Printer(SourceGenerator):  # type: ignore[misc]
    """astor's generator, with its own expressions: no wrapping, no spare parentheses, no recursion along sums.

    A method named like a node returns the text of that expression; `outer` is the weakest precedence that needs no
    parentheses there. Statements are astor's `visit_` methods.
    """

    new_lines: int  # astor's count of line ends to be written

    def __init__(self) -> None:
        super().__init__(indent_with="    ", add_line_information=False)

    # What astor does not rank may stand anywhere a comma may follow.
    def get__pp(self, node: ast.AST) -> int:
        return int(getattr(node, "_pp", COMMA))

    def function(self, node: ast.FunctionDef) -> str:
        """The text of a function, comment included."""
        self._lead(node)
        self.visit(node)
        return "".join(self.result).lstrip("\n") + "\n"

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.expr):
            self.write(self.text(node, self.get__pp(node)))
        elif type(node).__name__ in self.DELEGATED or getattr(node, "type_params", None):
            assert isinstance(node, ast.stmt)
            for line in _unparsed(node):
                self.statement(node, line)
        else:
            getattr(self, "visit_" + type(node).__name__)(node)

    DELEGATED: ClassVar = {"Match", "TryStar", "TypeAlias", "ClassDef", "AsyncFunctionDef", "AsyncFor", "AsyncWith"}

    # statements

    def _lead(self, node: ast.stmt) -> None:
        self.newline()
        for line in _above(node):
            if line:
                self.write(line)
                self.newline()
            else:
                self.new_lines += 1

    def body(self, statements: Iterable[ast.stmt]) -> None:
        self.indentation += 1
        for node in statements:
            self._lead(node)
            self.visit(node)
        self.indentation -= 1

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for decorator in node.decorator_list:
            self.statement(node, "@" + self.text(decorator))
        self.statement(node, f"def {node.name}(")
        self.visit_arguments(node.args)
        self.write(f") -> {self.text(node.returns)}:" if node.returns else "):")
        self.body(node.body)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.statement(node, " = ".join([self.text(e, TUPLE) for e in (*node.targets, node.value)]))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.statement(node, self.text(node.target) + get_op_symbol(node.op, " %s= ") + self.text(node.value, TUPLE))

    def visit_Expr(self, node: ast.Expr) -> None:
        value = node.value
        if isinstance(value, ast.Constant) and type(value.value) is str and not value.kind:
            self.statement(node, docstring(value.value))
        else:
            self.statement(node, self.text(value, TUPLE))

    def visit_Return(self, node: ast.Return) -> None:
        self.statement(node, f"return {self.text(node.value, TUPLE)}" if node.value else "return")

    def visit_For(self, node: ast.For) -> None:
        self.statement(node, f"for {self.text(node.target, TUPLE)} in {self.text(node.iter, TUPLE)}:")
        self.body_or_else(node)

    def visit_While(self, node: ast.While) -> None:
        self.statement(node, f"while {self.text(node.test)}:")
        self.body_or_else(node)

    def visit_If(self, node: ast.If) -> None:
        self.statement(node, f"if {self.text(node.test)}:")
        self.body(node.body)
        while len(node.orelse) == 1 and isinstance(inner := node.orelse[0], ast.If):
            node = inner
            self._lead(node)
            self.statement(node, f"elif {self.text(node.test)}:")
            self.body(node.body)
        self.else_body(node.orelse)

    # expressions

    def text(self, node: ast.expr, outer: int = COMMA) -> str:
        """The text of an expression, in parentheses if it binds weaker than `outer`."""
        printer = self.EXPRESSIONS.get(type(node))
        if printer is not None:
            return printer(self, node, outer)
        if type(node) in self.ASTOR:
            return self._astor(node, outer)
        text = ast.unparse(node)
        return text if outer <= COMMA or isinstance(node, ast.JoinedStr) else f"({text})"

    def _texts(self, nodes: Iterable[ast.expr]) -> str:
        return ", ".join([self.text(n) for n in nodes])

    def _astor(self, node: ast.expr, outer: int) -> str:
        """What astor itself writes for an expression."""
        start = len(self.result)
        line_ends = self.new_lines
        self.new_lines = 0  # those before the statement are written with it
        set_precedence(outer, node)
        super().visit(node)
        text = "".join(self.result[start:])
        del self.result[start:]
        self.new_lines = line_ends
        return text

    def _name(self, node: ast.Name, outer: int) -> str:
        return node.id

    def _constant(self, node: ast.Constant, outer: int) -> str:
        value = node.value
        text = repr(value) if value is not ... else "..."
        if type(value) in (int, float, complex):
            if not text[0].isdigit():
                raise MisprintError(f"Constant({text}) has no literal; build it from non-negative finite constants")
        elif value is not None and value is not ... and type(value) not in (str, bool, bytes):
            raise MisprintError(f"Constant({text}) of type {type(value).__name__} has no literal")
        return (node.kind or "") + text

    def _attribute(self, node: ast.Attribute, outer: int) -> str:
        text = self.text(node.value, ATOM)
        return f"({text}).{node.attr}" if text[0].isdigit() else f"{text}.{node.attr}"

    def _subscript(self, node: ast.Subscript, outer: int) -> str:
        index = node.slice
        if isinstance(index, ast.Tuple) and index.elts:
            inside = self._texts(index.elts) + ("," if len(index.elts) == 1 else "")
        else:
            inside = self.text(index)
        return f"{self.text(node.value, ATOM)}[{inside}]"

    def _slice(self, node: ast.Slice, outer: int) -> str:
        parts = [self.text(e, Precedence.Or) if e else "" for e in (node.lower, node.upper, node.step)]
        return ":".join(parts if node.step else parts[:2])

    def _call(self, node: ast.Call, outer: int) -> str:
        alone = len(node.args) == 1 and not node.keywords
        args = [self.text(a, Precedence.call_one_arg if alone else COMMA) for a in node.args]
        args += [f"{k.arg}={self.text(k.value)}" if k.arg else f"**{self.text(k.value)}" for k in node.keywords]
        return f"{self.text(node.func, ATOM)}({', '.join(args)})"

    def _binop(self, node: ast.BinOp, outer: int) -> str:
        precedence = get_op_precedence(node.op)
        if isinstance(node.op, ast.Pow):
            text = f"{self.text(node.left, precedence + 1)} ** {self.text(node.right, Precedence.PowRHS)}"
        else:
            parts: list[str] = []
            left: ast.expr = node
            while isinstance(left, ast.BinOp) and get_op_precedence(left.op) == precedence:
                parts.append(get_op_symbol(left.op, " %s ") + self.text(left.right, precedence + 1))
                left = left.left
            parts.append(self.text(left, precedence))
            text = "".join(reversed(parts))
        return text if precedence >= outer else f"({text})"

    def _unaryop(self, node: ast.UnaryOp, outer: int) -> str:
        precedence = get_op_precedence(node.op)
        symbol = get_op_symbol(node.op)
        text = symbol + (" " if symbol == "not" else "") + self.text(node.operand, precedence)
        return text if precedence >= outer else f"({text})"

    def _compare(self, node: ast.Compare, outer: int) -> str:
        precedence = get_op_precedence(node.ops[0])
        text = self.text(node.left, precedence + 1)
        for op, right in zip(node.ops, node.comparators, strict=True):
            text += get_op_symbol(op, " %s ") + self.text(right, precedence + 1)
        return text if precedence >= outer else f"({text})"

    def _boolop(self, node: ast.BoolOp, outer: int) -> str:
        precedence = get_op_precedence(node.op)
        text = get_op_symbol(node.op, " %s ").join([self.text(v, precedence + 1) for v in node.values])
        return text if precedence >= outer else f"({text})"

    def _tuple(self, node: ast.Tuple, outer: int) -> str:
        text = self._texts(node.elts)
        if len(node.elts) == 1:
            return f"({text},)"
        return text if node.elts and outer <= TUPLE else f"({text})"

    def _list(self, node: ast.List, outer: int) -> str:
        return f"[{self._texts(node.elts)}]"

    def _dict(self, node: ast.Dict, outer: int) -> str:
        items = zip(node.keys, node.values, strict=True)
        texts = [f"{self.text(k)}: {self.text(v)}" if k else "**" + self.text(v, Precedence.BitOr) for k, v in items]
        return f"{{{', '.join(texts)}}}"

    def _starred(self, node: ast.Starred, outer: int) -> str:
        return "*" + self.text(node.value, Precedence.BitOr)

    EXPRESSIONS: ClassVar[dict[type[ast.expr], Callable[[Any, Any, int], str]]] = {
        ast.Name: _name, ast.Constant: _constant, ast.Attribute: _attribute, ast.Subscript: _subscript,
        ast.Slice: _slice, ast.Call: _call, ast.BinOp: _binop, ast.UnaryOp: _unaryop, ast.Compare: _compare,
        ast.BoolOp: _boolop, ast.Tuple: _tuple, ast.List: _list, ast.Dict: _dict,
        ast.Starred: _starred,
    }
    ASTOR: ClassVar = {
        ast.Set, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.IfExp, ast.NamedExpr,
    }
