"""One device sends as fast as TCP takes it; another one beside it pings and talks as if nothing were."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tars.runtime import clock
from tests.attacks import arena
from tests.attacks.attackers import LONG
from tests.attacks.judge import LOG_LIMIT, MEMORY_COST, RTT_COST, STOP_LIMIT, WAIT_COST, Finding
from tests.attacks.rows import add
from tests.attacks.server import BUSY, PACED
from tests.sounds import write_wav

WARM_UP = 0.3
CALM = 2.0
"""Seconds in which the good device is alone."""
FLOOD = 4.0
"""Seconds of the attack that count."""


@dataclass(frozen=True)
class Cost:
    """What an attack may cost."""

    memory: float = MEMORY_COST
    """MB of the server."""
    wait: float = WAIT_COST
    """Seconds of the others' wait for an answer."""

    @property
    def limit(self) -> str:
        """In words."""
        others = f"the other device: round trip +{RTT_COST * 1000:g} ms (p99), no underrun, answer +{self.wait:g} s"
        return f"{others}; the server: +{self.memory:g} MB, +{LOG_LIMIT:g} kB of log, stops in {STOP_LIMIT:g} s with status 0"


USUAL = Cost()
RECOGNITION = Cost(memory=40.0, wait=2.5)
"""80 s of speech take 2.6 MB on the way, 8 in the brain and 16 in the recogniser. Others wait for one of them at most: 2 s."""
CONNECTIONS = Cost(memory=12.0)
"""Thousands of connections, one after the other, leave some MB with the allocator, and no more with more of them."""
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
    "greetings": "links that are opened, greeted and closed at once",
    "long-reasons": "sessions that end for a reason of 20 kB that cannot be printed",
    "fragments": "a message in fragments without a byte, which never ends",
}
LONG_SPEECH = f"{LONG:g} s of speech to recognise, and the session ends, again and again"


def flood(
    name: str,
    finding: Finding,
    folder: Path,
    *,
    brain: str = PACED,
    cost: Cost = USUAL,
    calm_for: float = CALM,
    lasts: float = FLOOD,
    encrypted: bool = False,
    says: str = "",
    says_long: str = "",
) -> None:
    """Alone, then beside the attack; the server is told to stop while the attack goes on.

    `encrypted`: the good device is. `says`, `says_long`: WAV files of what the good device and the attacker say, instead of noise.
    """
    talk = ["--says", says] if says else []
    variables: dict[str, Any] = {"TARS_ENCRYPTION": "required"} if encrypted else {}
    with ExitStack() as stack:
        server = stack.enter_context(arena.server(folder, brain=brain, **variables))
        url, ca = server.encrypted() if encrypted else (server.url, "")
        kitchen = stack.enter_context(arena.good_device(url, "kitchen", "--ca", ca, *talk))
        arena.pause(WARM_UP)
        began = clock.now()
        arena.pause(calm_for)
        memory, logged = arena.Memory(server.pid), server.log_size()
        calm = (began, clock.now())
        with arena.attacker(name, server.url, *([says_long] if says_long else [])) as bedroom:
            bedroom.begins()
            attacked_from = clock.now()
            arena.pause(lasts)
            attacked = (attacked_from, clock.now())
            kitchen.end()
            bedroom.judge(finding)
            finding.within("memory +", memory.grown(), cost.memory, "MB")
            finding.within("log +", server.log_size() - logged, LOG_LIMIT, "kB")
            arena.judge_stop(server.program.process, finding)
        arena.judge_service(kitchen, calm, attacked, finding, wait=cost.wait)


def flood_offline(finding: Finding, folder: Path) -> None:
    """The same with the models of the offline brain."""
    import numpy as np

    from tars.brains.speak.voice import Voice

    said = Voice(None).say("What time is it?")
    write_wav(folder / "said.wav", said)
    write_wav(folder / "long.wav", np.resize(said, round(LONG * 16_000)))
    voices: dict[str, Any] = {"says": str(folder / "said.wav"), "says_long": str(folder / "long.wav")}
    flood("long-speech", finding, folder, brain="offline", cost=RECOGNITION, calm_for=5.0, lasts=12.0, **voices)


for _name, _attack in FLOODS.items():
    _cost = CONNECTIONS if _name == "greetings" else USUAL
    add(_name, _attack, _cost.limit, partial(flood, _name, cost=_cost))
add("long-speech", LONG_SPEECH, RECOGNITION.limit, partial(flood, "long-speech", brain=BUSY, cost=RECOGNITION, lasts=8.0))
add("long-speech-offline", f"{LONG_SPEECH}; with the models of the offline brain", RECOGNITION.limit, flood_offline, optional=True)
