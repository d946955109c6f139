"""Who is too many, too slow or too quick for an admission, and what cannot end it."""

from __future__ import annotations

import asyncio
import logging
import resource
import threading

import pytest

from tars.core.codec import SUBPROTOCOL
from tars.runtime import clock
from tars.server import admission
from tars.server.admission import GREETING_LIMIT, Greeting
from tars.server.connection import ServerSocket
from tars.server.memory_store import MemoryStore
from tars.server.state_folder import DeviceKey
from tests.in_process import LIMIT, until
from tests.loops import Run, pass_time
from tests.loops import run as run_steered
from tests.runtime.peers import BINARY, CLOSE, GENERATION, PING, TEXT, Notes, closing, piece, request
from tests.server.entrance import an_entrance, said
from tests.server.entrance import refusal as refused

# --- too many, and too slow ------------------------------------------------------------------------------------------------------


def test_the_oldest_silent_connection_of_the_address_with_most_gives_way(
    run_on_each_loop: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(admission, "MOST_UNGREETED", 12)

    async def main() -> None:
        async with an_entrance() as entrance:
            first = await entrance.visitor("127.0.0.3")
            many = [await entrance.visitor("127.0.0.2") for _ in range(11)]
            others = [await entrance.visitor(address) for address in ("127.0.0.3", "127.0.0.4", "127.0.0.5")]
            await asyncio.gather(*(visitor.ends() for visitor in many[:3]))
            assert entrance.refusals == {"too many connections": 3}
            for number, visitor in enumerate([first, *others, *many[3:]]):
                visitor.writes(request(SUBPROTOCOL) + said(f"device-{number}"))
            await until(lambda: len(entrance.admitted) == 12)
            assert entrance.refusals == {"too many connections": 3}

    with caplog.at_level(logging.WARNING, "tars"):
        run_on_each_loop(main())
    assert {vars(record)["values"]["address"] for record in caplog.records} == {"127.0.0.2"}


def test_a_device_gets_in_while_thousands_of_silent_connections_come(run_on_each_loop: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "GREETING_LIMIT", 60.0)

    async def main() -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        try:
            async with an_entrance() as entrance:
                for number in range(6):
                    silent = [entrance.visitor() for _ in range(500)]
                    await asyncio.gather(*silent, entrance.device(f"device-{number}"))
                assert sorted(entrance.names) == [f"device-{number}" for number in range(6)]
                assert len(entrance.admission._ungreeted) <= admission.MOST_UNGREETED
                assert 0 <= entrance.refusals["too many connections"] - (3000 - admission.MOST_UNGREETED) <= 6
                assert len(entrance.refusals) == 1
                assert all(socket.is_open for socket, _ in entrance.admitted)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    run_on_each_loop(main())


def test_links_are_kept_when_there_are_no_descriptors_for_more(run_on_each_loop: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "most_connections", lambda: 10)

    async def main() -> None:
        async with an_entrance() as entrance:
            for number in range(8):
                await entrance.device(f"device-{number}", f"127.0.0.{2 + number % 2}")
            silent = [await entrance.upgraded("127.0.0.9") for _ in range(2)]
            last = await entrance.upgraded("127.0.0.9")
            await silent[0].ends()
            for name, visitor in (("a", silent[1]), ("b", last)):
                visitor.writes(said(name))
            await until(lambda: len(entrance.names) == 10)
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await entrance.upgraded("127.0.0.9")
            assert all(socket.is_open for socket, _ in entrance.admitted)
            assert entrance.refusals == {"too many connections": 2}
            entrance.visitors[0].breaks()
            await until(lambda: len(entrance.admission._sockets) == 9)
            await entrance.device("c", "127.0.0.9")

    run_on_each_loop(main())


def test_the_limit_of_descriptors_says_how_many_connections_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    for soft, most in ((1024, 960), (10, 1), (resource.RLIM_INFINITY, 2**20)):
        monkeypatch.setattr(resource, "getrlimit", lambda _, soft=soft: (soft, soft))
        assert admission.most_connections() == most


def test_request_and_hello_have_a_limit_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device on a slow network may need nearly all of both."""

    async def main() -> None:
        async with an_entrance() as entrance:
            silent, half, slow = [await entrance.visitor() for _ in range(3)]
            await until(lambda: len(entrance.admission._sockets) == 3)
            half.writes(request(SUBPROTOCOL)[:20])
            await pass_time(GREETING_LIMIT - 1)
            slow.writes(request(SUBPROTOCOL))
            assert (await slow.gets_answer())[0] == 101
            await pass_time(2)
            await asyncio.gather(silent.ends(), half.ends())
            assert entrance.refusals == {"no upgrade": 2}
            never = await entrance.upgraded()
            await pass_time(GREETING_LIMIT - 3)
            slow.writes(said("slow"))
            await until(lambda: entrance.names == ["slow"])
            await pass_time(4)
            assert await refused(never) == "no hello within 5 s"
            await pass_time(100)
            assert entrance.refusals == {"no upgrade": 2, "no hello": 1}
            assert entrance.admitted[0][0].is_open

    run_steered(main(), monkeypatch)


def test_every_silent_connection_is_dropped_in_its_time_though_no_other_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with an_entrance() as entrance:
            for number in range(3):
                await entrance.visitor()
                await until(lambda count=number + 1: len(entrance.admission._sockets) == count)  # type: ignore[misc]
                await pass_time(2)
            for number in range(3):
                await until(lambda left=2 - number: len(entrance.admission._sockets) == left)  # type: ignore[misc]
                await pass_time(1.9)

    run_steered(main(), monkeypatch)


def test_after_a_refusal_a_hello_comes_too_late(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_entrance() as entrance:
            visitor = await entrance.upgraded()
            visitor.writes(piece(TEXT, b"hello?") + said() + piece(TEXT, b"hello?"))
            assert "is not JSON" in await refused(visitor)
            visitor.writes(said())
            visitor.sends((CLOSE, closing(1008)))
            await visitor.ends()
            assert entrance.names == []
            assert entrance.refusals == {"malformed hello": 1}

    run_on_each_loop(main())


# --- who does not wait for the answer, and who does not wait at all ----------------------------------------------------------------


@pytest.mark.parametrize("known", [True, False], ids=["keys are known", "keys are read first"])
@pytest.mark.parametrize("old", [False, True])
def test_frames_that_come_with_the_request_are_taken_in_their_order(old: bool, known: bool, run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_entrance() as entrance:
            if known:
                await entrance.device("earlier")
                entrance.admitted.clear()
            visitor, notes = await entrance.visitor(), Notes()
            more = piece(TEXT, b"one") + piece(BINARY, b"two")
            visitor.writes(request() + more if old else request(SUBPROTOCOL) + said("eager") + more)
            await until(lambda: entrance.admitted)
            socket, greeting = entrance.admitted[0]
            assert greeting.device == ("legacy.1" if old else "eager")
            assert (await visitor.gets_answer())[0] == 101
            socket.start(GENERATION, notes)
            visitor.sends((TEXT, b"three"))
            await until(lambda: "three" in notes.frames)
            assert notes.frames in (["one", b"two", "three"], ["three"])

    run_on_each_loop(main())


@pytest.mark.parametrize("what", [piece(CLOSE, closing(1000)), piece(CLOSE), b"\xff" * 30, piece(PING, b"?")], ids=str)
@pytest.mark.parametrize("keys", ["none", "known", "wrong"])
@pytest.mark.parametrize("old", [False, True])
def test_nothing_that_comes_with_a_request_ends_the_server(
    what: bytes, keys: str, old: bool, run_on_each_loop: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 0.0)
    store = MemoryStore()
    if keys == "wrong":
        store.add_key("kitchen", "hash")

    async def main() -> None:
        async with an_entrance(store) as entrance:
            if keys == "known":
                await entrance.device("earlier")
            for _ in range(2):
                visitor = await entrance.visitor()
                visitor.writes((request() if old else request(SUBPROTOCOL)) + what)
                visitor.ends_writing()
                await visitor.ends()
            await until(lambda: len(entrance.admission._sockets) == (keys == "known"))
            if keys != "wrong":
                await entrance.device("later")

    run_on_each_loop(main())


class SlowStore(MemoryStore):
    """Its keys are read when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.may_read, self.readings = threading.Event(), 0

    def owners(self) -> dict[str, DeviceKey] | None:
        self.readings += 1
        assert self.may_read.wait(LIMIT)
        return super().owners()


@pytest.mark.parametrize("old", [False, True])
def test_who_has_gone_while_keys_were_read_is_not_admitted(old: bool, run_on_each_loop: Run) -> None:
    store = SlowStore()

    async def main() -> None:
        async with an_entrance(store) as entrance:
            visitor = await entrance.visitor()
            visitor.writes(request() if old else request(SUBPROTOCOL))
            await until(lambda: store.readings)
            for socket in entrance.admission._sockets:
                socket.abort()
            await until(lambda: not entrance.admission._sockets)
            store.may_read.set()
            await entrance.device("later")
            assert entrance.names == ["later"]
            assert not entrance.admission._ungreeted

    run_on_each_loop(main())


def test_connections_that_come_together_share_a_reading_of_the_keys(run_on_each_loop: Run) -> None:
    """Many devices come back at once when a server has been replaced, and its keys may be 10,000."""
    store = SlowStore()

    async def main() -> None:
        async with an_entrance(store) as entrance:
            devices = [asyncio.create_task(entrance.device(f"device-{number}")) for number in range(100)]
            await until(lambda: len(entrance.admission._sockets) == 100 and store.readings)
            store.may_read.set()
            await asyncio.gather(*devices)
            assert store.readings <= 3

    run_on_each_loop(main())


def test_a_stop_while_keys_are_read_reads_them_no_more(run_on_each_loop: Run) -> None:
    store = SlowStore()

    async def main() -> None:
        async with an_entrance(store) as entrance:
            for _ in range(3):
                (await entrance.visitor()).writes(request(SUBPROTOCOL))
            await until(lambda: store.readings)
            entrance.admission.stopping = True
            await entrance.admission.close(clock.now())
            entrance.authenticator.close()
            store.may_read.set()
        assert entrance.names == []
        assert store.readings == 1

    run_on_each_loop(main())


def test_a_fault_in_admitting_a_device_does_not_end_the_server() -> None:
    failures: list[str] = []

    def admit(_: ServerSocket, greeting: Greeting) -> None:
        if greeting.device != "good":
            raise ZeroDivisionError

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, failure: failures.append(repr(failure["exception"])))
        async with an_entrance(admit=admit) as entrance:
            for bad in (request(), request(SUBPROTOCOL) + said("bad"), request()):
                (await entrance.visitor()).writes(bad)
            await until(lambda: len(failures) == 3)
            await entrance.device("good")

    asyncio.run(main())
    assert failures == ["ZeroDivisionError()"] * 3


def test_a_stop_waits_for_connections_that_close_and_drops_the_others(run_on_each_loop: Run) -> None:
    async def main() -> None:
        async with an_entrance() as entrance:
            silent, good = await entrance.upgraded(), await entrance.device("kitchen")
            closed = asyncio.create_task(entrance.admission.close(clock.now() + 0.3))
            await clock.sleep_until(0)
            entrance.admitted[0][0].close(1001, "the server stops")
            assert (await good.gets())[0] is CLOSE
            good.sends((CLOSE, closing(1001)))
            assert await good.gets_to_the_end() == b""
            good.ends_writing()
            await until(lambda: len(entrance.admission._sockets) == 1)
            assert not closed.done()
            await silent.is_dropped()
            await closed

    run_on_each_loop(main())
