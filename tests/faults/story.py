"""How a run goes: a conversation, a fault in one phase of it, and what must follow. Everything is found in the traces."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np

from codegen.verify.replay import read
from tars.runtime import clock
from tars.samples import Samples
from tests.faults.brain import TAKEN
from tests.faults.judge import Ending, Evidence, Must, Verdict, ends, judge
from tests.faults.lab import Lab
from tests.faults.speech import BEGINS
from tests.faults.stage import DEVICE, SERVER, Failure, Stage
from tests.programs import Program
from tests.replayed import found
from tests.sounds import read_wav

AGREE = 5.0
"""Seconds in which both sides agree again, at most."""
TELL = 45.0
"""Seconds for a whole turn, without the time that a fault lasts and that the user speaks."""
INTO_IT = 1.0
"""Seconds after the user has begun to speak, and after an answer is heard, at which a fault comes."""
BEFORE_WAKE_WORD = 1.5
"""Seconds before the utterance at which nobody has yet said the wake word to its end."""


class Phase(Enum):
    """When a fault comes."""

    THROUGHOUT = "throughout"
    IDLE = "idle"
    HOTWORD = "hotword"
    SPEAKING = "speaking"
    THINKING = "thinking"
    ANSWERING = "answering"


def nothing(_: Lab) -> None:
    """Not every fault is ended by somebody."""


@dataclass(frozen=True)
class Fault:
    """What happens, when, and what must hold."""

    name: str
    begin: Callable[[Lab], None]
    must: Callable[[Phase], Must]
    phases: tuple[Phase, ...]
    """The first one is the one for a short run."""
    end: Callable[[Lab], None] = nothing
    lasts: float = 0.0
    hold: Callable[[Lab, float], None] = Lab.hold
    """What goes on while it lasts."""
    by_voice: bool = False
    """The first session is opened by the wake word instead of the button."""
    variables: Mapping[str, str] = field(default_factory=dict)


def run(fault: Fault, phase: Phase, folder: Path, stopped: Event, *, encrypted: bool = False) -> Verdict:
    """Tell the story in a lab of its own, and judge it. Raises Interrupted."""
    failure = None
    meets_speech = phase in (Phase.SPEAKING, Phase.HOTWORD)
    seconds = 4.0 + (fault.lasts if meets_speech else 0.0)
    with Lab(folder, seconds, stopped, by_voice=fault.by_voice, encrypted=encrypted, **fault.variables) as lab:
        try:
            _tell(lab, fault, phase, seconds)
        except (Failure, AssertionError) as error:
            failure = str(error)
        sound: float | None = None
        with suppress(RuntimeError):  # the network is gone
            sound = _sound(lab, phase)
    taken = [taken_by(server) for server in lab.programs if server.name == SERVER]
    verdict = judge(evidence(lab, failure=failure, sound=sound, taken=taken), fault.must(phase))
    verdict.wrong += replayed(folder)
    return verdict


def _tell(lab: Lab, fault: Fault, phase: Phase, seconds: float) -> None:
    if phase is Phase.THROUGHOUT:
        fault.begin(lab)
    lab.start()
    if phase is Phase.IDLE:
        _strike(lab, fault)
        _settle(lab)
    if phase is Phase.HOTWORD:
        if fault.by_voice:
            lab.hold_until_heard(BEGINS - BEFORE_WAKE_WORD)
        _strike(lab, fault, lab.open_session)
    else:
        lab.open_session()
    reach(lab, phase, seconds)
    if phase not in (Phase.IDLE, Phase.HOTWORD):
        _strike(lab, fault)
    go_on(lab, fault.must(phase), seconds)
    lab.device.press_enter()
    lab.until("both sides listen again", lambda: both(lab, "session", "LISTENING") and both(lab, "turn", "NO_TURN"), AGREE)
    lab.stop(lab.device)
    lab.stop(lab.server)


def reach(lab: Stage, phase: Phase, seconds: float) -> None:
    """Wait until the conversation has come to that phase."""
    if phase is Phase.SPEAKING:
        lab.until("the first sample is at the server", lambda: lab.server_trace.taken("first_sample_received", None))
        lab.hold_until_heard(BEGINS + INTO_IT)
    elif phase is Phase.THINKING:
        lab.until("the server thinks", lambda: lab.server_trace.state("turn") == "THINKING", seconds + TELL)
    elif phase is Phase.ANSWERING:
        lab.until("the answer plays", lambda: lab.device_trace.taken("first_reply_sample", None), seconds + TELL)
        lab.hold(INTO_IT)


def _strike(lab: Lab, fault: Fault, meanwhile: Callable[[], None] = lambda: None) -> None:
    """The fault, from its beginning to its end."""
    lab.broken = clock.wall()
    if fault.begin is not nothing:
        fault.begin(lab)
    meanwhile()
    fault.hold(lab, fault.lasts)
    fault.end(lab)
    lab.network.tell(watch=True)
    lab.healed = clock.wall()


def _settle(lab: Lab) -> None:
    """After a fault in which nobody spoke: both sides have a link, or do not know better."""
    lab.until_linked(AGREE + TELL)


def go_on(lab: Stage, must: Must, seconds: float) -> None:
    """A turn after the one that the fault has met is heard to its end; in a new session, if this one could not be kept."""
    device = lab.device_trace
    device.read()
    turn = max(1, device.variable("turn", "turn") or 0) + 1

    def over() -> bool:
        return bool(ends(device))

    lab.until(f"turn {turn} is heard to its end", lambda: over() or device.taken("drained", "turn", turn=turn), seconds + 2 * TELL)
    if over():
        if must.ending is Ending.KEPT:
            raise Failure("the session has ended")
        lab.until_linked(TELL)
        lab.until("both sides know that the session is over", lambda: both(lab, "session", "LISTENING"), AGREE)
        heard = len(device.taken("drained", "turn"))
        lab.device.press_enter()
        lab.until("another conversation can be held", lambda: len(device.taken("drained", "turn")) > heard, seconds + 2 * TELL)
    lab.until("both sides say whose turn it is", lambda: agree(lab), AGREE)


def both(lab: Stage, machine: str, state: str) -> bool:
    """Whether this machine is in this state on both sides."""
    return lab.device_trace.state(machine) == lab.server_trace.state(machine) == state


def agree(lab: Stage) -> bool:
    """Whether both sides say the same of session and turn."""
    sides = [
        (trace.state("session"), trace.variable("session", "session"), trace.state("turn"), trace.variable("turn", "turn"))
        for trace in (lab.device_trace, lab.server_trace)
    ]
    return sides[0] == sides[1]


def _sound(lab: Lab, phase: Phase) -> float | None:
    """When sound went on after the fault."""
    way = {Phase.SPEAKING: "up", Phase.HOTWORD: "up", Phase.ANSWERING: "down"}.get(phase)
    moment: float | None = lab.network.tell()[way]["sound"] if way else None
    return moment


def evidence(lab: Stage, **known: Any) -> Evidence:
    """What a run has left behind of the one device of a lab. `known`: fields that are known otherwise."""
    lab.device_trace.read()
    lab.server_trace.read()
    seen = Evidence(
        said=lab.said,
        played=played_in(lab.folder / "played.wav"),
        recordings=recordings_of(lab),
        device=lab.device_trace,
        server=lab.server_trace,
        broken=lab.broken,
        healed=lab.healed,
    )
    return replace(seen, **known)


def played_in(path: Path) -> Samples:
    """What a speaker has played; nothing if its program did not come to that."""
    return read_wav(path) if path.exists() else np.empty(0, np.int16)


def replayed(folder: Path) -> list[str]:
    """What the definitions and the specs do not allow in the traces of a run."""
    return list(map(str, found(read([folder], "device")))) if any(folder.glob("*.jsonl")) else []


def recordings_of(lab: Stage, device: str = DEVICE) -> list[dict[tuple[str, int], Samples]]:
    """What each life of the servers has recorded of a device."""
    return [recordings_in(lab.recordings(life), device) for life in range(1, len(lab.server_trace.lives) + 1)]


def recordings_in(folder: Path, device: str) -> dict[tuple[str, int], Samples]:
    """What a life of the server has recorded of a device, by session and turn; of an utterance announced again, the last recording."""
    found = {}
    for path in sorted(folder.glob(f"{device}-*.wav"), key=lambda path: (len(path.stem), path.stem)):
        _, session, turn, *_again = path.stem.split("-")
        found[session, int(turn)] = read_wav(path)
    return found


def taken_by(server: Program) -> list[int]:
    """How many samples of each answer were taken from the brain, as it says itself."""
    return [int(samples) for samples in re.findall(rf"{TAKEN}\b.*\bsamples=(\d+)", server.output)]
