"""What the states of either role decide for the link."""

from __future__ import annotations

from typing import Protocol


class States(Protocol):
    """What the states of either role decide for the link."""

    @property
    def linked(self) -> bool:
        """Numbered messages are sent and taken."""

    @property
    def keeps_outbox(self) -> bool:
        """What is sent is kept until it is acknowledged, also while the link is down."""

    @property
    def in_session(self) -> bool:
        """There is a session, so the other side must be heard from all the time."""
