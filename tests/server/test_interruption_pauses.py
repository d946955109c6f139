"""What is said over a reply and has no end yet when its pause is over: a cough, or words that are recognised late."""

from __future__ import annotations

import asyncio

from tars.brains import Caller, Hearing
from tars.generated.server import events
from tars.samples import Samples
from tars.testing import ScriptedBrain, ScriptedConversation, Turn
from tests.server.brain_session_bench import ANSWER, running
from tests.server.test_interruption import QUESTION, SHORT, over, speaking
from tests.sounds import noise


class Coughing(ScriptedBrain):
    """What is said over a reply is SHORT and has no end of its own."""

    def __init__(self, words: str, recognised: asyncio.Event) -> None:
        super().__init__()
        self.words, self.recognised = words, recognised

    async def open(self, caller: Caller) -> ScriptedConversation:
        brain = self

        class Coughed(ScriptedConversation):
            ends = False

            def hear(self, samples: Samples) -> Hearing:
                hearing = super().hear(samples)
                if hearing is Hearing.COMPLETE and len(self.wakes) == 2 and not self.ends:
                    return Hearing.SILENCE
                return hearing

            async def words(self) -> str:
                await brain.recognised.wait()
                self.ends = True  # as recognised words do
                return brain.words

        self.conversations.append(Coughed(caller, (QUESTION, Turn(speech=SHORT, sound=ANSWER))))
        return self.conversations[-1]


def test_after_a_cough_the_reply_goes_on_once_its_pause_is_over_and_has_no_words() -> None:
    async def main() -> None:
        recognised = asyncio.Event()
        recognised.set()
        async with running(Coughing("", recognised)) as bench:
            await speaking(bench)
            over(bench)
            bench.feed(noise(1)[:SHORT], turn=2)
            await bench.posts(events.InterruptionFalse)

    asyncio.run(main())


def test_words_that_are_recognised_late_are_waited_for_and_interrupt_once() -> None:
    async def main() -> None:
        recognised = asyncio.Event()
        async with running(Coughing("what time is it", recognised)) as bench:
            await speaking(bench)
            over(bench)
            bench.feed(noise(1), turn=2)
            await bench.settles()
            assert bench.of(events.InterruptionFalse) == []
            recognised.set()
            await bench.posts(events.InterruptionMeant)
            bench.feed(noise(1), turn=2)
            await bench.settles()
            assert len(bench.of(events.InterruptionMeant)) == 1
            assert bench.of(events.InterruptionFalse) == []

    asyncio.run(main())
