"""Text to speech: a hibari voice, sentence by sentence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import soxr
from hibari import SAMPLE_RATE, Hibari
from hibari.voices import DEFAULT, voice_path
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidGraph, InvalidProtobuf

from tars.brains.offline.speech.model_files import checked
from tars.errors import ConfigError
from tars.samples import BLOCK, RATE, Samples

SHA256 = "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"
"""Of hibari.onnx, the voice in the wheel of hibari-tts 0.2.1."""

PRONOUNCED = {"TARS": "[TARS](/tˈɑɹz/)"}  # noqa: RUF001 - phonemes
"""Words the voice would get wrong, in its notation. It would spell this one out."""

INAUDIBLE = 33
"""Samples up to this, -60 dB of full scale, are silence."""

LEAD, TAIL = RATE // 100, RATE // 5
"""How much silence is left in front of a sentence and after it. The voice itself makes 0.3 s and 0.45 s."""

NOT_A_VOICE = (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, ValueError)
"""What a file that is no voice makes onnxruntime or hibari raise."""


class Voice:
    """The loaded voice, shared by all conversations and safe to use from several threads."""

    def __init__(self, model: Path | None) -> None:
        """`model` is the ONNX file of a hibari voice; None means the installed one. Takes two seconds. Raises ConfigError."""
        file = checked(model or Path(voice_path(DEFAULT)), None if model else SHA256)
        try:
            self._voice = Hibari(model=str(file))
            self.say("Ready.")  # the dictionaries load at the first word
        except NOT_A_VOICE as error:
            raise ConfigError(f"{file} is not a voice that hibari can speak with: {error}") from error

    def sentences(self, text: str) -> list[str]:
        """The text in the pieces in which it is spoken."""
        sentences: list[str] = self._voice.split_sentences(text)
        return sentences

    def say(self, sentence: str) -> Samples:
        """The sound of one sentence, always the same for the same words. Tens of milliseconds: never on the event loop."""
        for word, pronounced in PRONOUNCED.items():
            sentence = sentence.replace(word, pronounced)
        spoken = soxr.resample(self._voice(sentence, seed=0), SAMPLE_RATE, RATE)
        samples: Samples = np.rint(np.clip(spoken, -1.0, 1.0) * 32_767).astype(np.int16)
        audible = np.flatnonzero(np.abs(samples) > INAUDIBLE)
        return samples[max(0, audible[0] - LEAD) : audible[-1] + TAIL] if len(audible) else samples[:0]


class Speech:
    """A reply while it is spoken: its sound, and what of it has been heard at any sample."""

    def __init__(self, voice: Voice, text: str) -> None:
        self._voice = voice
        self._sentences = voice.sentences(text)
        self._ends: list[int] = []

    async def blocks(self) -> AsyncIterator[Samples]:
        """The sound in blocks of at most BLOCK samples; a sentence is made in a worker thread when its first block is wanted."""
        end = 0
        for sentence in self._sentences:
            samples = await asyncio.to_thread(self._voice.say, sentence)
            end += len(samples)
            self._ends.append(end)
            for at in range(0, len(samples), BLOCK):
                yield samples[at : at + BLOCK]

    def text(self, heard: int) -> str:
        """The words in the first `heard` samples; within a sentence they are taken to be equally long."""
        said, begin = [], 0
        for sentence, end in zip(self._sentences, self._ends, strict=False):
            words = sentence.split()
            said += words[: len(words) * max(0, min(heard, end) - begin) // max(1, end - begin)]
            begin = end
        return " ".join(said)
