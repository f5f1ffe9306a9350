"""Lists and dictionaries that change while something runs over them, or after it was asked for their items."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case

X = np.array([0.3, 0.7, 1.1])
Y = np.array([-0.3, 0.8, 0.4])


class Box:
    def __init__(self, v):
        self.v = v


class Model:
    def __init__(self, x):
        self.history = [x]
        self.weights = {"w": x * 2, "u": x * 3}

    def step(self):
        for k, v in self.weights.items():
            self.weights[k] = v * 0.9
        self.history.append(self.history[-1] * self.weights["w"])


def grows(x):
    boxes = [Box(x)]
    for b in boxes:
        if len(boxes) < 4:
            boxes.append(Box(b.v * 2))
    return np.sum(boxes[-1].v)


def shrinks(x):
    boxes = [Box(x), Box(x * 2), Box(x * 3)]
    total = 0.0
    for b in boxes:
        total += np.sum(b.v)
        boxes.pop()
    return total


def gets_an_item_in_front(x):
    boxes = [Box(x), Box(x * 2)]
    total = 0.0
    for b in boxes:
        total += np.sum(b.v)
        if len(boxes) < 5:
            boxes.insert(0, Box(x * 9))
    return total


def item_replaced_ahead(x):
    boxes = [Box(x), Box(x * 2), Box(x * 3)]
    total = 0.0
    for b in boxes:
        total += np.sum(b.v)
        boxes[2] = Box(x * 9)
    for i, b in enumerate(boxes):
        total += np.sum(b.v) * i
        boxes[-1] = Box(b.v * x)
    for a, b in zip(boxes, boxes):
        total += np.sum(a.v * b.v)
        boxes[1] = Box(x * 4)
    for b in reversed(boxes):
        total += np.sum(b.v) * x[1]
        boxes[0] = Box(x * 7)
    return total


def appended_by_the_condition(x):
    boxes = [Box(x), Box(x * 2)]
    return sum(np.sum(b.v) for b in boxes if not (len(boxes) < 4 and boxes.append(b)))


def entry_replaced_ahead(x):
    d = {"a": x, "b": x * 2}
    total = 0.0
    for k in d:
        total += np.sum(d[k])
        d["b"] = x * 7
    for _, v in d.items():
        total += np.sum(v) * x[0]
        d["b"] = x * 5
    for v in d.values():
        total += np.sum(v) * x[1]
        d["b"] = x * 3
    return total


def entry_replaced_by_a_function(x):
    d = {"a": x, "b": x * 2}

    def replace():
        d["b"] = x * 7

    total = 0.0
    for v in d.values():
        total += np.sum(v)
        replace()
    return total


def views_of_a_dictionary(x):
    d = {"a": x, "b": x * 2}
    keys, values, items = d.keys(), d.values(), d.items()
    d["b"] = x * 9
    d["c"] = x
    held = (values, 1)
    d["a"] = x * x
    return len(keys) * np.sum(d["c"]) + sum(np.sum(v) * i for i, (_, v) in enumerate(items)) + sum(np.sum(v) for v in held[0])


def views_that_are_spread(x):
    d = {"a": x, "b": x * 2}
    values = d.values()
    d["b"] = x * 5
    a, b = values
    most = max(values, key=lambda q: q[2])
    return np.sum(a * b * [*values][1] * most)


def list_and_array(x):
    d = {"a": x, "b": x * 2}
    values = d.values()
    d["b"] = list(x * 5)
    a, b = values
    most = max(values, key=lambda q: q[2])
    return np.sum(a * b * [*values][1] * most) + np.sum(np.array([[1.0], [2.0]]) * x[0] * b)


def view_in_an_attribute(x):
    d = {"a": x, "b": x * 2}
    box = Box(d.values())
    d["b"] = x * 5
    return sum(np.sum(v) for v in box.v)


def view_and_branch_and_loop(x):
    d = {"a": x, "b": x * 2}
    values = d.values()
    if x[1] > 0:
        d["b"] = x * 3
    for i in range(3):
        d["a"] = d["a"] * x[i]
    return sum(np.sum(v) for v in values)


def pairs_before_a_change(x):
    boxes = [Box(x), Box(x * 2), Box(x * 3)]
    pairs = zip(boxes, boxes)
    boxes[0] = Box(x * 9)
    first, *rest = boxes
    boxes[1] = Box(x * 5)
    rest[0].v = x * 4
    rest.append(Box(x))
    return sum(np.sum(a.v * b.v) for a, b in pairs) + np.sum(first.v) + np.sum(rest[0].v)


def model_that_changes_itself(x):
    m = Model(x)
    weights, history = m.weights.values(), m.history
    for _ in range(3):
        m.step()
    return np.sum(history[-1]) + sum(np.sum(v) for v in weights) + len(m.history)


def arrays_while_it_grows(x):
    rows = [x * 1.0]
    for row in rows:
        if len(rows) < 4:
            rows.append(row * x[1])
        row *= 2
    return sum(np.sum(row) for row in rows)


def array_of_the_caller_in_a_list(x):
    rows = [x]
    for row in rows:
        if len(rows) < 4:
            rows.append(row * 2)
    return rows[-1].sum()


def array_in_two_places(x):
    u = x * 1.0
    rows, named = [u, x], {"a": u, "b": x}
    for row in rows:
        rows[1] = u
        row *= 2
    for _, row in named.items():
        named["b"] = u
        row *= 3
    return np.sum(rows[-1]) + np.sum(named["b"] * u)


def the_other_one_of_two(x):
    boxes = [Box(x * 1.0), Box(x * 2)]
    for i, b in enumerate(boxes):
        b.v[0] += boxes[1 - i].v[2]
    return np.sum(boxes[0].v * boxes[1].v)


def pairs_by_index(x):
    boxes = [Box(x * 1.0), Box(x * 2), Box(x * 3)]
    for i in range(len(boxes)):
        for j in range(i + 1, len(boxes)):
            d = boxes[j].v - boxes[i].v
            boxes[i].v += 0.1 * d
            boxes[j].v -= 0.1 * d * x
    return np.sum(boxes[0].v * boxes[1].v * boxes[2].v)


def pairs_of_different_ones(x):
    boxes = [Box(x * 1.0), Box(x * 2), Box(x * 3)]
    for _ in range(2):
        for i in range(3):
            for j in range(3):
                if i != j:
                    boxes[i].v[j] += 0.1 * boxes[j].v[i]
    return np.sum(boxes[0].v * boxes[1].v * boxes[2].v)


CASES = [Case(f, [(X,), (Y,)]) for f in (
    grows, shrinks, gets_an_item_in_front, item_replaced_ahead, appended_by_the_condition, entry_replaced_ahead,
    entry_replaced_by_a_function, views_of_a_dictionary, views_that_are_spread, list_and_array, view_in_an_attribute,
    view_and_branch_and_loop,
    pairs_before_a_change, model_that_changes_itself, arrays_while_it_grows, array_of_the_caller_in_a_list, array_in_two_places,
    the_other_one_of_two, pairs_by_index, pairs_of_different_ones,
)]
