"""Any order of user, brain, speaker, time and network: the two cores never forbid each other anything, and agree once it is quiet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tars.core.effects import BeginInterruption, BeginTurn, CloseBrain, Feed, OpenBrain, Traced
from tars.generated.device import events as device_events
from tars.generated.device.connection import ConnectionState
from tars.generated.device.continuity import ContinuityState
from tars.generated.device.outputs import Microphone
from tars.generated.device.session import SessionState
from tars.generated.device.turn import TurnState
from tars.generated.server import continuity as server_continuity
from tars.generated.server import events as server_events
from tars.generated.server import session as server_session
from tars.generated.server import turn as server_turn
from tests.pair import Pair

AGREED: dict[str, set[str]] = {
    "session": {SessionState.LISTENING, SessionState.HOTWORD_DETECTED, SessionState.ACTIVE_SESSION},
    "turn": set(TurnState),
}


class World:
    """A pair, and a brain and a speaker that do what theirs would."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.brains = 0
        """How many are open."""
        self._looked_at = 0

    def do(self, action: str) -> None:
        getattr(self, action)()
        self.check()

    def start(self) -> None:
        self.pair.at_device(device_events.Start())

    def stop(self) -> None:
        self.pair.at_device(device_events.Stop())

    def server_stop(self) -> None:
        self.pair.at_server(server_events.Stop())

    def server_fenced(self) -> None:
        """Another server has taken the device, which comes back to this one."""
        self.pair.at_server(server_events.Fenced())

    def hotword(self) -> None:
        self.pair.hotword()

    def button(self) -> None:
        self.pair.button()

    def speak(self) -> None:
        self.pair.speak(3)

    def speaks_over(self) -> None:
        self.pair.speaks_over()

    def carry(self) -> None:
        self.pair.carry()

    def carry_one(self) -> None:
        self.pair._dial() or self.pair._carry_one()

    def cut(self) -> None:
        self.pair.cut()

    def network_down(self) -> None:
        self.pair.network = False
        self.pair.cut()

    def network_up(self) -> None:
        self.pair.network = True
        self.pair.at_device(device_events.Redial())

    def second(self) -> None:
        self.pair.pass_time(1)

    def minute(self) -> None:
        self.pair.pass_time(60)

    def brain_ready(self) -> None:
        self.pair.at_server(server_events.BrainReady(self._session()))

    def brain_failed(self) -> None:
        self.pair.at_server(server_events.BrainFailed(self._session(), "fell over"))

    def speech_ended(self) -> None:
        self.pair.at_server(server_events.SpeechEnded(self._session(), self._turn()))

    def reply_started(self) -> None:
        self.pair.begins(self._session(), self._turn())

    def reply_sound(self) -> None:
        self.pair._collect("server", self.pair.server.speak(self._session(), self._turn(), bytes(4000), self.pair.now))

    def reply_ended(self) -> None:
        self.pair.at_server(server_events.ReplyEnded(self._session(), self._turn()))

    def interruption_meant(self) -> None:
        self.pair.at_server(server_events.InterruptionMeant(self._session(), self._turn()))

    def interruption_false(self) -> None:
        self.pair.at_server(server_events.InterruptionFalse(self._session(), self._turn()))

    def late(self) -> None:
        """What brain and speaker still say of a turn and a session that are over."""
        for session, turn in ((self._session(), self._turn() - 1), ("s0", self._turn())):
            for event in (server_events.SpeechEnded, server_events.ReplyStarted, server_events.ReplyEnded, server_events.UserSilent):
                self.pair.at_server(event(session, turn))
            for decision in (server_events.InterruptionMeant, server_events.InterruptionFalse):
                self.pair.at_server(decision(session, turn))
            self.pair.at_device(device_events.Drained(session, turn))
        self.pair.at_server(server_events.BrainReady("s0"))
        self.pair.at_server(server_events.HeardElsewhere("s0"))
        self.pair.at_server(server_events.EndPhrase("s0"))

    def end_phrase(self) -> None:
        self.pair.at_server(server_events.EndPhrase(self._session()))

    def heard_elsewhere(self) -> None:
        self.pair.at_server(server_events.HeardElsewhere(self._session()))

    def silence(self) -> None:
        self.pair.at_server(server_events.UserSilent(self._session(), self._turn()))

    def timer(self) -> None:
        self.pair.at_server(server_events.TimerDue("tea"))

    def heard(self) -> None:
        if self.pair.device.downlink is not None:
            self.pair.heard(self.pair.device.downlink.stream, self.pair.device.downlink.received)

    def _session(self) -> str:
        return str(self.pair.server.machines["session"].context.session)

    def _turn(self) -> int:
        return int(self.pair.server.machines["turn"].context.turn)

    def look(self) -> None:
        """What must hold of every effect; each is looked at once, for a long story has many."""
        fresh, self._looked_at = self.pair.effects[self._looked_at :], len(self.pair.effects)
        for _, effect in fresh:
            self.brains += isinstance(effect, OpenBrain) - isinstance(effect, CloseBrain)
            if isinstance(effect, Traced):
                stranger = effect.outcome == "taken" and effect.payload.get("session") == "s0"
                assert not stranger, "what belongs to another session reaches no machine"
                assert effect.event != "refused", f"neither side may forbid what the other says: {effect.payload}"

    def check(self) -> None:
        """What must hold at every moment, on each side by itself."""
        self.look()
        device, server = self.pair.device.states, self.pair.server.states
        microphone = self.pair.device.microphone
        assert (device.turn.state is not TurnState.NO_TURN) == (device.session.state is SessionState.ACTIVE_SESSION)
        assert (server.turn.state is not server_turn.TurnState.NO_TURN) == (
            server.session.state is server_session.SessionState.ACTIVE_SESSION
        )
        assert microphone is not Microphone.SERVER or device.session.state in (SessionState.HOTWORD_DETECTED, SessionState.ACTIVE_SESSION)
        assert (microphone is Microphone.CLOSED) == (device.session.state is SessionState.IDLE)
        assert (device.connection.state is ConnectionState.CONNECTED) == (device.continuity.state is ContinuityState.LINKED)
        assert (server.session.state is server_session.SessionState.IDLE) == (
            server.continuity.state is server_continuity.ContinuityState.UNLINKED
        )
        open_brain = server.session.state in (server_session.SessionState.HOTWORD_DETECTED, server_session.SessionState.ACTIVE_SESSION)
        assert self.brains == open_brain, "one brain, opened once and closed once"

    def settle(self) -> None:
        """The network comes back and nobody does anything more."""
        self.network_up()
        if self.pair.device.states.session.state is SessionState.IDLE:
            self.start()
        for _ in range(90):  # a dead link is noticed after 40 s at most, the ladder takes 20 s
            self.pair.carry()
            self.pair.pass_time(1)
        self.check()

    def check_agreement(self) -> None:
        for machine, states in AGREED.items():
            device, server = self.pair.states(machine)
            assert device == server
            assert device in states
        if self.pair.device.states.session.state is not SessionState.LISTENING:
            assert self.pair.device.machines["session"].context.session == self.pair.server.machines["session"].context.session
            assert self.pair.device.machines["turn"].context.turn == self.pair.server.machines["turn"].context.turn


ACTIONS = sorted(
    name
    for name, value in vars(World).items()
    if callable(value) and not name.startswith("_") and name not in ("do", "look", "check", "settle", "check_agreement")
)
LIKELY = 3 * [
    "hotword",
    "carry",
    "carry_one",
    "carry_one",
    "brain_ready",
    "speech_ended",
    "reply_started",
    "reply_sound",
    "reply_ended",
    "heard",
    "speak",
    "speaks_over",
]
ORDERS = st.lists(st.sampled_from(ACTIONS + LIKELY), min_size=40, max_size=80)  # a short story never gets to a conversation


@given(ORDERS, st.booleans(), st.integers(0, 99))
def test_any_order_of_events_is_allowed_and_ends_in_agreement(actions: list[str], persistent: bool, seed: int) -> None:
    world = World(Pair(persistent=persistent, seed=seed))
    world.do("start")
    for action in actions:
        world.do(action)
    if persistent:
        world.settle()
        world.check_agreement()


@given(ORDERS)
def test_utterances_are_contiguous_and_never_overlap(actions: list[str]) -> None:
    world = World(Pair())
    world.do("start")
    for action in actions:
        world.do(action)
    check_utterances(world.pair)


def check_utterances(pair: Pair) -> None:
    """What the brain was given of each utterance is contiguous, and none of it belongs to two."""
    told, reached, furthest = "", 0, 0
    over: BeginInterruption | None = None
    for effect in (effect for side, effect in pair.effects if side == "server"):
        if isinstance(effect, BeginTurn | BeginInterruption):
            if over is None or (over.turn, over.at) != (effect.turn, effect.at):
                assert effect.at >= furthest or effect.session == told, "only a session that is told again begins where it began"
                reached = effect.at
            told, over = effect.session, effect if isinstance(effect, BeginInterruption) else None
        elif isinstance(effect, Feed):
            assert effect.at == reached, "no hole and no sample twice"
            reached += len(effect.pcm) // 2
            furthest = max(furthest, reached) if over is None else furthest  # what was no interruption may be in the next utterance
