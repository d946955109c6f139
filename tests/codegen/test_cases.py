from __future__ import annotations

from pathlib import Path

import pytest

from codegen import build, emit_tests
from codegen.cases import Cases
from codegen.model import Definitions, Machine
from codegen.semantics import Taken, step
from codegen.yaml_marks import read

LIFT = """
machine: lift
doc: goes up, once
roles:
  house:
    initial: BELOW
    context:
      load:  {type: int, initial: 0, min: 0, max: 9}
      alarm: {type: bool, initial: false, constant: true}
    events:
      enter: {kind: environment, payload: {load: int}}
      go:    {kind: environment, payload: {who: str}}
    emits:
      moved: {kind: local, payload: {load: int, who: str}}
    guards:
      fits:  {expr: load < 7}
      chief: {expr: 'payload.who == "chief" and not alarm'}
    states:
      BELOW:
        doc: at the bottom
        transitions:
          - {event: enter, assign: {load: payload.load}}
          - {event: go, guard: chief, target: ABOVE, assign: {load: "9"}, emit: [moved]}
          - {event: go, guard: not chief}
      ABOVE:
        doc: at the top
        transitions:
          - {event: enter, guard: fits, assign: {load: "min(load + payload.load, 9)"}}
          - {event: enter, guard: not fits}
          - {event: go, guard: fits}
      NOWHERE:
        doc: between the floors
"""


@pytest.fixture
def lift(tmp_path: Path) -> Machine:
    path = tmp_path / "lift.yaml"
    path.write_text(LIFT)
    (machine,) = build.machines(read(path)[0].root)
    return machine


def test_every_row_has_a_case_and_every_case_takes_its_row(definitions: Definitions) -> None:
    for machine in definitions.machines:
        cases = Cases(machine)
        for row in machine.rows:
            assert cases.rows[row.name]
            for case in cases.rows[row.name]:
                assert step(machine, row.state, case.context, row.event, case.payload) == case.taken
                assert case.taken.row is row


def test_every_other_cell_is_there_once(definitions: Definitions) -> None:
    for machine in definitions.machines:
        cells = [(cell.state, cell.event) for cell in Cases(machine).cells]
        cells += {(row.state, row.event) for row in machine.rows}
        assert sorted(cells) == sorted((state.name, event.name) for state in machine.states for event in machine.events)


def test_an_assignment_shows_in_a_case(definitions: Definitions) -> None:
    for machine in definitions.machines:
        for row in machine.rows:
            for variable, _ in row.assign:
                cases = Cases(machine).rows[row.name]
                assert any(case.context[variable] != case.taken.context[variable] for case in cases), row


def test_a_guard_is_tried_on_both_sides_of_its_constants(lift: Machine) -> None:
    cases = Cases(lift)
    fits = {case.context["load"] for case in cases.rows["above_enter_fits"]}
    full = {case.context["load"] for case in cases.rows["above_enter_not_fits"]}
    assert (max(fits), min(full), max(full)) == (6, 7, 9)
    assert [case.payload["who"] for case in cases.rows["below_go_chief"]] == ["chief"]


def test_cases_are_named_by_their_row_and_by_what_sets_them_apart(lift: Machine) -> None:
    first, *others = (case.name for case in Cases(lift).rows["below_go_not_chief"])
    assert first == "BELOW+go[not chief]"
    assert "BELOW+go[not chief], alarm=True, who=chief" in others
    assert len({first, *others}) == 1 + len(others)


def test_pairs_are_all_that_can_follow_each_other_and_what_cannot_is_named(lift: Machine) -> None:
    cases = Cases(lift)
    pairs = {(pair.first.row.name, pair.second.row.name) for pair in cases.pairs}
    left_out = {(first.name, second.name) for first, second in cases.impossible}
    assert left_out == {
        ("below_go_chief", "above_enter_fits"),
        ("below_go_chief", "above_go_fits"),
        ("above_enter_not_fits", "above_enter_fits"),
        ("above_enter_not_fits", "above_go_fits"),
        ("above_go_fits", "above_enter_not_fits"),
    }
    follow = {(a.name, b.name) for a in lift.rows for b in lift.rows if b.state == (a.target or a.state)}
    assert pairs | left_out == follow
    assert "# Left out: 5 pairs" in emit_tests.tests_module(lift)
    assert "#   BELOW+go[chief] > ABOVE+enter[fits]\n" in emit_tests.tests_module(lift)


def test_a_pair_begins_where_its_second_row_can_follow(definitions: Definitions) -> None:
    machine = definitions.machine("connection", "device")
    (pair,) = (
        pair
        for pair in Cases(machine).pairs
        if (pair.first.row.name, pair.second.row.name) == ("connected_lost_not_hurries", "backoff_retry_not_attempts_left")
    )
    second = step(machine, pair.second.row.state, pair.first.taken.context, pair.second.row.event, pair.second.payload)
    assert isinstance(second, Taken)
    assert second.row.name == "backoff_retry_not_attempts_left"
    assert second == pair.taken


def test_paths_are_shortest_and_a_state_without_one_is_named(lift: Machine) -> None:
    cases = Cases(lift)
    assert [(path.state, [event for event, _, _ in path.steps]) for path in cases.paths] == [("BELOW", []), ("ABOVE", ["go"])]
    assert cases.unreached == ["NOWHERE"]
    assert "# No path to NOWHERE was found." in emit_tests.tests_module(lift)


def test_a_table_without_entries_is_left_out(lift: Machine) -> None:
    assert "IGNORED" not in emit_tests.tests_module(lift)
    assert "check_ignored" not in emit_tests.tests_module(lift)
