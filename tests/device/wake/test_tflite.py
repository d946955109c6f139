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
    network = Network(MODEL)
    given = [network.encode(np.ravel(rows[at : at + 3])) for at in range(0, len(rows) - 2, 3)]
    first = [network.run(values) for values in given]
    assert max(first) > [0.9]
    network.forget()
    certain = first.index(max(first)) + 1
    assert [network.run(values) for values in given[:certain]] == first[:certain]
    assert [network.run(values) for values in given[:certain]] != first[:certain], "it remembers"
    network.forget()
    assert [network.run(values) for values in given] == first


@pytest.mark.parametrize("count", [0, 80, 121])
def test_more_or_fewer_values_are_refused(count: int) -> None:
    network = Network(MODEL)
    with pytest.raises(ValueError, match=rf"takes values of shape \(1, 3, 40\), 120 bytes, not {count}"):
        network.run(network.encode([0.0] * count))


def test_values_are_rounded_to_the_steps_of_the_network_and_no_further_than_its_ends() -> None:
    step = 26 / 255
    values = [0.0, 0.49 * step, 0.51 * step, 10 * step, 26.0, 27.0, 1e6, -1.0]
    assert list(Network(MODEL).encode(values)) == [steps % 256 for steps in (-128, -128, -127, -118, 127, 127, 127, -128)]


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
