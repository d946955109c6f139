"""The environment in which tests run, and the programs that they start: the same on every machine, whatever its user has set up."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

KEPT = re.compile(
    r"PATH|VIRTUAL_ENV"  # where the tools are
    r"|CI|HYPOTHESIS_PROFILE|PYTEST_\w+|COVERAGE_\w+|MUTANT_UNDER_TEST"  # what whoever runs the tests wants
    r"|LD_LIBRARY_PATH|OPENBLAS_\w+|OMP_NUM_THREADS"  # what this machine needs to load and run what is installed
)
"""Of the environment, all that reaches a test."""
FIXED = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", "JACK_DEFAULT_SERVER": "none", "PULSE_SERVER": "none"}
"""Every Debian has this locale and this zone. No sound server is found: a test that wants one starts it."""
NO_SOUND = "pcm.default { type hw card 31 }\n"
"""A configuration of ALSA with one device, which cannot be opened: PortAudio aborts where there is none to try."""


def isolated(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """What is left of an environment, with another home folder."""
    kept = {name: value for name, value in environment.items() if KEPT.fullmatch(name)}
    return kept | FIXED | {"HOME": str(home), "ALSA_CONFIG_PATH": str(home / "alsa.conf")}


def isolate() -> None:
    """Take this environment on, in this process and those it starts from now on; Control-C ends them, too.

    The home folder is removed when the process ends.
    """
    home = Path(tempfile.mkdtemp(prefix="tars-home-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    (home / "alsa.conf").write_text(NO_SOUND)
    environment = isolated(os.environ, home)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # may come from what is no longer set
    time.tzset()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a script starts what runs in its background
        signal.signal(signal.SIGINT, signal.default_int_handler)
