"""Who answers: personas in conversations. Only the ear and the voice are fakes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from tars.brains import BrainSettings, Caller
from tars.brains.composed import ComposedBrain, ComposedConversation
from tars.brains.doctor import examine
from tars.brains.parts import ReplyPart
from tars.brains.personas import Personas
from tars.brains.reply.intents.part import Intents
from tars.brains.reply.intents.understanding.intents import Understanding
from tars.brains.reply.llm.part import Llm
from tars.brains.testing import FakeHear, FakeReply, FakeSpeak
from tars.errors import ConfigError
from tars.runtime.llm_settings import LlmSettings
from tars.runtime.persona_settings import TARS, Persona
from tars.samples import RATE
from tests.brains.conftest import feed, joined, silence
from tests.brains.reply.llm.fake_openai import KEY, MODEL, FakeOpenAI
from tests.brains.test_offline import sound_of
from tests.sounds import noise

JARVIS = Persona(
    "Jarvis",
    "personas.Jarvis in server.yaml line 3",
    wake_words=("Hey Jarvis",),
    end_phrases=("That will be all", "Off you go."),
    voice="low",
    humor=100,
    remarks=("Very good, sir.", "Indeed."),
    greeting="I am Jarvis. At your service.",
    farewell="I shall be here.",
)
NABU = Persona("Nabu", "personas.Nabu in server.yaml line 9", wake_words=("okay nabu", "okay naboo"), voice="high", humor=0)
BOTH = (JARVIS, NABU)
PERSONAS = Personas(BOTH)


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return Understanding(PERSONAS.calls)


class Talk:
    """A brain, and conversations with it in which these texts are recognised."""

    def __init__(self, understanding: Understanding, *texts: str, personas: Sequence[Persona] = BOTH, **replies: ReplyPart) -> None:
        self.voice = FakeSpeak()
        parts = replies or {"intents": Intents(BrainSettings(personas=personas), understanding)}
        self.brain = ComposedBrain(FakeHear(*texts), parts, self.voice, Personas(personas))

    async def open(self, wake_word: str = "", device: str = "kitchen", memory: str = "") -> ComposedConversation:
        return await self.brain.open(Caller(device, "session", print, wake_word, memory=memory))

    async def say(self, conversation: ComposedConversation, wake: int = 0, wake_word: str = "") -> tuple[str, str, bool]:
        """The text of the answer, its voice, and whether it ends the conversation. `wake_word`: that with which the user interrupts."""
        conversation.begin(wake, 0, wake_word)
        feed(conversation.hear, joined(noise(0.5), silence(0.3)))
        reply = await conversation.answer()
        await sound_of(reply)
        (voice,) = set(self.voice.voices) or {""}
        self.voice.voices.clear()
        return reply.text, voice, reply.ends


def test_the_wake_word_of_another_persona_that_interrupts_an_answer_switches(understanding: Understanding) -> None:
    async def main() -> None:
        talk = Talk(understanding, "Who are you", "Hey Jarvis, who are you", "Who are you", "Who are you", "Okay Nabu, who are you")
        conversation = await talk.open()
        assert (await talk.say(conversation))[1] == ""
        conversation.interrupted(0)
        jarvis = "I am Jarvis. At your service."
        for call in ("hey jarvis", "", "alexa"):
            text, voice, _ = await talk.say(conversation, wake=RATE, wake_word=call)
            assert (text.startswith(jarvis), voice) == (True, "low"), "who was called stays; a word of nobody calls nobody"
        assert await talk.say(conversation, wake=RATE, wake_word="okay nabu") == ("I am Nabu, a voice assistant.", "high", False)

    asyncio.run(main())


def test_who_was_called_by_voice_and_what_was_said_is_known_after_a_restart(understanding: Understanding) -> None:
    async def main() -> None:
        talk = Talk(understanding, "Let me talk to Jarvis", "Who are you", "Say that again", "Say that again")
        conversation = await talk.open()
        await talk.say(conversation)
        said = await talk.say(conversation)
        await conversation.close()
        assert await talk.say(await talk.open(memory=conversation.memory())) == said
        alone = Talk(understanding, "Say that again", personas=())
        text, voice, _ = await alone.say(await alone.open(memory=conversation.memory()))
        assert (text, voice) == (said[0], ""), "Jarvis is not there any more"

    asyncio.run(main())


def test_the_wake_word_decides_who_answers(understanding: Understanding) -> None:
    async def main() -> None:
        talk = Talk(understanding, *["Who are you"] * 5)
        assert await talk.say(await talk.open("hey jarvis")) == ("I am Jarvis. At your service. Very good, sir.", "low", False)
        assert await talk.say(await talk.open("okay nabu")) == ("I am Nabu, a voice assistant.", "high", False)
        for other in ("", "alexa", "hey tars"):
            text, voice, _ = await talk.say(await talk.open(other, device=other or "none"))
            assert (text, voice) == ("I am TARS, a voice assistant.", "")

    asyncio.run(main())


def test_another_persona_is_called_by_voice_until_the_session_ends(understanding: Understanding) -> None:
    async def main() -> None:
        talk = Talk(understanding, "Let me talk to Nabu", "What is seven times eight", "Nabu, switch to TARS", "Who are you", "Who are you")
        conversation = await talk.open("hey jarvis")
        assert await talk.say(conversation) == ("I am Nabu, a voice assistant.", "high", False)
        assert await talk.say(conversation) == ("That is 56.", "high", False)
        assert await talk.say(conversation) == ("I am TARS, a voice assistant.", "", False)
        assert (await talk.say(conversation))[1] == ""
        assert (await talk.say(await talk.open("hey jarvis")))[1] == "low", "the next session is that of the wake word"

    asyncio.run(main())


def test_whoever_is_there_already_says_so(understanding: Understanding) -> None:
    async def main() -> None:
        talk = Talk(understanding, "Let me talk to Naboo")
        assert await talk.say(await talk.open("okay nabu")) == ("You are talking to Nabu.", "high", False)

    asyncio.run(main())


def test_each_persona_has_a_humor_of_its_own_on_each_device(understanding: Understanding) -> None:
    async def main() -> None:
        ask, change = "What is your humor setting", "Set your humor to 40 percent"
        talk = Talk(understanding, change, ask, ask, ask)
        jarvis = await talk.open("hey jarvis")
        assert (await talk.say(jarvis))[0] == "Humor is at 40 percent."
        assert (await talk.say(await talk.open("hey jarvis")))[0] == "My humor is at 40 percent."
        assert (await talk.say(await talk.open("okay nabu")))[0] == "My humor is at 0 percent."
        assert (await talk.say(await talk.open("hey jarvis", "bath")))[0] == "My humor is at 100 percent. Very good, sir."

    asyncio.run(main())


def test_remarks_are_used_in_turn(understanding: Understanding) -> None:
    async def main() -> None:
        talk = Talk(understanding, *["What is two plus two"] * 3)
        conversation = await talk.open("hey jarvis")
        said = [(await talk.say(conversation))[0] for _ in range(3)]
        assert said == ["That is 4. Very good, sir.", "That is 4. Indeed.", "That is 4. Very good, sir."]

    asyncio.run(main())


@pytest.mark.parametrize("said", ["That will be all", "Off you go, Jarvis", "Hey Jarvis, that will be all, please"])
def test_an_end_phrase_ends_the_conversation_also_without_intents(understanding: Understanding, said: str) -> None:
    async def main() -> None:
        part = FakeReply()
        talk = Talk(understanding, said, part=part)
        assert await talk.say(await talk.open("hey jarvis")) == ("I shall be here.", "low", True)
        assert part.questions == []

    asyncio.run(main())


def test_an_end_phrase_is_that_of_one_persona_and_a_whole_sentence(understanding: Understanding) -> None:
    async def main() -> None:
        talk = Talk(understanding, "Off you go", "Off you go to school", part=FakeReply())
        assert not (await talk.say(await talk.open("okay nabu")))[2]
        assert not (await talk.say(await talk.open("hey jarvis")))[2]

    asyncio.run(main())


def test_an_end_phrase_may_stand_before_the_wake_word(understanding: Understanding) -> None:
    async def main() -> None:
        talk = Talk(understanding, "That will be all Jarvis", part=FakeReply())
        assert (await talk.say(await talk.open("hey jarvis"), wake=round(0.5 * RATE)))[2]

    asyncio.run(main())


def test_goodbye_is_said_as_the_persona_says_it(understanding: Understanding) -> None:
    async def main() -> None:
        talk = Talk(understanding, "Goodbye")
        assert await talk.say(await talk.open("hey jarvis")) == ("I shall be here. Very good, sir.", "low", True)

    asyncio.run(main())


def test_a_name_around_a_command_is_no_part_of_it(understanding: Understanding) -> None:
    async def main() -> None:
        marvin = Persona("Marvin", "file", voice="low", humor=0)
        said = "Marvin, what is two plus two", "Marvin", "Let me talk to Marvin"
        talk = Talk(Understanding(Personas([marvin]).calls), *said, personas=[marvin])
        conversation = await talk.open()
        assert (await talk.say(conversation))[0].startswith("That is 4.")
        assert (await talk.say(conversation))[0] == "", "a mere name is no question"
        assert (await talk.say(conversation))[1] == "low"

    asyncio.run(main())


def test_the_settings_of_tars_can_be_changed(understanding: Understanding) -> None:
    async def main() -> None:
        tars = Persona("TARS", "file", humor=0, voice="low")
        talk = Talk(understanding, "What is your humor setting", personas=[JARVIS, tars])
        assert await talk.say(await talk.open("okay nabu")) == ("My humor is at 0 percent.", "low", False)

    asyncio.run(main())


def test_the_language_model_is_told_who_it_is(understanding: Understanding) -> None:
    async def main() -> None:
        jarvis = Persona("Jarvis", wake_words=("hey jarvis",), prompt="You are Jarvis, a butler.", language="fr")
        async with FakeOpenAI(["Yes."], ["Yes."], ["Yes."]).running() as server:
            for prompt, wake_word, told in [
                ("", "hey jarvis", "You are Jarvis, a butler. Your answer is spoken aloud."),
                ("", "okay nabu", "You are Nabu, a voice assistant with a dry sense of humor. Your answer is spoken aloud."),
                ("You are a parrot.", "okay nabu", "You are a parrot."),
            ]:
                llm = Llm(BrainSettings(llm=LlmSettings(url=server.url, model=MODEL, key=KEY, timeout=60, prompt=prompt)))
                talk = Talk(understanding, "Is it", personas=[jarvis, NABU], llm=llm)
                await talk.say(await talk.open(wake_word))
                instructions = server.requests[-1]["messages"][0]
                assert instructions["role"] == "system"
                assert instructions["content"].startswith(told)
                assert instructions["content"].endswith("ISO 639 code fr.") is (wake_word == "hey jarvis")
                await talk.brain.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("persona", "complaint"),
    [
        (Persona("Bob", "bob.yaml line 3", voice="deep"), "bob.yaml line 3: voice 'deep' is unknown; known voices are: high, low"),
        (Persona("Bob", "bob.yaml line 3", language="de"), "bob.yaml line 3: language 'de': the part that speaks has only en, fr"),
        (Persona("Bob", "bob.yaml line 3", language="fr"), "bob.yaml line 3: language 'fr': the part intents has only en"),
    ],
)
def test_what_a_part_does_not_have_ends_the_start(understanding: Understanding, persona: Persona, complaint: str) -> None:
    parts: dict[str, ReplyPart] = (
        {"intents": Intents(BrainSettings(), understanding)} if persona.language == "fr" else {"part": FakeReply()}
    )
    with pytest.raises(ConfigError) as refused:
        asyncio.run(Talk(understanding, personas=[persona], **parts).brain.warm())
    assert str(refused.value) == complaint


@pytest.mark.parametrize(
    ("personas", "complaint"),
    [
        ([JARVIS, Persona("Bob", "line 7", wake_words=("hey_jarvis",))], "line 7: 'hey jarvis' calls Jarvis and Bob"),
        ([JARVIS, Persona("jarvis", "line 7")], "line 7: 'jarvis' calls Jarvis and jarvis"),
        ([Persona("Bob", "line 7", wake_words=("okay TARS",))], "line 7: 'tars' calls TARS and Bob"),
        ([Persona("Bob", "line 7", wake_words=("123",))], "line 7: a wake word must have letters of English: hey jarvis"),
    ],
)
def test_what_calls_two_personas_or_none_is_refused(personas: list[Persona], complaint: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Personas(personas)
    assert str(refused.value).startswith(complaint)


def test_without_configuration_there_is_tars() -> None:
    assert Personas().all == (TARS,)
    assert Personas().woken_by("hey jarvis", TARS) is TARS
    assert Personas().calls == ("tars",)


def test_the_doctor_tries_the_voices_of_personas(tmp_path: Path) -> None:
    good, bad = Persona("Jarvis", "line 3", voice="80%"), Persona("Nabu", "line 7", voice=str(tmp_path / "nabu.onnx"))
    *_, check = asyncio.run(examine("offline", BrainSettings(personas=[good])))
    assert (check.name, check.ok, check.text) == ("personas", True, "the brain has the voice and the language of Jarvis")
    *_, check = asyncio.run(examine("offline", BrainSettings(personas=[good, bad])))
    assert not check.ok
    assert check.text.startswith("line 7: model file")
