"""Replay: checks each step of a trace against the definitions and the specs, and draws the trace.

    python -m codegen replay ONE.jsonl OTHER.jsonl --draw

`lines` reads the traces. `against_definitions` checks each node's lines against the rows (`row_differences`) and groups them in `steps`.
`exchange` finds for each message taken the message sent. `against_specs` checks the steps of both nodes against the specs.
`draw` makes the diagram.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codegen.definitions.link import Link
from codegen.definitions.model import Definitions
from codegen.load import add_definitions
from codegen.verify import sequence_diagram, specs
from codegen.verify.replay import draw
from codegen.verify.replay.against_definitions import Walk
from codegen.verify.replay.against_specs import Judge
from codegen.verify.replay.exchange import Exchange, correlated, match, merge
from codegen.verify.replay.lines import Finding, Line, Stream, parse, read
from codegen.verify.replay.steps import Step
from codegen.verify.specs import Specs
from codegen.verify.trace_files import BEGINS, TraceError

__all__ = ["Finding", "Line", "Replayed", "TraceError", "chosen", "main", "parse", "read", "replay"]


@dataclass
class Replayed:
    """The result for one pair of nodes, from the trace of one of them or of both."""

    pair: str
    walks: tuple[Walk, ...]
    exchange: Exchange | None
    """None: only one node has a trace."""
    link: Link
    steps: list[Step]
    """The steps of both nodes, in the order in which they happened."""
    findings: list[Finding]

    def diagram(self) -> sequence_diagram.Sequence:
        """The trace as a sequence diagram."""
        return draw.diagram(self.link, self.steps, self.exchange, self.findings)

    def summary(self) -> list[str]:
        """One line for each node, one for the messages, and notes."""
        lines = []
        for walk in self.walks:
            number = sum(len(step.lines) for step in walk.steps)
            lives = f"{walk.lives} {'life' if walk.lives == 1 else 'lives'}"
            lines.append(f"{self.pair} ({walk.node}): {number} lines, {len(walk.steps)} steps, {lives}")
        if self.exchange is None:
            lines.append(f"{self.pair}: only the {self.walks[0].node} has a trace; whether its messages were sent is not known")
        else:
            lines.append(f"{self.pair}: {len(self.exchange.sent)} messages arrived")
            if unknown := self.exchange.unknown:
                where = f"{unknown[0].line.file}:{unknown[0].line.number}"
                lines.append(
                    f"{self.pair}: {len(unknown)} were taken before the other trace begins; whether they were sent is not known ({where})"
                )
            if abs(self.exchange.shift) > 0.1:
                lines.append(
                    f"{self.pair}: the {self.link.listener}'s clock is {self.exchange.shift:+.1f} s ahead of the {self.link.dialer}'s"
                )
        return lines + [note for walk in self.walks for note in walk.notes]


def replay(definitions: Definitions, properties: Specs, streams: Mapping[tuple[str, str], Stream]) -> list[Replayed]:
    """Replay each pair. `streams`: by (pair, node)."""
    return [
        _pair(definitions, properties, name, {node: stream for (pair, node), stream in streams.items() if pair == name})
        for name in sorted({pair for pair, _ in streams})
    ]


def _pair(definitions: Definitions, properties: Specs, name: str, streams: Mapping[str, Stream]) -> Replayed:
    link = definitions.link
    # No line shows what the answer tells the dialer about the limits of the listener.
    begun = [line for line in streams.get(link.listener, ()) if line.event == BEGINS and line.machine is None]
    shortened = {
        own: min((float(line.payload.get("limits", {}).get(other, 0)) for line in begun), default=0.0) for own, other in link.shortened
    }
    walks = []
    for node in (node.name for node in definitions.system.nodes if node.name in streams):
        walk = Walk(definitions, node, shortened)
        for line in streams[node]:
            walk.feed(line)
        walk.finish()
        walks.append(walk)
    exchange = match({walk.node: walk for walk in walks}, link, correlated(definitions)) if len(walks) > 1 else None
    findings = [finding for walk in walks for finding in walk.findings] + (exchange.findings if exchange else [])
    steps = list(merge(walks, exchange or Exchange(), link))
    judge = Judge(definitions, properties, exchange)
    for step in steps:
        findings += judge.judge(step)
    return Replayed(name, tuple(walks), exchange, link, steps, sorted(findings))


def main(argv: Sequence[str] | None = None) -> int:
    """0: no findings. 1: findings. 2: the call, the traces or the definitions cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m codegen replay", description="Check traces against the definitions and the specs, and draw them."
    )
    parser.add_argument("traces", type=Path, nargs="+", metavar="TRACE", help="JSON lines of either node, or folders of *.jsonl")
    parser.add_argument("--pair", metavar="NAME", help="only the nodes of this name (default: all)")
    parser.add_argument("--draw", action="store_true", help="print the sequence diagram before the summary")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write the sequence diagram here")
    add_definitions(parser)
    options = parser.parse_args(argv)
    definitions, properties, problems = specs.load_all(options.definitions)
    if definitions is None or problems:
        print(*problems, f"{len(problems)} findings; nothing was replayed", sep="\n")
        return 2
    try:
        streams = chosen(read(options.traces, definitions.system.pair), definitions, options.pair, drawn_alone=options.svg is not None)
        pairs = replay(definitions, properties, streams)
        drawn = [one.diagram() for one in pairs] if options.draw or options.svg else []
        if options.svg:
            options.svg.write_text(sequence_diagram.svg(drawn[0]), encoding="utf-8")
    except (TraceError, OSError) as error:
        print(error)
        return 2
    if options.draw:
        print(*map(sequence_diagram.text, drawn), sep="\n")
    return _report(pairs)


def chosen(
    streams: dict[tuple[str, str], Stream], definitions: Definitions, pair: str | None = None, *, drawn_alone: bool = False
) -> dict[tuple[str, str], Stream]:
    """The streams of one pair, or of all. Raises TraceError."""
    known = {node.name for node in definitions.system.nodes}
    for (_, node), (first, *_) in streams.items():
        if node not in known:
            raise TraceError(f"{first.file}:{first.number}: node {node!r}; allowed: {', '.join(sorted(known))}")
    names = sorted({name for name, _ in streams})
    if pair is not None and pair not in names:
        raise TraceError(f"no line is about {pair!r}; there are: {', '.join(names)}")
    if drawn_alone and pair is None and len(names) > 1:
        raise TraceError(f"--svg draws one pair of nodes; choose it with --pair: {', '.join(names)}")
    return {key: stream for key, stream in streams.items() if pair in (None, key[0])}


def _report(pairs: Sequence[Replayed]) -> int:
    findings = sorted({finding for one in pairs for finding in one.findings})
    print(*(line for one in pairs for line in one.summary()), *findings, sep="\n")
    print(f"{len(findings)} findings" if findings else "all of it is what the definitions and the specs allow")
    return 1 if findings else 0
