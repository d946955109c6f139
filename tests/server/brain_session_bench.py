"""A brain session under test: the test posts the effects of the core. And brains for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tars.brains import Brain, Caller, Hearing, Reply
from tars.core.effects import BeginTurn, Feed
from tars.samples import BLOCK, RATE, Samples, to_pcm
from tars.server.brain_posts import ReplyAudio
from tars.server.brain_session import BrainSession
from tars.server.push.announcements import Announcement
from tars.server.snapshots import BrainSnapshot
from tars.testing import ScriptedBrain, ScriptedConversation, Turn
from tests.in_process import until
from tests.sounds import noise

SESSION = "a1b2"
ANSWER = noise(0.2, seed=8)


class Bench:
    """A brain session and everything that it has posted."""

    def __init__(
        self,
        brain: Brain,
        timeout: float,
        record: Path | None,
        reports_heard: bool,
        resumed: BrainSnapshot | None,
        announcing: Announcement | None,
        awaits_answer: bool,
    ) -> None:
        self.posted: list[object] = []
        self.session = BrainSession(
            brain,
            Caller("kitchen", SESSION, print),
            self.posted.append,
            session_timeout=timeout,
            record=record,
            reports_heard=reports_heard,
            resumed=resumed,
            announcing=announcing,
            awaits_answer=lambda: awaits_answer,
        )
        self.session.task = self.task = asyncio.create_task(self.session.run())

    def begin(self, turn: int, wake: int = 0) -> None:
        self.session.post(BeginTurn(SESSION, turn, 1_000 * turn, wake))

    def feed(self, samples: Samples, turn: int = 1) -> None:
        for at in range(0, len(samples), BLOCK):
            self.session.post(Feed(SESSION, turn, at, to_pcm(samples[at : at + BLOCK])))

    def of(self, kind: type[Any]) -> list[Any]:
        """The posted items of this type."""
        return [item for item in self.posted if isinstance(item, kind)]

    @property
    def said(self) -> bytes:
        """The posted audio of all replies, PCM16."""
        return b"".join(speech.pcm for speech in self.of(ReplyAudio))

    async def posts(self, kind: type[Any], times: int = 1) -> Any:
        """Wait for so many items of this type; the last of them."""
        await until(lambda: len(self.of(kind)) >= times or self.task.done())
        assert len(self.of(kind)) >= times, self.posted
        return self.of(kind)[times - 1]

    async def settles(self) -> None:
        """Wait until it has taken all posted effects."""
        await until(self.session._inbox.empty)
        await asyncio.to_thread(lambda: None)

    async def end(self) -> None:
        """The session is over."""
        self.task.cancel()
        await asyncio.wait([self.task])


@asynccontextmanager
async def running(
    brain: Brain,
    *,
    session_timeout: float = 30,
    record: Path | None = None,
    reports_heard: bool = True,
    resumed: BrainSnapshot | None = None,
    announcing: Announcement | None = None,
    awaits_answer: bool = False,
) -> AsyncIterator[Bench]:
    """A brain session while the context lasts."""
    bench = Bench(brain, session_timeout, record, reports_heard, resumed, announcing, awaits_answer)
    try:
        yield bench
    finally:
        await bench.end()


class LongSpeech(ScriptedBrain):
    """Answers with noise of so many seconds; counts how much of it was generated."""

    def __init__(self, seconds: float, wait_at: float = -1, ends: bool = False) -> None:
        """At `wait_at` seconds its speech waits until `go_on`."""
        super().__init__()
        self.sound, self.made, self.ends = noise(seconds, seed=3), 0, ends
        self.wait_at, self.go_on = round(wait_at * RATE), asyncio.Event()

    async def open(self, caller: Caller) -> ScriptedConversation:
        brain = self

        class Speaking(ScriptedConversation):
            async def answer(self) -> Reply:
                return Reply("what", "that", brain.speech(), brain.ends)

        self.conversations.append(Speaking(caller, (Turn(),)))
        return self.conversations[-1]

    async def speech(self) -> AsyncIterator[Samples]:
        while self.made < len(self.sound):
            if self.made == self.wait_at:
                await self.go_on.wait()
            self.made += BLOCK
            yield self.sound[self.made - BLOCK : self.made]


class Failing(ScriptedConversation):
    """Raises `error` in the method `where`."""

    def __init__(self, caller: Caller, where: str, error: Exception) -> None:
        super().__init__(caller, (Turn(sound=ANSWER),))
        self.where, self.error = where, error

    def fail(self, here: str) -> None:
        if here == self.where:
            raise self.error

    def begin(self, wake: int, at: int = 0, wake_word: str = "") -> None:
        self.fail("begin")
        super().begin(wake, at, wake_word)

    def hear(self, samples: Samples) -> Hearing:
        self.fail("hear")
        return super().hear(samples)

    async def answer(self) -> Reply:
        self.fail("answer")
        return Reply("what", "that", self.speech())

    async def speech(self) -> AsyncIterator[Samples]:
        yield ANSWER
        self.fail("speech")

    def interrupted(self, heard: int) -> None:
        self.fail("interrupted")

    async def close(self) -> None:
        await super().close()
        self.fail("close")


class FailingBrain(ScriptedBrain):
    """Opens conversations that fail, or fails to."""

    def __init__(self, where: str, error: Exception) -> None:
        super().__init__()
        self.where, self.error = where, error
        self.opened: list[Failing] = []

    async def open(self, caller: Caller) -> Failing:
        if self.where == "open":
            raise self.error
        self.opened.append(Failing(caller, self.where, self.error))
        return self.opened[-1]
