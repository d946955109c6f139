from __future__ import annotations

import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packages.constraints import ENVIRONMENTS, FILE, ROOT, environment, pins, written

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OF_THE_ENVIRONMENT = {"pip", "setuptools"}
"""What `python3 -m venv` brings, in the version that came with Python."""
OF_MAKE = {"uv"}
"""What is pinned and installed only once `make constraints` wants it."""


def requirements() -> list[Requirement]:
    """All that pyproject.toml asks for."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    texts = [PROJECT["project"]["dependencies"], PROJECT["build-system"]["requires"], *extras, *PROJECT["dependency-groups"].values()]
    return [Requirement(text) for part in texts for text in part]


def test_all_that_is_installed_is_pinned_at_that_version() -> None:
    own = {PROJECT["project"]["name"]} | OF_THE_ENVIRONMENT
    installed = {canonicalize_name(found.name): found.version for found in metadata.distributions()}
    found = {name: version for name, version in installed.items() if name not in own}
    pinned = pins(FILE.read_text())
    assert found.items() <= pinned.items(), "`make constraints` pins it, and `make` installs what is pinned"
    assert pinned.keys() - found.keys() <= OF_THE_ENVIRONMENT | OF_MAKE, "nothing needs it: `make constraints` drops it"


@pytest.mark.parametrize("where", ENVIRONMENTS, ids=lambda where: f"{where['python_version']}-{where['platform_machine']}")
def test_what_is_pinned_is_within_the_ranges(where: dict[str, str]) -> None:
    pinned = pins(FILE.read_text(), where)
    others = [requirement for requirement in requirements() if requirement.name != PROJECT["project"]["name"]]
    wanted = [requirement for requirement in others if requirement.marker is None or requirement.marker.evaluate(dict(where))]
    assert {
        str(requirement) for requirement in wanted if not requirement.specifier.contains(pinned[canonicalize_name(requirement.name)])
    } == set()


def test_no_range_is_a_single_version_or_without_a_limit_below() -> None:
    """Else TARS could not be installed beside a package that wants another, or with one that is too old."""
    for requirement in requirements():
        operators = {part.operator for part in requirement.specifier}
        assert requirement.name == PROJECT["project"]["name"] or ">=" in operators, f"{requirement} has no lower bound"
        assert "==" not in operators, f"{requirement} admits one version only"


def test_neither_file_names_an_index() -> None:
    for file in ("pyproject.toml", "constraints.txt", "Makefile", "run"):
        text = (ROOT / file).read_text()
        assert "index-url" not in text.replace("--no-emit-index-url", ""), file
        assert "find-links" not in text.replace("--no-emit-find-links", ""), file
        assert "://" not in text, file


LINUX = "implementation_name == 'cpython' and sys_platform == 'linux'"
RESOLVED = f"""\
# said by uv
av==18.1.0 ; python_full_version < '3.12' and {LINUX}
av==19.0.2 ; python_full_version >= '3.12' and {LINUX}
numpy==2.4.6 ; python_full_version < '3.15' and {LINUX}
pyyaml-ft==8.0.0 ; python_full_version == '3.13.*' and {LINUX}
"""


def test_a_marker_stays_only_where_it_distinguishes() -> None:
    text = written(RESOLVED)
    _, old, new, _, some = RESOLVED.splitlines()
    assert [line for line in text.splitlines() if not line.startswith("#")] == [old, new, "numpy==2.4.6", some]
    assert pins(text, environment("3.11")) == {"av": "18.1.0", "numpy": "2.4.6"}
    assert pins(text, environment("3.13")) == {"av": "19.0.2", "numpy": "2.4.6", "pyyaml-ft": "8.0.0"}
    assert pins(text, environment("3.14")) == {"av": "19.0.2", "numpy": "2.4.6"}


def test_a_package_of_one_processor_keeps_its_marker() -> None:
    assert written("av==1 ; platform_machine == 'x86_64'\n").splitlines()[-1] == "av==1 ; platform_machine == 'x86_64'"
    assert written("av==1 ; platform_machine == 'x86_64' or platform_machine == 'aarch64'\n").splitlines()[-1] == "av==1"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("numpy>=2", "no exact version"), ("numpy", "no exact version"), ("ruamel.yaml==1\nruamel-yaml==2", "is pinned twice")],
)
def test_what_is_no_pin_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        pins(text)
