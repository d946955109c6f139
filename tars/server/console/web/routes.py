"""What the page asks for: who is signed in may see the devices live, and what was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from tars import __version__
from tars.server.console.api_requests import read_query
from tars.server.console.web.access import LOGIN, Access, Refuse, SignedIn
from tars.server.console.web.conversations import Conversations
from tars.server.console.web.files import Files
from tars.server.console.web.live import MOST_PAGES, Live, Page
from tars.server.device_registry import DeviceRegistry

PART = re.compile(r"[\w.-]{1,80}", re.ASCII)
"""A part of the name of a recording; none holds a `/`."""


class WebRoutes:
    """Answers the page."""

    def __init__(self, access: Access, files: Files, registry: DeviceRegistry, live: Live, conversations: Conversations) -> None:
        self._access, self._files = access, files
        self._registry, self._live, self._conversations = registry, live, conversations

    def pages(self) -> Sequence[BaseRoute]:
        """The pages themselves. They hold nothing secret, but who is not signed in is sent to the login."""
        return [
            Route("/", partial(self._page, "index.html")),
            Route("/talk", partial(self._page, "talk.html")),
            Route(LOGIN, self._login_page, methods=["GET"]),
            Route(LOGIN, self._access.sign_in, methods=["POST"]),
            Route("/logout", self._access.sign_out, methods=["POST"]),
            Route("/static/{name:path}", self._files.answer),
        ]

    def api(self, refuse: Refuse) -> Sequence[BaseRoute]:
        """What is below /api, for those who are signed in."""
        guard = [Middleware(SignedIn, self._access, refuse)]
        return [
            Route("/events", self.events, middleware=guard),
            Route("/conversation", self.conversation, middleware=guard),
            Route("/recordings/{device}/{session}/{turn:int}", self.recording, middleware=guard),
        ]

    async def _page(self, name: str, request: Request) -> Response:
        if not self._access.is_signed_in(request.headers):
            return RedirectResponse(LOGIN, 303)
        return self._files.page(name, request)

    async def _login_page(self, request: Request) -> Response:
        return self._files.page("login.html", request)

    async def events(self, request: Request) -> Response:
        """GET /api/events: what happens, as Server-Sent Events. `device`: the steps of that one too."""
        read_query(request, optional=("device",))
        if len(self._live.pages) >= MOST_PAGES:
            raise HTTPException(503, f"{MOST_PAGES} pages are open already; close one")
        page = Page(request.query_params.get("device", ""))
        return StreamingResponse(self._live.stream(page, self._first), media_type="text/event-stream")

    def _first(self) -> dict[str, Any]:
        return {"version": __version__, "recorded": self._registry.config.record is not None}

    async def conversation(self, request: Request) -> Response:
        """GET /api/conversation?device=: its last turns."""
        (device,) = read_query(request, required=("device",))
        return JSONResponse({"turns": self._conversations.of(device)})

    async def recording(self, request: Request) -> Response:
        """GET /api/recordings/DEVICE/SESSION/TURN: what the user said, as WAV."""
        said = request.path_params
        folder = self._registry.config.record
        if folder is None or not all(PART.fullmatch(said[part]) for part in ("device", "session")):
            raise HTTPException(404, "there is no recording of this turn")
        stem = f"{said['device']}-{said['session']}-{said['turn']}"
        found = await self._registry.authenticator.work(lambda: [*folder.glob(f"{stem}.wav"), *sorted(folder.glob(f"{stem}-*.wav"))])
        if not found:
            raise HTTPException(404, "the recording of this turn is not kept any more")
        return FileResponse(found[-1], media_type="audio/wav")
