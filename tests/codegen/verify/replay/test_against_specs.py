"""The specs on a trace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.codegen.traces import Traces, conversation, told
from tests.replayed import MACHINES


@pytest.fixture
def traces(tmp_path: Path) -> Traces:
    return Traces(tmp_path, told(conversation()))


def with_specs(folder: Path, old: str, new: str) -> Path:
    """The definitions, with one spec changed."""
    shutil.copytree(MACHINES, folder)
    text = (folder / "specs.yaml").read_text()
    assert old in text
    (folder / "specs.yaml").write_text(text.replace(old, new))
    return folder


@pytest.mark.parametrize(
    ("old", "new", "violated"),
    [
        ('device.microphone != "SERVER" or', 'device.microphone != "SERVER" or not', "privacy"),
        ("session: [[LISTENING, LISTENING], ", "session: [", "agreement"),
        ("sends.hotword_detected == (before", "sends.hotword_detected != (before", "answered_at_once"),
        ("server.brains == 1 if", "server.brains == 2 if", "one_brain"),
    ],
)
def test_a_spec_that_a_trace_does_not_keep_is_named(
    old: str, new: str, violated: str, traces: Traces, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert traces.main("--definitions", with_specs(tmp_path / "machines", old, new)) == 1
    findings = [line for line in capsys.readouterr().out.splitlines() if ".jsonl:" in line]
    assert findings
    assert all(f": VIOLATED {violated}: " in line for line in findings), findings
