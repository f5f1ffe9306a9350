"""A two-layer network on scikit-learn's handwritten digits, trained by plain stochastic gradient descent.

The whole gradient is generated code, printed at the end. Needs scikit-learn for the data.
"""
import numpy as np


def loss(w1, b1, w2, b2, x, t):
    """Cross entropy of the softmax of a two-layer network; `t` holds one-hot rows."""
    h = np.tanh(np.dot(x, w1) + b1)
    s = np.dot(h, w2) + b2
    s = s - np.max(s, axis=1, keepdims=True)
    log_p = s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))
    return -np.sum(t * log_p) / len(x)


def load(rng):
    """Training and test rows, scaled to [0, 1], with one-hot training targets."""
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    images = images / 16.0
    order = rng.permutation(len(images))
    train, test = order[:1437], order[1437:]
    return images[train], np.eye(10)[labels[train]], images[test], labels[test]


def initial(rng, hidden=48):
    return (rng.normal(size=(64, hidden)) / 8.0, np.zeros(hidden),
            rng.normal(size=(hidden, 10)) / np.sqrt(hidden), np.zeros(10))


def accuracy(parameters, x, labels):
    w1, b1, w2, b2 = parameters
    return np.mean(np.argmax(np.dot(np.tanh(np.dot(x, w1) + b1), w2) + b2, axis=1) == labels)


def train(value_and_gradient, parameters, x, t, rng, epochs=20, batch=32, rate=0.3):
    """Plain stochastic gradient descent; yields the parameters and the mean loss after each epoch."""
    for _ in range(epochs):
        losses = []
        for rows in np.array_split(rng.permutation(len(x)), len(x) // batch):
            value, gradients = value_and_gradient(*parameters, x[rows], t[rows])
            losses.append(value)
            parameters = tuple(p - rate * g for p, g in zip(parameters, gradients))
        yield parameters, np.mean(losses)


def main() -> None:
    import tangentlite as tl

    rng = np.random.default_rng(0)
    x, t, x_test, labels = load(rng)
    value_and_gradient = tl.value_and_grad(loss, argnums=(0, 1, 2, 3))
    for epoch, (parameters, mean_loss) in enumerate(train(value_and_gradient, initial(rng), x, t, rng), 1):
        if epoch % 4 == 0:
            print(f"epoch {epoch:2}: loss {mean_loss:.4f}, test accuracy {accuracy(parameters, x_test, labels):.4f}")
    print()
    print(tl.source(loss, *parameters, x, t, wrt=("w1", "b1", "w2", "b2")))


if __name__ == "__main__":
    main()
