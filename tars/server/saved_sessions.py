"""The sessions of the server before. Each goes on when its device comes: a server serves at once, however many there are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.log import log
from tars.server.state_folder import SessionStore

RESTORED_AT_ONCE = 100
"""Sessions that go on before their devices have come: an answer that was being thought about is ready when the device is back."""

Use = Callable[[str, bytes], None]
"""Does something with the packed session of a device."""


class SavedSessions:
    """What is saved and not restored yet."""

    def __init__(self, store: SessionStore, tasks: asyncio.TaskGroup, *, restore: Use, give_up: Use) -> None:
        """`restore` lets a session go on; `give_up` takes what must survive of one whose device has not come within the grace."""
        self._store = store
        self._tasks = tasks
        self._restore = restore
        self._give_up = give_up
        self._waiting: dict[str, None] = {}
        """The devices whose sessions are not read yet, in the order of the store."""
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._later: list[asyncio.Task[None]] = []
        """What is done besides, without a device."""

    def begin(self, grace: float) -> str | None:
        """Look up what was saved; the epoch of the server before, if its sessions go on. `grace`: seconds for which they are kept."""
        saved = self._store.take()
        if saved is None or saved.age > grace:
            if saved is not None:
                log.info("what was saved is too old to go on with", age=saved.age)
            self._later = [self._tasks.create_task(self._drop_taken())]
            return None
        self._waiting = dict.fromkeys(saved.devices)
        self._later = [self._tasks.create_task(self._restore_first()), self._tasks.create_task(self._give_up_after(grace - saved.age))]
        return saved.epoch

    async def save(self, epoch: str, sessions: Mapping[str, bytes]) -> int:
        """Save these packed sessions, and those that are not restored; how many they are. Raises ConfigError."""
        left = self.left
        if sessions or left:
            await asyncio.to_thread(self._store.save, epoch, sessions, left)  # a slow disk must not delay the closing of the links
        return len(sessions) + len(left)

    def close(self) -> None:
        """The server stops: what is left stays in the store for the next one."""
        for task in self._later:
            task.cancel()

    @property
    def left(self) -> set[str]:
        """The devices whose sessions are not restored: the store must keep them."""
        return {*self._waiting, *self._reading}

    def holds(self, device: str) -> bool:
        """Whether the session of this device is not restored yet."""
        return device in self._waiting or device in self._reading

    async def restored(self, device: str, *_: object) -> None:
        """Return when the session of this device goes on, or when there is none. What else `FleetSessions` is told does not matter."""
        if device in self._waiting:
            del self._waiting[device]
            self._reading[device] = self._tasks.create_task(self._read(device, self._restore))
        if reading := self._reading.get(device):
            await asyncio.wait([reading])

    async def _restore_first(self) -> None:
        for device in list(self._waiting)[:RESTORED_AT_ONCE]:
            await self.restored(device)

    async def _give_up_after(self, seconds: float) -> None:
        await clock.sleep_until(clock.now() + seconds)
        while self._waiting:
            device, _ = self._waiting.popitem()
            await self._read(device, self._give_up)
        if self._reading:
            await asyncio.wait(self._reading.values())
        await self._drop_taken()

    async def _drop_taken(self) -> None:
        """All were used, or are too old: what was said in them is not kept."""
        try:
            await asyncio.to_thread(self._store.drop_taken)
        except ConfigError as error:
            log.warning("the sessions from before cannot be deleted", reason=error)

    async def _read(self, device: str, use: Use) -> None:
        try:
            # In a thread: another program may have locked the store.
            state = await asyncio.to_thread(self._store.session, device)
            if state is not None:
                use(device, state)
        except ConfigError as error:
            log.warning("what was saved of a device cannot be read; it starts anew", device=device, reason=str(error))
        except Exception as error:  # noqa: BLE001 - a file may hold anything: the other sessions go on
            log.warning("what was saved of a device is damaged; it starts anew", device=device, reason=repr(error))
        finally:
            self._reading.pop(device, None)
