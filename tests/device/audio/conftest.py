from __future__ import annotations

import asyncio
from collections.abc import Iterator
from threading import Event
from types import SimpleNamespace

import pytest

from tars.device.audio import apart, kept, library_output
from tars.device.audio.apart import left_behind, one_at_a_time
from tests.device.audio.sound_card import SoundCard, sound_card
from tests.in_process import until


@pytest.fixture(scope="module")
def virtual_sound_card() -> Iterator[SoundCard]:
    with sound_card() as card:
        yield card


@pytest.fixture(autouse=True)
def nobody_has_the_turn() -> None:
    """A call tells its result a moment before it gives its turn back: the last one of the test before may still have it."""
    with one_at_a_time:
        pass


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long a device may take stays long: no test depends on a thread being fast. No thread of this process is halted."""
    monkeypatch.setattr(kept, "LOOK", 0.001)
    monkeypatch.setattr(kept, "RETRY", 0.001)
    monkeypatch.setattr(kept, "CLOSING", 3600)
    monkeypatch.setattr(kept, "OPENING", 3600)
    monkeypatch.setattr(kept, "STOPPING", 3600)
    monkeypatch.setattr(apart, "HALTING", 0)
    monkeypatch.setattr(library_output, "_where", SimpleNamespace(halt=lambda: None, go_on=lambda: None))
    monkeypatch.setattr(kept, "look_again", lambda **_: None)


@pytest.fixture
def never() -> Iterator[Event]:
    """Not set as long as the test lasts."""
    event = Event()
    yield event
    event.set()
    asyncio.run(until(lambda: not left_behind))
