"""A brain session; the test posts the effects of the core."""

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
from tars.server import reply_pace
from tars.server.brain_posts import ReplyAudio, TraceMark
from tars.server.utterance import HEARD_GAP
from tars.testing import ScriptedBrain, ScriptedConversation, Turn
from tests.device.audio.manual_clock import ManualClock
from tests.in_process import until
from tests.server.brain_session_bench import ANSWER, SESSION, LongSpeech, running
from tests.sounds import noise, read_wav


def test_an_utterance_is_heard_and_answered_in_order() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER, heard="what", text="that"))
        async with running(brain) as bench:
            await bench.posts(events.BrainReady)
            bench.begin(1, wake=500)
            bench.feed(noise(1))
            await bench.posts(events.ReplyEnded)
            kinds = [type(item) for item in bench.posted if not isinstance(item, ReplyAudio)]
            assert kinds == [events.BrainReady, events.SpeechEnded, TraceMark, events.ReplyStarted, events.ReplyEnded]
            assert bench.of(TraceMark)[0].values["heard"] == "what"
            assert b"".join(speech.pcm for speech in bench.of(ReplyAudio)) == to_pcm(ANSWER)
            assert {(speech.session, speech.turn) for speech in bench.of(ReplyAudio)} == {(SESSION, 1)}
            assert brain.conversations[0].wakes == [500]
        assert brain.conversations[0].closed

    asyncio.run(main())


def test_silence_is_counted_in_samples() -> None:
    async def main() -> None:
        async with running(ScriptedBrain(Turn(silence=99 * RATE)), session_timeout=2) as bench:
            bench.begin(1)
            bench.feed(noise(2)[:-1])
            await bench.settles()
            assert bench.of(events.UserSilent) == []
            bench.feed(noise(0.08)[:1])
            assert await bench.posts(events.UserSilent) == events.UserSilent(SESSION, 1)
            bench.feed(noise(5))
            await bench.settles()
            assert len(bench.of(events.UserSilent)) == 1, "it is posted once"

    asyncio.run(main())


def test_speech_resets_the_silence_count_and_sound_before_the_wake_word_is_not_counted() -> None:
    class Muttering(ScriptedConversation):
        """Hears speech in each block that begins with 1."""

        def hear(self, samples: Samples) -> Hearing:
            return Hearing.SPEECH if samples[0] == 1 else Hearing.SILENCE

    class MutteringBrain(ScriptedBrain):
        async def open(self, caller: Caller) -> Muttering:
            return Muttering(caller, (Turn(),))

    silence, word = np.zeros(RATE, np.int16), np.ones(BLOCK, np.int16)

    async def main() -> None:
        async with running(MutteringBrain(), session_timeout=2) as bench:
            bench.begin(1, wake=2 * RATE)
            for part in (silence, silence, silence, word, silence, word, silence):
                bench.feed(part)
            await bench.settles()
            assert bench.of(events.UserSilent) == []
            bench.feed(silence)
            await bench.posts(events.UserSilent)

    asyncio.run(main())


def test_samples_after_the_end_of_an_utterance_are_not_heard() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER))
        async with running(brain) as bench:
            bench.begin(1)
            bench.feed(noise(3), turn=1)
            bench.feed(noise(1), turn=2)  # of a turn that has not begun
            await bench.posts(events.ReplyEnded)
            await bench.settles()
            first = brain.conversations[0].heard[0]
            assert to_pcm(noise(3)).startswith(first)
            assert RATE <= len(first) // 2 < RATE + BLOCK
            bench.begin(2)
            bench.feed(noise(0.5, seed=5), turn=1)  # late
            bench.feed(noise(0.5, seed=6), turn=2)
            await bench.settles()
            assert brain.conversations[0].heard == [first, to_pcm(noise(0.5, seed=6))]

    asyncio.run(main())


def test_an_interruption_while_the_brain_thinks_cancels_the_answer() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(thought=asyncio.Event()), Turn(sound=ANSWER))
        async with running(brain) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            await bench.posts(events.SpeechEnded)
            bench.session.post(CancelReply(SESSION, 0))
            bench.begin(2)
            bench.feed(noise(1), turn=2)
            assert (await bench.posts(events.ReplyEnded)).turn == 2
            assert [started.turn for started in bench.of(events.ReplyStarted)] == [2]
            assert brain.conversations[0].interruptions == [0]

    asyncio.run(main())


def test_an_interruption_while_the_brain_speaks_ends_the_reply_and_not_the_session() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(sound=noise(30), ends=True), Turn())
        async with running(brain) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            await until(lambda: len(bench.said) >= reply_pace.AHEAD * RATE * WIDTH)
            said = len(bench.said)
            bench.session.post(CancelReply(SESSION, 24_000))
            bench.begin(2)
            await until(lambda: brain.conversations[0].interruptions == [24_000])
            await bench.settles()
            assert len(bench.said) == said
            assert bench.of(events.ReplyEnded) == []
            assert bench.of(events.EndPhrase) == []

    asyncio.run(main())


def made(brain: LongSpeech, samples: float) -> bool:
    return brain.made >= samples


def test_a_reply_is_generated_only_a_limited_time_before_its_playback() -> None:
    async def main() -> None:
        brain = LongSpeech(60)
        async with running(brain) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            for heard in (0, 5 * RATE, 5 * RATE + 10, 30 * RATE):
                allowed = heard + reply_pace.AHEAD * RATE
                bench.session.post(ReplyHeard(SESSION, 1, heard))
                await until(partial(made, brain, allowed))
                await bench.settles()
                assert brain.made < allowed + BLOCK
            assert bench.of(events.ReplyEnded) == []
            bench.session.post(ReplyHeard(SESSION, 1, 50 * RATE))
            await bench.posts(events.ReplyEnded)
            assert bench.said == to_pcm(brain.sound)

    asyncio.run(main())


def test_playback_of_one_reply_does_not_count_for_the_next() -> None:
    async def main() -> None:
        brain = LongSpeech(60)
        async with running(brain) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            await bench.posts(events.ReplyStarted)
            bench.session.post(ReplyHeard(SESSION, 1, 59 * RATE))
            await bench.posts(events.ReplyEnded)
            brain.made = 0
            bench.session.post(ReplyHeard(SESSION, 1, 60 * RATE))
            bench.begin(2)
            bench.session.post(ReplyHeard(SESSION, 1, 60 * RATE))
            bench.feed(noise(1), turn=2)
            await until(lambda: brain.made >= reply_pace.AHEAD * RATE)
            await bench.settles()
            assert brain.made < reply_pace.AHEAD * RATE + BLOCK

    asyncio.run(main())


def test_an_old_device_is_taken_to_play_in_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        monkeypatch.setattr(reply_pace, "clock", time := ManualClock())
        async with running(ScriptedBrain(Turn(sound=noise(60))), reports_heard=False) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            for passed in (0, 10, 15):
                await time.advance(passed)
                sent = len(bench.said) / WIDTH / RATE
                assert 0 <= sent - (time.now() - 1000) - reply_pace.AHEAD < 0.1

    asyncio.run(main())


def test_an_answer_without_speech_begins_and_ends() -> None:
    async def main() -> None:
        async with running(ScriptedBrain(Turn(sound=ANSWER[:0]))) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            await bench.posts(events.ReplyEnded)
            assert len(bench.of(events.ReplyStarted)) == 1
            assert bench.of(ReplyAudio) == []

    asyncio.run(main())


def test_a_goodbye_ends_the_session_once_it_has_been_heard() -> None:
    async def main() -> None:
        async with running(ScriptedBrain(Turn(sound=ANSWER, ends=True))) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            await bench.posts(events.ReplyEnded)
            await bench.settles()
            assert bench.of(events.EndPhrase) == []
            bench.begin(2)  # the reply has been played
            assert await bench.posts(events.EndPhrase) == events.EndPhrase(SESSION)

    asyncio.run(main())


# --- what is lost ----------------------------------------------------------------------------------------------------------------


def test_a_gap_is_heard_as_a_short_silence_and_does_not_count_towards_the_timeout(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(silence=99 * RATE))
        async with running(brain, session_timeout=2, record=tmp_path) as bench:
            bench.begin(1)
            bench.feed(before := noise(1.2))
            bench.session.post(Gap(SESSION, 1, len(before), 5 * RATE + 7))
            bench.session.post(Gap(SESSION, 2, len(before), RATE))  # of a turn that has not begun
            bench.feed(after := noise(0.8, seed=2)[:-1])
            await bench.settles()
            assert bench.of(events.UserSilent) == []
            expected = to_pcm(before) + bytes(WIDTH * HEARD_GAP) + to_pcm(after)
            assert brain.conversations[0].heard == [expected]
            bench.feed(noise(0.08)[:1])
            await bench.posts(events.UserSilent)
        assert to_pcm(read_wav(tmp_path / f"kitchen-{SESSION}-1.wav")) == expected + to_pcm(noise(0.08)[:1])

    asyncio.run(main())


def test_a_brain_may_find_the_utterance_complete_in_a_gap() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=RATE + 50, sound=ANSWER))
        async with running(brain) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            bench.session.post(Gap(SESSION, 1, RATE, 100))
            bench.feed(noise(1))
            await bench.posts(events.ReplyEnded)
            assert len(bench.of(events.SpeechEnded)) == 1
            assert len(brain.conversations[0].heard[0]) // WIDTH == RATE + 100

    asyncio.run(main())


# --- recordings ------------------------------------------------------------------------------------------------------------------


def test_each_utterance_is_recorded_exactly_as_the_brain_heard_it(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(sound=ANSWER))
        async with running(brain, record=tmp_path) as bench:
            bench.begin(1)
            bench.feed(noise(3))
            await bench.posts(events.ReplyEnded)
            bench.begin(2)
            bench.feed(noise(0.3, seed=4), turn=2)
            await bench.settles()
        heard.extend(brain.conversations[0].heard)

    heard: list[bytes] = []
    asyncio.run(main())
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"kitchen-{SESSION}-1.wav", f"kitchen-{SESSION}-2.wav"]
    assert [to_pcm(read_wav(path)) for path in sorted(tmp_path.iterdir())] == heard


def test_a_session_that_ends_while_a_recording_waits_for_the_disk_keeps_the_recording(tmp_path: Path) -> None:
    async def main() -> None:
        disk = ThreadPoolExecutor(1)
        asyncio.get_running_loop().set_default_executor(disk)
        free = threading.Event()
        async with running(ScriptedBrain(Turn(speech=99 * RATE)), record=tmp_path) as bench:
            bench.begin(1)
            bench.feed(noise(1))
            await bench.settles()
            disk.submit(free.wait)
            bench.begin(2)
            await until(bench.session._inbox.empty)
            bench.task.cancel()
            await clock.sleep_until(0)  # the cancellation arrives
            free.set()

    asyncio.run(main())
    assert to_pcm(read_wav(tmp_path / f"kitchen-{SESSION}-1.wav")) == to_pcm(noise(1))


def test_a_turn_without_samples_leaves_no_recording(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(ScriptedBrain(), record=tmp_path) as bench:
            await bench.posts(events.BrainReady)
            bench.begin(1)
            await bench.settles()

    asyncio.run(main())
    assert list(tmp_path.iterdir()) == []


def test_a_recording_that_cannot_be_written_does_not_end_the_conversation(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with running(ScriptedBrain(Turn(sound=ANSWER)), record=tmp_path / "gone") as bench:
            for turn in (1, 2):
                bench.begin(turn)
                bench.feed(noise(1), turn=turn)
                await bench.posts(events.ReplyEnded, turn)
            assert bench.of(events.BrainFailed) == []

    asyncio.run(main())
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == ["cannot record"] * 2
