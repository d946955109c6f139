"""The wire keeps its promises in every state; and each rule that is broken on purpose is noticed, by the promise that it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from codegen.verify.explore.wire.exploration import DEFAULT, PROPERTIES, Wire, check, quiet
from codegen.verify.explore.wire.reduction import named
from codegen.verify.explore.wire.rules import ANNOUNCED_AGAIN, ARRIVES, KEPT, MESSAGES, ONE_RECORD, REFUSED, RELEASED, REPLY, SPEECH
from codegen.verify.explore.wire.state import (
    Ack,
    Answer,
    Bounds,
    Control,
    Frame,
    Gap,
    Greeting,
    Said,
    Sample,
    Side,
    State,
    Step,
    oldest_sound,
)
from codegen.verify.progress import Progress
from codegen.verify.search import PropertyVerdict, search

WORDS = Bounds("note note", "note", channel=1)
SPOKEN = Bounds("open sample sample", "ready", channel=1)
ANSWERED = Bounds("open sample", "ready reply sample sample", channel=1)
OVERFLOWING = Bounds("open sample sample", "", room=1, gaps=True, channel=1)


def explore(bounds: Bounds, model: type[Wire] = Wire) -> dict[str, PropertyVerdict]:
    return {verdict.name: verdict for verdict in check(bounds, Progress("wire", quiet=True), model)[2]}


@pytest.mark.parametrize("bounds", [DEFAULT[0], DEFAULT[4]], ids=["messages", "a reply"])
def test_every_promise_is_kept_in_every_state(bounds: Bounds) -> None:
    """Within the other bounds `python -m codegen explore` looks, before the tests run."""
    verdicts = explore(bounds)
    assert {name: verdict.path for name, verdict in verdicts.items() if not verdict.holds} == {}
    assert list(verdicts) == list(PROPERTIES)


@pytest.mark.parametrize("gaps", [False, True])
def test_what_can_break_does_break(gaps: bool) -> None:
    """A promise about what never happens is worth nothing."""
    graph = search(State(), Wire(SPOKEN._replace(room=1, gaps=gaps)).successors, Progress("wire", quiet=True))
    frames = [step.frame for step in graph.labels]
    assert {frame.reason for frame in frames if isinstance(frame, Answer)} == {"", "new", "unknown_record", "restarted"}
    assert any(isinstance(frame, Gap) for frame in frames)
    assert any(isinstance(frame, Control) and frame.said.kind == "end" for frame in frames) == (not gaps)
    assert any(state.listener.into == 1 and state.listener.phase == "listening" and quiet(state) for state in graph.states)


class NothingAgain(Wire):
    """A new connection does not begin with what the old one lost."""

    def rewound(self, side: Side) -> Side:
        return side


class GivenUpWhenSent(Wire):
    """Sent is taken for received."""

    def passed_on(self, state: State, side: Side) -> tuple[Frame, Side]:
        frame, after = super().passed_on(state, side)
        return frame, after._replace(outbox=after.outbox[1:], passed=0)


class AcknowledgedBeforeApplied(Wire):
    """A message counts as soon as it is there; its effect comes later, or never."""

    def is_new(self, side: Side, said: Said) -> bool:
        return said.number > side.heard

    def listener_takes(self, state: State, frame: Frame) -> State:
        if isinstance(frame, Control) and frame.said.number > state.listener.applied:
            return state._replace(listener=state.listener._replace(applied=frame.said.number, owes=True), up=(frame, *state.up))
        return super().listener_takes(state, frame)


class OneTooMany(Wire):
    """An acknowledgement takes away one message more."""

    def acknowledged(self, side: Side, number: int) -> Side:
        return super().acknowledged(side, number + 1 if number else 0)


class Behind(Wire):
    """What was received last is never acknowledged, so it comes twice. Harmless by itself but for the waiting."""

    def progress(self, side: Side) -> Ack:
        ack = super().progress(side)
        return ack._replace(applied=max(0, ack.applied - 1), received=max(side.start, ack.received - 1))

    def greeting(self, state: State) -> Greeting:
        dialer = state.dialer
        return super().greeting(state)._replace(applied=max(0, dialer.applied - 1), received=max(0, dialer.received - 1))


class MessageTwice(Behind):
    """A message that comes twice is not dropped."""

    def is_new(self, side: Side, said: Said) -> bool:
        return True


class SampleTwice(Behind):
    """A sample that comes twice is not trimmed."""

    def is_next_sample(self, side: Side, sample: Sample) -> bool:
        return True


class SilentGap(Wire):
    """What an outage has outlasted is passed over without a word."""

    def gap(self, state: State, first: Sample) -> tuple[Frame, Side]:
        _, after = super().gap(state, first)
        return self.passed_on(state._replace(dialer=after), after)


class NeedlessGap(Wire):
    """What is still there is declared lost."""

    def passed_on(self, state: State, side: Side) -> tuple[Frame, Side]:
        frame, after = super().passed_on(state, side)
        return (Gap(frame.stream, frame.at, 1), after) if isinstance(frame, Sample) and side is state.dialer else (frame, after)


class TokenUsedUpAtOnce(Wire):
    """A token is worth nothing once the answer with the next one is sent, which can get lost."""

    def rotated(self, state: State, shown: int, renewed: int) -> tuple[int, ...]:
        return (renewed,)


class TokenNotAsked(Wire):
    """Any token is as good as another."""

    def admits(self, state: State, greeting: Greeting) -> bool:
        return True


class RecordNotAsked(Wire):
    """Any record is as good as another."""

    def same_record(self, state: State, greeting: Greeting) -> bool:
        return state.listener.record != 0


class NeitherAsked(TokenNotAsked, RecordNotAsked):
    """Whatever the dialer offers is taken for what is kept here."""


class EpochNotAsked(Wire):
    """A listener that was started again does not say so."""

    def same_life(self, state: State, greeting: Greeting) -> bool:
        return True


class NotFenced(Wire):
    """What an older connection still says counts."""

    def fenced(self, up: tuple[Frame, ...]) -> tuple[Frame, ...]:
        return up


class AnnouncedFromTheMiddle(Wire):
    """Only what a crashed listener had not received is announced again."""

    def announced_from(self, state: State) -> int:
        return oldest_sound(state.dialer)


class MarkBelieved(Wire):
    """The listener is finished with the request: the dialer believes it before it has heard of a reply."""

    def notes_commit(self, dialer: Side) -> bool:
        return True


class NothingSaved(Wire):
    """A listener that is replaced saves its numbers, and not what it had still to say."""

    def restored(self, listener: Side) -> Side:
        return listener._replace(outbox=(), passed=0)


@dataclass(frozen=True)
class Fault:
    model: type[Wire]
    bounds: Bounds
    breaks: str


FAULTS = [
    Fault(NothingAgain, WORDS._replace(up="note"), ARRIVES),
    Fault(NothingAgain, WORDS, REFUSED),
    Fault(GivenUpWhenSent, WORDS, RELEASED),
    Fault(AcknowledgedBeforeApplied, WORDS, RELEASED),
    Fault(OneTooMany, WORDS, RELEASED),
    Fault(Behind, WORDS, ARRIVES),
    Fault(MessageTwice, WORDS, MESSAGES),
    Fault(SampleTwice, SPOKEN, SPEECH),
    Fault(SampleTwice, ANSWERED, REPLY),
    Fault(SilentGap, OVERFLOWING, REFUSED),
    Fault(NeedlessGap, SPOKEN, SPEECH),
    Fault(TokenUsedUpAtOnce, WORDS, KEPT),
    Fault(NeitherAsked, WORDS, ONE_RECORD),
    Fault(EpochNotAsked, SPOKEN, ANNOUNCED_AGAIN),
    Fault(NotFenced, WORDS, MESSAGES),
    Fault(AnnouncedFromTheMiddle, SPOKEN, ANNOUNCED_AGAIN),
    Fault(MarkBelieved, ANSWERED, ANNOUNCED_AGAIN),
    Fault(NothingSaved, WORDS, RELEASED),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.model.__name__}-{fault.breaks}")
def test_a_rule_that_is_broken_is_noticed_and_the_shortest_way_there_is_told(fault: Fault) -> None:
    verdict = explore(fault.bounds, fault.model)[fault.breaks]
    assert not verdict.holds
    assert verdict.path[0] == "the dialer dials" or verdict.path[0].startswith("the dialer opens")


def found(bounds: Bounds, model: type[Wire]) -> dict[str, int]:
    return {name: len(verdict.path) for name, verdict in explore(bounds, model).items() if not verdict.holds}


@pytest.mark.verify
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.bounds is not ANSWERED], ids=lambda fault: fault.model.__name__)
def test_what_is_taken_for_one_state_hides_nothing(fault: Fault) -> None:
    """With names given out anew, and nothing else, the same is found, and not sooner."""

    class Plain(fault.model):  # type: ignore[name-defined, misc]
        """Only names are given out anew."""

        def successors(self, state: State) -> Iterator[tuple[Step, State]]:
            return ((step, named(after)) for step, after in self.steps(state) if not state.wrong)

    assert found(fault.bounds, Plain) == found(fault.bounds, fault.model)


@pytest.mark.parametrize("model", [TokenNotAsked, RecordNotAsked])
def test_record_and_token_guard_the_same_door_and_either_alone_keeps_it_shut(model: type[Wire]) -> None:
    assert explore(WORDS, model)[ONE_RECORD].holds


class NoExcuse(Wire):
    """The record is resumed even after a greeting that came late."""

    def must_resume(self, state: State, greeting: Greeting) -> bool:
        return greeting.sid == state.listener.record == state.dialer.record != 0


def test_a_greeting_that_comes_after_a_newer_one_costs_the_session_and_no_more() -> None:
    """It uses up the token that the dialer has got since: the next offer is refused, but nothing is doubled or joined."""
    late = Bounds("note", "note", channel=1, late=True)
    assert all(verdict.holds for verdict in explore(late).values())
    assert [verdict.name for verdict in explore(late, NoExcuse).values() if not verdict.holds] == [KEPT]


def test_the_finding_reads_as_a_story() -> None:
    verdict = explore(WORDS._replace(down=""), GivenUpWhenSent)[RELEASED]
    assert [words.partition("(")[0] for words in verdict.path] == [
        "the dialer dials",
        "the listener takes Greeting",
        "the dialer takes Answer",
        "the dialer says something",
        "the dialer sends Control",
    ]
