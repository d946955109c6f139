from __future__ import annotations

import asyncio
import logging
import os
import socket
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tars.runtime import clock
from tars.runtime.notify import Notifier
from tests.systemd import heard


def environment(manager: socket.socket, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": manager.getsockname(), **more}


def test_it_is_said_when_the_program_is_ready_and_when_it_stops(manager: socket.socket) -> None:
    service = Notifier(environment(manager))
    service.ready()
    assert heard(manager) == "READY=1"
    service.stopping()
    assert heard(manager) == "STOPPING=1"


def test_the_event_loop_gives_signs_of_life_from_ready_until_close(manager: socket.socket) -> None:
    async def main() -> None:
        with closing(Notifier(environment(manager, WATCHDOG_USEC="20000", WATCHDOG_PID=str(os.getpid())))) as service:
            service.ready()
            said = [await asyncio.to_thread(heard, manager) for _ in range(4)]
            assert said == ["READY=1", *["WATCHDOG=1"] * 3]
            service.close()
            manager.setblocking(False)
            with suppress(BlockingIOError):
                while True:  # what was said before
                    heard(manager)
            await clock.sleep_until(clock.now() + 0.1)  # ten times the interval
            with pytest.raises(BlockingIOError):
                heard(manager)

    asyncio.run(main())


def test_a_loop_that_hangs_gives_none(manager: socket.socket) -> None:
    async def main() -> None:
        with closing(Notifier(environment(manager, WATCHDOG_USEC="20000"))) as service:
            service.ready()
            assert [heard(manager), heard(manager)] == ["READY=1", "WATCHDOG=1"]
            manager.settimeout(0.2)  # ten times as long as systemd waits; and the loop stands still
            with pytest.raises(TimeoutError):
                heard(manager)

    asyncio.run(main())


@pytest.mark.parametrize("variables", [{}, {"WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"}])
def test_whom_systemd_does_not_watch_gives_none(manager: socket.socket, variables: dict[str, str]) -> None:
    service = Notifier(environment(manager, **variables))
    service.ready()  # it would need an event loop
    assert heard(manager) == "READY=1"
    manager.setblocking(False)
    with pytest.raises(BlockingIOError):
        heard(manager)


def test_a_name_in_the_abstract_namespace_is_one_too() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0tars-test-{os.getpid()}")
        listening.settimeout(20)
        Notifier({"NOTIFY_SOCKET": f"@tars-test-{os.getpid()}"}).ready()
        assert heard(listening) == "READY=1"


def test_without_systemd_nothing_is_said_and_a_manager_that_is_gone_ends_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Notifier({}).ready()
    assert not caplog.messages
    with caplog.at_level(logging.WARNING):
        Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).stopping()
    assert caplog.messages == ["systemd cannot be told"]
