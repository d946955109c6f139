from __future__ import annotations

from dataclasses import replace

import pytest

from tars.engine import Event, Step
from tars.generated.server.turn import Turn
from tests.generated.checks import Pair, check_pair
from tests.generated.test_turn_server import PAIRS, ROWS


class Tiring(Turn):
    """Takes two rows well, and loses what the third emits."""

    def step(self, event: Event) -> Step:
        self.steps = self.steps + 1 if self.state != "NO_TURN" else 1
        step = super().step(event)
        return step if self.steps < 3 else step._replace(emits=())

    steps = 0


def pair(first: str, second: str) -> Pair:
    return next(pair for pair in PAIRS if (pair.first, pair.second) == (first, second))


def test_what_goes_wrong_only_in_the_third_row_fails_and_names_the_sequence() -> None:
    begun = pair("NO_TURN+session_began", "USER_TURN+speech_ended")
    check_pair(Turn, begun, ROWS)
    check_pair(Tiring, replace(begun, then=[]), ROWS)
    with pytest.raises(AssertionError) as error:
        check_pair(Tiring, begun, ROWS)
    assert error.value.__notes__ == ["in NO_TURN+session_began > USER_TURN+speech_ended > THINKING+reply_started"]
