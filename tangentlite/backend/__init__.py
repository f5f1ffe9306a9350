"""Traces to text and text to live functions."""
