"""What the console answers: `GET /metrics`, to those who may look."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Callable

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")
"""What this machine is called in a request to itself. A web page can make a name of its own lead here, but not one of these."""
REALM = 'Bearer realm="tars-server"'


def make_app(write_metrics: Callable[[], AsyncIterator[bytes]], token: str, refuse: Callable[[str, str, str], None]) -> Starlette:
    """The application. `token`: what every request must show; empty: nothing, but it must name this machine.

    `refuse` is told the address, the kind and the reason of each request with a wrong token.
    """

    async def metrics(request: Request) -> Response:
        return StreamingResponse(write_metrics(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    guard = Middleware(TokenMiddleware, token=token, refuse=refuse) if token else Middleware(TrustedHostMiddleware, allowed_hosts=OWN_NAMES)
    return Starlette(routes=[Route("/metrics", metrics)], middleware=[guard])


class TokenMiddleware:
    """Answers requests without the token with HTTP 401."""

    def __init__(self, app: ASGIApp, token: str, refuse: Callable[[str, str, str], None]) -> None:
        self._app, self._refuse = app, refuse
        self._wanted = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        sent = Headers(scope=scope).get("Authorization", "").encode("latin-1")
        if hmac.compare_digest(sent, self._wanted):
            await self._app(scope, receive, send)
            return
        address = scope["client"][0] if scope["client"] else "unknown"
        self._refuse(address, "wrong console token" if sent else "no console token", "the console wants its token")
        response = PlainTextResponse("this console wants its token\n", 401, {"WWW-Authenticate": REALM})
        await response(scope, receive, send)
