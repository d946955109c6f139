"""Volume, chime and quiet hours, in samples."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from tars.device.audio.loudness import Loudness, gain_of, scaled
from tars.device.audio.sounds import CUES, SHORT_CHIME
from tars.device.quiet_hours import read_quiet_hours
from tars.samples import Samples

NIGHT, DAY = datetime(2026, 11, 30, 23, 30), datetime(2026, 11, 30, 12, 0)
LIMITS = np.array([-32768, -3, -1, 0, 1, 3, 32767], np.int16)


def loudest(samples: Samples | None) -> int:
    return 0 if samples is None else int(np.abs(samples.astype(np.int32)).max())


def loudness(now: datetime, chime: str = "normal", quiet_volume: int = 30) -> Loudness:
    return Loudness(chime, read_quiet_hours("22:00-07:00"), quiet_volume, lambda: now)


def test_all_of_the_volume_changes_no_bit_and_none_of_it_leaves_none() -> None:
    assert scaled(LIMITS, gain_of(100)) is LIMITS
    assert not scaled(LIMITS, gain_of(0)).any()
    assert scaled(LIMITS, 0.5).tolist() == [-16384, -2, 0, 0, 0, 2, 16384]


def test_each_step_of_the_volume_is_louder_and_half_of_it_is_18_db_less() -> None:
    gains = [gain_of(percent) for percent in range(101)]
    assert gains == sorted(set(gains))
    assert 20 * np.log10(gain_of(50)) == pytest.approx(-18.06, abs=0.01)


def test_by_default_every_cue_is_as_it_was_made() -> None:
    for sound, samples in CUES.items():
        assert Loudness().cue(sound) is samples


def test_cues_follow_the_volume() -> None:
    quieter = loudness(DAY)
    quieter.volume = 50
    for sound, samples in CUES.items():
        assert loudest(quieter.cue(sound)) == pytest.approx(loudest(samples) / 8, abs=1)


@pytest.mark.parametrize(("chime", "samples"), [("normal", CUES["chime"]), ("short", SHORT_CHIME), ("off", None)])
def test_the_chime_is_the_one_that_is_set_and_nothing_else_changes(chime: str, samples: Samples | None) -> None:
    set_so = loudness(DAY, chime)
    assert set_so.cue("chime") is samples
    assert set_so.cue("error") is CUES["error"]
    assert len(SHORT_CHIME) < len(CUES["chime"]) / 3


def test_quiet_hours_have_no_chime_a_quieter_voice_and_the_same_alarm() -> None:
    for chime in ("normal", "short"):
        assert loudness(NIGHT, chime).cue("chime") is None
    night = loudness(NIGHT)
    assert night.gain == gain_of(30)
    assert loudest(night.cue("error")) < loudest(CUES["error"]) / 30
    assert night.cue("alarm") is CUES["alarm"]
    assert loudness(DAY).gain == 1


def test_the_volume_of_quiet_hours_is_no_more_than_what_is_set() -> None:
    night = loudness(NIGHT)
    night.volume = 10
    assert night.gain == gain_of(10)


def test_the_hour_that_counts_is_the_present_one() -> None:
    now = [DAY]
    device = Loudness("normal", read_quiet_hours("22:00-07:00"), 30, lambda: now[0])
    assert device.cue("chime") is not None
    now[0] = NIGHT
    assert device.cue("chime") is None
