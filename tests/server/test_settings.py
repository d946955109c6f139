"""What only the settings of `tars-server` may be. What both programs share is tested in tests/runtime/test_config.py."""

from __future__ import annotations

import pytest

from tars.errors import ConfigError
from tars.server.settings import load

API_KEY = "3f6c0d7a95b1e24886f0"


def test_the_key_of_other_programs_is_read_and_not_shown() -> None:
    _, config = load([], {"TARS_API_KEY": f" {API_KEY}\n"})
    assert config.api_key == API_KEY
    assert API_KEY not in repr(config)
    assert load([], {"TARS_API_KEY": ""})[1].api_key is None


@pytest.mark.parametrize("text", ["too-short", "x" * 201, "with spaces in it, and long enough", "grüße-grüße-grüße-grüße"])
def test_a_key_of_another_form_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ConfigError, match="TARS_API_KEY must be 20 to 200 letters, digits and signs of ASCII, without spaces") as refused:
        load([], {"TARS_API_KEY": text})
    assert text not in str(refused.value)


def test_an_announcement_waits_for_a_year_at_most() -> None:
    assert load([], {"TARS_EXPIRY": "365d"})[1].expiry == 365 * 86400
    for text in ("366d", "1e300", "31536001"):
        with pytest.raises(ConfigError, match="TARS_EXPIRY must be 365d at most"):
            load([], {"TARS_EXPIRY": text})
