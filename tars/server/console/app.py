"""What the console answers: `GET /metrics`, the page, and the interface for other programs, to those who may look."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Callable, Sequence

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from tars.server.console.web.access import Refuse
from tars.server.console.web.headers import SafeHeaders

OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")
"""What this machine is called in a request to itself. A web page can make a name of its own lead here, but not one of these."""
REALM = 'Bearer realm="tars-server"'


def make_app(write_metrics: Callable[[], AsyncIterator[bytes]], token: str, refuse: Refuse, others: Sequence[BaseRoute]) -> Starlette:
    """The application. `token`: what a request for metrics must show; empty: nothing, but it must name this machine.

    `others`: the page, and the interface for other programs; these guard themselves.
    """

    async def metrics(request: Request) -> Response:
        return StreamingResponse(write_metrics(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    if token:
        guard = Middleware(BearerMiddleware, token, name="console token", wants="the console wants its token", refuse=refuse)
    else:
        guard = Middleware(TrustedHostMiddleware, allowed_hosts=OWN_NAMES)
    return Starlette(routes=[Route("/metrics", metrics, middleware=[guard]), *others], middleware=[Middleware(SafeHeaders)])


class BearerMiddleware:
    """Answers requests without the secret with HTTP 401."""

    def __init__(self, app: ASGIApp, secret: str, *, name: str, wants: str, refuse: Refuse) -> None:
        """`name`: what the secret is called; `wants`: the sentence that asks for it."""
        self._app, self._name, self._wants, self._refuse = app, name, wants, refuse
        self._wanted = f"Bearer {secret}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        sent = Headers(scope=scope).get("Authorization", "").encode("latin-1")
        if hmac.compare_digest(sent, self._wanted):
            await self._app(scope, receive, send)
            return
        address = scope["client"][0] if scope["client"] else "unknown"
        self._refuse(address, f"{'wrong' if sent else 'no'} {self._name}", self._wants)
        # What may follow of the request is not read.
        await PlainTextResponse(self._wants, 401, {"WWW-Authenticate": REALM, "Connection": "close"})(scope, receive, send)
