"""From a configured wake word to a detector that listens in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from threading import Condition, Thread

from tars.samples import RATE, to_samples
from tars.shells.doctor import Check, checked
from tars.shells.wake import Detected, WakeWord
from tars.shells.wake.models import WakeWordModel, find
from tars.shells.wake.scorer import Scorer

log = logging.getLogger(__name__)

THRESHOLD = 0.5
"""A score from here on is a detection. A higher one hears fewer words that were not said, and misses more that were."""

REFRACTORY = round(1.5 * RATE)
"""Samples after a detection in which there is no other: one utterance scores high for up to 15 blocks."""

PATIENCE = 25
"""Blocks, 2 s, that may wait for the model; a machine that falls further behind hears with gaps."""


def open_wake_word(spec: str, threshold: float = THRESHOLD) -> WakeWord:
    """`hey_jarvis` or another name, the PATH of a model, or `none`. Whether there is such a model, `start` finds out."""
    return NoWakeWord() if spec == "none" else ThreadedWakeWord(lambda: Scorer(find(spec)), threshold)


def check(spec: str) -> list[Check]:
    """What the doctor says about the wake word as configured; loads it."""
    return [checked("wake word", lambda: "none: push-to-talk only" if spec == "none" else _describe(find(spec)))]


def _describe(model: WakeWordModel) -> str:
    Scorer(model)
    return f"{model.name}, {model.word}"


class NoWakeWord:
    """Push-to-talk only."""

    async def start(self, post: Callable[[Detected], None]) -> None:
        """Nothing will be detected."""

    def feed(self, pcm: bytes, at: int) -> None:
        """Nothing listens."""

    def rearm(self) -> None:
        """There is nothing to forget."""

    async def close(self) -> None:
        """There is nothing to let go of."""


class ThreadedWakeWord:
    """Scores blocks in a thread of its own, so that the event loop never waits. Too slow a machine loses the oldest blocks."""

    def __init__(self, load: Callable[[], Scorer], threshold: float = THRESHOLD) -> None:
        """`load` may take its time and raise ConfigError; it is called by `start`, outside the event loop."""
        self._load, self._threshold = load, threshold
        self.dropped = 0
        """Blocks that no score was computed for, because the machine is too slow."""
        self._blocks: deque[tuple[int, bytes, int]] = deque()
        """Arming, PCM16, and capture offset of the block's end."""
        self._changed = Condition()
        self._arming = 0
        """Counts `rearm`; what was fed under an older arming is not detected any more."""
        self._behind = False
        self._closed = False
        self._thread: Thread | None = None

    async def start(self, post: Callable[[Detected], None]) -> None:
        """Load the model, then listen. Raises ConfigError."""
        scorer = await asyncio.to_thread(self._load)
        loop = asyncio.get_running_loop()

        def deliver(arming: int, detected: Detected) -> None:
            loop.call_soon_threadsafe(self._deliver, post, arming, detected)

        self._thread = Thread(target=self._listen, args=(scorer, deliver), name="wake-word", daemon=True)
        self._thread.start()

    def feed(self, pcm: bytes, at: int) -> None:
        """Hand a block to the thread."""
        with self._changed:
            if len(self._blocks) == PATIENCE:
                self._blocks.popleft()
                self.dropped += 1
            self._blocks.append((self._arming, pcm, at))
            self._changed.notify()
            waiting = len(self._blocks)
        if waiting == PATIENCE and not self._behind:
            log.warning("this machine is too slow for the wake word model; %d blocks of sound unheard so far", self.dropped)
        self._behind = waiting == PATIENCE or (self._behind and waiting > 1)

    def rearm(self) -> None:
        """Let go of what was fed."""
        with self._changed:
            self._arming += 1
            self._blocks.clear()

    async def close(self) -> None:
        """End the thread, after the block that it is at."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread:
            await asyncio.to_thread(self._thread.join)

    def _next(self) -> tuple[int, bytes, int] | None:
        """The oldest block, when there is one; None after `close`."""
        with self._changed:
            self._changed.wait_for(lambda: self._blocks or self._closed)
            return None if self._closed else self._blocks.popleft()

    def _listen(self, scorer: Scorer, deliver: Callable[[int, Detected], None]) -> None:
        """The thread."""
        arming, detected_at = self._arming, -REFRACTORY
        while block := self._next():
            fed_under, pcm, at = block
            if fed_under != arming:
                scorer.forget()
                arming = fed_under
            score = scorer.score(to_samples(pcm))
            if score >= self._threshold and at - detected_at >= REFRACTORY:
                detected_at = at
                deliver(arming, Detected(scorer.name, score, at))

    def _deliver(self, post: Callable[[Detected], None], arming: int, detected: Detected) -> None:
        """In the event loop: what was found before `rearm` or `close` is nobody's business any more."""
        if arming == self._arming and not self._closed:
            post(detected)
