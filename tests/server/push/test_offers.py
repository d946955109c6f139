"""What the device registry offers to its devices: the real server and a real device in one process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tars.core.device import DeviceEndpoint
from tars.core.effects import SPOKEN
from tars.core.server import ServerEndpoint
from tars.generated.device.turn import TurnState
from tars.runtime import clock
from tars.server.push.announcements import FAILED, IMPOSSIBLE, WITHDRAWN, Announcement, Announcements
from tars.server.push.queue import MOST_ATTEMPTS
from tars.server.push.timers import TimerRows
from tars.server.state_folder import open_store
from tars.testing import ScriptedBrain, Turn
from tests.in_process import RunningDevice, device, server, until
from tests.sounds import noise


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Announcements]:
    """The announcements in the state folder, as a command has them."""
    with closing(open_store(tmp_path)) as store:
        yield Announcements(store)


async def outcome(rows: Announcements, announcement: Announcement) -> str:
    """What has become of it."""

    def ended() -> str:
        found = rows.find(announcement.id)
        return found.outcome if found else ""

    await until(ended)
    return ended()


async def hears_it_out(kitchen: RunningDevice, times: int = 1) -> None:
    """Let the speaker play an announcement to its end."""
    await kitchen.steps.until(lambda: len(kitchen.steps.of("tts_stream_end")) >= times)
    while kitchen.steps.state("turn") == TurnState.DRAINING:
        kitchen.speaker.pass_time(0.1)
        await clock.sleep_until(0)


def test_several_are_spoken_one_after_the_other_in_their_order(tmp_path: Path, rows: Announcements) -> None:
    async def main() -> None:
        made = [rows.add("kitchen", text, 60, asks=False) for text in ("One.", "Two.")]
        brain = ScriptedBrain()
        async with server(brain, state=tmp_path) as tars, device(tars.url) as kitchen:
            await hears_it_out(kitchen)
            assert await outcome(rows, made[0]) == SPOKEN
            await hears_it_out(kitchen, 2)
            assert await outcome(rows, made[1]) == SPOKEN
        assert [conversation.said for conversation in brain.conversations] == [["One."], ["Two."]]

    asyncio.run(main())


def test_a_device_of_an_earlier_version_is_not_spoken_to(tmp_path: Path, rows: Announcements, monkeypatch: pytest.MonkeyPatch) -> None:
    hello = DeviceEndpoint._hello

    def older(core: DeviceEndpoint) -> dict[str, object]:
        fields = hello(core)
        del fields["state"]["announcements"]
        return fields

    monkeypatch.setattr(DeviceEndpoint, "_hello", older)

    async def main() -> None:
        made = rows.add("kitchen", "Dinner.", 60, asks=False)
        async with server(state=tmp_path) as tars, device(tars.url) as kitchen:
            assert await outcome(rows, made) == IMPOSSIBLE
            await kitchen.is_called()

    asyncio.run(main())


def test_a_brain_that_cannot_say_it_is_tried_a_few_times(tmp_path: Path, rows: Announcements) -> None:
    async def main() -> None:
        made = rows.add("kitchen", "Dinner.", 60, asks=False)
        async with server(ScriptedBrain(refusal="no voice"), state=tmp_path) as tars, device(tars.url) as kitchen:
            assert await outcome(rows, made) == FAILED
            await until(lambda: len(kitchen.steps.of("session_end")) == MOST_ATTEMPTS + 1)
            assert {step.payload["reason"] for step in kitchen.steps.of("session_end")} >= {"no voice"}

    asyncio.run(main())


def test_what_is_interrupted_was_spoken_and_the_user_is_answered(tmp_path: Path, rows: Announcements) -> None:
    async def main() -> None:
        made = rows.add("kitchen", "A long announcement.", 60, asks=False)
        async with server(ScriptedBrain(Turn(heard="Stop.")), state=tmp_path) as tars, device(tars.url) as kitchen:
            await kitchen.steps.states(turn=TurnState.DRAINING)
            kitchen.speaker.pass_time(0.5)
            await until(lambda: tars.registry.runners["kitchen"].core.reply.heard > 0)
            kitchen.press_enter()
            await kitchen.steps.states(turn=TurnState.USER_TURN)
            assert await outcome(rows, made) == SPOKEN

    asyncio.run(main())


@pytest.mark.parametrize("state", [TurnState.DRAINING, TurnState.USER_TURN])
def test_a_question_that_is_withdrawn_while_it_is_asked_ends_its_session_at_once(
    tmp_path: Path, rows: Announcements, state: TurnState
) -> None:
    async def main() -> None:
        made = rows.add("kitchen", "Are you there?", 60, asks=True)
        async with server(state=tmp_path) as tars, device(tars.url) as kitchen:
            if state == TurnState.USER_TURN:
                await hears_it_out(kitchen)
            await kitchen.steps.states(turn=state)
            rows.end(made.id, WITHDRAWN)
            ended = await kitchen.steps.event("session_end")
            assert ended.payload["reason"] == "end_phrase"
            await kitchen.steps.states(session="LISTENING")
            assert await outcome(rows, made) == WITHDRAWN

    asyncio.run(main())


def test_what_is_withdrawn_ends_no_conversation(tmp_path: Path, rows: Announcements) -> None:
    async def main() -> None:
        async with server(state=tmp_path) as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            made = rows.add("kitchen", "Are you there?", 60, asks=True)
            await until(lambda: tars.registry.announcements.next_for("kitchen"))
            rows.end(made.id, WITHDRAWN)
            await until(lambda: tars.registry.announcements.next_for("kitchen") is None)
            await kitchen.hears(noise(1.6))
            await kitchen.steps.states(turn=TurnState.DRAINING)

    asyncio.run(main())


def test_what_expires_before_the_device_has_agreed_is_not_spoken(tmp_path: Path, rows: Announcements) -> None:
    async def main() -> None:
        made = rows.add("kitchen", "Dinner.", 60, asks=False)
        async with server(state=tmp_path) as tars:
            await until(lambda: tars.registry.announcements.next_for("kitchen"))
            tars.registry.announcements.of_session("kitchen", f"{made.id}1234")
            # The device has been told; by the time it agrees, it is withdrawn.
            offered = tars.registry.announcements.next_for

            def once(device: str) -> Announcement | None:
                found = offered(device)
                if found is not None:
                    tars.registry.announcements._waiting.clear()
                return found

            tars.registry.announcements.next_for = once  # type: ignore[method-assign]
            async with device(tars.url) as kitchen:
                ended = await kitchen.steps.event("session_end")
                assert ended.payload["reason"] == "nothing is to be said any more"
                assert kitchen.steps.of("start_of_tts_stream") == []

    asyncio.run(main())


def test_a_timer_that_is_due_during_an_outage_waits_in_the_store_until_the_device_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with server(state=tmp_path) as tars, device(tars.url) as kitchen:
            await tars.steps.states(continuity="LINKED")
            with closing(open_store(tmp_path)) as store:
                with monkeypatch.context() as outage:
                    outage.setattr(ServerEndpoint, "linked", False)
                    tars.registry.ring("kitchen", "eggs")
                await until(lambda: [timer.label for timer in TimerRows(store).all()] == ["eggs"])
                assert kitchen.steps.of("ring") == []
                for socket in kitchen.device_runner.sockets.values():
                    socket.abort()
                await kitchen.steps.event("ring")
                await until(lambda: TimerRows(store).all() == [])

    asyncio.run(main())
