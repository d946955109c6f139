"""One connection to a speech-to-speech service: what goes over it, and what comes."""

from __future__ import annotations

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from tars.brains.parts import Exchange
from tars.brains.reply.llm.failures import BROKEN, NOT_THERE, REFUSED, SPENT
from tars.errors import ConfigError, ReplyError
from tars.runtime import clock
from tars.runtime.log import log
from tars.runtime.realtime_settings import RealtimeSettings

QUIET = logging.getLogger("tars.realtime")
"""It never gets the level DEBUG, at which each message would be logged, the key too."""
QUIET.setLevel(logging.WARNING)

OUTPUT_RATE = 24_000
"""Samples a second of the answers of both services."""

LARGEST_MESSAGE = 16 * 2**20
"""Bytes. With a longer message the connection is closed: minutes of sound fit, and come in many messages."""

NONSENSE = (KeyError, TypeError, ValueError, AttributeError)
"""What reading a message raises that is none of the protocol."""

NOT_LET_IN = (401, 403)
TOO_MANY = 429

Message = Mapping[str, Any]
"""A message as JSON has it."""


@dataclass(frozen=True)
class Offer:
    """A tool, as the model is told of it."""

    name: str
    description: str
    parameters: dict[str, Any]
    """Their JSON schema."""


@dataclass(frozen=True)
class SetUp:
    """What a service is told before a conversation."""

    prompt: str
    voice: str
    """Empty: the service decides."""
    language: str
    """Two letters of ISO 639; empty: the service decides."""
    tools: Sequence[Offer]


@dataclass(frozen=True)
class Past:
    """What has happened in a conversation that goes on over a new connection."""

    exchanges: Sequence[Exchange] = ()
    handle: str = ""
    """With it the service itself remembers the conversation. Empty: it does not."""


@dataclass(frozen=True)
class Call:
    """A tool that the model wants to be called."""

    id: str
    name: str
    arguments: dict[str, Any] | str
    """Their values, or the JSON text of them."""


@dataclass(frozen=True)
class Sound:
    """More of the answer: PCM16 at OUTPUT_RATE, cut anywhere."""

    pcm: bytes
    item: str
    """Which item of the answer it belongs to, as the service calls it."""


@dataclass(frozen=True)
class Said:
    """More of the words of the answer."""

    text: str


@dataclass(frozen=True)
class Heard:
    """More of the words of a question."""

    number: int
    """The question."""
    text: str
    final: bool = False
    """No more will come."""


@dataclass(frozen=True)
class Calls:
    """The model wants tools to be called. The answer goes on when it has their results."""

    calls: Sequence[Call]


@dataclass(frozen=True)
class Withdrawn:
    """The model does not want these calls any more."""

    ids: Sequence[str]


@dataclass(frozen=True)
class Done:
    """The answer is complete, unless there are calls without a result."""


@dataclass(frozen=True)
class Failed:
    """There will be no answer, or no more of it."""

    error: ReplyError


@dataclass(frozen=True)
class Lost:
    """The connection has ended. It is the last event."""

    reason: str


Event = Sound | Said | Heard | Calls | Withdrawn | Done | Failed | Lost


class Line(ABC):
    """A connection that is set up. A task reads it until it is lost or closed.

    Questions have numbers. Events tell of the newest question that was asked; those of an earlier one, but its words, are left out.
    """

    rate: ClassVar[int]
    """Samples a second of the sound that is sent."""
    lifetime: ClassVar[float]
    """Seconds after which it should be replaced. The service closes it some time later."""

    def __init__(self, settings: RealtimeSettings, socket: ClientConnection) -> None:
        """`socket`: connected; nothing was sent."""
        self.settings = settings
        self.events: asyncio.Queue[tuple[int, Event]] = asyncio.Queue()
        """Each with the number of the question."""
        self.number = 0
        """The newest question that was asked; 0: none."""
        self.notify: Callable[[], object] = lambda: None
        """Called when the line is lost or due. Its owner sets it."""
        self.lost = False
        self.due = False
        """It should be replaced."""
        self.handle = ""
        """With it another line can go on where this one ends."""
        self._socket = socket
        self._reading: asyncio.Task[None] | None = None
        self._timer = clock.call_at(clock.now() + self.lifetime, self.expires)

    @classmethod
    def check(cls, settings: RealtimeSettings, offers: Sequence[Offer]) -> None:
        """Raises ConfigError if no line can be opened with these settings and tools, whatever the service says."""
        for setting in ("key", "model"):
            if not getattr(settings, setting):
                raise ConfigError(f"{settings.group}.{setting} is missing: the service needs it")

    # --- open and close ------------------------------------------------------------------------------------------------------

    @classmethod
    async def open(cls, settings: RealtimeSettings, set_up: SetUp, past: Past) -> Self:
        """Connect and set up. Raises ReplyError."""
        line = None
        try:
            async with asyncio.timeout(settings.timeout):
                socket = await connect(
                    cls.address(settings), additional_headers=cls.headers(settings), close_timeout=1, max_size=LARGEST_MESSAGE, logger=QUIET
                )
                line = cls(settings, socket)
                await line.set_up(set_up, past)
        except BaseException as error:
            if line is not None:
                await line.close()
            if isinstance(error, OSError | WebSocketException):
                raise cls._explained(settings, error) from error
            if isinstance(error, NONSENSE):
                raise ReplyError(f"{settings.url} is no such service ({error!r:.200}): correct {settings.group}.url", NOT_THERE) from error
            raise
        line._reading = asyncio.create_task(line._read())
        return line

    async def close(self) -> None:
        """Close the connection, and wait until it is closed. Safe to call more than once."""
        self._timer.cancel()
        self.notify = lambda: None
        await self._socket.close()
        if self._reading is not None:
            await asyncio.wait([self._reading])

    def expires(self) -> None:
        """It should be replaced."""
        self.due = True
        self.notify()

    @classmethod
    def _explained(cls, settings: RealtimeSettings, error: Exception) -> ReplyError:
        """The reason, the remedy, and the sentence that the user hears."""
        group, url = settings.group, settings.url
        if isinstance(error, InvalidStatus):
            status = error.response.status_code
            if status in NOT_LET_IN:
                return ReplyError(f"{url} refuses the key (status {status}): correct {group}.key", REFUSED)
            if status == TOO_MANY:
                return ReplyError(f"{url} limits how much is asked (status {status})", SPENT)
        if isinstance(error, ConnectionClosed) and error.rcvd is not None:
            said = f"{url} closed the connection (code {error.rcvd.code}): {error.rcvd.reason or 'no reason given'}"
            if "API key" in error.rcvd.reason:
                return ReplyError(f"{said}: correct {group}.key", REFUSED)
            if "quota" in error.rcvd.reason:
                return ReplyError(said, SPENT)
            return ReplyError(f"{said}: is {group}.model {settings.model!r} right?", BROKEN)
        reason = str(error) or f"no connection within {settings.timeout:g} s"
        return ReplyError(f"{url}: {reason}: is this machine online, and {group}.url right?", NOT_THERE)

    # --- what comes ----------------------------------------------------------------------------------------------------------

    async def receive(self) -> Message:
        """The next message. Raises ConnectionClosed."""
        return decoded(await self._socket.recv())

    async def _read(self) -> None:
        """Take each message until the connection ends."""
        reason = "closed"
        try:
            while True:
                for event in self.take(await self.receive()):
                    self.events.put_nowait((self.number, event))
        except ConnectionClosed as error:
            reason = str(error)
        except NONSENSE as error:
            reason = f"{self.settings.url} sent what is no message of its protocol: {error!r:.200}"
            log.warning("realtime connection closed", reason=reason)
            await self._socket.close()
        self.lost = True
        self.events.put_nowait((self.number, Lost(reason)))
        self.notify()

    # --- what goes -----------------------------------------------------------------------------------------------------------

    async def send(self, *messages: Message) -> None:
        """Send them, unless the connection is lost."""
        with suppress(ConnectionClosed):
            for message in messages:
                await self._socket.send(json.dumps(message))

    # --- what each service has -----------------------------------------------------------------------------------------------

    @classmethod
    @abstractmethod
    def address(cls, settings: RealtimeSettings) -> str:
        """Where to connect."""

    @classmethod
    @abstractmethod
    def headers(cls, settings: RealtimeSettings) -> dict[str, str]:
        """What is sent with the request, such as the key."""

    @abstractmethod
    async def set_up(self, wanted: SetUp, past: Past) -> None:
        """Tell the service what is wanted, and wait until it is ready. Raises ReplyError or ConnectionClosed."""

    @abstractmethod
    def take(self, message: Message) -> Iterable[Event]:
        """What a message says. Any error but ReplyError: it is no message of the protocol."""

    @abstractmethod
    async def send_sound(self, pcm: bytes) -> None:
        """More of a question: PCM16 at `rate`."""

    @abstractmethod
    async def ask(self, number: int, *, answered: bool) -> None:
        """The question of this number is over. Have it answered; or only have its words, if `answered` is False."""

    @abstractmethod
    async def give(self, results: Sequence[tuple[Call, str]], *, goes_on: bool) -> None:
        """The results of tools. `goes_on`: whether the rest of the answer is wanted."""

    @abstractmethod
    async def cut(self, heard: Sequence[tuple[str, int]]) -> None:
        """The user has interrupted the answer. `heard`: each of its items, and how many of its milliseconds the user heard."""


def decoded(text: str | bytes) -> Message:
    """The object in a message. Raises ValueError if there is none."""
    message = json.loads(text)
    if not isinstance(message, dict):
        raise ValueError(f"{text!r:.100} is no JSON object")  # noqa: TRY004 - it is bad data, not a bug
    return message
