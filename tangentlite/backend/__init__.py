"""Traces to text and text to live functions."""
from tangentlite.backend.show import show

__all__ = ["show"]
