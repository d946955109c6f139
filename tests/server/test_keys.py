from __future__ import annotations

import pytest

from tars.errors import ConfigError
from tars.runtime.keys import is_key
from tars.server.keys import digest, make_key, run_key_command
from tars.server.memory_store import MemoryStore
from tars.server.state_folder import DeviceKey


def said(store: MemoryStore, *words: str) -> list[str]:
    """What `tars-server key` prints."""
    lines: list[str] = []
    run_key_command(words, store, lines.append)
    return lines


def test_a_key_is_long_and_never_the_same() -> None:
    keys = {make_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(is_key(key) and key.startswith("tars_") and len(key) == 48 for key in keys)


@pytest.mark.parametrize(
    "text", ["", "tars_", "secret", "tars_" + "x" * 42, "tars_" + "x" * 44, "tars_" + "x" * 42 + "\n", "TARS_" + "x" * 43]
)
def test_something_else_is_no_key(text: str) -> None:
    assert not is_key(text)


def test_a_key_is_printed_once_and_only_its_hash_is_kept() -> None:
    store = MemoryStore()
    key, advice = said(store, "add", "kitchen")
    assert list((store.owners() or {}).values()) == [DeviceKey(digest(key), "kitchen", "kitchen")]
    assert key not in str(vars(store))
    assert "TARS_KEY" in advice
    assert key not in str(said(store, "list"))


def test_a_device_with_a_key_gets_no_second_one() -> None:
    store = MemoryStore()
    key, _ = said(store, "add", "kitchen")
    with pytest.raises(ConfigError, match="has a key already"):
        said(store, "add", "kitchen")
    with pytest.raises(ConfigError, match="browser-1 is no name for a device"):
        said(store, "add", "browser-1")
    assert list((store.owners() or {}).values()) == [DeviceKey(digest(key), "kitchen", "kitchen")]


def test_the_list_names_devices_and_says_when_there_are_none() -> None:
    store = MemoryStore()
    assert "can act as any device" in said(store, "list")[0]
    for name in ("kitchen", "bedroom"):
        said(store, "add", name)
    assert [line.split()[0] for line in said(store, "list")] == ["bedroom", "kitchen"]


def test_removing_a_key_says_what_that_means() -> None:
    store = MemoryStore()
    for name in ("kitchen", "bedroom"):
        said(store, "add", name)
    for name in ("kitchen", "bedroom"):
        assert said(store, "remove", name) == [f"The key of {name} is removed. A running server closes its link within a second."]
    assert said(store, "list") == [], "a device still needs a key"
    with pytest.raises(ConfigError, match="there is no key for bedroom"):
        said(store, "remove", "bedroom")
