"""What the page asks for: who is signed in may see the devices live, and what was said."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from tars.server.console.api_requests import read_query
from tars.server.console.web.access import LOGIN, Access, SignedIn
from tars.server.console.web.conversations import Conversations
from tars.server.console.web.files import Files
from tars.server.console.web.live import MOST_PAGES, Live, Page
from tars.server.console.web.log_ring import LogRing
from tars.server.console.web.pairing import PairingRoutes
from tars.server.console.web.switches import Switches
from tars.server.device_registry import DeviceRegistry
from tars.server.recordings import recordings_of
from tars.server.settings import ServerConfig
from tars.server.state_folder import Store

PART = re.compile(r"[\w.-]{1,80}", re.ASCII)
"""A part of the name of a recording; none holds a `/`."""

UNBUFFERED = {"X-Accel-Buffering": "no"}
"""Has nginx pass on each message at once."""


class Web:
    """Answers the page, and tells it what happens from `start` to `stop`."""

    def __init__(self, config: ServerConfig, registry: DeviceRegistry, store: Store) -> None:
        self._registry, self._record = registry, config.record
        self._live = Live(registry)
        self._conversations = Conversations(lambda turn: self._live.tell("turns", asdict(turn)))
        self._log = LogRing(asyncio.get_running_loop(), lambda line: self._live.tell("logs", line))
        self._observers = (self._live.observe, self._conversations.observe)
        own = [
            ("GET", "/events", self.events),
            ("GET", "/conversation", self.conversation),
            ("GET", "/log", self.log_lines),
            ("GET", "/recordings/{device}/{session}/{turn}", self.recording),
        ]
        self._table = [*own, *PairingRoutes(registry, store, config.state).table, *Switches(registry).table]

    def open(self, access: Access, files: Files) -> None:
        """Only who has this access sees a page. Call it before the routes are asked for."""
        self._access, self._files = access, files

    def start(self) -> None:
        """From now on there is something to tell."""
        self._registry.observers.extend(self._observers)
        self._registry.watchers.append(self._live.take_told)
        self._registry.authenticator.revoked.append(self._conversations.forget)
        self._registry.authenticator.forgotten.append(self._conversations.drop)
        logging.getLogger().addHandler(self._log)

    async def watch_fleet(self) -> None:
        """Look at the other servers while a page is open, until this is cancelled."""
        await self._live.watch_fleet()

    def stop(self) -> None:
        """Tell nothing any more."""
        for observer in self._observers:
            self._registry.observers.remove(observer)
        self._registry.watchers.remove(self._live.take_told)
        self._registry.authenticator.revoked.remove(self._conversations.forget)
        self._registry.authenticator.forgotten.remove(self._conversations.drop)
        logging.getLogger().removeHandler(self._log)

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

    def api(self) -> Sequence[BaseRoute]:
        """What is below /api, for those who are signed in only."""
        guard = [Middleware(SignedIn, self._access, self._registry.authenticator.refuse)]
        return [Route(path, answer, methods=[method], middleware=guard) for method, path, answer in self._table]

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
            raise HTTPException(503, f"too many pages are open: {MOST_PAGES}; close one")
        await self._live.look()
        page = Page(request.query_params.get("device", ""))
        return StreamingResponse(self._live.stream(page), headers=UNBUFFERED, media_type="text/event-stream")

    async def log_lines(self, request: Request) -> Response:
        """GET /api/log: the last lines."""
        return JSONResponse({"lines": list(self._log.lines)})

    async def conversation(self, request: Request) -> Response:
        """GET /api/conversation?device=: its last turns, and of which there is a recording."""
        (device,) = read_query(request, required=("device",))
        turns = self._conversations.of(device)
        names = await self._registry.authenticator.work(partial(recordings_of, self._record, device))
        for turn in turns:
            stem = f"{device}-{turn['session']}-{turn['turn']}"
            turn["recorded"] = any(name == f"{stem}.wav" or name.startswith(f"{stem}-") for name in names)
        return JSONResponse({"turns": turns})

    async def recording(self, request: Request) -> Response:
        """GET /api/recordings/DEVICE/SESSION/TURN: what the user said, as WAV."""
        said = request.path_params
        folder = self._record
        if folder is None or not all(PART.fullmatch(part) for part in said.values()):
            raise HTTPException(404, "there is no recording of this turn")
        stem = f"{said['device']}-{said['session']}-{said['turn']}"
        found = await self._registry.authenticator.work(lambda: [*folder.glob(f"{stem}.wav"), *sorted(folder.glob(f"{stem}-*.wav"))])
        if not found:
            raise HTTPException(404, "the recording of this turn is not kept any more")
        return FileResponse(found[-1], media_type="audio/wav")
