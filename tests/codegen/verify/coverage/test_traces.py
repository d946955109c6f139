"""Reading what traces say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from codegen.definitions.model import Definitions
from codegen.verify.coverage import TraceError, collect, measure
from tests.codegen.coverage_traces import Lines, Write

pytestmark = pytest.mark.usefixtures("no_drawings")


def test_hits_add_up_over_files_and_folders(definitions: Definitions, lines: Lines, trace: Write, tmp_path: Path) -> None:
    inner = tmp_path / "runs" / "inner"
    inner.mkdir(parents=True)
    for name in ("a.jsonl", "b.jsonl"):
        shutil.copy(trace(lines), inner / name)
    (inner / "notes.txt").write_text("not a trace")
    covered = measure(definitions, collect([trace(lines), tmp_path / "runs"]))
    assert {item.hits for machine in covered.machines for item in machine.items} == {3}


def test_node_stands_for_role_and_lines_about_no_machine_are_skipped(definitions: Definitions, lines: Lines, trace: Write) -> None:
    real: Lines = [{"machine": None, "event": "speech", "node": "device"}, {"note": "no machine at all"}]
    real += [{**{key: value for key, value in line.items() if key != "role"}, "node": line["role"]} for line in lines]
    assert measure(definitions, collect([trace(real)])).share("taken").percent == 100


def test_blank_lines_are_skipped(trace: Write) -> None:
    assert not collect([trace("\n   \n")]).counts


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
