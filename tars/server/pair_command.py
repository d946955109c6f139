"""The command `tars-server pair`: shows six digits and waits for the device that is given them. It runs beside the server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.signals import signals
from tars.server.browsers import is_browser, of_pages
from tars.server.pairings import LIFETIME, Pairing, close_pairing, open_pairing
from tars.server.state_folder import Store, is_served, read_url

LOOK_INTERVAL = 0.2
"""Seconds between two looks whether a device has paired."""
BURNED = "three tries have failed, and the digits are void. If it was not you who mistyped them, somebody else guesses. Run it again"
OVER = "no device has paired within five minutes, and the digits are void. Run it again"
REPLACED = "another `tars-server pair` has begun, and these digits are void"
NO_SERVER = "No tars-server runs with this state folder yet. Start it now: it takes the device."
ONLY_HERE = "That is this machine only. For devices elsewhere, start the server with --host network."

NOT_ENCRYPTED = "It does not encrypt, so only a device on this machine can pair. See `encryption` in the settings of the server."


async def show_pairing(store: Store, folder: Path, name: str, say: Callable[[str], object]) -> None:
    """Open a pairing, say what to do, and wait until it is over. A signal ends it. `name`: of the device, or empty. Raises ConfigError."""
    if is_browser(name):
        raise ConfigError(of_pages(name))
    if name in [taken for taken, _ in store.list_keys()]:
        raise ConfigError(f"there is a device {name} already: `tars-server devices revoke {name}` first, or choose another name")
    stopped = asyncio.Event()
    with signals(stopped.set, lambda: None):  # before there are digits: from now on nothing leaves them valid
        first = not store.needs_keys
        pairing = open_pairing(store, name)
        try:
            for line in instructions(pairing, folder, first=first):
                say(line)
            say(await outcome(store, pairing, stopped))
        finally:
            close_pairing(store, pairing)


def instructions(pairing: Pairing, folder: Path, *, first: bool) -> list[str]:
    """What the operator has to know. `first`: no key was ever made here."""
    served = is_served(folder)
    url, announced = read_url(folder) if served else ("", "")
    command = f"tars-pi pair {pairing.digits}"
    by_address = f"{command} --server {url or 'wss://HOST:7456'}"
    lines = [
        f"The digits are {pairing.digits}, for {LIFETIME / 60:g} minutes and one device. On the device, type:",
        "",
        f"    {command if announced else by_address}",
        "",
    ]
    if announced:
        lines += [f"If it does not find this server, {announced}, type there:", "", f"    {by_address}", ""]
    if not served:
        lines.append(NO_SERVER)
    elif is_only_here(url):
        lines.append(ONLY_HERE)
    elif url.startswith("ws:"):
        lines.append(NOT_ENCRYPTED)
    if first:
        lines.append("Once a device has paired, every other one must be paired too: without a key nobody is let in any more.")
    return [*lines, "Waiting for the device. Ctrl-C makes the digits void."]


def is_only_here(url: str) -> bool:
    """Whether it is an address of this machine for itself."""
    return url.startswith(("ws://127.", "ws://[::1]", "wss://127.", "wss://[::1]"))


async def outcome(store: Store, pairing: Pairing, stopped: asyncio.Event) -> str:
    """Wait until a device has paired; what to say then. Raises ConfigError if none has."""
    while not stopped.is_set():
        now = store.pairing()
        if now is None or now.id != pairing.id:
            raise ConfigError(REPLACED)
        if now.device:
            return f"{now.device} is paired. Start it there with `tars-pi`; here, `tars-server devices` lists, renames and revokes."
        if now.is_burned:
            raise ConfigError(BURNED)
        if not now.is_valid(clock.wall()):
            raise ConfigError(OVER)
        try:
            async with asyncio.timeout(LOOK_INTERVAL):
                await stopped.wait()
        except TimeoutError:
            pass
    return "The digits are void."
