"""`python -m tests.attacks.good_device URL NAME`: a device that does all as it should, and notes what it is like to be served.

It pings all the time, and holds one conversation after the other. One line of JSON for each thing that happens, on standard output; when
standard input ends, what still waits for an answer, and the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from tars.core.codec import SUBPROTOCOL, V1, Audio, Control
from tars.generated import messages as m
from tars.runtime import clock
from tars.runtime.tls import NAME
from tars.samples import BLOCK, RATE, Samples, to_pcm
from tests.attacks.judge import JITTER
from tests.isolation import isolate
from tests.sounds import noise, quiet, read_wav

PING = 0.025
"""Seconds between two pings."""
PROGRESS = 0.1
"""Seconds between two acknowledgements of sound."""
SAYS = 0.6
"""Seconds of each utterance."""
BETWEEN = 0.2
"""Seconds between two conversations."""
AGAIN = 0.25
"""Seconds between two attempts to connect."""
DIALLING = 2.0
"""Seconds that an attempt may take."""


def emit(kind: str, **values: Any) -> None:
    """One line of what happened."""
    sys.stdout.write(json.dumps({"kind": kind, "now": clock.now(), **values}) + "\n")
    sys.stdout.flush()


class Conversation:
    """One question and its answer."""

    def __init__(self, session: str) -> None:
        self.session = session
        self.state = "HOTWORD_DETECTED"
        self.asked: float | None = None
        """When the last loud sample was sent."""
        self.heard_out = asyncio.Event()
        """The utterance is complete, as the server says."""
        self.over = asyncio.Event()
        self.stream = 0
        self.arrivals: list[tuple[float, int]] = []
        self.total: int | None = None

    @property
    def received(self) -> int:
        """Samples of the reply."""
        return self.arrivals[-1][1] if self.arrivals else 0

    def played(self, now: float) -> int:
        """Samples that the speaker has played, if it was never silent in between."""
        return min(self.received, max(0, round((now - self.arrivals[0][0] - JITTER) * RATE))) if self.arrivals else 0

    def tell(self) -> None:
        """What became of it."""
        emit("reply", asked=self.asked, arrivals=self.arrivals, total=self.total, session=self.session)


class GoodDevice:
    """The record that outlives a link, and what is under way."""

    def __init__(self, url: str, name: str, key: str, ca: str, *, talks: bool, says: Samples) -> None:
        """`ca`: a file with the authority of the server, if the connection is encrypted."""
        self._url, self._name, self._talks, self._says = url, name, talks, says
        self._encryption: dict[str, Any] = {"ssl": ssl.create_default_context(cafile=ca), "server_hostname": NAME} if ca else {}
        self._headers = {"Authorization": f"Bearer {key}"} if key else None
        self._codec = V1("server")
        self._offer: dict[str, Any] = {}
        self._sent = self._applied = 0
        self._captured = self._streams = 0
        self._conversation: Conversation | None = None
        self._conversations = 0
        self._pings: deque[tuple[int, float]] = deque()

    async def run(self) -> None:
        """Be there, until cancelled. A link that is lost is dialled again; what was under way is resumed, but not gone on with."""
        try:
            while True:
                began = clock.now()
                try:
                    await self._link()
                except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed) as error:
                    emit("lost", reason=f"{type(error).__name__}: {error}"[:200])
                await clock.sleep_until(began + AGAIN)
        finally:
            emit("left", pings=[sent for _, sent in self._pings])
            if self._conversation is not None:
                self._conversation.tell()

    async def _link(self) -> None:
        """One connection, to its end. Raises OSError, TimeoutError, InvalidHandshake or ConnectionClosed."""
        async with asyncio.timeout(DIALLING):
            connection = await connect(
                self._url,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                compression=None,
                ping_interval=None,
                open_timeout=None,
                proxy=None,
                close_timeout=0.2,
                additional_headers=self._headers,
                **self._encryption,
            )
        try:
            async with asyncio.timeout(DIALLING):
                welcome = await self._greet(connection)
            emit("linked", resumed=welcome.resumed, reason=welcome.reason)
            await self._serve(connection, talks=self._talks and not welcome.resumed)
        finally:
            connection.transport.abort()

    async def _greet(self, connection: ClientConnection) -> m.Welcome:
        session = self._conversation
        state: dict[str, object] = {"session": session.state if session else "LISTENING", "id": session.session if session else ""}
        received = {str(session.stream): session.received} if session and session.stream else {}
        values = {"sid": "", "token": "", "epoch": ""} | self._offer
        greeting = m.Hello(1, self._name, "b", bool(self._offer), **values, sent=self._sent, received=received, heard=received, state=state)
        await self._say(connection, greeting)
        (answer,) = self._codec.decode(await connection.recv())
        assert isinstance(answer, Control)
        assert isinstance(answer.message, m.Welcome)
        welcome = answer.message
        self._offer = {"sid": welcome.sid, "token": welcome.token, "epoch": welcome.epoch} if welcome.token else {}
        if not welcome.resumed:
            self._sent = self._applied = 0
            self._conversation = None
        return welcome

    async def _serve(self, connection: ClientConnection, *, talks: bool) -> None:
        helpers = [asyncio.create_task(self._ping(connection)), asyncio.create_task(self._progress(connection))]
        if talks:
            helpers.append(asyncio.create_task(self._talk(connection)))
        try:
            async for frame in connection:
                for incoming in self._codec.decode(frame):
                    await self._take(connection, incoming)
        finally:
            for helper in helpers:
                helper.cancel()
        emit("lost", reason=f"closed with {connection.close_code} {connection.close_reason}")

    # --- what comes in -------------------------------------------------------------------------------------------------------

    async def _take(self, connection: ClientConnection, incoming: Control | Audio) -> None:
        session = self._conversation
        if isinstance(incoming, Audio):
            if session is not None and incoming.stream == session.stream:
                session.arrivals.append((clock.now(), incoming.end))
            return
        if incoming.number is not None:
            self._applied = max(self._applied, incoming.number)
            await self._say(connection, m.Ack({}, {}, {}))
        match incoming.message:
            case m.Ping(t=t):
                await self._say(connection, m.Pong(t))
            case m.Pong(t=t):
                self._pong(t)
            case m.Ring(label=label):
                emit("ring", label=label)
            case m.SessionStarted() if session:
                session.state = "ACTIVE_SESSION"
            case m.UserTurnEnd() if session:
                session.heard_out.set()
            case m.StartOfTtsStream(stream=stream) if session:
                session.heard_out.set()
                session.stream = stream
            case m.TtsStreamEnd(samples=samples) if session:
                session.total = samples
            case m.SessionRefused(reason=reason) | m.SessionEnd(reason=reason) if session:
                emit("ended", reason=reason)
                session.over.set()

    def _pong(self, number: int) -> None:
        while self._pings and self._pings[0][0] <= number:
            _, sent = self._pings.popleft()
            emit("pong", sent=sent, took=clock.now() - sent)

    # --- what goes out -------------------------------------------------------------------------------------------------------

    async def _say(self, connection: ClientConnection, message: m.Message, *, numbered: bool = False) -> None:
        self._sent += numbered
        for frame in self._codec.encode(Control(message, self._sent if numbered else None, self._applied)):
            await connection.send(frame)

    async def _ping(self, connection: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            self._pings.clear()
            number, due = 0, clock.now()
            while True:
                number, due = number + 1, max(due + PING, clock.now())
                self._pings.append((number, clock.now()))
                await self._say(connection, m.Ping(number))
                await clock.sleep_until(due)

    async def _progress(self, connection: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            before = (0, 0)
            while True:
                await clock.sleep_until(clock.now() + PROGRESS)
                if (session := self._conversation) is None:
                    continue
                stream, now = str(session.stream), clock.now()
                if (after := (session.received, session.played(now))) != before and session.stream:
                    before = after
                    await self._say(connection, m.Ack({stream: after[0]}, {}, {stream: after[1]}))
                if session.total is not None and session.played(now) >= session.total:
                    session.over.set()

    async def _talk(self, connection: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            while True:
                await self._converse(connection)
                await clock.sleep_until(clock.now() + BETWEEN)

    async def _converse(self, connection: ClientConnection) -> None:
        self._conversations += 1
        self._streams += 1
        session = self._conversation = Conversation(f"{self._name}-{self._conversations}")
        await self._say(connection, m.HotwordDetected(session.session, self._streams, self._captured, 0, "button", 1.0), numbered=True)
        await self._speak(connection, session, self._says)
        if not len(self._says):
            await asyncio.Future()
        session.asked = clock.now()
        while not (session.heard_out.is_set() or session.over.is_set()):
            await self._speak(connection, session, quiet(BLOCK / RATE, seed=self._streams))
        await session.over.wait()
        await self._say(connection, m.SessionEnd(session.session, "button"), numbered=True)
        session.tell()
        self._conversation = None

    async def _speak(self, connection: ClientConnection, session: Conversation, sound: Samples) -> None:
        """Send it in real time, as a microphone hears it."""
        pcm, due = to_pcm(sound), clock.now()
        for at in range(0, len(pcm), 2 * BLOCK):
            block = pcm[at : at + 2 * BLOCK]
            await connection.send(self._codec.encode_audio(Audio(self._streams, self._captured, block)))
            self._captured += len(block) // 2
            due += len(block) / 2 / RATE
            await clock.sleep_until(due)


async def until_standard_input_ends() -> None:
    """Whoever started this has enough."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


async def main(words: list[str]) -> None:
    """Be a good device until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks.good_device")
    parser.add_argument("url")
    parser.add_argument("name")
    parser.add_argument("--key", default="")
    parser.add_argument("--ca", metavar="PEM", default="", help="the authority of an encrypted server")
    parser.add_argument("--silent", action="store_true", help="hold no conversation")
    parser.add_argument("--calls", action="store_true", help="open a session, and say nothing in it")
    parser.add_argument("--says", metavar="WAV", type=Path, help="what it says, instead of noise")
    wanted = parser.parse_args(words)
    says = noise(0.0) if wanted.calls else read_wav(wanted.says) if wanted.says else noise(SAYS)
    device = asyncio.create_task(GoodDevice(wanted.url, wanted.name, wanted.key, wanted.ca, talks=not wanted.silent, says=says).run())
    ended = asyncio.create_task(until_standard_input_ends())
    await asyncio.wait([device, ended], return_when=asyncio.FIRST_COMPLETED)
    device.cancel()
    with suppress(asyncio.CancelledError):
        await device


if __name__ == "__main__":
    isolate()
    asyncio.run(main(sys.argv[1:]))
