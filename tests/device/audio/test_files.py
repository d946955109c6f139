from __future__ import annotations

import asyncio
import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from tars.device.audio import Captured, FromMicrophone, FromSpeaker, Heard, MicrophoneEnded, Missed, SoundFailed
from tars.device.audio.files import FileMicrophone, FileSpeaker, NullSpeaker, read_wav
from tars.errors import ConfigError
from tars.samples import BLOCK, RATE, Samples, to_pcm, to_samples
from tests.device.audio.manual_clock import ManualClock
from tests.in_process import until


def noise(count: int) -> Samples:
    return np.random.default_rng(5).integers(-30000, 30000, count).astype(np.int16)


def tone(seconds: float, rate: int = RATE) -> Samples:
    return np.asarray(np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate) * 10000, np.int16)


def write(path: Path, data: bytes, rate: int = RATE, channels: int = 1, width: int = 2) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(data)
    return path


def read(path: Path) -> Samples:
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        return to_samples(file.readframes(file.getnframes()))


def hear(path: Path, seconds: float) -> list[FromMicrophone]:
    """What the microphone posts in so many seconds."""
    posted: list[FromMicrophone] = []

    async def run() -> None:
        time = ManualClock()
        microphone = FileMicrophone(path, time)
        microphone.start(posted.append)
        await time.advance(seconds)
        await microphone.close()

    asyncio.run(run())
    return posted


def test_a_recording_is_heard_bit_by_bit_then_it_ends_once_and_zeros_follow(tmp_path: Path) -> None:
    samples = noise(3 * BLOCK + 100)
    posted = hear(write(tmp_path / "in.wav", to_pcm(samples)), 7 * 0.08)
    padding = bytes(2 * (BLOCK - 100))
    silence = Captured(bytes(2 * BLOCK))
    pcm = to_pcm(samples) + padding
    assert posted == [*(Captured(pcm[at : at + 2 * BLOCK]) for at in range(0, len(pcm), 2 * BLOCK)), MicrophoneEnded(), *3 * [silence]]


def test_an_empty_recording_ends_at_once(tmp_path: Path) -> None:
    assert hear(write(tmp_path / "in.wav", b""), 0.1) == [MicrophoneEnded(), Captured(bytes(2 * BLOCK))]


def test_a_block_is_there_when_it_has_been_spoken_and_late_blocks_do_not_shift_the_next(tmp_path: Path) -> None:
    path = write(tmp_path / "in.wav", to_pcm(noise(100 * BLOCK)))

    async def run() -> list[int]:
        posted: list[FromMicrophone] = []
        time = ManualClock()
        microphone = FileMicrophone(path, time)
        microphone.start(posted.append)
        counts = []
        await time.advance(0.0799)
        counts.append(len(posted))
        await time.advance(0.0001)
        counts.append(len(posted))
        await time.jump(1.0)
        counts.append(len(posted))
        await time.advance(0.0399)
        counts.append(len(posted))
        await time.advance(0.0001 + 10 * 0.08)
        counts.append(len(posted))
        await microphone.close()
        return counts

    assert asyncio.run(run()) == [0, 1, 13, 13, 24]


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize(("rate", "channels"), [(16_000, 2), (8_000, 1), (44_100, 1), (48_000, 2)])
def test_other_formats_are_converted(tmp_path: Path, rate: int, channels: int, width: int) -> None:
    wide = np.repeat(tone(0.5, rate).astype("<i4") << 16, channels)
    data = (wide.view(np.uint8).reshape(-1, 4)[:, 4 - width :]).copy()
    if width == 1:
        data ^= 0x80
    converted = to_samples(read_wav(write(tmp_path / "in.wav", data.tobytes(), rate, channels, width))).astype(int)
    expected = tone(0.5)
    assert len(converted) == len(expected)
    middle = slice(800, -800)  # a resampler does not know what was before and after
    assert np.abs(converted - expected)[middle].max() < (600 if width == 1 else 5)


@pytest.mark.parametrize("content", [b"", b"not a recording at all, but long enough", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0"])
def test_what_is_no_recording_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"bad\.wav: it cannot be read as sound: .*convert it with: sox"):
        FileMicrophone(path)


def header(
    data: bytes, *, size: int, rate: int = RATE, channels: int = 1, bits: int = 16, form: int = 1, extensible: bool = False
) -> bytes:
    """A WAV file whose header says what it likes of the sound that follows."""
    frame = channels * bits // 8
    fmt = struct.pack("<HHIIHH", 0xFFFE if extensible else form, channels, rate, rate * frame % 2**32, frame % 2**16, bits)
    if extensible:
        fmt += struct.pack("<HHIH", 22, bits, 0, form) + bytes.fromhex("000000001000800000aa00389b71")
    return b"RIFF" + struct.pack("<I", size) + b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt + b"data" + struct.pack("<I", size) + data


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFFFFF, 0x80000000])
def test_of_a_pipe_that_could_not_know_its_length_the_sound_that_is_there_is_heard(size: int, tmp_path: Path) -> None:
    path = tmp_path / "piped.wav"
    path.write_bytes(header(to_pcm(tone(0.5)), size=size))
    assert read_wav(path) == to_pcm(tone(0.5))


@pytest.mark.parametrize(
    ("bits", "form", "channels", "rate"),
    [(16, 1, 1, 16_000), (24, 1, 2, 48_000), (32, 1, 1, 44_100), (32, 3, 4, 96_000), (64, 3, 1, 8_000)],
)
def test_every_usual_form_of_samples_is_heard(bits: int, form: int, channels: int, rate: int, tmp_path: Path) -> None:
    wave_form = np.repeat(tone(0.5, rate).astype(np.float64) / 2**15, channels)
    if form == 3:
        data = wave_form.astype(f"<f{bits // 8}").tobytes()
    else:
        whole = (wave_form * 2 ** (bits - 1)).astype("<i4")
        data = whole.view(np.uint8).reshape(-1, 4)[:, : bits // 8].tobytes()
    path = tmp_path / "in.wav"
    path.write_bytes(header(data, size=len(data), rate=rate, channels=channels, bits=bits, form=form, extensible=True))
    heard = to_samples(read_wav(path)).astype(int)
    assert len(heard) == RATE // 2
    assert np.abs(heard - tone(0.5))[800:-800].max() < 5


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"rate": 0}, "it cannot be read as sound"),
        ({"rate": 1}, "it has 1 samples a second; 4000 to 384000 are allowed"),
        ({"rate": 2**31 - 1}, "it has 2147483647 samples a second; 4000 to 384000 are allowed"),
        ({"channels": 0}, "it cannot be read as sound: .*[Cc]hannel"),
        ({"channels": 60_000}, "it cannot be read as sound: .*[Cc]hannel"),
        ({"bits": 64}, "it cannot be read as sound: .*unimplemented format"),
    ],
)
def test_a_header_that_says_what_cannot_be_is_refused_in_a_sentence(wrong: dict[str, int], reason: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.wav"
    path.write_bytes(header(bytes(3200), size=3200, **wrong))  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=reason):
        read_wav(path)


def test_a_missing_recording_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.wav: there is no such file"):
        FileMicrophone(tmp_path / "none.wav")


def test_the_file_is_the_timeline_of_what_was_heard(tmp_path: Path) -> None:
    path, samples = tmp_path / "out.wav", tone(0.3)

    async def run() -> None:
        time = ManualClock()
        speaker = FileSpeaker(path, time)
        speaker.start(lambda _: None)
        await time.advance(1.0)
        speaker.open(1, RATE)
        speaker.play(1, samples)
        await time.advance(2.0)
        speaker.cue(tone(0.1))
        await time.advance(1.0)
        await speaker.close()

    asyncio.run(run())
    written = read(path)
    assert len(written) == pytest.approx(4.0 * RATE, abs=640)
    sounding = np.flatnonzero(written)
    assert sounding[0] / RATE == pytest.approx(1.0, abs=0.05)
    assert (written[sounding[0] - 1 :][: len(samples)] == samples).all()
    assert sounding[-1] / RATE == pytest.approx(3.1, abs=0.05)


def test_a_sample_is_heard_when_its_time_has_passed(tmp_path: Path) -> None:
    heard: list[FromSpeaker] = []

    async def run() -> list[int]:
        time = ManualClock()
        speaker = FileSpeaker(tmp_path / "out.wav", time)
        speaker.start(heard.append)
        speaker.open(1, RATE)
        speaker.play(1, tone(1.0))
        counts = []
        for _ in range(3):
            counts.append(sum(news.samples for news in heard[-1:] if isinstance(news, Heard)))
            await time.advance(0.2)
        await speaker.close()
        return counts

    assert asyncio.run(run()) == [0, round(0.2 * RATE), round(0.4 * RATE)]


def test_the_file_is_valid_at_every_moment(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"

    async def run() -> int:
        time = ManualClock()
        speaker = FileSpeaker(path, time)
        speaker.start(lambda _: None)
        await time.advance(1.0)
        length = len(await asyncio.to_thread(read, path))
        await speaker.close()
        return length

    assert asyncio.run(run()) == pytest.approx(RATE, abs=640)


def test_a_speaker_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    async def run() -> None:
        speaker = FileSpeaker(tmp_path / "nowhere" / "out.wav")
        with pytest.raises(ConfigError, match=r"nowhere/out\.wav: cannot be written \(No such file or directory\)"):
            speaker.start(lambda _: None)
        await speaker.close()

    asyncio.run(run())


def test_a_full_disk_ends_the_file_and_not_the_reply(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[FromSpeaker] = []

    async def run() -> None:
        time = ManualClock()
        speaker = FileSpeaker(Path("/dev/full"), time)
        speaker.start(heard.append)
        speaker.open(1, RATE)
        speaker.play(1, tone(0.5))
        await time.advance(1.0)
        await speaker.close()

    asyncio.run(run())
    assert heard[-1] == Heard(1, RATE // 2)
    assert caplog.messages == ["/dev/full: No space left on device; nothing more is written to it"]


class CountingClock(ManualClock):
    """Counts how often somebody sleeps."""

    def __init__(self) -> None:
        super().__init__()
        self.naps = 0

    async def sleep_until(self, moment: float) -> None:
        self.naps += 1
        await super().sleep_until(moment)


def test_a_speaker_that_nobody_hears_does_nothing_between_sounds_and_plays_each_in_its_time() -> None:
    heard: list[FromSpeaker] = []

    async def run() -> None:
        time = CountingClock()
        speaker = NullSpeaker(time)
        speaker.start(heard.append)
        for stream in (1, 2):
            await time.advance(1.0)
            before = time.naps
            await time.advance(600.0)
            assert time.naps == before
            speaker.open(stream, RATE)
            speaker.play(stream, tone(1.0))
            await time.advance(0.5)
            assert heard[-1] == Heard(stream, pytest.approx(0.5 * RATE, abs=1000))  # type: ignore[arg-type]
            await time.advance(1.0)
            assert heard[-1] == Heard(stream, RATE)
            speaker.stop()
        await time.advance(1.0)
        await speaker.close()
        speaker.cue(tone(0.1))
        assert asyncio.all_tasks() == {asyncio.current_task()}, "once closed, nothing wakes it"

    asyncio.run(run())


class BrokenClock(ManualClock):
    """Stands still for good."""

    async def sleep_until(self, moment: float) -> None:
        raise OSError("no time left")


def test_a_speaker_whose_task_dies_says_so_at_once(caplog: pytest.LogCaptureFixture) -> None:
    told: list[FromSpeaker] = []

    async def run() -> None:
        speaker = NullSpeaker(BrokenClock())
        speaker.start(told.append)
        await until(lambda: told)
        await speaker.close()

    asyncio.run(run())
    assert told == [SoundFailed("the speaker has failed: OSError('no time left')")]
    assert caplog.messages == ["the speaker has failed"]


def test_a_muted_recording_goes_on_unheard_and_each_block_is_declared_missed_in_its_time(tmp_path: Path) -> None:
    samples = noise(10 * BLOCK)
    path = write(tmp_path / "in.wav", to_pcm(samples))
    blocks = [Captured(to_pcm(samples[at : at + BLOCK])) for at in range(0, len(samples), BLOCK)]

    async def run(*, muted_first: bool) -> list[FromMicrophone]:
        posted: list[FromMicrophone] = []
        time = ManualClock()
        microphone = FileMicrophone(path, time)
        if muted_first:
            microphone.mute()
        microphone.start(posted.append)
        await time.advance(2 * 0.08)
        microphone.mute()
        await time.advance(3 * 0.08)
        microphone.unmute()
        await time.advance(2 * 0.08)
        await microphone.close()
        return posted

    assert asyncio.run(run(muted_first=False)) == [*blocks[:2], *3 * [Missed(BLOCK)], *blocks[5:7]]
    assert asyncio.run(run(muted_first=True)) == [*5 * [Missed(BLOCK)], *blocks[5:7]]
