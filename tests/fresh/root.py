"""A Debian in a folder: made by debootstrap, kept as an archive, unpacked anew for each run, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fresh.host import carry_in, mirror_of_the_host

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache/fresh"
CODENAMES = {"12": "bookworm", "13": "trixie"}
CLONE = "root/tars"
"""Where the clone lies in the root: in the home of its user, who is root."""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENTER = """\
set -e
mount -t proc proc "$0/proc"
mount -t sysfs -o ro sysfs "$0/sys"
mount -t tmpfs -o mode=1777 tmpfs "$0/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$0/dev/pts"
exec chroot "$0" "$@"
"""
"""The script that becomes a command in the root `$0`. It runs in mount and process namespaces of its own, so nothing stays mounted."""


def what_is_missing() -> list[str]:
    """What this machine lacks for a root, in sentences; nothing if one can be made."""
    tools = {"debootstrap": "debootstrap", "git": "git", "unshare": "util-linux", "chroot": "coreutils", "tar": "tar"}
    missing = [f"the command {name} (Debian package {package})" for name, package in tools.items() if shutil.which(name) is None]
    if os.geteuid() != 0:
        missing.append("root, who alone may make and enter another root: run it with sudo")
    elif not missing:
        tried = subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            missing.append(f"the right to make mount and process namespaces: {tried.stderr.strip()}")
    return missing


def archive(debian: str) -> Path:
    """The archive of a minimal Debian, such as "12"; it is made if it is not there, in about a minute. Raises CalledProcessError."""
    name = CODENAMES[debian]
    made = CACHE / f"{name}.tar"
    if made.exists():
        return made
    CACHE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=CACHE) as folder, (CACHE / f"{name}.log").open("w") as log:
        mirror = mirror_of_the_host()
        command = ["debootstrap", "--variant=minbase", name, folder, *([mirror] if mirror else [])]
        subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=True)
        unfinished = made.with_suffix(".part")
        subprocess.run(["tar", "--create", "--numeric-owner", "--file", str(unfinished), "--directory", folder, "."], check=True)
    return unfinished.rename(made)


@dataclass
class Debian:
    """A fresh one, with a clone of TARS in it."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def command(self, *words: str) -> list[str]:
        """What runs these words in it. All that they start ends with them."""
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, str(self.folder)]
        given = [f"{name}={value}" for name, value in {"PATH": PATH, "HOME": "/root", **self.variables}.items()]
        return [*unshare, "env", "-i", *given, *words]

    def run(self, line: str, log: Path) -> int:
        """Run a line of the README in the clone, as a shell would; its status. All that it says goes into `log`."""
        with log.open("wb") as output:
            # Not this terminal's process group: Ctrl-C is ours, and what ends `unshare` ends everything in there.
            process = subprocess.Popen(
                self.command("sh", "-c", f"cd /{CLONE} && {line}"),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                return process.wait()
            finally:
                end(process)

    def version_of_python(self) -> str:
        """Such as "3.13.5"; "none" as long as nothing has installed it."""
        said = subprocess.run(self.command("python3", "--version"), capture_output=True, text=True, check=False)
        return said.stdout.removeprefix("Python ").strip() or "none"


def end(unshare: subprocess.Popen[bytes]) -> None:
    """End everything in the namespaces of `unshare`, whose child is their first process; return when nothing is left of it."""
    if unshare.poll() is None:
        for child in Path(f"/proc/{unshare.pid}/task/{unshare.pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        unshare.wait()


@contextmanager
def fresh(debian: str) -> Iterator[Debian]:
    """A Debian, such as "12", on which nothing was done but a clone of what is committed here. Raises CalledProcessError."""
    kept = archive(debian)
    with TemporaryDirectory(dir=CACHE, prefix=f"{CODENAMES[debian]}-") as folder:
        root = Path(folder)
        subprocess.run(["tar", "--extract", "--numeric-owner", "--file", str(kept), "--directory", folder], check=True)
        root.chmod(0o755)  # a temporary folder is its owner's only, but there are other users in there
        bundle = root / "tmp/tars.bundle"
        trusted = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT)]  # it may be somebody else's than root's
        subprocess.run([*trusted, "bundle", "create", "--quiet", str(bundle), "HEAD"], check=True)
        subprocess.run(["git", "-c", "advice.detachedHead=false", "clone", "--quiet", str(bundle), str(root / CLONE)], check=True)
        bundle.unlink()
        yield Debian(root, carry_in(root, os.environ))
