"""Those who would like to be trusted in place of the server, before, while and after it goes over to another certificate authority."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from tars.device.paired import SERVER_CA
from tars.generated.messages import Authorities
from tars.runtime.runner import Tell
from tars.server import encryption
from tars.server.certificates import authority_pem, current_certificate
from tests.certificates import Authority
from tests.faults.proxy import proxy
from tests.in_process import until
from tests.scenarios.installation import NOT_KEPT, Installation

GARBAGE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encryption, "WATCH_INTERVAL", 0.02)


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def leaf(file: Path) -> str:
    """The certificate in a file with a key."""
    text = file.read_text()
    return text[text.index("-----BEGIN CERTIFICATE") :]


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
