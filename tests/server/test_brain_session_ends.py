"""The ends of a brain session: suspended, to continue in another one, or failed."""

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
from tars.server.reply_pace import AHEAD
from tars.server.snapshots import BrainSnapshot
from tars.testing import ScriptedBrain, ScriptedConversation, Turn
from tests.in_process import until
from tests.server.brain_session_bench import ANSWER, SESSION, Bench, FailingBrain, LongSpeech, running
from tests.sounds import noise, read_wav

# --- suspended and continued ----------------------------------------------------------------------------------------------------


def recordings(folder: Path) -> list[int]:
    """When each recording was written."""
    return [path.stat().st_mtime_ns for path in folder.iterdir()]


def test_an_utterance_continues_in_the_next_brain_session_without_loss(tmp_path: Path) -> None:
    async def main() -> None:
        first, second = ScriptedBrain(Turn(speech=2 * RATE)), ScriptedBrain(Turn(speech=2 * RATE, sound=ANSWER))
        spoken = noise(3)
        async with running(first, record=tmp_path) as bench:
            bench.begin(4, wake=500)
            bench.feed(spoken[:RATE], turn=4)
            suspended = await bench.session.suspend()
            assert bench.task.done()
            assert first.conversations[0].closed
            assert suspended == BrainSnapshot(4, 500, to_pcm(spoken[:RATE]), complete=False, at=4_000)
        assert recordings(tmp_path) == [], "it is not over"
        async with running(second, record=tmp_path, resumed=suspended) as bench:
            bench.feed(spoken[RATE:], turn=4)
            assert (await bench.posts(events.ReplyEnded)).turn == 4
            assert bench.of(events.SpeechEnded) == [events.SpeechEnded(SESSION, 4)]
            assert second.conversations[0].wakes == [500]
            assert first.conversations[0].begins == second.conversations[0].begins == [4_000]
        (heard,) = second.conversations[0].heard
        assert to_pcm(spoken).startswith(heard)
        assert 2 * RATE <= len(heard) // WIDTH < 2 * RATE + BLOCK
        assert to_pcm(read_wav(tmp_path / f"kitchen-{SESSION}-4.wav")) == heard

    asyncio.run(main())


def test_effects_that_come_during_the_suspension_are_for_the_next_brain_session() -> None:
    async def main() -> None:
        telling = LongSpeech(30, wait_at=10)
        async with running(telling) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            await until(lambda: len(bench.said) >= 10 * RATE * WIDTH)
            rest = asyncio.create_task(bench.session.suspend())
            await asyncio.to_thread(lambda: None)
            bench.session.post(CancelReply(SESSION, 100))  # the user interrupts
            bench.begin(2)
            bench.feed(heard := noise(0.5, seed=2), turn=2)
            telling.go_on.set()
            suspended = await rest
            assert (suspended.turn, suspended.utterance, suspended.complete) == (2, to_pcm(heard), False)
        brain = ScriptedBrain(Turn(speech=99 * RATE))
        async with running(brain, resumed=suspended) as bench:
            await until(lambda: brain.conversations and brain.conversations[0].heard == [to_pcm(heard)])

    asyncio.run(main())


def test_effects_that_come_after_the_brain_was_closed_are_kept() -> None:
    class Slow(ScriptedConversation):
        """Gets more effects while it closes."""

        async def close(self) -> None:
            (bench,) = benches
            bench.session.post(CancelReply(SESSION, 700))
            bench.session.post(Feed(SESSION, 1, 0, to_pcm(ANSWER)))
            bench.session.post(Gap(SESSION, 1, 0, 100))
            bench.session.post(BeginTurn(SESSION, 2, 70, 7))
            bench.session.post(Feed(SESSION, 2, 70, to_pcm(ANSWER)))

        def memory(self) -> str:
            return f"heard up to {self.interruptions}"

    class SlowBrain(ScriptedBrain):
        async def open(self, caller: Caller) -> Slow:
            return Slow(caller, (Turn(),))

    async def main() -> None:
        async with running(SlowBrain()) as bench:
            benches.append(bench)
            bench.begin(1)
            suspended = await bench.session.suspend()
            assert suspended == BrainSnapshot(2, 7, to_pcm(ANSWER), complete=False, silent=-7, at=70, memory="heard up to [700]")

    benches: list[Bench] = []
    asyncio.run(main())


def test_an_answer_that_has_not_begun_is_cancelled_and_the_next_brain_session_gives_it() -> None:
    async def main() -> None:
        async with running(ScriptedBrain(Turn(thought=asyncio.Event()))) as bench:
            bench.begin(1)
            bench.feed(spoken := noise(1))
            await bench.posts(events.SpeechEnded)
            suspended = await bench.session.suspend()
            assert bench.of(events.ReplyStarted) == bench.of(events.ReplyEnded) == bench.of(events.BrainFailed) == []
            assert suspended.complete
            assert to_pcm(spoken).startswith(suspended.utterance)
        for patient in (RATE, 99 * RATE):
            brain = ScriptedBrain(Turn(speech=patient, sound=ANSWER))
            async with running(brain, resumed=suspended) as bench:
                bench.feed(noise(1, seed=5))  # the utterance is complete
                await bench.posts(events.ReplyEnded)
                assert bench.said == to_pcm(ANSWER)
                assert brain.conversations[0].heard == [suspended.utterance]
                assert len(bench.of(events.SpeechEnded)) == 1

    asyncio.run(main())


def test_a_reply_is_generated_to_its_end_without_waiting_for_playback(tmp_path: Path) -> None:
    async def main() -> None:
        brain = LongSpeech(60, ends=True)
        async with running(brain, record=tmp_path) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            await until(lambda: brain.made >= AHEAD * RATE)
            suspended = await bench.session.suspend()
            assert bench.said == to_pcm(brain.sound)
            assert len(bench.of(events.ReplyEnded)) == 1
            assert (suspended.turn, suspended.utterance, suspended.complete) == (1, b"", True)
        written = recordings(tmp_path)
        assert len(written) == 1
        following = ScriptedBrain()
        async with running(following, record=tmp_path, resumed=suspended) as bench:
            bench.session.post(ReplyHeard(SESSION, 1, 60 * RATE))
            bench.begin(2)  # the reply has been played
            assert await bench.posts(events.EndPhrase) == events.EndPhrase(SESSION)
            await bench.settles()
            assert following.conversations[0].heard == [b""], "there was nothing to hear again"
        assert recordings(tmp_path) == written

    asyncio.run(main())


def test_a_reply_that_takes_too_long_is_cut_and_has_an_end(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(brain_session, "REPLY_LIMIT", 0.01)

    async def main() -> None:
        async with running(LongSpeech(60, wait_at=2)) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            await until(lambda: len(bench.said) >= 2 * RATE * WIDTH)
            suspended = await bench.session.suspend()
            assert bench.posted[-1] == events.ReplyEnded(SESSION, 1)
            assert suspended.complete
            assert suspended.utterance == b""

    asyncio.run(main())
    (warning,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert warning.getMessage() == "reply cut short: the server stops"
    assert vars(warning)["values"]["samples"] == 2 * RATE


@pytest.mark.parametrize("given", [None, BrainSnapshot(3, 8, to_pcm(ANSWER), complete=False, silent=5, at=9)])
def test_a_brain_session_whose_brain_has_not_opened_is_suspended_as_it_began(given: BrainSnapshot | None) -> None:
    async def main() -> None:
        for started in (False, True):
            async with running(ScriptedBrain(opens=asyncio.Event()), resumed=given) as bench:
                if started:
                    await asyncio.to_thread(lambda: None)
                assert await bench.session.suspend() == (given or BrainSnapshot(0, 0, b"", complete=False))
                assert bench.task.done()
                assert bench.posted == []

    asyncio.run(main())


def test_samples_that_are_heard_again_do_not_count_again_towards_the_timeout() -> None:
    async def main() -> None:
        async with running(ScriptedBrain(Turn(silence=99 * RATE)), session_timeout=2) as bench:
            bench.begin(1)
            bench.feed(noise(1.6))
            bench.session.post(Gap(SESSION, 1, 0, 10 * RATE))
            await bench.settles()
            suspended = await bench.session.suspend()
        async with running(ScriptedBrain(Turn(silence=99 * RATE)), session_timeout=2, resumed=suspended) as bench:
            bench.feed(noise(0.4)[:-1])
            await bench.posts(events.BrainReady)
            await bench.settles()
            assert bench.of(events.UserSilent) == []
            bench.feed(noise(0.08)[:1])
            await bench.posts(events.UserSilent)

    asyncio.run(main())


def test_a_brain_session_that_has_failed_can_be_suspended() -> None:
    async def main() -> None:
        async with running(FailingBrain("hear", RuntimeError("lost"))) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            await bench.posts(events.BrainFailed)
            await bench.session.suspend()
            assert len(bench.of(events.BrainFailed)) == 1

    asyncio.run(main())


# --- brains that fail ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [BrainError("it lost the thread"), RuntimeError("it lost the thread"), KeyError("thread"), ValueError()])
@pytest.mark.parametrize("where", ["open", "begin", "hear", "answer", "speech", "interrupted"])
def test_any_error_of_a_brain_is_reported_as_brain_failed_and_has_no_other_effect(
    where: str, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        brain = FailingBrain(where, error)
        async with running(brain) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            if where == "interrupted":
                await bench.posts(events.ReplyEnded)
                bench.session.post(CancelReply(SESSION, 10))
            failed = await bench.posts(events.BrainFailed)
            assert failed == events.BrainFailed(SESSION, str(error) or "ValueError")
            await bench.task
            assert all(opened.closed for opened in brain.opened)

    with caplog.at_level(logging.INFO, "tars"):
        asyncio.run(main())
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert (record.exc_info is None) == isinstance(error, BrainError), "a brain that explains itself needs no traceback"


def test_a_brain_that_fails_to_close_ends_only_its_session() -> None:
    async def main() -> None:
        async with running(FailingBrain("close", RuntimeError("stuck"))) as bench:
            await bench.posts(events.BrainReady)
            await bench.end()
            assert bench.of(events.BrainFailed)
            assert bench.task.cancelled() or bench.task.exception() is None

    asyncio.run(main())


def test_a_session_that_ends_while_its_brain_opens_cancels_the_opening() -> None:
    async def main() -> None:
        brain = ScriptedBrain(opens=asyncio.Event())
        async with running(brain) as bench:
            await asyncio.to_thread(lambda: None)
            await bench.end()
            assert bench.task.cancelled()
            assert bench.posted == []

    asyncio.run(main())
