"""Traces that tests write for coverage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from codegen.definitions.model import Definitions, Ignored, Row
from codegen.emit.text import place

Lines = list[dict[str, Any]]
Write = Callable[[Lines | str], Path]


def everything(definitions: Definitions) -> Iterator[dict[str, Any]]:
    """A trace that meets every row and every cell once."""
    for machine in definitions.machines:
        for state in machine.states:
            for event in machine.events:
                ignored = machine.ignored_for(state.name, event.name)
                written: tuple[Row | Ignored | None, ...] = machine.rows_for(state.name, event.name) or (ignored,)
                for entry in written:
                    outcome = "taken" if isinstance(entry, Row) else "ignored" if entry else "forbidden"
                    yield {
                        "time": 1.5,
                        "machine": machine.name,
                        "role": machine.role,
                        "from": state.name,
                        "event": event.name,
                        "outcome": outcome,
                        "row": place(entry.mark) if entry else None,
                    }


def without(lines: Lines, row: str) -> Lines:
    return [line for line in lines if line["row"] != row]


def row_of(definitions: Definitions) -> Row:
    return definitions.machine("session", "device").rows_for("LISTENING", "hotword")[0]
