"""What a device is told leaves when what it tells of is in Redis: so whatever a device knows, the next server knows too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tars.core.server import ServerEndpoint
from tars.errors import ConfigError
from tars.server.brain_session import BrainSession
from tars.server.snapshots import pack
from tars.server.store.leases import Leases, Record, Samples, Written
from tars.server.store.unanswered import Unanswered


@dataclass(frozen=True)
class Stored:
    """What Redis has of a device, as far as this server knows. By itself: nothing."""

    state: bytes = b""
    utterance: int = -1
    """The number of the utterance."""
    pieces: int = 0
    """How many of its pieces."""
    stream: int = -1
    """The stream of the reply."""
    ends: tuple[int, ...] = ()
    """Where each piece of it ends, in samples of the stream."""


class Recorder:
    """Records one device. One record is written at a time; it holds all that has happened by then."""

    def __init__(
        self,
        leases: Leases,
        core: ServerEndpoint,
        fence: int,
        tasks: asyncio.TaskGroup,
        *,
        brain: Callable[[], BrainSession | None],
        fenced: Callable[[], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """`brain`: the brain session of the device. `fenced` is called once another server has the device, `failed` with a fault: nothing
        leaves here any more.
        """
        self.unanswered = Unanswered()
        self.incomplete = False
        """The last record was not written: another server does not know how far the device is."""
        self.fence = fence
        self._leases, self._core, self._tasks, self._fenced = leases, core, tasks, fenced
        self._brain, self._failed = brain, failed
        self._held: list[Callable[[], object]] = []
        self._task: asyncio.Task[None] | None = None
        self._dropping: asyncio.Task[None] | None = None
        self._over = False
        self._must_write = False
        """Whether another server has the device is to be found out, though nothing has changed."""
        self._stored = Stored()

    def hold(self, release: Callable[[], object]) -> None:
        """Call `release` when all that has happened by now is in Redis; at once while Redis is away; never once this is fenced."""
        if self._over:
            return
        self._held.append(release)
        if self._task is None:
            self._task = self._tasks.create_task(self._write_all())

    @property
    def holds(self) -> bool:
        """Whether anything waits for a record that is being written."""
        return self._task is not None

    def check(self, release: Callable[[], object] = lambda: None) -> None:
        """As `hold`, but write in any case: whether another server has the device is to be found out."""
        self._must_write = True
        self.hold(release)

    async def settled(self) -> bool:
        """Return True when all that has happened by now is in Redis, and this server has the device; False if Redis is away. Else never."""
        settled = asyncio.Event()
        self.check(settled.set)
        await settled.wait()
        return not self.incomplete

    async def _write_all(self) -> None:
        try:
            while self._held and not self._over:
                held, self._held = self._held, []
                if await self._write() is Written.FENCED:
                    self._over = True
                    self._fenced()
                    return
                for release in held:
                    release()
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends this device's runner and no other
            self._over = True
            self._failed(error)
        finally:
            self._task = None

    async def _write(self) -> Written | None:
        """None: Redis is away."""
        record, stored = self._record()
        if record.state == self._stored.state and not (record.speech.added or record.reply.added or self.incomplete or self._must_write):
            return Written.WRITTEN
        self._must_write, fence = False, self.fence
        try:
            written = await self._leases.write(self._core.device, fence, record)
        except ConfigError:
            self.incomplete = True  # the log says that Redis is away
            self._stored = Stored()  # it may have anything: all samples are written again
            return None
        if written is Written.INCOMPLETE:
            self._stored = Stored()
            return await self._write()
        if written is Written.FENCED and fence != self.fence:  # this server has taken the device again: Redis had lost everything
            return await self._write()
        self._stored, self.incomplete = stored, False
        return written

    def _pack(self) -> bytes:
        brain = self._brain() if self._core.in_session else None
        return pack(self._core, None if brain is None else self.unanswered.snapshot(self._core, brain), samples=False)

    def _record(self) -> tuple[Record, Stored]:
        """What to write, and what Redis has then."""
        state, stored, reply = self._pack(), self._stored, self._core.reply
        pieces, number = self.unanswered.pieces, self.unanswered.number
        known = stored.pieces if stored.utterance == number else 0
        speech = Samples(known, 0, tuple(pieces[known:]))
        ends = stored.ends if stored.stream == reply.stream else ()
        start = max(ends[-1], reply.received) if ends else reply.received
        dropped = sum(end <= reply.received for end in ends)
        added = (reply.read(start, reply.sent),) if reply.sent > start else ()
        left = (*ends[dropped:], reply.sent) if added else ends[dropped:]
        record = Record(state, speech, Samples(len(ends), dropped, added))
        return record, Stored(state, number, len(pieces), reply.stream, left)

    # --- the end -------------------------------------------------------------------------------------------------------------

    async def flush(self) -> None:
        """Return when nothing is held any more."""
        while self._task is not None:
            await asyncio.wait([self._task])

    def end(self) -> None:
        """Nothing is to be gone on with: the record is deleted."""
        if not self._over:
            self._dropping = self._tasks.create_task(self._drop())

    async def ended(self) -> None:
        """Return when the record is deleted, if `end` was called. Before that, nothing else may be recorded of the device."""
        if self._dropping is not None:
            await asyncio.wait([self._dropping])

    async def _drop(self) -> None:
        await self.flush()
        self._over = True
        with suppress(ConfigError):  # it expires by itself
            await self._leases.drop(self._core.device, self.fence)
