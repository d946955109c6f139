"""Tries each part of the configured brain for real: it speaks a question, hears it, and answers it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import numpy as np

from tars.brains import BrainSettings, Caller
from tars.brains.echo import EchoBrain
from tars.brains.registry import BRAINS, make_brain, make_part, read_composition, with_defaults
from tars.errors import BrainError, ConfigError
from tars.runtime import clock
from tars.runtime.doctor import Check
from tars.samples import RATE, Samples

QUESTION = "What time is it?"


async def examine(brain: str, settings: BrainSettings) -> Sequence[Check]:
    """The checks of a brain, by its name or its parts. Takes a few seconds."""
    if brain in BRAINS:
        return [await _check("brain", partial(_try, brain, settings))]
    try:
        composition = read_composition(brain)
    except ConfigError as error:
        return [Check("brain", False, str(error))]
    trial = _Trial(with_defaults(composition, settings))
    return [
        *[await _check(f"speak {name}", partial(trial.speak, name)) for name in composition.speak],
        *[await _check(f"hear {name}", partial(trial.hear, name)) for name in composition.hear],
        *[await _check(f"reply {name}", partial(trial.reply, name)) for name in composition.reply],
        *([await _check("personas", lambda: _prepare(brain, settings))] if settings.personas else []),
    ]


async def _check(name: str, look: Callable[[], Awaitable[str]]) -> Check:
    try:
        return Check(name, True, await look())
    except (ConfigError, BrainError) as error:
        return Check(name, False, str(error))


async def _try(brain: str, settings: BrainSettings) -> str:
    """Have a brain answer that is not composed of parts."""
    made = make_brain(brain, settings)
    if isinstance(made, EchoBrain):
        return "EchoBrain needs no package and no model"
    from tars.brains.realtime.brain import RealtimeBrain
    from tars.brains.realtime.doctor import converse

    assert isinstance(made, RealtimeBrain), "the registry has no other"
    return await converse(made, QUESTION)


async def _prepare(brain: str, settings: BrainSettings) -> str:
    """Whether the parts have the voices and languages of the personas."""
    made = make_brain(brain, settings)
    await made.warm()
    await made.close()
    return f"the brain has the voice and the language of {', '.join(persona.name for persona in settings.personas)}"


class _Trial:
    """One question, spoken, heard and answered."""

    def __init__(self, settings: BrainSettings) -> None:
        self._settings = settings
        self._spoken: Samples = np.zeros(RATE, np.int16)
        """The question; silence if the voice does not speak."""

    @asynccontextmanager
    async def _loaded(self, kind: str, name: str) -> AsyncIterator[Any]:
        part = make_part(kind, name, self._settings)
        await part.warm()
        try:
            yield part
        finally:
            await part.close()

    async def speak(self, name: str) -> str:
        async with self._loaded("speak", name) as part:
            began = clock.now()
            self._spoken = np.concatenate([samples async for samples in part.say(QUESTION)])
            return f"spoke {len(self._spoken) / RATE:.1f} s of sound in {clock.now() - began:.2f} s"

    async def hear(self, name: str) -> str:
        async with self._loaded("hear", name) as part:
            began = clock.now()
            text = await part.recognise("doctor", self._spoken)
            return f"heard “{text}” in {clock.now() - began:.2f} s"

    async def reply(self, name: str) -> str:
        """Raises ReplyError with what to do."""
        from tars.brains.parts import Question
        from tars.brains.reply.timers import Timers

        async with self._loaded("reply", name) as part:
            timers = Timers()
            dialogue = part.open(Caller("doctor", "doctor", lambda _label: None), timers)
            began = clock.now()
            try:
                reply = await dialogue.reply(Question(QUESTION, (), "doctor/1"))
                if reply is None:
                    return f"left “{QUESTION}” to the next part, after {clock.now() - began:.2f} s"
                text = reply.text if isinstance(reply.text, str) else "".join([piece async for piece in reply.text])
            finally:
                await dialogue.close()
                timers.close()
            return f"answered “{' '.join(text.split())}” in {clock.now() - began:.2f} s"
