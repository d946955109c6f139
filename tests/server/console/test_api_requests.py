"""What is wrong with a request is said, and what the documentation shows works."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
from pathlib import Path

import pytest

from tars.core import effects
from tars.runtime import clock
from tars.server.push import announcements
from tars.testing import ScriptedBrain, Turn
from tests.in_process import device
from tests.server.console.calling import KEY, Client, called
from tests.server.console.raw import connect, end_of
from tests.sounds import noise

PAGE = Path(__file__).resolve().parents[3] / "docs/http.md"
STATUS = {("POST", "/api/say"): 202, ("POST", "/api/timers"): 201}
"""Of the examples; of the others it is 200."""
DINNER = {"device": "kitchen", "text": "Dinner."}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "the body must be JSON in UTF-8"),
        (b"\xff", "the body must be JSON in UTF-8"),
        (b"[" * 9000, "the body must be JSON in UTF-8"),
        (b"[]", "the body must be an object of JSON"),
        (b'{"device": "kitchen"}', "text is missing; the body must have device and text"),
        (b'{"device": "kitchen", "text": "a", "say": 1}', "'say' is unknown; allowed are device, text, expires"),
        (b'{"device": "the kitchen", "text": "a"}', "device must be 1 to 64 letters, digits, - and _, not 'the kitchen'"),
        (b'{"device": 7, "text": "a"}', "device must be a text, not 7"),
        (b'{"device": "kitchen", "text": " "}', "text must be 1 to 1000 characters, not 0"),
        (b'{"device": "kitchen", "text": "' + b"a" * 1001 + b'"}', "text must be 1 to 1000 characters, not 1001"),
        (b'{"device": "kitchen", "text": "\\ud800"}', "text must be a text of Unicode"),
        (b'{"device": "kitchen", "text": "a", "expires": true}', "expires must be a number of seconds, or a text such as 30m, not true"),
        (b'{"device": "kitchen", "text": "a", "expires": "soon"}', "expires must be a number of seconds, or one with s, m, h or d"),
        (b'{"device": "kitchen", "text": "a", "expires": -1}', "expires must be a number of seconds, or one with s, m, h or d"),
        (b'{"device": "kitchen", "text": "a", "expires": NaN}', "expires must be a number of seconds, or one with s, m, h or d"),
        (b'{"device": "kitchen", "text": "a", "expires": 1e300}', "expires must be 365d at most"),
    ],
)
def test_a_body_that_cannot_be_used_is_explained(body: bytes, error: str) -> None:
    async def main() -> None:
        async with called() as (_, client):
            answer = await client.send("POST", "/api/say", body)
            assert answer.status == 400
            assert answer.data["error"].startswith(error)
            assert (await client.get("/api/announcements")).data == {"announcements": []}

    asyncio.run(main())


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "error"),
    [
        ("POST", "/api/say", {"Idempotency-Key": ""}, 400, "Idempotency-Key must be 1 to 255"),
        ("POST", "/api/say", {"Idempotency-Key": "a b"}, 400, "Idempotency-Key must be 1 to 255"),
        ("POST", "/api/say", {"Idempotency-Key": "a" * 256}, 400, "Idempotency-Key must be 1 to 255"),
        ("GET", "/api/say", {}, 405, "Method Not Allowed"),
        ("GET", "/api/nothing", {}, 404, "Not Found"),
        ("GET", "/api/timers?room=kitchen", {}, 400, "the parameter 'room' is unknown; allowed are device"),
        ("DELETE", "/api/timers?device=kitchen", {}, 400, "the parameter label is missing; needed are device, label"),
    ],
)
def test_a_request_that_cannot_be_used_is_explained(method: str, path: str, headers: dict[str, str], status: int, error: str) -> None:
    async def main() -> None:
        async with called() as (_, client):
            answer = await client.send(method, path, json.dumps(DINNER).encode() if method == "POST" else None, headers)
            assert (answer.status, answer.data["error"][: len(error)]) == (status, error)

    asyncio.run(main())


@pytest.mark.parametrize(("length", "sent", "status"), [(20_000, 20_000, b"413"), (100, 10, b"408")], ids=["too_long", "too_late"])
def test_a_body_is_bounded_in_length_and_time(monkeypatch: pytest.MonkeyPatch, length: int, sent: int, status: bytes) -> None:
    monkeypatch.setattr("tars.server.console.api_requests.BODY_LIMIT", 0.2 if status == b"408" else 20)
    head = f"POST /api/say HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Length: {length}\r\n\r\n"

    async def main() -> None:
        async with called() as (_, client):
            reader, writer = await connect(client.url)
            writer.write(head.encode() + b" " * sent)
            answer = await end_of(reader)
            assert answer.split()[1] == status
            assert b'{"error":"the body ' in answer
            writer.close()

    asyncio.run(main())


# --- the documentation -----------------------------------------------------------------------------------------------------------


def examples() -> list[list[str]]:
    """The words of each call of curl on the page."""
    blocks = "\n".join(re.findall(r"(?ms)^```sh\n(.*?)^```$", PAGE.read_text()))
    return [shlex.split(line) for line in blocks.replace("\\\n", " ").splitlines() if line]


def as_request(words: list[str]) -> tuple[str, str, bytes | None, dict[str, str]]:
    """Method, path, body and headers of a call of curl."""
    path, body, headers = "", None, {}
    left = iter(words[1:])
    for word in left:
        match word:
            case "--fail-with-body":
                pass
            case "-H":
                name, _, value = next(left).partition(": ")
                headers[name] = value.replace("$TARS_API_KEY", KEY)
            case "-d":
                body = next(left).encode()
            case _:
                assert word.startswith("http://127.0.0.1:7457/"), word
                path = word.removeprefix("http://127.0.0.1:7457")
    return "GET" if body is None else "POST", path, body, headers


def test_the_examples_of_the_documentation_work() -> None:
    calls = [as_request(words) for words in examples()]
    assert {path for _, path, _, _ in calls} >= {"/api/say", "/api/ask", "/api/devices", "/api/announcements", "/api/timers"}

    async def main() -> None:
        brain = ScriptedBrain(Turn(speech=1600, heard="yes"))
        async with called(brain=brain) as (tars, client), device(tars.url) as kitchen:

            async def lives() -> None:
                while True:
                    kitchen.speaker.pass_time(0.1)
                    kitchen.microphone.hear(noise(0.08))
                    await clock.sleep_until(clock.now() + 0.002)

            living = asyncio.create_task(lives())
            answers = [await Client(client.url, "").send(*call) for call in calls]
            living.cancel()
            assert [answer.status for answer in answers] == [STATUS.get((method, path), 200) for method, path, _, _ in calls]
            (asked,) = [answer.data for answer in answers if "answer" in answer.data and answer.data["asks"]]
            assert (asked["outcome"], asked["answer"]) == ("answered", "yes")
            (shown,) = [json.loads(block) for block in re.findall(r"(?ms)^```json\n(.*?)^```$", PAGE.read_text())]
            assert shown.keys() == answers[0].data.keys()

    asyncio.run(main())


def test_the_outcomes_of_the_documentation_are_those_that_there_are() -> None:
    named = set(re.findall(r"(?m)^\| `(\w+)` \| ", PAGE.read_text().partition("| `outcome` |")[2].partition("\n## ")[0]))
    of_rows = {effects.SPOKEN, effects.ANSWERED, effects.UNANSWERED}
    assert named == of_rows | {announcements.WITHDRAWN, announcements.IMPOSSIBLE, announcements.FAILED, "waits", "expired"}
