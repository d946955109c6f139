from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tars.runtime import clock, keeping
from tars.runtime.keeping import DAY, MEGABYTE, Kind, growing, keep, tidy

NOW = 1_800_000_000.0


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "wall", lambda: NOW)


def kind(folder: Path) -> Kind:
    (traces,) = growing("traces", folder / "trace.jsonl")
    return traces


def make(folder: Path, name: str, *, days: float, megabytes: float = 0) -> None:
    """A file of this age and size, which takes no room on the disk."""
    path = folder / name
    with path.open("wb") as file:
        file.truncate(round(megabytes * MEGABYTE))
    os.utime(path, (NOW - days * DAY, NOW - days * DAY))


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_files_that_are_too_old_go_and_that_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for day in (29, 30.5, 31):
        make(tmp_path, f"trace.2026-11-{int(day):02}.jsonl", days=day, megabytes=day)
    tidy(kind(tmp_path), 30, 0)
    assert left(tmp_path) == {"trace.2026-11-29.jsonl"}
    (record,) = caplog.records
    assert vars(record)["values"] == {"what": "traces", "files": 2, "megabytes": 61.5, "reason": "older than 30 days"}


def test_of_too_many_bytes_the_oldest_go_first(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for day in (1, 2, 3, 4):
        make(tmp_path, f"trace.2026-11-0{day}.jsonl", days=day, megabytes=4)
    tidy(kind(tmp_path), 0, 9)
    assert left(tmp_path) == {"trace.2026-11-01.jsonl", "trace.2026-11-02.jsonl"}
    assert vars(caplog.records[0])["values"]["reason"] == "more than 9 MB"


def test_exactly_as_much_as_is_allowed_stays(tmp_path: Path) -> None:
    make(tmp_path, "trace.2026-11-01.jsonl", days=30, megabytes=4)
    make(tmp_path, "trace.2026-11-02.jsonl", days=1, megabytes=4)
    tidy(kind(tmp_path), 30, 8)
    assert len(left(tmp_path)) == 2


def test_no_other_file_is_touched_and_that_which_is_written_now_counts_but_stays(tmp_path: Path) -> None:
    others = ("trace.jsonl.1", "trace.txt", "trace.2026-11-30.jsonl.gz", "notes", "trace.2026-11-30.log")
    for name in (*others, "trace.jsonl"):
        make(tmp_path, name, days=99, megabytes=50)
    make(tmp_path, "trace.2026-11-30.jsonl", days=1, megabytes=1)
    (tmp_path / "trace.2026-11-29.jsonl").mkdir()
    (tmp_path / "trace.2026-11-28.jsonl").symlink_to(tmp_path / "notes")
    tidy(kind(tmp_path), 30, 10)
    assert left(tmp_path) == {*others, "trace.jsonl", "trace.2026-11-29.jsonl", "trace.2026-11-28.jsonl"}


def test_zero_is_no_limit(tmp_path: Path) -> None:
    make(tmp_path, "trace.2026-11-30.jsonl", days=9999, megabytes=9999)
    tidy(kind(tmp_path), 0, 0)
    asyncio.run(asyncio.wait_for(keep([kind(tmp_path)], days=0, megabytes=0), 20))
    assert left(tmp_path) == {"trace.2026-11-30.jsonl"}


def test_it_is_looked_at_the_start_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "CHECK_INTERVAL", 0.01)

    async def main() -> None:
        keeper = asyncio.create_task(keep([kind(tmp_path)], days=30, megabytes=0))
        for name in ("trace.2026-10-01.jsonl", "trace.2026-10-02.jsonl"):
            make(tmp_path, name, days=31)
            async with asyncio.timeout(20):
                while left(tmp_path):
                    await clock.sleep_until(clock.now() + 0.01)
        keeper.cancel()

    asyncio.run(main())


def test_a_folder_that_is_gone_or_a_file_that_stays_is_logged_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tidy(kind(tmp_path / "gone"), 30, 0)
    make(tmp_path, "trace.2026-11-30.jsonl", days=31)

    def refuse(_: Path, **__: bool) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    tidy(kind(tmp_path), 30, 0)
    assert caplog.messages == ["cannot see what is kept", "cannot delete"]


def test_without_a_file_nothing_is_kept() -> None:
    assert growing("traces", None) == []
