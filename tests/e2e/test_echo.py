"""Both programs, a file as microphone, and a brain that says again what it heard: every sample can be accounted for."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import numpy as np

from tars.demo.voice import say
from tars.samples import BLOCK, RATE, Samples, to_pcm
from tests.in_process import device, until
from tests.programs import read_trace, tars_pi, tars_server
from tests.sounds import noise, quiet, read_wav, write_wav

QUICK_END = {"TARS_LIMITS_SESSION_TIMEOUT": "1.5"}
"""A conversation ends after so many seconds of silence, so that nobody waits for thirty."""


def beginnings(trace: Path) -> list[tuple[str, int]]:
    """The session of each utterance that has reached the server, and where in the capture it begins."""
    return [(line["session"], line["payload"]["at"]) for line in read_trace(trace) if line["event"] == "first_sample_received"]


def check_recordings(folder: Path, trace: Path, captured: Samples) -> list[tuple[int, Samples]]:
    """Each recording is what was captured from where its utterance begins, and none overlaps another; (beginning, samples).

    A session that ends before its brain was given a sample has no recording.
    """
    turns, recordings = Counter[str](), list[tuple[int, Samples]]()
    for session, at in beginnings(trace):
        turns[session] += 1
        path = folder / f"kitchen-{session}-{turns[session]}.wav"
        if path.exists():
            recordings.append((at, read_wav(path)))
    assert len(recordings) == len(list(folder.glob("*.wav"))), "each recording belongs to an utterance"
    heard = np.concatenate([captured, np.zeros(60 * RATE, np.int16)])
    end = 0
    for at, samples in recordings:
        assert at >= end, "an utterance holds samples of the one before"
        assert len(samples)
        assert np.array_equal(samples, heard[at : at + len(samples)])
        end = at + len(samples)
    return recordings


def test_three_turns_by_push_to_talk_are_recorded_and_answered_sample_by_sample(tmp_path: Path, trace_dir: Path) -> None:
    recordings = tmp_path / "recordings"
    answers = tmp_path / "answers.wav"
    said = write_wav(tmp_path / "said.wav", quiet(1), noise(0.6), quiet(4.3, seed=3), noise(0.6, seed=4), quiet(0.2, seed=5))
    with tars_server("--record", recordings, "--trace", trace_dir / "server.jsonl", **QUICK_END) as (server, url):
        sound = ["--microphone", f"file:{tmp_path / 'said.wav'}", "--speaker", f"file:{answers}"]
        with tars_pi(url, *sound, "--trace", trace_dir / "device.jsonl") as pi:
            pi.says("continuity UNLINKED -> LINKED")
            pi.press_enter()
            assert pi.exits() == 0, "by itself, when the file is over"
        server.stop()
    taken = check_recordings(recordings, trace_dir / "server.jsonl", said)
    assert [path.stem.split("-")[2] for path in sorted(recordings.glob("kitchen-*"))] == ["1", "2", "3"]
    (_, first), (_, second), (_, silence) = taken
    assert len(silence) % BLOCK == 0
    assert len(silence) >= RATE
    assert not silence.any(), "after the end of the file there are exact zeros"
    heard = to_pcm(read_wav(answers))
    for utterance in (first, second):
        complete = to_pcm(utterance[: len(utterance) - 4 * BLOCK])  # a few blocks more may have come before the device knew
        assert complete in heard, "each answer is what was said, in one piece"
    (link,) = [line for line in read_trace(trace_dir / "device.jsonl") if line["event"] == "welcome"]
    assert link["outcome"] == "taken"


def test_two_hotwords_close_together_share_no_sample(tmp_path: Path, trace_dir: Path) -> None:
    recordings = tmp_path / "recordings"
    hey = say("Hey Jarvis.")
    said = write_wav(tmp_path / "said.wav", quiet(1.2), hey, quiet(1, seed=3), hey, quiet(0.8, seed=4), noise(0.4), quiet(0.2, seed=5))
    with tars_server("--record", recordings, "--trace", trace_dir / "server.jsonl", **QUICK_END) as (server, url):
        sound = ["--microphone", f"file:{tmp_path / 'said.wav'}"]
        with tars_pi(url, *sound, "--trace", trace_dir / "device.jsonl", wake_word="hey_jarvis") as pi:
            pi.says("HOTWORD_DETECTED -> ACTIVE_SESSION")
            pi.press_enter()  # the first conversation ends before it has begun
            pi.says("ACTIVE_SESSION -> LISTENING")
            pi.says("HOTWORD_DETECTED -> ACTIVE_SESSION", times=2)
            pi.says("THINKING -> SPEAKING")
            pi.stop()
        server.stop()
    *_, (beginning, second) = check_recordings(recordings, trace_dir / "server.jsonl", said)
    hotwords = [line for line in read_trace(trace_dir / "device.jsonl") if line["event"] == "hotword" and line["to"] == "HOTWORD_DETECTED"]
    assert len(hotwords) == 2
    assert hotwords[1]["payload"]["at"] - beginning < 2 * RATE, "with all of its pre-roll it would have reached into the first"
    assert to_pcm(noise(0.4)) in to_pcm(second)


def test_an_utterance_of_a_minute_is_recorded_to_its_last_sample(tmp_path: Path, trace_dir: Path) -> None:
    """The device is in this process and hears faster than time passes, so that nobody waits for a minute."""
    recordings = tmp_path / "recordings"
    minute = noise(60)

    async def story(url: str) -> None:
        async with device(url) as kitchen:
            kitchen.press_enter()
            await kitchen.steps.states(session="ACTIVE_SESSION")
            ring, outbox = kitchen.device_runner.core.ring, kitchen.device_runner.core.link.outbox
            for part in np.split(minute, 50):
                await kitchen.hears(part)
                # The ring keeps 40 s that are not acknowledged.
                await until(lambda: outbox.oldest_sample is None or ring.end - outbox.oldest_sample < 20 * RATE)
            await kitchen.hears(quiet(0.8))
            await kitchen.steps.states(turn="SPEAKING")
            kitchen.press_enter()  # nobody wants to hear it again
            await kitchen.steps.states(turn="USER_TURN")

    with tars_server("--record", recordings, "--trace", trace_dir / "server.jsonl") as (server, url):
        asyncio.run(story(url))
        server.says("session LISTENING -> IDLE")
        server.stop()
    (recording,) = recordings.glob("*-1.wav")
    assert np.array_equal(read_wav(recording), np.concatenate([minute, quiet(0.8)]))
