"""What the sources of a configuration give: texts, each with how its source calls it; and the YAML file, read with its lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tars.device.wake.words import read_words
from tars.runtime.config_values import Reader, read_ladder

if TYPE_CHECKING:
    import yaml


LISTS = (read_ladder, read_words)
"""Of the settings that a file may also give as a list."""

GONE = {"wake_threshold": "the threshold stands behind its word now, as in wake_word: hey_jarvis=0.9"}
"""A setting of an earlier version -> what is done instead."""


class Taken:
    """What the sources have given so far, and everything that is wrong with it."""

    def __init__(self, settings: Mapping[str, Reader]) -> None:
        self.settings = settings
        self.values: dict[str, Any] = {}
        self.problems: list[str] = []

    def take(self, key: str, said: str, text: str) -> None:
        """A setting's text; `said` is how its source calls it."""
        try:
            self.values[key] = self.settings[key](text)
        except ValueError as error:
            self.problems.append(f"{said} {error}")


def unknown(what: str, name: str, known: Iterable[str], place: str = "") -> str:
    """The problem of a name that nothing has, with the nearest one, or all."""
    if instead := GONE.get(name.lower().removeprefix("tars_").removeprefix("--").replace("-", "_")):
        return f"the {what} {name!r}{place} is no more; {instead}"
    names = sorted(known)
    nearest = get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"there are: {', '.join(names)}"
    return f"unknown {what} {name!r}{place}; {hint}"


def take_file(taken: Taken, file: Path) -> None:
    """The keys of a YAML file, each with its line; the text of a value is taken as written, so that `off` stays a word."""
    import yaml

    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), yaml.SafeLoader)
    except OSError as error:
        taken.problems.append(f"cannot read the configuration file {file}: {error.strerror}")
    except UnicodeDecodeError:
        taken.problems.append(f"cannot read the configuration file {file}: it is not UTF-8 text")
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        taken.problems.append(f"{file}{line} is not YAML: {error.problem or error.context}")
    except yaml.YAMLError as error:
        taken.problems.append(f"{file} is not YAML: {' '.join(str(error).split())}")
    else:
        if root is not None:
            _take_mapping(taken, file, root, "")


def _take_mapping(taken: Taken, file: Path, node: yaml.Node, above: str) -> None:
    """The keys of one mapping; `above` is what their names begin with."""
    import yaml

    if _is_nothing(node):
        return
    if not isinstance(node, yaml.MappingNode):
        taken.problems.append(f"{above.rstrip('.') or 'the settings'} in {_place(file, node)} must be lines of the form `key: value`")
        return
    below = [key.removeprefix(above).partition(".") for key in taken.settings if key.startswith(above)]
    names = {name for name, dot, _ in below if not dot}
    mappings = {name for name, dot, _ in below if dot}
    seen = set()
    for key_node, value in node.value:
        name, place = str(key_node.value), _place(file, key_node)
        if name in seen:
            taken.problems.append(f"key {above + name!r} in {place} is there a second time; keep one of them")
        elif name in mappings:
            _take_mapping(taken, file, value, f"{above}{name}.")
        elif name not in names:
            taken.problems.append(unknown("key", name, names | mappings, f" in {place}"))
        else:
            _take_value(taken, above + name, f"{above}{name} in {place}", value)
        seen.add(name)


def _take_value(taken: Taken, key: str, said: str, value: yaml.Node) -> None:
    import yaml

    if isinstance(value, yaml.ScalarNode):
        taken.take(key, said, "" if _is_nothing(value) else value.value)
    elif isinstance(value, yaml.SequenceNode) and taken.settings[key] in LISTS:
        taken.take(key, said, ",".join(str(step.value) for step in value.value))
    else:
        taken.problems.append(f"{said} must be a single value")


def _is_nothing(node: yaml.Node) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def _place(file: Path, node: yaml.Node) -> str:
    return f"{file} line {node.start_mark.line + 1}"
