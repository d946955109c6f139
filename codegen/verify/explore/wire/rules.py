"""The rules of a link when connections fail, in a form that can be explored. Each rule is a method, so that a test can break one rule.

Each side takes one frame at a time. If that breaks a property, `wrong` of the state that follows has its name. A frame that a real side
would refuse also breaks a property, `REFUSED`.
"""

from __future__ import annotations

from codegen.verify.explore.wire.state import (
    Ack,
    Answer,
    Bounds,
    Control,
    Frame,
    Gap,
    Greeting,
    ResumeToken,
    Said,
    Sample,
    Side,
    State,
    greetings,
    oldest_sound,
    say,
    unused,
    without,
    without_sound,
)

MESSAGES = "messages_once_in_order"
SPEECH = "speech_once_in_order_or_a_gap"
ANNOUNCED_AGAIN = "request_announced_again_whole"
REPLY = "reply_once_in_order"
RELEASED = "nothing_released_unapplied"
ONE_RECORD = "one_record_resumed"
KEPT = "kept_record_resumed"
REFUSED = "nothing_refused"
ARRIVES = "everything_arrives"


class Rules:
    """How numbers, offsets, outboxes and resume tokens change."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.up = tuple(bounds.up.split())
        self.down = tuple(bounds.down.split())

    # --- rules that both sides have ------------------------------------------------------------------------------------------

    def passed_on(self, state: State, side: Side) -> tuple[Frame, Side]:
        """The next frame from the outbox of a side."""
        item = side.outbox[side.passed]
        if isinstance(item, Said):
            return Control(side.record, item, side.applied), side._replace(passed=side.passed + 1)
        if side is state.dialer and item.at < self.kept_from(state):
            return self.gap(state, item)
        return item, side._replace(passed=side.passed + 1)

    def gap(self, state: State, first: Sample) -> tuple[Frame, Side]:
        """A gap for the samples that the dialer no longer has. It ends before the next message in the outbox."""
        dialer, end = state.dialer, first.at
        for item in dialer.outbox[dialer.passed :]:
            if not isinstance(item, Sample) or item.at >= self.kept_from(state):
                break
            end = item.at + 1
        return Gap(first.stream, first.at, end - first.at), dialer._replace(passed=dialer.passed + end - first.at)

    def kept_from(self, state: State) -> int:
        """The offset of the oldest sample that the dialer still has."""
        return max(0, state.dialer.end - self.bounds.room)

    def progress(self, side: Side) -> Ack:
        """What a side acknowledges. The listener commits the samples of a request when its reply begins."""
        needed = side.phase in ("asked", "listening")
        return Ack(side.applied, side.into, side.received, side.start if needed else side.received)

    def is_new(self, side: Side, said: Said) -> bool:
        """Whether a message has not been applied yet. Others are dropped."""
        return said.number > side.applied

    def is_next_sample(self, side: Side, sample: Sample) -> bool:
        """Whether a sample has not been received yet. Others are dropped."""
        return sample.at >= side.received

    def rewound(self, side: Side) -> Side:
        """The connection is broken: on the next one the whole outbox is sent again."""
        return side._replace(passed=0)

    def dead(self, state: State) -> State:
        """The dialer's connection is broken. Frames sent on it from now on are lost. Frames under way may still arrive."""
        return state._replace(alive=False, dialer=self.rewound(state.dialer), listener=self.rewound(state.listener))

    def restored(self, listener: Side) -> Side:
        """The next listener process continues with the state that the last one has saved."""
        return listener._replace(passed=0)

    def acknowledged(self, side: Side, number: int) -> Side:
        """The other side has applied messages up to this number."""
        gone: set[Said | Sample] = {item for item in side.outbox if isinstance(item, Said) and item.number <= number}
        return without(side, gone)._replace(acknowledged=max(side.acknowledged, number))

    def acknowledged_sound(self, side: Side, stream: int, offset: int) -> Side:
        """The other side has the samples before this offset."""
        return without(side, {item for item in side.outbox if isinstance(item, Sample) and item.stream == stream and item.at < offset})

    # --- the greeting --------------------------------------------------------------------------------------------------------

    def greeting(self, state: State) -> Greeting:
        """The dialer offers the record that it keeps."""
        dialer, offered = state.dialer, state.offer if state.dialer.record else ResumeToken()
        return Greeting(*offered, dialer.sent, dialer.applied, dialer.into, dialer.received)

    def why_not(self, state: State, greeting: Greeting) -> str:
        """Empty if the record is resumed."""
        listener = state.listener
        if not greeting.sid:
            return "new"
        if not self.same_life(state, greeting):
            return "restarted"
        if not self.same_record(state, greeting):
            return "unknown_record"
        if not self.admits(state, greeting):
            return "bad_token"
        reachable = greeting.stream != listener.out or state.released <= greeting.received <= listener.end
        fits = listener.acknowledged <= greeting.applied <= listener.sent and listener.applied <= greeting.sent and reachable
        return "" if fits else "gap"

    def same_life(self, state: State, greeting: Greeting) -> bool:
        """Whether the listener has not crashed since the record was made."""
        return greeting.epoch == state.epoch

    def same_record(self, state: State, greeting: Greeting) -> bool:
        """Whether the listener keeps the record that is offered."""
        return state.listener.record != 0 and greeting.sid == state.listener.record

    def admits(self, state: State, greeting: Greeting) -> bool:
        """Whether the token is valid."""
        return greeting.token in state.tokens

    def must_resume(self, state: State, greeting: Greeting) -> bool:
        """Whether the record must be resumed: both sides keep it. Not with late greetings: a late one may have replaced the token."""
        return greeting.sid == state.listener.record == state.dialer.record != 0 and not self.bounds.late

    def rotated(self, state: State, shown: int, renewed: int) -> tuple[int, ...]:
        """The valid tokens after a resume: the new one, and the one that was shown, because the answer can get lost."""
        return renewed, shown

    def arrived(self, tokens: tuple[int, ...]) -> tuple[int, ...]:
        """The valid tokens after the dialer has sent more than its greeting: only the newest one."""
        return tokens[:1]

    def fenced(self, up: tuple[Frame, ...]) -> tuple[Frame, ...]:
        """The frames that are still taken from an older connection: none."""
        return ()

    def greeted(self, state: State, greeting: Greeting, *, own: bool) -> State:
        """A greeting reaches the listener, which drops its older connection. `own`: the greeting is on the dialer's current connection."""
        reason = self.why_not(state, greeting)
        wrong = KEPT if reason and self.must_resume(state, greeting) else ""
        if not reason and greeting.sid != state.listener.record:
            wrong = ONE_RECORD
        token = unused(*_tokens(state))
        tokens: tuple[int, ...] = (token,)
        if reason:
            listener, released = Side(record=unused(*_records(state))), 0
        else:
            listener, released = self._listener_notes(state.listener, state.released, greeting.applied, greeting.stream, greeting.received)
            listener, tokens = listener._replace(owes=False), self.rotated(state, greeting.token, token)
        answer = Answer(reason, listener.record, token, state.epoch, self.progress(listener))
        overtaken = not own and state.socket == "own"
        state = state._replace(listener=listener, released=released, tokens=tokens, socket="own" if own else "old", wrong=wrong)
        state = state._replace(up=self.fenced(state.up), down=(*state.down, answer) if own and state.alive else state.down)
        return self.dead(state) if overtaken else state

    def answered(self, state: State, answer: Answer) -> State:
        """The answer reaches the dialer."""
        crashed = answer.epoch != state.offer.epoch
        offer = ResumeToken(answer.sid, answer.token, answer.epoch)
        if not answer.reason:
            joined = state.dialer.record != answer.sid
            state = self._dialer_notes(state, answer.ack)
            wrong = ONE_RECORD if joined else state.wrong
            return state._replace(link="up", offer=offer, wrong=wrong)
        dialer = state.dialer
        complete = self.bounds.gaps or self.kept_from(state) <= state.committed
        survives = answer.reason == "restarted" and state.committed < dialer.end and complete
        if dialer.phase == "asking" or (dialer.phase == "telling" and survives):
            return self.announced_again(state, answer.sid)._replace(link="up", offer=offer)
        unfinished = dialer.phase == "telling" and crashed and state.begun < dialer.end
        lost = unfinished and (self.bounds.gaps or self.kept_from(state) <= state.begun)
        wrong = ANNOUNCED_AGAIN if lost else ""
        return state._replace(dialer=Side(record=answer.sid), link="up", offer=offer, begun=0, committed=0, wrong=wrong)

    def announced_again(self, state: State, record: int) -> State:
        """The listener has lost the request. So it is announced in the new record, and sent from `announced_from`.

        A request that was never announced begins with the oldest sample that the dialer has. A real program stops waiting for the answer
        before it has to drop samples.
        """
        dialer = state.dialer
        at = self.announced_from(state) if dialer.out else max(state.begun, self.kept_from(state))
        renewed = say(Side("asking", dialer.story, record, out=1, end=dialer.end), "open", 1, at)
        samples = tuple(Sample(1, offset) for offset in range(at, dialer.end))
        renewed = renewed._replace(outbox=renewed.outbox + samples)
        wrong = ANNOUNCED_AGAIN if dialer.out and at != state.begun else ""
        return state._replace(dialer=renewed, begun=at, committed=at, wrong=wrong)

    def announced_from(self, state: State) -> int:
        """The offset before which the listener needs no sample."""
        return state.committed

    # --- what the dialer takes -----------------------------------------------------------------------------------------------

    def dialer_takes(self, state: State, frame: Frame) -> State:
        """A frame from the listener."""
        dialer = state.dialer
        if isinstance(frame, Answer):
            return self.answered(state, frame)
        if isinstance(frame, Ack):
            return self._dialer_notes(state, frame)
        if isinstance(frame, Control):
            return self._dialer_applies(self._dialer_notes(state, Ack(frame.applied, 0, 0, 0)), frame)
        if isinstance(frame, Gap) or frame.stream != dialer.into:
            return state._replace(dialer=dialer._replace(owes=True))
        if frame.at > dialer.received:
            return state._replace(wrong=REFUSED)
        if not self.is_next_sample(dialer, frame):
            return state._replace(dialer=dialer._replace(owes=True))
        dialer = dialer._replace(received=frame.at + 1, owes=True)
        if dialer.phase != "hearing":
            return state._replace(dialer=dialer)
        return state._replace(dialer=dialer._replace(used=frame.at + 1), wrong="" if frame.at == dialer.used else REPLY)

    def _dialer_notes(self, state: State, ack: Ack) -> State:
        dialer = state.dialer
        ours = ack.stream != 0 and ack.stream == dialer.out
        if ack.applied > dialer.sent or (ours and max(ack.received, ack.committed) > dialer.end):
            return state._replace(wrong=REFUSED)
        dialer = self.acknowledged_sound(self.acknowledged(dialer, ack.applied), ack.stream, ack.received)
        committed = max(state.committed, ack.committed) if ours and self.notes_commit(dialer) else state.committed
        return state._replace(dialer=dialer, committed=committed)

    def notes_commit(self, dialer: Side) -> bool:
        """Whether the dialer notes a committed offset: only after the reply has begun here. The listener may crash before that."""
        return dialer.phase not in ("asking", "telling")

    def _dialer_applies(self, state: State, frame: Control) -> State:
        dialer, said = state.dialer, frame.said
        if state.wrong or not self.is_new(dialer, said):
            return state
        if said.number > dialer.applied + 1:
            return state._replace(wrong=REFUSED)
        wrong = "" if (frame.record, said.number) == (dialer.record, dialer.heard + 1) else MESSAGES
        dialer = dialer._replace(applied=said.number, heard=said.number, owes=True)
        if (said.kind, dialer.phase) == ("ready", "asking"):
            dialer = dialer._replace(phase="telling")
        elif (said.kind, dialer.phase) == ("reply", "telling"):
            dialer = without_sound(dialer)._replace(phase="hearing", into=said.stream, start=0, received=0, used=0)
            dialer = dialer._replace(story=following(self.up, dialer.story, "open"))
        return state._replace(dialer=dialer, wrong=wrong)

    # --- what the listener takes -----------------------------------------------------------------------------------------------

    def listener_takes(self, state: State, frame: Frame) -> State:
        """A frame from the dialer. It shows that the dialer has received the answer to its greeting."""
        state = state._replace(tokens=self.arrived(state.tokens))
        listener = state.listener
        if isinstance(frame, Answer):
            return state
        if isinstance(frame, Sample | Gap):
            return self._listener_hears(state, frame)
        ack = frame if isinstance(frame, Ack) else Ack(frame.applied, 0, 0, 0)
        if ack.applied > listener.sent or (ack.stream == listener.out and ack.received > listener.end):
            return state._replace(wrong=REFUSED)
        listener, released = self._listener_notes(listener, state.released, ack.applied, ack.stream, ack.received)
        state = state._replace(listener=listener, released=released)
        return self._listener_applies(state, frame) if isinstance(frame, Control) else state

    def _listener_notes(self, listener: Side, released: int, applied: int, stream: int, received: int) -> tuple[Side, int]:
        listener = self.acknowledged_sound(self.acknowledged(listener, applied), stream, received)
        return listener, max(released, received) if stream == listener.out else released

    def _listener_hears(self, state: State, frame: Sample | Gap) -> State:
        listener = state.listener._replace(owes=state.listener.owes or isinstance(frame, Sample))
        if frame.stream != listener.into:
            return state._replace(listener=listener)
        if frame.at > listener.received:
            return state._replace(wrong=REFUSED)
        end = frame.at + (frame.samples if isinstance(frame, Gap) else 1)
        if end <= listener.received and (isinstance(frame, Gap) or not self.is_next_sample(listener, frame)):
            return state._replace(listener=listener)
        wrong = ""
        if listener.phase in ("asked", "listening"):  # the listener holds the sample for the reader, or gives it to the reader
            begins = listener.received if isinstance(frame, Gap) else frame.at
            needless = isinstance(frame, Gap) and listener.record == state.dialer.record and end > self.kept_from(state)
            wrong = SPEECH if begins != listener.used or needless else ""
            listener = listener._replace(used=end)
        return state._replace(listener=listener._replace(received=end), wrong=wrong)

    def _listener_applies(self, state: State, frame: Control) -> State:
        listener, said = state.listener, frame.said
        if not self.is_new(listener, said):
            return state
        if said.number > listener.applied + 1:
            return state._replace(wrong=REFUSED)
        wrong = "" if (frame.record, said.number) == (listener.record, listener.heard + 1) else MESSAGES
        listener = listener._replace(applied=said.number, heard=said.number, owes=True)
        if said.kind == "open":
            again = listener.phase == "replying"
            listener = without_sound(listener)._replace(phase="listening" if again else "asked")
            listener = listener._replace(into=said.stream, start=said.at, received=said.at, used=said.at)
            listener = listener._replace(story=following(self.down, listener.story, "reply") if again else listener.story)
        elif said.kind == "end":
            listener = without_sound(listener)._replace(phase="over")
        return state._replace(listener=listener, wrong=wrong)


def released_unapplied(state: State) -> bool:
    """Whether a side has dropped something that the other side, in the same record, has not received."""
    dialer, listener = state.dialer, state.listener
    if dialer.record != listener.record or not dialer.record:
        return False
    if max(dialer.acknowledged, dialer.sent - _messages(dialer)) > listener.heard:
        return True
    if max(listener.acknowledged, listener.sent - _messages(listener)) > dialer.heard:
        return True
    told = listener.received if listener.into == dialer.out else state.committed
    if dialer.phase in ("asking", "telling") and oldest_sound(dialer) > told:
        return True
    heard = dialer.received if dialer.into == listener.out else 0
    return listener.phase == "replying" and max(state.released, oldest_sound(listener)) > heard


def _messages(side: Side) -> int:
    return sum(isinstance(item, Said) for item in side.outbox)


def following(words: tuple[str, ...], at: int, word: str) -> int:
    """The index of the next such word from `at` on, or the number of words."""
    return next((place for place in range(at, len(words)) if words[place] == word), len(words))


def _records(state: State) -> list[int]:
    records = [frame.record for frame in state.up + state.down if isinstance(frame, Control)]
    return [*records, *(frame.sid for frame in greetings(state)), state.dialer.record, state.listener.record, state.offer.sid]


def _tokens(state: State) -> list[int]:
    return [*(frame.token for frame in greetings(state)), *state.tokens, state.offer.token]


def epochs(state: State) -> list[int]:
    """The epochs that are known outside the listener."""
    return [*(frame.epoch for frame in greetings(state)), state.offer.epoch]
