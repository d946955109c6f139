"""What a device tells while somebody looks."""

from __future__ import annotations

import pytest

from tars.core.device_states import DeviceStates
from tars.core.effects import Cue, Traced
from tars.device.wake import Nearest
from tars.device.watched import LONGEST, MOST_STEPS, SILENCE, Watched
from tars.generated.messages import MachineStep, Message, SoundLevel
from tars.runtime import clock
from tars.runtime.runner import Tell
from tars.samples import to_pcm
from tars.testing import FakeWakeWord
from tests.sounds import noise

STEP = Traced("device", "kitchen", "turn", "drained", {}, "DRAINING", "USER_TURN", {}, "taken", "turn.yaml:96")


class Device:
    """A device whose clock the test sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.posted: list[object] = []
        self.watched = Watched(self.posted.append)
        self.wake = FakeWakeWord()
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def begin(self, seconds: int) -> list[Message]:
        self.watched.begin(7, seconds, DeviceStates().machines)
        return self.told()

    def told(self) -> list[Message]:
        told, self.posted[:] = list(self.posted), []
        assert all(isinstance(item, Tell) and item.generation == 7 for item in told)
        return [item.message for item in told if isinstance(item, Tell)]


@pytest.fixture
def kitchen(monkeypatch: pytest.MonkeyPatch) -> Device:
    return Device(monkeypatch)


def test_nothing_is_told_until_somebody_looks_and_after_nobody_does(kitchen: Device) -> None:
    def happens() -> list[Message]:
        kitchen.watched.observe(STEP)
        kitchen.watched.hear(to_pcm(noise(0.08)), kitchen.wake, kitchen.now)
        return kitchen.told()

    assert happens() == []
    kitchen.begin(30)
    happens()
    kitchen.now += 29
    assert len(happens()) == 2
    kitchen.now += 1
    assert happens() == []
    kitchen.begin(30)
    assert kitchen.begin(0) == []
    assert happens() == []
    kitchen.begin(10**9)
    kitchen.now += LONGEST
    assert happens() == [], "a server that forgets the device does not make it tell for ever"


def test_whoever_begins_to_look_learns_the_states_and_then_each_step(kitchen: Device) -> None:
    states = kitchen.begin(30)
    assert {message.machine: (message.event, message.target) for message in states if isinstance(message, MachineStep)} == {
        "connection": ("", "DISCONNECTED"),
        "continuity": ("", "UNLINKED"),
        "session": ("", "IDLE"),
        "turn": ("", "NO_TURN"),
    }
    kitchen.watched.observe(Cue("chime"))
    kitchen.watched.observe(Traced("device", "kitchen", None, "mute", {}))
    kitchen.watched.observe(STEP)
    assert kitchen.told() == [MachineStep("turn", "drained", "DRAINING", "USER_TURN", "taken", "turn.yaml:96")]


def test_a_storm_of_steps_does_not_fill_the_link(kitchen: Device) -> None:
    kitchen.begin(30)
    for _ in range(1000):
        kitchen.watched.observe(STEP)
    assert len(kitchen.told()) == MOST_STEPS
    kitchen.now += 1
    kitchen.watched.observe(STEP)
    assert len(kitchen.told()) == 1


def test_the_level_and_what_came_nearest_are_told_once_a_second(kitchen: Device) -> None:
    kitchen.begin(30)
    kitchen.wake.nearest = Nearest("hey_tars", 0.4321, 0.9)
    quiet, loud = bytes(2560), (16384).to_bytes(2, "little", signed=True) * 1280
    kitchen.watched.hear(quiet, kitchen.wake, kitchen.now)
    assert (kitchen.told(), kitchen.wake.taken) == ([], 1), "what was near before somebody looked is forgotten"
    kitchen.watched.hear(quiet, kitchen.wake, kitchen.now + 1)
    assert kitchen.told() == [SoundLevel(SILENCE, "hey_tars", 0.432, 0.9)]
    kitchen.watched.hear(loud, kitchen.wake, kitchen.now + 1.5)
    assert kitchen.told() == []
    kitchen.watched.hear(quiet, kitchen.wake, kitchen.now + 2)
    assert kitchen.told() == [SoundLevel(-6.0, "hey_tars", 0.432, 0.9)], "the loudest of the second, not the last"
