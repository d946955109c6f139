"""What is heard over a reply: whether it is meant for TARS, by its words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from enum import Enum, auto
from typing import Any

from tars.brains import Caller, Conversation, Hearing
from tars.errors import ReplyError
from tars.generated.server import events
from tars.runtime import clock
from tars.runtime.log import log
from tars.samples import BLOCK, RATE, WIDTH, to_samples
from tars.server.utterance import Utterance

BACKCHANNELS = ["m", "mm", "hm", "hmm", "mhm", "mmhmm", "huh", "uh", "um", "er", "ah", "aha", "oh", "wow"]
BACKCHANNELS += ["yeah", "yep", "yup", "okay", "ok", "right", "all right", "alright", "sure", "of course", "i see", "got it"]
BACKCHANNELS += ["exactly", "good", "great", "nice", "cool"]
"""What somebody says who listens. It interrupts nobody. Not "yes" and "no": they may answer a question."""

STOPS = ["stop", "stop it", "stop talking", "be quiet", "quiet", "silence", "hush", "shut up", "enough", "that's enough", "never mind"]
"""What ends a reply and wants no other one."""
BESIDE_STOPS = [*BACKCHANNELS, "please", "now", "no"]
"""What may stand beside it."""

NO_SPEECH = 3 * RATE // 2
"""Samples without speech, with those before it was noticed, after which it was a cough, or something in the room."""
LONGEST_BACKCHANNEL = 6 * RATE
"""Samples of speech, with the pause behind it, that are meant for TARS without a look at the words: nobody listens so loudly.

With `end_of_speech: patient` the pause alone is 2.5 s, also that after a cough, and counts as speech until it is over.
"""


class Meaning(Enum):
    """What is meant by what is heard over a reply."""

    NOTHING = auto()
    """The reply goes on."""
    STOP = auto()
    """The reply ends, and the user has the floor."""
    SPEECH = auto()
    """The reply ends, and this is answered."""


def meaning_of(words: str) -> Meaning:
    """The meaning of recognised words. What is in brackets, such as `(coughs)`, are no words."""
    spoken = re.sub(r"\(.*?\)|\[.*?\]|\*.*?\*", " ", words.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    said = " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)*", spoken))
    if _consists_of(said, BACKCHANNELS):
        return Meaning.NOTHING
    stops = _consists_of(said, [*STOPS, *BESIDE_STOPS]) and not _consists_of(said, BESIDE_STOPS)
    return Meaning.STOP if stops else Meaning.SPEECH


def _consists_of(said: str, phrases: Iterable[str]) -> bool:
    """Whether these phrases, any number of them and no other words, were said."""
    phrase = "|".join(map(re.escape, phrases))
    return re.fullmatch(rf"(({phrase})( |$))*", said) is not None


class Interruption:
    """What is heard over one reply. It is decided once, and posted, whether that interrupts the reply."""

    def __init__(self, caller: Caller, post: Callable[[object], None], turn: int, at: int, pcm: bytes = b"") -> None:
        """`turn`: the one after that of the reply. `at`: the capture offset of its first sample. `pcm`: what an earlier brain was given."""
        self.turn = turn
        self.utterance = Utterance(turn, 0, pcm, at=at)
        self.meaning: Meaning | None = None
        """What was decided; None: nothing yet."""
        self.complete = False
        """A pause follows the speech. What comes later does not belong to it."""
        self._caller, self._post = caller, post
        self._speech = 0
        self._weighing: asyncio.Task[None] | None = None

    def goes_on(self, turn: int) -> bool:
        """Whether the samples of that turn belong to it."""
        return turn == self.turn and self.meaning is not Meaning.NOTHING

    def opens(self, turn: int) -> bool:
        """Whether that turn is opened by it."""
        return turn == self.turn and self.meaning in (Meaning.STOP, Meaning.SPEECH)

    def hear(self, conversation: Conversation, pcm: bytes, tasks: asyncio.TaskGroup) -> None:
        """The next samples, PCM16."""
        if self.complete:
            return
        self.utterance.add(pcm)
        hearing = conversation.hear(to_samples(pcm))
        silent = self.utterance.count(pcm, hearing)
        self._speech += 0 if hearing is Hearing.SILENCE else len(pcm) // WIDTH
        self.complete = hearing is Hearing.COMPLETE
        if self.meaning is not None:
            return
        if self.complete or (self._speech and hearing is Hearing.SILENCE):
            # A pause behind it ends an utterance with words. Without words it is silence: a cough, or words that are not recognised yet.
            if self._weighing is None or self._weighing.done():
                self._weighing = tasks.create_task(self._weigh(conversation))
        elif silent >= NO_SPEECH:
            self._decide(Meaning.NOTHING)
        elif self._speech >= LONGEST_BACKCHANNEL:
            self._decide(Meaning.SPEECH)

    async def hear_again(self, conversation: Conversation, tasks: asyncio.TaskGroup) -> None:
        """Give a new conversation what an earlier one was given."""
        pcm = self.utterance.take()
        conversation.overhear(self.utterance.at)
        for at in range(0, len(pcm), BLOCK * WIDTH):
            self.hear(conversation, pcm[at : at + BLOCK * WIDTH], tasks)
            await clock.sleep_until(0)  # other tasks run

    async def cancel(self) -> None:
        """Decide nothing any more."""
        if self._weighing is not None:
            self._weighing.cancel()
            await asyncio.wait([self._weighing])

    async def _weigh(self, conversation: Conversation) -> None:
        try:
            words = await conversation.words()
        except ReplyError as error:
            log.warning("recognition failed", **self._names(), reason=str(error))
            words = ""
        self._decide(meaning_of(words), words)

    def _decide(self, meaning: Meaning, words: str = "") -> None:
        self.meaning = meaning
        if meaning is Meaning.NOTHING:
            log.info("interruption was none", **self._names(), text=words)
            self._post(events.InterruptionFalse(self._caller.session, self.turn - 1))
        else:
            log.info("interrupted", **self._names(), text=words)
            self._post(events.InterruptionMeant(self._caller.session, self.turn - 1))

    def _names(self) -> dict[str, Any]:
        """`turn` is that of the reply."""
        return {"device": self._caller.device, "session": self._caller.session, "turn": self.turn - 1}
