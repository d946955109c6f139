"""`tars-pi tune` on a recording: what was heard, what was nearly heard, and what follows from it."""

from __future__ import annotations

import re
import signal
from pathlib import Path

from tars.samples import RATE
from tests.device.wake.hearing import said
from tests.programs import program
from tests.sounds import quiet, write_wav

OPTIONS = ["--wake-word", "hey_jarvis, okay_nabu", "--microphone"]


def test_of_a_recording(tmp_path: Path) -> None:
    samples = write_wav(tmp_path / "said.wav", said("Okay Nabu.", "Hey Jarvis."))
    with program("tars.device", "tune", *OPTIONS, f"file:{tmp_path / 'said.wav'}") as tuned:
        assert tuned.exits() == 0, tuned.output
    lines = tuned.lines
    assert lines[0].startswith("Say each wake word as you will")
    seconds = [line for line in lines if re.fullmatch(r"[ \d-]{4} dB \[[# ]{20}\]  hey_jarvis \d\.\d\d  okay_nabu \d\.\d\d", line)]
    assert len(seconds) >= len(samples) // RATE
    (call,) = [line for line in lines if " heard " in line]
    (near,) = [line for line in lines if " near miss  " in line]
    assert re.fullmatch(r" +\d\.\d\d s  heard      hey_jarvis  1\.00 of 0\.\d+", call)
    assert re.fullmatch(r" +\d\.\d\d s  near miss  okay_nabu  0\.5\d of 0\.\d+", near)
    assert 1 < float(near.split()[0]) < float(call.split()[0]) < len(samples) / RATE
    assert [re.sub(r"0\.\d+(?= to|\)|:)|1\.00", "N", line) for line in lines[-4:]] == [
        "hey_jarvis, threshold N: 1 call (N), no near misses",
        "  Keep N: nothing came near it that was not a call.",
        "okay_nabu, threshold N: no calls, 1 near miss (N)",
        "  Nothing is suggested: no call was heard.",
    ]


def test_ctrl_c_shows_what_was_heard_so_far(tmp_path: Path) -> None:
    write_wav(tmp_path / "said.wav", quiet(60))
    with program("tars.device", "tune", *OPTIONS, f"file:{tmp_path / 'said.wav'}") as tuned:
        tuned.says("okay_nabu 0.")
        tuned.stop(signal.SIGINT)
    assert [line for line in tuned.lines if "threshold" in line] == [
        "hey_jarvis, threshold 0.95: no calls, no near misses",
        "okay_nabu, threshold 0.85: no calls, no near misses",
    ]


def test_without_a_wake_word() -> None:
    with program("tars.device", "tune", "--wake-word", "none", "--microphone", "file:nowhere.wav") as tuned:
        assert tuned.exits() == 1
    assert "Traceback" not in tuned.output
