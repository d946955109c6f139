"""The link: what a step asks for, and what a loss and a resume do to it."""

from __future__ import annotations

import pytest

from codegen.load import load
from codegen.verify.explore.machines.asks import Asks, Do, Send
from codegen.verify.explore.machines.link import BROKEN, CURRENT, NONE, OPENING, OTHER, RECORD, SAME, UP, Change, Declared, Link
from tests.lamp.test_lamp import LAMP


@pytest.fixture
def declared() -> Declared:
    definitions, _ = load(LAMP)
    assert definitions is not None
    return Declared(definitions.link, frozenset({"toggle", "lit"}), (None,))


OPEN = Link((0,), (0,), socket=UP, held=SAME, record=CURRENT)


def asks(*effects: Send | Do, state: str) -> Asks:
    return Asks(effects, (("own", 0),), state, 0)


def test_an_action_opens_and_another_leaves(declared: Declared) -> None:
    change = Change(Link((0,), (0,)), declared)
    change.take("switch", asks(Do("dial"), state="STRANGERS"), (0,))
    assert change.socket == OPENING
    change.take("switch", asks(Do("hang_up"), state="STRANGERS"), (0,))
    assert change.socket == NONE


def test_a_numbered_message_waits_for_a_resume_and_is_sent_again(declared: Declared) -> None:
    change = Change(OPEN, declared)
    change.take("switch", asks(Send("toggle", True, (), (("own", 0),), "JOINED"), state="JOINED"), (0,))
    assert [flight.message for flight in change.up.flying] == ["toggle"]
    change.breaks()
    assert (change.socket, change.held) == (BROKEN, OTHER)
    change.leave("lamp")
    assert [flight.message for flight in change.up.waiting] == ["toggle"]
    assert change.up.passed, "unless it is sent again there is a hole"
    change.take("switch", asks(Do("read_book"), state="SPLIT"), (0,))
    assert not change.up.passed


def test_a_dropped_record_drops_what_waits(declared: Declared) -> None:
    change = Change(OPEN, declared)
    change.take("switch", asks(Send("toggle", True, (), (("own", 0),), "SPLIT"), state="SPLIT"), (0,))
    assert change.up.waiting
    change.take("switch", asks(Do("close_book"), state="STRANGERS"), (0,))
    assert not change.up.waiting
    assert change.record == ""


def test_an_answer_that_resumes_what_was_not_offered_is_wrong(declared: Declared) -> None:
    change = Change(OPEN, declared)
    change.take("lamp", asks(Send("accepted", False, (("resumed", True),), (("", 0),), "JOINED"), state="JOINED"), (0,))
    assert change.wrong == "resumes what the switch does not have"
    assert dict(change.down.flying[0].payload) == {"resumed": True, RECORD: CURRENT}
