from __future__ import annotations

from threading import Thread

import numpy as np
import pytest
import soxr

from tars.device.audio.echo import played as module
from tars.device.audio.echo.played import Played
from tars.samples import RATE, Samples
from tests.device.audio.forms import slow_noise


def note(played: Played, sound: Samples, rate: int, step: int) -> None:
    """The device takes it, a step at a time, and then some silence; steps of silence are told as such."""
    sound = np.concatenate([sound, np.zeros(5 * step, np.int16)])
    for at in range(0, len(sound), step):
        part = sound[at : at + step]
        played.note(part if part.any() else None, len(part), rate=rate, delay=0, at=at / rate)


@pytest.mark.parametrize(("rate", "step"), [(48_000, 1920), (44_100, 1764), (44_100, 3003), (16_000, 640), (96_000, 3840), (8_000, 320)])
def test_every_sound_is_at_its_place_at_16_khz(rate: int, step: int) -> None:
    first, second = slow_noise(0.5, 1), slow_noise(0.7, 2)
    expected = np.concatenate([np.zeros(1234, np.int16), first, np.zeros(5 * RATE + 77, np.int16), second, np.zeros(RATE, np.int16)])
    if rate < RATE:
        expected = soxr.resample(soxr.resample(expected, RATE, rate), rate, RATE)
    played = Played()
    sound = soxr.resample(expected, RATE, rate) if rate != RATE else expected
    note(played, np.where(abs(sound) > 3, sound, np.int16(0)), rate, step)  # soxr adds noise to silence
    played.update()
    found = played.read(0, len(expected))
    assert np.abs(found.astype(int) - expected).std() < 0.03 * first.std()


def test_what_is_not_known_is_silent() -> None:
    played = Played()
    played.update()
    assert not played.read(-500, 1000).any()
    note(played, slow_noise(1, 1), RATE, 640)
    played.update()
    assert not played.read(-500, 500).any()
    assert not played.read(RATE, 500).any()
    assert played.read(RATE - 300, 500).any()
    assert played._resampler is None, "silence is not computed"


def test_old_sound_is_let_go() -> None:
    played = Played()
    for _ in range(20):
        note(played, slow_noise(1, 1), RATE, 640)
        played.update()
    assert not played.read(0, 7 * RATE).any()
    assert played.read(19 * RATE, RATE).any()
    assert sum(len(piece) for _, piece in played._pieces) < module.KEPT + RATE


def test_where_nobody_reads_memory_does_not_grow_and_places_stay_right() -> None:
    played, sound = Played(), slow_noise(30, 1)
    note(played, sound, RATE, 640)
    assert len(played._waiting) == module.WAITING
    played.update()
    assert (played.read(29 * RATE, RATE) == sound[29 * RATE :]).all()


def test_another_thread_may_note_meanwhile() -> None:
    played, sound = Played(), slow_noise(8, 1)
    thread = Thread(target=note, args=(played, sound, RATE, 640))
    thread.start()
    while thread.is_alive():
        played.update()
    thread.join()
    played.update()
    assert (played.read(0, len(sound)) == sound).all()


def test_the_clock_says_when_a_sample_leaves_the_speaker() -> None:
    played = Played()
    for number in range(60):
        played.note(None, 1920, rate=48_000, delay=4800, at=100 + number * 0.04 + (0 if number % 7 == 0 else 0.015))
    played.update()
    assert played.clock.start == pytest.approx(100.1)
