"""The settings that count while the server runs. They are not written: at the next start the configuration counts again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tars.runtime.log import log
from tars.server.console.api_requests import read_fields
from tars.server.console.web import Json
from tars.server.device_registry import DeviceRegistry

SHORTEST_SILENCE = 5
LONGEST_EXPIRY = 365 * 86_400


class Switches:
    """Reads and changes them in the configuration of the registry, which is read for each session."""

    def __init__(self, registry: DeviceRegistry) -> None:
        self._registry = registry
        self._folder: Path | None = registry.config.record
        self.table = [("GET", "/settings", self.look), ("POST", "/settings", self.change)]

    async def look(self, request: Request) -> Response:
        """GET /api/settings."""
        return JSONResponse(self._as_json())

    async def change(self, request: Request) -> Response:
        """POST /api/settings: one or several of them."""
        wanted = await read_fields(request, {}, {"record": bool, "session_timeout": int, "expiry": int})
        config = self._registry.config
        if "record" in wanted:
            if self._folder is None:
                raise HTTPException(409, "the server was started without a folder for recordings (`record`)")
            config = replace(config, record=self._folder if wanted["record"] else None)
        if "session_timeout" in wanted:
            seconds = self._within("session_timeout", wanted["session_timeout"], SHORTEST_SILENCE, self._longest_silence)
            config = replace(config, limits=replace(config.limits, session_timeout=seconds))
        if "expiry" in wanted:
            config = replace(config, expiry=self._within("expiry", wanted["expiry"], 1, LONGEST_EXPIRY))
        self._registry.config = config
        log.info("settings changed on the page, until the server stops", **wanted)
        return JSONResponse(self._as_json())

    @property
    def _longest_silence(self) -> int:
        return int(self._registry.config.limits.server_user_turn_limit) - 1

    @staticmethod
    def _within(name: str, value: int, least: int, most: int) -> int:
        if not least <= value <= most:
            raise HTTPException(400, f"{name} must be {least} to {most} seconds, not {value}")
        return value

    def _as_json(self) -> Json:
        config = self._registry.config
        return {
            "record": config.record is not None,
            "can_record": self._folder is not None,
            "session_timeout": config.limits.session_timeout,
            "longest_session_timeout": self._longest_silence,
            "expiry": config.expiry,
        }
