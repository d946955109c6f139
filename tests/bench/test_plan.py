"""The plan for many devices follows from the reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import plan
from tests.bench.plan import PAGE, Figures, Reports, breaks, needs, tables, with_tables

REPORT = """\
| quantity | SQLite | Redis |
| --- | --- | --- |
| CPU | 1.50 (1 to 2) | 2,345 (1 to 3,000) |
| lost | - | 0 |

| quantity | |
| --- | --- |
| normal | people | 7 |
| keys: ms | 68.4 (51.6 to 70.2) |
"""


@pytest.fixture
def reports(tmp_path: Path) -> Reports:
    (tmp_path / "r.md").write_text(REPORT)
    return Reports(tmp_path)


def test_the_tables_of_the_page_follow_from_the_reports() -> None:
    assert PAGE.read_text() == with_tables(PAGE.read_text(), tables(Figures(Reports()))), "python -m tests.bench.plan --write"


def test_the_page_says_what_breaks_first() -> None:
    first, *_ = breaks(Figures(Reports()))
    assert first.what.startswith("recognition")
    cores = {need.what: need.value for need in needs(Figures(Reports())) if need.unit == "cores"}
    assert cores["speech recognition"] > 5 * sum(value for what, value in cores.items() if what != "speech recognition")


def test_a_figure_is_read_by_row_and_column(reports: Reports) -> None:
    assert (reports.figure("r", "CPU", "SQLite"), reports.figure("r", "CPU", "Redis")) == (1.5, 2345)
    assert (reports.figure("r", "keys: ms"), reports.figure("r", "normal | people")) == (68.4, 7)


def test_a_figure_that_is_missing_is_an_error(reports: Reports) -> None:
    with pytest.raises(LookupError, match="no row `CPU ms`"):
        reports.figure("r", "CPU ms")
    with pytest.raises(LookupError, match="`-` is no figure"):
        reports.figure("r", "lost", "SQLite")


def test_what_is_needed_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Figures(Reports())
    found.recognition_s, found.redis_ms, found.poll_ms = 0.5, 0.4, 1.0
    values = {need.what: need.value for need in needs(found)}
    assert (values["conversations"], values["utterances a second"], values["speech recognition"]) == (2000, 500, 250)
    assert values["CPU of Redis"] == pytest.approx(2000 * 0.0004 + 48 * 0.001)
    places = {one.what: one.devices for one in breaks(found)}
    assert places["CPU of one Redis"] == pytest.approx((500 - 48) / (0.02 * 0.4))
    assert places["recognition on one machine of 32 cores"] == pytest.approx(16 / (0.02 / 4 * 0.5))
    monkeypatch.setattr(plan, "TALKING", 0.01)
    assert {need.what: need.value for need in needs(found)}["speech recognition"] == 125


def test_from_so_many_devices_on_reading_what_waits_takes_half_of_a_redis() -> None:
    found = Figures(Reports())
    (devices,) = (one.devices for one in breaks(found) if "read what waits" in one.what)
    changes, servers, waiting = 2 * devices / 86_400, devices / plan.DEVICES * 48, devices * 0.01
    assert changes * servers * waiting * found.waiting_redis_us / 1e6 == pytest.approx(0.5)


def test_a_page_without_a_place_for_a_table_is_an_error() -> None:
    with pytest.raises(LookupError, match="no place for the table needs"):
        with_tables("# A plan", {"needs": "| |"})
