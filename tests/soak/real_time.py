"""The real server and real devices on loopback, for minutes: conversations all the time, and links, devices and servers that go away.

After each round everything is at rest, and what the process holds is counted: it may not grow.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tars.core.effects import Traced
from tars.generated.limits import Limits
from tars.runtime import clock
from tars.runtime.dialling import ClientSocket
from tars.samples import BLOCK, RATE, to_pcm
from tars.server.brain_session import BrainSession
from tars.server.connection import ServerSocket
from tars.server.runner import ServerDeviceRunner
from tars.testing import ScriptedBrain, Turn
from tests.in_process import RunningDevice, RunningServer, Steps, device, server, until
from tests.soak.size import objects, resident
from tests.sounds import noise

ANSWER = noise(2, seed=3)
QUESTION = 62 * BLOCK
SCRIPT = Turn(speech=4 * RATE, sound=ANSWER)
MORE_OBJECTS = 500
"""Between two rounds; a conversation that is not forgotten has thousands."""
CUTS = 3
"""In a conversation, each after a random one of the first LONGEST steps of the device."""
LONGEST = 40
KINDS = (ServerDeviceRunner, BrainSession, ServerSocket, ClientSocket)
"""What a device leaves behind in neither program."""
WARM_UP = 1
"""Rounds before the first that counts."""


@dataclass(frozen=True)
class Round:
    """What has happened up to the end of a round, and what the process holds then: the server runs, no device is there."""

    sessions: int
    cuts: int
    resumes: int
    restarts: int
    objects: int
    tasks: int
    descriptors: int
    bytes: int


class Errors(logging.Handler):
    """What is logged at ERROR."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {vars(record).get('values', '')}")


class CuttingSteps(Steps):
    """A trace that breaks the link after some of its steps."""

    def __init__(self, cut: Callable[[], None]) -> None:
        super().__init__()
        self.moments: list[int] = []
        self._cut = cut

    def write(self, traced: Traced) -> None:
        super().write(traced)
        if len(self.taken) in self.moments:
            asyncio.get_running_loop().call_soon(self._cut)


class RealTime:
    """Some devices, one server after the other at the same place, and somebody who breaks things."""

    def __init__(self, *, devices: int, conversations: int, grace: float, seed: int = 1) -> None:
        """`conversations`: of each device in a round, after which it stops. `grace`: when the server gives a device up, in seconds."""
        self.grace = grace
        self.devices, self.conversations = devices, conversations
        self.sessions = self.cuts = self.resumes = self.restarts = 0
        self.rounds: list[Round] = []
        self._chance = random.Random(seed)
        self._brain = ScriptedBrain(SCRIPT)
        self._others = living(*KINDS)
        """What earlier tests have left: a failure keeps what it looked at."""

    async def live(self, seconds: float, report: Callable[[Round], None] = lambda _: None) -> None:
        """Rounds until the time is over, at least two that can be compared."""
        errors, end = Errors(), clock.now() + seconds
        logging.getLogger("tars").addHandler(errors)
        try:
            with TemporaryDirectory() as state:
                async with AsyncExitStack() as servers:
                    tars = await servers.enter_async_context(self._server(Path(state), 0))
                    while clock.now() < end or len(self.rounds) < WARM_UP + 2:
                        tars = await self._round(tars, servers, Path(state))
                        assert not errors.lines, errors.lines
                        report(await self._measure(tars))
        finally:
            logging.getLogger("tars").removeHandler(errors)

    def _server(self, state: Path, port: int) -> AbstractAsyncContextManager[RunningServer]:
        return server(self._brain, state=state, port=port, one_answer="off", limits=Limits(server_grace=self.grace))

    async def _round(self, tars: RunningServer, servers: AsyncExitStack, state: Path) -> RunningServer:
        """Devices start, talk and stop. Meanwhile the server stops in good order, and the next one goes on with its sessions."""
        before = self.sessions
        async with asyncio.TaskGroup() as tasks:
            talks = [tasks.create_task(self._talk(tars.url, f"device{number}")) for number in range(self.devices)]
            tasks.create_task(self._leave_without_goodbye(tars.url))
            await until(lambda: self.sessions - before >= self.devices, 60)
            await servers.aclose()
            successor = await servers.enter_async_context(self._server(state, tars.port))
            self.restarts += 1
            await asyncio.wait(talks)
        return successor

    async def _talk(self, url: str, name: str) -> None:
        """Conversations of one device. Whatever breaks, each goes on to its end and loses nothing."""
        async with device(url, name) as pi:
            pi.steps = pi.device_runner.trace = steps = CuttingSteps(partial(self._cut, pi))
            captured = b""
            for number in range(self.conversations):
                steps.moments = self._chance.sample(range(LONGEST), CUTS)
                session = await pi.is_called()
                question = noise(QUESTION / RATE, seed=number)
                captured = captured[-4 * RATE :] + to_pcm(noise(0.08)) + to_pcm(question)
                await pi.hears(question)
                await pi.steps.states(name, turn="DRAINING")
                await pi.plays_to_the_end()
                assert to_pcm(ANSWER) in to_pcm(pi.speaker.played), "the whole answer, sample by sample"
                assert pi.device_runner.core.machines["session"].context.session == session
                heard = [talk.heard[0] for talk in self._brain.conversations if talk.caller.session == session and talk.heard]
                assert all(sound in captured for sound in heard), "no hole and no sample twice"
                pi.press_enter()
                await pi.steps.states(name, session="LISTENING")
                self.sessions += 1
                # What the fakes remember is not the programs' memory.
                pi.steps.taken.clear()
                pi.speaker._played.clear()
                pi.wake.fed.clear()
            self.resumes += pi.device_runner.core.resumes

    async def _leave_without_goodbye(self, url: str) -> None:
        """A device that never comes back."""
        async with device(url, f"visitor{len(self.rounds)}") as pi:
            await until(lambda: pi.device_runner.core.linked, 60)
            self._cut(pi)

    def _cut(self, pi: RunningDevice) -> None:
        for socket in pi.device_runner.sockets.values():
            socket.abort()
            self.cuts += 1

    async def _measure(self, tars: RunningServer) -> Round:
        """At rest: with the last device everything that was known of it is gone."""
        tars.steps.taken.clear()
        self._brain.conversations.clear()
        first = self.rounds[WARM_UP] if len(self.rounds) > WARM_UP else None
        most_tasks = (
            first.tasks if first is not None else sys.maxsize
        )  # the server may be at one of its looks, which takes a task for a moment
        await until(lambda: living(*KINDS) <= self._others and len(asyncio.all_tasks()) <= most_tasks, 2 * self.grace + 5)
        now = Round(self.sessions, self.cuts, self.resumes, self.restarts, objects(), len(asyncio.all_tasks()), descriptors(), resident())
        self.rounds.append(now)
        if first is not None:
            assert now.descriptors <= first.descriptors
            assert now.objects <= first.objects + MORE_OBJECTS
        return now


def living(*kinds: type) -> int:
    """How many objects of these kinds the process still holds."""
    gc.collect()
    return sum(type(thing) in kinds for thing in gc.get_objects())


def descriptors() -> int:
    """Open files and sockets (Linux)."""
    return len(os.listdir("/proc/self/fd"))
