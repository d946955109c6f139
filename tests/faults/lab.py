"""One lab: two hosts, the two programs, and what a fault may do to them."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Self

from tars.server.certificates import authority_pem
from tests.faults.brain import NAME as BRAIN
from tests.faults.namespaces import DEVICE_ADDRESSES, SERVER_ADDRESS, Network
from tests.faults.stage import PORT, SERVER, Stage
from tests.programs import Program


class Lab(Stage):
    """Two hosts while this lasts."""

    def __init__(
        self, folder: Path, seconds: float, stopped: Event, *, by_voice: bool = False, encrypted: bool = False, **variables: str
    ) -> None:
        """See `Stage`."""
        encryption = "required" if encrypted else "off"
        super().__init__(folder, seconds, stopped, by_voice=by_voice, TARS_ENCRYPTION=encryption, **variables)
        self.url = f"{'wss' if encrypted else 'ws'}://{SERVER_ADDRESS}:{PORT}"
        if encrypted:
            authority = folder / "ca.pem"
            authority.write_text(authority_pem(folder / "state"))
            self.variables["TARS_CA"] = str(authority)
        self.network = Network()
        self.server: Program
        self._address = DEVICE_ADDRESSES[0]

    def __enter__(self) -> Self:
        self._ends.enter_context(self.network)
        return self

    def start(self) -> None:
        """Both programs run, and are linked."""
        self.start_server()
        self.run_device(self.network.device, self.url)
        self.until_linked()

    def start_server(self) -> None:
        """tars-server runs, again perhaps, and listens. Each life has a trace and recordings of its own; its state is kept."""
        life = len(self.server_trace.lives) + 1
        trace = self.folder / f"server-{life}.jsonl"
        options = ["--brain", BRAIN, "--host", SERVER_ADDRESS, "--port", PORT, "--state", self.folder / "state"]
        self.server_trace.follow(trace)
        kept = ["--trace", trace, "--record", self.recordings(life)]
        self.server = self.run_program(SERVER, self.network.server, *options, *kept)
        self.server.says("listening")

    # --- what faults do ------------------------------------------------------------------------------------------------------

    def kill_server(self) -> None:
        """The server's process is gone without a word."""
        self.server.process.kill()
        self.server.process.wait()

    def change_address(self) -> None:
        """The device has another address, and the one that it had is nobody's."""
        old = self._address
        self._address = next(address for address in DEVICE_ADDRESSES if address != old)
        self.network.device.move(self._address, old)
        self.network.sever()  # nothing finds its way to an address that nobody has

    def sever(self) -> None:
        """The link is dead, and nobody is told; a new one can be made."""
        self.network.sever()
