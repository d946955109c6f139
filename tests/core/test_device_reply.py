"""What the device does with a reply that comes in: what is played, what is dropped, what is noted in the trace, and what is refused."""

from __future__ import annotations

import json

import pytest

from tars.core.codec import V1, Audio
from tars.core.effects import CloseSocket, Effect, PauseSpeaker, Play, ResumeSpeaker, Traced
from tars.generated.server import events as server_events
from tars.samples import RATE
from tests.pair import RESUME, Pair
from tests.scenarios.telling import begin_reply, reach


def audio(pair: Pair, at: int, pcm: bytes, stream: int = 1) -> list[Effect]:
    """A piece of a reply comes in."""
    return pair.device.receive(pair.device.link.generation, V1("device").encode_audio(Audio(stream, at, pcm)), pair.now)


def reasons(effects: list[Effect]) -> list[str]:
    """Why the link was closed."""
    return [effect.reason for effect in effects if isinstance(effect, CloseSocket)]


def test_the_first_sample_of_a_reply_is_marked_in_the_trace_once() -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, "THINKING")
    pair.at_server(server_events.ReplyStarted(session, 1))
    pair.carry()
    pieces = [audio(pair, at, pcm) for at, pcm in ((0, b""), (0, b"abcd"), (2, b"efgh"))]
    marks = [[(effect.event, effect.payload) for effect in effects if isinstance(effect, Traced)] for effects in pieces]
    assert marks == [[], [("first_reply_sample", {"stream": 1})], []]


@pytest.mark.parametrize("state", ["SPEAKING", "DRAINING"])
def test_samples_of_a_reply_that_come_again_are_not_played_again(state: str) -> None:
    pair = Pair(limits=RESUME)
    reach(pair, state)
    effects = audio(pair, 0, bytes(2 * RATE))
    assert reasons(effects) == []
    assert not [effect for effect in effects if isinstance(effect, Play)]


def test_samples_that_are_under_way_when_the_user_interrupts_are_not_played() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "SPEAKING")
    pair.hotword()
    effects = audio(pair, RATE, b"abcd")
    assert reasons(effects) == []
    assert not [effect for effect in effects if isinstance(effect, Play)]


def test_who_interrupts_before_any_reply_has_heard_nothing_of_stream_0() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "THINKING")
    pair.hotword()
    said = next(json.loads(frame) for frame in pair.up if isinstance(frame, str))
    assert (said["type"], said["turn"], said["stream"], said["heard"]) == ("barge_in", 2, 0, 0)


def test_a_piece_of_an_older_reply_is_dropped() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "SPEAKING")
    assert audio(pair, 10 * RATE, b"abcd", stream=7) == []


def test_a_reply_that_is_longer_than_its_end_said_closes_the_link() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "DRAINING")
    assert reasons(audio(pair, RATE, b"ab")) == ["stream 1 has 16001 samples, but ended at 16000"]


def test_a_hole_in_a_reply_closes_the_link() -> None:
    pair = Pair(limits=RESUME)
    reach(pair, "SPEAKING")
    assert reasons(audio(pair, RATE + 100, b"ab")) == ["stream 1 goes on at sample 16100, but 16000 comes next: 100 are missing"]


def test_each_resume_is_counted_on_both_sides() -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, "THINKING")
    begin_reply(pair, session, 1)
    for count in (1, 2):
        pair.cut()
        pair.pass_time(4)
        assert (pair.device.resumes, pair.server.resumes) == (count, count)


def test_a_reply_that_nobody_has_interrupted_after_all_is_played_on() -> None:
    pair = Pair(limits=RESUME)
    session = reach(pair, "PAUSED")
    assert (len(pair.done("device", PauseSpeaker)), len(pair.done("device", ResumeSpeaker))) == (1, 0)
    pair.at_server(server_events.InterruptionFalse(session, 1))
    pair.carry()
    assert len(pair.done("device", ResumeSpeaker)) == 1
