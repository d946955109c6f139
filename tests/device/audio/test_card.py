"""Which device a name means, and in which form it is opened."""

from __future__ import annotations

import ctypes.util
import os
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from tars.device.audio import card
from tars.device.audio.card import SPEAKER_RATE, Form, Kind, devices, find, form_of, opening
from tars.errors import ConfigError
from tars.samples import RATE


@pytest.fixture
def no_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card.library(), "query_devices", list)


@pytest.fixture
def three_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    def device(index: int, name: str, inputs: int, outputs: int) -> dict[str, Any]:
        return {"index": index, "name": name, "max_input_channels": inputs, "max_output_channels": outputs}

    there = [
        device(0, "HDMI (hw:0,3)", 0, 8),
        device(1, "USB Mic: Audio (hw:1,0)", 1, 0),
        device(2, "Jabra", 1, 2),
        device(3, "Jabra 2", 1, 2),
    ]
    monkeypatch.setattr(card.library(), "query_devices", lambda: there)


@pytest.mark.usefixtures("three_devices")
def test_a_device_is_found_by_a_part_of_its_name_and_by_its_whole_name_first() -> None:
    assert find("input", "default") is None
    assert find("input", "usb mic") == 1
    assert find("output", "jabra") == 2
    assert find("output", "jabra 2") == 3


@pytest.mark.usefixtures("three_devices")
def test_an_unknown_name_lists_the_devices_that_there_are() -> None:
    with pytest.raises(
        ConfigError, match=r"no microphone is called 'HDMI'; there are: USB Mic: Audio \(hw:1,0\), Jabra, Jabra 2\. --microphone"
    ):
        find("input", "HDMI")


@pytest.mark.usefixtures("no_devices")
@pytest.mark.parametrize(("kind", "noun"), [("input", "microphone"), ("output", "speaker")])
def test_without_a_device_it_is_said_what_to_do(kind: Kind, noun: str) -> None:
    with pytest.raises(ConfigError, match=rf"there is no {noun} on this machine: plug one in .* --{noun} file:PATH"):
        find(kind, "default")


def test_without_the_package_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(ConfigError, match=r"sounddevice is not installed: pip install"):
        devices("input")


def test_without_the_library_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
    with pytest.raises(ConfigError, match=r"PortAudio library is not installed: sudo apt install libportaudio2"):
        devices("output")


@pytest.mark.usefixtures("three_devices")
def test_a_device_is_found_as_alsa_names_it() -> None:
    assert find("input", "hw:1,0") == find("input", "plughw:1,0") == find("input", "plughw:CARD=1,DEV=0") == find("input", "hw:1") == 1
    assert find("output", "hw:0,3") == 0
    with pytest.raises(ConfigError, match="no microphone is called 'hw:2,0'"):
        find("input", "hw:2,0")


@pytest.mark.usefixtures("three_devices")
def test_how_a_source_of_pulseaudio_is_written_is_said_and_what_it_needs() -> None:
    with pytest.raises(ConfigError, match=r"This is a name of PulseAudio or PipeWire: write --microphone pulse:alsa_input\.usb-x\."):
        find("input", "alsa_input.usb-x")
    with pytest.raises(ConfigError, match=r"needs ALSA's way to PulseAudio: sudo apt install libasound2-plugins"):
        find("input", "pulse:alsa_input.usb-x")


def test_the_library_of_pulseaudio_is_told_which_source_is_meant_only_while_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SINK", "before")
    with opening("output", "pulse:kitchen"):
        assert os.environ["PULSE_SINK"] == "kitchen"
    assert os.environ["PULSE_SINK"] == "before"
    with opening("input", "default"):
        assert "PULSE_SOURCE" not in os.environ


# --- the form --------------------------------------------------------------------------------------------------------------------


PORTAUDIO_ERROR = card.library().PortAudioError


def use(monkeypatch: pytest.MonkeyPatch, library: Strict) -> None:
    """This is PortAudio."""
    monkeypatch.setattr(card, "library", lambda: library)


class Strict:
    """PortAudio with one device that knows only these rates and numbers of channels, and says so as PortAudio does."""

    def __init__(self, rates: tuple[int, ...], channels: tuple[int, ...], *, busy: bool = False) -> None:
        self._rates, self._channels, self._busy = rates, channels, busy
        self.PortAudioError = PORTAUDIO_ERROR

    def query_devices(self, device: int | None = None, kind: str | None = None) -> Any:
        known = {"index": 0, "name": "Odd", "default_samplerate": float(self._rates[0])}
        known |= {f"max_{one}_channels": max(self._channels) for one in ("input", "output")}
        return known if kind else [known]

    def check(self, device: int | None, channels: int, dtype: str, *, samplerate: int) -> None:
        if self._busy:
            raise self.PortAudioError("Error opening: Device unavailable", -9985)
        if channels not in self._channels:
            raise self.PortAudioError("Error opening: Invalid number of channels", -9998)
        if samplerate not in self._rates:
            raise self.PortAudioError("Error opening: Invalid sample rate", -9997)

    check_input_settings = check_output_settings = check


@pytest.mark.parametrize(
    ("rates", "channels", "channel", "wanted"),
    [
        ((16_000, 48_000), (1, 2), 1, Form(16_000, 1)),
        ((48_000,), (1, 2), 1, Form(48_000, 1)),
        ((44_100,), (2,), 1, Form(44_100, 2)),
        ((48_000, 16_000), (6,), 1, Form(16_000, 6)),
        ((16_000,), (8,), 5, Form(16_000, 8)),
        ((96_000,), (1, 2, 4), 2, Form(96_000, 2)),
        ((11_025,), (3,), 3, Form(11_025, 3)),
    ],
)
def test_a_device_is_opened_as_it_is(
    rates: tuple[int, ...], channels: tuple[int, ...], channel: int, wanted: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Strict(rates, channels))
    assert form_of("input", "odd", rate=RATE, channel=channel) == wanted


def test_a_speaker_is_opened_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Strict((44_100,), (2,)))
    assert form_of("output", "odd", rate=SPEAKER_RATE) == Form(44_100, 2)


def test_what_cannot_be_opened_is_said_with_advice_that_can_help(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Strict((48_000,), (2,), busy=True))
    with pytest.raises(ConfigError, match=r"microphone 'odd' cannot be opened \(.*unavailable\); close the program that uses it"):
        form_of("input", "odd", rate=RATE)
    use(monkeypatch, Strict((5,), (2,)))
    with pytest.raises(ConfigError, match="microphone_channel is 3, but microphone 'odd' has 2; `tars-pi doctor` shows the level of each"):
        form_of("input", "odd", rate=RATE, channel=3)


@pytest.mark.usefixtures("virtual_sound_card")
def test_a_real_device_is_opened_as_it_is_wanted_with_the_channel_that_is_wanted() -> None:
    assert form_of("input", "default", rate=RATE) == Form(RATE, 1)
    assert form_of("input", "pulse:array", rate=RATE, channel=5) == Form(RATE, 5)
    assert form_of("output", "default", rate=SPEAKER_RATE) == Form(SPEAKER_RATE, 1)


# --- devices that PortAudio does not know yet --------------------------------------------------------------------------------------


class Open:
    """A stream that is open."""

    def __init__(self) -> None:
        card.opened.add(self)

    def close(self) -> None:
        card.opened.discard(self)


@dataclass(frozen=True)
class Hanging:
    """A call that was left behind."""

    closes: bool


@pytest.fixture
def initialised(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is done to PortAudio."""
    done: list[str] = []
    monkeypatch.setattr(card.library(), "_terminate", lambda: done.append("terminate"))
    monkeypatch.setattr(card.library(), "_initialize", lambda: done.append("initialize"))
    monkeypatch.setattr(card, "opened", set())
    monkeypatch.setattr(card, "left_behind", set())
    return done


def test_portaudio_is_initialised_again_when_none_of_its_streams_is_open(initialised: list[str]) -> None:
    card.look_again()
    assert initialised == ["terminate", "initialize"]
    Open()
    card.look_again()
    assert len(initialised) == 2


def test_a_stream_that_is_open_is_closed_for_that_if_it_must_be(initialised: list[str]) -> None:
    Open()
    card.look_again(close_others=True)
    assert not card.opened
    assert initialised == ["terminate", "initialize"]


@pytest.mark.parametrize("closes", [True, False])
def test_portaudio_is_not_initialised_again_while_a_call_hangs_that_may_use_it(
    closes: bool, initialised: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card, "left_behind", {Hanging(closes)})
    card.look_again()
    if not closes:
        with pytest.raises(card.StuckError, match="cannot look for it"):
            card.look_again(close_others=True)
    assert bool(initialised) is closes, "a stream whose close hangs does not count for PortAudio any more"
