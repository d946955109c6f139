"""The Live API of Gemini. See https://ai.google.dev/api/live.

The end of a question is told by TARS and not found by the service. A connection lives for about ten minutes. With a handle, the next one
goes on with the conversation; the earlier one must be closed before. What the user heard of an answer cannot be told.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pydantic_ai.exceptions import UserError
from pydantic_ai.profiles.google import GoogleOpenAPISchemaTransformer
from typing_extensions import override

from tars.brains import BrainSettings
from tars.brains.parts import Exchange
from tars.brains.realtime.brain import VOICE, RealtimeBrain
from tars.brains.realtime.line import Call, Calls, Done, Event, Heard, Line, Message, Offer, Past, Said, SetUp, Sound, Withdrawn
from tars.brains.registry import make_part
from tars.brains.reply.llm.messages import NOTHING_HEARD
from tars.errors import ConfigError
from tars.runtime.realtime_settings import RealtimeSettings
from tars.samples import RATE

SOUND = f"audio/pcm;rate={RATE}"

_WORDS = """
type format title description nullable enum default example items properties required anyOf propertyOrdering
minItems maxItems minProperties maxProperties minLength maxLength pattern minimum maximum
"""
SCHEMA = frozenset(_WORDS.split())
"""The words of a JSON schema that the service knows. It closes the connection for others."""


class GeminiLine(Line):
    """One connection. What comes while a question is sent, or before earlier turns are complete, belongs to an earlier one.

    The words of the question come while it is sent.
    """

    rate: ClassVar[int] = RATE
    lifetime: ClassVar[float] = 9 * 60

    _is_open = False
    """The newest question is to be answered, and is not yet."""
    _hears = False
    """Sound of a question was sent, and it is not complete."""
    _turns = 0
    """Questions whose turn the service has not completed. It completes each one once, also one that was interrupted."""
    _early = ""
    """The first words of that question."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._calls: dict[str, Call] = {}
        """Those without a result, by their ids."""

    @classmethod
    @override
    def check(cls, settings: RealtimeSettings, offers: Sequence[Offer]) -> None:
        super().check(settings, offers)
        for offer in offers:
            try:
                _function(offer)
            except UserError as error:
                remedy = f"leave it out of {settings.group}.mcp, or set {settings.group}.tools to off"
                raise ConfigError(f"Gemini cannot be told the parameters of the tool {offer.name!r} ({error}): {remedy}") from error

    @classmethod
    @override
    def address(cls, settings: RealtimeSettings) -> str:
        return settings.url

    @classmethod
    @override
    def headers(cls, settings: RealtimeSettings) -> dict[str, str]:
        return {"x-goog-api-key": settings.key}

    @override
    async def set_up(self, wanted: SetUp, past: Past) -> None:
        speech = {"languageCode": wanted.language} if wanted.language else {}
        voice = {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": wanted.voice}}} if wanted.voice else {}
        setup = {
            "model": f"models/{self.settings.model}",
            "generationConfig": {"responseModalities": ["AUDIO"], "speechConfig": speech | voice},
            "systemInstruction": {"parts": [{"text": wanted.prompt}]},
            "tools": [{"functionDeclarations": [_function(offer) for offer in wanted.tools]}],
            "realtimeInputConfig": {"automaticActivityDetection": {"disabled": True}},
            "inputAudioTranscription": {},
            "outputAudioTranscription": {},
            "sessionResumption": {"handle": past.handle} if past.handle else {},
            "contextWindowCompression": {"slidingWindow": {}},  # without it, a conversation ends after 15 min
        }
        await self.send({"setup": setup})
        while "setupComplete" not in await self.receive():
            pass
        turns = [] if past.handle else [turn for exchange in past.exchanges for turn in _turns(exchange)]
        if turns:
            await self.send({"clientContent": {"turns": turns, "turnComplete": False}})

    # --- what comes ----------------------------------------------------------------------------------------------------------

    @override
    def take(self, message: Message) -> Iterable[Event]:
        if update := message.get("sessionResumptionUpdate"):
            self.handle = update.get("newHandle", "") if update.get("resumable") else ""
        if "goAway" in message:
            self.expires()
        if content := message.get("serverContent"):
            yield from self._content(content)
        if "toolCall" in message:
            self.handle = ""  # one from before the call leads to a conversation that waits for it
            calls = [Call(call["id"], call["name"], call.get("args", {})) for call in message["toolCall"]["functionCalls"]]
            self._calls |= {call.id: call for call in calls}
            if self._is_open and not self._is_earlier:
                yield Calls(calls)
        if "toolCallCancellation" in message:
            ids = message["toolCallCancellation"]["ids"]
            for id in ids:
                self._calls.pop(id, None)
            yield Withdrawn(ids)

    @property
    def _is_earlier(self) -> bool:
        """Whether what comes now belongs to an earlier question than the newest."""
        return self._turns > (0 if self._hears else 1)

    def _content(self, content: Message) -> Iterator[Event]:
        if text := content.get("inputTranscription", {}).get("text"):
            if self._hears:
                self._early += text
            else:
                yield Heard(self.number, text)
        is_earlier = self._is_earlier
        self._turns -= "turnComplete" in content
        if is_earlier:
            return
        if text := content.get("outputTranscription", {}).get("text"):
            yield Said(text)  # it is sent by itself, and may come after all of the sound
        if not self._is_open:
            return
        for part in content.get("modelTurn", {}).get("parts", ()):
            if data := part.get("inlineData", {}).get("data"):
                yield Sound(base64.b64decode(data), "")
        # The turn is complete only when the service thinks that the answer was played.
        if (content.get("generationComplete") or content.get("turnComplete")) and not self._calls:
            self._is_open = False
            yield Heard(self.number, "", final=True)
            yield Done()

    # --- what goes -----------------------------------------------------------------------------------------------------------

    @override
    async def send_sound(self, pcm: bytes) -> None:
        if not self._hears:
            self._hears, self._is_open = True, False
            await self.send({"realtimeInput": {"activityStart": {}}})
        await self.send({"realtimeInput": {"audio": {"mimeType": SOUND, "data": base64.b64encode(pcm).decode()}}})

    @override
    async def ask(self, number: int, *, answered: bool) -> None:
        """It is answered in any case. What only its words are wanted of has no tools called."""
        self.number, self._is_open, self._hears = number, True, False
        self._turns += 1
        if self._early:
            self.events.put_nowait((number, Heard(number, self._early)))
        self._early = ""
        self._calls = {}
        await self.send({"realtimeInput": {"activityEnd": {}}})

    @override
    async def give(self, results: Sequence[tuple[Call, str]], *, goes_on: bool) -> None:
        self._is_open = self._is_open and goes_on
        answers = [{"id": call.id, "name": call.name, "response": {"output": text}} for call, text in results if call.id in self._calls]
        for call, _ in results:
            self._calls.pop(call.id, None)
        if answers:
            await self.send({"toolResponse": {"functionResponses": answers}})

    @override
    async def cut(self, heard: Sequence[tuple[str, int]]) -> None:
        """The service stops when it hears the next question."""
        self._is_open = False


def _function(offer: Offer) -> Message:
    """The service ignores parameters in the form of JSON schemas. `BLOCKING`: newer models go on talking otherwise. Raises UserError."""
    schema = _known(GoogleOpenAPISchemaTransformer(offer.parameters, strict=None).walk())
    told = {"parameters": schema} if schema.get("properties") else {}
    return {"name": offer.name, "description": offer.description, "behavior": "BLOCKING", **told}


def _known(schema: object) -> dict[str, Any]:
    """The schema without the words that the service does not know. Raises UserError if it says what the service cannot be told."""
    if schema is True:
        return {}  # anything
    if not isinstance(schema, Mapping):
        raise UserError(f"{schema!r:.100} is no schema that the service knows")
    known: dict[str, Any] = {}
    for word, value in schema.items():
        if word == "properties":
            known[word] = {name: _known(each) for name, each in value.items()}
        elif word == "items":
            known[word] = _known(value)
        elif word == "anyOf":
            known[word] = [_known(each) for each in value]
        elif word in SCHEMA:
            known[word] = value
    return known


def _turns(exchange: Exchange) -> Iterator[Message]:
    """An earlier turn as what was said in it. The service takes no calls of tools there, but their words."""
    done = [f"({action.tool} {action.arguments}: {action.result})" for action in exchange.actions]
    yield {"role": "user", "parts": [{"text": exchange.asked or NOTHING_HEARD}]}
    yield {"role": "model", "parts": [{"text": " ".join([*done, exchange.said or NOTHING_HEARD])}]}


def make_brain(settings: BrainSettings) -> RealtimeBrain:
    """The brain, without a connection."""
    return RealtimeBrain(GeminiLine, settings.gemini_live, make_part("speak", VOICE, settings), settings.personas)
