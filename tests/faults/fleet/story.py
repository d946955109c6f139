"""How a run with several servers goes: a conversation, a fault in one phase of it, and what must follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from tars.runtime import clock
from tests.faults.fleet.judge import FleetMust, FleetVerdict, judge
from tests.faults.fleet.lab import FleetLab
from tests.faults.stage import Failure
from tests.faults.story import AGREE, Phase, both, evidence, go_on, reach, replayed

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
    balanced: bool = False
    """The device knows the address of haproxy, and no other."""
    encrypted: bool = False
    """The links are encrypted, and devices need keys."""
    gives_way: str = ""
    """Which guarantee gives way, and how far."""


def run(fault: FleetFault, phase: Phase, folder: Path, stopped: Event) -> FleetVerdict:
    """Tell the story in a lab of its own, and judge it. Raises Interrupted."""
    failure = None
    seconds = UTTERANCE + (fault.lasts if phase in (Phase.SPEAKING, Phase.HOTWORD) else 0.0)
    with FleetLab(folder, seconds, stopped, servers=fault.servers, balanced=fault.balanced, encrypted=fault.encrypted) as lab:
        try:
            _tell(lab, fault, phase, seconds)
        except (Failure, AssertionError) as error:
            failure = str(error)
    verdict = judge(evidence(lab, failure=failure), fault.must(phase))
    verdict.wrong += replayed(folder)
    return verdict


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
