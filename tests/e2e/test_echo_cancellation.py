"""Somebody calls TARS while it talks, in a room where the microphone hears the speaker: a virtual sound card, with a room around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tars.demo.voice import say
from tests.device.audio.echo.room import REPLY, Room, Sound, silence
from tests.device.audio.echo.virtual_room import VirtualRoom, virtual_room
from tests.device.audio.sound_card import SoundCard, sound_card
from tests.programs import program, read_trace, tars_pi, tars_server

ROOM = Room()
QUIETER = 0.25
"""How much quieter than the echo the call is: 12 dB."""


@pytest.fixture(scope="module", autouse=True)
def virtual_sound_card() -> Iterator[SoundCard]:
    with sound_card() as card:
        yield card


@pytest.fixture
def room() -> Iterator[VirtualRoom]:
    with virtual_room(ROOM) as opened:
        yield opened


def calls(count: int) -> Sound:
    """What somebody says over the answer, from its beginning on, as people do who are not heard."""
    call = ROOM.said(say("Hey Jarvis.") / 32768)
    echo = ROOM.said(ROOM.distorted(say(REPLY) / 32768))
    return np.concatenate([silence(3.5), *[call * QUIETER * echo.std() / call.std(), silence(1.5)] * count])


def events_of_turns(room: VirtualRoom, folders: tuple[Path, Path], echo_cancellation: str, text: str, said: Sound, end: str) -> list[str]:
    """TARS says the text, and meanwhile somebody says this in the room: what the machine `turn` of the device took until `end`."""
    state, traces = folders
    sound: list[str | Path] = ["--microphone", "default", "--speaker", "default", "--trace", traces / "device.jsonl"]
    with tars_server("--state", state, "--trace", traces / "server.jsonl", brain="offline") as (server, url):
        with tars_pi(url, *sound, wake_word="hey_jarvis", TARS_ECHO_CANCELLATION=echo_cancellation) as pi:
            server.says("link ")
            with program("tars.server", "say", "kitchen", text, "--state", state):
                pi.says("-> SPEAKING")
                room.say(said)
                pi.says(end, within=60)
            pi.stop()
            assert ("echo_lowered_db=" in pi.says("sound  lost_blocks=")) is (echo_cancellation == "speex")
        server.stop()
    return [line["event"] for line in read_trace(traces / "device.jsonl") if line["machine"] == "turn"]


def test_a_call_over_the_answer_interrupts_it(room: VirtualRoom, tmp_path: Path, trace_dir: Path) -> None:
    text = f"{REPLY} {REPLY}"
    assert "hotword" in events_of_turns(room, (tmp_path, trace_dir), "speex", text, calls(10), end="-> USER_TURN")


def test_without_echo_cancellation_the_answer_drowns_the_call(room: VirtualRoom, tmp_path: Path, trace_dir: Path) -> None:
    assert "hotword" not in events_of_turns(room, (tmp_path, trace_dir), "off", REPLY, calls(2), end="-> NO_TURN")
