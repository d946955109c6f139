"""The old protocol, port 7456: JSON with a type, bare PCM16. Two adapters that let the same machines speak it.

The adapters fill in what the old protocol leaves out: greeting, session ids, turn and stream numbers, the consent of the server.
It has no message numbers and no acknowledgements, so nothing can be resumed: a session ends with its connection.
"""

from __future__ import annotations

import json

from tars.core.codec import Audio, Control, Frame, Incoming, load_object
from tars.generated import messages as m
from tars.samples import RATE, WIDTH

PREROLL = 2 * RATE
"""Samples that an old device may send before its hotword_detected. So many are kept."""
ECHO_WINDOW = 2 * RATE
"""An old device echoes session_end when it is told to end. Up to so many samples into the next session it is an echo; later it is meant."""


def frame(kind: str) -> Frame:
    """A legacy text frame."""
    return json.dumps({"type": kind})


class LegacyDevice:
    """The server's codec for an old device."""

    numbered = False

    def __init__(self, name: str) -> None:
        """`name`: what the device is called here; it has no name of its own."""
        self.name = name
        self._sessions = 0
        self._session = ""
        self._turn = 1
        self._stream = 0
        self._uplink = 0
        self._received = 0
        self._ahead = bytearray()
        self._sent = 0
        self._plays = False
        """It has a whole reply and has not yet said that it was heard."""
        self._echo_until: int | None = None

    def greeting(self) -> m.Hello:
        """The hello that an old device does not send."""
        return m.Hello(1, self.name, "", resume=False, sid="", token="", epoch="", sent=0, received={}, heard={}, state={})

    def answers(self) -> list[m.Message]:
        """None: an old device sends all that is waited for."""
        return []

    def encode(self, control: Control) -> list[Frame]:
        """The old messages. A refusal becomes session_end, so that the device stops streaming."""
        match control.message:
            case m.StartOfTtsStream(stream=stream, turn=turn):
                self._stream, self._turn, self._sent = stream, turn, 0
                return [frame("start_of_tts_stream")]
            case m.TtsStreamEnd():
                self._plays = True
                return [frame("tts_stream_end")]
            case m.SessionEnd() | m.SessionRefused():
                self._session, self._plays, self._echo_until = "", False, self._received + ECHO_WINDOW
                self._ahead.clear()
                return [frame("session_end")]
        return []

    def encode_audio(self, audio: Audio) -> Frame:
        """Bare samples."""
        self._sent = audio.end
        return audio.pcm

    def decode(self, data: Frame) -> list[Incoming]:
        """The messages and the audio that an old frame stands for. Unknown messages are ignored."""
        if isinstance(data, bytes):
            return self._sound(data[: len(data) // WIDTH * WIDTH])
        match load_object(data).get("type"):
            case "hotword_detected":
                return self._hotword()
            case "playback_complete" if self._plays:
                self._uplink += 1
                self._plays = False
                message = m.PlaybackComplete(self._session, self._turn + 1, self._stream, self._sent, self._uplink, self._received, 0)
                return [Control(message, None, 0)]
            case "session_end":
                return self._end()
        return []

    def _sound(self, pcm: bytes) -> list[Incoming]:
        at = self._received
        self._received += len(pcm) // WIDTH
        if self._session:
            return [Audio(self._uplink, at, pcm)]
        self._ahead += pcm
        del self._ahead[: -PREROLL * WIDTH]
        return []

    def _hotword(self) -> list[Incoming]:
        if self._session:
            return []  # it repeats itself
        self._sessions += 1
        self._uplink += 1
        self._session, self._turn = f"{self.name}-{self._sessions}", 1
        if self._echo_until is not None:
            self._echo_until = self._received + ECHO_WINDOW
        ahead = bytes(self._ahead)
        self._ahead.clear()
        preroll = len(ahead) // WIDTH
        at = self._received - preroll
        message = m.HotwordDetected(self._session, self._uplink, at, preroll, "legacy", 1.0)
        return [Control(message, None, 0), *([Audio(self._uplink, at, ahead)] if ahead else [])]

    def _end(self) -> list[Incoming]:
        echo = self._echo_until is not None and self._received <= self._echo_until
        self._echo_until = None
        self._ahead.clear()
        if echo or not self._session:
            return []
        ended, self._session, self._plays = self._session, "", False
        return [Control(m.SessionEnd(ended, "device"), None, 0)]


class LegacyServer:
    """The device's codec for an old server."""

    numbered = False

    def __init__(self) -> None:
        self._session = ""
        self._turn = 1
        self._stream = 0
        self._received: int | None = None
        self._answers: list[m.Message] = []

    def answers(self) -> list[m.Message]:
        """The welcome and the session_started that an old server does not send."""
        answers, self._answers = self._answers, []
        return answers

    def encode(self, control: Control) -> list[Frame]:
        """The old messages. A barge-in becomes playback_complete, the nearest message that an old server knows."""
        match control.message:
            case m.Hello():
                limits: dict[str, object] = {"grace_s": 0}
                self._answers.append(m.Welcome(1, False, "new", "", "", "", 0, {}, {}, {}, limits))
            case m.HotwordDetected(session=session):
                self._session, self._turn = session, 1
                self._answers.append(m.SessionStarted(session))
                return [frame("hotword_detected")]
            case m.PlaybackComplete(turn=turn) | m.BargeIn(turn=turn):
                self._turn, self._received = turn, None
                return [frame("playback_complete")]
            case m.SessionEnd():
                self._session = ""
                return [frame("session_end")]
        return []

    def encode_audio(self, audio: Audio) -> Frame:
        """Bare samples."""
        return audio.pcm

    def decode(self, data: Frame) -> list[Incoming]:
        """The messages and the audio that an old frame stands for. Unknown messages are ignored."""
        if isinstance(data, bytes):
            if self._received is None:
                return []
            audio = Audio(self._stream, self._received, data[: len(data) // WIDTH * WIDTH])
            self._received = audio.end
            return [audio]
        match load_object(data).get("type"):
            case "start_of_tts_stream" if self._session:
                self._stream, self._received = self._stream + 1, 0
                return [Control(m.StartOfTtsStream(self._session, self._turn, self._stream, 0, RATE), None, 0)]
            case "tts_stream_end" if self._session and self._received is not None:
                return [Control(m.TtsStreamEnd(self._session, self._turn, self._stream, self._received), None, 0)]
            case "session_end" if self._session:
                ended, self._session = self._session, ""
                return [Control(m.SessionEnd(ended, "server"), None, 0)]
        return []
