"""Devices and servers whose clock shows a wrong date, with encrypted links."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tars.device.paired import PairedServer, save_paired
from tars.runtime import clock
from tars.server.certificates import authority_pem
from tests.programs import program, tars_server
from tests.server.connections import add_keys
from tests.sounds import quiet, write_wav

DAY = 86_400
YEAR = 365 * DAY


class WrongClock:
    """A clock that a program is given."""

    def __init__(self, folder: Path) -> None:
        self._file, self._library = folder / "moved", folder / "wrong_clock.so"
        source = Path(__file__).with_name("wrong_clock.c")
        subprocess.run(["gcc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", self._library, source], check=True)
        self.move(0)

    @property
    def variables(self) -> dict[str, str]:
        """The environment of the program."""
        return {"LD_PRELOAD": str(self._library), "WRONG_CLOCK": str(self._file)}

    def move(self, seconds: float) -> None:
        """So many seconds ahead of the right time, from now on."""
        self._file.write_text(f"{seconds:.0f}\n")

    def show(self, moment: float) -> None:
        """This time, in seconds since 1970."""
        self.move(moment - clock.wall())


@pytest.fixture
def wrong(tmp_path: Path) -> WrongClock:
    return WrongClock(tmp_path)


def pair(folder: Path, url: str) -> list[str | Path]:
    """A device that is paired with the server in `folder`: its options."""
    (key,) = add_keys(folder / "server", "kitchen")
    save_paired(folder / "device", PairedServer(url.replace("ws:", "wss:"), "kitchen", key), authority_pem(folder / "server"))
    write_wav(folder / "said.wav", quiet(120))
    return ["--state", folder / "device", "--microphone", f"file:{folder / 'said.wav'}", "--speaker", "none", "--wake-word", "none"]


@pytest.mark.parametrize("moment", [5 * DAY, 29 * YEAR], ids=["1970", "1998"])
def test_a_device_whose_clock_has_not_been_set_yet_is_linked(tmp_path: Path, wrong: WrongClock, moment: float) -> None:
    wrong.show(moment)
    with (
        tars_server("--state", tmp_path / "server", TARS_ENCRYPTION="required") as (_, url),
        program("tars.device", *pair(tmp_path, url), **wrong.variables) as kitchen,
    ):
        assert "encrypted=yes" in kitchen.says("link ")
        kitchen.stop()


def test_a_device_whose_clock_is_years_ahead_says_so_and_is_linked_once_it_is_set(tmp_path: Path, wrong: WrongClock) -> None:
    wrong.move(2 * YEAR)
    with (
        tars_server("--state", tmp_path / "server", TARS_ENCRYPTION="required") as (server, url),
        program("tars.device", *pair(tmp_path, url), **wrong.variables) as kitchen,
    ):
        said = kitchen.says("certificate has expired")
        assert "Are the date and time of this device right?" in said
        server.says("has it the right `ca`, and the right time?")
        wrong.move(0)
        assert "encrypted=yes" in kitchen.says("link ")
        assert kitchen.output.count("certificate has expired") == 1, "it is said once, not at each attempt"
        kitchen.stop()


@pytest.mark.parametrize("years", [-50, 30])
def test_a_server_that_began_with_a_wrong_clock_is_trusted_before_and_after_it_is_set(
    tmp_path: Path, wrong: WrongClock, years: float
) -> None:
    wrong.move(years * YEAR)
    with tars_server("--state", tmp_path / "server", TARS_ENCRYPTION="required", **wrong.variables) as (server, url):
        with program("tars.device", *pair(tmp_path, url)) as kitchen:
            assert "encrypted=yes" in kitchen.says("link ")
            kitchen.stop()
        wrong.move(0)
        server.stop()
    with tars_server("--state", tmp_path / "server", TARS_ENCRYPTION="required") as (_, url):
        server_url = ["--server", url.replace("ws:", "wss:")]
        options = ["--microphone", f"file:{tmp_path / 'said.wav'}", "--speaker", "none", "--wake-word", "none"]
        with program("tars.device", *server_url, "--state", tmp_path / "device", *options) as kitchen:
            assert "encrypted=yes" in kitchen.says("link ")
            kitchen.stop()
