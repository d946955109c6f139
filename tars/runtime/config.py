"""Loads a configuration: defaults, then a YAML file, then `TARS_*` variables, then options. The later one wins.

A program may have saved settings itself, such as those of a pairing: they stand between the defaults and the file.

Every source gives text. The type of a setting names the function that reads its text, so the rule of a setting stands beside it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

from tars.errors import ConfigError
from tars.generated.limits import Limits, broken_relations
from tars.runtime.command_line import PREFIX, VARIABLE_OF_FILE, option, read_options, variable
from tars.runtime.config_file import Reader, Taken, take_file
from tars.runtime.config_values import read_ladder, read_seconds
from tars.runtime.program import Config, Program, docstrings, written


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
    taken = Taken(readers(program.kind), lists=("limits.backoff", *program.lists), gone=program.gone)
    command, options = read_options(program, argv, taken)
    if file := options.pop("config", None) or environ.get(VARIABLE_OF_FILE):
        take_file(taken, Path(file))
    _take_environment(taken, environ, program.foreign)
    for key, text in options.items():
        taken.take(key, option(key), text)
    take_saved(command, taken)
    return command, _build(taken, program.kind)


def readers(kind: type[Any]) -> dict[str, Reader]:
    """Setting -> the function that reads its text; a limit is called `limits.NAME`."""
    hints = get_type_hints(kind, include_extras=True)
    plain = {item.name: hints[item.name].__metadata__[0] for item in fields(kind) if item.name != "limits"}
    limits = {f"limits.{limit.name}": read_ladder if limit.name == "backoff" else read_seconds for limit in fields(Limits)}
    return plain | limits


def _take_environment(taken: Taken, environ: Mapping[str, str], foreign: Sequence[str]) -> None:
    """The variables of this program."""
    own = {variable(key): key for key in taken.settings}
    known = {VARIABLE_OF_FILE, *map(variable, foreign)}
    for name, text in environ.items():
        if name in own:
            taken.take(own[name], name, text)
        elif name.startswith(PREFIX) and name not in known:
            taken.unknown("variable", name, [*own, VARIABLE_OF_FILE])


def _build(taken: Taken, kind: type[Config]) -> Config:
    """The configuration. Raises ConfigError with every problem."""
    plain = {key: value for key, value in taken.values.items() if "." not in key}
    limits = Limits(**{key.removeprefix("limits."): value for key, value in taken.values.items() if "." in key})
    taken.problems += [_explain_relation(relation, limits) for relation in broken_relations(limits)]
    if taken.problems:
        raise ConfigError("\n".join(taken.problems))
    make: Callable[..., Config] = kind
    return make(limits=limits, **plain)


def _explain_relation(relation: str, limits: Limits) -> str:
    names = [limit.name for limit in fields(limits) if re.search(rf"\b{limit.name}\b", relation)]
    values = " and ".join(f"{name} is {written(getattr(limits, name))}" for name in names)
    return f"limits: it must hold that {relation}, but {values}; change one of them"


def example(program: Program[Any]) -> str:
    """A configuration file with every setting, its meaning and its default, all of it commented out."""
    lines = [f"# Every setting of {program.name}, with its default. Remove the # before a key to set it.", ""]
    for key, doc in docstrings(program.kind).items():
        lines += textwrap.wrap(doc, 118, initial_indent="# ", subsequent_indent="# ")
        if key == "limits":
            lines += ["#limits:", *(f"#  {limit.name}: {written(limit.default)}" for limit in fields(Limits))]
        else:
            value = program.of_this_machine.get(key) or written(getattr(program.kind, key))
            lines += [f"#{key}: {value}".rstrip(), ""]
    return "\n".join(lines) + "\n"
