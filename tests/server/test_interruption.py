"""What is heard over a reply, and what the brain session makes of it. The test posts the effects of the core."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tars.brains import Caller
from tars.brains.composed import ComposedBrain
from tars.brains.listening import PAUSES, Pauses
from tars.brains.parts import Completeness
from tars.brains.testing import FakeHear, FakeReply, FakeSpeak
from tars.core.effects import BeginInterruption, BeginTurn, CancelReply, Gap, ReplyHeard
from tars.errors import BrainError, ReplyError
from tars.generated.server import events
from tars.runtime import clock
from tars.samples import BLOCK, RATE, WIDTH, to_pcm
from tars.server.interruption import LONGEST_BACKCHANNEL, NO_SPEECH, Interruption, Meaning, meaning_of
from tars.server.snapshots import BrainSnapshot
from tars.testing import ScriptedBrain, ScriptedConversation, Turn
from tests.in_process import until
from tests.server.brain_session_bench import ANSWER, SESSION, Bench, LongSpeech, running
from tests.sounds import noise

SHORT = RATE // 2
QUESTION = Turn(sound=noise(60, seed=3))
"""An answer that is generated no further than it is heard."""


@pytest.mark.parametrize("words", ["", "Mm-hmm.", "mhm", "Uh-huh!", "Yeah, yeah.", "Okay. Right.", "I see.", "(coughs)", "[noise] *sigh*"])
def test_whoever_listens_interrupts_nobody(words: str) -> None:
    assert meaning_of(words) is Meaning.NOTHING


@pytest.mark.parametrize(
    "words", ["Stop!", "okay, stop", "No, stop it please.", "be quiet", "That\N{RIGHT SINGLE QUOTATION MARK}s enough."]
)
def test_who_wants_silence_wants_no_other_answer(words: str) -> None:
    assert meaning_of(words) is Meaning.STOP


@pytest.mark.parametrize("words", ["What time is it?", "yes", "No.", "stop the timer", "okay, what", "no", "please", "goodness"])
def test_everything_else_is_answered(words: str) -> None:
    assert meaning_of(words) is Meaning.SPEECH


class Understanding(FakeReply):
    """A part to which all that is said is so complete."""

    def __init__(self, completeness: Completeness) -> None:
        super().__init__()
        self.given = completeness

    def completeness(self, text: str) -> Completeness:
        return self.given


@pytest.mark.parametrize("pauses", PAUSES.values(), ids=PAUSES)
@pytest.mark.parametrize(
    ("words", "completeness"), [("", Completeness.UNKNOWN), ("Mhm.", Completeness.UNKNOWN), ("Um.", Completeness.UNFINISHED)]
)
@pytest.mark.parametrize("seconds", [1, 3])
def test_however_long_a_pause_must_be_a_cough_and_who_listens_interrupt_nobody(
    pauses: Pauses, words: str, completeness: Completeness, seconds: float
) -> None:
    async def main() -> None:
        caller = Caller("kitchen", SESSION, print)
        brain = ComposedBrain(FakeHear(*[words] * 9), {"part": Understanding(completeness)}, FakeSpeak(), pauses=pauses)
        conversation, posted = await brain.open(caller), list[object]()
        interruption = Interruption(caller, posted.append, 2, 7_000)
        conversation.overhear(7_000)
        async with asyncio.TaskGroup() as tasks:
            sound = to_pcm(np.concatenate([noise(seconds), np.zeros(5 * RATE, np.int16)]))
            for at in range(0, len(sound), BLOCK * WIDTH):
                interruption.hear(conversation, sound[at : at + BLOCK * WIDTH], tasks)
                await clock.sleep_until(0)
        assert posted == [events.InterruptionFalse(SESSION, 1)]
        await conversation.close()

    asyncio.run(main())


async def speaking(bench: Bench) -> None:
    """The reply to turn 1 is under way."""
    bench.begin(1)
    bench.feed(noise(1))
    await bench.posts(events.ReplyStarted)


def over(bench: Bench, seconds: float = 0, turn: int = 2) -> None:
    """Somebody speaks over the reply of the turn before this one."""
    bench.session.post(BeginInterruption(SESSION, turn, 7_000))
    bench.feed(noise(seconds, seed=turn), turn=turn)


def cut(bench: Bench, turn: int = 2, heard: int = 24_000) -> None:
    """What the core makes of interruption_meant."""
    bench.session.post(CancelReply(SESSION, heard))
    bench.session.post(BeginTurn(SESSION, turn, 7_000, 0))


def test_a_question_over_a_reply_is_recognised_once_and_answered() -> None:
    async def main() -> None:
        brain = ScriptedBrain(QUESTION, Turn(speech=SHORT, heard="what time is it", sound=ANSWER))
        async with running(brain) as bench:
            await speaking(bench)
            over(bench, 1)
            assert await bench.posts(events.InterruptionMeant) == events.InterruptionMeant(SESSION, 1)
            assert bench.of(events.SpeechEnded) == [events.SpeechEnded(SESSION, 1)]
            cut(bench)
            assert (await bench.posts(events.ReplyEnded)).turn == 2
            assert bench.of(events.SpeechEnded)[1:] == [events.SpeechEnded(SESSION, 2)]
            assert [started.turn for started in bench.of(events.ReplyStarted)] == [1, 2]
            assert bench.said.endswith(to_pcm(ANSWER))
            (conversation,) = brain.conversations
            assert conversation.interruptions == [24_000]
            assert conversation.begins == [1_000, 7_000], "what was said over the reply is not begun again"

    asyncio.run(main())


def test_who_listens_does_not_disturb_the_reply(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        brain = ScriptedBrain(QUESTION, Turn(speech=SHORT, heard="Mm-hmm."), Turn(sound=ANSWER))
        async with running(brain) as bench:
            await speaking(bench)
            with caplog.at_level(logging.INFO):
                over(bench, 1)
                assert await bench.posts(events.InterruptionFalse) == events.InterruptionFalse(SESSION, 1)
            assert "interruption was none" in caplog.text
            said = len(bench.said)
            bench.session.post(ReplyHeard(SESSION, 1, 20 * RATE))
            await until(lambda: len(bench.said) > said)
            for heard in (40, 60):
                bench.session.post(ReplyHeard(SESSION, 1, heard * RATE))
            await bench.posts(events.ReplyEnded)
            assert bench.said == to_pcm(QUESTION.sound), "all of it, in order"
            bench.begin(2)
            bench.feed(noise(1, seed=9), turn=2)
            await bench.posts(events.ReplyEnded, times=2)
            (conversation,) = brain.conversations
            assert conversation.interruptions == []
            assert conversation.begins == [1_000, 7_000, 2_000], "the next turn begins anew, though its number was known before"
            assert len(bench.of(events.InterruptionFalse)) == 1

    asyncio.run(main())


def test_stop_ends_the_reply_and_gives_the_floor_without_an_answer(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        brain = ScriptedBrain(QUESTION, Turn(speech=SHORT, heard="Stop!"), Turn(sound=ANSWER, heard="go on"))
        async with running(brain, record=tmp_path) as bench:
            await speaking(bench)
            with caplog.at_level(logging.INFO):
                over(bench, 1)
                await bench.posts(events.InterruptionMeant)
            assert "interrupted" in caplog.text
            cut(bench)
            await bench.settles()
            assert bench.of(events.SpeechEnded) == [events.SpeechEnded(SESSION, 1)]
            bench.feed(noise(1, seed=9), turn=2)
            assert (await bench.posts(events.ReplyEnded)).turn == 2
            assert [started.turn for started in bench.of(events.ReplyStarted)] == [1, 2]
            assert brain.conversations[0].heard[2].startswith(to_pcm(noise(1, seed=9))[:SHORT])

    asyncio.run(main())
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"kitchen-{SESSION}-{name}.wav" for name in ("1", "2-2", "2")]


def test_a_sound_that_is_no_speech_is_over_soon_and_needs_no_words() -> None:
    class Deaf(ScriptedConversation):
        async def words(self) -> str:
            raise AssertionError("nothing was said")

    class DeafBrain(ScriptedBrain):
        async def open(self, caller: Caller) -> Deaf:
            return Deaf(caller, (QUESTION, Turn(silence=99 * RATE)))

    async def main() -> None:
        async with running(DeafBrain()) as bench:
            await speaking(bench)
            over(bench)
            bench.feed(noise(2)[: NO_SPEECH - 1], turn=2)
            await bench.settles()
            assert bench.of(events.InterruptionFalse) == []
            bench.feed(noise(2)[:1], turn=2)
            await bench.posts(events.InterruptionFalse)
            bench.feed(noise(5), turn=2)
            await bench.settles()
            assert len(bench.of(events.InterruptionFalse)) == 1

    asyncio.run(main())


def test_whoever_speaks_for_long_is_not_listened_to_for_a_pause_and_loses_nothing() -> None:
    async def main() -> None:
        brain = ScriptedBrain(QUESTION, Turn(speech=8 * RATE, sound=ANSWER))
        async with running(brain) as bench:
            await speaking(bench)
            over(bench)
            speech = noise(8, seed=4)
            bench.feed(speech[: LONGEST_BACKCHANNEL - 1], turn=2)
            await bench.settles()
            assert bench.of(events.InterruptionMeant) == []
            bench.feed(speech[LONGEST_BACKCHANNEL - 1 : 7 * RATE], turn=2)
            await bench.posts(events.InterruptionMeant)
            cut(bench)
            bench.feed(speech[7 * RATE :], turn=2)
            assert (await bench.posts(events.ReplyEnded)).turn == 2
            assert brain.conversations[0].heard[1] == to_pcm(speech)
            assert len(bench.of(events.InterruptionMeant)) == 1

    asyncio.run(main())


def test_speech_whose_recognition_fails_does_not_end_the_conversation() -> None:
    class Failing(ScriptedConversation):
        async def words(self) -> str:
            raise ReplyError("no service", "I did not hear that.")

    class FailingBrain(ScriptedBrain):
        async def open(self, caller: Caller) -> Failing:
            return Failing(caller, (QUESTION, Turn(speech=SHORT)))

    async def main() -> None:
        async with running(FailingBrain()) as bench:
            await speaking(bench)
            over(bench, 1)
            await bench.posts(events.InterruptionFalse)
            assert bench.of(events.BrainFailed) == []

    asyncio.run(main())


class Slow(ScriptedBrain):
    """Recognises what is said over a reply when the test lets it."""

    def __init__(self, words: str = "what time is it") -> None:
        super().__init__()
        self.words, self.asked, self.go_on = words, 0, asyncio.Event()

    async def open(self, caller: Caller) -> ScriptedConversation:
        brain = self

        class Slowly(ScriptedConversation):
            async def words(self) -> str:
                brain.asked += 1
                await brain.go_on.wait()
                return brain.words

        self.conversations.append(Slowly(caller, (QUESTION, Turn(speech=SHORT, sound=ANSWER))))
        return self.conversations[-1]


def test_a_wake_word_makes_the_words_before_it_irrelevant() -> None:
    async def main() -> None:
        brain = Slow()
        async with running(brain) as bench:
            await speaking(bench)
            over(bench, 1)
            await until(lambda: brain.asked == 1)
            cut(bench, turn=3)
            await until(lambda: len(brain.conversations[0].begins) == 3)
            brain.go_on.set()
            bench.feed(noise(1, seed=6), turn=3)
            assert (await bench.posts(events.ReplyEnded)).turn == 3
            assert bench.of(events.InterruptionMeant) + bench.of(events.InterruptionFalse) == []

    asyncio.run(main())


def test_a_gap_in_it_is_heard_as_a_short_silence_and_other_turns_are_not_heard() -> None:
    async def main() -> None:
        brain = ScriptedBrain(QUESTION, Turn(speech=RATE))
        async with running(brain) as bench:
            await speaking(bench)
            over(bench, 0.25)
            bench.session.post(Gap(SESSION, 2, 0, 99 * RATE))
            bench.feed(noise(1, seed=8), turn=1)  # late
            await bench.settles()
            assert brain.conversations[0].heard[1] == to_pcm(noise(0.25, seed=2)) + bytes(RATE // 4 * 2)

    asyncio.run(main())


def test_a_brain_that_fails_over_a_reply_ends_its_session_and_no_other() -> None:
    class Raising(ScriptedConversation):
        def overhear(self, at: int) -> None:
            raise BrainError("out of order")

    class RaisingBrain(ScriptedBrain):
        async def open(self, caller: Caller) -> Raising:
            return Raising(caller, (QUESTION,))

    async def main() -> None:
        async with running(RaisingBrain()) as bench:
            await speaking(bench)
            over(bench)
            assert (await bench.posts(events.BrainFailed)).reason == "out of order"

    asyncio.run(main())


# --- from one server to the next -----------------------------------------------------------------------------------------------------


def test_what_is_not_decided_when_the_server_stops_is_decided_by_the_next() -> None:
    async def main() -> None:
        brain = Slow()
        async with running(brain) as bench:
            await speaking(bench)
            over(bench, 1)
            await until(lambda: brain.asked == 1)
            snapshot = await bench.session.suspend()
            assert bench.of(events.InterruptionMeant) == []
        said = to_pcm(noise(1, seed=2))
        heard = snapshot.interruption or b""
        assert len(heard) >= 2 * SHORT
        assert said.startswith(heard)
        assert (snapshot.turn, snapshot.complete, snapshot.utterance, snapshot.interruption_at) == (1, True, b"", 7_000)
        successor = ScriptedBrain(Turn(speech=SHORT, heard="what time is it", sound=ANSWER))
        async with running(successor, resumed=snapshot) as bench:
            assert await bench.posts(events.InterruptionMeant) == events.InterruptionMeant(SESSION, 1)
            cut(bench)
            assert (await bench.posts(events.ReplyEnded)).turn == 2
            assert successor.conversations[0].heard == [heard[: len(successor.conversations[0].heard[0])]]

    asyncio.run(main())


def test_what_was_decided_as_the_server_stopped_is_a_turn_for_the_next() -> None:
    async def main() -> None:
        brain = LongSpeech(60)
        async with running(brain) as bench:
            await speaking(bench)
            over(bench, 0.5)
            await bench.settles()
            first = await bench.session.suspend()
            assert first.interruption == to_pcm(noise(0.5, seed=2))
            bench.feed(noise(0.25, seed=5), turn=2)
            bench.session.post(Gap(SESSION, 2, 0, 99 * RATE))
            second = await bench.session.suspend()
            assert second == replace(first, interruption=first.interruption + to_pcm(noise(0.25, seed=5)) + bytes(RATE // 4 * 2))

    asyncio.run(main())


def test_a_meaning_that_the_core_has_taken_by_then_opens_the_turn_with_all_its_samples() -> None:
    async def main() -> None:
        async with running(ScriptedBrain(QUESTION, Turn(speech=SHORT, heard="what time is it"))) as bench:
            await speaking(bench)
            over(bench, 1)
            await bench.posts(events.InterruptionMeant)
            await bench.session.suspend()
            cut(bench)
            snapshot = await bench.session.suspend()
            assert snapshot.interruption is None
            assert (snapshot.turn, snapshot.complete) == (2, False)
            assert to_pcm(noise(1, seed=2)).startswith(snapshot.utterance)
            assert len(snapshot.utterance) >= 2 * SHORT

    asyncio.run(main())


def test_an_interruption_that_begins_as_the_server_stops_is_kept() -> None:
    async def main() -> None:
        async with running(ScriptedBrain(QUESTION)) as bench:
            await speaking(bench)
            await bench.session.suspend()
            over(bench, 0.25)
            snapshot = await bench.session.suspend()
            assert (snapshot.interruption, snapshot.interruption_at) == (to_pcm(noise(0.25, seed=2)), 7_000)

    asyncio.run(main())


def test_one_that_was_none_is_not_kept() -> None:
    async def main() -> None:
        async with running(ScriptedBrain(QUESTION, Turn(speech=SHORT, heard="mhm"))) as bench:
            await speaking(bench)
            over(bench, 1)
            await bench.posts(events.InterruptionFalse)
            assert (await bench.session.suspend()).interruption is None

    asyncio.run(main())


def test_a_session_that_stops_before_its_brain_is_open_keeps_what_it_was_given() -> None:
    given = BrainSnapshot(1, 0, b"", complete=True, interruption=to_pcm(ANSWER), interruption_at=9)

    async def main() -> None:
        async with running(ScriptedBrain(opens=asyncio.Event()), resumed=given) as bench:
            assert await bench.session.suspend() == given

    asyncio.run(main())
