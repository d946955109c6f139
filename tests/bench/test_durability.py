"""The report on durability is made with three real servers, and a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.bench import rows_redis
from tests.bench.bench import MEASURED_CORE, Bench
from tests.bench.durability import Sizes, hold_conversations, measure
from tests.bench.durability_report import NOTHING, REDIS, SQLITE, Run, page
from tests.bench.redis_figures import measured_redis

PIECES = rows_redis.Sizes(idle=8, pings=1, watching=0.6, returning=20, writes=64, keys=2000)
SIZES = Sizes(conversations=6, passes=1, seconds=3.0, warm_up=0.0, pieces=PIECES)
RUN = Run("2026-01-01", 1.2, (1.0, 2.0), 6, 1, 4, "7.0")
SPOKEN = 16
"""kB a second of somebody who speaks half of the time. The answer is as long."""


def check(one: Mapping[str, float]) -> None:
    """Conversations have gone on, and nothing of them was lost."""
    assert [one[none] for none in ("samples lost", "links lost", "sessions ended by the server")] == [0, 0, 0]
    assert one["utterances answered"] >= SIZES.conversations // 2
    assert 0 < one["CPU of the server, ms a second, of a conversation"] < 1000


def check_redis(one: Mapping[str, float]) -> None:
    """What is said and answered was written, twice at most."""
    assert SPOKEN < one["Redis: kB a second in, of a conversation"] < 4 * SPOKEN
    assert SPOKEN < one["Redis: kB a second to its file, of a conversation"] < 4 * SPOKEN
    assert 1 < one["Redis: scripts a second, of a conversation"] < 10
    assert 0 < one["Redis: CPU ms a second, of a conversation"] < 100


def test_conversations_are_held_and_what_a_redis_does_for_them_is_counted(tmp_path: Path) -> None:
    one = asyncio.run(hold_conversations(Bench(tmp_path), REDIS, SIZES))
    check(one)
    check_redis(one)


def test_a_redis_takes_as_many_records_as_were_sent() -> None:
    note = rows_redis.Noted(lambda _: None)
    with measured_redis(MEASURED_CORE) as redis:
        asyncio.run(rows_redis.writes(redis, PIECES.writes, note))
        asyncio.run(rows_redis.rows_of_all(redis, PIECES, note))
    assert note.pieces["Redis: records a second that it takes"][0] > 10
    assert 100 < note.pieces["Redis: bytes of memory, of a key of a device"][0] < 1000


@pytest.mark.verify
@pytest.mark.timeout(240)
def test_every_figure_of_the_report_is_measured(tmp_path: Path) -> None:
    values, found = asyncio.run(measure(Bench(tmp_path), SIZES, lambda _: None))
    for store in (NOTHING, SQLITE, REDIS):
        check({quantity: of[store][0] for quantity, of in values.items() if store in of})
    check_redis({quantity: of[REDIS][0] for quantity, of in values.items() if quantity.startswith("Redis: ")})
    assert found["mass reconnect: conversations that are not resumed"] == [0]
    assert found["Redis: scripts, of a greeting"][0] >= 1
    text = page(values, found, RUN)
    assert all(f"| {quantity} | " in text for quantity in (*values, *found))


def test_a_store_that_was_not_measured_is_a_dash() -> None:
    values = {"ms": {NOTHING: [1.0], SQLITE: [2.0, 4.0, 3.0], REDIS: [6.0]}, "kB": {REDIS: [7.0]}}
    text = page(values, {"us of a ping": [5.0]}, RUN)
    assert "| ms | 1.00 | 3.00 (2.00 to 4.00) | 6.00 | 2.00 times |" in text
    assert "| kB | - | - | 7.00 | - |" in text
    assert "| us of a ping | 5.00 |" in text
