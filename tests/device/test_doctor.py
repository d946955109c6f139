"""What the doctor of the device says of its server and of what is announced."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tars.device import doctor as module
from tars.device.discovery import FoundServer
from tars.device.doctor import check
from tars.device.settings import DeviceConfig
from tars.errors import ConfigError
from tars.runtime.discovery import MISSING
from tars.runtime.tls import authority_ids
from tests.in_process import unreachable
from tests.scenarios.encrypted import encrypted


def examined(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *announced: str, server: str = "", failure: str = "", **settings: Any
) -> tuple[str, tuple[bool, str], str]:
    """What is said of discovery, whether and how the server answers, its URL. `announced`: where its authority is; HERE: at the server.

    Of `other_servers` none answers.
    """

    elsewhere: tuple[str, ...] = settings.get("other_servers", ())

    async def main() -> tuple[str, tuple[bool, str], str]:
        async with encrypted(folder) as (tars, known):
            del tars
            (identity,) = authority_ids(known["ca"].read_text())

            async def find_all() -> list[FoundServer]:
                if failure:
                    raise ConfigError(failure)
                return [FoundServer("attic", known["url"] if url == HERE else url, identity) for url in announced]

            monkeypatch.setattr(module, "find_all", find_all)
            config = DeviceConfig(server=server or known["url"], ca=known["ca"], state=known["state"], **settings)
            discovery, answers, *others = await asyncio.to_thread(check, config)
            assert [(one.ok, one.text.startswith(f"{url} does not answer")) for one, url in zip(others, elsewhere, strict=True)] == [
                (False, True) for _ in elsewhere
            ]
            assert discovery.ok, "a server may be reached without"
            return discovery.text, (answers.ok, answers.text), known["url"]

    return asyncio.run(main())


HERE = "here"


def test_a_server_that_answers_where_it_was_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    discovery, server, url = examined(tmp_path, monkeypatch, HERE)
    assert discovery == f"attic at {url}, the server of this device"
    assert server == (True, f"{url} answers and speaks tars.v1")


def test_a_server_that_has_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last, liar = (unreachable().replace("ws:", "wss:") for _ in range(2))
    _, server, url = examined(tmp_path, monkeypatch, liar, HERE, server=last)
    assert server == (True, f"{url} answers and speaks tars.v1; found in the network, for it does not answer at {last} any more")


def test_a_server_that_is_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last = unreachable().replace("ws:", "wss:")
    discovery, (ok, said), _ = examined(tmp_path, monkeypatch, server=last)
    assert discovery == "no tars-server is announced in this network"
    assert (ok, said.startswith(f"{last} does not answer")) == (False, True)


def test_each_of_several_servers_is_asked_and_none_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The device looks for none: what is announced would hide that one of them is gone."""
    gone, other = (unreachable().replace("ws:", "wss:") for _ in range(2))
    _, (ok, _), _ = examined(tmp_path, monkeypatch, HERE, other_servers=(gone, other))
    assert ok
    _, (ok, said), _ = examined(tmp_path, monkeypatch, HERE, server=gone, other_servers=(other,))
    assert (ok, said.startswith(f"{gone} does not answer")) == (False, True)


@pytest.mark.parametrize(("settings", "said"), [({"discovery": "off"}, "off (`discovery`)"), ({"failure": MISSING}, MISSING)])
def test_where_nothing_can_be_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], said: str) -> None:
    discovery, (ok, _), _ = examined(tmp_path, monkeypatch, HERE, **settings)
    assert (discovery, ok) == (said, True)
