"""What every generated machine relies on, shown on a small one written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from statemachine import State
from statemachine.exceptions import InvalidDefinition

from tars.engine import Event, Machine, Step, Timeout
from tars.errors import ForbiddenEvent


@dataclass(frozen=True)
class Push(Event):
    name: ClassVar[str] = "push"
    strength: int = 1


@dataclass(frozen=True)
class Lock(Event):
    name: ClassVar[str] = "lock"


@dataclass(frozen=True)
class Creak(Event):
    name: ClassVar[str] = "creak"


@dataclass(frozen=True)
class Unknown(Event):
    name: ClassVar[str] = "unknown"


@dataclass(frozen=True)
class Swung(Event):
    name: ClassVar[str] = "swung"
    times: int


@dataclass
class DoorContext:
    pushes: int = 0


class Door(Machine):
    """CLOSED opens when pushed hard; OPEN swings again at each push; creaking means nothing."""

    machine = "door"
    role = "house"
    initial = "CLOSED"
    context: DoorContext

    CLOSED = State(initial=True)
    OPEN = State()

    push = (
        CLOSED.to(OPEN, cond="if_hard", on="closed_push_hard")
        | CLOSED.to(CLOSED, internal=True, unless="if_hard", on="closed_push_soft")
        | OPEN.to(OPEN, on="open_push")
    )
    lock = OPEN.to(CLOSED, on="open_lock")

    ignored: ClassVar[dict[tuple[str, str], str]] = {("OPEN", "creak"): "door.yaml:9"}
    timeouts: ClassVar[dict[str, Timeout]] = {}
    row_names: ClassVar[dict[str, tuple[str, ...]]] = {"CLOSED": ("push",), "OPEN": ("push", "lock", "creak")}

    def __init__(self, context: DoorContext | None = None, state: str | None = None) -> None:
        super().__init__(context or DoorContext(), state)

    def if_hard(self, payload: Push) -> bool:
        return payload.strength > 1

    def closed_push_hard(self, payload: Push) -> None:
        self.take("door.yaml:5", enters=True)
        self.context.pushes += 1
        self.act("unlatch", "swing")
        self.emit(Swung(self.context.pushes), Creak())

    def closed_push_soft(self, payload: Push) -> None:
        self.take("door.yaml:6", enters=False)

    def open_push(self, payload: Push) -> None:
        self.take("door.yaml:7", enters=True)
        self.act("swing")

    def open_lock(self, payload: Lock) -> None:
        self.take("door.yaml:8", enters=True)


HARD = Push(strength=2)


def test_a_new_machine_is_in_its_initial_state_and_has_taken_no_row() -> None:
    door = Door()
    assert (door.state_name, door.context) == ("CLOSED", DoorContext())


def test_a_step_tells_row_actions_and_emits_in_order() -> None:
    assert Door().step(HARD) == Step(
        HARD, "CLOSED", "OPEN", "taken", "door.yaml:5", ("unlatch", "swing"), (Swung(times=1), Creak()), entered=True
    )


def test_a_step_asks_only_for_what_its_own_row_does() -> None:
    door = Door()
    door.step(HARD)
    assert door.step(HARD) == Step(HARD, "OPEN", "OPEN", "taken", "door.yaml:7", ("swing",), (), entered=True)
    assert door.step(Lock()) == Step(Lock(), "OPEN", "CLOSED", "taken", "door.yaml:8", (), (), entered=True)


def test_a_row_into_its_own_state_enters_it_and_a_row_without_target_does_not() -> None:
    assert Door(state="OPEN").step(HARD).entered
    stays = Door().step(Push(strength=1))
    assert (stays.outcome, stays.source, stays.target, stays.entered) == ("taken", "CLOSED", "CLOSED", False)


def test_the_guard_sees_the_payload() -> None:
    assert [Door().step(Push(strength)).row for strength in (1, 2)] == ["door.yaml:6", "door.yaml:5"]


def test_an_ignored_event_changes_nothing_and_gives_its_reason() -> None:
    door = Door(DoorContext(pushes=3), "OPEN")
    assert door.step(Creak()) == Step(Creak(), "OPEN", "OPEN", "ignored", "door.yaml:9")
    assert (door.state_name, door.context) == ("OPEN", DoorContext(pushes=3))


@pytest.mark.parametrize("event", [Lock(), Creak(), Unknown()], ids=lambda event: event.name)
def test_a_forbidden_event_names_machine_state_and_event(event: Event) -> None:
    with pytest.raises(ForbiddenEvent) as error:
        Door().step(event)
    assert str(error.value) == f"door (house): event {event.name} is forbidden in CLOSED; allowed there: push"
    assert (error.value.machine, error.value.state, error.value.event, error.value.allowed) == (
        "door (house)",
        "CLOSED",
        event.name,
        ("push",),
    )


def test_a_forbidden_event_changes_nothing_and_the_machine_works_on() -> None:
    door = Door(DoorContext(pushes=3))
    for _ in range(3):
        with pytest.raises(ForbiddenEvent):
            door.step(Lock())
        assert (door.state_name, door.context) == ("CLOSED", DoorContext(pushes=3))
    step = door.step(HARD)
    assert (step.target, step.actions, step.emits) == ("OPEN", ("unlatch", "swing"), (Swung(times=4), Creak()))


def test_restoring_a_state_runs_no_row() -> None:
    door = Door(DoorContext(pushes=3), "OPEN")
    assert (door.state_name, door.context) == ("OPEN", DoorContext(pushes=3))
    assert door.step(Lock()).actions == ()


def test_machines_of_one_kind_share_nothing() -> None:
    one, other = Door(), Door()
    one.step(HARD)
    assert (other.state_name, other.context) == ("CLOSED", DoorContext())


def test_an_error_in_a_row_is_raised_not_swallowed() -> None:
    class Broken(Door):
        def open_lock(self, payload: Lock) -> None:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Broken(state="OPEN").step(Lock())


def test_the_context_is_plain_data_for_a_trace() -> None:
    assert Door(DoorContext(pushes=3)).variables() == {"pushes": 3}


@pytest.mark.parametrize("wrong", [{"cond": "if_herd"}, {"unless": "if_herd"}, {"on": "closed_pusch"}], ids=str)
def test_a_misspelt_guard_or_row_fails_when_the_machine_is_built(wrong: dict[str, Any]) -> None:
    class Misspelt(Machine):
        machine = "misspelt"
        role = "house"
        initial = "CLOSED"
        CLOSED = State(initial=True)
        push = CLOSED.to(CLOSED, **wrong)
        ignored: ClassVar[dict[tuple[str, str], str]] = {}
        row_names: ClassVar[dict[str, tuple[str, ...]]] = {"CLOSED": ("push",)}

    with pytest.raises(InvalidDefinition, match=next(iter(wrong.values()))):
        Misspelt(DoorContext())
