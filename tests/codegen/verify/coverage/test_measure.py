"""What a run took, held against the definitions."""

from __future__ import annotations

from typing import Any

import pytest

from codegen.definitions.model import Definitions
from codegen.emit.text import place
from codegen.verify.coverage import TraceError, collect, measure
from codegen.verify.coverage.measure import Share
from codegen.verify.coverage.traces import OUTCOMES
from tests.codegen.coverage_traces import Lines, Write, row_of, without

pytestmark = pytest.mark.usefixtures("no_drawings")


def test_a_full_trace_covers_everything(definitions: Definitions, lines: Lines, trace: Write) -> None:
    covered = measure(definitions, collect([trace(lines)]))
    assert all(covered.share(outcome).percent == 100 for outcome in OUTCOMES)
    assert covered.share("taken").total == sum(len(machine.rows) for machine in definitions.machines)


def test_an_empty_trace_covers_nothing(definitions: Definitions, trace: Write) -> None:
    covered = measure(definitions, collect([trace("")]))
    assert covered.share("taken").covered == 0
    assert len(covered.machines) == len(definitions.machines)


def test_the_rows_of_one_cell_are_told_apart(definitions: Definitions, lines: Lines, trace: Write) -> None:
    one, other = definitions.machine("connection", "device").rows_for("CONNECTING", "welcome")
    covered = measure(definitions, collect([trace(without(lines, place(one.mark)))]))
    assert [item.name for machine in covered.machines for item in machine.missed("taken")] == [one.name]
    assert other.name != one.name


def test_a_share_never_rounds_up_to_100() -> None:
    assert str(Share(999, 1000)) == "999/1000 99 %"
    assert str(Share(0, 0)) == "0/0 100 %"


@pytest.mark.parametrize(
    "change",
    [{"row": "session.yaml:9999"}, {"machine": "toaster"}, {"role": "server"}, {"from": "NOWHERE"}, {"event": "sneeze"}, {"row": None}],
    ids=lambda change: next(iter(change)),
)
def test_a_line_about_something_not_defined_is_named(change: dict[str, Any], definitions: Definitions, lines: Lines, trace: Write) -> None:
    line = next(line for line in lines if line["row"] == place(row_of(definitions).mark))
    with pytest.raises(TraceError, match=r"trace\.jsonl:2: no row .* for .* in the definitions"):
        measure(definitions, collect([trace([lines[0], line | change])]))


def test_a_row_cannot_be_claimed_forbidden(definitions: Definitions, lines: Lines, trace: Write) -> None:
    line = next(line for line in lines if line["row"] == place(row_of(definitions).mark))
    with pytest.raises(TraceError, match="no forbidden cell for LISTENING \\+ hotword in session \\(device\\)"):
        measure(definitions, collect([trace([line | {"outcome": "forbidden", "row": None}])]))
