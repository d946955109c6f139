"""Suspends the sessions of a server that stops: each within a limit, and all of them within another one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from tars.runtime.log import log
from tars.server.runner import ServerDeviceRunner

SUSPEND_LIMIT = 0.8
"""Seconds that a session has to be suspended when the server stops."""
SUSPENDED_AT_ONCE = 64
"""Sessions that are suspended at the same time, so that none waits for the work on a thousand others within its SUSPEND_LIMIT."""
ALL_LIMIT = 1.2
"""Seconds until what is suspended by then is saved."""

Runners = Collection[ServerDeviceRunner]
IsHere = Callable[[ServerDeviceRunner], bool]


async def suspend_all(runners: Runners, tasks: asyncio.TaskGroup, is_here: IsHere) -> dict[str, bytes]:
    """Device -> its packed session, of those that were suspended in time. `is_here`: whether a runner has not ended meanwhile."""
    turn = asyncio.Semaphore(SUSPENDED_AT_ONCE)
    suspending = {runner.name: tasks.create_task(_suspend(runner, turn, is_here)) for runner in runners}
    if suspending:
        await asyncio.wait(suspending.values(), timeout=ALL_LIMIT)
    sessions = {name: state for name, task in suspending.items() if task.done() and (state := task.result()) is not None}
    if late := [task for task in suspending.values() if not task.done()]:
        log.error("sessions are not saved: there are too many to suspend them in time", devices=len(late), limit=ALL_LIMIT)
    for task in late:
        task.cancel()
    return sessions


async def _suspend(runner: ServerDeviceRunner, turn: asyncio.Semaphore, is_here: IsHere) -> bytes | None:
    """The packed session of a device. None without one, if its brain takes longer than SUSPEND_LIMIT, and after a fault."""
    try:
        async with turn, asyncio.timeout(SUSPEND_LIMIT):
            state = await runner.suspend()
    except TimeoutError:
        log.error("session is not saved: its brain was not suspended in time", device=runner.name, limit=SUSPEND_LIMIT)
    except Exception as error:  # noqa: BLE001 - whatever it is, the sessions of the other devices are saved
        log.error("session is not saved: a fault", device=runner.name, error=error)
    else:
        return state if is_here(runner) else None
    return None
