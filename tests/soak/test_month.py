from __future__ import annotations

import pytest

from tests.soak.month import Life


@pytest.mark.not_replayed("nothing may grow, and what is to be replayed does")
def test_a_day_of_conversations_and_outages_loses_nothing_and_leaves_nothing_behind() -> None:
    """`make soak` lives a month."""
    life = Life(seed=1)
    life.live(sessions=200, outages=100, seconds=86_400)
    assert life.sessions == 200
    assert min(life.survived, life.told_again, life.ended, life.rings) > 3, "all of it has happened"
