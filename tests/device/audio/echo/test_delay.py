from __future__ import annotations

import numpy as np
import pytest

from tars.device.audio.echo.delay import ENOUGH, JUMP, STANDS_OUT, Delay, find
from tars.samples import RATE, Samples
from tests.device.audio.echo.room import Room, reply


def as_samples(sound: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Samples:
    return (sound * 32767).astype(np.int16)


def test_a_second_of_a_reply_is_found_in_two() -> None:
    room, played = Room(delay=0.0), reply(10)
    heard = room.captured(room.echo(played))
    found = find(heard[5 * RATE : 6 * RATE], as_samples(played)[round(4.5 * RATE) : round(6.5 * RATE)])
    assert found.lag == pytest.approx((0.5 - 0.08) * RATE, abs=1)
    assert found.height > STANDS_OUT


def test_another_talk_and_noise_are_not_found() -> None:
    played = as_samples(reply(10))[round(4.5 * RATE) : round(6.5 * RATE)]
    other = as_samples(reply(10)[::-1].copy())[5 * RATE : 6 * RATE]
    noise = np.random.default_rng(1).normal(0, 1000, RATE).astype(np.int16)
    silence = np.zeros(RATE, np.int16)
    assert max(find(sound, played).height for sound in (other, noise, silence)) < STANDS_OUT


def test_the_delay_is_known_between_and_after_its_measurements() -> None:
    delay = Delay()
    assert not delay.known
    for second in range(10):
        delay.measured(second * RATE, 500 + 1.6 * second)
    assert delay.drift == pytest.approx(100e-6)
    assert delay.at(20 * RATE) == pytest.approx(532)


def test_one_mistake_changes_nothing_and_the_same_twice_is_the_delay() -> None:
    delay = Delay()
    for second in range(ENOUGH):
        delay.measured(second * RATE, 500)
    delay.measured(10 * RATE, 900)
    assert delay.at(10 * RATE) == pytest.approx(500)
    delay.measured(11 * RATE, 700)
    assert delay.at(11 * RATE) == pytest.approx(500)
    delay.measured(12 * RATE, 700 + JUMP / 2)
    assert delay.at(12 * RATE) == pytest.approx(700 + JUMP / 2)


def test_how_the_clocks_differ_stays_known() -> None:
    delay = Delay()
    for second in range(10):
        delay.measured(second * RATE, 500 + 1.6 * second)
    delay.forget()
    assert not delay.known
    delay.measured(100 * RATE, 3000)
    assert delay.at(110 * RATE) == pytest.approx(3016)
