"""One device sends as fast as TCP takes it; another one beside it pings and talks as if nothing were."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tars.runtime import clock
from tests.attacks import arena
from tests.attacks.judge import LOG_LIMIT, MEMORY_COST, RTT_COST, STOP_LIMIT, WAIT_COST, Finding
from tests.attacks.rows import add
from tests.attacks.server import BUSY, PACED

WARM_UP = 0.5
CALM = 2.0
"""Seconds in which the good device is alone."""
FLOOD = 5.0
"""Seconds of the attack that count."""
SET_IN = 0.3
"""Seconds of the attack before those: its process starts."""

OTHERS = f"the other device: round trip +{RTT_COST * 1000:g} ms (p99), no underrun, answer +{WAIT_COST:g} s"
SERVER = f"the server: +{{memory:g}} MB, +{LOG_LIMIT:g} kB of log, stops in {STOP_LIMIT:g} s with status 0"
LONG = "long-speech"
LONG_MEMORY = 24.0
"""MB that 80 s of speech may take: 2.6 MB on the way, in the brain and in the recogniser, where they are 32 bit numbers."""
FLOODS = {
    "empty-frames": "frames without samples, while an utterance ends",
    "single-samples": "speech in frames of one sample",
    "single-samples-held": "speech in frames of one sample, while the brain opens",
    "old-empty-frames": "an old device: frames without samples, while an utterance ends",
    "old-single-samples": "an old device: frames with one sample, while an utterance ends",
    "pings": "pings of tars.v1",
    "pings-unread": "pings of tars.v1, and the answers are not read",
    "websocket-pings": "pings of WebSockets",
    "websocket-pings-unread": "pings of WebSockets, and the answers are not read",
    "acks": "acknowledgements",
    "gaps": "gaps of one sample each",
    "sessions": "sessions that are opened and ended at once",
    "long-reasons": "sessions that end for a reason of 20 kB that cannot be printed",
    "fragments": "a message in fragments without a byte, which never ends",
    LONG: "80 s of speech to recognise, and the session ends, again and again",
}


def flood(name: str, finding: Finding, folder: Path, *, brain: str = PACED) -> None:
    """Alone, then beside the attack; the server is told to stop while the attack goes on."""
    with arena.server(folder, brain=brain) as server, arena.good_device(server.url) as kitchen:
        arena.pause(WARM_UP)
        began = clock.now()
        arena.pause(CALM)
        memory, logged = arena.Memory(server.pid), server.log_size()
        calm = (began, clock.now())
        with arena.attacker(name, server.url) as bedroom:
            arena.pause(SET_IN)
            attacked_from = clock.now()
            arena.pause(FLOOD)
            attacked = (attacked_from, clock.now())
            kitchen.end()
            bedroom.judge(finding)
            finding.within("memory +", memory.grown(), LONG_MEMORY if name == LONG else MEMORY_COST, "MB")
            finding.within("log +", server.log_size() - logged, LOG_LIMIT, "kB")
            arena.judge_stop(server.program.process, finding)
        arena.judge_service(kitchen, calm, attacked, finding)


for _name, _attack in FLOODS.items():
    _long = _name == LONG
    _limit = f"{OTHERS}; {SERVER.format(memory=LONG_MEMORY if _long else MEMORY_COST)}"
    add(_name, _attack, _limit, partial(flood, _name, brain=BUSY if _long else PACED))
