"""What was said, its recordings, the log, pairing and settings, as the page asks for them."""

from __future__ import annotations

import asyncio
import io
import logging
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from tars.brains import Brain
from tars.generated.limits import Limits
from tars.runtime.log import log
from tars.server.devices import run_devices_command
from tars.server.forget import Wanted, forget
from tars.server.pairings import TRIES, end_try, take_try
from tars.server.settings import ServerConfig
from tars.server.state_folder import open_store
from tars.testing import ScriptedBrain, Turn
from tests.in_process import RunningServer, device, server, until
from tests.server.connections import add_keys
from tests.server.console.scraping import scrape
from tests.server.console.test_app import HERE
from tests.server.console.visiting import Visitor, secret_of
from tests.sounds import noise


@asynccontextmanager
async def visited(state: Path, brain: Brain | None = None, **settings: Any) -> AsyncIterator[tuple[RunningServer, Visitor]]:
    """A server, and somebody who is signed in."""
    async with server(brain, state=state, console=HERE, **settings) as tars:
        visitor = Visitor(tars.console)
        await visitor.sign_in(secret_of(state))
        yield tars, visitor


async def turns(visitor: Visitor, name: str = "kitchen") -> list[dict[str, Any]]:
    return list((await visitor.get(f"/api/conversation?device={name}")).data["turns"])


def test_what_was_heard_and_answered_is_kept_with_its_stages_and_its_recording(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard="what time is it"), Turn(speech=1600, heard="thanks"))
        async with visited(tmp_path, brain, record=tmp_path / "said") as (tars, visitor), device(tars.url) as kitchen:
            assert await turns(visitor) == []
            session = await kitchen.is_called()
            await kitchen.hears(noise(0.2))
            await kitchen.plays_to_the_end()
            await until(lambda: list((tmp_path / "said").glob("*.wav")))
            first, second = await turns(visitor)
            assert (first["heard"], first["end"], first["woken_by"], first["turn"]) == ("what time is it", "heard", "fake", 1)
            assert first["answer"]
            assert first["stages"]["to_first_sound"] >= 0
            assert (second["heard"], second["end"]) == ("", "")
            wav = await visitor.get(f"/api/recordings/kitchen/{session}/1")
            assert wav.headers["content-type"] == "audio/wav"
            with wave.open(io.BytesIO(wav.body)) as sound:
                assert sound.getnframes() > 1600
            assert (await visitor.get(f"/api/recordings/kitchen/{session}/7")).status == 404

    asyncio.run(main())


def test_what_was_said_stays_while_a_device_is_away_however_often_it_is_looked_at(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard="what time is it"))
        async with visited(tmp_path, brain, limits=Limits(server_grace=0.1)) as (tars, visitor):
            async with device(tars.url) as kitchen:
                await kitchen.is_called()
                await kitchen.hears(noise(0.2))
                await kitchen.plays_to_the_end()
            await until(lambda: "kitchen" not in tars.registry.runners)
            for _ in range(2):
                assert [turn["heard"] for turn in await turns(visitor)] == ["what time is it", ""]

    asyncio.run(main())


@pytest.mark.not_replayed("a device that is renamed greets as before, and the server goes on under its new name")
@pytest.mark.parametrize("command", [("revoke", "kitchen"), ("rename", "kitchen", "hall")])
def test_what_was_said_is_dropped_when_its_device_is_shut_out_or_has_another_name(tmp_path: Path, command: tuple[str, ...]) -> None:
    async def main() -> None:
        kitchen_key, bath_key = add_keys(tmp_path, "kitchen", "bath")
        async with (
            visited(tmp_path, one_answer="off") as (tars, visitor),
            device(tars.url, key=kitchen_key) as kitchen,
            device(tars.url, "bath", key=bath_key) as bath,
        ):
            await kitchen.is_called()
            await bath.is_called()
            kitchen.press_enter()
            await tars.steps.states("kitchen", session="LISTENING")
            assert len(await turns(visitor)) == 1
            with closing(open_store(tmp_path)) as store:
                run_devices_command(command, store, lambda _: None, {})
            await until(lambda: "kitchen" not in tars.registry.runners)
            assert await turns(visitor) == await turns(visitor, "hall") == []
            assert len(await turns(visitor, "bath")) == 1

    asyncio.run(main())


def test_what_was_said_at_a_device_without_a_key_is_dropped_when_it_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.server.forget.PAUSE", 0.7)

    async def main() -> None:
        brain, said = ScriptedBrain(Turn(speech=1600, heard="what time is it")), list[str]()
        async with visited(tmp_path, brain, one_answer="off") as (tars, visitor), device(tars.url, "bath") as bath:
            await bath.is_called()
            async with device(tars.url) as kitchen:
                await kitchen.is_called()
                await kitchen.hears(noise(0.2))
                await kitchen.plays_to_the_end()
            await until(lambda: "kitchen" not in tars.registry.runners)
            for name in ("kitchen", "bath"):
                assert (await visitor.post("/api/timers", device=name, duration="1h")).status == 201
            await forget(Wanted(device="kitchen"), ServerConfig(state=tmp_path), said.append, yes=True)
            assert await turns(visitor) == []
            assert len(await turns(visitor, "bath")) == 1
            assert {name for (name,) in (await scrape(tars.console)).values("tars_device_sessions_total")} == {"bath"}
            assert [timer.device for timer in tars.registry.timers.running()] == ["bath"]
        with closing(open_store(tmp_path)) as store:
            assert [timer.device for timer in store.timers.all()] == ["bath"]
        assert b"kitchen" not in (tmp_path / "server.sqlite").read_bytes()

    asyncio.run(main())


def test_no_name_of_a_recording_leads_out_of_its_folder(tmp_path: Path) -> None:
    folder, outside = tmp_path / "said", tmp_path / "outside-a-1.wav"
    outside.write_bytes(b"secret")
    (tmp_path / "said" / "x").mkdir(parents=True)
    (tmp_path / "said" / "kitchen-a-1.wav").write_bytes(b"the secret of another name")

    async def main() -> None:
        async with visited(tmp_path, record=folder) as (_, visitor):
            for name in ("..%2foutside", "%2e%2e/outside", "../outside", "x%2f..%2f..%2foutside", "*", "%00", "?", str(outside)[1:-8]):
                answer = await visitor.get(f"/api/recordings/{name}/a/1")
                assert (answer.status, b"secret" in answer.body) == (404, False), name
                assert (await visitor.get(f"/api/recordings/outside/{name}/1")).status in (404, 405), name
            for turn in ("*", "x", "9" * 5000):
                assert (await visitor.get(f"/api/recordings/kitchen/a/{turn}")).status == 404, turn

    asyncio.run(main())


def test_an_answer_that_is_interrupted_and_a_session_that_ends_are_told_apart(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain(*[Turn(speech=1600, heard="a story")] * 2)
        async with visited(tmp_path, brain) as (tars, visitor), device(tars.url) as kitchen:
            await kitchen.is_called()
            await kitchen.hears(noise(0.2))
            await kitchen.steps.states(turn="DRAINING")
            kitchen.wake.detect()
            await tars.steps.event("barge_in")
            assert [turn["end"] for turn in await turns(visitor)] == ["interrupted", ""]
            kitchen.press_enter()
            await tars.steps.event("session_end")
            assert (await turns(visitor))[-1]["end"] == "session_end"

    asyncio.run(main())


def test_what_the_server_says_and_asks_first_is_part_of_what_was_said(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard="five minutes"))
        async with visited(tmp_path, brain) as (tars, visitor), device(tars.url) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            asked = asyncio.create_task(visitor.post("/api/ask", device="kitchen", text="How long?"))
            await kitchen.steps.states(turn="DRAINING")
            await kitchen.plays_to_the_end()
            await kitchen.hears(noise(0.2))
            assert (await asked).data["answer"] == "five minutes"
            first, second = await turns(visitor)
            assert (first["answer"], first["woken_by"]) == ("How long?", "announcement")
            assert second["heard"] == "five minutes"

    asyncio.run(main())


def test_the_last_lines_of_the_log_are_there_and_hostile_text_stays_text(tmp_path: Path) -> None:
    async def main() -> None:
        async with visited(tmp_path) as (_, visitor):
            log.warning("a line", name="<b>\n\x1b[31m")
            logging.getLogger("other").error("two %s", "parts")
            lines = (await visitor.get("/api/log")).data["lines"]
            assert [(line["level"], line["text"], line["values"]) for line in lines[-2:]] == [
                ("warning", "a line", 'name="<b>\\n\\u001b[31m"'),
                ("error", "two parts", ""),
            ]
            for number in range(600):
                log.error("again", number=number)
            assert len((await visitor.get("/api/log")).data["lines"]) == 500

    asyncio.run(main())


def test_a_device_is_paired_by_one_click(tmp_path: Path) -> None:
    async def main() -> None:
        async with visited(tmp_path) as (tars, visitor):
            assert (await visitor.get("/api/pairing")).data == {"state": "none"}
            made = await visitor.post("/api/pairing", name="kitchen")
            assert made.status == 201
            assert len(made.data["digits"]) == 6
            assert any(made.data["digits"] in line for line in made.data["instructions"])
            await until(lambda: tars.registry.authenticator.may_pair)
            assert (await visitor.delete("/api/pairing")).data == {"state": "none"}
            await until(lambda: not tars.registry.authenticator.may_pair)
            await visitor.post("/api/pairing")
            store = open_store(tmp_path)
            for _ in range(TRIES):
                tried = take_try(store)
                assert tried is not None
                end_try(store, tried)
            assert (await visitor.get("/api/pairing")).data == {"state": "void", "burned": True}
            store.add_key("kitchen", "0" * 64)
            assert (await visitor.post("/api/pairing", name="kitchen")).status == 409
            assert (await visitor.post("/api/pairing", name="the kitchen")).status == 400
            of_pages = await visitor.post("/api/pairing", name="browser-1")
            assert (of_pages.status, of_pages.data["error"][:31]) == (400, "browser-1 is no name for a devi")
            store.close()

    asyncio.run(main())


def test_settings_count_from_now_on(tmp_path: Path) -> None:
    async def main() -> None:
        brain = ScriptedBrain(*[Turn(speech=1600, heard="hello")] * 2)
        async with visited(tmp_path, brain, record=tmp_path / "said") as (tars, visitor), device(tars.url) as kitchen:
            assert (await visitor.get("/api/settings")).data["record"] is True
            changed = await visitor.post("/api/settings", record=False, session_timeout=12, expiry=60)
            assert (changed.data["record"], changed.data["session_timeout"], changed.data["expiry"]) == (False, 12, 60)
            await kitchen.is_called()
            await kitchen.hears(noise(0.2))
            await kitchen.plays_to_the_end()
            session = tars.registry.runners["kitchen"].brain_session
            assert session is not None
            assert session._timeout == 12 * 16_000
            assert list((tmp_path / "said").glob("*.wav")) == []
            kitchen.press_enter()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("wanted", "status", "error"),
    [
        ({"session_timeout": 4}, 400, "session_timeout must be 5 to 179 seconds, not 4"),
        ({"session_timeout": 180}, 400, "session_timeout must be 5 to 179 seconds, not 180"),
        ({"expiry": 0}, 400, "expiry must be 1 to 31536000 seconds, not 0"),
        ({"expiry": True}, 400, "expiry must be a whole number, not true"),
        ({"record": 1}, 400, "record must be true or false, not 1"),
        ({"record": True}, 409, "the server was started without a folder for recordings (`record`)"),
        ({"brain": "echo"}, 400, "'brain' is unknown; allowed are record, session_timeout, expiry"),
    ],
)
def test_a_setting_that_cannot_be_is_explained_and_nothing_changes(tmp_path: Path, wanted: dict[str, Any], status: int, error: str) -> None:
    async def main() -> None:
        async with visited(tmp_path) as (tars, visitor):
            before = tars.registry.config
            answer = await visitor.post("/api/settings", **wanted)
            assert (answer.status, answer.data["error"]) == (status, error)
            assert tars.registry.config is before

    asyncio.run(main())
