from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.device.audio.sound_card import SoundCard, sound_card


@pytest.fixture(scope="module")
def virtual_sound_card() -> Iterator[SoundCard]:
    with sound_card() as card:
        yield card
