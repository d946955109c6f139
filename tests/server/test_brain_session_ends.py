"""How a session's brain comes to an end: suspended, to go on in another talk, or failed."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from tars.brains import Caller
from tars.core.effects import BeginTurn, CancelReply, Feed, Gap, ReplyHeard
from tars.errors import BrainError
from tars.generated.server import events
from tars.samples import BLOCK, RATE, WIDTH, to_pcm
from tars.server import brain_session
from tars.server.brain_session import BrainSnapshot
from tars.testing import ScriptedBrain, ScriptedConversation, Turn
from tests.in_process import until
from tests.server.talking import ANSWER, SESSION, FailingBrain, LongSpeech, Talking, talking
from tests.sounds import noise, read_wav

# --- coming to rest, and going on ------------------------------------------------------------------------------------------------


def recordings(folder: Path) -> list[int]:
    """When each recording was written."""
    return [path.stat().st_mtime_ns for path in folder.iterdir()]


def test_an_utterance_goes_on_in_the_next_talk_as_if_nothing_had_been(tmp_path: Path) -> None:
    async def main() -> None:
        first, second = ScriptedBrain(Turn(speech=2 * RATE)), ScriptedBrain(Turn(speech=2 * RATE, sound=ANSWER))
        spoken = noise(3)
        async with talking(first, record=tmp_path) as talk:
            talk.begin(4, wake=500)
            talk.feed(spoken[:RATE], turn=4)
            suspended = await talk.talk.suspend()
            assert talk.task.done()
            assert first.conversations[0].closed
            assert suspended == BrainSnapshot(4, 500, to_pcm(spoken[:RATE]), complete=False)
        assert recordings(tmp_path) == [], "it is not over"
        async with talking(second, record=tmp_path, resumed=suspended) as talk:
            talk.feed(spoken[RATE:], turn=4)
            assert (await talk.posts(events.ReplyEnded)).turn == 4
            assert talk.of(events.SpeechEnded) == [events.SpeechEnded(SESSION, 4)]
            assert second.conversations[0].wakes == [500]
        (heard,) = second.conversations[0].heard
        assert to_pcm(spoken).startswith(heard)
        assert 2 * RATE <= len(heard) // WIDTH < 2 * RATE + BLOCK
        assert to_pcm(read_wav(tmp_path / f"kitchen-{SESSION}-4.wav")) == heard

    asyncio.run(main())


def test_what_comes_while_a_talk_comes_to_rest_is_for_the_next() -> None:
    async def main() -> None:
        telling = LongSpeech(30, wait_at=10)
        async with talking(telling) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            await until(lambda: len(talk.said) >= 10 * RATE * WIDTH)
            rest = asyncio.create_task(talk.talk.suspend())
            await asyncio.to_thread(lambda: None)
            talk.talk.tell(CancelReply(SESSION, 100))  # the user interrupts
            talk.begin(2)
            talk.feed(heard := noise(0.5, seed=2), turn=2)
            telling.go_on.set()
            suspended = await rest
            assert (suspended.turn, suspended.utterance, suspended.complete) == (2, to_pcm(heard), False)
        brain = ScriptedBrain(Turn(speech=99 * RATE))
        async with talking(brain, resumed=suspended) as talk:
            await until(lambda: brain.conversations and brain.conversations[0].heard == [to_pcm(heard)])

    asyncio.run(main())


def test_what_is_told_after_the_brain_was_closed_is_kept_too() -> None:
    class Slow(ScriptedConversation):
        """Takes its time to close."""

        async def close(self) -> None:
            (talk,) = talks
            talk.talk.tell(Feed(SESSION, 1, 0, to_pcm(ANSWER)))
            talk.talk.tell(Gap(SESSION, 1, 0, 100))
            talk.talk.tell(BeginTurn(SESSION, 2, 70, 7))
            talk.talk.tell(Feed(SESSION, 2, 70, to_pcm(ANSWER)))

    class SlowBrain(ScriptedBrain):
        async def open(self, caller: Caller) -> Slow:
            return Slow(caller, (Turn(),))

    async def main() -> None:
        async with talking(SlowBrain()) as talk:
            talks.append(talk)
            talk.begin(1)
            suspended = await talk.talk.suspend()
            assert suspended == BrainSnapshot(2, 7, to_pcm(ANSWER), complete=False, silent=-7)

    talks: list[Talking] = []
    asyncio.run(main())


def test_a_thought_is_given_up_and_the_next_talk_answers_whatever_its_brain_thinks_of_the_end() -> None:
    async def main() -> None:
        async with talking(ScriptedBrain(Turn(thought=asyncio.Event()))) as talk:
            talk.begin(1)
            talk.feed(spoken := noise(1))
            await talk.posts(events.SpeechEnded)
            suspended = await talk.talk.suspend()
            assert talk.of(events.ReplyStarted) == talk.of(events.ReplyEnded) == talk.of(events.BrainFailed) == []
            assert suspended.complete
            assert to_pcm(spoken).startswith(suspended.utterance)
        for patient in (RATE, 99 * RATE):
            brain = ScriptedBrain(Turn(speech=patient, sound=ANSWER))
            async with talking(brain, resumed=suspended) as talk:
                talk.feed(noise(1, seed=5))  # nobody listens
                await talk.posts(events.ReplyEnded)
                assert talk.said == to_pcm(ANSWER)
                assert brain.conversations[0].heard == [suspended.utterance]
                assert len(talk.of(events.SpeechEnded)) == 1

    asyncio.run(main())


def test_a_reply_is_made_to_its_end_without_waiting_for_the_ear(tmp_path: Path) -> None:
    async def main() -> None:
        brain = LongSpeech(60, ends=True)
        async with talking(brain, record=tmp_path) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            await until(lambda: brain.made >= brain_session.AHEAD * RATE)
            suspended = await talk.talk.suspend()
            assert talk.said == to_pcm(brain.sound)
            assert len(talk.of(events.ReplyEnded)) == 1
            assert (suspended.turn, suspended.utterance, suspended.complete) == (1, b"", True)
        written = recordings(tmp_path)
        assert len(written) == 1
        following = ScriptedBrain()
        async with talking(following, record=tmp_path, resumed=suspended) as talk:
            talk.talk.tell(ReplyHeard(SESSION, 1, 60 * RATE))
            talk.begin(2)  # it has been heard
            assert await talk.posts(events.EndPhrase) == events.EndPhrase(SESSION)
            await talk.settles()
            assert following.conversations[0].heard == [b""], "there was nothing to hear again"
        assert recordings(tmp_path) == written

    asyncio.run(main())


def test_a_reply_that_takes_too_long_is_cut_and_has_an_end(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(brain_session, "SUSPEND_LIMIT", 0.01)

    async def main() -> None:
        async with talking(LongSpeech(60, wait_at=2)) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            await until(lambda: len(talk.said) >= 2 * RATE * WIDTH)
            suspended = await talk.talk.suspend()
            assert talk.posted[-1] == events.ReplyEnded(SESSION, 1)
            assert suspended.complete
            assert suspended.utterance == b""

    asyncio.run(main())
    (warning,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert warning.getMessage() == "reply cut short: the server stops"
    assert vars(warning)["values"]["samples"] == 2 * RATE


@pytest.mark.parametrize("given", [None, BrainSnapshot(3, 8, to_pcm(ANSWER), complete=False, silent=5)])
def test_a_talk_whose_brain_has_not_opened_is_suspended_as_it_began(given: BrainSnapshot | None) -> None:
    async def main() -> None:
        for started in (False, True):
            async with talking(ScriptedBrain(opens=asyncio.Event()), resumed=given) as talk:
                if started:
                    await asyncio.to_thread(lambda: None)
                assert await talk.talk.suspend() == (given or BrainSnapshot(0, 0, b"", complete=False))
                assert talk.task.done()
                assert talk.posted == []

    asyncio.run(main())


def test_patience_is_not_spent_again_by_what_is_heard_again() -> None:
    async def main() -> None:
        async with talking(ScriptedBrain(Turn(silence=99 * RATE)), session_timeout=2) as talk:
            talk.begin(1)
            talk.feed(noise(1.6))
            talk.talk.tell(Gap(SESSION, 1, 0, 10 * RATE))
            await talk.settles()
            suspended = await talk.talk.suspend()
        async with talking(ScriptedBrain(Turn(silence=99 * RATE)), session_timeout=2, resumed=suspended) as talk:
            talk.feed(noise(0.4)[:-1])
            await talk.posts(events.BrainReady)
            await talk.settles()
            assert talk.of(events.UserSilent) == []
            talk.feed(noise(0.08)[:1])
            await talk.posts(events.UserSilent)

    asyncio.run(main())


def test_a_talk_that_has_failed_can_be_suspended() -> None:
    async def main() -> None:
        async with talking(FailingBrain("hear", RuntimeError("lost"))) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            await talk.posts(events.BrainFailed)
            await talk.talk.suspend()
            assert len(talk.of(events.BrainFailed)) == 1

    asyncio.run(main())


# --- brains that fail ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [BrainError("it lost the thread"), RuntimeError("it lost the thread"), KeyError("thread"), ValueError()])
@pytest.mark.parametrize("where", ["open", "begin", "hear", "answer", "speech", "interrupted"])
def test_whatever_a_brain_raises_is_reported_as_its_failure_and_nothing_else_happens(
    where: str, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        brain = FailingBrain(where, error)
        async with talking(brain) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            if where == "interrupted":
                await talk.posts(events.ReplyEnded)
                talk.talk.tell(CancelReply(SESSION, 10))
            failed = await talk.posts(events.BrainFailed)
            assert failed == events.BrainFailed(SESSION, str(error) or "ValueError")
            await talk.task
            assert all(opened.closed for opened in brain.opened)

    with caplog.at_level(logging.INFO, "tars"):
        asyncio.run(main())
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert (record.exc_info is None) == isinstance(error, BrainError), "a brain that explains itself needs no traceback"


def test_a_brain_that_cannot_even_be_closed_ends_nothing_but_its_session() -> None:
    async def main() -> None:
        async with talking(FailingBrain("close", RuntimeError("stuck"))) as talk:
            await talk.posts(events.BrainReady)
            await talk.end()
            assert talk.of(events.BrainFailed)
            assert talk.task.cancelled() or talk.task.exception() is None

    asyncio.run(main())


def test_a_session_that_ends_while_its_brain_opens_ends_the_opening() -> None:
    async def main() -> None:
        brain = ScriptedBrain(opens=asyncio.Event())
        async with talking(brain) as talk:
            await asyncio.to_thread(lambda: None)
            await talk.end()
            assert talk.task.cancelled()
            assert talk.posted == []

    asyncio.run(main())
