from __future__ import annotations

import importlib
import random
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from codegen.definitions import build
from codegen.definitions.model import Definitions, Ignored, Machine
from codegen.definitions.semantics import Emitted, Forbidden, Taken, constants, evaluate, reads, step
from codegen.definitions.test_cases import Domains
from codegen.definitions.yaml_reader import read
from codegen.emit.text import camel, place
from tars.errors import ForbiddenEvent

KETTLE = """
machine: kettle
doc: boils water
roles:
  kitchen:
    initial: COLD
    context:
      cups:  {type: int, initial: 1, min: 0, max: 4}
      total: {type: counter, initial: 0}
    events:
      fill:   {kind: environment, payload: {cups: int, who: str}}
      switch: {kind: environment}
      boiled: {kind: environment, payload: {degrees: int}}
    emits:
      whistle: {kind: local, payload: {cups: int, who: str, note: str, loud: bool, high: bool}}
      poured:  {kind: local, payload: {total: counter}}
    guards:
      has_water: {expr: cups > 0}
    states:
      COLD:
        doc: nobody wants tea
        transitions:
          - event: fill
            assign: {cups: "min(payload.cups, 4)", total: total + cups}
            emit: [poured, {event: whistle, note: so full, loud: true, high: payload.cups > 4}]
          - {event: switch, guard: has_water, target: HOT, actions: [click], emit: [poured]}
          - {event: switch, guard: not has_water, actions: [click, beep]}
        ignore:
          - {event: boiled, why: steam from yesterday}
      HOT:
        doc: on
        entry: [heat, glow]
        transitions:
          - {event: switch, target: HOT, actions: [click]}
"""


@pytest.fixture
def kettle(tmp_path: Path) -> Machine:
    path = tmp_path / "kettle.yaml"
    path.write_text(KETTLE)
    document, findings = read(path)
    assert not findings
    (machine,) = build.machines(document.root)
    return machine


def take(machine: Machine, state: str, context: dict[str, Any], event: str, **payload: Any) -> Taken:
    taken = step(machine, state, context, event, payload)
    assert isinstance(taken, Taken)
    return taken


# --- a small machine ---------------------------------------------------------------------------------------------------------


def test_assignments_see_those_before_them_and_the_given_context_stays(kettle: Machine) -> None:
    context = {"cups": 1, "total": 10}
    taken = take(kettle, "COLD", context, "fill", cups=9, who="Ann")
    assert taken.context == {"cups": 4, "total": 14}
    assert context == {"cups": 1, "total": 10}


def test_a_row_without_target_stays_and_enters_nothing(kettle: Machine) -> None:
    taken = take(kettle, "COLD", {"cups": 0, "total": 0}, "switch")
    assert (taken.target, taken.actions) == ("COLD", ("click", "beep"))


def test_entry_actions_follow_the_row_s_own(kettle: Machine) -> None:
    taken = take(kettle, "COLD", {"cups": 1, "total": 0}, "switch")
    assert (taken.target, taken.actions) == ("HOT", ("click", "heat", "glow"))


def test_a_row_into_its_own_state_enters_it_again(kettle: Machine) -> None:
    taken = take(kettle, "HOT", {"cups": 1, "total": 0}, "switch")
    assert (taken.target, taken.actions) == ("HOT", ("click", "heat", "glow"))


def test_payloads_are_filled_after_the_assignments_from_the_row_then_the_context_then_the_event(kettle: Machine) -> None:
    taken = take(kettle, "COLD", {"cups": 1, "total": 0}, "fill", cups=5, who="Ann")
    whistle = Emitted("whistle", {"cups": 4, "who": "Ann", "note": "so full", "loud": True, "high": True})
    assert taken.emits == (Emitted("poured", {"total": 4}), whistle)


def test_the_guard_chooses_the_row(kettle: Machine) -> None:
    rows = [take(kettle, "COLD", {"cups": cups, "total": 0}, "switch").row.guard_text for cups in (0, 1, 4)]
    assert rows == ["not has_water", "has_water", "has_water"]


def test_an_ignored_cell_is_answered_with_its_reason(kettle: Machine) -> None:
    ignored = step(kettle, "COLD", {"cups": 1, "total": 0}, "boiled", {"degrees": 100})
    assert isinstance(ignored, Ignored)
    assert ignored.why == "steam from yesterday"


def test_what_a_state_does_not_list_is_forbidden(kettle: Machine) -> None:
    assert step(kettle, "HOT", {"cups": 1, "total": 0}, "boiled", {"degrees": 100}) == Forbidden("HOT", "boiled")


def test_a_payload_that_nothing_fills_is_an_error_in_the_definition(kettle: Machine) -> None:
    nameless = replace(kettle, events=tuple(replace(event, payload=event.payload[:1]) for event in kettle.events))
    with pytest.raises(ValueError, match=r"^kettle.yaml:\d+:\d+: nothing fills who$"):
        step(nameless, "COLD", {"cups": 1, "total": 0}, "fill", {"cups": 5})


# --- expressions -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("4", 4),
        ('"a b"', "a b"),
        ("count", 3),
        ("payload.name", "Ann"),
        ("count + 1 - payload.size", -1),
        ("-count", -3),
        ("min(count + 1, 2)", 2),
        ("max(count, payload.size)", 5),
        ("count == 3 and payload.size >= 5", True),
        ("count != 3 or not (payload.size < 5)", True),
        ("0 < count <= 3", True),
        ("0 < count < 3", False),
        ('payload.name == "Ann"', True),
    ],
)
def test_the_language(text: str, value: object) -> None:
    assert evaluate(text, {"count": 3}, {"name": "Ann", "size": 5}) == value


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "payload.name.upper()", "count if count else 1", "count ** 2", "[count]", "count is 3", "min(count, key=1)"],
)
def test_nothing_else_is_evaluated(text: str) -> None:
    with pytest.raises(ValueError, match="the definition language has no"):
        evaluate(text, {"count": 3}, {"name": "Ann"})


def test_what_is_no_expression_is_said_to_be_none() -> None:
    with pytest.raises(ValueError, match="not an expression"):
        evaluate("count +", {"count": 3}, {})


def test_what_an_expression_reads_and_which_literals_it_holds() -> None:
    text = 'payload.reason == "late" and not payload.kept and count < min(limit, 4)'
    assert set(reads(text)) == {"payload.reason", "payload.kept", "count", "limit"}
    assert set(constants(text)) == {"late", 4}


# --- the real definitions ----------------------------------------------------------------------------------------------------


def test_the_backoff_ladder_rises_to_its_last_step(definitions: Definitions) -> None:
    machine = definitions.machine("connection", "device")
    context = {variable.name: variable.initial for variable in machine.context}
    steps = []
    for _ in range(6):
        context = take(machine, "CONNECTING", context, "greeting_late").context
        steps.append(context["attempt"])
        context = take(machine, "BACKOFF", context, "retry").context
    assert steps == [0, 1, 2, 3, 4, 4]
    assert context["failures"] == 6


def test_a_hotword_opens_a_session_with_its_id(definitions: Definitions) -> None:
    machine = definitions.machine("session", "device")
    taken = take(machine, "LISTENING", {"session": "old"}, "hotword", session="new", model="m", score=0.5, at=9)
    assert (taken.target, taken.context) == ("HOTWORD_DETECTED", {"session": "new"})
    assert [emitted.event for emitted in taken.emits] == ["hotword_detected", "wanted"]


@pytest.mark.parametrize(
    ("machine", "role"),
    [
        ("connection", "device"),
        ("continuity", "device"),
        ("continuity", "server"),
        ("session", "device"),
        ("session", "server"),
        ("turn", "device"),
        ("turn", "server"),
    ],
)
def test_generated_python_does_the_same_on_a_long_random_walk(definitions: Definitions, machine: str, role: str) -> None:
    definition = definitions.machine(machine, role)
    module = importlib.import_module(f"tars.generated.{role}.{machine}")
    events = importlib.import_module(f"tars.generated.{role}.events")
    real = getattr(module, camel(machine))()
    state, context = definition.initial, {variable.name: variable.initial for variable in definition.context}
    dice, domains = random.Random(f"{machine} {role}"), Domains(definition)
    for _ in range(500):
        kind = dice.choice(definition.events)
        payload = {part.name: dice.choice(domains.of(f"payload.{part.name}", part.type)) for part in kind.payload}
        outcome = step(definition, state, context, kind.name, payload)
        event = getattr(events, camel(kind.name))(**payload)
        if isinstance(outcome, Forbidden):
            with pytest.raises(ForbiddenEvent):
                real.step(event)
        else:
            done = real.step(event)
            expected = outcome.row.mark if isinstance(outcome, Taken) else outcome.mark
            assert done.row == place(expected)
        if isinstance(outcome, Taken):
            state, context = outcome.target, outcome.context
            assert done.actions == outcome.actions
            assert [Emitted(emitted.name, asdict(emitted)) for emitted in done.emits] == list(outcome.emits)
        assert (real.state, real.variables()) == (state, context)
