"""What clients are told, as JSON objects: read from the machines and from the trace. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tars.core.device_states import DeviceStates
from tars.core.effects import Cue, Traced
from tars.device.control import FORMAT
from tars.generated.device import events
from tars.generated.device.outputs import Microphone, Reply

if TYPE_CHECKING:
    from tars.device.runner import DeviceRunner

Json = dict[str, Any]


def activity(states: DeviceStates) -> str:
    """What the device does, for people: it follows from the outputs of the states."""
    if states.microphone is Microphone.SERVER:
        return "listening"
    if states.reply is not Reply.NONE:
        return "speaking"
    return "thinking" if states.in_session else "idle"


def view(runner: DeviceRunner) -> Json:
    """The fields of a snapshot that an event `changed` may bring anew."""
    states = runner.core.states
    return {
        "activity": activity(states),
        "linked": states.linked,
        "server": runner.server,
        "muted": runner.core.muted,
        "volume": runner.loudness.volume,
    }


def snapshot(runner: DeviceRunner, wake_word: Json | None) -> Json:
    """All that a client needs to know at first. `wake_word`: the last one that was heard, as its event has it."""
    states = {machine.machine: machine.state.value for machine in runner.core.states.machines}
    about = {"event": "snapshot", "format": FORMAT, "device": runner.config.device}
    return {**about, **view(runner), "states": states, "wake_word": wake_word}


def describe(happened: object) -> Iterator[Json]:
    """What a step of a machine, or a cue that is played, tells a client; changes of the view are not among it."""
    match happened:
        case Cue(sound):
            yield {"event": "cue", "sound": sound}
        case Traced(machine=str()):
            if happened.outcome == "taken" and happened.machine in ("session", "turn"):
                yield from _taken(happened)
            if happened.source != happened.target:
                about = {"machine": happened.machine, "state": happened.target, "was": happened.source}
                yield {"event": "state", **about, "because": happened.event}


def _taken(step: Traced) -> Iterator[Json]:
    if step.event == events.Hotword.name:
        yield {"event": "wake_word", "word": step.payload["model"], "score": round(step.payload["score"], 3)}
    elif step.event == events.Ring.name:
        yield {"event": "ring", "label": step.payload["label"]}
