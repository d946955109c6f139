"""The part `elevenlabs`: a voice of ElevenLabs speaks, elsewhere."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import numpy as np
from httpx2 import AsyncClient, HTTPError, Limits, Response, TimeoutException

from tars.brains import BrainSettings
from tars.brains.speak.sentences import sentences
from tars.errors import BrainError, ConfigError
from tars.samples import RATE, WIDTH, Samples

FORMAT = f"pcm_{RATE}"
"""What is asked for: samples as TARS has them."""

SOUND = ("audio/", "application/octet-stream")
"""What the type of an answer with sound begins with. Anything else is not played: it would be noise."""

KEPT = 120.0
"""Seconds that a connection is kept without a request. A new one costs some round trips."""

REMEDIES = {
    "quota_exceeded": "the credits of the account are used up",
    "401": "correct elevenlabs.key; the key must be allowed to make speech",
    "402": "the account must be paid for",
    "403": "the key must be allowed to make speech",
    "429": "too much was asked at the same time",
}
"""What to do, by what ElevenLabs calls it, or by its HTTP status."""


class ElevenLabs:
    """Each sentence is a request. ElevenLabs is not asked when TARS starts, but for the voices of personas."""

    languages = ()
    """Those of its model."""

    def __init__(self, settings: BrainSettings) -> None:
        """Nothing is opened."""
        self._settings = settings.elevenlabs
        self._client: AsyncClient | None = None

    async def warm(self) -> None:
        """It has nothing to load. Raises ConfigError without a key."""
        if not self._settings.key:
            raise ConfigError("elevenlabs.key is missing: make one on the page API Keys of elevenlabs.io; it may be in TARS_ELEVENLABS_KEY")
        if self._client is None:
            self._client = AsyncClient(
                base_url=self._settings.url,
                headers={"xi-api-key": self._settings.key},
                timeout=self._settings.timeout,
                limits=Limits(keepalive_expiry=KEPT),
            )

    async def load(self, voice: str) -> None:
        """Ask whether the account has the voice. If ElevenLabs does not answer now, it may have it later. Raises ConfigError."""
        if not voice:
            return
        try:
            async with self._asked("GET", f"/v1/voices/{quote(voice, safe='')}") as response:
                await response.aread()  # so that the connection can be used again
                if response.status_code in (400, 404):
                    raise ConfigError(f"voice {voice!r} is unknown to ElevenLabs: name the ID of a voice of the account")
        except BrainError:
            return

    def sentences(self, text: str) -> list[str]:
        """The sentences of the text."""
        return sentences(text)

    async def say(self, sentence: str, voice: str = "") -> AsyncIterator[Samples]:
        """The samples, as ElevenLabs sends them. When nobody reads on, the connection is closed. Raises BrainError."""
        path = f"/v1/text-to-speech/{quote(voice or self._settings.voice, safe='')}/stream"
        wanted = {"text": sentence, "model_id": self._settings.model}
        async with self._asked("POST", path, params={"output_format": FORMAT}, json=wanted) as response:
            if response.status_code != 200:
                raise self._refused(response.status_code, await response.aread())
            if not (kind := response.headers.get("content-type", "")).startswith(SOUND):
                raise self._failed(f"answered with {kind or 'something'} instead of sound: is elevenlabs.url right?")
            rest = b""
            async for piece in response.aiter_bytes():
                pcm = rest + piece
                whole = len(pcm) // WIDTH * WIDTH
                rest = pcm[whole:]
                if whole:
                    yield np.frombuffer(pcm[:whole], "<i2").astype(np.int16)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    @asynccontextmanager
    async def _asked(self, method: str, path: str, **request: Any) -> AsyncIterator[Response]:
        """A request, and its answer as far as its headers. Raises BrainError, also while the answer is read."""
        if self._client is None:
            raise BrainError("the part elevenlabs is not ready")
        try:
            async with self._client.stream(method, path, **request) as response:
                yield response
        except TimeoutException as error:
            raise self._failed(
                f"sends nothing for {self._settings.timeout:g} s: raise elevenlabs.timeout, or see its status page"
            ) from error
        except HTTPError as error:
            reason = str(error) or type(error).__name__
            raise self._failed(f"cannot be reached, or has closed the connection ({reason}): is there a network?") from error

    def _refused(self, status: int, body: bytes) -> BrainError:
        """What an answer without sound means."""
        name, message = _explanation(body)
        wrong = "correct elevenlabs.voice or elevenlabs.model" if 400 <= status < 500 else "see its status page"
        remedy = REMEDIES.get(name) or REMEDIES.get(str(status)) or wrong
        return self._failed(f"answered {status} ({message}): {remedy}")

    def _failed(self, what: str) -> BrainError:
        return BrainError(f"ElevenLabs at {self._settings.url} {what}")


def _explanation(body: bytes) -> tuple[str, str]:
    """The name of an error and what ElevenLabs says of it, each empty if there is none."""
    try:
        detail = json.loads(body)["detail"]
    except (ValueError, KeyError, TypeError):
        return "", " ".join(body.decode(errors="replace").split())[:200]
    if isinstance(detail, dict):
        return str(detail.get("status", "")), str(detail.get("message", ""))[:200]
    return "", json.dumps(detail)[:200]
