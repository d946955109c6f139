"""Imports point down only, and what a part may not know it does not import: read from the source, not from its good intentions."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400
"""Lines of a module written by hand."""

ROOMS = ("base", "engine", "generated", "core", "runtime", "brains", "device", "server", "testing", "demo")
"""Each room imports from those before it only, and the two programs not from each other."""
BASE = {"tars", "tars.errors", "tars.samples"}
PURE = {"base", "engine", "generated", "core"}
NOT_PURE = {"asyncio", "socket", "threading", "time", "datetime", "concurrent", "subprocess", "selectors", "signal", "logging"}
TOP_LEVEL = {"machines", "tars", "codegen", "tests", "docs"}


def room(module: str) -> str:
    """Where a module of tars belongs."""
    name = "base" if module in BASE else module.split(".")[1]
    assert name in ROOMS, f"{module} is in no room; say here in which"
    return name


def modules(package: str) -> dict[str, Path]:
    """Every module of a package and its file."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def imports(path: Path, *, of_functions: bool = True, of_types: bool = True) -> Iterator[str]:
    """The full names of the modules that a file imports; of `from a import b` both a and a.b, for b may be a module."""
    for node in _nodes(ast.parse(path.read_text()), of_functions=of_functions, of_types=of_types):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute here"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _nodes(tree: ast.AST, *, of_functions: bool, of_types: bool) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if not of_functions and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not of_types and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _nodes(node, of_functions=of_functions, of_types=of_types)


TARS = modules("tars")


def test_imports_point_down_only() -> None:
    upwards = [
        f"{module} imports {name}"
        for module, path in TARS.items()
        for name in imports(path)
        if name in TARS and ROOMS.index(room(name)) > ROOMS.index(room(module))
    ]
    assert upwards == []


def test_device_and_server_meet_only_in_core_and_runtime() -> None:
    assert [module for module in TARS if room(module) == "server" for name in imports(TARS[module]) if name.startswith("tars.device")] == []
    assert [module for module in TARS if room(module) == "device" for name in imports(TARS[module]) if name.startswith("tars.brains")] == []


def test_the_parts_of_a_brain_do_not_know_each_other() -> None:
    """What hears, what replies and what speaks meet in the composed brain only. So do the parts that reply."""
    replies = ("tars.brains.reply.home_assistant.", "tars.brains.reply.intents.", "tars.brains.reply.llm.")
    rooms = ("tars.brains.hear.", *replies, "tars.brains.speak.")
    for module, path in TARS.items():
        others = tuple(other for other in rooms if not module.startswith(other))
        if module.startswith(rooms):
            assert not [name for name in imports(path) if name.startswith(others)], module


def test_understanding_does_not_know_the_answers() -> None:
    for module, path in TARS.items():
        if module.startswith("tars.brains.reply.intents.understanding."):
            assert not [name for name in imports(path) if name.startswith("tars.brains.reply.intents.answering.")], module


def test_the_core_and_what_is_below_it_are_pure() -> None:
    for module, path in TARS.items():
        if room(module) in PURE:
            assert not {name.partition(".")[0] for name in imports(path)} & NOT_PURE, module
            nodes = list(ast.walk(ast.parse(path.read_text())))
            assert not {"open", "print", "input"} & {node.id for node in nodes if isinstance(node, ast.Name)}, module
            assert not [node for node in nodes if isinstance(node, ast.Await | ast.AsyncFunctionDef)], module


def test_tars_knows_neither_the_generator_nor_the_tests() -> None:
    for module, path in TARS.items():
        assert not {"codegen", "tests", "graphviz", "jsonschema"} & {name.partition(".")[0] for name in imports(path)}, module


def test_the_generator_knows_nothing_of_tars() -> None:
    for module, path in modules("codegen").items():
        assert not {"tars", "tests"} & {name.partition(".")[0] for name in imports(path)}, module


GENERATOR = modules("codegen")
FLOORS = ("definitions", "lint", "load", "emit", "verify", "__main__")
"""The rooms of codegen. Each imports from those before it only, and `emit` not from `load`: five floors."""
ARROWS = 15
"""So many pairs of rooms, of which one imports from the other, may there be."""


def generator_room(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def generator_arrows() -> set[tuple[str, str]]:
    """(room, the room that it imports from)."""
    found = {
        (generator_room(module), generator_room(name)) for module, path in GENERATOR.items() for name in imports(path) if name in GENERATOR
    }
    return {(one, other) for one, other in found if one != other and other != "__init__"}


def test_the_rooms_of_the_generator_lie_one_above_the_other() -> None:
    arrows = generator_arrows()
    assert {generator_room(module) for module in GENERATOR} == {*FLOORS, "__init__"}
    assert [(one, other) for one, other in arrows if FLOORS.index(other) > FLOORS.index(one)] == []
    assert ("emit", "load") not in arrows
    assert len(arrows) <= ARROWS


def test_no_two_packages_of_the_generator_import_each_other() -> None:
    def package(module: str) -> str:
        return module if GENERATOR[module].name == "__init__.py" else module.rpartition(".")[0]

    uses: dict[str, set[str]] = {}
    for module, path in GENERATOR.items():
        known = {package(name) for name in imports(path) if name in GENERATOR and name != "codegen"} - {package(module), "codegen"}
        uses.setdefault(package(module), set()).update(known)

    def below(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
        assert name not in seen, f"{name} imports itself by way of {sorted(seen)}"
        return uses[name].union(*(below(other, seen | {name}) for other in uses[name]))

    for name in uses:
        below(name)


WITHIN = "codegen.verify.explore.machines"
ONE_THING = {f"{WITHIN}.node": {f"{WITHIN}.run"}, f"{WITHIN}.run": {f"{WITHIN}.node"}}
"""A `Run` is the inside of a `Node`, and names it as a type."""


def test_no_two_modules_of_the_generator_import_each_other() -> None:
    """Not even for types."""
    known = {module: {name for name in imports(path) if name in GENERATOR} for module, path in GENERATOR.items()}
    mutual = {module: {name for name in names if module in known[name]} - {module} for module, names in known.items()}
    assert {module: names for module, names in mutual.items() if names} == ONE_THING


TESTED_ELSEWHERE = {
    "verify/explore/fleet/rules": "fleet/test_exploration.py: each rule is broken, and noticed",
    "verify/explore/fleet/state": "data",
    "verify/explore/fleet/steps": "fleet/test_exploration.py, and test_reduction.py",
    "verify/explore/fleet/store": "fleet/test_exploration.py",
    "verify/explore/machines/asks": "data; every step of it is compared with the program in test_node.py",
    "verify/explore/machines/conditions": "test_verdict.py, and serve/test_watching.py",
    "verify/explore/machines/run": "the inside of a node; test_node.py",
    "verify/explore/machines/system": "every test of an exploration; its counts are those of SPIN in promela/test_check.py",
    "verify/explore/page": "test_command.py of explore, which writes the page",
    "verify/explore/result": "data",
    "verify/explore/wire/reduction": "wire/test_exploration.py: what is taken for one state hides nothing",
    "verify/explore/wire/state": "data",
    "verify/mutate/command": "mutate/test_report.py and test_detectors.py run it",
    "verify/promela/checks": "promela/test_check.py: the same verdicts as exploration, in every configuration and with bugs planted",
    "verify/promela/machines": "promela/test_check.py: as many states as exploration",
    "verify/promela/model": "promela/test_check.py: as many states as exploration",
    "verify/promela/transitions": "promela/test_check.py: as many states as exploration",
    "verify/replay/row_differences": "replay/test_against_definitions.py: each way in which a line can be wrong",
    "verify/replay/steps": "data",
}
"""The modules of codegen without a test file of their name, and where they are tested, or that there is nothing to test."""


def test_each_module_of_the_generator_has_its_tests_where_one_looks_for_them() -> None:
    without = {
        path.relative_to(ROOT / "codegen").with_suffix("").as_posix()
        for path in GENERATOR.values()
        if path.stem not in ("__init__", "__main__") and not (ROOT / "tests" / path.relative_to(ROOT).parent / f"test_{path.name}").exists()
    }
    assert without == set(TESTED_ELSEWHERE)


def test_yaml_is_read_in_functions_only_of_the_configuration_and_of_the_sentences_of_the_brain() -> None:
    readers = {module for module, path in TARS.items() if "yaml" in imports(path)}
    assert readers <= {"tars.runtime.config_file", "tars.brains.reply.intents.understanding.intents"}
    assert not [module for module in readers if "yaml" in imports(TARS[module], of_functions=False, of_types=False)]


def test_the_clock_is_read_in_one_place() -> None:
    """Besides ruff's list of forbidden calls: whoever imports `time` could read it under another name."""
    assert {module for module, path in TARS.items() if "time" in imports(path)} == {"tars.runtime.clock"}


@pytest.mark.parametrize("package", ["tars", "codegen", "tests"])
def test_no_module_written_by_hand_is_too_long(package: str) -> None:
    lengths = {name: len(path.read_text().splitlines()) for name, path in modules(package).items() if "generated" not in path.parts}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def tracked() -> list[str]:
    """The files under version control. The checkout may be another user's than the one who tests, such as root."""
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")[:-1]


def test_no_folder_of_code_lies_beside_the_known_ones() -> None:
    folders = {name.partition("/")[0] for name in tracked() if "/" in name}
    assert {folder for folder in folders if not folder.startswith(".")} <= TOP_LEVEL


MARKERS = ("<" * 7, ">" * 7)
"""What Git writes into a file around two changes that it cannot merge."""


def left_markers(text: str) -> list[int]:
    """The numbers of the lines that begin with a marker of a merge conflict."""
    return [number for number, line in enumerate(text.splitlines(), 1) if line.startswith(MARKERS)]


def test_no_tracked_file_holds_the_markers_of_a_merge_conflict() -> None:
    files = [ROOT / name for name in tracked() if (ROOT / name).is_file()]
    assert len(files) > 100
    texts = {file: content.decode(errors="replace") for file in files if b"\0" not in (content := file.read_bytes())}
    assert [f"{file.relative_to(ROOT)}:{number}" for file, text in texts.items() for number in left_markers(text)] == []


def test_a_marker_of_a_merge_conflict_is_found() -> None:
    assert left_markers(f"mine\n{MARKERS[0]} HEAD\n=======\n{MARKERS[1]} other\n") == [2, 4]


def loaded_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after this, by the first part of their names."""
    command = [sys.executable, "-c", f"{statement}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})"]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


def test_a_device_loads_nothing_of_a_brain_nor_of_the_generator() -> None:
    loaded = loaded_by("import tars.device.main, tars.device.settings as s; s.load(['--device', 'kitchen'], {})")
    assert not loaded & {
        "faster_whisper",
        "text_to_num",
        "hibari",
        "ctranslate2",
        "yaml",
        "graphviz",
        "jsonschema",
        "codegen",
        "cryptography",
    }


def test_a_server_loads_nothing_of_a_microphone_nor_of_a_brain_that_it_does_not_have() -> None:
    loaded = loaded_by("import tars.server.main as m, tars.server.settings as s; m.brain_of(s.load(['--brain', 'echo'], {})[1])")
    assert not loaded & {
        "sounddevice",
        "openwakeword",
        "onnxruntime",
        "faster_whisper",
        "text_to_num",
        "hibari",
        "yaml",
        "graphviz",
        "codegen",
        "cryptography",
    }


def test_the_proof_sees_imports_of_every_kind() -> None:
    portaudio = TARS["tars.device.audio.card"]
    assert "tars.core.codec.Audio" in set(imports(TARS["tars.core.link"]))
    assert "sounddevice" in set(imports(portaudio))
    assert "sounddevice" not in set(imports(portaudio, of_functions=False, of_types=False))
