"""The connection that is kept open for the next conversation."""

from __future__ import annotations

import asyncio

import pytest

from tars.brains import Caller
from tars.brains.hear.silero import SileroModel
from tars.brains.realtime.conversation import RealtimeConversation
from tars.brains.realtime.line import Line, Past
from tars.brains.realtime.reserve import Reserve
from tars.brains.realtime.tools import Toolbox
from tars.brains.reply.intents.understanding.names import Names
from tars.brains.reply.timers import Timers
from tars.brains.testing import FakeSpeak
from tars.runtime.persona_settings import Persona
from tars.samples import Samples
from tests.brains.realtime.services import asked, until


async def break_down(past: Past) -> Line:
    raise RuntimeError("a fault of TARS")


def test_a_fault_while_a_connection_is_kept_open_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        reserve = Reserve(break_down)
        reserve.start()
        await until(lambda: "no connection is kept open any more" in caplog.messages)
        await reserve.close()

    asyncio.run(main())
    (record,) = caplog.records
    assert record.exc_info is not None, "with its traceback"


def test_a_fault_of_a_conversation_is_told_at_once_and_ends_it_at_the_next_question(
    question: Samples, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        conversation = RealtimeConversation(
            Reserve(break_down),
            Toolbox({}),
            FakeSpeak(),
            SileroModel(),
            Caller("kitchen", "session", print),
            Timers(),
            Persona("TARS"),
            Names("", ()),
            10,
        )
        await until(lambda: "a fault between two answers" in caplog.messages)
        with pytest.raises(RuntimeError, match="a fault of TARS"):
            await asked(conversation, question)
        await conversation.close()

    asyncio.run(main())
