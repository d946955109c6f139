from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tars.errors import ConfigError
from tars.runtime.log import JsonLines, TextLines, json_line, log, pairs, setup


class Rude:
    def __str__(self) -> str:
        raise RuntimeError("no text today")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("tars")
    before = root.handlers[:], root.level, ours.level
    yield
    for handler in set(root.handlers) - set(before[0]):
        handler.close()
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


def test_a_line_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    setup("text", "device")
    log.info("linked", server="ws://127.0.0.1:7456", attempt=2)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} device INFO  linked  server=ws://127.0.0.1:7456 attempt=2\n", captured.err)


def test_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    setup("json", "server")
    log.warning("heard", text="what's the time", device="küche", message=3)
    line = json.loads(capsys.readouterr().err)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", line.pop("time"))
    assert line == {
        "node": "server",
        "level": "warning",
        "message": "heard",
        "fields": {"text": "what's the time", "device": "küche", "message": 3},
    }


def test_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    setup("text", "device")
    log.debug("a detail")
    logging.getLogger("websockets").info("chatter")
    logging.getLogger("websockets").warning("handshake took %d s", 3)
    logging.getLogger("tars.device.audio").info("opened")
    assert [line.split(maxsplit=3)[2:] for line in capsys.readouterr().err.splitlines()] == [
        ["WARN", "handshake took 3 s"],
        ["INFO", "opened"],
    ]


def test_a_second_setup_replaces_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    setup("text", "device")
    setup("json", "device")
    log.info("once")
    assert json.loads(capsys.readouterr().err)["message"] == "once"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("two words", '"two words"'),
        ("", '""'),
        ('say "hi"', '"say \\"hi\\""'),
        ("a=b", '"a=b"'),
        ("two\nlines", '"two\\nlines"'),
        ("\x1b[31mred\x9b", '"\\u001b[31mred\\u009b"'),
        ("grüße", "grüße"),
        (0.98, "0.98"),
        (1 / 3, "0.333333"),
        (float("nan"), "nan"),
        (None, "None"),
        (b"\x00", "b'\\x00'"),
        (ValueError("bad"), '"ValueError: bad"'),
        (Rude(), "<Rude>"),
        ("\udc80", '"\\udc80"'),
    ],
)
def test_any_value_is_one_word(value: object, text: str) -> None:
    assert pairs({"value": value}) == f"value={text}"


def circle() -> list[Any]:
    around: list[Any] = []
    around.append(around)
    return around


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ({"a": (1, 2)}, {"a": [1, 2]}),
        (float("inf"), "inf"),
        ({"a": float("nan")}, "{'a': nan}"),
        ({(1, 2): 3}, "{(1, 2): 3}"),
        (circle(), "[[...]]"),
        (Rude(), "<Rude>"),
        ({"kitchen"}, "{'kitchen'}"),
        ("\udc80", "\udc80"),
    ],
)
def test_any_value_fits_into_json_and_spoils_no_other(value: object, seen: object) -> None:
    assert json.loads(json_line({"odd": value, "number": 3, "nothing": None})) == {"odd": seen, "number": 3, "nothing": None}


def failure() -> ValueError:
    try:
        int("no such voice")
    except ValueError as error:
        return error
    raise AssertionError


def test_an_error_brings_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    setup("text", "server")
    log.error("brain failed", error=failure())
    first, *rest = capsys.readouterr().err.splitlines()
    assert 'ERROR brain failed  error="ValueError: invalid' in first
    assert rest[0].startswith("Traceback")
    setup("json", "server")
    log.error("brain failed", error=failure())
    line = json.loads(capsys.readouterr().err)
    assert line["fields"]["error"].startswith("ValueError: invalid")
    assert line["traceback"].endswith(line["fields"]["error"])


def record(level: int) -> logging.LogRecord:
    return logging.LogRecord("tars", level, __file__, 1, "%s", ("too late",), None)


def test_colours_only_when_asked_for() -> None:
    assert "\x1b" not in TextLines("device", colours=False).format(record(logging.ERROR))
    assert "\x1b[31mERROR\x1b[0m too late" in TextLines("device", colours=True).format(record(logging.ERROR))
    assert "\x1b" not in JsonLines("device").format(record(logging.ERROR))


def test_a_log_file_goes_on_in_a_new_one_when_it_was_renamed_or_deleted(tmp_path: Path) -> None:
    file = tmp_path / "log"
    setup("text", "device", file)
    log.info("one")
    file.rename(tmp_path / "older")
    log.info("two")
    file.unlink()
    log.info("three")
    assert "one" in (tmp_path / "older").read_text()
    assert file.read_text().split("INFO  ")[1:] == ["three\n"]


def test_a_log_file_that_cannot_be_opened_anew_ends_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    setup("text", "device", folder / "log")
    log.info("one")
    shutil.rmtree(folder)
    log.info("lost")
    folder.mkdir()
    log.info("two")
    assert (folder / "log").read_text().split("INFO  ")[1:] == ["two\n"]


def test_a_log_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot write the log to .*nowhere/log: No such file or directory; choose another log_file"):
        setup("text", "device", tmp_path / "nowhere/log")
