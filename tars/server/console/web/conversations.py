"""What was heard and answered, of each device the last turns, in memory. A turn is known from the marks and steps of the trace."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tars.core.effects import Traced
from tars.core.server import ServerEndpoint
from tars.generated.server import events
from tars.generated.server.session import SessionState
from tars.generated.server.turn import TurnState
from tars.runtime import clock
from tars.server.state_folder import DeviceKey

MOST_TURNS = 50
"""Turns of one device."""
MOST_DEVICES = 1_000
"""Devices whose turns are kept. The one whose last turn began first is given up: each browser may bring names of its own."""


@dataclass
class Turn:
    """One turn of a session."""

    device: str
    session: str
    turn: int
    at: float
    """When the user got the floor, or when the server began to speak, in seconds since 1970."""
    woken_by: str
    heard: str = ""
    answer: str = ""
    by: str = ""
    """The part that answered; empty: it is not known."""
    stages: dict[str, float] = field(default_factory=dict)
    """Seconds of each stage, and from the end of speech to the first sound as `to_first_sound`."""
    end: str = ""
    """How it ended: `heard`, `interrupted`, or the event that ended the session; empty: it goes on."""


class Conversations:
    """The last turns of all devices."""

    def __init__(self, tell: Callable[[Turn], object] = lambda _: None) -> None:
        """`tell` is called with each turn that is new or has changed."""
        self.tell = tell
        self._turns: dict[str, deque[Turn]] = {}
        self._thinking_since: dict[str, float] = {}

    def of(self, device: str) -> list[dict[str, Any]]:
        """The last turns of this device, the oldest first."""
        return [asdict(turn) for turn in self._turns.get(device, ())]

    def forget(self, keys: Iterable[DeviceKey]) -> None:
        """Nothing is kept of the devices of these keys: they were revoked, renamed or forgotten."""
        for key in keys:
            self.drop(key.name)

    def drop(self, device: str) -> None:
        """Nothing is kept of this device."""
        self._turns.pop(device, None)
        self._thinking_since.pop(device, None)

    def observe(self, step: Traced, core: ServerEndpoint) -> None:
        """A step of the server's machines of a device, or a mark."""
        if step.machine == "turn" and step.outcome == "taken" and step.source != step.target:
            self._observe_turn(step, core)
        elif step.machine == "session" and step.source == SessionState.ACTIVE_SESSION != step.target:
            self._end(step.device, step.event)
        elif step.machine is None and step.event in ("answered", "announced"):
            self._note(step.device, step.payload)
        elif step.event == events.QuestionAnswered.name and step.outcome == "taken":
            self._note(step.device, {"heard": step.payload["recognised"]})

    def _note(self, device: str, said: Mapping[str, Any]) -> None:
        if (turn := self._current(device)) is not None:
            turn.heard, turn.answer, turn.by = said.get("heard", ""), said.get("text", ""), said.get("by", "")
            turn.stages |= said.get("stages", {})
            self.tell(turn)

    def _observe_turn(self, step: Traced, core: ServerEndpoint) -> None:
        if step.target in (TurnState.USER_TURN, TurnState.ANNOUNCEMENT):
            if step.source == TurnState.ANNOUNCEMENT:
                return
            cut = step.event in (events.BargeIn.name, events.InterruptionMeant.name)
            self._end(step.device, "interrupted" if cut else "heard")
            self._begin(Turn(step.device, step.session or "", step.context["turn"], clock.wall(), core.woken_by))
        elif step.target == TurnState.THINKING:
            self._thinking_since[step.device] = clock.now()
        elif step.target == TurnState.SPEAKING:
            since, turn = self._thinking_since.pop(step.device, None), self._current(step.device)
            if turn is not None and since is not None:
                turn.stages["to_first_sound"] = clock.now() - since
                self.tell(turn)

    def _begin(self, turn: Turn) -> None:
        kept = self._turns.pop(turn.device, deque[Turn](maxlen=MOST_TURNS))
        if len(self._turns) >= MOST_DEVICES:
            del self._turns[next(iter(self._turns))]
        self._turns[turn.device] = kept  # as the last one
        kept.append(turn)
        self.tell(turn)

    def _end(self, device: str, how: str) -> None:
        self._thinking_since.pop(device, None)
        if (turn := self._current(device)) is not None:
            turn.end = how
            self.tell(turn)

    def _current(self, device: str) -> Turn | None:
        """The turn of this device that goes on."""
        turns = self._turns.get(device)
        return turns[-1] if turns and not turns[-1].end else None
