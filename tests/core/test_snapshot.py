"""A server's side of a device, saved and restored, is the same."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tars.core.server import ServerEndpoint
from tars.core.snapshot import restore, save
from tars.generated.server import events as server_events
from tests.pair import RESUME, Pair
from tests.scenarios.telling import STATES, begin_reply, reach


def restored(saved: dict[str, Any], pair: Pair) -> ServerEndpoint:
    return restore(json.loads(json.dumps(saved)), "kitchen", RESUME, random.Random(0), epoch="e1", now=pair.now)


@pytest.mark.parametrize("state", STATES[1:])
def test_what_is_restored_would_be_saved_the_same(state: str) -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, state)
    pair.speak(7)
    pair.cut()
    pair.at_server(server_events.TimerDue("tea"))
    if state == "THINKING":
        begin_reply(pair, session, 1)
    saved = save(pair.server)
    again = restored(saved, pair)
    assert save(again) == saved
    assert again.status(pair.now).states == pair.server.status(pair.now).states


def test_a_restored_state_keeps_its_limit() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "USER_TURN")
    pair.cut()
    server = restored(save(pair.server), pair)
    server.tick(pair.now + RESUME.server_grace - 1)
    assert server.state("session") == "ACTIVE_SESSION"
    server.tick(pair.now + RESUME.server_grace)
    assert server.gone


def test_a_token_is_not_in_what_is_saved() -> None:
    pair = Pair(limits=RESUME).start()
    pair.cut()
    assert pair.device.ticket.token
    assert pair.device.ticket.token not in json.dumps(save(pair.server))


@pytest.mark.parametrize("missing", ["machines", "record", "outbox", "tickets", "reply", "held", "counters"])
def test_what_was_not_saved_so_is_refused(missing: str) -> None:
    pair = Pair(limits=RESUME).start()
    pair.cut()
    saved = save(pair.server)
    del saved[missing]
    with pytest.raises(KeyError):
        restored(saved, pair)


def test_what_woke_the_device_is_kept_and_may_be_missing_in_what_an_earlier_version_saved() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "USER_TURN")
    pair.cut()
    saved = save(pair.server)
    assert restored(saved, pair).woken_by == "hey_jarvis"
    del saved["woken_by"]
    assert restored(saved, pair).woken_by == ""
