"""A real haproxy for tests, with the configuration of the documentation: docs/haproxy.cfg, changed in its addresses only."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

CONFIGURATION = Path(__file__).parent.parent / "docs" / "haproxy.cfg"


class Haproxy:
    """One haproxy. It can be killed and started again."""

    def __init__(self, folder: Path, addresses: Mapping[str, str], *, entry: Sequence[str] = ()) -> None:
        """`addresses`: what stands in place of an address in the configuration. `entry` is a command as for `Program`."""
        text, file = CONFIGURATION.read_text(), folder / "haproxy.cfg"
        for written, meant in addresses.items():
            assert written in text
            text = text.replace(written, meant)
        file.write_text(text)
        subprocess.run(["haproxy", "-c", "-f", file], check=True, capture_output=True)
        self._command, self._apart = [*entry, "haproxy", "-db", "-f", str(file)], bool(entry)
        self.start()

    def start(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(self._command, stderr=subprocess.DEVNULL, start_new_session=self._apart)

    def kill(self) -> None:
        """`kill -9`."""
        self._process.kill()
        self._process.wait()
