from __future__ import annotations

import sys

import numpy as np
import pytest
import soxr

from tars.demo.voice import say
from tars.device.audio.echo.speech import LEARNING, SpeechDetector
from tars.errors import ConfigError
from tars.samples import BLOCK, RATE
from tests.device.audio.echo.room import Devices, Room, Sound, reply, silence

ROOM = Room()


def noticed(played: Sound, said: Sound, *, aligned: bool = True) -> list[float]:
    """When speech began that is noticed, in seconds."""
    captured = ROOM.captured(ROOM.echo(played) + said)
    devices, detector, moments = Devices(ROOM), SpeechDetector(), list[float]()
    for at in range(0, len(captured) - BLOCK + 1, BLOCK):
        devices.hear(captured[at : at + BLOCK], played[at : at + BLOCK])
        if devices.canceller.reference is None:
            detector.pause()
        elif (before := detector.hear(captured[at : at + BLOCK], devices.canceller.reference, aligned=aligned)) is not None:
            moments.append((at + BLOCK - before) / RATE)
    return moments


def somebody(begin: float, seconds: float) -> Sound:
    """Another voice than TARS's own says something, at this second, as loud as the echo."""
    voice = soxr.resample(say("Stop, that is enough. I wanted to know something else."), 1.15, 1) / 32768
    user = ROOM.said(np.concatenate([silence(begin), voice, silence(seconds)])[: round(seconds * RATE)])
    return np.asarray(2 * user * ROOM.echo(reply(10)).std() / voice.std(), np.float64)


def test_nobody_is_noticed_while_only_tars_talks() -> None:
    assert noticed(reply(20), silence(20)) == []


def test_who_begins_to_speak_over_a_reply_is_noticed_once_at_the_beginning() -> None:
    moments = noticed(reply(12), somebody(8, 12))
    assert moments
    assert 7.9 < moments[0] < 9
    assert len(moments) <= 2, "a pause between two sentences may be long"


def test_while_the_room_is_learnt_nobody_is_noticed() -> None:
    assert all(moment > LEARNING / RATE for moment in noticed(reply(6), somebody(1, 6)))


def test_while_no_echo_was_found_nobody_is_noticed_for_longer() -> None:
    assert noticed(reply(12), somebody(8, 12), aligned=False) == []
    assert noticed(reply(17), somebody(14, 17), aligned=False)


def test_speech_while_nothing_is_played_is_nobodys_interruption() -> None:
    assert noticed(np.concatenate([reply(5), silence(6)]), somebody(6.5, 11)) == []


def test_without_the_packages_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pywebrtc_audio", None)
    with pytest.raises(ConfigError, match=r"pip install -e '\.\[echo\]'"):
        SpeechDetector()
