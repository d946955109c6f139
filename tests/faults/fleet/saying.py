"""The server of a device is gone, and soon after `tars-server say` is called on another one: it is heard once. How late?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

import numpy as np

from tars.brains.echo import EchoConversation
from tars.runtime import clock
from tars.samples import Samples
from tests.faults.fleet.faults import kill_owner, lose_owner
from tests.faults.fleet.judge import FleetMust, FleetVerdict, judge_forbidden, judge_return
from tests.faults.fleet.lab import FleetLab
from tests.faults.judge import Evidence
from tests.faults.proof import find
from tests.faults.stage import DEVICE, Failure
from tests.faults.story import AGREE, both, evidence, replayed
from tests.faults.traces import moment
from tests.sounds import quiet

TEXT = "Dinner is ready."
AFTER = 0.3
"""Seconds from the end of the server until the command begins: it notices within 3 s that the server is dead."""
AGAIN = 3.0
"""Seconds in which it would be said again."""
HEARS = 120
"""Seconds of what the device hears."""
GONE: Mapping[str, tuple[Callable[[FleetLab], None], float]] = {
    "owner killed": (kill_owner, 10.0),
    "owner's machine gone": (lose_owner, 60.0),
}
"""Of each fault what it does, and seconds until what is said is heard at most. On a busy machine the command takes some seconds to start.
An idle link is seen to be dead after 40 s."""


def name_of(gone: str) -> str:
    """The name of the fault."""
    return f"{gone}, then `tars-server say`"


def run(gone: str, folder: Path, stopped: Event) -> FleetVerdict:
    """Tell the story, and judge it. Raises Interrupted."""
    failure, began = None, 0.0
    begin, limit = GONE[gone]
    with FleetLab(folder, 1.0, stopped) as lab:
        lab.said = quiet(HEARS)
        try:
            lab.start()
            (survivor,) = (name for name in lab.names if name != lab.owner)
            lab.broken = lab.healed = clock.wall()
            begin(lab)
            lab.hold(AFTER)
            began = clock.wall()
            lab.operate(survivor, "say", DEVICE, TEXT)
            lab.until("it is heard", lambda: lab.device_trace.taken("first_reply_sample", None), limit)
            lab.until("both sides listen again", lambda: both(lab, "session", "LISTENING"), len(TEXT) + AGREE)
            lab.hold(AGAIN)
            lab.stop(lab.device)
            lab.stop_servers()
        except (Failure, AssertionError) as error:
            failure = str(error)
    verdict = judge(evidence(lab, failure=failure), began, limit)
    verdict.wrong += replayed(folder)
    return verdict


def judge(seen: Evidence, began: float, limit: float) -> FleetVerdict:
    """It is heard once, whole, and soon. `began`: when the command was called."""
    verdict = FleetVerdict("kept", wrong=[seen.failure] if seen.failure else [])
    tone = spoken()
    verdict.sent = len(tone)
    begins = find(seen.played, tone)
    if begins is None:
        verdict.wrong.append("what was said was not heard whole")
    else:
        verdict.played = len(tone)
        if find(seen.played[begins + 1 :], tone) is not None:
            verdict.wrong.append("what was said was heard twice")
    heard = seen.device.taken("first_reply_sample", None)
    if len(heard) != 1:
        verdict.wrong.append(f"{len(heard)} answers were heard, and should be one")
    if heard:
        verdict.said = moment(heard[0]) - began
        if verdict.said > limit:
            verdict.wrong.append(f"heard {verdict.said:.2f} s after the command, at most {limit:g} s are allowed")
    judge_return(seen, FleetMust(), verdict)
    judge_forbidden(seen, verdict)
    return verdict


def spoken() -> Samples:
    """What an echo brain makes of the text, without the zero with which it begins."""

    async def gathered() -> Samples:
        return np.concatenate([block async for block in EchoConversation().say(TEXT)])

    return np.trim_zeros(asyncio.run(gathered()))
