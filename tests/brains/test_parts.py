"""The contract of every part: each is tried here, and so are the fakes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest

from tars.brains import BrainSettings, Caller
from tars.brains.hear.moonshine import Moonshine
from tars.brains.hear.whisper import Whisper
from tars.brains.hear.wyoming import Wyoming as WyomingHear
from tars.brains.parts import Completeness, HearPart, Question, ReplyPart, SpeakPart
from tars.brains.registry import PARTS
from tars.brains.reply.home_assistant.part import HomeAssistant
from tars.brains.reply.intents.part import Intents
from tars.brains.reply.llm.part import Llm
from tars.brains.reply.timers import Timers
from tars.brains.speak.elevenlabs import ElevenLabs
from tars.brains.speak.hibari import Hibari
from tars.brains.speak.piper import Piper
from tars.brains.speak.wyoming import Wyoming as WyomingSpeak
from tars.brains.speak_in_order import SpeakInOrder
from tars.brains.testing import FakeHear, FakeReply, FakeSpeak
from tars.errors import ConfigError
from tars.runtime.elevenlabs_settings import ElevenLabsSettings
from tars.runtime.home_assistant_settings import HomeAssistantSettings
from tars.runtime.llm_settings import LlmSettings
from tars.runtime.wyoming_settings import WyomingSettings
from tars.samples import Samples
from tests.brains.conftest import Models, silence
from tests.brains.reply.home_assistant.fake_home_assistant import TOKEN, FakeHomeAssistant, Said
from tests.brains.reply.llm.fake_openai import KEY, MODEL, FakeOpenAI
from tests.brains.speak.elevenlabs_fake import FakeElevenLabs
from tests.brains.wyoming_servers import VOICE

QUESTION = "What time is it"
CALLER = Caller("kitchen", "session", print)

HEAR: dict[str, Callable[[Models, WyomingSettings], HearPart]] = {
    "whisper": lambda models, _: Whisper(BrainSettings(), models.whisper),
    "moonshine": lambda *_: Moonshine(BrainSettings()),
    "wyoming": lambda _, services: WyomingHear(BrainSettings(wyoming=services)),
    "fake": lambda *_: FakeHear(QUESTION),
}
REPLY: dict[str, Callable[[Models, str, str], ReplyPart]] = {
    "intents": lambda models, *_: Intents(BrainSettings(), models.understanding),
    "home-assistant": lambda _models, _llm, url: HomeAssistant(
        BrainSettings(home_assistant=HomeAssistantSettings(url=url, token=TOKEN)),
    ),
    "llm": lambda _models, url, _house: Llm(BrainSettings(llm=LlmSettings(url=url, model=MODEL, key=KEY))),
    "fake": lambda *_: FakeReply({QUESTION: ["It is ", "noon."]}),
}
SPEAK: dict[str, Callable[[Models, WyomingSettings, ElevenLabsSettings], SpeakPart]] = {
    "hibari": lambda models, *_: Hibari(BrainSettings(), models.voice),
    "piper": lambda *_: Piper(BrainSettings(piper_voice=VOICE)),
    "wyoming": lambda _, services, __: WyomingSpeak(BrainSettings(wyoming=services)),
    "elevenlabs": lambda _, __, account: ElevenLabs(BrainSettings(elevenlabs=account)),
    "several": lambda models, *_: SpeakInOrder({"fake": FakeSpeak(), "hibari": Hibari(BrainSettings(), models.voice)}),
    "fake": lambda *_: FakeSpeak(),
}


@pytest.mark.parametrize(("kind", "tried"), [("hear", HEAR), ("reply", REPLY), ("speak", SPEAK)])
def test_every_part_is_tried_here(kind: str, tried: dict[str, Any]) -> None:
    assert set(tried) - {"several"} == {*PARTS[kind], "fake"}


@pytest.mark.parametrize("name", HEAR)
def test_what_hears(models: Models, wyoming: WyomingSettings, say: Callable[[str], Samples], name: str) -> None:
    async def main() -> None:
        part = HEAR[name](models, wyoming)
        await part.warm()
        one, other = part.detector(), part.detector()
        loud = say("What time is it?")
        frames = [loud[at : at + one.frame] for at in range(0, len(loud) - one.frame, one.frame)]
        assert any(one.is_speech(frame) for frame in frames)
        assert not other.is_speech(silence(1)[: other.frame]), "a detector belongs to one utterance"
        assert await part.recognise("kitchen", loud) == QUESTION
        assert await part.recognise("kitchen", silence(0)) == ""
        await part.close()

    asyncio.run(main())


@asynccontextmanager
async def opened(name: str, models: Models) -> AsyncIterator[ReplyPart]:
    async with FakeOpenAI(["It is noon. ", "I think."]).running() as llm, FakeHomeAssistant([Said("It is noon")]).running() as house:
        part = REPLY[name](models, llm.url, house.url)
        await part.warm()
        yield part
        await part.close()


@pytest.mark.parametrize("name", REPLY)
def test_what_replies(models: Models, name: str) -> None:
    async def main() -> None:
        async with opened(name, models) as part:
            dialogue, other = part.open(CALLER, Timers()), part.open(Caller("bath", "another", print), Timers())
            for turn in range(3):
                reply = await dialogue.reply(Question(QUESTION, (), f"session/{turn}"))
                assert reply is not None
                text = reply.text if isinstance(reply.text, str) else "".join([piece async for piece in reply.text])
                assert text.strip()
                assert not reply.ends
            assert all(len(language) == 2 for language in part.languages)
            assert dialogue.completeness("the sky above the port") is Completeness.UNKNOWN
            assert dialogue.not_understood("the sky above the port")
            for each in (dialogue, other):
                each.stop()
                await each.close()
                await each.close()

    asyncio.run(main())


@pytest.mark.parametrize("name", REPLY)
def test_an_answer_may_be_stopped_and_closed_at_any_time(models: Models, name: str) -> None:
    async def main() -> None:
        async with opened(name, models) as part:
            dialogue = part.open(CALLER, Timers())
            dialogue.stop()
            reply = await dialogue.reply(Question(QUESTION, (), "session/1"))
            assert reply is not None
            dialogue.stop()
            assert await dialogue.reply(Question(QUESTION, (), "session/2")) is not None
            await dialogue.close()

    asyncio.run(main())


@pytest.mark.parametrize("name", SPEAK)
def test_what_speaks(models: Models, wyoming: WyomingSettings, name: str) -> None:
    async def main() -> None:
        async with FakeElevenLabs([bytes(2 * 16_000)]).running() as account:
            await speak(SPEAK[name](models, wyoming, account.settings()))

    async def speak(part: SpeakPart) -> None:
        await part.warm()
        assert part.sentences("It is noon.  Is it? Yes") == ["It is noon.", "Is it?", "Yes"]
        assert part.sentences(" ") == []
        assert all(len(language) == 2 for language in part.languages)
        await part.load("")
        with pytest.raises(ConfigError, match="no such voice"):
            await part.load("no such voice")
        blocks = [block async for block in part.say("It is noon.")]
        assert all(block.dtype == np.int16 and block.ndim == 1 for block in blocks)
        assert sum(map(len, blocks)) > 8_000
        await part.close()

    asyncio.run(main())
