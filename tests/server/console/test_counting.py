"""What happens is what is counted."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from tars.brains import Reply
from tars.core.effects import Traced
from tars.core.server import ServerEndpoint
from tars.generated.limits import Limits
from tars.generated.server import events
from tars.runtime import clock
from tars.samples import RATE
from tars.server.console import counting
from tars.server.console.counting import Counting
from tars.testing import ScriptedBrain, ScriptedConversation, Turn
from tests.in_process import device, server, until
from tests.server.connections import hello, new_device, refusal, say
from tests.server.console.scraping import scrape
from tests.sounds import noise

HERE = "127.0.0.1:0"


def sample(counts: Counting, name: str, **labels: str) -> float | None:
    return counts.registry.get_sample_value(name, labels)


def core(woken_by: str = "", device: str = "kitchen") -> ServerEndpoint:
    endpoint = ServerEndpoint(device, Limits(), random.Random(1), epoch="e1")
    endpoint.woken_by = woken_by
    return endpoint


def step(machine: str, event: str, source: str, target: str, device: str = "kitchen", **more: Any) -> Traced:
    return Traced("server", device, machine, event, {}, source=source, target=target, outcome="taken", **more)


def test_a_conversation_is_counted() -> None:
    async def main() -> None:
        async with server(ScriptedBrain(Turn(speech=3 * RATE)), console=HERE) as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            await kitchen.hears(noise(3))
            await kitchen.plays_to_the_end()
            await tars.steps.states(turn="USER_TURN")
            page = await scrape(tars.console)
            assert (page.value("tars_links_opened_total"), page.value("tars_turns_total")) == (1, 2)
            assert (page.value("tars_sessions_total"), page.value("tars_sessions_active")) == (1, 1)
            assert page.value("tars_wake_words_total", word="fake") == 1
            assert page.value("tars_answer_seconds_count") == 1
            assert page.value("tars_device_sessions_total", device="kitchen") == 1
            assert page.value("tars_device_linked", device="kitchen") == 1
            assert page.value("tars_links", protocol="tars.v1", encrypted="no") == 1
            round_trip = page.value("tars_device_round_trip_seconds", device="kitchen")
            assert round_trip is not None
            assert 0 < round_trip < 60
            assert (page.value("tars_process_resident_memory_bytes") or 0) > 10**7
            kitchen.press_enter()
            await tars.steps.states(session="LISTENING")
            page = await scrape(tars.console)
            assert page.value("tars_sessions_active") == 0
            assert page.values("tars_sessions_ended_total") == {("session_end",): 1}
            assert page.value("tars_device_links_lost_total", device="kitchen") == 0
            for socket in list(tars.registry.runners["kitchen"].sockets.values()):
                socket.abort()
            await kitchen.steps.event("link_resumed")
            page = await scrape(tars.console)
            assert page.value("tars_resumes_total") == 1
            assert (page.value("tars_links_lost_total"), page.value("tars_device_links_lost_total", device="kitchen")) == (1, 1)

    asyncio.run(main())


def test_a_device_that_has_left_is_still_on_the_page() -> None:
    async def main() -> None:
        async with server(console=HERE) as tars:
            async with device(tars.url) as kitchen:
                await kitchen.is_called()
            await until(lambda: not tars.registry.runners)
            page = await scrape(tars.console)
            assert page.value("tars_device_linked", device="kitchen") == 0
            assert page.value("tars_device_sessions_total", device="kitchen") == 1
            assert page.value("tars_device_round_trip_seconds", device="kitchen") is None

    asyncio.run(main())


@pytest.mark.parametrize(
    ("brain", "when"), [(ScriptedBrain(refusal="no model"), "opening"), (ScriptedBrain(Turn(error="no words")), "conversation")]
)
def test_a_fault_of_the_brain_is_counted(brain: ScriptedBrain, when: str) -> None:
    async def main() -> None:
        async with server(brain, console=HERE) as tars, device(tars.url) as kitchen:
            kitchen.press_enter()
            await kitchen.hears(noise(2))
            await tars.steps.event("brain_failed")
            page = await scrape(tars.console)
            assert page.values("tars_brain_failures_total") == {(when,): 1}
            assert page.values("tars_wake_words_total") == {}, "the button is no wake word"

    asyncio.run(main())


def test_each_stage_of_an_answer_is_measured() -> None:
    class Staged(ScriptedBrain):
        async def open(self, caller: Any) -> ScriptedConversation:
            conversation = await super().open(caller)
            answer = conversation.answer

            async def staged() -> Reply:
                reply = await answer()
                reply.stages.update(recognition=0.3, reply=0.001)
                return reply

            conversation.answer = staged  # type: ignore[method-assign]
            return conversation

    async def main() -> None:
        async with server(Staged(), console=HERE) as tars, device(tars.url) as kitchen:
            await kitchen.is_called()
            await kitchen.hears(noise(2))
            await tars.steps.event("answered")
            page = await scrape(tars.console)
            assert page.values("tars_answer_stage_seconds_sum") == {("recognition",): 0.3, ("reply",): 0.001}
            assert page.value("tars_answer_stage_seconds_bucket", stage="recognition", le="0.25") == 0
            assert page.value("tars_answer_stage_seconds_bucket", stage="recognition", le="0.5") == 1

    asyncio.run(main())


def test_refusals_are_counted_by_their_kind_and_broken_links_too() -> None:
    async def main() -> None:
        async with server(console=HERE) as tars:
            assert (await scrape(tars.console)).values("tars_refusals_total") == {("protocol violation",): 0}
            async with new_device(tars) as connection:
                await connection.send("nonsense")
                await refusal(connection)
            async with new_device(tars) as connection:
                await say(connection, hello("kitchen"))
                await connection.recv()
                await connection.send("nonsense")
                await refusal(connection)
            await tars.steps.event("refused")
            counted = (await scrape(tars.console)).values("tars_refusals_total")
            assert counted == {("malformed hello",): 1, ("protocol violation",): 1}

    asyncio.run(main())


def test_samples_that_are_declared_lost_are_added_up() -> None:
    counts = Counting()
    for samples in (16000, 5):
        counts.observe(Traced("server", "kitchen", None, "gap", {"samples": samples}), core())
    assert sample(counts, "tars_lost_samples_total") == 16005


def test_a_session_that_cannot_be_resumed_is_counted_with_the_reason() -> None:
    counts = Counting()
    counts.observe(Traced("server", "kitchen", None, "not_resumed", {"reason": "bad_token"}), core())
    assert sample(counts, "tars_not_resumed_total", reason="bad_token") == 1


def test_an_answer_is_measured_from_the_end_of_speech_to_the_reply_and_an_interrupted_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(clock, "now", lambda: now)
    counts = Counting()
    counts.observe(step("turn", events.SpeechEnded.name, "USER_TURN", "THINKING"), core())
    now = 101.5
    counts.observe(step("turn", events.SpeechEnded.name, "USER_TURN", "THINKING", "bedroom"), core())
    counts.observe(step("turn", events.ReplyStarted.name, "THINKING", "SPEAKING"), core())
    counts.observe(step("turn", events.BargeIn.name, "THINKING", "USER_TURN", "bedroom"), core())
    now = 200.0
    counts.observe(step("turn", events.ReplyStarted.name, "USER_TURN", "SPEAKING", "bedroom"), core())
    assert (sample(counts, "tars_answer_seconds_count"), sample(counts, "tars_answer_seconds_sum")) == (1, 1.5)
    assert (sample(counts, "tars_barge_ins_total"), sample(counts, "tars_turns_total")) == (1, 1)


def test_speech_that_interrupts_a_reply_is_counted_and_a_cough_over_it_is_not() -> None:
    counts = Counting()
    counts.observe(step("turn", events.InterruptionFalse.name, "PAUSED", "SPEAKING"), core())
    assert (sample(counts, "tars_barge_ins_total"), sample(counts, "tars_turns_total")) == (0, 0)
    counts.observe(step("turn", events.InterruptionMeant.name, "PAUSED", "USER_TURN"), core())
    assert (sample(counts, "tars_barge_ins_total"), sample(counts, "tars_turns_total")) == (1, 1)


def test_what_a_machine_did_not_take_is_not_counted() -> None:
    counts = Counting()
    ignored = Traced("server", "kitchen", "session", "hotword_detected", {}, source="LISTENING", target="LISTENING", outcome="outdated")
    counts.observe(ignored, core("hey_jarvis"))
    assert sample(counts, "tars_sessions_total") == 0


def test_a_device_that_makes_up_words_makes_no_more_than_so_many_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_WORDS", 3)
    counts = Counting()
    for word in ("a", "b", "c", "d", "e", "a"):
        counts.observe(step("session", events.HotwordDetected.name, "LISTENING", "HOTWORD_DETECTED"), core(word))
    words = {word: sample(counts, "tars_wake_words_total", word=word) for word in ("a", "b", "c", "d", "e", "other")}
    assert words == {"a": 2, "b": 1, "c": 1, "d": None, "e": None, "other": 2}


def test_names_that_are_made_up_are_bounded_and_old_devices_are_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_NAMES", 3)
    counts = Counting()
    for name in ("a", "b", "legacy.1", "c", "legacy.2", "d"):
        counts.observe(step("session", events.HotwordDetected.name, "LISTENING", "HOTWORD_DETECTED", name), core(device=name))
    assert list(counts.devices) == ["b", "c", "d"]
    assert sample(counts, "tars_sessions_total") == 6


def test_the_lag_of_the_loop_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "LAG_INTERVAL", 0.0)
    counts = Counting()

    async def main() -> None:
        watching = asyncio.create_task(counts.watch_loop())
        await until(lambda: (sample(counts, "tars_loop_lag_seconds_count") or 0) >= 3)
        watching.cancel()

    asyncio.run(main())
    assert (sample(counts, "tars_loop_lag_seconds_sum") or 0) > 0
