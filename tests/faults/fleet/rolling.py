"""All servers are replaced, one after the other, under many conversations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from tars.runtime import clock
from tars.samples import RATE
from tests.faults.fleet.crowd import name_of as device_name
from tests.faults.fleet.judge import FleetMust, FleetVerdict, judge
from tests.faults.fleet.lab import FleetLab
from tests.faults.fleet.network import DEVICES
from tests.faults.fleet.story import UTTERANCE
from tests.faults.fleet.traces import FleetTrace
from tests.faults.judge import Evidence
from tests.faults.speech import speech
from tests.faults.stage import Failure
from tests.faults.story import TELL, evidence, played_in, recordings_of, replayed
from tests.faults.traces import Trace
from tests.sounds import write_wav

NAME = "rolling restart"
CONVERSATIONS = 50
FEW = 10
HEARS = 150
"""Seconds of what each device hears."""
BETWEEN = 2.0
"""Seconds between the restarts of two servers."""
START = 60.0
"""Seconds in which a crowd is linked, on a busy machine."""


@dataclass(frozen=True)
class Restart:
    """What is restarted, and how devices reach it."""

    servers: int = 2
    count: int = CONVERSATIONS
    balanced: bool = False
    encrypted: bool = False

    @property
    def name(self) -> str:
        """The name of the fault."""
        how = ", behind haproxy" * self.balanced + ", encrypted" * self.encrypted
        return f"{NAME} of {self.servers} servers, {self.count} conversations{how}"


RESTARTS = (Restart(), Restart(servers=3), Restart(count=FEW, balanced=True), Restart(count=FEW, encrypted=True))
"""Fewer where each conversation costs the lab more: the switch carries all of it twice, or each device needs a key of its own."""


class Crowd:
    """Devices in a lab, each with a trace and a file of its own."""

    def __init__(self, lab: FleetLab, count: int) -> None:
        self._lab, self._folder, self._count = lab, lab.folder, count
        # No two of them hear the same.
        self._said = [speech(UTTERANCE + number / 1000)[: HEARS * RATE] for number in range(count)]
        self._traces = [Trace() for _ in range(count)]
        for number, trace in enumerate(self._traces):
            write_wav(self._folder / f"said-{number}.wav", self._said[number])
            trace.follow(self._folder / f"device-{number}.jsonl")
        keys = {"CROWD_KEYS": ",".join(lab.keys.values())}
        urls = [lab.url, *lab.other_urls]
        self._program = lab.run_program("tests.faults.fleet.crowd", lab.network.hosts[DEVICES], self._folder, count, *urls, **keys)
        self._all("is linked", lambda trace: trace.state("continuity") == "LINKED", START)

    def begin(self) -> None:
        """Every device is in a conversation."""
        self._program.press_enter()
        self._all("is in a conversation", lambda trace: trace.state("session") == "ACTIVE_SESSION", START)

    def end(self) -> None:
        """No device is in a conversation any more."""
        self._program.press_enter()
        self._all("listens again", lambda trace: trace.state("session") == "LISTENING", START)

    def hear_an_answer(self) -> None:
        """Each device hears one more to its end."""
        now = clock.wall()
        self._all("hears an answer", lambda trace: trace.taken("drained", "turn", since=now), 2 * TELL)

    def _all(self, what: str, so: Callable[[Trace], object], within: float) -> None:
        """Wait until this is so of each device."""
        open_ones = dict(enumerate(self._traces))

        def done() -> bool:
            for number, trace in list(open_ones.items()):
                trace.read()
                if so(trace):
                    del open_ones[number]
            return not open_ones

        try:
            self._lab.until(f"each device {what}", done, within)
        except Failure as failure:
            raise Failure(f"{failure}; {len(open_ones)} do not: {', '.join(map(device_name, open_ones))}") from None

    def stop(self) -> None:
        """All devices stop."""
        self._lab.stop(self._program)

    def judge(self, failure: str | None) -> FleetVerdict:
        """All of them in one: sums, and the longest time of any of them."""
        self._lab.server_trace.read()
        total = FleetVerdict(session="kept", wrong=[failure] if failure else [])
        for number, trace in enumerate(self._traces):
            trace.read()
            one = judge(self._evidence(number, trace), FleetMust(cut=True, resumed=True))
            for name in ("captured", "given", "gap", "sent", "played", "cut", "answers", "utterances"):
                setattr(total, name, getattr(total, name) + getattr(one, name))
            total.back = max(total.back or 0.0, one.back or 0.0)
            total.wrong += [f"{device_name(number)}: {text}" for text in one.wrong]
        return total

    def _evidence(self, number: int, trace: Trace) -> Evidence:
        name, server = device_name(number), FleetTrace()
        server.lives = [[line for line in life if line["device"] == name] for life in self._lab.server_trace.lives]
        played = played_in(self._folder / f"played-{number}.wav")
        recordings = recordings_of(self._lab, name)
        return evidence(self._lab, said=self._said[number], played=played, recordings=recordings, device=trace, server=server)


def run(restart: Restart, folder: Path, stopped: Event) -> FleetVerdict:
    """Restart each server once while all devices talk, and judge every conversation. Raises Interrupted."""
    failure = None
    devices = [device_name(number) for number in range(restart.count)]
    how = FleetLab(
        folder, UTTERANCE, stopped, servers=restart.servers, balanced=restart.balanced, encrypted=restart.encrypted, devices=devices
    )
    with how as lab:
        lab.start_fleet()
        crowd = Crowd(lab, restart.count)
        try:
            crowd.begin()
            lab.broken = clock.wall()
            for name in lab.names:
                lab.stop(lab.servers[name])
                lab.start_server(name)
                lab.servers[name].says("listening")
                lab.hold(BETWEEN)
            lab.healed = clock.wall()
            crowd.hear_an_answer()
            crowd.end()
            crowd.stop()
            lab.stop_servers()
        except (Failure, AssertionError) as error:
            failure = str(error)
    verdict = crowd.judge(failure)
    verdict.wrong += replayed(folder)
    return verdict
