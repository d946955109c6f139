"""The offline brain, composed of whisper, intents and hibari, with its real models or with fakes."""

from __future__ import annotations

import asyncio
import copy
import re
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tars.brains import BrainSettings, Caller, Hearing, Reply
from tars.brains.composed import ComposedBrain, ComposedConversation
from tars.brains.hear.recogniser import Recogniser
from tars.brains.hear.whisper import Whisper
from tars.brains.registry import make_brain
from tars.brains.reply.intents.part import Intents
from tars.brains.testing import FakeSpeak
from tars.errors import BrainError, ConfigError
from tars.samples import RATE, Samples
from tests.brains.conftest import Models, feed, hear_to_end, joined, silence
from tests.loops import pass_time, run


class Dictation(Recogniser):
    """Returns the texts that the test has set, and notes the threads of its calls."""

    def __init__(self, *texts: str | BrainError) -> None:
        self.texts, self.threads, self.given = list(texts), set[int](), list[int]()
        self.may_finish = threading.Event()
        self.may_finish.set()

    def recognise(self, speech: Samples) -> str:
        self.threads.add(threading.get_ident())
        self.given.append(len(speech))
        self.may_finish.wait(timeout=60)
        text = self.texts.pop(0)
        if isinstance(text, BrainError):
            raise text
        return text


class Bench:
    """An offline brain whose recogniser is a fake, and a device that talks to it."""

    def __init__(self, models: Models, say: Callable[[str], Samples], *texts: str | BrainError, wake_word: str = "") -> None:
        self.wake_word = wake_word
        self.recogniser = Dictation(*texts)
        whisper = copy.copy(models.whisper)
        whisper.recogniser = self.recogniser
        intents = Intents(BrainSettings(), models.understanding)
        self.brain = ComposedBrain(Whisper(BrainSettings(), whisper), {"intents": intents}, FakeSpeak())
        self.rung: list[str] = []
        self.utterance = joined(silence(0.2), say("What time is it?"), silence(0.9))

    async def open(self, device: str = "kitchen") -> ComposedConversation:
        return await self.brain.open(Caller(device, "session", self.rung.append, self.wake_word))

    async def say(self, conversation: ComposedConversation) -> Reply:
        conversation.begin(0)
        await hear_to_end(conversation, self.utterance)
        return await conversation.answer()


async def tasks_done() -> None:
    """Wait until all tasks that a conversation has started have ended."""
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})


async def sound_of(reply: Reply) -> Samples:
    return joined(silence(0), *[block async for block in reply.speech])


def test_a_spoken_question_gets_a_spoken_answer(models: Models, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        brain = models.brain()
        conversation = await brain.open(Caller("kitchen", "session", print))
        conversation.begin(round(1.8 * RATE))
        await hear_to_end(conversation, joined(silence(1), say("Hey Jarvis, what is seven times eight?"), silence(1)))
        reply = await conversation.answer()
        assert reply.heard == "what is 7 times 8"
        assert reply.text == "That is 56."
        assert list(reply.stages) == ["recognition", "reply"]
        assert 0 < reply.stages["reply"] < reply.stages["recognition"] < 20
        said = models.recogniser.recognise(await sound_of(reply))
        assert re.fullmatch(r"That is (56|fifty-six)", said)

    asyncio.run(main())


def test_a_short_command_with_the_wake_word_is_answered(models: Models, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        brain = models.brain()
        conversation = await brain.open(Caller("kitchen", "session", print))
        conversation.begin(round(1.7 * RATE))
        await hear_to_end(conversation, joined(silence(1), say("Hey Jarvis, stop."), silence(1)))
        reply = await conversation.answer()
        assert (reply.heard, reply.text, reply.ends) == ("stop", "Goodbye.", True)

    asyncio.run(main())


def test_a_pause_after_the_wake_word_is_recognised_once_and_does_not_end_the_utterance(
    models: Models, say: Callable[[str], Samples]
) -> None:
    async def main() -> None:
        bench = Bench(models, say, "Hey Jarvis.", "What is the time?")
        conversation = await bench.open()
        conversation.begin(round(1.5 * RATE))
        feed(conversation.hear, joined(silence(1), say("Hey Jarvis."), silence(2)))
        await tasks_done()
        assert set(feed(conversation.hear, silence(20))) == {Hearing.SILENCE}
        await hear_to_end(conversation, bench.utterance)
        assert (await conversation.answer()).heard == "What is the time"
        first, second = bench.recogniser.given
        assert second < len(bench.utterance) + 0.5 * RATE
        assert first < 3 * RATE

    asyncio.run(main())


def test_a_user_who_continues_to_speak_is_not_cut_off_by_an_earlier_recognition(models: Models, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        bench = Bench(models, say, "set a", "set a timer")
        conversation = await bench.open()
        conversation.begin(round(1.5 * RATE))
        feed(conversation.hear, joined(silence(1), say("Hey Jarvis."), silence(0.4)))
        await tasks_done()
        assert conversation.hear(say("What time is it?")[: RATE // 2]) is Hearing.SPEECH
        await hear_to_end(conversation, bench.utterance)
        assert (await conversation.answer()).heard == "set a timer"

    asyncio.run(main())


def test_without_recognised_words_the_utterance_goes_on_and_has_no_reply(models: Models, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        bench = Bench(models, say, "")
        conversation = await bench.open()
        conversation.begin(0)
        feed(conversation.hear, joined(bench.utterance, silence(3)))
        await tasks_done()
        assert conversation.hear(silence(0)) is Hearing.SILENCE
        reply = await conversation.answer()
        assert (reply.heard, reply.text, reply.ends, list(reply.stages)) == ("", "", False, ["recognition"])
        assert not len(await sound_of(reply))

    asyncio.run(main())


def test_recognition_runs_off_the_event_loop(models: Models, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        bench = Bench(models, say, "what time is it")
        await bench.say(await bench.open())
        assert threading.get_ident() not in bench.recogniser.threads

    asyncio.run(main())


def test_a_failed_recognition_is_a_brain_error(models: Models, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        bench = Bench(models, say, BrainError("no memory"))
        conversation = await bench.open()
        with pytest.raises(BrainError, match="no memory"):
            await bench.say(conversation)

    asyncio.run(main())


def test_what_was_not_heard_is_not_repeated(models: Models, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        bench = Bench(models, say, "set your humor to 0 percent", "tell me a joke", "say that again", "say that again", "say that again")
        conversation = await bench.open()
        await bench.say(conversation)
        joke = await bench.say(conversation)
        half = len(await sound_of(joke)) // 2
        conversation.interrupted(half)
        repeated = await bench.say(conversation)
        assert joke.text.startswith(repeated.text)
        assert 0 < len(repeated.text) < len(joke.text)
        assert (await bench.say(conversation)).text == repeated.text
        conversation.interrupted(0)
        assert (await bench.say(conversation)).text == "I have not said anything yet."

    asyncio.run(main())


def test_nothing_is_repeated_from_another_session(models: Models, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        bench = Bench(models, say, "what time is it", "say that again")
        await bench.say(await bench.open())
        assert (await bench.say(await bench.open())).text == "I have not said anything yet."

    asyncio.run(main())


def test_humor_is_kept_for_each_device(models: Models, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        bench = Bench(models, say, "set your humor to 10 percent", "what is your humor", "what is your humor")
        await bench.say(await bench.open("kitchen"))
        assert (await bench.say(await bench.open("kitchen"))).text == "My humor is at 10 percent."
        assert (await bench.say(await bench.open("bath"))).text == "My humor is at 75 percent."

    asyncio.run(main())


def test_a_timer_rings_after_its_session_is_over(models: Models, say: Callable[[str], Samples], monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        bench = Bench(models, say, "set a pasta timer for ten minutes")
        conversation = await bench.open()
        await bench.say(conversation)
        await conversation.close()
        await pass_time(600)
        assert bench.rung == ["pasta"]

    run(main(), monkeypatch)


def test_no_timer_rings_when_the_server_has_stopped(models: Models, say: Callable[[str], Samples], monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        bench = Bench(models, say, "set a pasta timer for ten minutes")
        await bench.say(await bench.open())
        await bench.brain.close()
        await pass_time(600)
        assert bench.rung == []

    run(main(), monkeypatch)


def test_a_closed_conversation_waits_for_no_recognition(models: Models, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        bench = Bench(models, say, "stop")
        bench.recogniser.may_finish.clear()
        conversation = await bench.open()
        conversation.begin(round(1.5 * RATE))
        feed(conversation.hear, joined(silence(1), say("Hey Jarvis."), silence(1)))
        (recognition,) = asyncio.all_tasks() - {asyncio.current_task()}
        await conversation.close()
        await asyncio.wait([recognition], timeout=5)
        assert recognition.cancelled()
        bench.recogniser.may_finish.set()

    asyncio.run(main())


def test_a_missing_model_is_reported_at_the_start_and_refuses_a_session(tmp_path: Path) -> None:
    async def main() -> None:
        brain = make_brain("offline", BrainSettings(whisper_model=tmp_path))
        with pytest.raises(ConfigError, match=r"model.bin is missing: correct its path in the configuration"):
            await brain.warm()
        with pytest.raises(BrainError, match=r"model.bin is missing"):
            await brain.open(Caller("kitchen", "session", print))

    asyncio.run(main())


def test_sound_in_blocks_of_any_size_gives_the_same_utterance(models: Models, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        bench = Bench(models, say, *["what time is it"] * 4)
        conversation = await bench.open()
        sound = joined(bench.utterance, silence(1), bench.utterance)
        for size in (1, 333, 1_280, len(sound)):
            conversation.begin(0)
            blocks = (sound[at : at + size] for at in range(0, len(sound), size))
            for block in blocks:
                conversation.hear(block)
            await hear_to_end(conversation, silence(0))
            await conversation.answer()
        assert len(set(bench.recogniser.given)) == 1

    asyncio.run(main())


def test_a_long_utterance_is_heard_to_its_end(models: Models, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        bench = Bench(models, say, "a long story")
        conversation = await bench.open()
        phrase = say("And then we went on, and on, and on.")[: -RATE // 5]
        story = np.tile(joined(phrase, silence(0.2)), 30)[: 60 * RATE]
        assert len(story) == 60 * RATE
        conversation.begin(0)
        assert Hearing.COMPLETE not in feed(conversation.hear, story)
        await hear_to_end(conversation, silence(1))
        await conversation.answer()
        assert bench.recogniser.given[0] >= 60 * RATE

    asyncio.run(main())


def test_the_name_is_no_part_of_a_follow_up(models: Models, say: Callable[[str], Samples]) -> None:
    async def main() -> None:
        bench = Bench(models, say, "Computer, what is seven times eight?", "Computer.", "Thank you, computer.", wake_word="computer")
        conversation = await bench.open()
        assert (await bench.say(conversation)).text.startswith("That is 56.")
        conversation.begin(0)
        feed(conversation.hear, joined(bench.utterance, silence(1)))
        await tasks_done()
        assert conversation.hear(silence(0)) is Hearing.SILENCE
        await hear_to_end(conversation, bench.utterance)
        reply = await conversation.answer()
        assert (reply.heard, reply.ends) == ("Thank you, computer", True)

    asyncio.run(main())


def test_a_question_is_open_in_the_next_turn_and_in_no_other_session(
    models: Models, say: Callable[[str], Samples], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        bench = Bench(models, say, "Set a timer.", "Ten minutes.", "Set a timer.", "Ten minutes.")
        conversation = await bench.open()
        assert (await bench.say(conversation)).text == "For how long?"
        assert (await bench.say(conversation)).text.startswith("Timer set for 10 minutes.")
        await bench.say(conversation)
        assert (await bench.say(await bench.open())).text == "A timer for 10 minutes?", "nothing is known of the question"
        await bench.brain.close()

    run(main(), monkeypatch)
