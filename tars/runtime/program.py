"""What the settings and the command line of a program are: its settings, options and commands as plain data."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import pairwise
from typing import Any, Generic, TypeVar, get_args, get_type_hints

Config = TypeVar("Config")
"""A frozen dataclass. Each field has a docstring and a reader: `Annotated[TYPE, READER]`. Or it is a group of settings, another such class;
the readers of the group `limits` follow from the limits."""


@dataclass(frozen=True)
class Command:
    """One command of a program."""

    does: str
    """What it does, for the list of commands: a verb first, no full stop."""
    options: Sequence[str]
    """The settings that it uses, of those that have an option. The options of other commands are accepted and change nothing."""
    example: str
    """A command line without the program's name."""
    changes: bool = False
    """It only shows what it would do, unless `--yes` is given too."""


@dataclass(frozen=True)
class Program(Generic[Config]):
    """One program."""

    name: str
    about: str
    """What the program does, in one or two sentences."""
    kind: type[Config]
    groups: Mapping[str, Mapping[str, str]]
    """Heading in `--help` -> setting with an option -> the form of its value, such as FILE. The other settings have no option."""
    commands: Mapping[str, Command]
    """Words of the command -> command; the first is the default. A word in capitals stands for an argument, such as NAME for
    the name of a device."""
    completions: Mapping[str, Sequence[str]]
    """Setting with an option -> values that the shell offers."""
    lists: Sequence[str] = ()
    """The settings that a file may also give as a list. `limits.backoff` is always one of them."""
    mappings: Sequence[str] = ()
    """The settings that a file may also give as a mapping. Their text is then `key=value key=value,value`."""
    foreign: Sequence[str] = ()
    """The settings that only the other program has, or had. Their variables are accepted and ignored: both may run from one environment. A
    group of settings ends with a full stop."""
    gone: Mapping[str, str] = field(default_factory=dict)
    """A setting of an earlier version -> what replaces it."""
    saved: str = ""
    """What the program saves of its settings itself, for `--help`: it stands below the file."""
    of_this_machine: Mapping[str, str] = field(default_factory=dict)
    """A setting whose default depends on the machine -> its value in the example file."""

    @property
    def options(self) -> Mapping[str, str]:
        """Setting with an option -> the form of its value."""
        return {key: form for group in self.groups.values() for key, form in group.items()}


def groups_of(kind: type[Any]) -> dict[str, type[Any]]:
    """The groups of settings, by name."""
    hints = get_type_hints(kind)
    return {item.name: hints[item.name] for item in fields(kind) if is_dataclass(hints[item.name])}


def named_groups_of(kind: type[Any]) -> dict[str, type[Any]]:
    """The settings of the form `tuple[GROUP, ...]`: any number of groups, each under a name of the user's own; the groups by setting.

    Such a group has the fields GIVEN besides its settings.
    """
    arguments = {name: get_args(hint) for name, hint in get_type_hints(kind).items()}
    return {name: found[0] for name, found in arguments.items() if found and is_dataclass(found[0]) and isinstance(found[0], type)}


GIVEN = ("name", "place")
"""The fields of a named group that are no settings: its name, and where it stands."""


def defaults(group: type[Any]) -> dict[str, str]:
    """The settings of a group, and their defaults as a configuration file has them."""
    made = group()
    return {item.name: written(getattr(made, item.name)) for item in fields(group)}


def docstrings(kind: type[Any]) -> dict[str, str]:
    """Field of a dataclass -> its docstring on one line. Only the source still has it."""
    bodies = [ast.parse(inspect.getsource(one)).body[0].body for one in reversed(kind.__mro__) if is_dataclass(one)]  # type: ignore[attr-defined]
    return {
        item.target.id: " ".join(str(after.value.value).split())
        for body in bodies
        for item, after in pairwise(body)
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
    }


def written(value: object) -> str:
    """A value as a configuration file has it."""
    if type(value) is tuple:
        return f"[{', '.join(written(item) for item in value)}]"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)
