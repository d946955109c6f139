"""What a device knows since it was paired, in its state folder: its server, its name and its key."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tars.errors import ConfigError
from tars.runtime.config_values import own_state
from tars.runtime.state import write_private
from tars.runtime.tls import authorities_in

if TYPE_CHECKING:
    from tars.runtime.config_file import Taken

FILE = "device.json"
"""The file in the state folder."""
SERVER_CA = "server-ca.pem"
"""The file beside it with the certificate authority of the server; two of them while the server goes from one to another."""
SEARCHED = ""
"""The `server` of the command `pair` if none was named: it is looked for."""
OWN_KEY = "pair gives this device a key of its own, but `key` is set already: remove it from the file, or the variable TARS_KEY"


@dataclass(frozen=True)
class PairedServer:
    """The server with which this device is paired, and what it has given."""

    server: str
    """Its URL."""
    device: str
    key: str = field(repr=False)
    name: str = ""
    """What it calls itself."""


def read_paired(folder: Path) -> PairedServer | None:
    """What was saved; None: the device was not paired. Raises ConfigError if it cannot be read."""
    file = folder / FILE
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        paired = PairedServer(**values)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}. Run tars-pi as the user who has paired it, or pair again") from None
    except (ValueError, TypeError):
        raise ConfigError(f"{file} is damaged: pair this device again, with `tars-pi pair`") from None
    return paired


def save_paired(folder: Path, paired: PairedServer, ca: str) -> None:
    """Keep it, for the owner only. `ca`: the certificate authority of the server as PEM; empty: there is none. Raises ConfigError.

    The authority goes first: if the power fails in between, the old key stays here, for its server is not trusted any more.
    """
    if ca:
        write_private(folder, SERVER_CA, ca)
    else:
        (folder / SERVER_CA).unlink(missing_ok=True)
    write_private(folder, FILE, json.dumps(asdict(paired)))


def keep_changed(folder: Path, key: str | None, **values: str) -> bool:
    """The server of this key is at another address (`server`), or calls the device otherwise (`device`): keep it for the next start.

    True: that is new. Raises ConfigError.
    """
    paired = read_paired(folder)
    if paired is None or paired.key != key or (changed := replace(paired, **values)) == paired:
        return False
    write_private(folder, FILE, json.dumps(asdict(changed)))
    return True


def saved_authorities(folder: Path) -> str:
    """The fingerprints of the authorities that are saved; empty: there is none that can be read."""
    try:
        return authorities_in((folder / SERVER_CA).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""


def replace_authorities(folder: Path, before: str, ca: str) -> str:
    """Save these authorities (PEM) in place of those with the fingerprints `before`, and of no others: whoever protects a link may do that.

    Returns their fingerprints once they are on the disk. Raises ConfigError: then the old ones are still there.
    """
    try:
        after = authorities_in(ca)
    except ValueError as error:
        raise ConfigError(f"the server has sent authorities that cannot be used: {error}") from None
    if not before or saved_authorities(folder) != before:
        raise ConfigError(f"the authorities in {folder / SERVER_CA} are not those that protect this link")
    write_private(folder, SERVER_CA, ca)
    return after


def check_folder(folder: Path) -> None:
    """Raise ConfigError unless something can be kept there. Better before the digits are used up than after."""
    attempt = f"{FILE}.attempt"
    write_private(folder, attempt, "")
    (folder / attempt).unlink()


def take_saved(command: str, taken: Taken) -> None:
    """Add the settings of the pairing, below those that were given.

    The key goes to no other server than that of the pairing: it is left out where a key or an authority was given. A server of another
    address gets it only if it must prove, by a certificate of the authority that was saved, that it is the same. `pair` itself takes
    nothing of that.
    """
    given = taken.values
    if command.partition(" ")[0] == "pair":
        if given.get("key"):
            taken.problems.append(OWN_KEY)
        given.setdefault("server", SEARCHED)
        return
    try:
        state = given.get("state") or own_state()
        paired = read_paired(state)
    except ConfigError as error:
        taken.problems.append(str(error))
        return
    if paired is None or given.get("key") or given.get("ca"):
        return
    server = given.get("server", paired.server)
    if server == paired.server or (server.startswith("wss:") and (state / SERVER_CA).exists()):
        for key, text in {"server": paired.server, "device": paired.device, "key": paired.key}.items():
            if key not in given:
                taken.take(key, f"{key} in {FILE}", text)
