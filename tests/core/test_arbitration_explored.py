"""Two devices, walked with the arbiter: of two that hear one wake word one goes on, whatever devices, links and brains do.

The listeners do what exploration of one pair has found, in any order; the arbiter is the real one. What a pair does when its session is
given up is explored with one pair, where `elsewhere` comes at any time it may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import pytest

from codegen.verify.explore.machines.several import Happened, Several, States, Steps, steps_of
from codegen.verify.progress import Progress
from codegen.verify.search import Graph, search
from tars.core.arbitration import Arbiter, Call, Standing, Verdict
from tars.generated.server.continuity import ContinuityState
from tars.generated.server.events import BargeIn, HeardElsewhere, HotwordDetected, ReplyStarted
from tars.generated.server.session import SessionState
from tars.generated.server.turn import TurnState
from tests.explorations import explored

pytestmark = pytest.mark.timeout(400)  # a worker that has not explored yet does so here
WINDOW = 0.5
IN_SESSION = (SessionState.HOTWORD_DETECTED, SessionState.ACTIVE_SESSION)
UNANSWERED = (TurnState.NO_TURN, TurnState.USER_TURN, TurnState.THINKING)
HEARS: tuple[float | None, ...] = (None, 10.0, 30.0)
"""How well a device may hear: it does not say, badly, well."""


class Known(NamedTuple):
    """The arbiter, as a value, and what a test wants to know besides."""

    heard: tuple[int, float | None, bool] | None = None
    """Pair, decibels and `keeps` of the call that goes on."""
    late: bool = False
    """The window of it is over."""
    alive: bool = False
    """The session of that call goes on."""
    together: frozenset[int] = frozenset()
    """The pairs that are in a session that this wake word has opened."""
    answered: frozenset[int] = frozenset()
    """Those of them of whom a reply has begun since."""


class Rules:
    """The real arbiter, asked step by step."""

    initial = Known()
    event = HeardElsewhere.name

    def __init__(self) -> None:
        self.wrong: set[str] = set()

    def waits(self, known: Known) -> Iterator[Known]:
        """The window passes."""
        if known.heard is not None and not known.late:
            yield known._replace(late=True)

    def judge(self, known: Known, pairs: tuple[States, ...], pair: int, event: str) -> Iterator[tuple[Known, int | None]]:
        """What the arbiter does, and whether it is right."""
        state = State(*pairs[pair])
        together = {one for one in known.together if State(*pairs[one]).session in IN_SESSION}
        alive = known.heard is not None and known.alive and State(*pairs[known.heard[0]]).session in IN_SESSION
        answered = known.answered & together | ({pair} if event == ReplyStarted.name and pair in together else set())
        if len(answered) > 1:
            self.wrong.add("two devices answer one wake word")
        known = known._replace(together=frozenset(together), alive=alive, answered=frozenset(answered))
        calls = event == HotwordDetected.name and state.session == SessionState.HOTWORD_DETECTED
        if not calls and event != BargeIn.name:
            yield known, None
            return
        for snr in HEARS if calls else (None,):
            yield self._called(known, pairs, Call(str(pair), "new", "word", snr, keeps=not calls))

    def _called(self, known: Known, pairs: tuple[States, ...], call: Call) -> tuple[Known, int | None]:
        arbiter = Arbiter(WINDOW, lambda _: "all")
        if known.heard is not None:
            rival, snr, keeps = known.heard
            arbiter.called(Call(str(rival), "old", "word", snr, keeps), 0.0, lambda _: Standing.GONE)
        standing = _standing(known, pairs)
        verdict = arbiter.called(call, 1.0 if known.late else 0.0, lambda _: standing)
        (kept,) = arbiter._heard.values()
        heard = (int(kept.call.device), kept.call.snr, kept.call.keeps)
        pair = int(call.device)
        opened = frozenset() if call.keeps else frozenset({pair})  # a conversation that went on before is none that this word has opened
        others = known.together | ({known.heard[0]} if known.heard and known.alive else set())
        if known.late or not others - {pair}:
            if verdict is not None:
                self.wrong.add("a device gives up though no other one has heard that word")
            return Known(heard, alive=True, together=opened), None
        loser = None
        if verdict is not None:
            self._check(verdict, pairs, standing)
            loser = int(verdict.loser.device)
        together = (known.together | opened) - {loser}
        if len(together) > 1:
            self.wrong.add("two devices go on")
        return known._replace(heard=heard, alive=heard[0] != loser, together=together), loser

    def _check(self, verdict: Verdict, pairs: tuple[States, ...], standing: Standing) -> None:
        winner, loser = (State(*pairs[int(one.device)]) for one in (verdict.winner, verdict.loser))
        if winner.session not in IN_SESSION:
            self.wrong.add("nobody is left")
        if loser.turn not in UNANSWERED or verdict.loser.keeps:
            self.wrong.add("an answer is taken away")
        hears, others = verdict.winner.snr, verdict.loser.snr
        if hears is not None and others is not None and others > hears and not verdict.winner.keeps and standing is Standing.OPEN:
            self.wrong.add("the one that hears worse goes on")


class State(NamedTuple):
    """The states of the server's machines of one device."""

    continuity: str
    session: str
    turn: str
    announcement: str


def _standing(known: Known, pairs: tuple[States, ...]) -> Standing:
    """As `Arbitration` of the server finds it."""
    if known.heard is None or not known.alive:
        return Standing.GONE
    state = State(*pairs[known.heard[0]])
    if state.turn not in UNANSWERED:
        return Standing.ANSWERED
    return Standing.OPEN if state.continuity == ContinuityState.LINKED else Standing.AWAY


@cache
def listener() -> tuple[States, Steps]:
    """What the server's side of one device may do."""
    node = explored().system.listener
    assert tuple(node.machines) == State._fields
    steps = steps_of(node)
    return tuple(str(getattr(node.names[node.initial], machine)) for machine in node.machines), steps


Walked = tuple[Rules, Several[Known], Graph[tuple[tuple[States, ...], Known], Happened]]


def walked(until: str = "") -> Walked:
    """All that two devices can reach; or until that is wrong."""
    rules = Rules()
    several = Several(*listener(), rules, 2)
    return rules, several, search(several.initial, several.successors, Progress("several", quiet=True), lambda: until in rules.wrong)


def test_of_two_devices_that_hear_one_wake_word_one_goes_on_whatever_happens() -> None:
    rules, several, graph = walked()
    assert not rules.wrong
    assert not several.ignored, "whoever is told to give up does"
    assert {label.told for label in graph.labels} == {None, 0, 1}


class NobodyGivesUp(Arbiter):
    """Finds no rival."""

    def called(self, call: Call, now: float, standing: Callable[[Call], Standing]) -> Verdict | None:
        super().called(call, now, standing)
        return None


class TheOtherOne(Arbiter):
    """Lets the loser go on."""

    def called(self, call: Call, now: float, standing: Callable[[Call], Standing]) -> Verdict | None:
        verdict = super().called(call, now, standing)
        return verdict and Verdict(verdict.loser, verdict.winner)


class LooksAtNobody(Arbiter):
    """Takes every earlier session for one that goes on, unanswered."""

    def called(self, call: Call, now: float, standing: Callable[[Call], Standing]) -> Verdict | None:
        return super().called(call, now, lambda _: Standing.OPEN)


@pytest.mark.parametrize(
    ("arbiter", "found"),
    [
        (NobodyGivesUp, "two devices go on"),
        (NobodyGivesUp, "two devices answer one wake word"),
        (TheOtherOne, "the one that hears worse goes on"),
        (TheOtherOne, "an answer is taken away"),
        (LooksAtNobody, "a device gives up though no other one has heard that word"),
        (LooksAtNobody, "an answer is taken away"),
    ],
)
def test_an_arbiter_that_is_wrong_is_found_out(arbiter: type[Arbiter], found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.core.test_arbitration_explored.Arbiter", arbiter)
    rules, _, _ = walked(found)
    assert found in rules.wrong
