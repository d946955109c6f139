"""Traces, step by step: those of both nodes aligned as `replay` aligns them, each step with its rows and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from codegen.definitions.model import Definitions
from codegen.emit.text import place
from codegen.verify import replay
from codegen.verify.replay import Replayed
from codegen.verify.replay.draw import cause, time_of
from codegen.verify.replay.lines import Line
from codegen.verify.replay.steps import Sent, Step
from codegen.verify.serve.simulation import Moment
from codegen.verify.specs import Specs


def pairs(definitions: Definitions, specs: Specs, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Each pair of nodes of these traces, with its moments. Raises TraceError, OSError."""
    streams = replay.chosen(replay.read(paths, definitions.system.pair), definitions)
    docs = {
        (machine.role, machine.name, place(mark)): doc
        for machine in definitions.machines
        for state in machine.states
        for mark, doc in [*((row.mark, row.doc) for row in state.rows), *((cell.mark, cell.why) for cell in state.ignored)]
    }
    return [_pair(one, docs) for one in replay.replay(definitions, specs, streams)]


def _pair(replayed: Replayed, docs: dict[tuple[str, str, str], str]) -> dict[str, Any]:
    told = _Past(replayed, docs)
    moments = [told.moment(step) for step in replayed.steps]
    known = {finding for moment in moments for finding in moment["findings"]}
    others = [str(finding) for finding in replayed.findings if str(finding) not in known]
    return {"pair": replayed.pair, "summary": replayed.summary(), "findings": len(replayed.findings), "others": others, "moments": moments}


class _Past:
    """Follows the steps of both nodes: where their machines are, and what is under way."""

    def __init__(self, replayed: Replayed, docs: dict[tuple[str, str, str], str]) -> None:
        self._replayed, self._docs = replayed, docs
        self._exchange = replayed.exchange
        self._wrong: dict[tuple[str, int], list[str]] = {}
        for finding in replayed.findings:
            self._wrong.setdefault((finding.file, finding.line), []).append(str(finding))
        self._states: dict[str, str | None] = {}
        self._facts: dict[str, dict[str, str]] = {}
        self._flying: dict[str, dict[int, Sent]] = {node: {} for node in replayed.link.nodes}

    def moment(self, step: Step) -> Moment:
        """What is the case after the next step."""
        self._states |= {f"{step.node}.{name}": state for name, state in step.after.items()}
        facts = self._facts.setdefault(step.node, {})
        for line in step.lines:
            facts |= {f"{line.machine}.{name}": _plain(value) for name, value in line.context.items() if line.machine}
        arrived = self._exchange.sent.get(id(step.takes)) if self._exchange and step.takes else None
        if arrived:
            self._flying[self._replayed.link.other(step.node)].pop(id(arrived), None)
        self._flying[step.node] |= {id(sent): sent for sent in step.sends}
        return {
            "node": step.node,
            "kind": step.kind,
            "text": cause(step),
            "time": time_of(step.lines[0]),
            "place": f"{step.lines[0].file}:{step.lines[0].number}",
            "moves": [self._move(line) for line in step.lines if line.machine],
            "notes": [f"sends {_called(sent)}" for sent in step.sends],
            "wrong": "",
            "findings": [text for line in step.lines for text in self._wrong.get((line.file, line.number), ())],
            "states": dict(self._states),
            "facts": {node: list(known.items()) for node, known in self._facts.items()},
            "link": self._link(),
        }

    def _move(self, line: Line) -> dict[str, Any]:
        return {
            "node": line.node,
            "machine": line.machine,
            "event": line.event,
            "source": line.source,
            "target": line.target,
            "outcome": line.outcome,
            "row": line.row or "",
            "doc": self._docs.get((line.node, line.machine or "", line.row or ""), ""),
            "effects": list(line.effects),
        }

    def _link(self) -> dict[str, Any] | None:
        """What was sent and has not arrived; None if only one node has a trace."""
        if self._exchange is None:
            return None
        link = self._replayed.link
        ways = [
            {"from": node, "to": link.other(node), "flying": [_called(sent) for sent in self._flying[node].values()], "waiting": []}
            for node in link.nodes
        ]
        return {"text": "", "whole": all(self._states.get(f"{node}.{link.machine}") in link.linked for node in link.nodes), "ways": ways}


def _called(sent: Sent) -> str:
    return f"{sent.message} {sent.number or ''}".rstrip()


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
