"""Objects in lists, of one class or of several, many of them; objects and functions that a test chooses."""
from __future__ import annotations

import functools
import math

import numpy as np

from tests.corpus import Case


class Dense:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def __call__(self, x):
        return math.tanh(self.w * x + self.b)

    def forward(self, x):
        return math.tanh(self.w * x + self.b)


class Relu:
    def __call__(self, x):
        return max(x, 0.1 * x)

    def forward(self, x):
        return max(x, 0.1 * x)


class Scale:
    def __init__(self, k):
        self.k = k

    def __call__(self, x):
        return self.k * x

    def forward(self, x):
        return self.k * x


class Net:
    def __init__(self, layers):
        self.layers = layers

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Holder:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def __getitem__(self, k):
        return self.w * k

    def __len__(self):
        return 3


class Holder2(Holder):
    def __getitem__(self, k):
        return self.b * k

    def __add__(self, o):
        return self.w + o


class Build:
    def __init__(self, w, n):
        self.layers = []
        for k in range(3):
            self.layers.append(Dense(w, 0.1 * k))
            self.layers.append(Relu())
        self.layers.append(Scale(w))

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def dense(k):
    return Dense(0.5 + 0.01 * k, 0.1 * k)


def scale(k):
    return Scale(0.9 + 0.01 * k)


def mixed(n):
    return [dense(k) if k % 2 else scale(k) for k in range(n)]


G = [dense(k) for k in range(20)]
GM = mixed(20)
NET = Net(mixed(4))
NETL = Net(mixed(40))
FS = [math.sin, math.cos] * 10


def same_arg(net, x):
    return net(x)


def mixed_arg(net, x):
    return net(x)


def list_arg(layers, x):
    for layer in layers:
        x = layer.forward(x)
    return x


def list_mixed(layers, x):
    for layer in layers:
        x = layer.forward(x)
    return x


def list_mixed_long(layers, x):
    for k, layer in enumerate(layers):
        x = layer.forward(x) + 0.01 * k
    return x


def nested_long(layers, x):
    for pair in layers:
        for layer in pair:
            x = layer.forward(x)
    return x


def made_long(x):
    layers = [Dense(0.5 + 0.01 * k, x) for k in range(20)]
    for layer in layers:
        x = layer(x)
    return x


def made_mixed(x):
    layers = [Dense(0.5, x), Relu(), Scale(x), Relu(), Dense(x, 0.1)]
    for layer in layers:
        x = layer(x)
    return x


def made_mixed_loop(x):
    layers = []
    for k in range(5):
        layers.append(Dense(0.5 + 0.01 * k, x))
        layers.append(Relu())
    for layer in layers:
        x = layer(x)
    return x


def made_literal(x):
    layers = [Dense(0.5, x), Dense(0.6, x), Dense(0.7, x), Dense(0.5, x), Dense(0.6, x), Dense(0.7, x),
              Dense(0.4, x), Dense(0.3, x), Dense(0.2, x), Dense(0.1, x),
              Dense(0.5, x), Dense(0.6, x), Dense(0.7, x), Dense(0.5, x), Dense(0.6, x), Dense(0.7, x), Dense(0.5, x), Relu(), Scale(2.0)]
    for layer in layers:
        x = layer(x)
    return x


def chosen_by_flag(x, flag):
    layer = Dense(0.5, x) if flag else Scale(x)
    return layer(x) * x


def chosen_by_number(x, y):
    layer = Dense(0.5, x) if x > y else Scale(x)
    return layer(x) * x


def chosen_by_branch(x, y):
    if x < y:
        layer = Dense(0.5, x)
    else:
        layer = Scale(x)
    return layer.forward(x) * x


def chosen_in_list(x, y):
    layer = Dense(0.5, x) if x > y else Scale(x)
    layers = [layer, Relu()]
    for layer in layers:
        x = layer(x)
    return x


def global_layers(x):
    for layer in G:
        x = layer(x)
    return x


def global_mixed(x):
    for layer in GM:
        x = layer(x)
    return x


def global_net(x):
    return NET(x)


def global_net_long(x):
    return NETL(x)


def many_functions(x):
    for f in FS:
        x = f(x)
    return x


def reduced_layers(layers, x):
    return functools.reduce(lambda v, layer: layer(v), layers, x)


def layers_by_index(layers, x):
    return layers[-1](x) * layers[0](x) * layers[3](x)


def dict_of_layers(layers, x):
    for name, layer in layers.items():
        x = layer(x)
    return x


def dict_same(layers, x):
    for name, layer in layers.items():
        x = layer(x)
    return x


def layers_of_numbers(params, x):
    for W, b in params:
        x = math.tanh(W * x + b)
    return x


def layers_of_arrays(params, x):
    h = np.full(2, x)
    for W, b in params:
        h = np.tanh(W @ h + b)
    return h.sum()


def layers_of_two_structures(params, x):
    h = np.full(2, x)
    for p in params:
        if isinstance(p, dict):
            h = h * p["g"]
        else:
            h = np.tanh(p[0] @ h + p[1])
    return h.sum()


def loop_choice(x, y):
    t = 0.0
    for v in (x, y, x * y):
        layer = Dense(v, 0.1) if v > 1.0 else Scale(v)
        t += layer(v)
    return t


def pick(v):
    if v > 1.0:
        return Dense(v, v * v)
    return Scale(v)


def pick_from_function(x, y):
    return pick(x)(y) * pick(y).forward(x)


def attr_read(x, y):
    found = Dense(x, y) if x > y else Holder(y * y, x)
    return found.w * found.b


def attr_write(x, y):
    a, b = Holder(x, y), Dense(y, x)
    c = a if x > y else b
    c.w = c.w * x
    c.b += y
    return a.w * b.w + a.b * b.b + c.w


def special_of_either(x, y):
    a, b = Holder(x, y), Holder2(y, x)
    c = b if x > y else a
    return c[2] * len(c)


def class_asked_of_either(x, y):
    c = Dense(x, y) if x > y else Holder(y * y, x)
    return c.w * (2.0 if isinstance(c, Dense) else x)


def one_of_three(x, y):
    if x > 2.0:
        c = Dense(x, y)
    elif x > 1.0:
        c = Scale(x)
    else:
        c = Relu()
    return c(y)


def method_ref(x, y):
    c = Dense(x, y) if x > y else Scale(x)
    f = c.forward
    return f(x) + list(map(f, [y]))[0]


def sharedstate(x, y):
    a, b = Holder(x, y), Dense(y, x)
    h = [a, b]
    c = h[0] if x > y else h[1]
    a.w = a.w * 2
    return c.w * b.w


def object_under_key(x, n):
    layers = {"d": Dense(x, 0.1), "s": Scale(x)}
    t = x
    for k in ("d", "s", "d"):
        t = layers[k](t)
    return t


def object_at_index(x, n):
    layers = [Dense(x, 0.1), Scale(x), Relu()]
    t = x
    for k in range(n):
        t = layers[k % 3](t)
    return t


def made_mixed_init(x, n):
    net = Build(x, n)
    return net(x)


def append_fs(x):
    fs = []
    fs.append(math.sin)
    fs.append(lambda v: v * x)
    for f in fs:
        x = f(x)
    return x


def dict_objs(x):
    d = {}
    d["a"] = Dense(x, 0.1)
    d["b"] = Scale(x)
    for k, layer in d.items():
        x = layer(x)
    return x + d["a"].w


def append_while(x):
    ls = []
    while len(ls) < 3:
        ls.append(Dense(x, 0.1))
    for layer in ls:
        x = layer(x)
    return x


def registered_functions(x):
    hooks = {}
    def register(name, f):
        hooks[name] = f
    register("a", lambda v: v * v)
    register("b", math.sin)
    return hooks["a"](x) * hooks["b"](x)


def closures_in_list(x):
    fs = []
    for k in range(3):
        fs.append(lambda v, k=k: v * k + x)
    return sum(f(x) for f in fs)


def add_layer(layers, layer):
    layers.append(layer)
    return layers


def alias_choice(x, y):
    a, b = Dense(x, y), Scale(y)
    c = a if x > y else b
    if x > y:
        a.w = a.w * 3.0
    else:
        b.k = 2.0
    return c(x)


def choice_reassign(x, y):
    a = Dense(x, y)
    c = a if x > y else Scale(y)
    a.w = 5.0 * x
    a = Scale(x)
    return c(x) * a(y)


def choice_write_alias(x, y):
    a, b = Holder(x, y), Dense(y, x)
    c = a if x > y else b
    d = c
    d.w = x * y
    return a.w * b.w * c.w


def choice_nested(x, y):
    first = Dense(x, y) if x > y else Scale(x)
    b = first if y > 0.1 else Relu()
    return b(x) + first(y)


def choice_loop_state(x):
    a, b = Holder(x, 1.0), Dense(x, 2.0)
    for k in range(4):
        c = a if k % 2 == 0 else b
        c.w = c.w * x + k
    return a.w * b.w


def list_aliased(x):
    ls = []
    other = ls
    other.append(Dense(x, 0.1))
    ls.append(Scale(x))
    for layer in other:
        x = layer(x)
    return x * len(ls)


def list_in_obj(x):
    h = Holder([], x)
    ls = h.w
    ls.append(Dense(x, 0.1))
    h.w.append(Relu())
    for layer in h.w:
        x = layer(x)
    return x


def list_callee(x):
    ls = []
    add_layer(ls, Dense(x, 0.1))
    ls2 = add_layer(ls, Scale(x))
    for layer in ls:
        x = layer(x)
    return x * len(ls2)


def list_numbers_then_obj(x):
    ls = [x, 2.0]
    ls.append(Dense(x, 0.1))
    return ls[0] * ls[2](ls[1])


def list_obj_rt(x, n):
    ls = []
    for k in range(n):
        ls.append(Dense(x * k, 0.1))
    for layer in ls:
        x = layer(x)
    return x


def unroll_carry(x):
    ls = []
    t = x
    for k in range(3):
        ls.append(Dense(t, 0.1))
        ls.append(Scale(t))
        t = ls[-1](t) * ls[-2](x)
        if k == 1:
            continue
        t = t + 0.1
    return t + sum(layer(x) for layer in ls)


def unroll_else(x):
    ls = []
    for k in range(2):
        ls.append(Dense(x, 0.1))
        ls.append(Relu())
    else:
        ls.append(Scale(x))
    t = x
    for layer in ls:
        t = layer(t)
    return t


def return_choice_attr(x, y):
    h = Holder(Dense(x, y) if x > y else Scale(x), y)
    h2 = h
    h2.w = Scale(y)
    return h.w(x)


def tuple_mix(x, y):
    layer = Dense(x, y) if x > y else Scale(x)
    pair = (layer, x)
    f, v = pair
    return f(v)


CASES = [
    Case(same_arg, [(Net([dense(k) for k in range(20)]), 1.3)]),
    Case(mixed_arg, [(Net(mixed(20)), 1.3)]),
    Case(list_arg, [([dense(k) for k in range(20)], 1.3)]),
    Case(list_mixed, [(mixed(6), 1.3)]),
    Case(list_mixed_long, [(mixed(20), 1.3)]),
    Case(nested_long, [([[dense(k), scale(k)] for k in range(18)], 1.3)]),
    Case(made_long, [(1.3,)]),
    Case(made_mixed, [(1.3,)]),
    Case(made_mixed_loop, [(1.3,)]),
    Case(made_literal, [(1.3,)]),
    Case(chosen_by_flag, [(1.3, True)]),
    Case(chosen_by_number, [(1.3, 0.7)]),
    Case(chosen_by_branch, [(1.3, 0.7)]),
    Case(chosen_in_list, [(1.3, 0.7)]),
    Case(global_layers, [(1.3,)]),
    Case(global_mixed, [(1.3,)]),
    Case(global_net, [(1.3,)]),
    Case(global_net_long, [(1.3,)]),
    Case(many_functions, [(1.3,)]),
    Case(reduced_layers, [(mixed(20), 1.3)]),
    Case(layers_by_index, [(mixed(20), 1.3)]),
    Case(dict_of_layers, [({f'l{k}': v for k, v in enumerate(mixed(20))}, 1.3)]),
    Case(dict_same, [({f'l{k}': dense(k) for k in range(20)}, 1.3)]),
    Case(layers_of_numbers, [([(0.5 + 0.01 * k, 0.1) for k in range(40)], 1.3)]),
    Case(layers_of_arrays, [([(np.full((2, 2), 0.5 + 0.01 * k), np.full(2, 0.1)) for k in range(20)], 1.3)]),
    Case(layers_of_two_structures, [([(np.full((2, 2), 0.5 + 0.01 * k), np.full(2, 0.1)) if k % 2 else {"g": 1.1}
                                     for k in range(20)], 1.3)]),
    Case(loop_choice, [(1.3, 0.7)]),
    Case(pick_from_function, [(1.3, 0.7)]),
    Case(attr_read, [(1.3, 0.7)]),
    Case(attr_write, [(1.3, 0.7)]),
    Case(special_of_either, [(1.3, 0.7)]),
    Case(class_asked_of_either, [(1.3, 0.7)]),
    Case(one_of_three, [(1.3, 0.7)]),
    Case(method_ref, [(1.3, 0.7)]),
    Case(sharedstate, [(1.3, 0.7)]),
    Case(object_under_key, [(1.3, 3)]),
    Case(object_at_index, [(1.3, 3)]),
    Case(made_mixed_init, [(1.3, 3)]),
    Case(append_fs, [(1.3,)]),
    Case(dict_objs, [(1.3,)]),
    Case(append_while, [(1.3,)]),
    Case(registered_functions, [(1.3,)]),
    Case(closures_in_list, [(1.3,)]),
    Case(alias_choice, [(1.3, 0.7)]),
    Case(choice_reassign, [(1.3, 0.7)]),
    Case(choice_write_alias, [(1.3, 0.7)]),
    Case(choice_nested, [(1.3, 0.7)]),
    Case(choice_loop_state, [(1.3,)]),
    Case(list_aliased, [(1.3,)]),
    Case(list_in_obj, [(1.3,)]),
    Case(list_callee, [(1.3,)]),
    Case(list_numbers_then_obj, [(1.3,)]),
    Case(list_obj_rt, [(1.3, 3)]),
    Case(unroll_carry, [(1.3,)]),
    Case(unroll_else, [(1.3,)]),
    Case(return_choice_attr, [(1.3, 0.7)]),
    Case(tuple_mix, [(1.3, 0.7)]),
]
