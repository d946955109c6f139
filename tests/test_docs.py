"""The documents tell the truth: what they name exists, what they quote stands there, and what exists they name."""

from __future__ import annotations

import difflib
import re
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from codegen.__main__ import committed, drawings, expected
from codegen.definitions.model import Definitions
from codegen.emit.diagrams import svg_is_current
from codegen.load import load
from codegen.verify import coverage, replay
from codegen.verify.coverage import texts
from tars.brains.reply.intents.understanding.intents import Understanding
from tars.core import liveness
from tars.core.codec import V1, Control
from tars.core.effects import Traced
from tars.device.settings import PROGRAM as DEVICE
from tars.device.settings import load as load_device
from tars.engine import Machine
from tars.errors import ConfigError
from tars.generated.device.wiring import WIRING as DEVICE_WIRING
from tars.generated.limits import Limits
from tars.generated.messages import MESSAGES
from tars.generated.server.wiring import WIRING as SERVER_WIRING
from tars.runtime.command_line import commands_of
from tars.runtime.config import readers
from tars.runtime.program import Program
from tars.runtime.tcp import UNACKNOWLEDGED_LIMIT
from tars.runtime.trace import as_line
from tars.runtime.websocket import CLOSE_LIMIT
from tars.server.settings import PROGRAM as SERVER
from tars.server.settings import load as load_server
from tests.coverage_plugin import BOTH_SIDES
from tests.fresh.report import commands

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), ROOT / "machines/README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BY_HAND = [page for page in PAGES if page.parent.name != "generated"]
README, ARCHITECTURE, MACHINES, PROTOCOL, OPERATIONS, CONTRIBUTING = (
    (ROOT / path).read_text()
    for path in (
        "README.md",
        "docs/architecture.md",
        "docs/machines.md",
        "docs/protocol.md",
        "docs/operations.md",
        "docs/contributing.md",
    )
)
PROGRAMS: dict[str, tuple[Program[Any], Callable[..., Any]]] = {"tars-pi": (DEVICE, load_device), "tars-server": (SERVER, load_server)}
FENCED = re.compile(r"(?ms)^```.*?^```$")
SPAN = re.compile(r"`([^`\n]+)`")
LONGEST_LINE = 140
"""Characters of a line of prose. A table, a picture and a line that is one link cannot be broken."""


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks in that language."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text)


def table(text: str, marker: str) -> dict[str, list[str]]:
    """The first table after a marker: what its first cell names, and the other cells of the row."""
    assert text.count(marker) == 1, f"{marker!r} must stand there once"
    lines = text.partition(marker)[2].splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("| --- "))
    rows: dict[str, list[str]] = {}
    for line in lines[begin + 1 :]:
        if not line.startswith("|"):
            break
        first, *others = (cell.strip() for cell in line.strip("|").split(" | "))
        rows |= dict.fromkeys(SPAN.findall(first) or [first], others)
    return rows


def paragraph(text: str, *words: str) -> str:
    """The one paragraph, or list item, that holds these words."""
    (found,) = [part for part in re.split(r"\n\n|\n(?=- )", text) if all(word in part for word in words)]
    return found


# --- links and names -------------------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"(?m)^#+ (.+)$", FENCED.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = SPAN.sub("", FENCED.sub("", page.read_text()))
    for link_target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:", link_target):
            continue
        path, _, anchor = unquote(link_target).partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link_target}: there is no such file"
        if not anchor:
            continue
        if target.suffix == ".md":
            assert anchor in anchors(target), f"{link_target}: there is no such heading"
        else:
            assert int(anchor.removeprefix("L")) <= len(target.read_text().splitlines()), f"{link_target}: there is no such line"


@pytest.mark.parametrize("page", BY_HAND, ids=name_of)
def test_every_path_that_is_named_exists(page: Path) -> None:
    for span in SPAN.findall(FENCED.sub("", page.read_text())):
        if re.fullmatch(r"(tars|codegen|machines|tests|docs|\.ci)/[\w./*-]*", span):
            assert list(ROOT.glob(span.rstrip("/"))), f"{span}: there is no such file"


@pytest.mark.parametrize("page", BY_HAND, ids=name_of)
def test_every_target_of_make_exists(page: Path) -> None:
    targets = re.findall(r"(?m)^([\w-]+):", (ROOT / "Makefile").read_text())
    text = page.read_text()
    named = re.findall(r"`(?:make|\./run) ([a-z][\w-]*)", text)
    named += [word for block in blocks(text, "sh") for word in re.findall(r"(?m)^(?:make|\./run) ([\w-]+)", block)]
    assert set(named) <= set(targets)


@pytest.mark.parametrize("page", [page for page in BY_HAND if page.parent.name != "reports"], ids=name_of)
def test_no_line_of_prose_is_too_long(page: Path) -> None:
    text = FENCED.sub(lambda block: "\n" * block[0].count("\n"), page.read_text())  # the lines keep their numbers
    unbreakable = re.compile(r"\||\[?!?\[[^]]*\]\([^)]*\)\S*$")
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if len(line) > LONGEST_LINE]
    assert [f"{page}:{number}: {len(line)} characters" for number, line in lines if not unbreakable.match(line.strip())] == []


def test_what_decides_whether_a_change_may_land_runs_the_test_command_of_the_readme() -> None:
    _, test = commands(README)
    assert test in (ROOT / ".ci/run").read_text().splitlines()


def test_every_file_in_the_tree_exists() -> None:
    (tree,) = [block for block in re.findall(r"(?ms)^```\n(.*?)^```$", ARCHITECTURE) if block.startswith("machines/")]
    above: list[str] = []
    for line in tree.splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        above = [*above[:depth], name]
        path = ROOT / "".join(above)
        assert path.is_dir() if name.endswith("/") else path.is_file(), f"{''.join(above)}: there is no such file"


# --- options and settings --------------------------------------------------------------------------------------------------------


def helped(capsys: pytest.CaptureFixture[str], ask: Callable[[], object]) -> set[str]:
    """The options that a program's help describes."""
    with pytest.raises(SystemExit):
        ask()
    return set(re.findall(r"(?m)^  (?:-\w, )?(--[a-z-]+)", capsys.readouterr().out))


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_table_of_options_is_the_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    program, loader = PROGRAMS[name]
    commands = " | ".join(commands_of(program))
    assert f"`{name} [{commands}]`" in " ".join(OPERATIONS.split())
    assert set(table(OPERATIONS, f"`{name} [")) == helped(capsys, partial(loader, ["--help"], {}))


def test_every_option_that_is_named_exists(capsys: pytest.CaptureFixture[str]) -> None:
    options = {name: helped(capsys, partial(loader, ["--help"], {})) for name, (_, loader) in PROGRAMS.items()}
    options[""] = set.union(*options.values())
    options["codegen coverage"] = helped(capsys, partial(coverage.main, ["--help"]))
    options["codegen replay"] = helped(capsys, partial(replay.main, ["--help"]))
    for text in (README, OPERATIONS):
        commands = [*SPAN.findall(FENCED.sub("", text)), *(line for block in blocks(text, "(?:sh|ini)") for line in block.splitlines())]
        for command in commands:
            if re.search(r"\b(jq|systemctl|journalctl)\b", command):
                continue  # their options are their own
            called = next((name for name in options if name and re.search(rf"\b{name}\b(?!:)", command)), "")
            named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", command.partition(" # ")[0]))
            assert named <= options[called], f"{command!r} names an option that there is not"


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_table_of_settings_is_the_configuration(name: str) -> None:
    program, _ = PROGRAMS[name]
    documented = table(OPERATIONS, f"### Settings of {name}\n")
    assert list(documented) == [setting.name for setting in fields(program.kind)]
    for setting in fields(program.kind):
        if setting.default is not MISSING:
            default = "none" if setting.default is None else f"`{setting.default}`"
            assert documented[setting.name][0] == default, setting.name


def test_the_table_of_extras_is_that_of_the_package() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = set(package["optional-dependencies"]) - {"codegen", "dev"}  # those are for whoever builds on it
    assert set(table(OPERATIONS, "### Extras\n")) == extras


def test_the_table_of_limits_is_that_of_the_programs() -> None:
    documented = table(OPERATIONS, "### Limits\n")
    assert list(documented) == [limit.name for limit in fields(Limits)]
    for limit in fields(Limits):
        steps = limit.default if isinstance(limit.default, tuple) else (limit.default,)
        assert documented[limit.name][0] == ", ".join(f"{step:g}" for step in steps), limit.name

    def delays(machines: tuple[type[Machine], ...]) -> set[str]:
        return {timeout.delay for machine in machines for timeout in machine.timeouts.values()}

    device, server = delays(DEVICE_WIRING.machines), delays(SERVER_WIRING.machines) | {"session_timeout"}
    for name, (_, used_by, _) in documented.items():
        assert used_by == ("both" if name in device & server else "device" if name in device else "server"), name


def test_every_variable_that_is_named_exists() -> None:
    known = {"TARS_", "TARS_CONFIG"} | {f"TARS_{key.upper().replace('.', '_')}" for p, _ in PROGRAMS.values() for key in readers(p.kind)}
    for page in BY_HAND:
        assert set(re.findall(r"\bTARS_[A-Z_]*", page.read_text())) <= known, name_of(page)


def test_every_configuration_that_is_shown_loads(tmp_path: Path) -> None:
    shown = [block for block in blocks(OPERATIONS, "yaml") if block.startswith("# tars-")]
    assert len(shown) == 2
    for text in shown:
        file = tmp_path / "shown.yaml"
        file.write_text(text)
        PROGRAMS[text.split()[1]][1](["--config", str(file)], {})


@pytest.mark.parametrize(("example", "name"), [("device", "tars-pi"), ("server", "tars-server")])
def test_the_example_configurations_load(example: str, name: str) -> None:
    PROGRAMS[name][1](["--config", str(ROOT / f"docs/{example}.example.yaml")], {})


def test_the_refusal_of_limits_is_quoted_as_it_is() -> None:
    with pytest.raises(ConfigError) as refused:
        load_device([], {"TARS_LIMITS_ANSWER_LIMIT": "5"})
    assert str(refused.value) in OPERATIONS


# --- trace and protocol ----------------------------------------------------------------------------------------------------------


def test_the_keys_and_marks_of_a_trace_are_all_documented() -> None:
    assert set(table(OPERATIONS, "## Traces\n")) == set(as_line(Traced("device", "kitchen", None, "mark", {})))
    source = "".join(file.read_text() for file in (ROOT / "tars").rglob("*.py"))
    marks = set(re.findall(r'(?:\bmark|\bTraceMark)\("(\w+)"', source))
    assert set(SPAN.findall(paragraph(OPERATIONS, "Marks:"))) - {"stages"} == marks


def test_the_coverage_that_is_quoted_is_whole(definitions: Definitions) -> None:
    (quoted,) = [block for block in blocks(MACHINES, "text") if "triples" in block]
    nothing = texts.summary(coverage.measure(definitions, coverage.Hits()))
    whole = [re.sub(r"0/(\d+) \d+ %", r"\1/\1 100 %", line).split() for line in nothing]
    assert [line.split() for line in quoted.splitlines() if "(both)" not in line] == whole
    assert re.findall(r"(?m)^(\w+) \(both\)", quoted) == list(BOTH_SIDES)


MESSAGE = re.compile(r"(?m)^(device|server) +(\{.*\})$")


@pytest.mark.parametrize(("sender", "text"), MESSAGE.findall(PROTOCOL), ids=lambda text: text.split('"')[3] if '"' in text else text)
def test_every_message_that_is_quoted_can_be_said(sender: str, text: str) -> None:
    (said,) = V1(sender).decode(text)
    assert isinstance(said, Control)
    assert V1(sender).encode(said) == [text]


def test_the_messages_without_a_number_are_named() -> None:
    named = set(SPAN.findall(paragraph(PROTOCOL, "`ping` and `pong` have no number.").partition(" have no number")[0]))
    assert named == {name for name, message in MESSAGES.items() if not message.numbered}


@pytest.mark.parametrize("message", ["session_end", "session_refused"])
def test_every_reason_is_named(message: str) -> None:
    definitions = "".join(file.read_text() for file in (ROOT / "machines").glob("*.yaml"))
    events = f"{message}|end_wanted" if message == "session_end" else message
    reasons = {reason for reason in re.findall(rf"event: (?:{events}), reason: ([\w.]+)", definitions) if "." not in reason}
    text = paragraph(PROTOCOL, "Reasons of `session_end`")
    ends, refuses = text.split("Of `session_refused`")
    assert set(SPAN.findall(ends if message == "session_end" else refuses)) - {"session_end"} == reasons


def test_the_limits_of_liveness_are_those_of_the_link() -> None:
    limits = {
        "heartbeat": liveness.HEARTBEAT,
        "answer to the heartbeat": liveness.PONG_LIMIT,
        "heartbeat in a session": liveness.SESSION_HEARTBEAT,
        "answer to it": liveness.SILENCE_LIMIT - liveness.SESSION_HEARTBEAT,
        "hotword": liveness.HOTWORD_LIMIT,
        "closing": CLOSE_LIMIT,
        "kernel": UNACKNOWLEDGED_LIMIT,
    }
    assert {name: float(seconds) for name, (seconds, _) in table(PROTOCOL, "## Liveness\n").items()} == limits


# --- examples --------------------------------------------------------------------------------------------------------------------


def unplaced(text: str) -> str:
    """Without the numbers of lines, which change with every row."""
    return re.sub(r"(?<=yaml:)\d+(:\d+)?|(?<=#L)\d+|(?<=\| \[)\d+(?=\]\()", "0", text)


def diff(quoted: str, marks: str) -> str:
    """One side of a quoted difference."""
    return "".join(f"{line[1:]}\n" for line in quoted.splitlines() if line[0] in marks)


def findings(machines: Path, old: str, new: str) -> list[str]:
    """What the loader says after a change, the places without their numbers."""
    changed = machines.parent / "changed"
    shutil.copytree(machines, changed)
    file = changed / "session.yaml"
    assert file.read_text().count(old) == 1
    file.write_text(file.read_text().replace(old, new))
    found = [unplaced(str(finding)) for finding in load(changed)[1]]
    shutil.rmtree(changed)
    return found


def test_the_worked_example_is_what_happens(tmp_path: Path) -> None:
    machines = tmp_path / "machines"
    shutil.copytree(ROOT / "machines", machines)
    (row, *others) = re.findall(r"(?ms)^`([\w/.-]+)`\n\n```diff\n(.*?)^```$", MACHINES)
    old, new = (diff(row[1], mark) for mark in "-+")
    file = tmp_path / row[0]
    assert file.read_text().count(old) == 1, "the row that the example changes is not there"

    misspelt = findings(machines, old, old.replace("LISTENING", "LISTNING"))
    absent = findings(machines, old, "")
    quoted = [block for block in blocks(MACHINES, "text") if "nothing was written" in block]
    assert [unplaced(block).splitlines()[1:-1] for block in quoted] == [misspelt, absent]

    file.write_text(file.read_text().replace(old, new))
    definitions, problems = load(machines)
    assert definitions is not None
    assert not problems
    texts = expected(definitions)
    outdated = {path for path, text in texts.items() if (ROOT / path).read_text() != text}
    outdated |= {path for path, dot in drawings(definitions).items() if not svg_is_current((ROOT / path).read_text(), dot)}
    (check,) = [block for block in blocks(MACHINES, "text") if "codegen --check" in block]
    assert set(re.findall(r"(?m)^(\S+): outdated$", check)) == outdated
    assert f"{len(committed(definitions, ROOT))} files: {len(outdated)} not current" in check

    for path, quote in others:
        before, after = unplaced((ROOT / path).read_text()), unplaced(texts[path])
        assert unplaced(diff(quote, " -")) in before, path
        assert unplaced(diff(quote, " +")) in after, path
        changes = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]
        assert len(changes) == len([line for line in quote.splitlines() if line[0] in "+-"]), f"{path}: more changes than are quoted"


def test_the_story_that_is_told_of_the_pair_is_true() -> None:
    (story,) = blocks(CONTRIBUTING, "python")
    names: dict[str, Any] = {}
    exec(story, names)
    tests = [function for name, function in names.items() if name.startswith("test_")]
    assert tests
    for test in tests:
        test()


def test_what_you_can_say_is_understood() -> None:
    part = README.partition("## What you can say\n")[2].partition("\n## ")[0]
    sentences = [sentence for line in part.splitlines() if line.startswith("- ") for sentence in re.findall(r'"([^"]+)"', line)]
    assert sentences
    understanding = Understanding()
    assert [sentence for sentence in sentences if understanding.understand(sentence) is None] == []


def test_the_rows_that_are_quoted_of_the_demo_do_what_it_shows() -> None:
    (excerpt,) = [block for block in blocks(README, "text") if "hotword_detected" in block]
    shown = re.findall(r"(?m)^[\d:.]+  (device|server)  (\w+) +(\w+) -> (\w+) +(\w+) +(.+)$", excerpt)
    assert shown
    for role, machine, source, target, event, effects in shown:
        document = (ROOT / f"docs/generated/{machine}-{role}.md").read_text()
        rows = document.partition(f"### {source}\n")[2].partition("\n### ")[0].splitlines()
        names = {event, target, *(effect.removeprefix("emit ") for effect in effects.split(", "))}
        assert names in [{span for span in SPAN.findall(row) if " = " not in span} for row in rows], (
            f"no row of {machine} does that: {', '.join(names)}"
        )
