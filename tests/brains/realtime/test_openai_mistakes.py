"""The fake of OpenAI's Realtime interface: each mistake of a client is noticed, and answered as the vendor answers it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.brains.realtime.openai_fake import KEY, MODEL, FakeOpenAIRealtime
from tests.brains.realtime.script import Say, Stall
from tests.brains.realtime.test_openai_fake import LOUD, MANUAL, PCM, connected, sound, until


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
