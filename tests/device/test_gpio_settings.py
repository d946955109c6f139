"""The pins, by file and variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from tars.device.gpio_settings import GpioSettings
from tars.device.settings import load
from tests.runtime.test_config import from_file, problems


def test_pins_are_given_by_file_and_variable(tmp_path: Path) -> None:
    file = from_file(tmp_path, "device", "gpio:\n  button: 17\n  led: 0\n  red:\n")
    variables = load([], {"TARS_GPIO_BUTTON": "17", "TARS_GPIO_LED": "0", "TARS_GPIO_RED": ""})[1]
    assert file.gpio == variables.gpio == GpioSettings(button=17, led=0)


@pytest.mark.parametrize("text", ["28", "-1"])
def test_a_pin_that_is_none_is_refused(text: str) -> None:
    complaint = f"TARS_GPIO_BUTTON must be the number of a GPIO, 0 to 27, or empty, not '{text}'"
    assert problems("device", environ={"TARS_GPIO_BUTTON": text}) == [complaint]
    assert problems("device", environ={"TARS_GPIO_BUTTON": "GPIO17"}) == ["TARS_GPIO_BUTTON must be a whole number, not 'GPIO17'"]
