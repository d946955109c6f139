"""Both services, so that one test tries the brain with each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import soxr

from tars.brains import Caller, Hearing, Reply
from tars.brains.end_of_speech import UtteranceToPause
from tars.brains.hear.silero import Silero, SileroModel
from tars.brains.realtime.brain import RealtimeBrain
from tars.brains.realtime.conversation import PAUSE, RealtimeConversation
from tars.brains.realtime.gemini import GeminiLine
from tars.brains.realtime.openai import OpenAiLine
from tars.brains.testing import FakeSpeak
from tars.runtime import clock
from tars.runtime.persona_settings import Persona
from tars.runtime.realtime_settings import GeminiLiveSettings, OpenAiRealtimeSettings, RealtimeSettings
from tars.samples import BLOCK, RATE, Samples
from tests.brains.realtime import gemini_fake, openai_fake
from tests.brains.realtime.gemini_fake import FakeGeminiLive, GoAway
from tests.brains.realtime.openai_answer import ErrorEvent
from tests.brains.realtime.openai_fake import FakeOpenAIRealtime
from tests.brains.realtime.script import OUTPUT_RATE, Heard, Say, Words, tone

SILERO = SileroModel()


@dataclass
class Service:
    """One service, its fake, and the brain that talks with it."""

    fake: Any
    brain: RealtimeBrain
    rate: int
    """Samples a second of the sound that the service gets."""
    speak: FakeSpeak
    rings: list[str] = field(default_factory=list)

    @property
    def connections(self) -> list[Any]:
        """Those that the fake has let in."""
        found: list[Any] = self.fake.sessions if isinstance(self.fake, FakeOpenAIRealtime) else self.fake.connections
        return found

    @property
    def questions(self) -> Samples:
        """The samples of all questions that were complete."""
        if isinstance(self.fake, FakeOpenAIRealtime):
            return self.fake.committed
        heard: Samples = self.fake.heard
        return heard

    async def kept(self) -> None:
        """A connection is ready in reserve."""
        await until(lambda: all(reserve._line is not None for reserve in self.brain._reserves.values()))

    async def ready(self, number: int) -> Any:
        """The connection of this number, from 1, when it is set up."""
        await until(lambda: len(self.connections) >= number)
        connection = self.connections[number - 1]
        await (connection.updated if isinstance(self.fake, FakeOpenAIRealtime) else connection.ready).wait()
        return connection

    @property
    def seen(self) -> list[Any]:
        """What all connections were sent: events or messages."""
        return [sent for connection in self.connections for sent in self.sent(connection)]

    def sent(self, connection: Any) -> list[Any]:
        """What a connection was sent: events or messages."""
        found: list[Any] = connection.events if isinstance(self.fake, FakeOpenAIRealtime) else connection.messages
        return found

    async def expire(self, connection: Any) -> None:
        """The service announces that it will close the connection."""
        soon = ErrorEvent("session_expired") if isinstance(self.fake, FakeOpenAIRealtime) else GoAway(10)
        await connection.act(soon)

    async def opened(self, wake_word: str = "", memory: str = "") -> RealtimeConversation:
        return await self.brain.open(Caller("kitchen", "session", self.rings.append, wake_word, memory=memory))


def settings_for(fake: FakeOpenAIRealtime | FakeGeminiLive, **settings: Any) -> RealtimeSettings:
    """The settings that reach a fake that runs, with the right key."""
    url = fake.url.replace("http", "ws", 1)
    if isinstance(fake, FakeOpenAIRealtime):
        return OpenAiRealtimeSettings(**{"url": f"{url}/realtime", "model": openai_fake.MODEL, "key": openai_fake.KEY} | settings)
    return GeminiLiveSettings(**{"url": url + gemini_fake.SERVICE, "model": gemini_fake.MODEL, "key": gemini_fake.KEY} | settings)


@asynccontextmanager
async def running(
    name: str, *scripts: Sequence[Any], key: str = "", personas: Sequence[Persona] = (), set_up: Sequence[Any] = (), **settings: Any
) -> AsyncIterator[Service]:
    """A fake, and a brain that is warm. `key`: another one than the right one."""
    speak = FakeSpeak()
    fake: Any = FakeOpenAIRealtime(*scripts, set_up=set_up) if name == "openai" else FakeGeminiLive(*scripts, set_up=set_up)
    async with fake.running():
        line = OpenAiLine if name == "openai" else GeminiLine
        brain = RealtimeBrain(line, settings_for(fake, **({"key": key} if key else {}), **settings), speak, personas)
        await brain.warm()
        try:
            yield Service(fake, brain, 24_000 if name == "openai" else RATE, speak)
        finally:
            await brain.close()


async def until(condition: Callable[[], bool]) -> None:
    """Let the event loop run until it holds."""
    while not condition():
        await clock.sleep_until(clock.now() + 0.001)


async def hears(conversation: RealtimeConversation, samples: Samples, size: int = BLOCK) -> Hearing:
    """Feed blocks as the server does; what the last one has led to."""
    hearing = Hearing.SILENCE
    for at in range(0, len(samples), size):
        hearing = conversation.hear(samples[at : at + size])
        if hearing is Hearing.COMPLETE:
            break
        await clock.sleep_until(0)
    return hearing


async def asked(conversation: RealtimeConversation, samples: Samples, at: int = 0, wake: int = 0) -> Reply:
    """The answer to a question."""
    conversation.begin(wake, at)
    assert await hears(conversation, samples) is Hearing.COMPLETE
    return await conversation.answer()


async def spoken(reply: Reply) -> Samples:
    """All of the answer."""
    return np.concatenate([np.zeros(0, np.int16), *[block async for block in reply.speech]])


def expected(samples: Samples, rate: int, wake: int = 0) -> Samples:
    """What a service must get of an utterance: converted as a whole."""
    utterance = UtteranceToPause(Silero(SILERO), PAUSE, wake)
    assert utterance.hear(samples) is Hearing.COMPLETE
    return utterance.speech if rate == RATE else soxr.resample(utterance.speech, RATE, rate)


def is_same(sound: Samples, wanted: Samples) -> bool:
    """Whether they are as long, and as alike as rounding lets them be."""
    return len(sound) == len(wanted) and int(np.abs(sound.astype(np.int32) - wanted.astype(np.int32)).max(initial=0)) <= 2


def answered(samples: int) -> Samples:
    """What the user hears of so many samples of the fake."""
    sound: Samples = soxr.resample(tone(samples), OUTPUT_RATE, RATE)
    return sound


NOON = (Heard("What time is it?"), Words("It is exactly "), Say(12_000), Words("high noon."), Say(12_000))
"""One second of sound."""


@asynccontextmanager
async def talking(name: str, *scripts: Sequence[Any], **settings: Any) -> AsyncIterator[tuple[Service, RealtimeConversation]]:
    """A service, and a conversation on its first connection, with the second one in reserve."""
    async with running(name, *scripts, **settings) as service:
        await service.kept()
        conversation = await service.opened()
        await service.ready(2)
        yield service, conversation
        await conversation.close()


def history(service: Service, connection: Any) -> list[str]:
    """The words that a connection was told of the conversation."""
    if hasattr(connection, "events"):
        items = [event.item for event in connection.events if event.type == "conversation.item.create"]
        return [content.text for item in items if item.type == "message" for content in item.content]
    turns = [turn for message in connection.messages if message.client_content for turn in message.client_content.turns]
    return [part.text for turn in turns for part in turn.parts]
