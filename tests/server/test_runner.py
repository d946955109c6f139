"""The runner of one device on the server."""

from __future__ import annotations

import asyncio
import random
from typing import cast

import pytest

from tars.core.codec import V1
from tars.core.effects import AnnouncementEnded, Traced
from tars.core.server import ServerEndpoint
from tars.generated.limits import Limits
from tars.generated.server import events
from tars.runtime.websocket import Socket
from tars.samples import RATE
from tars.server.admission import Greeting
from tars.server.brain_posts import TraceMark
from tars.server.brain_session import BrainSession
from tars.server.late_rings import LateRings
from tars.server.rotation import Rotation
from tars.server.runner import ServerDeviceRunner
from tars.testing import ScriptedBrain
from tests.in_process import Steps, device, server
from tests.sounds import noise


def test_a_brain_gets_the_wake_word_of_its_session() -> None:
    async def main() -> None:
        brain = ScriptedBrain()
        async with server(brain) as tars, device(tars.url) as kitchen, device(tars.url, "bedroom") as bedroom:
            await kitchen.is_called()
            bedroom.press_enter()
            await bedroom.steps.event("session_started", device="bedroom")
            told = {conversation.caller.device: conversation.caller.wake_word for conversation in brain.conversations}
            assert told == {"kitchen": "fake", "bedroom": ""}

    asyncio.run(main())


def test_a_brain_is_not_opened_for_a_device_that_has_left() -> None:
    async def main() -> None:
        opens = asyncio.Event()
        brain = ScriptedBrain(opens=opens)
        async with server(brain) as tars:
            async with device(tars.url) as kitchen:
                kitchen.press_enter()
                await tars.steps.states(session="HOTWORD_DETECTED")
            await tars.steps.states(session="IDLE")
            opens.set()
            async with device(tars.url) as kitchen:
                await kitchen.is_called()
            assert len(brain.conversations) == 1, "the first one was never opened"

    asyncio.run(main())


def test_the_first_sample_is_marked_with_its_capture_offset() -> None:
    """The demo and the tests use this mark."""

    async def main() -> None:
        async with server() as tars, device(tars.url) as kitchen:
            await kitchen.hears(noise(4))
            await kitchen.is_called()
            mark = await tars.steps.event("first_sample_received")
            assert mark.payload["at"] == 4 * RATE + 1280 - 2 * RATE

    asyncio.run(main())


# --- a runner without a server ---------------------------------------------------------------------------------------------------


class Alone:
    """A runner that no registry knows."""

    def __init__(self) -> None:
        self.late: list[tuple[str, str]] = []
        self.rotation = cast("Rotation", None)  # no device greets here
        self.late_rings = LateRings()
        core = ServerEndpoint("kitchen", Limits(), random.Random(1), epoch="e1")
        self.runner = ServerDeviceRunner(core, Steps(), self)

    def called(self, *_: object) -> None:
        raise AssertionError("nobody calls here")

    def observe(self, *_: object) -> None:
        pass

    def told(self, *_: object) -> None:
        raise AssertionError("nobody looks")

    def open_brain(self, *_: object) -> BrainSession:
        raise AssertionError("no session begins here")

    def offer_announcement(self, runner: ServerDeviceRunner) -> None:
        raise AssertionError("no device is linked here")

    def announcement_ended(self, runner: ServerDeviceRunner, ended: AnnouncementEnded) -> None:
        raise AssertionError("no session begins here")

    def device_away(self, runner: ServerDeviceRunner) -> None:
        raise AssertionError("no device is linked here")

    def ring(self, device: str, label: str) -> None:
        self.late.append((device, label))

    def runner_ended(self, runner: ServerDeviceRunner, error: Exception | None) -> None:
        raise AssertionError("it goes on")


def test_an_unknown_item_raises() -> None:
    with pytest.raises(TypeError, match="unknown event: 'what'"):
        Alone().runner.take("what", 0.0)


def test_a_timer_that_is_due_without_a_link_is_handed_back() -> None:
    alone = Alone()
    assert not alone.runner.can_ring
    assert alone.runner.take(events.TimerDue("egg"), 0.0) == []
    assert alone.late == [("kitchen", "egg")]


def test_at_the_end_waiting_sockets_are_dropped_and_timers_that_have_not_rung_are_returned() -> None:
    dropped: list[str] = []

    class Waiting:
        def start(self, *_: object) -> None:
            """Its frames would come later."""

        def abort(self) -> None:
            dropped.append("socket")

    async def main() -> None:
        alone = Alone()
        alone.runner.connect(cast("Socket", Waiting()), 1, Greeting("kitchen", V1("device"), b"", legacy=False))
        alone.runner.post(events.TimerDue("egg"))
        assert not alone.runner.finished
        assert alone.runner.end() == ["egg"]

    asyncio.run(main())
    assert dropped == ["socket"]


def test_a_mark_of_the_brain_is_traced() -> None:
    alone = Alone()
    (traced,) = alone.runner.take(TraceMark("answered", {"turn": 1}), 0.0)
    assert isinstance(traced, Traced)
    assert (traced.event, traced.machine, dict(traced.payload)) == ("answered", None, {"turn": 1})
