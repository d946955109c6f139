"""The command `tars-server`."""

from __future__ import annotations

from typing import NoReturn

from tars.runtime import entry


def main() -> NoReturn:
    """Run the program, then end the process."""
    entry.start("tars.server")


if __name__ == "__main__":
    main()
