from __future__ import annotations

import numpy as np
import pytest

from tars.device.audio.sounds import ALARM, CHIME, CUES, ERROR
from tars.samples import RATE


@pytest.mark.parametrize("name", CUES)
def test_a_cue_is_loud_enough_and_does_not_click(name: str) -> None:
    cue = CUES[name].astype(int)
    assert CUES[name].dtype == np.int16
    assert 2_000 < np.abs(cue).max() < 20_000
    assert cue[0] == 0
    assert abs(cue[-1]) < 100
    assert np.abs(np.diff(cue)).max() < 10_000


def test_the_chime_is_short_and_the_alarm_is_long() -> None:
    assert len(CHIME) < 0.25 * RATE
    assert len(ERROR) < 0.6 * RATE
    assert len(ALARM) == pytest.approx(3 * RATE, abs=0.2 * RATE)
