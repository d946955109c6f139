"""The settings of speech-to-speech services. They are here because the server reads settings before it imports a brain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from tars.runtime.config_values import one_of, read_seconds
from tars.runtime.llm_settings import read_urls


def read_socket_url(text: str) -> str:
    """The address of a WebSocket."""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("ws", "wss") and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc and not parts.query
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(f"must be wss://HOST:PORT/PATH or ws://..., without a user name and without a query, not {text!r}")
    return text.rstrip("/")


@dataclass(frozen=True)
class RealtimeSettings:
    """What both services have."""

    group: ClassVar[str]
    """The name of the settings in the configuration, for errors."""

    url: Annotated[str, read_socket_url]
    model: Annotated[str, str.strip]
    key: Annotated[str, str.strip] = field(default="", repr=False)
    """The key for the service. The brain needs it. In the file or in a variable."""
    voice: Annotated[str, str.strip] = ""
    """The name of a voice of the service, for each persona without one. Empty: the service decides."""
    prompt: Annotated[str, str.strip] = ""
    """What the model is told before each conversation, for each persona without a prompt. Empty: its name, and to answer in short spoken
    sentences."""
    tools: Annotated[Literal["on", "off"], one_of("on", "off")] = "on"
    """on: the model may call tools. off: it can only end the conversation."""
    mcp: Annotated[tuple[str, ...], read_urls] = ()
    """MCP servers whose tools the model may call too: a list of addresses such as http://HOST:PORT/mcp. They speak "streamable HTTP"."""
    timeout: Annotated[float, read_seconds] = 10.0
    """Seconds without a piece of the answer after which it is given up. A connection has as long to open. A tool has half of it."""


@dataclass(frozen=True)
class OpenAiRealtimeSettings(RealtimeSettings):
    """The settings of the brain `openai-realtime`."""

    group: ClassVar[str] = "openai_realtime"

    url: Annotated[str, read_socket_url] = "wss://api.openai.com/v1/realtime"
    """Where the service is: the address of a WebSocket as OpenAI Realtime has it."""
    model: Annotated[str, str.strip] = "gpt-realtime"
    """The name of the model."""


@dataclass(frozen=True)
class GeminiLiveSettings(RealtimeSettings):
    """The settings of the brain `gemini-live`."""

    group: ClassVar[str] = "gemini_live"

    url: Annotated[str, read_socket_url] = (
        "wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
    )
    """Where the service is: the address of a WebSocket as the Live API of Gemini has it."""
    model: Annotated[str, str.strip] = "gemini-2.5-flash-native-audio-latest"
    """The name of the model."""
