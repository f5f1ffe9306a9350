"""Which line of the primal a generated line comes from, and which lines are quoted above their adjoints."""
from __future__ import annotations

import numpy as np

from tangentlite.dispatch import Specializer
from tangentlite.passes.unroll import KEEP


def placed(f, *args, mode="reverse"):
    """(line, its place in the primal) for every line of the derivative; the header of the primal is line 0."""
    spec = Specializer(f, mode, None, "_grad")
    text = spec.derive(spec.kinds(spec.positional(args, {})), KEEP)[1].text
    first = f.__code__.co_firstlineno
    found = []
    for k, line in enumerate(text.source.split("\n"), 1):
        loc = text.lines.get(k)
        found.append((line.strip(), None if loc is None else f"{loc.line - first}{'r' if loc.sweep == 'reverse' else ''}"))
    return found[2:]


def lines(f, *args, mode="reverse"):
    return [line for line, _ in placed(f, *args, mode=mode)]


def test_initial_values_of_a_loop_are_where_they_are_written():
    def power(x, n):
        r = 1.0
        while n > 0:
            r = r * x
            n -= 1
        return r

    assert ("r = 1.0", "1") in placed(power, 2.0, 3)
    assert ("x_bar = 0.0", "2r") in placed(power, 2.0, 3)


def test_values_at_the_end_of_an_arm_are_where_they_are_written():
    def f(x):
        if x > 0:
            y = 2.0 * x
        else:
            y = 3.0
        return y * y

    found = placed(f, 1.0)
    assert ("y = 2.0 * x", "2") in found
    assert ("y = 3.0", "4") in found
    assert ("x_bar = 2.0 * y_bar", "2r") in found


def test_return_is_where_the_sweep_ends():
    def f(x):
        y = x * x
        return y * x

    assert placed(f, 2.0)[-2] == ("return x_bar", "0r")
    assert placed(f, 2.0, mode="forward")[-2] == ("return y * x, y_dot * x + x_dot * y", "2")


def test_a_conditional_expression_is_quoted_above_its_branch():
    def f(x):
        y = x * x if x > 0 else -x
        return y

    assert lines(f, 2.0)[:2] == ["# y = x * x if x > 0 else -x", "if x > 0:"]
    assert sum(line.startswith("#") for line in lines(f, 2.0)) == 1


def test_an_arm_without_equations_quotes_its_line():
    def f(w, v):
        if w > 0:
            z = w + 5
        else:
            z = v - 1
        return z

    found = lines(f, 1.0, 2.0)
    assert found[found.index("# z = w + 5") - 1] == "if w > 0:"
    assert found[found.index("# z = v - 1") + 1] == "v_bar = z_bar"


def test_an_early_return_is_quoted_in_its_arm():
    def f(xs):
        for x in xs:
            if x > 2.0:
                return x * x
        return xs[0] * xs[0]

    found = lines(f, np.ones(3))
    above = {line: found[k - 1] for k, line in enumerate(found)}
    assert not above["if stop:"].startswith("#")


def test_what_is_computed_again_stands_below_the_line_it_belongs_to():
    def f(x):
        s = 0.0
        for i in range(len(x)):
            s = s + x[i] * x[-i - 1]
        return s

    found = placed(f, np.ones(3))
    k = found.index(("# s = s + x[i] * x[-i - 1]", None))
    assert found[k + 1] == ("s_1 = -i - 1", "3r")


def test_handing_a_value_on_quotes_nothing_again():
    def f(x, n):
        out = 1.0
        for i in range(n):
            t = np.exp(-x * i)
            u = t * t
            out = out * (1.0 + u)
        return out

    quoted = [line for line in lines(f, 0.5, 3) if line.startswith("#")]
    assert len(quoted) == len(set(quoted))
