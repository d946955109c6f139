"""Two devices, each with its two real cores over a wire of its own, and one server: any order of users, brains, time and network."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tars.core.device import BUTTON
from tars.core.effects import BeginTurn, Called, Cue, Effect, Feed, ForgetUtterance, Traced
from tars.core.server import ServerEndpoint
from tars.engine import Event
from tars.generated.device.session import SessionState as DeviceSession
from tars.generated.limits import Limits
from tars.generated.server.events import BrainReady, HeardElsewhere, ReplyStarted
from tars.generated.server.session import SessionState
from tars.generated.server.wiring import WIRING
from tars.samples import BLOCK, to_pcm
from tars.server.arbitration import Arbitration
from tars.server.brain_posts import TraceMark
from tests.core.test_two_cores import ACTIONS, LIKELY, World, check_utterances
from tests.pair import NO_RESUME, RESUME, Pair
from tests.sounds import noise, quiet

IN_SESSION = (SessionState.HOTWORD_DETECTED, SessionState.ACTIVE_SESSION)
NAMES = ("kitchen", "hall")


@dataclass
class Housed(Pair):
    """One of several devices of a server."""

    house: House | None = None
    waiting: list[object] = field(default_factory=list)
    call: tuple[str, float] | None = None
    """The session that was last opened by a wake word, and when."""

    @property
    def core(self) -> ServerEndpoint:
        """As a runner has it."""
        return self.server

    def post(self, item: object) -> None:
        """As a runner does."""
        self.waiting.append(item)

    def take_all(self) -> None:
        """As a runner does."""
        while self.waiting:
            item = self.waiting.pop(0)
            if isinstance(item, Event):
                self.at_server(item)
            elif callable(item):
                item()
            else:
                assert isinstance(item, TraceMark)

    @property
    def session(self) -> str:
        """The session that goes on, as the server sees it; empty: none."""
        machine = self.server.states.session
        return machine.context.session if machine.state in IN_SESSION else ""

    def _collect(self, side: str, effects: list[Effect]) -> None:
        super()._collect(side, effects)
        for effect in effects:
            if isinstance(effect, Called):
                if not effect.call.keeps and effect.call.word != BUTTON:
                    self.call = (effect.call.session, self.now)
                assert self.house is not None
                self.house.arbitration.called(effect.call, self.now)
                for name in NAMES:
                    self.house.pair(name).take_all()
            elif isinstance(effect, ForgetUtterance):
                assert self.house is not None
                assert self.house.other(self).session, "whenever one gives up, another one goes on"


class House:
    """Two devices and their server."""

    def __init__(self, limits: Limits, seed: int) -> None:
        self.worlds = {name: World(Housed(limits=limits, name=name, seed=seed, house=self)) for name in NAMES}
        self.arbitration = Arbitration({name: self.pair(name) for name in NAMES}, limits, "all")

    def pair(self, name: str) -> Housed:
        pair = self.worlds[name].pair
        assert isinstance(pair, Housed)
        return pair

    def other(self, pair: Housed) -> Housed:
        return next(self.pair(name) for name in NAMES if name != pair.name)

    def do(self, name: str, action: str) -> None:
        if action in ("instant", "second", "minute"):
            for world in self.worlds.values():
                world.pair.pass_time({"instant": 0.1, "second": 1, "minute": 60}[action])
        elif action.startswith("called"):
            self.called(self.pair(name), near=action == "called near by")
        elif action == "both called":
            for one, near in ((name, False), (self.other(self.pair(name)).name, True)):
                self.called(self.pair(one), near=near)
        else:
            self.worlds[name].do(action)
        self.check()

    def called(self, pair: Housed, *, near: bool) -> None:
        """The wake word."""
        blocks = 25
        sound = quiet(blocks * BLOCK / 16000, seed=pair.device.ring.end + 2)
        sound[-8 * BLOCK :] += noise(8 * BLOCK / 16000) // (1 if near else 80)
        pair.speak(blocks, to_pcm(sound.astype(np.int16)))
        pair.hotword()

    def check(self) -> None:
        """What must hold at every moment."""
        for world in self.worlds.values():
            world.check()
        (one, other) = (self.pair(name) for name in NAMES)
        if one.call and other.call and abs(one.call[1] - other.call[1]) <= one.limits.handover_limit:
            goes_on = [pair.name for pair in (one, other) if pair.call and pair.session == pair.call[0]]
            assert len(goes_on) < 2, "of two that have heard one wake word, one goes on"

    def settle(self) -> None:
        """Nobody does anything any more."""
        for world in self.worlds.values():
            world.settle()
            world.check_agreement()
            check_utterances(world.pair)


THEIRS = [action for action in ACTIONS if action != "heard_elsewhere"]
"""That one comes from the arbiter."""
OURS = ["instant", "second", "called near by", "called far away", "both called"]
ORDERS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from([*THEIRS, *LIKELY, *OURS, *OURS, *OURS, *OURS])), min_size=40, max_size=80
)


@given(ORDERS, st.booleans(), st.integers(0, 99))
def test_of_two_devices_one_goes_on_whatever_happens(actions: list[tuple[str, str]], resumes: bool, seed: int) -> None:
    house = House(RESUME if resumes else NO_RESUME, seed)
    for name in NAMES:
        house.do(name, "start")
    for name, action in actions:
        house.do(name, action)
    house.settle()


def conversations() -> House:
    """Two devices that are linked."""
    house = House(RESUME, 1)
    for pair in map(house.pair, NAMES):
        pair.start()
    return house


def test_the_one_that_gives_up_is_quiet_and_no_word_is_lost_on_the_other() -> None:
    """The far one is first, and its brain is open. Both have kept their sound by offset, so the near one is heard from its wake word on."""
    house = conversations()
    far, near = map(house.pair, NAMES)
    house.called(far, near=False)
    far.carry()
    far.at_server(BrainReady(far.session))
    house.called(near, near=True)
    near.carry()
    near.at_server(BrainReady(near.session))
    said = near.speak(10)
    for pair in (far, near):
        pair.carry()
    assert far.states("session") == ("LISTENING", "LISTENING")
    assert near.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")
    assert [effect.sound for effect in far.done("device", Cue) if isinstance(effect, Cue)] == ["chime"]
    (begun,) = (effect for effect in near.done("server", BeginTurn) if isinstance(effect, BeginTurn))
    heard = b"".join(effect.pcm for effect in near.done("server", Feed) if isinstance(effect, Feed))
    assert heard == near.device.ring.read(begun.at, near.device.ring.end)
    assert heard.endswith(said)


def test_an_answer_that_has_just_begun_is_not_taken_away() -> None:
    """The runner of the first device has not taken it yet."""
    house = conversations()
    first, second = map(house.pair, NAMES)
    house.called(first, near=False)
    first.carry()
    first.at_server(BrainReady(first.session))
    first.carry()
    first.post(ReplyStarted(first.session, 1))
    house.called(second, near=True)
    second.carry()
    first.carry()
    assert first.states("turn") == ("SPEAKING", "SPEAKING")
    assert second.states("session") == ("LISTENING", "LISTENING")


def test_a_newer_call_of_the_first_device_is_the_one_that_is_compared() -> None:
    """It comes with what waits there, which is taken for the comparison."""
    house = conversations()
    first, second = map(house.pair, NAMES)

    def anew() -> None:
        first.button()
        house.called(first, near=True)
        first.carry()

    house.called(first, near=True)
    first.carry()
    first.post(anew)
    house.called(second, near=False)
    second.carry()
    assert first.states("session") == ("HOTWORD_DETECTED", "HOTWORD_DETECTED")
    assert second.states("session") == ("LISTENING", "LISTENING")


def test_what_waits_for_a_runner_brings_no_call() -> None:
    """Only a frame does, and none is taken for a comparison: so a runner whose call is being compared takes nothing meanwhile."""
    cells = [cell for machine in WIRING.machines for cell in machine.rows.items()]
    calls = {event for (_, event), rows in cells for row in rows if "note_call" in row.actions}
    assert calls == {"hotword_detected", "barge_in"}
    assert calls <= set(WIRING.receives), "they are messages"
    assert not calls & set(WIRING.external), "and nothing else"


def test_a_device_whose_link_is_lost_gives_way_and_is_told_when_it_is_back() -> None:
    house = conversations()
    away, second = map(house.pair, NAMES)
    house.called(away, near=True)
    away.carry()
    away.network = False
    away.cut()
    house.called(second, near=False)
    second.carry()
    second.at_server(BrainReady(second.session))
    second.carry()
    assert second.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")
    assert away.states("session") == ("HOTWORD_DETECTED", "LISTENING")
    away.network = True
    away.pass_time(5)
    assert away.states("session") == ("LISTENING", "LISTENING")
    assert [effect.sound for effect in away.done("device", Cue) if isinstance(effect, Cue)] == ["chime"]


def test_a_device_alone_is_answered_as_if_there_were_no_arbiter() -> None:
    """Frame by frame and effect by effect, at the same times: nothing waits for another device that may have heard it."""

    def told(pair: Pair) -> tuple[object, ...]:
        steps = [(step.machine, step.event, step.source, step.target, step.effects) for step in pair.trace()]
        return pair.wire, steps, pair.now

    house = conversations()
    one, alone = house.pair("kitchen"), Pair(limits=RESUME, seed=1).start()
    for pair in (one, alone):
        session = pair.converse()
        pair.speak(20)
        pair.pass_time(0.5)
        pair.reply(session, 1, bytes(6400))
        pair.carry()
    assert told(one) == told(alone)
    assert not one.done("server", ForgetUtterance)
    assert not [step for step in one.trace() if isinstance(step, Traced) and step.event == HeardElsewhere.name]
    assert one.states("session") == (DeviceSession.ACTIVE_SESSION, SessionState.ACTIVE_SESSION)
