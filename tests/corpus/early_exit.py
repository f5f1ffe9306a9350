"""Leaving early: break, continue, loop else, return at any depth, code that is never reached."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr


def guard_clauses(x, n):
    if n < 0:
        return x
    if n == 0:
        return x * x
    y = math.sin(x)
    if n == 1:
        return y
    return y * x * n


def return_inside_for(x, n):
    for i in range(n):
        x = x * 1.5
        if x > 3.0:
            return x * i
    return x * x


def return_inside_branch_inside_loop(x, n):
    s = 0.0
    for i in range(n):
        if i % 2 == 0:
            if s > 1.0:
                return s * x
            s = s + x
        else:
            s = s + x * x
    return s - x


def return_from_nested_loops(x, n):
    s = x
    for i in range(n):
        for j in range(i + 1):
            s = s + 0.2 * math.cos(s) + 0.1 * j
            if s > 2.0:
                return s * (i + 1) + j * x
        s = s * 0.9
    return s


def return_from_three_deep(x, n):
    for i in range(n):
        a = x * i
        for j in range(n):
            b = a + j
            for k in range(n):
                if b * k > 4.0:
                    return b * b + k * x
                b = b * 1.1
            a = a + 0.1 * b
    return x ** 3


def break_out_of_inner_only(x, n):
    s = 0.0
    for i in range(n):
        t = x
        for j in range(n):
            if j > i:
                break
            t = t * x + j
        s = s + math.sin(t)
    return s + x


def break_on_carried_value(x, n):
    y = x
    for i in range(n):
        y = y * 1.3
        if y > 2.0:
            break
        y = y + 0.1
    return y * y


def break_first_thing(x, n):
    for i in range(n):
        break
    return x * x


def value_before_and_after_break(x, n):
    a = b = x
    for i in range(n):
        a = a * 1.2
        if a > 2.5:
            break
        b = a * b
    return a * b


def continue_in_for(x, n):
    s = 0.0
    for i in range(n):
        if i == 1:
            continue
        s = s + x ** (i + 1)
    return s * x + x


def continue_on_value(x):
    s = 1.0
    for v in x:
        if v < 0:
            continue
        s = s * (1.0 + v)
    return s


def continue_in_nested_branch(x, n):
    s = x
    for i in range(n):
        if i > 0:
            if i % 2:
                s = s * 0.5
                continue
            s = s + x
        s = s * 1.1
    return s


def break_and_continue(x, n):
    s = 0.0
    for i in range(n):
        if i == 2:
            continue
        if i == 5:
            s = s * x
            break
        s = s + x * (i + 1)
    return s + x


def for_else_without_break(x, n):
    for i in range(n):
        x = x * 1.1
    else:
        x = x * x
    return x


def for_else_with_break(x, n):
    for i in range(n):
        if x > 2.0:
            y = x * i
            break
        x = x * 1.5
    else:
        y = x * x
    return y + x


def nested_for_else(x, n):
    s = x
    for i in range(n):
        for j in range(3):
            if s > 2.0:
                s = s * 0.3
                break
            s = s * 1.4
        else:
            s = s + x
            continue
        s = s + 0.05 * i
    return s


def break_outer_through_else(x, n):
    s = x
    for i in range(n):
        for j in range(2):
            s = s * 1.2
            if s > 4.0:
                break
        else:
            continue
        break
    return s * (i + 1)


def return_in_loop_else(x, n):
    for i in range(n):
        x = x + 0.4
        if x > 2.0:
            break
    else:
        return x * x
    return math.sin(x) * i


def return_in_both_branches(x):
    if x > 0:
        y = x * x
        return y
    else:
        y = -x
        return y * 3.0


def code_after_return(x):
    y = x * x
    return y
    y = y * 1000.0
    return y


def code_after_break(x, n):
    for i in range(n):
        x = x * 2.0
        break
        x = x * 1000.0
    return x


def dead_branch(x):
    y = x * x
    if False:
        y = y * 1000.0
    if 0:
        return 5.0
    return y


def search_then_use(x, target):
    index = -1
    for i in range(len(x)):
        if x[i] > target:
            index = i
            break
    if index < 0:
        return np.sum(x)
    return x[index] ** 2


def first_crossing(x):
    total = 0.0
    for i, v in enumerate(x):
        total = total + v * v
        if total > 1.0:
            return total * i
    return total


def break_with_loop_variable(x, n):
    for i in range(n):
        x = x + 0.5
        if x > 2.0:
            break
    return x * i


def early_return_of_argument(x, y):
    if y > 0:
        return x
    x = x * y
    return x


def return_while_in_for(x, n):
    for i in range(1, n):
        y = x
        while y < 5.0:
            y = y * (1 + i)
            if y > 4.0:
                return y + i
        x = x * y
    return x


def continue_in_while_in_for(x, n):
    s = x
    for i in range(n):
        j = 0
        while j < 4:
            j += 1
            if j == i:
                continue
            if j * i > 5:
                break
            s = s * 0.9 + 0.1 * j
        s = s + x * i
    return s


N = [(0.7, 0), (0.7, 1), (0.9, 2), (0.85, 7)]
N1 = N[1:]

def in_a_loop_or_after(a):
    for k in range(3):
        if a[k] > 5.0:
            return np.where(a > 0.2, a, 2.0 * a)
    return a * a


def array_in_a_loop_or_after(x):
    u = x * 1.0
    y = in_a_loop_or_after(u)
    return y[0] * y[1] * u[2]


CASES = [
    Case(guard_clauses, [(0.7, -1), (0.7, 0), (0.7, 1), (0.7, 2)], scalar_only=True),
    Case(return_inside_for, N, scalar_only=True),
    Case(return_inside_branch_inside_loop, N, scalar_only=True),
    Case(return_from_nested_loops, N, scalar_only=True),
    Case(return_from_three_deep, [(0.7, 0), (0.7, 1), (0.7, 2), (0.8, 3)], scalar_only=True),
    Case(break_out_of_inner_only, [(0.7, 0), (0.7, 1), (0.7, 2), (0.4, 5)], scalar_only=True),
    Case(break_on_carried_value, N, scalar_only=True),
    Case(break_first_thing, N, scalar_only=True),
    Case(value_before_and_after_break, N, scalar_only=True),
    Case(continue_in_for, N, scalar_only=True),
    Case(continue_on_value, [(arr(5),), (arr(1),), (arr(0),)]),
    Case(continue_in_nested_branch, N, scalar_only=True),
    Case(break_and_continue, N, scalar_only=True),
    Case(for_else_without_break, N, scalar_only=True),
    Case(for_else_with_break, N, scalar_only=True),
    Case(nested_for_else, N, scalar_only=True),
    Case(break_outer_through_else, N1, scalar_only=True),
    Case(return_in_loop_else, N, scalar_only=True),
    Case(return_in_both_branches, [(0.7,), (-0.7,)], scalar_only=True),
    Case(code_after_return, [(0.7,)], scalar_only=True),
    Case(code_after_break, [(0.7, 0), (0.7, 3)], scalar_only=True),
    Case(dead_branch, [(0.7,)], scalar_only=True),
    Case(search_then_use, [(arr(6), 0.2), (arr(6), 5.0)], argnums=(0,)),
    Case(first_crossing, [(arr(7),), (0.1 * arr(3),)]),
    Case(break_with_loop_variable, N1, scalar_only=True),
    Case(early_return_of_argument, [(0.7, 0.4), (0.7, -0.4)], scalar_only=True),
    Case(return_while_in_for, [(0.7, 1), (0.7, 2), (3.0, 3)], scalar_only=True),
    Case(continue_in_while_in_for, N, scalar_only=True),
    Case(array_in_a_loop_or_after, [(np.array([0.3, 0.7, 1.1]),), (np.array([0.3, 6.0, 1.1]),)]),
]
