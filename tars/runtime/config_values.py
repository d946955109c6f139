"""How each kind of value in a configuration is read from text, whether a file, a variable or an option holds it.

A reader raises ValueError with what must be the case; the name of the setting goes before it: "port must be ...".
"""

from __future__ import annotations

import math
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from tars.device.wake.words import Words, read_words
from tars.errors import ConfigError
from tars.generated.limits import Limits
from tars.server.keys import is_key

Reader = Callable[[str], object]

FILE = "file:"
"""What the path of a WAV file, instead of a sound device's name, begins with."""


def one_of(*words: str) -> Callable[[str], str]:
    """Reads one of these words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be {' or '.join([', '.join(words[:-1]), words[-1]])}, not {text!r}")
        return text

    return read


def read_number(text: str) -> float:
    """A finite number."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"must be a number, not {text!r}")
    return number


def read_whole(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"must be a whole number, not {text!r}") from None


def read_seconds(text: str) -> float:
    """A span of time."""
    seconds = read_number(text)
    if seconds <= 0:
        raise ValueError(f"must be more than 0 seconds, not {text!r}")
    return seconds


def read_ladder(text: str) -> tuple[float, ...]:
    """The backoff ladder: the machine's `attempt` climbs it, so that its length is fixed."""
    steps = tuple(read_seconds(step.strip()) for step in text.split(","))
    if len(steps) != len(Limits.backoff):
        raise ValueError(f"must be {len(Limits.backoff)} numbers of seconds, separated by commas, not {text!r}")
    return steps


def read_count(text: str) -> int:
    """A whole number from 0."""
    count = read_whole(text)
    if count < 0:
        raise ValueError(f"must be 0 or more, not {text!r}")
    return count


def read_channel(text: str) -> int:
    """A channel of a sound device, from 1."""
    channel = read_whole(text)
    if channel < 1:
        raise ValueError(f"must be 1 or more, not {text!r}")
    return channel


def read_port(text: str) -> int:
    """A TCP port."""
    port = read_whole(text)
    if not 0 <= port <= 65535:
        raise ValueError(f"must be a port from 1 to 65535, or 0 for any that is free, not {text!r}")
    return port


def read_url(text: str) -> str:
    """Where a WebSocket server is. Credentials are refused without repeating them: errors end up in logs."""
    form = "ws://HOST:PORT or wss://HOST:PORT"
    if "@" in text:
        raise ValueError(f"must not hold a user name or password; write {form}")
    try:
        url = urlsplit(text)
        usable = url.scheme in ("ws", "wss") and url.hostname and url.port != 0 and not url.fragment
    except ValueError:  # a port that is none, half an IPv6 address
        usable = False
    if not usable or re.search(r"\s", text):
        raise ValueError(f"must be {form}, not {text!r}")
    return text


def read_name(text: str) -> str:
    """A device's name: part of file names and log lines."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text):
        raise ValueError(f"must be 1 to 64 letters, digits, - and _, not {text!r}")
    return text


def read_text(text: str) -> str:
    """Any text."""
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def read_host(text: str) -> str:
    """An address to listen on; an IPv6 address with or without the brackets that it has in a URL."""
    host = read_text(text).strip()
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def read_sound(text: str) -> str:
    """What is recorded from or played to; `~` in the path of a file is the home directory."""
    if not text.startswith(FILE):
        return read_text(text)
    path = read_path(text.removeprefix(FILE))
    if path is None:
        raise ValueError("must name the file: file:PATH")
    return f"{FILE}{path}"


def read_path(text: str) -> Path | None:
    """A path, from the working directory; `~` is the home directory, no text is no path."""
    try:
        return Path(text).expanduser() if text else None
    except RuntimeError:
        raise ValueError(f"must be a path; there is no such home directory: {text!r}") from None


def read_folder(text: str) -> Path:
    """A folder's path."""
    path = read_path(read_text(text))
    assert path is not None
    return path


def read_key(text: str) -> str | None:
    """A device key; no text is no key. It is refused without repeating it: errors end up in logs."""
    if text and not is_key(text):
        raise ValueError("must be a key as `tars-server key add NAME` prints it: tars_ and 43 more characters")
    return text or None


Url = Annotated[str, read_url]
Name = Annotated[str, read_name]
Text = Annotated[str, read_text]
Host = Annotated[str, read_host]
Sound = Annotated[str, read_sound]
WakeWords = Annotated[Words, read_words]
Count = Annotated[int, read_count]
Channel = Annotated[int, read_channel]
Port = Annotated[int, read_port]
Folder = Annotated[Path, read_folder]
OptionalKey = Annotated[str | None, read_key]
OptionalPath = Annotated[Path | None, read_path]
Log = Annotated[Literal["text", "json"], one_of("text", "json")]


def own_name() -> str:
    """The host's name, as a device may be called."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", socket.gethostname().partition(".")[0])[:64] or "device"


def own_state() -> Path:
    """Where this program may keep what it must not forget: what systemd gives it, or a folder of its user. Raises ConfigError."""
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    try:
        return Path(given) if given else Path("~/.local/state/tars").expanduser()
    except RuntimeError:
        raise ConfigError("this user has no home directory to keep state in: name a folder with --state, or set HOME") from None
