"""The fake of Gemini's Live interface: the vendor's own client gets on with it, and each mistake of a client is noticed."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from google import genai
from google.genai import errors, types
from google.genai.live import AsyncSession
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tars.samples import RATE
from tests.brains.realtime.gemini_fake import KEY, MODEL, SERVICE, SOUND, CancelCalls, FakeGeminiLive, GeminiStep, GoAway
from tests.brains.realtime.script import Call, Close, Cut, Heard, Say, Stall, Words, tone

LOUD = np.full(RATE // 5, 8_000, np.int16).tobytes()
QUIET = bytes(2 * RATE)
MANUAL: dict[str, Any] = {
    "response_modalities": ["AUDIO"],
    "system_instruction": "You are TARS.",
    "input_audio_transcription": {},
    "output_audio_transcription": {},
    "realtime_input_config": {"automatic_activity_detection": {"disabled": True}},
    "session_resumption": {},
}


@asynccontextmanager
async def connected(fake: FakeGeminiLive, key: str = KEY, **changes: Any) -> AsyncIterator[AsyncSession]:
    """The vendor's client."""
    options = types.HttpOptions(base_url=fake.url, api_version="v1beta", async_client_args={"ssl": fake.trusting})
    client = genai.Client(api_key=key, http_options=options)
    async with client.aio.live.connect(model=MODEL, config=types.LiveConnectConfig(**{**MANUAL, **changes})) as session:
        yield session
    client.close()


def resuming(handle: str | None) -> dict[str, Any]:
    return {"session_resumption": {"handle": handle}}


async def messages(session: AsyncSession) -> list[types.LiveServerMessage]:
    """The messages up to the end of the turn, and the handle that follows."""
    found = [message async for message in session.receive()]
    if found[-1].server_content is not None and found[-1].server_content.turn_complete:
        found.append(await anext(session.receive()))
    return found


async def say(session: AsyncSession, pcm: bytes = LOUD) -> None:
    """A turn that the client begins and ends."""
    await session.send_realtime_input(activity_start=types.ActivityStart())
    await session.send_realtime_input(audio=types.Blob(data=pcm, mime_type=SOUND))
    await session.send_realtime_input(activity_end=types.ActivityEnd())


def spoken(found: Sequence[types.LiveServerMessage]) -> bytes:
    return b"".join(message.data for message in found if message.data)


def texts(found: Sequence[types.LiveServerMessage], name: str) -> list[str]:
    each = [getattr(message.server_content, name) for message in found if message.server_content is not None]
    return [transcription.text for transcription in each if transcription is not None]


async def handle(session: AsyncSession) -> str:
    """The first handle of a connection."""
    update = (await anext(session.receive())).session_resumption_update
    assert update is not None
    assert update.resumable
    assert update.new_handle is not None
    return update.new_handle


def test_a_turn_that_the_client_ends() -> None:
    async def main() -> None:
        script: list[GeminiStep] = [Words("Hi"), Say(5_001, sizes=(959, 1, 4_801)), Words(" there."), Heard("Hello.")]
        async with FakeGeminiLive(script, tls=True).running() as fake, connected(fake) as session:
            await handle(session)
            await say(session)
            found = await messages(session)
            assert any(len(message.data) % 2 for message in found if message.data)
            assert np.array_equal(np.frombuffer(spoken(found), "<i2"), tone(5_001))
            assert texts(found, "output_transcription") == ["Hi", " there."]
            assert texts(found, "input_transcription") == ["Hello."]
            assert found[-1].session_resumption_update is not None
            assert fake.heard.tobytes() == LOUD

    asyncio.run(main())


def test_a_turn_that_the_service_ends_and_a_voice_that_interrupts() -> None:
    async def main() -> None:
        on: Any = {"realtime_input_config": {"automatic_activity_detection": {"silence_duration_ms": 500}}}
        async with FakeGeminiLive([Say(2_400), Stall()], [Say(1)], tls=True).running() as fake, connected(fake, **on) as session:
            await handle(session)
            for pcm in (LOUD, QUIET):
                await session.send_realtime_input(audio=types.Blob(data=pcm, mime_type=SOUND))
            receiving = session.receive()
            assert (await anext(receiving)).data
            await session.send_realtime_input(audio=types.Blob(data=LOUD, mime_type=SOUND))
            found = [message async for message in receiving]
            assert any(message.server_content is not None and message.server_content.interrupted for message in found)
            await anext(session.receive())  # the handle
            await session.send_realtime_input(audio_stream_end=True)
            assert len(spoken(await messages(session))) == 2
            assert fake.heard.tobytes() == LOUD + QUIET + LOUD

    asyncio.run(main())


def test_a_tool_and_its_cancellation() -> None:
    async def main() -> None:
        fake = FakeGeminiLive(
            [Call("light", {"on": True}), Say(10)], [Call("light", id="call_2"), CancelCalls(), Say(1)], [Say(2)], tls=True
        )
        async with fake.running(), connected(fake) as session:
            await handle(session)
            await say(session)
            receiving = session.receive()
            called = (await anext(receiving)).tool_call
            assert called is not None
            assert called.function_calls is not None
            call = called.function_calls[0]
            assert (call.name, call.args) == ("light", {"on": True})
            update = (await anext(receiving)).session_resumption_update
            assert update is not None
            assert not update.resumable
            answer = types.FunctionResponse(id=call.id, name=call.name, response={"result": "done"})
            await session.send_tool_response(function_responses=answer)
            assert len(spoken([message async for message in receiving])) == 20

            await anext(session.receive())  # the handle
            await say(session)
            assert (await anext(session.receive())).tool_call is not None
            await session.send_realtime_input(activity_start=types.ActivityStart())
            found = await messages(session)
            cancelled = [message.tool_call_cancellation for message in found if message.tool_call_cancellation is not None]
            assert [each.ids for each in cancelled] == [["call_2"]]
            late = types.FunctionResponse(id="call_2", name="light", response={"result": "done"})
            await session.send_tool_response(function_responses=late)
            await session.send_realtime_input(audio=types.Blob(data=LOUD, mime_type=SOUND))
            await session.send_realtime_input(activity_end=types.ActivityEnd())
            assert len(spoken(await messages(session))) == 4

    asyncio.run(main())


def test_samples_over_a_planned_rotation() -> None:
    async def main() -> None:
        async with FakeGeminiLive([Say(1), GoAway(50)], [Say(1)], tls=True).running() as fake:
            async with connected(fake) as session:
                await handle(session)
                await say(session)
                found = await messages(session)
                assert [message.go_away.time_left for message in found if message.go_away is not None] == ["50s"]
                update = found[-1].session_resumption_update
                assert update is not None
                assert update.new_handle is not None
            async with connected(fake, **resuming(update.new_handle)) as session:
                await handle(session)
                await say(session, LOUD[::-1])
                await messages(session)
            assert fake.heard.tobytes() == LOUD + LOUD[::-1]
            assert fake.connections[1].resumed
            assert fake.connections[1].conversation.turns == 2

    asyncio.run(main())


def test_a_service_that_has_forgotten_the_handle() -> None:
    async def main() -> None:
        async with FakeGeminiLive(tls=True).running() as fake:
            async with connected(fake) as session:
                first = await handle(session)
            fake.handles.clear()
            with pytest.raises(errors.APIError, match="session not found"):
                async with connected(fake, **resuming(first)):
                    pass

    asyncio.run(main())


@pytest.mark.parametrize(("step", "code"), [(Cut(), 1006), (Close(1011, "internal"), 1011)], ids=["cut", "close"])
def test_an_end_in_the_middle_of_an_answer_and_a_handle_that_the_client_has(step: GeminiStep, code: int) -> None:
    async def main() -> None:
        async with FakeGeminiLive([Say(2_400), step], [Say(1)], tls=True).running() as fake:
            async with connected(fake) as session:
                newest = await handle(session)
                await say(session)
                with pytest.raises(errors.APIError, match=str(code)):
                    await messages(session)
                await fake.connections[0].closed.wait()
            async with connected(fake, **resuming(newest)) as session:
                await handle(session)
                await say(session)
                assert len(spoken(await messages(session))) == 2

    asyncio.run(main())


def test_a_slow_set_up_and_an_end_between_answers() -> None:
    async def main() -> None:
        go = asyncio.Event()
        async with FakeGeminiLive(set_up=[go], tls=True).running() as fake:
            asyncio.get_running_loop().call_later(0, go.set)
            async with connected(fake) as session:
                await handle(session)
                await fake.now(GoAway(5), Close(1011, "Deadline expired before operation could complete."))
                going = (await anext(session.receive())).go_away
                assert going is not None
                assert going.time_left == "5s"
                with pytest.raises(errors.APIError, match="Deadline expired"):
                    await anext(session.receive())

    asyncio.run(main())


def test_a_key_that_is_refused() -> None:
    async def main() -> None:
        async with FakeGeminiLive(tls=True).running() as fake:
            with pytest.raises(errors.APIError, match="API key not valid"):
                async with connected(fake, "AIza-wrong"):
                    pass

    asyncio.run(main())


# --- what a client does wrong ------------------------------------------------------------------------------------------------

SETUP: dict[str, Any] = {
    "model": f"models/{MODEL}",
    "generationConfig": {"responseModalities": ["AUDIO"]},
    "realtimeInputConfig": {"automaticActivityDetection": {"disabled": True}},
    "sessionResumption": {},
}
BEGIN: dict[str, Any] = {"realtimeInput": {"activityStart": {}}}
END: dict[str, Any] = {"realtimeInput": {"activityEnd": {}}}


def heard(pcm: bytes = LOUD, mime_type: str = SOUND) -> dict[str, Any]:
    return {"realtimeInput": {"audio": {"data": base64.b64encode(pcm).decode(), "mimeType": mime_type}}}


async def wrong(*sent: dict[str, Any] | str, setup: dict[str, Any] | None = SETUP) -> tuple[list[str], int | None]:
    """The problems that the fake has with these raw messages, and the code with which it closes; None: it answers the turn."""
    async with FakeGeminiLive([Say(1)]).running() as fake:
        async with connect(f"{fake.url.replace('http', 'ws')}{SERVICE}?key={KEY}") as socket:
            if setup is not None:
                await socket.send(json.dumps({"setup": setup}))
                while "setupComplete" not in json.loads(await socket.recv()):
                    pass
            for each in sent:
                await socket.send(each if isinstance(each, str) else json.dumps(each))
            code = None
            try:
                while "turnComplete" not in json.loads(await socket.recv()).get("serverContent", {}):
                    pass
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
        problems = list(fake.problems)
        fake.problems.clear()
    return problems, code


RESULT: dict[str, Any] = {"toolResponse": {"functionResponses": [{"id": "x", "name": "light", "response": {}}]}}


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (["no JSON"], "Invalid JSON payload"),
        ([{"realtimeInput": {"sound": "x"}}], "sound"),
        ([{"realtimeInput": {}, "clientContent": {}}], "exactly one of"),
        ([{"setup": SETUP}], "setup must be the first message and only the first"),
        ([BEGIN, heard(mime_type="audio/pcm;rate=24000")], "audio/pcm;rate=24000"),
        ([BEGIN, heard(mime_type="audio/pcm")], "are not samples"),
        ([BEGIN, heard(LOUD[:-1])], "are not samples"),
        ([BEGIN, BEGIN], "must take turns"),
        ([END], "must take turns"),
        ([{"realtimeInput": {"audioStreamEnd": True}}], "only for automatic activity detection"),
        ([{"realtimeInput": {"mediaChunks": [{"data": "AAAA", "mimeType": SOUND}]}}], "realtimeInput must have one"),
        ([RESULT], "is not waited for"),
        ([{"clientContent": {"turns": [{"role": "system", "parts": [{"text": "Hi"}]}], "turnComplete": True}}], "valid role"),
    ],
)
def test_a_mistake_is_noticed(sent: list[Any], problem: str) -> None:
    problems, code = asyncio.run(wrong(*sent))
    assert len(problems) == 1
    assert problem in problems[0]
    assert code == 1007


@pytest.mark.parametrize(
    ("changes", "problem", "code"),
    [
        ({"model": MODEL}, "is not found for API version v1beta", 1008),
        ({"generationConfig": {"responseModalities": ["TEXT"]}}, "must be AUDIO alone", 1007),
        ({"voice": "Puck"}, "Unknown name 'voice' at 'setup'", 1007),
        ({"realtimeInputConfig": {"automatic": False}}, "automatic", 1007),
        ({"sessionResumption": {"handle": "made-up"}}, "session not found", 1008),
    ],
)
def test_a_wrong_set_up_is_noticed(changes: dict[str, Any], problem: str, code: int) -> None:
    problems, closed = asyncio.run(wrong({"setup": {**SETUP, **changes}}, setup=None))
    assert len(problems) == 1
    assert problem in problems[0]
    assert closed == code


def test_sound_before_the_set_up_and_outside_of_an_activity_is_noticed() -> None:
    problems, code = asyncio.run(wrong(heard(), setup=None))
    assert problems == ["connection 1: setup must be the first message and only the first"]
    assert code == 1007
    problems, code = asyncio.run(wrong(heard(), BEGIN, heard(), END))
    assert problems == ["connection 1: sound outside of an activity, which is not heard"]
    assert code is None
    automatic = {**SETUP, "realtimeInputConfig": {}}
    problems, code = asyncio.run(wrong(BEGIN, setup=automatic))
    assert problems == ["connection 1: Explicit activity control is not supported when automatic activity detection is enabled."]

    async def early() -> None:
        go = asyncio.Event()
        async with FakeGeminiLive(set_up=[go]).running() as fake:
            async with connect(f"{fake.url.replace('http', 'ws')}{SERVICE}?key={KEY}") as socket:
                for each in ({"setup": SETUP}, BEGIN, END):
                    await socket.send(json.dumps(each))
                while "turnComplete" not in json.loads(await socket.recv()).get("serverContent", {}):
                    pass
            go.set()

    with pytest.raises(AssertionError, match="a message before the set-up is complete"):
        asyncio.run(early())


def test_an_overlapping_connection_is_noticed() -> None:
    async def main() -> None:
        async with FakeGeminiLive(tls=True).running() as fake, connected(fake) as session:
            newest = await handle(session)
            with pytest.raises(errors.APIError, match="1011"):
                async with connected(fake, **resuming(newest)):
                    pass

    with pytest.raises(AssertionError, match="its earlier connection is still open"):
        asyncio.run(main())


def test_an_old_handle_is_noticed() -> None:
    async def main() -> None:
        async with FakeGeminiLive([Say(1)], tls=True).running() as fake:
            async with connected(fake) as session:
                first = await handle(session)
                await say(session)
                await messages(session)
            with pytest.raises(errors.APIError, match="1008"):
                async with connected(fake, **resuming(first)):
                    pass

    with pytest.raises(AssertionError, match="a newer handle was given out"):
        asyncio.run(main())


def test_a_turn_while_a_result_is_missing_is_noticed() -> None:
    async def main() -> None:
        handling: Any = {"realtime_input_config": {**MANUAL["realtime_input_config"], "activity_handling": "NO_INTERRUPTION"}}
        async with FakeGeminiLive([Call("light")], [Say(1)], tls=True).running() as fake, connected(fake, **handling) as session:
            await handle(session)
            await say(session)
            assert (await anext(session.receive())).tool_call is not None
            await say(session)
            await messages(session)

    with pytest.raises(AssertionError, match="while the result of a tool is missing"):
        asyncio.run(main())
