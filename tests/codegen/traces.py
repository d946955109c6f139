"""A good trace of two real cores, to be changed and replayed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from codegen.verify import replay
from codegen.verify.replay import Line, read
from tars.generated.server import events as server_events
from tests.pair import RESUME, Pair
from tests.replayed import found

Lines = list[dict[str, Any]]


def as_json(line: Line) -> dict[str, Any]:
    return {
        "time": line.time,
        "node": line.node,
        "device": line.pair,
        "machine": line.machine,
        "event": line.event,
        "payload": line.payload,
        "from": line.source,
        "to": line.target,
        "context": line.context,
        "outcome": line.outcome,
        "effects": list(line.effects),
        "row": line.row,
        "session": None,
        "message": line.message,
    }


def told(pair: Pair) -> dict[str, Lines]:
    """The trace of each side."""
    return {node: [json.loads(json.dumps(as_json(line))) for line in lines] for (_, node), lines in pair.story.streams.items()}


def conversation() -> Pair:
    """Two turns, an outage that is resumed, an end by the button; then nothing for a while."""
    pair = Pair(limits=RESUME).start()
    session = pair.converse()
    pair.pass_time(1)
    pair.at_server(server_events.SpeechEnded(session, 1))
    pair.carry()
    pair.cut()
    pair.pass_time(3)
    pair.reply(session, 1, bytes(3200))
    pair.pass_time(1)
    pair.at_server(server_events.SpeechEnded("an older one", 1))
    pair.heard(1, 1600)
    pair.pass_time(1)
    pair.button()
    pair.pass_time(20)
    return pair


class Traces:
    """The files of a run, and what replay says about them."""

    def __init__(self, folder: Path, sides: dict[str, Lines]) -> None:
        self.folder, self.sides = folder, sides

    def at(self, node: str, event: str, machine: str | None = None, number: int = 0) -> int:
        """The number of a line, from 1."""
        found = [at for at, line in enumerate(self.sides[node], 1) if line["event"] == event and machine in (None, line["machine"])]
        return found[number]

    def line(self, node: str, event: str, machine: str | None = None, number: int = 0) -> dict[str, Any]:
        return self.sides[node][self.at(node, event, machine, number) - 1]

    def write(self) -> list[Path]:
        for node, lines in self.sides.items():
            (self.folder / f"{node}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        return [self.folder / f"{node}.jsonl" for node in self.sides]

    def findings(self) -> list[str]:
        return [str(finding).replace(f"{self.folder}/", "") for finding in found(read(self.write(), "device"))]

    def main(self, *options: str | Path) -> int:
        return replay.main([*map(str, self.write()), *map(str, options)])
