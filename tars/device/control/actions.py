"""What the runner of a device does when the button is pressed, and for each command of the control interface."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from tars.core import effects as do
from tars.core.effects import Effect
from tars.device.control.commands import Mute, SetVolume, Silence
from tars.generated.device import events
from tars.runtime.log import log

if TYPE_CHECKING:
    from tars.device.runner import DeviceRunner


def press_button(runner: DeviceRunner, now: float) -> list[Effect]:
    """The button. While muted it opens no session: the user hears that, as nothing that was said could be sent."""
    core = runner.core
    if core.muted and not core.in_session:
        log.info("the button opens no session: the microphone is muted")
        return [do.Cue("error")]
    return core.handle(events.Button(secrets.token_hex(6), core.ring.end), now)


def carry_out(runner: DeviceRunner, command: Mute | SetVolume | Silence, now: float) -> list[Effect]:
    """Carry out a command, and tell the observers."""
    effects: list[Effect] = []
    match command:
        case Mute(muted):
            effects = _mute(runner, not runner.core.muted if muted is None else muted, now)
        case SetVolume(percent):
            runner.loudness.volume = percent
            runner.speaker.gain = runner.loudness.gain
        case Silence():
            effects = _silence(runner, now)
    runner.tell(command)
    return effects


def _silence(runner: DeviceRunner, now: float) -> list[Effect]:
    """The button of a session that speaks gives the user the floor; the second one ends the session. No cue is heard of it."""
    effects: list[Effect] = []
    for _ in range(2):
        effects += press_button(runner, now) if runner.core.in_session else []
    return [*(effect for effect in effects if not isinstance(effect, do.Cue)), do.StopSpeaker()]


def _mute(runner: DeviceRunner, muted: bool, now: float) -> list[Effect]:
    if muted == runner.core.muted:
        return []
    if muted:
        runner.microphone.mute()
    else:
        runner.microphone.unmute()
    log.info("muted: nothing is heard" if muted else "no longer muted")
    return runner.core.mute(muted, now)
