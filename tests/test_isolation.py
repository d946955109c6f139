"""What the user of this machine has set up changes no result."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.isolation import isolated

ROOT = Path(__file__).resolve().parent.parent
ASOUNDRC = """\
pcm.!default { type null }
pcm.!pulse { type null }
pcm.other { type null hint { show on description "Another device" } }
ctl.!default { type hw card 7 }
"""
REPRESENTATIVE = (
    "tests/e2e/test_doctor.py",
    "tests/e2e/test_mistakes.py::test_a_machine_without_a_microphone",
    "tests/e2e/test_mistakes.py::test_a_recogniser_that_is_missing",
    "tests/codegen/verify/serve/test_command.py::test_it_says_where_it_is_and_ends_at_control_c",
    "tests/device/audio/test_devices.py",
    "tests/runtime/test_log.py",
    "tests/runtime/test_config.py",
    "tests/test_layers.py::test_no_folder_of_code_lies_beside_the_known_ones",
    "tests/test_docs.py::test_every_target_of_make_exists",
)


def hostile(home: Path) -> dict[str, str]:
    """The environment of somebody who likes everything otherwise. PATH is left, for the tools are there."""
    home.mkdir()
    (home / ".asoundrc").write_text(ASOUNDRC)
    (home / ".config/pulse").mkdir(parents=True)
    (home / ".config/pulse/client.conf").write_text("default-server = unix:/nowhere\nautospawn = no\n")
    (home / ".gitconfig").write_text("[core]\n\tworktree = /nowhere\n")
    sound = {"ALSA_CONFIG_PATH": "/nowhere", "ALSA_CARD": "7", "PULSE_SERVER": "unix:/nowhere", "PULSE_SINK": "x", "PIPEWIRE_REMOTE": "x"}
    place = {"TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.ISO-8859-1", "LANGUAGE": "tr:de"}
    folders = {"HOME": str(home), "TMPDIR": str(home / ".config"), "XDG_CONFIG_HOME": str(home / ".config"), "XDG_RUNTIME_DIR": "/nowhere"}
    tars = {"TARS_SERVER": "nonsense", "TARS_CONFIG": "/nowhere", "TARS_BRAIN": "x", "STATE_DIRECTORY": "/nowhere"}
    terminal = {"TERM": "xterm-256color", "COLUMNS": "20", "LINES": "5", "NO_COLOR": "1", "FORCE_COLOR": "1"}
    python = {"PYTHONOPTIMIZE": "1", "PYTHONWARNINGS": "error", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": "/nowhere"}
    others = {"PIP_INDEX_URL": "nonsense", "http_proxy": "http://127.0.0.1:1", "GIT_DIR": "/nowhere", "NODE_OPTIONS": "--nonsense"}
    return {"PATH": os.environ["PATH"]} | sound | place | folders | tars | terminal | python | others


@pytest.mark.timeout(300)
def test_the_tests_pass_in_the_environment_of_somebody_who_likes_everything_otherwise(tmp_path: Path) -> None:
    switches = re.search(r"(?m)^\t\$\(PYTHON\) (.*)-m pytest", (ROOT / "Makefile").read_text())
    assert switches
    command = [sys.executable, *switches[1].split(), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no", *REPRESENTATIVE]
    with ExitStack() as stack:
        with suppress(OSError):  # it may be taken already
            stack.enter_context(socket.create_server(("127.0.0.1", 7456)))
        in_background = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]  # so a script starts it, without Control-C
        done = subprocess.run(
            [*in_background, *command], cwd=ROOT, env=hostile(tmp_path / "home"), capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"(?m)^\d+ passed in ", done.stdout), f"nothing may be left out either:\n{done.stdout}"


def test_only_what_is_named_reaches_a_test() -> None:
    given = {"PATH": "/bin", "TARS_KEY": "x", "PULSE_SINK": "x", "HYPOTHESIS_PROFILE": "explore", "MY_PATH": "x", "TZ": "Asia/Kathmandu"}
    left = isolated(given, Path("/home"))
    assert given.keys() & left.keys() == {"PATH", "HYPOTHESIS_PROFILE", "TZ"}
    assert (left["TZ"], left["HOME"]) == ("UTC", "/home")


def test_these_tests_are_isolated() -> None:
    assert isolated(os.environ, Path.home()).items() <= os.environ.items()
    assert not Path.home().joinpath(".asoundrc").exists()
