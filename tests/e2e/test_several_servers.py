"""Two servers as processes on one Redis: the one that holds a conversation is killed, and the other one goes on with it."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tars.samples import BLOCK, Samples
from tests.faults.brain import NAME as SLOW_ECHO
from tests.faults.proof import account, common, find, utterance
from tests.faults.speech import speech
from tests.in_process import until
from tests.programs import Program, program, read_trace, url_of
from tests.redis_server import RedisServer, free_port
from tests.sounds import read_wav, write_wav

CONFIGURATION = Path(__file__).parent.parent.parent / "docs" / "haproxy.cfg"


@dataclass
class House:
    """Two servers, and a device that is linked to the first."""

    first: Program
    second: Program
    kitchen: Program
    folder: Path
    said: Samples

    def kill_the_first(self) -> None:
        """`kill -9`, and it does not come back."""
        self.first.process.kill()
        self.first.process.wait()

    def traced(self, event: str) -> list[dict[str, Any]]:
        """The lines of this event in the trace of the device."""
        return [line for line in read_trace(self.folder / "device.jsonl") if line["event"] == event]

    def until_traced(self, event: str) -> None:
        """Wait for the first of them."""
        asyncio.run(until(lambda: self.traced(event)))

    def heard(self) -> Samples:
        """What was said first, from the button to the pause."""
        opened = next(line for line in self.traced("button") if line["machine"] == "session")
        heard = utterance(self.said[opened["payload"]["at"] :])
        assert heard is not None
        return heard

    def played(self) -> Samples:
        """All that the speaker has played. The device has stopped."""
        self.kitchen.stop()
        return read_wav(self.folder / "played.wav")


@contextmanager
def haproxy(folder: Path, *servers: str) -> Iterator[str]:
    """haproxy with the configuration of the documentation, in front of these servers; its URL."""
    text, port = CONFIGURATION.read_text(), free_port()
    text = text.replace("bind :7456", f"bind 127.0.0.1:{port}")
    for number, url in enumerate(servers, 11):
        text = text.replace(f"192.168.1.{number}:7456", url.removeprefix("ws://"))
    (folder / "haproxy.cfg").write_text(text)
    subprocess.run(["haproxy", "-c", "-f", folder / "haproxy.cfg"], check=True, capture_output=True)
    process = subprocess.Popen(["haproxy", "-db", "-f", folder / "haproxy.cfg"], stderr=subprocess.DEVNULL)
    try:
        yield f"ws://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@contextmanager
def house(folder: Path, redis: RedisServer, *, balanced: bool = False) -> Iterator[House]:
    """`balanced`: the device knows the address of a balancer and no other."""
    said = write_wav(folder / "said.wav", speech(3))
    options = ("--port", "0", "--brain", SLOW_ECHO)
    sound = ["--microphone", f"file:{folder / 'said.wav'}", "--speaker", f"file:{folder / 'played.wav'}"]
    with (
        program("tests.faults.server", *options, TARS_STORE=redis.url) as first,
        program("tests.faults.server", *options, TARS_STORE=redis.url) as second,
        ExitStack() as opened,
    ):
        servers = [url_of(first), url_of(second)]
        urls = [opened.enter_context(haproxy(folder, *servers))] if balanced else servers
        place = ("--server", urls[0], "--device", "kitchen", "--wake-word", "none", "--trace", folder / "device.jsonl")
        others = {"TARS_OTHER_SERVERS": ",".join(urls[1:])}
        kitchen = opened.enter_context(program("tars.device", *place, *sound, stdin=subprocess.PIPE, **others))
        kitchen.says("continuity UNLINKED -> LINKED")
        if "continuity UNLINKED -> LINKED" not in first.output:
            first, second = second, first
        yield House(first, second, kitchen, folder, said)


PHASES = {"hotword": "LISTENING -> HOTWORD_DETECTED", "speaking": "NO_TURN -> USER_TURN", "thinking": "USER_TURN -> THINKING"}


@pytest.mark.parametrize(("phase", "balanced"), [*((phase, False) for phase in PHASES), ("speaking", True)])
def test_a_question_outlives_the_server_that_was_asked(phase: str, balanced: bool, tmp_path: Path, redis: RedisServer) -> None:
    with house(tmp_path, redis, balanced=balanced) as both:
        both.kitchen.press_enter()
        both.kitchen.says(PHASES[phase])
        both.kill_the_first()
        both.second.says("continuity INTERRUPTED -> LINKED" if phase != "hotword" else "LINKED")
        both.kitchen.says("turn DRAINING -> USER_TURN")
        assert "session not resumed" not in both.second.output
        heard = both.heard()
        played = account(both.played(), [heard])
        assert played.wrong == []
        assert played.replies == [len(heard)], "one answer, each sample once"
        assert both.second.output.count("answers") == 1


def test_an_answer_outlives_the_server_that_gave_it_as_far_as_it_was_made(tmp_path: Path, redis: RedisServer) -> None:
    with house(tmp_path, redis) as both:
        both.kitchen.press_enter()
        both.kitchen.says("THINKING -> SPEAKING")
        both.until_traced("first_reply_sample")
        both.kill_the_first()
        both.second.says("reply cut short: its server is gone")
        both.kitchen.says("turn DRAINING -> USER_TURN")
        heard, played = both.heard(), both.played()
        begins = find(played, heard[:100])
        assert begins is not None
        length = common(heard, played[begins:])
        assert length >= BLOCK
        assert find(played[begins + length :], heard[length : length + 100]) is None, "the rest was not made"
        assert "answers" not in both.second.output, "it is not answered again"


@pytest.mark.parametrize("lives", [True, False])
def test_what_is_to_be_said_after_a_death_is_said_by_the_other_server_or_the_command_learns_that_the_device_is_away(
    lives: bool, tmp_path: Path, redis: RedisServer
) -> None:
    with house(tmp_path, redis) as both:
        if not lives:
            both.kitchen.process.kill()
        both.kill_the_first()
        with program("tars.server", "say", "kitchen", "Dinner.", "--state", tmp_path / "state", TARS_STORE=redis.url) as said:
            assert said.exits() == 0
        assert said.output.startswith("Spoken on kitchen." if lives else "kitchen is away. It waits until")
