from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from tars.server.log_lines import count_lines, of_day, of_device, remove_lines

DAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    "line",
    [
        b"23:37:50.140 server INFO  heard  device=kitchen session=e0 turn=1 text=hello",
        b"23:37:50.140 server INFO  link closed  device=kitchen reason=bye",
        b'23:37:50.140 server WARN  refused  address=::1 reason="the key of kitchen was removed"',
        b"23:37:50.140 server ERROR cannot record  file=/srv/heard/kitchen-e0e85a000ef3-1.wav reason=full",
        b"23:37:50.140 server ERROR cannot record  file=/srv/heard/kitchen-e0e85a000ef3-1-2.wav reason=full",
        b'{"time": "2026-11-30T23:37:54+00:00", "node": "server", "device": "kitchen", "machine": null}',
        b'{"time": "2026-11-30T23:37:54+00:00", "level": "info", "message": "heard", "fields": {"device": "kitchen", "text": "x"}}',
        b'{"time": "2026-11-30T23:37:54+00:00", "level": "info", "message": "kitchen is gone", "fields": {}}',
        b'{"time": "2026-11-30T23:37:54+00:00", "node": "server", "device": "kitchen", "mach',
        b"23:37:50.140 server INFO  heard by several devices  goes_on=hall instead_of=kitchen word=hey_jarvis snr=31.4 other_snr=17.9",
        b"23:37:50.140 server INFO  heard by several devices  goes_on=kitchen instead_of=hall word=hey_jarvis snr=31.4 other_snr=17.9",
    ],
)
def test_a_line_of_the_kitchen(line: bytes) -> None:
    assert of_device("kitchen")(line)


@pytest.mark.parametrize(
    "line",
    [
        b"23:37:50.140 server INFO  heard  device=kitchen-2 session=e0 turn=1 text=hello",
        b'23:37:50.140 server INFO  heard  device=hall session=e0 turn=1 text="is it warm in the kitchen"',
        b"23:37:50.140 server ERROR cannot record  file=/srv/heard/kitchen-2-e0e85a000ef3-1.wav reason=full",
        b'{"time": "2026-11-30T23:37:54+00:00", "node": "server", "device": "hall", "payload": {"text": "the kitchen"}}',
        b'{"time": "2026-11-30T23:37:54+00:00", "message": "heard", "fields": {"device": "hall", "text": "kitchen"}}',
        b'23:37:50.140 server WARN  refused  address=::1 reason="the key of old-kitchen was removed"',
        b"23:37:50.140 server INFO  stopped",
        b"[1, 2, 3]",
    ],
)
def test_no_line_of_the_kitchen(line: bytes) -> None:
    assert not of_device("kitchen")(line)


def test_a_json_line_is_of_the_day_of_its_time_and_any_other_of_the_day_of_its_file() -> None:
    belongs = of_day(DAY, DAY)
    assert belongs(b'{"time": "2026-11-30T23:59:59+00:00", "node": "server"}')
    assert not belongs(b'{"time": "2026-12-01T00:00:00+00:00", "node": "server"}')
    assert belongs(b"23:37:50.140 server INFO  stopped")
    assert belongs(b'{"time": "soon", "node": "server"}')
    assert not of_day(DAY, date(2026, 12, 1))(b"23:37:50.140 server INFO  stopped")


TEXT = b"""\
1 server INFO  link  device=hall
2 server ERROR fault: this device starts anew  device=kitchen error=ValueError
  Traceback (most recent call last):
  ValueError
3 server INFO  link  device=hall
"""


def test_a_traceback_goes_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(TEXT)
    assert count_lines(file, of_device("kitchen")) == 3
    remove_lines(file, of_device("kitchen"))
    assert [line[:1] for line in file.read_text().splitlines()] == ["1", "3"]


def test_a_file_keeps_its_mode_and_its_age_and_is_gone_when_nothing_is_left(tmp_path: Path) -> None:
    file = tmp_path / "trace.jsonl"
    lines = [json.dumps({"time": "2026-11-30T10:00:00+00:00", "device": device}) + "\n" for device in ("kitchen", "hall", "kitchen")]
    file.write_text("".join(lines))
    file.chmod(0o640)
    os.utime(file, (1_000_000_000, 1_000_000_000))
    remove_lines(file, of_device("kitchen"))
    assert file.read_text() == lines[1]
    assert (file.stat().st_mode & 0o777, file.stat().st_mtime) == (0o640, 1_000_000_000)
    remove_lines(file, of_device("hall"))
    assert list(tmp_path.iterdir()) == []
