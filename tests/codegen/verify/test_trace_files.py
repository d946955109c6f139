from __future__ import annotations

from pathlib import Path

import pytest

from codegen.verify.trace_files import TraceError, files, parsed


def test_a_folder_stands_for_the_traces_below_it(tmp_path: Path) -> None:
    (tmp_path / "kitchen").mkdir()
    for name in ("b.jsonl", "kitchen/a.jsonl", "notes.txt"):
        (tmp_path / name).touch()
    assert list(files([tmp_path, tmp_path / "notes.txt"])) == [tmp_path / "b.jsonl", tmp_path / "kitchen/a.jsonl", tmp_path / "notes.txt"]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"no \*\.jsonl file in this folder"):
        list(files([tmp_path]))
    with pytest.raises(TraceError, match="missing: no such file or folder"):
        list(files([tmp_path / "missing"]))


@pytest.mark.parametrize(("text", "problem"), [("{", "a:1: not JSON: "), ("[1]\n", r"a:1: a line must be a JSON object, not \[1\]$")])
def test_a_line_that_is_no_object_is_named_with_its_place(text: str, problem: str) -> None:
    assert parsed('{"node": "device"}', "a:1") == {"node": "device"}
    with pytest.raises(TraceError, match=problem):
        parsed(text, "a:1")
