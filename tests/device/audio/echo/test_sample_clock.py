from __future__ import annotations

import pytest

from tars.device.audio.echo.sample_clock import LAST, SampleClock
from tars.samples import RATE


def test_nothing_is_known_at_first() -> None:
    assert SampleClock().start is None


def test_callbacks_that_come_late_do_not_count() -> None:
    clock = SampleClock()
    for number, late in enumerate([0.03, 0.5, 0.01, 0.2]):
        clock.note(number * RATE, 50 + number + late)
    assert clock.start == pytest.approx(50.01)


def test_after_a_gap_the_time_is_right_again() -> None:
    clock = SampleClock()
    for number in range(LAST):
        clock.note(number * RATE, 50 + number)
    for number in range(LAST, 2 * LAST):
        clock.note(number * RATE, 53 + number)
    assert clock.start == pytest.approx(53)
