"""One peer sends as fast as it can. The program goes on, hears its user and its signals, and serves everybody else."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from websockets.sync.connection import Connection

from tars.core.codec import Frame
from tars.generated import messages as m
from tests.e2e import floods
from tests.programs import EXIT_LIMIT, SLACK, Program, tars_pi, tars_server
from tests.sounds import noise, quiet, write_wav

ONE_SAMPLE = b"\x01\x00"
FLOODS: dict[str, tuple[bool, list[Frame], Frame]] = {
    "an old device without a key: frames without samples": (True, floods.old_question(), b""),
    "an old device without a key: frames with one sample": (True, floods.old_question(), ONE_SAMPLE),
    "a device: frames without samples": (False, [], floods.empty_sound()),
    "a device: pings": (False, [], floods.control(m.Ping(1))),
    "a device: acknowledgements": (False, [], floods.control(m.Ack({}, {}, {}))),
    "a device: gaps": (False, [], floods.control(m.Gap(1, 0, 0, "overflow"))),
}


def says_something(tmp_path: Path) -> list[str]:
    """A microphone that hears a question, and then nothing for a long time."""
    write_wav(tmp_path / "said.wav", noise(1), quiet(60))
    return ["--microphone", f"file:{tmp_path / 'said.wav'}"]


def holds_a_conversation(pi: Program, tmp_path: Path) -> None:
    """The whole way of a question and its answer."""
    pi.press_enter()
    pi.says("turn DRAINING -> USER_TURN")


@pytest.mark.parametrize("kind", FLOODS)
def test_a_server_that_is_flooded_answers_the_others_and_saves_their_session_when_it_stops(kind: str, tmp_path: Path) -> None:
    old, first, frame = FLOODS[kind]
    with tars_server() as (server, url), tars_pi(url, *says_something(tmp_path)) as pi:
        pi.says("continuity UNLINKED -> LINKED")
        with floods.device(url, first, old=old) as attacker, floods.flooding(attacker, frame, masked=True):
            holds_a_conversation(pi, tmp_path)
            assert server.stop() < EXIT_LIMIT + SLACK
        server.says("saved")
        pi.says("event=going_away")
        assert "ACTIVE_SESSION -> LISTENING" not in pi.output, "it goes on in the next server"
        assert pi.stop() < EXIT_LIMIT + SLACK


@pytest.mark.parametrize("frame", [floods.empty_sound(), floods.control(m.Ping(1)), floods.control(m.Ack({}, {}, {}))])
def test_a_device_that_is_flooded_hears_its_button_and_its_signals(frame: Frame, tmp_path: Path) -> None:
    over = threading.Event()

    def flood(connection: Connection) -> None:
        with floods.flooding(connection, frame, masked=False):
            over.wait()

    with floods.server(flood) as url, tars_pi(url, *says_something(tmp_path)) as pi:
        try:
            pi.says("continuity UNLINKED -> LINKED")
            for times in (1, 2):
                pi.press_enter()
                pi.says("session LISTENING -> HOTWORD_DETECTED", times)
                pi.press_enter()
                pi.says("session HOTWORD_DETECTED -> LISTENING", times)
            assert pi.stop() < EXIT_LIMIT + SLACK
        finally:
            over.set()
