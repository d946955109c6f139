from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from tars.core.codec import SUBPROTOCOL
from tars.errors import ConfigError
from tars.runtime import doctor
from tars.runtime.doctor import Check, KeyMismatchError, checked, probe, report, table
from tars.server import admission
from tars.server.keys import digest, make_key
from tars.server.state_folder import open_store
from tests.in_process import device, server, until


def test_a_check_says_what_was_found_or_what_to_do() -> None:
    def missing() -> str:
        raise ConfigError("plug it in")

    assert checked("speaker", lambda: "a loud one") == Check("speaker", True, "a loud one")
    assert checked("speaker", missing) == Check("speaker", False, "plug it in")


def test_the_report_has_a_line_for_each_check_and_a_status(capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = Check("a", True, "fine"), Check("b", False, "mend it")
    assert report([good]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "all is well"
    assert report([good, bad, bad]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert lines[0].split() == ["ok", "a:", "fine"]
    assert lines[1].split() == ["BAD", "b:", "mend", "it"]
    assert lines[3] == "2 to mend"


def test_on_a_terminal_the_report_is_a_table_whose_texts_are_wrapped() -> None:
    checks = [Check("a", True, "fine"), Check("server", False, "it does not answer (ws://192.168.1.10:7456)")]
    assert list(table(checks, 40, colours=False)) == [
        "ok   a       fine",
        "BAD  server  it does not answer",
        "             (ws://192.168.1.10:7456)",
    ]
    assert list(table(checks[:1], 40, colours=True)) == ["\x1b[32mok  \x1b[0m a  fine"]


@pytest.mark.parametrize(("protocol", "spoken"), [("auto", "tars.v1"), ("v1", "tars.v1"), ("legacy", "the old protocol")])
def test_a_server_is_asked_and_left_in_good_order(protocol: str, spoken: str) -> None:
    async def main() -> None:
        async with server() as tars:
            assert await probe(tars.url, "kitchen", protocol) == f"{tars.url} answers and speaks {spoken}"
            if protocol == "legacy":
                await tars.steps.states("legacy.1", session="IDLE", continuity="UNLINKED")
            else:
                assert not tars.registry.runners, "a doctor is no device"
            assert not tars.registry.authenticator.refusals

    asyncio.run(main())


def test_the_doctor_says_what_to_do_about_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 0.0)
    key = make_key()

    async def main() -> None:
        with closing(open_store(tmp_path)) as store:
            store.add_key("kitchen", digest(key))
        async with server(state=tmp_path) as tars:
            assert "speaks tars.v1" in await probe(tars.url, "kitchen", key=key)
            with pytest.raises(KeyMismatchError, match=f"{tars.url} answers, but the server knows its devices"):
                await probe(tars.url, "kitchen")
            with pytest.raises(KeyMismatchError, match=f"{tars.url} answers, but the server refused the key"):
                await probe(tars.url, "kitchen", key=make_key())

    asyncio.run(main())


def test_doctors_of_a_device_disturb_neither_it_nor_each_other_nor_a_device_of_a_similar_name() -> None:
    async def main() -> None:
        async with server() as tars, device(tars.url) as kitchen, device(tars.url, "kitchen-doctor") as other:
            await kitchen.is_called()
            await other.is_called()
            found = await asyncio.gather(*(probe(tars.url, "kitchen") for _ in range(5)))
            assert found == [f"{tars.url} answers and speaks tars.v1"] * 5
            for running in (kitchen, other):
                running.press_enter()
                await running.steps.states(running.device_runner.config.device, session="LISTENING")
                assert not running.steps.of("lost", running.device_runner.config.device)
            assert set(tars.registry.runners) == {"kitchen", "kitchen-doctor"}

    asyncio.run(main())


@asynccontextmanager
async def answering(*words: str) -> AsyncIterator[str]:
    """A server that answers a greeting with this and then closes; its URL."""

    async def handle(connection: ServerConnection) -> None:
        await connection.recv()
        for word in words:
            await connection.send(word)
            await connection.wait_closed()

    async with serve(handle, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)]) as listening:
        yield f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "does not answer .*1000"),
        (["hello?"], "does not answer .*is not JSON"),
        (['{"type": "pong", "t": 1}'], "answers, but not as a TARS server does"),
    ],
)
def test_a_server_that_answers_strangely_is_no_tars_server(words: list[str], complaint: str) -> None:
    async def main() -> None:
        async with answering(*words) as url:
            with pytest.raises(ConfigError, match=f"{url} {complaint}"):
                await probe(url, "kitchen")

    asyncio.run(main())


def test_a_server_that_only_upgrades_is_not_waited_for_and_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ANSWER_LIMIT", 0.2)
    left: list[int | None] = []

    async def handle(connection: ServerConnection) -> None:
        await connection.wait_closed()
        left.append(connection.close_code)

    async def main() -> None:
        async with serve(handle, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)]) as listening:
            with pytest.raises(ConfigError, match=r"does not answer \(too late\)"):
                await probe(f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}", "kitchen")
            await until(lambda: left == [1006])

    asyncio.run(main())


def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ANSWER_LIMIT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"ws://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(ConfigError, match=rf"{url} does not answer \(too late\)\. Is tars-server running there"):
            asyncio.run(probe(url, "kitchen"))
