"""The settings, options and commands of `tars-pi`. `python -m tars.device.settings` prints the annotated example file."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from tars.device.gpio_settings import GpioSettings
from tars.device.paired import take_saved
from tars.device.quiet_hours import QuietHours, read_quiet_hours
from tars.device.wake.words import BUILT_IN, NONE, OURS, Words, read_words
from tars.device.wake.words import DEFAULT as WORDS
from tars.generated.limits import Limits
from tars.runtime import config
from tars.runtime.config_values import (
    Folder,
    Log,
    OptionalPath,
    at_least,
    one_of,
    own_state,
    read_name,
    read_path,
    read_percent,
    read_text,
    read_whole,
)
from tars.runtime.keys import read_key
from tars.runtime.program import Command, Program

FILE = "file:"
"""What stands before the path of a sound file, where another setting holds the name of a sound device."""


def read_url(text: str) -> str:
    """The URL of a WebSocket server. Credentials are refused without repeating them: errors end up in logs."""
    from urllib.parse import urlsplit

    form = "ws://HOST:PORT or wss://HOST:PORT"
    if "@" in text:
        raise ValueError(f"must not hold a user name or password; write {form}")
    try:
        url = urlsplit(text)
        usable = url.scheme in ("ws", "wss") and url.hostname and url.port != 0 and not url.fragment
    except ValueError:  # the port is no number, or half of an IPv6 address is missing
        usable = False
    if not usable or re.search(r"\s", text):
        raise ValueError(f"must be {form}, not {text!r}")
    return text


def read_urls(text: str) -> tuple[str, ...] | None:
    """URLs with commas between them, or none."""
    return tuple(read_url(url.strip()) for url in text.split(",") if url.strip()) or None


def read_ca(text: str) -> Path | str | None:
    """Whom the device trusts."""
    return text if text in ("system", "none") else read_path(text)


def read_sound(text: str) -> str:
    """The name of a sound device, or a sound file; `~` in its path is the home directory."""
    if not text.startswith(FILE):
        return read_text(text)
    path = read_path(text.removeprefix(FILE))
    if path is None:
        raise ValueError("must name the file: file:PATH")
    return f"{FILE}{path}"


def read_control(text: str) -> Path | str | None:
    """Where the control socket is."""
    return text if text == "off" else read_path(text)


def read_optional_port(text: str) -> int | None:
    """A TCP port that a program may listen on; no text is none."""
    if text and not 1 <= read_whole(text) <= 65535:
        raise ValueError(f"must be 1 to 65535, or empty, not {text!r}")
    return int(text) if text else None


def read_group(text: str) -> str | None:
    """A group of this system; no text is none."""
    import grp

    try:
        return grp.getgrnam(text).gr_name if text else None
    except KeyError:
        raise ValueError(f"must be a group of this system, or empty, not {text!r}") from None


def own_name() -> str:
    """The host's name, as a device may be called."""
    import socket

    return re.sub(r"[^A-Za-z0-9_-]+", "-", socket.gethostname().partition(".")[0])[:64] or "device"


Sound = Annotated[str, read_sound]
EchoCancellation = Literal["auto", "speex", "off"]
Interruption = Literal["wake-word", "speech"]


@dataclass(frozen=True)
class DeviceConfig:
    """The configuration of `tars-pi`."""

    server: Annotated[str, read_url] = "ws://127.0.0.1:7456"
    """The server: wss://HOST:PORT, encrypted, or ws://HOST:PORT. No user name and no password in it."""
    other_servers: Annotated[tuple[str, ...] | None, read_urls] = None
    """More servers that share one store, with commas between them. When a link is lost, the next one is tried. All must begin with wss://,
    or all with ws://."""
    ca: Annotated[Path | Literal["system", "none"] | None, read_ca] = None
    """Which server is trusted: a PEM file, system or none. A file has its certificate authority, as `tars-server ca` prints it; system:
    every certificate that this system trusts. With a file, and with system, ws:// is refused for a server on another machine. Empty: the
    file server-ca.pem in the state folder, which pairing makes; without it, system for wss:// and none for ws://."""
    state: Folder = field(default_factory=own_state)
    """A folder for what pairing saves: server, name, key, and certificate authority. Without this setting it is what systemd's
    StateDirectory names, or ~/.local/state/tars."""
    device: Annotated[str, read_name] = field(default_factory=own_name)
    """This device's name. Without it, the one that it was paired with, or the host's. No other device of its server may have it. Up to 64
    letters, digits, - and _."""
    key: Annotated[str | None, read_key] = field(default=None, repr=False)
    """This device's key, for one that is not paired: what `tars-server key add NAME` has printed. There is no option for it: others can see
    command lines."""
    discovery: Annotated[Literal["on", "off"], one_of("on", "off")] = "on"
    """on: `tars-pi pair` finds the server by mDNS, and a device that knows its server by an authority looks for it where it is not found at
    its last address any more. off: neither."""
    microphone: Sound = "default"
    """What is recorded: default, a device, or file:PATH. A device is a part of a sound device's name, hw:CARD,DEVICE or pulse:NAME.
    file:PATH is a WAV file, which is heard in real time."""
    microphone_channel: Annotated[int, at_least(1)] = 1
    """The channel of the sound device that is heard, from 1; `tars-pi doctor` shows the level of each."""
    speaker: Sound = "default"
    """What plays: default, a device, file:PATH or none. A device is a part of a sound device's name, hw:CARD,DEVICE or
    pulse:NAME. file:PATH is a WAV file, which is written. none: nothing is heard."""
    echo_cancellation: Annotated[EchoCancellation, one_of("auto", "speex", "off")] = "auto"
    """What the speaker plays is taken out of what the microphone hears, so that TARS hears you while it talks. auto: if the library
    libspeexdsp is installed. speex: it must be. off: it is not taken out. A sound file as microphone or speaker has no echo."""
    wake_word: Annotated[Words, read_words] = WORDS
    """The words that call TARS, separated by commas, or none. none: push-to-talk only. A word is hey_jarvis, okay_nabu, alexa,
    hey_mycroft or hey_tars; openwakeword/NAME, a model that was fetched; or the path of a model of your own: .onnx or .tflite for
    openWakeWord, .json for microWakeWord. WORD=0.9 sets the score from which on the word counts as said, more than 0 and at most 1: more
    for fewer false alarms, less for fewer missed calls."""
    chime: Annotated[Literal["normal", "short", "off"], one_of("normal", "short", "off")] = "normal"
    """The sound after the wake word: normal, two notes; short, one faint note; off, none. Errors and alarms are heard all the same."""
    quiet_hours: Annotated[QuietHours | None, read_quiet_hours] = None
    """Hours in which no chime is played, and the volume is no more than `quiet_volume`: FROM-TO in local time, in hours and minutes, such
    as 22:00-07:00. An alarm rings as at any other time. Empty: none."""
    quiet_volume: Annotated[int, read_percent] = 30
    """The largest volume in quiet hours, in percent: 0 to 100."""
    control: Annotated[Path | Literal["off"] | None, read_control] = None
    """The Unix socket for buttons, lights and displays, and for the commands status, watch, mute, unmute and volume: a path, or off. Empty:
    the file control.sock in the state folder."""
    control_group: Annotated[str | None, read_group] = None
    """The group of this system whose members may use the socket too; `control` must then name a folder that they can enter. Empty: only the
    user of tars-pi may."""
    control_port: Annotated[int | None, read_optional_port] = None
    """A port of 127.0.0.1 for the same over a WebSocket: any program on this machine may use it, of any user. Empty: none."""
    connection: Annotated[Literal["persistent", "per_session"], one_of("persistent", "per_session")] = "persistent"
    """persistent: connected for as long as the program runs. per_session: only for a conversation, as older devices did."""
    protocol: Annotated[Literal["auto", "v1", "legacy"], one_of("auto", "v1", "legacy")] = "auto"
    """auto: tars.v1, and the legacy protocol with a server that does not offer it. v1 and legacy: that one only."""
    overflow: Annotated[Literal["end", "gap"], one_of("end", "gap")] = "end"
    """What happens to a conversation when an outage in the user's turn lasts longer than the 40 s of sound that are kept. end: it ends, and
    a sound says so. gap: the oldest sound is dropped, the server is told how many samples, and the conversation goes on."""
    interruption: Annotated[Interruption, one_of("wake-word", "speech")] = "wake-word"
    """What interrupts an answer. wake-word: the wake word and the button. speech: also anything that is said over the answer. Then the
    answer pauses at once, and the server decides by the words: after a cough or "mhm" it goes on where it has stopped. speech needs
    echo_cancellation, and pip install -e '.[echo]'."""
    max_attempts: Annotated[int, at_least(0)] = 0
    """The number of failed attempts to connect in a row after which the program ends. 0: it never ends for that."""
    trace: OptionalPath = None
    """A file for the trace. It gets one line of JSON for each event of each machine. Empty: none."""
    log: Log = "text"
    """The form of the log: text for people, json for programs."""
    log_file: OptionalPath = None
    """A file for the log. A new one is opened when it was renamed or deleted. Empty: standard error."""
    keep_days: Annotated[int, at_least(0)] = 30
    """Files of traces and logs are deleted when they are older than so many days. 0: never for their age."""
    keep_megabytes: Annotated[int, at_least(0)] = 100
    """So many megabytes of traces are kept, and as many of logs. The oldest files are deleted first. 0: no limit."""
    gpio: GpioSettings = field(default_factory=GpioSettings)
    """What is wired to the pins of this machine, for the command `gpio`. A pin is the number of its GPIO, as in GPIO17, 0 to 27."""
    limits: Limits = field(default_factory=Limits)
    """How long things may take, in seconds. Some must be longer than others, also of the other program: set them alike in both."""


SOUND_OPTIONS = ("microphone", "speaker", "wake_word")

PROGRAM = Program(
    name="tars-pi",
    about="The device: it listens for the wake word, sends what you say to tars-server, and plays the answer.",
    kind=DeviceConfig,
    groups={
        "server": {"server": "URL", "device": "NAME"},
        "sound": {"microphone": "SOUND", "speaker": "SOUND", "wake_word": "WORDS"},
        "files": {"state": "DIR", "trace": "FILE"},
    },
    commands={
        "run": Command(
            "listen for the wake word and talk",
            ("server", "device", *SOUND_OPTIONS, "state", "trace"),
            "--server wss://192.168.1.10:7456 --device kitchen",
        ),
        "pair [DIGITS]": Command(
            "pair with a server, by the digits that it shows",
            ("server", "device", "state"),
            "pair 492817",
        ),
        "doctor": Command(
            "check sound, wake words and the server, and say what to do",
            ("server", "device", *SOUND_OPTIONS, "state"),
            "doctor --microphone jabra",
        ),
        "tune": Command(
            "show the scores of the wake words, and suggest thresholds",
            ("microphone", "wake_word"),
            "tune --wake-word hey_jarvis,okay_nabu=0.9",
        ),
        "status": Command("show what the running tars-pi does", ("state",), "status"),
        "watch": Command("show it as it changes, until Ctrl-C", ("state",), "watch"),
        "mute": Command("close the microphone of the running tars-pi", ("state",), "mute"),
        "unmute": Command("open its microphone again", ("state",), "unmute"),
        "volume PERCENT": Command("set its volume", ("state",), "volume 40"),
        "gpio": Command("join a button, a switch and lights on GPIO pins with it", ("state",), "gpio --config kitchen.yaml"),
        "install-service": Command(
            "make the device a service of systemd",
            ("server", "device", *SOUND_OPTIONS, "state", "trace"),
            "install-service --speaker jabra",
            changes=True,
        ),
        "fetch-models": Command("download the models of openWakeWord", (), "fetch-models"),
    },
    completions={
        "microphone": ("default", FILE, "hw:", "pulse:"),
        "speaker": ("default", NONE, FILE, "hw:", "pulse:"),
        "wake_word": (*BUILT_IN, *OURS, NONE),
    },
    lists=("wake_word",),
    foreign=(
        *("host", "port", "brain", "record", "legacy", "resume", "one_answer", "store", "end_of_speech", "recogniser_model", "voice_model"),
        *("console", "console_password", "api_key", "expiry", "encryption", "tls_certificate", "tls_key"),
        *("llm.", "wyoming.", "home_assistant.", "elevenlabs.", "piper_voice", "personas."),
        *("openai_realtime.", "gemini_live."),
    ),
    gone={"wake_threshold": "the threshold stands behind its word now, as in wake_word: hey_jarvis=0.9"},
    saved=", the file over what `tars-pi pair` has saved",
    of_this_machine={"device": "kitchen", "state": "~/.local/state/tars"},
)


def load(argv: Sequence[str], environ: Mapping[str, str]) -> tuple[str, DeviceConfig]:
    """The command and the configuration; `argv` without the program's name. Raises ConfigError with every problem."""
    return config.load(PROGRAM, argv, environ, take_saved)


if __name__ == "__main__":
    sys.stdout.write(config.example(PROGRAM))
