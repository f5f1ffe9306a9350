"""x to the n-th by repeated multiplication: a `while` loop whose number of turns is known only at run time."""


def power(x, n):
    r = 1.0
    while n > 0:
        r = r * x
        n -= 1
    return r


def main() -> None:
    import tangentlite as tl

    power_grad = tl.grad(power)
    for n in range(5):
        print(f"d/dx x**{n} at x = 3: {power_grad(3.0, n)}")
    print()
    print(tl.source(power, 3.0, 4))


if __name__ == "__main__":
    main()
