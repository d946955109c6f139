"""A server that stops suspends its sessions; one that cannot be suspended takes nothing from the others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from tars.server import suspending
from tars.server.runner import ServerDeviceRunner
from tars.server.suspending import suspend_all


class Session:
    """A device whose session is suspended so."""

    def __init__(self, name: str, suspend: Callable[[], Awaitable[bytes | None]]) -> None:
        self.name, self.suspend = name, suspend


async def packed() -> bytes | None:
    return b"packed"


async def nothing() -> bytes | None:
    return None


async def broken() -> bytes | None:
    raise RuntimeError("a fault")


async def endless() -> bytes | None:
    await asyncio.Event().wait()
    return b"too late"


def suspended(*sessions: Session, gone: str = "") -> dict[str, bytes]:
    async def main() -> dict[str, bytes]:
        async with asyncio.TaskGroup() as tasks:
            return await suspend_all(cast(list[ServerDeviceRunner], sessions), tasks, lambda runner: runner.name != gone)

    return asyncio.run(main())


def test_each_session_is_saved_but_those_of_devices_that_have_ended() -> None:
    sessions = Session("kitchen", packed), Session("hall", nothing), Session("bath", packed)
    assert suspended(*sessions, gone="bath") == {"kitchen": b"packed"}
    assert suspended() == {}


def test_a_fault_or_a_slow_brain_costs_no_other_session(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(suspending, "SUSPEND_LIMIT", 0.0)
    assert suspended(Session("hall", broken), Session("bath", endless), Session("kitchen", packed)) == {"kitchen": b"packed"}
    assert "session is not saved: a fault" in caplog.text
    assert "session is not saved: its brain was not suspended in time" in caplog.text


def test_what_is_suspended_when_the_time_is_over_is_saved(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(suspending, "SUSPENDED_AT_ONCE", 1)
    monkeypatch.setattr(suspending, "ALL_LIMIT", 0.0)
    assert suspended(Session("kitchen", packed), Session("hall", endless), Session("bath", packed)) == {"kitchen": b"packed"}
    assert "sessions are not saved: there are too many to suspend them in time" in caplog.text
