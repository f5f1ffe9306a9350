"""Loop kernels and their gradients: compiled by Numba, written by hand, and by JAX."""
