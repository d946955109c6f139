"""A row compares pass with pass, and shows how far they lie apart."""

from __future__ import annotations

from tests.bench.figures import Row, spread


def test_a_ratio_is_that_of_values_of_the_same_pass() -> None:
    row = Row("ms of something", [2.0, 30.0, 4.0], [1.0, 10.0, 1.0], "websockets", target="1")
    assert row.compared == [2, 3, 4]
    assert row.cells() == ["ms of something", "4.00 (2.00 to 30.0)", "websockets 1.00 (1.00 to 10.0)", "3.00 (2.00 to 4.00)", "1"]


def test_a_limit_is_subtracted() -> None:
    row = Row("ms of something", [52.0, 53.0], [50.0, 50.0], "echo", difference=True)
    assert row.cells()[3] == "2.50 (2.00 to 3.00) more"


def test_a_row_without_a_baseline_has_no_ratio() -> None:
    assert Row("links lost", [0]).cells() == ["links lost", "0", "-", "-", "-"]


def test_a_baseline_that_carries_nothing_gives_no_ratio() -> None:
    assert Row("streams", [50], [0], "websockets").cells()[3] == "-"


def test_other_baselines_stand_beside_the_first() -> None:
    row = Row("KiB", [10], [20], "websockets", {"websockets + uvloop": [5], "absent": []})
    assert row.cells()[2] == "websockets 20; websockets + uvloop 5"


def test_three_digits_are_shown() -> None:
    assert [spread([value]) for value in (0.123, 12.34, 1234.5)] == ["0.12", "12.3", "1,234"]
