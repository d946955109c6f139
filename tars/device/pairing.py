"""The command `tars-pi pair`: six digits make this device one of its server's."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from tars.core.close_codes import NORMAL, POLICY_VIOLATION
from tars.core.codec import V1, Control, Frame
from tars.core.pairing import DeviceExchange
from tars.device.discovery import FoundServer, find_all
from tars.device.paired import SEARCHED, PairedServer, check_folder, read_paired, save_paired
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
NO_SERVER = (
    "no server is known, and {why}. See that tars-server runs with --host network, in the same network as this device. "
    "Or name it, as `tars-server pair` does: tars-pi pair {digits} --server wss://HOST:PORT"
)
SEVERAL = "there are several servers in this network; type the command for the one whose name ends with what `tars-server pair` shows:"
NOT_ENCRYPTED = "pairing needs an encrypted connection; write --server wss://HOST:PORT, or pair on the machine of the server"


def ask_digits(say: Callable[[str], object]) -> str:
    """The digits that are typed. Raises ConfigError."""
    say("Run `tars-server pair` on the server. Type the six digits that it shows, then Enter:")
    try:
        return read_digits("".join(sys.stdin.readline().split()))
    except ValueError as error:
        raise ConfigError(f"the digits {error}") from None


async def pair(config: DeviceConfig, digits: str, say: Callable[[str], object]) -> None:
    """Pair with the server at `config.server`, or with the one that is found, and keep what it gives. Raises ConfigError."""
    check_folder(config.state)
    url = await find_server(config, digits, say) if config.server == SEARCHED else config.server
    try:
        async with asyncio.timeout(LIMIT):
            given = await exchange(url, digits, config.device)
        paired = PairedServer(url, read_name(given.device), read_key(given.key) or "", given.server)
    except (OSError, TimeoutError, RemoteError, ValueError) as error:
        reason = printable(str(error)) or f"it took longer than {LIMIT:g} s"
        raise ConfigError(f"not paired with {url}: {reason}") from None
    save_paired(config.state, paired, given.ca)
    say(f"This device is paired with {printable(paired.name) or url}, and is called {paired.device} there.")
    say("`tars-pi doctor` checks its sound; `tars-pi` starts it. Neither needs a server, a name or a key any more.")


async def find_server(config: DeviceConfig, digits: str, say: Callable[[str], object]) -> str:
    """The URL of the server in this network, or else that of the last pairing. Raises ConfigError, with what to do, if there is none."""
    last, servers, why = "", list[FoundServer](), "discovery is off here (`discovery`)"
    with suppress(ConfigError):  # what is damaged is replaced by this pairing
        last = paired.server if (paired := read_paired(config.state)) is not None else ""
    if config.discovery == "on":
        say("Looking for a tars-server in this network.")
        try:
            servers, why = await find_all(), "none was found in this network"
        except ConfigError as error:
            why = str(error)
    if len({server.authority for server in servers}) == 1:
        say(f"Found {servers[0]}.")
        return servers[0].url
    if last:
        return last
    if servers:
        raise ConfigError(
            "\n".join([SEVERAL, *(f"    tars-pi pair {digits} --server {server.url}    # {server.name}" for server in servers)])
        )
    raise ConfigError(NO_SERVER.format(why=why, digits=digits))


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
