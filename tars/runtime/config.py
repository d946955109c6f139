"""The configuration of both programs: defaults, then a YAML file, then `TARS_*` variables, then options; the later one wins.

Every source gives text, and a setting's type says how its text is read: the rule stands beside the setting, once.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NoReturn, TypeVar, get_type_hints

import tars
from tars.device.wake.words import DEFAULT as WORDS
from tars.errors import ConfigError
from tars.generated.limits import Limits, broken_relations
from tars.runtime.config_file import Taken, take_file, unknown
from tars.runtime.config_values import (
    Channel,
    Count,
    Folder,
    Host,
    Log,
    Name,
    OptionalKey,
    OptionalPath,
    Port,
    Reader,
    Sound,
    Text,
    Url,
    WakeWords,
    one_of,
    own_name,
    own_state,
    read_ladder,
    read_name,
    read_seconds,
)

PREFIX = "TARS_"
VARIABLE_OF_FILE = "TARS_CONFIG"

# --- the settings ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DeviceConfig:
    """The configuration of `tars-pi`."""

    server: Url = "ws://127.0.0.1:7456"
    """The server: ws://HOST:PORT, or wss://HOST:PORT through a proxy that encrypts. Without user name and password."""
    device: Name = field(default_factory=own_name)
    """What this device is called, unlike any other device of its server: up to 64 letters, digits, - and _. Default: the host's name."""
    key: OptionalKey = field(default=None, repr=False)
    """This device's key, if its server asks for one: what `tars-server key add NAME` has printed. There is no option for it: others can
    see command lines."""
    microphone: Sound = "default"
    """What is recorded: default, a part of a sound device's name, hw:CARD,DEVICE, pulse:NAME, or file:PATH, a WAV file that is heard in
    real time."""
    microphone_channel: Channel = 1
    """Which channel of the sound device is heard, from 1; `tars-pi doctor` shows the level of each."""
    speaker: Sound = "default"
    """What plays: default, a part of a sound device's name, hw:CARD,DEVICE, pulse:NAME, file:PATH, a WAV file that is written, or none."""
    wake_word: WakeWords = WORDS
    """What calls TARS: one word or several, separated by commas, or none: push-to-talk only. A word is hey_jarvis, okay_nabu, alexa or
    hey_mycroft; openwakeword/NAME, a model that was fetched; or the path of a model of one's own: .onnx or .tflite for openWakeWord, .json
    for microWakeWord. WORD=0.9 sets how sure its model must be, more than 0 and at most 1: more for fewer false alarms, less for fewer
    calls unheard."""
    connection: Annotated[Literal["persistent", "per_session"], one_of("persistent", "per_session")] = "persistent"
    """persistent: connected for as long as the program runs. per_session: only for a conversation, as the old fleet did."""
    protocol: Annotated[Literal["auto", "v1", "legacy"], one_of("auto", "v1", "legacy")] = "auto"
    """auto: tars.v1, and the legacy protocol with a server that does not offer it. v1 and legacy: that one only."""
    overflow: Annotated[Literal["end", "gap"], one_of("end", "gap")] = "end"
    """What becomes of a conversation when an outage in the user's turn outlasts the 40 s of sound that are kept. end: it ends, audibly.
    gap: the oldest sound is given up, the server is told how many samples, and the conversation goes on."""
    max_attempts: Count = 0
    """Failed attempts to connect in a row, after which the program gives up. 0: it never does."""
    trace: OptionalPath = None
    """A file that gets one line of JSON for each event of each machine. Empty: none."""
    log: Log = "text"
    """The log: text for people, json for programs."""
    log_file: OptionalPath = None
    """A file that gets the log; it goes on in a new one when it was renamed or deleted. Empty: standard error."""
    limits: Limits = field(default_factory=Limits)
    """How long things may take, in seconds. Some must outlast others, also of the other program: set them alike in both."""


@dataclass(frozen=True)
class ServerConfig:
    """The configuration of `tars-server`."""

    host: Host = "127.0.0.1"
    """The address to listen on: 127.0.0.1 or ::1 for this machine only, 0.0.0.0 for the network, :: for the network with IPv6 and IPv4.
    Nothing is encrypted there; add keys."""
    port: Port = 7456
    """The port to listen on: 1 to 65535, or 0 for any that is free."""
    brain: Text = "offline"
    """Who answers: offline, or echo, which says again what it heard."""
    state: Folder = field(default_factory=own_state)
    """A folder for device keys and, while the server restarts, sessions; made if it is not there. Default: what systemd's StateDirectory
    names, or ~/.local/state/tars."""
    record: OptionalPath = None
    """A folder that gets a WAV file of each utterance, exactly as the brain heard it. Empty: nothing is recorded."""
    trace: OptionalPath = None
    """A file that gets one line of JSON for each event of each machine. Empty: none."""
    log: Log = "text"
    """The log: text for people, json for programs."""
    log_file: OptionalPath = None
    """A file that gets the log; it goes on in a new one when it was renamed or deleted. Empty: standard error."""
    legacy: Annotated[Literal["allow", "refuse", "without_key"], one_of("allow", "refuse", "without_key")] = "allow"
    """Devices that speak the legacy protocol only. allow: they are served, but not once there are keys, which they cannot send.
    without_key: they are served, keys or not. refuse: they are not served."""
    resume: Annotated[Literal["on", "off"], one_of("on", "off")] = "on"
    """on: a conversation outlives a lost link, without losing a sample. off: it ends with its link."""
    recogniser_model: OptionalPath = None
    """The folder of a faster-whisper model for the offline brain. Empty: the one that is installed with it."""
    voice_model: OptionalPath = None
    """The ONNX file of a hibari voice for the offline brain. Empty: the one that is installed with it."""
    limits: Limits = field(default_factory=Limits)
    """How long things may take, in seconds. Some must outlast others, also of the other program: set them alike in both."""


Config = TypeVar("Config", bound=DeviceConfig | ServerConfig)


@dataclass(frozen=True)
class Program(Generic[Config]):
    """What a command line of this program may say."""

    name: str
    kind: type[Config]
    options: Mapping[str, str]
    """setting -> the form of its option's value. The other settings belong to the file and the environment."""
    commands: Mapping[str, str]
    """command -> what it does; the first is the default. NAME stands for the name of a device."""


DEVICE = Program(
    "tars-pi",
    DeviceConfig,
    {
        "server": "URL",
        "device": "NAME",
        "microphone": "default|NAME|file:PATH",
        "speaker": "default|NAME|file:PATH|none",
        "wake_word": "WORD[=THRESHOLD],...|none",
        "trace": "FILE",
    },
    {
        "run": "listen for the wake word and talk",
        "doctor": "check devices, models, packages and the server, and say what to do",
        "tune": "show how loud the microphone is and how sure each wake word's model, and suggest thresholds",
        "fetch-models": "bring the models of openWakeWord to this machine",
    },
)

SERVER = Program(
    "tars-server",
    ServerConfig,
    {"host": "HOST", "port": "PORT", "brain": "NAME", "state": "DIR", "record": "DIR", "trace": "FILE"},
    {
        "run": "answer devices",
        "doctor": "check models, packages and the port, and say what to do",
        "key add NAME": "make a key for the device NAME and print it, once",
        "key list": "say which devices have a key",
        "key remove NAME": "forget the key of the device NAME",
    },
)

PROGRAMS: dict[str, Program[Any]] = {"device": DEVICE, "server": SERVER}


# --- loading ---------------------------------------------------------------------------------------------------------------------


def load_device(argv: Sequence[str], environ: Mapping[str, str]) -> tuple[str, DeviceConfig]:
    """The command and the configuration of `tars-pi`; `argv` without the program's name. Raises ConfigError with every problem."""
    return _load(DEVICE, argv, environ)


def load_server(argv: Sequence[str], environ: Mapping[str, str]) -> tuple[str, ServerConfig]:
    """The command, its words joined by spaces, and the configuration of `tars-server`; `argv` without the program's name.

    Raises ConfigError with every problem.
    """
    return _load(SERVER, argv, environ)


def _load(program: Program[Config], argv: Sequence[str], environ: Mapping[str, str]) -> tuple[str, Config]:
    taken = Taken(readers(program.kind))
    command, options = _read_options(program, argv, taken.problems)
    if file := options.pop("config", None) or environ.get(VARIABLE_OF_FILE):
        take_file(taken, Path(file))
    _take_environment(taken, environ)
    for key, text in options.items():
        taken.take(key, _option(key), text)
    return command, _build(taken, program.kind)


def readers(kind: type[Any]) -> dict[str, Reader]:
    """How the text of each setting is read; a limit is called `limits.NAME`."""
    hints = get_type_hints(kind, include_extras=True)
    plain = {item.name: hints[item.name].__metadata__[0] for item in fields(kind) if item.name != "limits"}
    limits = {f"limits.{limit.name}": read_ladder if limit.name == "backoff" else read_seconds for limit in fields(Limits)}
    return plain | limits


def _build(taken: Taken, kind: type[Config]) -> Config:
    """The configuration. Raises ConfigError with every problem."""
    plain = {key: value for key, value in taken.values.items() if "." not in key}
    limits = Limits(**{key.removeprefix("limits."): value for key, value in taken.values.items() if "." in key})
    taken.problems += [_explain_relation(relation, limits) for relation in broken_relations(limits)]
    if taken.problems:
        raise ConfigError("\n".join(taken.problems))
    return kind(limits=limits, **plain)


def _explain_relation(relation: str, limits: Limits) -> str:
    names = [limit.name for limit in fields(limits) if re.search(rf"\b{limit.name}\b", relation)]
    values = " and ".join(f"{name} is {_written(getattr(limits, name))}" for name in names)
    return f"limits: it must hold that {relation}, but {values}; change one of them"


# --- the command line ------------------------------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ConfigError(f"{message.removeprefix('argument ')}; see {self.prog} --help")


def _option(key: str) -> str:
    return "--" + key.replace("_", "-")


def _variable(key: str) -> str:
    return PREFIX + key.upper().replace(".", "_")


def _parser(program: Program[Any], docs: Mapping[str, str]) -> _Parser:
    """The parser of a command line; `docs` is what `--help` says of each setting."""
    usage = f"{program.name} [{' | '.join(program.commands)}] [OPTIONS]"
    parser = _Parser(program.name, usage, add_help=False, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter)
    for key, form in program.options.items():
        parser.add_argument(_option(key), dest=key, metavar=form, help=docs.get(key, "").replace("%", "%%"))
    parser.add_argument("--config", metavar="FILE", help=f"Read this YAML file; {VARIABLE_OF_FILE} can name it too.")
    parser.add_argument("--version", action="store_true", help="Say which version this is.")
    parser.add_argument("-h", "--help", action="store_true", help="Say this.")
    commands = "\n".join(f"  {command:<17}{text}" for command, text in program.commands.items())
    others = ", ".join(key for key in docs if key not in program.options)
    sources = (
        "All of this, and more, can be set by a YAML file (wake_word: alexa) and by variables (TARS_WAKE_WORD=alexa). "
        f"An option wins over a variable, a variable over the file. Without an option there are: {others}."
    )
    parser.epilog = f"commands:\n{commands}\n\n{textwrap.fill(sources, 100)}"
    return parser


def _read_options(program: Program[Any], argv: Sequence[str], problems: list[str]) -> tuple[str, dict[str, str]]:
    """The command and the text of each option given. `--help` and `--version` end the program."""
    try:
        known, rest = _parser(program, {}).parse_known_args(argv)
    except ConfigError as error:
        problems.append(str(error))
        return "", {}
    if known.help:
        _parser(program, docstrings(program.kind)).print_help()
        sys.exit(0)
    if known.version:
        sys.stdout.write(f"{program.name} {tars.__version__}\n")
        sys.exit(0)
    strange = [word.partition("=")[0] for word in rest if word.startswith("-")]
    problems += [_no_option(program, word) for word in strange]
    # A word after a strange option is most likely its value, and may be a secret.
    command = "" if strange else _command(program, rest, problems)
    return command, {key: vars(known)[key] for key in (*program.options, "config") if vars(known)[key] is not None}


def _no_option(program: Program[Any], word: str) -> str:
    key = word.removeprefix("--").replace("-", "_")
    if key in docstrings(program.kind):
        return f"there is no option {word}; set {key} in the file, or the variable {_variable(key)}"
    return unknown("option", word, [_option(key) for key in (*program.options, "config", "version", "help")])


def _command(program: Program[Any], words: Sequence[str], problems: list[str]) -> str:
    """The command that these words are, or the first one if there are none."""
    if not words:
        return next(iter(program.commands))
    for form in program.commands:
        parts = form.split()
        if len(parts) == len(words) and all(part in (word, "NAME") for part, word in zip(parts, words, strict=True)):
            for part, word in zip(parts, words, strict=True):
                if part == "NAME":
                    _check_name(form, word, problems)
            return " ".join(words)
    alike = [form for form in program.commands if form.split()[0] == words[0]]
    if alike:
        problems.append(f"unknown command {' '.join(words)!r}; there is: {', '.join(alike)}")
    else:
        problems.append(unknown("command", words[0], {form.split()[0] for form in program.commands}))
    return ""


def _check_name(form: str, word: str, problems: list[str]) -> None:
    try:
        read_name(word)
    except ValueError as error:
        problems.append(f"NAME of `{form}` {error}")


# --- variables -----------------------------------------------------------------------------------------------------------------


def _take_environment(taken: Taken, environ: Mapping[str, str]) -> None:
    """The variables of this program. Those of the other one are none of its business: both may run from one environment."""
    own = {_variable(key): key for key in taken.settings}
    known = {VARIABLE_OF_FILE, *(_variable(key) for kind in (DeviceConfig, ServerConfig) for key in readers(kind))}
    for variable, text in environ.items():
        if variable in own:
            taken.take(own[variable], variable, text)
        elif variable.startswith(PREFIX) and variable not in known:
            taken.problems.append(unknown("variable", variable, [*own, VARIABLE_OF_FILE]))


# --- the annotated example -------------------------------------------------------------------------------------------------------


def docstrings(kind: type) -> dict[str, str]:
    """The docstring of each field of a dataclass, which only its source still has."""
    body = ast.parse(inspect.getsource(kind)).body[0].body  # type: ignore[attr-defined]
    return {
        item.target.id: " ".join(str(after.value.value).split())
        for item, after in pairwise(body)
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
    }


def _written(value: object) -> str:
    """A value as a configuration file has it."""
    if type(value) is tuple:
        return f"[{', '.join(_written(item) for item in value)}]"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


OF_THIS_MACHINE = {"device": "kitchen", "state": "~/.local/state/tars"}
"""setting -> what an example says where the default depends on the machine."""


def example(program: Program[Any]) -> str:
    """A configuration file with every setting, its meaning and its default, all of it commented out."""
    lines = [f"# Every setting of {program.name}, with its default. Remove the # before a key to set it.", ""]
    for key, doc in docstrings(program.kind).items():
        lines += textwrap.wrap(doc, 118, initial_indent="# ", subsequent_indent="# ")
        if key == "limits":
            lines += ["#limits:", *(f"#  {limit.name}: {_written(limit.default)}" for limit in fields(Limits))]
        else:
            value = OF_THIS_MACHINE.get(key) or _written(getattr(program.kind, key))
            lines += [f"#{key}: {value}".rstrip(), ""]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(example(PROGRAMS[sys.argv[1]]))
