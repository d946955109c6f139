"""What the server says first in a session, and what becomes of it there."""

from __future__ import annotations

from collections.abc import Callable

from tars.server.push.announcements import ANSWERED, SPOKEN, UNANSWERED, Announcement

TURN = 1
"""The turn in which the server speaks first."""


class Announcing:
    """One attempt to speak one announcement. Whether it was heard to its end without a turn of the user after it, the device says."""

    def __init__(self, announcement: Announcement, report: Callable[[str, str], None]) -> None:
        """`report` is called with what has become of it, and the words of the answer."""
        self.text = announcement.text
        self.waits_for_answer = False
        """The question was heard, and the user has the floor."""
        self._asks = announcement.asks
        self._report = report
        self._heard = False

    def resume(self) -> None:
        """An earlier server has spoken it, and the user has had the floor since."""
        self.waits_for_answer = self._asks

    def note_heard(self, samples: int) -> None:
        """So much of it has left the speaker."""
        self._heard = self._heard or samples > 0

    def floor(self, *, interrupted: bool) -> None:
        """The user has the floor. What was interrupted before its first sample is still to be said."""
        if interrupted and not self._heard:
            return
        if self._asks:
            self.waits_for_answer = True
        else:
            self._report(SPOKEN, "")

    def answer(self, words: str) -> None:
        """The question is answered."""
        self.waits_for_answer = False
        self._report(ANSWERED, words)

    def end(self) -> None:
        """The session is over."""
        if self.waits_for_answer:
            self._report(UNANSWERED, "")
