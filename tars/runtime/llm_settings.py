"""The settings of a language model. They are here because the server reads settings before it imports a brain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal
from urllib.parse import urlsplit

from tars.runtime.config_values import at_least, one_of, read_seconds


def read_url(text: str) -> str:
    """The base of an HTTP interface."""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(f"must be http://HOST:PORT/PATH or https://..., without a user name, not {text!r}")
    return text.rstrip("/")


def read_urls(text: str) -> tuple[str, ...]:
    """Any number of addresses."""
    return tuple(read_url(url.strip()) for url in text.split(",") if url.strip())


@dataclass(frozen=True)
class LlmSettings:
    """The settings of the part `llm`."""

    url: Annotated[str, read_url] = "http://127.0.0.1:11434/v1"
    """Where the language model is: the base of an HTTP interface as OpenAI has it. The default is Ollama on this machine."""
    model: Annotated[str, str.strip] = ""
    """The name that the model has there. The part needs it."""
    key: Annotated[str, str.strip] = field(default="", repr=False)
    """The key for that server. In the file or in TARS_LLM_KEY. Empty: it wants none."""
    prompt: Annotated[str, str.strip] = ""
    """What the model is told before each conversation, for each persona without a prompt. Empty: its name, and to answer in short spoken
    sentences."""
    tools: Annotated[Literal["on", "off"], one_of("on", "off")] = "on"
    """on: the model may call tools. off: it gets none; some models and servers cannot call any."""
    mcp: Annotated[tuple[str, ...], read_urls] = ()
    """MCP servers whose tools the model may call too: a list of addresses such as http://HOST:PORT/mcp. They speak "streamable HTTP"."""
    timeout: Annotated[float, read_seconds] = 10.0
    """Seconds without a piece of the answer after which the model is given up. A tool has half of it."""
    answer_tokens: Annotated[int, at_least(16)] = 300
    """The most tokens of one answer. 100 tokens are about half a minute of speech."""
    context_tokens: Annotated[int, at_least(256)] = 4000
    """The most tokens that the model is sent, with room for its answer. The oldest turns of a conversation are left out."""
    tokens_a_day: Annotated[int, at_least(0)] = 0
    """The most tokens, sent and answered, that one device uses on a day. 0: no limit. It is counted over restarts of the server."""
