from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tars.errors import ConfigError
from tars.runtime import clock
from tars.server.memory_store import MemoryStore
from tars.server.pairings import new_pairing
from tars.server.schema import SCHEMA, SINCE_VERSION_1
from tars.server.state_folder import FILE, SETTLED, DeviceKey, KeyStore, SessionStore, SqliteStore, open_store

Store = SqliteStore | MemoryStore


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each store, empty."""
    if request.param == "memory":
        yield MemoryStore()
    else:
        with closing(open_store(tmp_path)) as opened:
            yield opened


@pytest.fixture
def set_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the time of day."""
    return lambda seconds: monkeypatch.setattr(clock, "wall", lambda: seconds)


def named(store: KeyStore) -> dict[str, str]:
    """The hash of each key, and its device."""
    return {digest: key.name for digest, key in (store.owners() or {}).items()}


# --- what every store does -------------------------------------------------------------------------------------------------------


def test_sessions_are_returned_as_saved_and_only_once(store: SessionStore, set_time: Callable[[float], None]) -> None:
    assert store.take() is None
    set_time(1000)
    store.save("e1", {"kitchen": bytes(range(256)), "bedroom": b""})
    set_time(1002.5)
    saved = store.take()
    assert saved is not None
    assert (saved.epoch, saved.age, sorted(saved.devices)) == ("e1", 2.5, ["bedroom", "kitchen"])
    assert (store.session("kitchen"), store.session("bedroom"), store.session("bath")) == (bytes(range(256)), b"", None)
    assert store.take() is None


def test_a_save_replaces_the_one_before(store: SessionStore) -> None:
    store.save("e1", {"kitchen": b"old", "bedroom": b"old"})
    store.save("e2", {"kitchen": b"new"})
    saved = store.take()
    assert saved is not None
    assert (saved.epoch, saved.devices, store.session("kitchen"), store.session("bedroom")) == ("e2", ["kitchen"], b"new", None)


def test_sessions_that_nobody_has_read_yet_can_be_kept_for_the_next_server(store: Store) -> None:
    store.save("e1", {"kitchen": b"old", "bedroom": b"old", "bath": b"old"})
    store.take()
    store.save("e1", {"kitchen": b"new"}, {"kitchen", "bath"})
    saved = store.take()
    assert saved is not None
    assert sorted(saved.devices) == ["bath", "kitchen"]
    assert (store.session("kitchen"), store.session("bath"), store.session("bedroom")) == (b"new", b"old", None)


def test_sessions_that_were_taken_can_be_dropped_and_others_stay(store: Store) -> None:
    store.save("e1", {"kitchen": b"k"})
    store.drop_taken()
    assert store.session("kitchen") == b"k"
    assert store.take() is not None
    store.drop_taken()
    assert store.session("kitchen") is None


def test_nothing_of_a_session_stays_in_the_file(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        store.save("e1", {"kitchen": b"what the kitchen has said" * 1000})
        assert b"what the kitchen" in (tmp_path / FILE).read_bytes()
        store.save("e2", {})
        assert b"what the kitchen" not in (tmp_path / FILE).read_bytes()


def test_a_save_without_sessions_differs_from_no_save(store: SessionStore) -> None:
    store.save("e1", {})
    saved = store.take()
    assert saved is not None
    assert (saved.epoch, saved.devices) == ("e1", [])


def test_after_the_clock_was_set_back_the_age_is_not_negative(store: SessionStore, set_time: Callable[[float], None]) -> None:
    set_time(1000)
    store.save("e1", {})
    set_time(10)
    saved = store.take()
    assert saved is not None
    assert saved.age == 0


def test_a_session_follows_its_device_to_its_new_name(store: Store) -> None:
    store.add_key("kitchen", "hash")
    store.save("epoch", {"kitchen": b"its session", "bedroom": b"another"})
    store.rename_key("kitchen", "hall")
    assert [store.session(name) for name in ("kitchen", "hall", "bedroom")] == [None, b"its session", b"another"]


# --- the one on disk -------------------------------------------------------------------------------------------------------------


def test_another_program_sees_at_once_what_has_changed(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as server, closing(open_store(tmp_path)) as command:
        command.add_key("kitchen", "hash")
        assert named(server) == {"hash": "kitchen"}
        command.remove_key("kitchen")
        assert named(server) == {}
        pairing = command.change_pairing(lambda _: new_pairing("", 0))
        assert server.pairing() == pairing


def test_tries_that_come_at_once_are_counted_one_by_one(tmp_path: Path) -> None:
    """Each in a connection and a thread of its own, as two programs have them."""

    def try_once(_: int) -> int:
        with closing(open_store(tmp_path)) as store:
            changed = store.change_pairing(lambda before: before and before.tried())
        assert changed is not None
        return changed.tries

    with closing(open_store(tmp_path)) as store:
        store.change_pairing(lambda _: new_pairing("", 0))
        with ThreadPoolExecutor(8) as threads:
            assert sorted(threads.map(try_once, range(16))) == list(range(1, 17))


def test_keys_of_version_1_are_kept(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as old:
        for statement in (*SCHEMA, "PRAGMA user_version = 1", "INSERT INTO keys VALUES ('kitchen', 'hash', 12.0)"):
            old.execute(statement)
        old.commit()
    for _ in range(2):
        with closing(open_store(tmp_path)) as store:
            assert store.owners() == {"hash": DeviceKey("hash", "kitchen", "kitchen")}
            assert store.list_keys() == [("kitchen", 12.0)]
            assert store.needs_keys
            assert store.pairing() is None


def test_a_store_of_version_1_without_keys_asks_for_none(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as old:
        for statement in (*SCHEMA, "PRAGMA user_version = 1"):
            old.execute(statement)
        old.commit()
    with closing(open_store(tmp_path)) as store:
        assert store.owners() is None


def test_keys_of_version_2_are_kept_and_nothing_is_known_of_their_authorities(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as old:
        added = "INSERT INTO keys VALUES ('kitchen', 'hash', 12.0)"
        for statement in (*SCHEMA, added, *SINCE_VERSION_1, "PRAGMA user_version = 2"):
            old.execute(statement)
        old.commit()
    for _ in range(2):
        with closing(open_store(tmp_path)) as store:
            assert store.owners() == {"hash": DeviceKey("hash", "kitchen", "kitchen")}
            assert store.trusted_authorities() == {"kitchen": ""}


def test_a_pairing_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store, closing(sqlite3.connect(tmp_path / FILE)) as raw:
        for text in ("no JSON", "[]", '{"id": "x"}'):
            raw.execute("DELETE FROM pairing")
            raw.execute("INSERT INTO pairing VALUES (?)", (text,))
            raw.commit()
            assert store.pairing() is None


def test_the_version_of_the_keys_is_known_once_their_file_has_not_changed_for_a_while(
    tmp_path: Path, set_time: Callable[[float], None]
) -> None:
    with closing(open_store(tmp_path)) as server, closing(open_store(tmp_path)) as command:
        changed = (tmp_path / FILE).stat().st_mtime
        set_time(changed + SETTLED / 2)
        assert server.version is None
        set_time(changed - 1000)
        assert server.version is None, "the clock was set back"
        set_time(changed + SETTLED + 0.1)
        before = server.version
        assert before is not None
        set_time(changed + 1000)
        assert server.version == before
        command.add_key("kitchen", "hash")
        set_time((tmp_path / FILE).stat().st_mtime + SETTLED + 0.1)
        assert server.version not in (None, before)


def test_the_version_of_a_file_that_is_gone_is_not_known(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as server:
        (tmp_path / FILE).unlink()
        assert server.version is None


def test_everything_is_kept_when_the_program_ends(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as before:
        before.add_key("kitchen", "hash")
        before.save("e1", {"kitchen": b"session"})
    with closing(open_store(tmp_path)) as after:
        assert named(after) == {"hash": "kitchen"}
        saved = after.take()
        assert saved is not None
        assert saved.devices == ["kitchen"]
    with closing(open_store(tmp_path)) as crashed_and_started_again:
        assert crashed_and_started_again.take() is None


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "state"
    with closing(open_store(folder)):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    (folder / FILE).chmod(0o644)
    with closing(open_store(folder)):
        assert (folder / FILE).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=rf"cannot keep state in {tmp_path}/file/state: Not a directory; choose another --state"):
        open_store(tmp_path / "file" / "state")


def test_a_file_that_is_no_store_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.write_bytes(b"This is a letter. " * 100)
    with pytest.raises(ConfigError, match=rf"{file} is damaged, or no store of tars-server \(.*\); move it away"):
        open_store(tmp_path)
    assert file.read_bytes() == b"This is a letter. " * 100


@pytest.mark.parametrize(
    ("statements", "complaint"),
    [
        (["CREATE TABLE letters (text TEXT)"], "is not a store of tars-server; move it away"),
        (
            ["CREATE TABLE keys (name TEXT)", f"PRAGMA application_id = {0x54415253}", "PRAGMA user_version = 7"],
            "is of version 7, but this program knows 3",
        ),
    ],
)
def test_a_database_of_another_kind_is_refused(tmp_path: Path, statements: list[str], complaint: str) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        for statement in statements:
            other.execute(statement)
        other.commit()
    with pytest.raises(ConfigError, match=f"{tmp_path / FILE} {complaint}"):
        open_store(tmp_path)


def test_a_damaged_session_is_reported_and_the_keys_are_there(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as before:
        before.add_key("kitchen", "hash")
        before.save("e1", {f"device-{number}": b"session" * 1000 for number in range(20)})
    with closing(sqlite3.connect(tmp_path / FILE)) as raw:
        (page,) = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'sessions'").fetchone()
    with (tmp_path / FILE).open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    with closing(open_store(tmp_path)) as after:
        after.take()
        with pytest.raises(ConfigError, match=f"{tmp_path / FILE} is damaged"):
            after.session("device-7")
        assert named(after) == {"hash": "kitchen"}


def test_a_store_that_another_program_holds_is_not_waited_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.server.state_folder.LOCK_LIMIT", 0.01)
    with closing(open_store(tmp_path)) as store, closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ConfigError, match=rf"cannot use {tmp_path / FILE}: database is locked"):
            store.add_key("kitchen", "hash")
        other.execute("ROLLBACK")
        store.add_key("kitchen", "hash")
