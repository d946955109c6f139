"""What was set while the device ran, in its state folder: whether it is muted, and its volume. It counts at the next start."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from tars.errors import ConfigError
from tars.runtime.state import write_private

FILE = "sound.json"
"""The file in the state folder."""


@dataclass(frozen=True)
class SavedSound:
    """As it was last set. `volume` in percent."""

    muted: bool = False
    volume: int = 100


def read_sound_state(folder: Path) -> SavedSound:
    """What was saved, or the defaults. Raises ConfigError if it cannot be read."""
    file = folder / FILE
    try:
        saved = SavedSound(**json.loads(file.read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return SavedSound()
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}. Run tars-pi as the user that it ran as before") from None
    except (ValueError, TypeError):
        saved = None
    if saved is None or type(saved.muted) is not bool or type(saved.volume) is not int or not 0 <= saved.volume <= 100:
        raise ConfigError(f"{file} is damaged: delete it; the device is then not muted, and its volume is 100 %")
    return saved


def save_sound_state(folder: Path, sound: SavedSound) -> None:
    """Keep it. Raises ConfigError."""
    write_private(folder, FILE, json.dumps(asdict(sound)))
