"""SPIN at work."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.verify.promela import spin
from codegen.verify.promela.model import Model


@pytest.mark.skipif(bool(spin.missing_tools()), reason="needs spin and gcc")
def test_a_model_that_is_no_promela_is_refused_with_what_spin_says(tmp_path: Path) -> None:
    with pytest.raises(spin.SpinError, match="syntax error"):
        spin.Spin(Model("active proctype {", {}, {}, ("a", "b")), tmp_path / "model").survey()


def test_tools_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegen.verify.promela.spin.shutil.which", lambda tool: None)
    assert spin.missing_tools() == ["spin", "gcc"]
