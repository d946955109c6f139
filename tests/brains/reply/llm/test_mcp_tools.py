"""Tools of a real MCP server on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from mcp.server import MCPServer
from mcp.server.mcpserver import Context

from tars.brains.parts import Action
from tars.errors import ConfigError
from tests.brains.reply.llm.fake_openai import Call, Status
from tests.brains.reply.llm.test_dialogue import bench, read, run


class House:
    """A server whose tools note what they are given."""

    def __init__(self) -> None:
        self.done: list[tuple[str, object]] = []
        self.server = MCPServer("house", log_level="CRITICAL")

        @self.server.tool()
        def light(room: str, context: Context) -> str:
            """Switch on the light of a room."""
            meta = context.request_context.meta
            self.done.append((room, meta and meta.get("tars.idempotency_key")))
            return f"the light in the {room} is on"

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[str]:
        """Serve meanwhile; the address."""
        listening = socket.create_server(("127.0.0.1", port))
        server = uvicorn.Server(uvicorn.Config(self.server.streamable_http_app(), log_level="critical"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        finally:
            server.should_exit = True
            await serving


LIGHT = Call("light", '{"room": "bath"}')


def test_a_tool_of_a_server_is_offered_and_called_with_the_key_of_the_utterance() -> None:
    async def main() -> None:
        house = House()
        async with house.running() as url, bench([LIGHT], ["It is bright."], mcp=(url,)) as llm:
            assert (await read(await llm.ask("Light", turn=3))).strip() == "It is bright."
            assert house.done == [("bath", "session/3/light/1")]
            assert llm.actions == [Action("light", {"room": "bath"}, "the light in the bath is on")]
            offered = {tool["function"]["name"]: tool["function"] for tool in llm.fake.requests[0]["tools"]}
            assert set(offered) == {"current_time", "set_timer", "light"}
            assert offered["light"]["description"] == "Switch on the light of a room."
            assert set(offered["light"]["parameters"]["properties"]) == {"room"}

    run(main)


def test_a_server_may_be_away_and_come_back() -> None:
    async def main() -> None:
        house = House()
        async with house.running() as url:
            pass
        port = int(url.split(":")[2].split("/")[0])
        with pytest.raises(ConfigError, match=r"llm\.mcp: http.* is no MCP server .*: is it running, and the address right\?"):
            async with bench(["Never."], mcp=(url,)):
                pass
        async with house.running(port):
            part = bench([LIGHT], ["It is dark."], [LIGHT], ["It is bright."], mcp=(url,))
            llm = await part.__aenter__()
        assert await llm.answer("Light") == "It is dark."
        (action,) = llm.actions
        assert action.result.startswith(f"failed: {url}: ")
        house = House()
        async with house.running(port):
            assert await llm.answer("Light") == "It is bright."
        await part.__aexit__(None, None, None)

    run(main)


def test_arguments_that_a_server_refuses_are_told_to_the_model() -> None:
    async def main() -> None:
        async with House().running() as url, bench([Call("light", '{"lamp": 1}')], ["What room?"], mcp=(url,)) as llm:
            assert await llm.answer("Light") == "What room?"
            (action,) = llm.actions
            assert action.result.startswith("failed: ")
            assert "room" in action.result

    run(main)


def test_what_is_no_mcp_server_is_named() -> None:
    async def main() -> None:
        async with bench([Status(404)]) as other:
            with pytest.raises(ConfigError, match=r"llm\.mcp: .* is no MCP server"):
                async with bench(["Never."], mcp=(other.fake.url,)):
                    pass
            other.fake.problems.clear()

    run(main)


def test_two_tools_of_one_name_are_refused() -> None:
    async def main() -> None:
        async with House().running() as url:
            with pytest.raises(ConfigError, match="there are two tools of the name 'light'"):
                async with bench(["Never."], mcp=(url, url)):
                    pass

    run(main)


def test_without_tools_no_server_is_asked() -> None:
    async def main() -> None:
        async with bench(["Yes."], mcp=("http://127.0.0.1:9/mcp",), tools="off") as llm:
            assert await llm.answer("Now?") == "Yes."

    run(main)
