"""What a device is told leaves when it is recorded, and what is recorded is what another server needs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tars.core.effects import BeginInterruption, BeginTurn, Feed, Gap
from tars.core.outbound_reply import OutboundReply
from tars.core.server import ServerEndpoint
from tars.errors import ConfigError
from tars.runtime import clock
from tars.samples import to_pcm
from tars.server.store.leases import Leases, Record, Samples, Written
from tars.server.store.recorder import Recorder
from tars.server.store.unanswered import Unanswered
from tars.server.utterance import HEARD_GAP
from tests.pair import RESUME, Pair
from tests.sounds import noise


class Book(Leases):
    """Leases in memory. Each write waits until the test lets it end."""

    def __init__(self) -> None:
        self.written: list[Record] = []
        self.dropped = 0
        self.answer = Written.WRITTEN
        self.may_end = asyncio.Semaphore(0)
        self.broken = False

    async def write(self, device: str, fence: int, record: Record) -> Written:
        await self.may_end.acquire()
        if self.broken:
            raise ConfigError("away")
        self.written.append(record)
        answer, self.answer = self.answer, Written.WRITTEN
        return answer

    async def drop(self, device: str, fence: int) -> None:
        self.dropped += 1


class Bench:
    """A recorder of a device that is in a conversation, and what has left."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self.pair = Pair(limits=RESUME).start()
        self.pair.converse()
        self.book, self.left, self.fenced = Book(), list[str](), 0
        self.faults: list[Exception] = []
        self.recorder = Recorder(self.book, self.core, 1, tasks, brain=lambda: None, fenced=self.fence, failed=self.faults.append)

    @property
    def core(self) -> ServerEndpoint:
        return self.pair.server

    def fence(self) -> None:
        self.fenced += 1

    def hold(self, name: str) -> None:
        self.recorder.hold(lambda: self.left.append(name))

    async def writes(self, times: int = 1) -> None:
        """So many writes end."""
        for _ in range(times):
            self.book.may_end.release()
        for _ in range(20):
            await clock.sleep_until(0)


def bench(story: Callable[[Bench], Awaitable[None]]) -> None:
    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            made = Bench(tasks)
            await story(made)
            made.book.may_end = asyncio.Semaphore(1000)

    asyncio.run(main())


def test_what_leaves_waits_for_its_record_and_keeps_its_order() -> None:
    async def story(room: Bench) -> None:
        room.hold("first")
        await room.writes(0)
        assert room.left == []
        room.recorder.unanswered.pieces.append(b"new")
        room.hold("second")
        room.hold("third")
        await room.writes()
        assert room.left == ["first"], "the record under way does not hold what is new"
        await room.writes()
        assert room.left == ["first", "second", "third"]

    bench(story)


def test_nothing_is_written_when_nothing_has_changed_but_before_an_answer() -> None:
    async def story(room: Bench) -> None:
        room.hold("first")
        await room.writes()
        room.hold("second")
        await room.writes(0)
        assert (room.left, len(room.book.written)) == (["first", "second"], 1)
        waiting = asyncio.create_task(room.recorder.settled())
        await room.writes(0)
        assert not waiting.done(), "another server may have the device"
        await room.writes()
        await waiting
        assert len(room.book.written) == 2

    bench(story)


def test_a_fenced_owner_is_silent() -> None:
    async def story(room: Bench) -> None:
        room.book.answer = Written.FENCED
        room.hold("first")
        answering = asyncio.create_task(room.recorder.settled())
        await room.writes(5)
        assert not answering.done(), "it begins no answer"
        answering.cancel()
        room.hold("second")
        await room.writes(5)
        assert (room.left, room.fenced) == ([], 1)
        room.recorder.end()
        await room.writes()
        assert room.book.dropped == 0, "the record is another server's"

    bench(story)


def test_while_redis_is_away_everything_leaves_and_all_is_written_when_it_is_back() -> None:
    async def story(room: Bench) -> None:
        room.recorder.unanswered.pieces.append(b"old")
        room.hold("first")
        await room.writes()
        room.book.broken = True
        room.recorder.unanswered.pieces.append(b"new")
        room.hold("second")
        await room.writes()
        assert room.left == ["first", "second"]
        room.book.broken = False
        room.hold("third")
        await room.writes()
        assert room.book.written[-1].speech.added == (b"old", b"new")
        assert room.book.written[-1].speech.known == 0

    bench(story)


def test_a_fault_ends_this_device_and_not_the_server() -> None:
    async def story(room: Bench) -> None:
        room.hold("first")
        room.recorder.hold({}.popitem)
        room.hold("second")
        await room.writes()
        assert room.left == ["first"]
        assert [type(fault) for fault in room.faults] == [KeyError]

    bench(story)


def test_samples_that_redis_has_lost_are_written_again() -> None:
    async def story(room: Bench) -> None:
        room.recorder.unanswered.pieces.append(b"old")
        room.hold("first")
        await room.writes()
        room.recorder.unanswered.pieces.append(b"new")
        room.book.answer = Written.INCOMPLETE
        room.hold("second")
        await room.writes(2)
        assert room.left == ["first", "second"]
        assert [record.speech.added for record in room.book.written] == [(b"old",), (b"new",), (b"old", b"new")]

    bench(story)


def test_each_sample_of_a_reply_is_written_once_and_dropped_when_it_is_received() -> None:
    async def story(room: Bench) -> None:
        said = to_pcm(noise(0.3))
        for at in range(0, len(said), 3200):
            room.core.reply.add(said[at : at + 3200])
            room.hold("more")
            await room.writes()
        room.core.reply.release(3600)
        room.core.reply.add(b"\1\2")
        room.hold("more")
        await room.writes()
        replies = [record.reply for record in room.book.written]
        assert b"".join(piece for reply in replies for piece in reply.added) == said + b"\1\2"
        assert [(reply.known, reply.dropped) for reply in replies] == [(0, 0), (1, 0), (2, 0), (3, 2)]
        room.core.reply.release(room.core.reply.sent)
        room.hold("more")
        await room.writes()
        room.core.reply.add(b"\3\4")
        room.hold("more")
        await room.writes()
        after = [(reply.known, reply.dropped, reply.added) for reply in (record.reply for record in room.book.written[4:])]
        assert after == [(2, 2, ()), (0, 0, (b"\3\4",))], "the last piece goes too"

    bench(story)


def test_the_next_utterance_and_the_next_reply_are_written_from_their_beginning() -> None:
    async def story(room: Bench) -> None:
        heard = room.recorder.unanswered
        for turn, said, answered in ((1, b"one", b"\1\2"), (2, b"two", b"\3\4")):
            heard.note(BeginTurn("s", turn, 0, 0))
            heard.note(Feed("s", turn, 0, said))
            room.core.reply = OutboundReply(stream=turn)
            room.core.reply.add(answered)
            room.hold("more")
            await room.writes()
        written = [(record.speech, record.reply) for record in room.book.written]
        assert written == [
            (Samples(0, 0, (b"one",)), Samples(0, 0, (b"\1\2",))),
            (Samples(0, 0, (b"two",)), Samples(0, 0, (b"\3\4",))),
        ]

    bench(story)


# --- the utterance ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("over", [False, True])
def test_the_utterance_is_what_the_brain_was_given(over: bool) -> None:
    heard = Unanswered()
    heard.note(Feed("s", 1, 0, b"of no turn"))
    heard.note(BeginTurn("s", 1, 100, 50))
    heard.note(Feed("s", 1, 100, b"aa"))
    heard.note(Gap("s", 1, 101, 1_000_000))
    assert (heard.pieces, heard.at, heard.wake) == ([b"aa", bytes(2 * HEARD_GAP)], 100, 50)
    heard.note(BeginInterruption("s", 2, 900) if over else BeginTurn("s", 2, 900, 0))
    heard.note(Feed("s", 2, 900, b"bb"))
    heard.note(BeginTurn("s", 2, 900, 0))
    heard.note(Feed("s", 2, 901, b"cc"))
    assert heard.pieces == ([b"bb", b"cc"] if over else [b"cc"]), "what was meant goes on; else it begins anew"


@pytest.mark.parametrize("false", [False, True])
def test_what_was_said_over_an_answer_opens_the_next_turn_only_if_it_was_meant(false: bool) -> None:
    heard = Unanswered()
    heard.note(BeginInterruption("s", 2, 900))
    heard.note(Feed("s", 2, 900, b"mm"))
    if false:
        heard.forget()
    heard.note(BeginTurn("s", 2, 2000 if false else 900, 40 if false else 0))
    heard.note(Feed("s", 2, 2000, b"cc"))
    expected = ([b"cc"], 2000, 40) if false else ([b"mm", b"cc"], 900, 0)
    assert (heard.pieces, heard.at, heard.wake) == expected


def test_what_has_stopped_an_answer_is_no_part_of_what_follows() -> None:
    heard = Unanswered()
    heard.note(BeginInterruption("s", 2, 900))
    heard.note(Feed("s", 2, 900, b"stop"))
    number = heard.number
    heard.note(BeginTurn("s", 2, 900, 40), stopped=True)
    heard.note(Feed("s", 2, 904, b"cc"))
    assert (heard.pieces, heard.wake) == ([b"cc"], 0)
    assert heard.number != number, "Redis drops what it has"
