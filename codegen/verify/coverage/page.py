"""Coverage as one self-contained page: what was never exercised first, then each machine as diagram, matrix and table."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path

import graphviz

from codegen.definitions.model import Definitions, Ignored, Row
from codegen.emit.diagrams import machine_dot, render, stem
from codegen.verify.coverage.measure import WORDS, BothSides, Coverage, Item, Kind, MachineCoverage, Share
from codegen.verify.coverage.traces import OUTCOMES, Outcome

HEADS: dict[Kind, str] = {
    **{kind: word.capitalize() for kind, word in WORDS.items()},
    "ignored": "Ignored cells",
    "forbidden": "Forbidden cells",
}


def page(definitions: Definitions, coverage: Coverage) -> str:
    """The whole page."""
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    sections = "".join(_machine(definitions, covered) for covered in coverage.machines)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Transition coverage</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>Transition coverage</h1>
<p>Which rows and cells of the state machines a test run met. A <b>row</b> says what an event does in a state; an <b>ignored</b> cell
says why an event does nothing; every other cell is <b>forbidden</b>, and trying it must change nothing. A <b>pair</b> and a <b>triple</b>
are rows that one machine took one after the other, of all that can follow each other (1-switch and 2-switch).</p>
</header>
<main>
<div class="tiles">{"".join(_tile(head, coverage.share(kind)) for kind, head in HEADS.items())}</div>
{_summary(coverage)}
{_never(definitions, coverage)}
{_never_in_sequence(coverage)}
{_both_sides(definitions, coverage)}
{sections}
</main>
</body>
</html>
"""


def _tile(word: str, share: Share) -> str:
    amount = f"<b>{int(share.percent)} %</b><span>{word}</span><small>{share.covered} of {share.total}</small>"
    return f'<div class="tile {_grade(share)}">{amount}</div>'


def _grade(share: Share) -> str:
    return "full" if share.covered == share.total else "part" if share.covered else "none"


# ------------------------------------------------------------------------------------------------------------------ overview


def _summary(coverage: Coverage) -> str:
    heads = "".join(f"<th>{head}</th>" for head in HEADS.values())
    rows = "".join(
        f'<tr><th scope="row"><a href="#{_id(covered)}">{_title(covered)}</a></th>'
        + "".join(f"<td>{_bar(covered.share(kind))}</td>" for kind in HEADS)
        + f'<td class="number">{sum(item.hits for item in covered.items):,}</td></tr>'
        for covered in coverage.machines
    )
    return (
        f'<table class="summary"><thead><tr><th>Machine</th>{heads}<th class="number">Events</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _bar(share: Share) -> str:
    return f'<span class="bar {_grade(share)}"><i style="width:{share.percent:.1f}%"></i></span> <span class="share">{share}</span>'


def _never(definitions: Definitions, coverage: Coverage) -> str:
    lists = (_missed_list(definitions, covered, outcome) for outcome in OUTCOMES for covered in coverage.machines)
    text = "".join(lists) or '<p class="good">Nothing: every row was taken, every other cell was met.</p>'
    return f'<section class="never"><h2>Never exercised</h2>{text}</section>'


def _missed_list(definitions: Definitions, covered: MachineCoverage, outcome: Outcome) -> str:
    missed = covered.missed(outcome)
    lines = "".join(f"<li>{_missed(definitions, covered, item)}</li>" for item in missed)
    return f'<h3>{_title(covered)}: {HEADS[outcome].lower()} ({len(missed)})</h3><ul class="{outcome}">{lines}</ul>' if missed else ""


def _never_in_sequence(coverage: Coverage) -> str:
    text = "".join(map(_missed_sequences, coverage.machines))
    text = text or '<p class="good">Nothing: every two and every three rows that can follow each other did.</p>'
    return f'<section class="never"><h2>Never one after the other</h2>{text}</section>'


def _missed_sequences(covered: MachineCoverage) -> str:
    """The pairs; of the triples, which would fill pages, only how many."""
    pairs, triples = covered.missed_sequences("pairs"), covered.missed_sequences("triples")
    if not pairs and not triples:
        return ""
    lines = "".join(f"<li>{_text(pair.name)}</li>" for pair in pairs)
    return f"<details><summary>{_title(covered)}: {len(pairs)} pairs, {len(triples)} triples</summary><ul>{lines}</ul></details>"


def _missed(definitions: Definitions, covered: MachineCoverage, item: Item) -> str:
    target = item.place or _cell_id(covered, item.state, item.event)
    what = f'<a href="#{target}"><b>{_text(item.state)}</b> + <b>{_text(item.event)}</b></a>'
    return f"{what} {_definition(definitions, item)}"


def _definition(definitions: Definitions, item: Item) -> str:
    """Where a row or an ignored cell is written, and its YAML: its line, and those after it that belong to it."""
    if item.written is None:
        return ""
    mark = item.written.mark
    lines = definitions.sources[mark.file].splitlines()[mark.line - 1 :]
    dash = _indent(lines[0])
    end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() and _indent(line) <= dash), len(lines))
    quoted = "\n".join(line[dash:].rstrip() for line in lines[:end] if line.strip())
    return f'<span class="place">{item.place}</span> <code>{_text(quoted)}</code>'


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


# ---------------------------------------------------------------------------------------------------------------- both sides


def _both_sides(definitions: Definitions, coverage: Coverage) -> str:
    if not coverage.both_sides:
        return ""
    parts = "".join(_states_together(definitions, both) for both in coverage.both_sides)
    return f"""<section id="both-sides">
<h2>Both nodes together</h2>
<p>How often tests that run both nodes met each pair of states. Beside each line: the {definitions.link.dialer}.
Above each column: the {definitions.link.listener}. Empty is what exploration never reaches.</p>
{parts}
</section>
"""


def _states_together(definitions: Definitions, both: BothSides) -> str:
    dialer, listener = (definitions.machine(both.machine, role).states for role in definitions.link.nodes)
    heads = "".join(f"<th>{_text(state.name)}</th>" for state in listener)
    lines = "".join(
        f'<tr><th scope="row">{_text(mine.name)}</th>'
        + "".join(_pair_cell(both.hits.get((mine.name, theirs.name))) for theirs in listener)
        + "</tr>"
        for mine in dialer
    )
    never = ", ".join(f"{mine} and {theirs}" for mine, theirs in both.missed)
    return f"""<h3>{_text(both.machine)} {_bar(both.share)}</h3>
<div class="scroll"><table class="matrix"><thead><tr><th></th>{heads}</tr></thead><tbody>{lines}</tbody></table></div>
{f"<p>Never met: {_text(never)}.</p>" if never else ""}"""


def _pair_cell(hits: int | None) -> str:
    return "<td></td>" if hits is None else f'<td><span class="cell taken {"hit" if hits else "miss"}">{hits:,}</span></td>'


# ----------------------------------------------------------------------------------------------------------------- a machine


def _machine(definitions: Definitions, covered: MachineCoverage) -> str:
    shares = "".join(f"<span>{head} {_bar(covered.share(kind))}</span>" for kind, head in HEADS.items())
    return f"""<section id="{_id(covered)}">
<h2>{_title(covered)}</h2>
<p>{_text(" ".join(covered.machine.doc.split()))}</p>
<p class="shares">{shares}</p>
<figure>{_diagram(definitions, covered)}</figure>
<h3>Every cell</h3>
<p class="legend">Times met. <span class="cell taken hit">12</span> taken <span class="cell ignored hit">12</span> ignored
<span class="cell forbidden hit">12</span> forbidden, tried and refused <span class="cell taken part">12</span> one of its guarded
rows never taken <span class="cell taken miss">0</span> never met</p>
{_matrix(covered)}
<h3>Rows</h3>
{_table(definitions, covered.of("taken"), "Goes to")}
{"<h3>Ignored cells</h3>" + _table(definitions, covered.of("ignored"), "Why") if covered.of("ignored") else ""}
</section>
"""


def _diagram(definitions: Definitions, covered: MachineCoverage) -> str:
    dot = machine_dot(covered.machine, definitions.system.limits, {item.place: item.hits for item in covered.of("taken")})
    try:
        svg = render(dot)
    except graphviz.ExecutableNotFound:
        return "<p>The diagram needs graphviz: install it so that <code>dot</code> is found.</p>"
    svg = svg[svg.index("<svg") :]
    return re.sub(r' id="[^"]*"', "", svg)  # several drawings on one page would repeat them


def _matrix(covered: MachineCoverage) -> str:
    machine = covered.machine
    cells: dict[tuple[str, str], list[Item]] = {}
    for item in covered.items:
        cells.setdefault((item.state, item.event), []).append(item)
    heads = "".join(f"<th>{_text(state.name)}</th>" for state in machine.states)
    rows = "".join(
        f'<tr><th scope="row" class="{event.kind}">{_text(event.name)}</th>'
        + "".join(_matrix_cell(covered, cells[state.name, event.name]) for state in machine.states)
        + "</tr>"
        for event in machine.events
    )
    return f'<div class="scroll"><table class="matrix"><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _matrix_cell(covered: MachineCoverage, items: list[Item]) -> str:
    first = items[0]
    met = "hit" if all(item.hits for item in items) else "part" if any(item.hits for item in items) else "miss"
    number = f"{sum(item.hits for item in items):,}"
    title = f"{first.state} + {first.event}: {first.outcome}"
    inner = f'<a href="#{first.place}">{number}</a>' if first.place else number
    place = f' id="{_cell_id(covered, first.state, first.event)}"' if not first.place else ""
    return f'<td{place} title="{_text(title)}"><span class="cell {first.outcome} {met}">{inner}</span></td>'


def _table(definitions: Definitions, items: Iterable[Item], third: str) -> str:
    rows = "".join(_table_row(definitions, item) for item in items)
    head = f'<tr><th class="number">Hits</th><th>State</th><th>Event</th><th>{third}</th><th>Definition</th></tr>'
    return f'<div class="scroll"><table class="rows"><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _table_row(definitions: Definitions, item: Item) -> str:
    guard, third = "", _text(item.written.why) if isinstance(item.written, Ignored) else ""
    if isinstance(item.written, Row):
        guard = f' <span class="guard">[{_text(item.written.guard_text)}]</span>' if item.written.guard else ""
        third = _text(item.written.target) if item.written.target else "<i>stays</i>"
    hits = f"{item.hits:,}" if item.hits else "never"
    return (
        f'<tr id="{item.place}" class="{"hit" if item.hits else "miss"}"><td class="number">{hits}</td><td>{_text(item.state)}</td>'
        f"<td>{_text(item.event)}{guard}</td><td>{third}</td>"
        f"<td>{_definition(definitions, item)}</td></tr>"
    )


def _id(covered: MachineCoverage) -> str:
    return stem(covered.machine)


def _cell_id(covered: MachineCoverage, state: str, event: str) -> str:
    return f"{_id(covered)}.{state}.{event}"


def _title(covered: MachineCoverage) -> str:
    return f"{_text(covered.machine.name)} <small>{_text(covered.machine.role)}</small>"


def _text(text: str) -> str:
    return html.escape(text)
