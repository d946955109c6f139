"""`python -m tests.packages.constraints` writes constraints.txt: the exact version of every package, the indirect ones too.

The ranges stand in pyproject.toml. uv finds versions within them that fit CPython 3.11 to 3.14 on Linux, x86_64 and aarch64.
A version that is pinned already and still fits stays, unless `--upgrade` asks for the newest.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "constraints.txt"
HEADER = """\
# The exact version of every package that TARS, its extras and its development environment install, and of what builds TARS.
# For CPython 3.11 to 3.14 on Linux, x86_64 and aarch64. Written by `make constraints`; with UPGRADE=1 it takes the newest versions.
"""


def environment(python: str, processor: str = "x86_64") -> dict[str, str]:
    """The variables of PEP 508 for CPython of that version, such as 3.11, on Linux."""
    names = {"implementation_name": "cpython", "platform_python_implementation": "CPython", "sys_platform": "linux", "os_name": "posix"}
    versions = {"python_version": python, "python_full_version": f"{python}.0", "implementation_version": f"{python}.0"}
    return names | versions | {"platform_system": "Linux", "platform_machine": processor}


PYTHONS = ("3.11", "3.12", "3.13", "3.14")
ENVIRONMENTS = [environment(python, processor) for python in PYTHONS for processor in ("x86_64", "aarch64")]
"""Those that constraints.txt is for."""


def pins(text: str, where: Mapping[str, str] | None = None) -> dict[str, str]:
    """The pinned version of each package, by its canonical name.

    Markers are evaluated for `where`, the variables of PEP 508; those that it does not name are of the running Python.
    Raises ValueError if a line is not a pin, or pins a package a second time.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate(dict(where or {})):
            continue
        (version,) = wanted.specifier or (None,)
        if version is None or version.operator != "==":
            raise ValueError(f"{line}: no exact version")
        name = canonicalize_name(wanted.name)
        if name in found:
            raise ValueError(f"{line}: {name} is pinned twice")
        found[name] = version.version
    return found


def written(resolved: str) -> str:
    """The text of the file, from what uv wrote.

    uv puts a marker on each line. Where it is true in all supported environments, it says nothing and is left out. It stays where a
    package has two versions, or where only some Pythons need it.
    """
    lines = [line for line in resolved.splitlines() if line and not line.startswith("#")]
    return HEADER + "".join(f"{line.partition(' ; ')[0] if _is_needed_everywhere(line) else line}\n" for line in lines)


def _is_needed_everywhere(line: str) -> bool:
    marker = Requirement(line).marker
    return marker is None or all(marker.evaluate(dict(where)) for where in ENVIRONMENTS)


def resolve(pinned: str, *, upgrade: bool) -> str:
    """What uv writes, given what is pinned so far.

    Raises subprocess.CalledProcessError when no versions fit; uv has then said on standard error why.
    """
    with TemporaryDirectory() as folder:
        output = Path(folder, "constraints.txt")
        output.write_text(pinned)
        command = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "compile",
            "--quiet",
            "--universal",
            "--fork-strategy",
            "fewest",
            "--python-version",
            "3.11",
        ]
        command += ["--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links", "--extra", "dev", "--group", "pinned"]
        command += [*(["--upgrade"] if upgrade else []), "--output-file", str(output), "pyproject.toml", "-"]
        builders = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
        subprocess.run(command, cwd=ROOT, input="\n".join(builders), text=True, check=True, stdout=subprocess.DEVNULL)
        return output.read_text()


def main(words: Sequence[str]) -> int:
    """Write the file; the status."""
    parser = argparse.ArgumentParser(prog="python -m tests.packages.constraints", description="Pins every package in constraints.txt.")
    parser.add_argument("--upgrade", action="store_true", help="the newest versions, instead of those that are pinned and still fit")
    wanted = parser.parse_args(words)
    try:
        text = written(resolve(FILE.read_text() if FILE.exists() else "", upgrade=wanted.upgrade))
    except subprocess.CalledProcessError as error:
        return int(error.returncode)
    if not FILE.exists() or FILE.read_text() != text:  # who is up to date need not install anew
        FILE.write_text(text)
    sys.stdout.write(f"{FILE.name}: {len(pins(text))} packages\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
