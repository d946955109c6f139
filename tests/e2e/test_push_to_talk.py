"""Enter on whatever is the standard input; and what is no keyboard."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.programs import tars_pi, tars_server
from tests.sounds import quiet, write_wav


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with tars_server() as (server, url):
        yield url
        server.stop()


@pytest.fixture
def microphone(tmp_path: Path) -> list[str]:
    write_wav(tmp_path / "said.wav", quiet(60))
    return ["--microphone", f"file:{tmp_path / 'said.wav'}"]


def test_enter_begins_and_ends_a_conversation_on_a_pipe(url: str, microphone: list[str], trace_dir: Path) -> None:
    with tars_pi(url, *microphone, "--trace", trace_dir / "device.jsonl") as pi:
        pi.says("continuity UNLINKED -> LINKED")
        for times in (1, 2):
            pi.press_enter()
            pi.says("turn NO_TURN -> USER_TURN", times)
            pi.press_enter()
            pi.says("session ACTIVE_SESSION -> LISTENING", times)
        assert pi.process.stdin
        pi.process.stdin.close()
        pi.says("push-to-talk is off: standard input has ended")
        assert pi.process.poll() is None, "that is all that has ended"
        pi.stop()


def test_enter_begins_and_ends_a_conversation_on_a_terminal(url: str, microphone: list[str], trace_dir: Path) -> None:
    ours, its = pty.openpty()
    try:
        with tars_pi(url, *microphone, "--trace", trace_dir / "device.jsonl", stdin=its) as pi:
            os.close(its)
            pi.says("continuity UNLINKED -> LINKED")
            os.write(ours, b"\n")
            pi.says("turn NO_TURN -> USER_TURN")
            os.write(ours, b"what is the time\n")
            pi.says("session ACTIVE_SESSION -> LISTENING")
            os.write(ours, b"\x04")  # Ctrl-D
            pi.says("push-to-talk is off: standard input has ended")
            pi.stop()
    finally:
        os.close(ours)


def test_a_file_or_nothing_as_standard_input_means_no_push_to_talk(url: str, microphone: list[str], tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_text("\n\n\n")
    with file.open() as lines:
        for stdin in (lines, subprocess.DEVNULL):
            with tars_pi(url, *microphone, stdin=stdin) as pi:
                pi.says("push-to-talk is off: standard input is no terminal")
                pi.says("continuity UNLINKED -> LINKED")
                assert "HOTWORD_DETECTED" not in pi.output
                pi.stop()


def test_a_closed_standard_input_means_no_push_to_talk(url: str, microphone: list[str]) -> None:
    with tars_pi(url, *microphone, stdin=None) as pi:
        pi.says("push-to-talk is off: there is no standard input")
        pi.says("continuity UNLINKED -> LINKED")
        pi.stop()
