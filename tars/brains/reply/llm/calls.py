"""Tools as pydantic-ai has them: what they are given, and what is noted of each call."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import PydanticUserError
from pydantic_ai import RunContext, Tool
from pydantic_ai.exceptions import UserError

from tars.brains import Caller
from tars.brains.parts import Action
from tars.brains.reply.timers import Timers
from tars.brains.tools import Function, ToolContext, find_tools, wants_context
from tars.errors import ConfigError
from tars.runtime.log import log

INTERRUPTED = "interrupted; it is not known whether it was done"


@dataclass(frozen=True)
class Run:
    """The answer to one utterance, for which tools are called."""

    caller: Caller
    timers: Timers
    utterance: str
    """SESSION/AT."""
    actions: list[Action]
    """The calls so far."""
    timeout: float
    """Seconds that a tool may take."""

    def context(self, tool: str) -> ToolContext:
        """What the next call of this tool is given."""
        number = sum(action.tool == tool for action in self.actions) + 1
        return ToolContext(self.caller.device, f"{self.utterance}/{tool}/{number}", self.timers, self.caller.ring)


async def all_tools(group: str, mcp: Sequence[str], limit: float) -> list[Tool[Run]]:
    """The tools that are installed, and those of the MCP servers `mcp`, each of which has `limit` seconds to name them.

    `group`: the name of the settings with the servers. Raises ConfigError, also for two tools of one name.
    """
    tools = as_tools(find_tools())
    if mcp:
        try:
            from tars.brains.reply.llm.mcp_tools import find_mcp_tools
        except ModuleNotFoundError as error:
            raise ConfigError(
                f"{group}.mcp needs the Python module {error.name}, which is not installed: pip install -e '.[mcp]' in the TARS folder"
            ) from error
        tools += await find_mcp_tools(mcp, limit, f"{group}.mcp")
    if twice := sorted({tool.name for tool in tools if [other.name for other in tools].count(tool.name) > 1}):
        raise ConfigError(f"{group}: there are two tools of the name {twice[0]!r}; leave out one of their packages or MCP servers")
    return tools


def as_tools(functions: Mapping[str, Function]) -> list[Tool[Run]]:
    """The tools, by name. They are called one after the other. Raises ConfigError."""
    return [_as_tool(name, function) for name, function in functions.items()]


def _as_tool(name: str, function: Function) -> Tool[Run]:
    signature = inspect.signature(function, eval_str=True)
    parameters = list(signature.parameters.values())[1 if wants_context(function) else 0 :]

    async def call(run: RunContext[Run], **arguments: Any) -> str:
        return await noted(run.deps, name, arguments, partial(_call, run.deps, name, function, arguments))

    # The model sees the parameters of the function, but not the context.
    first = inspect.Parameter("run", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=RunContext[Run])
    shown = inspect.Signature([first, *(item.replace(kind=inspect.Parameter.KEYWORD_ONLY) for item in parameters)])
    vars(call).update(__signature__=shown)
    call.__annotations__ = {item.name: item.annotation for item in shown.parameters.values() if item.annotation is not item.empty}
    call.__doc__, call.__name__ = inspect.getdoc(function), name
    try:
        return Tool(call, name=name, takes_ctx=True, sequential=True)
    except (UserError, PydanticUserError) as error:
        raise ConfigError(f"tool {name!r} has a parameter whose type a model cannot be told: {error}") from error


async def _call(run: Run, name: str, function: Function, arguments: dict[str, Any]) -> str:
    """What the function returns. A plain function runs in a thread."""
    given = (run.context(name),) if wants_context(function) else ()
    if inspect.iscoroutinefunction(function):
        return str(await function(*given, **arguments))
    return str(await asyncio.to_thread(function, *given, **arguments))


async def noted(run: Run, name: str, arguments: dict[str, Any], call: Callable[[], Awaitable[str]]) -> str:
    """What a call returns, or a sentence for the model if it fails; it is noted in either case, and if it is interrupted."""
    result = INTERRUPTED
    try:
        result = await _within_limit(run, name, call)
    finally:
        run.actions.append(Action(name, arguments, result))
        log.info("tool called", device=run.caller.device, utterance=run.utterance, tool=name, result=result)
    return result


async def _within_limit(run: Run, name: str, call: Callable[[], Awaitable[str]]) -> str:
    try:
        async with asyncio.timeout(run.timeout):
            return await call()
    except TimeoutError:
        log.warning("tool is too slow", tool=name, utterance=run.utterance, limit=run.timeout)
        return f"failed: no result within {run.timeout:g} s"
    except Exception as error:  # noqa: BLE001 - a tool is foreign code: what it raises ends no conversation
        log.warning("tool failed", tool=name, utterance=run.utterance, error=error)
        return f"failed: {str(error) or type(error).__name__}"
