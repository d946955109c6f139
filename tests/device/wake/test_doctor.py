from __future__ import annotations

from pathlib import Path

import pytest

from tars.device.wake import models
from tars.device.wake.doctor import check
from tars.device.wake.words import Words, read_words


def test_the_doctor_loads_each_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    words = read_words("hey_jarvis=0.9, openwakeword/alexa")
    assert [(found.name, found.ok, found.text) for found in check(words)] == [
        ("wake word", True, "hey_jarvis, by microWakeWord, from a score of 0.9"),
        ("wake word", True, "alexa, by openWakeWord, from a score of 0.5"),
    ]
    monkeypatch.setattr(models, "folders", lambda: (tmp_path,))
    there, missing = check(words)
    assert there.ok
    assert not missing.ok
    assert missing.text.endswith("run `tars-pi fetch-models`")
    (none,) = check(Words())
    assert (none.ok, none.text) == (True, "none: push-to-talk only")
