"""Loops. Every name a loop assigns is carried from one iteration to the next; dead ones are removed later."""
from __future__ import annotations

from typing import Any

import gast

from tangentlite.analyses.kinds import assign_targets
from tangentlite.errors import OutdatedError, UnsupportedError
from tangentlite.frontend.base import variable_for
from tangentlite.frontend.carried import Carried, Rows, count
from tangentlite.frontend.choices import holds_functions
from tangentlite.frontend.item_by_item import item_by_item
from tangentlite.frontend.lengths import as_long
from tangentlite.frontend.loop_memory import Assumed, LoopMemory, objects
from tangentlite.frontend.objects import Escape
from tangentlite.frontend.syntax import assigned, has_walrus, may_break, may_return, place, rebound, written
from tangentlite.frontend.unrolled import Unrolled
from tangentlite.frontend.values import (
    CODE,
    CONTAINERS,
    Conflict,
    Instance,
    Interrupted,
    Pack,
    Seen,
    common,
    flatten,
    structure,
    unflatten,
)
from tangentlite.ir import UNDEF, Block, Const, Eqn, For, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import leaves, walk

ATTEMPTS = 8  # until the kinds of the carried values no longer change


UNROLLED = 64  # iterations of a loop that puts objects of different classes into a list


class DifferentObjects(Exception):
    """An iteration puts objects of different classes into a list or dictionary."""


class Loops(Unrolled):
    def loop_over(self, node: Any, items: Any) -> None:
        if self.has_objects(items) and self.each_of(items, node) is not None:
            of_dict = isinstance(items, Instance) and items.cls is dict
            self.each(node, items if isinstance(items, Seen) else self.seen(lambda: self.each_of(items, node) or [], of_dict))
            return
        iterable = self.as_atom(items, node)
        if self.program.unrolls and self.unrolled_here(iterable, node):
            return
        env, writes, count, rebound = dict(self.env), dict(self.memory.writes), len(self.b.stmts), self.rebindings
        try:
            self.loop(node, [node.target, *node.body], node.body, iterable)
            if isinstance(items, Seen) and self.rebindings != rebound:  # what an iteration puts there, a later one may find
                self.env, self.memory.writes = env, writes
                del self.b.stmts[count:]
                self.each(node, items)
        except DifferentObjects:
            self.env, self.memory.writes = env, writes
            self.each(node, Pack(tuple(self.spread(iterable, node))))
        except OutdatedError:
            rows = self.sources_of(iterable)
            if rows is None:
                raise
            self.by_index(node, *rows)

    def unrolled_here(self, iterable: Any, node: Any) -> bool:
        """Every iteration of a loop over a short range, list or the like; False where it is none of these."""
        held: list[str] = []
        now = item_by_item(self, iterable, held, node)
        items = None if now is None else self.seen(now, True)
        self.unrolled += 0 if items is None else len(items.items)
        if items is not None and self.unrolled <= UNROLLED:
            self.each(node, items)
        for name in held:
            del self.env[name]
        return items is not None and self.unrolled <= UNROLLED

    def sources_of(self, iterable: Any) -> tuple[list[Any], bool] | None:
        """The arrays or lists that a loop takes its items from, and whether it counts them; None where there are others."""
        made = self.b.defs.get(iterable)
        paired = made is not None and made.op in (zip, enumerate) and not made.kwargs and (made.op is zip or len(made.args) == 1)
        parts = list(made.args) if paired and made is not None else [iterable]
        kinds = [self.kind(p) for p in parts if isinstance(p, Var)]
        known = [bool(K.dims_of(k)) or isinstance(k, K.Seq) and k.type == "list" for k in kinds]
        return (parts, made is not None and made.op is enumerate) if all(known) and len(known) == len(parts) else None

    def by_index(self, node: Any, parts: list[Any], counted: bool) -> None:
        """A loop that writes what it iterates over: `for k in range(len(A)): row = A[k]`."""
        names = [f"{p.hint or 'rows'}%{k} of {len(self.env)}" for k, p in enumerate(parts)]
        self.env.update(zip(names, parts))
        lengths = [self.make(len, (p,), node) for p in parts]
        indices = self.make(range, (self.make(min, tuple(lengths), node) if len(lengths) > 1 else lengths[0],), node)

        def items(k: Var) -> Any:
            taken = [self.read(self.as_atom(self.env[n], node), k, node, self.hint_of(node.target)) for n in names]
            return Pack((k, *taken)) if counted else taken[0] if len(taken) == 1 else Pack(tuple(taken))

        def unchanged(before: dict[str, Any]) -> bool:
            return all(isinstance(self.kind(before[n]), K.Array) or as_long(self.env[n], before[n], tuple(self.b.stmts)) for n in names)

        self.loop(node, [node.target, *node.body], node.body, indices, Rows(items, unchanged))
        for n in names:
            del self.env[n]

    def hint_of(self, target: Any) -> str:
        return target.id if isinstance(target, gast.Name) else ""

    def stmt_While(self, node: Any) -> None:
        if has_walrus(node.test):
            self.while_walrus(node)
        else:
            self.loop(node, [node.test, *node.body], node.body, None)

    def while_walrus(self, node: Any) -> None:
        """The test binds names for the body, so it becomes part of that."""
        ended, mark = f"ended%{id(node)}", []
        if node.orelse:
            self.env[ended] = Const(False)
            mark = [gast.Assign([gast.Name(ended, gast.Store(), None, None)], gast.Constant(True, None), None)]
        leave = gast.If(gast.UnaryOp(gast.Not(), node.test), [*mark, gast.Break()], [])
        made = gast.While(gast.Constant(True, None), [leave, *node.body], [])
        place(made, node.test)
        self.loop(gast.copy_location(made, node), [made.test, *made.body], made.body, None)
        if node.orelse:
            test = self.env.pop(ended)
            self.fork(node, test, lambda: self.body(node.orelse), lambda: None)

    def loop(self, node: Any, scope: list[Any], body: list[Any], iterable: Any, rows: Rows | None = None) -> None:
        """Lower the body until the kinds and structures it is entered with cover those it leaves behind."""
        self.interruptible(node)
        returns, breaks = may_return(body), may_break(body)
        views = {n for n in written(scope) if isinstance(v := self.env.get(n), Pack) or isinstance(v, Var) and self.is_part(v)}
        views -= rebound(scope)
        names = [n for n in assigned(scope) if n not in views and (n in self.env or n in self.locals)]
        names = sorted({*names, *(n for n in written(scope) - views if n in self.env)})
        names += ["%value"] * returns + ["%returned"] * (returns and breaks) + ["%stop"] * (returns or breaks)
        carried = self.enter(names, node)
        carried.unrolls = isinstance(node, gast.For) and rows is None and (
            self.spreads(iterable) and (self.length(iterable) or 0) <= UNROLLED)
        carried.memory.write(self.memory, (self.env.get(n) for n in written(scope)), self.loc(node))
        for _ in range(ATTEMPTS):
            self.admit_written(carried, node)
            made = self.attempt(node, body, iterable, carried, rows)
            if made is not None:
                break
            self.env.update(carried.grown)
            for n in carried.whole.intersection(carried.names):
                if carried.forms[n] is not None:
                    self.reform(carried, n, None, node)
            for n in carried.more:
                self.admit(carried, n, self.env.get(n, UNDEF), node)
            carried.more.clear()
            carried.grown.clear()
        else:
            raise self.unsupported(node, "the kinds of the values this loop carries do not settle")
        self.leave(node, made, carried, returns, breaks)

    def enter(self, names: list[str], node: Any) -> Carried:
        carried = Carried([])
        carried.entries = dict(self.env)
        for n in names:
            value = Const(False) if n in ("%stop", "%returned") else UNDEF if n == "%value" else self.env.get(n, UNDEF)
            self.admit(carried, n, value, node)
        return carried

    def admit_written(self, carried: Carried, node: Any) -> None:
        """Carry every name whose memory an iteration is known to write, but for what is taken of such memory."""
        for n, value in sorted(self.env.items(), key=lambda item: isinstance(item[1], Pack)):
            if n in carried.names or n in carried.fixed or n in carried.same or n.startswith("%") and "%%" not in n:
                continue
            known = carried.inits if isinstance(value, Pack) else ()  # objects that are carried under another name
            written = [a for a in flatten(value) if self.memory.touched(a, carried.memory.written) and not any(a is b for b in known)]
            if not all(self.follows(a, carried.memory.written) for a in written):
                self.admit(carried, n, value, node)

    def admit(self, carried: Carried, name: str, value: Any, node: Any) -> None:
        met = common([value], name, lambda k, v: self.as_atom(v, node))
        if isinstance(met, tuple):
            form, (atoms,) = met
        elif met is UNDEF or isinstance(met, (Var, Const)):
            form, atoms = None, [met]
        elif isinstance(met, Pack) and all(isinstance(a, (Var, Const)) for a in flatten(met)):
            form, atoms = (None if name in carried.whole else structure(met)), flatten(met)
            if form is None:
                atoms = [self.packing(met, node)]
        else:
            carried.fixed[name] = met
            return
        first = self.carried_as(carried, name, atoms)
        if first is not None:
            carried.same[name] = first
            return
        carried.names.append(name)
        carried.forms[name] = form
        carried.inits += atoms
        carried.kinds += [K.NEVER if a is UNDEF else self.kind(a) for a in atoms]

    def carried_as(self, carried: Carried, name: str, atoms: list[Any]) -> str | None:
        """The carried name that stands for the same object, if there is one."""
        if len(atoms) != 1 or name in carried.apart or self.memory.immutable(atoms[0]):
            return None
        return next((n for n in carried.names if carried.forms[n] is None and carried.inits[self.place(carried, n)] is atoms[0]), None)

    def attempt(self, node: Any, body: list[Any], iterable: Any, carried: Carried, rows: Rows | None) -> For | While | None:
        """One lowering of the loop; None when the kinds, structures or memory have to be widened first."""
        before, since, remembered = dict(self.memory.writes), self.memory.clock, dict(self.remembered)
        made = None
        try:
            made = self.lowered(node, body, iterable, carried, rows)
            return made
        except OutdatedError:
            known = not carried.memory.learn(self.memory.writes, since)
            self.memory.writes = before
            if known:
                raise
            return None
        finally:
            if made is None:
                self.remembered = remembered

    def lowered(self, node: Any, body: list[Any], iterable: Any, carried: Carried, rows: Rows | None) -> For | While | None:
        before, remembered = dict(self.memory.writes), set(self.remembered)
        params = self.variables(carried)
        self.sites.update((p, self.sites[a]) for p, a in zip(params, carried.inits) if a in self.sites)
        around = LoopMemory(self.memory, carried.inits, carried.memory)
        test = self.loop_test(node, carried, around) if isinstance(node, gast.While) else None
        around.enter(params)
        entry = {**self.env, **carried.bind(params), "%stop": Const(False), "%jump": Const(False), "%returned": Const(False)}
        targets: Any = ()
        with self.nested(entry) as inner, self.looping():
            self.follow(carried.memory.successors(self.memory, carried.inits, params))
            entry = dict(self.env)
            if rows is not None:
                targets = Var("k")
                self.b.kinds[targets] = K.INT
                self.assign(node.target, rows.items(targets), node)
            elif iterable is not None:
                targets = self.target_tree(node.target)
                assign_targets(targets, K.elements(self.kind(iterable), node), self.b.kinds)
                self.memory.taken(leaves(targets), iterable)
                self.bind_targets(node.target, targets, node)
                self.counters.update([(targets, iterable)] if isinstance(targets, Var) else ())
            self.body(body)
            grown = rows is not None and not rows.unchanged(entry)
            nexts = self.nexts(carried, node)
            settled = nexts is not None and self.settled(carried, entry, params, nexts, around)
            block = inner.block((*leaves(targets), *params), nexts) if nexts is not None and settled else None
            if block is not None:
                self.check_remembered(remembered, entry)
        if nexts is None or self.widen(carried, nexts) or block is None:
            self.memory.writes = before
            return None
        if any(map(self.memory.stale, self.memory.iterated(iterable))) or grown:
            raise OutdatedError("this loop writes what it iterates over", self.loc(node), "Loop over indices, or over a copy")
        endless = test is not None and test.outs[0] == Const(True)
        self.check_assigned(carried, params, block, endless)
        stop = self.position(carried, "%stop")
        if endless and stop is None and not self.attempts:
            raise self.unsupported(node, "this loop ends by an exception alone", "Leave it by `break` or `return`")
        outs = tuple(self.variables(carried))
        around.leave(outs)
        if test is not None:
            return While(outs, tuple(carried.inits), test, block, self.loc(node), stop)
        return For(outs, targets, iterable, tuple(carried.inits), block, self.loc(node), stop)

    def check_assigned(self, carried: Carried, params: list[Var], body: Block, endless: bool) -> None:
        """Raise where the first iteration reads what no statement before has assigned.

        An endless loop may end by that, so what only serves to make itself anew is seen inside of branches, too.
        """
        unset = {p for p, a in zip(params, carried.inits) if a is UNDEF}
        names = {p: n for n, value in carried.bind(params).items() for p in flatten(value) if p in unset and n.isidentifier()}
        for s in walk(body) if endless and names else body.stmts:
            if isinstance(s, Eqn) and (found := [names[a] for a in s.inputs if a in names]) and (
                    s in body.stmts or all(o.hint == found[0] for o in s.outs)):
                raise UnsupportedError(f"`{found[0]}` is read here before it is assigned", s.loc)

    def variables(self, carried: Carried) -> list[Var]:
        made = carried.variables()
        self.b.kinds.update(zip(made, carried.kinds))
        return made

    def loop_test(self, node: Any, carried: Carried, around: LoopMemory) -> Block:
        heads = self.variables(carried)
        around.enter(heads)
        with self.nested({**self.env, **carried.bind(heads)}) as inner:
            self.follow(carried.memory.successors(self.memory, carried.inits, heads))
            return inner.block(heads, [self.truth(node.test)])

    def settled(self, carried: Carried, entry: dict[str, Any], params: list[Var], nexts: list[Any],
                around: LoopMemory) -> bool:
        """Does the loop carry every name that an iteration changes, and assume of their memory what is so at its end?"""
        others = objects(self.env, self.env.keys() - set(carried.names) - set(carried.same))
        settled = around.settled(nexts, others)
        successors = carried.memory.successors(self.memory, params, nexts)
        for n, value in self.env.items():
            if n[0] == "@" and value is not entry.get(n) and self.grows(carried, n, value, entry):
                continue
            known = n in carried.names or n in carried.fixed or n in carried.objects or n in carried.same
            if known or n not in entry or n.startswith("%") and "%%" not in n:
                continue
            first, last = flatten(entry[n]), flatten(value)
            if value is not entry[n] and not (structure(entry[n]) == structure(value) and all(
                    a is b or self.corresponds(a, b, dict(successors)) for a, b in zip(first, last))):
                carried.more.append(n)
        roots = [n for n in carried.more if not any(self.follows(leaf) for leaf in flatten(entry.get(n, UNDEF)))]
        carried.more = roots or carried.more  # what is taken of them may follow
        return settled and not carried.more

    def grows(self, carried: Carried, name: str, value: Any, entry: dict[str, Any]) -> bool:
        """Note an attribute that an iteration adds to an object from before the loop."""
        key, _, part = name.partition(".")
        if key + ".#" not in entry:
            return True  # it was made in this iteration
        if part == "#":
            if self.instances[key].cls in (list, dict):
                if carried.unrolls and self.holds_different(self.instances[key]):
                    raise DifferentObjects
                raise Escape(self.instances[key].site)
            carried.grown[name] = value
        elif name not in entry and name not in carried.names:
            carried.more.append(name)
        return part == "#" or name not in entry

    def holds_different(self, owner: Instance) -> bool:
        """Does a list or dictionary hold functions, or objects of different classes?"""
        parts = [self.part(owner, k) for k in self.keys_of(owner) or ()]
        return any(map(holds_functions, parts)) or len({self.class_of(p) for p in parts} - {None}) > 1

    def nexts(self, carried: Carried, node: Any) -> list[Any] | None:
        """The leaves of the carried names at the end of the body."""
        result: list[Any] = []
        for n, fixed in list(carried.fixed.items()):
            end = self.env.get(n)
            if isinstance(fixed, Instance) and isinstance(end, Instance) and end is not fixed and self.carry_object(carried, n, fixed, end):
                return None
        moved: dict[str, Any] = {}  # all at once: two names may have changed places
        for n, one in carried.objects.items():
            end = moved.get(n, self.env.get(n))
            if not isinstance(end, Instance) or end.cls is not one.cls or self.keys_of(end) != self.keys_of(one):
                raise self.unsupported(node, f"`{n}` stands for objects with different attributes in the iterations of this loop")
            moved.update((self.entry(one, k), self.env[self.entry(end, k)]) for k in self.keys_of(one) or ())
        self.env.update(moved)
        for n, fixed in carried.fixed.items():
            if self.env.get(n) is not fixed and n not in carried.lost and not isinstance(fixed, Conflict):
                raise self.unsupported(node, f"`{n}` stands for different objects in the iterations of this loop")
        for n, first in list(carried.same.items()):
            if self.env.get(n) is not self.env.get(first):
                del carried.same[n]
                carried.apart.add(n)
                carried.more.append(n)
        if carried.more:
            return None
        for n in list(carried.names):
            value, form = self.env.get(n, UNDEF), carried.forms[n]
            if value is UNDEF:
                result += [UNDEF] * count(form)
            elif isinstance(value, (*CODE, *CONTAINERS)):
                self.drop(carried, n, node)
                return None
            elif form is None:
                k = self.position(carried, n)
                if isinstance(value, Pack) and k is not None and carried.inits[k] is UNDEF and n not in carried.whole:
                    self.reform(carried, n, structure(value))
                    return None
                result.append(self.packing(value, node))
            elif isinstance(value, Pack) and structure(value) == form:
                result += [self.as_atom(v, node) for v in flatten(value)]
            else:
                carried.whole.add(n)
                return None
        return result

    def carry_object(self, carried: Carried, name: str, fixed: Instance, end: Instance) -> bool:
        """Carry an object part by part, if another one takes its place at the end of an iteration."""
        keys = self.keys_of(fixed)
        if fixed.cls is not end.cls or keys is None or self.keys_of(end) != keys or name in carried.lost:
            return False
        made = carried.objects[name] = self.either(fixed, end)
        del carried.fixed[name]
        carried.grown[made.key + ".#"] = Const(keys)
        for k in keys:
            carried.grown[self.entry(made, k)] = carried.entries[self.entry(fixed, k)]
            carried.more.append(self.entry(made, k))
        return True

    def drop(self, carried: Carried, name: str, node: Any) -> None:
        """A function made in every iteration is not carried to the next one."""
        at, now = self.position(carried, name), self.env[name]
        end = at + count(carried.forms[name]) if at is not None else 0
        if at is None or at == end or any(a is not UNDEF and self.kind(a) != K.NEVER for a in carried.inits[at:end]):
            if isinstance(now, Interrupted):
                raise self.half_done(node, now)
            raise self.unsupported(node, f"`{name}` stands for different objects in the iterations of this loop")
        carried.names.remove(name)
        carried.memory = Assumed()
        del carried.inits[at:end], carried.kinds[at:end], carried.forms[name]
        carried.fixed[name] = carried.lost[name] = Conflict(name)

    def reform(self, carried: Carried, name: str, form: Any, node: Any = None) -> None:
        """Carry a name in another structure from now on."""
        carried.memory = Assumed()
        start = sum(count(carried.forms[n]) for n in carried.names[:carried.names.index(name)])
        end = start + count(carried.forms[name])
        if form is None:
            whole = self.packing(unflatten(carried.forms[name], iter(carried.inits[start:end])), node)
            carried.inits[start:end], carried.kinds[start:end] = [whole], [self.kind(whole)]
        else:
            carried.inits[start:end] = [UNDEF] * count(form)
            carried.kinds[start:end] = [K.NEVER] * count(form)
        carried.forms[name] = form

    def widen(self, carried: Carried, nexts: list[Any]) -> bool:
        joined = [K.join(k, K.NEVER if a is UNDEF else self.kind(a), (carried.key, j))
                  for j, (k, a) in enumerate(zip(carried.kinds, nexts))]
        if joined == carried.kinds:
            return False
        carried.kinds = joined
        return True

    def position(self, carried: Carried, name: str) -> int | None:
        return self.place(carried, name) if name in carried.names else None

    def place(self, carried: Carried, name: str) -> int:
        return sum(count(carried.forms[n]) for n in carried.names[:carried.names.index(name)])

    def leave(self, node: Any, made: For | While, carried: Carried, returns: bool, breaks: bool) -> None:
        """Bind the names after the loop; run its `else`; let an outer loop know of a return."""
        self.b.stmts.append(made)
        control: dict[str, Any] = {n: self.env[n] for n in ("%jump", "%stop", "%returned", "%value") if n in self.env}
        after = carried.bind(list(made.outs))
        stopped = after.pop("%stop", Const(False))
        self.env = {**self.env, **after, **control}
        self.follow(carried.memory.successors(self.memory, carried.inits, made.outs))
        if returns:
            returned = after.get("%returned", stopped)
            self.env.update({"%returned": returned, "%jump": returned, "%value": after["%value"]})
            if self.in_loop:
                self.env["%stop"] = returned
        if node.orelse:
            self.otherwise(node, stopped)

    def otherwise(self, node: Any, stopped: Any) -> None:
        """The `else` of a loop runs unless the loop was left by `break` or `return`."""
        if stopped == Const(False):
            self.body(node.orelse)
        else:
            self.fork(node, stopped, lambda: None, lambda: self.body(node.orelse))

    # -- targets ---------------------------------------------------------------------------------------------------------

    def target_tree(self, target: Any) -> Any:
        match target:
            case gast.Name():
                return variable_for(target.id)
            case gast.Tuple() | gast.List():
                return tuple(self.target_tree(t) for t in target.elts)
        raise self.unsupported(target, "this loop target cannot be differentiated yet")

    def bind_targets(self, target: Any, tree: Any, node: Any) -> None:
        if isinstance(target, gast.Name):
            self.env[target.id] = tree
        else:
            for t, v in zip(target.elts, tree):
                self.bind_targets(t, v, node)

    def assign(self, target: Any, value: Any, node: Any) -> None:
        raise NotImplementedError
