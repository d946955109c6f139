"""What `tars-server forget` finds and deletes. tests/e2e/test_forget.py runs it beside a server."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest

from tars.core.effects import ANSWERED
from tars.errors import ConfigError
from tars.runtime import clock
from tars.server import forget as module
from tars.server.forget import Wanted, forget
from tars.server.keys import digest
from tars.server.last_seen import FILE as SEEN
from tars.server.pairings import open_pairing
from tars.server.push.announcements import Announcements
from tars.server.push.timers import KeptTimer, TimerRows
from tars.server.settings import ServerConfig
from tars.server.state_folder import FILE, claimed, open_store
from tars.server.token_rows import TokenRows

DAY = date(2026, 11, 30)
NOON = datetime.fromisoformat("2026-11-30 12:00").timestamp()


def config_of(folder: Path) -> ServerConfig:
    return ServerConfig(state=folder / "state", record=folder / "heard", trace=folder / "trace.jsonl", log_file=folder / "log")


def fill(folder: Path) -> ServerConfig:
    """All kinds of files of a server, of three devices and two days."""
    (folder / "heard").mkdir()
    for device in ("kitchen", "kitchen-2", "hall"):
        write(folder / "heard" / f"{device}-e0e85a000ef3-1.wav", "sound", NOON)
        write(folder / "heard" / f"{device}-e0e85a000ef3-2-2.wav", "sound", NOON + 86_400)
        with closing(open_store(folder / "state")) as store:
            store.add_key(device, digest(device))
            store.save("e1", {device: f"what {device} has said".encode()}, {"kitchen", "kitchen-2", "hall"})
    with closing(open_store(folder / "state")) as store:
        for device in ("kitchen", "kitchen-2", "hall"):
            TokenRows(store).write(device, DAY, 7)
    write(folder / "state" / SEEN, json.dumps(dict.fromkeys(("kitchen", "kitchen-2", "hall"), NOON)), NOON)
    lines = "".join(f'{{"time": "2026-11-30T12:00:00+00:00", "device": "{device}"}}\n' for device in ("kitchen", "hall"))
    text = "12:00:00.000 server INFO  link  device=kitchen\n12:00:00.000 server INFO  link  device=hall\n"
    for day, moment in (("2026-11-30", NOON), ("2026-12-01", NOON + 86_400)):
        write(folder / f"trace.{day}.jsonl", lines.replace("2026-11-30", day), moment)
        write(folder / f"log.{day}", text, moment)
    write(folder / "trace.jsonl", lines.replace("2026-11-30", "2026-12-02"), NOON + 2 * 86_400)
    write(folder / "log", text, NOON + 2 * 86_400)
    write(folder / "notes", "kitchen", NOON)
    return config_of(folder)


def write(path: Path, text: str, moment: float) -> None:
    path.write_text(text)
    os.utime(path, (moment, moment))


def told(wanted: Wanted, config: ServerConfig, *, yes: bool = False) -> str:
    lines: list[str] = []
    asyncio.run(forget(wanted, config, lines.append, yes=yes))
    return "\n".join(lines)


def holding(folder: Path, text: str) -> set[str]:
    """The files in which this text stands, or whose names hold it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in files if text in path.name or text.encode() in path.read_bytes()}


def test_without_yes_it_is_said_what_is_known_and_nothing_changes(tmp_path: Path) -> None:
    config = fill(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != FILE}
    said = told(Wanted(device="kitchen"), config)
    assert "its key" in said
    assert "its saved session" in said
    assert "when it was last seen" in said
    assert "how many tokens it has used on 2026-11-30" in said
    assert "2 recordings" in said
    assert f"1 line of the trace {tmp_path}/trace.jsonl" in said
    assert f"1 line of the log {tmp_path}/log.2026-12-01" in said
    assert said.endswith("Nothing was deleted. With --yes all of that is, for good.")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != FILE} == before


def test_of_a_device_nothing_is_left_and_of_the_others_everything(tmp_path: Path) -> None:
    config = fill(tmp_path)
    others = holding(tmp_path, "hall")
    assert len(others) == 10
    assert "kitchen is forgotten here" in told(Wanted(device="kitchen"), config, yes=True)
    with closing(open_store(config.state)) as store:
        assert [name for name, _ in store.list_keys()] == ["hall", "kitchen-2"]
        assert store.session("kitchen") is None
        store.remove_key("kitchen-2")
    told(Wanted(device="kitchen-2"), config, yes=True)
    assert holding(tmp_path, "kitchen") == {"notes"}, "which is no file of TARS"
    # What was written last was put aside.
    assert holding(tmp_path, "hall") == others - {"trace.jsonl", "log"} | {"trace.2026-12-02.jsonl", "log.2026-12-02"}
    assert told(Wanted(device="kitchen"), config, yes=True).startswith("Nothing is known of kitchen in ")


def test_of_a_day_nothing_is_left_and_of_the_others_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "wall", lambda: NOON)
    config = fill(tmp_path)
    assert "2026-11-30 is forgotten here" in told(Wanted(day=DAY), config, yes=True)
    assert {path.name for path in (tmp_path / "heard").iterdir()} == {
        f"{name}-e0e85a000ef3-2-2.wav" for name in ("kitchen", "kitchen-2", "hall")
    }
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {
        *("trace.2026-12-01.jsonl", "trace.jsonl", "log.2026-12-01", "log", "notes"),
    }
    with closing(open_store(config.state)) as store:
        assert store.take() is None
        assert len(store.list_keys()) == 3, "devices are of no day"
        assert TokenRows(store).days() == {}
    assert b"has said" not in (config.state / FILE).read_bytes()
    assert "Nothing is known of 2026-11-30" in told(Wanted(day=DAY), config)


def test_sessions_and_counts_of_another_day_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "wall", lambda: NOON + 86_400)
    config = fill(tmp_path)
    with closing(open_store(config.state)) as store:
        TokenRows(store).write("hall", date(2026, 12, 1), 3)
    told(Wanted(day=DAY), config, yes=True)
    with closing(open_store(config.state)) as store:
        assert TokenRows(store).days() == {"hall": date(2026, 12, 1)}
        saved = store.take()
        assert saved is not None
        assert len(saved.devices) == 3


def test_the_name_of_an_open_or_used_pairing_goes_too(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    with closing(open_store(config.state)) as store:
        open_pairing(store, "kitchen")
    assert "its pairing" in told(Wanted(device="kitchen"), config, yes=True)
    assert holding(tmp_path, "kitchen") == set()


def test_what_was_said_to_a_device_its_answers_and_its_timers_go_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "wall", lambda: datetime(2026, 11, 30, 12).timestamp())
    config = config_of(tmp_path)
    with closing(open_store(config.state)) as store:
        rows = Announcements(store)
        for device in ("kitchen", "hall"):
            rows.end(rows.add(device, f"Are you in the {device}?", 60, asks=True).id, ANSWERED, f"Yes, in the {device}.")
            TimerRows(store).replace(device, [KeptTimer(device, f"call the {device}", "reminder", 60, clock.wall() + 60)])
    assert "1 announcement, and what was answered" in told(Wanted(device="kitchen"), config)
    assert "1 timer\n" in told(Wanted(device="kitchen"), config, yes=True)
    assert holding(config.state, "the kitchen") == set()
    assert holding(config.state, "in the hall") == {FILE}
    assert "1 announcement, and what was answered" in told(Wanted(day=DAY), config, yes=True)
    assert holding(config.state, "in the hall") == set()
    assert "Nothing is known of kitchen" in told(Wanted(device="kitchen"), config)


def test_what_an_earlier_version_has_deleted_is_overwritten(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    with closing(open_store(config.state)) as store:
        store._db.execute("PRAGMA secure_delete = OFF")
        store.save("e1", {"kitchen": b"what the kitchen has said" * 1000})
        store.save("e2", {})
        store.add_key("hall", digest("hall"))
    assert holding(tmp_path, "kitchen")
    told(Wanted(device="hall"), config, yes=True)
    assert holding(tmp_path, "kitchen") == set()


def test_a_device_that_a_running_server_goes_on_writing_of_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.0)
    config = fill(tmp_path)

    async def write_more(_: float) -> None:
        with (tmp_path / "log").open("a") as log:
            log.write("12:00:00.000 server INFO  link  device=kitchen\n")

    monkeypatch.setattr(clock, "sleep_until", write_more)
    with claimed(config.state), pytest.raises(ConfigError, match="a running server still writes of kitchen: it is connected"):
        told(Wanted(device="kitchen"), config, yes=True)


def test_folders_that_are_not_there_hold_nothing(tmp_path: Path) -> None:
    config = ServerConfig(state=tmp_path / "state", record=tmp_path / "gone", trace=tmp_path / "no" / "trace.jsonl")
    assert told(Wanted(device="kitchen"), config, yes=True) == (
        f"Nothing is known of kitchen in state {config.state}, record {config.record}, trace {config.trace}, log_file (none)."
    )


def test_a_file_of_a_day_that_there_is_not_has_the_day_of_its_last_line(tmp_path: Path) -> None:
    write(tmp_path / "log.2026-99-99", "12:00:00.000 server INFO  stopped\n", NOON)
    told(Wanted(day=DAY), config_of(tmp_path), yes=True)
    assert not (tmp_path / "log.2026-99-99").exists()


def test_a_file_that_cannot_be_changed_is_named_and_stays(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    file = tmp_path / "trace.2026-11-30.jsonl"
    file.write_text("kitchen\n")
    (tmp_path / f"{file.name}.new").mkdir()
    with pytest.raises(ConfigError, match=rf"cannot read or change {file}\.new: Is a directory\. Run this as the user of the server"):
        told(Wanted(device="kitchen"), config, yes=True)
    assert file.read_text() == "kitchen\n"
