"""A two-layer network with squared error: matrix products, broadcasting and a reduction."""
import numpy as np


def mlp(w1, b1, w2, b2, x, t):
    h = np.tanh(np.dot(x, w1) + b1)
    y = np.dot(h, w2) + b2
    e = y - t
    return np.sum(e * e)


def arguments(rows=8, inputs=3, hidden=5, outputs=2, seed=0):
    """Random weights, inputs and targets."""
    rng = np.random.default_rng(seed)
    shapes = (inputs, hidden), (hidden,), (hidden, outputs), (outputs,), (rows, inputs), (rows, outputs)
    return tuple(rng.normal(size=shape) for shape in shapes)


def main() -> None:
    import tangentlite as tl

    args = arguments()
    names = ("w1", "b1", "w2", "b2")
    value, gradients = tl.value_and_grad(mlp, argnums=(0, 1, 2, 3))(*args)
    print(f"squared error {value:.6f}")
    for name, w_bar in zip(names, gradients):
        print(f"gradient with respect to {name}: shape {w_bar.shape}, sum {np.sum(w_bar):.6f}")
    directions = tuple(np.ones_like(a) if i < 4 else np.zeros_like(a) for i, a in enumerate(args))
    _, y_dot = tl.jvp(mlp, args, directions)
    print(f"derivative along ones: reverse mode {sum(np.sum(g) for g in gradients):.10f}, forward mode {y_dot:.10f}")
    print()
    print(tl.source(mlp, *args, wrt=names))


if __name__ == "__main__":
    main()
