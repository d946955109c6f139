"""Back end: diagrams. `emit` writes a `.dot` a machine and one of the whole system; `render` draws one as SVG.

graphviz output differs between versions, so the `.dot` is the truth and its SVG only remembers the hash of what it was drawn from.

In the SVG of a machine each state is a group with `data-state="QUIET"`, each row one with `data-row="bell.yaml:58"`, and the box and the
arrows between two states have `data-move="QUIET:RINGING"`. No element has an id, so that several diagrams can stand in one page.
"""

from __future__ import annotations

import hashlib
import html
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

import graphviz

from codegen.definitions.model import Definitions, Emit, EventKind, ExternalEvent, Machine, Node, Row, Setting, State, System, Timeout
from codegen.emit.text import COMMAND, place

FOLDER = "docs/generated"
FONT = "Helvetica,Arial,sans-serif"

INK, MUTED, LINE, PAPER = "#1e293b", "#64748b", "#94a3b8", "#ffffff"
WAITING, QUIET, REACHED, MISSED = "#f1f5f9", "#fefce8", "#dcfce7", "#fee2e2"
GREEN, AMBER, RED = "#15803d", "#a16207", "#b91c1c"
KINDS: dict[EventKind, tuple[str, str]] = {
    "environment": ("#047857", "from outside"),
    "message": ("#1d4ed8", "over the link"),
    "local": ("#7e22ce", "inside the node"),
    "timeout": ("#c2410c", "time is up"),
}
SIGNS = "[guard]    / action    ▸ emitted event    dashed: may wait for ever"
DARK = {  # each colour's counterpart for readers who prefer dark; the drawing itself is light
    INK: "#e2e8f0", MUTED: "#94a3b8", LINE: "#64748b", PAPER: "#0f172a",
    WAITING: "#1e293b", QUIET: "#33301a", REACHED: "#14372a", MISSED: "#451a1f", GREEN: "#4ade80", AMBER: "#facc15", RED: "#f87171",
    "#047857": "#34d399", "#1d4ed8": "#7cb0ff", "#7e22ce": "#d1a3ff", "#c2410c": "#fb9a5b",
}  # fmt: skip


def emit(definitions: Definitions) -> dict[str, str]:
    """The `.dot` files by their path: one a machine and role, and `system.dot`."""
    limits = definitions.system.limits
    machines = {f"{FOLDER}/{stem(machine)}.dot": machine_dot(machine, limits) for machine in definitions.machines}
    return machines | {f"{FOLDER}/system.dot": system_dot(definitions)}


def stem(machine: Machine) -> str:
    """The name that a machine's generated documents share: `bell-door`."""
    return f"{machine.name}-{machine.role}"


# ---------------------------------------------------------------------------------------------------------------- rendering


@cache
def render(dot_text: str, *, styled: bool = True) -> str:
    """The SVG of a `.dot`, with the hash of what it was drawn from, and colours for light and dark.

    Not `styled`: without the colours for dark, for a page whose style sheet has them.
    """
    svg = graphviz.Source(dot_text).pipe(format="svg", encoding="utf-8")
    drawing = re.sub(r"\A.*?(?=<svg)", "", svg, flags=re.DOTALL)  # the XML and DOCTYPE lines: needless, and in the way when inlined
    drawing = re.sub(r"<!--.*?-->\n?", "", drawing, flags=re.DOTALL)  # graphviz repeats every name as a comment
    drawing = re.sub(r' id="(?:a_)?(state|row|move):([^"]+)"', _data, drawing)
    drawing = re.sub(r' id="[^"]*"', "", drawing)
    banner = dot_text.partition("\n")[0].removeprefix("// ")
    style = f"\n<style>@media (prefers-color-scheme: dark){{{dark_colours()}}}</style>" if styled else ""
    return f"<!-- {banner} -->\n<!-- {_hash(dot_text)} -->\n" + re.sub(r"(<svg[^>]*>)", rf"\1{style}", drawing, count=1)


def dark_colours(prefix: str = "") -> str:
    """The rules of CSS for dark. `prefix`: a selector of what they are for, with its blank."""
    rules = (f'{prefix}[{part}="{light}"]{{{part}:{night}}}' for light, night in DARK.items() for part in ("fill", "stroke"))
    return "".join(rules)


def _data(found: re.Match[str]) -> str:
    """The id that the `.dot` gives, as data. A link within an element with an id has that id too, and needs none."""
    kind, value = found.groups()
    return "" if kind != "row" and 'id="a_' in found[0] else f' data-{kind}="{value}"'


def svg_is_current(svg_text: str, dot_text: str) -> bool:
    """Whether the SVG was drawn from exactly this `.dot`; its other bytes depend on the version of graphviz."""
    return f"<!-- {_hash(dot_text)} -->" in svg_text


def _hash(dot_text: str) -> str:
    return f"sha256 of the .dot: {hashlib.sha256(dot_text.encode()).hexdigest()}"


# ---------------------------------------------------------------------------------------------------------------- a machine


def machine_dot(machine: Machine, limits: Iterable[Setting] = (), hits: Mapping[str, int] | None = None) -> str:
    """One machine as graphviz source. `hits` (place of a row -> times taken) colours it as coverage; rows then link into the report."""
    graph = _graph(f"machines/{machine.file}", f"{machine.name} · {machine.role}", machine.doc, KINDS, SIGNS)
    drawing = _MachineDrawing(machine, {setting.name: setting for setting in limits}, hits)
    graph.node(
        "initial", shape="circle", style="filled", fillcolor=INK, color=INK, width="0.2", height="0.2", label="", tooltip="the start"
    )
    graph.edge("initial", machine.initial, color=INK)
    for state in machine.states:
        drawing.add_state(graph, state)
    moves: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in machine.rows:
        if row.target not in (None, row.state):
            moves[row.state, str(row.target)].append(row)
    for (source, target), rows in moves.items():
        drawing.add_move(graph, source, target, rows)
    return str(graph.source)


class _MachineDrawing:
    """How the parts of one machine look, with or without hits."""

    def __init__(self, machine: Machine, limits: Mapping[str, Setting], hits: Mapping[str, int] | None) -> None:
        self.machine, self.limits, self.hits = machine, limits, hits

    def add_state(self, graph: graphviz.Digraph, state: State) -> None:
        """A box: name, meaning, timeout, outputs, entry actions, and the rows that do not leave it."""
        lines = [f'<TR><TD ALIGN="CENTER" COLSPAN="2"><B>{_text(state.name, INK, 13)}</B></TD></TR>']
        facts = [_text(line, MUTED, 10) for line in _balanced(state.doc, 34)]
        facts += [_text(f"{name}: {_plain(value)}", MUTED, 9) for name, value in state.outputs]
        facts += [_text(f"entry / {', '.join(state.entry)}", INK, 10)] if state.entry else []
        lines += [f'<TR><TD ALIGN="CENTER" COLSPAN="2">{fact}</TD></TR>' for fact in facts]
        lines += [f'<TR><TD ALIGN="CENTER" COLSPAN="2">{self._limit(timeout)}</TD></TR>' for timeout in state.timeouts]
        staying = [row for row in state.rows if row.target in (None, state.name)]
        lines += ["<HR/>"] if staying else []
        lines += [self._row(row, state) for row in staying]
        graph.node(
            state.name,
            id=f"state:{state.name}",
            label=_table(lines),
            style="rounded,filled,dashed" if state.may_rest else "rounded,filled",
            color=self._state_line(state),
            fillcolor=QUIET if state.may_rest else WAITING,
            penwidth="1.6",
            tooltip=f"{state.doc}{' (may wait for ever)' if state.may_rest else ''}",
        )

    def add_move(self, graph: graphviz.Digraph, source: str, target: str, rows: list[Row]) -> None:
        """All rows from one state to another share an arrow, with a box of their own upon it."""
        names = [state.name for state in self.machine.states]
        forward = names.index(source) < names.index(target)
        _arrow(graph, source, target, _table(map(self._row, rows)), self._edge_line(rows), forward=forward)

    def _row(self, row: Row, inside: State | None = None) -> str:
        """A line of a table. `inside`: the state in whose box it stands. Its background is a shape of its own, so that it can be lit."""
        event = self.machine.event(row.event)
        guard = _text(f"  [{row.guard_text}]", INK, 10) if row.guard else ""
        done = [*(f"{name} := {value}" for name, value in row.assign), *row.actions]
        effects = _listed("/ ", [(text, INK) for text in done]) + _listed("▸ ", [self._emit(emitted) for emitted in row.emits])
        again = _text("  ↻ enters again", MUTED, 10) if row.target == row.state else ""
        text = f"<B>{_text(row.event, KINDS[event.kind][0], 11)}</B>{guard}{again}"
        text += "".join('<BR ALIGN="LEFT"/>' + "&#160;&#160;" + effect for effect in effects)
        link = f'ALIGN="LEFT" BALIGN="LEFT" HREF="{self._href(row)}" TOOLTIP="{html.escape(describe(row))}"'
        if self.hits is None:
            shade = QUIET if inside and inside.may_rest else WAITING if inside else PAPER
            return f'<TR><TD ID="row:{place(row.mark)}" BGCOLOR="{shade}" {link}>{text}</TD></TR>'
        count = self.hits.get(place(row.mark), 0)
        badge = f"<B>{_text(f'{count:,}' if count else 'never', GREEN if count else RED, 10)}</B>"
        shade = REACHED if count else MISSED
        return f'<TR><TD ALIGN="RIGHT" VALIGN="TOP" BGCOLOR="{shade}">{badge}</TD><TD BGCOLOR="{shade}" {link}>{text}</TD></TR>'

    def _emit(self, emitted: Emit) -> tuple[str, str]:
        values = f"({', '.join(value for _, value in emitted.values)})" if emitted.values else ""
        return emitted.event + values, KINDS[self.machine.emitted(emitted.event).kind][0]

    def _limit(self, timeout: Timeout) -> str:
        setting = self.limits.get(timeout.after.partition("[")[0])
        value = f" = {seconds(setting.value)}" if setting else " s"
        return _text(f"{timeout.event}  ", KINDS["timeout"][0], 10) + _text(f"after {timeout.after}{value}", MUTED, 10)

    def _href(self, row: Row) -> str:
        return f"../../machines/{row.mark.file}#L{row.mark.line}" if self.hits is None else f"#{place(row.mark)}"

    def _state_line(self, state: State) -> str:
        if self.hits is None:
            return LINE
        touching = [row for row in self.machine.rows if state.name in (row.state, row.target)]
        return GREEN if any(self.hits.get(place(row.mark)) for row in touching) else RED

    def _edge_line(self, rows: list[Row]) -> str:
        if self.hits is not None:
            met = [bool(self.hits.get(place(row.mark))) for row in rows]
            return GREEN if all(met) else AMBER if any(met) else RED
        colours = {KINDS[self.machine.event(row.event).kind][0] for row in rows}
        return colours.pop() if len(colours) == 1 else LINE


def describe(row: Row) -> str:
    """All of a row in one line, as a tooltip shows it."""
    parts = [
        place(row.mark),
        f"{row.state} + {row.event}",
        f"if {row.guard_text}" if row.guard else "",
        f"to {row.target}" if row.target else "stays",
        "; ".join(f"{name} := {value}" for name, value in row.assign),
        row.doc,
    ]
    return " · ".join(part for part in parts if part)


def seconds(value: float | tuple[float, ...]) -> str:
    """A limit as people read it: `12 s`, `1, 2, 4 s`."""
    return ", ".join(f"{number:g}" for number in (value if isinstance(value, tuple) else (value,))) + " s"


# --------------------------------------------------------------------------------------------------------------- the system


def system_dot(definitions: Definitions) -> str:
    """Both nodes with their machines, and every route; the routes between two machines share an arrow, those over the link both ways."""
    system = definitions.system
    signs = "a route carries the event that one machine emits to the machine that takes it"
    graph = _graph(
        "machines/system.yaml",
        f"{definitions.system.name} · the whole system".removeprefix(" · "),
        "who runs what",
        ("environment", "message", "local"),
        signs,
    )
    graph.attr(newrank="true")  # so that a box of the link stands beside the two machines that it joins
    local, linked = _bundles(system)
    blue = KINDS["message"][0]
    for node in system.nodes[:1]:  # graphviz puts groups side by side in the order written, and the link belongs in the middle
        _add_node(graph, definitions, node, local)
    with graph.subgraph(name="cluster_link") as cluster:
        title = f"<<B>{_text('the link', blue, 12)}</B>>"
        cluster.attr(label=title, style="rounded,dashed", color=LINE, margin="10", tooltip="one WebSocket")
        for (left, right), lines in linked.items():
            cluster.node(f"{left} to {right}", label=_table(lines), color=blue)
    for node in system.nodes[1:]:
        _add_node(graph, definitions, node, local)
    for left, right in linked:
        graph.edge(left, f"{left} to {right}", color=blue, dir="back", minlen="0", weight="5", penwidth="1.8")
        graph.edge(f"{left} to {right}", right, color=blue, minlen="0", weight="5", penwidth="1.8")
    return str(graph.source)


def _add_node(graph: graphviz.Digraph, definitions: Definitions, node: Node, routes: Mapping[tuple[str, str], list[str]]) -> None:
    with graph.subgraph(name=f"cluster_{node.name}") as cluster:
        label = f"<<B>{_text(node.name, INK, 16)}</B> {_text(' ' + node.doc, MUTED, 10)}>"
        cluster.attr(label=label, style="rounded", color=LINE, labeljust="l", margin="14", tooltip=node.doc or node.name)
        names = [f"{node.name}.{name}" for name in node.machines]
        for machine in definitions.of_node(node.name):
            cluster.node(f"{node.name}.{machine.name}", **_machine_box(machine, definitions.system.outside))
        for (source, target), lines in routes.items():
            if source in names:
                _arrow(cluster, source, target, _table(lines), KINDS["local"][0], forward=names.index(source) < names.index(target))


def _machine_box(machine: Machine, outside: Iterable[ExternalEvent]) -> dict[str, str]:
    title = f"<B>{_text(machine.name, INK, 13)}</B>"
    lines = [title, *(_text(line, MUTED, 10) for line in _balanced(" ".join(state.name for state in machine.states), 34))]
    taken = [o.event for o in outside for port in o.targets if (port.node, port.machine) == (machine.role, machine.name)]
    lines += [_text(line, KINDS["environment"][0], 10) for line in _balanced(", ".join(dict.fromkeys(taken)), 32)]
    return {
        "label": _table(f"<TR><TD>{line}</TD></TR>" for line in lines),
        "color": LINE,
        "fillcolor": WAITING,
        "tooltip": machine.doc.strip(),
        "href": f"{stem(machine)}.md",
    }


def _bundles(system: System) -> tuple[dict[tuple[str, str], list[str]], dict[tuple[str, str], list[str]]]:
    """Lines of the boxes between two machines: inside a node by direction, over the link both directions together."""
    nodes = [node.name for node in system.nodes]
    local: dict[tuple[str, str], list[str]] = defaultdict(list)
    linked: dict[tuple[str, str], list[str]] = defaultdict(list)
    for route, port in ((each, port) for each in system.routes for port in each.targets):
        source, target = f"{route.source.node}.{route.source.machine}", f"{port.node}.{port.machine}"
        name = route.source.event if route.source.event == port.event else f"{route.source.event} as {port.event}"
        if not route.via_link:
            local[source, target].append(_line("LEFT", _text(name, KINDS["local"][0], 10)))
        elif nodes.index(route.source.node) < nodes.index(port.node):
            linked[source, target].append(_line("LEFT", _text(f"{name} →", KINDS["message"][0], 10)))
        else:
            linked[target, source].append(_line("RIGHT", _text(f"← {name}", KINDS["message"][0], 10)))
    return local, linked


# ------------------------------------------------------------------------------------------------------------------- common


def _graph(source: str, title: str, doc: str, kinds: Iterable[EventKind], signs: str) -> graphviz.Digraph:
    legend = "&#160;".join(f"<B>{_text(kind, KINDS[kind][0], 10)}</B>{_text(f'  {KINDS[kind][1]}   ', MUTED, 10)}" for kind in kinds)
    lines = (f"<B>{_text(title, INK, 18)}</B>", legend, _text(signs, MUTED, 10))
    label = "".join(f'{line}<BR ALIGN="LEFT"/>' for line in lines)
    graph = graphviz.Digraph(comment=f"Written by `{COMMAND}` from {source}; do not edit.")
    graph.attr(bgcolor=PAPER, fontname=FONT, label=f"<{label}>", labelloc="t", labeljust="l", tooltip=" ".join(doc.split()))
    graph.attr(nodesep="0.3", ranksep="0.35", pad="0.3")
    graph.attr("node", fontname=FONT, shape="box", style="rounded,filled", fillcolor=PAPER, margin="0.1,0.06")
    graph.attr("edge", fontname=FONT, arrowsize="0.8")
    return graph


def _arrow(graph: graphviz.Digraph, source: str, target: str, label: str, colour: str, *, forward: bool) -> None:
    """An arrow with its label in a box upon it. A backward one is written backwards, so that all stands in the order of the YAML."""
    box, name = f"{source} to {target}", f"move:{source}:{target}"
    graph.node(box, label=label, color=colour, tooltip=box, id=name)
    if forward:
        graph.edge(source, box, color=colour, dir="none", id=name)
        graph.edge(box, target, color=colour, id=name)
    else:
        graph.edge(target, box, color=colour, dir="back", id=name)
        graph.edge(box, source, color=colour, dir="none", id=name)


def _balanced(text: str, width: int) -> list[str]:
    """Text in as few lines as fit the width, about equally long: no last word stands alone."""
    few = len(textwrap.wrap(text, width))
    return min(
        (textwrap.wrap(text, narrow) for narrow in range(width // 2, width + 1)),
        key=lambda lines: (abs(len(lines) - few), max(map(len, lines), default=0)),
    )


def _listed(sign: str, items: list[tuple[str, str]]) -> list[str]:
    """Coloured items behind a sign, separated by commas, broken into lines that are not too long."""
    lines: list[str] = []
    room = 0
    for number, (text, colour) in enumerate(items, 1):
        if len(text) > room:
            lines.append(_text("   " if lines else sign, MUTED, 10))
            room = 36
        lines[-1] += _text(text + (",  " if number < len(items) else ""), colour, 10)
        room -= len(text) + 2
    return lines


def _table(lines: Iterable[str]) -> str:
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2" COLOR="{LINE}">{"".join(lines)}</TABLE>>'


def _line(align: str, text: str) -> str:
    return f'<TR><TD ALIGN="{align}">{text}</TD></TR>'


def _text(text: str, colour: str, size: int) -> str:
    return f'<FONT COLOR="{colour}" POINT-SIZE="{size}">{html.escape(text).replace(" ", "&#160;")}</FONT>'


def _plain(value: bool | str) -> str:
    return str(value).lower() if isinstance(value, bool) else value
