"""How long a preset takes from the last word to the first sample, by part.

`python -m tests.brains.latency [ROUNDS]`: `llm`, with a real model. `python -m tests.brains.latency gemini-elevenlabs [ROUNDS]`: with fakes
of both services, on this machine, that are as slow as is written here.
"""

from __future__ import annotations

import asyncio
import statistics
import sys

import numpy as np

from tars.brains import Brain, BrainSettings, Caller, Hearing
from tars.brains.registry import make_brain
from tars.brains.speak.voice import Voice
from tars.runtime import clock
from tars.runtime.llm_settings import LlmSettings
from tars.samples import BLOCK, RATE
from tests.brains.http_fake import Pause
from tests.brains.reply.llm.fake_openai import KEY, MODEL, FakeOpenAI
from tests.brains.reply.llm.llama import Llama
from tests.brains.speak.elevenlabs_fake import FakeElevenLabs

QUESTIONS = (
    "Tell me something about the moon.",
    "Why is the sky blue?",
    "What do cats like to eat?",
    "How do I boil an egg?",
    "Who was Isaac Newton?",
)


ANSWER = ("The moon is a ", "rock that circles the ", "earth. It has no ", "air, and no weather. ", "People have been there.")
THINKS, WRITES, VOICES = 0.3, 0.05, 0.15
"""Seconds of the fakes: to the first piece of an answer, to each further one, and to the first sound of a sentence."""


async def measure_llm(rounds: int) -> dict[str, list[float]]:
    """With a real model."""
    llama = Llama()
    return await measure(
        make_brain("llm", BrainSettings(llm=LlmSettings(url=llama.url, model="SmolLM2", answer_tokens=120, timeout=20))), rounds
    )


async def measure_gemini_elevenlabs(rounds: int) -> dict[str, list[float]]:
    """With fakes."""
    written = [step for piece in ANSWER for step in (Pause(WRITES), piece)]
    async with (
        FakeOpenAI([Pause(THINKS), *written[1:]]).running() as llm,
        FakeElevenLabs([Pause(VOICES), *[bytes(3_200)] * 20]).running() as account,
    ):
        settings = BrainSettings(llm=LlmSettings(url=llm.url, model=MODEL, key=KEY), elevenlabs=account.settings())
        return await measure(make_brain("gemini-elevenlabs", settings), rounds)


async def measure(brain: Brain, rounds: int) -> dict[str, list[float]]:
    """Seconds from the end of the utterance, for each of these questions so many times."""
    voice = Voice(None)
    await brain.warm()
    took: dict[str, list[float]] = {name: [] for name in ("recognition", "first sentence", "first sample", "last sentence")}
    for number in range(rounds * len(QUESTIONS)):
        conversation = await brain.open(Caller("kitchen", f"session{number}", lambda _: None))
        conversation.begin(0, 1)
        said = np.concatenate([voice.say(QUESTIONS[number % len(QUESTIONS)]), np.zeros(RATE, np.int16)])
        for at in range(0, len(said), BLOCK):
            if conversation.hear(said[at : at + BLOCK]) is Hearing.COMPLETE:
                break
        began = clock.now()
        reply = await conversation.answer()
        took["recognition"].append(reply.stages["recognition"])
        took["first sentence"].append(clock.now() - began)
        await anext(reply.speech)
        took["first sample"].append(clock.now() - began)
        async for _ in reply.speech:
            pass
        took["last sentence"].append(clock.now() - began)
        await conversation.close()
    await brain.close()
    return took


def main() -> None:
    """Print a table."""
    words = sys.argv[1:]
    kind = measure_gemini_elevenlabs if words[:1] == ["gemini-elevenlabs"] else measure_llm
    took = asyncio.run(kind(int(words[-1]) if words and words[-1].isdigit() else 6))
    for name, seconds in took.items():
        p95 = statistics.quantiles(seconds, n=20)[-1]
        sys.stdout.write(f"{name}: median {statistics.median(seconds):.2f} s, 95 % {p95:.2f} s, of {len(seconds)}\n")


if __name__ == "__main__":
    main()
