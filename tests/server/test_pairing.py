"""Pairing with a real server on loopback, and those who try without the digits."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from tars.core.codec import PAIRING, SUBPROTOCOL
from tars.core.pairing import WRONG
from tars.errors import ConfigError
from tars.generated.messages import PROTOCOL, PairProof, Probe
from tars.runtime import clock
from tars.runtime.keys import is_key
from tars.server import admission
from tars.server.keys import digest
from tars.server.pairing import NOT_ENCRYPTED, NOT_OPEN, TOO_LATE, _Connection
from tars.server.pairings import LIFETIME
from tars.server.state_folder import SqliteStore
from tests.in_process import RunningServer, server, until
from tests.server.connections import add_keys, answer, hello, new_device, refusal, say
from tests.server.pairing_peers import Asker, asking, opened, other, receive, send, tries


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of a test machine may be slow."""
    monkeypatch.setattr(admission, "GREETING_LIMIT", 30.0)


def refusals(tars: RunningServer) -> Counter[str]:
    return tars.registry.authenticator.refusals


async def served(tars: RunningServer, key: str, name: str) -> bool:
    """Whether a device with this key and this name is welcome."""
    async with new_device(tars, key) as connection:
        await say(connection, hello(name))
        try:
            return bool((await answer(connection))["type"] == "welcome")
        except ConnectionClosed:
            return False


def test_a_device_with_the_digits_gets_a_key_that_is_valid_at_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        with opened(tmp_path) as (store, pairing):
            async with server(state=tmp_path) as tars:
                async with asking(tars.url) as connection:
                    given = await Asker(connection, pairing.digits).pairs()
                    with pytest.raises(ConnectionClosed):
                        await connection.recv()
                    assert connection.close_code == 1000
                assert given.device == "kitchen"
                assert is_key(given.key)
                assert given.ca == "", "there is no encryption here"
                assert (store.owners() or {})[digest(given.key)].name == "kitchen"
                now = store.pairing()
                assert now is not None
                assert (now.device, now.tries, now.failed) == ("kitchen", 1, 0)
                assert await served(tars, given.key, "kitchen")
                with pytest.raises(InvalidStatus, match="401"):
                    await new_device(tars)
                for secret in (given.key, pairing.digits):
                    assert secret not in caplog.text

    with caplog.at_level(logging.DEBUG, "tars"):
        asyncio.run(main())
    assert {"pairing is tried", "paired"} <= set(caplog.messages)


def test_the_operator_or_the_device_chooses_the_name_and_no_device_takes_that_of_another(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path) as tars:
            given = []
            for chosen, wanted in (("", "pi"), ("", "pi"), ("hall", "pi"), ("", "hall")):
                with opened(tmp_path, chosen) as (_, pairing):
                    given.append(await tries(tars.url, pairing.digits, wanted))
            assert given == ["pi", "pi-2", "hall", "hall-2"]

    asyncio.run(main())


def test_three_wrong_tries_make_the_digits_void(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        with opened(tmp_path) as (store, pairing):
            async with server(state=tmp_path) as tars:
                answers = [await tries(tars.url, other(pairing.digits)) for _ in range(3)]
                assert answers == [f"{WRONG}; tries left: {left}" for left in (2, 1, 0)]
                await until(lambda: (now := store.pairing()) is not None and now.is_burned)
                assert await tries(tars.url, pairing.digits) == NOT_OPEN
                assert refusals(tars) == {"wrong digits": 3, "no pairing is open": 1}
                assert store.owners() is None

    with caplog.at_level(logging.INFO, "tars"):
        asyncio.run(main())
    assert (caplog.messages.count("pairing is tried"), caplog.messages.count("refused")) == (3, 4)
    said = [vars(record)["values"] for record in caplog.records if record.message == "refused"]
    assert {values["address"] for values in said} == {"127.0.0.1"}


def test_the_third_try_may_be_the_right_one(tmp_path: Path) -> None:
    async def main() -> None:
        with opened(tmp_path) as (_, pairing):
            async with server(state=tmp_path) as tars:
                answers = [await tries(tars.url, digits) for digits in [other(pairing.digits)] * 2 + [pairing.digits]]
                assert answers[-1] == "kitchen"

    asyncio.run(main())


def test_of_guesses_in_parallel_three_are_answered(tmp_path: Path) -> None:
    """Every connection is there before the first guess."""

    async def main() -> None:
        with opened(tmp_path) as (store, pairing):
            async with server(state=tmp_path) as tars, asyncio.TaskGroup() as tasks:
                connections = [await asking(tars.url) for _ in range(20)]
                askers = [Asker(connection, other(pairing.digits)) for connection in connections]
                for asker in askers:
                    tasks.create_task(send(asker.connection, asker.exchange.ask()))

                async def finish(asker: Asker) -> str:
                    try:
                        frame = await asker.connection.recv()
                        assert "pair_challenge" in str(frame)
                        await send(asker.connection, PairProof("0" * 64))
                    except ConnectionClosed as closed:
                        return closed.rcvd.reason if closed.rcvd else ""
                    return await asker.refusal()

                answers = await asyncio.gather(*map(finish, askers))
                assert sum(answer.startswith(WRONG) for answer in answers) == 3
                assert answers.count(NOT_OPEN) == 17
                now = store.pairing()
                assert now is not None
                assert now.tries == 3
                for connection in connections:
                    await connection.close()

    asyncio.run(main())


def test_of_two_devices_with_the_same_digits_one_pairs(tmp_path: Path) -> None:
    async def main() -> None:
        with opened(tmp_path) as (store, pairing):
            async with server(state=tmp_path) as tars, asking(tars.url) as one, asking(tars.url) as two:
                first, second = Asker(one, pairing.digits), Asker(two, pairing.digits, "bedroom")
                await send(two, second.exchange.ask())
                challenge = await receive(two)
                assert (await first.pairs()).device == "kitchen"
                await send(two, second.exchange.prove(challenge))
                assert await second.refusal() == TOO_LATE
                assert await tries(tars.url, pairing.digits, "hall") == NOT_OPEN
                assert [name for name, _ in store.list_keys()] == ["kitchen"]

    asyncio.run(main())


def test_no_device_gets_a_name_of_pages(tmp_path: Path) -> None:
    async def main() -> None:
        with opened(tmp_path) as (store, pairing):
            store.add_key("browser", "0" * 64)
            async with server(state=tmp_path) as tars:
                for wanted, name in (("browser-4f2a91c0", "browser-4f2a91c0"), ("browser", "browser-2")):
                    said = await tries(tars.url, pairing.digits, wanted)
                    assert said == f"{name} is no name for a device: pages of the console are called so. Choose another name"
                assert await tries(tars.url, pairing.digits, "kitchen") == "kitchen", "it may try again"
                assert [name for name, _ in store.list_keys()] == ["browser", "kitchen"]

    asyncio.run(main())


@pytest.mark.parametrize("age", [LIFETIME, 3600.0, -60.0])
def test_digits_whose_time_is_over_are_void(tmp_path: Path, age: float) -> None:
    async def main() -> None:
        with opened(tmp_path) as (store, pairing):
            store.change_pairing(lambda _: replace(pairing, opened=clock.wall() - age))
            async with server(state=tmp_path) as tars:
                assert await tries(tars.url, pairing.digits) == NOT_OPEN

    asyncio.run(main())


def test_digits_that_end_during_a_try_are_void(tmp_path: Path) -> None:
    async def main() -> None:
        with opened(tmp_path) as (store, pairing):
            async with server(state=tmp_path) as tars, asking(tars.url) as connection:
                asker = Asker(connection, pairing.digits)
                await send(connection, asker.exchange.ask())
                challenge = await receive(connection)
                store.change_pairing(lambda now: now and replace(now, opened=clock.wall() - LIFETIME))
                await send(connection, asker.exchange.prove(challenge))
                assert await asker.refusal() == TOO_LATE
                assert store.owners() == {}, "the key that was made is gone again"

    asyncio.run(main())


def test_without_an_open_pairing_nobody_is_answered(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path) as tars:
            assert await tries(tars.url, "492817") == NOT_OPEN
            assert refusals(tars) == {"no pairing is open": 1}

    asyncio.run(main())


def test_what_is_said_again_on_another_connection_is_worth_nothing(tmp_path: Path) -> None:
    """Somebody has recorded a whole pairing and sends it again."""

    async def main() -> None:
        async with server(state=tmp_path) as tars:
            said = []
            with opened(tmp_path) as (_, pairing):
                async with asking(tars.url) as connection:
                    asker = Asker(connection, pairing.digits)
                    pair = asker.exchange.ask()
                    await send(connection, pair)
                    proof = asker.exchange.prove(await receive(connection))
                    await send(connection, proof)
                    await connection.recv()
                    said = [pair, proof]
            with opened(tmp_path) as (store, new):
                store.change_pairing(lambda _: replace(new, digits=pairing.digits))  # even if the digits were the same
                async with asking(tars.url) as connection:
                    await send(connection, said[0])
                    await connection.recv()
                    await send(connection, said[1])
                    assert (await Asker(connection, "").refusal()).startswith(WRONG)

    asyncio.run(main())


@pytest.mark.parametrize(
    "frame", ["hello", "probe", b"\xa1" + bytes(13), "pair?", '{"type":"pair_request","proto":1,"device":"../x","element":""}']
)
def test_on_a_connection_for_a_pairing_there_is_nothing_else(tmp_path: Path, frame: str | bytes) -> None:
    """No key was asked for there."""

    async def main() -> None:
        add_keys(tmp_path, "bedroom")
        with opened(tmp_path) as (store, _):
            async with server(state=tmp_path) as tars, asking(tars.url) as connection:
                if frame in ("hello", "probe"):
                    await send(connection, hello("bedroom") if frame == "hello" else Probe(PROTOCOL, "bedroom"))
                else:
                    await connection.send(frame)
                await Asker(connection, "").refusal()
                assert not tars.registry.runners
                assert store.pairing() is not None
                assert refusals(tars) == {"unfinished pairing": 1}, "it was no try"

    asyncio.run(main())


@pytest.mark.parametrize(
    ("offered", "status"),
    [([PAIRING, SUBPROTOCOL], 401), ([SUBPROTOCOL, PAIRING], 401), ([PAIRING, PAIRING], 401), ([PAIRING, "chat"], 401), (["chat"], 401)],
)
def test_whoever_offers_more_than_a_pairing_needs_a_key(
    tmp_path: Path, offered: list[str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 0.0)

    async def main() -> None:
        add_keys(tmp_path, "bedroom")
        async with server(state=tmp_path) as tars:
            with pytest.raises(InvalidStatus, match=str(status)):
                await connect(tars.url, subprotocols=[Subprotocol(name) for name in offered])

    asyncio.run(main())


def test_a_pairing_on_a_link_of_a_device_is_no_pairing(tmp_path: Path) -> None:
    async def main() -> None:
        with opened(tmp_path) as (store, pairing):
            async with server(state=tmp_path) as tars, new_device(tars) as connection:
                await send(connection, Asker(connection, pairing.digits).exchange.ask())
                assert await refusal(connection) == "the first frame must be hello"
                now = store.pairing()
                assert now is not None
                assert now.tries == 0

    asyncio.run(main())


def test_without_encryption_only_this_machine_may_pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tars.server.connection.is_local", lambda *_: False)

    async def main() -> None:
        with opened(tmp_path) as (_, pairing):
            async with server(state=tmp_path) as tars:
                assert await tries(tars.url, pairing.digits) == NOT_ENCRYPTED

    asyncio.run(main())


def test_a_try_that_is_left_has_failed(tmp_path: Path) -> None:
    async def main() -> None:
        with opened(tmp_path) as (store, pairing):
            async with server(state=tmp_path) as tars:
                async with asking(tars.url) as connection:
                    await send(connection, Asker(connection, pairing.digits).exchange.ask())
                    await connection.recv()
                await until(lambda: (now := store.pairing()) is not None and now.failed == 1)
                assert refusals(tars) == {"unfinished pairing": 1}

    asyncio.run(main())


def test_a_try_has_little_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "GREETING_LIMIT", 0.05)

    async def main() -> None:
        with opened(tmp_path) as (_, pairing):
            async with server(state=tmp_path) as tars, asking(tars.url) as connection:
                assert await Asker(connection, pairing.digits).refusal() == "the pairing took longer than 0.05 s"

    asyncio.run(main())


def test_a_device_that_goes_before_it_gets_its_key_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection closes while the server makes the key."""
    register = _Connection._register

    def slowly(self: _Connection) -> tuple[str, str, str]:
        registered = register(self)
        loop.call_soon_threadsafe(self._socket.abort)
        return registered

    loop: asyncio.AbstractEventLoop
    monkeypatch.setattr(_Connection, "_register", slowly)

    async def main() -> None:
        nonlocal loop
        loop = asyncio.get_running_loop()
        with opened(tmp_path) as (store, pairing):
            async with server(state=tmp_path) as tars, asking(tars.url) as connection:
                await Asker(connection, pairing.digits).proves()
                await until(lambda: (now := store.pairing()) is not None and now.failed == 1)
                now = store.pairing()
                assert now is not None
                assert now.device == "", "another device may have these digits"
                assert store.owners() == {}
                monkeypatch.setattr(_Connection, "_register", register)
                assert await tries(tars.url, pairing.digits) == "kitchen"

    asyncio.run(main())


def test_a_store_that_fails_ends_the_try_and_not_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ConfigError("the disk is full")

    async def main() -> None:
        with opened(tmp_path) as (_, pairing):
            async with server(state=tmp_path) as tars:
                with monkeypatch.context() as patched:
                    patched.setattr(SqliteStore, "add_key", fail)
                    assert await tries(tars.url, pairing.digits) == "the server cannot pair now; its log says why"
                assert await tries(tars.url, pairing.digits) == "kitchen"

    asyncio.run(main())


def test_a_key_that_was_stolen_opens_nothing_but_its_own_device(tmp_path: Path) -> None:
    async def main() -> None:
        async with server(state=tmp_path) as tars:
            keys = {}
            for name in ("kitchen", "bedroom"):
                with opened(tmp_path, name) as (_, pairing):
                    async with asking(tars.url) as connection:
                        keys[name] = (await Asker(connection, pairing.digits).pairs()).key
            assert not await served(tars, keys["kitchen"], "bedroom")
            assert await served(tars, keys["kitchen"], "kitchen")
            with opened(tmp_path) as (_, pairing):
                async with asking(tars.url, additional_headers={"Authorization": f"Bearer {keys['kitchen']}"}) as connection:
                    await Asker(connection, other(pairing.digits)).proves()
                    assert (await Asker(connection, "").refusal()).startswith(WRONG), "nor another pairing"

    asyncio.run(main())
