"""A client of the control socket, for programs that wait: the commands of the terminal, and what is wired to GPIO pins."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from tars.device.control import FORMAT
from tars.errors import ConfigError

ANSWER_LIMIT = 5.0
"""Seconds in which tars-pi answers."""
READ = 4096


class NotRunningError(ConfigError):
    """No tars-pi listens, or it does not answer."""


class GoneError(NotRunningError):
    """It was there, and has ended the connection."""


class ControlClient:
    """One connection. `state` is the snapshot, with all changes since. Raises NotRunningError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rest = b""
        self._sending = threading.Lock()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(ANSWER_LIMIT)
        try:
            self.state = self._join()
        except BaseException:
            self._socket.close()
            raise

    def _join(self) -> dict[str, Any]:
        """Connect; the snapshot."""
        try:
            self._socket.connect(str(self._path))
        except PermissionError:
            raise NotRunningError(f"the control socket {self._path} is another user's: run this as the user of tars-pi") from None
        except OSError:
            raise NotRunningError(f"no tars-pi listens at {self._path}: start it, or name its socket as `control`") from None
        first = self._next()
        if first["event"] != "snapshot":
            raise NotRunningError(f"tars-pi: {first['reason']}")
        if (spoken := first["format"]) != FORMAT:
            raise NotRunningError(
                f"tars-pi speaks format {spoken} of the control interface, and this command {FORMAT}: update the older one"
            )
        return first

    def __enter__(self) -> ControlClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._socket.close()

    def events(self) -> Iterator[dict[str, Any]]:
        """The events that follow, without end; `state` has each before it is returned."""
        self._socket.settimeout(None)
        while True:
            yield self._next()

    def send(self, command: str, **values: object) -> None:
        """Send a command, from any thread. Its answer is one of the events."""
        try:
            with self._sending:
                self._socket.sendall(json.dumps({"command": command, **values}).encode() + b"\n")
        except OSError:
            raise self._gone() from None

    def ask(self, command: str, **values: object) -> None:
        """Send a command and wait for its answer. Raises ConfigError if it is refused."""
        self.send(command, **values)
        while (event := self._next())["event"] not in ("ok", "error"):
            pass
        if event["event"] == "error":
            raise ConfigError(str(event["reason"]))

    def _next(self) -> dict[str, Any]:
        while b"\n" not in self._rest:
            try:
                data = self._socket.recv(READ)
            except TimeoutError:
                raise NotRunningError(f"tars-pi does not answer within {ANSWER_LIMIT:g} s at {self._path}") from None
            except OSError:
                data = b""
            if not data:
                raise self._gone()
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        event: dict[str, Any] = json.loads(line)
        if event["event"] == "changed":
            self.state |= {name: value for name, value in event.items() if name != "event"}
        elif event["event"] == "state":
            self.state["states"][event["machine"]] = event["state"]
        elif event["event"] == "wake_word":
            self.state["wake_word"] = {"word": event["word"], "score": event["score"]}
        return event

    def _gone(self) -> GoneError:
        return GoneError("tars-pi has stopped")
