"""What resume costs, measured: `python -m tests.soak.costs` writes docs/reports/resume-costs.md."""

from __future__ import annotations

import gc
import json
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median

from tars.core.codec import HEADER, V1, Audio, Frame
from tars.core.device import DeviceEndpoint
from tars.core.server import ServerEndpoint
from tars.core.snapshot import take_snapshot
from tars.generated.limits import Limits
from tars.runtime import clock
from tars.samples import BLOCK, RATE
from tests.pair import RESUME, Pair
from tests.scenarios.telling import begin_reply, kind, reach

REPORT = Path(__file__).resolve().parents[2] / "docs/reports/resume-costs.md"
RUNS = 15
BLOCKS = 500
"""Microphone blocks in one run of the clock."""
PCM = random.Random(1).randbytes(2 * BLOCK)


def kib(count: float) -> str:
    return f"{count / 1024:,.1f} KiB"


def allocated(make: Callable[[], object]) -> float:
    """Bytes that `make` leaves allocated, as long as what it returns is held: the median of five."""
    taken = []
    make()  # what only the first of its kind costs
    for _ in range(5):
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        held = make()
        gc.collect()
        taken.append(tracemalloc.get_traced_memory()[0] - before)
        tracemalloc.stop()
        del held
    return median(taken)


def forgetful(pair: Pair) -> Pair:
    pair.effects.clear()
    pair.wire.clear()
    return pair


def talking(state: str = "USER_TURN") -> Pair:
    pair = Pair(limits=RESUME)
    reach(pair, state)
    return forgetful(pair)


def speak(pair: Pair, seconds: float) -> None:
    for _ in range(round(seconds * RATE / BLOCK)):
        pair.speak(1, PCM)
        pair.pass_time(BLOCK / RATE)


def outage(pair: Pair, seconds: float, *, answers: bool = False) -> Pair:
    """Ten seconds in which the user speaks, or the brain answers, into nothing."""
    pair.network = False
    pair.cut()
    if answers:
        session = str(pair.server.machines["session"].context.session)
        for _ in range(round(seconds)):
            pair.says(session, 1, bytes(2 * RATE))
            pair.pass_time(1)
    else:
        speak(pair, seconds)
    return forgetful(pair)


# --- memory ------------------------------------------------------------------------------------------------------------------------


def memory() -> list[tuple[str, str]]:
    spread = random.Random(1)
    device = allocated(lambda: DeviceEndpoint("kitchen", Limits(), spread, boot="b"))
    server = allocated(lambda: ServerEndpoint("kitchen", Limits(), spread, epoch="e"))
    idle = talking("LISTENING")
    spoken, answered = talking(), talking("SPEAKING")
    long_up, long_down = allocated(lambda: outage(talking(), 10)), allocated(lambda: outage(talking("SPEAKING"), 10, answers=True))
    return [
        ("a device's core with its machines and its ring of 40 s", kib(device)),
        ("of it the ring", kib(40 * RATE * 2)),
        ("a server's core with its machines, for each device that is known", kib(server)),
        ("both cores of a pair, idle", kib(allocated(lambda: talking("LISTENING")))),
        ("both cores of a pair, while the user speaks", kib(allocated(talking))),
        ("an outage of 10 s while the user speaks adds, on both sides together", kib(long_up - allocated(talking))),
        ("an outage of 10 s while the brain answers adds, on both sides together", kib(long_down - allocated(lambda: talking("SPEAKING")))),
        ("a saved session as JSON: idle", kib(saved_size(idle))),
        ("a saved session as JSON: while the user speaks", kib(saved_size(spoken))),
        ("a saved session as JSON: 10 s of an answer are not received", kib(saved_size(outage(answered, 10, answers=True)))),
    ]


def saved_size(pair: Pair) -> int:
    pair.cut()
    return len(json.dumps(take_snapshot(pair.server)))


# --- bytes on the wire -----------------------------------------------------------------------------------------------------------------


def wire() -> list[tuple[str, str]]:
    greeting = Pair(limits=RESUME).start()
    hello, welcome = (len(next(f for _, _, f in greeting.wire if kind(f) == wanted)) for wanted in ("hello", "welcome"))
    up = talking()
    speak(up, 60)
    down = talking("THINKING")
    answer_for_a_minute(down)
    idle = talking("LISTENING")
    idle.pass_time(60)
    forgetful(idle).pass_time(3600)
    heartbeats = sum(len(frame) for _, _, frame in idle.wire)
    return [
        ("greeting: `hello` and `welcome`", f"{hello} and {welcome} bytes"),
        ("a minute of the user's speech", shares(up, "device")),
        ("a minute of an answer", shares(down, "server")),
        ("an idle hour, heartbeats both ways", f"{len(idle.wire)} frames, {heartbeats:,} bytes"),
    ]


def answer_for_a_minute(pair: Pair) -> None:
    session = str(pair.server.machines["session"].context.session)
    begin_reply(pair, session, 1)
    for _ in range(600):
        pair.says(session, 1, bytes(2 * RATE // 10))
        pair.pass_time(0.1)
        assert pair.device.downlink is not None
        pair.heard(pair.device.downlink.stream, pair.device.downlink.received)


def shares(pair: Pair, speaker: str) -> str:
    """What headers, acknowledgements and heartbeats add to the samples; WebSocket's and TCP's own headers are not counted."""
    sound = [frame for _, _, frame in pair.wire if isinstance(frame, bytes)]
    samples = sum(len(frame) - HEADER.size for frame in sound)

    def share(count: int) -> str:
        return f"{count:,} bytes ({100 * count / samples:.2f} %)"

    def text(wanted: Callable[[str], bool], frames: list[tuple[float, str, Frame]]) -> int:
        return sum(len(frame) for _, _, frame in frames if isinstance(frame, str) and wanted(kind(frame)))

    back = [item for item in pair.wire if item[1] != speaker]
    acks = text(lambda name: name == "ack", back)
    others = text(lambda _: True, pair.wire) - acks
    headers = share(HEADER.size * len(sound))
    return f"{samples:,} bytes of samples; headers {headers}, acknowledgements the other way {share(acks)}, everything else {share(others)}"


# --- time ------------------------------------------------------------------------------------------------------------------------------


def microseconds(step: Callable[[int], object]) -> float:
    """A call, on average over a run."""
    began = clock.now()
    for number in range(BLOCKS):
        step(number)
    return (clock.now() - began) / BLOCKS * 1e6


def times() -> list[tuple[str, str]]:
    """The bare encoding and the whole step of the core take turns, so that a busy moment of the machine hits both."""
    codec = V1("server")
    bare, linked, down = [], [], []
    for _ in range(RUNS):
        online, offline = talking().device, outage(talking(), 1).device
        now = 10_000.0
        online.link.liveness.last_in = now

        def send(number: int, device: DeviceEndpoint = online, now: float = now) -> None:
            device.captured(PCM, now + number * BLOCK / RATE)
            device.outgoing()
            # What comes back every 0.5 s, without the decoding.
            device.link.outbox.acknowledge_audio({str(device.uplink.stream): device.uplink.end})

        bare.append(microseconds(lambda number: codec.encode_audio(Audio(1, number * BLOCK, PCM))))
        linked.append(microseconds(send))
        down.append(microseconds(lambda number, device=offline, now=now: device.captured(PCM, now)))  # type: ignore[misc]
    ratios = sorted(one / other for one, other in zip(linked, bare, strict=True))
    assert all(value > 0 for value in bare)
    return [
        ("the bare encoding of a block of 80 ms", spread_of(bare)),
        ("the core's step for that block: ring, record, machines' means, encoding, acknowledged", spread_of(linked)),
        ("the same while the link is down: it is only kept", spread_of(down)),
        ("ratio of the second to the first", f"{median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})"),
        ("share of a core's time, 12.5 blocks a second", f"{median(linked) * 12.5 / 1e4:.3f} %"),
    ]


def spread_of(values: list[float]) -> str:
    return f"{median(values):.1f} µs ({min(values):.1f} to {max(values):.1f})"


# --- the report --------------------------------------------------------------------------------------------------------------------------


def table(rows: list[tuple[str, str]]) -> str:
    return "\n".join(["| what | how much |", "| --- | --- |", *(f"| {what} | {much} |" for what, much in rows)])


def main() -> None:
    text = f"""# What resume costs

Written by `python -m tests.soak.costs` on a virtual machine with 2 cores (x86_64), which others used at the same time. Two real cores
over a wire in memory; no socket, no wake word, no brain. Times are medians of {RUNS} runs of {BLOCKS} blocks, sizes of memory medians of 5.

## Memory

{table(memory())}

A brain, a socket and a task are not in it.

## Bytes on the wire

{table(wire())}

WebSocket adds 4 to 8 bytes a frame, TCP and IP 40 or more a packet.

## Time on the device

{table(times())}

In brackets the fastest and the slowest run. The bare encoding is the cheapest thing that sends a block at all: a header before the samples.
"""
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(text)


if __name__ == "__main__":
    main()
