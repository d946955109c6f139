"""`python -m tests.bench.console_server`: tars-server whose machines take STEPS steps a second more of each device that is linked."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from tars.brains.registry import BRAINS
from tars.core.effects import Traced
from tars.runtime import clock
from tars.server.__main__ import main
from tars.server.device_registry import DeviceRegistry
from tests.bench.brain import NAME, CountingBrain

STEPS = 20
"""Steps a second of each device. A conversation takes some 10 in the second in which most happens."""
SHARES = 5
"""The devices take their steps in so many groups, one after the other."""
STATES = ("USER_TURN", "THINKING", "SPEAKING")


class SteppingRegistry(DeviceRegistry):
    """Tells its observers of steps that no machine has taken: what is measured is what it costs to tell."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._tasks.create_task(self._step())

    async def _step(self) -> None:
        due, number = clock.now(), 0
        while True:
            due, number = due + 1 / STEPS / SHARES, number + 1
            await clock.sleep_until(due)
            source, target = STATES[number // SHARES % 3], STATES[(number // SHARES + 1) % 3]
            for runner in list(self.runners.values())[number % SHARES :: SHARES]:
                step = Traced("server", runner.name, "turn", "bench", {}, source, target, {"turn": 1}, "taken", "turn.yaml:176")
                self.observe(step, runner.core)


if __name__ == "__main__":
    BRAINS[NAME] = f"{CountingBrain.__module__}:{CountingBrain.__name__}"
    with patch("tars.server.main.DeviceRegistry", SteppingRegistry):
        main()
