"""A question that is no command, from the microphone through a language model to the speaker."""

from __future__ import annotations

from pathlib import Path

from tars.demo.voice import Phrase, speak
from tests.brains.reply.llm.llama import Llama
from tests.programs import program, read_trace, tars_pi, url_of
from tests.sounds import read_wav, write_wav

LONG = 60.0
"""Seconds that a busy machine may take: the model, whisper and both programs compute on it."""


def test_a_spoken_question_that_is_no_command_is_answered_by_a_language_model(tmp_path: Path, trace_dir: Path) -> None:
    llama = Llama()
    (tmp_path / "server.yaml").write_text(
        "brain: {hear: whisper, reply: [intents, llm], speak: hibari}\n"
        f"llm: {{url: '{llama.url}', model: SmolLM2, answer_tokens: 24, timeout: 25}}\n"
    )
    phrases = [Phrase("Hey Jarvis.", pause=2.0), Phrase("Tell me something about the moon.", pause=0.3)]
    voice, _ = speak(phrases)
    write_wav(tmp_path / "said.wav", voice)
    sound = ["--microphone", f"file:{tmp_path / 'said.wav'}", "--speaker", f"file:{tmp_path / 'heard.wav'}"]
    options = ("--config", tmp_path / "server.yaml", "--trace", trace_dir / "server.jsonl")
    with program("tars.server", "--port", "0", *options) as server:
        with tars_pi(url_of(server, LONG), *sound, "--trace", trace_dir / "device.jsonl", wake_word="hey_jarvis") as pi:
            pi.says("DRAINING -> USER_TURN", within=LONG)
            pi.stop()
        server.stop()
    (answer,) = [line["payload"] for line in read_trace(trace_dir / "server.jsonl") if line["event"] == "answered"]
    assert "moon" in answer["heard"]
    assert "moon" in answer["text"].lower()
    assert read_wav(tmp_path / "heard.wav").any()
