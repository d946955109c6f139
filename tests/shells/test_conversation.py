"""One session's brain at work, with the core's side of it played by the test."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tars.core.effects import BeginTurn, CancelReply, Feed, Gap, ReplyHeard
from tars.errors import BrainError
from tars.generated.server import events
from tars.samples import BLOCK, RATE, WIDTH, Samples, to_pcm
from tars.shells import conversation
from tars.shells.brains import Brain, Caller, Hearing, Reply
from tars.shells.conversation import Note, Speak, Suspended, Talk
from tars.testing import ScriptedBrain, ScriptedConversation, Turn
from tests.in_process import until
from tests.shells.audio.manual_clock import ManualClock
from tests.sounds import noise, read_wav

SESSION = "a1b2"
ANSWER = noise(0.2, seed=8)


class Talking:
    """A talk, what it was told, and everything that it has posted."""

    def __init__(self, brain: Brain, timeout: float, record: Path | None, reports_heard: bool, resumed: Suspended | None) -> None:
        self.posted: list[object] = []
        self.talk = Talk(
            brain,
            Caller("kitchen", SESSION, print),
            self.posted.append,
            session_timeout=timeout,
            record=record,
            reports_heard=reports_heard,
            resumed=resumed,
        )
        self.task = asyncio.create_task(self.talk.run())

    def begin(self, turn: int, wake: int = 0) -> None:
        self.talk.tell(BeginTurn(SESSION, turn, 0, wake))

    def feed(self, samples: Samples, turn: int = 1) -> None:
        for at in range(0, len(samples), BLOCK):
            self.talk.tell(Feed(SESSION, turn, at, to_pcm(samples[at : at + BLOCK])))

    def of(self, kind: type[Any]) -> list[Any]:
        """What it has posted of this kind."""
        return [item for item in self.posted if isinstance(item, kind)]

    @property
    def said(self) -> bytes:
        """All that it has posted of its replies."""
        return b"".join(speech.pcm for speech in self.of(Speak))

    async def posts(self, kind: type[Any], times: int = 1) -> Any:
        """Wait for this; the last one."""
        await until(lambda: len(self.of(kind)) >= times or self.task.done())
        assert len(self.of(kind)) >= times, self.posted
        return self.of(kind)[times - 1]

    async def settles(self) -> None:
        """Wait until it has taken everything that it was told."""
        await until(self.talk._inbox.empty)
        await asyncio.to_thread(lambda: None)

    async def end(self) -> None:
        """The session is over."""
        self.task.cancel()
        await asyncio.wait([self.task])


@asynccontextmanager
async def talking(
    brain: Brain,
    *,
    session_timeout: float = 30,
    record: Path | None = None,
    reports_heard: bool = True,
    resumed: Suspended | None = None,
) -> AsyncIterator[Talking]:
    """A talk while this lasts."""
    talk = Talking(brain, session_timeout, record, reports_heard, resumed)
    try:
        yield talk
    finally:
        await talk.end()


def test_an_utterance_is_heard_and_answered_in_order() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER, heard="what", text="that"))
        async with talking(brain) as talk:
            await talk.posts(events.BrainReady)
            talk.begin(1, wake=500)
            talk.feed(noise(1))
            await talk.posts(events.ReplyEnded)
            kinds = [type(item) for item in talk.posted if not isinstance(item, Speak)]
            assert kinds == [events.BrainReady, events.SpeechEnded, Note, events.ReplyStarted, events.ReplyEnded]
            assert talk.of(Note)[0].values["heard"] == "what"
            assert b"".join(speech.pcm for speech in talk.of(Speak)) == to_pcm(ANSWER)
            assert {(speech.session, speech.turn) for speech in talk.of(Speak)} == {(SESSION, 1)}
            assert brain.conversations[0].wakes == [500]
        assert brain.conversations[0].closed

    asyncio.run(main())


def test_silence_is_counted_in_samples() -> None:
    async def main() -> None:
        async with talking(ScriptedBrain(Turn(silence=99 * RATE)), session_timeout=2) as talk:
            talk.begin(1)
            talk.feed(noise(2)[:-1])
            await talk.settles()
            assert talk.of(events.UserSilent) == []
            talk.feed(noise(0.08)[:1])
            assert await talk.posts(events.UserSilent) == events.UserSilent(SESSION, 1)
            talk.feed(noise(5))
            await talk.settles()
            assert len(talk.of(events.UserSilent)) == 1, "it is said once"

    asyncio.run(main())


def test_speech_starts_the_count_anew_and_what_came_before_the_wake_word_does_not_count() -> None:
    class Muttering(ScriptedConversation):
        """Hears speech in each block that begins with 1."""

        def hear(self, samples: Samples) -> Hearing:
            return Hearing.SPEECH if samples[0] == 1 else Hearing.SILENCE

    class MutteringBrain(ScriptedBrain):
        async def open(self, caller: Caller) -> Muttering:
            return Muttering(caller, (Turn(),))

    silence, word = np.zeros(RATE, np.int16), np.ones(BLOCK, np.int16)

    async def main() -> None:
        async with talking(MutteringBrain(), session_timeout=2) as talk:
            talk.begin(1, wake=2 * RATE)
            for part in (silence, silence, silence, word, silence, word, silence):
                talk.feed(part)
            await talk.settles()
            assert talk.of(events.UserSilent) == []
            talk.feed(silence)
            await talk.posts(events.UserSilent)

    asyncio.run(main())


def test_what_comes_after_the_end_of_an_utterance_belongs_to_none() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER))
        async with talking(brain) as talk:
            talk.begin(1)
            talk.feed(noise(3), turn=1)
            talk.feed(noise(1), turn=2)  # of a turn that has not begun
            await talk.posts(events.ReplyEnded)
            await talk.settles()
            first = brain.conversations[0].heard[0]
            assert to_pcm(noise(3)).startswith(first)
            assert RATE <= len(first) // 2 < RATE + BLOCK
            talk.begin(2)
            talk.feed(noise(0.5, seed=5), turn=1)  # late
            talk.feed(noise(0.5, seed=6), turn=2)
            await talk.settles()
            assert brain.conversations[0].heard == [first, to_pcm(noise(0.5, seed=6))]

    asyncio.run(main())


def test_an_interruption_while_the_brain_thinks_ends_the_thought() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(thought=asyncio.Event()), Turn(sound=ANSWER))
        async with talking(brain) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            await talk.posts(events.SpeechEnded)
            talk.talk.tell(CancelReply(SESSION, 0))
            talk.begin(2)
            talk.feed(noise(1), turn=2)
            assert (await talk.posts(events.ReplyEnded)).turn == 2
            assert [started.turn for started in talk.of(events.ReplyStarted)] == [2]
            assert brain.conversations[0].interruptions == [0]

    asyncio.run(main())


def test_an_interruption_while_the_brain_speaks_ends_the_speech_and_the_wish_to_end() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(sound=noise(30), ends=True), Turn())
        async with talking(brain) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            await until(lambda: len(talk.said) >= conversation.AHEAD * RATE * WIDTH)
            said = len(talk.said)
            talk.talk.tell(CancelReply(SESSION, 24_000))
            talk.begin(2)
            await until(lambda: brain.conversations[0].interruptions == [24_000])
            await talk.settles()
            assert len(talk.said) == said
            assert talk.of(events.ReplyEnded) == []
            assert talk.of(events.EndPhrase) == []

    asyncio.run(main())


class LongSpeech(ScriptedBrain):
    """Answers with noise of so many seconds; knows how much of it was asked for."""

    def __init__(self, seconds: float, wait_at: float = -1, ends: bool = False) -> None:
        """At `wait_at` seconds its speech waits until `go_on`."""
        super().__init__()
        self.sound, self.made, self.ends = noise(seconds, seed=3), 0, ends
        self.wait_at, self.go_on = round(wait_at * RATE), asyncio.Event()

    async def open(self, caller: Caller) -> ScriptedConversation:
        brain = self

        class Speaking(ScriptedConversation):
            async def answer(self) -> Reply:
                return Reply("what", "that", brain.speech(), brain.ends)

        self.conversations.append(Speaking(caller, (Turn(),)))
        return self.conversations[-1]

    async def speech(self) -> AsyncIterator[Samples]:
        while self.made < len(self.sound):
            if self.made == self.wait_at:
                await self.go_on.wait()
            self.made += BLOCK
            yield self.sound[self.made - BLOCK : self.made]


def made(brain: LongSpeech, samples: float) -> bool:
    return brain.made >= samples


def test_no_more_of_a_reply_is_made_than_will_be_heard_soon_however_long_the_ear_takes() -> None:
    async def main() -> None:
        brain = LongSpeech(60)
        async with talking(brain) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            for heard in (0, 5 * RATE, 5 * RATE + 10, 30 * RATE):
                allowed = heard + conversation.AHEAD * RATE
                talk.talk.tell(ReplyHeard(SESSION, 1, heard))
                await until(partial(made, brain, allowed))
                await talk.settles()
                assert brain.made < allowed + BLOCK
            assert talk.of(events.ReplyEnded) == []
            talk.talk.tell(ReplyHeard(SESSION, 1, 50 * RATE))
            await talk.posts(events.ReplyEnded)
            assert talk.said == to_pcm(brain.sound)

    asyncio.run(main())


def test_what_was_heard_of_one_reply_gives_the_next_no_room() -> None:
    async def main() -> None:
        brain = LongSpeech(60)
        async with talking(brain) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            await talk.posts(events.ReplyStarted)
            talk.talk.tell(ReplyHeard(SESSION, 1, 59 * RATE))
            await talk.posts(events.ReplyEnded)
            brain.made = 0
            talk.talk.tell(ReplyHeard(SESSION, 1, 60 * RATE))
            talk.begin(2)
            talk.talk.tell(ReplyHeard(SESSION, 1, 60 * RATE))
            talk.feed(noise(1), turn=2)
            await until(lambda: brain.made >= conversation.AHEAD * RATE)
            await talk.settles()
            assert brain.made < conversation.AHEAD * RATE + BLOCK

    asyncio.run(main())


def test_an_old_device_is_taken_to_hear_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        monkeypatch.setattr(conversation, "clock", time := ManualClock())
        async with talking(ScriptedBrain(Turn(sound=noise(60))), reports_heard=False) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            for passed in (0, 10, 15):
                await time.advance(passed)
                sent = len(talk.said) / WIDTH / RATE
                assert 0 <= sent - (time.now() - 1000) - conversation.AHEAD < 0.1

    asyncio.run(main())


def test_an_answer_without_a_sound_is_an_answer() -> None:
    async def main() -> None:
        async with talking(ScriptedBrain(Turn(sound=ANSWER[:0]))) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            await talk.posts(events.ReplyEnded)
            assert len(talk.of(events.ReplyStarted)) == 1
            assert talk.of(Speak) == []

    asyncio.run(main())


def test_a_goodbye_ends_the_session_once_it_has_been_heard() -> None:
    async def main() -> None:
        async with talking(ScriptedBrain(Turn(sound=ANSWER, ends=True))) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            await talk.posts(events.ReplyEnded)
            await talk.settles()
            assert talk.of(events.EndPhrase) == []
            talk.begin(2)  # it has been heard
            assert await talk.posts(events.EndPhrase) == events.EndPhrase(SESSION)

    asyncio.run(main())


# --- what is lost ----------------------------------------------------------------------------------------------------------------


def test_a_gap_is_heard_as_silence_in_its_place_and_is_nobodys_silence(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(silence=99 * RATE))
        async with talking(brain, session_timeout=2, record=tmp_path) as talk:
            talk.begin(1)
            talk.feed(before := noise(1.2))
            talk.talk.tell(Gap(SESSION, 1, len(before), 5 * RATE + 7))
            talk.talk.tell(Gap(SESSION, 2, len(before), RATE))  # of a turn that has not begun
            talk.feed(after := noise(0.8, seed=2)[:-1])
            await talk.settles()
            assert talk.of(events.UserSilent) == []
            expected = to_pcm(before) + bytes(WIDTH * (5 * RATE + 7)) + to_pcm(after)
            assert brain.conversations[0].heard == [expected]
            talk.feed(noise(0.08)[:1])
            await talk.posts(events.UserSilent)
        assert to_pcm(read_wav(tmp_path / f"kitchen-{SESSION}-1.wav")) == expected + to_pcm(noise(0.08)[:1])

    asyncio.run(main())


def test_a_brain_may_find_the_utterance_complete_in_a_gap() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=2 * RATE, sound=ANSWER))
        async with talking(brain) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            talk.talk.tell(Gap(SESSION, 1, RATE, 30 * RATE))
            talk.feed(noise(1))
            await talk.posts(events.ReplyEnded)
            assert len(talk.of(events.SpeechEnded)) == 1
            assert len(brain.conversations[0].heard[0]) // WIDTH < 2 * RATE + BLOCK

    asyncio.run(main())


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
            assert suspended == Suspended(4, 500, 0, to_pcm(spoken[:RATE]), complete=False)
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
        async with talking(LongSpeech(30, wait_at=10)) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            await until(lambda: len(talk.said) >= 10 * RATE * WIDTH)
            rest = asyncio.create_task(talk.talk.suspend())
            await asyncio.to_thread(lambda: None)
            talk.talk.tell(CancelReply(SESSION, 100))  # the user interrupts
            talk.begin(2)
            talk.feed(heard := noise(0.5, seed=2), turn=2)
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
            assert suspended == Suspended(2, 7, 70, to_pcm(ANSWER), complete=False, silent=-7)

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
            await until(lambda: brain.made >= conversation.AHEAD * RATE)
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
    monkeypatch.setattr(conversation, "SUSPEND_LIMIT", 0.01)

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


@pytest.mark.parametrize("given", [None, Suspended(3, 8, 9, to_pcm(ANSWER), complete=False, silent=5)])
def test_a_talk_whose_brain_has_not_opened_is_suspended_as_it_began(given: Suspended | None) -> None:
    async def main() -> None:
        for started in (False, True):
            async with talking(ScriptedBrain(opens=asyncio.Event()), resumed=given) as talk:
                if started:
                    await asyncio.to_thread(lambda: None)
                assert await talk.talk.suspend() == (given or Suspended(0, 0, 0, b"", complete=False))
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


class Failing(ScriptedConversation):
    """Raises `error` in the method `where`."""

    def __init__(self, caller: Caller, where: str, error: Exception) -> None:
        super().__init__(caller, (Turn(sound=ANSWER),))
        self.where, self.error = where, error

    def fail(self, here: str) -> None:
        if here == self.where:
            raise self.error

    def begin(self, wake: int) -> None:
        self.fail("begin")
        super().begin(wake)

    def hear(self, samples: Samples) -> Hearing:
        self.fail("hear")
        return super().hear(samples)

    async def answer(self) -> Reply:
        self.fail("answer")
        return Reply("what", "that", self.speech())

    async def speech(self) -> AsyncIterator[Samples]:
        yield ANSWER
        self.fail("speech")

    def interrupted(self, heard: int) -> None:
        self.fail("interrupted")

    async def close(self) -> None:
        await super().close()
        self.fail("close")


class FailingBrain(ScriptedBrain):
    """Opens conversations that fail, or fails to."""

    def __init__(self, where: str, error: Exception) -> None:
        super().__init__()
        self.where, self.error = where, error
        self.opened: list[Failing] = []

    async def open(self, caller: Caller) -> Failing:
        if self.where == "open":
            raise self.error
        self.opened.append(Failing(caller, self.where, self.error))
        return self.opened[-1]


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


# --- recordings ------------------------------------------------------------------------------------------------------------------


def test_each_utterance_is_recorded_exactly_as_the_brain_heard_it(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER))
        async with talking(brain, record=tmp_path) as talk:
            talk.begin(1)
            talk.feed(noise(3))
            await talk.posts(events.ReplyEnded)
            talk.begin(2)
            talk.feed(noise(0.3, seed=4), turn=2)
            await talk.settles()
        heard.extend(brain.conversations[0].heard)

    heard: list[bytes] = []
    asyncio.run(main())
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"kitchen-{SESSION}-1.wav", f"kitchen-{SESSION}-2.wav"]
    assert [to_pcm(read_wav(path)) for path in sorted(tmp_path.iterdir())] == heard


def test_a_turn_in_which_nothing_was_heard_leaves_no_recording(tmp_path: Path) -> None:
    async def main() -> None:
        async with talking(ScriptedBrain(), record=tmp_path) as talk:
            await talk.posts(events.BrainReady)
            talk.begin(1)
            await talk.settles()

    asyncio.run(main())
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_takes_no_recording_does_not_end_the_conversation(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with talking(ScriptedBrain(Turn(sound=ANSWER)), record=tmp_path / "gone") as talk:
            for turn in (1, 2):
                talk.begin(turn)
                talk.feed(noise(1), turn=turn)
                await talk.posts(events.ReplyEnded, turn)
            assert talk.of(events.BrainFailed) == []

    asyncio.run(main())
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == ["cannot record"] * 2
