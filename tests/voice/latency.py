"""From the last word to the first audible sample of the answer, with the two real programs and their models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import numpy as np

from tars.demo.voice import ROOM, Phrase, speak
from tars.samples import RATE
from tests.programs import program, tars_pi, url_of
from tests.sounds import read_wav, write_wav

BEGINS, GAP, ENDS = 4.0, 7.0, 8.0
"""Seconds before the first command, between two, and after the last: time for the answers."""

AUDIBLE = 300
"""An answer begins with the first sample above this: -41 dB of full scale."""

START = 60.0
"""Seconds that a busy machine has to start a program."""


def measure(texts: Sequence[str], *settings: str) -> list[float]:
    """Seconds from the last audible sample of each text to the first of its answer, in one session; NaN without one. 9 s a text.

    `settings`: lines of the server's configuration. Microphone and speaker are files that begin at the same time.
    """
    sound, spoken = speak([Phrase(text, pause=GAP if number else BEGINS) for number, text in enumerate(texts)])
    room = np.random.default_rng(2).normal(0, ROOM, round(ENDS * RATE)).round().astype(np.int16)
    with TemporaryDirectory() as folder:
        said, heard, config = Path(folder, "said.wav"), Path(folder, "heard.wav"), Path(folder, "server.yaml")
        write_wav(said, sound, room)
        config.write_text("".join(f"{line}\n" for line in ("personas: {TARS: {humor: 0}}", *settings)))
        with program("tars.server", "--brain", "offline", "--port", "0", "--config", config) as server:
            url = url_of(server, within=START)
            with tars_pi(url, "--microphone", f"file:{said}", "--speaker", f"file:{heard}") as device:
                device.says("LISTENING", within=START)
                device.press_enter()
                Event().wait((len(sound) + len(room)) / RATE)
                device.stop()
            server.stop()
        answers = read_wav(heard)
    found = []
    for number, phrase in enumerate(spoken):
        until = spoken[number + 1].start if number + 1 < len(spoken) else len(answers)
        audible = np.flatnonzero(np.abs(answers[phrase.end : until].astype(np.int32)) > AUDIBLE)
        found.append(float(audible[0]) / RATE if len(audible) else float("nan"))
    return found
