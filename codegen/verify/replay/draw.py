"""Draws a trace as a sequence diagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from codegen.definitions.link import Link
from codegen.verify import sequence_diagram
from codegen.verify.replay.exchange import Exchange
from codegen.verify.replay.lines import Finding, Line
from codegen.verify.replay.steps import Step
from codegen.verify.sequence_diagram import Happening, Note, Sequence

SHOWN = 40
"""The most characters of a value that are shown."""


def diagram(link: Link, steps: Iterable[Step], exchange: Exchange | None, findings: Iterable[Finding]) -> Sequence:
    """The diagram: each step with its changes, each message with its number, and each finding below its step."""
    listed = list(steps)
    arrived = {id(sent) for sent in exchange.sent.values()} if exchange else set()
    wrong: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        wrong.setdefault((finding.file, finding.line), []).append(finding)
    lanes = [node for node in link.nodes if any(step.node == node for step in listed)]
    items: list[Happening | Note] = []
    for step in listed:
        taken = exchange.sent.get(id(step.takes)) if exchange and step.takes else None
        other = link.other(step.node)
        sends = tuple(
            sequence_diagram.Message(
                id(sent), f"{sent.message} {sent.number or ''}".rstrip(), other, lost=exchange is not None and id(sent) not in arrived
            )
            for sent in step.sends
            if other in lanes
        )
        items.append(Happening(step.node, cause(step), tuple(_changes(step)), sends, id(taken) if taken else None, time_of(step.lines[0])))
        for line in step.lines:
            items += [Note(str(finding), bad=True) for finding in wrong.pop((line.file, line.number), ())]
    return Sequence(tuple(lanes), tuple(items))


def time_of(line: Line) -> str:
    """The time of day of a line, where this program runs."""
    return datetime.fromisoformat(line.time).astimezone().strftime("%H:%M:%S.%f")[:-3]


def cause(step: Step) -> str:
    """What happened, with its values."""
    line = step.lines[0]
    if step.kind == "begins":
        return f"{step.node} {step.cause}"
    named = " ".join(f"{name}={str(value)[:SHOWN]}" for name, value in line.payload.items() if not isinstance(value, dict | list))
    number = f" {step.takes.number}" if step.takes and step.takes.number and step.kind == "message" else ""
    prefix = {"timeout": "timeout ", "outdated": "outdated ", "mark": ""}.get(step.kind, "")
    return f"{prefix}{step.cause}{number}{f' ({named})' if named else ''}"


def _changes(step: Step) -> Iterator[str]:
    """What each machine did. An ignored event is left out if another machine took it."""
    answered = any(line.outcome == "taken" for line in step.lines)
    for line in step.lines:
        moved = f"{line.machine} {line.source} -> {line.target}" if line.source != line.target else f"{line.machine} {line.source}"
        effects = ", ".join(line.effects)
        if line.outcome == "taken":
            yield f"{moved}{': ' if effects else ''}{effects}"
        elif line.outcome == "forbidden" or (line.outcome == "ignored" and not answered):
            yield f"{moved}: {line.event} {line.outcome}"
