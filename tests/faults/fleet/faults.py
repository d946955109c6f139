"""The faults of the table with several servers: what each does to a lab, when it comes, and what must hold."""

from __future__ import annotations

from tests.faults.fleet.lab import FleetLab
from tests.faults.fleet.story import FleetFault
from tests.faults.judge import Must
from tests.faults.story import Phase

IN_SESSION = (Phase.SPEAKING, Phase.THINKING, Phase.ANSWERING, Phase.HOTWORD)
"""As the first phase of a short run: it is the one in which most can be lost."""


def kept(_: Phase) -> Must:
    """The session goes on, and that is all."""
    return Must()


def made_by_one(phase: Phase) -> Must:
    """The session goes on. What the old server has not made of an answer, nobody makes."""
    return Must(cut=phase is Phase.ANSWERING)


def kill_owner(lab: FleetLab) -> None:
    """The server that has the device is gone, and does not come back."""
    lab.kill(lab.owner)


def faults() -> list[FleetFault]:
    """The table."""
    return [
        FleetFault("owner killed", kill_owner, made_by_one, IN_SESSION),
    ]
