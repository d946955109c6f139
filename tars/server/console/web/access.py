"""Who may use the page: whoever has the link that the start prints, or the password. A cookie remembers it.

The secret of the link stands behind a `#`, so a browser sends it to no server and names it to no other page. The login page posts it. The
cookie holds its end and a signature; nothing is kept here of those who are signed in. Another password, or another link, ends them all.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request, cookie_parser
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tars.runtime import clock
from tars.runtime.state import private_file, write_private
from tars.server.console.api_requests import read_fields

LINK = "console.link"
"""The file in the state folder that holds the link."""
LOGIN = "/login"
SIGNED_IN = 30 * 86_400
"""Seconds that a cookie lasts."""
TRIES, TRIES_SPAN = 10, 60.0
"""So many wrong secrets may come in so many seconds. Then only the link signs in until they are over."""
SAFE = ("GET", "HEAD")
NOT_SIGNED_IN = "sign in: open the link that is in {LINK} in the state folder of the server"
FOREIGN = "a page of another server may not do this"
TOO_MANY = f"{TRIES} wrong secrets came within a minute; wait one"

Refuse = Callable[[str, str, str], None]
"""Is told the address, the kind and the reason of each refusal."""


def read_secret(folder: Path) -> str:
    """The secret of the link in this state folder, which is made if there is none. Raises ConfigError."""
    with os.fdopen(private_file(folder, LINK), encoding="ascii", errors="replace") as file:
        _, _, secret = file.read().strip().partition("#")
    return secret if len(secret) >= 32 else secrets.token_urlsafe(32)


class Access:
    """Who is signed in."""

    def __init__(self, origin: str, secret: str, password: str, refuse: Refuse) -> None:
        """`origin`: scheme and port, such as `http` and 7457, are read from it. `password`: empty if only the link signs in."""
        self.origin = origin
        self._scheme, _, rest = origin.partition("://")
        self.cookie = f"tars-{rest.rpartition(':')[2]}"
        """Its name: browsers send the cookies of one port to all ports of a machine."""
        self._secret, self._password, self._refuse = secret, password, refuse
        self._signing = f"{secret}\0{password}".encode()
        self._wrong: list[float] = []
        """When wrong secrets came, the last TRIES of them."""

    @property
    def link(self) -> str:
        """What signs in whoever opens it."""
        return f"{self.origin}{LOGIN}#{self._secret}"

    def save(self, folder: Path) -> None:
        """Write the link to the state folder. Raises ConfigError."""
        write_private(folder, LINK, f"{self.link}\n")

    # --- requests ------------------------------------------------------------------------------------------------------------

    def is_signed_in(self, headers: Headers) -> bool:
        """Whether a request, also one for a WebSocket, has the cookie."""
        end, _, signature = cookie_parser(headers.get("Cookie", "")).get(self.cookie, "").partition(".")
        if not end.isascii() or not end.isdigit() or len(end) > 12:
            return False
        return hmac.compare_digest(signature.encode(), self._signature(end).encode()) and clock.wall() < int(end)

    def is_own_page(self, headers: Headers) -> bool:
        """Whether a page of this console makes the request. Browsers name the page in each request that is not a simple GET.

        A proxy may end the encryption in front of this console: then its page is one of https, and `Host` is what the browser has asked.
        """
        host = headers.get("Host", "")
        return headers.get("Origin", "") in (f"{self._scheme}://{host}", f"https://{host}")

    async def sign_in(self, request: Request) -> Response:
        """POST /login: the secret of the link or the password, for a cookie."""
        address = request.client.host if request.client else "unknown"
        if not self.is_own_page(request.headers):
            self._refuse(address, "foreign origin", FOREIGN)
            return JSONResponse({"error": FOREIGN}, 403)
        try:
            secret = (await read_fields(request, {"secret": str}))["secret"]
        except HTTPException as error:
            return JSONResponse({"error": error.detail}, error.status_code, error.headers)
        if not _same(secret, self._secret):  # that one cannot be guessed
            now = clock.now()
            if len(self._wrong) >= TRIES and now - self._wrong[-TRIES] < TRIES_SPAN:
                return JSONResponse({"error": TOO_MANY}, 429)
            if not self._password or not _same(secret, self._password):
                self._wrong = [*self._wrong[1 - TRIES :], now]
                self._refuse(address, "wrong console secret", "this secret signs in nobody")
                return JSONResponse({"error": "this is not the password, or the link is an old one"}, 401)
        end = str(int(clock.wall()) + SIGNED_IN)
        answer = Response(status_code=204)
        self._set_cookie(request, answer, f"{end}.{self._signature(end)}", SIGNED_IN)
        return answer

    async def sign_out(self, request: Request) -> Response:
        """POST /logout: this browser forgets its cookie."""
        if not self.is_own_page(request.headers):
            return JSONResponse({"error": FOREIGN}, 403)
        answer = Response(status_code=204)
        self._set_cookie(request, answer, "", 0)
        return answer

    def _set_cookie(self, request: Request, answer: Response, value: str, seconds: int) -> None:
        encrypted = request.headers["Origin"].startswith("https://")
        answer.set_cookie(self.cookie, value, max_age=seconds, httponly=True, samesite="strict", secure=encrypted)

    def _signature(self, end: str) -> str:
        return hmac.new(self._signing, end.encode(), hashlib.sha256).hexdigest()


def _same(sent: str, known: str) -> bool:
    return hmac.compare_digest(sent.encode(errors="replace"), known.encode())


class SignedIn:
    """Answers requests of those who are signed in; of other programs too, where they show the key that is given here."""

    def __init__(self, app: ASGIApp, access: Access, refuse: Refuse, key: str | None = None, wants: str = "") -> None:
        """`wants`: the sentence that asks for the key."""
        self._app, self._access, self._refuse, self._wants = app, access, refuse, wants
        self._bearer = f"Bearer {key}".encode() if key else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        headers = Headers(scope=scope)
        sent = headers.get("Authorization", "").encode("latin-1")
        if self._bearer is not None and hmac.compare_digest(sent, self._bearer):
            await self._app(scope, receive, send)
        elif not self._access.is_signed_in(headers):
            kind = f"{'wrong' if sent else 'no'} API key" if self._bearer else "not signed in"
            await self._answer(scope, receive, send, 401, kind, self._wants or NOT_SIGNED_IN.format(LINK=LINK))
        elif scope["method"] not in SAFE and not self._access.is_own_page(headers):
            await self._answer(scope, receive, send, 403, "foreign origin", FOREIGN)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, status: int, kind: str, reason: str) -> None:
        self._refuse(scope["client"][0] if scope["client"] else "unknown", kind, reason)
        headers: dict[str, Any] = {"Connection": "close"}  # what may follow of the request is not read
        if status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="tars-server"'
        await JSONResponse({"error": reason}, status, headers)(scope, receive, send)
