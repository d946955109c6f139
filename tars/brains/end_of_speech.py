"""When an utterance is over: one rule for every detector of speech.

An utterance is over after a pause that follows speech of the user. The wake word is not speech of the user. It lies in the first
samples of a turn. It may be recognised before its end, so that a tail of it follows these samples. Speech is certainly the user's only
when it comes after the longest possible tail, or after a pause that follows the wake word.

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
    """One utterance while it is heard: its samples and its state."""

    def __init__(self, detector: Detector, pause: int, wake: int) -> None:
        """`pause` samples of silence after the user's speech end it; its first `wake` samples may hold the wake word."""
        self._detector, self._pause, self._wake = detector, pause, wake
        self._frames: list[Samples] = []
        self._rest: Samples = np.empty(0, np.int16)
        self._heard = 0
        self._quiet = pause
        self._speech_from = 0
        self._speech = 0
        self._speech_of_user = 0
        self._wake_word_over = wake == 0
        self._complete = False

    def hear(self, samples: Samples) -> Hearing:
        """The next samples. Samples after the end of the utterance are ignored."""
        self._rest = np.concatenate([self._rest, samples])
        size = self._detector.frame
        whole = len(self._rest) - len(self._rest) % size
        for at in range(0, whole, size):
            if self._complete:
                break
            self._take(self._rest[at : at + size])
        self._rest = self._rest[whole:]
        if self._complete:
            return Hearing.COMPLETE
        return Hearing.SPEECH if self._speech >= LEAST_SPEECH and self._quiet < self._pause else Hearing.SILENCE

    def _take(self, frame: Samples) -> None:
        at, size = self._heard, len(frame)
        self._frames.append(frame)
        self._heard += size
        self._wake_word_over = self._wake_word_over or at >= self._wake + WAKE_WORD_TAIL
        if self._detector.is_speech(frame):
            if self._quiet >= self._pause:
                self._speech_from, self._speech, self._speech_of_user = at, 0, 0
            self._quiet = 0
            self._speech += size
            self._speech_of_user += size if self._wake_word_over else 0
        else:
            self._quiet += size
            self._wake_word_over = self._wake_word_over or (at >= self._wake and self._quiet >= WAKE_WORD_GAP)
        paused = self._speech_of_user >= LEAST_SPEECH and self._quiet >= self._pause
        self._complete = paused or self._heard >= LONGEST

    @property
    def samples(self) -> Samples:
        """All samples from the beginning of the turn to the end of the utterance; before its end, to the last whole frame."""
        return np.concatenate(self._frames) if self._frames else np.empty(0, np.int16)

    @property
    def speech(self) -> Samples:
        """The samples from LEAD before the last stretch of speech; none without speech."""
        return self.samples[max(0, self._speech_from - LEAD) :] if self._speech >= LEAST_SPEECH else np.empty(0, np.int16)

    @property
    def may_hold_wake_word(self) -> bool:
        """Whether `speech` may begin with the wake word."""
        return self._wake > 0 and self._speech_from < self._wake + WAKE_WORD_TAIL

    @property
    def is_of_user(self) -> bool:
        """Whether the user certainly speaks, or has spoken: more than the wake word was heard."""
        return self._speech_of_user >= LEAST_SPEECH

    @property
    def doubtful(self) -> bool:
        """Whether a pause follows speech that is the wake word alone, or the wake word with a short command ("hey jarvis, stop")."""
        return not self._complete and self._speech >= LEAST_SPEECH and self._quiet >= self._pause
