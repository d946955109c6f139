"""The console: it counts what happens, and shows it to those who may look."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import sys
from functools import partial
from ipaddress import ip_address
from pathlib import Path

from tars.errors import ConfigError
from tars.runtime.command import say
from tars.runtime.log import log
from tars.runtime.state import private_file, write_private
from tars.server.addresses import address, in_reach_of_others, own_address, where
from tars.server.console.api import Api
from tars.server.console.app import make_app
from tars.server.console.connections import Connections
from tars.server.console.counting import Counting
from tars.server.console.page import write_page
from tars.server.console.talk import PageLinks
from tars.server.console.web.access import LINK, Access, read_secret
from tars.server.console.web.files import Files
from tars.server.console.web.routes import Web
from tars.server.device_registry import DeviceRegistry
from tars.server.encryption import Encryption, open_own_encryption
from tars.server.settings import ServerConfig
from tars.server.state_folder import Store

TOKEN = "console.token"
"""The file in the state folder whose text a request from another machine must show."""


class PortTakenError(ConfigError):
    """The console cannot listen there."""


class Console:
    """One server's console."""

    def __init__(self, config: ServerConfig, registry: DeviceRegistry, store: Store) -> None:
        self.counting = Counting()
        self.web = Web(config, registry, store)
        self.access: Access | None = None
        """Who is signed in to the page; None: it does not listen yet."""
        self._api = Api(config.api_key, registry, store)
        self._config = config
        self._registry = registry
        self._server: asyncio.Server | None = None
        self._connections: Connections | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, host: str, port: int, tasks: asyncio.TaskGroup, hung_up: asyncio.Event) -> None:
        """Serve, until `close`. Raises PortTakenError, and ConfigError without a certificate or a token where they are needed."""
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(self._new_connection, **where(host, port), start_serving=False)
            try:
                guarded = in_reach_of_others(server)
                encryption = open_own_encryption(self._config) if guarded else Encryption()
                token = read_token(self._config.state) if guarded else ""
                scheme, (listening, taken, *_) = "https" if guarded else "http", server.sockets[0].getsockname()
                self.access = await asyncio.to_thread(self._open_page, f"{scheme}://{address(reached_at(host, listening), taken)}")
                self.web.open(self.access, await asyncio.to_thread(Files))
                refuse = self._registry.authenticator.refuse
                others = [*self.web.pages(), self._api.mount(self.access, refuse, self.web.api())]
                app = make_app(partial(write_page, self._registry, self.counting), token, refuse, others)
                self._connections = Connections(app, encryption, PageLinks(self.access, self._registry.admission))
                await server.start_serving()
            except BaseException:
                server.close()
                raise
        except OSError as error:
            at = address(host, port)
            raise PortTakenError(f"the console cannot listen on {at}: {error.strerror or error}. Set another `console`, or off") from None
        self._server = server
        self._registry.observers.append(self.counting.observe)
        self._registry.authenticator.forgotten.append(self.counting.forget)
        self.web.start()
        endless = (self.counting.watch_loop(), encryption.keep_current(hung_up), self.web.watch_fleet())
        self._tasks = [tasks.create_task(work) for work in endless]
        where_secrets_are = {"link": self._config.state / LINK} | ({"token": self._config.state / TOKEN} if guarded else {})
        log.info("console", url=f"{scheme}://{address(host, taken)}", **where_secrets_are)
        if sys.stdout.isatty():
            say(f"The page: {self.access.link}")

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        assert self.access is not None, "it is there once it listens"
        return self.access.origin

    def _open_page(self, url: str) -> Access:
        folder = self._config.state
        access = Access(url, read_secret(folder), self._config.console_password or "", self._registry.authenticator.refuse)
        access.save(folder)
        return access

    def _new_connection(self) -> asyncio.BaseProtocol:
        assert self._connections is not None, "it serves only once they are there"
        return self._connections.new_connection()

    async def close(self) -> None:
        """Serve nothing any more. Connections are dropped, whatever they are at; what answers them has CLOSE_LIMIT to end."""
        assert self._server is not None
        assert self._connections is not None
        self._registry.observers.remove(self.counting.observe)
        self._registry.authenticator.forgotten.remove(self.counting.forget)
        self.web.stop()
        for task in self._tasks:
            task.cancel()
        self._server.close()
        await self._connections.close()


def reached_at(host: str, listening: str) -> str:
    """What to open in a browser to reach what listens there. `host`: as it was set; `listening`: the address that it stands for."""
    everywhere = ip_address(listening.partition("%")[0]).is_unspecified
    return (own_address() or socket.gethostname()) if everywhere else host


def read_token(folder: Path) -> str:
    """The token of this state folder, which is made if there is none. Raises ConfigError."""
    with os.fdopen(private_file(folder, TOKEN), encoding="ascii", errors="replace") as file:
        token = file.read().strip()
    if not token:
        token = secrets.token_urlsafe(32)
        write_private(folder, TOKEN, f"{token}\n")
    return token
