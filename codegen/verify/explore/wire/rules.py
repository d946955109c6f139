"""The rules of `tars.v1` for what breaks: docs/protocol.md in a form that can be explored. A method a rule, so that a test can break one.

Either side takes one frame at a time; `wrong` of the state that follows names the property that it broke. What a real side refuses ends
the story here: it is such a property itself.
"""

from __future__ import annotations

from codegen.verify.explore.wire.state import (
    Ack,
    Bounds,
    Control,
    Frame,
    Gap,
    Hello,
    Said,
    Sample,
    Side,
    State,
    Ticket,
    Welcome,
    greetings,
    oldest_sound,
    say,
    unused,
    without,
    without_sound,
)

MESSAGES = "messages_once_in_order"
SPEECH = "speech_once_in_order_or_a_gap"
TOLD_AGAIN = "utterance_told_again_whole"
REPLY = "reply_once_in_order"
RELEASED = "nothing_released_unapplied"
ONE_RECORD = "one_record_resumed"
KEPT = "kept_record_resumed"
REFUSED = "nothing_refused"
ARRIVES = "everything_arrives"


class Rules:
    """How numbers, offsets, outboxes and tickets change."""

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
        if side is state.device and item.at < self.kept_from(state):
            return self.gap(state, item)
        return item, side._replace(passed=side.passed + 1)

    def gap(self, state: State, first: Sample) -> tuple[Frame, Side]:
        """What an outage has outlasted is declared lost, as far as no message stands between."""
        device, end = state.device, first.at
        for item in device.outbox[device.passed :]:
            if not isinstance(item, Sample) or item.at >= self.kept_from(state):
                break
            end = item.at + 1
        return Gap(first.stream, first.at, end - first.at), device._replace(passed=device.passed + end - first.at)

    def kept_from(self, state: State) -> int:
        """The oldest sample in the device's ring."""
        return max(0, state.device.end - self.bounds.ring)

    def progress(self, side: Side) -> Ack:
        """How far a side has come. The server is finished with an utterance when its reply begins."""
        needed = side.phase in ("asked", "listening")
        return Ack(side.applied, side.into, side.received, side.start if needed else side.received)

    def is_new(self, side: Side, said: Said) -> bool:
        """A number that was there already is dropped."""
        return said.number > side.applied

    def is_fresh(self, side: Side, sample: Sample) -> bool:
        """A sample that was there already is trimmed."""
        return sample.at >= side.received

    def rewound(self, side: Side) -> Side:
        """The connection is gone: on the next one all of it goes out again."""
        return side._replace(passed=0)

    def dead(self, state: State) -> State:
        """The device's connection is dead. What is sent on it is as good as not sent; what is under way may still arrive."""
        return state._replace(alive=False, device=self.rewound(state.device), server=self.rewound(state.server))

    def restored(self, server: Side) -> Side:
        """A server that was replaced goes on with what the one before has saved."""
        return server._replace(passed=0)

    def acknowledged(self, side: Side, number: int) -> Side:
        """The other side has applied messages up to this number."""
        gone: set[Said | Sample] = {item for item in side.outbox if isinstance(item, Said) and item.number <= number}
        return without(side, gone)._replace(acknowledged=max(side.acknowledged, number))

    def acknowledged_sound(self, side: Side, stream: int, offset: int) -> Side:
        """The other side has the samples before this offset."""
        return without(side, {item for item in side.outbox if isinstance(item, Sample) and item.stream == stream and item.at < offset})

    # --- the greeting --------------------------------------------------------------------------------------------------------

    def hello(self, state: State) -> Hello:
        """The device offers the record that it keeps."""
        device, offered = state.device, state.ticket if state.device.record else Ticket()
        return Hello(*offered, device.sent, device.applied, device.into, device.received)

    def why_not(self, state: State, hello: Hello) -> str:
        """Empty if the session goes on."""
        server = state.server
        if not hello.sid:
            return "new"
        if not self.same_epoch(state, hello):
            return "epoch_changed"
        if not self.same_record(state, hello):
            return "unknown_session"
        if not self.admits(state, hello):
            return "bad_token"
        reachable = hello.stream != server.out or state.released <= hello.received <= server.end
        fits = server.acknowledged <= hello.applied <= server.sent and server.applied <= hello.sent and reachable
        return "" if fits else "gap"

    def same_epoch(self, state: State, hello: Hello) -> bool:
        """The server has not crashed since."""
        return hello.epoch == state.epoch

    def same_record(self, state: State, hello: Hello) -> bool:
        """The record offered is the one that is kept."""
        return state.server.record != 0 and hello.sid == state.server.record

    def admits(self, state: State, hello: Hello) -> bool:
        """The token shown is valid."""
        return hello.token in state.tokens

    def must_resume(self, state: State, hello: Hello) -> bool:
        """Both sides keep the record that is offered. A late greeting may have used up the token that the device got after it."""
        return hello.sid == state.server.record == state.device.record != 0 and not self.bounds.late

    def rotated(self, state: State, shown: int, fresh: int) -> tuple[int, ...]:
        """The token shown stays valid beside the new one: a welcome can get lost."""
        return fresh, shown

    def arrived(self, tokens: tuple[int, ...]) -> tuple[int, ...]:
        """The device has said more than its greeting: only the newest token is valid."""
        return tokens[:1]

    def fenced(self, up: tuple[Frame, ...]) -> tuple[Frame, ...]:
        """What an older connection still says is ignored."""
        return ()

    def greeted(self, state: State, hello: Hello, *, own: bool) -> State:
        """A greeting reaches the server: the newest connection wins. `own`: it is the device's present one."""
        reason = self.why_not(state, hello)
        wrong = KEPT if reason and self.must_resume(state, hello) else ""
        if not reason and hello.sid != state.server.record:
            wrong = ONE_RECORD
        token = unused(*_tokens(state))
        tokens: tuple[int, ...] = (token,)
        if reason:
            server, released = Side(record=unused(*_records(state))), 0
        else:
            server, released = self._server_notes(state.server, state.released, hello.applied, hello.stream, hello.received)
            server, tokens = server._replace(owes=False), self.rotated(state, hello.token, token)
        welcome = Welcome(reason, server.record, token, state.epoch, self.progress(server))
        overtaken = not own and state.socket == "own"
        state = state._replace(server=server, released=released, tokens=tokens, socket="own" if own else "old", wrong=wrong)
        state = state._replace(up=self.fenced(state.up), down=(*state.down, welcome) if own and state.alive else state.down)
        return self.dead(state) if overtaken else state

    def welcomed(self, state: State, welcome: Welcome) -> State:
        """The answer reaches the device."""
        crashed = welcome.epoch != state.ticket.epoch
        ticket = Ticket(welcome.sid, welcome.token, welcome.epoch)
        if not welcome.reason:
            joined = state.device.record != welcome.sid
            state = self._device_notes(state, welcome.ack)
            wrong = ONE_RECORD if joined else state.wrong
            return state._replace(link="up", ticket=ticket, wrong=wrong)
        device = state.device
        complete = self.bounds.gaps or self.kept_from(state) <= state.committed
        survives = welcome.reason == "epoch_changed" and state.committed < device.end and complete
        if device.phase == "asking" or (device.phase == "telling" and survives):
            return self.told_again(state, welcome.sid)._replace(link="up", ticket=ticket)
        unanswered = device.phase == "telling" and crashed and state.begun < device.end
        lost = unanswered and (self.bounds.gaps or self.kept_from(state) <= state.begun)
        wrong = TOLD_AGAIN if lost else ""
        return state._replace(device=Side(record=welcome.sid), link="up", ticket=ticket, begun=0, committed=0, wrong=wrong)

    def told_again(self, state: State, record: int) -> State:
        """The server knows nothing of the utterance: it is announced in the new record, and sent from its mark.

        One that never was announced begins with the oldest sample that is still there: nobody waits for its answer that long.
        """
        device = state.device
        at = self.told_from(state) if device.out else max(state.begun, self.kept_from(state))
        fresh = say(Side("asking", device.story, record, out=1, end=device.end), "open", 1, at)
        samples = tuple(Sample(1, offset) for offset in range(at, device.end))
        fresh = fresh._replace(outbox=fresh.outbox + samples)
        wrong = TOLD_AGAIN if device.out and at != state.begun else ""
        return state._replace(device=fresh, begun=at, committed=at, wrong=wrong)

    def told_from(self, state: State) -> int:
        """Before the mark the server needs nothing any more."""
        return state.committed

    # --- what the device takes -----------------------------------------------------------------------------------------------

    def device_takes(self, state: State, frame: Frame) -> State:
        """A frame from the server."""
        device = state.device
        if isinstance(frame, Welcome):
            return self.welcomed(state, frame)
        if isinstance(frame, Ack):
            return self._device_notes(state, frame)
        if isinstance(frame, Control):
            return self._device_applies(self._device_notes(state, Ack(frame.applied, 0, 0, 0)), frame)
        if isinstance(frame, Gap) or frame.stream != device.into:
            return state._replace(device=device._replace(owes=True))
        if frame.at > device.received:
            return state._replace(wrong=REFUSED)
        if not self.is_fresh(device, frame):
            return state._replace(device=device._replace(owes=True))
        device = device._replace(received=frame.at + 1, owes=True)
        if device.phase != "hearing":
            return state._replace(device=device)
        return state._replace(device=device._replace(used=frame.at + 1), wrong="" if frame.at == device.used else REPLY)

    def _device_notes(self, state: State, ack: Ack) -> State:
        device = state.device
        ours = ack.stream != 0 and ack.stream == device.out
        if ack.applied > device.sent or (ours and max(ack.received, ack.committed) > device.end):
            return state._replace(wrong=REFUSED)
        device = self.acknowledged_sound(self.acknowledged(device, ack.applied), ack.stream, ack.received)
        committed = max(state.committed, ack.committed) if ours and self.notes_commit(device) else state.committed
        return state._replace(device=device, committed=committed)

    def notes_commit(self, device: Side) -> bool:
        """The mark counts only once the reply has begun here: the server may crash before the reply comes."""
        return device.phase not in ("asking", "telling")

    def _device_applies(self, state: State, frame: Control) -> State:
        device, said = state.device, frame.said
        if state.wrong or not self.is_new(device, said):
            return state
        if said.number > device.applied + 1:
            return state._replace(wrong=REFUSED)
        wrong = "" if (frame.record, said.number) == (device.record, device.heard + 1) else MESSAGES
        device = device._replace(applied=said.number, heard=said.number, owes=True)
        if (said.kind, device.phase) == ("ready", "asking"):
            device = device._replace(phase="telling")
        elif (said.kind, device.phase) == ("reply", "telling"):
            device = without_sound(device)._replace(phase="hearing", into=said.stream, start=0, received=0, used=0)
            device = device._replace(story=following(self.up, device.story, "open"))
        return state._replace(device=device, wrong=wrong)

    # --- what the server takes -----------------------------------------------------------------------------------------------

    def server_takes(self, state: State, frame: Frame) -> State:
        """A frame from the device: whoever sends it has got the welcome."""
        state = state._replace(tokens=self.arrived(state.tokens))
        server = state.server
        if isinstance(frame, Welcome):
            return state
        if isinstance(frame, Sample | Gap):
            return self._server_hears(state, frame)
        ack = frame if isinstance(frame, Ack) else Ack(frame.applied, 0, 0, 0)
        if ack.applied > server.sent or (ack.stream == server.out and ack.received > server.end):
            return state._replace(wrong=REFUSED)
        server, released = self._server_notes(server, state.released, ack.applied, ack.stream, ack.received)
        state = state._replace(server=server, released=released)
        return self._server_applies(state, frame) if isinstance(frame, Control) else state

    def _server_notes(self, server: Side, released: int, applied: int, stream: int, received: int) -> tuple[Side, int]:
        server = self.acknowledged_sound(self.acknowledged(server, applied), stream, received)
        return server, max(released, received) if stream == server.out else released

    def _server_hears(self, state: State, frame: Sample | Gap) -> State:
        server = state.server._replace(owes=state.server.owes or isinstance(frame, Sample))
        if frame.stream != server.into:
            return state._replace(server=server)
        if frame.at > server.received:
            return state._replace(wrong=REFUSED)
        end = frame.at + (frame.samples if isinstance(frame, Gap) else 1)
        if end <= server.received and (isinstance(frame, Gap) or not self.is_fresh(server, frame)):
            return state._replace(server=server)
        wrong = ""
        if server.phase in ("asked", "listening"):  # held for the brain, or given to it
            begins = server.received if isinstance(frame, Gap) else frame.at
            needless = isinstance(frame, Gap) and server.record == state.device.record and end > self.kept_from(state)
            wrong = SPEECH if begins != server.used or needless else ""
            server = server._replace(used=end)
        return state._replace(server=server._replace(received=end), wrong=wrong)

    def _server_applies(self, state: State, frame: Control) -> State:
        server, said = state.server, frame.said
        if not self.is_new(server, said):
            return state
        if said.number > server.applied + 1:
            return state._replace(wrong=REFUSED)
        wrong = "" if (frame.record, said.number) == (server.record, server.heard + 1) else MESSAGES
        server = server._replace(applied=said.number, heard=said.number, owes=True)
        if said.kind == "open":
            again = server.phase == "replying"
            server = without_sound(server)._replace(phase="listening" if again else "asked")
            server = server._replace(into=said.stream, start=said.at, received=said.at, used=said.at)
            server = server._replace(story=following(self.down, server.story, "reply") if again else server.story)
        elif said.kind == "stop":
            server = without_sound(server)._replace(phase="over")
        return state._replace(server=server, wrong=wrong)


def released_unapplied(state: State) -> bool:
    """Whether a side has given up, within one record, what the other one does not have."""
    device, server = state.device, state.server
    if device.record != server.record or not device.record:
        return False
    if max(device.acknowledged, device.sent - _messages(device)) > server.heard:
        return True
    if max(server.acknowledged, server.sent - _messages(server)) > device.heard:
        return True
    told = server.received if server.into == device.out else state.committed
    if device.phase in ("asking", "telling") and oldest_sound(device) > told:
        return True
    heard = device.received if device.into == server.out else 0
    return server.phase == "replying" and max(state.released, oldest_sound(server)) > heard


def _messages(side: Side) -> int:
    return sum(isinstance(item, Said) for item in side.outbox)


def following(words: tuple[str, ...], at: int, word: str) -> int:
    """Where in the story the next such word is, or its end."""
    return next((place for place in range(at, len(words)) if words[place] == word), len(words))


def _records(state: State) -> list[int]:
    records = [frame.record for frame in state.up + state.down if isinstance(frame, Control)]
    return [*records, *(frame.sid for frame in greetings(state)), state.device.record, state.server.record, state.ticket.sid]


def _tokens(state: State) -> list[int]:
    return [*(frame.token for frame in greetings(state)), *state.tokens, state.ticket.token]


def epochs(state: State) -> list[int]:
    """All that somebody knows but the server."""
    return [*(frame.epoch for frame in greetings(state)), state.ticket.epoch]
