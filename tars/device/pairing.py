"""The command `tars-pi pair`: six digits make this device one of its server's."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from tars.core.close_codes import NORMAL, POLICY_VIOLATION
from tars.core.codec import V1, Control, Frame
from tars.core.pairing import DeviceExchange
from tars.device.paired import PairedServer, check_folder, save_paired
from tars.device.settings import DeviceConfig
from tars.device.trust import is_this_machine
from tars.errors import ConfigError, RemoteError
from tars.generated.messages import Message, Paired
from tars.runtime.config_values import read_digits, read_name
from tars.runtime.dialling import dial
from tars.runtime.keys import read_key
from tars.runtime.receiver import SocketDown
from tars.runtime.tls import NoTrust
from tars.runtime.websocket import Socket

LIMIT = 15.0
"""Seconds that a pairing may take."""
NOT_ENCRYPTED = "pairing needs an encrypted connection; write --server wss://HOST:PORT, or pair on the machine of the server"


def ask_digits(say: Callable[[str], object]) -> str:
    """The digits that are typed. Raises ConfigError."""
    say("Run `tars-server pair` on the server. Type the six digits that it shows, then Enter:")
    try:
        return read_digits("".join(sys.stdin.readline().split()))
    except ValueError as error:
        raise ConfigError(f"the digits {error}") from None


async def pair(config: DeviceConfig, digits: str, say: Callable[[str], object]) -> None:
    """Pair with the server at `config.server`, and keep what it gives. Raises ConfigError."""
    check_folder(config.state)
    try:
        async with asyncio.timeout(LIMIT):
            given = await exchange(config.server, digits, config.device)
        paired = PairedServer(config.server, read_name(given.device), read_key(given.key) or "", given.server)
    except (OSError, TimeoutError, RemoteError, ValueError) as error:
        reason = printable(str(error)) or f"it took longer than {LIMIT:g} s"
        raise ConfigError(f"not paired with {config.server}: {reason}") from None
    save_paired(config.state, paired, given.ca)
    say(f"This device is paired with {printable(paired.name) or config.server}, and is called {paired.device} there.")
    say("`tars-pi doctor` checks its sound; `tars-pi` starts it. Neither needs a server, a name or a key any more.")


async def exchange(url: str, digits: str, wanted: str) -> Paired:
    """What the server gives to a device that knows the digits. Raises OSError and RemoteError."""
    parts = urlsplit(url)
    encrypted = parts.scheme == "wss"
    if not encrypted and not is_this_machine(parts.hostname or ""):
        raise RemoteError(NOT_ENCRYPTED)
    # Whoever answers: the exchange proves that it is the server that knows the digits, by the certificate that is seen here.
    socket = await dial(url, protocol="pair", encryption=NoTrust() if encrypted else None)
    try:
        talk = _Talk(socket)
        own = DeviceExchange(digits, bytes.fromhex(socket.certificate or ""), wanted, secrets.token_bytes)
        talk.say(own.ask())
        challenge = await talk.answer()
        talk.say(own.prove(challenge))
        paired = own.accept(await talk.answer())
        socket.close(NORMAL, "")
        await talk.end
    finally:
        socket.abort()
    return paired


def printable(text: str) -> str:
    """What a server says that nobody has proved, for a terminal."""
    return "".join(character for character in text if character.isprintable())


class _Talk:
    """The receiver of the server's messages: one waits for each of them."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._frames = asyncio.Queue[Frame | SocketDown]()
        self.end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the connection has closed."""
        socket.start(0, self)

    def say(self, message: Message) -> None:
        """Send a message."""
        for frame in V1("server").encode(Control(message, None, 0)):
            self._socket.send(frame)

    async def answer(self) -> Message:
        """The next message. Raises OSError with the reason if the server has closed the connection instead."""
        frame = await self._frames.get()
        if isinstance(frame, SocketDown):
            raise OSError(frame.reason.removeprefix(f"closed with {POLICY_VIOLATION}: "))
        (incoming,) = V1("server").decode(frame)
        if not isinstance(incoming, Control):
            raise RemoteError("the server sends sound, where it should pair")
        return incoming.message

    def received(self, generation: int, frame: Frame) -> None:
        """A frame came in."""
        self._frames.put_nowait(frame)

    def closed(self, down: SocketDown) -> None:
        """The connection has closed."""
        self._frames.put_nowait(down)
        self.end.set_result(None)
