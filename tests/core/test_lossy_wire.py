"""Two real cores over a wire that loses connections at any moment, and a server that crashes or is replaced: nothing is lost or doubled."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from tars.core.effects import BeginInterruption, BeginTurn, CancelReply, CloseBrain, Feed, Gap, Play
from tars.generated.server import events as server_events
from tars.samples import BLOCK
from tests.core.test_two_cores import ACTIONS, LIKELY, World
from tests.pair import RESUME, Pair


class Faulty(World):
    """A world whose sound can be told apart, sample by sample."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(pair)
        self.captured = bytearray()
        self.holes: list[tuple[int, int]] = []
        self.said: dict[tuple[str, int], bytes] = {}
        self.crashed = False

    def speak(self) -> None:
        self.captured += self.pair.speak(3)

    def unplug(self) -> None:
        """The microphone is away for a moment."""
        begins = len(self.captured) // 2
        self.captured += bytes(2 * 700)
        if self.holes and self.holes[-1][1] == begins:  # the same hole
            begins = self.holes.pop()[0]
        self.holes.append((begins, len(self.captured) // 2))
        self.pair.misses(700)

    def second(self) -> None:
        """Time passes, and the microphone hears."""
        for _ in range(12):
            self.captured += self.pair.speak(1)
            self.pair.pass_time(1 / 12)

    def reply_sound(self) -> None:
        """The brain says something that nobody says again."""
        key = (self._session(), self._turn())
        if self.pair.server.states.turn.state == "SPEAKING":
            pcm = random.Random(len(self.said.get(key, b"")) + hash(key)).randbytes(4000)
            self.said[key] = self.said.get(key, b"") + pcm
            self.pair.says(*key, pcm)

    def cut_silently(self) -> None:
        """The connection is dead and nobody knows."""
        self.pair.cut(noticed=False)

    def cut_in_flight(self) -> None:
        """One frame each way arrives, the others do not."""
        self.pair._carry_one()
        self.pair.cut()

    def server_notices_late(self) -> None:
        """The device comes back before the server has missed it."""
        generation = self.pair.socket
        self.pair.cut(noticed=False)
        if generation is not None and self.pair.device.link.codec is not None:
            self.pair.device_lost()
            self.pair.pass_time(1.3)
            self.pair.at_server(server_events.Lost(generation, "late news"))

    def replace(self) -> None:
        """The next server takes over."""
        self.pair.replace()

    def crash(self) -> None:
        """The server knows nothing any more: its brain is gone too."""
        self.look()
        self.pair.effects += [("server", CloseBrain("crashed"))] * self.brains
        self.pair.crash()
        self.crashed = True

    def check_utterances(self) -> None:
        """Whatever the brain was given is what was captured, in order, without a hole; once, unless a crash had it told again.

        What was said over a reply and interrupted nothing may be given again, as part of the next turn.
        """
        furthest, reached = 0, 0
        over: int | None = None  # the turn that what is said over a reply may open, until it has or has not
        for effect in (effect for side, effect in self.pair.effects if side == "server"):
            if isinstance(effect, BeginInterruption):
                assert effect.at >= furthest or self.crashed
                over, reached = effect.turn, effect.at
            elif isinstance(effect, BeginTurn):
                if effect.turn != over:
                    assert effect.at >= furthest or self.crashed
                    reached = effect.at
                over = None
                furthest = max(furthest, reached)
            elif isinstance(effect, Feed):
                assert effect.at == reached, "no hole and no sample twice"
                assert effect.pcm == self.captured[2 * effect.at : 2 * effect.at + len(effect.pcm)]
                assert not any(effect.at < end and begin < effect.at + len(effect.pcm) // 2 for begin, end in self.holes), (
                    "no made-up silence"
                )
                reached += len(effect.pcm) // 2
                furthest = furthest if over is not None else max(furthest, reached)
            elif isinstance(effect, Gap):
                assert effect.at == reached
                assert any(begin <= effect.at and effect.at + effect.samples <= end for begin, end in self.holes)
                reached += effect.samples
                furthest = furthest if over is not None else max(furthest, reached)

    def check_replies(self) -> None:
        """Whatever was played is the beginning of what was said, sample by sample; all of it, if it was not interrupted."""
        played: dict[int, bytes] = {}
        for effect in (effect for side, effect in self.pair.effects if side == "device"):
            if isinstance(effect, Play):
                played[effect.stream] = played.get(effect.stream, b"") + effect.pcm
        for pcm in played.values():
            assert not pcm or any(said.startswith(pcm) for said in self.said.values())


FAULTS = [name for name in vars(Faulty) if callable(getattr(Faulty, name)) and not name.startswith(("_", "check", "unplug"))]
OTHERS = [name for name in ACTIONS if name not in ("server_stop", "server_fenced", "minute", "stop")]
ORDERS = st.lists(st.sampled_from(2 * FAULTS + OTHERS + 2 * LIKELY), min_size=40, max_size=100)
WITHOUT_CRASH = st.lists(st.sampled_from([name for name in 2 * FAULTS if name != "crash"] + OTHERS + 2 * LIKELY), min_size=40, max_size=100)


def live(world: Faulty, actions: list[str]) -> None:
    world.do("start")
    for action in actions:
        world.do(action)


@given(ORDERS, st.integers(0, 99))
def test_whatever_breaks_both_sides_agree_once_it_is_quiet(actions: list[str], seed: int) -> None:
    world = Faulty(Pair(limits=RESUME, seed=seed))
    live(world, actions)
    world.settle()
    world.check_agreement()
    world.check_utterances()


@given(WITHOUT_CRASH, st.integers(0, 99))
def test_whatever_breaks_no_sample_is_lost_or_doubled_in_either_direction(actions: list[str], seed: int) -> None:
    world = Faulty(Pair(limits=RESUME, seed=seed))
    live(world, actions)
    world.settle()
    world.check_utterances()
    world.check_replies()
    assert world.pair.server.lost_samples == 0


@given(st.lists(st.sampled_from(2 * FAULTS + OTHERS + 2 * LIKELY + 12 * ["unplug"]), min_size=40, max_size=100), st.integers(0, 99))
def test_what_no_microphone_has_heard_is_declared_and_nothing_else_is_lost(actions: list[str], seed: int) -> None:
    world = Faulty(Pair(limits=RESUME, seed=seed))
    live(world, actions)
    world.settle()
    world.check_agreement()
    world.check_utterances()


def given_to_brain(pair: Pair) -> bytes:
    return b"".join(effect.pcm for effect in pair.done("server", Feed) if isinstance(effect, Feed))


@given(WITHOUT_CRASH, st.integers(0, 99))
def test_a_session_that_nobody_ends_survives_whatever_breaks(actions: list[str], seed: int) -> None:
    """Only faults, speech and time: then the session of the beginning is the session of the end, and every sample arrives."""
    world = Faulty(Pair(limits=RESUME, seed=seed))
    world.do("start")
    world.pair.carry()
    session = world.pair.converse()
    breaking = {"cut", "cut_silently", "cut_in_flight", "server_notices_late", "replace", "speak", "second", "carry", "carry_one"}
    for action in actions:
        if action in breaking:
            world.do(action)
    for _ in range(16):
        world.do("second")
        world.pair.carry()
        if given_to_brain(world.pair) == world.captured:
            break  # what was said since shows that the link is alive
    assert world.pair.states("session") == ("ACTIVE_SESSION", "ACTIVE_SESSION")
    assert given_to_brain(world.pair) == world.captured, "every sample from the hotword on, once"
    assert world.pair.device.machines["session"].context.session == session
    assert not world.pair.done("server", CancelReply)
    assert len(world.captured) % (2 * BLOCK) == 0


def test_an_utterance_whose_answer_began_but_never_came_is_told_again_from_its_beginning() -> None:
    """The welcome says that the server is finished with what was said; the server crashes before it says why."""
    story = Pair(limits=RESUME).start()
    session = story.converse()
    said = story.speak(5)
    story.carry()
    story.cut(noticed=False)
    story.at_server(server_events.ReplyStarted(session, 1))
    said += story.speak(3)
    story.device_lost()
    while not story.device.linked:
        assert story._dial() or story._carry_one()
    before = given_to_brain(story)
    story.crash()
    story.pass_time(6)
    story.at_server(server_events.BrainReady(session))
    story.carry()
    assert given_to_brain(story) == before + said, "not only what was said since"
