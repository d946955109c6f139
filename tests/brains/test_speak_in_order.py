"""Several parts that speak: the next one stands in for one that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from tars.brains import BrainSettings, Caller
from tars.brains.composed import ComposedBrain
from tars.brains.speak.elevenlabs import ElevenLabs
from tars.brains.speak_in_order import PAUSE, SpeakInOrder
from tars.brains.testing import FakeHear, FakeReply, FakeSpeak
from tars.errors import BrainError, ConfigError
from tars.runtime import clock
from tars.samples import Samples
from tests.brains.conftest import silence
from tests.brains.http_fake import Cut, Stall
from tests.brains.speak.elevenlabs_fake import VOICES, FakeElevenLabs, Status


class Failing(FakeSpeak):
    """A part that fails, after so many samples, until it is mended."""

    def __init__(self, samples: int = 0) -> None:
        super().__init__()
        self.fails = True
        self._samples = samples

    async def say(self, sentence: str, voice: str = "") -> AsyncIterator[Samples]:
        if not self.fails:
            async for samples in super().say(sentence, voice):
                yield samples
            return
        self.said.append(sentence)
        if self._samples:
            yield np.full(self._samples, 7, np.int16)
        raise BrainError("it has failed")


class English(FakeSpeak):
    languages = ("en",)


class German(FakeSpeak):
    languages = ("de",)


async def spoken(part: SpeakInOrder, sentence: str = "One.", voice: str = "") -> int:
    return sum([len(samples) async for samples in part.say(sentence, voice)])


def test_the_first_part_speaks() -> None:
    first, second = FakeSpeak(), FakeSpeak()
    assert asyncio.run(spoken(SpeakInOrder({"first": first, "second": second}))) == 4_000
    assert (first.said, second.said) == (["One."], [])


@pytest.mark.parametrize("samples", [0, 500], ids=["before the sentence", "in the middle"])
def test_the_next_part_speaks_the_whole_sentence_for_one_that_fails_and_the_log_says_so(
    samples: int, caplog: pytest.LogCaptureFixture
) -> None:
    second = FakeSpeak()
    assert asyncio.run(spoken(SpeakInOrder({"first": Failing(samples), "second": second}))) == samples + 4_000
    assert second.said == ["One."]
    (told,) = caplog.records
    assert told.getMessage() == "speech failed"
    assert vars(told)["values"] == {"part": "first", "reason": "it has failed", "pause": PAUSE}


def test_a_part_that_has_failed_rests_and_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Failing(), FakeSpeak()
    part = SpeakInOrder({"first": first, "second": second})
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    for _ in range(2):
        asyncio.run(spoken(part))
    assert (len(first.said), len(second.said)) == (1, 2), "the second sentence does not wait for a failure"
    first.fails = False
    now += PAUSE
    asyncio.run(spoken(part))
    assert (len(first.said), len(second.said)) == (2, 2)


def test_the_last_part_is_always_asked_and_its_failure_is_that_of_all() -> None:
    last = Failing()
    part = SpeakInOrder({"first": Failing(), "last": last})
    for number in range(1, 3):
        with pytest.raises(BrainError, match="it has failed"):
            asyncio.run(spoken(part))
        assert len(last.said) == number


def test_a_voice_belongs_to_the_parts_that_have_it() -> None:
    async def main() -> None:
        async with FakeElevenLabs([Cut()]).running() as account:
            first, second = ElevenLabs(BrainSettings(elevenlabs=account.settings())), FakeSpeak()
            part = SpeakInOrder({"elevenlabs": first, "fake": second})
            await part.warm()
            for voice in ("", VOICES[1], "high"):
                await part.load(voice)
            with pytest.raises(ConfigError, match=r"'nobody' is unknown to ElevenLabs.*; voice 'nobody' is unknown; known voices"):
                await part.load("nobody")
            await spoken(part, voice=VOICES[1])
            await spoken(part, voice="high")
            assert [voice for voice, _ in account.said] == [VOICES[1]]
            assert second.voices == ["", "high"], "a stand-in that does not have the voice speaks with its own one"
            await part.close()

    asyncio.run(main())


def test_only_what_every_part_speaks_can_be_spoken() -> None:
    assert SpeakInOrder({"english and french": FakeSpeak(), "english": English()}).languages == ["en"]
    with pytest.raises(ConfigError, match="the parts english, german speak no language in common"):
        SpeakInOrder({"english": English(), "german": German()})


def test_nobody_listens_any_more_and_the_request_of_the_sentence_is_closed() -> None:
    async def main() -> None:
        async with FakeElevenLabs([bytes(64_000), Stall()]).running() as account:
            voices = SpeakInOrder({"elevenlabs": ElevenLabs(BrainSettings(elevenlabs=account.settings())), "fake": FakeSpeak()})
            brain = ComposedBrain(FakeHear("hello"), {"fake": FakeReply({"hello": "One. Two."})}, voices)
            conversation = await brain.open(Caller("kitchen", "session", print))
            conversation.begin(0)
            conversation.hear(silence(0.1))
            speech = (await conversation.answer()).speech
            await anext(speech)
            await speech.aclose()  # type: ignore[attr-defined]
            await account.gone.wait()
            conversation.interrupted(1_000)
            await conversation.close()
            await brain.close()

    asyncio.run(main())


def test_a_conversation_goes_on_when_a_cloud_voice_fails() -> None:
    async def main() -> None:
        async with FakeElevenLabs([bytes(2_000)], [Status(429, "too_many_concurrent_requests")]).running() as account:
            stand_in = FakeSpeak()
            voices = SpeakInOrder({"elevenlabs": ElevenLabs(BrainSettings(elevenlabs=account.settings())), "fake": stand_in})
            brain = ComposedBrain(FakeHear("hello", "again"), {"fake": FakeReply({"hello": "One. Two. Three.", "again": "Four."})}, voices)
            conversation = await brain.open(Caller("kitchen", "session", print))
            for _ in range(2):
                conversation.begin(0)
                conversation.hear(silence(0.1))
                reply = await conversation.answer()
                sound = [block async for block in reply.speech]
                assert sound
            assert [text for _, text in account.said] == ["One.", "Two."]
            assert stand_in.said == ["Two.", "Three.", "Four."]
            await conversation.close()
            await brain.close()

    asyncio.run(main())
