"""The settings, options and commands of `tars-server`. `python -m tars.server.settings` prints the annotated example file."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal
from urllib.parse import urlsplit

from tars.generated.limits import Limits
from tars.runtime import config
from tars.runtime.config_values import Folder, Log, OptionalPath, Text, at_least, one_of, own_state, read_span, read_text, read_whole
from tars.runtime.elevenlabs_settings import ElevenLabsSettings
from tars.runtime.home_assistant_settings import HomeAssistantSettings
from tars.runtime.llm_settings import LlmSettings
from tars.runtime.persona_settings import Persona
from tars.runtime.program import Command, Program
from tars.runtime.realtime_settings import GeminiLiveSettings, OpenAiRealtimeSettings
from tars.runtime.wyoming_settings import WyomingSettings
from tars.server.device_groups import read_groups

NETWORK = "network"
"""What `host` may be instead of 0.0.0.0."""


def read_host(text: str) -> str:
    """An address to listen on, or `network`; an IPv6 address with or without the brackets that it has in a URL."""
    host = read_text(text).strip()
    if host == NETWORK:
        return "0.0.0.0"
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def read_port(text: str) -> int:
    """A TCP port, or 0."""
    port = read_whole(text)
    if not 0 <= port <= 65535:
        raise ValueError(f"must be a port from 1 to 65535, or 0 for any that is free, not {text!r}")
    return port


def split_address(text: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`; an IPv6 address stands in brackets. Raises ValueError."""
    host, colon, port = text.strip().rpartition(":")
    if not colon or not host or (":" in host and not (host.startswith("[") and host.endswith("]"))):
        raise ValueError(f"must be HOST:PORT, such as 127.0.0.1:7457 or [::1]:7457, not {text!r}")
    return read_host(host), read_port(port)


def read_api_key(text: str) -> str | None:
    """A key of the HTTP interface, or none."""
    key = text.strip()
    if not key:
        return None
    if not re.fullmatch(r"[!-~]{20,200}", key):
        raise ValueError("must be 20 to 200 letters, digits and signs of ASCII, without spaces; `openssl rand -hex 32` makes one")
    return key


def read_store(text: str) -> str:
    """`sqlite`, or the URL of a Redis."""
    if text == "sqlite":
        return text
    url = urlsplit(text)
    if url.scheme not in ("redis", "rediss") or not url.hostname or not re.fullmatch(r"/?|/[0-9]{1,4}", url.path):
        raise ValueError(
            "must be sqlite, or the URL of a Redis: redis://HOST:PORT/0, redis://USER:PASSWORD@HOST:PORT/0, rediss:// with TLS"
        )
    return text


def read_password(text: str) -> str | None:
    """A password, or none."""
    if text and not 12 <= len(text) <= 200:
        raise ValueError(f"must have 12 to 200 characters, not {len(text)}")
    return text or None


def read_console(text: str) -> str:
    """`auto`, `off`, or `HOST:PORT`."""
    if text not in ("auto", "off"):
        split_address(text)
    return text


@dataclass(frozen=True)
class ServerConfig:
    """The configuration of `tars-server`."""

    host: Annotated[str, read_host] = "127.0.0.1"
    """The address to listen on; network, or 0.0.0.0, for the whole network. 127.0.0.1 or ::1 is this machine only, :: the network with IPv6
    and IPv4. On the network connections are encrypted; pair the devices."""
    port: Annotated[int, read_port] = 7456
    """The port to listen on: 1 to 65535, or 0 for any that is free."""
    console: Annotated[str, read_console] = "auto"
    """Where the page and the metrics are served: HOST:PORT, or off. auto: 127.0.0.1:7457, and nowhere if the extra `console` is not
    installed or the port is taken. An address that other machines reach is encrypted, and wants the token in `console.token` in the state
    folder."""
    console_password: Annotated[str | None, read_password] = field(default=None, repr=False)
    """A password for the page of the console, 12 to 200 characters, besides the link that is in `console.link` in the state folder. In the
    file or in TARS_CONSOLE_PASSWORD. Empty: only the link signs in."""
    api_key: Annotated[str | None, read_api_key] = field(default=None, repr=False)
    """The key that other programs show to have devices speak and ask over HTTP, on the console: 20 to 200 characters. In the file or in
    TARS_API_KEY. Empty: there is no such interface."""
    brain: Text = "offline"
    """Who answers: a brain, or its parts. offline knows commands; llm and home-assistant ask a language model, or Home Assistant, what
    offline does not know; gemini-elevenlabs asks Gemini, and speaks with a voice of ElevenLabs; with openai-realtime and gemini-live a
    service hears and speaks; echo repeats what it heard. In the file, parts are {hear: whisper, reply: [intents, llm], speak: hibari}."""
    state: Folder = field(default_factory=own_state)
    """A folder for devices, their keys, and certificates. During a restart it has the sessions too. It is made if it does not exist.
    Without this setting it is what systemd's StateDirectory names, or ~/.local/state/tars."""
    store: Annotated[str, read_store] = field(default="sqlite", repr=False)
    """Where keys, timers, announcements and sessions are kept. sqlite: in the state folder, for one server. Several servers share a Redis
    or a Valkey: redis://HOST:PORT/0, with a password redis://:PASSWORD@HOST:PORT/0, with TLS rediss://. It needs the extra `redis`."""
    record: OptionalPath = None
    """A folder for recordings. It gets a WAV file of each utterance, exactly as the brain heard it. Empty: nothing is recorded."""
    trace: OptionalPath = None
    """A file for the trace. It gets one line of JSON for each event of each machine. Empty: none."""
    log: Log = "text"
    """The form of the log: text for people, json for programs."""
    log_file: OptionalPath = None
    """A file for the log. A new one is opened when it was renamed or deleted. Empty: standard error."""
    keep_days: Annotated[int, at_least(0)] = 30
    """Recordings, and files of traces and logs, are deleted when they are older than so many days. 0: never for their age."""
    keep_megabytes: Annotated[int, at_least(0)] = 1000
    """So many megabytes of recordings are kept, as many of traces and as many of logs. The oldest files are deleted first. 0: no limit."""
    legacy: Annotated[Literal["allow", "refuse", "without_key"], one_of("allow", "refuse", "without_key")] = "allow"
    """Devices that speak the legacy protocol only. allow: they are served, but not once there are keys, which they cannot send.
    without_key: they are served, keys or not. refuse: they are not served."""
    encryption: Annotated[Literal["auto", "required", "optional", "off"], one_of("auto", "required", "optional", "off")] = "auto"
    """Connections from other machines. required: they must be encrypted, except those of old devices, about which `legacy` decides.
    optional: they may be. off: they are not. auto: required, but optional where the state folder is older than encryption; off if only this
    machine can connect."""
    tls_certificate: OptionalPath = None
    """A PEM file with a certificate of your own, and those of its issuers behind it. It is read again each hour and after SIGHUP. Empty:
    the server makes a certificate."""
    tls_key: OptionalPath = None
    """A PEM file with the key of that certificate. Empty: it is in the same file."""
    expiry: Annotated[float, read_span] = 3600
    """How long an announcement waits. A question too, until it is not asked any more. Seconds, or 30m, 2h, 1d."""
    discovery: Annotated[Literal["on", "off"], one_of("on", "off")] = "on"
    """on: the server is announced by mDNS where other machines reach it, so that devices find it without an address. off: it is not."""
    resume: Annotated[Literal["on", "off"], one_of("on", "off")] = "on"
    """on: a conversation continues after a lost link, without losing a sample. off: it ends with its link."""
    one_answer: Annotated[str, read_groups] = "all"
    """Where several devices hear one wake word, the one that hears it best goes on, and the others end their sessions. all: of all devices.
    off: each goes on. Or groups, such as kitchen hall, attic study: of those in one group; a device in no group goes on in any case."""
    end_of_speech: Annotated[Literal["quick", "normal", "patient"], one_of("quick", "normal", "patient")] = "normal"
    """How long a pause ends what is said. normal: 0.6 s after a complete command, 1.5 s in the middle of a sentence, 0.8 s after
    anything else. quick: 0.4 s, 1.0 s and 0.6 s. patient: 1.0 s, 2.5 s and 1.5 s. The brain echo does not use it."""
    recogniser_model: OptionalPath = None
    """The folder of a faster-whisper model for the part whisper. Empty: the one that is installed with it."""
    voice_model: OptionalPath = None
    """The ONNX file of a hibari voice for the part hibari. Empty: the one that is installed with it."""
    piper_voice: OptionalPath = None
    """The ONNX file of a Piper voice for the part piper. It has no default: the part needs it."""
    llm: LlmSettings = field(default_factory=LlmSettings)
    """The language model of the part llm."""
    wyoming: WyomingSettings = field(default_factory=WyomingSettings)
    """The services of the parts wyoming."""
    elevenlabs: ElevenLabsSettings = field(default_factory=ElevenLabsSettings)
    """The account of the part elevenlabs."""
    home_assistant: HomeAssistantSettings = field(default_factory=HomeAssistantSettings)
    """The server of the part home-assistant."""
    openai_realtime: OpenAiRealtimeSettings = field(default_factory=OpenAiRealtimeSettings)
    """The service of the brain openai-realtime."""
    gemini_live: GeminiLiveSettings = field(default_factory=GeminiLiveSettings)
    """The service of the brain gemini-live."""
    personas: tuple[Persona, ...] = field(default_factory=tuple)
    """Who answers: any number of personas, each under its name. TARS is always there; under that name its settings can be changed."""
    limits: Limits = field(default_factory=Limits)
    """How long things may take, in seconds. Some must be longer than others, also of the other program: set them alike in both."""


PROGRAM = Program(
    name="tars-server",
    about="The server: it recognises what is said to its devices, and speaks the answers.",
    kind=ServerConfig,
    groups={
        "network": {"host": "HOST", "port": "PORT"},
        "answers": {"brain": "NAME", "expiry": "TIME"},
        "files": {"state": "DIR", "record": "DIR", "trace": "FILE"},
    },
    commands={
        "run": Command(
            "serve devices", ("host", "port", "brain", "expiry", "state", "record", "trace"), "--host network --state /var/lib/tars"
        ),
        "doctor": Command(
            "check what the server needs, and say what to do", ("host", "port", "brain", "state", "record", "trace"), "doctor --port 8000"
        ),
        "pair [NAME]": Command("show six digits, and wait for the device that they pair", ("state",), "pair kitchen"),
        "devices": Command("list the devices", ("state",), "devices"),
        "devices rename OLD NEW": Command("give a device another name", ("state",), "devices rename raspberrypi kitchen"),
        "devices revoke NAME": Command("shut a device out, at once", ("state",), "devices revoke kitchen"),
        "say NAME TEXT": Command("have a device speak", ("state", "expiry"), "say kitchen 'Dinner is ready.'"),
        "ask NAME TEXT": Command("have a device ask, and print the answer", ("state", "expiry"), "ask kitchen 'Are you coming?'"),
        "ca": Command("print what devices need to trust this server", ("state",), "ca > server-ca.pem"),
        "ca rotate": Command("make a new authority, and give it to the devices", ("state",), "ca rotate"),
        "ca retire [now]": Command("go over to it, once all devices have it; or now", ("state",), "ca retire"),
        "install-service [USER]": Command(
            "make the server a service of systemd",
            ("host", "port", "brain", "state", "record", "trace"),
            "install-service --host 0.0.0.0",
            changes=True,
        ),
        "forget device NAME": Command(
            "delete all that is known of a device", ("state", "record", "trace"), "forget device kitchen", changes=True
        ),
        "forget day DATE": Command(
            "delete all that is known of a day", ("state", "record", "trace"), "forget day 2026-11-30", changes=True
        ),
        "key add NAME": Command("make a key without pairing, and print it, once", ("state",), "key add kitchen"),
        "key list": Command("list the devices", ("state",), "key list"),
        "key remove NAME": Command("shut a device out, at once", ("state",), "key remove kitchen"),
    },
    completions={
        "brain": ("offline", "llm", "home-assistant", "gemini-elevenlabs", "openai-realtime", "gemini-live", "echo"),
        "host": ("127.0.0.1", NETWORK, "::1", "::"),
    },
    lists=("llm.mcp", "openai_realtime.mcp", "gemini_live.mcp"),
    mappings=("brain", "home_assistant.devices"),
    foreign=(
        *("server", "other_servers", "device", "key", "microphone", "microphone_channel", "speaker", "wake_word"),
        *("connection", "protocol", "overflow", "interruption", "echo_cancellation", "max_attempts", "ca"),
        *("chime", "quiet_hours", "quiet_volume", "control", "control_group", "control_port", "gpio."),
        "wake_threshold",  # of an earlier version; tars-pi says what replaces it
    ),
    of_this_machine={"state": "~/.local/state/tars"},
)


def load(argv: Sequence[str], environ: Mapping[str, str]) -> tuple[str, ServerConfig]:
    """The command, its words quoted as for a shell, and the configuration; `argv` without the program's name.

    Raises ConfigError with every problem.
    """
    return config.load(PROGRAM, argv, environ)


if __name__ == "__main__":
    sys.stdout.write(config.example(PROGRAM))
