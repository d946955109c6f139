"""What operators do: stop what hangs, close a window, rotate files, start twice, use IPv6, and start with half an environment."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from websockets.sync.client import connect

from tars.runtime.signals import TOO_LATE
from tests.programs import EXIT_LIMIT, SLACK, Program, program, read_trace, tars_pi, tars_server
from tests.sounds import noise, quiet, write_wav

NEWS = threading.Event()
NO_SPACE = "standard output cannot be written (No space left on device)"
HANGING = "tests.e2e.hanging"


def microphone(folder: Path, *, seconds: float = 60) -> list[str]:
    """A question, and then nothing for a long time."""
    write_wav(folder / "said.wav", noise(1), quiet(seconds))
    return ["--microphone", f"file:{folder / 'said.wav'}"]


# --- stopping --------------------------------------------------------------------------------------------------------------------


def test_a_device_whose_lookup_hangs_stops(tmp_path: Path) -> None:
    options = ["--server", "ws://tars.invalid:7456", "--wake-word", "none", "--speaker", "none", *microphone(tmp_path)]
    with program(HANGING, "lookup", "device", *options) as pi:
        pi.says("hanging")
        assert pi.stop() < EXIT_LIMIT + SLACK


def test_a_server_whose_model_never_loads_stops() -> None:
    with program(HANGING, "model", "server", "--port", "0") as server:
        server.says("hanging")
        assert server.stop() < EXIT_LIMIT + SLACK


def test_a_server_that_waits_for_the_disk_of_its_recordings_stops_and_saves(tmp_path: Path) -> None:
    with program(HANGING, "recording", "server", "--brain", "echo", "--port", "0", "--record", tmp_path) as server:
        url = f"ws://127.0.0.1:{server.says('listening').partition('port=')[2].split()[0]}"
        with tars_pi(url, *microphone(tmp_path)) as pi:
            pi.says("continuity UNLINKED -> LINKED")
            pi.press_enter()
            server.says("THINKING -> SPEAKING")
            pi.press_enter()
            server.says("hanging")
            assert within_the_limit(server) in (0, 1)
            server.says("saved")


def test_a_server_whose_loop_waits_for_a_disk_is_ended(tmp_path: Path) -> None:
    with program(HANGING, "trace", "server", "--brain", "echo", "--port", "0", "--trace", tmp_path / "trace.jsonl") as server:
        url = f"ws://127.0.0.1:{server.says('listening').partition('port=')[2].split()[0]}"
        with tars_pi(url, *microphone(tmp_path)) as pi:
            pi.says("continuity UNLINKED -> LINKED")
            assert within_the_limit(server) == 1
            server.says("hanging")
            server.says(TOO_LATE)


def within_the_limit(running: Program) -> int:
    """Tell it to stop; its status, which must come in time."""
    running.process.send_signal(signal.SIGTERM)
    return running.exits(EXIT_LIMIT + SLACK)


@pytest.mark.parametrize("what", ["device", "server"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_during_the_imports_has_its_usual_status_and_no_traceback(what: str, number: signal.Signals) -> None:
    with program(HANGING, "importing", what) as running:
        running.says("hanging")
        running.process.send_signal(number)
        if number is signal.SIGHUP:
            assert running.process.poll() is None, "nothing is open yet that could be reopened"
            running.process.send_signal(signal.SIGTERM)
        assert running.exits() == -(signal.SIGTERM if number is signal.SIGHUP else number)
        assert "Traceback" not in running.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_in_the_last_moments_changes_nothing(number: signal.Signals) -> None:
    with program(HANGING, "leaving", "server", "--brain", "echo", "--port", "0") as server:
        server.says("listening")
        server.process.send_signal(number)
        server.says("leaving")
        assert server.stop(number) < EXIT_LIMIT + SLACK


def test_a_terminal_that_is_closed_stops_a_program_in_good_order(tmp_path: Path) -> None:
    ours, its = pty.openpty()
    options = ["--brain", "echo", "--port", "0", "--trace", str(tmp_path / "trace.jsonl")]
    # Who runs the tests may have been told to ignore SIGHUP, and would pass that on.
    command = ["env", "--default-signal=HUP", "setsid", "--ctty", sys.executable, "-m", "tars.server", *options]
    environment = {"STATE_DIRECTORY": str(tmp_path), "TARS_LOG_FILE": str(tmp_path / "log"), "PATH": os.environ["PATH"]}
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=subprocess.DEVNULL, env=environment) as server:
        os.close(its)
        lines = Tail(tmp_path / "log")
        url = f"ws://127.0.0.1:{lines.wait_for('listening').partition('port=')[2].split()[0]}"
        with tars_pi(url, *microphone(tmp_path)) as pi:
            pi.says("continuity UNLINKED -> LINKED")
            pi.press_enter()
            pi.says("turn NO_TURN -> USER_TURN")
            os.close(ours)
            server.send_signal(signal.SIGHUP)
            try:
                assert server.wait(EXIT_LIMIT + SLACK) == 0
            finally:
                server.kill()
            lines.wait_for("saved")


class Tail:
    """A log file that is written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> None:
        """Wait until there is a file."""
        for _ in range(200):
            if self.path.exists():
                return
            NEWS.wait(0.05)
        raise AssertionError(f"there is no {self.path}")

    def wait_for(self, text: str) -> str:
        """The first line that holds this."""
        for _ in range(200):
            found = [line for line in (self.path.read_text().splitlines() if self.path.exists() else []) if text in line]
            if found:
                return found[0]
            NEWS.wait(0.05)
        raise AssertionError(f"{text!r} is not in {self.path}")


# --- files -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gone", ["renamed", "deleted"])
def test_files_that_are_rotated_are_written_anew_after_sighup(gone: str, tmp_path: Path) -> None:
    trace, log = tmp_path / "trace.jsonl", tmp_path / "log"
    with program("tars.server", "--brain", "echo", "--port", "0", "--trace", trace, TARS_LOG_FILE=str(log)) as server:
        url = f"ws://127.0.0.1:{Tail(log).wait_for('listening').partition('port=')[2].split()[0]}"
        with tars_pi(url, *microphone(tmp_path)) as pi:
            pi.says("continuity UNLINKED -> LINKED")
            for path in (trace, log):
                path.rename(tmp_path / f"{path.name}.1") if gone == "renamed" else path.unlink()
            server.process.send_signal(signal.SIGHUP)
            Tail(trace).exists()
            pi.press_enter()
            pi.says("turn NO_TURN -> USER_TURN")
            Tail(log).wait_for("LISTENING -> HOTWORD_DETECTED")
            assert server.stop() < EXIT_LIMIT + SLACK
    assert "brain_ready" in [line["event"] for line in read_trace(trace)]


def test_a_second_server_on_one_state_folder_is_refused(tmp_path: Path) -> None:
    with tars_server("--state", tmp_path), program("tars.server", "--brain", "echo", "--port", "0", "--state", tmp_path) as second:
        assert second.exits() == 1
        assert second.lines[-1] == f"another tars-server runs with the state folder {tmp_path}; stop it, or choose another --state"
        with program("tars.server", "key", "list", "--state", tmp_path) as command:
            assert command.exits() == 0, "commands may run beside it"
    with tars_server("--state", tmp_path):
        pass


def test_no_key_is_made_that_nobody_has_seen(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tars.server", "key", "add", "kitchen", "--state", str(tmp_path)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, f"{NO_SPACE}: the key cannot be shown, so none was made for kitchen\n")
    with program("tars.server", "key", "list", "--state", tmp_path) as keys:
        keys.says("no device is paired")


@pytest.mark.parametrize("words", [["doctor", "--brain", "echo", "--port", "0"], ["key", "list"]])
def test_what_cannot_be_printed_is_said(words: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tars.server", *words, "--state", str(tmp_path)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, f"{NO_SPACE}\n")


# --- half an environment ---------------------------------------------------------------------------------------------------------


def test_a_closed_standard_error_keeps_nothing_from_running(tmp_path: Path) -> None:
    closed = ["sh", "-c", 'exec "$@" 2>&-', "sh"]
    with program("tars.server", "key", "list", "--state", tmp_path, entry=closed) as command:
        assert command.exits() == 0
        command.says("no device is paired")
    with program("tars.server", "--brain", "nobody", "--state", tmp_path, entry=closed) as command:
        assert command.exits() == 1


# --- addresses -------------------------------------------------------------------------------------------------------------------


def answers(url: str) -> bool:
    """Whether a WebSocket server is there."""
    with connect(url, subprotocols=None, compression=None):
        return True


@pytest.mark.parametrize(("host", "reached"), [("::1", ["[::1]"]), ("[::1]", ["[::1]"]), ("::", ["[::1]", "127.0.0.1"])])
def test_ipv6_works_with_and_without_brackets_and_everybody_means_ipv4_too(host: str, reached: list[str]) -> None:
    with program("tars.server", "--brain", "echo", "--port", "0", "--host", host) as server:
        port = server.says("listening").partition("port=")[2].split()[0]
        assert all(answers(f"ws://{address}:{port}") for address in reached)
        with program("tars.server", "doctor", "--brain", "echo", "--port", port, "--host", host) as doctor:
            assert doctor.exits() == 0, doctor.output
            doctor.says(f"taken: ws://[{host.strip('[]')}]:{port} answers")
        assert server.stop() < EXIT_LIMIT + SLACK


def test_a_port_of_ipv6_that_is_taken_is_named_as_in_a_url() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        with program("tars.server", "--brain", "echo", "--port", str(port), "--host", "::1") as server:
            assert server.exits() == 1
            assert f"cannot listen on [::1]:{port}: " in server.lines[-1]
