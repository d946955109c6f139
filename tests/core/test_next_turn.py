"""Which turn a device may open first."""

from __future__ import annotations

import pytest

from tars.core.next_turn import check_first_turn
from tars.errors import RemoteError
from tars.generated.messages import AnnouncementWanted


def test_the_server_speaks_first_in_turn_1() -> None:
    check_first_turn(AnnouncementWanted("a4d3b8d921b4", 1))
    with pytest.raises(RemoteError, match=r"announcement_wanted\.turn is 2, but 1 comes first"):
        check_first_turn(AnnouncementWanted("a4d3b8d921b4", 2))
