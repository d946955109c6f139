"""Which turn a device may open."""

from __future__ import annotations

import pytest

from tars.core.next_turn import check_first_turn, check_utterance
from tars.core.outbound_reply import OutboundReply
from tars.core.server_states import ServerStates
from tars.errors import RemoteError
from tars.generated.messages import AnnouncementWanted, BargeIn
from tars.generated.server.turn import Turn, TurnContext


def test_the_server_speaks_first_in_turn_1() -> None:
    check_first_turn(AnnouncementWanted("a4d3b8d921b4", 1))
    with pytest.raises(RemoteError, match=r"announcement_wanted\.turn is 2, but 1 comes first"):
        check_first_turn(AnnouncementWanted("a4d3b8d921b4", 2))


def barge_in(state: str, turn: int) -> None:
    """Check a barge-in in this state of turn 1. Raises RemoteError."""
    states = ServerStates(turn=Turn(TurnContext(turn=1), state))
    check_utterance(BargeIn("a4d3b8d921b4", turn, 0, 0, 2, 0, 0), states, OutboundReply())


@pytest.mark.parametrize("state", ["SPEAKING", "DRAINING", "PAUSED"])
def test_a_barge_in_into_a_reply_may_leave_out_the_turn_that_an_interruption_may_have_opened(state: str) -> None:
    barge_in(state, 2)
    barge_in(state, 3)
    for turn in (1, 4):
        with pytest.raises(RemoteError, match=rf"barge_in\.turn is {turn}, but 2 comes next"):
            barge_in(state, turn)


@pytest.mark.parametrize("state", ["ANNOUNCEMENT", "USER_TURN", "THINKING"])
def test_elsewhere_it_leaves_out_none(state: str) -> None:
    barge_in(state, 2)
    with pytest.raises(RemoteError, match=r"barge_in\.turn is 3, but 2 comes next"):
        barge_in(state, 3)
