"""A recurrent network over sequences of different lengths, trained by gradient descent.

The network reads one number at a time and must keep a fading memory of what it has seen.
"""
import numpy as np


def loss(w, u, b, v, sequences, targets):
    total = 0.0
    for sequence, target in zip(sequences, targets):
        h = np.zeros(len(b))
        for x in sequence:
            h = np.tanh(np.dot(w, h) + u * x + b)
        error = np.dot(v, h) - target
        total += error * error
    return total / len(sequences)


def data(rng, count=24):
    """Sequences of 2 to 12 numbers; the target weighs the last number most."""
    sequences = [rng.normal(size=length) for length in rng.integers(2, 13, size=count)]
    targets = [float(np.dot(s[::-1], 0.6 ** np.arange(len(s)))) for s in sequences]
    return sequences, targets


def initial(rng, hidden=8):
    return (0.2 * rng.normal(size=(hidden, hidden)), 0.5 * rng.normal(size=hidden), np.zeros(hidden),
            0.5 * rng.normal(size=hidden))


def descend(value_and_gradient, parameters, sequences, targets, steps=60, rate=0.1):
    """The parameters after some steps of gradient descent, and the losses on the way."""
    losses = []
    for _ in range(steps):
        value, gradients = value_and_gradient(*parameters, sequences, targets)
        losses.append(value)
        parameters = tuple(p - rate * g for p, g in zip(parameters, gradients))
    return parameters, losses


def main() -> None:
    import tangentlite as tl

    rng = np.random.default_rng(0)
    sequences, targets = data(rng)
    parameters = initial(rng)
    print("lengths:", *sorted({len(s) for s in sequences}))
    value_and_gradient = tl.value_and_grad(loss, argnums=(0, 1, 2, 3))
    _, losses = descend(value_and_gradient, parameters, sequences, targets)
    for step in range(0, len(losses), 10):
        print(f"step {step:3}: loss {losses[step]:.6f}")
    print(f"step {len(losses) - 1:3}: loss {losses[-1]:.6f}\n")
    print(tl.source(loss, *parameters, sequences, targets, wrt=("w", "u", "b", "v")))


if __name__ == "__main__":
    main()
