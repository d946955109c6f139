from __future__ import annotations

import html
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import graphviz
import pytest

from codegen.definitions.model import Definitions, Ignored, Row
from codegen.emit.text import place
from codegen.verify import coverage
from codegen.verify.coverage import TraceError, collect, measure, page, report
from codegen.verify.coverage.measure import Share
from codegen.verify.coverage.traces import OUTCOMES
from tests.codegen.coverage_traces import Lines, Write

MACHINES = Path(__file__).resolve().parents[3] / "machines"
pytestmark = pytest.mark.usefixtures("no_drawings")


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


@pytest.fixture
def lines(definitions: Definitions) -> Lines:
    return list(everything(definitions))


needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="graphviz is not installed")


def without(lines: Lines, row: str) -> Lines:
    return [line for line in lines if line["row"] != row]


def row_of(definitions: Definitions) -> Row:
    return definitions.machine("session", "device").rows_for("LISTENING", "hotword")[0]


# --- counting -------------------------------------------------------------------------------------------------------------------


def test_a_full_trace_covers_everything(definitions: Definitions, lines: Lines, trace: Write) -> None:
    covered = measure(definitions, collect([trace(lines)]))
    assert all(covered.share(outcome).percent == 100 for outcome in OUTCOMES)
    assert covered.share("taken").total == sum(len(machine.rows) for machine in definitions.machines)


def test_an_empty_trace_covers_nothing(definitions: Definitions, trace: Write) -> None:
    covered = measure(definitions, collect([trace("")]))
    assert covered.share("taken").covered == 0
    assert len(covered.machines) == len(definitions.machines)


def test_hits_add_up_over_files_and_folders(definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path) -> None:
    inner = tmp_path / "runs" / "inner"
    inner.mkdir(parents=True)
    for name in ("a.jsonl", "b.jsonl"):
        shutil.copy(trace(lines), inner / name)
    (inner / "notes.txt").write_text("not a trace")
    covered = measure(definitions, collect([trace(lines), tmp_path / "runs"]))
    assert {item.hits for machine in covered.machines for item in machine.items} == {3}


def test_the_rows_of_one_cell_are_told_apart(definitions: Definitions, lines: Lines, trace: Write) -> None:
    one, other = definitions.machine("connection", "device").rows_for("CONNECTING", "welcome")
    covered = measure(definitions, collect([trace(without(lines, place(one.mark)))]))
    assert [item.name for machine in covered.machines for item in machine.missed("taken")] == [one.name]
    assert other.name != one.name


def test_node_stands_for_role_and_lines_about_no_machine_are_skipped(definitions: Definitions, lines: Lines, trace: Write) -> None:
    real: Lines = [{"machine": None, "event": "speech", "node": "device"}, {"note": "no machine at all"}]
    real += [{**{key: value for key, value in line.items() if key != "role"}, "node": line["role"]} for line in lines]
    assert measure(definitions, collect([trace(real)])).share("taken").percent == 100


def test_blank_lines_are_skipped(trace: Write) -> None:
    assert not collect([trace("\n   \n")]).counts


def test_a_share_never_rounds_up_to_100() -> None:
    assert str(Share(999, 1000)) == "999/1000 99 %"
    assert str(Share(0, 0)) == "0/0 100 %"


# --- bad input ------------------------------------------------------------------------------------------------------------------


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"nowhere\.jsonl: no such file or folder"):
        collect([tmp_path / "nowhere.jsonl"])


def test_a_folder_without_traces_is_named(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="no \\*\\.jsonl file in this folder"):
        collect([tmp_path])


GOOD = '{"machine": "session", "role": "device", "from": "IDLE", "event": "ring", "outcome": "forbidden", "row": null}\n'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{half", "not JSON"),
        ("[1, 2]", "a line must be a JSON object"),
        ('{"machine": "session", "role": "device"}', "no text under 'from', 'event', 'outcome'"),
        ('{"machine": "session", "from": "IDLE", "event": "ring", "outcome": "taken"}', "no text under 'role'"),
        (GOOD.replace("forbidden", "lucky").strip(), "outcome 'lucky'; allowed: taken, ignored, forbidden"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, message: str, trace: Write) -> None:
    with pytest.raises(TraceError, match=rf"trace\.jsonl:2: {message}"):
        collect([trace(GOOD + line)])


@pytest.mark.parametrize(
    "change",
    [{"row": "session.yaml:9999"}, {"machine": "toaster"}, {"role": "server"}, {"from": "NOWHERE"}, {"event": "sneeze"}, {"row": None}],
    ids=lambda change: next(iter(change)),
)
def test_a_line_about_something_not_defined_is_named(change: dict[str, Any], definitions: Definitions, lines: Lines, trace: Write) -> None:
    line = next(line for line in lines if line["row"] == place(row_of(definitions).mark))
    with pytest.raises(TraceError, match=r"trace\.jsonl:2: no row .* for .* in the definitions"):
        measure(definitions, collect([trace([lines[0], line | change])]))


def test_a_row_cannot_be_claimed_forbidden(definitions: Definitions, lines: Lines, trace: Write) -> None:
    line = next(line for line in lines if line["row"] == place(row_of(definitions).mark))
    with pytest.raises(TraceError, match="no forbidden cell for LISTENING \\+ hotword in session \\(device\\)"):
        measure(definitions, collect([trace([line | {"outcome": "forbidden", "row": None}])]))


# --- what is written ------------------------------------------------------------------------------------------------------------


def test_a_report_is_three_files(definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path) -> None:
    report(definitions, collect([trace(lines)]), tmp_path / "new" / "folder")
    assert {file.name for file in (tmp_path / "new" / "folder").iterdir()} == {"index.html", "coverage.json", "junit.xml"}


def test_the_json_has_every_item_with_its_hits(definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path) -> None:
    row = place(row_of(definitions).mark)
    report(definitions, collect([trace(without(lines, row))]), tmp_path)
    data = json.loads((tmp_path / "coverage.json").read_text())
    rows = data["total"]["taken"]
    assert rows["covered"] == rows["total"] - 1
    items = [item for machine in data["machines"] for item in machine["items"]]
    assert len(items) == len(lines)
    assert [item["row"] for item in items if not item["hits"]] == [row]


def test_junit_fails_a_row_and_skips_another_cell(definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path) -> None:
    row = row_of(definitions)
    ignored = definitions.machine("session", "device").state("LISTENING").ignored[0]
    report(definitions, collect([trace(without(without(lines, place(row.mark)), place(ignored.mark)))]), tmp_path)
    root = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert len(root.findall(".//testcase")) == len(lines)
    names = {tag: [case.get("name") for case in root.iter("testcase") if case.find(tag) is not None] for tag in ("failure", "skipped")}
    assert names == {"failure": [row.name], "skipped": [f"listening_{ignored.event}"]}
    suite = next(suite for suite in root if suite.get("name") == "session.device")
    assert (suite.get("failures"), suite.get("skipped")) == ("1", "1")
    assert len({(case.get("classname"), case.get("name")) for case in root.iter("testcase")}) == len(lines)


def test_the_page_quotes_the_yaml_of_every_row_and_ignored_cell(
    definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path
) -> None:
    report(definitions, collect([trace(lines)]), tmp_path)
    text = (tmp_path / "index.html").read_text()
    for machine in definitions.machines:
        marks = [row.mark for row in machine.rows] + [cell.mark for state in machine.states for cell in state.ignored]
        for mark in marks:
            line = definitions.sources[mark.file].splitlines()[mark.line - 1].strip()
            assert html.escape(line) in text, line


def test_the_page_lists_what_was_never_exercised(definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path) -> None:
    row = row_of(definitions)
    report(definitions, collect([trace(without(lines, place(row.mark))[1:])]), tmp_path)
    never = (tmp_path / "index.html").read_text().split("Never exercised", 1)[1].split("</section>", 1)[0]
    assert f'href="#{place(row.mark)}"' in never
    assert never.count("<li>") == 2
    report(definitions, collect([trace(lines)]), tmp_path)
    assert "Nothing: every row was taken" in (tmp_path / "index.html").read_text()


def test_every_link_of_the_page_leads_somewhere_in_it(definitions: Definitions, trace: Write, tmp_path: Path) -> None:
    report(definitions, collect([trace("")]), tmp_path)
    text = (tmp_path / "index.html").read_text()
    parts = text.split('href="')[1:]
    targets = {part.split('"', 1)[0] for part in parts}
    assert targets
    assert all(target.startswith("#") and f'id="{target[1:]}"' in text for target in targets)
    ids = [part.split('"', 1)[0] for part in text.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


@needs_dot
def test_the_page_holds_the_diagrams_and_nothing_from_elsewhere(
    definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    report(definitions, collect([trace(lines)]), tmp_path)
    text = (tmp_path / "index.html").read_text()
    assert text.count("<svg ") == len(definitions.machines)
    assert "<script" not in text
    assert 'src="' not in text
    assert "@import" not in text
    assert "prefers-color-scheme: dark" in text


def test_without_graphviz_the_page_says_so(definitions: Definitions, trace: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(dot: str) -> str:
        raise graphviz.ExecutableNotFound(["dot"])

    monkeypatch.setattr(page, "render", absent)
    report(definitions, collect([trace("")]), tmp_path)
    assert "The diagram needs graphviz" in (tmp_path / "index.html").read_text()


# --- the command ----------------------------------------------------------------------------------------------------------------


def test_the_command_prints_a_line_a_machine_and_a_total(
    definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert coverage.main(["--trace", str(trace(lines)), "--out", str(tmp_path / "out"), "--fail-under", "100"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == len(definitions.machines) + 1
    rows = len(definitions.machine("session", "device").rows)
    assert any(line.startswith("session (device) ") and f" rows {rows}/{rows} 100 % " in line for line in printed)
    assert printed[-1].startswith("total ")


def test_a_row_never_taken_fails_its_machine_though_the_total_would_pass(
    definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = row_of(definitions)
    call = ["--trace", str(trace(without(lines, place(row.mark)))), "--out", str(tmp_path / "out"), "--fail-under"]
    assert coverage.main([*call, "100"]) == 1
    assert f"{place(row.mark)}: {row.name}" in capsys.readouterr().out
    assert coverage.main([*call, "99"]) == 1
    assert coverage.main([*call, "90"]) == 0


def test_a_forbidden_cell_never_tried_does_not_fail(lines: Lines, trace: Write, tmp_path: Path) -> None:
    taken = [line for line in lines if line["outcome"] == "taken"]
    assert coverage.main(["--trace", str(trace(taken)), "--out", str(tmp_path / "out"), "--fail-under", "100"]) == 0


def test_a_bad_trace_is_a_message_and_exit_2(trace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert coverage.main(["--trace", str(trace("oops")), "--out", str(tmp_path / "out")]) == 2
    assert "trace.jsonl:1: not JSON" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_broken_definitions_are_findings_and_exit_2(trace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(MACHINES, tmp_path / "machines")
    (tmp_path / "machines" / "turn.yaml").write_text("machine: [")
    arguments = ["--trace", str(trace("")), "--out", str(tmp_path / "out"), "--machines", str(tmp_path / "machines")]
    assert coverage.main(arguments) == 2
    assert "turn.yaml:1:" in capsys.readouterr().out


def test_a_moved_row_makes_an_old_trace_unusable(lines: Lines, trace: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(MACHINES, tmp_path / "machines")
    session = tmp_path / "machines" / "session.yaml"
    session.write_text("# one line more\n" + session.read_text())
    arguments = ["--trace", str(trace(lines)), "--out", str(tmp_path / "out"), "--machines", str(tmp_path / "machines")]
    assert coverage.main(arguments) == 2
    assert "in the definitions" in capsys.readouterr().out


# --- quoting --------------------------------------------------------------------------------------------------------------------


def test_a_row_over_several_lines_is_quoted_whole(definitions: Definitions, trace: Write, tmp_path: Path) -> None:
    shutil.copytree(MACHINES, tmp_path / "machines")
    session = tmp_path / "machines" / "session.yaml"
    old = "          - {event: start, target: LISTENING, emit: [started]}\n"
    assert old in session.read_text()
    block = "          - event: start\n            target: LISTENING\n            emit: [started]\n"
    session.write_text(session.read_text().replace(old, block))
    arguments = ["--trace", str(trace("")), "--out", str(tmp_path / "out"), "--machines", str(tmp_path / "machines")]
    assert coverage.main(arguments) == 0
    assert "- event: start\n  target: LISTENING\n  emit: [started]</code>" in (tmp_path / "out" / "index.html").read_text()
