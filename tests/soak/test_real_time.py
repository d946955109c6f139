from __future__ import annotations

import asyncio

import pytest

from tests.soak.real_time import RealTime


@pytest.mark.not_replayed("nothing may grow, and what is to be replayed does")
def test_conversations_while_links_break_and_the_server_is_replaced_leave_nothing_behind() -> None:
    """`make soak` does it for minutes."""
    soak = RealTime(devices=3, conversations=3, grace=4)
    asyncio.run(soak.live(0))
    assert soak.sessions == 9 * len(soak.rounds)
    assert soak.restarts == len(soak.rounds)
    assert soak.cuts > 3
    assert soak.resumes > 0
