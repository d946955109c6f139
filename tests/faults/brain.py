"""A brain with the echo brain's ears and answers, and with the pace of a real one: it thinks, and its speech is made as it is spoken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from tars.brains import BrainSettings, Caller, Reply
from tars.brains.echo import EchoBrain, EchoConversation
from tars.runtime import clock
from tars.runtime.log import log
from tars.samples import RATE, Samples

NAME = "slow_echo"
TAKEN = "speech was taken"
"""In the log, once for each answer."""
THINKS = 2.0
"""Seconds from the end of the utterance to the reply."""
PACE = 1.25
"""Seconds of speech made in a second: so a fault in the middle of a reply meets speech that is played, sent, and not yet made."""


class SlowEchoConversation(EchoConversation):
    """Answers as the echo brain does, later and slower."""

    async def answer(self) -> Reply:
        """What was heard, after a while."""
        reply = await super().answer()
        if not reply.text:
            return reply
        await clock.sleep_until(clock.now() + THINKS)
        return replace(reply, speech=paced(reply.speech))


class SlowEcho(EchoBrain):
    """Opens slow conversations."""

    def __init__(self, settings: BrainSettings) -> None:
        """There is nothing to set."""
        super().__init__(settings)

    async def open(self, caller: Caller) -> EchoConversation:
        """A conversation, always."""
        return SlowEchoConversation()


async def paced(speech: AsyncIterator[Samples]) -> AsyncIterator[Samples]:
    """The same blocks, each when a voice of that pace would have made it. Says in the log how many samples were taken."""
    began, made, taken = clock.now(), 0, 0
    try:
        async for block in speech:
            made += len(block)
            await clock.sleep_until(began + made / RATE / PACE)
            taken = made
            yield block
    finally:
        log.info(TAKEN, samples=taken)
