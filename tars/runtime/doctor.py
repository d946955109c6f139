"""The form in which `tars-pi doctor` and `tars-server doctor` get what they say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from websockets.exceptions import ConnectionClosed

from tars.core.codec import V1, Control
from tars.errors import ConfigError, RemoteError
from tars.generated.messages import PROTOCOL, Goodbye, Hello, Welcome
from tars.runtime.command import say
from tars.runtime.websocket import KeyRefusedError, dial

ANSWER_LIMIT = 5.0
"""Seconds in which a server must greet."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    text: str
    """What was found; where it is not well, what to do."""


def checked(name: str, look: Callable[[], str]) -> Check:
    """What `look` found; not well if it raised ConfigError."""
    try:
        return Check(name, True, look())
    except ConfigError as error:
        return Check(name, False, str(error))


def report(checks: Iterable[Check]) -> int:
    """Print one line a check; the exit status: 0 if all is well. Raises ConfigError if nobody can read it."""
    bad = 0
    for check in checks:
        bad += not check.ok
        say(f"{'ok  ' if check.ok else 'BAD '} {check.name}: {check.text}")
    say("all is well" if not bad else f"{bad} to mend")
    return 1 if bad else 0


class KeyMismatchError(ConfigError):
    """A TARS server answers, but it does not let us in without the right key."""


def doctor_of(device: str) -> str:
    """The name under which a device's doctor greets the server, so that a running device is not disturbed."""
    return f"{device[:57]}-doctor"


async def greet(url: str, name: str, protocol: str = "auto", key: str | None = None) -> str:
    """Greet the server at `url` as a device of that name and say goodbye; what was found. Raises ConfigError, saying what to do."""
    try:
        async with asyncio.timeout(ANSWER_LIMIT):
            connection = await dial(url, protocol=protocol, key=key)
            if connection.subprotocol is None:
                await connection.close()
                return f"{url} answers and speaks the old protocol"
            codec = V1("server")
            for frame in codec.encode(Control(Hello(PROTOCOL, name, "", False, "", "", "", 0, {}, {}, {}), None, 0)):
                await connection.send(frame)
            (answer,) = codec.decode(await connection.recv())
            for frame in codec.encode(Control(Goodbye(), None, 0)):
                await connection.send(frame)
            await connection.close()
    except KeyRefusedError as error:
        raise KeyMismatchError(f"{url} answers, but {error}") from None
    except (OSError, TimeoutError, ConnectionClosed, RemoteError) as error:
        reason = str(error) or "too late"
        raise ConfigError(f"{url} does not answer ({reason}). Is tars-server running there, and the address right?") from None
    if not isinstance(answer, Control) or not isinstance(answer.message, Welcome):
        raise ConfigError(f"{url} answers, but not as a TARS server does")
    return f"{url} answers and speaks tars.v1"
