"""How a run with several servers goes: a conversation, a fault in one phase of it, and what must follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import numpy as np

from tars.runtime import clock
from tests.faults.fleet.judge import FleetMust, FleetVerdict, judge
from tests.faults.fleet.lab import FleetLab
from tests.faults.judge import Evidence
from tests.faults.stage import Failure
from tests.faults.story import AGREE, Phase, both, go_on, reach, recordings_in
from tests.sounds import read_wav

UTTERANCE = 4.0
"""Seconds of the first utterance, without the time that a fault lasts."""


def nothing(_: FleetLab) -> None:
    """Not every fault is ended by somebody."""


@dataclass(frozen=True)
class FleetFault:
    """What happens, when, and what must hold."""

    name: str
    begin: Callable[[FleetLab], None]
    must: Callable[[Phase], FleetMust]
    phases: tuple[Phase, ...]
    """The first one is the one for a short run."""
    end: Callable[[FleetLab], None] = nothing
    lasts: float = 0.0
    servers: int = 2
    variables: Mapping[str, str] = field(default_factory=dict)
    gives_way: str = ""
    """Which guarantee gives way, and how far."""


def run(fault: FleetFault, phase: Phase, folder: Path, stopped: Event) -> FleetVerdict:
    """Tell the story in a lab of its own, and judge it. Raises Interrupted."""
    failure = None
    seconds = UTTERANCE + (fault.lasts if phase in (Phase.SPEAKING, Phase.HOTWORD) else 0.0)
    with FleetLab(folder, seconds, stopped, servers=fault.servers, **fault.variables) as lab:
        try:
            _tell(lab, fault, phase, seconds)
        except (Failure, AssertionError) as error:
            failure = str(error)
        lab.device_trace.read()
        lab.server_trace.read()
    return judge(_evidence(lab, failure), fault.must(phase))


def _tell(lab: FleetLab, fault: FleetFault, phase: Phase, seconds: float) -> None:
    if phase is Phase.THROUGHOUT:
        lab.start_fleet()
        fault.begin(lab)
        lab.start_device()
    else:
        lab.start()
    if phase is Phase.HOTWORD:
        _strike(lab, fault, lab.open_session)
    else:
        lab.open_session()
    reach(lab, phase, seconds)
    if phase not in (Phase.THROUGHOUT, Phase.HOTWORD):
        _strike(lab, fault)
    go_on(lab, fault.must(phase), seconds)
    lab.device.press_enter()
    lab.until("both sides listen again", lambda: both(lab, "session", "LISTENING") and both(lab, "turn", "NO_TURN"), AGREE)
    lab.stop(lab.device)
    lab.stop_servers()


def _strike(lab: FleetLab, fault: FleetFault, meanwhile: Callable[[], None] = lambda: None) -> None:
    """The fault, from its beginning to its end."""
    lab.broken = clock.wall()
    fault.begin(lab)
    meanwhile()
    lab.hold(fault.lasts)
    fault.end(lab)
    lab.healed = clock.wall()


def _evidence(lab: FleetLab, failure: str | None) -> Evidence:
    played = lab.folder / "played.wav"
    return Evidence(
        said=lab.said,
        played=read_wav(played) if played.exists() else np.empty(0, np.int16),
        recordings=[recordings_in(lab.recordings(life)) for life in range(1, len(lab.lives) + 1)],
        taken=[],
        device=lab.device_trace,
        server=lab.server_trace,
        broken=lab.broken,
        healed=lab.healed,
        sound=None,
        failure=failure,
    )
