"""When an utterance is over: the recognised words decide how long a pause ends it.

Recognition begins while a pause is still short. If speech goes on, what was recognised is thrown away. If not, the words decide: a complete
command ends after a short pause, an unfinished sentence after a long one. Words that are none, such as the wake word alone, never end it.

The end of an utterance depends on its samples only, not on when they or the recognised words arrive. Where the words are needed and not
there yet, the samples that follow wait, and are heard once the words are there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from tars.brains import Hearing
from tars.brains.end_of_speech import LONGEST, Detector, Utterance
from tars.brains.parts import Completeness
from tars.samples import RATE, Samples

RECOGNISE = 1_536
"""Samples of silence after which recognition begins: 96 ms."""

LONG_SPEECH = 12 * RATE
"""Samples of an utterance whose recognition costs much: 12 s. It begins only after the pause that ends a complete command."""


@dataclass(frozen=True)
class Pauses:
    """Samples of silence that end an utterance, by what was said. Each is at least as long as the one before."""

    complete: int
    """After a complete command: "set a timer for five minutes"."""
    other: int
    """After anything else that has words."""
    unfinished: int
    """In the middle of a sentence: "turn on". A pause that is as long also divides speech that has no words from what follows."""

    def after(self, completeness: Completeness) -> int:
        """The pause that ends an utterance with these words."""
        match completeness:
            case Completeness.COMPLETE:
                return self.complete
            case Completeness.UNFINISHED:
                return self.unfinished
            case Completeness.OPEN | Completeness.UNKNOWN:
                return self.other


FRAME = RATE * 32 // 1000
"""Samples in which silero counts."""

PAUSES: Mapping[str, Pauses] = {
    "quick": Pauses(complete=13 * FRAME, other=20 * FRAME, unfinished=32 * FRAME),
    "normal": Pauses(complete=18 * FRAME, other=26 * FRAME, unfinished=47 * FRAME),
    "patient": Pauses(complete=32 * FRAME, other=47 * FRAME, unfinished=78 * FRAME),
}
"""The values of the setting `end_of_speech`, in seconds: 0.42, 0.64 and 1.0; 0.58, 0.83 and 1.5; 1.0, 1.5 and 2.5."""


@dataclass(frozen=True)
class Recognised:
    """The recognised words that are meant for TARS."""

    text: str
    """Empty: there are none."""
    seconds: float
    """How long recognition took."""
    completeness: Completeness = Completeness.UNKNOWN


Recognise = Callable[[Samples, bool], Coroutine[Any, Any, Recognised]]
"""Recognises samples; whether they may begin with the wake word. Raises ReplyError or BrainError."""


class Listening:
    """One turn of the user while it is heard."""

    def __init__(self, detector: Detector, wake: int, pauses: Pauses, recognise: Recognise) -> None:
        """Its first `wake` samples may hold the wake word."""
        self._utterance = Utterance(detector, pauses.unfinished, wake)
        self._pauses, self._recognise = pauses, recognise
        self._recognition: asyncio.Task[Recognised] | None = None
        self._complete = False

    def hear(self, samples: Samples) -> Hearing:
        """The next samples. Those after the end of the utterance are ignored."""
        self._utterance.add(samples)
        self._go_on()
        if self._complete:
            return Hearing.COMPLETE
        utterance = self._utterance
        quiet = utterance.quiet + (utterance.waiting if self._waits_for_words() else 0)
        return Hearing.SPEECH if utterance.spoken and quiet < self._pauses.unfinished else Hearing.SILENCE

    @property
    def heard(self) -> int:
        """Samples that were heard; once the utterance is complete, its length."""
        return self._utterance.heard

    async def recognised(self) -> Recognised:
        """The words of the utterance, or of what was heard of it. Raises what recognition raised."""
        while self._waits_for_words() and self._recognition is not None:
            await asyncio.wait([self._recognition])
            self._go_on()
        if self._recognition is None:
            self._begin_recognition()
        assert self._recognition is not None
        return await self._recognition

    def close(self) -> None:
        """What is being recognised is not wanted."""
        recognition, self._recognition = self._recognition, None
        if recognition is not None and not recognition.cancel() and not recognition.cancelled():
            recognition.exception()  # nobody wants it

    def _go_on(self) -> None:
        """Take the samples that wait, up to the end of the utterance, or to where its words are needed and not there."""
        while not self._waits_for_words():
            self._complete = self._paused() or self._utterance.heard >= LONGEST
            if self._complete or (speech := self._utterance.take()) is None:
                return
            if speech:
                self.close()
            elif self._recognition is None and self._may_recognise():
                self._begin_recognition()

    def _waits_for_words(self) -> bool:
        """Whether the pause is so long that the words decide, and they are not there."""
        recognition = self._recognition
        return recognition is not None and not recognition.done() and self._utterance.quiet >= self._pauses.complete

    def _may_recognise(self) -> bool:
        utterance = self._utterance
        least = RECOGNISE if utterance.spoken < LONG_SPEECH else self._pauses.complete
        return bool(utterance.spoken) and utterance.quiet >= least and utterance.wake_word_heard

    def _begin_recognition(self) -> None:
        self._recognition = asyncio.create_task(self._recognise(self._utterance.speech, self._utterance.may_hold_wake_word))

    def _paused(self) -> bool:
        """Whether the pause is long enough for the words."""
        recognition = self._recognition
        if recognition is None or not recognition.done():
            return False
        if recognition.cancelled() or recognition.exception() is not None:
            return self._utterance.quiet >= self._pauses.other
        recognised = recognition.result()
        return bool(recognised.text) and self._utterance.quiet >= self._pauses.after(recognised.completeness)
