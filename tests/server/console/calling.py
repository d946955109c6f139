"""Another program, which uses the interface of a server over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tars.brains import Brain
from tests.in_process import RunningServer, server

LIMIT = 20.0
"""Seconds in which an answer must come."""
KEY = "a-key-of-these-tests-0"


@dataclass(frozen=True)
class Answer:
    """What the server answers."""

    status: int
    data: Any


@dataclass
class Client:
    """Sends requests with the key."""

    url: str
    key: str = KEY
    context: SSLContext | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str) -> Answer:
        return await self.send("GET", path)

    async def delete(self, path: str) -> Answer:
        return await self.send("DELETE", path)

    async def post(self, path: str, headers: dict[str, str] | None = None, **body: object) -> Answer:
        return await self.send("POST", path, json.dumps(body).encode(), headers)

    async def send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """One request, on a connection of its own."""
        own = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        request = Request(f"{self.url}{path}", body, own | self.headers | (headers or {}), method=method)
        return await asyncio.to_thread(self._send, request)

    def _send(self, request: Request) -> Answer:
        try:
            with urlopen(request, timeout=LIMIT, context=self.context) as answer:
                return Answer(answer.status, json.loads(answer.read()))
        except HTTPError as error:
            with error:
                return Answer(error.code, json.loads(error.read()))


@asynccontextmanager
async def called(*, brain: Brain | None = None, **settings: Any) -> AsyncIterator[tuple[RunningServer, Client]]:
    """A server with the interface, and a program that uses it."""
    async with server(brain, console="127.0.0.1:0", api_key=KEY, **settings) as tars:
        yield tars, Client(tars.console)
