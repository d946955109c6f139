"""`tars-server pair`: what it says, and how it ends."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tars.errors import ConfigError
from tars.runtime import clock
from tars.server.memory_store import MemoryStore
from tars.server.pair_command import BURNED, NO_SERVER, NOT_ENCRYPTED, ONLY_HERE, OVER, REPLACED, show_pairing
from tars.server.pairings import LIFETIME, Pairing, open_pairing
from tars.server.state_folder import claimed, write_url


def shown(store: MemoryStore, folder: Path, then: Callable[[Pairing], object], name: str = "") -> list[str]:
    """What it says, if `then` is called once it waits."""
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        if line.startswith("Waiting"):
            pairing = store.pairing()
            assert pairing is not None
            then(pairing)

    asyncio.run(show_pairing(store, folder, name, say))
    return lines


def changing(store: MemoryStore, **values: object) -> Callable[[Pairing], object]:
    return lambda pairing: store.change_pairing(lambda _: replace(pairing, **values))  # type: ignore[arg-type]


def test_it_says_what_to_type_and_when_a_device_has_paired(tmp_path: Path) -> None:
    store = MemoryStore()
    digits: list[str] = []

    def pair(pairing: Pairing) -> None:
        digits.append(pairing.digits)
        changing(store, device="kitchen")(pairing)

    with claimed(tmp_path):
        write_url(tmp_path, "wss://192.168.1.10:7456")
        lines = shown(store, tmp_path, pair)
    assert f"    tars-pi pair {digits[0]} --server wss://192.168.1.10:7456" in lines
    assert lines[-1].startswith("kitchen is paired.")
    assert not {NO_SERVER, ONLY_HERE, NOT_ENCRYPTED} & set(lines)
    assert store.pairing() is None, "the digits do not stay in the file"


def test_a_server_that_is_announced_needs_no_address(tmp_path: Path) -> None:
    store = MemoryStore()
    with claimed(tmp_path):
        write_url(tmp_path, "wss://192.168.1.10:7456", "9f3a0b12")
        lines = shown(store, tmp_path, changing(store, device="kitchen"))
    (command,) = [line for line in lines if re.fullmatch(r" +tars-pi pair \d{6}", line)]
    (by_address,) = [line for line in lines if "--server wss://192.168.1.10:7456" in line]
    assert lines.index(command) < lines.index("If it does not find this server, 9f3a0b12, type there:") < lines.index(by_address)


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        (None, NO_SERVER),
        ("wss://127.0.0.1:7456", ONLY_HERE),
        ("ws://[::1]:7456", ONLY_HERE),
        ("ws://192.168.1.10:7456", NOT_ENCRYPTED),
    ],
)
def test_it_says_why_a_device_could_not_come(tmp_path: Path, url: str | None, hint: str) -> None:
    store = MemoryStore()
    if url is None:
        lines = shown(store, tmp_path, changing(store, device="kitchen"))
    else:
        with claimed(tmp_path):
            write_url(tmp_path, url)
            lines = shown(store, tmp_path, changing(store, device="kitchen"))
    assert hint in lines


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"failed": 3}, BURNED), ({"opened": -LIFETIME}, OVER), ({"id": "another"}, REPLACED)],
)
def test_it_says_why_no_device_has_paired(tmp_path: Path, values: dict[str, object], reason: str) -> None:
    store = MemoryStore()
    with pytest.raises(ConfigError) as failed:
        shown(store, tmp_path, changing(store, **values))
    assert str(failed.value) == reason
    left = store.pairing()
    assert left is None or left.id == "another", "that of the other command stays"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_makes_the_digits_void(tmp_path: Path, number: signal.Signals) -> None:
    store = MemoryStore()
    lines = shown(store, tmp_path, lambda _: asyncio.get_running_loop().call_soon(os.kill, os.getpid(), number))
    assert lines[-1] == "The digits are void."
    assert store.pairing() is None


def test_digits_that_nobody_can_read_are_void(tmp_path: Path) -> None:
    store = MemoryStore()

    def say(_: str) -> None:
        raise ConfigError("standard output cannot be written")

    with pytest.raises(ConfigError):
        asyncio.run(show_pairing(store, tmp_path, "", say))
    assert store.pairing() is None


def test_a_name_that_a_device_has_is_refused(tmp_path: Path) -> None:
    store = MemoryStore()
    store.add_key("kitchen", "hash")
    with pytest.raises(ConfigError, match="there is a device kitchen already: `tars-server devices revoke kitchen` first"):
        asyncio.run(show_pairing(store, tmp_path, "kitchen", print))
    with pytest.raises(ConfigError, match="browser-1 is no name for a device"):
        asyncio.run(show_pairing(store, tmp_path, "browser-1", print))
    assert store.pairing() is None


def test_the_first_pairing_says_that_it_shuts_the_others_out(tmp_path: Path) -> None:
    first, later = MemoryStore(), MemoryStore()
    later.add_key("bedroom", "hash")
    said = [shown(store, tmp_path, changing(store, device="kitchen")) for store in (first, later)]
    assert ["without a key nobody is let in" in "".join(lines) for lines in said] == [True, False]


def test_a_new_pairing_ends_the_one_before() -> None:
    store = MemoryStore()
    before = open_pairing(store, "")
    now = open_pairing(store, "")
    assert store.pairing() == now != before
    assert now.opened <= clock.wall()
