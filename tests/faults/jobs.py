"""The rows of both tables as jobs: two hosts, and several servers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event

from tests.faults import story
from tests.faults.faults import faults
from tests.faults.fleet import rolling, saying
from tests.faults.fleet import story as fleet_story
from tests.faults.fleet.faults import faults as fleet_faults
from tests.faults.judge import Verdict
from tests.faults.story import Phase

HOSTS, SERVERS = "hosts", "servers"
"""The tables."""


@dataclass(frozen=True)
class Job:
    """One row to be."""

    table: str
    fault: str
    phase: Phase
    run: Callable[[Path, Event], Verdict]
    lasts: float = 0.0
    """Seconds of the fault: what takes longest begins first."""
    alone: bool = False
    """It needs the whole machine, and comes last."""

    @property
    def name(self) -> str:
        """For people, and for a folder."""
        return f"{self.fault}, {self.phase.value}"


def jobs(seeds: int, *, encrypted: bool = False, one_phase: bool = False) -> list[Job]:
    """All rows in the order of their tables. With `encrypted` only those of two hosts; with `one_phase` each fault in its first phase."""
    most = 1 if one_phase else None
    rows = [
        Job(HOSTS, fault.name, phase, partial(story.run, fault, phase, encrypted=encrypted), fault.lasts)
        for fault in faults(seeds)
        for phase in fault.phases[:most]
    ]
    if encrypted:
        return rows
    rows += [
        Job(SERVERS, fault.name, phase, partial(fleet_story.run, fault, phase), fault.lasts)
        for fault in fleet_faults()
        for phase in fault.phases[:most]
    ]
    rows += [Job(SERVERS, saying.name_of(gone), Phase.IDLE, partial(saying.run, gone), limit) for gone, (_, limit) in saying.GONE.items()]
    return rows + [
        Job(SERVERS, restart.name, Phase.THROUGHOUT, partial(rolling.run, restart), alone=True)
        for restart in ([rolling.Restart(count=rolling.FEW)] if one_phase else rolling.RESTARTS)
    ]
