"""A server goes from one certificate authority to another, and nobody visits its devices."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tars.core.codec import AUTHORITIES_HEADER, SUBPROTOCOL
from tars.device.paired import read_paired
from tars.device.pairing import pair
from tars.device.settings import DeviceConfig
from tars.errors import ConfigError
from tars.runtime.tls import Trust, authorities_in, read_identity
from tars.samples import RATE
from tars.server import encryption
from tars.server.certificates import CERTIFICATE, authority_pem, current_certificate
from tars.testing import ScriptedBrain, Turn
from tests.in_process import until
from tests.runtime.test_tls import shake_hands
from tests.scenarios.installation import NOT_KEPT, Installation
from tests.server.connections import answer, hello, say
from tests.server.pairing_peers import opened
from tests.sounds import noise


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encryption, "WATCH_INTERVAL", 0.02)


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def together(*sha256: str) -> str:
    """Several fingerprints, as they are said."""
    return ",".join(sorted(sha256))


def fail(*_: object) -> None:
    raise OSError(28, "No space left on device")


def killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_linked_device_gets_the_new_authority_and_goes_over_to_it_in_the_middle_of_a_conversation(here: Installation) -> None:
    async def main() -> None:
        here.pair("kitchen")
        old = here.has("kitchen")
        brain = ScriptedBrain(Turn(speech=RATE, sound=noise(1)))
        async with here.open(brain=brain) as tars:
            async with here.device("kitchen", tars.port) as kitchen:
                await kitchen.is_called()
                here.ca("rotate")
                new = here.next()
                await until(lambda: here.noted("kitchen") == together(old, new))
                assert here.has("kitchen") == together(old, new)
                assert "The old authority is gone" in here.ca("retire")
                await until(lambda: here.noted("kitchen") == new)
                assert here.has("kitchen") == new, "the old one is not trusted any more"
                await kitchen.hears(noise(1.6))
                await kitchen.plays_to_the_end()
                assert len(kitchen.steps.of("welcome")) == 1, "the link has stayed"
            async with here.device("kitchen", tars.port) as kitchen:
                await kitchen.steps.states(continuity="LINKED")

    asyncio.run(main())


def test_a_device_that_was_away_gets_it_when_it_is_back_and_is_waited_for(here: Installation) -> None:
    async def main() -> None:
        here.pair("kitchen", "hall")
        old = here.has("hall")
        async with here.open() as tars:
            async with here.device("kitchen", tars.port):
                here.ca("rotate")
                new = here.next()
                await until(lambda: here.noted("kitchen") == together(old, new))
                with pytest.raises(ConfigError, match=r"these would be left behind: hall\. "):
                    here.ca("retire")
            assert authority_pem(here.state).count("BEGIN") == 2, "nothing has changed"
        async with here.open() as tars, here.device("hall", tars.port):
            await until(lambda: here.noted("hall") == together(old, new))
            here.ca("retire")
            await until(lambda: here.has("hall") == new)
        async with here.open() as tars, here.device("kitchen", tars.port) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            await until(lambda: here.has("kitchen") == new)

    asyncio.run(main())


def test_a_device_that_was_left_behind_trusts_nobody_new(here: Installation) -> None:
    async def main() -> None:
        here.pair("hall")
        old = here.has("hall")
        async with here.open() as tars:
            here.ca("rotate")
            assert "Pair these again, unless they are linked now: hall." in here.ca("retire", "now")
            before = tars.registry.admission.identity
            await until(lambda: tars.registry.admission.identity is not before)
            async with here.device("hall", tars.port) as hall:
                failure = await hall.steps.event("failed", times=2, device="hall")
                assert "the server's certificate is not trusted" in failure.payload["reason"]
            assert here.has("hall") == old
            here.repair("hall")
            async with here.device("hall", tars.port) as hall:
                await hall.steps.states("hall", continuity="LINKED")

    asyncio.run(main())


def test_a_device_that_is_linked_is_not_left_behind_even_if_nobody_waits_for_it(here: Installation) -> None:
    async def main() -> None:
        here.pair("kitchen")
        async with here.open() as tars:
            async with here.device("kitchen", tars.port):
                await until(lambda: here.noted("kitchen"))
                here.ca("rotate")
                new = here.next()
                here.ca("retire", "now")
                await until(lambda: here.has("kitchen") == new)
            async with here.device("kitchen", tars.port) as kitchen:
                await kitchen.steps.states(continuity="LINKED")

    asyncio.run(main())


def test_a_device_that_is_paired_in_between_has_both(here: Installation) -> None:
    async def main() -> None:
        async with here.open() as tars:
            old = authorities_in(authority_pem(here.state))
            here.ca("rotate")
            url = f"wss://127.0.0.1:{tars.port}"
            with opened(here.state, "kitchen") as (_, pairing):
                await pair(DeviceConfig(server=url, device="kitchen", state=here.folder / "kitchen"), pairing.digits, lambda _: None)
            assert here.has("kitchen") == together(old, here.next())
            with pytest.raises(ConfigError, match="left behind: kitchen"):
                here.ca("retire")  # it has said so only once it is linked
            async with here.device("kitchen", tars.port):
                await until(lambda: here.noted("kitchen") == together(old, here.next()))
            here.ca("retire")
            async with here.device("kitchen", tars.port) as kitchen:
                await kitchen.steps.states(continuity="LINKED")

    asyncio.run(main())


def test_a_device_that_cannot_take_it_goes_on_until_the_old_authority_is_retired_and_is_named(here: Installation) -> None:
    """An older program says nothing of authorities, and neither does one whose `ca` was set."""

    async def main() -> None:
        here.pair("kitchen")
        named = here.folder / "my-ca.pem"
        named.write_text(authority_pem(here.state))
        async with here.open() as tars:
            async with here.device("kitchen", tars.port, ca=named) as kitchen:
                await kitchen.steps.states(continuity="LINKED")
                here.ca("rotate")
                await until(lambda: tars.registry.admission.encryption.authorities.count("BEGIN") == 2)
                await kitchen.is_called()
            async with here.device("kitchen", tars.port, ca=named) as kitchen:
                await kitchen.is_called()
                with pytest.raises(ConfigError, match="left behind: kitchen"):
                    here.ca("retire")
        assert named.read_text().count("BEGIN") == 1

    asyncio.run(main())


def test_what_is_said_on_a_link_that_is_not_encrypted_counts_for_nothing(here: Installation) -> None:
    async def main() -> None:
        here.pair("kitchen")
        here.ca("rotate")
        paired = read_paired(here.folder / "kitchen")
        assert paired is not None
        headers = {"Authorization": f"Bearer {paired.key}", AUTHORITIES_HEADER: here.next()}
        async with (
            here.open() as tars,
            connect(tars.url, subprotocols=[Subprotocol(SUBPROTOCOL)], additional_headers=headers) as connection,
        ):
            await say(connection, hello("kitchen"))
            assert (await answer(connection))["type"] == "welcome"
            (socket,) = tars.registry.runners["kitchen"].sockets.values()
            assert socket.authorities == ""
            assert here.noted("kitchen") == ""

    asyncio.run(main())


# --- crashes ---------------------------------------------------------------------------------------------------------------------


def test_a_device_that_cannot_write_it_says_so_keeps_the_old_one_and_gets_it_again(
    here: Installation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        here.pair("kitchen")
        old = here.has("kitchen")
        async with here.open() as tars:
            async with here.device("kitchen", tars.port) as kitchen:
                await kitchen.steps.states(continuity="LINKED")
                with monkeypatch.context() as broken:
                    broken.setattr(Path, "replace", fail)
                    here.ca("rotate")
                    await until(lambda: NOT_KEPT in caplog.messages)
                assert here.has("kitchen") == old
                await until(lambda: here.noted("kitchen") == old)
            async with here.device("kitchen", tars.port):
                await until(lambda: here.noted("kitchen") == together(old, here.next()))

    asyncio.run(main())


def test_a_server_that_is_killed_in_the_middle_of_the_change_ends_it_at_its_next_start(here: Installation) -> None:
    """The authority is new, and the certificate still that of the old one."""

    async def main() -> None:
        here.pair("kitchen")
        async with here.open() as tars, here.device("kitchen", tars.port):
            here.ca("rotate")
            await until(lambda: "," in here.noted("kitchen"))
        stale = (here.state / CERTIFICATE).read_bytes()
        here.ca("retire")
        assert (here.state / CERTIFICATE).read_bytes() == stale
        async with here.open() as tars, here.device("kitchen", tars.port) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            await until(lambda: "," not in here.has("kitchen"))

    asyncio.run(main())


@pytest.mark.parametrize("crash", ["fsync", "link", "unlink", "rename", "replace"])
@pytest.mark.parametrize("command", ["rotate", "retire"])
def test_a_command_that_is_killed_changes_all_or_nothing_and_can_be_run_again(
    here: Installation, monkeypatch: pytest.MonkeyPatch, command: str, crash: str
) -> None:
    here.pair("kitchen")
    old = authorities_in(authority_pem(here.state))
    if command == "retire":
        here.ca("rotate")
    before = authorities_in(authority_pem(here.state))
    with monkeypatch.context() as killing, suppress(KeyboardInterrupt):
        killing.setattr(os, crash, killed)
        here.ca(*([command] if command == "rotate" else ["retire", "now"]))
    left = authorities_in(authority_pem(here.state))
    if left == before:
        here.ca(*([command] if command == "rotate" else ["retire", "now"]))
        left = authorities_in(authority_pem(here.state))
    assert (old in left) == (command == "rotate")
    assert left.count(",") == (1 if command == "rotate" else 0)
    (here.folder / "all.pem").write_text(authority_pem(here.state))
    shake_hands(Trust(here.folder / "all.pem").connect("x"), read_identity(current_certificate(here.state)).accept())
