"""What outlasts the program: muted, and the volume."""

from __future__ import annotations

from pathlib import Path

import pytest

from tars.device.saved_sound import FILE, SavedSound, read_sound_state, save_sound_state
from tars.errors import ConfigError


def test_what_was_saved_is_read_again_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    assert read_sound_state(folder) == SavedSound(muted=False, volume=100)
    save_sound_state(folder, SavedSound(muted=True, volume=7))
    assert read_sound_state(folder) == SavedSound(muted=True, volume=7)
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "[]", "3", '{"muted": 1}', '{"volume": 101}', '{"volume": true}', '{"loud": 1}', "\udcff"])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ConfigError, match=r"sound\.json is damaged: delete it"):
        read_sound_state(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(ConfigError, match=r"cannot read .*sound\.json: Is a directory"):
        read_sound_state(tmp_path)
