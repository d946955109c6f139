"""The checks of the offline brain."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tars.brains import BrainSettings
from tars.brains.offline import doctor
from tars.brains.offline.doctor import PACKAGES, examine


def test_all_checks_pass_here() -> None:
    findings = examine(BrainSettings())
    assert [finding for finding in findings if not finding.ok] == []
    assert len(findings) == len(PACKAGES) + 4


def test_a_wrong_path_is_found_and_the_rest_is_still_examined(tmp_path: Path) -> None:
    bad = [finding for finding in examine(BrainSettings(whisper_model=tmp_path, voice_model=tmp_path / "voice.onnx")) if not finding.ok]
    assert [finding.name for finding in bad] == ["recognition model", "voice model"]
    assert all("is missing: correct its path in the configuration" in finding.text for finding in bad)


def test_a_missing_package_is_found_and_no_model_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(doctor, "find_spec", lambda module: None if module == "hibari" else find(module))
    findings = examine(BrainSettings())
    (missing,) = (finding for finding in findings if not finding.ok)
    assert missing.text == "hibari-tts is not installed: pip install '.[server]' in the TARS folder"
    assert len(findings) == len(PACKAGES)
