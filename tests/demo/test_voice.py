from __future__ import annotations

import numpy as np

from tars.demo.voice import Phrase, say, speak
from tars.samples import RATE


def test_phrases_are_where_they_are_said_to_be() -> None:
    samples, spoken = speak([Phrase("Hey Jarvis.", 0.5), Phrase("What time is it?", 2.0)])
    assert samples.dtype == np.int16
    assert [phrase.text for phrase in spoken] == ["Hey Jarvis.", "What time is it?"]
    assert spoken[0].start == RATE // 2
    assert spoken[1].start == spoken[0].end + 2 * RATE
    assert spoken[1].end == len(samples)
    loud = np.flatnonzero(np.abs(samples.astype(int)) > 200)
    pause = (loud > spoken[0].end) & (loud < spoken[1].start)
    assert not pause.any()
    assert np.abs(loud - spoken[0].start).min() < RATE // 20


def test_it_says_the_same_every_time_and_a_room_is_never_silent() -> None:
    phrases = [Phrase("Thank you.", 1.0)]
    first, second = speak(phrases)[0], speak(phrases)[0]
    assert (first == second).all()
    assert 4 < np.std(first[: RATE // 2]) < 12
    assert not speak(phrases, room=0.0)[0][:RATE].any()


def test_a_phrase_begins_and_ends_with_sound() -> None:
    voice = np.abs(say("Hey Jarvis.").astype(int))
    assert voice.max() > 16_000
    assert voice[:160].max() > 100
    assert voice[-160:].max() > 100
