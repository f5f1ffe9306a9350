"""The smallest branch: a conditional expression."""


def relu(x):
    return x if x > 0 else 0.0


def main() -> None:
    import tangentlite as tl

    for x in (-1.0, 0.0, 2.0):
        print(f"relu({x}) = {relu(x)}, derivative {tl.grad(relu)(x)}")
    print()
    print(tl.source(relu, 2.0))


if __name__ == "__main__":
    main()
