"""What the page to talk shows: the states of its device in words, what was said, and the links to the other pages."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tars.samples import RATE
from tars.testing import Turn
from tests.server.console.browser.test_talk import talker

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

DOING = {
    ("IDLE", "NO_TURN"): "Talk",
    ("LISTENING", "NO_TURN"): "Talk",
    ("HOTWORD_DETECTED", "NO_TURN"): "Speak …",
    ("ACTIVE_SESSION", "NO_TURN"): "A moment …",
    ("ACTIVE_SESSION", "ANNOUNCEMENT"): "A moment …",
    ("ACTIVE_SESSION", "USER_TURN"): "I hear you",
    ("ACTIVE_SESSION", "THINKING"): "I think …",
    ("ACTIVE_SESSION", "SPEAKING"): "I speak",
    ("ACTIVE_SESSION", "DRAINING"): "I speak",
    ("ACTIVE_SESSION", "PAUSED"): "I hear you",
}
"""States of session and turn -> what stands on the button."""
SILENCED = {("HOTWORD_DETECTED", "NO_TURN"), ("ACTIVE_SESSION", "USER_TURN"), ("ACTIVE_SESSION", "PAUSED")}
"""States in which a microphone that gives no sound is said."""
LINKS = {
    ("DISCONNECTED", "UNLINKED"): "not connected",
    ("CONNECTING", "UNLINKED"): "connecting",
    ("BACKOFF", "UNLINKED"): "not connected, trying again",
    ("CONNECTED", "LINKED"): "connected",
    ("CONNECTING", "INTERRUPTED"): "connection lost, trying again",
    ("BACKOFF", "INTERRUPTED"): "connection lost, trying again",
}
"""States of connection and continuity -> what is said of the link."""
SAID = """async ([doing, links]) => {
  const { stateOf, wordsOf, linkOf } = await import("/static/talk_words.js");
  const { machines } = await import("/static/machines-device.js");
  const given = (states) => ({ state: (name) => states[name] });
  return {
    nothing: [wordsOf(stateOf(undefined), false), linkOf(undefined, false)],
    doing: doing.map(([session, turn]) => [false, true].map((muted) => wordsOf(stateOf(given({ session, turn })), muted))),
    links: links.map(([connection, continuity]) => [false, true].map((refused) => linkOf(given({ connection, continuity }), refused))),
    states: Object.fromEntries(Object.entries(machines).map(([name, { rows }]) => [name, Object.keys(rows)])),
  };
}"""
HEADER = """() => [...document.querySelectorAll("header a, header button, header [role=status]")]
  .map((one) => [one.tagName, one.getAttribute("href")?.replace("/#/", "#/") ?? "", one.tagName === "SPAN" ? "" : one.innerText])"""
"""The links and buttons of a page."""
MUTE = """muted => {
  Object.defineProperty(globalThis.track, "muted", { value: muted, configurable: true });
  globalThis.track.dispatchEvent(new Event(muted ? "mute" : "unmute"));
}"""
NO_SOUND = """() => {
  globalThis.resume = AudioContext.prototype.resume;
  AudioContext.prototype.resume = () => new Promise(() => {});
}"""
"""Firefox without a sound card."""
KEEP_TRACK = """() => {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    [globalThis.track] = stream.getTracks();
    return stream;
  };
}"""


def test_each_state_has_its_words(tmp_path: Path) -> None:
    async def story() -> None:
        async with talker(tmp_path, Turn()) as one:
            await one.goes_to(one.tars.console)
            said: Any = await one.browser.do(lambda page: page.evaluate(SAID, [list(DOING), list(LINKS)]))
            assert said["nothing"] == ["Talk", "not connected"], "before the first press"
            for states, (words, muted) in zip(DOING, said["doing"], strict=True):
                assert words == DOING[states], states
                assert muted == ("The microphone is muted" if states in SILENCED else words), states
            for states, (words, refused) in zip(LINKS, said["links"], strict=True):
                assert words == LINKS[states], states
                assert refused == ("connected" if words == "connected" else "refused, trying again"), states
            machines = said["states"]
            assert {session for session, _ in DOING} == set(machines["session"])
            assert {turn for _, turn in DOING} == set(machines["turn"])
            assert {connection for connection, _ in LINKS} == set(machines["connection"])
            assert {continuity for _, continuity in LINKS} == set(machines["continuity"])

    asyncio.run(story())


def test_a_page_that_cannot_connect_says_so_and_that_it_tries_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with talker(tmp_path, Turn(speech=60 * RATE)) as one:
            await one.goes_to(one.tars.console)
            # An address at which nothing is: the browser reports it as an error, so the socket of the page fails in its own way.
            fails = "globalThis.WebSocket = class { constructor() { setTimeout(() => this.onclose({ code: 1006, reason: '' }), 200); } }"
            await one.asked(f"() => {{ {fails} }}")
            await one.presses()
            await one.browser.see("#connection:text-is('connecting')")
            await one.browser.see("#connection:text-is('not connected, trying again')")
            assert await one.browser.see("#state") == "Speak …", "what is said is kept until there is a connection"

    asyncio.run(story())


def test_a_microphone_that_is_muted_is_said_as_long_as_it_is(tmp_path: Path) -> None:
    async def story() -> None:
        async with talker(tmp_path, Turn(speech=60 * RATE)) as one:
            await one.goes_to(one.tars.console)
            await one.asked(KEEP_TRACK)
            await one.presses()
            await one.said(0.2)
            await one.browser.see("#state:text-is('I hear you')")
            await one.browser.do(lambda page: page.evaluate(MUTE, True))
            assert await one.browser.see("#state") == "The microphone is muted"
            await one.browser.do(lambda page: page.evaluate(MUTE, False))
            assert await one.browser.see("#state") == "I hear you"

    asyncio.run(story())


def test_a_browser_without_a_sound_card_is_told_and_may_press_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with talker(tmp_path, Turn(speech=60 * RATE)) as one:
            await one.goes_to(one.tars.console)
            await one.asked(NO_SOUND)
            await one.presses()
            assert await one.browser.see("#problem:not(:empty)") == "It cannot begin: the browser has no sound card that it can use"
            await one.asked("() => { AudioContext.prototype.resume = globalThis.resume; }")
            await one.presses()
            await one.browser.see("#state:text-is('I hear you')")
            assert await one.asked("document.getElementById('problem').textContent") == ""

    asyncio.run(story())


def test_what_was_said_does_not_grow_without_end(tmp_path: Path) -> None:
    begun = 0

    def answer(route: Route) -> None:
        """Fifty turns that nobody has told before."""
        nonlocal begun
        turns = [{"session": f"s{number}", "turn": 1, "heard": f"heard {number}", "answer": "yes"} for number in range(begun, begun + 50)]
        begun += 50
        route.fulfill(body=json.dumps({"turns": turns}), content_type="application/json")

    async def story() -> None:
        async with talker(tmp_path, *[Turn(speech=RATE // 2)] * 8) as one:
            await one.browser.do(lambda page: page.route("**/api/conversation*", answer))
            await one.goes_to(one.tars.console)
            await one.presses()
            await one.event("playback_complete", 3)
            await one.holds("document.querySelectorAll('#transcript li').length === 200")
            shown = await one.asked("[...document.querySelectorAll('#transcript .heard')].map((line) => line.innerText)")
            last = int(shown[-1].split()[1])
            assert shown == [f"heard {number}" for number in range(last - 99, last + 1)], "the last ones stay"

    asyncio.run(story())


@pytest.mark.parametrize("path", ["/", "/talk"])
def test_either_page_leads_to_the_other_views_and_signs_out(tmp_path: Path, path: str) -> None:
    def look(page: Page) -> list[list[str]]:
        found: list[list[str]] = page.evaluate(HEADER)
        return found

    async def story() -> None:
        async with talker(tmp_path, Turn()) as one:
            on_console = await one.browser.do(look)
            await one.goes_to(one.tars.console)
            assert await one.browser.do(look) == on_console
            await one.browser.do(lambda page: page.goto(f"{one.tars.console}{path}"))
            await one.browser.click("text=Sign out")
            await one.browser.see("#secret")
            await one.browser.do(lambda page: page.goto(f"{one.tars.console}/talk"))
            assert (await one.browser.do(lambda page: page.url)).endswith("/login")

    asyncio.run(story())
