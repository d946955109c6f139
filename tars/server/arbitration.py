"""Several devices hear one wake word: has one of them go on. Which one, `tars/core/arbitration.py` decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tars.brains import NO_WAKE_WORDS
from tars.core.arbitration import Arbiter, Call, Standing
from tars.core.server import ServerEndpoint
from tars.generated.limits import Limits
from tars.generated.server import events
from tars.runtime.log import log
from tars.server.brain_posts import TraceMark
from tars.server.device_groups import grouping


class Served(Protocol):
    """What is needed of the runner of a device."""

    @property
    def core(self) -> ServerEndpoint:
        """The server's endpoint of the device."""

    def post(self, item: object) -> None:
        """Have an event taken soon."""

    def take_all(self) -> None:
        """Take all events that wait, now. None of them is a wake word: those come as frames. So no comparison begins within another."""


class Arbitration:
    """The arbiter of one server, and the runners of its devices."""

    def __init__(self, runners: Mapping[str, Served], limits: Limits, groups: str) -> None:
        """`groups`: the setting `one_answer`."""
        self._runners = runners
        self._arbiter = Arbiter(limits.handover_limit, grouping(groups))

    def called(self, call: Call, now: float) -> None:
        """A device has heard its wake word. If several have, all but one of them end their sessions."""
        if call.word in NO_WAKE_WORDS:
            return
        if (rival := self._arbiter.rival(call, now)) is not None and (waiting := self._runners.get(rival.device)) is not None:
            waiting.take_all()  # what has happened there, and is not taken yet
        verdict = self._arbiter.called(call, now, self._standing)
        if verdict is None:
            return
        winner, loser = verdict.winner, verdict.loser
        why = {"word": call.word, "snr": winner.snr, "other_snr": loser.snr}
        # Without a field `device` the line is of both. The trace of one does not name the other: either may be forgotten.
        log.info("heard by several devices", goes_on=winner.device, instead_of=loser.device, **why)
        self._runners[winner.device].post(TraceMark("goes_on", why))
        self._runners[loser.device].post(events.HeardElsewhere(loser.session))  # nothing waits there before it

    def _standing(self, call: Call) -> Standing:
        """What has become of an earlier call."""
        runner = self._runners.get(call.device)
        if runner is None or not runner.core.in_session or runner.core.states.session.context.session != call.session:
            return Standing.GONE
        if not runner.core.may_yield:
            return Standing.ANSWERED
        return Standing.OPEN if runner.core.linked else Standing.AWAY
