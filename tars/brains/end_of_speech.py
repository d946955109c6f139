"""One turn of the user in samples: the last stretch of speech in it, and the silence behind it.

All limits count samples from the beginning of the turn, not blocks and not the time of arrival. So the result does not depend on how
the samples are cut into blocks.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from tars.brains import Hearing
from tars.samples import RATE, Samples

WAKE_WORD_TAIL = 9_600
"""Samples by which the wake word may reach beyond the first `wake` samples: 0.6 s."""

WAKE_WORD_GAP = 3_200
"""Samples of silence after which the wake word is certainly over: 0.2 s, longer than the silence inside a wake word."""

LEAST_SPEECH = 1_536
"""Fewer samples of sound than this, 96 ms, are a click or a breath and not speech."""

LONGEST = 90 * RATE
"""Samples after which an utterance is ended: 90 s. One minute of speech fits, with pre-roll, hesitation and pause."""

LEAD = RATE // 2
"""Samples before the first detected speech that belong to it: words begin softly."""


class Detector(Protocol):
    """Tells speech from silence, frame by frame, from the beginning of one utterance."""

    frame: int
    """Samples in a frame."""

    def is_speech(self, frame: Samples) -> bool:
        """Whether the next frame holds speech."""


class Utterance:
    """One utterance while it is heard. Frames are taken one by one, so that whoever takes them can stop at any of them."""

    def __init__(self, detector: Detector, pause: int, wake: int) -> None:
        """`pause`: samples of silence after which speech begins a new stretch. Its first `wake` samples may hold the wake word."""
        self._detector, self._pause, self._wake = detector, pause, wake
        self._frames: list[Samples] = []
        self._waiting: Samples = np.empty(0, np.int16)
        self.heard = 0
        """Samples that were taken."""
        self.quiet = pause
        """Samples of silence since the last speech."""
        self._speech_from = 0
        self._speech = 0

    def add(self, samples: Samples) -> None:
        """The next samples. They wait until they are taken."""
        self._waiting = np.concatenate([self._waiting, samples])

    @property
    def waiting(self) -> int:
        """Samples that were added and not taken."""
        return len(self._waiting)

    def take(self) -> bool | None:
        """Take the next whole frame: whether it is speech. None: there is no whole frame."""
        size = self._detector.frame
        if len(self._waiting) < size:
            return None
        frame, self._waiting = self._waiting[:size], self._waiting[size:]
        at = self.heard
        self._frames.append(frame)
        self.heard += size
        if not self._detector.is_speech(frame):
            self.quiet += size
            return False
        if self.quiet >= self._pause:
            self._speech_from, self._speech = at, 0
        self.quiet = 0
        self._speech += size
        return True

    @property
    def samples(self) -> Samples:
        """All samples that were taken."""
        return np.concatenate(self._frames) if self._frames else np.empty(0, np.int16)

    @property
    def spoken(self) -> int:
        """Samples of speech in the last stretch; 0 for a click."""
        return self._speech if self._speech >= LEAST_SPEECH else 0

    @property
    def speech(self) -> Samples:
        """The samples from LEAD before the last stretch of speech; none without speech."""
        return self.samples[max(0, self._speech_from - LEAD) :] if self.spoken else np.empty(0, np.int16)

    @property
    def may_hold_wake_word(self) -> bool:
        """Whether `speech` may begin with the wake word."""
        return self._wake > 0 and self._speech_from < self._wake + WAKE_WORD_TAIL

    @property
    def wake_word_heard(self) -> bool:
        """Whether the first `wake` samples were taken."""
        return self.heard >= self._wake


class UtteranceToPause:
    """An utterance that ends with a pause of a fixed length, for a brain that recognises no words.

    The wake word does not count as speech of the user. It lies in the first `wake` samples of a turn. It may be recognised before its end,
    so that a tail of it follows these samples. Speech is certainly the user's only when it comes after the longest possible tail, or after
    a pause that follows the wake word.
    """

    def __init__(self, detector: Detector, pause: int, wake: int) -> None:
        """`pause` samples of silence after the user's speech end it; its first `wake` samples may hold the wake word."""
        self._utterance = Utterance(detector, pause, wake)
        self._frame, self._pause, self._wake = detector.frame, pause, wake
        self._speech_of_user = 0
        self._wake_word_over = wake == 0
        self._complete = False

    def hear(self, samples: Samples) -> Hearing:
        """The next samples. Samples after the end of the utterance are ignored."""
        self._utterance.add(samples)
        while not self._complete and self._take():
            pass
        if self._complete:
            return Hearing.COMPLETE
        return Hearing.SPEECH if self._utterance.spoken and self._utterance.quiet < self._pause else Hearing.SILENCE

    def _take(self) -> bool:
        """Take the next whole frame. False: there is none."""
        utterance = self._utterance
        at, quiet = utterance.heard, utterance.quiet
        speech = utterance.take()
        if speech is None:
            return False
        self._wake_word_over = self._wake_word_over or at >= self._wake + WAKE_WORD_TAIL
        if speech:
            before = self._speech_of_user if quiet < self._pause else 0
            self._speech_of_user = before + (self._frame if self._wake_word_over else 0)
        else:
            self._wake_word_over = self._wake_word_over or (at >= self._wake and utterance.quiet >= WAKE_WORD_GAP)
        paused = self._speech_of_user >= LEAST_SPEECH and utterance.quiet >= self._pause
        self._complete = paused or utterance.heard >= LONGEST
        return True

    @property
    def samples(self) -> Samples:
        """All samples from the beginning of the turn to the end of the utterance; before its end, to the last whole frame."""
        return self._utterance.samples

    @property
    def is_of_user(self) -> bool:
        """Whether the user certainly speaks, or has spoken: more than the wake word was heard."""
        return self._speech_of_user >= LEAST_SPEECH

    @property
    def speech(self) -> Samples:
        """The samples from LEAD before the last stretch of speech; none without speech."""
        return self._utterance.speech
