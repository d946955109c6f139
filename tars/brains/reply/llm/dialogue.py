"""The part `llm` in one session: one answer after the other, each read from the model while it is spoken."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from httpx2 import HTTPError
from openai import OpenAIError
from pydantic_ai import Agent, AgentStreamEvent, UsageLimits
from pydantic_ai.exceptions import AgentRunError
from pydantic_ai.messages import PartDeltaEvent, PartStartEvent, TextPart, TextPartDelta

from tars.brains import Caller
from tars.brains.parts import Completeness, Question, TextReply
from tars.brains.reply.llm import failures, messages
from tars.brains.reply.llm.budget import Budget
from tars.brains.reply.llm.calls import Run
from tars.brains.reply.llm.prompt import prompt_of
from tars.brains.reply.timers import Timers
from tars.errors import ReplyError
from tars.runtime.llm_settings import LlmSettings

MARKS = re.compile(r"[*#`_]+|^\s*>\s?", re.MULTILINE)
"""What marks bold words, headings and code in an answer; it is not spoken."""

MOST_LETTERS_A_TOKEN = 10
"""More than a token has on average in any text. An answer that is longer is not ended by its server."""


@dataclass(frozen=True)
class Model:
    """The model, for all sessions."""

    agent: Agent[Run, str]
    settings: LlmSettings
    budget: Budget
    """For callers whose tokens the server does not count."""
    limits: UsageLimits


class LlmDialogue:
    """One session. A task reads the answer from the model; the session cancels it when nobody wants the rest."""

    def __init__(self, model: Model, caller: Caller, timers: Timers) -> None:
        self._model, self._caller, self._timers = model, caller, timers
        self._budget = model.budget if caller.tokens is None else Budget(model.settings.tokens_a_day, caller.tokens)
        self._generating: asyncio.Task[None] | None = None

    def completeness(self, text: str) -> Completeness:
        """It has no commands."""
        return Completeness.UNKNOWN

    async def reply(self, question: Question) -> TextReply:
        """The answer. Raises ReplyError if the device has used its tokens of the day."""
        self.stop()
        if self._budget.is_spent(self._caller.device):
            limit = self._model.settings.tokens_a_day
            raise ReplyError(f"the device has used its {limit} tokens of today (llm.tokens_a_day)", failures.SPENT)
        pieces: asyncio.Queue[str | None] = asyncio.Queue()
        run = Run(self._caller, self._timers, question.utterance, question.actions, self._model.settings.timeout / 2)
        self._generating = asyncio.create_task(self._generate(question, run, pieces))
        self._generating.add_done_callback(_look_at)
        return TextReply(self._read(self._generating, pieces))

    def not_understood(self, text: str) -> str:
        """What the user hears if no part has an answer."""
        return failures.BROKEN

    def stop(self) -> None:
        """End the request: the model need not go on."""
        if self._generating is not None:
            self._generating.cancel()

    async def close(self) -> None:
        """End the request, and wait until its connection is free."""
        self.stop()
        if self._generating is not None:
            await asyncio.wait([self._generating])

    async def _read(self, generating: asyncio.Task[None], pieces: asyncio.Queue[str | None]) -> AsyncIterator[str]:
        """The pieces until None. Raises ReplyError, also if nothing comes for too long."""
        settings = self._model.settings
        try:
            while True:
                async with asyncio.timeout(settings.timeout):
                    piece = await pieces.get()
                if piece is None:
                    break
                if piece:
                    yield piece
        except TimeoutError:
            generating.cancel()
            raise ReplyError(
                f"{settings.url}: nothing came for {settings.timeout:g} s; raise llm.timeout, or use a smaller model", failures.LATE
            ) from None
        await asyncio.wait([generating])
        if not generating.cancelled():
            generating.result()  # raises what went wrong

    async def _generate(self, question: Question, run: Run, pieces: asyncio.Queue[str | None]) -> None:
        """Put the pieces of the answer into the queue, then None. An empty piece: the model does something else, such as a call."""
        model, text, used = self._model, "", 0
        prompt = prompt_of(question.persona, model.settings.prompt)
        room = model.settings.context_tokens - model.settings.answer_tokens - messages.estimate(prompt, question.text)
        earlier = messages.newest(question.exchanges, room)
        try:
            async with model.agent.run_stream_events(
                question.text, instructions=prompt, message_history=messages.history(earlier), deps=run, usage_limits=model.limits
            ) as events:
                async for event in events:
                    piece = _text_of(event)
                    text += piece
                    pieces.put_nowait(MARKS.sub("", piece))
                    if len(text) > model.settings.answer_tokens * MOST_LETTERS_A_TOKEN:
                        raise ReplyError(f"{model.settings.url}: the server does not keep to llm.answer_tokens", failures.STOPPED)
                used = events.usage.total_tokens
        except (AgentRunError, OpenAIError, HTTPError) as error:
            raise failures.explained(error, model.settings, begun=bool(text)) from error
        finally:
            # A server that does not count, or is not asked to the end, has used about as many as these texts are.
            asked = [question.text, prompt, *(part for exchange in earlier for part in (exchange.asked, exchange.said))]
            self._budget.count(self._caller.device, used or messages.estimate(*asked, text))
            pieces.put_nowait(None)


def _look_at(done: asyncio.Task[None]) -> None:
    """What went wrong is raised where the answer is read. If nobody reads it any more, that is no fault."""
    if not done.cancelled():
        done.exception()


def _text_of(event: AgentStreamEvent | object) -> str:
    """The piece of the answer in an event. What the model says after a tool is a text of its own."""
    match event:
        case PartStartEvent(part=TextPart(content=text)):
            return f" {text}" if text else ""
        case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
            return text
    return ""
