"""A brain session in which the server speaks first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tars.brains import Caller
from tars.core.effects import CancelReply, ReplyHeard
from tars.engine import Event
from tars.generated.server import events
from tars.samples import RATE, WIDTH, Samples, to_pcm
from tars.server.brain_posts import ReplyAudio
from tars.server.push.announcements import Announcement
from tars.server.snapshots import BrainSnapshot
from tars.testing import ScriptedBrain, ScriptedConversation, Turn
from tests.server.brain_session_bench import ANSWER, SESSION, running
from tests.sounds import noise


def announcing(*, asks: bool = False) -> Announcement:
    return Announcement("a1", "kitchen", "Well?", asks, 0, 60)


@pytest.mark.parametrize(("asks", "begins"), [(False, events.AnnouncementStarted(SESSION, 1)), (True, events.QuestionStarted(SESSION, 1))])
def test_what_the_server_says_first_is_spoken_and_the_conversation_goes_on_after_it(asks: bool, begins: Event) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER))
        async with running(brain, announcing=announcing(asks=asks)) as bench:
            await bench.posts(events.ReplyEnded)
            assert bench.of(events.BrainReady) == bench.of(events.ReplyStarted) == []
            assert bench.of(type(begins)) == [begins]
            assert (brain.conversations[0].said, len(bench.said)) == (["Well?"], WIDTH * RATE // 2)
            bench.session.post(ReplyHeard(SESSION, 1, 100))
            bench.session.post(CancelReply(SESSION, 100))
            bench.begin(2)
            bench.feed(noise(1), turn=2)
            assert await bench.posts(events.ReplyEnded, 2) == events.ReplyEnded(SESSION, 2)
            assert bench.of(events.ReplyStarted) == [events.ReplyStarted(SESSION, 2)]

    asyncio.run(main())


def test_the_brain_does_not_reply_to_the_answer_to_a_question() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(heard=""), Turn(heard="Yes."))
        async with running(brain, announcing=announcing(asks=True), awaits_answer=True) as bench:
            await bench.posts(events.ReplyEnded)
            bench.begin(2)
            bench.feed(noise(1), turn=2)
            assert await bench.posts(events.ReplyEnded, 2) == events.ReplyEnded(SESSION, 2)
            assert len(bench.said) == WIDTH * RATE // 2, "without words there is no answer: the user has the floor again"
            bench.begin(3)
            bench.feed(noise(1), turn=3)
            assert await bench.posts(events.QuestionAnswered) == events.QuestionAnswered(SESSION, 3, "Yes.")
            assert len(bench.said) == WIDTH * RATE // 2

    asyncio.run(main())


def test_an_announcement_that_had_not_begun_is_spoken_by_the_next_server() -> None:
    async def main() -> None:
        async with running(ScriptedBrain(opens=asyncio.Event()), announcing=announcing()) as bench:
            snapshot = await bench.session.suspend()
            assert bench.posted == []
        async with running(ScriptedBrain(), announcing=announcing(), resumed=snapshot) as bench:
            await bench.posts(events.ReplyEnded)
            assert len(bench.said) == WIDTH * RATE // 2

    asyncio.run(main())


def test_an_announcement_that_is_cut_by_a_stop_fails_so_that_it_is_said_whole_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.server.brain_session.REPLY_LIMIT", 0)

    class Slow(ScriptedConversation):
        async def _endless(self) -> AsyncIterator[Samples]:
            yield noise(0.1)
            await asyncio.Event().wait()

        def say(self, text: str) -> AsyncIterator[Samples]:
            return self._endless()

    class SlowBrain(ScriptedBrain):
        async def open(self, caller: Caller) -> Slow:
            return Slow(caller, (Turn(),))

    async def main() -> None:
        async with running(SlowBrain(), announcing=announcing()) as bench:
            await bench.posts(ReplyAudio)
            await bench.session.suspend()
            assert bench.of(events.ReplyEnded) == []
            assert bench.of(events.BrainFailed) == [events.BrainFailed(SESSION, "the server stops")]

    asyncio.run(main())


def test_the_next_server_still_waits_for_the_answer_to_a_question() -> None:
    async def main() -> None:
        snapshot = BrainSnapshot(turn=2, wake=0, utterance=to_pcm(noise(0.5)), complete=False)
        brain = ScriptedBrain(Turn(heard="Yes."))
        async with running(brain, announcing=announcing(asks=True), awaits_answer=True, resumed=snapshot) as bench:
            bench.feed(noise(1), turn=2)
            assert await bench.posts(events.QuestionAnswered) == events.QuestionAnswered(SESSION, 2, "Yes.")
            assert bench.said == b""

    asyncio.run(main())
