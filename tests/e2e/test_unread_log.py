"""A log that nobody reads, in a pipe that is full: the program goes on, holds a bounded amount of it, and stops in time."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tars.core.codec import SUBPROTOCOL
from tars.samples import RATE
from tests.e2e import floods
from tests.e2e.test_echo import QUICK_END, check_recordings
from tests.programs import EXIT_LIMIT, PATIENCE, SLACK, tars_server
from tests.sounds import noise, quiet, write_wav

REFUSALS = 300
"""Each is a line of at least 80 bytes in a pipe of 4 KiB."""


@contextmanager
def server_with_unread_log(state: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server whose log nobody reads from `listening` on, and its URL."""
    command = [sys.executable, "-m", "tars.server", "--brain", "echo", "--port", "0", "--state", str(state)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, bufsize=0) as server:
        assert server.stderr is not None
        fcntl.fcntl(server.stderr, fcntl.F_SETPIPE_SZ, 4096)
        line = b""
        while b"listening" not in line:
            line = server.stderr.readline()
            assert line, "it has ended"
        port = re.search(rb"port=(\d+)", line)
        assert port
        try:
            yield server, f"ws://127.0.0.1:{port[1].decode()}"
        finally:
            server.kill()


def is_refused(url: str) -> None:
    """Say something that is no hello."""
    with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, ping_interval=None) as connection:
        connection.send('{"type": "goodbye"}')
        try:
            connection.recv(timeout=10)
        except ConnectionClosed:
            return
        raise AssertionError("it was not refused")


def test_a_server_whose_log_nobody_reads_serves_everybody_and_stops_in_time(tmp_path: Path) -> None:
    with server_with_unread_log(tmp_path) as (server, url):
        for _ in range(REFUSALS):
            is_refused(url)
        with floods.device(url):
            server.send_signal(signal.SIGTERM)
            assert server.wait(EXIT_LIMIT + SLACK) == 0


def test_a_log_that_is_read_late_says_how_many_lines_are_missing(tmp_path: Path) -> None:
    with server_with_unread_log(tmp_path) as (server, url):
        for _ in range(REFUSALS):
            is_refused(url)
        assert server.stderr is not None
        said = b""
        while b"log lines dropped" not in said:
            said += os.read(server.stderr.fileno(), 65_536)
        assert said.count(b"reason=") < REFUSALS
        server.send_signal(signal.SIGTERM)
        rest = server.stderr.read()
        assert server.wait(EXIT_LIMIT + SLACK) == 0
        assert rest.endswith(b" stopped\n")


@contextmanager
def full_pipe() -> Iterator[int]:
    """The end that is written to of a pipe that is full and that nobody reads."""
    theirs, ours = os.pipe()
    os.set_blocking(ours, False)
    try:
        while True:
            os.write(ours, b"x")
    except BlockingIOError:
        os.set_blocking(ours, True)
    try:
        yield ours
    finally:
        os.close(theirs)
        os.close(ours)


def test_last_words_that_nobody_reads_do_not_keep_a_program_from_ending(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tars.server", "--brain", "nobody", "--state", str(tmp_path)]
    with full_pipe() as ours, subprocess.Popen(command, stderr=ours) as server:
        try:
            assert server.wait(PATIENCE) == 1
        finally:
            server.kill()


def test_a_device_whose_log_nobody_reads_captures_every_sample(tmp_path: Path, trace_dir: Path) -> None:
    said = write_wav(tmp_path / "said.wav", quiet(1), noise(0.6), quiet(2.5, seed=3))
    command = [sys.executable, "-m", "tars.device", "--device", "kitchen", "--wake-word", "none", "--speaker", "none"]
    command += ["--microphone", f"file:{tmp_path / 'said.wav'}", "--trace", str(trace_dir / "device.jsonl")]
    settings = ("--record", tmp_path / "recordings", "--trace", trace_dir / "server.jsonl")
    with full_pipe() as log, tars_server(*settings, **QUICK_END) as (server, url):
        with subprocess.Popen([*command, "--server", url], stdin=subprocess.PIPE, stderr=log) as pi:
            try:
                server.says("continuity UNLINKED -> LINKED")
                assert pi.stdin
                pi.stdin.write(b"\n")
                pi.stdin.flush()
                assert pi.wait(PATIENCE) == 0, "by itself, when the file is over"
            finally:
                pi.kill()
        server.stop()
    recorded = check_recordings(tmp_path / "recordings", trace_dir / "server.jsonl", said)
    assert [len(samples) >= RATE for _, samples in recorded] == [True, True]
