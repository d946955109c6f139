"""Brains by name."""

from __future__ import annotations

import sys

import pytest

from tars.brains.registry import BRAINS, make_brain
from tars.errors import ConfigError


@pytest.mark.parametrize("name", BRAINS)
def test_every_known_brain_can_be_made(name: str) -> None:
    assert type(make_brain(name)).__name__.lower() == f"{name}brain"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"'gemini' is unknown; known brains are: echo, offline"):
        make_brain("gemini")


def test_a_missing_package_is_answered_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tars.brains.offline.brain", raising=False)
    monkeypatch.delitem(sys.modules, "tars.brains.offline.speech.recogniser", raising=False)
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(ConfigError, match=r"needs the Python module faster_whisper.*pip install '.\[server\]'"):
        make_brain("offline")


def test_the_echo_brain_needs_no_heavy_package() -> None:
    import subprocess

    program = "import sys; from tars.brains.registry import make_brain; make_brain('echo'); print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"faster_whisper", "text_to_num", "hibari", "onnxruntime", "soxr", "yaml"} & set(loaded)
