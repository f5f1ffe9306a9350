"""Trace -> statement trees, with the primal's lines as comments."""
from __future__ import annotations

import ast
import inspect
import itertools
import operator
from collections.abc import Container, Mapping, Sequence
from typing import Any

from tangentlite import runtime
from tangentlite.backend.compile import Unit
from tangentlite.backend.copies import Copy, in_order
from tangentlite.backend.expressions import AUGMENTED, INFIX, Expressions, load, store
from tangentlite.backend.flows import equations, needed
from tangentlite.backend.guarded import Guarded, Tail
from tangentlite.backend.names import Names
from tangentlite.backend.quotes import Quotes, separate
from tangentlite.backend.signatures import parameters
from tangentlite.backend.spelling import Spelling
from tangentlite.backend.updates import Updates
from tangentlite.ir import UNDEF, Call, Const, Eqn, Fn, For, If, Loc, Stmt, Trace, Try, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import Bound, assert_, raise_
from tangentlite.ir.trace import Block, Captured, all_blocks, functions_of, op_name, reads, variables, walk
from tangentlite.ir.updates import add_at_inplace, append_inplace, pop_inplace, setitem_inplace, take_inplace


def emit(trace: Trace, kinds: Mapping[Var, Any], spelled: Mapping[Any, str], unit_names: Mapping[Fn, str],
         compiled: bool = False) -> Unit:
    """The function's tree, and what its names stand for; `compiled` functions call what Numba knows."""
    hints = {v.hint for s in walk(trace.block) for v in s.outs} | {p.hint for p in trace.block.params}
    hints |= {p.hint for s in walk(trace.block) if isinstance(s, (For, While)) for p in s.body.params}
    spelling = Spelling(trace.home, spelled, hints, unit_names)
    printer = Printer(trace, kinds, spelling, unit_names, compiled)
    return Unit(printer.function(), trace.home, spelling.bindings, compiled)


class Printer(Guarded, Updates):
    def __init__(self, trace: Trace, kinds: Mapping[Var, Any], spelling: Spelling, unit_names: Mapping[Fn, str],
                 compiled: bool = False) -> None:
        self.compiled = compiled
        self.trace, self.kinds, self.spelling, self.unit_names = trace, kinds, spelling, unit_names
        everything = [e for s in walk(trace.block) for e in equations(s)]
        everything += [e for a in trace.block.outs if isinstance(a, Eqn) for e in equations(a)]
        for e in sorted(everything, key=lambda e: not isinstance(e.op, Captured)):  # the user's own names come first
            self.reserve(e.op)
            if e.op is add_at_inplace and not self.is_added_in_place(*e.args[:2]):
                self.reserve(runtime.accumulate)
        for _, value in trace.defaults:
            if isinstance(value, Captured):
                self.reserve(value)
        for s in walk(trace.block):
            if isinstance(s, Call) and s.callee not in unit_names:
                spelling.name(s.callee.target)
            for f in functions_of(s):
                spelling.function(f.fn)
        read_globals = {e.op.path[0] for e in everything if isinstance(e.op, Captured)}
        self.names = Names(trace, {*spelling.reserved, *unit_names.values(), *USED_BUILTINS}, read_globals, kinds)
        self.x = Expressions(self.names, spelling)
        self.read = {v for b in all_blocks(trace.block) for s in b.stmts for v in variables(reads(s))}
        self.read |= {v for b in all_blocks(trace.block) for v in variables(b.outs)}
        taken = {*spelling.reserved, *unit_names.values(), *(name for v, name in self.names.of.items() if v in self.read)}
        self.unread = next(name for k in itertools.count() if (name := f"_{k or ''}") not in taken)
        self.needed = needed(trace, self.names.of)
        self.quotes = Quotes()

    def reserve(self, op: Any) -> None:
        """Find a name for the operation before values are named."""
        syntax = op in INFIX or getattr(op, "__module__", "") in SYNTAX_MODULES
        if not syntax or isinstance(op, Bound):
            self.spelling.name(op)

    # -- functions -----------------------------------------------------------------------------------------------------------

    def function(self) -> ast.FunctionDef:
        t = self.trace
        body = self.block(t.block)
        if not (body and isinstance(body[-1], ast.Raise)):
            last = ast.Return(self.returned(t.outs, t.block.outs))
            loc = self.place_of(t.block.outs)
            self.quotes.annotate([last], loc, self.quotes.quote(loc) if loc.line != t.loc.line else "")
            body.append(last)
        separate(body)
        if t.doc:
            body.insert(0, ast.Expr(ast.Constant(t.doc)))
        return ast.FunctionDef(t.name, parameters(t, self.names.of, self.x), body, [])

    def place_of(self, outs: Sequence[Any]) -> Loc:
        """The line of the primal that the returned expressions come from, if it is one; else that of the function."""
        locs = [e.loc for e in equations(Eqn((), tuple, tuple(a for a in outs if isinstance(a, Eqn))))]
        locs = [loc for loc in locs if loc.line and loc != self.trace.loc]
        return locs[0] if len({(loc.file, loc.line, loc.sweep) for loc in locs}) == 1 else self.trace.loc._replace(
            sweep="reverse" if self.quotes.reversing else "forward")

    def returned(self, tree: Any, outs: Sequence[Any]) -> ast.expr:
        if isinstance(tree, tuple):
            return ast.Tuple([self.returned(t, outs) for t in tree], ast.Load()) if tree else ast.Constant(None)
        return self.x.atom(outs[tree])

    # -- blocks ----------------------------------------------------------------------------------------------------------------

    def block(self, block: Block, tail: Tail | None = None, line: Loc | None = None) -> list[ast.stmt]:
        """The statements of a block; `tail` says where its outs go, `line` where the block comes from, if that is one line."""
        out: list[ast.stmt] = []
        for k, s in enumerate(block.stmts):
            start = len(out)
            before = self.quotes.loc
            loc, note = self.quotes.placed(s, block.stmts[k + 1:])
            here = self.quotes.loc if isinstance(s, (Eqn, Call)) else loc
            if tail is not None and k == len(block.stmts) - 1 and isinstance(s, If) and not isinstance(s, Try) and not any(
                    isinstance(a, Eqn) for a in block.outs) and (tail.in_loop or tail.chain and k == 0 and self.is_link(s, block)):
                self.last_branch(s, block, tail, out)
                self.quotes.annotate(out[start:start + 1], loc, note)
                return out
            self.statement(s, out)
            self.quotes.annotate(out[start:], loc, note)
            self.quotes.loc = here if len(out) > start else before
        if tail is not None and not (out and isinstance(out[-1], ast.Raise)):
            out += self.at_end(tail, block, line)
        return out

    # -- statements ------------------------------------------------------------------------------------------------------------

    def statement(self, s: Stmt, out: list[ast.stmt]) -> None:
        match s:
            case Eqn():
                self.equation(s, out)
            case Try():
                self.guarded(s, out)
            case If():
                self.branch(s, out)
            case For():
                self.for_loop(s, out)
            case While():
                self.while_loop(s, out)
            case Call():
                self.call(s, out)

    def equation(self, e: Eqn, out: list[ast.stmt]) -> None:
        if e.op in (setitem_inplace, add_at_inplace):
            self.update(e, out)
        elif e.op in (append_inplace, pop_inplace, take_inplace):
            method = ast.Attribute(self.x.atom(e.args[0]), "append" if e.op is append_inplace else "pop", ast.Load())
            done = ast.Call(method, [self.x.atom(a) for a in e.args[1:]], [])
            item: list[ast.expr] = [store(self.names.of[o]) for o in e.outs[1:]] if e.op is take_inplace else []
            out.append(ast.Assign([ast.Tuple(item, ast.Store()) if len(item) > 1 else item[0]], done) if item else ast.Expr(done))
        elif e.op is assert_:
            out.append(ast.Assert(*map(self.x.atom, e.args)))
        elif e.op is raise_:
            out.append(ast.Raise(*map(self.x.atom, e.args)))
        elif not e.outs:
            out.append(ast.Expr(self.x.expr(e)))
        elif len(e.outs) > 1:
            target = ast.Tuple([store(self.names.of[o]) for o in e.outs], ast.Store())
            out.append(ast.Assign([target], self.x.expr(e)))
        else:
            self.assign(e, out)

    def assign(self, e: Eqn, out: list[ast.stmt]) -> None:
        name = self.names.of[e.out]
        first = e.args[0] if e.args else None
        again = isinstance(first, Var) and self.names.of.get(first) == name
        if again and e.op in AUGMENTED:
            out.append(ast.AugAssign(store(name), AUGMENTED[e.op](), self.x.atom(e.args[1])))
        elif again and (e.loc.sweep == "reverse" or e.out.suffix) and op_name(e.op) in ("add", "sub") and e.op in INFIX and (
                K.is_number(self.kinds.get(e.out, K.UNKNOWN)) and isinstance(first, Var) and K.is_number(self.kinds.get(first, K.UNKNOWN))):
            out.append(ast.AugAssign(store(name), INFIX[e.op](), self.x.atom(e.args[1])))
        elif e.out in self.read:
            out.append(ast.Assign([store(name)], self.x.expr(e)))
        else:  # called for its effect
            out.append(ast.Expr(self.x.expr(e)))

    def call(self, s: Call, out: list[ast.stmt]) -> None:
        if s.callee in self.unit_names:
            function: ast.expr = load(self.unit_names[s.callee])
            value = self.x.call(function, s.args, ())
        else:
            value = self.written(s)
        if not s.outs:
            out.append(ast.Expr(value))
            return
        out.append(ast.Assign([self.targets(s.unpack, s.outs)], value))

    def written(self, s: Call) -> ast.expr:
        """A call of the user's own function, with the arguments put together again."""
        def packed(tree: Any) -> ast.expr:
            return ast.Tuple(list(map(packed, tree)), ast.Load()) if isinstance(tree, tuple) else self.x.atom(s.args[tree])

        code = s.callee.target.__code__
        variadic = code.co_varnames[code.co_argcount + code.co_kwonlyargcount] if code.co_flags & inspect.CO_VARARGS else None
        keyword_only = code.co_varnames[code.co_argcount:code.co_argcount + code.co_kwonlyargcount]
        args: list[ast.expr] = []
        keywords: list[ast.keyword] = []
        for name, tree in s.written or ():
            if name == variadic:
                args += map(packed, tree)
            elif name is not None and (name in keyword_only or name.startswith("**")):
                keywords.append(ast.keyword(name.lstrip("*"), packed(tree)))
            else:
                args.append(packed(tree))
        call = ast.Call(self.spelling.name(s.callee.target), args, keywords)
        return ast.Call(load("list"), [call], []) if inspect.isgeneratorfunction(s.callee.target) else call

    def targets(self, tree: Any, outs: Sequence[Var]) -> ast.expr:
        if isinstance(tree, tuple):
            return ast.Tuple([self.targets(t, outs) for t in tree], ast.Store())
        return store(self.names.of[outs[tree]] if outs[tree] in self.read else self.unread)

    # -- branches and loops ------------------------------------------------------------------------------------------------------

    def branch(self, s: If, out: list[ast.stmt]) -> None:
        test = without_bool(self.x.atom(s.test))
        ends = (*s.then.outs, *s.orelse.outs)
        if s.form != "if" and len(s.outs) == 1 and not s.then.stmts and not s.orelse.stmts and UNDEF not in ends:
            out.append(ast.Assign([store(self.names.of[s.outs[0]])], ast.IfExp(test, *map(self.x.atom, ends))))
            return
        swap = self.is_opposite(s)
        then = self.block(s.then, Tail(s.outs, chain=swap), s.lines[0])
        orelse = self.block(s.orelse, Tail(s.outs, chain=not swap), s.lines[1])
        kind = self.kind_of(s.test) if isinstance(s.test, Eqn) else self.kinds.get(s.test, K.UNKNOWN)
        if not then and not orelse and not K.is_number(kind):
            then = [ast.Pass()]  # asked for its truth value all the same, which may raise
        self.two_arms(test, then, orelse, out)

    def is_opposite(self, s: If) -> bool:
        """Does the adjoint read better with its arms exchanged: `if not a: ... else: ...`?"""
        return isinstance(s.test, Eqn) and s.test.op is operator.not_ and self.quotes.reversing

    def is_link(self, s: If, block: Block) -> bool:
        """May a branch that is all of a block follow as `elif`? What else the block hands on, each arm then does."""
        others = [a for a in block.outs if a not in s.outs and a is not UNDEF]
        return len(others) <= 2 and (s.form == "if" or len(s.outs) != 1)

    def two_arms(self, test: ast.expr, then: list[ast.stmt], orelse: list[ast.stmt], out: list[ast.stmt]) -> None:
        if then and orelse and self.quotes.reversing and isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, then, orelse = test.operand, orelse, then
        if then and isinstance(then[-1], ast.Raise):
            out.append(ast.If(test, then, []))
            out += orelse
        elif then:
            out.append(ast.If(test, then, orelse))
        elif orelse:
            out.append(ast.If(negated(test), orelse, []))

    def for_loop(self, s: For, out: list[ast.stmt]) -> None:
        iterable = self.x.atom(s.iter)
        self.enter(s, out)
        target = self.loop_target(s.targets)
        body = self.block(s.body, Tail(s.carried, s.stop, self.is_read_after(s), in_loop=True))
        out.append(ast.For(target, iterable, body or [ast.Pass()], []))

    def loop_target(self, tree: Any) -> ast.expr:
        if isinstance(tree, Var):
            return store(self.names.of[tree])
        return ast.Tuple([self.loop_target(t) for t in tree], ast.Store()) if tree else store(self.unread)

    def while_loop(self, s: While, out: list[ast.stmt]) -> None:
        self.enter(s, out)
        before = self.block(s.test)
        test = without_bool(self.x.atom(s.test.outs[0]))
        body = self.block(s.body, Tail(s.carried, s.stop, self.is_read_after(s), in_loop=True))
        if before:
            body = [*before, ast.If(negated(test), [ast.Break()], []), *body]
            test = ast.Constant(True)
        out.append(ast.While(test, body or [ast.Pass()], []))

    def enter(self, s: For | While, out: list[ast.stmt]) -> None:
        """Give the carried values their first value."""
        kept = [k for k in range(len(s.inits)) if k != s.stop or self.is_read_after(s)]
        out += self.copies([s.carried[k] for k in kept], [s.inits[k] for k in kept])

    def is_read_after(self, s: For | While) -> bool:
        """Is it asked later whether the loop was left early?"""
        if s.stop is None:
            return False
        return not self.read.isdisjoint((s.outs[s.stop], s.carried[s.stop]))

    # -- the end of a loop's body ------------------------------------------------------------------------------------------------

    def last_branch(self, s: If, block: Block, tail: Tail, out: list[ast.stmt]) -> None:
        """A branch that ends a loop's body carries on to the next iteration from each arm: `break` and `continue` again."""
        test = without_bool(self.x.atom(s.test))
        arms = []
        for arm, taken, line in ((s.then, True, s.lines[0]), (s.orelse, False, s.lines[1])):
            given = dict(zip(s.outs, arm.outs))
            ends = tuple(given.get(a, a) if isinstance(a, Var) else a for a in block.outs)
            if tail.stop is not None and ends[tail.stop] is s.test:
                ends = (*ends[:tail.stop], Const(taken), *ends[tail.stop + 1:])
            arms.append(self.block(Block((), arm.stmts, ends), tail._replace(chain=taken == self.is_opposite(s)), line))
        then, orelse = arms
        if not tail.in_loop:
            self.two_arms(test, then, orelse, out)
            return
        if not then and orelse and not isinstance(orelse[-1], ast.Break):
            then = [ast.Continue()]
        if orelse and isinstance(orelse[-1], ast.Break) and not (then and isinstance(then[-1], ast.Break)):
            test, then, orelse = negated(test), orelse, then
        if then and isinstance(then[-1], (ast.Break, ast.Continue)):
            out.append(ast.If(test, then, []))
            out += orelse
        else:
            self.two_arms(test, then, orelse, out)

    def at_end(self, tail: Tail, block: Block, line: Loc | None) -> list[ast.stmt]:
        """Hand on the outs of a block, and leave the loop if one of them says so."""
        outs = block.outs
        kept = [k for k in range(len(outs)) if k != tail.stop or tail.stop_is_read]
        local = {o: s.loc for s in block.stmts if isinstance(s, (Eqn, Call)) for o in s.outs}
        made = self.copies([tail.targets[k] for k in kept], [outs[k] for k in kept], local, line)
        flag: Any = Const(False)
        if tail.stop is not None and outs[tail.stop] is not tail.targets[tail.stop]:
            flag = outs[tail.stop]
        if flag == Const(True):
            made.append(ast.Break())
        elif flag != Const(False) and flag is not UNDEF:
            made.append(ast.If(self.x.atom(flag), [ast.Break()], []))
        return made

    def copies(self, targets: Sequence[Var], values: Sequence[Any], local: Mapping[Any, Loc] = {}, line: Loc | None = None
               ) -> list[ast.stmt]:
        """targets = values, all at once, leaving out what is in place already.

        `local` are the places of values, `line` is that of the others.
        """
        pairs = []
        for t, v in zip(targets, values):
            name = self.names.of[t]
            if v is UNDEF and t in self.needed:
                v = Const(None)
            if v is UNDEF or isinstance(v, Var) and self.names.of[v] == name:
                continue
            loc = local.get(v, line) if isinstance(v, Var) else v.loc
            pairs.append(Copy(name, v, frozenset(self.names.of[u] for u in variables((v,))), loc))
        return [self.copy(group, local) for group in in_order(pairs)]

    def copy(self, group: list[Copy], shown: Container[Any]) -> ast.stmt:
        if len(group) == 1:
            made = ast.Assign([store(group[0].target)], self.x.atom(group[0].value))
        else:
            made = ast.Assign([ast.Tuple([store(c.target) for c in group], ast.Store())],
                              ast.Tuple([self.x.atom(c.value) for c in group], ast.Load()))
        loc = next((c.loc for c in group if c.loc is not None and c.loc.line), None)
        if loc is not None:
            self.quotes.annotate([made], loc, self.quotes.quote(loc) if any(c.value not in shown for c in group) else "")
        return made


def without_bool(test: ast.expr) -> ast.expr:
    """A test asks for truth values anyway: `if bool(items) and more` is `if items and more`."""
    match test:
        case ast.Call(ast.Name("bool"), [ast.expr() as inner], []):
            return without_bool(inner)
        case ast.BoolOp(op, values):
            return ast.BoolOp(op, [without_bool(v) for v in values])
        case ast.UnaryOp(ast.Not() as op, inner):
            return ast.UnaryOp(op, without_bool(inner))
    return test


def negated(test: ast.expr) -> ast.expr:
    """`not test`, in its simplest spelling."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    opposite: dict[type, type[ast.cmpop]] = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
                                             ast.In: ast.NotIn, ast.NotIn: ast.In}
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in opposite:
        return ast.Compare(test.left, [opposite[type(test.ops[0])]()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


USED_BUILTINS = ("range", "len", "reversed", "slice", "list", "dict", "min", "isinstance", "BaseException")
SYNTAX_MODULES = ("_operator", "operator", "tangentlite.ir.ops", "tangentlite.ir.updates")
