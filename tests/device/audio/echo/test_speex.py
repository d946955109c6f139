from __future__ import annotations

import ctypes

import numpy as np
import pytest

from tars.device.audio.echo import speex
from tars.device.audio.echo.speex import FRAME, LATE, Speex
from tars.errors import ConfigError
from tars.samples import RATE
from tests.sounds import noise


def test_without_the_library_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise OSError("libspeexdsp.so.1: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    with pytest.raises(ConfigError, match="sudo apt install libspeexdsp1"):
        speex.library.__wrapped__()


def test_what_is_played_goes_and_what_is_said_comes_out_later() -> None:
    canceller, said = Speex(), np.tile(noise(0.01, seed=9) // 4, 10)
    canceller.clean(noise(10), noise(10))
    after = canceller.clean(noise(1, seed=2), noise(1, seed=2))
    assert np.abs(after[RATE // 2 :]).mean() < np.abs(noise(1, seed=2)).mean() / 20
    heard = canceller.clean(said, np.zeros(len(said), np.int16))
    assert np.argmax(np.correlate(heard.astype(float), said[: 4 * FRAME].astype(float), "valid")) % FRAME == LATE % FRAME


def test_what_it_has_learnt_is_forgotten() -> None:
    canceller = Speex()
    canceller.clean(noise(5), noise(5))
    learnt = canceller.clean(noise(0.05, seed=2), noise(0.05, seed=2))
    canceller.forget()
    anew = canceller.clean(noise(0.05, seed=3), noise(0.05, seed=3))
    assert np.abs(anew).mean() > 3 * np.abs(learnt).mean()
