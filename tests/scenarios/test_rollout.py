"""Encryption comes to devices of three generations, by settings of the server alone, in the order that docs/operations.md tells."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tars.device.paired import PairedServer, save_paired
from tars.runtime.dialling import ENCRYPTION_WANTED
from tars.samples import RATE, to_pcm
from tars.server import admission, connection
from tars.server.certificates import authority_pem
from tars.testing import ScriptedBrain, Turn
from tests.in_process import RunningServer, device, server
from tests.scenarios.test_legacy import OldDevice, old_device
from tests.server.connections import add_keys
from tests.server.test_encryption import older
from tests.sounds import noise

ANSWER = noise(0.5, seed=9)


@pytest.fixture(autouse=True)
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server and its devices are on different machines, and a refused key is answered at once."""
    monkeypatch.setattr(connection, "is_local", lambda *_: False)
    monkeypatch.setattr("tars.server.main.in_reach_of_others", lambda _: True)
    monkeypatch.setattr("tars.device.trust.is_this_machine", lambda _: False)
    monkeypatch.setattr(admission, "REFUSAL_DELAY", 0.0)


@dataclass
class Fleet:
    """One device of each generation: the predecessor, one with a key that does not encrypt, and one that is paired."""

    folder: Path

    def __post_init__(self) -> None:
        state = self.folder / "server"
        older(state)
        plain, paired = add_keys(state, "plain", "paired")
        self.keys = {"plain": plain, "paired": paired}
        save_paired(self.folder / "paired", PairedServer("wss://somewhere:7456", "paired", paired), authority_pem(state))

    @asynccontextmanager
    async def served(self, **settings: Any) -> AsyncIterator[RunningServer]:
        """The server with these settings."""
        brain = ScriptedBrain(*[Turn(speech=RATE, sound=ANSWER)] * 2)
        async with server(brain=brain, state=self.folder / "server", **settings) as tars:
            yield tars

    async def who_talks(self, tars: RunningServer) -> set[str]:
        """The generations that hold a conversation."""
        talks = {"predecessor": await self.predecessor_talks(tars)}
        for name, scheme in {"plain": "ws", "paired": "wss"}.items():
            talks[name] = await self.talks(name, f"{scheme}://127.0.0.1:{tars.port}")
        return {name for name, talk in talks.items() if talk}

    async def predecessor_talks(self, tars: RunningServer) -> bool:
        """It connects for a conversation, and offers nothing."""
        try:
            async with old_device(tars) as old:
                return await converses(old)
        except (ConnectionClosed, InvalidStatus):
            return False

    async def talks(self, name: str, url: str) -> bool:
        """It dials until it is linked; False: two attempts have failed."""
        async with device(url, name, key=self.keys[name], state=self.folder / name) as running:
            steps = running.steps
            await steps.until(lambda: steps.state("continuity", name) == "LINKED" or len(steps.of("failed", name)) == 2)
            if steps.state("continuity", name) != "LINKED":
                return False
            await running.is_called()
            await running.hears(noise(1.6))
            await running.plays_to_the_end()
            return True


async def converses(old: OldDevice) -> bool:
    await old.says("hotword_detected")
    answered = await old.asks(noise(1.2)) == to_pcm(ANSWER)
    await old.says("session_end")
    return answered


ALL = {"predecessor", "plain", "paired"}
STEPS = [
    ("before: nothing is encrypted, and the paired device finds no server", {"encryption": "off"}, {"predecessor", "plain"}),
    ("the server is updated", {}, ALL),
    ("devices that can encrypt must", {"encryption": "required"}, {"predecessor", "paired"}),
    ("a step back", {"encryption": "optional"}, ALL),
    ("the old protocol ends", {"encryption": "required", "legacy": "refuse"}, {"paired"}),
]


def test_in_each_step_those_talk_that_may_and_a_step_back_lets_all_in_again(tmp_path: Path) -> None:
    async def main() -> None:
        fleet = Fleet(tmp_path)
        for step, settings, talk in STEPS:
            async with fleet.served(**{"legacy": "without_key"} | settings) as tars:
                assert await fleet.who_talks(tars) == talk, step

    asyncio.run(main())


def test_the_log_says_who_does_not_encrypt_yet_and_a_device_that_is_shut_out_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def links() -> set[tuple[str, str, str]]:
        values = [vars(record)["values"] for record in caplog.records if record.message == "link" and "device" in vars(record)["values"]]
        return {(each["device"], each["protocol"], each["encrypted"]) for each in values}

    async def main() -> None:
        fleet = Fleet(tmp_path)
        async with fleet.served(legacy="without_key") as tars:
            await fleet.who_talks(tars)
        assert links() == {("legacy.1", "legacy", "no"), ("plain", "tars.v1", "no"), ("paired", "tars.v1", "yes")}
        async with fleet.served(legacy="without_key", encryption="required") as tars:
            await fleet.who_talks(tars)
        assert ENCRYPTION_WANTED in caplog.messages

    with caplog.at_level(logging.INFO, "tars"):
        asyncio.run(main())


def test_a_device_goes_over_by_itself_while_the_others_stay_as_they_are(tmp_path: Path) -> None:
    """It is given the authority, and `server: wss://...`; its key and its name stay."""

    async def main() -> None:
        fleet = Fleet(tmp_path)
        async with fleet.served(legacy="without_key") as tars:
            save_paired(tmp_path / "plain", PairedServer("wss://somewhere:7456", "plain", "x"), authority_pem(tmp_path / "server"))
            assert not await fleet.talks("plain", tars.url), "with an authority it does not go back by itself"
            assert await fleet.talks("plain", tars.url.replace("ws:", "wss:"))
        async with fleet.served(legacy="without_key", encryption="required") as tars:
            assert await fleet.talks("plain", tars.url.replace("ws:", "wss:"))

    asyncio.run(main())
