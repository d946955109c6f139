"""What the doctors of both programs share: checks, the table of them, and how a server is asked whether it answers."""

from __future__ import annotations

import asyncio
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tars.core.close_codes import NORMAL
from tars.core.codec import V1, Control, Frame, Incoming
from tars.errors import ConfigError, RemoteError
from tars.generated.messages import PROTOCOL, Probe, Probed
from tars.runtime.command import say
from tars.runtime.dialling import Encryption, KeyRefusedError, NotAdmittedError, dial
from tars.runtime.log import wants_colours
from tars.runtime.receiver import SocketDown
from tars.runtime.websocket import Socket

ANSWER_LIMIT = 5.0
"""Seconds in which a server must greet."""


@dataclass(frozen=True)
class Check:
    """One thing that was checked."""

    name: str
    ok: bool
    text: str
    """What was found; if it is not well, what to do."""


def checked(name: str, look: Callable[[], str]) -> Check:
    """What `look` returns; if it raises ConfigError, that text, and the check is not well."""
    try:
        return Check(name, True, look())
    except ConfigError as error:
        return Check(name, False, str(error))


def report(checks: Iterable[Check]) -> int:
    """Print the checks; the exit status: 0 if all is well. Raises ConfigError if standard output cannot be written.

    On a terminal they are a table, the texts wrapped within their column. Elsewhere each check is one line, for programs such as grep.
    """
    done = list(checks)
    if sys.stdout is not None and sys.stdout.isatty():
        for line in table(done, shutil.get_terminal_size().columns, colours=wants_colours(sys.stdout)):
            say(line)
    else:
        for check in done:
            say(f"{_verdict(check)} {check.name}: {check.text}")
    bad = sum(not check.ok for check in done)
    say(f"{bad} to mend" if bad else "all is well")
    return 1 if bad else 0


def table(checks: Sequence[Check], columns: int, *, colours: bool) -> Iterator[str]:
    """The lines of a table: verdict, name, text. The text has at least 30 columns."""
    names = max((len(check.name) for check in checks), default=0)
    for check in checks:
        wrapped = textwrap.wrap(check.text, max(columns - names - 8, 30), break_long_words=False, break_on_hyphens=False)
        verdict = f"\x1b[{32 if check.ok else 31}m{_verdict(check)}\x1b[0m" if colours else _verdict(check)
        yield f"{verdict} {check.name:<{names}}  {wrapped[0]}"
        yield from (f"{'':<{names + 7}}{line}" for line in wrapped[1:])


def _verdict(check: Check) -> str:
    return "ok  " if check.ok else "BAD "


class KeyMismatchError(ConfigError):
    """A TARS server answers, but refuses a connection without the right key."""


async def probe(url: str, name: str, protocol: str = "auto", key: str | None = None, encryption: Encryption | None = None) -> str:
    """Ask the server at `url` whether it answers; what was found. Raises ConfigError, saying what to do.

    `name` is that of the device: a key must belong to it. The server opens no link for it, so a running device keeps its own.
    """
    try:
        async with asyncio.timeout(ANSWER_LIMIT):
            socket = await dial(url, protocol=protocol, key=key, encryption=encryption)
            try:
                answer = await _ask(socket, name)
            finally:
                socket.abort()  # if it has not closed
    except KeyRefusedError as error:
        raise KeyMismatchError(f"{url} answers, but {error}") from None
    except NotAdmittedError as error:
        raise ConfigError(f"{url} answers, but {error}") from None
    except (OSError, TimeoutError, RemoteError) as error:
        reason = str(error) or "too late"
        raise ConfigError(f"{url} does not answer ({reason}). Is tars-server running there, and the address right?") from None
    if socket.subprotocol is None:
        return f"{url} answers and speaks the old protocol"
    if not isinstance(answer, Control) or not isinstance(answer.message, Probed):
        raise ConfigError(f"{url} answers, but not as a TARS server does")
    return f"{url} answers and speaks tars.v1"


async def _ask(socket: Socket, name: str) -> Incoming | None:
    """The answer to a probe. The old protocol has none. The connection is closed in good order."""
    answers, answer = _Answers(), None
    socket.start(0, answers)
    if socket.subprotocol is not None:
        codec = V1("server")
        for frame in codec.encode(Control(Probe(PROTOCOL, name), None, 0)):
            socket.send(frame)
        (answer,) = codec.decode(await answers.first)
    socket.close(NORMAL, "")
    await answers.end
    return answer


class _Answers:
    """The receiver of an answer."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.first: asyncio.Future[Frame] = loop.create_future()
        """The first frame. OSError: the server has closed the connection instead."""
        self.end: asyncio.Future[None] = loop.create_future()
        """Done when the connection has closed."""

    def received(self, generation: int, frame: Frame) -> None:
        """Only the first frame counts."""
        if not self.first.done():
            self.first.set_result(frame)

    def closed(self, down: SocketDown) -> None:
        """The connection has closed."""
        if not self.first.done():
            self.first.set_exception(OSError(down.reason))
            self.first.exception()  # nobody may wait for it
        self.end.set_result(None)
