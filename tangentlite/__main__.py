"""`python -m tangentlite`."""
from __future__ import annotations

import sys

from tangentlite.cli import main

if __name__ == "__main__":
    sys.exit(main())
