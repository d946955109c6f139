"""The server speaks first: both programs, and the commands as people type them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.programs import Program, program, read_trace, tars_pi, tars_server
from tests.sounds import noise, quiet, write_wav

QUICK_END = {"TARS_LIMITS_SESSION_TIMEOUT": "1.5"}
TEXT = "Dinner."


@pytest.fixture
def microphone(tmp_path: Path) -> list[str]:
    write_wav(tmp_path / "said.wav", quiet(90))
    return ["--microphone", f"file:{tmp_path / 'said.wav'}"]


@contextmanager
def command(*words: str | Path, state: Path, within: str = "1h") -> Iterator[Program]:
    """A command beside the server."""
    with program("tars.server", *words, "--state", state, "--expiry", within) as running:
        yield running


def run(*words: str | Path, state: Path, within: str = "1h") -> tuple[int, str]:
    """A command, to its end: its status and what it says."""
    with command(*words, state=state, within=within) as running:
        return running.exits(), running.output


def spoken(trace: Path) -> list[str]:
    """The sessions of the announcements that this device has heard to their end."""
    ended = [line for line in read_trace(trace) if (line["machine"], line["event"]) == ("session", "end_wanted")]
    return [line["session"] for line in ended if line["payload"]["reason"] == "heard"]


def test_a_device_that_listens_speaks_at_once(tmp_path: Path, trace_dir: Path, microphone: list[str]) -> None:
    state = tmp_path / "state"
    with tars_server("--state", state, "--trace", trace_dir / "server.jsonl") as (server, url):
        with tars_pi(url, *microphone, "--trace", trace_dir / "device.jsonl") as pi:
            server.says("link ")
            assert run("say", "kitchen", TEXT, state=state) == (0, "Spoken on kitchen.")
            pi.stop()
        server.stop()
    assert len(spoken(trace_dir / "device.jsonl")) == 1
    assert not [line for line in read_trace(trace_dir / "server.jsonl") if line["event"] == "first_sample_received"]


def test_what_is_said_in_a_conversation_is_spoken_after_it(tmp_path: Path, trace_dir: Path, microphone: list[str]) -> None:
    state = tmp_path / "state"
    with tars_server("--state", state, "--trace", trace_dir / "server.jsonl") as (server, url):
        with tars_pi(url, *microphone, "--trace", trace_dir / "device.jsonl") as pi:
            pi.says("continuity UNLINKED -> LINKED")
            pi.press_enter()
            pi.says("turn NO_TURN -> USER_TURN")
            with command("say", "kitchen", TEXT, state=state) as saying:
                # The server has read the store when it answers about another device.
                assert run("say", "bath", TEXT, state=state)[1].startswith("bath is away.")
                assert "ANNOUNCEMENT" not in pi.output
                pi.press_enter()
                assert (saying.exits(), saying.output) == (0, "Spoken on kitchen.")
            pi.stop()
        server.stop()
    lines = [line for line in read_trace(trace_dir / "device.jsonl") if (line["machine"], line["outcome"]) == ("session", "taken")]
    events = ["start", "button", "session_started", "end_wanted", "announcement_waits", "end_wanted", "stop"]
    assert [line["event"] for line in lines] == events


def test_an_announcement_waits_for_a_device_that_is_away_and_outlives_the_server(
    tmp_path: Path, trace_dir: Path, microphone: list[str]
) -> None:
    state = tmp_path / "state"
    with tars_server("--state", state) as (server, _):
        status, said = run("say", "kitchen", TEXT, state=state)
        assert (status, said.partition(" until ")[0]) == (0, "kitchen is away. It waits")
        server.process.kill()
    status, said = run("say", "kitchen", "And it is getting cold.", state=state)
    assert (status, said.partition(" until ")[0]) == (0, "No tars-server runs with this store. It waits")
    assert run("say", "kitchen", "Too late.", state=state, within="0.001s")[0] == 0
    with tars_server("--state", state, "--trace", trace_dir / "server.jsonl") as (server, url):
        with tars_pi(url, *microphone, "--trace", trace_dir / "device.jsonl") as pi:
            server.says("outcome=spoken", 2)
            # Nothing more is said: what is asked next comes next.
            assert run("say", "kitchen", "Hello.", state=state)[0] == 0
            pi.stop()
        server.stop()
    texts = [line.partition("text=")[2].partition(" answer=")[0].strip('"') for line in server.lines if "outcome=spoken" in line]
    assert texts == [TEXT, "And it is getting cold.", "Hello."]
    assert len(set(spoken(trace_dir / "device.jsonl"))) == 3


def test_what_a_killed_server_was_saying_is_said_whole_by_the_next(tmp_path: Path, trace_dir: Path, microphone: list[str]) -> None:
    state = tmp_path / "state"
    long = "This is a rather long announcement, of more than four seconds, so that it can be cut. And it goes on and on."
    with tars_server("--state", state) as (server, url):
        port = url.rpartition(":")[2]
        with tars_pi(url, *microphone, "--trace", trace_dir / "device.jsonl") as pi:
            server.says("link ")
            with command("say", "kitchen", long, state=state) as saying:
                pi.says("turn ANNOUNCEMENT -> SPEAKING")
                server.process.kill()
                server.process.wait()
                with program("tars.server", "--brain", "echo", "--port", port, "--state", state) as next_one:
                    next_one.says("outcome=spoken")
                    # The device may be back before the next server has read the store, or after it.
                    assert saying.exits() == 0
                    assert saying.output.startswith(("Spoken on kitchen.", "kitchen is away. It waits until"))
                    pi.stop()
                    next_one.stop()
    assert len(spoken(trace_dir / "device.jsonl")) == 1, "the first was not heard to its end"


def test_a_question_is_answered(tmp_path: Path, trace_dir: Path) -> None:
    state = tmp_path / "state"
    write_wav(tmp_path / "said.wav", quiet(2.5), *[part for _ in range(12) for part in (noise(0.5), quiet(2))])
    sound = ["--microphone", f"file:{tmp_path / 'said.wav'}"]
    with tars_server("--state", state, "--trace", trace_dir / "server.jsonl") as (server, url):
        with tars_pi(url, *sound, "--trace", trace_dir / "device.jsonl") as pi:
            server.says("link ")
            status, answer = run("ask", "kitchen", "Here?", state=state)
            assert (status, answer.endswith("s of sound")) == (0, True)
            pi.says("session ACTIVE_SESSION -> LISTENING")
            pi.stop()
        server.stop()
    turns = [line["event"] for line in read_trace(trace_dir / "device.jsonl") if line["machine"] == "turn"]
    assert turns[:6] == ["announcement_began", "start_of_tts_stream", "tts_stream_end", "drained", "user_turn_end", "session_over"]


def test_a_question_that_nobody_answers(tmp_path: Path, trace_dir: Path, microphone: list[str]) -> None:
    state = tmp_path / "state"
    with tars_server("--state", state, "--trace", trace_dir / "server.jsonl", **QUICK_END) as (server, url):
        with tars_pi(url, *microphone, "--trace", trace_dir / "device.jsonl") as pi:
            server.says("link ")
            status, said = run("ask", "kitchen", "Is anybody here?", state=state)
            assert (status, "nobody has answered on kitchen" in said) == (1, True)
            pi.stop()
        status, said = run("ask", "kitchen", "Are you there?", state=state, within="1s")
        assert (status, "it was not spoken on kitchen in time, and is expired" in said) == (1, True)
        server.stop()


def test_a_question_is_withdrawn_with_its_command(tmp_path: Path, trace_dir: Path, microphone: list[str]) -> None:
    state = tmp_path / "state"
    with tars_server("--state", state, "--trace", trace_dir / "server.jsonl") as (server, url):
        with command("ask", "kitchen", "Are you there?", state=state) as asking:
            assert run("say", "bath", TEXT, state=state)[0] == 0
            asking.stop(signal.SIGINT)
            assert asking.output == "The question is withdrawn."
        # The server sees it within half a second: it has read the store when it answers about another device.
        assert run("say", "bath", TEXT, state=state)[0] == 0
        with tars_pi(url, *microphone, "--trace", trace_dir / "device.jsonl") as pi:
            server.says("link ")
            assert run("say", "kitchen", TEXT, state=state)[0] == 0
            pi.stop()
        server.stop()
    assert "Are you there?" not in server.output


def test_mistakes_are_explained(tmp_path: Path) -> None:
    state = tmp_path / "state"
    status, said = run("ask", "kitchen", "Are you there?", state=state)
    assert (status, "no tars-server runs with this store" in said) == (1, True)
    status, said = run("say", "kitchen", "", state=state)
    assert (status, "TEXT of `say NAME TEXT` must be 1 to 1000 characters, not 0" in said) == (1, True), said
    status, said = run("say", "kitchen", TEXT, state=state, within="soon")
    assert (status, "--expiry must be a number of seconds, or one with s, m, h or d, such as 30m" in said) == (1, True), said
    assert run("key", "add", "hall", state=state)[0] == 0
    status, said = run("say", "kitchen", TEXT, state=state)
    assert (status, "there is no device kitchen" in said) == (1, True)
    status, said = run("say", "browser-4f2a91c0", TEXT, state=state)  # it needs no key
    assert (status, "It waits until" in said) == (0, True), said
