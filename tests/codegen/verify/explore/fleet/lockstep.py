"""Takes the same steps in the model of a fleet and in a real one, and compares after each what both say."""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from codegen.verify.explore.fleet.rules import OLD
from codegen.verify.explore.fleet.state import GONE, NOBODY, Bounds, Core, State
from codegen.verify.explore.fleet.steps import Fleet
from tars.core.snapshot import from_bytes, take_snapshot
from tars.samples import BLOCK
from tars.server.store.leases import Written
from tests.codegen.verify.explore.fleet.answers_sooner import AnswersSooner
from tests.codegen.verify.explore.fleet.real_fleet import RealFleet, word_of
from tests.codegen.verify.explore.fleet.real_server import FakeSocket, settle

BOUNDS = Bounds(parts=2, slow=True, away=True, late=True, crashes=True, forgets=True)
Action = Callable[[], Awaitable[None]]


class Lockstep:
    """The model and the real fleet, side by side."""

    def __init__(self, real: RealFleet, bounds: Bounds = BOUNDS) -> None:
        self.real, self.model, self.bounds = real, Fleet(bounds), bounds
        self.state = State()
        self.numbers: dict[int, int] = {0: 0}
        """The number of a lease in Redis -> its number in the model."""
        self.sooner = AnswersSooner(bounds)
        self.heard_older = False
        """A server has just heard that what it had packed before the dialer greeted is recorded: the model waits for the next record."""
        self.packed: list[Core | None] = [None, None]
        """For each server: the session from which its write under way was packed. The server may have gone on since."""
        self.path: list[str] = []

    # --- the model -----------------------------------------------------------------------------------------------------------

    def go(self, words: str) -> None:
        """The model takes this step, if it can."""
        self._go(words, list(self.model.judged_steps(self.state)))

    def _go(self, words: str, possible: list[tuple[Any, State]]) -> None:
        self.path.append(words)
        after = [after for step, after in possible if step.words == words]
        can = ", ".join(step.words for step, _ in possible)
        assert after, "\n".join([f"the model does not do this: {words}; it can: {can}", *self.path[-60:]])
        self.state = after[0]
        assert not self.state.wrong, self.state.wrong

    def can(self, words: str) -> bool:
        """Whether the model may take this step."""
        return any(step.words == words for step, _ in self.model.steps(self.state))

    def go_writing(self, at: int, words: str) -> None:
        """The model writes what the server has packed."""
        packed = self.packed[at]
        assert packed is not None
        listener = self.state.listeners[at]
        assert listener.core is not None, "who has no session writes nothing that is taken"
        assert listener.leased, "who has no lease writes nothing that is taken"
        before = self.state
        self._go(words, [(step, self.model.judged(after)) for step, after in self.model._writes(before, at, packed)])
        if self._is_older(at, packed) and words.endswith(": written"):  # the dialer has greeted since: nobody waits for it
            self.path[-1] += " (from before the greeting)"
            store, place = self.state.store, self.state.listeners[at].place
            after = before.listeners[at]._replace(place=place)
            listeners = (after, before.listeners[1]) if at == 0 else (before.listeners[0], after)
            self.state = before._replace(store=store, listeners=listeners)

    def _is_older(self, at: int, packed: Core) -> bool:
        core = self.state.listeners[at].core
        return core is None or packed.tokens[:1] != core.tokens[:1]

    # --- what follows by itself ----------------------------------------------------------------------------------------------

    async def follow(self) -> None:
        """What the real servers have done besides, the model does too. Then both are compared."""
        cores = [listener.core for listener in self.state.listeners]
        await settle()
        for server in self.real.servers:
            while server.writes_for_nobody:
                before = self.real.stored()
                await server.line.execute()
                assert self.real.stored() == before, "a session that is over here changes what is recorded"
                server.line.hear()
                await settle()
        again = True
        while again:
            again = False
            for at, server in enumerate(self.real.servers):
                listener = self.state.listeners[at]
                if listener.greeting == "asks" and listener.away and not (server.greeting and not server.leases.away):
                    waits = bool(listener.greeting) + listener.again
                    if bool(server.greeting) + server.again < waits:
                        self.go(f"listener {at} does not ask the store")
                        again = True
                if self._answers(at) > len(core.answers if (core := self.state.listeners[at].core) else ()):
                    rules = self.sooner if self.heard_older else self.model
                    self._go(f"listener {at} answers", list(rules.judged_steps(self.state)))
                    again = True
        for at in (0, 1):
            self._note_packed(at, cores[at])
        real, model = self.of_the_real_fleet(), self.of_the_model()
        assert real == model, "\n".join(["they differ:", *_differences(real, model), *self.path[-60:]])
        for at, server in enumerate(self.real.servers):
            writes = [step.words for step, _ in self.model.steps(self.state) if step.words.startswith(f"listener {at} writes")]
            assert server.line.kind or not writes, "\n".join([f"the model writes, and server {at} does not", *self.path[-60:]])

    def _note_packed(self, at: int, before: Core | None) -> None:
        """If the server has packed a record, note of which session: the present one, or that before it began an answer."""
        server, core = self.real.servers[at], self.state.listeners[at].core
        if (packed := server.packed) is None:
            return
        server.packed = None
        if packed[0] == server.records_by:
            _, answers, *_ = self.real.kept(from_bytes(packed[1].state)["core"])
            self.packed[at] = before if before is not None and answers == len(before.answers) else core

    def _answers(self, at: int) -> int:
        kept = self._core(at)
        return int(kept[1]) if kept else 0  # type: ignore[call-overload]

    def _core(self, at: int) -> tuple[object, ...] | None:
        runner = self.real.servers[at].runner
        return None if runner is None or runner.core.gone else self.real.kept(take_snapshot(runner.core, samples=False))

    # --- what is compared ----------------------------------------------------------------------------------------------------

    def of_the_model(self) -> dict[str, Any]:
        state = self.state
        compared: dict[str, Any] = {
            "dialer": (state.dialer.link, state.dialer.linked, state.dialer.sent, state.dialer.known, len(state.dialer.answers)),
            "owner": state.store.owner,
            "number": state.store.number,
            "record": self._kept(state.store.core),
            "told": list(state.store.told),
        }
        for at, listener in enumerate(state.listeners):
            compared[f"{at}"] = {
                "number": listener.number,
                "away": listener.away,
                "greeting": (listener.greeting, listener.again),
                "core": self._kept(listener.core),
                "leased": listener.leased if listener.core else 0,
                "socket": listener.socket,
                "tells": self._tells(at),
            }
        return compared

    def _kept(self, core: Core | None) -> tuple[object, ...] | None:
        if core is None:
            return None
        dialer = self.state.dialer
        own = core.sid == dialer.sid != 0
        return core.applied, len(core.answers), own, own and dialer.token in core.tokens

    def _tells(self, at: int) -> tuple[object, ...] | None:
        listener, dialer = self.state.listeners[at], self.state.dialer
        if listener.socket != "own" or dialer.link != at or not self.can(f"listener {at} tells the dialer"):
            return None
        return (bool(listener.pending),)

    def of_the_real_fleet(self) -> dict[str, Any]:
        real, stored = self.real, self.real.stored()
        names = {server.leases.server: at for at, server in enumerate(real.servers)}
        names |= {server.leases.server: GONE for server in real.gone} | {"": NOBODY}
        compared: dict[str, Any] = {
            "dialer": (real.link, real.device.linked, real.sent, real.known, real.heard),
            "owner": names[stored["owner"]],
            "number": self._number(stored["fence"]),
            "record": stored["record"],
            "told": [self._number(fence) for fence in stored["told"]],
        }
        for at, server in enumerate(real.servers):
            known = self.state.listeners[at].number
            sockets = real.open_sockets(at)
            own = any(socket is real.socket for socket in sockets)
            compared[f"{at}"] = {
                "number": self._number(server.fence) if known else 0,  # a server that was fenced by a write keeps its old number
                "away": server.leases.away,
                "greeting": (server.greeting, server.again),
                "core": self._core(at),
                "leased": self._number(server.records_by),
                "socket": "own" if own else "old" if sockets else "",
                "tells": self._has_news(at),
            }
        return compared

    def _has_news(self, at: int) -> tuple[object, ...] | None:
        """What waits for the device on its connection, if it is anything new."""
        socket, real = self.real.socket, self.real
        if socket is None or socket.at != at:
            return None
        frames = [json.loads(frame) for frame in socket.down if isinstance(frame, str)]
        welcomes = any(frame["type"] == "welcome" for frame in frames)
        begins = any(frame["type"] == "start_of_tts_stream" for frame in frames)
        messages = any(frame.get("ack", 0) > real.device.link.outbox.acknowledged for frame in frames)
        uplink = real.device.uplink
        received = max((frame.get("received", {}).get(str(uplink.stream), 0) for frame in frames), default=0)
        speech = max(0, received - uplink.start) // BLOCK > max(0, uplink.acknowledged - uplink.start) // BLOCK
        if welcomes:
            return (True,)
        return (False,) if begins or messages or speech else None

    def _number(self, fence: int) -> int:
        if fence not in self.numbers:
            self.numbers[fence] = self.state.store.number
        return self.numbers[fence]

    # --- what may happen -----------------------------------------------------------------------------------------------------

    def actions(self) -> list[tuple[int, str, Action]]:
        """What the test may do now: how likely, its words, and how it is done to both."""
        found: list[tuple[int, str, Action]] = []
        if self.can("the dialer says something"):
            found.append((6, "say", self.dialer_says))
        for at in (0, 1):
            if self.can(f"the dialer greets listener {at}"):
                found.append((1 if self.real.link >= 0 else 8, f"greet {at}", partial(self.dialer_greets, at)))
            found += self._of_the_store(at) + self._of_the_listener(at)
        idle = not any(server.line.kind for server in self.real.servers)
        if idle and self.can("the store loses everything"):
            found.append((1, "forget", self.store_forgets))
        if self.state.late is not None:
            found.append((1, "late", self.late_is_executed))
        return found

    def _of_the_store(self, at: int) -> list[tuple[int, str, Action]]:
        server, found = self.real.servers[at], list[tuple[int, str, Action]]()
        line = server.line
        if line.kind and line.answer is None:
            found.append((6, f"execute {at}", partial(self.store_executes, at)))
            found.append((1, f"give up {at}", partial(self.gives_up, at)))
        elif line.kind:
            found.append((6, f"hear {at}", partial(self.hears_answer, at)))
            found.append((1, f"do not hear {at}", partial(self.hears_no_answer, at)))
        elif not server.leases.away:
            found.append((1, f"fail {at}", partial(self.reaches_no_store, at)))
        if server.registry.may_load is not None:
            found.append((6, f"load {at}", partial(self.loads, at)))
        if (server.leases.away or self.state.store.told[at]) and self._tells(at) is None:
            found.append((3, f"look {at}", partial(self.looks, at)))
        return found

    def _of_the_listener(self, at: int) -> list[tuple[int, str, Action]]:
        real, found = self.real, list[tuple[int, str, Action]]()
        if real.socket is not None and real.socket.at == at and real.socket.down:
            found.append((6, f"tell {at}", partial(self.tells, at)))
        for socket in real.open_sockets(at):
            if socket.up and socket.runner is not None:
                found.append((6, f"take {at}", partial(self.takes, at, socket)))
            if socket.left:
                found.append((2, f"notice {at}", partial(self.notices, at, socket)))
        if self.bounds.crashes:
            found.append((1, f"crash {at}", partial(self.crashes, at)))
        return found

    # --- each of them --------------------------------------------------------------------------------------------------------

    async def dialer_says(self) -> None:
        self.real.says()
        self.go("the dialer says something")

    async def dialer_greets(self, at: int) -> None:
        self.real.greets(at)
        self.go(f"the dialer greets listener {at}")

    async def store_executes(self, at: int) -> None:
        line = self.real.servers[at].line
        kind, answer = line.kind, await line.execute()
        while kind == "write" and Written(answer) is Written.INCOMPLETE:  # the store has lost the samples: all is written again
            line.hear()
            await settle()
            self._note_packed(at, self.state.listeners[at].core)
            answer = await line.execute()
        words = f"the store gives listener {at} the lease: " if kind == "take" else f"listener {at} writes: "
        (self.go if kind == "take" else partial(self.go_writing, at))(words + word_of(kind, answer))

    async def hears_answer(self, at: int) -> None:
        line = self.real.servers[at].line
        kind, answer = line.kind, line.answer
        line.hear()
        if kind == "take":
            self.go(f"listener {at} gets the lease")
        elif self.state.listeners[at].writing is None:
            self.heard_older = True
        else:
            self.go(f"listener {at} hears what the store says of it: {word_of(kind, answer)}")

    async def gives_up(self, at: int) -> None:
        server = self.real.servers[at]
        kind, call = server.line.kind, server.line.call
        late = not self.state.spent
        server.line.fail()
        if kind == "take":
            self.go(f"listener {at} asks for the lease in vain")
        else:
            self.go_writing(at, f"listener {at} gives up a write")
        if late:
            self.real.late = (server, call)

    async def hears_no_answer(self, at: int) -> None:
        line = self.real.servers[at].line
        kind = line.kind
        line.fail()
        if kind == "take":
            self.go(f"listener {at} does not get the answer of the store")
        elif self.state.listeners[at].writing is not None:
            self.go(f"listener {at} does not hear that it is written")
        else:
            self.go(f"listener {at} does not reach the store any more")

    async def late_is_executed(self) -> None:
        assert self.real.late is not None
        server, call = self.real.late
        self.real.late = None
        answer = await server.line.execute(call)
        late = self.state.late
        assert late is not None
        by = "a process that is gone" if late.by == GONE else f"listener {late.by}"
        self.go(f"a {late.kind} of {by} is executed late: {word_of(late.kind, answer)}")

    async def store_forgets(self) -> None:
        self.real.client.flushall()
        self.go("the store loses everything")

    async def reaches_no_store(self, at: int) -> None:
        await self.real.looks_in_vain(at)
        self.go(f"listener {at} does not reach the store any more")

    async def loads(self, at: int) -> None:
        event = self.real.servers[at].registry.may_load
        assert event is not None
        event.set()
        self.go(f"listener {at} goes on with what is recorded")

    async def looks(self, at: int) -> None:
        await self.real.servers[at].leases.look()
        if self.state.listeners[at].away:
            self.go(f"listener {at} reaches the store again")
        if self.state.store.told[at]:
            self.go(f"listener {at} looks at the store")

    async def tells(self, at: int) -> None:
        news = self._tells(at)
        self.real.is_told()
        if news is not None:
            self.go(f"listener {at} tells the dialer")

    async def takes(self, at: int, socket: FakeSocket) -> None:
        words = f"listener {at} takes what the dialer says"
        before = self._core(at)
        while self.real.hears(socket):
            if (after := self._core(at)) and before and after[0] != before[0]:
                self.go(words)
                break

    async def notices(self, at: int, socket: FakeSocket) -> None:
        self.real.notices(at, socket)
        self.go(f"listener {at} notices that its connection is over")

    async def crashes(self, at: int) -> None:
        await self.real.crashes(at)
        self.packed[at] = None
        self.packed = [core._replace(epoch=OLD) if core and core.epoch == at + 1 else core for core in self.packed]
        if self.can(f"listener {at} crashes"):
            self.go(f"listener {at} crashes")

    # --- walks and stories ---------------------------------------------------------------------------------------------------

    async def walk(self, choices: random.Random, steps: int) -> None:
        """So many random steps."""
        for _ in range(steps):
            found = self.actions()
            ((_, words, action),) = choices.choices(found, [weight for weight, _, _ in found])
            await self._do(words, action)

    async def story(self, *told: str) -> None:
        """These steps, in the words of `actions`, several in a line."""
        for words in ", ".join(told).split(", "):
            possible = {name: action for _, name, action in self.actions()}
            assert words in possible, f"{words} cannot happen now, but {', '.join(possible)}"
            await self._do(words, possible[words])

    async def _do(self, words: str, action: Action) -> None:
        self.real.pass_time()
        self.path.append(f"[{words}]")
        self.heard_older = False
        await action()
        await self.follow()


def _differences(real: dict[str, Any], model: dict[str, Any]) -> list[str]:
    return [f"  {name}: real {real[name]}, model {model[name]}" for name in real if real[name] != model[name]]
