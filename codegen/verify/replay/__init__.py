"""Replay: whether a trace is what the definitions and the specs allow, step by step, and a drawing of it.

    python -m codegen replay device.jsonl server.jsonl --draw

`lines` reads, `walk` follows each node and finds its `steps`, `wire` joins the two sides, `judge` holds the specs against them, `draw`
makes the diagram.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codegen.definitions.model import Definitions
from codegen.verify import sequence_diagram, specs
from codegen.verify.replay import draw
from codegen.verify.replay.judge import Judge
from codegen.verify.replay.lines import Finding, Line, Stream, parse, read
from codegen.verify.replay.steps import Step
from codegen.verify.replay.walk import Walk
from codegen.verify.replay.wire import Exchange, match, merge
from codegen.verify.specs import Specs
from codegen.verify.trace_files import BEGINS, TraceError

__all__ = ["Finding", "Line", "Replayed", "TraceError", "main", "parse", "read", "replay"]

MACHINES = Path(__file__).resolve().parents[3] / "machines"


@dataclass
class Replayed:
    """What a trace says about one device, from one side or both."""

    device: str
    walks: tuple[Walk, ...]
    wire: Exchange | None
    """None: only one side has a trace."""
    steps: list[Step]
    """In the order in which it all happened."""
    findings: list[Finding]

    def diagram(self) -> sequence_diagram.Sequence:
        """The drawing."""
        return draw.diagram(self.device, self.steps, self.wire, self.findings)

    def summary(self) -> list[str]:
        """A line a side, and what else is worth knowing."""
        lines = []
        for walk in self.walks:
            number = sum(len(step.lines) for step in walk.steps)
            lives = f"{walk.lives} {'life' if walk.lives == 1 else 'lives'}"
            lines.append(f"{self.device} ({walk.node}): {number} lines, {len(walk.steps)} steps, {lives}")
        if self.wire is None:
            lines.append(f"{self.device}: only the {self.walks[0].node} has a trace; whether its messages were sent is not known")
        else:
            lines.append(f"{self.device}: {len(self.wire.sent)} messages arrived")
            if unknown := self.wire.unknown:
                where = f"{unknown[0].line.file}:{unknown[0].line.number}"
                lines.append(
                    f"{self.device}: {len(unknown)} were taken before the other trace begins; whether they were sent is not known ({where})"
                )
            if abs(self.wire.shift) > 0.1:
                lines.append(f"{self.device}: the server's clock is {self.wire.shift:+.1f} s ahead of the device's")
        return lines + [note for walk in self.walks for note in walk.notes]


def replay(definitions: Definitions, properties: Specs, streams: Mapping[tuple[str, str], Stream]) -> list[Replayed]:
    """Each device of the streams, which are by (device, node)."""
    return [
        _device(definitions, properties, name, {node: stream for (device, node), stream in streams.items() if device == name})
        for name in sorted({device for device, _ in streams})
    ]


def _device(definitions: Definitions, properties: Specs, name: str, streams: Mapping[str, Stream]) -> Replayed:
    # A device goes by the smaller of its own grace limit and the server's, which the welcome tells it and no line shows.
    begun = [line for line in streams.get("server", ()) if line.event == BEGINS and line.machine is None]
    graces = [float(line.payload.get("limits", {}).get("server_grace", 0)) for line in begun]
    walks = []
    for node in (node.name for node in definitions.system.nodes if node.name in streams):
        walk = Walk(definitions, node, {"device_grace": min(graces, default=0.0)})
        for line in streams[node]:
            walk.feed(line)
        walk.finish()
        walks.append(walk)
    wire = match(*walks) if len(walks) > 1 else None
    findings = [finding for walk in walks for finding in walk.findings] + (wire.findings if wire else [])
    steps = list(merge(walks, wire or Exchange()))
    judge = Judge(definitions, properties, wire)
    for step in steps:
        findings += judge.judge(step)
    return Replayed(name, tuple(walks), wire, steps, sorted(findings))


def main(argv: Sequence[str] | None = None) -> int:
    """0: nothing to say against the traces. 1: findings. 2: the call, the traces or the definitions cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m codegen replay", description="Check traces against the definitions and the specs, and draw them."
    )
    parser.add_argument("traces", type=Path, nargs="+", metavar="TRACE", help="JSON lines of either side, or folders of *.jsonl")
    parser.add_argument("--device", metavar="NAME", help="only this device (default: all)")
    parser.add_argument("--draw", action="store_true", help="print the sequence diagram before the summary")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write the sequence diagram here")
    parser.add_argument("--machines", type=Path, default=MACHINES, metavar="DIR", help="the definitions (default: of this checkout)")
    options = parser.parse_args(argv)
    definitions, properties, problems = specs.load_all(options.machines)
    if definitions is None or problems:
        print(*problems, f"{len(problems)} findings; nothing was replayed", sep="\n")
        return 2
    try:
        streams = _chosen(read(options.traces), definitions, options.device, drawn_alone=options.svg is not None)
        devices = replay(definitions, properties, streams)
        drawn = [device.diagram() for device in devices] if options.draw or options.svg else []
        if options.svg:
            options.svg.write_text(sequence_diagram.svg(drawn[0]), encoding="utf-8")
    except (TraceError, OSError) as error:
        print(error)
        return 2
    if options.draw:
        print(*map(sequence_diagram.text, drawn), sep="\n")
    return _report(devices)


def _chosen(
    streams: dict[tuple[str, str], Stream], definitions: Definitions, device: str | None, *, drawn_alone: bool
) -> dict[tuple[str, str], Stream]:
    """The streams of one device, or of all. Raises TraceError."""
    known = {node.name for node in definitions.system.nodes}
    for (_, node), (first, *_) in streams.items():
        if node not in known:
            raise TraceError(f"{first.file}:{first.number}: node {node!r}; allowed: {', '.join(sorted(known))}")
    names = sorted({name for name, _ in streams})
    if device is not None and device not in names:
        raise TraceError(f"no line is about a device {device!r}; there are: {', '.join(names)}")
    if drawn_alone and device is None and len(names) > 1:
        raise TraceError(f"--svg draws one device; choose it with --device: {', '.join(names)}")
    return {key: stream for key, stream in streams.items() if device in (None, key[0])}


def _report(devices: Sequence[Replayed]) -> int:
    findings = sorted({finding for device in devices for finding in device.findings})
    print(*(line for device in devices for line in device.summary()), *findings, sep="\n")
    print(f"{len(findings)} findings" if findings else "all of it is what the definitions and the specs allow")
    return 1 if findings else 0
