"""The interface for other programs: a real server, a real device, and requests over HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tars.generated.device.turn import TurnState
from tars.runtime import clock
from tars.server.console import api
from tars.server.keys import digest, make_key
from tars.server.push.announcements import WITHDRAWN, Announcements
from tars.server.state_folder import open_store
from tars.testing import ScriptedBrain, Turn
from tests.in_process import RunningDevice, device, server, until
from tests.server.console.calling import KEY, Client, called
from tests.server.console.raw import connect, end_of
from tests.server.console.test_app import EVERYWHERE, HERE, own, trusting
from tests.sounds import noise

DINNER: dict[str, Any] = {"device": "kitchen", "text": "Dinner."}


async def hears_out(kitchen: RunningDevice) -> None:
    """Let the speaker play what the server says first."""
    await kitchen.steps.states(turn=TurnState.DRAINING)
    while kitchen.steps.state("turn") == TurnState.DRAINING:
        kitchen.speaker.pass_time(0.1)
        await clock.sleep_until(0)


async def outcome(client: Client, number: str) -> str:
    """What has become of an announcement."""
    while (answer := await client.get(f"/api/announcements/{number}")).data["outcome"] == "waits":
        await clock.sleep_until(0)
    return str(answer.data["outcome"])


# --- say -------------------------------------------------------------------------------------------------------------------------


def test_a_program_has_a_device_speak() -> None:
    async def main() -> None:
        brain = ScriptedBrain()
        async with called(brain=brain) as (tars, client), device(tars.url) as kitchen:
            made = await client.post("/api/say", **DINNER, expires="10m")
            assert made.status == 202
            assert (made.data["device"], made.data["text"], made.data["outcome"]) == ("kitchen", "Dinner.", "waits")
            await hears_out(kitchen)
            assert await outcome(client, made.data["id"]) == "spoken"
            assert [conversation.said for conversation in brain.conversations] == [["Dinner."]]

    asyncio.run(main())


def test_what_is_sent_again_with_its_key_is_said_once_also_after_a_restart(tmp_path: Path) -> None:
    door = {"Idempotency-Key": "door-1"}

    async def main() -> None:
        brain = ScriptedBrain()
        async with called(state=tmp_path) as (_, client):
            first = await client.post("/api/say", door, **DINNER)
            assert (await client.post("/api/say", door, **DINNER)).data["id"] == first.data["id"]
            for other in ({"device": "bath"}, {"text": "Now."}):
                refused = await client.post("/api/say", door, **DINNER | other)
                assert refused.status == 422
                assert "Idempotency-Key: this key was given to another announcement" in refused.data["error"]
            assert (await client.post("/api/ask", door, **DINNER)).status == 422
            assert (await client.post("/api/say", {"Idempotency-Key": "door-2"}, **DINNER)).data["id"] != first.data["id"]
        async with called(brain=brain, state=tmp_path) as (tars, client), device(tars.url) as kitchen:
            await hears_out(kitchen)
            assert await outcome(client, first.data["id"]) == "spoken"
            again = await client.post("/api/say", door, **DINNER)
            assert (again.data["id"], again.data["outcome"]) == (first.data["id"], "spoken")
            await until(lambda: len(brain.conversations) == 2)
            await hears_out(kitchen)
            await until(lambda: tars.registry.announcements.next_for("kitchen") is None)
            assert [conversation.said for conversation in brain.conversations] == [["Dinner."], ["Dinner."]], "one for each key"

    asyncio.run(main())


def test_what_waits_is_listed_and_withdrawn(tmp_path: Path) -> None:
    async def main() -> None:
        async with called(state=tmp_path) as (tars, client):
            made = [(await client.post("/api/say", device="kitchen", text=text, expires=60)).data["id"] for text in ("One.", "Two.")]
            assert [one["id"] for one in (await client.get("/api/announcements")).data["announcements"]] == made
            gone = await client.delete(f"/api/announcements/{made[0]}")
            assert (gone.status, gone.data["outcome"]) == (200, "withdrawn")
            assert [one["text"] for one in (await client.get("/api/announcements")).data["announcements"]] == ["Two."]
            await until(lambda: (left := tars.registry.announcements.next_for("kitchen")) and left.text == "Two.")
            for method in ("GET", "DELETE"):
                assert (await client.send(method, "/api/announcements/0")).status == 404

    asyncio.run(main())


def test_a_wait_of_no_time_is_over_at_once() -> None:
    async def main() -> None:
        async with called() as (_, client):
            made = await client.post("/api/say", **DINNER, expires=0.000001)
            assert (await client.get(f"/api/announcements/{made.data['id']}")).data["outcome"] == "expired"

    asyncio.run(main())


# --- ask -------------------------------------------------------------------------------------------------------------------------


def test_a_program_asks_and_waits_for_the_answer() -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard="five minutes"))
        async with called(brain=brain) as (tars, client), device(tars.url) as kitchen:
            asking = asyncio.create_task(client.post("/api/ask", device="kitchen", text="When?", expires=60))
            await hears_out(kitchen)
            await kitchen.steps.states(turn=TurnState.USER_TURN)
            await kitchen.hears(noise(0.5))
            answer = await asking
            assert (answer.status, answer.data["outcome"], answer.data["answer"]) == (200, "answered", "five minutes")

    asyncio.run(main())


def test_a_question_that_expires_while_its_answer_is_awaited_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard="five minutes"))
        async with called(brain=brain) as (tars, client), device(tars.url) as kitchen:
            asking = asyncio.create_task(client.post("/api/ask", device="kitchen", text="When?", expires=60))
            await hears_out(kitchen)
            await kitchen.steps.states(turn=TurnState.USER_TURN)
            now = clock.wall()
            monkeypatch.setattr(clock, "wall", lambda: now + 61)
            await client.post("/api/say", device="bath", text="Dinner.")
            await until(lambda: tars.registry.announcements.next_for("bath"))
            listed = (await client.get("/api/announcements")).data["announcements"]
            assert [(one["text"], one["outcome"]) for one in listed] == [("When?", "waits"), ("Dinner.", "waits")]
            await kitchen.hears(noise(0.5))
            answer = await asking
            assert (answer.status, answer.data["outcome"], answer.data["answer"]) == (200, "answered", "five minutes")

    asyncio.run(main())


def test_what_has_expired_unspoken_is_not_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with called() as (_, client):
            made = await client.post("/api/say", **DINNER, expires=60)
            now = clock.wall()
            monkeypatch.setattr(clock, "wall", lambda: now + 61)
            assert (await client.get("/api/announcements")).data == {"announcements": []}
            assert (await client.delete(f"/api/announcements/{made.data['id']}")).data["outcome"] == "expired"

    asyncio.run(main())


def test_a_question_outlasts_the_request_that_asks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "WAIT_LIMIT", 0.01)

    async def main() -> None:
        async with called() as (_, client):
            answer = await client.post("/api/ask", device="kitchen", text="When?", expires=60)
            assert (answer.status, answer.data["outcome"]) == (202, "waits")
            assert [one["id"] for one in (await client.get("/api/announcements")).data["announcements"]] == [answer.data["id"]]

    asyncio.run(main())


@pytest.mark.parametrize("key", ["", "Idempotency-Key: q\r\n"], ids=["without_key", "with_key"])
def test_a_client_that_goes_withdraws_its_question_unless_it_may_come_back(tmp_path: Path, key: str) -> None:
    body = json.dumps({"device": "kitchen", "text": "When?"})
    head = f"POST /api/ask HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n{key}Content-Length: {len(body)}\r\n\r\n"

    async def main() -> None:
        async with called(state=tmp_path) as (_, client):
            with closing(open_store(tmp_path)) as store:
                rows = Announcements(store)
                _, writer = await connect(client.url)
                writer.write((head + body).encode())
                await until(rows.may_be_spoken)
                (asked,) = rows.may_be_spoken()
                writer.close()
                await writer.wait_closed()
                if not key:
                    await until(lambda: (found := rows.find(asked.id)) and found.outcome == WITHDRAWN)
                    return
                asking = asyncio.create_task(client.post("/api/ask", {"Idempotency-Key": "q"}, device="kitchen", text="When?"))
                await client.get("/api/devices")
                assert [one.id for one in rows.may_be_spoken()] == [asked.id]
                rows.end(asked.id, "answered", "soon")
                assert (await asking).data["answer"] == "soon"

    asyncio.run(main())


def test_so_many_requests_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "MOST_WAITING", 0)

    async def main() -> None:
        async with called() as (_, client):
            answer = await client.post("/api/ask", device="kitchen", text="When?")
            assert (answer.status, answer.data["error"][:34]) == (503, "0 requests wait for answers alread")
            assert (await client.get("/api/announcements")).data == {"announcements": []}

    asyncio.run(main())


def test_a_request_that_waits_ends_with_the_server(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with called() as (tars, client):
            body = b'{"device": "kitchen", "text": "When?"}'
            reader, writer = await connect(client.url)
            head = f"POST /api/ask HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await until(lambda: tars.registry.announcements.next_for("kitchen"))
            await tars.stop()
            assert b"200" not in await end_of(reader)
            writer.close()

    asyncio.run(main())
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


# --- devices and timers ----------------------------------------------------------------------------------------------------------


def test_the_devices_are_listed(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        store.add_key("bath", digest(make_key()))

    async def main() -> None:
        async with called(state=tmp_path) as (_, client):
            away = {"name": "bath", "linked": False, "in_session": False}
            assert (await client.get("/api/devices")).data == {"devices": [away]}
            refused = await client.post("/api/say", **DINNER)
            assert (refused.status, refused.data["error"]) == (404, "there is no device kitchen; GET /api/devices shows all")
        async with called() as (tars, client), device(tars.url) as kitchen:
            await kitchen.is_called()
            assert (await client.get("/api/devices")).data == {"devices": [{"name": "kitchen", "linked": True, "in_session": True}]}

    asyncio.run(main())


def test_a_page_that_talks_can_be_spoken_to_where_devices_need_keys(tmp_path: Path) -> None:
    """It has no key itself."""
    with closing(open_store(tmp_path)) as store:
        store.add_key("bath", digest(make_key()))

    async def main() -> None:
        async with called(state=tmp_path) as (_, client):
            assert (await client.post("/api/say", device="browser-4f2a91c0", text="Dinner is ready.")).status == 202
            assert (await client.post("/api/say", device="browser", text="Dinner is ready.")).status == 404

    asyncio.run(main())


def test_timers_are_listed_and_cancelled() -> None:
    async def main() -> None:
        async with called() as (tars, client):
            for name, label in (("kitchen", "pasta"), ("kitchen", "eggs"), ("bath", "pasta")):
                tars.registry.timers.of(name).set(label, 600, lambda _: None)
            shown = (await client.get("/api/timers?device=kitchen")).data["timers"]
            assert [(one["device"], one["label"], one["kind"], one["seconds"]) for one in shown] == [
                ("kitchen", "pasta", "timer", 600),
                ("kitchen", "eggs", "timer", 600),
            ]
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", shown[0]["due"])
            assert (await client.delete("/api/timers?device=kitchen&label=pasta")).data == {"cancelled": ["pasta"]}
            left = [(one["device"], one["label"]) for one in (await client.get("/api/timers")).data["timers"]]
            assert left == [("bath", "pasta"), ("kitchen", "eggs")]
            assert (await client.delete("/api/timers?device=kitchen&label=pasta")).status == 404
            assert (await client.delete("/api/timers?device=hall&label=pasta")).status == 404

    asyncio.run(main())


# --- who may call ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "x", f"{KEY}x", KEY[:-1]])
def test_nobody_is_heard_without_the_key(key: str, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with called() as (tars, client):
            stranger = Client(client.url, key)
            for answer in (await stranger.post("/api/say", **DINNER), await stranger.get("/api/devices"), await stranger.get("/api/x")):
                assert (answer.status, answer.data["error"]) == (401, "this interface wants its key (`api_key`)")
            assert (await client.get("/api/announcements")).data == {"announcements": []}
            assert tars.registry.authenticator.refusals == {f"{'wrong' if key else 'no'} API key": 3}

    with caplog.at_level(logging.DEBUG):
        asyncio.run(main())
    assert KEY not in caplog.text
    assert not key or key not in [str(value) for record in caplog.records for value in vars(record).get("values", {}).values()]


def test_without_a_key_in_the_settings_no_key_opens_the_interface() -> None:
    async def main() -> None:
        async with server(console=HERE) as tars:
            answer = await asyncio.to_thread(lambda: _status(tars.console))
            assert answer == 401

    asyncio.run(main())


def _status(console: str) -> int:
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    try:
        with urlopen(Request(f"{console}/api/devices", headers={"Authorization": "Bearer "}), timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def test_beyond_this_machine_it_is_encrypted_and_neither_secret_opens_what_is_the_others(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path, console=EVERYWHERE, api_key=KEY) as tars:
            client = Client(own(tars), context=trusting(tmp_path))
            assert client.url.startswith("https://")
            assert (await client.get("/api/devices")).status == 200
            token = (tmp_path / "console.token").read_text().strip()
            assert (await Client(own(tars), token, trusting(tmp_path)).get("/api/devices")).status == 401
            reader, writer = await connect(client.url)
            writer.write(f"GET /api/devices HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode())
            assert b"devices" not in await end_of(reader)
            writer.close()

    asyncio.run(main())


def test_too_many_announcements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.server.push.announcements.MOST", 1)

    async def main() -> None:
        async with called() as (_, client):
            assert (await client.post("/api/say", **DINNER)).status == 202
            answer = await client.post("/api/say", **DINNER)
            assert (answer.status, answer.data["error"][:38]) == (503, "1 announcements wait for kitchen alrea")

    asyncio.run(main())
