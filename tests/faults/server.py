"""`python -m tests.faults.server`: tars-server as it is, with one brain more to choose."""

from __future__ import annotations

from tars.brains.registry import BRAINS
from tars.server.__main__ import main
from tests.faults.brain import NAME, SlowEcho

if __name__ == "__main__":
    BRAINS[NAME] = f"{SlowEcho.__module__}:{SlowEcho.__name__}"
    main()
