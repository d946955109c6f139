"""What a conversation remembers, as text: so it goes on with the next server."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tars.brains.parts import Action, Exchange
from tars.brains.speech import Spoken
from tars.runtime.log import log

LONGEST = 12_000
"""Characters. What is oldest is left out: a stopping server writes what all its devices have said."""


@dataclass
class LastTurn:
    """The last question, and the answer to it, as far as there is one."""

    asked: str
    actions: list[Action] = field(default_factory=list)
    spoken: Spoken | None = None
    heard: str | None = None
    """What the user heard of the answer, if it was interrupted."""

    def exchange(self) -> Exchange:
        """What is remembered of it."""
        said = self.spoken.text if self.spoken is not None else ""
        return Exchange(self.asked, said if self.heard is None else self.heard, tuple(self.actions))


@dataclass(frozen=True)
class Memory:
    """What is remembered of a session."""

    persona: str = ""
    """The name of the persona that answers."""
    exchanges: Sequence[Exchange] = ()
    last: LastTurn | None = None
    """The last turn, if its answer has begun. Without an answer, the utterance is heard again."""

    def to_text(self) -> str:
        """The same as JSON, of at most LONGEST characters: else without its oldest exchanges, and without what tools did in the newest."""
        exchanges = [asdict(exchange) for exchange in self.exchanges]
        last = [] if self.last is None or self.last.spoken is None else [asdict(self.last)]
        while True:
            saved = {"persona": self.persona, "exchanges": exchanges, "last": last[0] if last else None}
            text = json.dumps(saved, default=str)
            turns = [*exchanges, *last]
            if len(text) <= LONGEST or not turns:
                return text
            if len(turns) > 1:
                del exchanges[0]
            elif turns[0]["actions"]:
                turns[0]["actions"] = turns[0]["actions"][1:]  # what a tool has returned may be long
            else:
                exchanges, last = [], []


def recalled(text: str, **names: object) -> Memory:
    """What a conversation before this one remembered of the session; nothing of that of another brain. `names`: for the log."""
    if not text:
        return Memory()
    try:
        return from_text(text)
    except (KeyError, TypeError, ValueError) as error:
        log.warning("what was said before is not known any more", **names, reason=repr(error))
        return Memory()


def from_text(text: str) -> Memory:
    """What `Memory.to_text` has made. Raises KeyError, TypeError or ValueError for another text."""
    saved = json.loads(text)
    last = saved["last"]
    return Memory(
        _text(saved["persona"]),
        [Exchange(_text(one["asked"]), _text(one["said"]), tuple(_actions(one["actions"]))) for one in saved["exchanges"]],
        None if last is None else _last_turn(last),
    )


def _last_turn(saved: Mapping[str, Any]) -> LastTurn:
    spoken = Spoken(list(map(_text, saved["spoken"]["sentences"])), list(map(int, saved["spoken"]["ends"])))
    return LastTurn(_text(saved["asked"]), _actions(saved["actions"]), spoken, None if saved["heard"] is None else _text(saved["heard"]))


def _actions(saved: Sequence[Mapping[str, Any]]) -> list[Action]:
    return [Action(_text(one["tool"]), dict(one["arguments"]), _text(one["result"])) for one in saved]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value
