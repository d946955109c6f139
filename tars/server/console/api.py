"""The interface for other programs: over HTTP and JSON they have devices speak and ask. A request must show the setting `api_key`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.log import log
from tars.server.admission import LEGACY
from tars.server.browsers import is_browser
from tars.server.console.api_requests import Wanted, read_query, read_timer, read_wanted
from tars.server.console.web.access import Access, Refuse, SignedIn
from tars.server.console.web.fleet import linked_elsewhere
from tars.server.device_registry import DeviceRegistry
from tars.server.push.announcements import WAITS, WITHDRAWN, Announcement, KeyUsedError
from tars.server.push.command import LOOK_INTERVAL
from tars.server.state_folder import Store

WAIT_LIMIT = 50.0
"""Seconds that a request waits for an answer. Many programs give up a request after 60 s."""
MOST_WAITING = 16
"""Requests that may wait at a time: half of the connections of the console."""

Result = TypeVar("Result")


def error_response(text: object, status: int, headers: Any = None) -> Response:
    """What went wrong, as JSON."""
    return JSONResponse({"error": str(text)}, status, headers)


class Api:
    """Answers the requests. They meet the devices where the commands `say` and `ask` do: in the store."""

    def __init__(self, key: str | None, registry: DeviceRegistry, store: Store) -> None:
        """`key`: what other programs must show; None: only the page is answered."""
        self._key, self._registry, self._store = key, registry, store
        self._rows = store.announcements
        self._waiting = 0

    def mount(self, access: Access, refuse: Refuse, others: Sequence[BaseRoute]) -> Mount:
        """The routes, below /api, for who has the key or is signed in. `others`: those of the page alone, which guard themselves."""
        wants = "this interface wants its key (`api_key`)" if self._key else ""
        guard = Middleware(SignedIn, access, refuse, self._key, wants)
        routes = [
            Route("/devices", self.devices),
            Route("/say", self.say, methods=["POST"]),
            Route("/ask", self.ask, methods=["POST"]),
            Route("/announcements", self.announcements),
            Route("/announcements/{number}", self.announcement),
            Route("/announcements/{number}", self.withdraw, methods=["DELETE"]),
            Route("/timers", self.timers),
            Route("/timers", self.set_timer, methods=["POST"]),
            Route("/timers", self.cancel_timers, methods=["DELETE"]),
        ]
        own = Mount("/", routes=routes, middleware=[guard])
        return Mount("/api", Starlette(routes=[*others, own], exception_handlers={HTTPException: _refused, ConfigError: _failed}))

    # --- devices and timers --------------------------------------------------------------------------------------------------

    async def devices(self, request: Request) -> Response:
        """The devices that have a key or are here now."""
        runners = {name: runner for name, runner in self._registry.runners.items() if not name.startswith(LEGACY)}
        cores = {name: runner.core for name, runner in runners.items()}
        elsewhere = set[str]()
        if (fleet := self._registry.fleet) is not None:
            await fleet.look()
            elsewhere = linked_elsewhere(fleet)
        found = []
        for name in sorted(cores.keys() | elsewhere | await self._work(self._names)):
            core = cores.get(name)
            linked = bool(core and core.linked) or name in elsewhere
            found.append({"name": name, "linked": linked, "in_session": bool(core and core.in_session)})
        return JSONResponse({"devices": found})

    async def timers(self, request: Request) -> Response:
        """The timers that have not rung."""
        read_query(request, optional=("device",))
        wanted = request.query_params.get("device")
        fleet = self._registry.fleet
        running = self._registry.timers.running() if fleet is None else await fleet.timers.running()
        found = [timer for timer in running if wanted in (None, timer.device)]
        return JSONResponse({"timers": [asdict(timer) | {"due": _time(timer.due)} for timer in found]})

    async def set_timer(self, request: Request) -> Response:
        """Set a timer that rings on a device, as if somebody had asked for it there."""
        from tars.brains.reply.intents.understanding import durations

        wanted = await read_timer(request)
        await self._must_know(wanted.device)
        label, fleet = wanted.label or durations.name(round(wanted.seconds)), self._registry.fleet
        wants = wanted.device, label, wanted.seconds
        kept = self._registry.timers.set(*wants) if fleet is None else await fleet.timers.set(*wants)
        return JSONResponse(asdict(kept) | {"due": _time(kept.due)}, 201)

    async def cancel_timers(self, request: Request) -> Response:
        """Cancel the timers of a device that have this label."""
        device, label = read_query(request, required=("device", "label"))
        fleet = self._registry.fleet
        cancelled = self._registry.timers.cancel(device, label) if fleet is None else await fleet.timers.cancel(device, label)
        if not cancelled:
            raise HTTPException(404, f"no timer with the label {label!r} runs on {device!r}; GET /api/timers shows all")
        return JSONResponse({"cancelled": cancelled})

    # --- announcements -------------------------------------------------------------------------------------------------------

    async def say(self, request: Request) -> Response:
        """Have a device speak. This does not wait until it has."""
        made = await self._add(await read_wanted(request, self._registry.config.expiry), asks=False)
        return self._as_json(made, 202)

    async def ask(self, request: Request) -> Response:
        """Have a device ask, and wait for the answer, for WAIT_LIMIT at most."""
        wanted = await read_wanted(request, self._registry.config.expiry)
        if self._waiting >= MOST_WAITING:
            raise HTTPException(503, f"{MOST_WAITING} requests wait for answers already; no more are taken until one is over")
        self._waiting += 1
        try:
            until = clock.now() + WAIT_LIMIT
            made = await self._add(wanted, asks=True)
            ended = await self._outcome(made, request, until)
            if ended is None:  # the client is gone; one with a key may come back
                if not wanted.key:
                    await self._withdraw(made, until)
                return Response()
        finally:
            self._waiting -= 1
        return self._as_json(ended, 202 if self._goes_on(ended) else 200)

    async def announcements(self, request: Request) -> Response:
        """All that wait, or are spoken now."""
        found = [one for one in await self._work(self._rows.may_be_spoken) if self._goes_on(one)]
        return JSONResponse({"announcements": [self._as_data(one) for one in found]})

    async def announcement(self, request: Request) -> Response:
        """One, and what has become of it."""
        return self._as_json(await self._find(request.path_params["number"]))

    async def withdraw(self, request: Request) -> Response:
        """It is not spoken any more, if it was not yet."""
        found = await self._find(request.path_params["number"])
        if self._goes_on(found):
            await self._work(partial(self._rows.end, found.id, WITHDRAWN))
        return self._as_json(await self._find(found.id))

    async def _add(self, wanted: Wanted, *, asks: bool) -> Announcement:
        await self._must_know(wanted.device)
        try:
            return await self._work(partial(self._rows.add, wanted.device, wanted.text, wanted.seconds, asks=asks, key=wanted.key))
        except KeyUsedError as error:
            raise HTTPException(422, f"Idempotency-Key: {error}") from None

    async def _must_know(self, device: str) -> None:
        if not (is_browser(device) or await self._work(lambda: not self._store.needs_keys or device in self._names())):
            raise HTTPException(404, f"there is no device {device}; GET /api/devices shows all")

    async def _find(self, number: str) -> Announcement:
        found = await self._work(partial(self._rows.find, number))
        if found is None:
            raise HTTPException(404, f"there is no announcement {number!r}; each is kept for a day after its end")
        return found

    def _goes_on(self, one: Announcement) -> bool:
        """Whether it is to be spoken, or is spoken or answered now. What has expired meanwhile is spoken to its end."""
        under_way = bool(self._registry.session_of(one)) or self._registry.announcements.is_being_noted(one)
        return one.is_due(clock.wall()) or (one.outcome == WAITS and under_way)

    async def _outcome(self, made: Announcement, request: Request, until: float) -> Announcement | None:
        """What has become of it by its end or at `until`, as far as it is known. None: the client has closed its connection."""
        gone = asyncio.ensure_future(_closed(request))
        try:
            while not gone.done():
                try:
                    made = await self._find(made.id)
                except ConfigError:
                    if self._registry.authenticator.is_closed:
                        raise  # else another program has locked the store; it is read again
                if not self._goes_on(made) or clock.now() >= until:
                    return made
                await asyncio.wait([gone], timeout=LOOK_INTERVAL)
            return None
        finally:
            gone.cancel()

    async def _withdraw(self, made: Announcement, until: float) -> None:
        """Nobody would hear its answer. A store that is locked is tried again until then."""
        while self._goes_on(made):
            try:
                await self._work(partial(self._rows.end, made.id, WITHDRAWN))
            except ConfigError as error:
                if self._registry.authenticator.is_closed or clock.now() >= until:
                    log.error("a question is not withdrawn", device=made.device, reason=error)
                    return
            else:
                return
            await clock.sleep_until(clock.now() + LOOK_INTERVAL)

    def _as_json(self, one: Announcement, status: int = 200) -> Response:
        return JSONResponse(self._as_data(one), status)

    def _as_data(self, one: Announcement) -> dict[str, object]:
        outcome = one.outcome or ("waits" if self._goes_on(one) else "expired")
        data = {"id": one.id, "device": one.device, "text": one.text, "asks": one.asks, "outcome": outcome, "answer": one.answer}
        return data | {"device_away": one.away, "expires": _time(one.until)}

    def _names(self) -> set[str]:
        """The devices that have a key."""
        return {name for name, _ in self._store.list_keys()}

    async def _work(self, use: Callable[[], Result]) -> Result:
        return await self._registry.authenticator.work(use)


async def _closed(request: Request) -> None:
    """Return when the client has closed its connection. Its body must have been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return error_response(error.detail, error.status_code, error.headers)


async def _failed(request: Request, error: Exception) -> Response:
    """The store cannot be used, or too many announcements wait."""
    return error_response(error, 503)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
