"""Where the server of a running device may be: where it was last, and where one with its authority is announced."""

from __future__ import annotations

import asyncio
from collections import deque
from importlib import import_module

from tars.device.discovery import FoundServer, look
from tars.device.paired import keep_changed
from tars.device.settings import DeviceConfig
from tars.device.trust import known_authorities
from tars.errors import ConfigError
from tars.runtime.discovery import is_installed
from tars.runtime.log import log

MOST = 8
"""Addresses besides the last one that are tried."""


class ServerAddresses:
    """The addresses to try, one at a time. A certificate proves at which of them the server is; only that one is kept."""

    def __init__(self, config: DeviceConfig) -> None:
        self.last = config.server
        """Where the server was last."""
        self._tried = deque([config.server], max(config.max_attempts, 1))
        """The addresses of the last attempts: of as many as may fail."""
        self._sharing = [config.server, *config.other_servers] if config.other_servers else []
        """Servers that share a store, the next one to try first: each can go on with what another one has begun."""
        self._config = config
        self._others: list[str] = []
        self._attempts = 0
        """Attempts since the server was last reached."""
        self._problem = ""
        """Why the last look failed; said once."""
        self._searches = config.discovery == "on" and is_installed()
        if self._searches and known_authorities(config):
            import_module("zeroconf.asyncio")  # not later: an import would hold up the microphone

    def next(self) -> str:
        """The address for the next attempt: the last one, then by turns it and the others; of servers that share a store the next one."""
        self._tried.append(self._next())
        return self.tried

    @property
    def tried(self) -> str:
        """The address of the last attempt."""
        return self._tried[-1]

    @property
    def all_tried(self) -> str:
        """The addresses of the last attempts, of as many as may fail: each once."""
        return ", ".join(dict.fromkeys(self._tried))

    def _next(self) -> str:
        if self._sharing:
            self._sharing.append(self._sharing.pop(0))
            return self._sharing[-1]
        turn, is_other = divmod(self._attempts, 2)
        self._attempts += 1
        return self._others[turn % len(self._others)] if is_other and self._others else self.last

    async def reached(self, url: str, key: str | None) -> None:
        """The server of this key has proved that it is there. A new address is kept for the next start too."""
        self._attempts = 0
        self._others.clear()
        if url == self.last:
            return
        self.last = url
        if self._sharing:
            return
        log.info("the server has another address", server=url)
        try:
            await asyncio.to_thread(keep_changed, self._config.state, key, server=url)
        except ConfigError as error:
            log.warning("the new address of the server cannot be kept", server=url, reason=error)

    async def look_up(self) -> None:
        """Look for servers with an authority that this device trusts."""
        if self._sharing or not self._searches or not (authorities := await asyncio.to_thread(known_authorities, self._config)):
            return

        def found(server: FoundServer) -> None:
            if server.authority in authorities and server.url not in (self.last, *self._others) and len(self._others) < MOST:
                log.info("a server with the known authority is announced", server=server.url, name=server.name)
                self._others.append(server.url)

        try:
            await look(found)
        except ConfigError as error:
            if str(error) != self._problem:
                self._problem = str(error)
                log.info("the server cannot be looked up", reason=error)
