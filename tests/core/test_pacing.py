"""The allowance of one connection."""

from __future__ import annotations

import pytest

from tars.core.pacing import REPLAY_BURST, REPLAY_RATE, Pacing
from tars.samples import BLOCK

START = 100.0


def test_a_burst_may_leave_at_once_and_then_nothing() -> None:
    pacing = Pacing(START)
    assert pacing.allow(2 * REPLAY_BURST, START) == REPLAY_BURST
    assert pacing.due is None
    assert pacing.allow(BLOCK, START) == 0
    assert pacing.due == pytest.approx(START + BLOCK / REPLAY_RATE, abs=0.001)


def test_what_is_due_is_allowed_when_it_is_due() -> None:
    pacing = Pacing(START)
    pacing.allow(REPLAY_BURST, START)
    now = START
    for _ in range(1000):
        assert pacing.allow(BLOCK, now) == 0
        assert pacing.due is not None
        now = pacing.due
        assert pacing.allow(BLOCK, now) == BLOCK


def test_less_than_a_block_may_leave_with_less_than_a_block_allowed() -> None:
    pacing = Pacing(START)
    pacing.allow(REPLAY_BURST - 10, START)
    assert pacing.allow(10, START) == 10


def test_the_allowance_grows_with_time_but_never_beyond_a_burst() -> None:
    pacing = Pacing(START)
    pacing.allow(REPLAY_BURST, START)
    assert pacing.allow(2 * REPLAY_BURST, START + 0.25) == REPLAY_RATE // 4
    assert pacing.allow(2 * REPLAY_BURST, START + 1000) == REPLAY_BURST
