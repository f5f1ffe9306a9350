"""Calls: of functions with a rule, of functions of the user's (lowered in their turn), of local functions (in place)."""
from __future__ import annotations

import builtins
import functools
import inspect
import itertools
import operator
from collections.abc import Sequence
from dataclasses import replace
from types import FunctionType, MethodType
from typing import Any

import gast
import numpy as np

from tangentlite.containers import __name__ as STAND_INS
from tangentlite.errors import InPlaceError, OutdatedError
from tangentlite.frontend import callbacks, called_objects, collection_types, distributions, inner_gradients, kernels, solvers
from tangentlite.frontend.construction import is_constructed
from tangentlite.frontend.handed_on import handing_on
from tangentlite.frontend.in_place_calls import InPlaceCalls
from tangentlite.frontend.memory import immutable
from tangentlite.frontend.objects import is_object
from tangentlite.frontend.signatures import complaint
from tangentlite.frontend.values import (
    CODE,
    Choice,
    Instance,
    Keyed,
    Keywords,
    Live,
    Local,
    Pack,
    Partial,
    Rest,
    Stream,
    Super,
    flatten,
    positions,
    structure,
    unflatten,
)
from tangentlite.ir import Call, Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.compiled import interpreted, is_compiled, is_vectorized
from tangentlite.ir.ops import DictDisplay, call_method
from tangentlite.ir.trace import Captured, lookup
from tangentlite.ir.transformation import FACTORY, transformation_of
from tangentlite.libraries import LIBRARIES
from tangentlite.objects import is_named_tuple
from tangentlite.rules import rule_of
from tangentlite.rules.callees import normal
from tangentlite.rules.effects import MUTATING, write_of
from tangentlite.rules.polynomial_bases import EVALUATED
from tangentlite.rules.registry import OBJECTS, called_object

IN_PLACE = (InPlaceError, OutdatedError)  # functions with them are lowered in place
TAKING = ("extend", "update")  # methods that take the items of another container
CALLED_TOO_LATE = "a function known only at run time cannot be called here yet"


class Calls(InPlaceCalls):
    def expr_Call(self, node: Any, name: str) -> Any:
        if isinstance(node.func, gast.Attribute):
            owner = self.expr(node.func.value)
            if self.is_object(owner):
                function = self.attribute(owner, node.func.attr, node.func)
            elif distributions.are_frozen(owner):
                function = distributions.method(self, owner, node.func.attr, node.func)
            elif not isinstance(owner, Live):
                return self.method_call(node, owner, name)
            else:
                function = self.live_attribute(owner, node.func.attr, node.func)
        else:
            function = self.expr(node.func)
        if len(node.args) == 1 and isinstance(node.args[0], gast.GeneratorExp) and not node.keywords:
            return self.apply(function, [self.generated(function, node.args[0])], {}, node, name)
        args, keywords = self.arguments(node)
        if isinstance(function, Live) and function.value is zip and len(args) == 1 and isinstance(args[0], Rest):
            return self.columns(args[0].items, node)
        return self.apply(function, self.with_rest(function, args, node), keywords, node, name)

    def apply(self, function: Any, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
        """Call what a name stands for."""
        match function:
            case Local(generates=True):
                return self.generate(lambda: self.call_local(function, args, keywords, node), [function, *args, *keywords.values()],
                                     function.node, node)
            case Local():
                return self.call_local(function, args, keywords, node)
            case Partial():
                return self.apply(function.function, [*function.args, *args], {**function.keywords, **keywords}, node, name)
            case Live(functools.partial() as made):
                self.watch(function)
                first = [self.data(Live(v), node) for v in made.args]
                given = {k: self.data(Live(v), node) for k, v in made.keywords.items()}
                return self.apply(Live(made.func), [*first, *args], {**given, **keywords}, node, name)
            case Live(functools.partial) if args:
                self.watch(function)
                return Partial(args[0], tuple(args[1:]), keywords)
            case Live() if interpreted(function.value) is not function.value:
                self.watch(function)
                path = function.path if is_compiled(function.value) else ()
                return self.apply(replace(function, value=interpreted(function.value), path=path), args, keywords, node, name)
            case Live() if is_vectorized(function.value):
                self.watch(function)
                return callbacks.of_numbers(self, node, name, Live(function.value._dispatcher.py_func), args, keywords)
            case Live(builtins.super):
                return self.super_of(args, node)
            case Choice():
                return self.choose(node, function.test, lambda: self.apply(function.then, args, keywords, node, ""),
                                   lambda: self.apply(function.orelse, args, keywords, node, ""), "ifexp", name)
            case Live(functools._lru_cache_wrapper() as cached) if all(isinstance(self.kind_of_value(a), K.Number) for a in args):
                self.watch(function)
                return self.apply(Live(cached.__wrapped__), args, keywords, node, name)
            case Live(np.vectorize() as made):
                self.watch(function)
                return callbacks.over_elements(self, node, name, Live(made.pyfunc), *args, **callbacks.options(self, made, keywords, node))
            case Live(MethodType() as bound) if bound.__name__ == "_make" and is_named_tuple(bound.__self__) and len(args) == 1 and (
                    self.spreads(args[0])):
                return self.construct(bound.__self__, self.spread(args[0], node), keywords, node)
            case Live(MethodType() as bound) if (of := called_object(type(bound.__self__))) is not None and bound.__name__ in of.same:
                return self.apply(Live(bound.__self__, function.path[:-1], function.home), args, keywords, node, name)
            case Live(MethodType() as bound) if distributions.is_users(bound.__self__):
                frozen = distributions.of_user(self, Live(bound.__self__, function.path[:-1], function.home), node)
                return self.apply(distributions.method(self, frozen, bound.__name__, node), args, keywords, node, name)
            case Live(of) if distributions.is_distribution(of):
                self.watch(function)
                return distributions.made(self, function, args, keywords, node)
            case Live(of) if collection_types.is_container(of):
                self.watch(function)
                return collection_types.made(self, of, args, keywords, node, name)
            case Live(type() as of) if called_object(of) is not None:
                return self.call_live(function, called_objects.arrays(self, of, args, node), keywords, node, name)
            case Live(of) if called_object(type(of)) is not None:
                self.watch(function)
                return called_objects.called(self, function, args, keywords, node, name)
            case Live(value) if is_constructed(value) and rule_of(value) is None:
                self.watch(function)
                if self.home is self.root:
                    self.program.spell(self.root, value, function.path)
                return self.construct(value, args, keywords, node)
            case _ if self.class_of(function) is not None:
                return self.apply(self.special_method(function, "__call__", node), args, keywords, node, name)
            case Live():
                return self.call_live(function, args, keywords, node, name)
            case Var() if called_objects.class_of(self, function) is not None:
                return called_objects.called(self, function, args, keywords, node, name)
            case Var() if K.is_function(kind := self.kind(function)):
                return self.apply(Live(kind.value, atom=function), args, keywords, node, name)
            case Var() if (parts := self.call_made(function, args, keywords, node, name)) is not None:
                return parts
            case Var() if len(args) == 1 and not keywords:
                return self.call_polynomial(function, args[0], node, name)
        raise self.unsupported(node, CALLED_TOO_LATE)

    def call_made(self, function: Var, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
        """Call a bound method, or what `operator.itemgetter` gives."""
        made = self.b.defs.get(function)
        if made is not None and made.op is getattr and isinstance(made.args[1], Const):
            return self.method_of(made.args[0], made.args[1].value, args, keywords, node, name)
        if made is not None and made.op is operator.itemgetter and len(args) == 1:
            parts = tuple(self.read(self.as_atom(args[0], node), key, node, "") for key in made.args)
            return parts[0] if len(parts) == 1 else Pack(parts)
        if made is not None and made.op is operator.attrgetter and len(args) == 1 and self.is_object(args[0]):
            found = tuple(functools.reduce(lambda owner, name: self.attribute(owner, name, node), key.value.split("."), args[0])
                          for key in made.args if isinstance(key, Const))
            return found[0] if len(found) == 1 else Pack(found)
        return None

    def call_polynomial(self, function: Var, x: Any, node: Any, name: str) -> Any:
        """`Polynomial(c)(x)` is `polyval(x, c)`."""
        made = self.b.defs.get(function)
        evaluate = EVALUATED.get(made.op) if made is not None and isinstance(made.op, type) else None
        if made is None or evaluate is None or len(made.args) != 1 or made.kwargs:
            raise self.unsupported(node, CALLED_TOO_LATE)
        return self.make(evaluate.function, evaluate.order(self.as_atom(x, node), made.args[0]), node, name)

    def super_of(self, args: list[Any], node: Any) -> Any:
        """`super()` in a method: the class that the method stands in, and its first argument."""
        if not args and "__class__" not in self.home.__code__.co_freevars:
            raise self.unsupported(node, "`super()` cannot be differentiated outside of a method")
        if not args:
            cls, first = lookup(self.home, "__class__"), self.frame.source.node.args.args
            args = [Live(cls), self.env[first[0].id]]
        if len(args) != 2 or not isinstance(args[0], Live):
            raise self.unsupported(node, "`super()` takes a class and an object")
        return Super(args[0].value, args[1])

    def kind_of_value(self, value: Any) -> Any:
        return self.kind(value) if isinstance(value, (Var, Const)) else None

    def arguments(self, node: Any) -> tuple[list[Any], dict[str, Any]]:
        args, given = self.beside(Pack(tuple(self.display(node.args))), [k.value for k in node.keywords],
                                  lambda: self.display([k.value for k in node.keywords]))
        keywords: dict[str, Any] = {}
        for k, value in zip(node.keywords, given):
            more = self.keyword_items(value, node) if k.arg is None else {k.arg: value}
            for twice in set(more).intersection(keywords):
                raise self.unsupported(node, f"the keyword argument `{twice}` is given twice")
            keywords.update(more)
        return list(args.items), keywords

    def keyword_items(self, value: Any, node: Any) -> dict[str, Any]:
        """The items of a dictionary passed with `**`, whose keys must be known."""
        value = self.iterated(value, node)
        if isinstance(value, Keywords):
            return dict(zip(value.keys, value.items))
        if isinstance(value, Instance) and value.cls is dict and (keys := self.keys_of(value)) is not None:
            return {k: self.part(value, k) for k in keys}
        made = self.b.defs.get(value) if isinstance(value, Var) else None
        if made is not None and isinstance(made.op, DictDisplay) and all(isinstance(k, str) for k in made.op.keys):
            return dict(zip(made.op.keys, made.args))
        given = made.op() if made is not None and isinstance(made.op, Captured) else None
        if isinstance(given, dict) and all(isinstance(k, str) for k in given):
            return {k: self.make(operator.getitem, (value, Const(k)), node) for k in given}
        raise self.unsupported(node, "`**` of a dictionary whose keys are not known cannot be differentiated yet")

    def method_call(self, node: Any, owner: Any, name: str) -> Any:
        if isinstance(owner, Instance):
            args, keywords = self.arguments(node)
            args = [self.items(a, node) for a in self.with_rest(None, args, node)]
            return self.call_container(owner, node.func.attr, args, keywords, node)
        given = [*node.args, *(k.value for k in node.keywords)]
        receiver, (args, keywords) = self.beside(self.as_atom(owner, node), given, lambda: self.arguments(node))
        return self.method_of(receiver, node.func.attr, self.with_rest(None, args, node), keywords, node, name)

    def method_of(self, receiver: Any, method: str, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
        """`receiver.method(*args, **keywords)`."""
        if method == "__getitem__" and len(args) == 1:
            return self.read(receiver, self.as_atom(args[0], node), node, name)
        if isinstance(receiver, Var) and (of := called_objects.class_of(self, receiver)) is not None and method in OBJECTS[of].same:
            return called_objects.called(self, receiver, args, keywords, node, name)
        args = [self.items(a, node) if isinstance(a, Stream) else self.iterated(a, node) if method in TAKING else a for a in args]
        if method == "copy" and not args and not keywords and isinstance(kind := self.kind(receiver), K.Seq) and kind.type == "list":
            return self.make(list, (receiver,), node, name)
        if isinstance(receiver, Var) and (write := self.mutation(method, receiver)) is not None:
            return self.mutated(write, [receiver, *args], keywords, node, method)
        if method in MUTATING and isinstance(self.kind(receiver), (K.Array, K.Seq, K.Unknown)):
            raise self.unsupported(node, f"`.{method}()` changes its object in place, which cannot be differentiated yet")
        atoms = tuple(self.as_atom(a, node) for a in args)
        function = normal(call_method, (receiver, Const(method), *atoms), (), self.kind(receiver))[0]
        if function is not call_method:
            written = self.written_out(function, [receiver, *args], keywords, node)
            if written is not None:
                return written
            (_, *args), keywords = self.not_written(function, [receiver, *args], keywords)
            atoms = atoms[:len(args)]
            self.refuse_write(function, 1 + len(atoms), keywords, node)
        keyword_atoms = {k: self.as_atom(v, node) for k, v in keywords.items()}
        return self.make(call_method, (receiver, Const(method), *atoms), node, name, **keyword_atoms)

    # -- functions known now -------------------------------------------------------------------------------------------

    def call_live(self, function: Live, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
        op = function.value
        if not callable(op):
            raise self.unsupported(node, f"`{'.'.join(function.path)}` is not callable")
        if wrong := complaint(op, len(args), tuple(keywords)):
            raise self.raises(node, wrong, TypeError, wrong)
        if callbacks.takes_function(op):
            self.watch(function)
            return callbacks.lowered(self, op, args, keywords, node, name)
        if (caller := solvers.caller_of(op)) is not None:
            self.watch(function)
            self.program.spell(self.home, op, function.path)
            return solvers.solved(self, op, caller, args, keywords, node, name)
        if (write := self.mutation(op)) is not None:
            self.watch(function)
            return self.mutated(write, args, keywords, node, ".".join(function.path))
        if rule_of(op) is not None and (written := self.written_out(op, args, keywords, node)) is not None:
            self.watch(function)
            return written
        args, keywords = self.not_written(op, args, keywords) if rule_of(op) is not None else (args, keywords)
        if inert := self.known_at_transform_time(op, args, keywords, node):
            return inert
        self.watch(function)
        if (made := self.builtin(op, args, keywords, node, name)) is not None or (
                made := self.decorated(op, args, keywords, node)) is not None:
            return made
        if (inner := self.unwrapped(function, args, keywords, node)) is not None:
            return self.apply(inner, args, keywords, node, name)
        if self.home is self.root:
            self.program.spell(self.root, op, function.path)
        if rule_of(op) is None and isinstance(op, (FunctionType, MethodType)):
            if inspect.isgeneratorfunction(op) and (op.__module__ or "").partition(".")[0] not in LIBRARIES:
                generator = self.program.source(op.__func__ if isinstance(op, MethodType) else op).node  # type: ignore[arg-type]
                return self.generate(lambda: self.call_generator(function, args, keywords, node), [*args, *keywords.values()],
                                     generator, node)
            called = self.call_user(function, args, keywords, node, name)
            if called is not None:
                return called
        made_here = any(isinstance(leaf, (Local, Partial)) for a in (*args, *keywords.values()) for leaf in flatten(a))
        if made_here and (getattr(op, "__module__", None) or "").partition(".")[0] in ("numpy", "scipy"):
            what = f"`{'.'.join(function.path) or getattr(op, '__name__', op)}` is given a function that is made here"
            raise self.unsupported(node, f"{what}, through which its derivative would have to go", "Write out what it does")
        atoms = tuple(self.as_atom(a, node) for a in args)
        return self.make(op, atoms, node, name, **{k: self.as_atom(v, node) for k, v in keywords.items()})

    def known_at_transform_time(self, op: Any, args: list[Any], keywords: dict[str, Any], node: Any) -> Any:
        """len() of a tuple of known length; what would have to change its caller's scope is refused."""
        if (mode := getattr(op, FACTORY, None)) and all(isinstance(a, (Live, Const)) for a in (*args, *keywords.values())):
            return Live(op(*(a.value for a in args), **{k: a.value for k, a in keywords.items()}))
        if mode and args:
            return inner_gradients.derived(self, mode, args, keywords, node)
        if (found := self.about_object(op, args, keywords, node)) is not None:
            return found
        if op is len and len(args) == 1 and isinstance(args[0], Pack | Instance) and (items := self.each_of(args[0], node)) is not None:
            return Const(len(items))
        if op in (bool, int, float, complex) and not args:
            return Const(op())
        if op is list and not args:
            return self.listed([], node, "")
        if op is dict and not args:
            return self.make(DictDisplay(tuple(keywords)), tuple(self.as_atom(v, node) for v in keywords.values()), node)
        if op is dict and len(args) == 1 and not keywords and isinstance(args[0], Instance) and args[0].cls is dict:
            return self.call_container(args[0], "copy", [], {}, node)
        if op in (tuple, list) and len(args) == 1 and isinstance(args[0], Pack):
            return args[0] if op is tuple else self.listed(list(args[0].items), node, "")
        if op in (tuple, list) and len(args) == 1 and isinstance(args[0], Instance) and (items := self.each_of(args[0], node)) is not None:
            return Pack(tuple(items)) if op is tuple else self.listed(items, node, "")
        if op in (locals, globals, vars, eval, exec, super, setattr, delattr, compile, __import__):
            raise self.unsupported(node, f"`{op.__name__}()` cannot be differentiated")
        self.refuse_write(op, len(args), keywords, node)
        return None

    def refuse_write(self, op: Any, count: int, keywords: dict[str, Any], node: Any) -> None:
        """A function that writes into its arguments would change values that the trace holds to be fixed."""
        given = [k for k, v in keywords.items() if v != Const(None)]
        if what := write_of(op, count, given):
            raise self.unsupported(node, f"{what}, which cannot be differentiated yet")

    def call_generator(self, function: Live, args: list[Any], keywords: dict[str, Any], node: Any) -> Any:
        """The list of what a generator yields."""
        items = self.call_user(function, args, keywords, node, "")
        if items is None:
            raise self.program.errors[getattr(function.value, "__func__", function.value)]
        return items

    def call_user(self, function: Live, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
        """A call of a function with readable source; None where there is none to read."""
        target = function.value
        if isinstance(target, MethodType):
            owner = Live(target.__self__, function.path[:-1], function.home)
            args, target = [owner, *args], target.__func__
        if target.__module__ == STAND_INS:
            return self.call_inline(target, self.program.bind(target, args, keywords, self, node), node)
        known = self.program.errors.get(target)
        if isinstance(known, OutdatedError) and self.pools is None:
            raise known
        if not isinstance(target, FunctionType) or self.program.opaque(target) and not isinstance(known, IN_PLACE):
            return None
        self.b.loc = self.loc(node)
        bound = self.program.bind(target, args, keywords, self, node)
        if bound is None:
            return None
        objects = any(isinstance(leaf, CODE) or is_object(leaf) for v in bound.values() for leaf in flatten(v))
        inline = objects and transformation_of(target) is None and target not in self.program.recursive
        if inline and (handed := handing_on(self, target, bound)) is not None:
            return self.call_local(*handed, node)
        if inline:
            return self.call_inline(target, bound, node)
        if isinstance(known, IN_PLACE):
            return self.call_in_place(target, bound, node)
        atoms = [self.as_atom(leaf, node) for value in bound.values() for leaf in flatten(value)]
        forms = {p: structure(v) for p, v in bound.items()}
        made = self.program.callee(target, forms, [self.kind(a) for a in atoms])
        if made is None:
            error = self.program.errors.get(target)
            if isinstance(error, OutdatedError) and self.pools is None:
                raise error
            return self.call_in_place(target, bound, node) if isinstance(error, IN_PLACE) else None
        if self.gives_back(made):
            return self.call_inline(target, bound, node)
        return self.result_of_call(made, atoms, self.written(forms, bound), name, node)

    def call_in_place(self, target: FunctionType, bound: dict[str, Any], node: Any) -> Any:
        """Call a function that has no meaning of its own; one that is compiled gets a form that has."""
        made = kernels.called(self, target, bound, node)
        return self.call_inline(target, bound, node) if made is None else made[0]

    def gives_back(self, made: Any) -> bool:
        """May a function return memory that it was given, so that it matters to its caller which?"""
        fn, _, kinds, memory = made
        return fn not in self.program.assumed and any(not p.new and not immutable(k) for p, k in zip(memory, kinds))

    def result_of_call(self, made: Any, atoms: list[Any], written: Any, name: str, node: Any, names: Sequence[str] = ()) -> Any:
        """Append the call of a function of the program; give what it returns. `names` are those of the leaves."""
        fn, form, kinds, owned = made
        self.check_fresh(atoms, node)
        self.interruptible(node)
        target_names = names or ([name] if form is None and name and kinds else [""] * len(kinds))
        outs = tuple(self.new(n) for n in target_names)
        self.b.kinds.update(zip(outs, kinds))
        self.memory.called(outs, owned, atoms)
        tree = positions(form, itertools.count()) if outs else ()
        self.b.stmts.append(Call(outs, fn, tuple(atoms), self.b.loc, written, tree))
        if not outs and form is None:
            return Const(None)
        return unflatten(form, iter(outs))

    def written(self, forms: dict[str, Any], bound: dict[str, Any]) -> tuple[tuple[str | None, Any], ...]:
        counter = itertools.count()
        return tuple(entry for p in bound for entry in (
            zip([f"**{k}" for k in forms[p].keys], positions(forms[p], counter)) if isinstance(forms[p], Keyed)
            else [(p, positions(forms[p], counter))]))
