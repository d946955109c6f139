"""The part `llm` before it is asked anything, and with a real server of a real small model."""

from __future__ import annotations

import asyncio

import pytest

from tars.brains import BrainSettings, Caller
from tars.brains.doctor import examine
from tars.brains.parts import Exchange, Question
from tars.brains.registry import make_part
from tars.brains.reply.llm.part import Llm
from tars.brains.reply.timers import Timers
from tars.errors import ConfigError
from tars.runtime.llm_settings import LlmSettings
from tests.brains.reply.llm.fake_openai import KEY, MODEL, FakeOpenAI, Status
from tests.brains.reply.llm.llama import Llama

CALLER = Caller("kitchen", "session", print)


def test_a_part_without_a_model_says_what_to_do() -> None:
    with pytest.raises(ConfigError, match=r"llm.model is missing: name a model that the server at http://127.0.0.1:11434/v1 has"):
        asyncio.run(Llm(BrainSettings()).warm())


def test_a_server_that_is_not_there_yet_is_no_reason_not_to_start() -> None:
    async def main() -> None:
        part = Llm(BrainSettings(llm=LlmSettings(url="http://127.0.0.1:9/v1", model=MODEL)))
        await part.warm()
        await part.close()

    asyncio.run(main())


def test_a_tool_whose_parameters_no_model_can_be_told_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def odd(what: asyncio.Queue[int]) -> None:
        """Odd."""

    monkeypatch.setattr("tars.brains.reply.llm.calls.find_tools", lambda: {"odd": odd})
    with pytest.raises(ConfigError, match=r"tool 'odd' has a parameter whose type a model cannot be told: .*Queue"):
        asyncio.run(Llm(BrainSettings(llm=LlmSettings(model=MODEL))).warm())


@pytest.mark.parametrize("tools", ["on", "off"])
def test_a_real_model_answers_in_pieces_and_knows_what_was_said(llama: Llama, tools: str) -> None:
    async def main() -> None:
        settings = LlmSettings(url=llama.url, model="SmolLM2", answer_tokens=24, timeout=60, tools=tools)  # type: ignore[arg-type]
        part = Llm(BrainSettings(llm=settings))
        await part.warm()
        dialogue = part.open(CALLER, Timers())
        earlier = [Exchange("Hello", "Hello, I am TARS.")]
        reply = await dialogue.reply(Question("Tell me something about the moon.", earlier, "session/2"))
        pieces = [piece async for piece in reply.text] if not isinstance(reply.text, str) else []
        assert len(pieces) > 5
        assert "moon" in "".join(pieces).lower()
        assert 20 < part.used("kitchen") < 400
        await dialogue.close()
        await part.close()

    asyncio.run(main())


def test_the_doctor_asks_the_model_and_says_what_to_do() -> None:
    async def main() -> None:
        async with FakeOpenAI(["It is noon."], [Status(401)]).running() as server:
            settings = BrainSettings(llm=LlmSettings(url=server.url, model=MODEL, key=KEY))
            *_, well = await examine("llm", settings)
            assert (well.name, well.ok) == ("reply llm", True)
            assert "answered “It is noon.” in" in well.text
            *_, bad = await examine("llm", settings)
            assert not bad.ok
            assert bad.text.endswith("correct llm.key")

    asyncio.run(main())


def test_without_its_packages_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for module in [name for name in sys.modules if name.startswith("tars.brains.reply.llm.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pydantic_ai", None)
    with pytest.raises(ConfigError, match=r"reply part 'llm' needs the Python module pydantic_ai, .* pip install -e '.\[llm\]'"):
        make_part("reply", "llm", BrainSettings())
