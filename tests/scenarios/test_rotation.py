"""A server goes from one certificate authority to another, and nobody visits its devices."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tars.core.codec import AUTHORITIES_HEADER, SUBPROTOCOL
from tars.device.paired import SERVER_CA, PairedServer, read_paired, save_paired, saved_authorities
from tars.device.pairing import pair
from tars.device.settings import DeviceConfig
from tars.errors import ConfigError
from tars.generated.messages import Authorities
from tars.runtime.runner import Tell
from tars.runtime.tls import Trust, authorities_in, read_identity
from tars.samples import RATE
from tars.server import encryption
from tars.server.ca_command import run_ca_command
from tars.server.certificates import CERTIFICATE, authority_pem, current_certificate, next_authority_pem
from tars.server.settings import ServerConfig
from tars.server.state_folder import open_store
from tars.testing import ScriptedBrain, Turn
from tests.certificates import Authority
from tests.faults.proxy import proxy
from tests.in_process import RunningDevice, RunningServer, device, server, until
from tests.runtime.test_tls import shake_hands
from tests.server.connections import add_keys, answer, hello, say
from tests.server.pairing_peers import opened
from tests.sounds import noise

NOT_KEPT = "the authorities of the server are not kept"
GARBAGE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encryption, "WATCH_INTERVAL", 0.02)


class Installation:
    """A server with a state folder, and the devices that are paired with it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state = folder, folder / "server"

    def pair(self, *names: str) -> None:
        """Give these devices what pairing gives them."""
        for name, key in zip(names, add_keys(self.state, *names), strict=True):
            save_paired(self.folder / name, PairedServer("wss://somewhere:7456", name, key), authority_pem(self.state))

    @asynccontextmanager
    async def open(self, **settings: Any) -> AsyncIterator[RunningServer]:
        """The server, while this lasts."""
        async with server(state=self.state, encryption="required", **settings) as tars:
            yield tars

    @asynccontextmanager
    async def device(self, name: str, port: int, scheme: str = "wss", **settings: Any) -> AsyncIterator[RunningDevice]:
        """A device, while this lasts. It talks to the server on this port."""
        paired = read_paired(self.folder / name)
        assert paired is not None
        known = {"key": paired.key, "state": self.folder / name}
        async with device(f"{scheme}://127.0.0.1:{port}", name, **known | settings) as running:
            yield running

    def ca(self, *words: str) -> str:
        """What `tars-server ca` says. Raises ConfigError."""
        lines: list[str] = []
        with closing(open_store(self.state)) as store:
            run_ca_command(words, ServerConfig(state=self.state), store, lines.append)
        return "\n".join(lines)

    def next(self) -> str:
        """The fingerprint of the new authority."""
        return authorities_in(next_authority_pem(self.state))

    def repair(self, name: str) -> None:
        """Pair a device again that was left behind; it gets its old key here."""
        (self.folder / name / SERVER_CA).write_text(authority_pem(self.state))

    def has(self, name: str) -> str:
        """The authorities that a device has saved."""
        return saved_authorities(self.folder / name)

    def noted(self, name: str) -> str:
        """What the server has noted of it."""
        with closing(open_store(self.state)) as store:
            return store.trusted_authorities()[name]


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def together(*sha256: str) -> str:
    """Several fingerprints, as they are said."""
    return ",".join(sorted(sha256))


def leaf(file: Path) -> str:
    """The certificate in a file with a key."""
    text = file.read_text()
    return text[text.index("-----BEGIN CERTIFICATE") :]


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


# --- those who would like to be trusted ------------------------------------------------------------------------------------------


def test_somebody_in_between_without_the_old_authority_is_not_even_heard(here: Installation) -> None:
    async def main() -> None:
        here.pair("kitchen")
        other = Installation(here.folder / "attacker")
        other.state.mkdir(parents=True)
        before = (here.folder / "kitchen" / SERVER_CA).read_bytes()
        async with (
            here.open() as tars,
            other.open() as his,
            proxy(his.port) as between,
            here.device("kitchen", between.port) as kitchen,
        ):
            await kitchen.steps.event("failed", times=3)
            assert not his.registry.runners
            between._target = tars.port
            await kitchen.steps.states(continuity="LINKED")
        assert (here.folder / "kitchen" / SERVER_CA).read_bytes() == before

    asyncio.run(main())


@pytest.mark.parametrize("link", ["plain", "named authority", "another pairing meanwhile"])
def test_only_the_link_that_the_saved_authority_protects_may_replace_it(
    here: Installation, link: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever is at the other end is welcome otherwise, and sends an authority of his own."""

    async def main() -> None:
        here.pair("kitchen")
        named = here.folder / "named.pem"
        named.write_text(authority_pem(here.state))
        ca = {"plain": "none", "named authority": named, "another pairing meanwhile": None}[link]
        evil = Authority(here.folder, "evil").file.read_text()
        file = here.folder / "kitchen" / SERVER_CA
        async with here.open() as tars:
            scheme = "ws" if link == "plain" else "wss"
            async with here.device("kitchen", tars.port, scheme, ca=ca) as kitchen:
                await kitchen.steps.states(continuity="LINKED")
                if link == "another pairing meanwhile":
                    file.write_text(Authority(here.folder, "new").file.read_text())
                before = file.read_bytes()
                (generation,) = tars.registry.runners["kitchen"].sockets
                tars.registry.runners["kitchen"].post(Tell(generation, Authorities(evil)))
                await until(lambda: NOT_KEPT in caplog.messages)
                assert file.read_bytes() == before
                assert kitchen.steps.state("continuity") == "LINKED"

    asyncio.run(main())


@pytest.mark.parametrize("ca", ["", GARBAGE, "leaf"], ids=["nothing", "garbage", "no authority"])
def test_what_is_no_authority_replaces_none(here: Installation, ca: str, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        here.pair("kitchen")
        before = here.has("kitchen")
        async with here.open() as tars, here.device("kitchen", tars.port) as kitchen:
            await kitchen.steps.states(continuity="LINKED")
            sent = leaf(current_certificate(here.state)) if ca == "leaf" else ca
            (generation,) = tars.registry.runners["kitchen"].sockets
            tars.registry.runners["kitchen"].post(Tell(generation, Authorities(sent)))
            await until(lambda: NOT_KEPT in caplog.messages)
            assert "it holds no certificate authority as PEM" in str(vars(caplog.records[-1])["values"]["reason"])
            assert here.has("kitchen") == before

    asyncio.run(main())


def test_after_the_change_a_server_with_the_old_authority_is_a_stranger(here: Installation) -> None:
    """Somebody has copied the state folder of the server before."""

    async def main() -> None:
        here.pair("kitchen")
        thief = Installation(here.folder / "thief")
        shutil.copytree(here.state, thief.state)
        async with here.open() as tars, here.device("kitchen", tars.port):
            here.ca("rotate")
            await until(lambda: "," in here.noted("kitchen"))
            here.ca("retire")
            await until(lambda: "," not in here.has("kitchen"))
        async with thief.open() as his, here.device("kitchen", his.port) as kitchen:
            failure = await kitchen.steps.event("failed", times=2)
            assert "certificate is not trusted" in failure.payload["reason"]
            assert not his.registry.runners

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
                assert here.has("kitchen") == here.noted("kitchen") == old
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
