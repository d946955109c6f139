"""The sound devices of this machine: which there are, which one a name means, and in which form it can be opened."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from tars.device.audio.apart import left_behind, one_at_a_time
from tars.errors import ConfigError
from tars.samples import RATE

Kind = Literal["input", "output"]

NOUN = {"input": "microphone", "output": "speaker"}

PULSE = "pulse:"
"""What the name of a source or sink of PulseAudio or PipeWire begins with."""
PULSE_VARIABLE = {"input": "PULSE_SOURCE", "output": "PULSE_SINK"}
"""What tells the library of PulseAudio which one to open."""
ALSA_NAME = re.compile(r"(?:plug)?hw:(?:CARD=)?(?P<card>[\w-]+)(?:,(?:DEV=)?(?P<device>\d+))?")
"""How ALSA's own tools, such as `arecord -L`, name a device."""

SPEAKER_RATE = 48_000
"""Samples a second: the one rate that nearly every sound card plays."""
OTHER_RATES = (48_000, 44_100, 32_000, 96_000, 88_200, 192_000)
"""Rates that are tried, in this order, where a device knows neither the one that is wanted nor the one that it prefers."""

MOST_CHANNELS = 16
"""Channels that a device may have. One that claims more is a sound server, which makes as many as it is asked for out of what there is."""

BUSY = -9985
"""PortAudio's code for a device that another program holds."""


class CanClose(Protocol):
    """A stream that is open."""

    def close(self) -> None:
        """Release the device."""


opened: set[CanClose] = set()
"""The streams that are open."""


class NotThereError(ConfigError):
    """PortAudio knows no such device. It may have been plugged in since it was initialised."""


class StuckError(ConfigError):
    """PortAudio can be initialised no more, so it will never know of the device. The program has to be started again."""


@dataclass(frozen=True)
class Form:
    """How a device is opened: 16 bit samples, so many a second, on so many channels."""

    rate: int
    channels: int


def library() -> Any:
    """The sounddevice module, with PortAudio initialised. Raises ConfigError."""
    try:
        import sounddevice
    except ImportError as error:
        raise ConfigError("sounddevice is not installed: pip install -e '.[pi]' in the TARS folder") from error
    except OSError as error:
        raise ConfigError("the PortAudio library is not installed: sudo apt install libportaudio2") from error
    return sounddevice


def devices(kind: Kind) -> list[dict[str, Any]]:
    """The devices that can record, or play, as PortAudio describes them. Raises ConfigError without PortAudio."""
    sounddevice = library()
    with one_at_a_time:
        try:
            return [device for device in sounddevice.query_devices() if device[f"max_{kind}_channels"] > 0]
        except sounddevice.PortAudioError as error:
            raise NotThereError(f"PortAudio tells of no sound devices ({error.args[0] if error.args else error})") from error


def look_again(*, close_others: bool = False) -> None:
    """PortAudio sees only the devices that there were when it was initialised. It is initialised again if none of its streams is open.

    `close_others`: those that are open are closed for it. It is not while a call hangs that does not close a stream: that would use what
    is gone. One that closes a stream uses nothing but the stream, which PortAudio does not count any more. Raises ConfigError; StuckError
    if it must be and cannot.
    """
    sounddevice = library()
    with one_at_a_time:
        if [call for call in left_behind if not call.closes]:
            if close_others:
                raise StuckError("its device is not there, and PortAudio, in which a call hangs, cannot look for it")
            return
        for stream in list(opened) if close_others else []:
            stream.close()
        if not opened:
            try:
                sounddevice._terminate()
                sounddevice._initialize()
            except sounddevice.PortAudioError as error:
                raise ConfigError(f"PortAudio cannot be initialised ({error.args[0] if error.args else error})") from error


def find(kind: Kind, name: str) -> int | None:
    """PortAudio's number of the device with this name, or with this in its name; None is its `default`. Raises ConfigError.

    Also `hw:CARD,DEVICE` and `plughw:CARD,DEVICE` as ALSA writes them, and `pulse:NAME`, a source or sink of PulseAudio or PipeWire.
    """
    there = devices(kind)
    if not there:
        option = f"--{NOUN[kind]}"
        raise NotThereError(
            f"there is no {NOUN[kind]} on this machine: plug one in (`arecord -l` and `aplay -l` show it), or use {option} file:PATH"
        )
    if name == "default":
        return None
    if name.startswith(PULSE):
        return _exactly(there, "pulse", f"{name!r} needs ALSA's way to PulseAudio: sudo apt install libasound2-plugins")
    wanted = _as_portaudio_has_it(name)
    fitting = [device for device in there if wanted.casefold() in device["name"].casefold()]
    if not fitting:
        raise NotThereError(_no_such(kind, name, there))
    exact = [device for device in fitting if device["name"].casefold() == wanted.casefold()]
    return int((exact or fitting)[0]["index"])


def _exactly(there: list[dict[str, Any]], name: str, otherwise: str) -> int:
    for device in there:
        if device["name"] == name:
            return int(device["index"])
    raise NotThereError(otherwise)


def _as_portaudio_has_it(name: str) -> str:
    """What PortAudio's name of a device holds that ALSA calls `hw:...`; any other name as it is."""
    alsa = ALSA_NAME.fullmatch(name)
    if alsa is None:
        return name
    link = Path("/proc/asound", alsa["card"])  # a card's short name, such as `Device`, points to its number
    card = link.readlink().name.removeprefix("card") if link.is_symlink() else alsa["card"]
    return f"(hw:{card},{alsa['device'] or 0})"


def _no_such(kind: Kind, name: str, there: list[dict[str, Any]]) -> str:
    names = ", ".join(device["name"] for device in there)
    noun = NOUN[kind]
    hint = ""
    if name.startswith(("alsa_", "bluez_")):
        hint = f" This is a name of PulseAudio or PipeWire: write --{noun} {PULSE}{name}."
    return f"no {noun} is called {name!r}; there are: {names}.{hint} --{noun} default takes the system's own"


@contextmanager
def opening(kind: Kind, name: str) -> Iterator[None]:
    """While a stream of this device is opened: nobody else does so, and PulseAudio knows which source or sink is meant."""
    with one_at_a_time:
        variable = PULSE_VARIABLE[kind]
        before = os.environ.get(variable)
        if name.startswith(PULSE):
            os.environ[variable] = name.removeprefix(PULSE)
        try:
            yield
        finally:
            if name.startswith(PULSE) and one_at_a_time.is_ours():
                os.environ.pop(variable)
                if before is not None:
                    os.environ[variable] = before


def form_of(kind: Kind, name: str, *, rate: int, channel: int = 1) -> Form:
    """In which form a device can be opened: at `rate` if it can be, with as few channels as hold number `channel`. Raises ConfigError."""
    sounddevice = library()
    check = sounddevice.check_input_settings if kind == "input" else sounddevice.check_output_settings
    with opening(kind, name):
        device = find(kind, name)
        known = _known(kind, name)
        most = int(known[f"max_{kind}_channels"])
        if channel > most:
            raise ConfigError(
                f"microphone_channel is {channel}, but microphone {name!r} has {most}; `tars-pi doctor` shows the level of each"
            )
        for form in _forms(rate, int(known["default_samplerate"]), channel, most):
            try:
                check(device, form.channels, "int16", samplerate=form.rate)
            except sounddevice.PortAudioError as error:
                failure = error
                if code_of(error) == BUSY:
                    break
            else:
                return form
    raise unusable(kind, name, failure)


def _known(kind: Kind, name: str) -> dict[str, Any]:
    """What PortAudio knows of a device. Raises ConfigError."""
    sounddevice = library()
    with one_at_a_time:
        try:
            known: dict[str, Any] = sounddevice.query_devices(find(kind, name), kind)
        except (sounddevice.PortAudioError, ValueError) as error:
            raise unusable(kind, name, error) from error
    return known


def _forms(rate: int, preferred: int, channel: int, most: int) -> Iterator[Form]:
    """All that is tried, the best first."""
    counts = [count for count in dict.fromkeys((channel, 2, 6, 8, most)) if channel <= count <= most]
    for one_rate in dict.fromkeys((rate, preferred, *OTHER_RATES)):
        yield from (Form(one_rate, count) for count in counts)


def describe(kind: Kind, name: str, *, rate: int, channel: int = 1) -> str:
    """The full name of the device that `name` stands for, and the form in which it is opened. Raises ConfigError."""
    form = form_of(kind, name, rate=rate, channel=channel)
    full = _known(kind, name)["name"]
    channels = "mono" if form.channels == 1 else f"{form.channels} channels"
    return f"{full if not name.startswith(PULSE) else name}, {form.rate} samples a second, {channels}"


def record(name: str, seconds: float) -> NDArray[np.int16]:
    """What a microphone hears on all of its channels, at its own rate: shape (samples, channels). Waits so long. Raises ConfigError."""
    sounddevice, device = library(), find("input", name)
    most = int(_known("input", name)["max_input_channels"])
    form = form_of("input", name, rate=RATE, channel=2 if most > MOST_CHANNELS else most)
    try:
        with opening("input", name):
            sound = sounddevice.rec(round(seconds * form.rate), form.rate, form.channels, "int16", device=device, blocking=True)
    except sounddevice.PortAudioError as error:
        raise unusable("input", name, error) from error
    return np.asarray(sound, np.int16)


def code_of(error: Exception) -> int | None:
    """PortAudio's number for what went wrong."""
    return next((code for code in error.args if isinstance(code, int)), None)


def unusable(kind: Kind, name: str, error: Exception) -> ConfigError:
    """Why a device that there is cannot be opened, and what can help."""
    advice = "close the program that uses it" if code_of(error) == BUSY else "`tars-pi doctor` lists the other devices"
    return ConfigError(f"{NOUN[kind]} {name!r} cannot be opened ({error.args[0] if error.args else error}); {advice}")
