from __future__ import annotations

from pathlib import Path

import pytest

from codegen.definitions import build
from codegen.definitions.model import Definitions, Machine
from codegen.definitions.semantics import step
from codegen.definitions.test_cases import Cases
from codegen.definitions.yaml_reader import read
from codegen.emit import tests

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
        cases = Cases(machine)
        for row in machine.rows:
            for variable, _ in row.assign:
                assert any(case.context[variable] != case.taken.context[variable] for case in cases.rows[row.name]), row


def test_a_guard_is_tried_on_both_sides_of_its_constants(lift: Machine) -> None:
    cases = Cases(lift)
    fits = {case.context["load"] for case in cases.rows["above_enter_fits"]}
    full = {case.context["load"] for case in cases.rows["above_enter_not_fits"]}
    assert (max(fits), min(full), max(full)) == (6, 7, 9)
    assert {case.payload["who"] for case in cases.rows["below_go_chief"]} == {"chief"}


def test_cases_are_named_by_their_row_and_by_what_sets_them_apart(lift: Machine) -> None:
    first, *others = (case.name for case in Cases(lift).rows["below_go_not_chief"])
    assert first == "BELOW+go[not chief]"
    assert "BELOW+go[not chief], alarm=True, who=chief" in others
    assert len({first, *others}) == 1 + len(others)


def test_pairs_are_all_that_can_follow_each_other_and_what_cannot_is_named(lift: Machine) -> None:
    cases = Cases(lift)
    pairs = {(first.name, second.name) for first, second in cases.sequences(2)}
    left_out = {(first.name, second.name) for first, second in cases.left_out(2)}
    assert left_out == {
        ("below_go_chief", "above_enter_fits"),
        ("below_go_chief", "above_go_fits"),
        ("above_enter_not_fits", "above_enter_fits"),
        ("above_enter_not_fits", "above_go_fits"),
        ("above_go_fits", "above_enter_not_fits"),
    }
    follow = {(a.name, b.name) for a in lift.rows for b in lift.rows if b.state == (a.target or a.state)}
    assert pairs | left_out == follow
    assert "# Left out: 5 pairs" in tests.tests_module(lift, "tars")
    assert "#   BELOW+go[chief] > ABOVE+enter[fits]\n" in tests.tests_module(lift, "tars")


def test_triples_are_all_that_can_follow_each_other_and_the_others_are_counted(lift: Machine) -> None:
    cases = Cases(lift)
    triples = {tuple(row.name for row in rows) for rows in cases.sequences(3)}
    left_out = {tuple(row.name for row in rows) for rows in cases.left_out(3)}
    follow = {
        (a.name, b.name, c.name)
        for a in lift.rows
        for b in lift.rows
        for c in lift.rows
        if b.state == (a.target or a.state) and c.state == (b.target or b.state)
    }
    assert triples | left_out == follow
    assert not triples & left_out
    # The lift goes up with a chief and full, and once it is full nothing empties it.
    assert ("below_enter", "below_go_chief", "above_enter_not_fits") in triples
    assert ("below_enter", "below_go_chief", "above_go_fits") in left_out
    assert ("above_enter_fits", "above_enter_fits", "above_enter_not_fits") in triples, "two that fit may be too many together"
    text = tests.tests_module(lift, "tars")
    assert f" {len(cases.sequences(2))} pairs and {len(triples)} triples of rows, " in text
    assert f"Left out: 5 pairs and {len(left_out)} triples " in text


def test_every_sequence_goes_as_written(definitions: Definitions) -> None:
    for machine in definitions.machines:
        for pair in Cases(machine).pairs:
            context, state = pair.first.context, pair.first.row.state
            for case, taken in [(pair.first, pair.first.taken), (pair.second.case, pair.second.taken)]:
                assert step(machine, state, context, case.row.event, case.payload) == taken
                context, state = taken.context, taken.target
            for third in pair.thirds:
                assert step(machine, state, context, third.case.row.event, third.case.payload) == third.taken


def test_a_sequence_has_two_or_three_rows(lift: Machine) -> None:
    with pytest.raises(ValueError, match="sequences of 4 rows; allowed: 2, 3"):
        Cases(lift).sequences(4)


def test_a_pair_begins_where_its_second_row_can_follow(definitions: Definitions) -> None:
    machine = definitions.machine("connection", "device")
    names = ("connected_lost_not_hurries", "backoff_retry_not_attempts_left")
    pair, *_ = (pair for pair in Cases(machine).pairs if tuple(row.name for row in pair.rows) == names)
    assert pair.second.taken.row.name == "backoff_retry_not_attempts_left"


def test_paths_are_shortest_and_a_state_without_one_is_named(lift: Machine) -> None:
    cases = Cases(lift)
    assert [(path.state, [event for event, _, _ in path.steps]) for path in cases.paths] == [("BELOW", []), ("ABOVE", ["go"])]
    assert cases.unreached == ["NOWHERE"]
    assert "# No path to NOWHERE was found." in tests.tests_module(lift, "tars")


def test_a_table_without_entries_is_left_out(lift: Machine) -> None:
    assert "IGNORED" not in tests.tests_module(lift, "tars")
    assert "check_ignored" not in tests.tests_module(lift, "tars")
