"""The command `tars-pi`."""

from __future__ import annotations

import os
from typing import NoReturn

from tars.runtime import entry


def main() -> NoReturn:
    """Run the program, then end the process."""
    # numpy begins a thread for each further core, which turns in circles for a while. It is for products of matrices: there are none here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    entry.start("tars.device")


if __name__ == "__main__":
    main()
