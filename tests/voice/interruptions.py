"""`python -m tests.voice.interruptions`: how soon TARS is silent when somebody speaks over an answer; writes docs/reports/interruptions.md.

The two real programs and a virtual sound card; some two minutes. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tars.runtime import clock
from tests.device.audio.sound_card import sound_card
from tests.e2e.over_an_answer import HEADSET, SECOND, START, Conversation, Paused, conversation, pause
from tests.voice.report import resident, table, tell

REPORT = Path(__file__).resolve().parents[2] / "docs/reports/interruptions.md"
LISTENERS = ("Okay.", "All right.", "Got it.", "I see.")
LOOK = 10
"""Seconds in which its processor time is read, at least."""
STOPS = ("Stop talking.", "Be quiet, please.", "That's enough.", "Stop it now.")


@dataclass(frozen=True)
class Cost:
    """What the device takes."""

    listening: float
    """Of a core, while it waits for its wake word."""
    playing: float
    """While it plays an answer."""
    memory: float
    """Megabytes."""


def measured() -> tuple[Cost, list[tuple[str, Paused]]]:
    """What the device takes. And what was said, and the pause that followed: a word of agreement and a stop in each answer."""
    found = []
    with sound_card(), TemporaryDirectory() as folder, conversation(Path(folder), HEADSET) as talk:
        listening = share(talk, lambda: None)
        talk.begin()
        talk.ask()
        playing = share(talk, lambda: talk.pi.says("DRAINING -> USER_TURN", within=START))
        for number, (agreement, stop) in enumerate(zip(LISTENERS, STOPS, strict=True)):
            answer = talk.ask()
            agreed = pause(talk, agreement, answer, 2 * number + 1, ends="event=reply_resumes", number=number + 1)
            stopped = pause(talk, stop, agreed.ends - SECOND, 2 * number + 2, ends="event=reply_cut", number=number + 1)
            found += [(agreement, agreed), (stop, stopped)]
            tell(str(found[-2:]))
        cost = Cost(listening, playing, resident(talk.pi.process.pid))
    return cost, found


def share(talk: Conversation, until: Callable[[], object]) -> float:
    """The share of a core that the device takes for LOOK seconds, and until that returns."""
    began, used = clock.now(), cpu(talk.pi.process.pid)
    begin = talk.moment
    talk.room.wait(lambda: talk.moment >= begin + LOOK * SECOND)
    until()
    return (cpu(talk.pi.process.pid) - used) / (clock.now() - began)


def cpu(process: int) -> float:
    """Seconds of processor time that it has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def page(cost: Cost, found: list[tuple[str, Paused]], load: str) -> str:
    rows = [
        [said, f"{one.noticed:.2f}", f"{1000 * one.silent:.0f}", f"{one.silence:.2f}" if said in LISTENERS else "it has ended"]
        for said, one in found
    ]
    noticed, silent = median(one.noticed for _, one in found), median(one.silent for _, one in found)
    machine = f"{platform.machine()}, {os.cpu_count()} shared cores, Python {platform.python_version()}"
    return f"""# Speech over an answer, measured

Written by `python -m tests.voice.interruptions`; not edited by hand. {machine}.
Load of the machine when it began and when it ended, of other programs too: {load}.

`tars-server` and `tars-pi` with `interruption: speech`, whisper, and the virtual sound card of the tests, which is silent when the last
sample has left it. The user wears a headset; the voice is hibari. The time until it is noticed begins when another program has captured
the beginning of the first word from the same microphone.

{table(["said over the answer", "noticed after, s", "silent after that, ms", "the answer goes on after a silence of, s"], rows)}
In the median it is noticed after {noticed:.2f} s, and silent {1000 * silent:.0f} ms later.

## What the device takes

`tars-pi` with the wake word hey_jarvis, echo cancellation, `interruption: speech` and the control socket, at the same sound card:
{100 * cost.listening:.1f} % of a core while it waits for its wake word, {100 * cost.playing:.1f} % while it plays an answer.
Memory: {cost.memory:.0f} MB.
"""


def main() -> None:
    """Measure and write."""
    began = f"{os.getloadavg()[0]:.1f}"
    cost, found = measured()
    REPORT.write_text(page(cost, found, f"{began}, {os.getloadavg()[0]:.1f}"), encoding="utf-8")


if __name__ == "__main__":
    main()
