from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from tars.device.settings import PROGRAM as DEVICE
from tars.device.settings import DeviceConfig
from tars.device.settings import load as load_device
from tars.device.wake.words import Words, read_words
from tars.errors import ConfigError
from tars.generated.limits import Limits
from tars.runtime.config import example
from tars.runtime.persona_settings import Persona
from tars.runtime.program import groups_of, named_groups_of
from tars.server.settings import PROGRAM as SERVER
from tars.server.settings import ServerConfig
from tars.server.settings import load as load_server

LOADERS: dict[str, Any] = {"device": load_device, "server": load_server}
PROGRAMS: dict[str, Any] = {"device": DEVICE, "server": SERVER}
KEY = "tars_" + 43 * "k"
"""Always the same: it is in the names of tests, which are to be the same in every worker."""
DOCS = Path(__file__).resolve().parents[2] / "docs"


def problems(program: str, argv: list[str] | None = None, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        LOADERS[program](argv or [], environ or {})
    return str(raised.value).splitlines()


def from_file(tmp_path: Path, program: str, text: str) -> Any:
    file = tmp_path / "tars.yaml"
    file.write_text(text, encoding="utf-8")
    return LOADERS[program](["--config", str(file)], {})[1]


def file_problems(tmp_path: Path, program: str, text: str) -> list[str]:
    file = tmp_path / "kitchen.yaml"
    file.write_text(text, encoding="utf-8")
    return [problem.replace(str(file), "kitchen.yaml") for problem in problems(program, ["--config", str(file)])]


# --- what counts -----------------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_state_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests may run in a service."""
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)


def test_with_nothing_given_everything_has_a_default() -> None:
    command, device = load_device([], {})
    assert (command, replace(device, device="kitchen")) == ("run", DeviceConfig(device="kitchen"))
    assert load_server([], {}) == ("run", ServerConfig())


@pytest.mark.parametrize(
    ("hostname", "name"),
    [("kitchen", "kitchen"), ("pi.example.org", "pi"), ("Küche 1", "K-che-1"), ("", "device"), ("x" * 80, "x" * 64)],
)
def test_a_device_is_called_as_its_host(monkeypatch: pytest.MonkeyPatch, hostname: str, name: str) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: hostname)
    assert load_device([], {})[1].device == name


def test_an_option_wins_over_a_variable_and_a_variable_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "kitchen.yaml"
    file.write_text("server: ws://file:1\nspeaker: file-speaker\nmicrophone: file-microphone\n")
    environ = {"TARS_CONFIG": str(file), "TARS_SERVER": "ws://variable:2", "TARS_SPEAKER": "variable-speaker"}
    _, config = load_device(["--server", "ws://option:3"], environ)
    assert (config.server, config.speaker, config.microphone) == ("ws://option:3", "variable-speaker", "file-microphone")


def test_the_option_config_wins_over_its_variable(tmp_path: Path) -> None:
    file = tmp_path / "kitchen.yaml"
    file.write_text("device: kitchen\n")
    assert load_device(["--config", str(file)], {"TARS_CONFIG": "/nowhere.yaml"})[1].device == "kitchen"


GIVEN: list[tuple[str, str, str, object]] = [
    ("device", "server", "wss://tars.example.org/voice", "wss://tars.example.org/voice"),
    ("device", "server", "ws://[::1]:7456", "ws://[::1]:7456"),
    ("device", "device", "living-room_2", "living-room_2"),
    ("device", "microphone", "file:question.wav", "file:question.wav"),
    ("device", "speaker", "none", "none"),
    ("device", "wake_word", "hey_jarvis, openwakeword/alexa=0.6", read_words("hey_jarvis, openwakeword/alexa=0.6")),
    ("device", "wake_word", "none", Words()),
    ("device", "connection", "per_session", "per_session"),
    ("device", "protocol", "legacy", "legacy"),
    ("device", "max_attempts", "3", 3),
    ("device", "trace", "/tmp/device.jsonl", Path("/tmp/device.jsonl")),
    ("device", "trace", "~/device.jsonl", Path.home() / "device.jsonl"),
    ("device", "log", "json", "json"),
    ("server", "host", "0.0.0.0", "0.0.0.0"),
    ("server", "host", "network", "0.0.0.0"),
    ("server", "port", "0", 0),
    ("server", "brain", "echo", "echo"),
    ("server", "record", "heard", Path("heard")),
    ("server", "legacy", "refuse", "refuse"),
    ("server", "legacy", "without_key", "without_key"),
    ("server", "resume", "off", "off"),
    ("server", "state", "kept", Path("kept")),
    ("device", "overflow", "gap", "gap"),
    ("device", "key", KEY, KEY),
    ("device", "key", "", None),
    ("server", "recogniser_model", "models/tiny", Path("models/tiny")),
    ("server", "recogniser_model", "", None),
    ("server", "voice_model", "models/voice.onnx", Path("models/voice.onnx")),
]


@pytest.mark.parametrize(("program", "key", "text", "value"), GIVEN)
def test_file_and_variable_say_the_same(tmp_path: Path, program: str, key: str, text: str, value: object) -> None:
    assert getattr(LOADERS[program]([], {f"TARS_{key.upper()}": text})[1], key) == value
    assert getattr(from_file(tmp_path, program, f"{key}: {text}\n"), key) == value


OPTIONS = {
    "device": ["server", "device", "microphone", "speaker", "wake-word", "trace"],
    "server": ["host", "port", "brain", "state", "record", "trace"],
}


@pytest.mark.parametrize(("program", "option"), [(program, option) for program, options in OPTIONS.items() for option in options])
def test_options(program: str, option: str) -> None:
    key = option.replace("-", "_")
    _, text, value = next(given[1:] for given in GIVEN if given[1] == key)
    assert getattr(LOADERS[program]([f"--{option}", text], {})[1], key) == value
    assert getattr(LOADERS[program]([f"--{option}={text}", "doctor"], {})[1], key) == value


@pytest.mark.parametrize(
    ("program", "argv", "command"),
    [
        ("device", [], "run"),
        ("device", ["run"], "run"),
        ("device", ["doctor", "--speaker", "none"], "doctor"),
        ("device", ["--speaker", "none", "fetch-models"], "fetch-models"),
        ("server", ["--port", "0", "doctor", "--brain", "echo"], "doctor"),
        ("server", ["key", "list"], "key list"),
        ("server", ["key", "add", "--state", "kept", "kitchen"], "key add kitchen"),
        ("server", ["key", "remove", "doctor"], "key remove doctor"),
    ],
)
def test_the_command(program: str, argv: list[str], command: str) -> None:
    assert LOADERS[program](argv, {})[0] == command


def test_a_file_may_give_the_wake_words_as_a_list(tmp_path: Path) -> None:
    words = read_words("hey_jarvis, ~/models/computer.onnx=0.6")
    assert from_file(tmp_path, "device", "wake_word:\n  - hey_jarvis\n  - ~/models/computer.onnx=0.6\n").wake_word == words
    assert from_file(tmp_path, "device", "wake_word: [hey_jarvis, ~/models/computer.onnx=0.6]\n").wake_word == words


def test_the_threshold_of_an_earlier_version_is_refused_with_what_is_done_instead() -> None:
    instead = "the threshold stands behind its word now, as in wake_word: hey_jarvis=0.9"
    assert problems("device", environ={"TARS_WAKE_THRESHOLD": "0.5"}) == [f"the variable 'TARS_WAKE_THRESHOLD' is no more; {instead}"]
    assert problems("device", ["--wake-threshold=0.5"]) == [f"the option '--wake-threshold' is no more; {instead}"]


def test_what_tars_pi_no_longer_takes_does_not_stop_a_server_in_the_same_environment() -> None:
    assert load_server([], {"TARS_WAKE_THRESHOLD": "0.5"})[1] == ServerConfig()


def test_limits_are_merged_over_their_defaults(tmp_path: Path) -> None:
    config = from_file(tmp_path, "device", "limits:\n  answer_limit: 9\n  backoff: [1, 1, 1, 1, 2.5]\n")
    assert config.limits == Limits(answer_limit=9, backoff=(1, 1, 1, 1, 2.5))


def test_each_limit_has_a_variable() -> None:
    environ = {f"TARS_LIMITS_{limit.name.upper()}": str(limit.default).strip("()") for limit in fields(Limits)}
    assert load_server([], environ)[1].limits == Limits()
    assert load_server([], {"TARS_LIMITS_BRAIN_LIMIT": "3"})[1].limits == Limits(brain_limit=3)


def test_variables_of_the_other_program_are_none_of_its_business() -> None:
    assert load_server([], {"TARS_SERVER": "nonsense", "HOME": "/root"})[1] == ServerConfig()
    foreign = {"TARS_PORT": "nonsense", "TARS_LLM_TIMEOUT": "nonsense"}
    assert load_device(["--device", "kitchen"], foreign)[1] == DeviceConfig(device="kitchen")


def test_each_program_knows_the_settings_that_only_the_other_one_has() -> None:
    # A group of settings ends with a full stop.
    device, server = (
        {item.name + "." * (item.name in groups_of(p.kind) | named_groups_of(p.kind)) for item in fields(p.kind)} for p in (DEVICE, SERVER)
    )
    assert set(DEVICE.foreign) == server - device | set(SERVER.gone)
    assert set(SERVER.foreign) == device - server | set(DEVICE.gone)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "limits: {}\n", "limits:\n# brain_limit: 9\n", "record:\ntrace: ~\n"])
def test_a_file_may_say_nothing(tmp_path: Path, text: str) -> None:
    assert from_file(tmp_path, "server", text) == ServerConfig()


# --- what is refused -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "key", "text", "complaint"),
    [
        ("device", "server", "http://tars:7456", "must be ws://HOST:PORT or wss://HOST:PORT, not 'http://tars:7456'"),
        ("device", "server", "ws://", "must be ws://HOST:PORT or wss://HOST:PORT, not 'ws://'"),
        ("device", "server", "ws://tars:99999", "must be ws://HOST:PORT or wss://HOST:PORT, not 'ws://tars:99999'"),
        ("device", "server", "ws://[::1", "must be ws://HOST:PORT or wss://HOST:PORT, not 'ws://[::1'"),
        ("device", "server", "ws://ta rs", "must be ws://HOST:PORT or wss://HOST:PORT, not 'ws://ta rs'"),
        ("device", "server", "ws://me:secret@tars", "must not hold a user name or password; write ws://HOST:PORT or wss://HOST:PORT"),
        ("device", "device", "../kitchen", "must be 1 to 64 letters, digits, - and _, not '../kitchen'"),
        ("device", "device", "x" * 65, f"must be 1 to 64 letters, digits, - and _, not '{'x' * 65}'"),
        ("device", "microphone", "", "must not be empty"),
        ("device", "speaker", "file:", "must name the file: file:PATH"),
        ("device", "wake_word", "alexa=2", "must hold thresholds of more than 0 and at most 1, as in hey_jarvis=0.9, not 'alexa=2'"),
        ("device", "wake_word", "none, alexa", "must be `none` alone for push-to-talk only, or words without `none`, not 'none, alexa'"),
        ("device", "connection", "always", "must be persistent or per_session, not 'always'"),
        ("device", "protocol", "v2", "must be auto, v1 or legacy, not 'v2'"),
        ("device", "max_attempts", "-1", "must be 0 or more, not '-1'"),
        ("device", "max_attempts", "2.5", "must be a whole number, not '2.5'"),
        ("device", "log", "xml", "must be text or json, not 'xml'"),
        ("server", "port", "65536", "must be a port from 1 to 65535, or 0 for any that is free, not '65536'"),
        ("server", "legacy", "on", "must be allow, refuse or without_key, not 'on'"),
        ("server", "resume", "yes", "must be on or off, not 'yes'"),
        ("server", "state", "", "must not be empty"),
        ("device", "overflow", "drop", "must be end or gap, not 'drop'"),
        ("device", "key", "secret", "must be a key as `tars-server key add NAME` prints it: tars_ and 43 more characters"),
        ("device", "key", f"{KEY}x", "must be a key as `tars-server key add NAME` prints it: tars_ and 43 more characters"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(tmp_path: Path, program: str, key: str, text: str, complaint: str) -> None:
    assert problems(program, environ={f"TARS_{key.upper()}": text}) == [f"TARS_{key.upper()} {complaint}"]
    assert file_problems(tmp_path, program, f"\n{key}: '{text}'\n") == [f"{key} in kitchen.yaml line 2 {complaint}"]
    if (option := key.replace("_", "-")) in OPTIONS[program]:
        assert problems(program, [f"--{option}={text}"]) == [f"--{option} {complaint}"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("sever: ws://tars", "unknown key 'sever' in kitchen.yaml line 1; did you mean 'server'?"),
        ("wake-word: none", "unknown key 'wake-word' in kitchen.yaml line 1; did you mean 'wake_word'?"),
        (
            "wake_threshold: 0.5",
            "the key 'wake_threshold' in kitchen.yaml line 1 is no more; the threshold stands behind its word now, as in wake_word: ",
        ),
        ("limits:\n  answer: 3", "unknown key 'answer' in kitchen.yaml line 2; did you mean 'answer_limit'?"),
        (
            "limits.answer_limit: 3",
            "unknown key 'limits.answer_limit' in kitchen.yaml line 1; there are: ca, connection, device, discovery, echo_cancellation",
        ),
        ("log: text\nlog: json", "key 'log' in kitchen.yaml line 2 is there a second time; keep one of them"),
        ("limits: 3", "limits in kitchen.yaml line 1 must be lines of the form `key: value`"),
        ("- log", "the settings in kitchen.yaml line 1 must be lines of the form `key: value`"),
        ("log: [text]", "log in kitchen.yaml line 1 must be a single value"),
        ("limits: {backoff: 3}", "limits.backoff in kitchen.yaml line 1 must be 5 numbers of seconds, separated by commas, not '3'"),
        ("limits: {backoff: [1, 2, 4, 8, x]}", "limits.backoff in kitchen.yaml line 1 must be a number, not 'x'"),
        ("limits: {stable_after: 0}", "limits.stable_after in kitchen.yaml line 1 must be more than 0 seconds, not '0'"),
        ("log: 'text", "kitchen.yaml line 1 is not YAML: found unexpected end of stream"),
        ("log: text\n\tspeaker: none", "kitchen.yaml line 2 is not YAML: found character '\\t' that cannot start any token"),
        ("--- {}\n--- {}", "kitchen.yaml line 2 is not YAML: but found another document"),
        ("log: \x01", "kitchen.yaml is not YAML: unacceptable character #x0001: special characters are not allowed in "),
    ],
)
def test_a_wrong_file_is_refused_with_the_line(tmp_path: Path, text: str, complaint: str) -> None:
    (problem,) = file_problems(tmp_path, "device", text)
    assert problem.startswith(complaint)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("device: Küche".encode("latin-1"))
    for name, reason in [("none.yaml", "No such file or directory"), (".", "Is a directory"), ("latin.yaml", "it is not UTF-8 text")]:
        file = tmp_path / name
        assert problems("device", environ={"TARS_CONFIG": str(file)}) == [f"cannot read the configuration file {file}: {reason}"]


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (["--sever", "ws://tars"], "unknown option '--sever'; did you mean '--server'?"),
        (["--wakeword=none"], "unknown option '--wakeword'; did you mean '--wake-word'?"),
        (["--serv", "ws://tars"], "unknown option '--serv'; did you mean '--server'?"),
        (["docter"], "unknown command 'docter'; did you mean 'doctor'?"),
        (["run", "everything"], "unknown command 'run everything'; there is: run"),
        (["--server"], "--server: expected one argument; see tars-pi --help"),
    ],
)
def test_a_wrong_command_line_is_refused(argv: list[str], complaint: str) -> None:
    assert problems("device", argv) == [complaint]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("key", "unknown command 'key'; there is: key add NAME, key list, key remove NAME"),
        ("key ad kitchen", "unknown command 'key ad kitchen'; there is: key add NAME, key list, key remove NAME"),
        ("key add", "unknown command 'key add'; there is: key add NAME, key list, key remove NAME"),
        ("keys list", "unknown command 'keys'; did you mean 'key'?"),
        ("key add ../kitchen", "NAME of `key add NAME` must be 1 to 64 letters, digits, - and _, not '../kitchen'"),
    ],
)
def test_a_wrong_command_of_several_words_is_refused(words: str, complaint: str) -> None:
    assert problems("server", words.split()) == [complaint]


@pytest.mark.parametrize("argv", [["--key", KEY], [f"--key={KEY}"]])
def test_a_key_is_no_option_and_is_never_repeated(argv: list[str]) -> None:
    assert problems("device", argv) == ["there is no option --key; set key in the file, or the variable TARS_KEY"]


def test_a_key_is_not_shown_with_its_configuration() -> None:
    assert KEY not in repr(load_device([], {"TARS_KEY": KEY})[1])


@pytest.mark.parametrize(
    ("given", "folder"),
    [("", "~/.local/state/tars"), ("/var/lib/tars", "/var/lib/tars"), ("/var/lib/tars:/var/lib/other", "/var/lib/tars")],
)
def test_the_state_folder_is_what_systemd_gives(monkeypatch: pytest.MonkeyPatch, given: str, folder: str) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", given)
    assert load_server([], {})[1].state == Path(folder).expanduser()


def test_an_unknown_variable_is_refused() -> None:
    assert problems("device", environ={"TARS_SEVER": "ws://tars"}) == ["unknown variable 'TARS_SEVER'; did you mean 'TARS_SERVER'?"]


def test_limits_must_keep_their_relations() -> None:
    assert problems("server", environ={"TARS_LIMITS_BRAIN_LIMIT": "20"}) == [
        "limits: it must hold that answer_limit > brain_limit, but answer_limit is 12 and brain_limit is 20; change one of them"
    ]


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    file = tmp_path / "kitchen.yaml"
    file.write_text("sever: ws://tars\nlog: xml\n")
    environ = {"TARS_PROTOCOL": "v2", "TARS_LIMITS_BRAIN_LIMIT": "20"}
    found = problems("device", ["--config", str(file), "--device", "a b"], environ)
    assert [problem.partition(" ")[0] for problem in found] == ["unknown", "log", "TARS_PROTOCOL", "--device", "limits:"]


# --- help, version, documents ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", ["device", "server"])
def test_help_names_every_option_and_setting(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        LOADERS[program](["--help"], {})
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert all(f"--{option} " in said for option in OPTIONS[program])
    assert all(item.name in said.replace("-", "_") for item in fields(PROGRAMS[program].kind))


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        load_server(["--version"], {})
    assert ended.value.code == 0
    assert re.fullmatch(r"tars-server \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize("program", ["device", "server"])
def test_the_example_is_current(program: str) -> None:
    command = f"python -m tars.{program}.settings > docs/{program}.example.yaml"
    assert (DOCS / f"{program}.example.yaml").read_text() == example(PROGRAMS[program]), f"out of date; run: {command}"


@pytest.mark.parametrize("program", ["device", "server"])
def test_the_example_without_its_comment_signs_is_the_default(tmp_path: Path, program: str) -> None:
    config = from_file(tmp_path, program, re.sub(r"(?m)^#(?! \S)", "", example(PROGRAMS[program])))
    assert config == (DeviceConfig(device="kitchen") if program == "device" else ServerConfig(personas=(Persona("Jarvis"),)))


def test_without_a_file_no_yaml_is_imported() -> None:
    code = "import sys; from tars.device.settings import load; load([], {}); sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_home_directory_is_meant_by_a_tilde_in_the_path_of_a_sound_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/cooper")
    _, config = load_device(["--microphone", "file:~/said.wav", "--speaker", "file:heard.wav"], {})
    assert (config.microphone, config.speaker) == ("file:/home/cooper/said.wav", "file:heard.wav")


def test_a_user_without_a_home_directory_is_told_to_name_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_000_000)
    with pytest.raises(ConfigError, match="no home directory to keep state in: name a folder with --state, or set HOME"):
        load_server([], {})
    _, config = load_server(["--state", "/srv/tars"], {})
    assert str(config.state) == "/srv/tars"
    with pytest.raises(ConfigError, match=r"there is no such home directory: '~/said\.wav'"):
        load_device(["--microphone", "file:~/said.wav"], {})
