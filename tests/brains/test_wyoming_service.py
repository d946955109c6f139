"""The parts `wyoming`, against real services, and against a strict fake for what goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
from wyoming.error import Error
from wyoming.event import Event
from wyoming.tts import Synthesize

from tars.brains import BrainSettings
from tars.brains.hear.wyoming import FAILED
from tars.brains.hear.wyoming import Wyoming as Hear
from tars.brains.speak.wyoming import Wyoming as Speak
from tars.errors import BrainError, ReplyError
from tars.runtime.wyoming_settings import WyomingSettings
from tars.samples import RATE, Samples, to_samples
from tests.brains.fake_wyoming import STOP, Cut, FakeWyoming, Stall, Step, sound, transcript

NONSENSE: dict[str, Step] = {
    "no JSON": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "a number": b"17\n",
    "a list": b"[]\n",
    "no type": b'{"data": {}}\n',
    "no end": b"x" * 100_000,
    "a length that is none": b'{"type": "transcript", "data_length": "long"}\n',
    "a number for a text": b'{"type": "transcript", "data": {"text": 17}}\n{"type": "audio-chunk"}\n',
    "data that is none": b'{"type": "transcript", "data_length": 2}\n17',
}


def settings(**values: object) -> BrainSettings:
    return BrainSettings(wyoming=WyomingSettings(**values))  # type: ignore[arg-type]


async def spoken(part: Speak, sentence: str = "It is noon.") -> Samples:
    return np.concatenate([np.zeros(0, np.int16), *[block async for block in part.say(sentence)]])


def with_fake(main: Callable[[FakeWyoming], Awaitable[None]], *scripts: list[Step], reads: bool = True) -> None:
    async def run() -> None:
        async with FakeWyoming(*scripts, reads=reads).running() as fake:
            await main(fake)

    asyncio.run(run())


def test_real_services_hear_what_they_have_spoken(wyoming: WyomingSettings) -> None:
    async def main() -> None:
        both = BrainSettings(wyoming=wyoming)
        speak, hear = Speak(both), Hear(both)
        question = await spoken(speak, "What time is it?")
        assert 0.7 < len(question) / RATE < 3
        assert await hear.recognise("kitchen", question) == "What time is it"
        one, other = await asyncio.gather(*(hear.recognise(device, question) for device in ("kitchen", "bath")))
        assert one == other == "What time is it"

    asyncio.run(main())


def test_a_service_gets_the_whole_utterance_and_its_words_lose_their_punctuation() -> None:
    async def main(fake: FakeWyoming) -> None:
        part = Hear(settings(hear=fake.uri, language="de"))
        speech = np.arange(40_001, dtype=np.int16)
        assert await part.recognise("kitchen", speech) == "Wie spät ist es"
        assert np.array_equal(to_samples(fake.pcm), speech)
        (request,) = fake.requests
        assert getattr(request, "language", None) == "de"
        assert await part.recognise("kitchen", speech[:0]) == ""
        assert len(fake.requests) == 1, "nobody is asked about silence"

    with_fake(main, [Event("transcript-start"), Event("pong"), transcript(" Wie spät ist es? [Hund]")])


@pytest.mark.parametrize(("rate", "channels"), [(22_050, 1), (16_000, 1), (48_000, 2)])
def test_sound_of_any_rate_is_spoken_as_it_comes(rate: int, channels: int) -> None:
    async def main(fake: FakeWyoming) -> None:
        part = Speak(settings(speak=fake.uri, voice="joe"))
        samples = await spoken(part)
        assert abs(len(samples) - RATE) < 20
        assert np.allclose(samples[2_000:-2_000], 0x2000, atol=40)
        (request,) = fake.requests
        assert isinstance(request, Synthesize)
        assert request.voice is not None
        assert (request.text, request.voice.name) == ("It is noon.", "joe")

    with_fake(main, [Event("audio-start"), *[sound(rate // 10, rate, channels)] * 10, STOP])


@pytest.mark.parametrize("step", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_told(step: Step) -> None:
    async def main(fake: FakeWyoming) -> None:
        with pytest.raises(
            ReplyError, match=r"wyoming.hear: the service at tcp://.* answered nonsense.*is it a Wyoming service\?"
        ) as failed:
            await Hear(settings(hear=fake.uri)).recognise("kitchen", np.ones(1000, np.int16))
        assert failed.value.spoken == FAILED
        with pytest.raises(BrainError, match=r"wyoming.speak: the service at tcp://.* answered nonsense"):
            await spoken(Speak(settings(speak=fake.uri)))

    with_fake(main, [step])


@pytest.mark.parametrize(
    "chunk",
    [
        sound(100, rate=17),
        sound(100, width=4),
        sound(100, channels=0),
        Event("audio-chunk", {"rate": 16_000, "width": 2, "channels": 1}),
        Event("audio-chunk", {"rate": 16_000, "width": 2, "channels": 1}, b"\0\0\0"),
        Event("audio-chunk", {"rate": "fast", "width": 2, "channels": 1}, b"\0\0"),
        Event("audio-chunk", {}, b"\0\0"),
        sound(22_050 * 121),
    ],
    ids=["rate", "width", "no channel", "no sound", "half a sample", "a word for a rate", "no format", "no end"],
)
def test_sound_that_is_none_is_told(chunk: Event) -> None:
    async def main(fake: FakeWyoming) -> None:
        with pytest.raises(BrainError, match="answered nonsense"):
            await spoken(Speak(settings(speak=fake.uri)))

    with_fake(main, [sound(1000), chunk, STOP])


@pytest.mark.parametrize(
    ("script", "reason", "timeout"),
    [
        ([Cut()], "closed the connection before its answer was complete: see its log", 20.0),
        ([b'{"type": "transcript", "data_length": 99}\n{'], "closed the connection before its answer was complete", 20.0),
        ([Stall()], r"does not answer within 2 s; see its log, or raise wyoming.timeout", 2.0),
        ([Error(text="no memory").event()], r"failed \(no memory\): see its log", 20.0),
        ([Error(text="no memory").event(), Stall()], r"failed \(no memory\): see its log", 20.0),
    ],
)
def test_a_service_that_fails_is_told(script: list[Step], reason: str, timeout: float) -> None:
    async def main(fake: FakeWyoming) -> None:
        with pytest.raises(ReplyError, match=reason):
            await Hear(settings(hear=fake.uri, timeout=timeout)).recognise("kitchen", np.ones(1000, np.int16))
        with pytest.raises(BrainError, match=reason):
            await spoken(Speak(settings(speak=fake.uri, timeout=timeout)))

    with_fake(main, [*script, Cut()])


@pytest.mark.parametrize(("last", "reason"), [(Cut(), "closed the connection"), (Stall(), "does not answer within 3 s")])
def test_a_service_that_dies_in_the_middle_has_spoken_the_beginning(last: Step, reason: str) -> None:
    async def main(fake: FakeWyoming) -> None:
        speech = Speak(settings(speak=fake.uri, timeout=3)).say("It is noon.")
        assert len(await anext(speech)) > RATE // 2
        with pytest.raises(BrainError, match=reason):
            await anext(speech)

    with_fake(main, [sound(22_050), last])


def test_a_service_that_reads_nothing_is_given_up() -> None:
    async def main(fake: FakeWyoming) -> None:
        with pytest.raises(ReplyError, match="does not answer within 2 s"):
            await Hear(settings(hear=fake.uri, timeout=2)).recognise("kitchen", np.ones(90 * RATE * 10, np.int16))

    with_fake(main, [transcript("late")], reads=False)


def test_a_service_that_is_not_there_is_told(tmp_path: Path) -> None:
    async def main() -> None:
        for uri in ("tcp://127.0.0.1:1", f"unix://{tmp_path}/none"):
            with pytest.raises(ReplyError, match=r"cannot be reached \(.+\): is the service running, and wyoming.hear right\?"):
                await Hear(settings(hear=uri)).recognise("kitchen", np.ones(1000, np.int16))
            with pytest.raises(BrainError, match=r"cannot be reached \(.+\): is the service running, and wyoming.speak right\?"):
                await spoken(Speak(settings(speak=uri)))

    asyncio.run(main())


def test_nobody_wants_the_rest_and_the_service_is_told_so() -> None:
    async def main(fake: FakeWyoming) -> None:
        speech = Speak(settings(speak=fake.uri)).say("It is noon.")
        assert len(await anext(speech))
        await speech.aclose()  # type: ignore[attr-defined]
        await fake.gone.wait()

    with_fake(main, [sound(22_050), Stall()])


def test_a_recognition_that_is_cancelled_closes_its_connection() -> None:
    async def main(fake: FakeWyoming) -> None:
        recognising = asyncio.create_task(Hear(settings(hear=fake.uri)).recognise("kitchen", np.ones(1000, np.int16)))
        while not fake.requests:
            await asyncio.wait([recognising], timeout=0)
        recognising.cancel()
        await fake.gone.wait()

    with_fake(main, [Stall()])
