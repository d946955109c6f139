"""Peers that lie, steal, babble or fall silent, over real WebSockets, beside a device in a conversation that notices nothing of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from tars.core import liveness
from tars.core.codec import HEADER, MAGIC, MAX_FRAME, Frame
from tars.generated import messages as m
from tars.runtime import clock
from tars.runtime.receiver import SocketDown
from tars.samples import RATE, to_pcm
from tars.server import admission
from tars.server.authentication import NO_KEY, WRONG_KEY
from tars.server.keys import digest, make_key
from tars.server.state_folder import open_store
from tars.testing import ScriptedBrain, Turn
from tests.in_process import LIMIT, RunningServer, device, said, server, until
from tests.scenarios.strangers import CALL, NAME, at_work, frame, hello, resuming, sound, status, stranger
from tests.sounds import noise

# --- who breaks the protocol -----------------------------------------------------------------------------------------------------

FORBIDDEN = "what its state forbids"
VIOLATIONS: dict[str, tuple[Frame, str]] = {
    "a sequence jump": (frame(m.SessionEnd("x1", "button"), 5), "session_end has number 5, but 2 comes next: a message is missing"),
    "an acknowledgement beyond what was sent": (frame(m.Ping(1), applied=99), "message 99 is acknowledged, but only 1 were sent"),
    "a hole in the sound": (sound(5000), "stream 1 goes on at sample 5000, but 0 comes next: 5000 are missing"),
    "sound beyond any end": (sound(2**63 - 1), "are missing"),
    "an offset that is none": (HEADER.pack(MAGIC, 0, 1, 2**64 - 1), "is beyond 2^63"),
    "a gap beyond any end": (frame(m.Gap(1, 0, 2**63 - 1, "overflow")), "stream 1 has 9223372036854775807 samples; at most 4960000"),
    "sound acknowledged beyond the end": (frame(m.Ack({"0": 5}, {}, {})), "sample 5 of stream 0 is acknowledged, but only 0 were sent"),
    "more heard than was said": (frame(m.Ack({}, {}, {"0": 5})), "5 samples of stream 0 were heard, but only 0 were sent"),
    "a mark that is no number": (
        str(frame(m.Ack({"1": 7}, {}, {}))).replace("7", "true"),
        "ack.received must be an object of whole numbers",
    ),
    "a replayed hello": (hello(), "hello came twice; it is the first message on a connection, and only that"),
    FORBIDDEN: (frame(CALL, 2), "event hotword_detected is forbidden in ACTIVE_SESSION"),
    "a turn that is not the next": (frame(m.BargeIn("x1", 7, 0, 0, 2, 0, 0), 2), "barge_in.turn is 7, but 2 comes next"),
    "what only a server says": ('{"type":"welcome"}', "a device may not send type 'welcome'; allowed:"),
    "an unknown word": ('{"type":"sing"}', "a device may not send type 'sing'; allowed:"),
    "garbage text": ("hello?", "a text frame is not JSON: 'hello?'"),
    "a pit of brackets": ("[" * 60_000, "a text frame is not JSON"),
    "half a character": (
        str(frame(m.SessionEnd("x1", "HERE"), 2)).replace("HERE", "\\ud800"),
        "session_end.reason must be a text of whole",
    ),
    "garbage bytes": (os.urandom(8), "a binary frame must begin with 0xA1 and 12 bytes of header; this one has 8 bytes"),
    "half a sample": (HEADER.pack(MAGIC, 0, 1, 0) + b"\x00", "a binary frame holds half a sample"),
}


NOT_REPLAYED = pytest.mark.not_replayed("what it says is forbidden")


@pytest.mark.parametrize("violation", [pytest.param(name, marks=NOT_REPLAYED if name == FORBIDDEN else ()) for name in VIOLATIONS])
def test_a_violation_closes_its_link_with_the_reason_is_logged_and_counted_and_never_resumed(violation: str) -> None:
    wrong, reason = VIOLATIONS[violation]

    async def story() -> None:
        async with at_work() as tars:
            async with stranger(tars) as bedroom:
                welcome = await bedroom.greets()
                await bedroom.calls()
                with said("link refused") as line:
                    await bedroom.connection.send(wrong)
                    code, why = await bedroom.closed()
                    assert code == 1008
                    assert why
                    assert reason[:100] in why
                    logged = await asyncio.wait_for(line, LIMIT)
                assert logged["device"] == NAME
                assert reason in logged["reason"]
                assert status(tars).refused == 1
            async with stranger(tars) as bedroom:
                again = await bedroom.greets(resuming(welcome, sent=1))
                assert (again["resumed"], again["reason"]) == (False, "gap"), "a poisoned session is not resumed for ever"
                assert status(tars).not_resumed == {"gap": 1}
                await bedroom.calls()

    asyncio.run(story())


TOO_MUCH: dict[str, tuple[Callable[[ClientConnection], Any], int]] = {
    "a text that is too long": (lambda connection: connection.send("x" * (MAX_FRAME + 1)), 1009),
    "sound that is too long": (lambda connection: connection.send(bytes(2 * MAX_FRAME)), 1009),
    "a frame in too many pieces": (lambda connection: connection.send([bytes(MAX_FRAME // 4)] * 5), 1009),
    "a text that is not UTF-8": (lambda connection: connection.send(b"\xff\xfe", text=True), 1007),
}


@pytest.mark.parametrize("violation", TOO_MUCH)
@pytest.mark.parametrize("greeted", [True, False])
def test_what_is_no_frame_at_all_closes_the_link_is_logged_and_counted(violation: str, greeted: bool) -> None:
    send, wanted = TOO_MUCH[violation]

    async def story() -> None:
        async with at_work() as tars, stranger(tars) as bedroom:
            if greeted:
                await bedroom.greets()
            with said("link refused" if greeted else "refused") as line:
                await asyncio.wait([asyncio.create_task(send(bedroom.connection))])
                assert (await bedroom.closed())[0] in (wanted, 1006)
                assert f"closed with {wanted}" in (await asyncio.wait_for(line, LIMIT))["reason"]
            if greeted:
                assert status(tars).refused == 1
            else:
                assert tars.registry.authenticator.refusals == {"no frame": 1}

    asyncio.run(story())


def test_a_message_that_comes_twice_is_taken_once_and_counted() -> None:
    async def story() -> None:
        async with at_work() as tars, stranger(tars) as bedroom:
            await bedroom.greets()
            await bedroom.calls()
            await bedroom.connection.send(frame(CALL, 1))
            await bedroom.connection.send(frame(m.Ping(7)))
            await bedroom.told("pong")
            assert (status(tars).duplicates, status(tars).refused) == (1, 0)
            assert status(tars).states["session"] == "ACTIVE_SESSION"

    asyncio.run(story())


# --- tokens and keys -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"token": "guessed"}, "bad_token"),
        ({"token": ""}, "bad_token"),
        ({"sid": "guessed"}, "unknown_session"),
        ({"epoch": "another"}, "epoch_changed"),
        ({"sent": 0}, "gap"),
        ({"received": {"0": 10**9}}, "gap"),
        ({"state": {"session": "LISTENING", "id": ""}}, "state_conflict"),
    ],
)
def test_a_wrong_offer_starts_anew_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    async def story() -> None:
        async with at_work() as tars:
            async with stranger(tars) as bedroom:
                welcome = await bedroom.greets()
                await bedroom.calls()
            async with stranger(tars) as bedroom:
                fits = {"sent": 1, "applied": 1, "state": {"session": "ACTIVE_SESSION", "id": "x1"}}
                greeting = resuming(welcome, **fits | changes)
                with said("session not resumed") as line:
                    again = await bedroom.greets(greeting)
                    assert (await asyncio.wait_for(line, LIMIT))["reason"] == reason
                assert (again["resumed"], again["reason"]) == (False, reason)
                assert again["sid"] != welcome["sid"]
                assert status(tars).not_resumed == {reason: 1}
                assert status(tars).states["session"] == "LISTENING"

    asyncio.run(story())


def test_a_token_that_is_used_up_revokes_the_session_and_the_token_that_is_good() -> None:
    async def story() -> None:
        async with at_work() as tars:
            async with stranger(tars) as bedroom:
                first = await bedroom.greets()
            async with stranger(tars) as bedroom:
                second = await bedroom.greets(resuming(first))
                assert second["resumed"]
                assert second["token"] != first["token"]
                await bedroom.connection.send(frame(m.Ping(1)))
                await bedroom.told("pong")
            async with stranger(tars) as thief:
                assert (await thief.greets(resuming(first)))["reason"] == "used_token"
            async with stranger(tars) as bedroom:
                assert (await bedroom.greets(resuming(second)))["reason"] == "unknown_session", "it is revoked"
            assert status(tars).not_resumed == {"used_token": 1, "unknown_session": 1}

    asyncio.run(story())


def test_a_stolen_token_is_worth_nothing_without_its_devices_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 0.0)
    keys = {name: make_key() for name in ("kitchen", NAME, "thief")}
    with closing(open_store(tmp_path)) as store:
        for name, key in keys.items():
            store.add_key(name, digest(key))

    async def story() -> None:
        async with at_work(state=tmp_path, key=keys["kitchen"]) as tars:
            async with stranger(tars, keys[NAME]) as bedroom:
                welcome = await bedroom.greets()
            async with stranger(tars, keys["thief"]) as thief:
                with said("refused") as line:
                    await thief.connection.send(resuming(welcome))
                    code, reason = await thief.closed()
                    assert (code, reason) == (1008, "this key belongs to another device: `device` must be the name it was made for")
                    assert (await asyncio.wait_for(line, LIMIT))["reason"] == reason
            async with stranger(tars, keys["thief"]) as thief:
                own = str(resuming(welcome)).replace(NAME, "thief")
                assert (await thief.greets(own))["reason"] == "unknown_session"
            for key in (None, make_key()):
                with said("refused") as line, pytest.raises(InvalidStatus, match="401"):
                    await stranger(tars, key).__aenter__()
                assert (await asyncio.wait_for(line, LIMIT))["reason"] == (WRONG_KEY if key else NO_KEY)
            assert tars.registry.authenticator.refusals == {"key of another device": 1, "no key": 1, "wrong key": 1}
            async with stranger(tars, keys[NAME]) as bedroom:
                assert (await bedroom.greets(resuming(welcome)))["resumed"], "whom it was stolen from loses nothing"

    asyncio.run(story())


# --- who is slow, silent, or many ------------------------------------------------------------------------------------------------


def piece_of_a_frame(connection: ClientConnection) -> None:
    """The beginning of a masked text frame of 1000 bytes."""
    connection.transport.write(b"\x81\xfe\x03\xe8" + bytes(4))


async def dribbles(connection: ClientConnection) -> None:
    """A byte now and then, as long as anybody takes it."""
    while not connection.transport.is_closing():
        connection.transport.write(b"\x00")
        await clock.sleep_until(clock.now() + 0.01)


@pytest.mark.parametrize("begun", [True, False])
def test_a_greeting_that_never_comes_or_never_ends_is_not_waited_for(begun: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "GREETING_LIMIT", 0.2)

    async def story() -> None:
        async with at_work() as tars, stranger(tars) as silent:
            with said("refused") as line:
                if begun:
                    piece_of_a_frame(silent.connection)
                    slow = asyncio.create_task(dribbles(silent.connection))
                assert await silent.closed() == (1008, "no hello within 0.2 s")
                assert (await asyncio.wait_for(line, LIMIT))["reason"] == "no hello within 0.2 s"
            assert tars.registry.authenticator.refusals == {"no hello": 1}
            if begun:
                await slow

    asyncio.run(story())


@pytest.mark.parametrize("in_session", [True, False])
def test_a_frame_that_never_ends_is_a_dead_link(in_session: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("SILENCE_LIMIT", 1.0), ("SESSION_HEARTBEAT", 0.5), ("HEARTBEAT", 0.5), ("PONG_LIMIT", 0.5)):
        monkeypatch.setattr(liveness, name, seconds)

    async def story() -> None:
        async with at_work() as tars, stranger(tars) as slow:
            await slow.greets()
            if in_session:
                await slow.calls()
            piece_of_a_frame(slow.connection)
            task = asyncio.create_task(dribbles(slow.connection))
            lost = await tars.steps.event("lost", device=NAME)
            assert lost.payload["reason"].startswith("nothing came in for" if in_session else "no answer to the heartbeat within")
            assert (await slow.closed())[0] == 1006
            await task

    asyncio.run(story())


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: tars\r\n"])
def test_an_upgrade_that_never_comes_is_not_waited_for(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "GREETING_LIMIT", 0.2)

    async def story() -> None:
        async with at_work() as running:
            with said("refused") as line:
                reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
                writer.write(begun)
                assert await reader.read() == b""
                assert (await asyncio.wait_for(line, LIMIT))["reason"] == "no upgrade to a WebSocket within 0.2 s"
                writer.close()
            assert running.registry.authenticator.refusals == {"no upgrade": 1}

    asyncio.run(story())


def test_a_thousand_quick_connections_leave_nothing_behind() -> None:
    async def knock(running: RunningServer, number: int) -> None:
        if number % 2:
            _, writer = await asyncio.open_connection("127.0.0.1", running.port)
            writer.close()
            await writer.wait_closed()
        else:
            async with stranger(running) as visitor:
                if number % 4:
                    visitor.connection.transport.abort()
                else:
                    await visitor.connection.send("knock, knock")
                    assert (await visitor.closed())[0] == 1008

    async def story() -> None:
        async with at_work() as running:
            await knock(running, 0)
            tasks, descriptors = len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))
            for start in range(0, 1000, 50):
                await asyncio.gather(*(knock(running, number) for number in range(start, start + 50)))
            await until(lambda: len(asyncio.all_tasks()) <= tasks and len(os.listdir("/proc/self/fd")) <= descriptors)
            assert list(running.registry.runners) == ["kitchen"]
            assert running.registry.authenticator.refusals == {"malformed hello": 251}

    asyncio.run(story())


# --- who comes back --------------------------------------------------------------------------------------------------------------


def test_a_device_that_comes_back_resumes_at_once_and_its_half_open_connection_is_fenced() -> None:
    said_whole = to_pcm(noise(2))

    async def story() -> None:
        brain = ScriptedBrain(Turn(speech=99 * RATE))
        async with server(brain) as tars, stranger(tars) as old, stranger(tars) as new:
            welcome = await old.greets()
            await old.calls()
            await old.connection.send(sound(0, said_whole[: 2 * RATE]))
            await until(lambda: brain.conversations[0].heard == [said_whole[: 2 * RATE]])
            old.connection.transport.pause_reading()  # nothing reaches it any more
            state = {"session": "ACTIVE_SESSION", "id": "x1"}
            again = await new.greets(resuming(welcome, sent=1, state=state))
            assert (again["resumed"], again["reason"], again["received"]) == (True, "", {"1": RATE})
            await new.connection.send(frame(m.Ping(1), applied=1))
            await new.told("pong")
            # The old one was still on its way.
            for late in (sound(RATE, bytes(2 * RATE)), frame(m.SessionEnd("x1", "button"), 2), "garbage"):
                old.connection.transport.write(masked(late))
            await until(lambda: len(tars.registry.runners[NAME].sockets) == 1)
            old.connection.transport.abort()
            await new.connection.send(sound(RATE, said_whole[2 * RATE :]))
            await until(lambda: brain.conversations[0].heard == [said_whole])
            states = {"continuity": "LINKED", "session": "ACTIVE_SESSION", "turn": "USER_TURN", "announcement": "NO_ANNOUNCEMENT"}
            assert status(tars).states == states
            assert (status(tars).refused, status(tars).resumes) == (0, 1)
            assert len(brain.conversations) == 1

    asyncio.run(story())


def masked(payload: Frame) -> bytes:
    """A frame as a client writes it, whatever its library thinks of the connection."""
    data = payload.encode() if isinstance(payload, str) else payload
    return bytes([0x81 if isinstance(payload, str) else 0x82, 0xFE]) + len(data).to_bytes(2) + bytes(4) + data


def test_the_device_itself_comes_back_beside_its_half_open_connection_and_loses_no_sample() -> None:
    async def story() -> None:
        brain = ScriptedBrain(Turn(speech=99 * RATE))
        async with server(brain) as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            first, more = noise(0.8, seed=1), noise(0.8, seed=2)
            await kitchen.hears(first)
            older = kitchen.device_runner.core.link.generation
            half_open = kitchen.device_runner.sockets[older]
            kitchen.device_runner.post(SocketDown(older, "the address has changed", opened=True))  # its connection stands all the same
            await kitchen.hears(more)
            await kitchen.steps.event("welcome", 2)
            assert kitchen.steps.of("welcome")[-1].payload["resumed"]
            await until(half_open.transport.is_closing)
            assert half_open.why_closed == "closed with 1001: the device has come back on a newer connection"
            spoken = to_pcm(noise(0.08)) + to_pcm(first) + to_pcm(more)
            await until(lambda: brain.conversations[0].heard == [spoken])
            assert kitchen.steps.state("connection") == "CONNECTED", "the late loss of the old one is nobody's news"
            assert len(tars.steps.of("lost")) == 0
            assert len(brain.conversations) == 1

    asyncio.run(story())
