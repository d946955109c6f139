"""The echo brain: answers with exactly what it heard. Deterministic and without any model, for trying out everything else."""

from __future__ import annotations

import numpy as np

from tars.brains import BrainSettings, Caller, Hearing, Reply, sound
from tars.brains.endpoint import Utterance
from tars.samples import RATE, Samples

PAUSE = 12_800
"""Samples of silence that end an utterance: 0.8 s."""

LOUD = 328
"""A frame whose root mean square is above this is not silence: -40 dB of full scale."""


class Loudness:
    """Takes every frame of 10 ms that is loud enough for speech."""

    frame = 160

    def is_speech(self, frame: Samples) -> bool:
        """Whether the frame is loud."""
        wide = frame.astype(np.int64)
        return int(wide @ wide) > LOUD * LOUD * len(frame)


class EchoConversation:
    """Answers an utterance with its samples: all since the turn began, pre-roll included, to the end of the pause that ended it.

    The end is the last sample of the frame of 160 with which PAUSE silent samples are full, or with which the utterance is LONGEST.
    """

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, wake: int) -> None:
        """A turn begins."""
        self._utterance = Utterance(Loudness(), PAUSE, wake)

    def hear(self, samples: Samples) -> Hearing:
        """The next samples."""
        return self._utterance.hear(samples)

    async def answer(self) -> Reply:
        """What was heard; nothing if nobody spoke."""
        spoken = self._utterance.samples if len(self._utterance.speech) else self._utterance.speech
        text = f"{len(spoken) / RATE:.2f} s of sound" if len(spoken) else ""
        return Reply(heard=text, text=text, speech=sound(spoken))

    def interrupted(self, heard: int) -> None:
        """Nothing is remembered."""

    async def close(self) -> None:
        """Nothing is held."""


class EchoBrain:
    """Opens echo conversations."""

    def __init__(self, _settings: BrainSettings) -> None:
        """There is nothing to set."""

    async def warm(self) -> None:
        """There is nothing to load."""

    async def open(self, caller: Caller) -> EchoConversation:
        """A conversation, always."""
        return EchoConversation()

    async def close(self) -> None:
        """Nothing runs."""
