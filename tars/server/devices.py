"""The command `tars-server devices`: lists, renames and shuts out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from tars.errors import ConfigError
from tars.runtime.tls import authorities_in
from tars.server.browsers import is_browser, of_pages
from tars.server.ca_command import ALL_HAVE_IT, without
from tars.server.keys import NO_KEYS
from tars.server.last_seen import Seen
from tars.server.state_folder import KeyStore, no_such_device


def run_devices_command(
    words: Iterable[str], store: KeyStore, say: Callable[[str], object], seen: Mapping[str, Seen], following: str = ""
) -> None:
    """Carry out `devices`, `devices rename OLD NEW` or `devices revoke NAME`; `words` are those after it. Raises ConfigError.

    `seen`: how each device was seen last. `following`: the authority that devices get (PEM); empty: none.
    """
    match tuple(words):
        case ():
            devices = store.list_keys()
            browsers = sorted(filter(is_browser, seen))
            width = max((len(name) for name in (*browsers, *dict(devices))), default=0)
            for name, added in devices:
                last = _last(seen[name]) if name in seen else "not seen yet"
                muted = "  muted" if name in seen and seen[name].muted else ""
                say(f"{name:<{width}}  since {_time(added)}  {last}{muted}")
            for name in browsers:
                say(f"{name:<{width}}  a page of the console, without a key  {_last(seen[name])}")
            if not store.needs_keys:
                say(NO_KEYS)
            elif not devices:
                say("There is no device, so nobody is let in. `tars-server pair` pairs one.")
            if following:
                missing = without(authorities_in(following), store)
                say(f"The new authority is missing on: {', '.join(missing)}." if missing else ALL_HAVE_IT)
        case ("rename", old, new):
            if is_browser(new):
                raise ConfigError(of_pages(new))
            store.rename_key(old, new)
            say(f"{old} is called {new} from now on. It keeps its key, its timers and what waits to be said, and connects again.")
            say(f"Recordings and logs from before have the name {old}. Change it in your configuration, where that names devices.")
        case ("revoke", name):
            if not store.remove_key(name):
                raise no_such_device(name)
            say(f"{name} is shut out. A running server closes its link within a second. `tars-server pair` lets it in again.")
            if not store.list_keys():
                say("It was the last device: nobody is let in until another one is paired.")
        case other:
            raise TypeError(f"the command line knows no devices {other}")


def _last(seen: Seen) -> str:
    """When it was linked, and where several servers share a Redis, with which."""
    if seen.linked:
        return f"linked with {seen.name}"
    return f"seen {_time(seen.at)}" + (f" with {seen.name}" if seen.name else "")


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
