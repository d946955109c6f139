"""The commands of the terminal that talk to a running tars-pi: status, watch, mute, unmute, volume."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from tars.device.control import socket_path
from tars.device.control.client import ControlClient
from tars.device.settings import DeviceConfig
from tars.runtime import clock
from tars.runtime.command import say
from tars.runtime.log import wants_colours

COLOURS = {"muted": "31", "not linked": "33", "idle": "2", "listening": "32", "thinking": "35", "speaking": "36"}
"""What a device does -> the colour of these words on a terminal: red, yellow, faint, green, magenta, cyan."""


def carry_out(words: str, config: DeviceConfig) -> None:
    """Carry out one of these commands. Raises ConfigError."""
    command, _, value = words.partition(" ")
    with ControlClient(socket_path(config)) as client:
        if command == "volume":
            client.ask(command, value=int(value))
        elif command in ("mute", "unmute"):
            client.ask(command)
        elif command == "status":
            say(describe(client.state, colours=wants_colours(sys.stdout)))
        else:
            watch(client, colours=wants_colours(sys.stdout))


def summary(state: Mapping[str, Any]) -> str:
    """What the device does, in the words that have colours: whether it is muted, and whether it has a server, if not; then its activity."""
    words = ["muted"] * state["muted"] + ["not linked"] * (not state["linked"])
    return ", ".join([*words, state["activity"]])


def painted(words: str, *, colours: bool) -> str:
    """A summary, each part in its colour."""
    if not colours:
        return words
    return ", ".join(f"\x1b[{COLOURS[word]}m{word}\x1b[0m" for word in words.split(", "))


def describe(state: Mapping[str, Any], *, colours: bool) -> str:
    """A snapshot, for people."""
    heard = state["wake_word"]
    return "\n".join(
        [
            f"{state['device']}: {painted(summary(state), colours=colours)}",
            f"server     {state['server']}",
            f"volume     {state['volume']} %",
            f"wake word  {said(heard) if heard else 'none since the start'}",
            f"states     {', '.join(f'{machine} {name}' for machine, name in state['states'].items())}",
        ]
    )


def said(heard: Mapping[str, Any]) -> str:
    """A wake word that was heard."""
    return f"{heard['word']}, score {heard['score']:.2f}"


def watch(client: ControlClient, *, colours: bool) -> None:
    """Show the snapshot, then a line for each event, until tars-pi stops: then NotRunningError is raised."""
    say(describe(client.state, colours=colours))
    for event in client.events():
        if text := line(event):
            now = summary(client.state)
            padding = " " * max(0, 12 - len(now))
            say(f"{clock.local_time():%H:%M:%S}  {painted(now, colours=colours)}{padding}  {text}")


def line(event: Mapping[str, Any]) -> str:
    """What `watch` says of an event; empty: nothing."""
    match event:
        case {"event": "state"}:
            return f"{event['machine']} {event['was']} -> {event['state']} ({event['because']})"
        case {"event": "changed"}:
            return ", ".join(f"{name} {_word(value)}" for name, value in event.items() if name not in ("event", "activity"))
        case {"event": "wake_word"}:
            return f"wake word {said(event)}"
        case {"event": "cue"}:
            return f"sound {event['sound']}"
        case {"event": "ring"}:
            return f"alarm {event['label']}".rstrip()
    return ""


def _word(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
