"""What a device costs the core, in bytes and in calls of functions. These are counts, so they are the same on every machine."""

from __future__ import annotations

import gc
import random
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tars.core.codec import V1, Audio, Control
from tars.core.resume_tokens import ResumeToken
from tars.core.server import ServerEndpoint
from tars.generated import messages as m
from tars.generated.limits import Limits
from tars.generated.server import events
from tars.samples import BLOCK, RATE
from tests.pair import Pair

ROOT = Path(__file__).resolve().parents[2]
IDLE = 3 * 1024
"""Bytes of a device that has greeted. It has 2,410 in Python 3.11."""
AFTERWARDS = IDLE + 1024
"""Bytes of a device that has had conversations. It has 2,850: larger numbers, and an utterance of which the end is still known."""
UP = 65
"""Calls for an audio frame that the server receives, with those of functions that are not written in Python. It has 60."""
CAPTURED = 80
"""Calls for a block that the device captures and sends. It has 72."""
DEVICES = 200
START = 1000.0
PCM = random.Random(1).randbytes(2 * BLOCK)
FROM_DEVICE, FROM_SERVER, LIMITS, SPREAD = V1("server"), V1("device"), Limits(), random.Random(1)
"""What devices share."""


def linked(number: int = 0) -> ServerEndpoint:
    """A server's side of a device that has greeted."""
    server = ServerEndpoint(f"kitchen{number}", LIMITS, SPREAD, epoch="e1")
    server.begin()
    greeting = m.Hello(1, f"kitchen{number}", "b1", False, "", "", "", 0, {}, {}, {})
    token = ResumeToken(f"sid{number}", f"token{number}")
    server.greeted(1, FROM_SERVER, FROM_DEVICE.encode(Control(greeting, None, 0))[0], token, START)
    server.outgoing()
    return server


def say(server: ServerEndpoint, message: m.Message) -> None:
    """The device sends this message, and has received all of the server's."""
    outbox = server.link.outbox
    server.receive(1, FROM_DEVICE.encode(Control(message, outbox.applied + 1 if message.numbered else None, outbox.sent))[0], START)
    server.outgoing()


def opened(server: ServerEndpoint, session: str = "s1", at: int = 0) -> ServerEndpoint:
    """A session whose brain is open; its utterance begins at that offset."""
    say(server, m.HotwordDetected(session, 1, at, 0, "hey_jarvis", 0.9))
    server.receive(1, FROM_DEVICE.encode_audio(Audio(1, at, PCM)), START)
    server.handle(events.BrainReady(session), START)
    say(server, m.Ack({}, {}, {}))
    return server


def after_conversations(number: int = 0) -> ServerEndpoint:
    """A device that is idle again."""
    server = linked(number)
    for count in range(3):
        session, at = f"s{number}-{count}", count * 10**6
        opened(server, session, at)
        for block in range(1, 20):
            server.receive(1, FROM_DEVICE.encode_audio(Audio(1, at + block * BLOCK, PCM)), START)
        server.handle(events.ReplyStarted(session, 1), START)
        for _ in range(20):
            server.speak(session, 1, PCM, START)
        server.handle(events.ReplyEnded(session, 1), START)
        reply = {str(server.reply.stream): server.reply.sent}
        say(server, m.Ack(reply, {}, reply))
        say(server, m.SessionEnd(session, "button"))
    assert (server.link.refusal, server.states.session.state, server.link.outbox.items) == (None, "LISTENING", [])
    return server


def size_of(make: Callable[[int], object]) -> float:
    """Bytes that stay allocated for each of many."""
    make(0)  # what only the first of its kind costs
    gc.collect()
    tracemalloc.start()
    try:
        kept = [make(number) for number in range(DEVICES)]
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / len(kept)
    finally:
        tracemalloc.stop()


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, written in Python or not."""
    count = 0

    def note(frame: FrameType, event: str, _: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def size_alone(make: str) -> float:
    """Bytes of each of many, in a process of its own: how much an object takes depends on what was made of its class before."""
    call = f"from tests.core.test_costs import *; print(size_of({make}))"
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", call], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


@pytest.mark.parametrize(("make", "most"), [("linked", IDLE), ("after_conversations", AFTERWARDS)], ids=["greeted", "after conversations"])
def test_an_idle_device_takes_little(make: str, most: int) -> None:
    assert size_alone(make) <= most


def test_what_a_device_takes_more_is_seen() -> None:
    assert 1000 <= size_alone("lambda number: (linked(number), bytearray(1024))") - size_alone("linked") <= 1300


def test_a_frame_of_sound_calls_few_functions_and_the_thousandth_no_more_than_the_first() -> None:
    server = opened(linked())
    frames = [FROM_DEVICE.encode_audio(Audio(1, number * BLOCK, PCM)) for number in range(1001)]

    def take(number: int) -> None:
        assert server.receive(1, frames[number], START + number * BLOCK / RATE)
        server.outgoing()
        assert server.deadline

    counts = [calls(lambda number=number: take(number)) for number in range(1, 1001)]  # type: ignore[misc]
    # One frame in four has an acknowledgement behind it.
    assert counts[-40:] == counts[40:80]
    assert sum(counts[-40:]) <= 40 * UP


def test_sound_that_is_held_costs_no_more_with_each_frame() -> None:
    server = linked()
    say(server, m.HotwordDetected("s1", 1, 0, 0, "hey_jarvis", 0.9))
    frames = [FROM_DEVICE.encode_audio(Audio(1, number, b"ab")) for number in range(1000)]
    counts = [calls(lambda frame=frame: server.receive(1, frame, START)) for frame in frames]  # type: ignore[misc]
    assert max(counts[1:]) == min(counts[1:]) <= UP
    assert server.status(START).speech_waits == 1000


def test_a_block_of_the_microphone_calls_few_functions_and_the_thousandth_no_more_than_the_first() -> None:
    pair = Pair().start()
    pair.converse()
    device = pair.device

    def hear() -> None:
        pair.now += 0.08
        assert not device.captured(PCM, pair.now)
        assert device.outgoing()
        assert device.deadline

    counts = [calls(hear) for _ in range(400)]
    assert max(counts[1:]) == min(counts[1:]) <= CAPTURED


def test_nothing_is_left_of_a_frame() -> None:
    server = opened(linked())
    frames = [FROM_DEVICE.encode_audio(Audio(1, number * BLOCK, PCM)) for number in range(1, 1001)]
    server.receive(1, frames[0], START)
    gc.collect()
    before = sys.getallocatedblocks()
    for frame in frames[1:]:
        server.receive(1, frame, START)
        server.outgoing()
    assert sys.getallocatedblocks() - before < 100
