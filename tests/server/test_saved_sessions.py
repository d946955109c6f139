"""Sessions of the server before: read when their devices come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tars.errors import ConfigError
from tars.server import saved_sessions
from tars.server.memory_store import MemoryStore
from tars.server.saved_sessions import SavedSessions
from tests.in_process import until


class Bench:
    """Saved sessions of these devices, and what came of them."""

    def __init__(self, tasks: asyncio.TaskGroup, *devices: str, store: MemoryStore | None = None) -> None:
        self.store = store or MemoryStore()
        self.store.save("e1", {device: device.encode() for device in devices})
        self.restored: list[str] = []
        self.given_up: list[str] = []
        self.saved = SavedSessions(self.store, tasks, restore=self.restore, give_up=lambda device, _: self.given_up.append(device))

    def restore(self, device: str, state: bytes) -> None:
        if state == b"broken":
            raise RecursionError("nested too deep")
        assert state == device.encode()
        self.restored.append(device)


def run(story: Callable[[asyncio.TaskGroup], Awaitable[None]]) -> None:
    """Run a story with a task group for it."""

    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            await story(tasks)

    asyncio.run(main())


def test_a_session_goes_on_when_its_device_comes_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_sessions, "RESTORED_AT_ONCE", 0)

    async def story(tasks: asyncio.TaskGroup) -> None:
        bench = Bench(tasks, "kitchen", "bedroom")
        assert bench.saved.begin(120) == "e1"
        assert bench.saved.holds("kitchen")
        await asyncio.gather(*(bench.saved.restored("kitchen") for _ in range(3)))
        await bench.saved.restored("bath")
        assert bench.restored == ["kitchen"]
        assert not bench.saved.holds("kitchen")
        assert bench.saved.left == {"bedroom"}, "the store keeps it for the next server"
        bench.saved.close()

    run(story)


def test_a_few_go_on_before_their_devices_have_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_sessions, "RESTORED_AT_ONCE", 2)

    async def story(tasks: asyncio.TaskGroup) -> None:
        bench = Bench(tasks, "kitchen", "bedroom", "bath")
        bench.saved.begin(120)
        await until(lambda: len(bench.restored) == 2)
        assert bench.restored == ["kitchen", "bedroom"]
        bench.saved.close()

    run(story)


def test_what_nobody_has_come_for_within_the_grace_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_sessions, "RESTORED_AT_ONCE", 0)

    async def story(tasks: asyncio.TaskGroup) -> None:
        bench = Bench(tasks, "kitchen", "bedroom")
        bench.saved.begin(0.01)
        await until(lambda: len(bench.given_up) == 2)
        assert not bench.saved.left
        assert bench.restored == []
        await until(lambda: bench.store.session("kitchen") is None)
        assert bench.store.session("bedroom") is None, "what was said is not kept for longer than it can be used"

    run(story)


def test_damage_of_any_kind_costs_one_session_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Unreadable(MemoryStore):
        def session(self, device: str) -> bytes | None:
            if device == "bath":
                raise ConfigError("the disk is gone")
            return super().session(device)

    async def story(tasks: asyncio.TaskGroup) -> None:
        bench = Bench(tasks, "kitchen", "bedroom", "bath", store=Unreadable())
        bench.store.save("e1", {"kitchen": b"broken"}, {"bedroom", "bath"})
        bench.saved.begin(120)
        await until(lambda: not bench.saved.left)
        assert bench.restored == ["bedroom"]
        bench.saved.close()

    run(story)
    assert "what was saved of a device is damaged; it starts anew" in caplog.messages
    assert "what was saved of a device cannot be read; it starts anew" in caplog.messages


def test_nothing_goes_on_without_a_note_or_after_the_grace() -> None:
    async def story(tasks: asyncio.TaskGroup) -> None:
        bench = Bench(tasks, "kitchen")
        assert bench.saved.begin(-1) is None
        assert bench.saved.begin(120) is None, "the note is used once"
        assert not bench.saved.holds("kitchen")
        await until(lambda: bench.store.session("kitchen") is None)

    run(story)


def test_what_this_server_has_saved_is_never_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server stops while it drops what it has used."""
    monkeypatch.setattr(saved_sessions, "RESTORED_AT_ONCE", 0)

    async def story(tasks: asyncio.TaskGroup) -> None:
        bench = Bench(tasks, "kitchen")
        bench.saved.begin(0.01)
        await until(lambda: bench.given_up)
        bench.saved.close()
        bench.store.save("e2", {"hall": b"hall"})
        bench.store.drop_taken()
        assert bench.store.session("hall") == b"hall"

    run(story)


def test_a_store_that_cannot_be_changed_is_logged_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Locked(MemoryStore):
        def drop_taken(self) -> None:
            raise ConfigError("the disk is gone")

    async def story(tasks: asyncio.TaskGroup) -> None:
        Bench(tasks, "kitchen", store=Locked()).saved.begin(-1)

    run(story)
    assert "the sessions from before cannot be deleted" in caplog.messages
