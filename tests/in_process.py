"""The real server and real devices in one process, joined by real WebSockets on loopback. Only sound, wake word and brain are fakes."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from tars.brains import Brain
from tars.core.effects import Traced
from tars.device.audio import FromMicrophone
from tars.device.keyboard import Enter
from tars.device.runner import DeviceRunner
from tars.device.settings import DeviceConfig
from tars.generated.device.turn import TurnState
from tars.generated.limits import Limits
from tars.runtime import clock
from tars.runtime.trace import Trace, describe
from tars.samples import BLOCK, Samples
from tars.server.device_registry import DeviceRegistry
from tars.server.main import run
from tars.server.settings import ServerConfig
from tars.testing import FakeMicrophone, FakeSpeaker, FakeWakeWord, ScriptedBrain
from tests.replayed import Story, follow
from tests.sounds import noise

LIMIT = 10.0
"""Seconds that a test waits for something before it fails."""
STORY = "in process"
"""The name of the story that server and devices of a test make together; it is replayed against the definitions."""
QUICK = Limits(backoff=(0.01, 0.01, 0.01, 0.01, 0.01))
"""Limits of a device that dials again after 10 ms."""


async def until(condition: Callable[[], object], within: float = LIMIT) -> None:
    """Let the program run until the condition holds."""
    end = clock.now() + within
    while not condition():
        assert clock.now() < end, f"not within {within:g} s"
        await clock.sleep_until(0)


class Steps(Trace):
    """A trace in memory; a test can wait for what it holds."""

    def __init__(self, story: Story | None = None) -> None:
        """`story` gets each step too."""
        super().__init__(None)
        self.taken: list[Traced] = []
        self._story = story
        self._news = asyncio.Event()

    def write(self, traced: Traced) -> None:
        self.taken.append(traced)
        if self._story is not None:
            self._story.add(traced, clock.wall())
        self._news.set()
        self._news = asyncio.Event()

    def of(self, event: str, device: str = "kitchen") -> list[Traced]:
        """All steps in which this event was taken, and all marks of that name."""
        return [step for step in self.taken if (step.event, step.device) == (event, device) and step.outcome in ("taken", None)]

    def state(self, machine: str, device: str = "kitchen") -> str | None:
        """The state of a machine after its last step."""
        return next((step.target for step in reversed(self.taken) if (step.machine, step.device) == (machine, device)), None)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a step after which the condition holds."""
        try:
            async with asyncio.timeout(LIMIT):
                while not condition():
                    await self._news.wait()
        except TimeoutError:
            story = "\n".join(f"{step.device} {describe(step)}" for step in self.taken[-40:])
            raise AssertionError(f"it did not happen within {LIMIT:g} s. What did:\n{story}") from None

    async def states(self, device: str = "kitchen", **wanted: str) -> None:
        """Wait until each of these machines is in its state."""
        await self.until(lambda: all(self.state(machine, device) == state for machine, state in wanted.items()))

    async def event(self, name: str, times: int = 1, device: str = "kitchen") -> Traced:
        """Wait until this event was taken so many times; the last of these steps."""
        await self.until(lambda: len(self.of(name, device)) >= times)
        return self.of(name, device)[-1]


def unreachable() -> str:
    """A URL at which no server listens."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        return f"ws://127.0.0.1:{gone.getsockname()[1]}"


# --- the server ------------------------------------------------------------------------------------------------------------------


class RunningServer:
    """`tars-server`, listening."""

    def __init__(self, port: int, steps: Steps, registry: DeviceRegistry, stopped: asyncio.Event, task: asyncio.Task[None]) -> None:
        self.port, self.steps, self.registry = port, steps, registry
        self.console = ""
        """The URL of its console; empty: there is none."""
        self._stopped, self._task = stopped, task

    @property
    def url(self) -> str:
        """The URL at which it listens."""
        return f"ws://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        """Stop it as SIGTERM does, and wait for its end. Raises what made it fail."""
        self._stopped.set()
        await self._task


@asynccontextmanager
async def server(brain: Brain | None = None, **settings: Any) -> AsyncIterator[RunningServer]:
    """`tars-server` while the context lasts, with a state folder of its own unless `state` is given."""
    steps, stopped = Steps(follow(STORY)), asyncio.Event()
    with TemporaryDirectory() as state:
        values: dict[str, Any] = {"port": 0, "state": Path(state), "console": "off", "discovery": "off"} | settings
        config = ServerConfig(**values)
        registries: list[DeviceRegistry] = []

        def build(*parts: Any) -> DeviceRegistry:
            registries.append(DeviceRegistry(*parts))
            return registries[0]

        with (
            said("listening") as listening,
            said("console") as console,
            patch("tars.server.main.Trace", lambda _: steps),
            patch("tars.server.main.DeviceRegistry", build),
        ):
            task = asyncio.create_task(run(config, brain or ScriptedBrain(), stopped))
            first: list[asyncio.Future[Any]] = [task, listening]
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                await task
        running = RunningServer(listening.result()["port"], steps, registries[0], stopped, task)
        if console.done():
            running.console = console.result()["url"]
        try:
            yield running
        finally:
            await running.stop()


@contextmanager
def said(text: str) -> Iterator[asyncio.Future[dict[str, Any]]]:
    """The values of the next line of our log with this text."""
    heard: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage() == text and not heard.done():
                heard.set_result(vars(record)["values"])

    logger, listener = logging.getLogger("tars"), Listener()
    before = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(listener)
    try:
        yield heard
    finally:
        logger.removeHandler(listener)
        logger.setLevel(before)


# --- a device --------------------------------------------------------------------------------------------------------------------


class CountingMicrophone(FakeMicrophone):
    """Knows how often a capture stream was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = 0

    def start(self, post: Callable[[FromMicrophone], None]) -> None:
        """From now on it hears."""
        self.opened += 1
        super().start(post)


class RunningDevice:
    """`tars-pi` with a microphone, a speaker and a wake word that the test drives."""

    def __init__(self, config: DeviceConfig, tasks: asyncio.TaskGroup) -> None:
        self.microphone, self.speaker, self.wake = CountingMicrophone(), FakeSpeaker(), FakeWakeWord()
        self.device_runner = DeviceRunner(config, self.microphone, self.speaker, self.wake, tasks)
        self.steps = Steps(follow(STORY))
        self.device_runner.trace = self.steps

    async def hears(self, samples: Samples) -> None:
        """Capture these samples; returns when the core has taken all of them."""
        core = self.device_runner.core
        end = core.ring.end + -(-len(samples) // BLOCK) * BLOCK
        self.microphone.hear(samples)
        await until(lambda: core.ring.end == end)

    async def is_called(self) -> str:
        """Detect the wake word; returns the id of the session once it has started."""
        before = len(self.steps.of("session_started", self.device_runner.config.device))
        await self.hears(noise(0.08))
        self.wake.detect()
        step = await self.steps.event("session_started", before + 1, device=self.device_runner.config.device)
        return str(step.session)

    def press_enter(self) -> None:
        """Push to talk."""
        self.device_runner.post(Enter())

    async def plays_to_the_end(self) -> None:
        """Let the speaker play the reply to its end; returns when the next turn of the user has begun."""
        device = self.device_runner.config.device
        await self.steps.states(device, turn=TurnState.DRAINING)
        while self.steps.state("turn", device) == TurnState.DRAINING:
            self.speaker.pass_time(0.1)
            await clock.sleep_until(0)

    def stop(self) -> None:
        """Stop it as SIGTERM does."""
        self.device_runner.stop()


@asynccontextmanager
async def device(url: str, name: str = "kitchen", **settings: Any) -> AsyncIterator[RunningDevice]:
    """`tars-pi` while the context lasts, or until it stops by itself."""
    values: dict[str, Any] = {"server": url, "device": name, "limits": QUICK, "discovery": "off"} | settings
    async with asyncio.TaskGroup() as tasks:
        running = RunningDevice(DeviceConfig(**values), tasks)
        running_task = tasks.create_task(running.device_runner.live())
        await until(lambda: running.microphone.opened or running_task.done())
        try:
            yield running
        finally:
            if not running_task.done():
                running.stop()
                await running_task
