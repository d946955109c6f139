"""The fake of OpenAI's Realtime interface: the vendor's own client gets on with it, and each mistake of a client is noticed."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from websockets.asyncio.client import ClientConnection, connect
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


# --- what a client does wrong ------------------------------------------------------------------------------------------------


class Raw:
    """A client that sends whatever it is told."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.errors: list[str] = []
        """The codes of the errors that came."""

    async def __call__(self, type: str, **fields: Any) -> None:
        await self._socket.send(json.dumps({"type": type, **fields}))

    async def until(self, type: str) -> None:
        """Read up to an event of this type."""
        while (event := json.loads(await self._socket.recv()))["type"] != type:
            if event["type"] == "error":
                self.errors.append(event["error"]["code"])


async def wrong(work: Callable[[Raw], Awaitable[None]], *, session: dict[str, Any] | None = MANUAL) -> tuple[list[str], list[str]]:
    """The problems that the fake has with these raw events, and the codes of the errors in its answer."""
    async with FakeOpenAIRealtime([Say(2_400), Stall()]).running() as fake:
        url = f"{fake.url.replace('http', 'ws')}/realtime?model={MODEL}"
        async with connect(url, additional_headers={"Authorization": f"Bearer {KEY}"}) as socket:
            send = Raw(socket)
            if session is not None:
                await send("session.update", session=session)
                await send.until("session.updated")
            await work(send)
            await send("session.update", session=MANUAL)
            await send.until("session.updated")
        problems = list(fake.problems)
        fake.problems.clear()
    return problems, send.errors


async def turn(send: Raw) -> None:
    await send("input_audio_buffer.append", audio=sound(LOUD))
    await send("input_audio_buffer.commit")
    await send("response.create")
    await send.until("response.output_audio.delta")


async def early(send: Raw) -> None:
    await send("input_audio_buffer.append", audio=sound(LOUD))


async def unknown_type(send: Raw) -> None:
    await send("audio.append", audio=sound(LOUD))


async def unknown_field(send: Raw) -> None:
    await send("session.update", session={**MANUAL, "audio": {"input": {"format": PCM, "sample_rate": 16_000}}})


async def old_field(send: Raw) -> None:
    await send("session.update", session={**MANUAL, "input_audio_format": "pcm16"})


async def wrong_rate(send: Raw) -> None:
    await send("session.update", session={**MANUAL, "audio": {"input": {"format": {"type": "audio/pcm", "rate": 16_000}}}})


async def no_base64(send: Raw) -> None:
    await send("input_audio_buffer.append", audio="ab\u00e4")


async def half_a_sample(send: Raw) -> None:
    await send("input_audio_buffer.append", audio=sound(LOUD[:-1]))


async def nothing_to_commit(send: Raw) -> None:
    await send("input_audio_buffer.append", audio=sound(LOUD[:200]))
    await send("input_audio_buffer.commit")


async def not_committed(send: Raw) -> None:
    await send("input_audio_buffer.append", audio=sound(LOUD))
    await send("response.create")


async def nothing_new(send: Raw) -> None:
    await send("response.create")


async def two_responses(send: Raw) -> None:
    await turn(send)
    await send("response.create")


async def beyond_the_sound(send: Raw) -> None:
    await turn(send)
    await send("conversation.item.truncate", item_id="item_resp_1_0", content_index=0, audio_end_ms=10_000)


async def truncate_the_user(send: Raw) -> None:
    await turn(send)
    await send("conversation.item.truncate", item_id="item_user_1", content_index=0, audio_end_ms=1)


async def unknown_call(send: Raw) -> None:
    await send("conversation.item.create", item={"type": "function_call_output", "call_id": "x", "output": "done"})


async def cancel_nothing(send: Raw) -> None:
    await send("response.cancel")


async def number_as_text(send: Raw) -> None:
    await turn(send)
    await send("conversation.item.truncate", item_id="item_resp_1_0", content_index=0, audio_end_ms="1")


async def another_voice(send: Raw) -> None:
    await turn(send)
    await send("session.update", session={"type": "realtime", "audio": {"output": {"voice": "ash"}}})


async def another_model(send: Raw) -> None:
    await send("session.update", session={"type": "realtime", "model": "gpt-realtime-mini"})


async def known_id(send: Raw) -> None:
    for _ in range(2):
        await send("conversation.item.create", item={"id": "x", "type": "message", "role": "user", "content": []})


async def no_result(send: Raw) -> None:
    await send("conversation.item.create", item={"type": "function_call", "call_id": "x", "name": "light", "arguments": "{}"})
    await send("response.create")


async def wrong_content(send: Raw) -> None:
    await send("conversation.item.create", item={"type": "message", "role": "assistant", "content": [{"type": "text", "text": "Hi."}]})


@pytest.mark.parametrize(
    ("work", "problem", "code"),
    [
        (unknown_type, "Invalid value: 'audio.append'", "invalid_value"),
        (unknown_field, "Unknown parameter: 'session.audio.input.sample_rate'", "unknown_parameter"),
        (old_field, "Unknown parameter: 'session.input_audio_format'", "unknown_parameter"),
        (wrong_rate, "rate", "invalid_type"),
        (no_base64, "Expected base64-encoded audio bytes", "invalid_value"),
        (half_a_sample, "are not samples of 16 bits", "invalid_value"),
        (nothing_to_commit, "buffer only has 4.17ms of audio", "input_audio_buffer_commit_empty"),
        (not_committed, "4800 samples are not committed", None),
        (nothing_new, "nothing new to answer", None),
        (two_responses, "active response in progress", "conversation_already_has_active_response"),
        (beyond_the_sound, "is already shorter than 10000ms", "invalid_value"),
        (truncate_the_user, "Only model output audio messages can be truncated", "invalid_value"),
        (unknown_call, "Tool call ID 'x' not found", "invalid_tool_call_id"),
        (cancel_nothing, "no active response found", "response_cancel_not_active"),
        (number_as_text, "audio_end_ms", "invalid_type"),
        (wrong_content, "content", "invalid_type"),
        (another_voice, "Cannot update a conversation's voice", "cannot_update_voice"),
        (another_model, "the model of a session cannot be changed", "invalid_value"),
        (known_id, "'x' exists already", "item_create_duplicate_id"),
        (no_result, "response.create without the results of ['x']", None),
    ],
)
def test_a_mistake_is_noticed(work: Callable[[Raw], Awaitable[None]], problem: str, code: str | None) -> None:
    problems, errors = asyncio.run(wrong(work))
    assert len(problems) == 1
    assert problem in problems[0]
    assert errors == ([] if code is None else [code])


def test_sound_before_the_session_is_ready_is_noticed() -> None:
    assert asyncio.run(wrong(early, session=None))[0] == ["connection 1: input_audio_buffer.append before session.update"]

    async def slow() -> None:
        async with FakeOpenAIRealtime(set_up=[Stall()]).running() as fake, connected(fake) as connection:
            await connection.session.update(session=MANUAL)  # type: ignore[arg-type]
            await connection.input_audio_buffer.append(audio=sound(LOUD))
            await connection.input_audio_buffer.clear()
            await until(connection, "input_audio_buffer.cleared")

    with pytest.raises(AssertionError, match=r"append before the session is ready"):
        asyncio.run(slow())


def test_the_form_of_the_time_before_ga_is_noticed() -> None:
    async def main() -> None:
        async with FakeOpenAIRealtime().running() as fake:
            headers = {"Authorization": f"Bearer {KEY}", "OpenAI-Beta": "realtime=v1"}
            async with connect(f"{fake.url.replace('http', 'ws')}/realtime?model={MODEL}", additional_headers=headers):
                pass

    with pytest.raises(AssertionError, match="OpenAI-Beta"):
        asyncio.run(main())
