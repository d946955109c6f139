"""`python -m tests.attacks.attackers NAME URL`: one attacker, until it is killed. It comes back as often as it is thrown out.

A line of JSON from time to time says what it has done: frames sent, links opened, attempts refused.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import ssl
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, cycle
from itertools import repeat as repeated
from pathlib import Path
from select import select
from threading import Event

from tars.core.codec import V1, Audio
from tars.generated import messages as m
from tars.runtime import clock
from tars.runtime.tls import NAME
from tars.samples import RATE, Samples, to_pcm
from tests.attacks.brain import SLOW
from tests.attacks.wire import BINARY, CONTINUATION, PING, TEXT, Peer, connect, frame, message, peer, raw, single_samples
from tests.greeting import greeting
from tests.isolation import isolate
from tests.sounds import noise, read_wav

SOURCE = "127.0.0.2"
"""The address from which attackers come, which is not that of the good devices."""
BATCH = 1000
"""Frames that are handed to TCP at a time."""
TELL = 0.3
"""Seconds between two lines."""
PAUSE = Event()
Batch = tuple[bytes, int]
"""Frames for TCP, and how many they are."""


@dataclass(frozen=True)
class Attack:
    """What one attacker does on a link."""

    batches: Callable[[Peer], Iterator[Batch]]
    """What it sends, once it has been let in."""
    old: bool = False
    """It speaks the old protocol."""
    reads: bool = True
    """It reads what it is answered."""
    name: str = "bedroom"
    address: str = SOURCE
    receive_buffer: int = 0


def question(link: Peer, number: int, at: int, seconds: float) -> Batch:
    """Open a session and say something, without the pause that ends it."""
    call = message(m.HotwordDetected(f"s{number}", number, at, 0, "button", 1.0), 2 * number - 1, link.numbers)
    return call + sound(number, at, to_pcm(noise(seconds))), 1


def sound(stream: int, at: int, pcm: bytes) -> bytes:
    """Frames of half a second each."""
    pieces = (Audio(stream, at + start // 2, pcm[start : start + RATE]) for start in range(0, len(pcm), RATE))
    return b"".join(raw(V1("server").encode_audio(piece), masked=True) for piece in pieces)


LONG = 80.0
"""Seconds of speech that take long to recognise. A longer utterance is cut after 90 s."""
PAUSE_OF_SPEECH = bytes(2 * RATE)
"""The second of silence that ends an utterance."""
OLD_CALL = raw(json.dumps({"type": "hotword_detected"}), masked=True) + raw(to_pcm(noise(1.0)), masked=True)
"""A call and a second of sound, of an old device."""
OLD_QUESTION = OLD_CALL + raw(PAUSE_OF_SPEECH, masked=True)


def repeat(one: bytes) -> Callable[[Peer], Iterator[Batch]]:
    """The same frame all the time."""

    def batches(_: Peer) -> Iterator[Batch]:
        while True:
            yield one * BATCH, BATCH

    return batches


def in_utterance(one: bytes) -> Callable[[Peer], Iterator[Batch]]:
    """The same frame all the time, while an utterance ends."""

    def batches(link: Peer) -> Iterator[Batch]:
        yield question(link, 1, 0, 1.0)
        yield one * BATCH, BATCH
        yield sound(1, RATE, PAUSE_OF_SPEECH), 2
        yield from repeat(one)(link)

    return batches


def samples(link: Peer) -> Iterator[Batch]:
    """Speech in frames of one sample."""
    yield question(link, 1, 0, 0.0)
    for at in count(0, BATCH):
        yield single_samples(1, at, BATCH, masked=True), BATCH


def in_old_utterance(one: bytes) -> Callable[[Peer], Iterator[Batch]]:
    """The same frame all the time, from an old device, while an utterance ends."""

    def batches(link: Peer) -> Iterator[Batch]:
        yield OLD_CALL, 2
        yield one * BATCH, BATCH
        yield raw(PAUSE_OF_SPEECH, masked=True), 1
        yield from repeat(one)(link)

    return batches


def gaps(link: Peer) -> Iterator[Batch]:
    """One sample after the other is declared lost."""
    yield question(link, 1, 0, 0.5)
    for at in count(RATE // 2, BATCH // 2):
        yield b"".join(message(m.Gap(1, at + more, 1, "overflow")) for more in range(BATCH // 2)), BATCH // 2


def sessions(link: Peer, reason: str = "button", each: int = 50) -> Iterator[Batch]:
    """A session is opened and ended at once, again and again."""
    for first in count(1, each):
        frames = []
        for number in range(first, first + each):
            frames.append(message(m.HotwordDetected(f"s{number}", number % 65535 + 1, 0, 0, "button", 1.0), 2 * number - 1, link.numbers))
            frames.append(message(m.SessionEnd(f"s{number}", reason), 2 * number, link.numbers))
        yield b"".join(frames), 2 * each


def long_reasons(link: Peer) -> Iterator[Batch]:
    """The same, with a reason of 60 kB that takes thrice its length when it is escaped."""
    return sessions(link, "\u0085" * 10_000, each=5)


def long_speech(link: Peer, speech: Samples | None = None) -> Iterator[Batch]:
    """80 s of speech to recognise, and the session ends as soon as they are; again and again."""
    pcm, at = to_pcm(noise(LONG) if speech is None else speech), 0
    for number in count(1):
        yield question(link, number, at, 0.0)
        yield sound(number, at, pcm + PAUSE_OF_SPEECH), 1
        at += (len(pcm) + len(PAUSE_OF_SPEECH)) // 2
        while link.seen[b"user_turn_end"] < number:
            link.drain()
            PAUSE.wait(0.02)
        yield message(m.SessionEnd(f"s{number}", "button"), 2 * number, link.numbers), 1


def fragments(link: Peer) -> Iterator[Batch]:
    """A message that never ends, in fragments without a byte."""
    yield frame(b"", TEXT, masked=True, last=False), 1
    yield from repeat(frame(b"", CONTINUATION, masked=True, last=False))(link)


def control(text: m.Message) -> bytes:
    """A message without a number, as a device sends it."""
    return message(text)


EMPTY = raw(V1("server").encode_audio(Audio(1, 0, b"")), masked=True)
OLD_EMPTY, OLD_SINGLE = frame(b"", BINARY, masked=True), frame(b"\x01\x00", BINARY, masked=True)
WEBSOCKET_PING = frame(bytes(125), PING, masked=True)
SMALL = 4096
"""Bytes that the kernel keeps for a client that reads slowly."""

ON_A_LINK: dict[str, Attack] = {
    "empty-frames": Attack(in_utterance(EMPTY)),
    "single-samples": Attack(samples),
    "single-samples-held": Attack(samples, name=f"{SLOW}-bedroom"),
    "old-empty-frames": Attack(in_old_utterance(OLD_EMPTY), old=True),
    "old-single-samples": Attack(in_old_utterance(OLD_SINGLE), old=True),
    "pings": Attack(repeat(control(m.Ping(1)))),
    "pings-unread": Attack(repeat(control(m.Ping(1))), reads=False, receive_buffer=SMALL),
    "websocket-pings": Attack(repeat(WEBSOCKET_PING)),
    "websocket-pings-unread": Attack(repeat(WEBSOCKET_PING), reads=False, receive_buffer=SMALL),
    "acks": Attack(repeat(control(m.Ack({}, {}, {})))),
    "gaps": Attack(gaps),
    "sessions": Attack(sessions),
    "long-reasons": Attack(long_reasons),
    "long-speech": Attack(long_speech),
    "fragments": Attack(fragments),
    "greetings": Attack(lambda _: iter([(control(m.Ping(1)), 1)])),
}


class Tally:
    """What was done."""

    def __init__(self) -> None:
        self.frames = self.links = self.refused = self.held = 0
        self._told = 0.0

    def tell(self) -> None:
        """A line, from time to time."""
        if clock.now() - self._told >= TELL:
            self._told = clock.now()
            sys.stdout.write(json.dumps({"frames": self.frames, "links": self.links, "refused": self.refused, "held": self.held}) + "\n")
            sys.stdout.flush()


def attack(wanted: Attack, url: str, tally: Tally) -> None:
    """Once: from the connection until it is thrown out. Raises OSError."""
    options = {"source": wanted.address, "old": wanted.old, "receive_buffer": wanted.receive_buffer}
    with peer(url, wanted.name, **options) as link:
        tally.links += 1
        link.socket.setblocking(False)
        for batch, frames in wanted.batches(link):
            left = memoryview(batch)
            while left:
                readable, writable, _ = select([link.socket] if wanted.reads else [], [link.socket], [], TELL)
                if readable:
                    link.drain()
                if writable:
                    with suppress(BlockingIOError):
                        left = left[link.socket.send(left) :]
                tally.tell()
            tally.frames += frames


def again_and_again(wanted: Attack, url: str) -> None:
    """For ever."""
    tally = Tally()
    while True:
        try:
            attack(wanted, url, tally)
        except OSError:
            tally.refused += 1
            tally.tell()
            PAUSE.wait(0.02)


# --- connections -----------------------------------------------------------------------------------------------------------------


def addresses(many: bool) -> Iterator[str]:
    """Where the next connection comes from."""
    for number in count():
        yield f"127.0.{1 + number // 250 % 250}.{1 + number % 250}" if many else SOURCE


def hold(url: str, *, many: bool = False, upgrade: bool = False, greet: str = "", old: bool = False, at_most: int = 500) -> None:
    """Keep as many connections as there can be, silently; what is closed is opened again.

    `many`: from many addresses. `upgrade`: as WebSockets. `greet`: with a greeting, under this name and a number. `old`: as old devices.
    """
    tally, held = Tally(), list[socket.socket]()
    for number, source in enumerate(addresses(many)):
        held = [one for one in held if _stands(one)] if number % 20 == 0 or len(held) >= at_most else held
        while len(held) >= at_most:
            tally.tell()
            PAUSE.wait(0.05)
            held = [one for one in held if _stands(one)]
        try:
            if upgrade or greet or old:
                one = connect(url, source=source, old=old, patience=1.0)
                if greet:
                    one.say(greeting(f"{greet}-{number}"))
                held.append(one.socket)
            else:
                held.append(tcp(url, source))
            tally.links += 1
        except OSError:
            tally.refused += 1
            PAUSE.wait(0.02)
        tally.held = len(held)
        tally.tell()


def tcp(url: str, source: str = SOURCE) -> socket.socket:
    """A connection on which nothing was said. Raises OSError."""
    host, _, port = url.removeprefix("ws://").partition(":")
    return socket.create_connection((host, int(port)), timeout=0.3, source_address=(source, 0))


# --- handshakes ------------------------------------------------------------------------------------------------------------------


def client_hello() -> bytes:
    """The beginning of TLS, as a device sends it."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with suppress(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing, server_hostname=NAME).do_handshake()
    return outgoing.read()


def begin_slowly(url: str, at_most: int = 1000) -> None:
    """So many connections, each with a byte of its TLS hello in each round; what is closed is opened again."""
    tally, hello = Tally(), client_hello()
    held: dict[socket.socket, int] = {}
    while True:
        for one, at in list(held.items()):
            try:
                one.send(hello[at : at + 1])
                held[one] = min(at + 1, len(hello) - 1)
                tally.frames += 1
            except OSError:
                one.close()
                del held[one]
        for _ in range(min(50, at_most - len(held))):
            with suppress(OSError):
                held[tcp(url)] = 0
                tally.links += 1
        tally.held = len(held)
        tally.tell()
        PAUSE.wait(0.02)


def say_and_leave(url: str, texts: Iterable[bytes]) -> None:
    """One connection after the other, on which one of these is said; what is answered is read, if it comes within 50 ms."""
    tally = Tally()
    for text in texts:
        with suppress(OSError), closing(tcp(url)) as one:
            one.sendall(text)
            tally.links += 1
            one.settimeout(0.05)
            one.recv(1 << 14)
        tally.tell()


GARBAGE = (
    b"",
    b"\x16",
    b"\x16" + bytes(600),
    b"\x16\x03\x01\xff\xff" + bytes(70_000),
    b"\x16\x03\x00\x00\x2f\x01\x00\x00\x2b\x03\x00" + bytes(600),
    b"\x15\x03\x03\x00\x02\x02\x28",
    b"\x17\x03\x03\x40\x00" + bytes(0x4000),
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: tars\r\n\r\n",
    b"GET " + b"/" * 70_000,
    b"\x00\x00\x00\x85\xffSMBr" + bytes(100),
    b"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00",  # RDP
    b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00",
    b"*1\r\n$4\r\nPING\r\n",
    b"\r\n" * 2000,
)
"""What scanners say."""


def _stands(one: socket.socket) -> bool:
    with suppress(OSError):
        if not select([one], [], [], 0)[0] or one.recv(1 << 12):
            return True
    one.close()
    return False


CONNECTIONS: dict[str, Callable[[str], None]] = {
    "silent-connections": hold,
    "silent-connections-of-many": lambda url: hold(url, many=True),
    "ungreeted-links": lambda url: hold(url, upgrade=True),
    "old-devices": lambda url: hold(url, old=True),
    "device-names": lambda url: hold(url, greet="name"),
    "encrypted-silent-connections": lambda url: hold(url, at_most=1000),
    "slow-handshakes": begin_slowly,
    "handshakes": lambda url: say_and_leave(url, repeated(client_hello())),
    "garbage": lambda url: say_and_leave(url, cycle(GARBAGE)),
}


def main(name: str, url: str, speech: str = "") -> None:
    """The attack of that name. `speech`: a WAV file of what is said in long-speech, instead of noise."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    if name in CONNECTIONS:
        CONNECTIONS[name](url)
    wanted = ON_A_LINK[name]
    if speech:
        wanted = replace(wanted, batches=partial(long_speech, speech=read_wav(Path(speech))))
    again_and_again(wanted, url)


if __name__ == "__main__":
    isolate()
    main(*sys.argv[1:])
