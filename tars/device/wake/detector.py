"""From the configured wake words to a detector that listens in one thread of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread

from tars.device.wake import Detected, Nearest, WakeWord, WakeWordFailed
from tars.device.wake.engines import Scorer, load
from tars.device.wake.words import Word
from tars.samples import BLOCK, RATE, WIDTH

log = logging.getLogger(__name__)

REFRACTORY = round(1.5 * RATE)
"""Samples, 1.5 s, after a detection in which there is no other, of any word: one utterance scores high for up to 15 blocks."""

QUEUE_LIMIT = 25
"""Blocks, 2 s, that may wait for the models; a machine that falls further behind hears with gaps."""

CLOSING = 0.5
"""Seconds that the end waits for the block that is being scored. A model that hangs is left behind."""


def open_wake_words(words: Sequence[Word]) -> WakeWord:
    """What listens for these words; without any, nothing does. Whether their models are there, `start` finds out."""
    return ThreadedWakeWord(lambda: load(words)) if words else NoWakeWord()


class NoWakeWord:
    """Push-to-talk only."""

    async def start(self, post: Callable[[Detected | WakeWordFailed], None]) -> None:
        """Nothing will be detected."""

    def feed(self, pcm: bytes, at: int) -> None:
        """Nothing listens."""

    def take_nearest(self) -> Nearest:
        """Nothing is near."""
        return Nearest()

    def rearm(self) -> None:
        """There is nothing to forget."""

    async def close(self) -> None:
        """There is nothing to let go of."""


class ThreadedWakeWord:
    """Scores blocks in a thread of its own, so that the event loop never waits. Too slow a machine loses the oldest blocks."""

    def __init__(self, load: Callable[[], Scorer]) -> None:
        """`load` may take its time and raise ConfigError; it is called by `start`, outside the event loop."""
        self._load = load
        self.dropped = 0
        """Blocks that no score was computed for, because the machine is too slow."""
        self._blocks: SimpleQueue[tuple[int, bytes, int] | None] = SimpleQueue()
        """Arming, PCM16, and capture offset of the block's end; None ends the thread. To put something in waits for nobody."""
        self._arming = 0
        """Counts `rearm`; what was fed under an older arming is not detected any more."""
        self._nearest = Nearest()
        """Set in the thread, and taken on the event loop; a score in between may be missed."""
        self._behind = False
        self._closed = False
        self._thread: Thread | None = None

    async def start(self, post: Callable[[Detected | WakeWordFailed], None]) -> None:
        """Load the models, then listen. Raises ConfigError."""
        scorer = await asyncio.to_thread(self._load)
        loop = asyncio.get_running_loop()

        def deliver(arming: int | None, found: Detected | WakeWordFailed) -> None:
            loop.call_soon_threadsafe(self._deliver, post, arming, found)

        self._thread = Thread(target=self._run, args=(scorer, deliver), name="wake-word", daemon=True)
        self._thread.start()

    def feed(self, pcm: bytes, at: int) -> None:
        """Hand a block to the thread."""
        if len(pcm) != BLOCK * WIDTH:
            raise ValueError(f"a block for the wake word has {BLOCK * WIDTH} bytes, not {len(pcm)}")
        if self._closed:
            return
        if self._blocks.qsize() >= QUEUE_LIMIT:
            self._drop(1)
            self.dropped += 1
        self._blocks.put((self._arming, pcm, at))
        waiting = self._blocks.qsize()
        if waiting == QUEUE_LIMIT and not self._behind:
            log.warning("this machine is too slow for the wake word models; %d blocks of sound unheard so far", self.dropped)
        self._behind = waiting == QUEUE_LIMIT or (self._behind and waiting > 1)

    def rearm(self) -> None:
        """Let go of what was fed."""
        self._arming += 1
        self._drop(QUEUE_LIMIT)

    async def close(self) -> None:
        """End the thread, after the block that it is at, and within CLOSING."""
        self._closed = True
        self._drop(QUEUE_LIMIT)
        self._blocks.put(None)
        if self._thread:
            await asyncio.to_thread(self._thread.join, CLOSING)

    def _drop(self, count: int) -> None:
        """Drop the oldest blocks, at most so many."""
        with suppress(Empty):
            for _ in range(count):
                self._blocks.get_nowait()

    def _run(self, scorer: Scorer, deliver: Callable[[int | None, Detected | WakeWordFailed], None]) -> None:
        """The thread."""
        try:
            self._listen(scorer, deliver)
        except Exception as error:  # whatever a model does, a device that has gone deaf must say so
            log.exception("the wake words have failed")
            deliver(None, WakeWordFailed(f"the wake words have failed: {error}"))

    def _listen(self, scorer: Scorer, deliver: Callable[[int | None, Detected | WakeWordFailed], None]) -> None:
        """Score blocks until `close`."""
        arming, detected_at = self._arming, -REFRACTORY
        while block := self._blocks.get():
            fed_under, pcm, at = block
            if fed_under != arming:
                scorer.forget()
                arming = fed_under
            scores = scorer.score(pcm)
            self._note(scores, scorer.thresholds)
            said = next((name for name, threshold in scorer.thresholds.items() if scores[name] >= threshold), None)
            if said is not None and at - detected_at >= REFRACTORY:
                detected_at = at
                deliver(arming, Detected(said, scores[said], at))

    def _note(self, scores: Mapping[str, float], thresholds: Mapping[str, float]) -> None:
        """Keep what came nearest, as a share of its threshold."""
        name = max(scores, key=lambda name: scores[name] / thresholds[name])
        nearest = self._nearest
        if not nearest.model or scores[name] / thresholds[name] > nearest.score / nearest.threshold:
            self._nearest = Nearest(name, scores[name], thresholds[name])

    def take_nearest(self) -> Nearest:
        """The word that came nearest to being heard since the last call."""
        nearest, self._nearest = self._nearest, Nearest()
        return nearest

    def _deliver(self, post: Callable[[Detected | WakeWordFailed], None], arming: int | None, found: Detected | WakeWordFailed) -> None:
        """In the event loop: what was detected before `rearm`, or found before `close`, is not posted. A failure has no arming."""
        if arming in (None, self._arming) and not self._closed:
            post(found)
