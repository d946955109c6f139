"""What is saved of a pairing, and where it stands among the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tars.device.paired import FILE, OWN_KEY, SEARCHED, SERVER_CA, PairedServer, check_folder, keep_changed, read_paired, save_paired
from tars.device.settings import DeviceConfig, load
from tars.device.trust import encryption_of
from tars.errors import ConfigError
from tars.runtime.tls import Trust
from tars.server.keys import make_key

KEY, OTHER = make_key(), make_key()
URL = "wss://192.168.1.10:7456"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The state folder of a device that is paired."""
    save_paired(tmp_path / "state", PairedServer(URL, "kitchen", KEY, "attic"), "CA")
    return tmp_path / "state"


def loaded(state: Path, *argv: str, **environ: str) -> DeviceConfig:
    return load(["--state", str(state), *argv], environ)[1]


def test_only_its_owner_may_read_what_is_saved(state: Path) -> None:
    assert {file.name: file.stat().st_mode & 0o777 for file in state.iterdir()} == {FILE: 0o600, SERVER_CA: 0o600}
    assert state.stat().st_mode & 0o777 == 0o700
    assert read_paired(state) == PairedServer(URL, "kitchen", KEY, "attic")
    assert KEY not in repr(read_paired(state))


def test_a_paired_device_needs_no_setting(state: Path) -> None:
    config = loaded(state)
    assert (config.server, config.device, config.key) == (URL, "kitchen", KEY)
    assert encryption_of(config) == Trust(state / SERVER_CA)
    assert load([], {"TARS_STATE": str(state)})[1].key == KEY


def test_it_is_below_the_file_the_variables_and_the_options(state: Path, tmp_path: Path) -> None:
    file = tmp_path / "pi.yaml"
    file.write_text(f"state: {state}\ndevice: hall\nserver: wss://tars.local:7456\n")
    config = load(["--config", str(file)], {})[1]
    assert (config.server, config.device, config.key) == ("wss://tars.local:7456", "hall", KEY)
    assert load(["--config", str(file), "--device", "attic"], {})[1].device == "attic"


@pytest.mark.parametrize(
    ("argv", "environ"),
    [
        (["--server", "ws://192.168.1.10:7456"], {}),
        (["--server", "ws://127.0.0.1:7456"], {}),
        (["--server", "ws://192.168.1.10:7456"], {"TARS_CA": "none"}),
        ([], {"TARS_CA": "system"}),
        ([], {"TARS_KEY": OTHER}),
    ],
)
def test_the_key_of_the_pairing_goes_to_no_other_server(state: Path, argv: list[str], environ: dict[str, str]) -> None:
    config = loaded(state, *argv, **environ)
    assert config.key in (None, OTHER)


def test_a_server_of_another_address_gets_the_key_only_if_it_proves_to_be_the_same(state: Path) -> None:
    moved = loaded(state, "--server", "wss://10.0.0.1:7456")
    assert moved.key == KEY
    assert encryption_of(moved) == Trust(state / SERVER_CA), "it needs a certificate of the authority"
    (state / SERVER_CA).unlink()  # the server has a certificate of its own: any other with one would do
    assert loaded(state, "--server", "wss://evil.example:7456").key is None
    assert loaded(state).key == KEY


def test_a_paired_device_does_not_speak_without_encryption(state: Path) -> None:
    with pytest.raises(ConfigError, match="not encrypted"):
        encryption_of(loaded(state, "--server", "ws://192.168.1.10:7456"))


def test_a_device_that_is_paired_with_this_machine_needs_no_encryption(tmp_path: Path) -> None:
    save_paired(tmp_path, PairedServer("ws://127.0.0.1:7456", "kitchen", KEY), "")
    config = loaded(tmp_path)
    assert (config.key, encryption_of(config)) == (KEY, None)


def test_a_new_pairing_replaces_the_one_before(state: Path) -> None:
    save_paired(state, PairedServer("ws://127.0.0.1:7456", "hall", OTHER), "")
    assert not (state / SERVER_CA).exists()
    assert loaded(state).device == "hall"


def test_a_device_that_was_never_paired_starts_as_before(tmp_path: Path) -> None:
    assert loaded(tmp_path).server == "ws://127.0.0.1:7456"
    assert read_paired(tmp_path / "missing") is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"server": "x"}', json.dumps({"server": URL, "device": "a", "key": "b", "more": "c"})])
def test_what_is_damaged_is_said_and_pairing_mends_it(state: Path, text: str) -> None:
    (state / FILE).write_text(text)
    with pytest.raises(ConfigError, match=r"device\.json is damaged: pair this device again, with `tars-pi pair`"):
        loaded(state)
    assert load(["pair", "492817", "--state", str(state), "--server", URL], {})[0] == "pair 492817"


@pytest.mark.parametrize("key", ["server", "device", "key"])
def test_a_value_that_is_none_is_said(state: Path, key: str) -> None:
    values = json.loads((state / FILE).read_text())
    (state / FILE).write_text(json.dumps(values | {key: "no such value!"}))
    with pytest.raises(ConfigError, match=f"{key} in device.json must"):
        loaded(state)


def test_a_new_name_is_kept_for_the_next_start_if_it_is_that_of_the_pairing(state: Path, tmp_path: Path) -> None:
    assert not keep_changed(state, OTHER, device="hall"), "the key is another one: another server says so"
    assert not keep_changed(state, KEY, device="kitchen")
    assert keep_changed(state, KEY, device="hall")
    assert not keep_changed(state, KEY, device="hall")
    config = loaded(state)
    assert (config.device, config.key, config.server) == ("hall", KEY, URL)
    assert (state / SERVER_CA).read_text() == "CA"
    assert (state / FILE).stat().st_mode & 0o777 == 0o600
    assert not keep_changed(tmp_path / "never paired", KEY, device="hall")


def test_a_new_address_of_the_server_is_kept_for_the_next_start(state: Path) -> None:
    assert not keep_changed(state, OTHER, server="wss://192.168.1.99:7456"), "that of another server"
    assert keep_changed(state, KEY, server="wss://192.168.1.99:7456")
    config = loaded(state)
    assert (config.device, config.key, config.server) == ("kitchen", KEY, "wss://192.168.1.99:7456")


def test_to_pair_it_needs_no_server_and_no_key(state: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load(["pair", "--state", str(tmp_path / "new")], {"TARS_KEY": KEY})
    assert str(refused.value) == OWN_KEY
    command, config = load(["pair", "--state", str(state)], {})
    assert (command, config.server, config.key) == ("pair", SEARCHED, None), "the old key is not taken"
    assert load(["pair", "--server", URL], {})[1].server == URL


@pytest.mark.parametrize("digits", ["49281", "4928170", "49281x", "\N{ARABIC-INDIC DIGIT ONE}" * 6])
def test_digits_that_are_none_are_refused(tmp_path: Path, digits: str) -> None:
    with pytest.raises(ConfigError, match="must be the six digits that `tars-server pair` shows"):
        load(["pair", digits, "--server", URL, "--state", str(tmp_path)], {})


def test_a_folder_that_cannot_be_written_is_noticed_before_the_digits_are_used(tmp_path: Path) -> None:
    check_folder(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot keep state in"):
        check_folder(tmp_path / "file")
