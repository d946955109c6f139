"""Of how many devices something is kept, and whose turns are given up."""

from __future__ import annotations

import random

import pytest

from tars.core.effects import Traced
from tars.core.server import ServerEndpoint
from tars.generated.limits import Limits
from tars.server.console.web import conversations
from tars.server.console.web.conversations import MOST_TURNS, Conversations


def begin_turn(kept: Conversations, device: str, turn: int = 1) -> None:
    step = Traced("server", device, "turn", "session_began", {}, "NO_TURN", "USER_TURN", {"turn": turn}, "taken")
    kept.observe(step, ServerEndpoint(device, Limits(), random.Random(1), epoch="e1"))


def test_the_device_that_has_spoken_last_is_kept_whatever_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "MOST_DEVICES", 3)
    kept = Conversations()
    for device in ("kitchen", "browser-1", "browser-2", "kitchen", "browser-3"):
        begin_turn(kept, device)
    assert [len(kept.of(device)) for device in ("kitchen", "browser-1", "browser-2", "browser-3")] == [2, 0, 1, 1]


def test_of_one_device_the_last_turns_are_kept() -> None:
    kept = Conversations()
    for turn in range(MOST_TURNS + 2):
        begin_turn(kept, "kitchen", turn)
    assert [said["turn"] for said in kept.of("kitchen")] == list(range(2, MOST_TURNS + 2))
