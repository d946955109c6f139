from __future__ import annotations

import os
from pathlib import Path

import pytest

from tars.errors import ConfigError
from tars.runtime.state import private_file, write_private


def test_only_its_owner_may_read_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "state"
    os.close(private_file(folder, "one"))
    (folder / "two").touch(mode=0o644)
    write_private(folder, "two", "text")
    assert {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()} == {"one": 0o600, "two": 0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_private(tmp_path, "file", "a longer text than the next")
    write_private(tmp_path, "file", "text")
    assert (tmp_path / "file").read_text() == "text"

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ConfigError, match=f"cannot keep state in {tmp_path}: No space left on device; choose another --state"):
        write_private(tmp_path, "file", "new")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "text"
