"""Tables of what derivatives cost: see README.md."""
import os

for library in ("OMP", "OPENBLAS", "MKL"):  # one thread each, set before NumPy is imported
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
