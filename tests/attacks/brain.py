"""A brain that hears and answers at the pace of a real one, without its models."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from tars.brains import Caller, Reply
from tars.brains.echo import EchoBrain, EchoConversation
from tars.runtime import clock
from tars.samples import BLOCK, RATE, Samples
from tests.sounds import noise

THINKS = 0.1
"""Seconds from the end of an utterance to the reply."""
ANSWER = 2.5
"""Seconds that a reply lasts."""
PACE = 1.25
"""Seconds of a reply that are made in a second."""
SLOW = "slow"
"""The beginning of the name of a device whose brain takes OPENING seconds to open."""
OPENING = 7.0
TIMERS = {"timers": 101, "patient": 1}
"""The beginning of a device's name -> so many timers are set by each utterance of it. They are due after RINGS_AFTER seconds."""
RINGS_AFTER = 1.5


class PacedConversation(EchoConversation):
    """Answers everything with the same speech, as fast as a voice makes it."""

    def __init__(self, caller: Caller) -> None:
        super().__init__()
        self._caller = caller

    async def answer(self) -> Reply:
        """The speech."""
        reply = await super().answer()
        if not reply.text:
            return reply
        for _ in range(next((count for name, count in TIMERS.items() if self._caller.device.startswith(name)), 0)):
            asyncio.get_running_loop().call_later(RINGS_AFTER, self._caller.ring, "tea")
        await clock.sleep_until(clock.now() + THINKS)
        return Reply(reply.heard, reply.text, paced(noise(ANSWER, seed=5)))


async def paced(speech: Samples) -> AsyncIterator[Samples]:
    """Blocks of it, each when a voice of that pace would have made it."""
    began = clock.now()
    for at in range(0, len(speech), BLOCK):
        await clock.sleep_until(began + at / RATE / PACE)
        yield speech[at : at + BLOCK]


class Paced(EchoBrain):
    """Opens paced conversations."""

    async def open(self, caller: Caller) -> EchoConversation:
        """A conversation; of some devices it takes long."""
        if caller.device.startswith(SLOW):
            await clock.sleep_until(clock.now() + OPENING)
        return PacedConversation(caller)
