"""What every engine and every form of a model must do, with real models on real sound."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import get_ident

import numpy as np
import pymicro_wakeword
import pytest

from tars.demo.voice import Phrase, Spoken, speak
from tars.device.wake.detector import ThreadedWakeWord
from tars.device.wake.engines import Scorer, load
from tars.device.wake.models import FOR_TESTS, fetched, word_file
from tars.device.wake.words import BUILT_IN, FETCHED, OF_FETCHED, OURS, read_words
from tars.samples import BLOCK, RATE, Samples
from tests.device.wake.bench import tell
from tests.device.wake.hearing import SPOKEN, at_once, heard, noise, other_speech, said, scores, silence

PACKAGED = Path(pymicro_wakeword.__file__).parent / "models"
OWN = "computer"
"""What a model of one's own is called here. It is one of "hey Jarvis" under another name."""
KINDS = ("named", "manifest", "fetched", "onnx", "tflite", "both engines")


@cache
def setting(kind: str, folder: Path) -> str:
    """A setting with one word that is spoken "Hey Jarvis"; with `both engines` another one of the other engine listens too."""
    match kind:
        case "named":
            return "hey_jarvis"
        case "manifest":
            shutil.copy(PACKAGED / "hey_jarvis.json", folder / f"{OWN}.json")
            shutil.copy(PACKAGED / "hey_jarvis.tflite", folder)
            return str(folder / f"{OWN}.json")
        case "fetched":
            return f"{OF_FETCHED}hey_jarvis"
        case "onnx":
            return str(shutil.copy(word_file("hey_jarvis"), folder / f"{OWN}.onnx"))
        case "tflite":
            return str(shutil.copy(fetched(next(iter(FOR_TESTS))), folder / f"{OWN}.tflite"))
    return f"{OF_FETCHED}alexa, hey_jarvis"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as made:
        yield Path(made)


@dataclass(frozen=True)
class Tried:
    """An engine with its models, having heard nothing."""

    setting: str
    name: str
    """Of the word that is spoken "Hey Jarvis"."""
    scorer: Scorer

    def scores(self, samples: Samples) -> list[float]:
        return [row[self.name] for row in scores(self.scorer, samples)]


@pytest.fixture(scope="module", params=KINDS)
def loaded(request: pytest.FixtureRequest, folder: Path) -> Tried:
    text = setting(request.param, folder)
    return Tried(text, read_words(text)[-1].name, load(read_words(text)))


@pytest.fixture
def tried(loaded: Tried) -> Tried:
    loaded.scorer.forget()
    return loaded


@pytest.mark.parametrize("offset", range(0, BLOCK, 256))
def test_a_word_is_heard_wherever_it_falls_into_the_blocks(tried: Tried, offset: int) -> None:
    assert heard(tried.scorer, np.concatenate((silence(offset), said("Hey Jarvis.")))) == {tried.name}


@pytest.mark.parametrize("loudness", [0.02, 0.1, 1.9])
def test_a_word_is_heard_soft_and_loud(tried: Tried, loudness: float) -> None:
    assert heard(tried.scorer, (said("Hey Jarvis.") * loudness).astype(np.int16)) == {tried.name}


def test_other_speech_is_no_word(tried: Tried) -> None:
    for recording in (*other_speech(), said("What time is it?", "Turn on the lights.", "Hello, my name is Travis.")):
        assert heard(tried.scorer, recording) == set()


def test_a_word_right_after_forgetting_is_heard(tried: Tried) -> None:
    for _ in range(3):
        assert heard(tried.scorer, at_once("Hey Jarvis.")) == {tried.name}
        tried.scorer.forget()


def test_forgetting_leaves_nothing_of_a_word(tried: Tried) -> None:
    fresh = tried.scores(silence(10 * BLOCK))
    tried.scorer.forget()
    samples = said("Hey Jarvis.")
    certain = int(np.argmax(tried.scores(samples))) + 1
    tried.scorer.forget()
    tried.scores(samples[: certain * BLOCK])
    tried.scorer.forget()
    assert tried.scores(silence(10 * BLOCK)) == pytest.approx(fresh, abs=1e-6)


def test_every_block_has_a_score_of_its_own(tried: Tried) -> None:
    """Scores follow the sound block by block: none is one that was given before, as it is with smaller blocks."""
    said_of_it = tried.scores(said("Hey Jarvis."))
    assert all(0 <= score <= 1 for score in said_of_it)
    assert sum(score >= 0.5 for score in said_of_it) < 20
    assert max(said_of_it[:10]) < 0.5 < max(said_of_it[10:])


COUNT_BUSY_THREADS = """
import sys
from pathlib import Path
from tars.device.wake.engines import load
from tars.device.wake.words import read_words
scorer = load(read_words(sys.argv[1]))
for _ in range(100):
    scorer.score(bytes(2560))
ticks = [sum(map(int, file.read_text().rpartition(")")[2].split()[11:13])) for file in Path("/proc/self/task").glob("*/stat")]
print(sum(tick > 1 for tick in ticks))
"""


def test_one_thread_does_all_the_work(loaded: Tried) -> None:
    command = [sys.executable, "-c", COUNT_BUSY_THREADS, loaded.setting]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # those of numpy, which only begin, are not counted
    assert subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout == "1\n"


# --- each word -------------------------------------------------------------------------------------------------------------------

EVERY_WORD = [*BUILT_IN, *OURS, *(f"{OF_FETCHED}{name}" for name in FETCHED)]


@pytest.mark.parametrize("word", EVERY_WORD)
def test_noise_and_silence_are_no_word_right_after_forgetting(word: str) -> None:
    scorer = load(read_words(word))
    for _ in range(3):
        for samples in (noise(20 * BLOCK), silence(20 * BLOCK)):
            assert heard(scorer, samples) == set()
            scorer.forget()


MISTAKEN = (f"{OF_FETCHED}hey_jarvis", "hey_tars")
"""This model of others takes that call for its own. `hey_jarvis` of microWakeWord does not."""


@pytest.mark.parametrize("word", EVERY_WORD)
def test_each_word_is_heard_and_no_other_one_is_taken_for_it(word: str) -> None:
    name, scorer = read_words(word)[0].name, load(read_words(word))
    for spoken, text in SPOKEN.items():
        scorer.forget()
        if (word, spoken) != MISTAKEN:
            assert heard(scorer, said(text)) == ({name} if spoken == name else set()), text


def test_all_words_of_an_engine_at_once_score_as_each_does_alone() -> None:
    samples = said("Hey Jarvis.", "Alexa.")
    for names in (BUILT_IN, [f"{OF_FETCHED}{name}" for name in FETCHED]):
        words = read_words(",".join(names))
        together = scores(load(words), samples)
        for word in words:
            alone = scores(load([word]), samples)
            assert [row[word.name] for row in together] == pytest.approx([row[word.name] for row in alone], abs=1e-6)


# --- in its thread ---------------------------------------------------------------------------------------------------------------


def spoken_thrice() -> tuple[Samples, list[Spoken]]:
    samples, words = speak(3 * [Phrase("Hey Jarvis.", 1.5)] + [Phrase("Thank you.", 1.0)])
    return samples, words[:3]


def test_each_call_is_one_detection_while_it_ends(tried: Tried) -> None:
    samples, calls = spoken_thrice()
    bench = tell(lambda bench: bench.hear(samples), tried.scorer)
    assert [found.model for found in bench.detected] == 3 * [tried.name]
    assert all(found.score >= tried.scorer.thresholds[tried.name] and found.at % BLOCK == 0 for found in bench.detected)
    assert all(-0.6 < (found.at - call.end) / RATE < 0.4 for found, call in zip(bench.detected, calls, strict=True))
    assert bench.threads == {get_ident()}


def test_rearming_at_each_detection_brings_no_second_one(tried: Tried) -> None:
    samples, _ = spoken_thrice()
    bench = tell(lambda bench: bench.hear(samples), tried.scorer, after=ThreadedWakeWord.rearm)
    assert len(bench.detected) == 3
