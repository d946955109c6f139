"""Two wake words are two people: from the microphone through both programs to the speaker."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tars.demo.voice import Phrase, speak
from tars.samples import RATE, Samples
from tests.brains.speak.test_hibari import pitch_of
from tests.programs import program, read_trace, tars_pi, url_of
from tests.sounds import read_wav, write_wav

LONG = 60.0
"""Seconds that a busy machine may take."""

WAKE_WORDS = "hey_jarvis, okay_nabu=0.6"
"""The voice that says "okay nabu" has a score of 0.84 with it."""

PERSONAS = """
brain: offline
personas:
  Jarvis: {wake_words: [hey jarvis], voice: 80%, humor: 0, greeting: I am Jarvis and I serve tea.}
  Nabu: {wake_words: [okay nabu], voice: 125%, humor: 0, greeting: I am Nabu and I never sleep.}
"""


def test_two_wake_words_get_two_voices(tmp_path: Path, trace_dir: Path) -> None:
    (tmp_path / "server.yaml").write_text(PERSONAS)
    heard = {}
    with program("tars.server", "--port", "0", "--config", tmp_path / "server.yaml", "--trace", trace_dir / "server.jsonl") as server:
        url = url_of(server, LONG)
        for name, wake_word in (("jarvis", "Hey Jarvis."), ("nabu", "Okay Nah boo.")):
            heard[name] = answer_to(url, tmp_path / name, wake_word, trace_dir / f"{name}.jsonl")
        server.stop()
    texts = [line["payload"]["text"] for line in read_trace(trace_dir / "server.jsonl") if line["event"] == "answered"]
    assert texts == ["I am Jarvis and I serve tea.", "I am Nabu and I never sleep."]
    assert pitch_of(heard["nabu"]) > 1.3 * pitch_of(heard["jarvis"])


def answer_to(url: str, base: Path, wake_word: str, trace: Path) -> Samples:
    """What a device plays when a user says the wake word and asks who is there."""
    voice, _ = speak([Phrase(wake_word, pause=2.0), Phrase("Who are you?", pause=0.3)])
    write_wav(base.with_suffix(".said.wav"), voice)
    sound = ["--microphone", f"file:{base.with_suffix('.said.wav')}", "--speaker", f"file:{base.with_suffix('.heard.wav')}"]
    with tars_pi(url, *sound, "--trace", trace, wake_word=WAKE_WORDS) as pi:
        pi.says("DRAINING -> USER_TURN", within=LONG)
        pi.stop()
    played = read_wav(base.with_suffix(".heard.wav"))
    assert len(np.flatnonzero(played)) > RATE
    return played
