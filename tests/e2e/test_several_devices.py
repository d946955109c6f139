"""Two real tars-pi hear one wake word, one of them badly; a real server lets the better one go on, whichever is first."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tars.demo.voice import say
from tars.samples import RATE, Samples
from tests.programs import program, tars_server
from tests.sounds import quiet, read_wav, write_wav

SENTENCE = "Remember that the gardener comes on Thursday morning, and that somebody has to open the gate for him before eight o'clock."
LEAD, TAIL = 3.0, 6.0
"""Seconds of quiet before the wake word and after the sentence."""
STARTS = {"TARS_LIMITS_HANDOVER_LIMIT": "7"}
"""Seconds: so much later may the second program hear its file than the first one. It begins when the program has started."""


def rooms(folder: Path) -> dict[str, Samples]:
    """What is heard beside the user, and in the next room: softer, and in the noise of a fan."""
    said = np.concatenate((quiet(LEAD), say("Hey Jarvis."), quiet(0.2, seed=3), say(SENTENCE), quiet(TAIL, seed=4)))
    fan = np.random.default_rng(5).normal(0, 200, len(said))
    heard = {"near": said, "far": (said * 0.3 + fan).round().astype(np.int16)}
    return {name: write_wav(folder / f"{name}.wav", samples) for name, samples in heard.items()}


def begins_in(recorded: Samples, heard: Samples) -> int:
    """The offset from which on the recording is in the sound, sample by sample."""
    windows = np.flatnonzero(heard[: len(heard) - len(recorded) + 1] == recorded[0])
    return next(int(at) for at in windows if np.array_equal(heard[at : at + len(recorded)], recorded))


@pytest.mark.parametrize("first", ["near", "far"])
def test_the_device_that_hears_better_answers_alone_and_its_utterance_is_whole(first: str, tmp_path: Path) -> None:
    heard = rooms(tmp_path)
    second = {"near": "far", "far": "near"}[first]

    def options(url: str, name: str) -> list[str | Path]:
        return [
            "--server",
            url,
            "--device",
            name,
            "--wake-word",
            "hey_jarvis",
            "--speaker",
            "none",
            "--microphone",
            f"file:{tmp_path / name}.wav",
        ]

    with tars_server("--record", tmp_path / "recordings", **STARTS) as (server, url), program("tars.device", *options(url, first)) as one:
        one.says("session IDLE -> LISTENING")
        with program("tars.device", *options(url, second)) as other:
            devices = {first: one, second: other}
            decided = server.says("heard by several devices")
            assert "goes_on=near" in decided
            assert "instead_of=far" in decided
            snr, its_snr = (float(value) for value in re.findall(r"snr=([\d.]+)", decided))
            assert snr > its_snr + 10
            devices["near"].says("turn THINKING -> SPEAKING")
            devices["far"].says("reason=elsewhere")
            devices["near"].says("turn DRAINING -> USER_TURN")
            other.stop()
        one.stop()
        server.stop()
    assert "SPEAKING" not in devices["far"].output
    assert "play_error" not in devices["far"].output
    (recording,) = (path for path in (tmp_path / "recordings").iterdir() if path.name.endswith("-1.wav"))
    assert recording.name.startswith("near-")
    recorded = read_wav(recording)
    at = begins_in(recorded, heard["near"])
    assert at < LEAD * RATE, "from before the wake word"
    assert at + len(recorded) > len(heard["near"]) - TAIL * RATE, "to the last word"
    assert not [path for path in (tmp_path / "recordings").iterdir() if path.name.startswith("far-")]
