"""The proof notices what it is for: a lost, a doubled, a shifted, a changed sample."""

from __future__ import annotations

import numpy as np
import pytest

from tars.device.audio.sounds import CHIME, ERROR
from tars.samples import RATE, Samples
from tars.server.utterance import HEARD_GAP
from tests.faults.proof import account, common, difference, find, utterance, without
from tests.faults.speech import speech

SAID = speech(2)[: 10 * RATE]
FIRST, SECOND = SAID[RATE : 7 * RATE], SAID[7 * RATE : 9 * RATE]


def silence(samples: int = 640) -> Samples:
    return np.zeros(samples, np.int16)


def played(*parts: Samples) -> Samples:
    return np.concatenate([silence(), *parts, silence()])


def test_speech_has_no_zero_and_no_two_parts_alike() -> None:
    assert SAID.all()
    for at in range(0, len(SAID) - 32, 1601):
        assert find(SAID, SAID[at : at + 32]) == at


def test_samples_are_found_where_they_begin_and_never_between_two_of_them() -> None:
    assert find(np.array([0x0101, 0x0102, 0x0201], np.int16), np.array([0x0201], np.int16)) == 2
    assert find(SAID, np.array([0], np.int16)) is None
    assert common(SAID, SAID[:100]) == 100


# --- up --------------------------------------------------------------------------------------------------------------------------


def test_a_recording_that_is_what_was_captured_is_right() -> None:
    assert difference(SAID, 5000, SAID[5000:90000]) is None


@pytest.mark.parametrize(
    ("recorded", "wrong"),
    [
        (np.delete(SAID[5000:90000], 700), "1 samples are lost at sample 700"),
        (np.concatenate([SAID[5000:9000], SAID[7720:90000]]), "1280 samples are doubled at sample 4000"),
        (SAID[5001:90000], "1 samples are lost at sample 0"),
        (SAID[4999:90000], "1 samples are doubled at sample 0"),
        (np.concatenate([SAID[5000:9000], silence(1), SAID[9001:]]), "sample 4000 is none that it should be: 0"),
        (np.delete(SAID[5000:9000], -2), f"sample 3998 is none that it should be: {SAID[8999]}"),
    ],
)
def test_a_lost_doubled_shifted_or_changed_sample_of_a_recording_is_noticed(recorded: Samples, wrong: str) -> None:
    assert difference(SAID, 5000, recorded) == wrong


def test_a_declared_gap_is_a_short_silence() -> None:
    declared = without(SAID, 5000, [(2000, 3000), (6000, 7000), (8000, 8000 + 9 * HEARD_GAP)])
    divided = np.concatenate([SAID[5000:6000], silence(1000), SAID[7000:8000], silence(HEARD_GAP), SAID[8000 + 9 * HEARD_GAP :][:500]])
    spliced = np.concatenate([SAID[5000:6000], SAID[7000:9000]])
    assert difference(declared, 0, divided) is None
    assert difference(SAID, 5000, divided) is not None
    assert difference(declared, 0, spliced) == "1000 samples are lost at sample 1000"


def test_an_utterance_ends_after_its_pause_or_not_at_all() -> None:
    ended = utterance(SAID[RATE:])
    assert ended is not None
    assert len(ended) == round((2 + 2 + 0.8) * RATE)
    assert utterance(SAID[RATE : 5 * RATE]) is None


# --- down ------------------------------------------------------------------------------------------------------------------------


def test_replies_in_order_with_pauses_and_cues_are_right() -> None:
    parts = CHIME, silence(3), FIRST[:2000], silence(1280), FIRST[2000:2010], silence(5), FIRST[2010:], ERROR, SECOND
    result = account(played(*parts), [FIRST, SECOND])
    assert (result.wrong, result.replies, result.pauses) == ([], [len(FIRST), len(SECOND)], [1280, 5])


def test_a_reply_with_a_gap_in_it_may_pause_there_too() -> None:
    reply = without(FIRST, 0, [(2000, 9000)])
    result = account(played(reply[:1500], silence(), reply[1500:2500], silence(), reply[2500:]), [reply])
    assert (result.wrong, result.replies) == ([], [len(reply)])
    (wrong,) = account(played(reply[:2500], reply[2501:]), [reply]).wrong
    assert "1 samples are lost" in wrong


def test_what_was_not_played_is_not_counted() -> None:
    result = account(played(FIRST[:5000], CHIME[:900], SECOND[:100]), [FIRST, SECOND])
    assert (result.wrong, result.replies) == ([], [5000, 100])
    assert account(played(), [FIRST]).replies == [0]


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        ((np.delete(FIRST, 5000), SECOND), "1 samples are lost at sample 5000 of reply 1"),
        ((FIRST[:5000], silence(), FIRST[5001:]), "1 samples are lost at sample 5000 of reply 1"),
        ((FIRST[:5000], FIRST[3720:]), "1280 samples are doubled at sample 5000 of reply 1"),
        ((FIRST[:5000], silence(), FIRST[4999:]), "1 samples are doubled at sample 5000 of reply 1"),
        ((FIRST, SECOND, FIRST[:100]), "96000 samples are doubled at sample 96000 of reply 1"),
        ((FIRST[1:],), "1 samples are lost at sample 0 of reply 1"),
        ((FIRST[:5000], FIRST[5000:5001] + np.int16(2), FIRST[5001:]), "is of no reply"),
        ((FIRST, SECOND, np.full(50, 77, np.int16)), "is of no reply and of no cue: 77"),
    ],
)
def test_a_lost_doubled_shifted_or_changed_sample_of_what_was_played_is_noticed(parts: tuple[Samples, ...], wrong: str) -> None:
    (said,) = account(played(*parts), [FIRST, SECOND]).wrong
    assert wrong in said
