"""The browser's device core under node, in the place of the one in Python: stories of two cores are told with it, word for word.

A twin in Python is told the same, and must do and send the same, byte for byte.
"""

from __future__ import annotations

import atexit
import base64
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import Any

import pytest

import tars
from tars.core import effects as do
from tars.core.codec import Frame
from tars.core.device import DeviceEndpoint
from tars.core.device_states import DeviceStates
from tars.core.effects import Effect
from tars.engine import Event, Machine, values_of
from tars.errors import TarsError
from tars.generated.device.connection import Connection, ConnectionContext
from tars.generated.device.continuity import Continuity, ContinuityContext
from tars.generated.device.outputs import Microphone
from tars.generated.device.session import Session, SessionContext
from tars.generated.device.turn import Turn, TurnContext
from tars.generated.limits import Limits

PACKAGE = Path(tars.__file__).parent
SCRIPT = Path(__file__).with_name("node_device.mjs")
NODE = Path(sys.prefix) / "bin/node"
KINDS: dict[str, tuple[Any, Any]] = {
    "connection": (Connection, ConnectionContext),
    "continuity": (Continuity, ContinuityContext),
    "session": (Session, SessionContext),
    "turn": (Turn, TurnContext),
}


def lay_out(folder: Path) -> Path:
    """The page's modules as the server lays them out: below `/static`, the generated ones among them."""
    shutil.copytree(PACKAGE / "server/console/static", folder, dirs_exist_ok=True)
    shutil.copytree(PACKAGE / "generated/web", folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


class Node:
    """A process of node in which devices live."""

    def __init__(self, modules: Path) -> None:
        self._process = subprocess.Popen([NODE, SCRIPT, modules], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._ids = count(1)

    def new_id(self) -> int:
        return next(self._ids)

    def call(self, **given: Any) -> dict[str, Any]:
        """One call of a device. Raises NodeError for what it throws."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(given).encode() + b"\n")
        self._process.stdin.flush()
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in said:
            raise NodeError(said["stack"])
        return said

    def close(self) -> None:
        self._process.communicate()


class NodeError(TarsError):
    """What the device has thrown."""


@cache
def usual_node() -> Node:
    """One process for all tests of this one; it ends with it."""
    folder = Path(mkdtemp(prefix="tars-browser-"))
    node = Node(lay_out(folder))
    atexit.register(shutil.rmtree, folder)
    atexit.register(node.close)
    return node


class Always(random.Random):
    """The same chance each time."""

    def __init__(self, chance: float) -> None:
        super().__init__(0)
        self._chance = chance

    def random(self) -> float:
        return self._chance


class NodeDevice:
    """Has the verbs of `DeviceEndpoint`, and shows what tests look at."""

    node: Node | None = None
    """Where devices live; None: in the usual one."""

    def __init__(self, name: str, limits: Limits, spread: random.Random, *, boot: str, **settings: Any) -> None:
        self.node = self.node or usual_node()
        self._id = self.node.new_id()
        self._frames: list[tuple[int, Frame]] = []
        chance = spread.random()
        self.device = name
        self._twin = DeviceEndpoint(name, limits, Always(chance), boot=boot, **settings)
        given = {"boot": boot, "limits": asdict(limits), "random": chance, "maxAttempts": settings.pop("max_attempts", 0)} | settings
        self._call("new", list, device=name, settings=given)

    def _call(self, verb: str, twin: Callable[[], list[Effect]], **given: Any) -> list[Effect]:
        """One call of both."""
        assert self.node is not None
        said = self.node.call(verb=verb, id=self._id, **given)
        frames = [(generation, _frame(frame)) for generation, frame in said["frames"]]
        effects = [_effect(effect) for effect in said["effects"]]
        assert [_comparable(effect) for effect in effects] == [_comparable(effect) for effect in twin()], (verb, given)
        assert [(at, _parsed(frame)) for at, frame in frames] == [(at, _parsed(frame)) for at, frame in self._twin.outgoing()], verb
        assert said["view"]["deadline"] == pytest.approx(self._twin.deadline), verb
        self._frames += frames
        self._look(said["view"])
        return effects

    def _look(self, view: dict[str, Any]) -> None:
        self.machines: dict[str, Machine] = {
            name: KINDS[name][0](KINDS[name][1](**seen["context"]), seen["state"]) for name, seen in view["machines"].items()
        }
        self.states = DeviceStates(**self.machines)  # type: ignore[arg-type]
        self.deadline: float | None = view["deadline"]
        self.microphone = Microphone(view["microphone"])
        self.ring = SimpleNamespace(**view["ring"])
        self.outdated, self.refused, self.resumes = view["outdated"], view["refused"], view["resumes"]
        self.uplink = SimpleNamespace(**view["uplink"])
        self.downlink = SimpleNamespace(**view["downlink"]) if view["downlink"] else None
        codec = "tars.v1" if view["link"].pop("open") else None
        outbox = SimpleNamespace(**view["outbox"])
        self.link = SimpleNamespace(codec=codec, outbox=outbox, **view["link"])

    @property
    def linked(self) -> bool:
        return self.states.linked

    @property
    def in_session(self) -> bool:
        return self.states.in_session

    # --- verbs ---------------------------------------------------------------------------------------------------------------

    def begin(self) -> list[Effect]:
        return self._call("begin", self._twin.begin)

    def outgoing(self) -> list[tuple[int, Frame]]:
        frames, self._frames = self._frames, []
        return frames

    def handle(self, event: Event, now: float) -> list[Effect]:
        return self._call("handle", lambda: self._twin.handle(event, now), event={"name": event.name, "payload": values_of(event)}, now=now)

    def captured(self, pcm: bytes, now: float) -> list[Effect]:
        return self._call("captured", lambda: self._twin.captured(pcm, now), pcm=base64.b64encode(pcm).decode(), now=now)

    def missed(self, samples: int, now: float) -> list[Effect]:
        return self._call("missed", lambda: self._twin.missed(samples, now), samples=samples, now=now)

    def heard(self, stream: int, samples: int, now: float) -> list[Effect]:
        return self._call("heard", lambda: self._twin.heard(stream, samples, now), stream=stream, samples=samples, now=now)

    def speech_noticed(self, at: int, now: float) -> list[Effect]:
        return self._call("speech_noticed", lambda: self._twin.speech_noticed(at, now), at=at, now=now)

    def socket_opened(self, generation: int, subprotocol: str | None, now: float) -> list[Effect]:
        assert subprotocol == "tars.v1", "a browser does not speak the old protocol"
        return self._call("socket_opened", lambda: self._twin.socket_opened(generation, subprotocol, now), generation=generation, now=now)

    def receive(self, generation: int, frame: Frame, now: float) -> list[Effect]:
        given = {"text": frame} if isinstance(frame, str) else {"bytes": base64.b64encode(frame).decode()}
        return self._call("receive", lambda: self._twin.receive(generation, frame, now), generation=generation, frame=given, now=now)

    def broken(self, generation: int, reason: str, now: float) -> list[Effect]:
        return self._call("broken", lambda: self._twin.broken(generation, reason, now), generation=generation, reason=reason, now=now)

    def tick(self, now: float) -> list[Effect]:
        return self._call("tick", lambda: self._twin.tick(now), now=now)


def _frame(frame: dict[str, str]) -> Frame:
    return frame["text"] if "text" in frame else base64.b64decode(frame["bytes"])


def _parsed(frame: Frame) -> object:
    return list(json.loads(frame).items()) if isinstance(frame, str) else frame


def _comparable(effect: Effect) -> Effect:
    """Texts for people may differ in what they quote."""
    if isinstance(effect, do.Traced):
        hidden = ("reason",) if effect.event in ("refused", "lost") else ()
        payload = {name: value for name, value in json.loads(json.dumps(effect.payload)).items() if name not in hidden}
        return replace(effect, payload=payload)
    return replace(effect, reason="") if isinstance(effect, do.CloseSocket) else effect


def _effect(effect: dict[str, Any]) -> Effect:
    kind = effect.pop("kind")
    if "samples" in effect:
        effect["pcm"] = base64.b64decode(effect.pop("samples"))
    if "effects" in effect:
        effect["effects"] = tuple(effect["effects"])
    made: Effect = getattr(do, kind)(**effect)
    return made
