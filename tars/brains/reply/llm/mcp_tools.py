"""Tools of MCP servers. A server is connected anew for each call, in milliseconds: it may be restarted at any time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, cast

from httpx2 import HTTPError
from mcp import Client, MCPError
from mcp.types import CallToolResult, RequestParamsMeta, TextContent
from mcp.types import Tool as Offered
from pydantic_ai import RunContext, Tool

from tars.brains.reply.llm.calls import Run, noted
from tars.errors import ConfigError
from tars.runtime.command import leaves

KEY = "tars.idempotency_key"
"""The name of a call's idempotency key, among the meta data that the server is sent."""

NO_SERVER = (ExceptionGroup, MCPError, HTTPError, OSError, ValueError)
"""What a client raises if there is no MCP server at an address, or it answers something else."""


async def find_mcp_tools(urls: Iterable[str], limit: float, setting: str = "llm.mcp") -> list[Tool[Run]]:
    """All tools of these servers, which the setting names. Raises ConfigError if one does not answer within `limit` seconds."""
    tools: list[Tool[Run]] = []
    for url in urls:
        try:
            async with asyncio.timeout(limit):
                offered = await _offered(url)
        except TimeoutError:
            raise ConfigError(f"{setting}: {url} does not answer within {limit:g} s: is the server running?") from None
        except NO_SERVER as error:
            raise ConfigError(f"{setting}: {url} is no MCP server ({_said(error)}): is it running, and the address right?") from None
        tools += [_as_tool(url, one) for one in offered]
    return tools


async def _offered(url: str) -> list[Offered]:
    async with Client(url) as client:
        page = await client.list_tools()
        tools = list(page.tools)
        while page.next_cursor:
            page = await client.list_tools(cursor=page.next_cursor)
            tools += page.tools
        return tools


def _as_tool(url: str, offered: Offered) -> Tool[Run]:
    name = offered.name

    async def call(run: RunContext[Run], **arguments: Any) -> str:
        key = run.deps.context(name).key

        async def ask_server() -> str:
            try:
                async with Client(url) as client:
                    return _text(await client.call_tool(name, arguments, meta=cast(RequestParamsMeta, {KEY: key})))
            except NO_SERVER as error:
                raise ConnectionError(f"{url}: {_said(error)}") from error

        return await noted(run.deps, name, arguments, ask_server)

    return Tool.from_schema(call, name, offered.description, offered.input_schema, takes_ctx=True, sequential=True)


def _text(result: CallToolResult) -> str:
    """The text in a result; pictures and sound are left out."""
    text = "\n".join(item.text for item in result.content if isinstance(item, TextContent))
    return f"failed: {text}" if result.is_error else text


def _said(error: BaseException) -> str:
    causes = leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return "; ".join(str(cause) or type(cause).__name__ for cause in causes)
