"""A wake word in use: fed with blocks that follow each other, no faster than it listens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from threading import Event, get_ident

import numpy as np

from tars.device.wake import Detected, WakeWordFailed
from tars.device.wake.detector import ThreadedWakeWord
from tars.device.wake.engines import Scorer
from tars.samples import BLOCK, Samples, to_pcm, to_samples
from tests.device.wake.hearing import blocks


def loudness(pcm: bytes) -> float:
    """A score: the first sample."""
    return float(to_samples(pcm)[0]) / 25_000


class Loudness:
    """Scores a block by its first sample, when the gate is open."""

    def __init__(self, threshold: float = 0.5) -> None:
        self.thresholds = {"loudness": threshold}
        self.gate, self.asked = Event(), Event()
        self.gate.set()
        self.forgot = 0

    def score(self, pcm: bytes) -> dict[str, float]:
        self.asked.set()
        assert self.gate.wait(10)
        return {"loudness": loudness(pcm)}

    def forget(self) -> None:
        self.forgot += 1


class Watched:
    """Another scorer, which tells when it is asked about a certain block."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._loop = asyncio.get_running_loop()
        self._awaited: dict[bytes, asyncio.Event] = {}
        self.ended = False
        """It has failed: no block is scored any more."""

    @property
    def thresholds(self) -> Mapping[str, float]:
        return self._scorer.thresholds

    def score(self, pcm: bytes) -> Mapping[str, float]:
        if event := self._awaited.get(pcm):
            self._loop.call_soon_threadsafe(event.set)
        return self._scorer.score(pcm)

    def forget(self) -> None:
        self._scorer.forget()

    def expect(self, block: Samples) -> asyncio.Event:
        """Set when this block, to be fed next, is being scored: what was found before it has been posted by then."""
        event = self._awaited.setdefault(to_pcm(block), asyncio.Event())
        if self.ended:
            event.set()
        return event

    def release(self) -> None:
        """Wait no longer for blocks that may never be asked about."""
        for event in self._awaited.values():
            event.set()


class Bench:
    """What is posted is kept; `after`, if it is given, follows each detection."""

    def __init__(self, scorer: Scorer, after: Callable[[ThreadedWakeWord], None] | None = None) -> None:
        self.watched = Watched(scorer)
        self.wake_word = ThreadedWakeWord(lambda: self.watched)
        self.at = 0
        self.detected: list[Detected] = []
        self.failed: list[WakeWordFailed] = []
        self.threads: set[int] = set()
        self._after = after
        self._marks = 0

    def post(self, item: Detected | WakeWordFailed) -> None:
        self.threads.add(get_ident())
        if isinstance(item, WakeWordFailed):
            self.failed.append(item)
            self.watched.ended = True
            self.watched.release()
            return
        self.detected.append(item)
        if self._after:
            self._after(self.wake_word)
            self.watched.release()

    def feed(self, samples: Samples) -> None:
        for block in blocks(samples):
            self.at += BLOCK
            self.wake_word.feed(to_pcm(block), self.at)

    async def settle(self) -> None:
        """Wait until all that was fed has been listened to, with one more block, almost silent."""
        self._marks += 1
        mark = np.zeros(BLOCK, np.int16)
        mark[0] = self._marks
        asked = self.watched.expect(mark)
        self.feed(mark)
        await asked.wait()

    async def hear(self, samples: Samples) -> None:
        """Feed a recording no faster than it is listened to."""
        for block in blocks(samples):
            asked = self.watched.expect(block)
            self.feed(block)
            await asked.wait()
        await self.settle()


def tell(
    story: Callable[[Bench], Awaitable[None]], scorer: Scorer | None = None, after: Callable[[ThreadedWakeWord], None] | None = None
) -> Bench:
    """A bench at the end of its story."""

    async def run() -> Bench:
        bench = Bench(scorer or Loudness(), after)
        await bench.wake_word.start(bench.post)
        await story(bench)
        await bench.wake_word.close()
        return bench

    return asyncio.run(run())
