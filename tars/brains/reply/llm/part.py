"""The part `llm`: one language model for all devices."""

from __future__ import annotations

from urllib.parse import urlsplit

from httpx2 import Timeout
from openai import AsyncOpenAI
from pydantic_ai import Agent, UsageLimits
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings

from tars.brains import BrainSettings, Caller
from tars.brains.reply.llm.budget import Budget
from tars.brains.reply.llm.calls import Run, all_tools
from tars.brains.reply.llm.dialogue import LlmDialogue, Model
from tars.brains.reply.timers import Timers
from tars.errors import BrainError, ConfigError


class Llm:
    """A language model. The server need not be there when TARS starts."""

    languages = ()
    """Any: which ones a model has is not known."""

    def __init__(self, settings: BrainSettings) -> None:
        """Nothing is loaded yet."""
        self._settings = settings.llm
        self._client: AsyncOpenAI | None = None
        self._model: Model | None = None

    async def warm(self) -> None:
        """Find the tools. Only MCP servers are asked, not the model. Raises ConfigError."""
        settings = self._settings
        if not settings.model:
            raise ConfigError(f"llm.model is missing: name a model that the server at {settings.url} has")
        tools = await all_tools("llm", settings.mcp, settings.timeout) if settings.tools == "on" else []
        # How long the answer may take is watched where it is read: a server may keep a connection busy and say nothing.
        limit = Timeout(None, connect=settings.timeout)
        client = AsyncOpenAI(base_url=settings.url, api_key=settings.key or "none", max_retries=0, timeout=limit)
        # OpenAI has another name for the limit of an answer than most servers that are like it.
        profile = OpenAIModelProfile(openai_chat_supports_max_completion_tokens=urlsplit(settings.url).hostname == "api.openai.com")
        agent = Agent(
            OpenAIChatModel(settings.model, provider=OpenAIProvider(openai_client=client), profile=profile),
            deps_type=Run,
            tools=tools,
            model_settings=ModelSettings(max_tokens=settings.answer_tokens),
        )
        self._client = client
        self._model = Model(agent, settings, Budget(settings.tokens_a_day), UsageLimits(request_limit=5))

    def open(self, caller: Caller, timers: Timers) -> LlmDialogue:
        """A dialogue that has said nothing yet."""
        if self._model is None:
            raise BrainError("the part llm is not ready")
        return LlmDialogue(self._model, caller, timers)

    def used(self, device: str) -> int:
        """The tokens that the device has used today."""
        return 0 if self._model is None else self._model.budget.used(device)

    async def close(self) -> None:
        """Close the connections to the model."""
        if self._client is not None:
            await self._client.close()
