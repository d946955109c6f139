"""What a user can get wrong is answered with a sentence that says what to do, and status 1; never with a traceback."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.programs import program, tars_server
from tests.sounds import quiet, write_wav


def complains(module: str, *options: str | Path, **variables: str) -> str:
    """Run a program that cannot start; what it says last."""
    with program(module, *options, **variables) as running:
        assert running.exits() == 1, running.output
        assert "Traceback" not in running.output
        return running.lines[-1]


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        complaint = complains("tars.server", "--brain", "echo", "--port", str(port))
    assert f"cannot listen on 127.0.0.1:{port}" in complaint
    assert "choose another --port" in complaint


def test_an_address_that_is_not_of_this_machine() -> None:
    assert "cannot listen on 192.0.2.1:7456" in complains("tars.server", "--brain", "echo", "--host", "192.0.2.1")


def test_a_brain_that_there_is_not() -> None:
    complaint = complains("tars.server", "--brain", "echoo", "--port", "0")
    assert "echoo" in complaint
    assert "echo, gemini-elevenlabs, gemini-live, home-assistant, llm, offline, openai-realtime" in complaint


def test_a_recogniser_that_is_missing(tmp_path: Path) -> None:
    complaint = complains("tars.server", "--port", "0", TARS_RECOGNISER_MODEL=str(tmp_path / "nothing"))
    assert str(tmp_path / "nothing") in complaint


def test_a_folder_for_recordings_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    complaint = complains("tars.server", "--brain", "echo", "--port", "0", "--record", tmp_path / "file")
    assert "choose another --record" in complaint


@pytest.mark.parametrize("module", ["tars.server", "tars.device"])
def test_a_trace_that_cannot_be_written(module: str, tmp_path: Path) -> None:
    write_wav(tmp_path / "said.wav", quiet(1))
    options = ["--brain", "echo"] if module == "tars.server" else ["--microphone", f"file:{tmp_path / 'said.wav'}", "--wake-word", "none"]
    complaint = complains(module, *options, "--trace", tmp_path / "no" / "trace.jsonl")
    assert "choose another --trace" in complaint


def test_a_wake_word_model_that_is_missing(tmp_path: Path) -> None:
    write_wav(tmp_path / "said.wav", quiet(1))
    sound = ["--microphone", f"file:{tmp_path / 'said.wav'}", "--speaker", "none"]
    assert "there is no such wake word model" in complains("tars.device", *sound, "--wake-word", tmp_path / "hey_tars.onnx")
    assert "There is no 'hey_tarzan'" in complains("tars.device", *sound, "--wake-word", "hey_tarzan")


def test_a_machine_without_a_microphone() -> None:
    complaint = complains("tars.device", "--wake-word", "none", "--speaker", "none")
    assert "there is no microphone on this machine: plug one in" in complaint


def test_a_recording_that_is_missing_or_none(tmp_path: Path) -> None:
    missing, none = tmp_path / "missing.wav", tmp_path / "none.wav"
    none.write_text("hello")
    for file, reason in ((missing, "there is no such file"), (none, "it cannot be read as sound: Format not recognised")):
        assert reason in complains("tars.device", "--microphone", f"file:{file}", "--wake-word", "none")


def test_a_speaker_that_cannot_be_written(tmp_path: Path) -> None:
    write_wav(tmp_path / "said.wav", quiet(1))
    sound = ["--microphone", f"file:{tmp_path / 'said.wav'}", "--speaker", f"file:{tmp_path}"]
    assert "give the speaker another file" in complains("tars.device", *sound, "--wake-word", "none")


@pytest.mark.parametrize("module", ["tars.server", "tars.device"])
def test_a_configuration_with_mistakes(module: str, tmp_path: Path) -> None:
    config = tmp_path / "tars.yaml"
    config.write_text("trase: x\n")
    assert "did you mean 'trace'?" in complains(module, "--config", config)


def test_a_server_that_never_answers_when_attempts_are_limited(tmp_path: Path) -> None:
    write_wav(tmp_path / "said.wav", quiet(30))
    with tars_server() as (server, url):
        server.stop()
    sound = ["--microphone", f"file:{tmp_path / 'said.wav'}", "--speaker", "none", "--wake-word", "none"]
    limits = {"TARS_MAX_ATTEMPTS": "3", "TARS_LIMITS_BACKOFF": "0.01,0.01,0.01,0.01,0.01"}
    complaint = complains("tars.device", *sound, "--server", url, **limits)
    assert complaint == f"no link to {url}: 3 attempts in a row have failed (max_attempts). Is tars-server running there?"
