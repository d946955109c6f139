"""Devices of forms that the tests choose, and how much of what was said is heard."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tars.device.audio.card import Form
from tars.runtime import clock
from tars.samples import RATE, Samples


def use_streams(monkeypatch: pytest.MonkeyPatch, module: ModuleType, opened: list[Any], form: Form) -> None:
    """Streams that only note with what they are opened, on a device that has this form."""

    def stream(*arguments: Any) -> SimpleNamespace:
        opened.append(arguments)
        return SimpleNamespace(delay=0, over=False, alive=True, called=clock.now() + 3600, close=lambda: None)

    monkeypatch.setattr(module, "Stream", stream)
    monkeypatch.setattr(module, "form_of", lambda *_, **__: form)


def forced(form: Form) -> Any:
    """Whatever a real device could do, it is opened in this form."""
    return lambda *_, **__: form


def likeness(heard: Samples, said: Samples) -> float:
    """How much some part of what was heard is like what was said: 1 if it is the same but for its loudness."""
    size = len(heard) + len(said)
    match = np.fft.irfft(np.fft.rfft(heard.astype(float), size) * np.conj(np.fft.rfft(said.astype(float), size)), size)
    at = int(match[: len(heard) - len(said)].argmax())
    part = heard[at : at + len(said)].astype(float)
    return float(match[at] / np.sqrt((part @ part) * (said.astype(float) @ said.astype(float))))


def slow_noise(seconds: float, seed: int) -> Samples:
    """Noise below 4 kHz: what every rate can carry."""
    rough = np.random.default_rng(seed).normal(0, 1, round(seconds * RATE))
    return np.asarray(np.convolve(rough, np.hanning(9), "same") * 2000, np.int16)
