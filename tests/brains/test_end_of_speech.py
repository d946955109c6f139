"""The end of an utterance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tars.brains import Hearing
from tars.brains.end_of_speech import LEAD, LEAST_SPEECH, LONGEST, WAKE_WORD_TAIL, Utterance, UtteranceToPause
from tars.samples import RATE, Samples
from tests.brains.conftest import feed, joined, silence

PAUSE = 10_240


class AnySample:
    """A frame with a sample other than zero is speech."""

    frame = 160

    def is_speech(self, frame: Samples) -> bool:
        return bool(frame.any())


def hearer(wake: float = 0) -> UtteranceToPause:
    return UtteranceToPause(AnySample(), PAUSE, round(wake * RATE))


def speech(seconds: float) -> Samples:
    return np.full(round(seconds * RATE), 1000, np.int16)


def taken(samples: Samples, wake: float = 0) -> Utterance:
    utterance = Utterance(AnySample(), PAUSE, round(wake * RATE))
    utterance.add(samples)
    while utterance.take() is not None:
        pass
    return utterance


def completed(utterance: UtteranceToPause, samples: Samples) -> bool:
    return feed(utterance.hear, samples)[-1] is Hearing.COMPLETE


def test_a_pause_after_speech_ends_the_utterance_at_its_last_sample() -> None:
    utterance = hearer()
    assert not completed(utterance, joined(silence(0.5), speech(1), silence(0.63)))
    assert utterance.hear(silence(0.02)) is Hearing.COMPLETE
    assert len(utterance.samples) == 1.5 * RATE + PAUSE


def test_the_state_of_the_utterance_after_each_block() -> None:
    utterance = hearer()
    heard = [utterance.hear(part) for part in (silence(0.5), speech(0.5), silence(0.6), speech(0.5), silence(0.6), silence(0.1))]
    assert heard == [Hearing.SILENCE, Hearing.SPEECH, Hearing.SPEECH, Hearing.SPEECH, Hearing.SPEECH, Hearing.COMPLETE]


def test_samples_after_the_end_are_not_taken() -> None:
    utterance = hearer()
    assert completed(utterance, joined(speech(1), silence(0.64), speech(3)))
    before = utterance.samples
    assert utterance.hear(speech(1)) is Hearing.COMPLETE
    assert np.array_equal(utterance.samples, before)
    assert len(before) == RATE + PAUSE


@settings(deadline=None, max_examples=60)
@given(
    stretches=st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 20_000)), min_size=1, max_size=5),
    wake=st.integers(0, 20_000),
    cuts=st.lists(st.integers(1, 5_000), min_size=1, max_size=20),
)
def test_how_the_samples_are_cut_into_blocks_changes_nothing(stretches: list[tuple[int, int]], wake: int, cuts: list[int]) -> None:
    sound = joined(*(part for loud, quiet in stretches for part in (np.ones(loud, np.int16), np.zeros(quiet, np.int16))))
    at_once, in_pieces = UtteranceToPause(AnySample(), PAUSE, wake), UtteranceToPause(AnySample(), PAUSE, wake)
    hearing = at_once.hear(sound)
    at, piece = 0, Hearing.SILENCE
    while at < len(sound):
        size = cuts[at % len(cuts)]
        piece = in_pieces.hear(sound[at : at + size])
        at += size
    if len(sound):
        assert piece is hearing
    assert np.array_equal(in_pieces.samples, at_once.samples)
    assert np.array_equal(in_pieces.speech, at_once.speech)


def test_silence_is_no_utterance_however_long_but_is_bounded() -> None:
    utterance = hearer()
    assert utterance.hear(silence(89)) is Hearing.SILENCE
    assert utterance.hear(silence(1)) is Hearing.COMPLETE
    assert not len(utterance.speech)


def test_a_minute_of_speech_is_one_utterance_and_endless_speech_is_ended() -> None:
    utterance = hearer()
    assert completed(utterance, joined(speech(60), silence(0.64)))
    assert len(utterance.samples) == 60 * RATE + PAUSE
    endless = hearer()
    assert completed(endless, speech(100))
    assert len(endless.samples) == LONGEST


def test_a_click_is_no_speech() -> None:
    utterance = hearer()
    click = speech(0.09)
    assert len(click) < LEAST_SPEECH
    assert set(feed(utterance.hear, joined(silence(1), click, silence(5)))) == {Hearing.SILENCE}
    assert completed(utterance, joined(speech(0.2), silence(0.64)))


@pytest.mark.parametrize("tail", [-0.5, 0.0, 0.2, 0.4, 0.6])
def test_the_wake_word_and_a_pause_do_not_end_the_utterance(tail: float) -> None:
    """The wake word may be recognised after its end, or earlier: then a tail of it follows."""
    utterance = hearer(wake=1.5)
    assert not completed(utterance, joined(silence(0.7), speech(0.8 + tail), silence(25)))
    assert completed(utterance, joined(speech(0.3), silence(0.64)))


def test_a_question_right_after_the_wake_word_is_complete_after_its_pause() -> None:
    utterance = hearer(wake=1.5)
    assert completed(utterance, joined(silence(0.7), speech(2), silence(0.64)))


def test_a_short_command_after_a_pause_counts_as_speech_of_the_user() -> None:
    utterance = hearer(wake=1.0)
    assert WAKE_WORD_TAIL > (0.25 + 0.2) * RATE
    assert completed(utterance, joined(speech(1.0), silence(0.25), speech(0.2), silence(0.64)))


def test_speech_may_hold_the_wake_word_until_a_pause_has_followed_it() -> None:
    assert taken(joined(silence(0.7), speech(2)), wake=1.5).may_hold_wake_word
    assert taken(joined(silence(0.7), speech(0.8), silence(0.6), speech(2)), wake=1.5).may_hold_wake_word
    assert not taken(joined(silence(0.7), speech(0.8), silence(0.7), speech(2)), wake=1.5).may_hold_wake_word
    assert not taken(speech(2)).may_hold_wake_word


def test_speech_begins_shortly_before_its_first_frame_and_leaves_the_wake_word_behind() -> None:
    utterance = hearer(wake=1.0)
    sound = joined(speech(1), silence(3), speech(1), silence(0.64))
    assert completed(utterance, sound)
    assert np.array_equal(utterance.speech, sound[4 * RATE - LEAD :])
    assert np.array_equal(utterance.samples, sound)


def test_without_speech_there_are_no_samples_of_speech() -> None:
    assert not len(hearer().samples)
    assert not len(hearer().speech)


def test_speech_is_certainly_of_the_user_when_it_goes_on_behind_the_wake_word() -> None:
    utterance = hearer(wake=1.0)
    utterance.hear(joined(speech(1.5), silence(1)))
    assert not utterance.is_of_user, "the wake word and its tail"
    utterance.hear(speech(0.2))
    assert utterance.is_of_user
    utterance.hear(silence(0.3))
    assert utterance.is_of_user, "it stays so"
