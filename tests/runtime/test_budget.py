from __future__ import annotations

import pytest

from tars.runtime.budget import BYTES, BYTES_AT_ONCE, FRAMES, FRAMES_AT_ONCE, Budget
from tars.samples import RATE, WIDTH

BLOCKS_A_SECOND = 12.5
REPLAY = 8


def test_what_a_device_sends_never_waits() -> None:
    """It streams for an hour, and sends what an outage has kept as fast as it does that."""
    budget, now = Budget(0.0), 0.0
    for _ in range(round(3600 * BLOCKS_A_SECOND)):
        now += 1 / BLOCKS_A_SECOND
        assert budget.spend(2, 2600, now) == 0
    for _ in range(40 * REPLAY):
        now += 1 / REPLAY
        assert budget.spend(3, RATE * WIDTH + 100, now) == 0


@pytest.mark.parametrize(("frames", "size"), [(1, 0), (0, 4096)])
def test_a_flood_comes_in_at_the_rate_of_the_budget(frames: int, size: int) -> None:
    budget, now, taken = Budget(0.0), 0.0, 0
    while now < 60:
        now += budget.spend(frames, size, now)
        taken += 1
    most = FRAMES_AT_ONCE + 60 * FRAMES if frames else (BYTES_AT_ONCE + 60 * BYTES) / size
    assert most <= taken <= most + 2


def test_silence_earns_no_more_than_what_may_come_at_once() -> None:
    budget = Budget(0.0)
    budget.spend(int(FRAMES_AT_ONCE), 0, 0.0)
    assert budget.spend(int(FRAMES_AT_ONCE), 0, 3600.0) == 0
    assert budget.spend(1, 0, 3600.0) == pytest.approx(1 / FRAMES)


def test_the_wait_is_as_long_as_the_debt() -> None:
    budget = Budget(0.0)
    assert budget.spend(int(FRAMES_AT_ONCE), int(BYTES_AT_ONCE), 0.0) == 0
    assert budget.spend(int(FRAMES), int(3 * BYTES), 0.0) == pytest.approx(3.0)
    assert budget.spend(0, 0, 2.0) == pytest.approx(1.0)
    assert budget.spend(0, 0, 3.0) == 0
