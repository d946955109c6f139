"""`python -m tests.bench.server`: tars-server as it is, with one brain more to choose."""

from __future__ import annotations

from tars.brains.registry import BRAINS
from tars.server.__main__ import main
from tests.bench.brain import NAME, CountingBrain

if __name__ == "__main__":
    BRAINS[NAME] = f"{CountingBrain.__module__}:{CountingBrain.__name__}"
    main()
