"""A brain that is one speech-to-speech service."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from tars.brains import Caller
from tars.brains.hear.silero import SileroModel
from tars.brains.parts import SpeakPart
from tars.brains.personas import Personas
from tars.brains.realtime.conversation import RealtimeConversation
from tars.brains.realtime.line import Line, Past, SetUp
from tars.brains.realtime.reserve import Reserve
from tars.brains.realtime.tools import END, Toolbox, make_toolbox
from tars.brains.reply.intents.understanding.names import Names
from tars.brains.reply.llm.prompt import prompt_of
from tars.brains.reply.timers import Timers
from tars.errors import BrainError, ConfigError
from tars.runtime.persona_settings import Persona
from tars.runtime.realtime_settings import RealtimeSettings

VOICE = "hibari"
"""The part that says what the service cannot: that it is not there, and what the server says first."""


class RealtimeBrain:
    """Opens conversations. It keeps a line open for each persona."""

    def __init__(self, line: type[Line], service: RealtimeSettings, speak: SpeakPart, personas: Sequence[Persona] = ()) -> None:
        """`line`: how to talk with the service. `speak`: what says what the service cannot. Nothing is opened yet. Raises ConfigError."""
        self._line, self._service, self._speak = line, service, speak
        self._personas = Personas(personas)
        self._timers: defaultdict[str, Timers] = defaultdict(Timers)
        self._loading = asyncio.Lock()
        self._silero: SileroModel | None = None
        self._toolbox = Toolbox({})
        self._reserves: dict[str, Reserve] = {}

    async def warm(self) -> None:
        """Load the models, find the tools, and begin to open lines. The service need not be there. Raises ConfigError."""
        async with self._loading:
            if self._silero is not None:
                return
            self._toolbox = await make_toolbox(self._service)
            self._line.check(self._service, self._toolbox.offers)
            await self._speak.warm()
            self._silero = await asyncio.to_thread(SileroModel)
            for persona in self._personas.all:
                self._reserves[persona.name] = Reserve(partial(self._dial, persona))
                self._reserves[persona.name].start()

    async def open(self, caller: Caller) -> RealtimeConversation:
        """A conversation, at once. Its line is opened meanwhile, if none is open. Raises BrainError if a model cannot be loaded."""
        try:
            await self.warm()
        except ConfigError as error:
            raise BrainError(str(error)) from error
        if self._silero is None:
            raise BrainError("the brain is not ready")
        persona = self._personas.woken_by(caller.wake_word, self._personas.default)
        timers = self._timers[caller.device] if caller.timers is None else caller.timers()
        names = Names(caller.wake_word, self._personas.wake_words)
        reserve = self._reserves[persona.name]
        return RealtimeConversation(
            reserve, self._toolbox, self._speak, self._silero, caller, timers, persona, names, self._service.timeout
        )

    async def close(self) -> None:
        """Close the lines that are kept, and cancel all timers."""
        for reserve in self._reserves.values():
            await reserve.close()
        for timers in self._timers.values():
            timers.close()
        await self._speak.close()

    async def _dial(self, persona: Persona, past: Past) -> Line:
        prompt = prompt_of(persona, self._service.prompt)
        if persona.end_phrases:
            prompt += f" Call {END} when the user says: {'; '.join(persona.end_phrases)}. Then say: {persona.farewell}"
        wanted = SetUp(prompt, persona.voice or self._service.voice, persona.language, self._toolbox.offers)
        return await self._line.open(self._service, wanted, past)
