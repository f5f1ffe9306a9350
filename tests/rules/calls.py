"""All sample calls, family by family. Each draws its numbers after those before it: new families go last."""
from __future__ import annotations

from tests.rules.harness import Sample
from tests.rules.samples import CALLS as FIRST
from tests.rules.samples_linalg import LINALG
from tests.rules.samples_numpy import NUMPY
from tests.rules.samples_scipy import SCIPY
from tests.rules.samples_signal import SIGNAL
from tests.rules.samples_special import SPECIAL
from tests.rules.samples_stats import STATS
from tests.rules.samples_transforms import TRANSFORMS
from tests.rules.samples_unusual import UNUSUAL

CALLS: list[Sample] = [*FIRST, *LINALG, *TRANSFORMS, *NUMPY, *SCIPY, *SPECIAL, *STATS, *SIGNAL, *UNUSUAL]
