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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, NoReturn, TypeVar, get_type_hints

from tars.config_values import (
    Count,
    Log,
    Name,
    OptionalPath,
    Port,
    Reader,
    Share,
    Sound,
    Text,
    Url,
    one_of,
    own_name,
    read_ladder,
    read_resume,
    read_seconds,
)
from tars.errors import ConfigError
from tars.generated.limits import Limits, broken_relations

if TYPE_CHECKING:
    import yaml

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
    microphone: Sound = "default"
    """What is recorded: default, a part of a sound device's name, or file:PATH, a WAV file that is heard in real time."""
    speaker: Sound = "default"
    """What plays: default, a part of a sound device's name, file:PATH, a WAV file that is written, or none."""
    wake_word: Text = "hey_jarvis"
    """What calls TARS: the name of a model that was fetched, the path of an openWakeWord model (.onnx), or none: push-to-talk only."""
    wake_threshold: Share = 0.5
    """How sure the wake word's model must be, 0 to 1. More: fewer false alarms; less: fewer calls unheard."""
    connection: Annotated[Literal["persistent", "per_session"], one_of("persistent", "per_session")] = "persistent"
    """persistent: connected for as long as the program runs. per_session: only for a conversation, as the old fleet did."""
    protocol: Annotated[Literal["auto", "v1", "legacy"], one_of("auto", "v1", "legacy")] = "auto"
    """auto: tars.v1, and the legacy protocol with a server that does not offer it. v1 and legacy: that one only."""
    max_attempts: Count = 0
    """Failed attempts to connect in a row, after which the program gives up. 0: it never does."""
    trace: OptionalPath = None
    """A file that gets one line of JSON for each event of each machine. Empty: none."""
    log: Log = "text"
    """The log on standard error: text for people, json for programs."""
    limits: Limits = field(default_factory=Limits)
    """How long things may take, in seconds. Some must outlast others, also of the other program: set them alike in both."""


@dataclass(frozen=True)
class ServerConfig:
    """The configuration of `tars-server`."""

    host: Text = "127.0.0.1"
    """The address to listen on: 127.0.0.1 for this machine only, 0.0.0.0 for the network, where nothing is encrypted or checked."""
    port: Port = 7456
    """The port to listen on: 1 to 65535, or 0 for any that is free."""
    brain: Text = "offline"
    """Who answers: offline, or echo, which says again what it heard."""
    record: OptionalPath = None
    """A folder that gets a WAV file of each utterance, exactly as the brain heard it. Empty: nothing is recorded."""
    trace: OptionalPath = None
    """A file that gets one line of JSON for each event of each machine. Empty: none."""
    log: Log = "text"
    """The log on standard error: text for people, json for programs."""
    legacy: Annotated[Literal["allow", "refuse"], one_of("allow", "refuse")] = "allow"
    """Devices that speak the legacy protocol only: allow or refuse."""
    resume: Annotated[Literal["off"], read_resume] = "off"
    """off: a link that is lost in a conversation ends it. Sessions cannot be resumed in this version."""
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
    """command -> what it does; the first is the default."""


DEVICE = Program(
    "tars-pi",
    DeviceConfig,
    {
        "server": "URL",
        "device": "NAME",
        "microphone": "default|NAME|file:PATH",
        "speaker": "default|NAME|file:PATH|none",
        "wake_word": "NAME|PATH|none",
        "trace": "FILE",
    },
    {
        "run": "listen for the wake word and talk",
        "doctor": "check devices, models, packages and the server, and say what to do",
        "fetch-models": "bring the models of the wake words to this machine",
    },
)

SERVER = Program(
    "tars-server",
    ServerConfig,
    {"host": "HOST", "port": "PORT", "brain": "NAME", "record": "DIR", "trace": "FILE"},
    {"run": "answer devices", "doctor": "check models, packages and the port, and say what to do"},
)

PROGRAMS: dict[str, Program[Any]] = {"device": DEVICE, "server": SERVER}


# --- loading ---------------------------------------------------------------------------------------------------------------------


def load_device(argv: Sequence[str], environ: Mapping[str, str]) -> tuple[str, DeviceConfig]:
    """The command and the configuration of `tars-pi`; `argv` without the program's name. Raises ConfigError with every problem."""
    return _load(DEVICE, argv, environ)


def load_server(argv: Sequence[str], environ: Mapping[str, str]) -> tuple[str, ServerConfig]:
    """The command and the configuration of `tars-server`; `argv` without the program's name. Raises ConfigError with every problem."""
    return _load(SERVER, argv, environ)


def _load(program: Program[Config], argv: Sequence[str], environ: Mapping[str, str]) -> tuple[str, Config]:
    taken = Taken(readers(program.kind))
    command, options = _read_options(program, argv, taken.problems)
    if file := options.pop("config", None) or environ.get(VARIABLE_OF_FILE):
        _take_file(taken, Path(file))
    _take_environment(taken, environ)
    for key, text in options.items():
        taken.take(key, _option(key), text)
    return command, taken.build(program.kind)


def readers(kind: type[Any]) -> dict[str, Reader]:
    """How the text of each setting is read; a limit is called `limits.NAME`."""
    hints = get_type_hints(kind, include_extras=True)
    plain = {item.name: hints[item.name].__metadata__[0] for item in fields(kind) if item.name != "limits"}
    limits = {f"limits.{limit.name}": read_ladder if limit.name == "backoff" else read_seconds for limit in fields(Limits)}
    return plain | limits


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

    def build(self, kind: type[Config]) -> Config:
        """The configuration. Raises ConfigError with every problem."""
        plain = {key: value for key, value in self.values.items() if "." not in key}
        limits = Limits(**{key.removeprefix("limits."): value for key, value in self.values.items() if "." in key})
        self.problems += [_explain_relation(relation, limits) for relation in broken_relations(limits)]
        if self.problems:
            raise ConfigError("\n".join(self.problems))
        return kind(limits=limits, **plain)


def _explain_relation(relation: str, limits: Limits) -> str:
    names = [limit.name for limit in fields(limits) if re.search(rf"\b{limit.name}\b", relation)]
    values = " and ".join(f"{name} is {_written(getattr(limits, name))}" for name in names)
    return f"limits: it must hold that {relation}, but {values}; change one of them"


def _unknown(what: str, name: str, known: Iterable[str], place: str = "") -> str:
    names = sorted(known)
    nearest = get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"there are: {', '.join(names)}"
    return f"unknown {what} {name!r}{place}; {hint}"


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
    parser = _Parser(program.name, add_help=False, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", nargs="?", default=next(iter(program.commands)), help=" | ".join(program.commands))
    for key, form in program.options.items():
        parser.add_argument(_option(key), dest=key, metavar=form, help=docs.get(key, "").replace("%", "%%"))
    parser.add_argument("--config", metavar="FILE", help=f"Read this YAML file; {VARIABLE_OF_FILE} can name it too.")
    parser.add_argument("--version", action="store_true", help="Say which version this is.")
    parser.add_argument("-h", "--help", action="store_true", help="Say this.")
    commands = "\n".join(f"  {command:<14}{text}" for command, text in program.commands.items())
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
        sys.stdout.write(f"{program.name} {_version()}\n")
        sys.exit(0)
    strange = [word.partition("=")[0] for word in rest if word.startswith("-")]
    options = [_option(key) for key in (*program.options, "config", "version", "help")]
    problems += [_unknown("option", word, options) for word in strange]
    # A word after a strange option is most likely its value.
    words = [] if strange else [word for word in (known.command, *rest) if word not in program.commands]
    problems += [_unknown("command", word, program.commands) for word in words]
    return known.command, {key: vars(known)[key] for key in (*program.options, "config") if vars(known)[key] is not None}


def _version() -> str:
    from importlib.metadata import version

    return version("tars-assistant")


# --- variables and the file ------------------------------------------------------------------------------------------------------


def _take_environment(taken: Taken, environ: Mapping[str, str]) -> None:
    """The variables of this program. Those of the other one are none of its business: both may run from one environment."""
    own = {_variable(key): key for key in taken.settings}
    known = {VARIABLE_OF_FILE, *(_variable(key) for kind in (DeviceConfig, ServerConfig) for key in readers(kind))}
    for variable, text in environ.items():
        if variable in own:
            taken.take(own[variable], variable, text)
        elif variable.startswith(PREFIX) and variable not in known:
            taken.problems.append(_unknown("variable", variable, [*own, VARIABLE_OF_FILE]))


def _take_file(taken: Taken, file: Path) -> None:
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
            taken.problems.append(_unknown("key", name, names | mappings, f" in {place}"))
        else:
            _take_value(taken, above + name, f"{above}{name} in {place}", value)
        seen.add(name)


def _take_value(taken: Taken, key: str, said: str, value: yaml.Node) -> None:
    import yaml

    if isinstance(value, yaml.ScalarNode):
        taken.take(key, said, "" if _is_nothing(value) else value.value)
    elif isinstance(value, yaml.SequenceNode) and taken.settings[key] is read_ladder:
        taken.take(key, said, ",".join(str(step.value) for step in value.value))
    else:
        taken.problems.append(f"{said} must be a single value")


def _is_nothing(node: yaml.Node) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def _place(file: Path, node: yaml.Node) -> str:
    return f"{file} line {node.start_mark.line + 1}"


# --- the annotated example -------------------------------------------------------------------------------------------------------


def docstrings(kind: type) -> dict[str, str]:
    """The docstring of each field of a dataclass, which only its source still has."""
    body = ast.parse(inspect.getsource(kind)).body[0].body  # type: ignore[attr-defined]
    return {
        item.target.id: str(after.value.value)
        for item, after in pairwise(body)
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
    }


def _written(value: object) -> str:
    """A value as a configuration file has it."""
    if isinstance(value, tuple):
        return f"[{', '.join(_written(item) for item in value)}]"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def example(program: Program[Any]) -> str:
    """A configuration file with every setting, its meaning and its default, all of it commented out."""
    lines = [f"# Every setting of {program.name}, with its default. Remove the # before a key to set it.", ""]
    for key, doc in docstrings(program.kind).items():
        lines += textwrap.wrap(doc, 118, initial_indent="# ", subsequent_indent="# ")
        if key == "limits":
            lines += ["#limits:", *(f"#  {limit.name}: {_written(limit.default)}" for limit in fields(Limits))]
        else:
            value = "kitchen" if key == "device" else _written(getattr(program.kind, key))
            lines += [f"#{key}: {value}".rstrip(), ""]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(example(PROGRAMS[sys.argv[1]]))
