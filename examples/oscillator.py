"""Objects as they are: a damped oscillator with state and methods, and the gradient of its energy with respect to the object."""
from dataclasses import dataclass


@dataclass
class Oscillator:
    position: float
    velocity: float
    damping: float = 0.1

    def step(self, dt):
        self.velocity -= dt * (self.position + self.damping * self.velocity)
        self.position += dt * self.velocity

    @property
    def energy(self):
        return 0.5 * self.position**2 + 0.5 * self.velocity**2


def final_energy(oscillator, steps):
    for _ in range(steps):
        oscillator.step(0.01)
    return oscillator.energy


def main() -> None:
    import tangentlite as tl

    start = Oscillator(1.0, 0.0)
    value, gradient = tl.value_and_grad(final_energy)(start, 1000)
    print(f"energy {value:.6f}, from {start}")
    print(f"gradient {gradient}")
    print()
    print(tl.source(final_energy, start, 1000, wrt="oscillator"))


if __name__ == "__main__":
    main()
