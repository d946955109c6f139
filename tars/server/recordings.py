"""`--record`: for each utterance a WAV of exactly the samples that the brain was given."""

from __future__ import annotations

import os
import re
import wave
from itertools import chain, count
from pathlib import Path

from tars.runtime.log import log
from tars.samples import RATE, WIDTH

RECORDING = re.compile(r"([\w-]{1,64}|legacy\.\d+)-([\w-]{1,64}|legacy\.\d+-\d+)-\d+(-\d+)?\.wav", re.ASCII)
"""The name of a recording, see `recording_path`."""
OWN_SESSION = re.compile(r"(?P<device>.+)-([0-9a-f]{12}|legacy\.\d+-\d+)-\d+(-\d+)?\.wav", re.ASCII)
"""The name of one whose session has an id as `tars-pi` makes it, or as the server makes it for an old device."""


def is_of(name: str, device: str) -> bool:
    """Whether a recording of this name is of this device. Where an id holds a `-`, it may be of `kitchen` and of `kitchen-2`."""
    own = OWN_SESSION.fullmatch(name)
    return own["device"] == device if own else RECORDING.fullmatch(name) is not None and name.startswith(f"{device}-")


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


def recordings_of(folder: Path | None, device: str) -> list[str]:
    """The names of the recordings of a device in this folder; those of `kitchen-2` are among those of `kitchen`."""
    try:
        names = os.listdir(folder) if folder is not None else []
    except OSError:  # it is gone, with all that was in it
        return []
    return [name for name in names if name.startswith(f"{device}-") and RECORDING.fullmatch(name)]
