"""`--record`: for each utterance a WAV of exactly the samples that the brain was given."""

from __future__ import annotations

import os
import wave
from itertools import chain, count
from pathlib import Path

from tars.runtime.log import log
from tars.samples import RATE, WIDTH


def record(folder: Path, device: str, session: str, turn: int, pcm: bytes) -> None:
    """Write the recording of one utterance, PCM16. A file that cannot be written is logged and is the only loss."""
    path = recording_path(folder, device, session, turn)
    try:
        write_recording(path, pcm)
    except OSError as error:
        log.error("cannot record", file=path, reason=error.strerror)


def recording_path(folder: Path, device: str, session: str, turn: int) -> Path:
    """A path that does not exist yet: `kitchen-3f9a41-1.wav` from device, session and turn.

    `kitchen-3f9a41-1-2.wav` if the first one exists: a server has crashed and the session began again.
    """
    names = (f"{device}-{session}-{turn}{again}.wav" for again in chain([""], (f"-{number}" for number in count(2))))
    return next(path for path in map(folder.joinpath, names) if not path.exists())


def write_recording(path: Path, pcm: bytes) -> None:
    """Write 16 kHz, mono, 16 bit, for its owner only. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream, wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(WIDTH)
        file.setframerate(RATE)
        file.writeframes(pcm)
