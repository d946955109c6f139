"""SIGINT and SIGTERM: each program ends in good order, soon, whatever happens at the moment, and the other one learns it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.programs import EXIT_LIMIT, SLACK, Program, tars_pi, tars_server
from tests.sounds import noise, quiet, read_wav, write_wav

SIGNALS = [signal.SIGINT, signal.SIGTERM]


@contextmanager
def linked(tmp_path: Path, traces: Path, **server_settings: str) -> Iterator[tuple[Program, Program]]:
    """Server and device, linked; the device hears a question, and then nothing for a long time."""
    write_wav(tmp_path / "said.wav", noise(1), quiet(30))
    sound = ["--microphone", f"file:{tmp_path / 'said.wav'}", "--speaker", f"file:{tmp_path / 'heard.wav'}"]
    with (
        tars_server("--record", tmp_path / "recordings", "--trace", traces / "server.jsonl", **server_settings) as (server, url),
        tars_pi(url, *sound, "--trace", traces / "device.jsonl") as pi,
    ):
        pi.says("continuity UNLINKED -> LINKED")
        yield server, pi


@pytest.mark.parametrize("number", SIGNALS)
def test_a_device_that_is_stopped_in_a_conversation_ends_it(number: signal.Signals, tmp_path: Path, trace_dir: Path) -> None:
    with linked(tmp_path, trace_dir) as (server, pi):
        pi.press_enter()
        pi.says("THINKING -> SPEAKING")
        pi.process.send_signal(number)
        assert pi.stop(number) < EXIT_LIMIT + SLACK, "who presses Ctrl-C twice does no harm"
        assert pi.lines[-1].endswith("stopped")
        server.says("event=session_end")
        server.says("event=goodbye")
        assert "the device needs this link no more" in server.says("link closed")
        assert server.stop() < EXIT_LIMIT + SLACK
    (recording,) = (tmp_path / "recordings").glob("*.wav")
    assert len(read_wav(recording)), "what was said is there"
    assert len(read_wav(tmp_path / "heard.wav")), "the file of the speaker is whole"


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("resume", ["on", "off"])
def test_a_server_that_is_stopped_in_a_conversation_says_so(number: signal.Signals, resume: str, tmp_path: Path, trace_dir: Path) -> None:
    with linked(tmp_path, trace_dir, TARS_RESUME=resume) as (server, pi):
        pi.press_enter()
        server.says("THINKING -> SPEAKING")
        assert server.stop(number) < EXIT_LIMIT + SLACK
        pi.says("event=going_away")
        assert ("ACTIVE_SESSION -> LISTENING" in pi.output) == (resume == "off"), "with resume it goes on in the next server"
        assert pi.stop() < EXIT_LIMIT + SLACK, "also while it waits for another server"
    (recording,) = (tmp_path / "recordings").glob("*.wav")
    assert len(read_wav(recording))


@pytest.mark.parametrize("number", SIGNALS)
def test_both_stop_while_nothing_happens(number: signal.Signals, tmp_path: Path, trace_dir: Path) -> None:
    with linked(tmp_path, trace_dir) as (server, pi):
        assert pi.stop(number) < EXIT_LIMIT + SLACK
        server.says("session LISTENING -> IDLE")
        assert server.stop(number) < EXIT_LIMIT + SLACK


@pytest.mark.parametrize("frozen", ["server", "device"])
def test_nobody_waits_for_a_frozen_partner(frozen: str, tmp_path: Path, trace_dir: Path) -> None:
    with linked(tmp_path, trace_dir) as (server, pi):
        pi.press_enter()
        pi.says("turn NO_TURN -> USER_TURN")
        partner, other = (server, pi) if frozen == "server" else (pi, server)
        partner.process.send_signal(signal.SIGSTOP)
        assert other.stop() < EXIT_LIMIT + SLACK
