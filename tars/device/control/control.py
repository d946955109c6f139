"""The control interface of a running device: it tells its clients what happens, and passes on what they command."""

from __future__ import annotations

import asyncio
import json
from functools import partial

from tars.device.control import socket_path
from tars.device.control.clients import Client, LineClient, WebClient
from tars.device.control.commands import read_command
from tars.device.control.events import Json, describe, snapshot, view
from tars.device.control.listening import HOST, UnixServer, open_port
from tars.device.runner import DeviceRunner
from tars.device.saved_sound import SavedSound, read_sound_state, save_sound_state
from tars.device.settings import DeviceConfig
from tars.errors import ConfigError
from tars.runtime.log import log

MOST_CLIENTS = 16
"""Clients at a time."""


class Control:
    """One device's control interface, from `open` to `close`."""

    def __init__(self, config: DeviceConfig, runner: DeviceRunner, tasks: asyncio.TaskGroup) -> None:
        """Take over what was set before the last stop. Raises ConfigError if that cannot be read."""
        self._config, self._runner, self._tasks = config, runner, tasks
        self._clients: list[Client] = []
        self._servers: list[UnixServer | asyncio.Server] = []
        self._saved = read_sound_state(config.state)
        self._saving: asyncio.Task[None] | None = None
        self._wake_word: Json | None = None
        runner.restore(self._saved)
        self._shown = view(runner)
        """As the clients know it."""
        runner.observers.append(self.observe)

    async def open(self) -> None:
        """Listen. Raises ConfigError; where nobody has asked for the socket, it is a warning."""
        try:
            await self._listen()
        except ConfigError:
            self.close()
            raise
        if self._saved.muted:
            remedy = "`tars-pi unmute` opens it" if self._servers else "nothing can open it while there is no control interface"
            log.warning(f"the microphone is muted, as it was before the last stop; {remedy}")

    async def _listen(self) -> None:
        if self._config.control_group is not None and self._config.control is None:
            raise ConfigError("control_group needs `control`: a socket in a folder that the group can enter; the state folder is none")
        if self._config.control != "off":
            path = socket_path(self._config)
            try:
                self._servers.append(await UnixServer.open(path, self._config.control_group, partial(LineClient, self)))
            except ConfigError as error:
                if self._config.control is not None:
                    raise
                log.warning("there is no control socket", reason=error)
        if self._config.control_port is not None:
            self._servers.append(await open_port(self._config.control_port, partial(WebClient, self)))
            log.info("control", url=f"ws://{HOST}:{self._config.control_port}")

    def close(self) -> None:
        """Drop all clients."""
        self._runner.observers.remove(self.observe)
        for server in self._servers:
            server.close()
        for client in list(self._clients):
            client.drop()

    # --- out -----------------------------------------------------------------------------------------------------------------

    def observe(self, happened: object) -> None:
        """Tell the clients what has happened: a step, a cue that is played, or a command that was carried out."""
        told = list(describe(happened))
        now = view(self._runner)
        if changed := {name: value for name, value in now.items() if value != self._shown[name]}:
            told.insert(0, {"event": "changed", **changed})
            self._shown = now
            self._save()
        for event in told:
            if event["event"] == "wake_word":
                self._wake_word = {"word": event["word"], "score": event["score"]}
            text = json.dumps(event)
            for client in list(self._clients):
                client.send(text)

    def joined(self, client: Client) -> None:
        """A client is there: it gets the snapshot."""
        if len(self._clients) >= MOST_CLIENTS:
            client.send(json.dumps({"event": "error", "reason": f"{MOST_CLIENTS} clients are connected already"}))
            client.drop()
            return
        self._clients.append(client)
        client.send(json.dumps(snapshot(self._runner, self._wake_word)))

    def left(self, client: Client) -> None:
        """A client is gone."""
        if client in self._clients:
            self._clients.remove(client)

    # --- in ------------------------------------------------------------------------------------------------------------------

    def commanded(self, client: Client, text: str | bytes) -> None:
        """Pass on a command, or say what is allowed."""
        try:
            name, command = read_command(text)
        except ValueError as error:
            client.send(json.dumps({"event": "error", "reason": str(error)}))
            return
        self._runner.post(command)
        client.send(json.dumps({"event": "ok", "command": name}))

    # --- what outlasts the program ---------------------------------------------------------------------------------------------

    def _save(self) -> None:
        if self._saving is None or self._saving.done():
            self._saving = self._tasks.create_task(self._save_changes())

    async def _save_changes(self) -> None:
        """Save what is set, until that is what was saved."""
        while (wanted := SavedSound(self._shown["muted"], self._shown["volume"])) != self._saved:
            self._saved = wanted
            try:
                await asyncio.to_thread(save_sound_state, self._config.state, wanted)
            except ConfigError as error:
                log.warning("muted and volume count until the next stop only", reason=error)
