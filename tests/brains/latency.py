"""`python -m tests.brains.latency`: how long the preset `llm` takes from the last word to the first sample, by part, with a real model."""

from __future__ import annotations

import asyncio
import statistics
import sys

import numpy as np

from tars.brains import BrainSettings, Caller, Hearing
from tars.brains.registry import make_brain
from tars.brains.speak.voice import Voice
from tars.runtime import clock
from tars.runtime.llm_settings import LlmSettings
from tars.samples import BLOCK, RATE
from tests.brains.reply.llm.llama import Llama

QUESTIONS = (
    "Tell me something about the moon.",
    "Why is the sky blue?",
    "What do cats like to eat?",
    "How do I boil an egg?",
    "Who was Isaac Newton?",
)


async def measure(rounds: int) -> dict[str, list[float]]:
    """Seconds from the end of the utterance, for each of these questions so many times."""
    llama, voice = Llama(), Voice(None)
    brain = make_brain("llm", BrainSettings(llm=LlmSettings(url=llama.url, model="SmolLM2", answer_tokens=120, timeout=20)))
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
    took = asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 6))
    for name, seconds in took.items():
        p95 = statistics.quantiles(seconds, n=20)[-1]
        sys.stdout.write(f"{name}: median {statistics.median(seconds):.2f} s, 95 % {p95:.2f} s, of {len(seconds)}\n")


if __name__ == "__main__":
    main()
