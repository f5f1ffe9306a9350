"""The function of Griewank's and Kakade's lectures, written with its repeated sub-expressions.

Prints the value, the gradient at (1, 2), the derivative's source, and the evaluation trace with its adjoints.
"""
import numpy as np


def f(w1: float, w2: float) -> float:
    return (np.sin(2 * np.pi * w1 / w2) + 3 * w1 / w2 - np.exp(2 * w2)) * (3 * w1 / w2 - np.exp(2 * w2))


def main() -> None:
    import tangentlite as tl

    w1, w2 = 1.0, 2.0
    w1_bar, w2_bar = tl.grad(f, argnums=(0, 1))(w1, w2)
    print(f"f({w1}, {w2}) = {f(w1, w2):.10f}")
    print(f"gradient = ({w1_bar:.10f}, {w2_bar:.7f})\n")
    print(tl.source(f, w1, w2, wrt=("w1", "w2")))
    print("The evaluation trace:\n")
    print(tl.trace(f)(w1, w2))
    print("\nwith tangents along (1, 0):\n")
    print(tl.trace(f, mode="forward")(w1, w2))
    print("\nwith adjoints:\n")
    print(tl.trace(f, mode="reverse")(w1, w2))


if __name__ == "__main__":
    main()
