"""What all speakers share: a buffer between replies, which come in bursts, and a device, which takes a little at a time."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from threading import Lock

import numpy as np
import soxr

from tars.device.audio import Heard
from tars.device.audio.loudness import scaled
from tars.samples import RATE, Samples

log = logging.getLogger(__name__)

LONGEST = 300.0
"""Seconds of sound a speaker buffers: longer than any reply may last. What comes beyond is dropped, and said in the log; cues never are."""
JITTER_BUFFER = 0.2
"""Seconds of a reply that are buffered before it is played, at its beginning and after a gap. It never waits longer for them."""


@dataclass
class _Piece:
    """Sound at the speaker's own rate, waiting to be played."""

    samples: Samples
    stream: int | None = None
    """The reply it belongs to; None for a cue."""
    end: int = 0
    """Samples of the reply that have been played when this piece has."""
    scale: float = 1.0
    """Samples of the reply to one of the speaker."""

    def take(self, count: int) -> Samples:
        """Cut off and return at most `count` samples from the front."""
        front, self.samples = self.samples[:count], self.samples[count:]
        return front

    def head(self, count: int) -> _Piece:
        """The first `count` samples as a piece of their own."""
        lost = max(0, len(self.samples) - count)
        return _Piece(self.samples[:count], self.stream, self.end - round(lost * self.scale), self.scale)

    def played(self) -> Heard | None:
        """How much of the reply has been played, when exactly `samples` are left of this piece."""
        if self.stream is None:
            return None
        return Heard(self.stream, self.end - round(len(self.samples) * self.scale))


class _Reply:
    """The reply that is arriving: brings its samples to the speaker's rate and keeps count of both."""

    def __init__(self, stream: int, rate: int, speaker_rate: int) -> None:
        self.stream = stream
        self.begun = False
        """Some of it has been played."""
        self._enough = round(JITTER_BUFFER * speaker_rate)
        self.fill_up()
        self._scale = rate / speaker_rate
        self._resampler = soxr.ResampleStream(rate, speaker_rate, 1, dtype="int16") if rate != speaker_rate else None
        self._received = 0
        self._passed_on = 0
        """Samples of the reply that the pieces so far stand for."""
        self._flushed = 0
        """Samples received when the resampler was last flushed."""
        self._converted = 0
        """Samples that the resampler has made since."""

    def fill_up(self) -> None:
        """Wait until enough is buffered: at the beginning, and when there was no more to play."""
        self.filling = True
        self._waits_since: int | None = None
        self._waiting = 0

    @property
    def dry(self) -> bool:
        """Some of it has been played, and then there was no more to play."""
        return self.begun and self.filling and self._waits_since is None

    def buffered(self, count: int, now: int) -> None:
        """So many samples more, at the speaker's rate, are there at `now` in the speaker's time."""
        if self._waits_since is None:
            self._waits_since = now
        self._waiting += count

    def waits(self, now: int) -> bool:
        """Whether what is there of it waits for more."""
        if self._waits_since is not None and (self._waiting >= self._enough or now - self._waits_since >= self._enough):
            self.filling = False
        return self.filling

    def let_go(self) -> None:
        """What is there of it waits no longer."""
        if self._waits_since is not None:
            self.filling = False

    def feed(self, samples: Samples) -> _Piece:
        """As much as can be played by now; the resampler holds the last milliseconds back until it knows what follows."""
        self._received += len(samples)
        converted = self._resampler.resample_chunk(samples) if self._resampler else samples
        self._converted += len(converted)
        self._passed_on = min(self._received, self._flushed + round(self._converted * self._scale))
        return _Piece(converted, self.stream, self._passed_on, self._scale)

    def rest(self) -> _Piece | None:
        """What the resampler holds back, as if nothing followed; None if that is nothing."""
        if self._resampler is None or self._passed_on == self._received:
            return None
        converted = self._resampler.resample_chunk(np.zeros(0, np.int16), last=True)
        self._resampler.clear()
        self._passed_on, self._flushed, self._converted = self._received, self._received, 0
        return _Piece(converted, self.stream, self._received, self._scale)


class BufferedSpeaker:
    """The buffer of a speaker: implements all of the Speaker protocol but `start` and `close`; its driver calls `pull`.

    A reply begins when JITTER_BUFFER of it is there, or JITTER_BUFFER after its first sample; after a gap it goes on in the same way.
    `pull` may be called from a thread of its own. `rate` is the speaker's, in samples a second; a reply's may differ.
    `underruns` counts the gaps inside replies: the buffer ran dry, and then more of the same reply came.
    """

    def __init__(self, rate: int = RATE, delay: int = 0) -> None:
        """Set the speaker's rate, and how many samples lie between this buffer and the sound that is heard."""
        self.rate, self.delay = rate, delay
        self.gain = 1.0
        self.underruns = 0
        self.dropped = 0
        self._lock = Lock()
        self._pieces: deque[_Piece] = deque()
        self._paused: deque[_Piece] | None = None
        """What is not played of the reply while it is paused; None: it is not."""
        self._buffered = 0
        self._reply: _Reply | None = None
        self._position = 0
        self._marks: deque[tuple[int, Heard]] = deque()
        """Where in the speaker's time which sample of a reply is heard."""

    @property
    def counts(self) -> dict[str, float]:
        """Gaps in replies."""
        return {"gaps": self.underruns}

    def open(self, stream: int, rate: int) -> None:
        """A reply begins; what is buffered plays on before it."""
        with self._lock:
            self._flush()
            self._resume()
            self._reply = _Reply(stream, rate, self.rate)

    def play(self, stream: int, samples: Samples) -> None:
        """Buffer more of the reply. Dropped: another stream's samples, and a reply's that was stopped."""
        with self._lock:
            if self._reply is None or self._reply.stream != stream:
                return
            if self._reply.dry:
                self.underruns += 1
                log.warning("the reply came too slowly: gap %d in what is heard", self.underruns)
            piece = self._reply.feed(samples)
            self._reply.buffered(len(piece.samples), self._position)
            if len(piece.samples):
                self._append(piece)

    def cue(self, samples: Samples) -> None:
        """Buffer a sound of our own (16 kHz) after what is there; neither waits for more of the reply, nor for the end of a pause."""
        with self._lock:
            if self._paused is None:
                self._flush()
                if self._reply:
                    self._reply.let_go()
            self._append(_Piece(samples if self.rate == RATE else soxr.resample(samples, RATE, self.rate)))

    def pause(self) -> None:
        """Play nothing more of the reply, and keep it. What the device has taken already counts as played."""
        with self._lock:
            if self._reply and self._paused is None:
                stream = self._reply.stream
                self._paused = deque(piece for piece in self._pieces if piece.stream == stream)
                self._pieces = deque(piece for piece in self._pieces if piece.stream != stream)

    def resume(self) -> None:
        """Play the reply on, from the next sample, after the cues that are buffered."""
        with self._lock:
            self._resume()

    def _resume(self) -> None:
        paused, self._paused = self._paused, None
        self._pieces += paused or ()

    def stop(self, keep: float = 0.0) -> None:
        """Drop what is buffered but for the next `keep` seconds, and the cues behind them if there are any; the reply is over with it.

        Nothing is kept of a reply that is paused.
        """
        with self._lock:
            if self._paused is None:
                self._flush()
            self._reply = self._paused = None
            left, pieces = round(keep * self.rate), self._pieces
            self._pieces, self._buffered = deque(), 0
            for piece in pieces:
                head = piece if keep and piece.stream is None else piece.head(max(left, 0))
                left -= len(head.samples)
                if len(head.samples):
                    self._append(head)

    def pass_silence(self, count: int) -> bool:
        """If there is nothing to play, let the time of so many samples pass and return True; else `pull` them."""
        with self._lock:
            silent = not (self._pieces or self._marks or self._reply)
            if silent:
                self._position += count
            return silent

    def pull(self, count: int) -> tuple[Samples, Heard | None]:
        """The next `count` samples to play, zeros where there is nothing, and how many samples were heard if that has changed."""
        out = np.zeros(count, np.int16)
        filled = 0
        with self._lock:
            while filled < count and (piece := self._next()):
                part = piece.take(count - filled)
                if piece.stream is not None:
                    part = scaled(part, self.gain)
                out[filled : filled + len(part)] = part
                filled += len(part)
                if heard := piece.played():
                    self._marks.append((self._position + filled, heard))
                    if self._reply and self._reply.stream == heard.stream:
                        self._reply.begun = True
                if not len(piece.samples):
                    self._pieces.popleft()
            if self._reply and self._paused is None and self._reply.begun and not self._reply.filling and filled < count:
                self._reply.fill_up()
            self._buffered -= filled
            self._position += count
            return out, self._arrived()

    def _next(self) -> _Piece | None:
        """The piece to play now; None if there is none, or if it waits for more of its reply."""
        reply = self._reply
        if self._paused is not None:
            return self._pieces[0] if self._pieces else None
        if reply and (not self._pieces or self._pieces[0].stream == reply.stream) and reply.waits(self._position):
            return None
        return self._pieces[0] if self._pieces or self._flush() else None

    def _append(self, piece: _Piece) -> None:
        if piece.stream is not None and self._buffered + len(piece.samples) > LONGEST * self.rate:
            self.dropped += len(piece.samples)
            log.error("more than %.0f s of sound wait to be played; %d samples dropped so far", LONGEST, self.dropped)
            return
        (self._pieces if piece.stream is None or self._paused is None else self._paused).append(piece)
        self._buffered += len(piece.samples)

    def _flush(self) -> bool:
        """Buffer what the reply's resampler holds back; True if that is anything."""
        rest = self._reply.rest() if self._reply else None
        if rest:
            self._append(rest)
        return rest is not None

    def _arrived(self) -> Heard | None:
        """The latest mark that was heard since the last call."""
        heard = None
        while self._marks and self._marks[0][0] <= self._position - self.delay:
            heard = self._marks.popleft()[1]
        return heard
