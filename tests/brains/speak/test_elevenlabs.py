"""The part `elevenlabs`, against a strict fake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from httpx2 import AsyncClient

from tars.brains import BrainSettings
from tars.brains.speak.elevenlabs import ElevenLabs
from tars.errors import BrainError, ConfigError
from tars.runtime.elevenlabs_settings import ElevenLabsSettings
from tars.samples import Samples
from tests.brains.http_fake import Cut, Stall
from tests.brains.speak.elevenlabs_fake import KEY, VOICES, FakeElevenLabs, Page, Status, Step

SOUND = np.arange(-4_000, 4_000, dtype="<i2")
PCM = SOUND.tobytes()


@asynccontextmanager
async def warmed(settings: ElevenLabsSettings) -> AsyncIterator[ElevenLabs]:
    part = ElevenLabs(BrainSettings(elevenlabs=settings))
    await part.warm()
    yield part
    await part.close()


def with_fake(main: Callable[[FakeElevenLabs, ElevenLabs], Awaitable[None]], *scripts: list[Step], **changes: Any) -> None:
    async def run() -> None:
        async with FakeElevenLabs(*scripts).running() as fake, warmed(fake.settings(**changes)) as part:
            await main(fake, part)

    asyncio.run(run())


async def spoken(part: ElevenLabs, sentence: str = "It is noon.", voice: str = "") -> Samples:
    return np.concatenate([np.zeros(0, np.int16), *[block async for block in part.say(sentence, voice)]])


def test_a_sentence_is_spoken_with_the_voice_and_the_voice_of_a_persona_on_one_connection() -> None:
    async def main(fake: FakeElevenLabs, part: ElevenLabs) -> None:
        assert np.array_equal(await spoken(part), SOUND)
        await part.load(VOICES[1])
        assert np.array_equal(await spoken(part, "What?", VOICES[1]), SOUND)
        assert fake.said == [(VOICES[0], "It is noon."), (VOICES[1], "What?")]
        assert fake.connections == 1

    with_fake(main, [PCM])


def test_a_sample_that_is_cut_in_two_is_one_and_the_first_block_comes_before_the_last() -> None:
    async def main(fake: FakeElevenLabs, part: ElevenLabs) -> None:
        blocks = part.say("It is noon.")
        first = await anext(blocks)
        assert len(first) == 500
        assert first.dtype == np.int16
        go.set()
        assert np.array_equal(np.concatenate([first, *[block async for block in blocks]]), SOUND)

    go = asyncio.Event()
    with_fake(main, [PCM[:1_001], go, PCM[1_001:1_002], PCM[1_002:]])


def test_nobody_reads_on_and_the_connection_is_closed() -> None:
    async def main(fake: FakeElevenLabs, part: ElevenLabs) -> None:
        blocks = part.say("It is noon.")
        await anext(blocks)
        await blocks.aclose()  # type: ignore[attr-defined]
        await fake.gone.wait()
        assert len(await spoken(part)) == len(SOUND), "the next sentence is spoken"

    with_fake(main, [PCM, Stall()], [PCM])


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        (
            [Status(401, "quota_exceeded", "You have 0 credits remaining.")],
            r"401 \(You have 0 .*\): the credits of the account are used up",
        ),
        ([Status(422)], r"422 .*: correct elevenlabs\.voice or elevenlabs\.model"),
        ([Status(429, "too_many_concurrent_requests")], r"429 \(no\): too much was asked at the same time"),
        ([Status(503)], r"503 \(no\): see its status page"),
        ([Page()], r"answered with text/html instead of sound: is elevenlabs\.url right"),
        ([PCM, Cut()], "cannot be reached, or has closed the connection"),
    ],
    ids=["quota", "nonsense", "too much", "busy", "a page", "cut"],
)
def test_what_goes_wrong_is_said_with_its_remedy(script: list[Step], problem: str) -> None:
    async def main(fake: FakeElevenLabs, part: ElevenLabs) -> None:
        with pytest.raises(BrainError, match=problem):
            await spoken(part)
        assert len(await spoken(part)) == len(SOUND), "the next sentence is spoken"

    with_fake(main, script, [PCM], timeout=60)


@pytest.mark.parametrize("script", [[Stall()], [PCM, Stall()]], ids=["at once", "in the middle"])
def test_a_service_that_sends_nothing_is_given_up(script: list[Step]) -> None:
    async def main(fake: FakeElevenLabs, part: ElevenLabs) -> None:
        with pytest.raises(BrainError, match=r"sends nothing for 0\.2 s: raise elevenlabs\.timeout"):
            await spoken(part)
        await fake.gone.wait()

    with_fake(main, script, timeout=0.2)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"key": "sk_wrong"}, r"401 \(Invalid API key\): correct elevenlabs\.key"),
        ({"voice": "no/such voice"}, r"404 \(A voice with the voice_id no/such voice was not found\.\): correct elevenlabs\.voice"),
        ({"model": "no such model"}, r"400 .*: correct elevenlabs\.voice or elevenlabs\.model"),
        ({"url": "http://127.0.0.1:9"}, "cannot be reached"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, str], problem: str) -> None:
    async def main(fake: FakeElevenLabs, part: ElevenLabs) -> None:
        with pytest.raises(BrainError, match=problem) as raised:
            await spoken(part)
        assert KEY not in str(raised.value)

    with_fake(main, [PCM], **changes)


def test_a_voice_that_cannot_be_looked_up_now_may_be_there_later() -> None:
    async def main(fake: FakeElevenLabs, part: ElevenLabs) -> None:
        await part.load("no such voice")

    with_fake(main, [PCM], url="http://127.0.0.1:9")


def test_without_a_key_the_start_ends() -> None:
    with pytest.raises(ConfigError, match=r"elevenlabs\.key is missing: .* TARS_ELEVENLABS_KEY"):
        asyncio.run(ElevenLabs(BrainSettings()).warm())
    with pytest.raises(BrainError, match="not ready"):
        asyncio.run(spoken(ElevenLabs(BrainSettings())))


@pytest.mark.parametrize(
    ("path", "query", "request_body", "problem"),
    [
        ("text-to-speech/x/stream", {}, {"text": "Hi."}, "the format is None"),
        ("text-to-speech/x/stream", {"output_format": "mp3_44100_128"}, {"text": "Hi."}, "mp3_44100_128"),
        ("text-to-speech/x/stream", {"output_format": "pcm_16000", "voice": "x"}, {"text": "Hi."}, "unknown parameters"),
        ("text-to-speech/x/stream", {"output_format": "pcm_16000"}, {"text": "Hi.", "model": "x"}, "unknown fields"),
        ("text-to-speech/x/stream", {"output_format": "pcm_16000"}, {"text": " "}, "wrong length"),
        ("text-to-speech/x/stream", {"output_format": "pcm_16000"}, {}, "KeyError"),
        ("speech", {}, {}, "unknown request"),
    ],
)
def test_the_fake_notices_a_wrong_request(path: str, query: dict[str, str], request_body: dict[str, str], problem: str) -> None:
    async def main() -> None:
        async with FakeElevenLabs([PCM]).running() as fake, AsyncClient() as client:
            await client.post(f"{fake.address}/v1/{path}", params=query, json=request_body, headers={"xi-api-key": KEY})

    with pytest.raises(AssertionError, match=problem):
        asyncio.run(main())
