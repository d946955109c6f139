"""Coverage of what spans more than one step of one machine: sequences of rows, and both sides together."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pytest

from codegen.definitions.model import Definitions
from codegen.emit.text import place
from codegen.verify.coverage import TraceError, collect, measure, report, texts
from tests.codegen.coverage_traces import Write

pytestmark = pytest.mark.usefixtures("no_drawings")


def took(definitions: Definitions, name: str, **parts: Any) -> dict[str, Any]:
    """A line of a server's trace: turn takes the row of that name."""
    row = next(row for row in definitions.machine("turn", "server").rows if row.name == name)
    line = {"machine": "turn", "node": "server", "device": "kitchen", "from": row.state, "to": row.target or row.state}
    return line | {"event": row.event, "outcome": "taken", "row": place(row.mark)} | parts


BEGAN, SPOKEN, ANSWERED, OVER = "no_turn_session_began", "user_turn_speech_ended", "thinking_reply_started", "thinking_session_over"


def met(definitions: Definitions, file: Path) -> list[str]:
    """The sequences of the server's turn that were met."""
    covered = measure(definitions, collect([file], "device"))
    (turn,) = (machine for machine in covered.machines if (machine.machine.name, machine.machine.role) == ("turn", "server"))
    sequences = (sequence for found in turn.sequences.values() for sequence in found)
    return sorted(sequence.name for sequence in sequences for _ in range(sequence.hits))


FIRST, SECOND = "NO_TURN+session_began > USER_TURN+speech_ended", "USER_TURN+speech_ended > THINKING+reply_started"
WHOLE = f"{FIRST} > THINKING+reply_started"


def test_rows_that_one_machine_takes_one_after_the_other_are_a_sequence(definitions: Definitions, trace: Write) -> None:
    assert met(definitions, trace([took(definitions, name) for name in (BEGAN, SPOKEN, ANSWERED)])) == [FIRST, WHOLE, SECOND]


def test_what_changes_nothing_and_what_others_do_does_not_break_a_sequence(definitions: Definitions, trace: Write) -> None:
    elsewhere = took(definitions, BEGAN, device="bath")
    refused = {"machine": "turn", "node": "server", "device": "kitchen", "from": "USER_TURN", "event": "session_began"}
    mark = {"machine": None, "node": "server", "device": "kitchen", "event": "gap"}
    ring = definitions.machine("session", "device").state("LISTENING").ignored[0]
    ignored = {"machine": "session", "node": "device", "device": "kitchen", "from": "LISTENING", "to": "LISTENING", "event": ring.event}
    between = [elsewhere, refused | {"outcome": "forbidden"}, mark, ignored | {"outcome": "ignored", "row": place(ring.mark)}]
    assert met(definitions, trace([took(definitions, BEGAN), *between, took(definitions, SPOKEN)])) == [FIRST]


def test_a_new_life_and_a_hole_in_the_trace_break_a_sequence(definitions: Definitions, trace: Write) -> None:
    begins = {"machine": None, "node": "server", "device": "kitchen", "event": "begins"}
    spoken, answered = took(definitions, SPOKEN), took(definitions, ANSWERED)
    assert met(definitions, trace([spoken, begins, answered])) == []
    assert met(definitions, trace([spoken, begins | {"device": "bath"}, answered])) == [SECOND]
    assert met(definitions, trace([took(definitions, BEGAN), answered])) == []


def test_counted_lines_say_themselves_what_came_before(definitions: Definitions, trace: Write) -> None:
    before = [took(definitions, name)["row"] for name in (BEGAN, SPOKEN)]
    counted = [took(definitions, SPOKEN, hits=1), took(definitions, ANSWERED, hits=2, after=before)]
    assert met(definitions, trace(counted)) == sorted(2 * [SECOND, WHOLE])


def test_a_sequence_that_cases_leaves_out_is_named(definitions: Definitions, trace: Write) -> None:
    lines = [took(definitions, ANSWERED, hits=1, after=[took(definitions, BEGAN)["row"]])]
    with pytest.raises(TraceError, match=r"trace\.jsonl:1: turn\.yaml:\d+ > turn\.yaml:\d+ in turn \(server\): no values were found"):
        measure(definitions, collect([trace(lines)]))


def test_the_report_has_every_sequence_and_the_page_lists_the_missed_pairs(definitions: Definitions, trace: Write, tmp_path: Path) -> None:
    covered = report(definitions, collect([trace([took(definitions, BEGAN), took(definitions, SPOKEN)])]), tmp_path)
    assert (covered.share("pairs").covered, covered.share("triples").covered) == (1, 0)
    data = json.loads((tmp_path / "coverage.json").read_text())
    (turn,) = (entry for entry in data["machines"] if (entry["machine"], entry["role"]) == ("turn", "server"))
    assert len(turn["sequences"]) == turn["pairs"]["total"] + turn["triples"]["total"]
    assert [entry["hits"] for entry in turn["sequences"] if entry["hits"]] == [1]
    never = (tmp_path / "index.html").read_text().split("Never one after the other", 1)[1].split("</section>", 1)[0]
    assert never.count("<li>") == data["total"]["pairs"]["total"] - 1
    assert f"<li>{html.escape(FIRST)}</li>" not in never
    assert f"<li>{html.escape(SECOND)}</li>" in never
    assert f"{turn['pairs']['total'] - 1} pairs, {turn['triples']['total']} triples" in never


# --- both sides -----------------------------------------------------------------------------------------------------------------

POSSIBLE = {"session": {("IDLE", "IDLE"), ("LISTENING", "IDLE"), ("LISTENING", "LISTENING")}}


def together(device: str, server: str, hits: int = 1) -> dict[str, Any]:
    return {"machine": "session", "states": [device, server], "hits": hits, "test": f"test_{device}_{server}".lower()}


def test_pairs_of_states_are_held_against_those_that_are_possible(definitions: Definitions, trace: Write, tmp_path: Path) -> None:
    hits = collect([trace([together("IDLE", "IDLE"), together("LISTENING", "IDLE", hits=40), together("IDLE", "IDLE")])])
    covered = report(definitions, hits, tmp_path, POSSIBLE)
    (both,) = covered.both_sides
    assert both.hits == {("IDLE", "IDLE"): 2, ("LISTENING", "IDLE"): 40, ("LISTENING", "LISTENING"): 0}
    assert texts.summary(covered)[-1].split() == ["session", "(both)", "pairs", "of", "states", "2/3", "66", "%"]
    text = (tmp_path / "index.html").read_text()
    assert "Never met: LISTENING and LISTENING.</p>" in text
    cells = text.split("<h3>session <span", 1)[1].split("</table>", 1)[0]
    assert (cells.count('class="cell taken hit"'), cells.count('class="cell taken miss"'), cells.count("<td></td>")) == (2, 1, 13)
    data = json.loads((tmp_path / "coverage.json").read_text())["both_sides"]
    assert [(entry["machine"], entry["covered"], len(entry["states"])) for entry in data] == [("session", 2, 3)]


def test_a_pair_of_states_that_cannot_be_names_its_test(definitions: Definitions, trace: Write) -> None:
    hits = collect([trace([together("IDLE", "IDLE"), together("IDLE", "LISTENING")])])
    words = "test_idle_listening: session in IDLE and LISTENING: exploration says that this cannot be"
    with pytest.raises(TraceError, match=f"^{words}"):
        measure(definitions, hits, POSSIBLE)


def test_without_exploration_nothing_is_said_of_both_sides(definitions: Definitions, trace: Write, tmp_path: Path) -> None:
    covered = report(definitions, collect([trace([together("IDLE", "LISTENING")])]), tmp_path)
    assert covered.both_sides == ()
    assert "Both sides together" not in (tmp_path / "index.html").read_text()
