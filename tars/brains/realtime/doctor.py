"""Tries a speech-to-speech service for real: it is asked a question aloud."""

from __future__ import annotations

import numpy as np

from tars.brains import Caller, Hearing
from tars.brains.realtime.brain import RealtimeBrain
from tars.errors import BrainError
from tars.runtime import clock
from tars.samples import BLOCK, RATE


async def converse(brain: RealtimeBrain, question: str) -> str:
    """What it heard and answered, and how long that took. Raises ConfigError or BrainError with what to do."""
    try:
        await brain.warm()
        conversation = await brain.open(Caller("doctor", "doctor", lambda _label: None))
        try:
            spoken = [block async for block in conversation.say(question)]
            sound = np.concatenate([*spoken, np.zeros(2 * RATE, np.int16)])
            heard = [conversation.hear(sound[at : at + BLOCK]) for at in range(0, len(sound), BLOCK)]
            if Hearing.COMPLETE not in heard:
                raise BrainError("the question was not heard: is voice_model a voice?")
            began = clock.now()
            answer, first = await conversation.ask()
            begun = clock.now() - began
            samples = len(first) + sum([len(block) async for block in answer.rest()])
            words = " ".join(answer.text.split())
            return f"answered “{words}” with {samples / RATE:.1f} s of sound, the first of it after {begun:.2f} s"
        finally:
            await conversation.close()
    finally:
        await brain.close()
