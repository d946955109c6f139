"""A question from the microphone through Wyoming services and Home Assistant to the speaker, with both programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tars.brains.hear.wyoming import FAILED
from tars.demo.voice import Phrase, speak
from tests.brains.reply.home_assistant.fake_home_assistant import LAMP, TOKEN, FakeHomeAssistant, Said
from tests.brains.wyoming_servers import real_services
from tests.in_thread import in_thread
from tests.programs import program, read_trace, tars_pi, url_of
from tests.sounds import read_wav, write_wav

LONG = 60.0
"""Seconds that a busy machine may take: both services and both programs compute on it."""


def answered(folder: Path, trace_dir: Path, configuration: str) -> tuple[dict[str, Any], str]:
    """What the server has recognised and answered, and its log. The session goes on after the answer."""
    (folder / "server.yaml").write_text(configuration)
    voice, _ = speak([Phrase("Hey Jarvis.", pause=2.0), Phrase("Turn on the light in the kitchen.", pause=0.3)])
    write_wav(folder / "said.wav", voice)
    sound = ["--microphone", f"file:{folder / 'said.wav'}", "--speaker", f"file:{folder / 'heard.wav'}", "--device", "kitchen"]
    with program("tars.server", "--port", "0", "--config", folder / "server.yaml", "--trace", trace_dir / "server.jsonl") as server:
        with tars_pi(url_of(server, LONG), *sound, "--trace", trace_dir / "device.jsonl", wake_word="hey_jarvis") as pi:
            pi.says("DRAINING -> USER_TURN", within=LONG)
            pi.stop()
        server.stop()
    assert read_wav(folder / "heard.wav").any()
    answers = [line["payload"] for line in read_trace(trace_dir / "server.jsonl") if line["event"] == "answered"]
    return answers[0], server.output


def test_a_command_is_recognised_carried_out_and_answered_by_services_in_the_house(tmp_path: Path, trace_dir: Path) -> None:
    fake = FakeHomeAssistant([Said("Turned on the light")])
    with real_services(tmp_path) as services, in_thread(fake):
        answer, log = answered(
            tmp_path,
            trace_dir,
            "brain: {hear: wyoming, reply: [intents, home-assistant], speak: wyoming}\n"
            f"wyoming: {{hear: '{services.hear}', speak: '{services.speak}', timeout: 30}}\n"
            f"home_assistant: {{url: '{fake.url}', token: {TOKEN}, devices: {{kitchen: {LAMP}}}}}\n",
        )
    assert answer["text"] == "Turned on the light"
    (run,) = fake.runs
    assert run["input"]["text"] == answer["heard"] == "turn on the light in the kitchen"
    assert run["device_id"] == LAMP
    assert TOKEN not in log


def test_a_recogniser_that_is_not_there_is_told_and_the_session_goes_on(tmp_path: Path, trace_dir: Path) -> None:
    configuration = "brain: {hear: wyoming, reply: [intents], speak: hibari}\nwyoming: {hear: 'tcp://127.0.0.1:1'}\n"
    answer, log = answered(tmp_path, trace_dir, configuration)
    assert answer["text"] == FAILED
    assert "recognition failed" in log
    assert "is the service running, and wyoming.hear right?" in log
