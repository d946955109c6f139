from __future__ import annotations

from pathlib import Path

import numpy as np
import pymicro_wakeword
import pytest
from pymicro_wakeword import MicroWakeWordFeatures

from tars.device.wake.tflite import Network
from tars.errors import ConfigError
from tars.samples import to_pcm
from tests.device.wake.hearing import said

MODEL = Path(pymicro_wakeword.__file__).parent / "models/alexa.tflite"


def test_a_network_says_what_it_takes_and_gives() -> None:
    network = Network(MODEL)
    assert (network.shape, network.outputs) == ((1, 3, 40), (1, 1))
    assert network.highest == pytest.approx(255 / 256)


def test_forgetting_is_as_loading_anew() -> None:
    rows = list(MicroWakeWordFeatures().process_streaming(to_pcm(said("Alexa."))))
    given = [np.concatenate(rows[at : at + 3], axis=1) for at in range(0, len(rows) - 2, 3)]
    network = Network(MODEL)
    first = [network.run(values).item() for values in given]
    assert max(first) > 0.9
    network.forget()
    certain = int(np.argmax(first)) + 1
    assert [network.run(values).item() for values in given[:certain]] == first[:certain]
    assert [network.run(values).item() for values in given[:certain]] != first[:certain], "it remembers"
    network.forget()
    assert [network.run(values).item() for values in given] == first


def test_values_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"takes values of shape \(1, 3, 40\), not \(1, 2, 40\)"):
        Network(MODEL).run(np.zeros((1, 2, 40), np.float32))


@pytest.mark.parametrize("content", [b"", b"not a network", MODEL.read_bytes()[:1000], MODEL.read_bytes()[:-100], bytes(5000)])
def test_a_file_that_is_no_network_is_named_and_does_not_crash_the_program(tmp_path: Path, content: bytes) -> None:
    bad = tmp_path / "bad.tflite"
    bad.write_bytes(content)
    with pytest.raises(ConfigError, match=r"bad\.tflite: not a TensorFlow Lite model"):
        Network(bad)


def test_networks_leave_no_memory_behind() -> None:
    network = Network(MODEL)
    for _ in range(20):
        network.forget()
    before = resident()
    for _ in range(500):
        network.forget()
        Network(MODEL)
    assert resident() - before < 5e6


def resident() -> int:
    """Bytes of memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
