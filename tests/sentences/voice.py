"""The same sentences spoken by the voice of TARS and recognised: how many more have a wrong outcome."""

from __future__ import annotations

import random
from collections.abc import Callable

from tars.brains.hear.recogniser import Recogniser
from tars.brains.speak.voice import Voice
from tests.sentences.rates import Rate, Sentence, measure


def spoken(by_kind: list[tuple[str, list[Sentence]]], count: int) -> tuple[Rate, list[str]]:
    """The rate of `count` sentences, always the same ones, and the recognised text of those that failed. Takes 1 s a sentence."""
    sentences = random.Random(4).sample([said for kind, group in by_kind if kind != "misheard" for said in group], count)
    hear = _recogniser()
    heard = [Sentence(hear(said.text), said.right, said.running, said.after, said.wake_word) for said in sentences]
    (rate,) = measure([("spoken", heard)])
    return rate, [f"{said.text} | {now}" for said in sentences for now in rate.wrong if now.startswith(f"{hear(said.text)} ->")]


def _recogniser() -> Callable[[str], str]:
    recogniser, voice, known = Recogniser(None), Voice(None), dict[str, str]()

    def hear(text: str) -> str:
        if text not in known:
            known[text] = recogniser.recognise(voice.say(text))
        return known[text]

    return hear
