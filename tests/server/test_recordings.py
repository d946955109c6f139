"""Recordings of utterances."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tars.samples import to_pcm
from tars.server.recordings import RECORDING, is_of, record, recording_path, write_recording
from tests.sounds import noise, read_wav


def test_a_recording_is_named_by_device_session_and_turn(tmp_path: Path) -> None:
    assert recording_path(tmp_path, "kitchen", "3f9a41", 2) == tmp_path / "kitchen-3f9a41-2.wav"


def test_a_turn_of_a_session_that_began_anew_does_not_overwrite_the_older_one(tmp_path: Path) -> None:
    for name in ("kitchen-3f9a41-1.wav", "kitchen-3f9a41-1-2.wav", "kitchen-3f9a41-1-3.wav"):
        path = recording_path(tmp_path, "kitchen", "3f9a41", 1)
        assert path == tmp_path / name
        write_recording(path, b"")


def test_a_recording_holds_exactly_its_samples(tmp_path: Path) -> None:
    for samples in (noise(0.3), noise(0)):
        write_recording(tmp_path / "a.wav", to_pcm(samples))
        assert np.array_equal(read_wav(tmp_path / "a.wav"), samples)


def test_a_recording_that_cannot_be_written_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    record(tmp_path, "kitchen", "3f9a41", 1, to_pcm(noise(0.1)))
    assert [path.name for path in tmp_path.iterdir()] == ["kitchen-3f9a41-1.wav"]
    record(tmp_path / "gone", "kitchen", "3f9a41", 1, b"")
    assert caplog.messages == ["cannot record"]


def test_a_recording_is_for_its_owner(tmp_path: Path) -> None:
    write_recording(tmp_path / "a.wav", b"")
    assert (tmp_path / "a.wav").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_gone_is_an_ordinary_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_recording(tmp_path / "gone" / "a.wav", b"")


@pytest.mark.parametrize(
    ("device", "session"), [("kitchen", "3f9a41aabbcc"), ("kitchen-2", "3f9a41aabbcc"), ("legacy.1", "legacy.1-2"), ("k", "a-b_c")]
)
def test_the_name_of_a_recording_is_known_again_with_its_device(tmp_path: Path, device: str, session: str) -> None:
    for _ in range(3):
        path = recording_path(tmp_path, device, session, 1)
        path.touch()
        assert RECORDING.fullmatch(path.name)
        assert is_of(path.name, device)
        assert not is_of(path.name, "kitch")


def test_a_recording_of_one_device_is_not_that_of_another_whose_name_begins_alike() -> None:
    assert not is_of("kitchen-2-3f9a41aabbcc-1.wav", "kitchen")
    assert not is_of("kitchen-3f9a41aabbcc-1-2.wav", "kitchen-3f9a41aabbcc")


@pytest.mark.parametrize(
    "name", ["holiday.wav", "kitchen-1.wav", "kitchen-a-b.wav", "kitchen-a-1.mp3", "my kitchen-a-1.wav", "k-b-1.wav.1"]
)
def test_other_files_are_no_recordings(name: str) -> None:
    assert not RECORDING.fullmatch(name)
    assert not is_of(name, "kitchen")
