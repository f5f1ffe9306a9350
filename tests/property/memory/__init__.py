"""Random programs with memory: arrays written in place, views, aliases, containers, loops, branches and calls."""
from tests.property.memory.programs import generate

__all__ = ["generate"]
