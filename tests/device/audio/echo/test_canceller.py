"""The canceller between two computed devices in a computed room."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import soxr

from tars.demo.voice import say
from tars.device.audio.echo import canceller as module
from tars.device.audio.echo.delay import MOST_DRIFT
from tars.device.wake.engines import Scorer, load
from tars.device.wake.words import read_words
from tars.samples import BLOCK, RATE, Samples
from tests.device.audio.echo.room import Devices, Room, Sound, decibels, reply, silence
from tests.device.audio.forms import likeness
from tests.device.wake.hearing import scores


def listen(room: Room, played: Sound, said: Sound | float = 0.0, rate: int = 48_000) -> tuple[Samples, Samples, Devices]:
    """What the microphone captures, what the canceller makes of it, and the devices."""
    captured = room.captured(room.echo(played) + said)
    devices = Devices(room, rate)
    return captured[: len(captured) // BLOCK * BLOCK], devices.hear(captured, played), devices


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.1, 0.2])
def test_the_echo_is_lowered_however_long_it_takes(delay: float) -> None:
    captured, cleaned, devices = listen(Room(delay=delay), reply(12))
    assert decibels(captured, cleaned, 8, 12) > 20
    assert devices.canceller.state.delay == pytest.approx(1000 * delay, abs=12), "callbacks come up to 10 ms late"
    assert devices.canceller.state.suppression is not None
    assert devices.canceller.state.suppression > 12


@pytest.mark.parametrize("rate", [44_100, 16_000])
def test_a_speaker_may_have_another_rate(rate: int) -> None:
    captured, cleaned, _ = listen(Room(), np.concatenate([silence(1.0101), reply(2), silence(1), reply(9)]), rate=rate)
    assert decibels(captured, cleaned, 9, 13) > 15


@pytest.mark.parametrize("room", [Room(gain=4.0), Room(reverberation=0.5, direct=0.8), Room(noise=200)], ids=["clipped", "far", "noisy"])
def test_a_clipped_microphone_a_room_that_echoes_and_noise_are_borne(room: Room) -> None:
    captured, cleaned, devices = listen(room, reply(12))
    assert decibels(captured, cleaned, 8, 12) > 8
    assert devices.canceller.state.delay == pytest.approx(1000 * room.delay, abs=12)


@pytest.mark.parametrize("ppm", [100.0, -100.0])
def test_clocks_that_differ_are_noticed_and_borne(ppm: float) -> None:
    captured, cleaned, devices = listen(Room(ppm=ppm), reply(30))
    assert devices.canceller.state.drift == pytest.approx(ppm, abs=5)
    assert decibels(captured, cleaned, 20, 30) > 18


def test_while_nothing_is_played_blocks_pass_bit_for_bit() -> None:
    talk = np.concatenate([reply(2, begin=5), silence(4), reply(2, begin=5)])
    captured, cleaned, _ = listen(Room(), np.concatenate([silence(2), reply(3), silence(3)]), 0.3 * talk)
    assert (cleaned[: 2 * RATE] == captured[: 2 * RATE]).all()
    assert (cleaned[6 * RATE :] == captured[6 * RATE :]).all()
    assert decibels(captured, cleaned, 4, 5) > 3, "and otherwise they do not"
    assert len(cleaned) == len(captured)


def test_there_is_no_crack_where_cancelling_begins_and_ends() -> None:
    """A tone goes on through the beginning and the end of a reply that nobody hears."""
    tone = 0.2 * np.cos(2 * np.pi * 350 * np.arange(6 * RATE) / RATE)
    room = replace(Room(noise=0), loudest=1e-9)
    _, cleaned, _ = listen(room, np.concatenate([silence(2), reply(2), silence(2)]), tone)
    steps = np.abs(np.diff(cleaned.astype(int)))
    assert steps.max() < 1.5 * np.abs(np.diff(tone * 32767)).max()


def test_who_speaks_over_a_reply_is_kept() -> None:
    room, said = Room(), say("What is the weather like in the city of Rome tomorrow?")
    user = np.concatenate([silence(8), 0.5 * said / 32768, silence(1)])
    captured, cleaned, _ = listen(room, reply(len(user) / RATE), user)
    part = said[RATE // 2 : 2 * RATE]
    assert likeness(captured[8 * RATE :], part) < 0.6
    assert likeness(cleaned[8 * RATE :], part) > 0.8


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return load(read_words("hey_jarvis"))


def is_heard(scorer: Scorer, sound: Samples) -> bool:
    scorer.forget()
    return any(score["hey_jarvis"] >= scorer.thresholds["hey_jarvis"] for score in scores(scorer, sound))


def test_the_wake_word_is_heard_over_a_reply_that_is_more_than_twice_as_loud(scorer: Scorer) -> None:
    room, without, with_it = Room(), 0, 0
    call = say("Hey Jarvis.") / 32768
    for number in range(6):
        played = reply(4 + len(call) / RATE + 1.5, begin=number)
        user = np.zeros(len(played))
        user[4 * RATE : 4 * RATE + len(call)] = room.said(call)
        user *= 0.4 * room.echo(played)[4 * RATE :].std() / call.std()
        captured, cleaned, _ = listen(room, played, user)
        without += is_heard(scorer, captured)
        with_it += is_heard(scorer, cleaned)
    assert without == 0
    assert with_it >= 5


def test_when_the_microphone_was_opened_anew_the_delay_is_found_anew() -> None:
    room, played = Room(delay=0.02), reply(24)
    captured = room.captured(room.echo(played))
    devices = Devices(room)
    first = devices.hear(captured[: 100 * BLOCK], played[: 100 * BLOCK])
    gone = 10 * BLOCK
    devices.miss(gone)
    late = replace(room, delay=0.17)
    captured = late.captured(late.echo(played))
    rest = devices.hear(captured[len(first) + gone :], played[len(first) + gone :])
    rest_captured = captured[len(first) + gone :]
    assert decibels(rest_captured, rest, 8, 14) > 15
    assert devices.canceller.state.delay == pytest.approx(170, abs=12)


def test_when_the_speaker_was_too_late_for_its_device_the_delay_is_found_anew() -> None:
    room, played = Room(delay=0.02), reply(24)
    captured = room.captured(room.echo(played))
    later = replace(room, delay=0.1)
    after = later.captured(later.echo(played))
    at = 100 * BLOCK
    joined = np.concatenate([captured[:at], after[at:]])
    cleaned = Devices(room).hear(joined, played)
    assert decibels(joined[: len(cleaned)], cleaned, 18, 24) > 15


@pytest.mark.parametrize("away", [0.4, 4.0])
def test_when_the_speaker_was_away_the_place_of_the_echo_is_found_anew(away: float) -> None:
    room, before, after = Room(delay=0.0), reply(8), reply(14, begin=8)
    captured = room.captured(room.echo(np.concatenate([before, silence(away), after])))
    devices = Devices(room)
    devices.hear(captured[: len(before)], before)
    gone = len(before) + round(away * RATE)
    devices.lose_speaker(captured[len(before) : gone])
    heard = captured[gone:]
    cleaned = devices.hear(heard, after)
    assert decibels(heard[: len(cleaned)], cleaned, 6, 14) > 15
    assert devices.canceller.state.delay == pytest.approx(0, abs=12)


@pytest.mark.parametrize("drift", [MOST_DRIFT, -MOST_DRIFT])
def test_how_the_clocks_differ_may_be_estimated_wrongly_before_a_long_silence(drift: float) -> None:
    room, before, after = Room(), reply(8), reply(14, begin=8)
    devices = Devices(room)
    devices.hear(room.captured(room.echo(before)), before)
    devices.canceller._drift = devices.canceller._delay.drift = drift
    for minute in range(30):
        devices.hear(room.captured(silence(60), seed=minute), silence(60))
    assert not devices.canceller.knows_delay, "it would be wrong by 0.9 s"
    heard = room.captured(room.echo(after))
    cleaned = devices.hear(heard, after)
    assert decibels(heard[: len(cleaned)], cleaned, 6, 14) > 15


def test_a_microphone_that_does_not_hear_the_speaker_keeps_who_speaks() -> None:
    deaf = Room(loudest=1e-9)
    said = say("What is the weather like in the city of Rome tomorrow?")
    # Not by the voice of the reply, which says some sounds in the very same way.
    said = soxr.resample(said, 1.15, 1)
    user = np.concatenate([silence(8), 0.5 * said / 32768, silence(1)])
    _, cleaned, devices = listen(deaf, reply(len(user) / RATE), user)
    assert likeness(cleaned[8 * RATE :], said[RATE // 2 : 2 * RATE]) > 0.9
    assert devices.canceller.state.delay is None


def test_nothing_is_computed_while_nothing_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room()
    devices = Devices(room)
    monkeypatch.setattr(devices.canceller._speex, "clean", None)
    monkeypatch.setattr(module, "find", None)
    captured = room.captured(reply(2))
    assert (devices.hear(captured, silence(2)) == captured).all()
