"""The tables around the machines."""

from __future__ import annotations

import ast
from dataclasses import replace

from codegen.emit import wiring
from codegen.load import load
from tests.codegen.cases import SOUND


def test_routes_messages_limits_and_outputs() -> None:
    definitions, _ = load(SOUND)
    assert definitions is not None
    files = wiring.emit(replace(definitions, system=replace(definitions.system, package="bell", engine="bell.engine")))
    for text in files.values():
        ast.parse(text)
    device = files["bell/generated/device/wiring.py"]
    assert '("bell", "over"): (("lamp", events.Over),),' in device
    assert '("bell", "rang"): "rang",' in device
    assert '"opened": ("bell", events.Opened),' in device
    assert "def chime(self, cause: Event) -> None:" in device
    assert "patience: tuple[float, ...] = (5, 10, 20,)" in files["bell/generated/limits.py"]
    assert "limits.doze > sum(limits.patience) + 20" in files["bell/generated/limits.py"]
    assert 'correlation: ClassVar[tuple[str, ...]] = ("visit",)' in files["bell/generated/messages.py"]
    assert "(BellState.RINGING, LampState.LOW): Light.DIM," in files["bell/generated/device/outputs.py"]
