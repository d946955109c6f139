"""What every generated machine relies on, shown on a small one written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

import pytest

from tars.engine import Event, Machine, Row, Step, Timeout, values_of
from tars.errors import ForbiddenEvent
from tests.generated.oracle import step


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


class DoorState(StrEnum):
    CLOSED = "CLOSED"
    OPEN = "OPEN"


@dataclass
class DoorContext:
    pushes: int = 0


class Door(Machine):
    """CLOSED opens when pushed hard; OPEN swings again at each push; creaking means nothing."""

    __slots__ = ()
    machine = "door"
    role = "house"
    initial = DoorState.CLOSED
    context: DoorContext
    state: DoorState

    def __init__(self, context: DoorContext | None = None, state: str | None = None) -> None:
        super().__init__(context or DoorContext(), state)

    def if_hard(self, payload: Push) -> bool:
        return payload.strength > 1

    def closed_push_hard(self, payload: Push) -> tuple[Event, ...]:
        self.context.pushes += 1
        return (Swung(self.context.pushes), Creak())

    rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {
        ("CLOSED", "push"): (
            Row("door.yaml:5", DoorState.OPEN, ("unlatch", "swing"), closed_push_hard, guard=if_hard),
            Row("door.yaml:6", None, guard=if_hard, holds=False),
        ),
        ("OPEN", "push"): (Row("door.yaml:7", DoorState.OPEN, ("swing",)),),
        ("OPEN", "lock"): (Row("door.yaml:8", DoorState.CLOSED),),
    }
    ignored: ClassVar[dict[tuple[str, str], str]] = {("OPEN", "creak"): "door.yaml:9"}
    timeouts: ClassVar[dict[str, Timeout]] = {}


HARD = Push(strength=2)


def test_a_new_machine_is_in_its_initial_state_and_has_taken_no_row() -> None:
    door = Door()
    assert (door.state, door.context) == ("CLOSED", DoorContext())


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
    assert (door.state, door.context) == ("OPEN", DoorContext(pushes=3))


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
        assert (door.state, door.context) == ("CLOSED", DoorContext(pushes=3))
    step = door.step(HARD)
    assert (step.target, step.actions, step.emits) == ("OPEN", ("unlatch", "swing"), (Swung(times=4), Creak()))


def test_restoring_a_state_runs_no_row() -> None:
    door = Door(DoorContext(pushes=3), "OPEN")
    assert (door.state, door.context) == ("OPEN", DoorContext(pushes=3))
    assert door.step(Lock()).actions == ()


def test_machines_of_one_kind_share_nothing() -> None:
    one, other = Door(), Door()
    one.step(HARD)
    assert (other.state, other.context) == ("CLOSED", DoorContext())


def breaks(machine: Machine, payload: Event) -> Any:
    raise ZeroDivisionError


BROKEN = {"effect": Row("door.yaml:8", DoorState.CLOSED, effect=breaks), "guard": Row("door.yaml:8", DoorState.CLOSED, guard=breaks)}


@pytest.mark.parametrize("row", BROKEN.values(), ids=BROKEN)
def test_an_error_in_a_row_is_raised_and_harms_neither_this_machine_nor_any_other(row: Row) -> None:
    class Broken(Door):
        rows: ClassVar[dict[tuple[str, str], tuple[Row, ...]]] = {**Door.rows, ("OPEN", "lock"): (row,)}

    one, other = Broken(state="OPEN"), Broken(state="OPEN")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            one.step(Lock())
        assert (one.state, one.context, other.state) == ("OPEN", DoorContext(), "OPEN")
        assert [machine.step(HARD).row for machine in (one, other)] == ["door.yaml:7", "door.yaml:7"]


def test_the_context_is_plain_data_for_a_trace() -> None:
    assert Door(DoorContext(pushes=3)).variables() == {"pushes": 3}


def test_no_other_state_is_restored() -> None:
    with pytest.raises(ValueError, match="AJAR"):
        Door(state="AJAR")


def test_values_are_those_of_the_fields_and_no_copies() -> None:
    times: Any = [1]
    assert values_of(Swung(times))["times"] is times
    assert values_of(Lock()) == {}


# --- beside python-statemachine ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [HARD, Push(strength=1), Lock(), Creak(), Unknown()], ids=str)
@pytest.mark.parametrize("state", DoorState)
def test_python_statemachine_takes_the_same_step(state: DoorState, event: Event) -> None:
    door, same = Door(DoorContext(pushes=3), state), Door(DoorContext(pushes=3), state)
    try:
        expected = same.step(event)
    except ForbiddenEvent:
        with pytest.raises(ForbiddenEvent):
            step(door, event)
    else:
        assert step(door, event) == expected
    assert (door.state, door.context) == (same.state, same.context)


class Careless(Door):
    """Each of its steps goes wrong in a way of its own."""

    fault: ClassVar[str] = ""

    def step(self, event: Event) -> Step:
        match self.fault:
            case "last row":
                row = self.rows[self.state, event.name][-1]
                return Step(event, self.state, row.target or self.state, "taken", row.place, row.actions)
            case "takes what is forbidden":
                return Step(event, self.state, self.state, "taken", "door.yaml:5")
            case "forbids what is ignored":
                raise ForbiddenEvent("door (house)", self.state, event.name, ())
            case "changes what is forbidden":
                self.context.pushes += 1
                return super().step(event)
        done = super().step(event)
        match self.fault:
            case "forgets the context":
                self.context.pushes = 0
            case "emits":
                return done._replace(emits=done.emits[:1])
            case "actions":
                return done._replace(actions=done.actions[::-1])
            case "entered":
                return done._replace(entered=not done.entered)
        return done


@pytest.mark.parametrize(
    ("fault", "state", "event"),
    [
        ("last row", "CLOSED", HARD),
        ("takes what is forbidden", "CLOSED", Lock()),
        ("forbids what is ignored", "OPEN", Creak()),
        ("changes what is forbidden", "CLOSED", Lock()),
        ("forgets the context", "CLOSED", HARD),
        ("emits", "CLOSED", HARD),
        ("actions", "CLOSED", HARD),
        ("entered", "CLOSED", Push(strength=1)),
        ("entered", "OPEN", HARD),
    ],
)
def test_a_step_that_goes_wrong_is_noticed(fault: str, state: str, event: Event) -> None:
    class Faulty(Careless):
        pass

    Faulty.fault = fault
    with pytest.raises(AssertionError):
        step(Faulty(state=state), event)


def test_the_fault_is_what_is_noticed() -> None:
    assert step(Careless(), HARD).row == "door.yaml:5"
