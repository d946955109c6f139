"""Somebody has copied the state folder of a device. It opens that device and nothing else."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tars.core.codec import PAIRING, SUBPROTOCOL
from tars.core.pairing import WRONG
from tars.device.paired import FILE, SERVER_CA, PairedServer, read_paired
from tars.device.pairing import pair
from tars.device.settings import DeviceConfig
from tars.generated.messages import Ping
from tars.samples import RATE
from tars.server import admission
from tars.server.state_folder import open_store
from tars.testing import ScriptedBrain, Turn
from tests.in_process import RunningDevice, RunningServer, device, server
from tests.server.connections import answer, hello, refusal, say
from tests.server.pairing_peers import Asker, opened, other
from tests.sounds import noise


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 0.0)


class Thief:
    """Has what the folder holds."""

    def __init__(self, folder: Path, port: int) -> None:
        paired = read_paired(folder)
        assert paired is not None
        self.paired: PairedServer = paired
        self._port = port
        self._trust = ssl.create_default_context(cafile=str(folder / SERVER_CA))

    def connects(self, protocol: str = SUBPROTOCOL) -> connect:
        """A connection that shows the key."""
        return connect(
            f"wss://127.0.0.1:{self._port}",
            ssl=self._trust,
            server_hostname="tars-server",
            subprotocols=[Subprotocol(protocol)],
            additional_headers={"Authorization": f"Bearer {self.paired.key}"},
            compression=None,
        )


class Installation:
    """A server with two paired devices, of which the first is robbed."""

    def __init__(self, tars: RunningServer, folder: Path) -> None:
        self.tars, self.folder = tars, folder

    @property
    def thief(self) -> Thief:
        return Thief(self.folder / "kitchen", self.tars.port)

    @asynccontextmanager
    async def device(self, name: str) -> AsyncIterator[RunningDevice]:
        paired = read_paired(self.folder / name)
        assert paired is not None
        async with device(paired.server, name, key=paired.key, state=self.folder / name) as running:
            yield running


@asynccontextmanager
async def installation(folder: Path, brain: ScriptedBrain | None = None) -> AsyncIterator[Installation]:
    async with server(brain, state=folder / "server", encryption="required", one_answer="off") as tars:
        for name in ("kitchen", "hall"):
            with opened(folder / "server", name) as (_, pairing):
                url = tars.url.replace("ws:", "wss:")
                await pair(DeviceConfig(server=url, device=name, state=folder / name), pairing.digits, lambda _: None)
        yield Installation(tars, folder)


def test_it_holds_a_key_a_name_and_certificates_and_no_secret_of_anybody_else(tmp_path: Path) -> None:
    async def main() -> None:
        async with installation(tmp_path) as made, made.device("kitchen") as kitchen:
            await kitchen.is_called()
            folder = tmp_path / "kitchen"
            assert {file.name for file in folder.iterdir()} == {FILE, SERVER_CA}
            assert set(json.loads((folder / FILE).read_text())) == {"server", "device", "key", "name"}
            everything = "".join(file.read_text() for file in folder.iterdir())
            assert "PRIVATE KEY" not in everything, "so nobody can pretend to be the server, or read what was recorded on the way"
            hall = read_paired(tmp_path / "hall")
            assert hall is not None
            assert hall.key not in everything
            assert kitchen.device_runner.core.resume_token.token not in everything, "nor can a conversation be gone on with"

    asyncio.run(main())


@pytest.mark.parametrize("name", ["hall", "attic", "legacy-1"])
def test_it_is_no_other_device(tmp_path: Path, name: str) -> None:
    async def main() -> None:
        async with installation(tmp_path) as made, made.device("hall") as hall, made.thief.connects() as thief:
            await hall.steps.states("hall", continuity="LINKED")
            await say(thief, hello(name))
            assert "this key belongs to another device" in await refusal(thief)
            await hall.is_called()
            assert len(hall.steps.of("welcome", "hall")) == 1

    asyncio.run(main())


def test_it_pairs_nobody(tmp_path: Path) -> None:
    async def main() -> None:
        async with installation(tmp_path) as made:
            with opened(tmp_path / "server") as (store, pairing):
                async with made.thief.connects(PAIRING) as thief:
                    certificate = made.tars.registry.admission.identity
                    assert certificate is not None
                    asker = Asker(thief, other(pairing.digits), "spare", certificate.certificate)
                    await asker.proves()
                    assert (await asker.refusal()).startswith(WRONG)
                assert [name for name, _ in store.list_keys()] == ["hall", "kitchen"]

    asyncio.run(main())


async def everything(connection: ClientConnection) -> list[str | bytes]:
    """All that comes before the answer to a ping."""
    came: list[str | bytes] = []
    await say(connection, Ping(7))
    while "pong" not in str(frame := await connection.recv()):
        came.append(frame)
    return came


@pytest.mark.not_replayed("somebody else speaks for the device")
@pytest.mark.parametrize("whose", ["kitchen", "hall"])
def test_it_hears_nothing_of_a_conversation_even_with_what_was_said_to_resume_it(tmp_path: Path, whose: str) -> None:
    """The thief takes the link of the kitchen, and has somehow learnt which session there is, but no token."""

    async def main() -> None:
        brain = ScriptedBrain(*[Turn(speech=RATE, sound=noise(5))] * 2)
        async with installation(tmp_path, brain) as made, made.device("kitchen") as kitchen, made.device("hall") as hall:
            for running in (kitchen, hall):
                await running.is_called()
                await running.hears(noise(1.6))
                await running.steps.event("start_of_tts_stream", device=running.device_runner.config.device)
            core = {"kitchen": kitchen, "hall": hall}[whose].device_runner.core
            offer = replace(hello("kitchen"), resume=True, sid=core.resume_token.sid, token="t" * 43, epoch=core.epoch)
            async with made.thief.connects() as thief:
                await say(thief, offer)
                welcome = await answer(thief)
                assert welcome["resumed"] is False
                said = await everything(thief)
                assert not any(isinstance(frame, bytes) or "session" in frame for frame in said), "no sound, and no word of a session"
            assert hall.steps.state("session", "hall") == "ACTIVE_SESSION", "another device does not notice"
            assert len(hall.steps.of("welcome", "hall")) == 1

    asyncio.run(main())


@pytest.mark.parametrize("path", ["/", "/metrics", "/devices", "/server.sqlite", "/../server.sqlite", "/recordings/"])
def test_it_reads_nothing_else_from_the_server(tmp_path: Path, path: str) -> None:
    async def main() -> None:
        async with installation(tmp_path) as made:
            thief = made.thief
            reader, writer = await asyncio.open_connection("127.0.0.1", made.tars.port, ssl=thief._trust, server_hostname="tars-server")
            writer.write(f"GET {path} HTTP/1.1\r\nHost: tars\r\nAuthorization: Bearer {thief.paired.key}\r\n\r\n".encode())
            said = await reader.read()
            writer.close()
            assert said.startswith(b"HTTP/1.1 4")
            assert b"hall" not in said
            assert thief.paired.key.encode() not in said

    asyncio.run(main())


def test_it_opens_nothing_once_it_is_revoked(tmp_path: Path) -> None:
    async def main() -> None:
        async with installation(tmp_path) as made, made.thief.connects() as thief:
            await say(thief, hello("kitchen"))
            assert (await answer(thief))["type"] == "welcome"
            with closing(open_store(tmp_path / "server")) as store:
                store.remove_key("kitchen")
            await thief.wait_closed()
            assert "the key of this device was removed" in str(thief.close_reason)
            with pytest.raises(InvalidStatus, match="401"):
                await made.thief.connects()

    asyncio.run(main())
