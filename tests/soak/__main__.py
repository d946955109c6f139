"""`make soak`: a month on the fake clock, then minutes in real time. Prints what is held at each checkpoint; fails when it grows."""

from __future__ import annotations

import asyncio
import sys

from tars.runtime import clock
from tests.isolation import isolate
from tests.soak.month import MONTH, Checkpoint, Life
from tests.soak.real_time import RealTime, Round


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a command prints


def tell_month(at: Checkpoint) -> None:
    cores = f"{at.core_objects} objects and {at.core_bytes} bytes in both cores"
    say(f"  {at.sessions:6} sessions: {cores}, {at.process_objects} objects in all")


def tell_round(at: Round) -> None:
    say(
        f"  {at.sessions:4} sessions, {at.cuts} cuts, {at.resumes} resumes, {at.restarts} restarts: "
        f"{at.objects} objects, {at.tasks} tasks, {at.descriptors} descriptors, {at.bytes >> 20} MiB"
    )


def main(seconds: float) -> None:
    began = clock.now()
    say("a month on the fake clock: 10,000 sessions, 2,000 outages")
    life = Life(seed=1)
    life.live(10_000, 2_000, MONTH, tell_month)
    say(f"nothing has grown in {clock.now() - began:.0f} s: {life.survived} sessions went on over an outage,")
    say(f"{life.told_again} were told again to a server that had crashed, {life.ended} ended audibly, {life.rings} timers rang")
    say(f"{seconds:g} seconds in real time")
    soak = RealTime(devices=6, conversations=5, grace=10)
    asyncio.run(soak.live(seconds, tell_round))
    say(f"nothing has grown: {soak.sessions} sessions, {soak.cuts} cuts, {soak.resumes} resumes, {soak.restarts} servers replaced")


if __name__ == "__main__":
    isolate()
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 180.0)
