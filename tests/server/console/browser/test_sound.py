"""What the browser plays is what tars-pi plays of the same reply, sample by sample; and its microphone has the right rate."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tars.device.audio.playback import BufferedSpeaker
from tars.samples import RATE
from tests.server.console.browser.node_device import NODE, lay_out

QUANTUM = 128
"""Samples that an AudioWorklet plays at a time."""


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("modules"))


def run(script: str, modules: Path, given: object) -> Any:
    command = [NODE, Path(__file__).with_name(script), modules]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def story(seed: int) -> list[tuple[Any, ...]]:
    """Replies in bursts and with gaps, cues, pauses and stops, while the sound card takes its samples."""
    dice = random.Random(seed)
    calls: list[tuple[Any, ...]] = []
    stream = 0
    for _ in range(300):
        verb = dice.choices(
            ("open", "play", "old", "cue", "pause", "resume", "stop", "keep", "pull"), weights=(2, 12, 1, 1, 1, 2, 1, 1, 30)
        )[0]
        if verb == "open":
            stream += 1
            calls.append(("open", stream))
        elif verb in ("play", "old"):
            samples = [dice.randrange(-30000, 30000) for _ in range(dice.choice((1, 100, 640, 1280, 4000)))]
            calls.append(("play", stream - (verb == "old"), samples))
        elif verb == "cue":
            calls.append(("cue", [dice.randrange(-9000, 9000) for _ in range(900)]))
        elif verb == "keep":
            calls.append(("stop", dice.choice((1, 500, 5000))))
        elif verb == "pull":
            calls += [("pull", QUANTUM)] * dice.choice((1, 3, 10, 40))
        else:
            calls.append((verb,))
    return calls


def in_python(calls: list[tuple[Any, ...]], delay: int) -> list[dict[str, Any]]:
    speaker = BufferedSpeaker(RATE, delay)
    pulled = []
    for verb, *values in calls:
        match verb:
            case "open":
                speaker.open(values[0], RATE)
            case "play":
                speaker.play(values[0], np.array(values[1], np.int16))
            case "cue":
                speaker.cue(np.array(values[0], np.int16))
            case "stop":
                speaker.stop(keep=values[0] / RATE if values else 0.0)
            case "pull":
                samples, heard = speaker.pull(values[0])
                said = None if heard is None else {"stream": heard.stream, "samples": heard.samples}
                pulled.append({"samples": samples.tolist(), "heard": said, "underruns": speaker.underruns})
            case other:
                getattr(speaker, other)()
    return pulled


def plays_as_tars_pi(modules: Path, seed: int) -> bool:
    calls, delay = story(seed), 300 * (seed % 3)
    expected = in_python(calls, delay)
    assert any(one["underruns"] for one in expected)
    return bool(run("reply_buffer.mjs", modules, {"calls": calls, "delay": delay}) == expected)


@pytest.mark.parametrize("seed", range(8))
def test_the_buffer_plays_as_that_of_tars_pi(modules: Path, seed: int) -> None:
    assert plays_as_tars_pi(modules, seed)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("const JITTER_BUFFER = RATE / 5", "const JITTER_BUFFER = RATE / 10"),
        ("reply.since ??= this.#position", "reply.since = this.#position"),
        ("this.#position - this.delay", "this.#position"),
        ("piece.stream !== stream", "piece.stream === stream"),
        ("reply.begun && !reply.filling && filled < count", "reply.begun && !reply.filling && filled < 0"),
    ],
)
def test_a_fault_in_the_buffer_is_noticed(tmp_path: Path, old: str, new: str) -> None:
    file = lay_out(tmp_path) / "device/reply_buffer.js"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    assert not all(plays_as_tars_pi(tmp_path, seed) for seed in range(8))


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000, 96_000])
def test_speech_keeps_its_pitch_and_loudness_and_what_lies_above_is_gone(modules: Path, rate: int) -> None:
    time = np.arange(rate) / rate
    for pitch, loudness in ((300.0, 1.0), (3000.0, 1.0), (6500.0, 1.0), (9000.0, 0.0), (12_000.0, 0.0)):
        if pitch > rate / 2:
            continue
        tone = 0.5 * np.sin(2 * np.pi * pitch * time)
        came = np.array(run("resampler.mjs", modules, {"from": rate, "to": RATE, "samples": tone.tolist()}))
        assert abs(len(came) - RATE) < 40, "a second is a second"
        middle = came[1000:-1000]
        assert 2 * np.sqrt(np.mean(middle**2) / 2) / 0.5 == pytest.approx(loudness, abs=0.02), pitch
        if loudness:
            spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
            assert float(np.argmax(spectrum)) * RATE / len(middle) == pytest.approx(pitch, abs=2)
