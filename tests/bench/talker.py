"""Simulated devices that hold a conversation: they speak for 2 s, hear the answer to its end, and speak again, until they are stopped."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tars.core.codec import HEADER
from tars.runtime import clock
from tars.samples import BLOCK, RATE, WIDTH
from tests.bench.brain import UTTERANCE
from tests.bench.generator import LinkLostError, SimulatedDevice
from tests.bench.load import BURST, PERIOD, percentile

ACKNOWLEDGES = 6
"""A device acknowledges an answer after so many blocks: each 480 ms."""
ANSWER_LIMIT = 1.0
"""Seconds in which an answer has begun."""
CYCLE = 2 * UTTERANCE / RATE
"""Seconds of a question and its answer."""


@dataclass
class Seen:
    """What devices have seen since it was emptied. Times are in seconds."""

    acknowledged: list[float] = field(default_factory=list)
    """From each block of sound that was sent to its acknowledgement."""
    at_once: list[float] = field(default_factory=list)
    """The same of the last block before each acknowledgement, while the device speaks: it is what the server answers."""
    answered: list[float] = field(default_factory=list)
    """From the last block of an utterance to the first sample of the answer."""
    blocks: int = 0
    lost: int = 0
    """Samples of utterances and of answers that did not arrive."""

    def clear(self) -> None:
        """Begin anew."""
        self.acknowledged.clear()
        self.at_once.clear()
        self.answered.clear()
        self.blocks = self.lost = 0


class Talker(SimulatedDevice):
    """One device in a conversation. It does something once each block: `tick`."""

    def __init__(self, name: str, seen: Seen) -> None:
        super().__init__(name)
        self.over = ""
        """Why the server has ended the session; empty: it has not."""
        self._seen = seen
        self._speaking = False
        self._turn = self._blocks = self._ticks = 0
        self._unacknowledged: deque[tuple[int, float]] = deque()
        """Where each block ends, and when it was sent."""
        self._asked = 0.0
        """When the last block of the utterance was sent."""
        self._reply = self._received = 0
        """The stream of the answer, and how much of it has come."""
        self._samples: int | None = None
        """How long the answer is, once it is complete."""
        self._heard_since = 0.0
        """When its first sample came in; 0: it has not."""

    def waits(self, now: float) -> bool:
        """Whether an answer has not begun for long."""
        asked = self._blocks >= UTTERANCE // BLOCK and not self._heard_since
        return asked and now - self._asked > ANSWER_LIMIT

    def tick(self, now: float) -> None:
        """A block of time is over: speak, listen, or begin the conversation."""
        self._ticks += 1
        if not self._turn:
            self._begin_turn(1, now)
            self._stream, self._session, self._replied = self._stream + 1, f"{self.name}-1", False
            fields = {"uplink": self._stream, "at": self._at, "preroll": 0, "model": "button", "score": 0.0}
            self._say("hotword_detected", numbered=True, session=self._session, **fields)
        if self._speaking:
            self._speak(now)
        elif self._heard_since:
            self._listen(now)

    def _begin_turn(self, turn: int, now: float) -> None:
        self._turn, self._speaking, self._blocks = turn, True, 0
        self._received, self._samples, self._heard_since = 0, None, 0.0
        self._unacknowledged.clear()

    def _speak(self, now: float) -> None:
        self.send_block()
        self._seen.blocks += 1
        self._blocks += 1
        self._unacknowledged.append((self._at, now))
        if self._blocks == UTTERANCE // BLOCK:
            self._asked = now

    def _listen(self, now: float) -> None:
        played = min(self._received, int((now - self._heard_since) * RATE))
        if played == self._samples:
            self._seen.lost += abs(UTTERANCE - played)
            self._stream += 1
            fields = {"stream": self._reply, "heard": played, "uplink": self._stream, "at": self._at, "preroll": 0}
            self._say("playback_complete", numbered=True, session=self._session, turn=self._turn + 1, **fields)
            self._begin_turn(self._turn + 1, now)
        elif self._ticks % ACKNOWLEDGES == 0:
            stream = str(self._reply)
            self._say("ack", numbered=False, received={stream: self._received}, committed={}, heard={stream: played})

    def _tell(self, kind: str, now: float, message: dict[str, Any]) -> None:
        match kind:
            case "ack":
                self._take_acknowledgement(message["received"].get(str(self._stream), 0), now)
            case "user_turn_end":
                self._speaking = False
            case "start_of_tts_stream":
                self._speaking, self._reply, self._received = False, message["stream"], 0
            case "tts_stream_end":
                self._samples = message["samples"]
            case "session_end" | "session_refused":
                self.over = message["reason"]
        super()._tell(kind, now, message)

    def _take_acknowledgement(self, received: int, now: float) -> None:
        newest = None
        while self._unacknowledged and self._unacknowledged[0][0] <= received:
            newest = now - self._unacknowledged.popleft()[1]
            self._seen.acknowledged.append(newest)
        if newest is not None and self._speaking:
            self._seen.at_once.append(newest)

    def _take_sound(self, payload: bytes, now: float) -> None:
        _, _, stream, at = HEADER.unpack_from(payload)
        if stream != self._reply:
            return
        if not self._heard_since:
            self._heard_since = now
            self._seen.answered.append(now - self._asked)
        self._seen.lost += abs(at - self._received)
        self._received = at + (len(payload) - HEADER.size) // WIDTH


@dataclass(frozen=True)
class Talked:
    """What came of conversations."""

    late: float
    """Seconds that the generator itself was late, at the 99th percentile."""
    links_lost: int
    ended: int
    """Sessions that the server has ended."""
    unanswered: int


async def talk(devices: Sequence[Talker], seconds: float) -> Talked:
    """Every device does something each 80 ms, evenly spread over this time. Conversations that have not begun do so within a cycle."""
    count, start = len(devices), clock.now() + PERIOD
    late = []
    for number in range(round(seconds / PERIOD) * count):
        turn, which = divmod(number, count)
        due, now = start + (turn + which / count) * PERIOD, clock.now()
        if due > now or number % BURST == 0:
            await clock.sleep_until(due)
            now = clock.now()
        late.append(now - due)
        device = devices[which]
        if device.connected and (device.in_session or turn >= which / count * CYCLE / PERIOD):
            with suppress(LinkLostError):
                device.tick(now)
    now = clock.now()
    lost, ended = sum(not one.connected for one in devices), sum(bool(one.over) for one in devices)
    return Talked(percentile(late, 99), lost, ended, sum(one.waits(now) for one in devices))
