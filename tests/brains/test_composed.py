"""What the parts of a brain do together, with fakes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tars.brains import Caller, Reply
from tars.brains.composed import FIRST_SENTENCE_LIMIT, LATE, ComposedBrain, ComposedConversation
from tars.brains.listening import PAUSES
from tars.brains.parts import Action, Exchange, Question, TextReply
from tars.brains.testing import FakeHear, FakeReply, FakeSpeak
from tars.errors import ReplyError
from tars.runtime import clock
from tars.samples import RATE
from tests.brains.conftest import hear_to_end, joined, silence
from tests.brains.test_offline import sound_of
from tests.loops import pass_time, run
from tests.sounds import noise


class Talk:
    """A conversation with fakes: what is said is recognised as these texts."""

    def __init__(self, *texts: str | ReplyError, **replies: FakeReply) -> None:
        self.hear, self.voice, self.replies = FakeHear(*texts), FakeSpeak(), replies
        self.brain = ComposedBrain(self.hear, replies, self.voice)
        self.turn = 0

    async def open(self, session: str = "session", wake_word: str = "", memory: str = "") -> ComposedConversation:
        return await self.brain.open(Caller("kitchen", session, print, wake_word, memory=memory))

    async def say(self, conversation: ComposedConversation, wake: int = 0) -> Reply:
        self.turn += 1
        conversation.begin(wake, self.turn)
        await hear_to_end(conversation, joined(noise(0.5), silence(1)))
        return await conversation.answer()


GONE = ReplyError("gone", "I am lost.")


def test_the_first_part_that_has_an_answer_gives_it() -> None:
    async def main() -> None:
        first, second = FakeReply({"time": "It is noon."}), FakeReply({"time": "Never.", "moon": "It is far."})
        talk = Talk("time", "moon", "sun", first=first, second=second)
        conversation = await talk.open()
        replies = [await talk.say(conversation)]
        assert second.questions == []
        replies += [await talk.say(conversation), await talk.say(conversation)]
        # The last part says that it has not understood.
        assert [reply.text for reply in replies] == ["It is noon.", "It is far.", "What is sun?"]
        assert [reply.by for reply in replies] == ["first", "second", ""]

    asyncio.run(main())


@pytest.mark.parametrize(
    "answer", [[GONE], ["It is fa", GONE], [" "], []], ids=["fails", "fails_in_the_first_sentence", "blank", "nothing"]
)
def test_when_a_part_fails_before_it_has_spoken_the_next_one_answers(answer: list[str | ReplyError]) -> None:
    async def main() -> None:
        talk = Talk("moon", "moon", first=FakeReply({"moon": answer}), second=FakeReply({"moon": "It is near."}))
        reply = await talk.say(await talk.open())
        await sound_of(reply)
        assert (reply.text, talk.voice.said) == ("It is near.", ["It is near."])

    asyncio.run(main())


def test_when_no_other_part_has_an_answer_the_user_hears_what_went_wrong_and_the_session_goes_on() -> None:
    async def main() -> None:
        talk = Talk("moon", "time", first=FakeReply({"moon": [GONE], "time": "It is noon."}), second=FakeReply())
        conversation = await talk.open()
        assert (await talk.say(conversation)).text == "I am lost."
        assert (await talk.say(conversation)).text == "It is noon."

    asyncio.run(main())


def test_when_recognition_fails_the_user_hears_it_and_the_session_goes_on() -> None:
    async def main() -> None:
        talk = Talk(GONE, "time", only=FakeReply({"time": "It is noon."}))
        conversation = await talk.open()
        reply = await talk.say(conversation)
        assert (reply.heard, reply.text) == ("", "I am lost.")
        assert [len(block) async for block in reply.speech]
        assert talk.voice.said == ["I am lost."]
        conversation.interrupted(0)
        assert (await talk.say(conversation)).text == "It is noon."

    asyncio.run(main())


def test_a_part_that_fails_after_it_has_spoken_is_not_replaced() -> None:
    async def main() -> None:
        second = FakeReply({"moon": "It is near."})
        talk = Talk("moon", first=FakeReply({"moon": ["It is far. It", GONE]}), second=second)
        reply = await talk.say(await talk.open())
        await sound_of(reply)
        assert talk.voice.said == ["It is far.", "I am lost."]
        assert second.questions == []

    asyncio.run(main())


def test_a_part_that_makes_no_sentence_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(FakeReply):
        async def reply(self, question: Question) -> TextReply:
            return TextReply(self.pieces())

        async def pieces(self) -> AsyncIterator[str]:
            yield "It is"
            await asyncio.Event().wait()

    async def main() -> None:
        slow = Slow()
        talk = Talk("moon", slow=slow, other=FakeReply())
        conversation = await talk.open()
        answer = asyncio.create_task(talk.say(conversation))
        await pass_time(FIRST_SENTENCE_LIMIT + 1)
        assert (await answer).text == LATE
        assert slow.stops == 1

    run(main(), monkeypatch)


def test_every_part_knows_what_was_heard_of_the_answers_of_all() -> None:
    async def main() -> None:
        first, second = FakeReply({"time": "It is noon."}), FakeReply({"moon": "The moon is far."})
        talk = Talk("time", "moon", "sun", first=first, second=second)
        conversation = await talk.open()
        await talk.say(conversation)
        moon = await talk.say(conversation)
        await sound_of(moon)
        conversation.interrupted(8_000)
        assert (first.stops, second.stops) == (1, 1)
        await talk.say(conversation)
        heard = [Exchange("time", "It is noon."), Exchange("moon", "The moon")]
        assert list(first.questions[-1].exchanges) == list(second.questions[-1].exchanges) == heard

    asyncio.run(main())


@pytest.mark.parametrize(("heard", "last"), [(None, "The moon is far."), (8_000, "The moon")], ids=["to_its_end", "interrupted"])
def test_the_next_conversation_of_a_session_knows_what_was_said_before(heard: int | None, last: str) -> None:
    async def main() -> None:
        talk = Talk("time", "moon", only=FakeReply({"time": "It is noon.", "moon": "The moon is far."}))
        conversation = await talk.open()
        await talk.say(conversation)
        await sound_of(await talk.say(conversation))
        await conversation.close()
        after = Talk("sun", only=FakeReply())
        following = await after.open(memory=conversation.memory())
        if heard is not None:
            following.interrupted(heard)
        await after.say(following)
        assert list(after.replies["only"].questions[-1].exchanges) == [Exchange("time", "It is noon."), Exchange("moon", last)]

    asyncio.run(main())


def test_the_memory_of_another_brain_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        talk = Talk("time", only=FakeReply({"time": "It is noon."}))
        assert (await talk.say(await talk.open(memory="3 turns"))).text == "It is noon."
        assert talk.replies["only"].questions[-1].exchanges == ()

    asyncio.run(main())
    assert "what was said before is not known any more" in caplog.messages


def test_an_answer_that_is_cancelled_while_it_is_made_is_stopped_and_was_not_heard() -> None:
    class Slow(FakeReply):
        async def pieces(self) -> AsyncIterator[str]:
            await asyncio.Event().wait()
            yield ""

        async def reply(self, question: Question) -> TextReply:
            self.questions.append(question)
            question.actions.append(Action("set_timer", {}, "set"))
            return TextReply(self.pieces())

    async def main() -> None:
        slow = Slow()
        talk = Talk("moon", "sun", slow=slow)
        conversation = await talk.open()
        answer = asyncio.create_task(talk.say(conversation))
        while not slow.questions:
            await clock.sleep_until(0)
        await clock.sleep_until(0)
        answer.cancel()
        await asyncio.wait([answer])
        conversation.interrupted(0)
        assert slow.stops == 1
        answer = asyncio.create_task(talk.say(conversation))
        while len(slow.questions) < 2:
            await clock.sleep_until(0)
        assert list(slow.questions[1].exchanges) == [Exchange("moon", "", (Action("set_timer", {}, "set"),))]
        answer.cancel()
        await asyncio.wait([answer])

    asyncio.run(main())


def test_an_utterance_has_the_same_name_in_another_conversation_of_its_session() -> None:
    async def main() -> None:
        part = FakeReply({"moon": "It is far."})
        talk = Talk("moon", "moon", part=part)
        for _ in range(2):
            talk.turn = 6
            await talk.say(await talk.open("f00"))
        assert [question.utterance for question in part.questions] == ["f00/7", "f00/7"]

    asyncio.run(main())


def test_the_words_before_a_wake_word_are_meant_if_any_part_knows_them() -> None:
    async def main() -> None:
        talk = Talk("What is the date Jarvis", first=FakeReply(), second=FakeReply({"What is the date": "It is Monday."}))
        conversation = await talk.open(wake_word="hey jarvis")
        conversation.begin(round(0.5 * RATE))
        await hear_to_end(conversation, joined(noise(0.5), silence(0.6)))
        assert (await conversation.answer()).text == "It is Monday."

    asyncio.run(main())


@pytest.mark.parametrize("name", PAUSES)
def test_a_command_is_over_sooner_than_what_no_part_knows(name: str) -> None:
    async def main() -> None:
        for text, pause in (("time", PAUSES[name].complete), ("moon", PAUSES[name].other)):
            hear, reply = FakeHear(text), FakeReply({"time": "It is noon."})
            conversation = await ComposedBrain(hear, {"only": reply}, FakeSpeak(), pauses=PAUSES[name]).open(Caller("kitchen", "s", print))
            await hear_to_end(conversation, joined(noise(0.5), silence(3)))
            frame = hear.detector().frame
            assert conversation.heard == 0.5 * RATE + -(-pause // frame) * frame
            await conversation.close()

    asyncio.run(main())


def test_models_are_loaded_once_and_then_shared() -> None:
    class Slow(FakeSpeak):
        loaded = 0

        async def warm(self) -> None:
            await clock.sleep_until(0)
            self.loaded += 1

    async def main() -> None:
        voice = Slow()
        brain = ComposedBrain(FakeHear(), {"fake": FakeReply()}, voice)
        assert voice.loaded == 0
        await asyncio.gather(brain.warm(), *(brain.open(Caller(device, "session", print)) for device in ("a", "b", "c")))
        assert voice.loaded == 1

    asyncio.run(main())


def test_what_a_part_did_before_it_failed_is_remembered() -> None:
    class Acts(FakeReply):
        async def reply(self, question: Question) -> TextReply | None:
            question.actions.append(Action("light", {}, "on"))
            raise GONE

    async def main() -> None:
        second = FakeReply({"light": "It is bright.", "moon": "It is far."})
        talk = Talk("light", "moon", first=Acts(), second=second)
        conversation = await talk.open()
        await talk.say(conversation)
        await talk.say(conversation)
        assert list(second.questions[1].exchanges) == [Exchange("light", "It is bright.", (Action("light", {}, "on"),))]

    asyncio.run(main())
