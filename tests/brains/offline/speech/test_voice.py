"""Speech synthesis with the real voice, and replies while they are spoken."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import numpy as np
import pytest

from tars.brains.offline.brain import Models
from tars.brains.offline.speech.voice import INAUDIBLE, LEAD, TAIL, Speech, Voice
from tars.errors import ConfigError
from tars.samples import BLOCK, RATE, Samples


class Readout(Voice):
    """A voice that generates one sample for each letter, and notes the threads of its calls."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.threads: set[int] = set()

    def sentences(self, text: str) -> list[str]:
        return [sentence + "." for sentence in text.rstrip(".").split(". ")]

    def say(self, sentence: str) -> Samples:
        self.said.append(sentence)
        self.threads.add(threading.get_ident())
        return np.ones(len(sentence) * 1_000, np.int16)


async def all_blocks(speech: Speech) -> list[Samples]:
    return [block async for block in speech.blocks()]


def test_a_voice_begins_at_once_and_ends_soon(models: Models) -> None:
    for sentence in ("It is 3:05 PM.", "That is 56.", "Humor is at 75 percent."):
        samples = models.voice.say(sentence)
        assert samples.dtype == np.int16
        assert samples.ndim == 1
        audible = np.flatnonzero(np.abs(samples) > INAUDIBLE)
        assert audible[0] <= LEAD
        assert 0 <= len(samples) - audible[-1] - TAIL <= 1
        assert 0.5 * RATE < len(samples) < 3 * RATE
        assert np.abs(samples).max() > 5_000


def test_the_same_words_sound_the_same(models: Models) -> None:
    assert np.array_equal(models.voice.say("Goodbye."), models.voice.say("Goodbye."))


def test_tars_is_spoken_as_a_name_and_not_spelled(models: Models) -> None:
    assert len(models.voice.say("TARS.")) < 0.75 * len(models.voice.say("T. A. R. S."))


def test_nothing_to_say(models: Models) -> None:
    assert not len(models.voice.say(""))
    assert asyncio.run(all_blocks(Speech(models.voice, ""))) == []


def test_what_the_voice_says_is_understood(models: Models) -> None:
    said = models.voice.say("My humor is at 75 percent.")
    assert models.recogniser.recognise(said) == "My humor is at 75%"


def test_a_file_that_is_no_voice_is_a_mistake_in_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is missing: correct its path"):
        Voice(tmp_path / "voice.onnx")
    (tmp_path / "voice.onnx").write_bytes(b"no voice")
    with pytest.raises(ConfigError, match="is not a voice that hibari can speak with"):
        Voice(tmp_path / "voice.onnx")


def test_the_first_block_comes_before_the_second_sentence_is_generated() -> None:
    async def main() -> None:
        voice = Readout()
        blocks = Speech(voice, "One. Two. Three.").blocks()
        assert len(await anext(blocks)) == BLOCK
        assert voice.said == ["One."]
        rest = [len(block) async for block in blocks]
        assert voice.said == ["One.", "Two.", "Three."]
        assert sum(rest) + BLOCK == 14_000
        assert max(rest) <= BLOCK

    asyncio.run(main())


def test_speech_is_generated_off_the_event_loop() -> None:
    voice = Readout()
    asyncio.run(all_blocks(Speech(voice, "One. Two.")))
    assert threading.get_ident() not in voice.threads


@pytest.mark.parametrize(
    ("heard", "text"),
    [
        (0, ""),
        (4_999, "One"),
        (8_000, "One two."),
        (8_001, "One two."),
        (14_000, "One two. Three"),
        (20_000, "One two. Three four."),
        (99_000, "One two. Three four."),
    ],
)
def test_what_was_heard_of_a_speech(heard: int, text: str) -> None:
    speech = Speech(Readout(), "One two. Three four.")
    asyncio.run(all_blocks(speech))
    assert speech.text(heard) == text


def test_a_sentence_that_was_not_generated_was_not_heard() -> None:
    async def main() -> None:
        speech = Speech(Readout(), "One two. Three four.")
        await anext(speech.blocks())
        assert speech.text(99_000) == "One two."

    asyncio.run(main())
