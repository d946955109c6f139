"""What a device and a frame cost the server, in figures that are the same on every machine: nobody loses them unseen."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.bench.guard import Cost, cost

BUDGET = Cost(kib=16, callbacks=2, calls=200, left=1.2)
"""What may be used, with some room. A change that makes it cheaper makes the budget smaller."""


@pytest.mark.verify
@pytest.mark.timeout(120)
def test_a_device_and_a_frame_stay_within_their_budget(tmp_path: Path) -> None:
    used = asyncio.run(cost(tmp_path))
    over = [name for name, allowed in vars(BUDGET).items() if not vars(used)[name] <= allowed]
    assert over == [], f"{used}; allowed: {BUDGET}"
    assert used.callbacks > 0
    assert used.calls > 0
