"""The settings of Wyoming services. They are here because the server reads settings before it imports a brain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from tars.runtime.config_values import read_seconds


def read_uri(text: str) -> str:
    """Where a Wyoming service listens."""
    try:
        parts = urlsplit(text)
        is_tcp = parts.scheme == "tcp" and bool(parts.hostname) and bool(parts.port) and not parts.path.strip("/")
        is_unix = parts.scheme == "unix" and not parts.netloc and bool(parts.path)
    except ValueError:
        is_tcp = is_unix = False
    if not is_tcp and not is_unix:
        raise ValueError(f"must be tcp://HOST:PORT or unix:///PATH, not {text!r}")
    return text


@dataclass(frozen=True)
class WyomingSettings:
    """The settings of the two parts `wyoming`."""

    hear: Annotated[str, read_uri] = "tcp://127.0.0.1:10300"
    """Where the service is that recognises speech, such as wyoming-faster-whisper."""
    speak: Annotated[str, read_uri] = "tcp://127.0.0.1:10200"
    """Where the service is that speaks, such as wyoming-piper."""
    language: Annotated[str, str.strip] = ""
    """The language that is spoken to it, such as en. Empty: the service decides."""
    voice: Annotated[str, str.strip] = ""
    """The name that a voice has in the service that speaks. Empty: that of the service."""
    timeout: Annotated[float, read_seconds] = 10.0
    """Seconds without what is waited for after which a service is given up: the recognised text, or the next piece of sound."""
