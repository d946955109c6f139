"""A real browser is a device of the real server: its microphone is a file, its network breaks, it is loaded again."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tars.generated.messages import MachineStep, Message, SoundLevel, Watch
from tars.runtime import clock
from tars.runtime.runner import Tell
from tars.samples import RATE, Samples
from tars.server.state_folder import open_store
from tars.testing import ScriptedBrain, Turn
from tests.faults.proxy import Proxy, proxy
from tests.in_process import LIMIT, RunningServer, server, until
from tests.server.connections import add_keys
from tests.server.console.looking import Browser, link_of, looking
from tests.sounds import noise, read_wav, write_wav

PITCH = 600
"""Hertz of what is said."""
ANSWER = noise(1.5)
NAME = "browser-4f2a91c0"


def says(folder: Path) -> list[str]:
    """What makes a file the microphone: a tone that swells and fades, again and again."""
    seconds = np.arange(4 * RATE) / RATE
    loudness = 12_000 * np.abs(np.sin(np.pi * seconds))
    write_wav(folder / "said.wav", (loudness * np.sin(2 * np.pi * PITCH * seconds)).astype(np.int16))
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={folder / 'said.wav'}",
    ]


class Talker:
    """A page that talks."""

    def __init__(self, tars: RunningServer, browser: Browser, brain: ScriptedBrain, folder: Path) -> None:
        self.tars, self.browser, self.brain, self.folder = tars, browser, brain, folder
        self.name = ""

    async def goes_to(self, url: str) -> None:
        await self.browser.do(lambda page: page.goto(f"{url}/talk"))
        await self.is_ready()

    async def is_ready(self) -> None:
        """The page has its name, for which it has asked the browser."""
        await self.holds("globalThis.talk !== undefined")
        self.name = await self.asked("talk.name")

    async def asked(self, expression: str) -> Any:
        """The value of an expression in the page."""
        return await self.browser.do(lambda page: page.evaluate(expression))

    async def leaves(self) -> None:
        """Before the network is gone: a page that finds none says so in the console of the browser."""
        await self.browser.do(lambda page: page.goto("about:blank"))

    async def presses(self) -> None:
        await self.browser.click("#press")

    async def states(self, **wanted: str) -> None:
        await self.tars.steps.states(self.name, **wanted)

    async def event(self, name: str, times: int = 1) -> Any:
        return await self.tars.steps.event(name, times, device=self.name)

    async def said(self, seconds: float) -> None:
        """Wait until the brain has been given so much of the last turn."""
        samples = round(seconds * RATE)
        await until(lambda: len(self._last_utterance()) >= 2 * samples)

    def _last_utterance(self) -> bytes:
        heard = self.brain.conversations[-1].heard if self.brain.conversations else []
        return heard[-1] if heard else b""

    async def holds(self, expression: str) -> None:
        """Wait until it is true in the page. Its policy forbids playwright's own way to wait."""
        end = clock.now() + LIMIT
        while not await self.asked(expression):
            assert clock.now() < end, f"not within {LIMIT:g} s: {expression}"

    async def check_utterance(self, turn: int) -> Samples:
        """The recording of a turn is what the page has kept, sample by sample."""
        conversation = self.brain.conversations[-1]
        session = conversation.caller.session
        file = self.folder / "recordings" / f"{self.name}-{session}-{turn}.wav"
        await until(lambda: is_whole(file))
        recorded = read_wav(file)
        at = conversation.begins[turn - 1]
        kept = await self.asked(f"Array.from(talk.core.ring.read({at}, {at + len(recorded)}))")
        assert np.array_equal(recorded, kept)
        return recorded


def is_whole(file: Path) -> bool:
    """Whether a recording is written to its end."""
    try:
        with wave.open(str(file)) as recording:
            return bool(0 < recording.getnframes() == (file.stat().st_size - 44) // 2)
    except (FileNotFoundError, EOFError, wave.Error):
        return False


@asynccontextmanager
async def talker(folder: Path, *turns: Turn, allowed: bool = True, **context: Any) -> AsyncIterator[Talker]:
    """A browser that has opened the link, beside a server whose brain has this script. `allowed`: its user allows the microphone."""
    brain, state = ScriptedBrain(*turns), folder / "state"
    arguments = says(folder) if allowed else []
    async with (
        server(brain, state=state, console="127.0.0.1:0", record=folder / "recordings") as tars,
        looking(link_of(state), *arguments, **context) as browser,
    ):
        await browser.do(lambda page: page.wait_for_url(f"{tars.console}/"))
        yield Talker(tars, browser, brain, folder)


def test_what_is_said_is_what_the_server_records_and_the_answer_is_heard_whole(tmp_path: Path) -> None:
    async def story() -> None:
        async with talker(tmp_path, Turn(speech=2 * RATE, sound=ANSWER), Turn(speech=99 * RATE)) as one:
            await one.goes_to(one.tars.console)
            await one.presses()
            await one.event("playback_complete")
            recorded = await one.check_utterance(1)
            assert len(recorded) >= 2 * RATE
            assert pitch(recorded) == pytest.approx(PITCH, abs=2), "what the file says, at the right speed"
            reply = await one.asked("talk.core.downlink")
            assert (reply["received"], reply["heard"], reply["length"]) == (len(ANSWER),) * 3
            assert await one.asked("talk.underruns") == 0
            await one.presses()  # the user's turn: it ends the conversation
            await one.states(session="LISTENING")
            assert (await one.event("session_end")).payload["reason"] == "button"
            await one.holds("talk.core.machines.state('session') === 'LISTENING'")
            end = await one.asked("talk.core.ring.end")
            await clock.sleep_until(clock.now() + 0.3)
            assert await one.asked("talk.core.ring.end") == end, "the microphone is closed"

    asyncio.run(story())


def pitch(samples: Samples) -> float:
    """Hertz of the loudest tone."""
    spectrum = np.abs(np.fft.rfft(samples.astype(float)))
    return float(np.argmax(spectrum) * RATE / len(samples))


async def reset(between: Proxy) -> None:
    """The connection breaks, and for a second nothing reaches the server."""
    between.set(blackhole=True)
    between.reset()
    await clock.sleep_until(clock.now() + 1)
    between.set(blackhole=False)


async def sever(between: Proxy) -> None:
    """The connection is dead, and nobody is told."""
    between.sever()


@pytest.mark.parametrize("cut", [reset, sever])
def test_a_cut_in_mid_sentence_loses_nothing(tmp_path: Path, cut: Callable[[Proxy], Awaitable[None]]) -> None:
    async def story() -> None:
        async with talker(tmp_path, Turn(speech=4 * RATE, sound=ANSWER)) as one, proxy(port(one.tars.console)) as between:
            await one.goes_to(f"http://127.0.0.1:{between.port}")
            await one.presses()
            await one.said(1)
            await cut(between)
            await one.event("playback_complete")
            assert len(await one.check_utterance(1)) >= 4 * RATE
            assert await one.asked("talk.core.resumes") >= 1
            assert (await one.asked("talk.core.downlink"))["heard"] == len(ANSWER)
            await one.leaves()

    asyncio.run(story())


@pytest.mark.parametrize("cut", [reset, sever])
def test_a_cut_in_the_answer_loses_nothing_of_it(tmp_path: Path, cut: Callable[[Proxy], Awaitable[None]]) -> None:
    long = noise(6)

    async def story() -> None:
        async with talker(tmp_path, Turn(speech=RATE, sound=long)) as one, proxy(port(one.tars.console)) as between:
            between.set("down", rate=3 * 2 * RATE)
            await one.goes_to(f"http://127.0.0.1:{between.port}")
            await one.presses()
            await one.states(turn="SPEAKING")
            await one.holds("talk.core.downlink?.heard > 8000")
            await cut(between)
            await one.event("playback_complete")
            reply = await one.asked("talk.core.downlink")
            assert (reply["received"], reply["heard"]) == (len(long), len(long))
            await one.leaves()

    asyncio.run(story())


def port(url: str) -> int:
    return int(url.rpartition(":")[2])


def test_a_page_that_is_loaded_again_has_ended_its_conversation_and_is_the_same_device(tmp_path: Path) -> None:
    async def story() -> None:
        async with talker(tmp_path, Turn(speech=60 * RATE)) as one:
            await one.goes_to(one.tars.console)
            await one.presses()
            await one.said(0.5)
            before = one.name
            await one.browser.do(lambda page: page.reload())
            await one.is_ready()
            assert one.name == before
            assert (await one.event("session_end")).payload["reason"] == "stopping"
            await one.presses()
            await one.event("session_began", 2)
            await one.said(0.5)
            assert one.brain.conversations[0].closed
            assert len(one.brain.conversations) == 2

    asyncio.run(story())


def test_two_tabs_are_two_devices(tmp_path: Path) -> None:
    async def story() -> None:
        async with talker(tmp_path, Turn(speech=60 * RATE)) as one:
            await one.goes_to(one.tars.console)
            await one.presses()
            await one.said(0.3)
            names = await one.browser.do(partial(other_tab_talks, f"{one.tars.console}/talk"))
            assert names == f"{one.name}-2"
            await one.tars.steps.states(names, session="ACTIVE_SESSION")
            await one.said(0.3)
            await one.states(session="ACTIVE_SESSION", continuity="LINKED")
            assert {one.name, names} <= one.tars.registry.runners.keys()

    asyncio.run(story())


def other_tab_talks(url: str, page: Any) -> str:
    other = page.context.new_page()
    other.goto(url)
    other.get_by_text("This page is the device").wait_for()
    other.click("#press")
    name: str = other.evaluate("talk.name")
    return name


def test_a_tab_that_gets_no_name_says_why(tmp_path: Path) -> None:
    lock = "navigator.locks.request(`tars ${name}${tab > 1 ? `-${tab}` : ''}`, () => new Promise(() => {}))"
    every = f"for (let tab = 1; tab < 100; tab++) {lock}"

    async def story() -> None:
        async with talker(tmp_path, Turn()) as one:
            await one.browser.do(lambda page: page.evaluate(f"name => {{ localStorage.setItem('tars-browser', name); {every} }}", NAME))
            await one.browser.do(partial(other_tab_opens, f"{one.tars.console}/talk"))

    asyncio.run(story())


def other_tab_opens(url: str, page: Any) -> None:
    other = page.context.new_page()
    other.goto(url)
    other.get_by_text("This page gets no name: 99 tabs of this browser are open here; close one").wait_for()
    assert other.locator("#press").is_disabled()


def test_a_page_that_the_server_refuses_says_why_and_talks_once_it_may(tmp_path: Path) -> None:
    async def story() -> None:
        async with talker(tmp_path, Turn(speech=60 * RATE)) as one:
            await one.asked(f"localStorage.setItem('tars-browser', '{NAME}')")
            add_keys(tmp_path / "state", NAME)  # as an earlier version has paired a device
            await until(lambda: NAME in one.tars.registry.authenticator.names)
            await one.goes_to(one.tars.console)
            await one.presses()
            said = await one.browser.see("#problem:not(:empty)")
            assert said.startswith("The server refuses this page: the name of a page must be browser-")
            assert await one.browser.see("#connection") == "refused, trying again"
            with closing(open_store(tmp_path / "state")) as store:
                store.remove_key(NAME)
            await one.browser.see("#connection:text-is('connected')")
            assert await one.asked("document.getElementById('problem').textContent") == ""

    asyncio.run(story())


def test_the_space_bar_talks_too_and_the_page_can_be_read_aloud(tmp_path: Path) -> None:
    from tests.browser import accessible

    async def story() -> None:
        async with talker(tmp_path, Turn(speech=RATE, heard="Is it cold?", text="It <b>is</b> cold.", sound=ANSWER)) as one:
            await one.goes_to(one.tars.console)
            await one.browser.do(lambda page: page.locator("body").press(" "))
            await one.event("playback_complete")
            said = await one.browser.do(lambda page: page.locator("#transcript .answer:not([hidden])").first.inner_text())
            assert said == "It <b>is</b> cold."
            assert await one.browser.do(accessible) == []

    asyncio.run(story())


def test_a_thumb_talks_on_a_phone_and_little_is_loaded(tmp_path: Path) -> None:
    phone: dict[str, Any] = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True, "device_scale_factor": 3}

    async def story() -> None:
        async with talker(tmp_path, Turn(speech=RATE, sound=ANSWER), **phone) as one:
            await one.goes_to(one.tars.console)
            assert await one.asked("document.documentElement.scrollWidth") <= 360, "nothing has to be moved sideways"
            button = await one.browser.do(lambda page: page.locator("#press").bounding_box())
            assert button is not None
            assert button["width"] >= 150
            assert button["y"] + button["height"] <= 640, "it is seen at once"
            await one.browser.do(lambda page: page.tap("#press"))
            await one.event("playback_complete")
            loaded = await one.asked(
                "performance.getEntriesByType('resource').filter((one) => one.initiatorType !== 'fetch').map((one) => one.encodedBodySize)"
            )
            assert sum(loaded) < 128 * 1024, f"{len(loaded)} files"

    asyncio.run(story())


def test_a_user_who_does_not_allow_the_microphone_is_told_what_to_do(tmp_path: Path) -> None:
    async def story() -> None:
        async with talker(tmp_path, Turn(), allowed=False) as one:
            await one.goes_to(one.tars.console)
            await one.presses()
            await one.holds("document.getElementById('problem').textContent !== ''")
            assert await one.asked("talk.core.inSession") is False
            assert (await one.browser.see("#problem")).startswith(("The browser does not allow the microphone", "There is no microphone"))

    asyncio.run(story())


def test_a_browser_that_is_looked_at_tells_its_steps_and_how_loud_it_is(tmp_path: Path) -> None:
    async def story() -> None:
        async with talker(tmp_path, Turn(speech=60 * RATE)) as one:
            await one.goes_to(one.tars.console)
            await one.presses()
            await one.said(0.2)
            runner = one.tars.registry.runners[one.name]
            told: list[Message] = []
            one.tars.registry.watchers.append(lambda _, message: told.append(message))
            runner.post(Tell(runner.core.link.generation, Watch(30)))
            await until(lambda: any(isinstance(message, SoundLevel) and message.level > -40 for message in told))
            await one.presses()
            await until(lambda: any(isinstance(message, MachineStep) and message.event == "session_over" for message in told))
            states = {message.machine: message.target for message in told if isinstance(message, MachineStep) and not message.event}
            assert states == {"connection": "CONNECTED", "continuity": "LINKED", "session": "ACTIVE_SESSION", "turn": "USER_TURN"}

    asyncio.run(story())
