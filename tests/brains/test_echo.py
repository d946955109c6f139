"""The echo brain."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tars.brains import BrainSettings, Caller, Hearing, Reply
from tars.brains.echo import LOUD, PAUSE, EchoBrain, EchoConversation, Loudness
from tars.samples import RATE, Samples
from tests.brains.conftest import feed, joined, silence

NOISE = np.random.default_rng(7)


def tone(seconds: float, amplitude: int = 5_000) -> Samples:
    wave: Samples = np.rint(amplitude * np.sin(np.arange(round(seconds * RATE)) * 0.3)).astype(np.int16)
    return wave


def noise(seconds: float, amplitude: int) -> Samples:
    return NOISE.integers(-amplitude, amplitude + 1, round(seconds * RATE)).astype(np.int16)


def echoed(conversation: EchoConversation) -> tuple[Reply, Samples]:
    async def answer() -> tuple[Reply, Samples]:
        reply = await conversation.answer()
        return reply, joined(silence(0), *[block async for block in reply.speech])

    return asyncio.run(answer())


def test_the_echo_is_every_sample_up_to_the_end_of_the_pause() -> None:
    conversation = EchoConversation()
    sound = joined(silence(0.3), tone(1.0), silence(0.5), tone(0.7), silence(2))
    assert feed(conversation.hear, sound)[-1] is Hearing.COMPLETE
    reply, echo = echoed(conversation)
    assert np.array_equal(echo, sound[: round(2.5 * RATE) + PAUSE])
    assert reply.heard == reply.text == "3.30 s of sound"
    assert not reply.ends


@settings(deadline=None, max_examples=30)
@given(cuts=st.lists(st.integers(1, 4_000), min_size=1, max_size=10), wake=st.sampled_from([0, 8_000]))
def test_the_cut_into_blocks_changes_nothing(cuts: list[int], wake: int) -> None:
    sound = joined(tone(0.5), silence(0.3), tone(1.0), silence(1))
    whole, pieces = EchoConversation(), EchoConversation()
    whole.begin(wake)
    pieces.begin(wake)
    assert whole.hear(sound) is Hearing.COMPLETE
    at, count = 0, 0
    while pieces.hear(sound[at : at + cuts[count % len(cuts)]]) is not Hearing.COMPLETE:
        at += cuts[count % len(cuts)]
        count += 1
    assert np.array_equal(echoed(pieces)[1], echoed(whole)[1])


@pytest.mark.parametrize("pause", [silence(1), noise(1, 150)], ids=["exact zeros", "low noise"])
def test_zeros_and_low_noise_are_silence(pause: Samples) -> None:
    conversation = EchoConversation()
    assert set(feed(conversation.hear, joined(pause, pause))) == {Hearing.SILENCE}
    assert Hearing.COMPLETE not in feed(conversation.hear, joined(tone(1), pause[: PAUSE - 160]))
    assert feed(conversation.hear, pause[:320])[-1] is Hearing.COMPLETE


def test_quiet_speech_is_speech_and_the_loudest_sample_does_not_overflow() -> None:
    assert Loudness().is_speech(noise(0.01, 3 * LOUD))
    assert Loudness().is_speech(np.full(160, -32_768, np.int16))
    assert not Loudness().is_speech(np.full(160, LOUD, np.int16))


def test_a_minute_is_echoed_whole() -> None:
    conversation = EchoConversation()
    conversation.begin(2 * RATE)
    sound = joined(noise(62, 8_000), silence(0.8))
    assert feed(conversation.hear, sound)[-1] is Hearing.COMPLETE
    assert np.array_equal(echoed(conversation)[1], sound)


def test_the_pre_roll_is_echoed_and_a_pause_after_the_wake_word_does_not_end_the_utterance() -> None:
    conversation = EchoConversation()
    conversation.begin(RATE)
    sound = joined(tone(1.1), silence(5), tone(1), silence(0.8))
    assert feed(conversation.hear, sound)[-1] is Hearing.COMPLETE
    assert np.array_equal(echoed(conversation)[1], sound)


def test_turns_share_no_samples() -> None:
    conversation = EchoConversation()
    feed(conversation.hear, joined(tone(1), silence(1)))
    conversation.begin(0)
    sound = joined(tone(0.4, 9_000), silence(0.8))
    assert feed(conversation.hear, sound)[-1] is Hearing.COMPLETE
    assert np.array_equal(echoed(conversation)[1], sound)


def test_without_speech_the_reply_is_empty() -> None:
    conversation = EchoConversation()
    feed(conversation.hear, silence(90))
    reply, echo = echoed(conversation)
    assert (reply.heard, reply.text, len(echo)) == ("", "", 0)


def test_devices_share_no_samples() -> None:
    async def open_two() -> tuple[EchoConversation, EchoConversation]:
        brain = EchoBrain(BrainSettings())
        return await brain.open(Caller("a", "1", print)), await brain.open(Caller("b", "2", print))

    first, second = asyncio.run(open_two())
    feed(first.hear, joined(tone(1), silence(0.8)))
    assert set(feed(second.hear, silence(1))) == {Hearing.SILENCE}
