"""Whom a device trusts, and when it may speak without encryption."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tars.device.main import run
from tars.device.paired import SERVER_CA
from tars.device.settings import DeviceConfig, load
from tars.device.trust import encryption_of
from tars.errors import ConfigError
from tars.runtime.tls import Trust

FAR, FAR_PLAIN, NEAR_PLAIN = "wss://192.168.1.10:7456", "ws://192.168.1.10:7456", "ws://127.0.0.1:7456"


def trusted(state: Path, **settings: Any) -> Trust | None:
    return encryption_of(DeviceConfig(state=state, **settings))


def test_a_device_without_an_authority_speaks_as_the_url_says(tmp_path: Path) -> None:
    assert trusted(tmp_path, server=FAR_PLAIN) is None
    assert trusted(tmp_path, server=FAR) == Trust(None)


@pytest.mark.parametrize("given", [True, False], ids=["given", "in the state folder"])
def test_a_device_with_an_authority_trusts_it_and_nothing_else(tmp_path: Path, *, given: bool) -> None:
    file = tmp_path / ("my.pem" if given else SERVER_CA)
    file.touch()
    settings = {"ca": file} if given else {}
    assert trusted(tmp_path, server=FAR, **settings) == Trust(file)
    with pytest.raises(ConfigError, match=rf"server is {FAR_PLAIN}, .* \(ca: {file}\)\. Set server to {FAR}; only ca: none lets it"):
        trusted(tmp_path, server=FAR_PLAIN, **settings)


def test_an_authority_that_is_named_goes_before_the_one_in_the_state_folder(tmp_path: Path) -> None:
    (tmp_path / SERVER_CA).touch()
    assert trusted(tmp_path, server=FAR, ca=tmp_path / "missing.pem") == Trust(tmp_path / "missing.pem")
    assert trusted(tmp_path, server=FAR, ca="system") == Trust(None)


def test_only_an_explicit_word_lets_a_device_with_an_authority_speak_without_encryption(tmp_path: Path) -> None:
    (tmp_path / SERVER_CA).touch()
    assert trusted(tmp_path, server=FAR_PLAIN, ca="none") is None
    with pytest.raises(ConfigError, match="server is ws://"):
        trusted(tmp_path, server=FAR_PLAIN, ca="system")
    with pytest.raises(ConfigError, match=r"server is wss://.* but ca is none"):
        trusted(tmp_path, server=FAR, ca="none")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "[::1]", "localhost"])
def test_on_its_own_machine_a_device_need_not_encrypt(tmp_path: Path, host: str) -> None:
    (tmp_path / SERVER_CA).touch()
    assert trusted(tmp_path, server=f"ws://{host}:7456") is None
    assert trusted(tmp_path, server=f"wss://{host}:7456") == Trust(tmp_path / SERVER_CA)


@pytest.mark.parametrize("host", ["192.168.1.10", "localhost.example.com", "127.0.0.1.example.com", "0.0.0.0", "[::]"])
def test_no_other_name_is_its_own_machine(tmp_path: Path, host: str) -> None:
    (tmp_path / SERVER_CA).touch()
    with pytest.raises(ConfigError, match="not encrypted"):
        trusted(tmp_path, server=f"ws://{host}:7456")


def test_the_mistake_ends_the_program_before_anything_is_opened(tmp_path: Path) -> None:
    import asyncio

    (tmp_path / SERVER_CA).touch()
    config = DeviceConfig(server=FAR_PLAIN, state=tmp_path, microphone="no such device")
    with pytest.raises(ConfigError, match="not encrypted"):
        asyncio.run(run(config, lambda: config))


def test_the_setting_is_a_word_or_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/tars")
    for text, value in (("system", "system"), ("none", "none"), ("~/ca.pem", Path("/home/tars/ca.pem")), ("", None)):
        assert load([], {"TARS_CA": text})[1].ca == value
