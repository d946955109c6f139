"""When an utterance is over. What is recognised, and when, is up to the test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tars.brains import Hearing
from tars.brains.end_of_speech import LEAD, LONGEST
from tars.brains.listening import LONG_SPEECH, PAUSES, RECOGNISE, Listening, Pauses, Recognised
from tars.brains.parts import Completeness
from tars.errors import ReplyError
from tars.runtime import clock
from tars.samples import RATE, Samples
from tests.brains.conftest import joined, silence
from tests.brains.test_end_of_speech import AnySample, speech
from tests.in_process import until

FRAME = AnySample.frame
NORMAL = PAUSES["normal"]


class Ear:
    """A turn that is heard, and a recogniser that the test steers."""

    def __init__(self, words: Callable[[int], Recognised | ReplyError], *, wake: float = 0, delay: int = 0) -> None:
        """`words`: those of so many samples. `delay`: turns of the event loop that recognition takes; below 0: until `let_go`."""
        self.words, self.delay = words, delay
        self.given: list[int] = []
        self.may_finish = asyncio.Event()
        self.cancelled = 0
        self.listening = Listening(AnySample(), round(wake * RATE), NORMAL, self.recognise)

    async def recognise(self, samples: Samples, wake_word: bool) -> Recognised:
        self.given.append(len(samples))
        try:
            if self.delay < 0:
                await self.may_finish.wait()
            for _ in range(self.delay):
                await clock.sleep_until(0)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        words = self.words(len(samples))
        if isinstance(words, ReplyError):
            raise words
        return words

    async def hear(self, samples: Samples) -> Hearing:
        """Hear frame by frame. What can be recognised in the meantime is."""
        hearing = Hearing.SILENCE
        for at in range(0, len(samples), FRAME):
            hearing = self.listening.hear(samples[at : at + FRAME])
            await clock.sleep_until(0)
            await clock.sleep_until(0)
        return hearing


def said(text: str, completeness: Completeness = Completeness.COMPLETE) -> Callable[[int], Recognised]:
    return lambda _: Recognised(text, 0.1, completeness)


@pytest.mark.parametrize("pauses", PAUSES.values(), ids=PAUSES)
def test_a_more_complete_sentence_is_given_less_time(pauses: Pauses) -> None:
    order = [pauses.after(completeness) for completeness in (Completeness.COMPLETE, Completeness.UNKNOWN)]
    assert all(shorter < longer for shorter, longer in pairwise([RECOGNISE, *order, pauses.after(Completeness.UNFINISHED)]))
    assert pauses.after(Completeness.OPEN) == pauses.after(Completeness.UNKNOWN), "a bare 'set a timer' is not complete"


@pytest.mark.parametrize("completeness", Completeness)
def test_the_words_decide_how_long_a_pause_ends_the_utterance(completeness: Completeness) -> None:
    async def main() -> None:
        ear = Ear(said("some words", completeness))
        pause = NORMAL.after(completeness)
        whole = -(-pause // FRAME) * FRAME
        assert await ear.hear(joined(silence(0.3), speech(1), silence((whole - FRAME) / RATE))) is Hearing.SPEECH
        assert await ear.hear(silence(1)) is Hearing.COMPLETE
        assert ear.listening.heard == round(1.3 * RATE) + whole
        assert (await ear.listening.recognised()).text == "some words"
        assert ear.given == [round(1.3 * RATE) + -(-RECOGNISE // FRAME) * FRAME], "once, when the pause was short"

    asyncio.run(main())


def test_when_speech_goes_on_what_was_recognised_is_thrown_away() -> None:
    async def main() -> None:
        ear = Ear(
            lambda samples: Recognised("set a timer" if samples < 2 * RATE else "set a timer for ten minutes", 0.1, Completeness.COMPLETE)
        )
        assert await ear.hear(joined(speech(1), silence(0.4), speech(1), silence(1))) is Hearing.COMPLETE
        assert (await ear.listening.recognised()).text == "set a timer for ten minutes"
        assert len(ear.given) == 2

    asyncio.run(main())


def test_a_recognition_that_has_not_finished_when_speech_goes_on_is_cancelled() -> None:
    async def main() -> None:
        ear = Ear(said("some words"), delay=-1)
        await ear.hear(joined(speech(1), silence(0.2), speech(0.1)))
        await until(lambda: ear.cancelled)
        assert len(ear.given) == 1

    asyncio.run(main())


@settings(deadline=None, max_examples=80)
@given(
    stretches=st.lists(st.tuples(st.integers(1, 30), st.integers(1, 180)), min_size=1, max_size=5),
    wake=st.sampled_from([0, 0.2]),
    cuts=st.lists(st.integers(1, 20_000), min_size=1, max_size=6),
    delay=st.integers(0, 60),
)
def test_neither_blocks_nor_the_time_of_recognition_change_the_end(
    stretches: list[tuple[int, int]], wake: float, cuts: list[int], delay: int
) -> None:
    sound = joined(*(part for loud, quiet in stretches for part in (speech(loud / 100), silence(quiet / 100))))

    def words(samples: int) -> Recognised:
        return Recognised("" if samples % 3 == 0 else str(samples), 0.1, list(Completeness)[samples // FRAME % len(Completeness)])

    async def main() -> None:
        steady, late = Ear(words, wake=wake), Ear(words, wake=wake, delay=delay)
        ended = await steady.hear(sound) is Hearing.COMPLETE
        at = 0
        while at < len(sound):
            size = cuts[at % len(cuts)]
            late.listening.hear(sound[at : at + size])
            await clock.sleep_until(0)
            at += size
        hearing = Hearing.SILENCE
        for _ in range((delay + 4) * (len(stretches) + 1)):
            hearing = late.listening.hear(silence(0))
            await clock.sleep_until(0)
        assert (hearing is Hearing.COMPLETE) == ended
        assert late.listening.heard == steady.listening.heard
        if ended:
            assert await late.listening.recognised() == await steady.listening.recognised()
        for ear in (steady, late):
            ear.listening.close()

    asyncio.run(main())


def test_the_samples_wait_for_the_words_that_they_need() -> None:
    """The user speaks again while recognition still runs: it would have been over, or not, when the user paused."""

    async def main() -> None:
        for completeness, ends in ((Completeness.COMPLETE, True), (Completeness.UNFINISHED, False)):
            ear = Ear(said("some words", completeness), delay=-1)
            assert await ear.hear(joined(speech(1), silence(0.7), speech(0.5))) is Hearing.SPEECH
            ear.may_finish.set()
            await clock.sleep_until(0)
            await clock.sleep_until(0)
            assert (ear.listening.hear(silence(0)) is Hearing.COMPLETE) is ends

    asyncio.run(main())


def test_what_has_no_words_never_ends_the_utterance_and_is_left_behind() -> None:
    """The wake word alone, or a cough."""

    async def main() -> None:
        ear = Ear(lambda samples: Recognised("" if len(ear.given) == 1 else "stop", 0.1, Completeness.COMPLETE), wake=1)
        assert await ear.hear(joined(speech(1), silence(25))) is Hearing.SILENCE
        assert len(ear.given) == 1
        assert await ear.hear(joined(speech(0.3), silence(1))) is Hearing.COMPLETE
        assert (await ear.listening.recognised()).text == "stop"
        assert ear.given[1] < LEAD + RATE

    asyncio.run(main())


def test_nothing_is_recognised_before_the_wake_word_has_been_heard() -> None:
    async def main() -> None:
        ear = Ear(said("some words"), wake=2)
        await ear.hear(joined(speech(0.5), silence(0.5), speech(0.6), silence(0.3)))
        assert ear.given == []
        await ear.hear(silence(0.2))
        assert len(ear.given) == 1

    asyncio.run(main())


def test_a_click_is_not_recognised() -> None:
    async def main() -> None:
        ear = Ear(said("some words"))
        assert await ear.hear(joined(silence(0.5), speech(0.05), silence(3))) is Hearing.SILENCE
        assert ear.given == []

    asyncio.run(main())


def test_long_speech_is_not_recognised_at_each_short_pause() -> None:
    async def main() -> None:
        ear = Ear(said("a long story", Completeness.UNKNOWN))
        await ear.hear(joined(speech(LONG_SPEECH / RATE), *[joined(silence(0.4), speech(0.5))] * 5))
        assert ear.given == []
        assert await ear.hear(silence(1)) is Hearing.COMPLETE
        assert len(ear.given) == 1

    asyncio.run(main())


def test_endless_speech_is_ended_and_recognised() -> None:
    async def main() -> None:
        ear = Ear(said("a long story"))
        assert ear.listening.hear(speech(100)) is Hearing.COMPLETE
        assert ear.listening.heard == LONGEST
        assert (await ear.listening.recognised()).text == "a long story"

    asyncio.run(main())


def test_a_failed_recognition_ends_the_utterance_and_is_raised() -> None:
    async def main() -> None:
        ear = Ear(lambda _: ReplyError("gone", "I am lost."))
        assert await ear.hear(joined(speech(1), silence(1))) is Hearing.COMPLETE
        with pytest.raises(ReplyError, match="gone"):
            await ear.listening.recognised()

    asyncio.run(main())


def test_words_that_are_asked_for_before_the_end_are_those_of_all_samples() -> None:
    """After a restart of the server: the utterance was over, but this brain has not heard enough of its pause."""

    async def main() -> None:
        ear = Ear(lambda samples: Recognised(f"words of {samples}", 0.1, Completeness.UNFINISHED))
        ear.listening.hear(joined(speech(1), silence(0.7), speech(0.5), silence(0.2)))
        text = (await ear.listening.recognised()).text
        assert int(text.removeprefix("words of ")) > 2.2 * RATE

    asyncio.run(main())


def test_silence_is_told_though_the_words_are_not_there() -> None:
    """It counts towards the end of the session."""

    async def main() -> None:
        ear = Ear(said("some words"), delay=-1)
        assert await ear.hear(joined(speech(1), silence(1.4))) is Hearing.SPEECH
        assert await ear.hear(silence(0.2)) is Hearing.SILENCE
        ear.listening.close()

    asyncio.run(main())
