"""The audio that a brain was given in one turn."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tars.brains import Caller, Hearing
from tars.samples import WIDTH, to_pcm
from tars.server.utterance import HEARD_GAP, Utterance, silence_for_gap
from tests.sounds import noise, read_wav

CALLER = Caller("kitchen", "a1b2", print)
SOUND = to_pcm(noise(0.1))


def test_samples_are_kept_in_their_order_until_they_are_taken() -> None:
    utterance = Utterance(1, 0, b"ab")
    utterance.add(b"cd")
    assert utterance.pcm == b"abcd"
    assert utterance.take() == b"abcd"
    assert utterance.pcm == b""


def test_silence_is_counted_from_the_last_speech() -> None:
    utterance = Utterance(1, 0)
    assert [utterance.count(bytes(100 * WIDTH), hearing) for hearing in (Hearing.SILENCE, Hearing.SILENCE)] == [100, 200]
    assert utterance.count(bytes(100 * WIDTH), Hearing.SPEECH) == 0
    assert utterance.count(bytes(100 * WIDTH), Hearing.SILENCE) == 100


def test_a_count_continues_where_an_earlier_brain_session_stopped() -> None:
    assert Utterance(1, 0, silent=-50).count(bytes(100 * WIDTH), Hearing.SILENCE) == 50


def test_a_long_gap_is_a_short_silence_and_a_short_gap_has_its_length() -> None:
    assert silence_for_gap(10 * HEARD_GAP) == bytes(HEARD_GAP * WIDTH)
    assert silence_for_gap(7) == bytes(7 * WIDTH)


def test_a_recording_is_written_once(tmp_path: Path) -> None:
    async def main() -> None:
        utterance = Utterance(3, 0, SOUND)
        await utterance.save(tmp_path, CALLER)
        await utterance.save(tmp_path, CALLER)

    asyncio.run(main())
    (file,) = tmp_path.iterdir()
    assert file.name == "kitchen-a1b2-3.wav"
    assert to_pcm(read_wav(file)) == SOUND


def test_without_a_folder_saving_only_forgets_the_samples() -> None:
    utterance = Utterance(3, 0, SOUND)
    asyncio.run(utterance.save(None, CALLER))
    assert utterance.pcm == b""
