"""`--record`: for each utterance a WAV of exactly the samples that the brain was given."""

from __future__ import annotations

import wave
from itertools import chain, count
from pathlib import Path

from tars.samples import RATE, WIDTH


def recording_path(folder: Path, device: str, session: str, turn: int) -> Path:
    """`kitchen-3f9a41-1.wav`: device, session and turn; `kitchen-3f9a41-1-2.wav` if a crash of the server made the session begin anew."""
    names = (f"{device}-{session}-{turn}{again}.wav" for again in chain([""], (f"-{number}" for number in count(2))))
    return next(path for path in map(folder.joinpath, names) if not path.exists())


def write_recording(path: Path, pcm: bytes) -> None:
    """16 kHz, mono, 16 bit."""
    with path.open("wb") as stream, wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(WIDTH)
        file.setframerate(RATE)
        file.writeframes(pcm)
