"""What system.yaml says of the link, as it is read."""

from __future__ import annotations

from codegen.load import load
from tests.lamp.test_lamp import LAMP


def test_the_two_ends_and_the_actions_that_change_the_link() -> None:
    definitions, _ = load(LAMP)
    assert definitions is not None
    link = definitions.link
    assert link.nodes == ("switch", "lamp")
    assert (link.other("switch"), link.other("lamp")) == ("lamp", "switch")
    assert link.actions == ("dial", "hang_up", "open_book", "close_book", "read_book")
    assert (link.restarted, link.repeats, link.closes) == (("", ""), ("", ""), ())
