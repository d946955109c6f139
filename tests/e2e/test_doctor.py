"""`tars-pi doctor` and `tars-server doctor`: what is well, and what to do about the rest."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.programs import program, tars_server
from tests.sounds import quiet, write_wav


def doctor(module: str, *options: str | Path, status: int, **variables: str) -> str:
    """What a doctor says."""
    with program(module, "doctor", *options, **variables) as running:
        assert running.exits() == status, running.output
        assert "Traceback" not in running.output
        return running.output


def test_of_a_device_that_has_everything(tmp_path: Path) -> None:
    write_wav(tmp_path / "said.wav", quiet(1.5))
    with tars_server() as (server, url):
        sound = ["--microphone", f"file:{tmp_path / 'said.wav'}", "--speaker", f"file:{tmp_path / 'heard.wav'}"]
        said = doctor("tars.device", *sound, "--wake-word", "hey_jarvis", "--server", url, status=0)
        server.says("probed")
        server.stop()
    assert f"{url} answers and speaks tars.v1" in said
    assert "1.5 s" in said
    assert "hey_jarvis" in said
    assert said.endswith("all is well")
    assert not (tmp_path / "heard.wav").exists(), "a doctor only looks"


def test_of_a_device_that_has_nothing(tmp_path: Path) -> None:
    with tars_server() as (server, url):
        server.stop()
    said = doctor("tars.device", "--wake-word", tmp_path / "hey_tars.onnx", "--server", url, status=1)
    assert "microphone: there is no microphone on this machine: plug one in" in said
    assert "speaker: there is no speaker on this machine: plug one in" in said
    assert "there is no such wake word model" in said
    assert f"{url} does not answer" in said
    assert "Is tars-server running there" in said
    assert "to mend" in said


def test_of_a_server_that_could_start_and_of_one_that_runs() -> None:
    with tars_server() as (server, url):
        port = url.rpartition(":")[2]
        assert f"taken: {url} answers and speaks tars.v1" in doctor("tars.server", "--brain", "echo", "--port", port, status=0)
        server.stop()
    said = doctor("tars.server", "--brain", "echo", "--port", port, status=0)
    assert f"127.0.0.1:{port} is free" in said
    assert said.endswith("all is well")


def test_of_a_server_whose_port_somebody_else_has_and_whose_model_is_missing(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        port = other.server_address[1]
        said = doctor("tars.server", "--port", str(port), status=1, TARS_RECOGNISER_MODEL=str(tmp_path / "nothing"))
        other.shutdown()
    assert f"ws://127.0.0.1:{port} does not answer" in said
    assert str(tmp_path / "nothing") in said
    assert "to mend" in said
