"""From what the user writes to a microphone or speaker. What only the other kind of it needs is not imported."""

from __future__ import annotations

from pathlib import Path

from tars.device.audio import Microphone, Speaker
from tars.device.settings import FILE


def open_microphone(spec: str, channel: int = 1) -> Microphone:
    """`default`, a device's name or a part of it, or `file:PATH`; `channel` is that of a device, from 1. Raises ConfigError.

    Reads the file, so not for the event loop; a device is opened by `start`.
    """
    if spec.startswith(FILE):
        from tars.device.audio.files import FileMicrophone

        return FileMicrophone(Path(spec.removeprefix(FILE)))
    from tars.device.audio.microphone import PortAudioMicrophone

    return PortAudioMicrophone(spec, channel)


def open_speaker(spec: str) -> Speaker:
    """`default`, a part of a device's name, `file:PATH` or `none`. What it needs is opened by `start`, which may raise ConfigError."""
    if spec == "none" or spec.startswith(FILE):
        from tars.device.audio.files import FileSpeaker, NullSpeaker

        return NullSpeaker() if spec == "none" else FileSpeaker(Path(spec.removeprefix(FILE)))
    from tars.device.audio.speaker import PortAudioSpeaker

    return PortAudioSpeaker(spec)
