from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from codegen.verify import specs
from codegen.verify.specs import CODES, Watch
from tests.explored import defined

FILE = """# yaml-language-server: $schema=schema/specs.schema.json
watch:
  server.brains: {initial: 0, add: {open_brain: 1, close_brain: -1}}
  device.speaker: {initial: SILENT, set: {open_speaker: PLAYS, drained: SILENT}}
specs:
"""


def load(tmp_path: Path, *lines: str, head: str = FILE) -> tuple[specs.Specs, list[str]]:
    (tmp_path / "specs.yaml").write_text(head + "".join(f"  {line}\n" for line in lines))
    found, findings = specs.load(tmp_path, defined()[0])
    return found, [str(finding) for finding in findings]


def test_a_condition_is_read_with_its_names(tmp_path: Path) -> None:
    found, findings = load(tmp_path, 'a: {says: x, kind: always, holds: device.turn == "NO_TURN" or server.brains == 1}')
    assert findings == []
    condition = found.specs[0].holds
    assert condition
    assert condition.reads == {"device.turn", "server.brains"}
    names = {"device": SimpleNamespace(turn="THINKING"), "server": SimpleNamespace(brains=1)}
    assert condition(names)
    assert not condition(names | {"server": SimpleNamespace(brains=0)})


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("a: {says: x, kind: always, holds: device.tern}", "P401 device.tern stands for nothing here; did you mean device.turn?"),
        ('a: {says: x, kind: always, holds: device.turn == "LISTENING"}', "P401 device.turn is never LISTENING; allowed: "),
        ('a: {says: x, kind: always, holds: \'device.speaker in ("PLAYS", "LOUD")\'}', "P401 device.speaker is never LOUD; "),
        ("a: {says: x, kind: always, holds: before.turn}", "P401 before.turn stands for nothing here; "),
        (
            "a: {says: x, kind: step, on: [device.hotwort], holds: does.chime}",
            "P401 nothing happens that is called device.hotwort; did you mean",
        ),
        ("a: {says: x, kind: quiet, pairs: {turn: [[SPEAKING, SINGING]]}, equal: []}", "P401 turn has no state SINGING"),
        ("a: {says: x, kind: row, machine: device.radio, holds: event}", "P401 there is no machine device.radio; "),
        ("a: {says: x, kind: always, assumes: loud, holds: quiet}", "P401 loud stands for nothing here; "),
        ("a: {says: x, kind: always, holds: 'device.turn ='}", "P402 'device.turn =' is not an expression"),
        ("a: {says: x, kind: always, holds: 'open(device.turn)'}", "P402 call is not allowed in a condition"),
        ("a: {says: x, kind: always, holds: '[device.turn]'}", "P402 list is not allowed in a condition"),
        ("a: {says: x, kind: recurs, holds: quiet}", "P403 a spec of kind recurs needs by"),
        ("a: {says: x, kind: always, holds: quiet, by: [timeout]}", "P403 a spec of kind always has no by"),
        ("a: {says: x, kind: step, holds: does.chime}", "P403 a spec of kind step needs on, or node"),
        ("a: {says: x, kind: allways, holds: quiet}", "S003 allways is not allowed; did you mean always?"),
        ("a: {kind: no_deadlock}", "S002 says is missing"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, line: str, finding: str) -> None:
    _, findings = load(tmp_path, line)
    assert len(findings) == 1
    assert findings[0].startswith("specs.yaml:6:")
    assert f" {finding}" in findings[0]


def test_a_watch_that_waits_in_vain_is_named(tmp_path: Path) -> None:
    _, findings = load(tmp_path, "a: {says: x, kind: no_deadlock}", head=FILE.replace("close_brain", "shut_brain"))
    assert findings == ["specs.yaml:3:3: P401 the server has no action or event shut_brain; did you mean close_brain?"]


def test_each_code_is_shown_here() -> None:
    assert set(CODES) == {"P401", "P402", "P403"}


def test_a_watch_counts_or_is_set() -> None:
    brains, speaker, *_ = defined()[1].watches
    assert [brains.after(0, "open_brain"), brains.after(1, "close_brain"), brains.after(0, "close_brain"), brains.after(1, "chime")] == [
        1,
        0,
        -1,
        1,
    ]
    assert brains.after(2, "open_brain") == 2, "twice is as wrong as thrice"
    assert [speaker.after("SILENT", "open_speaker"), speaker.after("PLAYS", "drained"), speaker.after("PLAYS", "chime")] == [
        "PLAYS",
        "SILENT",
        "PLAYS",
    ]
    assert isinstance(brains, Watch)


def test_without_a_file_there_are_no_specs(tmp_path: Path) -> None:
    assert specs.load(tmp_path, defined()[0]) == (specs.Specs(), [])


def test_the_specs_of_this_checkout_are_sound_and_of_every_kind_but_those_of_one_machine() -> None:
    found = defined()[1]
    assert {spec.kind for spec in found.specs} >= set(specs.NEEDED) - {"row"}
    assert all(spec.says == " ".join(spec.says.split()) for spec in found.specs)
