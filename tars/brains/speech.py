"""A reply while it is spoken, sentence by sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from tars.brains.parts import SpeakPart
from tars.errors import ReplyError
from tars.runtime.log import log
from tars.samples import BLOCK, Samples

NO_ANSWER = "I have no answer to that."


async def sentences(pieces: AsyncIterator[str], split: Callable[[str], list[str]]) -> AsyncIterator[str]:
    """The sentences of a text that comes in pieces, each as soon as the next one has begun. `split`: the sentences of a whole text."""
    text = ""
    async for piece in pieces:
        text += piece
        *complete, last = split(text) or [""]
        for sentence in complete:
            yield sentence
        text = text[text.rindex(last) :]
    for sentence in split(text):
        yield sentence


@dataclass
class Spoken:
    """What is known of a reply: its sentences, and after how many samples each has ended."""

    sentences: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """Of those that are generated, and as far as they are."""

    @property
    def text(self) -> str:
        """The text as far as it is known."""
        return " ".join(self.sentences)

    def heard(self, samples: int) -> str:
        """The words in the first `samples` samples. The words of a sentence are taken to be equally long."""
        said, begin = [], 0
        for sentence, end in zip(self.sentences, self.ends, strict=False):
            words = sentence.split()
            said += words[: len(words) * max(0, min(samples, end) - begin) // max(1, end - begin)]
            begin = end
        return " ".join(said)


class Speech:
    """A reply while it is spoken: its samples and its words."""

    def __init__(self, speak: SpeakPart, text: str | AsyncIterator[str], voice: str = "", **names: object) -> None:
        """`text`: the whole text, or its pieces as they are made. `voice`: as `say` takes it. `names`: device and session, for the log."""
        self._speak, self._voice, self._names = speak, voice, names
        self.spoken = Spoken(speak.sentences(text) if isinstance(text, str) else [])
        """The words in the samples up to any offset."""
        self._more = None if isinstance(text, str) else sentences(text, speak.sentences)

    async def begin(self) -> None:
        """Wait for the first sentence. Raises ReplyError, also if there is none."""
        if not self.spoken.sentences and not await self._next_sentence():
            raise ReplyError("it answered nothing", NO_ANSWER)

    @property
    def text(self) -> str:
        """The text as far as it is known."""
        return self.spoken.text

    async def blocks(self) -> AsyncIterator[Samples]:
        """The samples in blocks of at most BLOCK. Each sentence is generated when its first block is read."""
        end = at = 0
        while at < len(self.spoken.sentences) or await self._sentence_after_the_first():
            self.spoken.ends.append(end)
            async for samples in self._speak.say(self.spoken.sentences[at], self._voice):
                end += len(samples)
                self.spoken.ends[at] = end
                for begin in range(0, len(samples), BLOCK):
                    yield samples[begin : begin + BLOCK]
            at += 1

    async def _next_sentence(self) -> bool:
        sentence = None if self._more is None else await anext(self._more, None)
        if sentence is None:
            return False
        self.spoken.sentences.append(sentence)
        return True

    async def _sentence_after_the_first(self) -> bool:
        """Whether there is one. If the part that replies fails now, the sentence is the one that says so."""
        try:
            found = await self._next_sentence()
        except ReplyError as error:
            log.warning("reply stopped in the middle", **self._names, reason=str(error))
            self._more = None
            self.spoken.sentences.append(error.spoken)
            found = True
        if found:
            log.info("answers", **self._names, text=self.spoken.sentences[-1])
        return found
