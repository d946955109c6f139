"""A visitor of the console who speaks HTTP, with or without its cookie."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit

LIMIT = 20.0
"""Seconds in which an answer must come."""


@dataclass(frozen=True)
class Answer:
    """What the server answers."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@dataclass
class Visitor:
    """Somebody at that URL."""

    url: str
    context: SSLContext | None = None
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.ask("GET", path, None, headers)

    async def post(self, path: str, **body: object) -> Answer:
        """As a page of the console does it."""
        return await self.ask("POST", path, body, {"Origin": self.url})

    async def delete(self, path: str) -> Answer:
        return await self.ask("DELETE", path, None, {"Origin": self.url})

    async def sign_in(self, secret: str) -> Answer:
        """With the secret of the link, or the password. The cookie is kept."""
        answer = await self.post("/login", secret=secret)
        self.cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        return answer

    async def ask(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
        """One request, on a connection of its own."""
        sent = self.headers | ({"Cookie": self.cookie} if self.cookie else {}) | (headers or {})
        data = None if body is None else json.dumps(body).encode()
        return await asyncio.to_thread(self._ask, method, path, data, sent)

    def _ask(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        at = urlsplit(self.url)
        connection = (
            HTTPSConnection(at.netloc, timeout=LIMIT, context=self.context) if self.context else HTTPConnection(at.netloc, timeout=LIMIT)
        )
        try:
            connection.request(method, path, data, headers)
            response: HTTPResponse = connection.getresponse()
            endless = (response.headers["Content-Type"] or "").startswith("text/event-stream")
            body = response.readline() if endless else response.read()
            return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, body)
        finally:
            connection.close()


def secret_of(state: Path) -> str:
    """The secret in the link of this state folder."""
    return (state / "console.link").read_text().strip().partition("#")[2]
