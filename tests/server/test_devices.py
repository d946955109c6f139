from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tars.errors import ConfigError
from tars.server.devices import run_devices_command
from tars.server.keys import NO_KEYS, digest, make_key
from tars.server.last_seen import Seen
from tars.server.memory_store import MemoryStore


def said(store: MemoryStore, *words: str, seen: Mapping[str, Seen] | None = None, following: str = "") -> list[str]:
    """What `tars-server devices` prints."""
    lines: list[str] = []
    run_devices_command(words, store, lines.append, seen or {}, following)
    return lines


def of(*names: str) -> MemoryStore:
    store = MemoryStore()
    for name in names:
        store.add_key(name, digest(make_key()))
    return store


def test_the_list_has_a_line_for_each_device_and_says_what_comes_next_without_one() -> None:
    assert [line.split()[:2] for line in said(of("kitchen", "bedroom"))] == [["bedroom", "since"], ["kitchen", "since"]]
    assert said(MemoryStore()) == [NO_KEYS]
    store = of("kitchen")
    store.remove_key("kitchen")
    assert said(store) == ["There is no device, so nobody is let in. `tars-server pair` pairs one."]


def test_the_list_says_when_each_device_had_its_last_link() -> None:
    bedroom, kitchen = said(of("kitchen", "bedroom"), seen={"kitchen": Seen(1796056571.0), "hall": Seen(1.0)})
    assert bedroom.endswith(" UTC  not seen yet")
    assert kitchen.endswith(" UTC  seen 2026-11-30 16:36 UTC")


def test_of_several_servers_the_list_says_with_which_one_a_device_is_linked_or_was() -> None:
    away = Seen(1796056571.0, server="1", name="pi:7456")
    linked = replace(away, linked=True)
    seen = {"kitchen": away, "bedroom": linked, "browser-1": linked}
    bedroom, kitchen, page = said(of("kitchen", "bedroom"), seen=seen)
    assert bedroom.endswith("  linked with pi:7456")
    assert kitchen.endswith("  seen 2026-11-30 16:36 UTC with pi:7456")
    assert page.endswith("  linked with pi:7456")


def test_the_list_says_which_device_is_muted() -> None:
    bedroom, kitchen = said(of("kitchen", "bedroom"), seen={"kitchen": Seen(1.0, muted=True), "bedroom": Seen(1.0)})
    assert kitchen.endswith(" UTC  muted")
    assert bedroom.endswith(" UTC")


def test_a_device_gets_another_name() -> None:
    store = of("pi", "bedroom")
    assert said(store, "rename", "pi", "kitchen")[0].startswith("pi is called kitchen from now on")
    assert [name for name, _ in store.list_keys()] == ["bedroom", "kitchen"]
    with pytest.raises(ConfigError, match="there is no device pi; `tars-server devices` shows all"):
        said(store, "rename", "pi", "hall")
    with pytest.raises(ConfigError, match="bedroom"):
        said(store, "rename", "kitchen", "bedroom")
    with pytest.raises(ConfigError, match="browser-1 is no name for a device: pages of the console are called so"):
        said(store, "rename", "kitchen", "browser-1")
    assert [name for name, _ in store.list_keys()] == ["bedroom", "kitchen"]


def test_a_device_is_shut_out() -> None:
    store = of("kitchen", "bedroom")
    assert len(said(store, "revoke", "kitchen")) == 1
    assert "nobody is let in" in said(store, "revoke", "bedroom")[1]
    with pytest.raises(ConfigError, match="there is no device bedroom"):
        said(store, "revoke", "bedroom")
