"""Replies while they are spoken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tars.brains.speech import Speech, sentences
from tars.brains.testing import FakeSpeak
from tars.errors import ReplyError
from tars.samples import BLOCK, Samples


async def all_blocks(speech: Speech) -> list[Samples]:
    return [block async for block in speech.blocks()]


async def pieces(*texts: str, error: Exception | None = None) -> AsyncIterator[str]:
    for text in texts:
        yield text
    if error is not None:
        raise error


def test_the_first_block_comes_before_the_second_sentence_is_generated() -> None:
    async def main() -> None:
        voice = FakeSpeak()
        blocks = Speech(voice, "One. Two. Three.").blocks()
        assert len(await anext(blocks)) == BLOCK
        assert voice.said == ["One."]
        rest = [len(block) async for block in blocks]
        assert voice.said == ["One.", "Two.", "Three."]
        assert sum(rest) + BLOCK == 14_000
        assert max(rest) <= BLOCK

    asyncio.run(main())


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
    speech = Speech(FakeSpeak(), "One two. Three four.")
    asyncio.run(all_blocks(speech))
    assert speech.spoken.heard(heard) == text


def test_a_sentence_that_was_not_generated_was_not_heard() -> None:
    async def main() -> None:
        speech = Speech(FakeSpeak(), "One two. Three four.")
        await anext(speech.blocks())
        assert speech.spoken.heard(99_000) == "One two."

    asyncio.run(main())


def test_the_sentences_of_pieces_are_those_of_the_whole_text() -> None:
    text = "It is 7.5 m. Or so!  Who knows? No"

    async def main() -> None:
        split = FakeSpeak().sentences
        for size in range(1, len(text) + 1):
            cut = [text[at : at + size] for at in range(0, len(text), size)]
            assert [sentence async for sentence in sentences(pieces(*cut), split)] == split(text)

    asyncio.run(main())


def test_a_sentence_is_known_as_soon_as_the_next_one_begins() -> None:
    async def main() -> None:
        speech = Speech(FakeSpeak(), pieces("One two. ", "Th", error=AssertionError("more was read")))
        await speech.begin()
        assert speech.text == "One two."

    asyncio.run(main())


def test_a_part_that_fails_before_its_first_sentence_has_said_nothing() -> None:
    async def main() -> None:
        with pytest.raises(ReplyError, match="gone"):
            await Speech(FakeSpeak(), pieces("One tw", error=ReplyError("gone", "I stop."))).begin()
        with pytest.raises(ReplyError, match="it answered nothing"):
            await Speech(FakeSpeak(), pieces(" \n")).begin()

    asyncio.run(main())


def test_a_part_that_fails_in_mid_answer_is_replaced_by_a_sentence_that_says_so() -> None:
    async def main() -> None:
        voice = FakeSpeak()
        speech = Speech(voice, pieces("One. Two. Three", error=ReplyError("gone", "I stop.")))
        await speech.begin()
        assert speech.text == "One."
        await all_blocks(speech)
        assert voice.said == ["One.", "Two.", "I stop."]
        assert speech.text == "One. Two. I stop."

    asyncio.run(main())
