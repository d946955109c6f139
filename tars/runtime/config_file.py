"""Collects what the sources of a configuration say, and reads the YAML file with its lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tars.runtime.config_values import read_lines

if TYPE_CHECKING:
    import yaml

Reader = Callable[[str], object]
"""Reads the text of a setting. Raises ValueError with what must be the case; the name of the setting goes before it."""


class Taken:
    """The values that the sources have given so far, and every problem with them."""

    def __init__(
        self,
        settings: Mapping[str, Reader],
        *,
        lists: Collection[str] = (),
        mappings: Collection[str] = (),
        named: Mapping[str, Mapping[str, Reader]] | None = None,
        gone: Mapping[str, str] | None = None,
    ) -> None:
        """`lists`, `mappings`: settings that a file may give as such. `gone`: settings of an earlier version -> what replaces them.

        `named`: settings that are groups under names of the user's own -> the settings of such a group.
        """
        self.settings = dict(settings)
        self.named = named or {}
        self.places: dict[str, dict[str, str]] = {key: {} for key in self.named}
        """Setting -> name of each of its groups -> where the group stands."""
        self.lists, self.mappings = lists, mappings
        self.values: dict[str, Any] = {}
        self.problems: list[str] = []
        self._gone = gone or {}

    def take(self, key: str, said: str, text: str) -> None:
        """A setting's text; `said` is how its source calls the setting."""
        try:
            self.values[key] = self.settings[key](text)
        except ValueError as error:
            self.problems.append(f"{said} {error}")

    def add_group(self, key: str, name: str, place: str) -> None:
        """A group under a name that the user chose: from now on its settings are known. A name is one or several words of letters."""
        if not re.fullmatch(r"[^\W\d_]+(?:[ '-][^\W\d_]+){0,2}", name):
            self.problems.append(f"{key} in {place}: a name must be one to three words of letters, not {name!r}")
        self.places[key].setdefault(name, f"{key}.{name} in {place}")
        self.settings |= {f"{key}.{name}.{setting}": reader for setting, reader in self.named[key].items()}

    def unknown(self, what: str, name: str, known: Iterable[str], place: str = "") -> None:
        """A name that does not exist is a problem, said with the nearest name that does, or with all of them."""
        if instead := self._gone.get(name.lower().removeprefix("tars_").removeprefix("--").replace("-", "_")):
            self.problems.append(f"the {what} {name!r}{place} is no more; {instead}")
            return
        names = sorted(known)
        nearest = get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f"did you mean {nearest[0]!r}?" if nearest else f"there are: {', '.join(names)}"
        self.problems.append(f"unknown {what} {name!r}{place}; {hint}")


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
    mappings = {name for name, dot, _ in below if dot} | ({*taken.named} if not above else set())
    seen = set()
    for key_node, value in node.value:
        name, place = str(key_node.value), _place(file, key_node)
        if name in seen:
            taken.problems.append(f"key {above + name!r} in {place} is there a second time; keep one of them")
        elif name in mappings:
            if not above and name in taken.named and isinstance(value, yaml.MappingNode):
                for group, _ in value.value:
                    taken.add_group(name, str(group.value), _place(file, group))
            _take_mapping(taken, file, value, f"{above}{name}.")
        elif name not in names:
            taken.unknown("key", name, names | mappings, f" in {place}")
        else:
            _take_value(taken, above + name, f"{above}{name} in {place}", value)
        seen.add(name)


def _take_value(taken: Taken, key: str, said: str, value: yaml.Node) -> None:
    import yaml

    if isinstance(value, yaml.ScalarNode):
        taken.take(key, said, "" if _is_nothing(value) else value.value)
    elif isinstance(value, yaml.SequenceNode) and taken.settings[key] is read_lines:
        taken.take(key, said, "\n".join(str(item.value) for item in value.value))
    elif isinstance(value, yaml.SequenceNode) and key in taken.lists:
        taken.take(key, said, _items(value))
    elif isinstance(value, yaml.MappingNode) and key in taken.mappings:
        taken.take(key, said, " ".join(f"{name.value}={_items(item)}" for name, item in value.value))
    else:
        taken.problems.append(f"{said} must be a single value")


def _items(node: yaml.Node) -> str:
    """The value of a node, or its values separated by commas."""
    return ",".join(str(item.value) for item in node.value) if isinstance(node.value, list) else str(node.value)


def _is_nothing(node: yaml.Node) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def _place(file: Path, node: yaml.Node) -> str:
    return f"{file} line {node.start_mark.line + 1}"
