"""A sequence diagram as a value, and two drawings of it: `text` for a terminal, `svg` for everything else.

Sequence(("door", "house"), (
    Happening("door", "pressed", ("bell QUIET -> RINGING", "toll"), sends=(Message(1, "rang", "house"),)),
    Happening("house", "rang", ("bell QUIET -> RINGING",), takes=1),
    Note("VIOLATED agreement: ...", bad=True),
))
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Hashable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """An arrow that leaves a happening for another lane. It arrives at the happening that `takes` its key; if none does, it is still
    under way at the end of the diagram, unless it is `lost`.
    """

    key: Hashable
    label: str
    to: str
    lost: bool = False


@dataclass(frozen=True)
class Happening:
    """Something in one lane: its cause, then what changed and followed, a line each; then the messages that it sends, in order."""

    lane: str
    cause: str
    changes: tuple[str, ...] = ()
    sends: tuple[Message, ...] = ()
    takes: Hashable | None = None
    """The key of the message that caused it."""
    time: str = ""
    """Printed as it is, in a column of its own."""


@dataclass(frozen=True)
class Note:
    """A line across all lanes; `bad`: something that must not be."""

    text: str
    bad: bool = False
    time: str = ""


@dataclass(frozen=True)
class Sequence:
    """What happened, in order. The lanes are drawn from left to right."""

    lanes: tuple[str, ...]
    items: tuple[Happening | Note, ...]

    def arrivals(self) -> dict[Hashable, int]:
        """Where each message arrives: the number of its item."""
        return {item.takes: number for number, item in enumerate(self.items) if isinstance(item, Happening) and item.takes is not None}


# -------------------------------------------------------------------------------------------------------------------- text

WIDEST = 62
"""Columns of a lane at most; what is longer is wrapped."""
GAP = 4


def text(diagram: Sequence) -> str:
    """The diagram for a terminal: each lane a line down, its text to the right of it, each message an arrow on a line of its own.

    A message that does not arrive at once is drawn twice: where it leaves, and where it arrives. One that is lost ends in a cross.
    """
    return "\n".join(line.rstrip() for line in _Text(diagram).lines()) + "\n"


class _Text:
    def __init__(self, diagram: Sequence) -> None:
        self.diagram = diagram
        self.left = max((len(item.time) for item in diagram.items), default=0) + 2
        happenings = [item for item in diagram.items if isinstance(item, Happening)]
        texts = [line for item in happenings for line in (item.cause, *(f"  {change}" for change in item.changes))]
        labels = [f"{message.label}      " for item in happenings for message in item.sends]
        self.width = min(max(map(len, (*diagram.lanes, *texts, *labels)), default=0), WIDEST) + GAP
        self.columns = {lane: self.left + number * self.width for number, lane in enumerate(diagram.lanes)}

    def lines(self) -> Iterator[str]:
        yield self._row("", {column: lane for lane, column in self.columns.items()}, line=" ")
        arrivals = self.diagram.arrivals()
        under_way: dict[Hashable, tuple[str, int]] = {}
        for number, item in enumerate(self.diagram.items):
            if isinstance(item, Note):
                yield from self._note(item)
                continue
            if item.takes in under_way:
                yield self._arrow(*under_way.pop(item.takes), self.columns[item.lane], "arrives")
            yield from self._happening(item)
            for message in item.sends:
                here, there = self.columns[item.lane], self.columns[message.to]
                at_once = arrivals.get(message.key) == number + 1 and message is item.sends[-1]
                if not at_once and not message.lost:
                    under_way[message.key] = message.label, here
                yield self._arrow(message.label, here, there, "whole" if at_once else "lost" if message.lost else "leaves")

    def _row(self, time: str, texts: dict[int, str], line: str = "│") -> str:
        columns = dict.fromkeys(self.columns.values(), line)
        row = list(time.ljust(self.left + self.width * len(columns)))
        for column, content in (columns | texts).items():
            row[column : column + len(content)] = content
        return "".join(row)

    def _happening(self, item: Happening) -> Iterator[str]:
        column = self.columns[item.lane]
        room = self.width - GAP
        for number, line in enumerate(textwrap.wrap(item.cause, room) or [""]):
            yield self._row("" if number else item.time, {column: f"{'│' if number else '●'} {line}"})
        for change in item.changes:
            for line in textwrap.wrap(change, room, initial_indent="  ", subsequent_indent="    "):
                yield self._row("", {column: f"│ {line}"})

    def _note(self, note: Note) -> Iterator[str]:
        sign = "━" if note.bad else "┄"
        room = max(self.width * len(self.columns) - GAP, 40)
        for number, line in enumerate(textwrap.wrap(note.text, room - 8)):
            yield f"{('' if number else note.time).ljust(self.left)}{f'{sign * 3} {line} '.ljust(room, sign)}"

    def _arrow(self, label: str, source: int, target: int, how: str) -> str:
        low, high = min(source, target) + 1, max(source, target)
        name = f" {textwrap.shorten(label, max(self.width - 8, 8), placeholder='…')} "
        rest = high - low - len(name)
        before, after = {  # seen from where the message comes from
            "whole": ("─", f"{'─' * (rest - 2)}▶"),
            "leaves": ("─", "┄┄┄".ljust(rest - 1)),
            "arrives": ("┄┄┄".rjust(rest - 2), "─▶"),
            "lost": ("─", "──✕".ljust(rest - 1)),
        }[how]
        body = f"{before}{name}{after}" if source < target else f"{after[::-1]}{name}{before[::-1]}".replace("▶", "◀")
        return self._row("", {low: body})


# --------------------------------------------------------------------------------------------------------------------- svg

LINE, LETTER = 16, 7.3
"""Height of a line and width of a letter, in pixels."""
MIDDLE = 300
COLOURS = """
.paper {{ fill: {paper}; }} text, .dot {{ fill: {ink}; }} .more {{ fill: {muted}; }} .wire {{ fill: {wire}; }} .bad {{ fill: {bad}; }}
.life, .rule {{ stroke: {line}; }} .arrow {{ stroke: {wire}; }} .cross, .rule.bad {{ stroke: {bad}; }}
"""
"""No CSS variables: not every viewer of SVG knows them."""
LIGHT = COLOURS.format(paper="#ffffff", ink="#1e293b", muted="#64748b", line="#cbd5e1", wire="#1d4ed8", bad="#b91c1c")
DARK = COLOURS.format(paper="#0f172a", ink="#e2e8f0", muted="#94a3b8", line="#475569", wire="#7cb0ff", bad="#f87171")
STYLE = f"""
text {{ font: 12px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; }}
.cause, text.bad {{ font-weight: 600; }} .arrow {{ fill: none; }} .open, .rule {{ stroke-dasharray: 4 4; }} .cross {{ stroke-width: 2; }}
{LIGHT}@media (prefers-color-scheme: dark) {{{DARK}}}
"""


def svg(diagram: Sequence) -> str:
    """The diagram as one SVG that needs nothing else, for light and dark: time runs downwards, a message slopes to where it arrives."""
    return _Svg(diagram).draw()


class _Svg:
    """The first lane's text stands left of its line, the others' right of theirs, so that two lanes leave the middle to the messages."""

    def __init__(self, diagram: Sequence) -> None:
        self.diagram = diagram
        self.arrivals = diagram.arrivals()
        texts = {lane: [lane] for lane in diagram.lanes}
        for item in diagram.items:
            if isinstance(item, Happening):
                texts[item.lane] += [item.cause, *item.changes]
        widths = {lane: max(map(len, lines)) * LETTER + 20 for lane, lines in texts.items()}
        at = max((len(item.time) for item in diagram.items), default=0) * LETTER + 20
        self.columns: dict[str, float] = {}
        for number, lane in enumerate(diagram.lanes):
            at += 0 if number else widths[lane]
            self.columns[lane] = at
            at += MIDDLE + (widths[lane] if number else 0)
        self.width = max(at - MIDDLE, max((len(item.text) for item in diagram.items if isinstance(item, Note)), default=0) * LETTER + 60)
        self.tops, y = [], LINE * 3
        for item in diagram.items:
            self.tops.append(y)
            lines = 1 if isinstance(item, Note) else max(1 + len(item.changes), 1 + len(item.sends))
            y += lines * LINE + LINE // 2
        self.height = y + LINE

    def draw(self) -> str:
        lives = (f'<line class="life" x1="{x:.0f}" y1="{LINE * 2}" x2="{x:.0f}" y2="{self.height}"/>' for x in self.columns.values())
        names = (self._text(lane, x, LINE * 1.5, "cause", "middle") for lane, x in self.columns.items())
        items = (part for number in range(len(self.diagram.items)) for part in self._item(number))
        size = f"{self.width:.0f} {self.height}"
        return "\n".join(
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{self.width:.0f}" height="{self.height}">',
                f"<style>{STYLE}</style>",
                f'<rect class="paper" width="{self.width:.0f}" height="{self.height}"/>',
                *lives,
                *names,
                *items,
                "</svg>\n",
            )
        )

    def _text(self, content: str, x: float, y: float, kind: str = "more", anchor: str = "start") -> str:
        return f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{html.escape(content)}</text>'

    def _item(self, number: int) -> Iterator[str]:
        item, top = self.diagram.items[number], self.tops[number]
        yield self._text(item.time, 8, top)
        if isinstance(item, Note):
            kind = "rule bad" if item.bad else "rule"
            yield f'<line class="{kind}" x1="8" y1="{top + 5}" x2="{self.width - 8:.0f}" y2="{top + 5}"/>'
            yield self._text(item.text, self.width / 2, top, "bad" if item.bad else "cause", "middle")
            return
        x = self.columns[item.lane]
        side, anchor = (-10, "end") if item.lane == self.diagram.lanes[0] else (10, "start")
        yield f'<circle class="dot" cx="{x:.0f}" cy="{top - 4}" r="3"/>'
        yield self._text(item.cause, x + side, top, "cause", anchor)
        for line, change in enumerate(item.changes, 1):
            yield self._text(change, x + side, top + line * LINE, "more", anchor)
        for line, message in enumerate(item.sends, 1):
            yield from self._arrow(message, x, self.columns[message.to], top - 4 + line * LINE)

    def _arrow(self, message: Message, x: float, target: float, y: int) -> Iterator[str]:
        arrival = self.arrivals.get(message.key)
        onward = 1 if target > x else -1
        end_x, end_y = (target, self.tops[arrival] - 4) if arrival is not None else (x + onward * MIDDLE * 0.8, y + LINE // 2)
        yield f'<line class="arrow{"" if arrival is not None else " open"}" x1="{x:.0f}" y1="{y}" x2="{end_x:.0f}" y2="{end_y}"/>'
        yield self._text(message.label, x + onward * 8, y - 3, "wire", "start" if onward > 0 else "end")
        if arrival is not None:
            back = f"{end_x - onward * 8:.0f}"
            yield f'<path class="arrow" d="M{back} {end_y - 6} L{end_x:.0f} {end_y} L{back} {end_y + 3}"/>'
        elif message.lost:
            yield f'<path class="cross" d="M{end_x - 5:.0f} {end_y - 5} l10 10 m0 -10 l-10 10"/>'
