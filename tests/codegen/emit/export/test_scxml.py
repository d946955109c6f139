"""The SCXML is loaded by python-statemachine and does what the definitions say.

That reader evaluates expressions as Python, so `true`, `false` and `Math` are given to it; its machine sleeps until a delayed event is due,
so the delayed events are kept here instead.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from statemachine.event_data import TriggerData
from statemachine.exceptions import TransitionNotAllowed
from statemachine.io import load

from codegen.definitions.model import Definitions
from codegen.definitions.semantics import Values
from codegen.emit.export import FOLDER
from tests.codegen.emit.export.walks import MACHINES, Move, every_row_and_cell, limits, random_walk

ROOT = Path(__file__).resolve().parents[4]


class Loaded:
    """A machine that was read from its file, with what it has told its parent and the delayed events it has sent."""

    def __init__(self, text: str) -> None:
        self.told: list[tuple[str, Values]] = []
        self.armed: dict[str, float] = {}
        owner = self

        class Chart(load(text, format="scxml", trusted=True)):  # type: ignore[misc]
            allow_event_without_transition = False
            catch_errors_as_events = False
            _invoke_session: Any = SimpleNamespace(send_to_parent=lambda event, **values: owner.told.append((event, values)))

            def _put_nonblocking(self, trigger_data: TriggerData, internal: bool = False) -> None:
                if trigger_data.event is not None and trigger_data.event.delay:
                    owner.armed[str(trigger_data.send_id)] = trigger_data.event.delay / 1000
                else:
                    super()._put_nonblocking(trigger_data, internal)

            def cancel_event(self, send_id: str) -> None:
                del owner.armed[send_id]

        self.values = SimpleNamespace(true=True, false=False, Math=SimpleNamespace(min=min, max=max))
        self.chart = Chart(self.values)

    @property
    def state(self) -> str:
        (name,) = self.chart.configuration_values
        return str(name)

    def context(self, names: Values) -> Values:
        return {name: getattr(self.values, name) for name in names}

    def put(self, state: str, context: Values, armed: dict[str, float]) -> None:
        """Into a state, as if it had been entered in that context."""
        self.chart.current_state_value = state
        vars(self.values).update(context)
        self.armed = dict(armed)

    def take(self, move: Move) -> str:
        """Send the event; what came of it."""
        self.told.clear()
        try:
            self.chart.send(move.event, SimpleNamespace(**move.payload))
        except TransitionNotAllowed:
            return "forbidden"
        return "taken or ignored"

    def check(self, move: Move) -> None:
        """The event does what the definitions say."""
        outcome = self.take(move)
        assert (outcome == "forbidden") == (move.outcome == "forbidden"), move
        assert (self.state, self.context(move.after)) == (move.target, move.after), move
        assert [event.removeprefix("action.") for event, _ in self.told if event.startswith("action.")] == list(move.actions), move
        assert [(event, values) for event, values in self.told if not event.startswith("action.")] == list(move.emits), move


@pytest.fixture(params=MACHINES, ids="-".join)
def stem(request: pytest.FixtureRequest) -> tuple[str, str]:
    name: tuple[str, str] = request.param
    return name


def exported(name: str, role: str) -> str:
    return (ROOT / FOLDER / f"{name}-{role}.scxml").read_text()


def armed(definitions: Definitions, name: tuple[str, str], state: str, context: Values) -> dict[str, float]:
    """The delayed events of a state that has just been entered, by the ids that the file gives them."""
    found = limits(definitions, definitions.machine(*name).state(state), context)
    return {f"{state}.{event}": seconds for event, seconds in found.items()}


def check_every_row_and_cell(definitions: Definitions, name: tuple[str, str], text: str) -> None:
    """Effects, context and limits are those of the definitions, from every start."""
    loaded = Loaded(text)
    for move in every_row_and_cell(definitions.machine(*name)):
        before = armed(definitions, name, move.state, move.context)
        loaded.put(move.state, move.context, before)
        loaded.check(move)
        assert loaded.armed == (armed(definitions, name, move.target, move.after) if move.entered else before), move


def test_every_row_and_cell_is_as_defined(definitions: Definitions, stem: tuple[str, str]) -> None:
    check_every_row_and_cell(definitions, stem, exported(*stem))


def test_a_long_random_walk_is_the_same(definitions: Definitions, stem: tuple[str, str]) -> None:
    loaded = Loaded(exported(*stem))
    machine = definitions.machine(*stem)
    assert loaded.state == machine.initial
    for move in random_walk(machine, 500):
        assert loaded.context(move.context) == move.context
        loaded.check(move)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('target="LISTENING"> <!-- session.yaml:{refused} -->', 'target="IDLE"> <!-- session.yaml:{refused} -->'),
        ('<transition event="given_up"/>', ""),
        ('cond="gaps == false"', 'cond="gaps"'),
        ('expr="_event.data.session"', "expr=\"'another'\""),
        ('<send event="action.chime" target="#_parent"/>', ""),
        ('<send event="unwanted" target="#_parent"/>', ""),
        ("expr=\"'no_answer'\"", "expr=\"'button'\""),
        ('<cancel sendid="HOTWORD_DETECTED.no_answer"/>', ""),
        ("expr=\"'12s'\"", "expr=\"'13s'\""),
    ],
    ids=["target", "ignored", "guard", "assign", "action", "emit", "value", "cancel", "timeout"],
)
def test_a_fault_in_the_file_is_noticed(definitions: Definitions, old: str, new: str) -> None:
    name = ("session", "device")
    refused = definitions.machine(*name).rows_for("HOTWORD_DETECTED", "session_refused")[0].mark.line
    text = exported(*name)
    assert old.format(refused=refused) in text
    with pytest.raises(AssertionError):
        check_every_row_and_cell(definitions, name, text.replace(old.format(refused=refused), new.format(refused=refused)))
