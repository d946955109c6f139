"""One session's brain at work, with the core's side of it played by the test."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tars.core.effects import BeginTurn, CancelReply, Feed
from tars.errors import BrainError
from tars.generated.server import events
from tars.samples import BLOCK, RATE, Samples, to_pcm
from tars.shells import conversation
from tars.shells.brains import Brain, Caller, Hearing, Reply
from tars.shells.conversation import Note, Speak, Talk
from tars.testing import ScriptedBrain, ScriptedConversation, Turn
from tests.in_process import until
from tests.shells.audio.manual_clock import ManualClock
from tests.sounds import noise, read_wav

SESSION = "a1b2"
ANSWER = noise(0.2, seed=8)


class Talking:
    """A talk, what it was told, and everything that it has posted."""

    def __init__(self, brain: Brain, timeout: float, record: Path | None) -> None:
        self.posted: list[object] = []
        self.talk = Talk(brain, Caller("kitchen", SESSION, print), self.posted.append, session_timeout=timeout, record=record)
        self.task = asyncio.create_task(self.talk.run())

    def begin(self, turn: int, wake: int = 0) -> None:
        self.talk.tell(BeginTurn(SESSION, turn, 0, wake))

    def feed(self, samples: Samples, turn: int = 1) -> None:
        for at in range(0, len(samples), BLOCK):
            self.talk.tell(Feed(SESSION, turn, at, to_pcm(samples[at : at + BLOCK])))

    def of(self, kind: type[Any]) -> list[Any]:
        """What it has posted of this kind."""
        return [item for item in self.posted if isinstance(item, kind)]

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
async def talking(brain: Brain, *, session_timeout: float = 30, record: Path | None = None) -> AsyncIterator[Talking]:
    """A talk while this lasts."""
    talk = Talking(brain, session_timeout, record)
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


def test_an_interruption_while_the_brain_speaks_ends_the_speech_and_the_wish_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        monkeypatch.setattr(conversation, "clock", time := ManualClock())
        monkeypatch.setattr(conversation, "AHEAD", 1.0)
        brain = ScriptedBrain(Turn(sound=noise(10), ends=True), Turn())
        async with talking(brain) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            await talk.posts(Speak)
            await time.advance(2)
            said = len(talk.of(Speak))
            talk.talk.tell(CancelReply(SESSION, 24_000))
            talk.begin(2)
            await until(lambda: brain.conversations[0].interruptions == [24_000])
            await talk.settles()
            assert len(talk.of(Speak)) == said
            assert talk.of(events.ReplyEnded) == []
            assert talk.of(events.EndPhrase) == []

    asyncio.run(main())


def test_a_long_answer_is_sent_at_most_so_far_ahead_of_its_being_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        monkeypatch.setattr(conversation, "clock", time := ManualClock())
        async with talking(ScriptedBrain(Turn(sound=noise(60)))) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            for passed in (0, 10, 15):
                await time.advance(passed)
                sent = sum(len(speech.pcm) for speech in talk.of(Speak)) / 2 / RATE
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
