"""What the programs keep of what they write, while they run."""

from __future__ import annotations

import os
from pathlib import Path

from tars.runtime import clock
from tests.programs import tars_pi, tars_server
from tests.sounds import quiet, write_wav

MONTH = 31 * 86_400


def old(path: Path) -> Path:
    """A file that was written a month ago."""
    path.write_text("x\n")
    os.utime(path, (clock.wall() - MONTH, clock.wall() - MONTH))
    return path


def test_what_is_older_than_a_month_is_deleted_at_the_start_and_what_is_not_of_the_program_stays(tmp_path: Path) -> None:
    for name in ("heard", "pi"):
        (tmp_path / name).mkdir()
    write_wav(tmp_path / "said.wav", quiet(60))
    gone = [old(tmp_path / name) for name in ("heard/kitchen-e0e85a000ef3-1.wav", "pi/trace.2026-01-01.jsonl", "server.2026-01-01.2.jsonl")]
    there = [old(tmp_path / name) for name in ("heard/holiday.wav", "pi/trace.jsonl.1", "server.jsonl.2026-01-01")]
    with tars_server("--record", tmp_path / "heard", "--trace", tmp_path / "server.jsonl") as (server, url):
        server.says("deleted  what=recordings files=1")
        server.says("deleted  what=traces files=1")
        with tars_pi(url, "--microphone", f"file:{tmp_path / 'said.wav'}", "--trace", tmp_path / "pi/trace.jsonl") as pi:
            pi.says("deleted  what=traces files=1")
            pi.stop()
        server.stop()
    assert [path for path in gone if path.exists()] == []
    assert [path for path in there if not path.exists()] == []


def test_a_trace_of_an_earlier_day_is_put_aside_when_the_program_starts(tmp_path: Path) -> None:
    trace = old(tmp_path / "server.jsonl")
    with tars_server("--trace", trace, TARS_KEEP_DAYS="0") as (server, _):
        server.stop()
    (aside,) = tmp_path.glob("server.20*.jsonl")
    assert aside.read_text() == "x\n"
