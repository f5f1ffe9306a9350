"""Names of the items of a list that then holds others, or the same ones in another order."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case

X = np.array([0.3, 0.7, 1.1])
Y = np.array([-0.3, 0.8, 0.4])
W = np.array([1.0, 0.6, 1.7])


def last_before_append(x):
    rows = [x * a for a in x]
    last = rows[-1]
    rows.append(x * 5.0)
    last *= 2
    return np.sum(last) * np.sum(rows[-1]) + np.sum(rows[2] * x)


def held_before_append(x):
    rows = [x * a for a in x]
    named = {"a": rows[-1], "b": (rows[-2], x)}
    rows.append(x * 5.0)
    return np.sum(named["a"]) * np.sum(named["b"][0])


def at_an_index_before_append(x):
    rows = [x * a for a in x]
    k = -1 if x[2] > 0 else 1
    row = rows[k]
    rows.append(x * 5.0)
    return np.sum(row)


def before_insert_and_pop(x):
    rows = [x * a for a in x]
    first, second = rows[0], rows[1]
    rows.insert(0, x * 5.0)
    third = rows[2]
    rows.pop(0)
    del rows[0]
    return np.sum(first * second * third) + np.sum(rows[0])


def before_reverse_and_sort(x):
    rows = [x * a for a in x]
    first = rows[0]
    rows.reverse()
    second = rows[0]
    rows.sort(key=lambda r: -r[1])
    return np.sum(first * W) + 2.0 * np.sum(second * rows[0])


def before_extend(x):
    rows = [x * a for a in x]
    last = rows[-1]
    rows.extend([x * 1.0, x * 2])
    more = rows[-1]
    rows += [x * 3.0]
    return np.sum(last * more)


def before_an_item_is_replaced(x):
    rows = [x * a for a in x]
    row, other = rows[1], rows[-1]
    rows[1] = x * 7
    rows[2] = x * 9
    return np.sum(row * other) + np.sum(rows[1] * rows[2])


def before_an_entry_is_replaced(x):
    named = {k: x * k for k in range(3)}
    second = named[2]
    named[5] = x * 9
    named[2] = second * 2
    second = second + 1
    return np.sum(second) + np.sum(named[2] * named[5])


def lists_in_a_list(x):
    table = [[a * 1.0, 2.0] for a in x]
    row = table[-1]
    table.append([1.0, 2.0])
    row[0] = x[0] * x[1]
    return row[0] * row[1] + table[0][0] * table[2][0] + table[3][0]


def lists_in_a_list_in_a_loop(x):
    table = [[a * 1.0, 2.0] for a in x]
    for k in range(2):
        row = table[-1]
        table.append([x[k], 3.0])
        row[0] *= x[2]
    return sum(p * q for p, q in table)


def append_on_a_condition(x):
    rows = [x * a for a in x]
    last = rows[-1]
    if x[0] > 0:
        rows.append(x * 5.0)
    else:
        last *= 3
    return np.sum(last) * np.sum(rows[-1]) + np.sum(rows[2] * x)


def pop_on_a_condition(x):
    rows = [x * a for a in x]
    last = rows[-1]
    if x[0] > 0:
        rows.pop()
    return np.sum(last) * np.sum(rows[-1])


def last_of_every_iteration(x):
    rows = [x * 1.0]
    for i in range(3):
        last = rows[-1]
        rows.append(last * x[i])
        last[0] = x[i] ** 2
        twice = last * 2
        rows[-1][1] += twice[1]
    return np.sum(rows[0]) * np.sum(rows[-1]) + np.sum(rows[1] * rows[2])


def two_step_recurrence(x):
    rows = [x * 1.0, x * 2.0]
    for i in range(3):
        a, b = rows[-1], rows[-2]
        rows.append(a + b * x[i])
        rows.append(a - b)
        rows.pop(0)
        a = a * 2
    return np.sum(a) * np.sum(rows[-1]) + np.sum(rows[1] * rows[2])


def stack_of_work(x):
    todo = [x * 1.0, x * 2.0]
    total = 0.0
    while todo:
        item = todo.pop()
        if np.sum(item * item) > 0.5:
            todo.append(item * 0.5)
            todo.append(item * item * 0.3)
        total += np.sum(item * x)
    return total


def states_of_a_solver(x):
    states = [x * 1.0]
    for n in range(3):
        y = states[-1]
        k1 = np.sin(y)
        states.append(y + 0.1 * np.sin(y + 0.05 * k1))
        newest = states[-1]
        newest[0] *= x[n]
        k1 = k1 + y
    return np.sum(states[-1]) + np.sum(k1 * states[1])


def buffers_in_a_tuple(x):
    buffers = (x * 1.0, x * 2.0)
    for t in range(3):
        source, target = buffers[t % 2], buffers[1 - t % 2]
        target[1:] += source[:-1] * x[0]
    return np.sum(buffers[0] * buffers[1])


def buffers_swapped_in_a_list(x):
    buffers = [x * 1.0, x * 2.0]
    for _ in range(3):
        buffers[1][1:] += buffers[0][:-1] * x[0]
        buffers[0], buffers[1] = buffers[1], buffers[0]
    return np.sum(buffers[0] * buffers[1] * x)


def rows_in_a_list(x):
    a = np.outer(x, x)
    rows = [a[0], a[1], a[2]]
    for r in rows:
        r *= x
    return np.sum(a * a)


def halved(a):
    a[1] *= 0.57
    both = [a, a]
    return np.sum(both[0] * both[-1] * W)


def adjoints_of_two_displays(x):
    u = x * 1.0
    u[[0, 2]] = x[1]
    first = halved(u)
    return first + halved(u)


CASES = [Case(f, [(X,), (Y,)]) for f in (
    last_before_append, held_before_append, at_an_index_before_append, before_insert_and_pop, before_reverse_and_sort, before_extend,
    before_an_item_is_replaced, before_an_entry_is_replaced, lists_in_a_list, lists_in_a_list_in_a_loop, append_on_a_condition,
    pop_on_a_condition, last_of_every_iteration, two_step_recurrence, stack_of_work, states_of_a_solver, buffers_in_a_tuple,
    buffers_swapped_in_a_list, rows_in_a_list, adjoints_of_two_displays,
)]
