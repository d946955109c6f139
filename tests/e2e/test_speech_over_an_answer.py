"""Somebody speaks over an answer, with `interruption: speech`: the real programs with their models, and a virtual sound card."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tars.samples import RATE, Samples
from tests.device.audio.sound_card import SoundCard, sound_card
from tests.e2e.over_an_answer import HEADSET, SECOND, conversation, pause


@pytest.fixture(scope="module", autouse=True)
def virtual_sound_card() -> Iterator[SoundCard]:
    with sound_card() as card:
        yield card


def place_in(sound: Samples, part: Samples) -> float:
    """Where in the sound this part of it is, in seconds."""
    whole, piece = (samples.astype(np.float64) for samples in (sound, part))
    size = len(whole) + len(piece)
    match = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(piece, size)), size)[: len(whole)]
    return float(match.argmax()) / RATE


def test_an_answer_is_silent_while_somebody_speaks_goes_on_after_a_word_of_agreement_and_ends_at_stop(trace_dir: Path) -> None:
    with conversation(trace_dir, HEADSET) as talk:
        talk.begin()
        begin = talk.ask()
        talk.pi.says("DRAINING -> USER_TURN", within=60)
        whole = talk.heard(begin, talk.moment)

        answer = talk.ask()
        agreed = pause(talk, "Okay.", answer, 1, ends="event=reply_resumes")
        stopped = pause(talk, "Stop talking.", agreed.ends - SECOND, 2, ends="event=reply_cut")
        rest = talk.moment
        talk.room.wait(lambda: talk.moment >= rest + 3 * SECOND)

        assert agreed.silence > 0.5
        before, after = talk.heard(agreed.begins - SECOND // 2, agreed.begins), talk.heard(agreed.ends, agreed.ends + SECOND // 2)
        assert abs(place_in(whole, after) - place_in(whole, before) - 0.5) < 0.4, "it goes on where it has stopped, but for its own pauses"
        assert not any(map(talk.is_audible, range(stopped.begins, talk.moment))), "nothing of the answer is heard after the stop"
        assert len(talk.times_of("barge_in")) == 0
