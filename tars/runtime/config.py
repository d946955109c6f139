"""Loads a configuration: defaults, then a YAML file, then `TARS_*` variables, then options. The later one wins.

A program may have saved settings itself, such as those of a pairing: they stand between the defaults and the file.

Every source gives text. The type of a setting names the function that reads its text, so the rule of a setting stands beside it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

from tars.errors import ConfigError
from tars.generated.limits import Limits, broken_relations
from tars.runtime.command_line import PREFIX, VARIABLE_OF_FILE, option, read_options, variable
from tars.runtime.config_file import Reader, Taken, take_file
from tars.runtime.config_values import read_ladder, read_seconds
from tars.runtime.program import GIVEN, Config, Program, defaults, docstrings, groups_of, named_groups_of, written


def load(
    program: Program[Config],
    argv: Sequence[str],
    environ: Mapping[str, str],
    take_saved: Callable[[str, Taken], object] = lambda _command, _taken: None,
) -> tuple[str, Config]:
    """The command, its words joined by spaces, and the configuration; `argv` without the program's name.

    `take_saved` is given the command and what all sources have said, and adds what the program has saved.

    Raises ConfigError with every problem, one a line; SystemExit after `--help`, `--version` and the command `completion`.
    """
    taken = Taken(
        readers(program.kind),
        lists=("limits.backoff", *program.lists),
        mappings=program.mappings,
        named={name: readers(group, left_out=GIVEN) for name, group in named_groups_of(program.kind).items()},
        gone=program.gone,
    )
    command, options = read_options(program, argv, taken)
    if file := options.pop("config", None) or environ.get(VARIABLE_OF_FILE):
        take_file(taken, Path(file))
    _take_environment(taken, environ, program.foreign)
    for key, text in options.items():
        taken.take(key, option(key), text)
    take_saved(command, taken)
    return command, _build(taken, program.kind)


def readers(kind: type[Any], left_out: Collection[str] = ()) -> dict[str, Reader]:
    """Setting -> the function that reads its text; a setting of a group is called `GROUP.NAME`, such as a limit.

    `left_out`: fields that are no settings. Groups under names of the user's own are left out too: their names are not known yet.
    """
    if kind is Limits:
        return {limit.name: read_ladder if limit.name == "backoff" else read_seconds for limit in fields(Limits)}
    groups, hints = groups_of(kind), get_type_hints(kind, include_extras=True)
    other = {*groups, *named_groups_of(kind), *left_out}
    plain = {item.name: hints[item.name].__metadata__[0] for item in fields(kind) if item.name not in other}
    grouped = {f"{name}.{key}": reader for name, group in groups.items() for key, reader in readers(group).items()}
    return plain | grouped


def _take_environment(taken: Taken, environ: Mapping[str, str], foreign: Sequence[str]) -> None:
    """The variables of this program."""
    own = {variable(key): key for key in taken.settings}
    known = {VARIABLE_OF_FILE, *map(variable, foreign)}
    known_groups = tuple(variable(key) for key in foreign if key.endswith("."))
    for name, text in environ.items():
        if name in own:
            taken.take(own[name], name, text)
        elif name.startswith(PREFIX) and name not in known and not name.startswith(known_groups):
            taken.unknown("variable", name, [*own, VARIABLE_OF_FILE])


def _build(taken: Taken, kind: type[Config]) -> Config:
    """The configuration. Raises ConfigError with every problem."""
    plain = {key: value for key, value in taken.values.items() if "." not in key}
    groups = {name: group(**_settings_of(name, taken)) for name, group in groups_of(kind).items()}
    named = {
        key: tuple(group(name=name, place=place, **_settings_of(f"{key}.{name}", taken)) for name, place in taken.places[key].items())
        for key, group in named_groups_of(kind).items()
    }
    taken.problems += [_explain_relation(relation, groups["limits"]) for relation in broken_relations(groups["limits"])]
    if taken.problems:
        raise ConfigError("\n".join(taken.problems))
    make: Callable[..., Config] = kind
    return make(**plain, **groups, **named)


def _settings_of(group: str, taken: Taken) -> dict[str, Any]:
    """The settings of a group that were given."""
    return {key.removeprefix(f"{group}."): value for key, value in taken.values.items() if key.startswith(f"{group}.")}


def _explain_relation(relation: str, limits: Limits) -> str:
    names = [limit.name for limit in fields(limits) if re.search(rf"\b{limit.name}\b", relation)]
    values = " and ".join(f"{name} is {written(getattr(limits, name))}" for name in names)
    return f"limits: it must hold that {relation}, but {values}; change one of them"


def example(program: Program[Any]) -> str:
    """A configuration file with every setting, its meaning and its default, all of it commented out."""
    lines = [f"# Every setting of {program.name}, with its default. Remove the # before a key to set it.", ""]
    groups, named = groups_of(program.kind), named_groups_of(program.kind)
    for key, doc in docstrings(program.kind).items():
        lines += textwrap.wrap(doc, 118, initial_indent="# ", subsequent_indent="# ")
        if key in groups:
            lines += [f"#{key}:", *_example_of_group(groups[key]), ""]
        elif key in named:
            lines += [f"#{key}:", "#  Jarvis:", *_example_of_group(named[key], "    ", left_out=GIVEN), ""]
        else:
            value = program.of_this_machine.get(key) or written(getattr(program.kind, key))
            lines += [f"#{key}: {value}".rstrip(), ""]
    return "\n".join(lines).rstrip() + "\n"


def _example_of_group(group: type[Any], indent: str = "  ", left_out: Collection[str] = ()) -> Iterator[str]:
    """Its settings; those that have a docstring with their meaning."""
    docs = docstrings(group)
    for key, value in defaults(group).items():
        if key in left_out:
            continue
        yield from textwrap.wrap(docs.get(key, ""), 116, initial_indent=f"#{indent}# ", subsequent_indent=f"#{indent}# ")
        yield f"#{indent}{key}: {value}".rstrip()
