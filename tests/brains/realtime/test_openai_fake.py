"""The fake of OpenAI's Realtime interface: the vendor's own client gets on with it. Mistakes: test_openai_mistakes.py."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.brains.realtime.openai_answer import HOUR_OVER, ErrorEvent, OpenAIStep, ResponseFailed
from tests.brains.realtime.openai_fake import KEY, MODEL, RATE, FakeOpenAIRealtime
from tests.brains.realtime.script import Call, Close, Cut, Heard, Say, Stall, Words, tone

PCM: dict[str, Any] = {"type": "audio/pcm", "rate": RATE}
MANUAL: dict[str, Any] = {
    "type": "realtime",
    "instructions": "You are TARS.",
    "audio": {
        "input": {"format": PCM, "turn_detection": None, "transcription": {"model": "gpt-4o-mini-transcribe"}},
        "output": {"format": PCM, "voice": "marin"},
    },
}
LOUD = np.full(RATE // 5, 8_000, np.int16).tobytes()
QUIET = bytes(2 * RATE)


def sound(pcm: bytes) -> str:
    return base64.b64encode(pcm).decode()


@asynccontextmanager
async def connected(fake: FakeOpenAIRealtime, key: str = KEY) -> AsyncIterator[AsyncRealtimeConnection]:
    """The vendor's client."""
    client = AsyncOpenAI(api_key=key, base_url=fake.url, max_retries=0)
    async with client.realtime.connect(model=MODEL) as connection:
        yield connection
    await client.close()


async def until(connection: AsyncRealtimeConnection, *types: str) -> list[Any]:
    """The events up to one of such a type."""
    events: list[Any] = []
    while not events or events[-1].type not in types:
        events.append(await connection.recv())
    return events


async def set_up(connection: AsyncRealtimeConnection, session: dict[str, Any] = MANUAL) -> None:
    await connection.session.update(session=session)  # type: ignore[arg-type]
    assert [event.type for event in await until(connection, "session.updated")] == ["session.created", "session.updated"]


async def ask(connection: AsyncRealtimeConnection, pcm: bytes = LOUD) -> None:
    await connection.input_audio_buffer.append(audio=sound(pcm))
    await connection.input_audio_buffer.commit()
    await connection.response.create()


def spoken(events: Sequence[Any]) -> bytes:
    return b"".join(base64.b64decode(event.delta) for event in events if event.type == "response.output_audio.delta")


def test_a_turn_that_the_client_ends() -> None:
    async def main() -> None:
        script: list[OpenAIStep] = [Heard("Hello."), Words("Hi"), Say(5_001, sizes=(959, 1, 4_801)), Words(" there.")]
        async with FakeOpenAIRealtime(script).running() as fake, connected(fake) as connection:
            await set_up(connection)
            await ask(connection)
            events = await until(connection, "response.done")
            types = [event.type for event in events]
            assert types[:3] == ["input_audio_buffer.committed", "conversation.item.added", "conversation.item.done"]
            assert types[3] == "response.created"
            assert types[-1] == "response.done"
            assert any(len(base64.b64decode(event.delta)) % 2 for event in events if event.type == "response.output_audio.delta")
            assert np.array_equal(np.frombuffer(spoken(events), "<i2"), tone(5_001))
            words = [event.delta for event in events if event.type == "response.output_audio_transcript.delta"]
            assert words == ["Hi", " there."]
            heard = [event for event in events if event.type == "conversation.item.input_audio_transcription.completed"]
            assert [event.transcript for event in heard] == ["Hello."]
            assert events[-1].response.status == "completed"
            assert fake.heard.tobytes() == fake.committed.tobytes() == LOUD

    asyncio.run(main())


def test_a_turn_that_the_service_ends_and_a_voice_that_interrupts() -> None:
    async def main() -> None:
        on: dict[str, Any] = {"type": "server_vad", "silence_duration_ms": 300}
        session = {**MANUAL, "audio": {**MANUAL["audio"], "input": {"format": PCM, "turn_detection": on}}}
        async with FakeOpenAIRealtime([Say(2_400), Stall()], [Say(1)]).running() as fake, connected(fake) as connection:
            await set_up(connection, session)
            for pcm in (LOUD, QUIET):
                await connection.input_audio_buffer.append(audio=sound(pcm))
            events = await until(connection, "response.output_audio.delta")
            stopped = next(event for event in events if event.type == "input_audio_buffer.speech_stopped")
            assert stopped.audio_end_ms == 1_200
            await connection.input_audio_buffer.append(audio=sound(LOUD))
            done = (await until(connection, "response.done"))[-1].response
            assert (done.status, done.status_details.reason) == ("cancelled", "turn_detected")
            await connection.input_audio_buffer.append(audio=sound(QUIET))
            assert (await until(connection, "response.done"))[-1].response.status == "completed"
            assert fake.committed.tobytes() == (LOUD + QUIET) * 2

    asyncio.run(main())


def test_cancel_and_truncate() -> None:
    async def main() -> None:
        async with FakeOpenAIRealtime([Say(24_000), Stall()]).running() as fake, connected(fake) as connection:
            await set_up(connection)
            await ask(connection)
            item = (await until(connection, "response.output_audio.delta"))[-1].item_id
            await connection.response.cancel()
            await until(connection, "response.done")
            await connection.conversation.item.truncate(item_id=item, content_index=0, audio_end_ms=1_000)
            assert (await until(connection, "conversation.item.truncated"))[-1].audio_end_ms == 1_000
            assert fake.sessions[0].truncated == {item: 1_000}

    asyncio.run(main())


def test_a_tool_and_the_history_of_an_earlier_connection() -> None:
    async def main() -> None:
        fake = FakeOpenAIRealtime([Words("Wait."), Say(10), Call("light", {"on": True})], [Say(1)])
        async with fake.running(), connected(fake) as connection:
            await set_up(connection)
            for role, kind in (("user", "input_text"), ("assistant", "output_text")):
                item: Any = {"type": "message", "role": role, "content": [{"type": kind, "text": "Hello."}]}
                await connection.conversation.item.create(item=item)
            await ask(connection)
            called = next(e for e in await until(connection, "response.done") if e.type == "response.function_call_arguments.done")
            assert (called.name, json.loads(called.arguments)) == ("light", {"on": True})
            result: Any = {"type": "function_call_output", "call_id": called.call_id, "output": "done"}
            await connection.conversation.item.create(item=result)
            await connection.response.create()
            assert (await until(connection, "response.done"))[-1].response.status == "completed"
            roles = [item.get("role") or item["type"] for item in fake.sessions[0].items.values()]
            assert roles == ["user", "assistant", "user", "assistant", "function_call", "function_call_output", "assistant"]

    asyncio.run(main())


def test_samples_over_two_connections() -> None:
    async def main() -> None:
        async with FakeOpenAIRealtime([Say(1)]).running() as fake:
            for pcm in (LOUD, LOUD[::-1]):
                async with connected(fake) as connection:
                    await set_up(connection)
                    await ask(connection, pcm)
                    await until(connection, "response.done")
            assert fake.committed.tobytes() == LOUD + LOUD[::-1]
            assert len(fake.sessions) == 2

    asyncio.run(main())


def test_a_slow_set_up() -> None:
    async def main() -> None:
        go = asyncio.Event()
        async with FakeOpenAIRealtime(set_up=[go]).running() as fake, connected(fake) as connection:
            await connection.session.update(session=MANUAL)  # type: ignore[arg-type]
            assert (await connection.recv()).type == "session.created"
            assert not fake.sessions[0].updated.is_set()
            go.set()
            assert (await connection.recv()).type == "session.updated"

    asyncio.run(main())


def test_a_key_that_is_refused() -> None:
    async def main() -> None:
        async with FakeOpenAIRealtime().running() as fake:
            with pytest.raises(InvalidStatus, match="401"):
                async with connected(fake, "sk-wrong"):
                    pass

    asyncio.run(main())


@pytest.mark.parametrize(
    ("step", "code"), [(Cut(), 1006), (Close(1011, "internal"), 1011), (HOUR_OVER, 1001)], ids=["cut", "close", "hour over"]
)
def test_an_end_in_the_middle_of_an_answer(step: Any, code: int) -> None:
    async def main() -> None:
        steps = step if isinstance(step, tuple) else (step,)
        async with FakeOpenAIRealtime([Say(2_400), *steps]).running() as fake, connected(fake) as connection:
            await set_up(connection)
            await ask(connection)
            events: list[Any] = []

            async def read() -> None:
                while True:
                    events.append(await connection.recv())

            with pytest.raises(ConnectionClosed) as closed:
                await read()
            assert (closed.value.rcvd.code if closed.value.rcvd else 1006) == code
            assert [event.error.code for event in events if event.type == "error"] == ["session_expired"] * (code == 1001)
            await fake.sessions[0].closed.wait()

    asyncio.run(main())


def test_errors_that_end_nothing_and_an_end_between_answers() -> None:
    async def main() -> None:
        fake = FakeOpenAIRealtime([ErrorEvent("server_error"), Say(1)], [Say(1), ResponseFailed("insufficient_quota")])
        async with fake.running(), connected(fake) as connection:
            await set_up(connection)
            await ask(connection)
            events = await until(connection, "response.done")
            assert [event.error.code for event in events if event.type == "error"] == ["server_error"]
            await ask(connection)
            failed = (await until(connection, "response.done"))[-1].response
            assert (failed.status, failed.status_details.error.code) == ("failed", "insufficient_quota")
            await fake.now(*HOUR_OVER)
            with pytest.raises(ConnectionClosed, match="maximum duration of 60 minutes"):
                await until(connection, "response.done")

    asyncio.run(main())
