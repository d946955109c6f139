from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen.verify.serve.past import pairs
from tests.codegen.traces import Lines, conversation, told
from tests.explored import defined


@pytest.fixture
def lines() -> dict[str, Lines]:
    """A conversation with an outage."""
    return told(conversation())


def shown(folder: Path, lines: dict[str, Lines]) -> dict[str, Any]:
    for node, those in lines.items():
        (folder / f"{node}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in those))
    (one,) = pairs(*defined(), [folder])
    return one


def test_both_sides_are_in_one_row_of_moments(tmp_path: Path, lines: dict[str, Lines]) -> None:
    pair = shown(tmp_path, lines)
    moments = pair["moments"]
    assert {moment["node"] for moment in moments} == {"device", "server"}
    hotword = next(at for at, moment in enumerate(moments) if moment["text"].startswith("hotword ("))
    heard = next(at for at, moment in enumerate(moments) if moment["text"].startswith("hotword_detected"))
    assert hotword < heard
    assert moments[hotword]["states"]["device.session"] == "HOTWORD_DETECTED"
    assert moments[hotword]["states"]["server.session"] == "LISTENING"
    assert moments[heard]["states"]["server.session"] == "HOTWORD_DETECTED"
    assert pair["findings"] == 0


def test_each_move_names_its_row_and_the_line_of_the_trace(tmp_path: Path, lines: dict[str, Lines]) -> None:
    moments = shown(tmp_path, lines)["moments"]
    hotword = next(moment for moment in moments if moment["text"].startswith("hotword ("))
    rows = [line["row"] for line in lines["device"] if line["event"] == "hotword"]
    assert [move["row"] for move in hotword["moves"]][: len(rows)] == rows
    number = next(number for number, line in enumerate(lines["device"], 1) if line["event"] == "hotword")
    assert hotword["place"] == f"{tmp_path}/device.jsonl:{number}"


def test_a_message_is_under_way_from_where_it_is_sent_to_where_it_arrives(tmp_path: Path, lines: dict[str, Lines]) -> None:
    flying = [moment["link"]["ways"][0]["flying"] for moment in shown(tmp_path, lines)["moments"]]
    assert ["hotword_detected 1"] in flying
    assert flying[-1] == []


def test_a_finding_stands_at_its_moment(tmp_path: Path, lines: dict[str, Lines]) -> None:
    line = next(line for line in lines["device"] if line["event"] == "hotword" and line["machine"] == "session")
    line["effects"].remove("chime")
    pair = shown(tmp_path, lines)
    (bad,) = [moment for moment in pair["moments"] if moment["findings"]]
    assert bad["text"].startswith("hotword (")
    assert "chime" in bad["findings"][0]
    assert pair["findings"] == 1


def test_one_side_alone_can_be_seen_too(tmp_path: Path, lines: dict[str, Lines]) -> None:
    moments = shown(tmp_path, {"device": lines["device"]})["moments"]
    assert {moment["node"] for moment in moments} == {"device"}
    assert all(moment["link"] is None for moment in moments)


def test_variables_are_those_of_the_trace(tmp_path: Path, lines: dict[str, Lines]) -> None:
    last = shown(tmp_path, lines)["moments"][-1]
    session = next(line for line in reversed(lines["device"]) if line["machine"] == "session")
    assert ("session.session", session["context"]["session"]) in [tuple(fact) for fact in last["facts"]["device"]]
