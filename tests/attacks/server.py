"""`python -m tests.attacks.server`: tars-server as it is, with two brains more to choose."""

from __future__ import annotations

from tars.brains.registry import BRAINS
from tars.server.__main__ import main

PACED, BUSY = "paced", "busy"

if __name__ == "__main__":
    BRAINS[PACED] = "tests.attacks.brain:Paced"
    BRAINS[BUSY] = "tests.attacks.busy_brain:make_busy"
    main()
