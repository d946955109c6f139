"""The faults of the table: what each does to a lab, when it comes, and what must hold."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable, Iterator
from functools import partial

from tars.runtime import clock
from tests.faults.judge import Ending, Must
from tests.faults.lab import Lab
from tests.faults.story import BEFORE_WAKE_WORD, Fault, Phase, nothing

DEAD_LINK = 4.0
"""Seconds in which a dead link is noticed while something is unacknowledged in a session."""
HOTWORD_PROBE = 1.25
"""Seconds in which it is noticed after a hotword: a second, and a little for a busy machine."""
LIVE = 1.5
"""Seconds from the end of an outage until sound goes on."""
OUTAGES = (2, 10, 30)
"""Seconds."""
CUTS = 20
MINUTE = 60.0
SPEAKING_FIRST = (Phase.SPEAKING, Phase.ANSWERING, Phase.THINKING, Phase.HOTWORD, Phase.IDLE)
LONG_GRACE = {
    "TARS_LIMITS_DEVICE_GRACE": "100",
    "TARS_LIMITS_DEVICE_THINKING_LIMIT": "140",
    "TARS_LIMITS_DEVICE_USER_TURN_LIMIT": "300",
    "TARS_LIMITS_DEVICE_SPEAKING_LIMIT": "760",
    "TARS_LIMITS_DEVICE_INTERRUPTION_LIMIT": "240",
}
"""A device that keeps a session for longer than its memory of speech lasts; the other limits follow from that one."""


def kept(_: Phase) -> Must:
    """The session goes on, and that is all."""
    return Must()


def replaced(phase: Phase) -> Must:
    """The session goes on. What the old process has not made of an answer, nobody makes."""
    return Must(cut=phase is Phase.ANSWERING)


def either(_: Phase) -> Must:
    """Both sides agree, whatever became of the session."""
    return Must(Ending.EITHER)


# --- short ones ------------------------------------------------------------------------------------------------------------------


def reset(lab: Lab) -> None:
    """Both ends of every connection are told that it is broken."""
    lab.network.device.reset_connections()


def stop_server(lab: Lab) -> None:
    """As a service manager does it."""
    lab.stop(lab.server)


# --- outages ---------------------------------------------------------------------------------------------------------------------


def blackhole(ways: tuple[str, ...]) -> Callable[[Lab], None]:
    """Nothing arrives any more in these directions, and nobody is told."""
    return lambda lab: lab.network.set(*ways, blackhole=True)


def lift(lab: Lab) -> None:
    """Everything arrives again."""
    lab.network.set(blackhole=False)


def outage(seconds: float, phase: Phase) -> Must:
    """What must hold after one: in a conversation both sides notice, and it is live again soon."""
    if phase is Phase.IDLE:
        return Must()
    noticed = DEAD_LINK if seconds > DEAD_LINK else None
    if phase is Phase.HOTWORD:
        return Must(device_notices=HOTWORD_PROBE, live=LIVE)
    return Must(device_notices=noticed, server_notices=noticed, live=LIVE)


def into_a_dead_link(_: Phase, before: float = 0.0) -> Must:
    """What must hold when nobody knows yet that the link is dead; `before`: seconds from its death to the wake word, at most."""
    return Must(device_notices=before + HOTWORD_PROBE, live=before + HOTWORD_PROBE + LIVE)


def outages() -> Iterator[Fault]:
    """Both ways and one way only."""
    for name, ways in (("both ways", ("up", "down")), ("up only", ("up",)), ("down only", ("down",))):
        for seconds in OUTAGES:
            # One at the hotword that is longer than the device waits for an answer is a row of its own.
            phases = tuple(phase for phase in SPEAKING_FIRST if seconds < 12 or phase is not Phase.HOTWORD)
            must = partial(outage, seconds)
            yield Fault(f"blackhole {name}, {seconds} s", blackhole(ways), must, phases, lift, seconds)


# --- what goes on for a while ----------------------------------------------------------------------------------------------------


def bad_radio(lab: Lab) -> None:
    """200 ms there and back, a twentieth of all packets lost, and no two equally late."""
    lab.network.set(delay=0.1, jitter=0.02, loss=0.05)


def narrow(lab: Lab) -> None:
    """Twice as much as speech needs in one direction."""
    lab.network.set(rate=512_000)


def cuts(seed: int, lab: Lab, seconds: float) -> None:
    """Cut the link at random places: broken connections, silently dead ones, and short outages."""
    chance = random.Random(seed)
    began = clock.now()
    for moment in sorted(chance.uniform(0, seconds) for _ in range(CUTS)):
        lab.hold(began + moment - clock.now())
        match chance.choice(("reset", "sever", "blackhole")):
            case "reset":
                reset(lab)
            case "sever":
                lab.network.sever()
            case _:
                lab.network.set(blackhole=True)
                lab.hold(chance.uniform(0.1, 1.5))
                lift(lab)


def faults(seeds: int) -> list[Fault]:
    """The table, with so many minutes of random cuts."""
    return [
        Fault("none", nothing, kept, (Phase.THROUGHOUT,)),
        Fault("connection reset", reset, kept, SPEAKING_FIRST),
        Fault("server replaced", stop_server, replaced, SPEAKING_FIRST, Lab.start_server),
        Fault("device's address changes", Lab.change_address, kept, SPEAKING_FIRST),
        *outages(),
        Fault(
            "outage of 60 s, overflow: end",
            blackhole(("up", "down")),
            lambda phase: Must(Ending.ENDED if phase is Phase.SPEAKING else Ending.EITHER),  # an answer overflows nothing
            (Phase.SPEAKING, Phase.ANSWERING),
            lift,
            60,
            variables={"TARS_OVERFLOW": "end"},
        ),
        Fault(
            "outage of 60 s, overflow: gap",
            blackhole(("up", "down")),
            lambda phase: Must(gap=phase is Phase.SPEAKING),
            (Phase.SPEAKING, Phase.ANSWERING),
            lift,
            60,
            variables={"TARS_OVERFLOW": "gap", **LONG_GRACE},
        ),
        Fault("server killed, back after 3 s", Lab.kill_server, kept, (Phase.SPEAKING,), Lab.start_server, 3),
        Fault(
            "server suspended for 20 s",
            lambda lab: lab.signal(lab.server, signal.SIGSTOP),
            either,
            SPEAKING_FIRST,
            lambda lab: lab.signal(lab.server, signal.SIGCONT),
            20,
        ),
        Fault(
            "device suspended for 60 s",
            lambda lab: lab.signal(lab.device, signal.SIGSTOP),
            either,
            SPEAKING_FIRST,
            lambda lab: lab.signal(lab.device, signal.SIGCONT),
            60,
        ),
        Fault("200 ms, 5 % loss, jitter", bad_radio, kept, (Phase.THROUGHOUT,)),
        Fault("512 kbit/s", narrow, kept, (Phase.THROUGHOUT,)),
        Fault("outage at the hotword, 5 s", blackhole(("up", "down")), partial(outage, 5), (Phase.HOTWORD,), lift, 5),
        Fault("outage at the hotword, 15 s", blackhole(("up", "down")), lambda _: Must(Ending.ENDED), (Phase.HOTWORD,), lift, 15),
        Fault("hotword into a dead link", Lab.sever, into_a_dead_link, (Phase.HOTWORD,)),
        Fault("wake word into a dead link", Lab.sever, partial(into_a_dead_link, before=BEFORE_WAKE_WORD), (Phase.HOTWORD,), by_voice=True),
        *(
            Fault(
                f"20 cuts in a minute, seed {seed}",
                nothing,
                kept,
                (Phase.ANSWERING, Phase.SPEAKING),
                lasts=MINUTE,
                hold=partial(cuts, seed),
            )
            for seed in range(1, seeds + 1)
        ),
    ]
