"""The utterance that is not answered, as the brain was given it: another server has a new brain hear it again."""

from __future__ import annotations

from tars.core.effects import BeginInterruption, BeginTurn, Effect, Feed, Gap
from tars.core.server import ServerEndpoint
from tars.generated.server.outputs import Reply
from tars.generated.server.turn import TurnState
from tars.server.brain_session import BrainSession
from tars.server.snapshots import BrainSnapshot
from tars.server.utterance import silence_for_gap


class Unanswered:
    """Follows the effects that a brain session gets. The utterance may be one over a reply."""

    def __init__(self, before: BrainSnapshot | None = None) -> None:
        """`before`: what an earlier server has recorded."""
        over = before is not None and before.interruption is not None
        self.turn = before.turn + over if before else 0
        self.wake = before.wake if before else 0
        self.at = (before.interruption_at if over else before.at) if before else 0
        self.pieces: list[bytes] = []
        """PCM16."""
        self.number = 0
        """Counts the utterances: with another number, the pieces are those of another one."""
        self._over = over
        if before and (pcm := before.interruption if over else before.utterance):
            self.pieces.append(pcm)

    def note(self, effect: Effect, *, stopped: bool = False) -> None:
        """The brain session gets this. `stopped`: what was said over the reply has stopped it, and wants no answer."""
        match effect:
            case BeginTurn(turn=turn) if self._over and turn == self.turn:
                self._over = False  # it was meant: the utterance goes on
                if stopped:
                    self._clear()  # what follows is another one
            case BeginTurn(turn=turn, at=at, wake=wake):
                self._begin(turn, at, wake)
            case BeginInterruption(turn=turn, at=at):
                self._begin(turn, at, 0)
                self._over = True
            case Feed(turn=turn, pcm=pcm) if turn == self.turn:
                self.pieces.append(pcm)
            case Gap(turn=turn, samples=samples) if turn == self.turn:
                self.pieces.append(silence_for_gap(samples))

    def forget(self) -> None:
        """An answer has begun, or goes on after what was said over it, or the session is over: nothing has to be heard again."""
        self._over = False
        if self.pieces:
            self._clear()

    def _begin(self, turn: int, at: int, wake: int) -> None:
        self.turn, self.at, self.wake, self._over = turn, at, wake, False
        self._clear()

    def _clear(self) -> None:
        self.pieces = []
        self.number += 1

    def snapshot(self, core: ServerEndpoint, brain: BrainSession) -> BrainSnapshot:
        """What a new brain session needs, without the samples of the utterance."""
        turn, state = core.states.turn.context.turn, core.states.turn.state
        ends, memory = brain.reply_ends, brain.memory
        if core.states.reply is Reply.PAUSED:
            return BrainSnapshot(turn, 0, b"", True, ends=ends, memory=memory, interruption=b"", interruption_at=self.at)
        if core.states.reply is not Reply.NONE:
            return BrainSnapshot(turn, 0, b"", True, ends=ends, memory=memory)
        if state in (TurnState.USER_TURN, TurnState.THINKING):
            complete = state is TurnState.THINKING
            return BrainSnapshot(turn, self.wake, b"", complete, ends=ends, at=self.at, memory=memory)
        return BrainSnapshot(int(state is TurnState.ANNOUNCEMENT), 0, b"", False, memory=memory)
