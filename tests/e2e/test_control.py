"""The control interface of a real tars-pi, with a real wake word: a muted device hears nothing, and hears again when it is unmuted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tars.demo.voice import say
from tars.device.control.client import ControlClient, NotRunningError
from tars.runtime import clock
from tests.programs import PATIENCE, Program, program, tars_pi
from tests.sounds import quiet, write_wav

NOWHERE = "ws://127.0.0.1:1"
"""No server listens there: a device hears its wake word all the same."""
CALLS = 60
"""So often is the wake word said: more often than the test takes."""
PAUSE = 1.2
"""Seconds between two of them."""
EACH = 2.2
"""Seconds from one of them to the next, at most."""


@pytest.fixture
def sound(tmp_path: Path) -> list[str]:
    """A microphone that hears the wake word again and again."""
    write_wav(
        tmp_path / "said.wav", quiet(2), *[part for call in range(CALLS) for part in (say("Hey Jarvis."), quiet(PAUSE, seed=call + 3))]
    )
    return ["--microphone", f"file:{tmp_path / 'said.wav'}"]


@contextmanager
def client_of(state: Path) -> Iterator[ControlClient]:
    """A client of the device with this state folder. An event that does not come fails the test."""
    with ControlClient(state / "control.sock") as client:
        yield client


def next_event(client: ControlClient, *kinds: str) -> str:
    """The next event of one of these kinds."""
    client._socket.settimeout(PATIENCE)
    while (event := client._next())["event"] not in kinds:
        pass
    return str(event["event"])


def run(state: Path, *words: str) -> str:
    """What a command of the terminal says, as a process of its own."""
    environment = os.environ | {"STATE_DIRECTORY": str(state)}
    done = subprocess.run([sys.executable, "-m", "tars.device", *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_muted_device_hears_no_wake_word_also_after_a_restart_and_an_unmuted_one_does(sound: list[str], tmp_path: Path) -> None:
    state = tmp_path / "state"
    options = [*sound, "--state", str(state)]
    with tars_pi(NOWHERE, *options, wake_word="hey_jarvis") as pi:
        pi.says("session IDLE -> LISTENING")
        with client_of(state) as client:
            next_event(client, "wake_word")
            client.send("stop")
            run(state, "mute")
            heard_nothing(client)
            assert "muted" in run(state, "status").splitlines()[0]
            run(state, "unmute")
            next_event(client, "wake_word")
            run(state, "mute")
        pi.says("muted: nothing is heard", 2)
        pi.stop()
    with tars_pi(NOWHERE, *options, wake_word="hey_jarvis") as pi:
        pi.says("the microphone is muted, as it was before the last stop")
        pi.says("session IDLE -> LISTENING")
        with client_of(state) as client:
            heard_nothing(client)
            client.send("unmute")
            next_event(client, "wake_word")
        pi.stop()


def heard_nothing(client: ControlClient) -> None:
    """The wake word is said at least twice, and no event tells of it."""
    while not client.state["muted"] or client.state["activity"] != "idle":
        next_event(client, "changed", "ok")
    end = clock.now() + 2 * EACH
    with suppress(NotRunningError):  # nothing more comes until the end
        while (left := end - clock.now()) > 0:
            client._socket.settimeout(left)
            assert client._next()["event"] != "wake_word"
    run(client._path.parent, "status")


def test_the_socket_ends_with_the_program_and_one_that_a_killed_program_has_left_is_no_hindrance(sound: list[str], tmp_path: Path) -> None:
    state = tmp_path / "state"
    socket = state / "control.sock"
    with tars_pi(NOWHERE, *sound, "--state", state) as pi:
        pi.says("session IDLE -> LISTENING")
        with client_of(state) as client:
            pi.process.send_signal(signal.SIGKILL)
            with pytest.raises(NotRunningError, match="has stopped"):
                next_event(client, "snapshot")
        pi.exits()
    assert socket.exists()
    with tars_pi(NOWHERE, *sound, "--state", state) as pi:
        pi.says("session IDLE -> LISTENING")
        assert "kitchen" in run(state, "status")
        pi.stop()
    assert not socket.exists()


def test_the_gpio_command_needs_pins(tmp_path: Path) -> None:
    with program("tars.device", "gpio") as gpio:
        assert gpio.exits() == 1
        assert gpio.output.startswith("nothing is wired: set a pin")


def test_watch_ends_with_the_device_and_says_so(sound: list[str], tmp_path: Path) -> None:
    state = tmp_path / "state"
    with tars_pi(NOWHERE, *sound, "--state", state) as pi:
        pi.says("session IDLE -> LISTENING")
        watch = Program("tars.device", "watch", STATE_DIRECTORY=str(state))
        try:
            watch.says("volume     100 %")
            pi.press_enter()
            watch.says("session LISTENING -> HOTWORD_DETECTED (button)")
            pi.stop()
            assert watch.exits() == 1
            assert watch.lines[-1] == "tars-pi has stopped"
        finally:
            watch.end()


def test_the_gpio_command_joins_pins_with_whatever_tars_pi_runs_and_ends_by_a_signal(sound: list[str], tmp_path: Path) -> None:
    state = tmp_path / "state"
    pins = {"TARS_GPIO_LED": "22", "TARS_GPIO_BUTTON": "17", "GPIOZERO_PIN_FACTORY": "mock"}
    with program("tars.device", "gpio", "--state", str(state), **pins) as gpio:
        gpio.says("no tars-pi listens")
        for times in (1, 2):
            with tars_pi(NOWHERE, *sound, "--state", str(state)) as pi:
                pi.says("session IDLE -> LISTENING")
                gpio.says("joined", times)
                pi.stop()
            gpio.says("tars-pi has stopped", times)
        gpio.stop()
