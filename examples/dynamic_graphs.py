"""Three functions whose evaluation trace depends on the input, or only seems to.

A loop with a known bound, a loop with a bound known at run time, and a branch on the value.
"""


def fixed_loop(w):
    z = w
    for _ in range(3):
        z = z + 1
    return z


def run_time_bound(w, N):
    z = w
    for _ in range(N):
        z = z + 1
    return z


def branch(w):
    if w > 0:
        z = w + 5
    else:
        z = 5
    return z


def main() -> None:
    import tangentlite as tl

    for f, *args in [(fixed_loop, 2.0), (run_time_bound, 2.0, 4), (branch, 2.0), (branch, -2.0), (branch, 0.0)]:
        call = f"{f.__name__}({', '.join(map(repr, args))})"
        print(f"{call} = {f(*args)}, derivative {tl.grad(f)(*args)}, evaluation trace:")
        print(tl.trace(f)(*args), "\n")

    print("The loop with the known bound, flattened, and its derivative:\n")
    print(tl.source(fixed_loop, 2.0, mode="primal", unroll=True))
    print(tl.source(fixed_loop, 2.0))
    print("The derivative of the branch is a branch:\n")
    print(tl.source(branch, 2.0))


if __name__ == "__main__":
    main()
