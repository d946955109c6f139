"""A strict fake of Wyoming services: each request must have the events, the order and the fields of the protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.tts import Synthesize


class Cut:
    """The connection is closed."""


class Stall:
    """Nothing more comes, and the connection stays."""


Step = Event | bytes | Cut | Stall
"""A piece of the answer: an event, or these bytes, whatever they are; or what happens instead."""


def transcript(text: str) -> Event:
    return Transcript(text=text).event()


def sound(samples: int, rate: int = 22_050, channels: int = 1, width: int = 2) -> Event:
    """A tone: loud and low, so that it is the same at any rate."""
    frame = b"\0\x20" if width == 2 else b"\x20" * width
    return AudioChunk(rate=rate, width=width, channels=channels, audio=frame * channels * samples).event()


STOP = AudioStop().event()


class FakeWyoming:
    """Both services. Each request is answered by the next script; the last one is repeated."""

    def __init__(self, *scripts: Sequence[Step], reads: bool = True) -> None:
        """`reads`: whether it reads what it is sent."""
        self.scripts, self._reads = list(scripts), reads
        self.requests: list[Transcribe | Synthesize] = []
        self.pcm = b""
        """The sound of the last request."""
        self.gone = asyncio.Event()
        """The other side has closed a connection on which nothing more came."""
        self.problems: list[str] = []
        """What was wrong with requests. `running` raises them."""
        self.uri = ""
        self._serving: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FakeWyoming]:
        """Serve on loopback meanwhile."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.uri = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in self._serving:
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)
        assert self.problems == []

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            if self._reads:
                self.requests.append(await self._request(reader))
                await self._answer(self.scripts[min(len(self.requests), len(self.scripts)) - 1], reader, writer)
            else:
                await asyncio.Event().wait()
        except ConnectionError:
            self.gone.set()
        except (AssertionError, KeyError) as error:
            self.problems.append(f"{type(error).__name__}: {error}")
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            self._serving.discard(task)
            writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> Transcribe | Synthesize:
        first = await _next(reader)
        if Synthesize.is_type(first.type):
            request = Synthesize.from_event(first)
            assert request.text
            return request
        assert Transcribe.is_type(first.type), first.type
        begin = await _next(reader)
        assert AudioStart.is_type(begin.type), begin.type
        form = AudioStart.from_event(begin)
        self.pcm = b""
        while not AudioStop.is_type((event := await _next(reader)).type):
            chunk = AudioChunk.from_event(event)
            assert (chunk.rate, chunk.width, chunk.channels) == (form.rate, form.width, form.channels) == (16_000, 2, 1)
            self.pcm += chunk.audio
        return Transcribe.from_event(first)

    async def _answer(self, script: Sequence[Step], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for step in script:
            match step:
                case Event():
                    await async_write_event(step, writer)
                case bytes():
                    writer.write(step)
                    await writer.drain()
                case Cut():
                    return
                case Stall():
                    if not await reader.read(1):
                        self.gone.set()
                    return
        await reader.read(1)  # as some real services, it leaves the connection to the other side


async def _next(reader: asyncio.StreamReader) -> Event:
    event = await async_read_event(reader)
    assert event is not None, "the request is not complete"
    return event
