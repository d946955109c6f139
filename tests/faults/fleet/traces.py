"""What several servers have traced of one device. What counts is what the server says that has the device: who greeted it last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.faults.traces import Line, Trace, moment


class FleetTrace(Trace):
    """A life is one process of any server."""

    def takeovers(self) -> list[tuple[float, int]]:
        """When the device was greeted, and by which life."""
        return sorted(
            (moment(line), number)
            for number, life in enumerate(self.lives)
            for line in life
            if (line["machine"], line["event"], line["to"], line["outcome"]) == ("continuity", "hello", "LINKED", "taken")
        )

    @property
    def owner(self) -> int | None:
        """The life that has the device; None: none has greeted it yet."""
        takeovers = self.takeovers()
        return takeovers[-1][1] if takeovers else None

    def _last(self, machine: str, value: Callable[[Line], Any]) -> Any:
        """Of the newest owner that says anything of that machine. What an older one says once it has lost the device does not count."""
        for begins, life in reversed(self.takeovers()):
            told = [line for line in self.lives[life] if moment(line) >= begins]
            lost = next((place for place, line in enumerate(told) if line["event"] == "fenced"), len(told))
            for line in reversed(told[:lost]):
                if line["machine"] == machine and line["outcome"] in ("taken", "ignored"):
                    return value(line)
        return None
