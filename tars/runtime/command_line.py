"""The command line of a program: what it says, what `--help` answers, and the completion of shells.

argparse reads options and lays out the help, shtab writes the scripts for shells. Neither names the nearest option, nor all problems at
once: that is done here.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, NoReturn

from tars.errors import ConfigError
from tars.runtime.command import say
from tars.runtime.config_file import Taken
from tars.runtime.config_values import one_of, read_day, read_digits, read_name, read_percent, read_sentence, read_text
from tars.runtime.program import Command, Program, defaults, docstrings, groups_of, written

PREFIX = "TARS_"
VARIABLE_OF_FILE = f"{PREFIX}CONFIG"
SHELLS = ("bash", "zsh", "fish")
COMPLETION = "completion SHELL"
ARGUMENTS: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(("NAME", "[NAME]", "OLD", "NEW"), read_name),
    "[DIGITS]": read_digits,
    "TEXT": read_sentence,
    "[now]": one_of("now"),
    "DATE": read_day,
    "PERCENT": read_percent,
    "[USER]": read_text,
    "SHELL": one_of(*SHELLS),
}
"""A word of a command's form that stands for others -> what reads them. One in brackets, the last, may be left out."""
WIDEST, NARROWEST = 100, 20
"""Columns of `--help`, however wide or narrow the terminal is."""
MOST_EXAMPLES = 4
"""Examples in the overview; the help of a command has its own."""
HELP = "show this help; after a command, all about that command"
VERSION = "show the version"
YES = "do what the command else only shows"
CONFIG = f"a YAML file with settings; the variable {VARIABLE_OF_FILE} can name it too"


def commands_of(program: Program[Any]) -> dict[str, Command]:
    """The commands of a program, and the one that every program has."""
    completion = Command(f"print the completion script for {', '.join(SHELLS[:-1])} or {SHELLS[-1]}", (), "completion bash")
    return {**program.commands, COMPLETION: completion}


def option(key: str) -> str:
    """The option of a setting."""
    return "--" + key.replace("_", "-")


def variable(key: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + key.upper().replace(".", "_")


# --- reading -----------------------------------------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{message.removeprefix('argument ')}; see {self.prog} --help")


def read_options(program: Program[Any], argv: Sequence[str], taken: Taken) -> tuple[str, dict[str, str]]:
    """The command, quoted as for a shell, with ` --yes` if that was given, and the text of each option given; problems go to `taken`.

    `--help`, `--version` and `completion SHELL` are answered on standard output and raise SystemExit.
    """
    parser = _Parser(program.name, add_help=False, allow_abbrev=False)
    for key in (*program.options, "config"):
        parser.add_argument(option(key), dest=key)
    for flag in ("--yes", "--version"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("-h", "--help", action="store_true")
    try:
        known, rest = parser.parse_known_args(argv)
    except ConfigError as error:
        taken.problems.append(str(error))
        return "", {}
    if known.help:
        _answer(describe(program, [word for word in rest if not word.startswith("-")]))
    if known.version:
        import tars

        _answer(f"{program.name} {tars.__version__}")
    strange = [word.partition("=")[0] for word in rest if word.startswith("-")]
    for word in strange:
        _no_option(program, word, taken)
    # A word after a strange option is most likely its value, and may be a secret.
    command = "" if strange else _command(commands_of(program), rest, taken)
    if command.startswith("completion ") and not taken.problems:
        _answer(completion(program, command.split()[1]))
    if known.yes:
        command = _confirmed(program, command, taken)
    return command, {key: vars(known)[key] for key in (*program.options, "config") if vars(known)[key] is not None}


def _answer(text: str) -> NoReturn:
    say(text)
    sys.exit(0)


def _confirmed(program: Program[Any], command: str, taken: Taken) -> str:
    """A command with `--yes`, which goes with some commands only."""
    changing = [form for form, about in program.commands.items() if about.changes]
    if command and command.partition(" ")[0] not in {form.partition(" ")[0] for form in changing}:
        taken.problems.append(f"--yes goes with {', '.join(changing)}, not with {command}")
    return f"{command} --yes"


def _no_option(program: Program[Any], word: str, taken: Taken) -> None:
    key = word.removeprefix("--").replace("-", "_")
    if key in {item.name for item in fields(program.kind)}:
        taken.problems.append(f"there is no option {word}; set {key} in the file, or the variable {variable(key)}")
    else:
        taken.unknown("option", word, [option(key) for key in (*program.options, "config", "version", "help")])


def _command(commands: Iterable[str], words: Sequence[str], taken: Taken) -> str:
    """The command that these words are, or the first one if there are none."""
    if not words:
        return next(iter(commands))
    for form in commands:
        parts = form.split()
        if parts[-1].startswith("[") and len(parts) == len(words) + 1:
            parts.pop()
        if len(parts) == len(words) and all(part in ARGUMENTS or part == word for part, word in zip(parts, words, strict=True)):
            for part, word in zip(parts, words, strict=True):
                _check_argument(form, part, word, taken)
            return shlex.join(words)
    alike = [form for form in commands if form.split()[0] == words[0]]
    if alike:
        taken.problems.append(f"unknown command {' '.join(words)!r}; there is: {', '.join(alike)}")
    else:
        taken.unknown("command", words[0], {form.split()[0] for form in commands})
    return ""


def _check_argument(form: str, part: str, word: str, taken: Taken) -> None:
    try:
        ARGUMENTS.get(part, str)(word)
    except ValueError as error:
        taken.problems.append(f"{part} of `{form}` {error}")


# --- help --------------------------------------------------------------------------------------------------------------------------


def describe(program: Program[Any], words: Sequence[str] = ()) -> str:
    """The help for the commands that begin with these words; without words, or with unknown ones, an overview of the program.

    The overview has the first sentence of each option. The help for one command has all of it; that for the default command has
    all settings.
    """
    commands = commands_of(program)
    chosen = {form: commands[form] for form in commands if form.split()[: len(words)] == list(words)}
    if not chosen:
        chosen, words = commands, ()
    alone = next(iter(chosen)) if len(chosen) == 1 else ""
    width = max(NARROWEST, min(shutil.get_terminal_size().columns, WIDEST) - 2)
    usage = f"{program.name} {alone or ' '.join([*words, 'COMMAND' if words else '[COMMAND]'])} [OPTIONS]"
    parser = argparse.ArgumentParser(
        program.name,
        usage,
        add_help=False,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, max_help_position=22, width=width),
    )
    does = chosen[alone].does if alone else ""
    parser.description = textwrap.fill(f"{does[0].upper()}{does[1:]}." if does else program.about, width)
    if not alone:
        group = parser.add_argument_group("commands")
        for form, command in chosen.items():
            group.add_argument(form, help=command.does + " (the default)" * (form == next(iter(commands))))
    docs = {key: _said(program, key, doc, whole=bool(alone)) for key, doc in docstrings(program.kind).items()}
    used = {key for command in chosen.values() for key in command.options}
    for title, options in program.groups.items():
        group = parser.add_argument_group(title)
        for key in options:
            if key in used:
                group.add_argument(option(key), metavar=options[key], help=docs[key])
    group = parser.add_argument_group("other options")
    group.add_argument("-h", "--help", action="store_true", help=HELP)
    group.add_argument("--version", action="store_true", help=VERSION)
    group.add_argument("--config", metavar="FILE", help=CONFIG)
    if any(command.changes for command in chosen.values()):
        group.add_argument("--yes", action="store_true", help=YES)
    if alone == next(iter(commands)):
        group = parser.add_argument_group("settings without an option, for the file and for variables")
        for key in [key for key in docs if key not in program.options]:
            group.add_argument(key, help=docs[key])
    parser.epilog = _more(program, chosen, width)
    return parser.format_help().rstrip()


def _said(program: Program[Any], key: str, doc: str, *, whole: bool) -> str:
    """What the help says of a setting: its docstring, or the first sentence of it, and its default."""
    default = written(getattr(program.kind, key, None))
    if group := groups_of(program.kind).get(key):
        default = ", ".join(f"{name} {value}" for name, value in defaults(group).items() if value)
    if whole:
        text = f"{doc}{f' Default: {default}.' if default else ''}"
    else:
        text = f"{doc.partition('. ')[0].rstrip('.')}{f' (default: {default})' if default else ''}"
    return text.replace("%", "%%")


def _more(program: Program[Any], chosen: Mapping[str, Command], width: int) -> str:
    """Examples, and where else settings come from."""
    whole = len(chosen) == len(commands_of(program))
    examples = [f"  {program.name} {command.example}" for command in chosen.values()][: MOST_EXAMPLES if whole else None]
    if not whole:
        sources = f"{program.name} --help says where else settings come from."
    else:
        key, others = next(iter(program.options)), [item.name for item in fields(program.kind) if item.name not in program.options]
        value = written(getattr(program.kind, key))
        sources = (
            f"Every setting can also stand in the YAML file ({key}: {value}) or in a variable ({variable(key)}={value}). "
            f"An option wins over a variable, a variable over the file{program.saved}. Settings without an option: {', '.join(others)}. "
            f"`{program.name} {next(iter(program.commands))} --help` explains them all."
        )
    title = "examples:" if len(examples) > 1 else "example:"
    return "\n".join([title, *examples, "", textwrap.fill(sources, width)])


# --- completion --------------------------------------------------------------------------------------------------------------------


def completion(program: Program[Any], shell: str) -> str:
    """The script that completes the program's command line in this shell."""
    import shtab

    root = argparse.ArgumentParser(program.name, add_help=False)
    _offer(root, program, program.options, shtab)
    parsers: dict[str, argparse.ArgumentParser] = {"": root}
    below: dict[str, Any] = {}
    for form, command in commands_of(program).items():
        path = ""
        for word in form.split():
            if word in ARGUMENTS:
                parsers[path].add_argument(word.strip("[]"), choices=SHELLS if form == COMPLETION else None)
                continue
            above, path = path, f"{path} {word}".lstrip()
            if above not in below:
                below[above] = parsers[above].add_subparsers()
            if path not in parsers:
                is_whole = form.startswith(path) and set(form.removeprefix(path).split()) <= set(ARGUMENTS)
                parsers[path] = below[above].add_parser(word, help=command.does if is_whole else f"commands: {path} ...", add_help=False)
        _offer(parsers[path], program, command.options, shtab)
        if command.changes:
            parsers[path].add_argument("--yes", action="store_true", help=YES)
    return str(shtab.complete(root, shell)).rstrip()


def _offer(parser: argparse.ArgumentParser, program: Program[Any], keys: Iterable[str], shtab: Any) -> None:
    """Options that the shell offers, and what it offers as their values."""
    docs = docstrings(program.kind)
    for key in keys:
        added: Any = parser.add_argument(
            option(key), help=_said(program, key, docs[key], whole=False), choices=program.completions.get(key)
        )
        if program.options[key] in ("FILE", "DIR"):
            added.complete = shtab.FILE if program.options[key] == "FILE" else shtab.DIRECTORY
    config: Any = parser.add_argument("--config", help=CONFIG)
    config.complete = shtab.FILE
    parser.add_argument("--version", action="store_true", help=VERSION)
    parser.add_argument("-h", "--help", action="store_true", help=HELP)
