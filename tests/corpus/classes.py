"""Objects as people write them: classes with state, methods, properties, operators, inheritance; dataclasses, named tuples."""
from __future__ import annotations

import copy
import dataclasses
import functools
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from tests.corpus import Case

X = np.array([0.7, -0.4, 1.3])
W = np.array([[0.3, -0.2, 0.5], [0.1, 0.8, -0.6], [-0.7, 0.4, 0.2]])


class Particle:
    drag = 0.1

    def __init__(self, pos, vel=0.5):
        self.pos = pos
        self.vel = vel
        self.steps = 0

    def step(self, dt):
        self.vel += -self.pos * dt - self.drag * self.vel * dt
        self.pos += self.vel * dt
        self.steps += 1

    @property
    def energy(self):
        return 0.5 * np.sum(self.pos ** 2) + 0.5 * np.sum(self.vel ** 2)


@dataclasses.dataclass
class Body:
    mass: float
    velocity: float = 2.0
    tags: list = dataclasses.field(default_factory=list)

    def momentum(self):
        return self.mass * self.velocity


@dataclasses.dataclass(frozen=True)
class Frozen:
    x: float
    y: float = 1.5

    def moved(self, dx):
        return dataclasses.replace(self, x=self.x + dx)


@dataclasses.dataclass
class Normalised:
    u: object
    total: float = 0.0

    def __post_init__(self):
        self.total = np.sum(self.u * self.u)
        self.u = self.u / self.total


class State(NamedTuple):
    x: float
    v: float

    def advanced(self, h):
        return State(self.x + h * self.v, self.v - h * self.x)


class Vec:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __neg__(self):
        return Vec(-self.x, -self.y)

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __getitem__(self, k):
        return self.x if k == 0 else self.y

    def __len__(self):
        return 2

    def __abs__(self):
        return np.hypot(self.x, self.y)

    def __lt__(self, other):
        return abs(self) < abs(other)


class Dual:
    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def __mul__(self, other):
        if not isinstance(other, Dual):
            return Dual(self.value * other, self.slope * other)
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)


class Layer:
    def __init__(self, w, activation=np.tanh):
        self.w, self.activation = w, activation

    def __call__(self, x):
        return self.activation(self.w @ x)


class Relu:
    def __call__(self, x):
        return np.maximum(x, 0.0)


class Network:
    def __init__(self, *layers):
        self.layers = list(layers)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def penalty(self):
        return sum(np.sum(layer.w ** 2) for layer in self.layers if isinstance(layer, Layer))


class Scaled(Layer):
    scale = 2.0

    def __init__(self, w, bias):
        super().__init__(w)
        self.bias = bias

    def __call__(self, x):
        return self.scale * super().__call__(x) + self.bias

    @classmethod
    def identity(cls, n, bias):
        return cls(np.eye(n), bias)

    @staticmethod
    def squared(x):
        return x * x


class Counter:
    def __init__(self):
        self.total = 0.0
        self.history = []

    def add(self, x):
        self.total = self.total + x * x
        self.history.append(x)
        return self


class Kalman:
    def __init__(self, F, Q, R):
        self.F, self.Q, self.R = F, Q, R
        self.x, self.P = np.zeros(2), np.eye(2)

    def predict(self):
        self.x = self.F @ self.x
        self.P = self.F @ self.P @ self.F.T + self.Q

    def update(self, z):
        S = self.P[0, 0] + self.R
        K = self.P[:, 0] / S
        innovation = z - self.x[0]
        self.x = self.x + K * innovation
        self.P = self.P - np.outer(K, self.P[0])
        return innovation ** 2 / S + np.log(S)


class Temperature:
    def __init__(self, celsius):
        self.celsius = celsius

    @property
    def kelvin(self):
        return self.celsius + 273.15

    @kelvin.setter
    def kelvin(self, value):
        self.celsius = value - 273.15

    @functools.cached_property
    def squared(self):
        return self.celsius * self.celsius


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b


class Node:
    def __init__(self, value, children=()):
        self.value, self.children = value, children

    def total(self):
        return self.value * self.value + sum(child.total() for child in self.children)


MODEL = Network(Layer(W), Relu(), Layer(W.T))
GAINS = SimpleNamespace(p=2.0, i=0.5)


def steps_in_a_loop(x):
    p = Particle(x * 1.0, x * 0.5)
    for _ in range(4):
        p.step(0.1)
    return p.energy * p.steps


def scalar_steps(x, v):
    p = Particle(x, v)
    for k in range(3):
        if k == 1:
            p.vel = p.vel * 0.5
        p.step(0.1)
    return p.pos * p.vel


def two_names(x):
    p = Particle(x * 1.0)
    q = p
    q.pos[0] = x[1] * x[2]
    q.pos = q.pos * 2.0
    p.vel = np.sum(p.pos)
    return q.vel * np.sum(p.pos)


def attribute_array_under_another_name(x):
    p = Particle(x * 1.0)
    u = p.pos
    p.step(0.1)
    u[1] = 3.0 * x[0]
    return np.sum(p.pos * p.pos)


def defaults_of_a_dataclass(m, v):
    a, b = Body(m), Body(velocity=v, mass=m * m)
    a.tags.append(b.momentum())
    return a.momentum() * a.tags[0]


def frozen(x, y):
    p = Frozen(x).moved(y)
    return p.x * p.x * p.y


def frozen_by_branch(x, y):
    p = Frozen(x)
    if x > y:
        p = Frozen(x * y, y)
    return p.x * p.y


def post_init(x):
    n = Normalised(x * 2.0)
    return np.sum(n.u ** 3) * n.total


def named_tuple_in_a_loop(x, v):
    s = State(x, v)
    for _ in range(5):
        s = s.advanced(0.1)
    return s.x * s[1]


def named_tuple_unpacked(x, v):
    a, b = State(x, v)._replace(x=x * v)
    return a * b


def vectors(a, b):
    u = Vec(a, b)
    w = 2.0 * u + u * a
    w += -u
    if u < w:
        w = w * 2.0
    return w.x * w[1] * len(w) + u @ w


def dual_numbers(x):
    y = Dual(x, 1.0)
    y = y * y * 3.0
    return y.value * y.slope


def network(w, x):
    model = Network(Layer(w), Relu(), Scaled(w.T, x[0]), Layer(w, activation=np.sin))
    return np.sum(model(x)) + 0.1 * model.penalty()


def inherited(w, x):
    layer = Scaled.identity(3, x[0])
    return np.sum(layer(w @ x) * Scaled.squared(x)) * layer.scale


def global_model(x):
    return np.sum(MODEL(x)) * GAINS.p + GAINS.i


def fluent(x, y):
    c = Counter().add(x).add(y).add(x * y)
    return c.total * c.history[-1]


def filtered(x):
    f = Kalman(np.array([[1.0, 0.1], [0.0, 1.0]]), 0.01 * np.eye(2) * x[0] ** 2, x[1] ** 2)
    total = 0.0
    for z in (0.1, 0.5, -0.2):
        f.predict()
        total += f.update(z * x[2])
    return total


def properties(x):
    t = Temperature(x)
    t.kelvin = t.kelvin * 1.1
    return t.celsius * t.squared


def slots(a, b):
    s = Slotted(a, b)
    s.a, s.b = s.b * 2.0, s.a
    s.b *= 3.0
    return s.a * s.b


def tree(x, y):
    root = Node(x, (Node(y), Node(x * y, (Node(x + y),))))
    return root.total()


def objects_in_a_list(x, y):
    bodies = [Particle(x, y), Particle(y, x)]
    bodies.append(Particle(x * y, 1.0))
    for _ in range(3):
        for k, p in enumerate(bodies):
            p.pos = p.pos + 0.1 * k * p.vel
    first, *_, last = bodies
    return first.pos * last.pos * bodies[1].pos


def objects_indexed_at_run_time(x, y):
    bodies = [Body(x, y), Body(y, x), Body(x * y, 1.0)]
    total = 0.0
    for i in range(len(bodies)):
        j = (i + 1) % 3
        total += bodies[i].momentum() * bodies[j].mass
    return total


def objects_written_at_run_time(x, y):
    bodies = [Body(x, y), Body(y, x)]
    for i in range(2):
        bodies[i].velocity = bodies[i].velocity * bodies[1 - i].mass
    return bodies[0].velocity * bodies[1].velocity


def states_in_a_list(x, v):
    states = [State(x, v)]
    for _ in range(4):
        states.append(states[-1].advanced(0.1))
    return sum(s.x * s.v for s in states)


def either_object(x, y):
    p, q = Particle(x), Particle(y, 1.5)
    r = p if x < y else q
    return r.pos * r.vel + p.pos


def attribute_on_one_path(x, y):
    p = Particle(x)
    if x > 0.0:
        p.extra = y * y
    else:
        p.extra = x
    return p.extra * p.pos


def attribute_of_a_loop(x):
    p = Particle(x)
    for k in range(1, 4):
        p.extra = x * k
    return p.extra * p.pos


def namespace(x, y):
    s = SimpleNamespace(a=x, b=y)
    s.c = s.a * s.b
    return s.c * s.a


def copied(x, y):
    p = Body(x, y)
    q = copy.copy(p)
    q.mass = q.mass * y
    return p.momentum() * q.momentum()


def dictionary_state(x, v):
    s = {"x": x, "v": v}
    for _ in range(3):
        s["x"] += 0.1 * s["v"]
        s["v"] -= 0.1 * s["x"]
    if "x" in s:
        s["z"] = s["x"] * s.get("v", 0.0)
    return s["z"] + sum(value * value for value in s.values())


def dictionary_of_parameters(params, x):
    h = np.tanh(params["W"] @ x + params["b"])
    return np.sum(h) * params["scale"] + sum(np.sum(p * p) for p in params.values())


def nested_parameters(params, x):
    for name, layer in params.items():
        x = np.tanh(layer["W"] @ x + layer["b"]) if name != "last" else layer["W"] @ x
    return np.sum(x * x)


def list_of_dictionaries(layers, x):
    for layer in layers:
        x = np.tanh(layer["W"] @ x) + layer["b"]
    return np.sum(x)


def dynamic_key(x, y):
    table = {"a": x, "b": y}
    total = 0.0
    for key in ("a", "b", "a"):
        total += table[key] * y
    return total


def attributes_by_name(x, y):
    p = Body(x, y)
    total = 0.0
    if hasattr(p, "mass") and not hasattr(p, "charge"):
        setattr(p, "mass", getattr(p, "mass") * y)
        total += p.mass * getattr(p, "charge", 2.0)
    return total


def swapped_attributes(x):
    p = Particle(x * 1.0, x * 2.0)
    for _ in range(3):
        p.pos, p.vel = p.vel, p.pos
        p.pos[0] *= p.vel[1]
    return np.sum(p.pos * p.vel * p.vel)


def method_as_a_value(x, y):
    p = Body(x, y)
    f = p.momentum
    p.mass = x * x
    return f() * y


def early_return(x, y):
    p = Particle(x, y)
    for k in range(5):
        p.step(0.1)
        if k == 2:
            p.pos = p.pos * 2.0
            return p.pos * p.vel
    return p.pos


class Table:
    def __init__(self, values):
        self.values = values

    def __getitem__(self, k):
        return self.values[k]

    def __setitem__(self, k, value):
        self.values[k] = value * value


def swapped_in_a_loop(x, y):
    p, q = Particle(x), Particle(y, 1.5)
    for _ in range(3):
        p, q = q, p
    return p.pos * q.pos * q.pos * p.vel


def new_object_in_some_iterations(x, y):
    p = Particle(x, y)
    for k in range(4):
        if k % 2:
            p = Particle(p.pos * y, p.vel + x)
    return p.pos * p.vel


def item_methods(x):
    t = Table(x * 1.0)
    t[0] = t[1] * t[2]
    t[1] += x[0]
    return np.sum(t.values * x)


def equality(x, y):
    p, q = Particle(x), Particle(x)
    total = y if p == q or p is q else x * y
    if p != q and Body(x) == Body(x) and Body(x) != Body(y):
        total = total * x
    return total * (State(x, y) == State(x, y))


def one_object_twice_in_a_list(x):
    p = Particle(x)
    for q in [p, p]:
        q.pos = q.pos * 2.0 * x
    return p.pos * p.pos


def array_in_two_attributes(x):
    u = x * 1.0
    p = Particle(u, u)
    p.pos[0] = 5.0 * x[1]
    return np.sum(p.vel * p.vel)


def view_as_an_attribute(x):
    p = Particle(x * 1.0)
    p.vel = p.pos[1:]
    p.vel[0] = x[0] ** 2
    return np.sum(p.pos ** 2)


def objects_of_objects(x, y):
    p = Node(Particle(x, y), Particle(y))
    p.value.pos *= y
    p.children = p.value
    p.children.vel = x
    return p.value.vel * p.value.pos


def written_by_a_local_function(x, y):
    p = Particle(x, y)

    def grown():
        for k in range(5):
            p.pos = p.pos * y
            if k == 2:
                return p.pos * 2.0
        return p.pos

    return grown() + p.pos


def swapped_in_a_list(x, y):
    ps = [Particle(x), Particle(y)]
    ps[0], ps[1] = ps[1], ps[0]
    ps[0].pos *= 3.0
    return ps[0].pos * ps[1].pos ** 2


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def size(shape):
    match shape:
        case Body(mass, velocity=2.0):
            return mass * mass
        case Body(mass=m, velocity=v):
            return m * v
        case Point(Point(a, b), y):
            return a * b * y
        case Point(x, float() | int() as y) | Frozen(x=x, y=y):
            return x * y * 2.0
        case float(v):
            return v
    return 0.0


def class_patterns(x, y):
    total = 0.0
    for shape in (Body(x), Body(x, y), Point(Point(x, y), x), Point(x, 3), Frozen(y), "none"):
        total = total + size(shape) * x
    return total + size(y)


POINTS = [(0.7, 1.3), (1.9, 0.4)]
PARAMS = {"W": W, "b": X, "scale": 1.5}
class Carrier:
    w = 3.0

    def __init__(self, x):
        self.x = x


def attribute_deleted(x):
    c = Carrier(x)
    c.z = x * x
    s = c.z
    del c.z
    if hasattr(c, "z"):
        s = s * 100
    c.z = 3 * x
    return s * c.z


def attribute_deleted_in_a_loop(x):
    c = Carrier(x)
    s = 0.0
    for i in range(3):
        c.z = x * i
        s += c.z
        del c.z
    return s * (1 + hasattr(c, "z")) + c.x


def class_attribute_behind_a_deleted_one(x):
    c = Carrier(x)
    c.w = x
    s = c.w
    del c.w
    return s * c.w


def attribute_deleted_through_another_name(x):
    c = Carrier(x)
    other = c
    del other.x
    other.x = x * 4
    return c.x ** 2


CASES = [
    Case(steps_in_a_loop, [(X,)]),
    Case(scalar_steps, POINTS, scalar_only=True),
    Case(two_names, [(X,)]),
    Case(attribute_array_under_another_name, [(X,)]),
    Case(defaults_of_a_dataclass, POINTS, scalar_only=True),
    Case(frozen, POINTS, scalar_only=True),
    Case(frozen_by_branch, POINTS, scalar_only=True),
    Case(post_init, [(X,)]),
    Case(named_tuple_in_a_loop, POINTS, scalar_only=True),
    Case(named_tuple_unpacked, POINTS, scalar_only=True),
    Case(vectors, POINTS, scalar_only=True),
    Case(dual_numbers, [(0.7,)], scalar_only=True),
    Case(network, [(W, X)]),
    Case(inherited, [(W, X)]),
    Case(global_model, [(X,)]),
    Case(fluent, POINTS, scalar_only=True),
    Case(filtered, [(X,)]),
    Case(properties, [(0.7,)], scalar_only=True),
    Case(slots, POINTS, scalar_only=True),
    Case(tree, POINTS, scalar_only=True),
    Case(objects_in_a_list, POINTS, scalar_only=True),
    Case(objects_indexed_at_run_time, POINTS, scalar_only=True),
    Case(objects_written_at_run_time, POINTS, scalar_only=True),
    Case(states_in_a_list, POINTS, scalar_only=True),
    Case(either_object, POINTS, scalar_only=True),
    Case(attribute_on_one_path, [*POINTS, (-0.7, 1.3)], scalar_only=True),
    Case(attribute_of_a_loop, [(0.7,)], scalar_only=True),
    Case(namespace, POINTS, scalar_only=True),
    Case(copied, POINTS, scalar_only=True),
    Case(dictionary_state, POINTS, scalar_only=True),
    Case(dictionary_of_parameters, [(PARAMS, X)]),
    Case(nested_parameters, [({"first": {"W": W, "b": X}, "last": {"W": W}}, X)]),
    Case(list_of_dictionaries, [([{"W": W, "b": X}, {"W": W.T, "b": 0.5}], X)]),
    Case(dynamic_key, POINTS, scalar_only=True),
    Case(attributes_by_name, POINTS, scalar_only=True),
    Case(swapped_attributes, [(X,)]),
    Case(method_as_a_value, POINTS, scalar_only=True),
    Case(swapped_in_a_loop, POINTS, scalar_only=True),
    Case(new_object_in_some_iterations, POINTS, scalar_only=True),
    Case(item_methods, [(X,)]),
    Case(equality, POINTS, scalar_only=True),
    Case(one_object_twice_in_a_list, [(0.7,)], scalar_only=True),
    Case(array_in_two_attributes, [(X,)]),
    Case(view_as_an_attribute, [(X,)]),
    Case(objects_of_objects, POINTS, scalar_only=True),
    Case(written_by_a_local_function, POINTS, scalar_only=True),
    Case(swapped_in_a_list, POINTS, scalar_only=True),
    Case(class_patterns, POINTS, scalar_only=True),
    Case(early_return, POINTS, scalar_only=True),
    Case(Body.momentum, [(Body(0.7, 1.3),)]),
    Case(Particle.energy.fget, [(Particle(X, -X),)]),
    *[Case(f, [(1.3,)]) for f in (attribute_deleted, attribute_deleted_in_a_loop, class_attribute_behind_a_deleted_one,
                                  attribute_deleted_through_another_name)],
]
