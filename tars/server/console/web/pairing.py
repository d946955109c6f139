"""Pairing from the page: one click, and six digits. It does what the command `pair` does, in the same store."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tars.runtime import clock
from tars.runtime.config_values import read_name
from tars.server.browsers import is_browser, of_pages
from tars.server.console.api_requests import read_fields
from tars.server.console.web import Json
from tars.server.device_registry import DeviceRegistry
from tars.server.pair_command import instructions
from tars.server.pairings import LIFETIME, TRIES, Pairing, close_pairing, open_pairing
from tars.server.state_folder import Store


class PairingRoutes:
    """Answers what concerns pairing."""

    def __init__(self, registry: DeviceRegistry, store: Store, folder: Path) -> None:
        """`folder`: the state folder, which says where devices reach the server."""
        self._work, self._store, self._folder = registry.authenticator.work, store, folder
        self.table = [("GET", "/pairing", self.look), ("POST", "/pairing", self.begin), ("DELETE", "/pairing", self.end)]

    async def look(self, request: Request) -> Response:
        """GET /api/pairing: the pairing that is open, or what became of the last one."""
        return JSONResponse(await self._work(lambda: self._as_json(self._store.pairing())))

    async def begin(self, request: Request) -> Response:
        """POST /api/pairing: new digits. `name`: of the device; without it, the one that it would like to have."""
        name = (await read_fields(request, {}, {"name": str})).get("name", "")
        try:
            name = read_name(name) if name else ""
        except ValueError as error:
            raise HTTPException(400, f"name {error}") from None
        if is_browser(name):
            raise HTTPException(400, of_pages(name))
        return JSONResponse(await self._work(partial(self._begin, name)), 201)

    def _begin(self, name: str) -> Json:
        if name in [taken for taken, _ in self._store.list_keys()]:
            raise HTTPException(409, f"there is a device {name} already: choose another name")
        return self._as_json(open_pairing(self._store, name))

    async def end(self, request: Request) -> Response:
        """DELETE /api/pairing: the digits are void."""
        return JSONResponse(await self._work(self._end))

    def _end(self) -> Json:
        if (pairing := self._store.pairing()) is not None:
            close_pairing(self._store, pairing)
        return self._as_json(None)

    def _as_json(self, pairing: Pairing | None) -> Json:
        if pairing is None:
            return {"state": "none"}
        if pairing.device:
            return {"state": "paired", "device": pairing.device}
        if not pairing.is_valid(clock.wall()):
            return {"state": "void", "burned": pairing.is_burned}
        lines = instructions(pairing, self._folder, first=not self._store.needs_keys)
        said = [line for line in lines if line and "Ctrl-C" not in line]
        left = {"until": pairing.opened + LIFETIME, "tries_left": TRIES - pairing.tries}
        return {"state": "open", "digits": pairing.digits, "instructions": said} | left
