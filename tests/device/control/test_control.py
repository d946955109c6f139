"""The control interface: a snapshot, then events; commands; clients that do not behave; what outlasts the program."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from pathlib import Path

import pytest

from tars.core.effects import Cue
from tars.device.control import socket_path
from tars.device.control.clients import LONGEST
from tars.device.control.control import MOST_CLIENTS
from tars.device.saved_sound import SavedSound, read_sound_state
from tars.errors import ConfigError
from tars.samples import RATE
from tars.testing import ScriptedBrain, Turn
from tests.device.control.controlled import Client, client_of, controlled
from tests.in_process import RunningDevice, server, until
from tests.sounds import noise

PAGE = Path(__file__).resolve().parents[3] / "docs/control.md"


def test_the_session_that_is_shown_in_the_documentation_is_what_happens(tmp_path: Path) -> None:
    (shown,) = re.findall(r"(?ms)^```text\n(# connected\n.*?)^```$", PAGE.read_text())

    async def act(kitchen: RunningDevice, what: str) -> None:
        if what == "the wake word is heard":
            await kitchen.hears(noise(0.08))
            kitchen.wake.detect(0.97)
        elif what == "an utterance of 1 s":
            kitchen.microphone.hear(noise(1.04))
        elif what == "the speaker has played the answer":
            await kitchen.plays_to_the_end()

    async def main() -> None:
        brain = ScriptedBrain(Turn(silence=0, speech=RATE), Turn(silence=99 * RATE))
        async with server(brain) as tars, controlled(tmp_path, tars.url) as (kitchen, _):
            await kitchen.steps.states(continuity="LINKED")
            async with client_of(kitchen) as client:
                for line in shown.splitlines():
                    kind, _, rest = line.partition(" ")
                    if kind == "#":
                        await act(kitchen, rest)
                    elif kind == ">":
                        client.send(rest.encode() + b"\n")
                    else:
                        expected = json.loads(rest.replace("ws://127.0.0.1:7456", tars.url).replace("hey_jarvis", "fake"))
                        assert await client.next() == expected

    asyncio.run(main())


def test_a_command_that_is_not_known_is_answered_and_the_client_goes_on(tmp_path: Path) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, _), client_of(kitchen) as client:
            client.send({"command": "explode"})
            client.send(b"\n  \n")
            assert '{"command": "mute"}' in (await client.event("error"))["reason"]
            client.send({"command": "volume", "value": 40})
            assert await client.event("ok") == {"event": "ok", "command": "volume"}
            await client.event("changed", volume=40)
            assert kitchen.device_runner.loudness.volume == 40

    asyncio.run(main())


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n"])
def test_a_line_that_is_too_long_ends_the_connection_whether_it_has_an_end_or_not(tmp_path: Path, end: bytes) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, control), client_of(kitchen) as client:
            line = json.dumps({"command": "volume", "value": 40}).encode()
            client.send(line + b"\n" + line.ljust(LONGEST + 1) + end)
            await client.event("ok", command="volume")
            assert "1024 bytes" in (await client.event("error"))["reason"]
            assert await client.reader.read() == b""
            await until(lambda: not control._clients)

    asyncio.run(main())


def test_a_line_of_exactly_the_limit_is_a_command(tmp_path: Path) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, _), client_of(kitchen) as client:
            client.send(json.dumps({"command": "volume", "value": 40}).encode().ljust(LONGEST) + b"\n")
            await client.event("changed", volume=40)

    asyncio.run(main())


@pytest.mark.parametrize(("last", "refused"), [(b'{"command": "mute"}', True), (b" ", False), (b"", False)])
def test_a_last_line_without_its_end_is_no_command_and_the_client_is_told(tmp_path: Path, last: bytes, *, refused: bool) -> None:
    """As `printf '{"command": "mute"}' | nc -U control.sock` sends it."""

    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, control), client_of(kitchen) as client:
            await client.event("snapshot")
            client.send(json.dumps({"command": "volume", "value": 40}).encode() + b"\n" + last)
            client.writer.write_eof()
            await client.event("ok", command="volume")
            told = [event for event in map(json.loads, (await client.reader.read()).splitlines()) if event["event"] == "error"]
            assert ["has no end" in event["reason"] for event in told] == [True] * refused
            await until(lambda: not control._clients)
            assert not kitchen.device_runner.core.muted

    asyncio.run(main())


def test_a_client_that_does_not_read_is_dropped_and_the_others_miss_nothing(tmp_path: Path) -> None:
    events = 20_000

    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, control), client_of(kitchen) as slow, client_of(kitchen) as good:
            await good.event("snapshot")
            await until(lambda: len(control._clients) == 2)
            transport = slow.writer.transport
            assert isinstance(transport, asyncio.ReadTransport)
            transport.pause_reading()
            for number in range(events):
                control.observe(Cue(str(number)))
                assert await good.event("cue") == {"event": "cue", "sound": str(number)}
                if len(control._clients) == 1:
                    break
            assert len(control._clients) == 1, "more is kept for it than fits into memory for ever"
            control.observe(Cue("after"))
            assert await good.event("cue") == {"event": "cue", "sound": "after"}

    asyncio.run(main())


def test_one_client_too_many_is_told_so(tmp_path: Path) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, control):
            path = str(socket_path(kitchen.device_runner.config))
            clients = [Client(*await asyncio.open_unix_connection(path)) for _ in range(MOST_CLIENTS)]
            for client in clients:
                await client.event("snapshot")
            async with client_of(kitchen) as last:
                assert await last.next() == {"event": "error", "reason": "16 clients are connected already"}
                assert await last.reader.read() == b""
            clients[0].writer.close()
            await until(lambda: len(control._clients) < MOST_CLIENTS)
            async with client_of(kitchen) as next_one:
                await next_one.event("snapshot")
            for client in clients:
                client.writer.close()

    asyncio.run(main())


def test_muted_and_volume_outlast_the_program_and_the_microphone_is_not_opened_in_between(tmp_path: Path) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (kitchen, _), client_of(kitchen) as client:
            client.send({"command": "mute"})
            client.send({"command": "volume", "value": 40})
            await client.event("changed", volume=40)
            await until((tmp_path / "sound.json").exists)
        assert read_sound_state(tmp_path) == SavedSound(muted=True, volume=40)
        async with controlled(tmp_path) as (kitchen, _), client_of(kitchen) as client:
            assert kitchen.microphone.muted, "before anything was taken"
            first = await client.event("snapshot")
            assert (first["volume"], first["muted"]) == (40, True)
            client.send({"command": "unmute"})
            await client.event("changed", muted=False)
            assert not kitchen.microphone.muted
        assert read_sound_state(tmp_path) == SavedSound(muted=False, volume=40)

    asyncio.run(main())


def test_a_device_that_was_muted_says_so_at_its_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "sound.json").write_text('{"muted": true, "volume": 100}')

    async def main() -> None:
        async with controlled(tmp_path, control="off"):
            pass

    with caplog.at_level(logging.WARNING, "tars"):
        asyncio.run(main())
    assert [message for message in caplog.messages if "muted" in message] == [
        "the microphone is muted, as it was before the last stop; nothing can open it while there is no control interface"
    ]


def test_a_second_device_in_one_state_folder_runs_without_a_socket_unless_one_is_asked_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with controlled(tmp_path) as (first, _):
            async with controlled(tmp_path, name="attic"), client_of(first) as client:
                assert (await client.next())["device"] == "kitchen"
            with pytest.raises(BaseExceptionGroup) as refused:
                async with controlled(tmp_path, name="attic", control=tmp_path / "control.sock"):
                    pass
            assert refused.group_contains(ConfigError, match="another tars-pi listens there")
            async with client_of(first) as client:
                await client.event("snapshot")
        assert not (tmp_path / "control.sock").exists()

    asyncio.run(main())
    assert "there is no control socket" in caplog.messages


def test_a_group_needs_a_path_of_its_own(tmp_path: Path) -> None:
    async def main() -> None:
        async with controlled(tmp_path, control_group="root"):
            pass

    with pytest.raises(BaseExceptionGroup) as refused:
        asyncio.run(main())
    assert refused.group_contains(ConfigError, match="control_group needs `control`")
