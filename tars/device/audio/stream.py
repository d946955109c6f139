"""An open stream of a sound device, through PortAudio. Its thread only moves samples; everything else happens on the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tars.device.audio import library_output
from tars.device.audio.apart import one_at_a_time
from tars.device.audio.card import Form, Kind, find, library, opened, opening, unusable
from tars.runtime import clock


class Stream:
    """An open stream of 16 bit samples: PortAudio calls `callback` from its own thread until it is closed, or the device is gone."""

    def __init__(self, kind: Kind, name: str, form: Form, step: int, callback: Callable[..., None]) -> None:
        """Open the device and begin; `step` is the samples of a channel at a time. Raises ConfigError."""
        sounddevice = library()
        library_output.hush()
        make = sounddevice.RawInputStream if kind == "input" else sounddevice.RawOutputStream
        self._closes = False
        self.over = False
        """The device has stopped by itself, or this was closed."""
        self.alive = False
        """PortAudio has come."""
        self.called = clock.now()
        """When PortAudio came last, or the stream was opened."""

        def called(*arguments: Any) -> None:
            self.called, self.alive = clock.now(), True
            callback(*arguments)

        try:
            with opening(kind, name):
                device = find(kind, name)
                self._stream = make(
                    form.rate, step, device, form.channels, "int16", latency="high", callback=called, finished_callback=self._finished
                )
                self.delay = round(self._stream.latency * form.rate)
                """Samples of a channel between the callback and the air."""
                try:
                    self._stream.start()
                except sounddevice.PortAudioError:
                    self._stream.close()  # or it would hold the device against ourselves
                    raise
                opened.add(self)
                self.called = clock.now()
        except sounddevice.PortAudioError as error:
            raise unusable(kind, name, error) from error

    def _finished(self) -> None:
        """In PortAudio's thread."""
        self.over = True

    def close(self) -> None:
        """Stop at once, without waiting for what is still to be played, and release the device. Not for the event loop.

        Once only, also if it has not returned.
        """
        self.over = True
        with one_at_a_time:
            if not self._closes:
                self._closes = True
                opened.discard(self)
                self._stream.close()
