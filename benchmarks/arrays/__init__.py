"""Array programs: gradients in plain NumPy beside adjoints written by hand, autograd and JAX."""
