"""Several parts that speak, as one: when one fails, the next one speaks the sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping

from tars.brains.parts import SpeakPart
from tars.errors import BrainError, ConfigError
from tars.runtime import clock
from tars.runtime.log import log
from tars.samples import Samples

PAUSE = 60.0
"""Seconds for which a part that failed is not asked. Without it, each sentence would wait for its failure."""


class SpeakInOrder:
    """The first part speaks. The others stand in for it."""

    def __init__(self, parts: Mapping[str, SpeakPart]) -> None:
        """`parts`: by name, at least one. Raises ConfigError if they have no language in common."""
        self._parts = dict(parts)
        limited = [set(part.languages) for part in parts.values() if part.languages]
        self.languages: Collection[str] = sorted(set.intersection(*limited)) if limited else ()
        """Those that every part speaks; none: any."""
        if limited and not self.languages:
            raise ConfigError(f"brain: the parts {', '.join(parts)} speak no language in common; leave one out")
        self._asked_again: dict[str, float] = {}
        """When a part that has failed may be asked again."""
        self._voices: dict[str, set[str]] = {}
        """The parts that have a voice, by its name."""

    async def warm(self) -> None:
        """Load what the parts need. Raises ConfigError."""
        for part in self._parts.values():
            await part.warm()

    async def load(self, voice: str) -> None:
        """Load a voice where it is known. A part that does not have it speaks with its own one. Raises ConfigError if none has it."""
        problems: list[ConfigError] = []
        self._voices[voice] = set()
        for name, part in self._parts.items():
            try:
                await part.load(voice)
                self._voices[voice].add(name)
            except ConfigError as error:
                problems.append(error)
        if len(problems) == len(self._parts):
            raise ConfigError("; ".join(map(str, problems)))

    def sentences(self, text: str) -> list[str]:
        """The sentences, as the first part splits the text."""
        return next(iter(self._parts.values())).sentences(text)

    async def say(self, sentence: str, voice: str = "") -> AsyncIterator[Samples]:
        """The samples of the first part that does not fail. A part that takes over says the whole sentence. Raises BrainError."""
        *_, last = self._parts
        for name, part in self._parts.items():
            if name != last and clock.now() < self._asked_again.get(name, 0.0):
                continue
            try:
                async for samples in part.say(sentence, voice if name in self._voices.get(voice, ()) else ""):
                    yield samples
            except BrainError as error:
                if name == last:
                    raise
                self._asked_again[name] = clock.now() + PAUSE
                log.warning("speech failed", part=name, reason=str(error), pause=PAUSE)
            else:
                return

    async def close(self) -> None:
        """End what the parts do."""
        for part in self._parts.values():
            await part.close()
