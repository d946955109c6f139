"""Voice activity with the real model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from faster_whisper.vad import get_vad_model

from tars.brains import Hearing
from tars.brains.end_of_speech import UtteranceToPause
from tars.brains.hear.silero import BEGINS, FRAME, GOES_ON, Silero
from tars.samples import RATE, Samples
from tests.brains.conftest import Models, feed, joined, silence

PAUSE = 20 * FRAME


def utterance(models: Models, wake: float = 0) -> UtteranceToPause:
    return UtteranceToPause(Silero(models.whisper.activity), PAUSE, round(wake * RATE))


def noise(seconds: float, amplitude: int) -> Samples:
    return np.random.default_rng(3).integers(-amplitude, amplitude + 1, round(seconds * RATE)).astype(np.int16)


@pytest.mark.parametrize("sound", [silence(10), noise(10, 30), noise(10, 3_000)], ids=["zeros", "hiss", "loud noise"])
def test_noise_is_no_speech(models: Models, sound: Samples) -> None:
    assert set(feed(utterance(models).hear, sound)) == {Hearing.SILENCE}


@pytest.mark.parametrize(
    ("recording", "words_end"),
    [
        ("cards/001.wav", 0.9),
        ("cards/003.wav", 1.2),
        ("goforward.raw", 2.1),
        ("something.raw", 2.1),
        ("librivox/sense_and_sensibility_01_austen_64kb-0880.wav", 2.7),
    ],
)
@pytest.mark.parametrize("background", [0, 60], ids=["quiet", "hiss"])
def test_recordings_of_people_are_speech_to_their_end_only(
    models: Models, person: Callable[[str], Samples], recording: str, words_end: float, background: int
) -> None:
    spoken = joined(person(recording), silence(2))
    spoken += noise(len(spoken) / RATE, background)
    heard = utterance(models)
    assert feed(heard.hear, spoken)[-1] is Hearing.COMPLETE
    assert words_end < (len(heard.samples) - PAUSE) / RATE < words_end + 0.3
    assert len(heard.speech) > 0.7 * RATE


def test_single_frames_give_the_result_of_the_whole_sound(models: Models, person: Callable[[str], Samples]) -> None:
    sound = person("cards/005.wav")
    sound = sound[: len(sound) - len(sound) % FRAME]
    probabilities = get_vad_model()(sound.astype(np.float32) / 32_768)
    expected, speaking = [], False
    for probability in probabilities.ravel():
        speaking = probability >= (GOES_ON if speaking else BEGINS)
        expected.append(speaking)
    detector = Silero(models.whisper.activity)
    assert [detector.is_speech(sound[at : at + FRAME]) for at in range(0, len(sound), FRAME)] == expected
    assert any(GOES_ON < probability < BEGINS for probability in probabilities.ravel())


def test_detectors_share_no_state(models: Models, say: Callable[[str], Samples]) -> None:
    frame = say("What time is it?")[RATE // 4 :][:FRAME]
    used = Silero(models.whisper.activity)
    first = [used.is_speech(frame) for _ in range(20)]
    again = Silero(models.whisper.activity)
    assert [again.is_speech(frame) for _ in range(20)] == first


def test_a_wake_word_in_front_of_a_pause(models: Models, say: Callable[[str], Samples]) -> None:
    """Spoken by the voice, with the earliest and the latest detection that was measured."""
    wake_word = joined(silence(1), say("Hey Jarvis."))
    word_end = len(wake_word) / RATE - 0.2
    for detected in (word_end - 0.6, word_end - 0.2, word_end, word_end + 0.3):
        heard = utterance(models, detected)
        assert Hearing.COMPLETE not in feed(heard.hear, joined(wake_word, silence(8)))
        assert feed(heard.hear, joined(say("What time is it?"), silence(1)))[-1] is Hearing.COMPLETE


def test_a_question_right_after_the_wake_word(models: Models, say: Callable[[str], Samples]) -> None:
    spoken = say("Hey Jarvis, what time is it?")
    for detected in (0.3, 0.6, 0.8):
        heard = utterance(models, 1 + detected)
        assert feed(heard.hear, joined(silence(1), spoken, silence(0.7)))[-1] is Hearing.COMPLETE
        assert len(heard.speech) > len(spoken)
