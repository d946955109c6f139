"""What a program's trace says, while it is being written and afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

Line = dict[str, Any]


def moment(line: Line) -> float:
    """When it was written, on the wall's clock."""
    return datetime.fromisoformat(line["time"]).timestamp()


class Trace:
    """The lines of one side, of one or more lives of its program."""

    def __init__(self) -> None:
        self.lives: list[list[Line]] = []
        self._paths: list[Path] = []
        self._places: list[int] = []

    def follow(self, path: Path) -> None:
        """A new life writes its trace to this file."""
        self.lives.append([])
        self._paths.append(path)
        self._places.append(0)

    def read(self) -> None:
        """Take in the whole lines that have been written since."""
        for number, path in enumerate(self._paths):
            if not path.exists():
                continue
            with path.open("rb") as file:
                file.seek(self._places[number])
                news = file.read()
            whole = news[: news.rfind(b"\n") + 1]
            self._places[number] += len(whole)
            self.lives[number] += map(json.loads, whole.splitlines())

    @property
    def lines(self) -> list[Line]:
        """All of them, in order."""
        return [line for life in self.lives for line in life]

    def taken(self, event: str, machine: str | None, since: float = 0.0, **payload: object) -> list[Line]:
        """Each time that a machine took this event, or with None each such mark, from that moment on."""
        outcome = "taken" if machine else None
        return [
            line
            for line in self.lines
            if (line["event"], line["machine"], line["outcome"]) == (event, machine, outcome)
            and moment(line) >= since
            and payload.items() <= line["payload"].items()
        ]

    def state(self, machine: str) -> str:
        """The state that a machine was last seen in, in whatever life: a session outlives its program. Empty if it was not seen."""
        return str(self._last(machine, lambda line: line["to"]) or "")

    def variable(self, machine: str, name: str) -> Any:
        """What a variable of that machine was last seen to be; None if it was not seen."""
        return self._last(machine, lambda line: line["context"].get(name))

    def _last(self, machine: str, value: Callable[[Line], Any]) -> Any:
        backwards: Iterator[Line] = (line for life in reversed(self.lives) for line in reversed(life))
        return next((value(line) for line in backwards if line["machine"] == machine and line["outcome"] in ("taken", "ignored")), None)
