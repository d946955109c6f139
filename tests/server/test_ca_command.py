"""What the commands of `tars-server ca` say, and whom they do not leave behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tars.errors import ConfigError
from tars.runtime.tls import authorities_in
from tars.server.ca_command import ALL_HAVE_IT, NO_NEW, RETIRED, ROTATED, UNKNOWN, run_ca_command
from tars.server.certificates import authority_pem, next_authority_pem
from tars.server.devices import run_devices_command
from tars.server.keys import digest, make_key
from tars.server.settings import ServerConfig, load
from tars.testing import MemoryStore


def said(folder: Path, store: MemoryStore, *words: str) -> str:
    """What `tars-server ca` says."""
    lines: list[str] = []
    run_ca_command(words, ServerConfig(state=folder), store, lines.append)
    return "\n".join(lines)


def devices(folder: Path, store: MemoryStore) -> str:
    """The last line of `tars-server devices`."""
    lines: list[str] = []
    run_devices_command((), store, lines.append, {}, next_authority_pem(folder))
    return lines[-1]


def of(*names: str) -> MemoryStore:
    store = MemoryStore()
    for name in names:
        store.add_key(name, digest(make_key()))
    return store


def test_a_change_from_one_authority_to_another(tmp_path: Path) -> None:
    store = of("kitchen", "hall")
    old = said(tmp_path, store)
    assert (old + "\n", old.count("BEGIN CERTIFICATE")) == (authority_pem(tmp_path), 1)
    assert "authority" not in devices(tmp_path, store)
    assert said(tmp_path, store, "rotate") == ROTATED
    both = said(tmp_path, store)
    assert both.startswith(old)
    assert both.count("BEGIN CERTIFICATE") == 2
    assert devices(tmp_path, store) == "The new authority is missing on: hall, kitchen."
    store.note_authorities({"kitchen": authorities_in(both), "hall": authorities_in(old)})
    assert devices(tmp_path, store) == "The new authority is missing on: hall."
    with pytest.raises(ConfigError, match=r"these would be left behind: hall\. Such a device was not linked since"):
        said(tmp_path, store, "retire")
    store.note_authorities({"hall": authorities_in(both)})
    assert devices(tmp_path, store) == ALL_HAVE_IT
    assert said(tmp_path, store, "retire") == RETIRED
    assert old not in said(tmp_path, store)
    assert said(tmp_path, store) in both
    with pytest.raises(ConfigError, match=NO_NEW):
        said(tmp_path, store, "retire")


def test_nobody_is_waited_for_if_the_operator_says_so(tmp_path: Path) -> None:
    store = of("kitchen", "hall")
    said(tmp_path, store, "rotate")
    store.note_authorities({"kitchen": authorities_in(said(tmp_path, store))})
    assert said(tmp_path, store, "retire", "now") == f"{RETIRED}\nPair these again, unless they are linked now: hall."


def test_where_no_device_is_known_the_operator_decides(tmp_path: Path) -> None:
    said(tmp_path, of(), "rotate")
    with pytest.raises(ConfigError) as refused:
        said(tmp_path, of(), "retire")
    assert str(refused.value) == UNKNOWN
    assert said(tmp_path, of(), "retire", "now") == RETIRED


def test_there_is_one_new_authority_at_a_time(tmp_path: Path) -> None:
    said(tmp_path, of(), "rotate")
    before = authority_pem(tmp_path)
    with pytest.raises(ConfigError, match="there is a new authority already: `tars-server ca retire` ends the change"):
        said(tmp_path, of(), "rotate")
    assert authority_pem(tmp_path) == before


@pytest.mark.parametrize("words", [(), ("rotate",), ("retire",), ("retire", "now")])
def test_who_has_a_certificate_of_their_own_has_another_authority(tmp_path: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="its devices need the authority that has issued it"):
        run_ca_command(words, ServerConfig(state=tmp_path, tls_certificate=tmp_path / "own.pem"), of(), print)


def test_a_word_that_is_not_known_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"\[now\] of `ca retire \[now\]` must be now"):
        load(["ca", "retire", "later"], {})


@pytest.mark.parametrize("words", ["ca", "ca rotate", "ca retire", "ca retire now"])
def test_the_command_line_knows_them(words: str) -> None:
    assert load(words.split(), {})[0] == words
