"""What is released: the wheel and the source distribution, built, installed and started without the network."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import tars
from tests.packages.constraints import ROOT

NAME = "tars-assistant"
BUILD = [sys.executable, "-m", "build", "--no-isolation"]
"""As `make dist`: the backend is the one that is pinned."""


def tracked() -> set[str]:
    """The files of the repository."""
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files"]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both distributions, from a copy of what is tracked. The wheel is built from the source distribution, as `build` does."""
    copy = tmp_path_factory.mktemp("copy")
    for name in tracked():
        if (ROOT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    output = tmp_path_factory.mktemp("dist")
    done = subprocess.run([*BUILD, "--outdir", output, copy], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,), (sdist,) = output.glob("*.whl"), output.glob("*.tar.gz")
    return {"wheel": wheel, "sdist": sdist}


def names_in_sdist(sdist: Path) -> set[str]:
    with tarfile.open(sdist) as archive:
        return {member.name.partition("/")[2] for member in archive if member.isfile()}


def test_the_source_distribution_is_the_repository(built: dict[str, Path]) -> None:
    written_by_the_build = {"PKG-INFO", "setup.cfg"}
    found = {name for name in names_in_sdist(built["sdist"]) if ".egg-info/" not in name}
    assert found == {name for name in tracked() if (ROOT / name).exists()} | written_by_the_build


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["wheel"]) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == {name for name in tracked() if name.startswith("tars/") and (ROOT / name).exists()}
    assert {"py.typed", "intents.yaml"} <= {name.rpartition("/")[2] for name in names}


def needed(name: str) -> Iterator[str]:
    """The installed distributions that one needs without extras, itself left out."""
    for text in metadata.requires(name) or []:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name
            yield from needed(requirement.name)


def link(distribution: str, folder: Path) -> None:
    """Let another environment have an installed distribution."""
    for file in metadata.files(distribution) or []:
        top = file.parts[0]
        if top not in ("..", "__pycache__") and not (folder / top).exists():
            (folder / top).symlink_to(Path(str(file.locate())).parents[len(file.parts) - 2] if len(file.parts) > 1 else str(file.locate()))


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_what_is_installed_starts_with_its_base_dependencies_alone(built: dict[str, Path], kind: str, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", symlinks=True)
    python = tmp_path / "env/bin/python"
    (packages,) = (tmp_path / "env/lib").glob("python*/site-packages")
    for name in {*needed(NAME), *(["setuptools"] if kind == "sdist" else [])}:
        link(name, packages)

    def run(*command: str | Path) -> str:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-build-isolation", built[kind])
    assert "usage: tars-pi" in run(python.parent / "tars-pi", "--help")
    assert "usage: tars-server" in run(python.parent / "tars-server", "--help")
    said = run(python, "-c", "import tars; print(tars.__file__, tars.__version__)")
    assert said.split() == [str(packages / "tars/__init__.py"), metadata.version(NAME)]


def test_the_version_stands_in_one_file() -> None:
    assert tars.__version__ == metadata.version(NAME)
    with pytest.raises(AttributeError, match="has no attribute '__versions__'"):
        getattr(tars, "__versions__")  # noqa: B009 (mypy would not let it through)
    repeated = re.compile(rf"(?i)version\W+{re.escape(tars.__version__)}\b")
    assert [path for path in (ROOT / "tars").rglob("*.py") if repeated.search(path.read_text())] == []


def test_the_changelog_knows_the_version() -> None:
    headings = re.findall(r"(?m)^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text())
    assert tars.__version__ in headings


def test_the_hooks_before_a_commit_are_the_commands_of_make_check() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook["entry"] for repository in config["repos"] for hook in repository["hooks"]]
    recipe = re.search(r"(?m)^check:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text())
    assert recipe
    commands = recipe[1].replace("$(PYTHON)", ".venv/bin/python").replace("$(VENV)", ".venv").split("\n\t")
    assert hooks == [command.strip() for command in commands]
