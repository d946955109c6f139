from __future__ import annotations

from pathlib import Path

import pytest

from tars.device.wake.words import BUILT_IN, DEFAULT, FETCHED, OURS, Engine, Word, Words, read_words

MICRO, OPEN = Engine.MICRO, Engine.OPEN

READ: list[tuple[str, list[Word]]] = [
    ("none", []),
    ("hey_jarvis", [Word("hey_jarvis", MICRO)]),
    ("hey_jarvis, okay_nabu=0.9", [Word("hey_jarvis", MICRO), Word("okay_nabu", MICRO, None, 0.9)]),
    ("hey_tars", [Word("hey_tars", OPEN)]),
    ("hey_tars=0.8,alexa", [Word("hey_tars", OPEN, None, 0.8), Word("alexa", MICRO)]),
    ("openwakeword/alexa = 1", [Word("alexa", OPEN, None, 1.0)]),
    ("~/models/computer.onnx=.6", [Word("computer", OPEN, Path.home() / "models/computer.onnx", 0.6)]),
    ("computer_v2.TFLITE", [Word("computer_v2", OPEN, Path("computer_v2.TFLITE"))]),
    ("/opt/nabu.json=0.5", [Word("nabu", MICRO, Path("/opt/nabu.json"), 0.5)]),
    ("models/a=b.onnx", [Word("a=b", OPEN, Path("models/a=b.onnx"))]),
    ("models/a=b.onnx=0.25", [Word("a=b", OPEN, Path("models/a=b.onnx"), 0.25)]),
    ("models/openwakeword/alexa.onnx", [Word("alexa", OPEN, Path("models/openwakeword/alexa.onnx"))]),
]


@pytest.mark.parametrize(("text", "words"), READ)
def test_what_the_user_writes_is_what_is_listened_for(text: str, words: list[Word]) -> None:
    assert read_words(text) == Words(words)


@pytest.mark.parametrize("text", [text for text, _ in READ])
def test_words_are_written_as_they_are_read(text: str) -> None:
    words = read_words(text)
    assert read_words(str(words)) == words


def test_the_default_is_a_word_that_needs_no_download() -> None:
    assert str(DEFAULT) == "hey_jarvis"
    assert read_words("hey_jarvis") == DEFAULT
    assert DEFAULT[0].name in BUILT_IN


@pytest.mark.parametrize(
    ("name", "spoken"),
    [("hey_jarvis", "hey jarvis"), ("computer_v2", "computer"), ("Hey-Tars_v0.1", "hey tars"), ("ok_nabu2", "ok nabu"), ("alexa", "alexa")],
)
def test_a_word_is_spoken_as_its_name_without_its_version(name: str, spoken: str) -> None:
    assert Word(name, OPEN).spoken == spoken


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "There is no ''"),
        ("hey_jarvis,", "There is no ''"),
        ("hey_jarvi", "There is no 'hey_jarvi'; did you mean 'hey_jarvis'?"),
        ("hey_rhasspy", "There is no 'hey_rhasspy'; did you mean 'openwakeword/hey_rhasspy'?"),
        ("hey_tar", "There is no 'hey_tar'; did you mean 'hey_tars'?"),
        ("openwakeword/hey_tars", "There is no 'openwakeword/hey_tars'"),
        ("openwakeword/okay_nabu", "There is no 'openwakeword/okay_nabu'"),
        ("microwakeword/alexa", "There is no 'microwakeword/alexa'; did you mean 'openwakeword/alexa'?"),
        ("~/models/a,b.onnx", "There is no '~/models/a'"),
        ("computer.pt", "There is no 'computer.pt'; a comma separates words, so a path cannot hold one"),
        ("~nobody_here/own.onnx", "must hold paths that there can be; there is no such home directory: '~nobody_here/own.onnx'"),
        ("none, alexa", "must be `none` alone for push-to-talk only, or words without `none`, not 'none, alexa'"),
        ("alexa=0", "must hold thresholds of more than 0 and at most 1, as in hey_jarvis=0.9, not 'alexa=0'"),
        ("alexa=1.01", "must hold thresholds of more than 0 and at most 1, as in hey_jarvis=0.9, not 'alexa=1.01'"),
        ("alexa=nan", "must hold thresholds of more than 0 and at most 1, as in hey_jarvis=0.9, not 'alexa=nan'"),
        ("alexa=", "must hold thresholds of more than 0 and at most 1, as in hey_jarvis=0.9, not 'alexa='"),
        ("own.onnx=high", "must hold thresholds of more than 0 and at most 1, as in hey_jarvis=0.9, not 'own.onnx=high'"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_is_allowed(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=r"must ") as refused:
        read_words(text)
    assert complaint in str(refused.value)
    if "There is no" in complaint:
        assert all(name in str(refused.value) for name in (*BUILT_IN, *OURS, *FETCHED, ".json", ".onnx", ".tflite", "none"))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("alexa, alexa=0.5", "alexa"),
        ("hey_jarvis, openwakeword/hey_jarvis", "hey jarvis"),
        ("okay_nabu, hey_jarvis, ~/models/hey-jarvis_v2.tflite", "hey jarvis"),
        ("hey_tars, ~/models/hey_tars.onnx", "hey tars"),
        ("a/computer.onnx, b/computer.json", "computer"),
    ],
)
def test_two_models_of_one_word_are_refused(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=f"together: both hear '{word}'; keep one of them"):
        read_words(text)
