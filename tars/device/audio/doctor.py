"""What can be said about the sound of this machine: for `tars-pi doctor`."""

from __future__ import annotations

from pathlib import Path

from tars.device.audio.card import SPEAKER_RATE, describe, devices, record
from tars.device.audio.devices import are_devices, is_cancelled, make_detector
from tars.device.audio.echo import PACKAGE
from tars.device.audio.files import read_wav
from tars.device.audio.levels import describe as describe_levels
from tars.device.settings import FILE, EchoCancellation, Interruption
from tars.errors import ConfigError
from tars.runtime.doctor import Check, checked
from tars.samples import RATE, WIDTH, to_samples

LISTENING = 2
"""Seconds that the doctor listens."""


def check(
    microphone: str,
    speaker: str,
    channel: int = 1,
    echo_cancellation: EchoCancellation = "auto",
    interruption: Interruption = "wake-word",
) -> list[Check]:
    """What the doctor says about sound: both as configured, how loud the microphone is, and the devices that there are.

    Listens to the microphone for two seconds, or reads so much of a file; plays nothing and writes no file.
    """
    found = checked("microphone", lambda: _describe_microphone(microphone, channel))
    return [
        found,
        *([_hear(microphone)] if found.ok else []),
        checked("speaker", lambda: _describe_speaker(speaker)),
        checked("echo cancellation", lambda: _describe_echo_cancellation(microphone, speaker, echo_cancellation)),
        checked("interruption", lambda: _describe_interruption(microphone, speaker, echo_cancellation, interruption)),
        checked("sound devices", _list_devices),
    ]


def _hear(spec: str) -> Check:
    try:
        if spec.startswith(FILE):
            sound = to_samples(read_wav(Path(spec.removeprefix(FILE))))[: LISTENING * RATE, None]
        else:
            sound = record(spec, LISTENING)
    except ConfigError as error:
        return Check("microphone level", False, str(error))
    return Check("microphone level", *describe_levels(sound))


def _describe_microphone(spec: str, channel: int) -> str:
    if spec.startswith(FILE):
        path = Path(spec.removeprefix(FILE))
        return f"{path}, {len(read_wav(path)) / WIDTH / RATE:.1f} s"
    return describe("input", spec, rate=RATE, channel=channel)


def _describe_speaker(spec: str) -> str:
    if spec.startswith(FILE):
        return f"everything is written to {spec.removeprefix(FILE)}"
    return "none: nobody hears anything" if spec == "none" else describe("output", spec, rate=SPEAKER_RATE)


def _describe_echo_cancellation(microphone: str, speaker: str, wanted: EchoCancellation) -> str:
    if wanted == "off":
        return "off (`echo_cancellation`)"
    if is_cancelled(microphone, speaker, wanted):
        return "on: what the speaker plays is taken out of what the microphone hears"
    if not are_devices(microphone, speaker):
        return "not needed: microphone and speaker are not both devices"
    return f"off, so that TARS hears you badly while it talks: {PACKAGE}"


def _describe_interruption(microphone: str, speaker: str, wanted: EchoCancellation, interruption: Interruption) -> str:
    if make_detector(microphone, speaker, wanted, interruption) is not None:
        return "by speech, the wake word and the button"
    if interruption == "speech":
        return "by the wake word and the button only: microphone and speaker are not both devices"
    return "by the wake word and the button (`interruption`)"


def _list_devices() -> str:
    recording, playing = (", ".join(device["name"] for device in devices(kind)) or "none" for kind in ("input", "output"))
    return f"to record: {recording}; to play: {playing}"
