"""What a tars-pi imports, and when. The time to its start and much of its memory are imports."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.programs import Program, tars_pi, tars_server
from tests.sounds import noise, quiet, write_wav

IMPORT = "import time:"
"""What the lines begin with that Python writes for each import, with this variable."""
TELL_IMPORTS = {"PYTHONPROFILEIMPORTTIME": "1"}

PACKAGES = {"numpy", "soxr", "websockets", "pymicro_features", "micro_features_cpp", "soundfile", "typing_extensions"}
"""What is imported besides Python's own to listen with microWakeWord. The last two are there for the sound file that is the microphone."""
NOT_YET = {
    "tars.brains",
    "tars.device.audio.card",
    "tars.device.audio.doctor",
    "tars.device.audio.levels",
    "tars.device.wake.doctor",
    "tars.device.wake.models",
    "tars.device.wake.openwakeword",
    "tars.device.wake.tune",
    "tars.generated.server",
    "tars.runtime.doctor",
    "tars.server",
}
"""Modules of other commands, settings and programs."""


def imported(lines: list[str]) -> list[str]:
    """The modules that were imported, according to the output of a program."""
    return [line.rpartition("|")[2].strip() for line in lines if line.startswith(IMPORT)]


def until(pi: Program, text: str) -> list[str]:
    """The lines up to the one with this text."""
    line = pi.says(text)
    return pi.lines[: pi.lines.index(line)]


def test_a_device_imports_what_it_needs_and_nothing_once_its_microphone_is_open(tmp_path: Path, trace_dir: Path) -> None:
    """An import holds Python's lock while it reads from the disk: the thread that captures would wait for it."""
    write_wav(tmp_path / "said.wav", quiet(1), noise(0.6), quiet(60, seed=3))
    microphone = ("--microphone", f"file:{tmp_path / 'said.wav'}", "--trace", trace_dir / "device.jsonl")
    with (
        tars_server("--trace", trace_dir / "server.jsonl") as (server, url),
        tars_pi(url.replace("127.0.0.1", "localhost"), *microphone, wake_word="hey_jarvis", **TELL_IMPORTS) as pi,
    ):
        start = until(pi, "session IDLE -> LISTENING")
        pi.press_enter()
        pi.says("DRAINING -> USER_TURN")
        server.stop()
        pi.says("the server does not answer")
        pi.press_enter()
        pi.says("ACTIVE_SESSION -> LISTENING")
        pi.stop()
        assert imported(pi.lines[len(start) :]) == []
    modules = set(imported(start))
    assert "tars.device.wake.microwakeword" in modules
    packages = {module.partition(".")[0] for module in modules} - sys.stdlib_module_names - {"tars"}
    assert {package for package in packages if not package.startswith("_")} <= PACKAGES | {"imported package", "sitecustomize", "org"}
    assert not {module for module in modules if module in NOT_YET}
