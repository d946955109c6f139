"""One question, with everything that the demo has: wake word, recognition, answer, speech."""

from __future__ import annotations

from pathlib import Path

from tars.demo.voice import Phrase, speak
from tests.programs import read_trace, tars_pi, tars_server
from tests.sounds import read_wav, write_wav


def test_a_spoken_question_gets_a_spoken_answer(tmp_path: Path, trace_dir: Path) -> None:
    voice, _ = speak([Phrase("Hey Jarvis.", pause=2.0), Phrase("What is seven times eight?", pause=0.3)])
    write_wav(tmp_path / "said.wav", voice)
    sound = ["--microphone", f"file:{tmp_path / 'said.wav'}", "--speaker", f"file:{tmp_path / 'heard.wav'}"]
    with tars_server("--trace", trace_dir / "server.jsonl", brain="offline") as (server, url):
        with tars_pi(url, *sound, "--trace", trace_dir / "device.jsonl", wake_word="hey_jarvis") as pi:
            pi.says("DRAINING -> USER_TURN")
            pi.stop()
        server.stop()
    (answer,) = [line["payload"] for line in read_trace(trace_dir / "server.jsonl") if line["event"] == "answered"]
    assert "56" in answer["text"]
    assert {"recognition", "reply"} <= set(answer["stages"])
    assert read_wav(tmp_path / "heard.wav").any()
