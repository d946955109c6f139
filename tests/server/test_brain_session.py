"""One session's brain at work, with the core's side of it played by the test."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tars.brains import Caller, Hearing
from tars.core.effects import CancelReply, Gap, ReplyHeard
from tars.generated.server import events
from tars.runtime import clock
from tars.samples import BLOCK, RATE, WIDTH, Samples, to_pcm
from tars.server import brain_session
from tars.server.brain_session import HEARD_GAP, Note, Speak
from tars.testing import ScriptedBrain, ScriptedConversation, Turn
from tests.device.audio.manual_clock import ManualClock
from tests.in_process import until
from tests.server.talking import ANSWER, SESSION, LongSpeech, talking
from tests.sounds import noise, read_wav


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
            await until(lambda: len(talk.said) >= brain_session.AHEAD * RATE * WIDTH)
            said = len(talk.said)
            talk.talk.tell(CancelReply(SESSION, 24_000))
            talk.begin(2)
            await until(lambda: brain.conversations[0].interruptions == [24_000])
            await talk.settles()
            assert len(talk.said) == said
            assert talk.of(events.ReplyEnded) == []
            assert talk.of(events.EndPhrase) == []

    asyncio.run(main())


def made(brain: LongSpeech, samples: float) -> bool:
    return brain.made >= samples


def test_no_more_of_a_reply_is_made_than_will_be_heard_soon_however_long_the_ear_takes() -> None:
    async def main() -> None:
        brain = LongSpeech(60)
        async with talking(brain) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            for heard in (0, 5 * RATE, 5 * RATE + 10, 30 * RATE):
                allowed = heard + brain_session.AHEAD * RATE
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
            await until(lambda: brain.made >= brain_session.AHEAD * RATE)
            await talk.settles()
            assert brain.made < brain_session.AHEAD * RATE + BLOCK

    asyncio.run(main())


def test_an_old_device_is_taken_to_hear_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        monkeypatch.setattr(brain_session, "clock", time := ManualClock())
        async with talking(ScriptedBrain(Turn(sound=noise(60))), reports_heard=False) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            for passed in (0, 10, 15):
                await time.advance(passed)
                sent = len(talk.said) / WIDTH / RATE
                assert 0 <= sent - (time.now() - 1000) - brain_session.AHEAD < 0.1

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


def test_a_gap_is_heard_as_a_short_silence_in_its_place_and_is_nobodys_silence(tmp_path: Path) -> None:
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
            expected = to_pcm(before) + bytes(WIDTH * HEARD_GAP) + to_pcm(after)
            assert brain.conversations[0].heard == [expected]
            talk.feed(noise(0.08)[:1])
            await talk.posts(events.UserSilent)
        assert to_pcm(read_wav(tmp_path / f"kitchen-{SESSION}-1.wav")) == expected + to_pcm(noise(0.08)[:1])

    asyncio.run(main())


def test_a_brain_may_find_the_utterance_complete_in_a_gap() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=RATE + 50, sound=ANSWER))
        async with talking(brain) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            talk.talk.tell(Gap(SESSION, 1, RATE, 100))
            talk.feed(noise(1))
            await talk.posts(events.ReplyEnded)
            assert len(talk.of(events.SpeechEnded)) == 1
            assert len(brain.conversations[0].heard[0]) // WIDTH == RATE + 100

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


def test_a_session_that_ends_while_a_recording_waits_for_the_disk_loses_it_not(tmp_path: Path) -> None:
    async def main() -> None:
        disk = ThreadPoolExecutor(1)
        asyncio.get_running_loop().set_default_executor(disk)
        free = threading.Event()
        async with talking(ScriptedBrain(Turn(speech=99 * RATE)), record=tmp_path) as talk:
            talk.begin(1)
            talk.feed(noise(1))
            await talk.settles()
            disk.submit(free.wait)
            talk.begin(2)
            await until(talk.talk._inbox.empty)
            talk.task.cancel()
            await clock.sleep_until(0)  # it learns that it is over
            free.set()

    asyncio.run(main())
    assert to_pcm(read_wav(tmp_path / f"kitchen-{SESSION}-1.wav")) == to_pcm(noise(1))


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
