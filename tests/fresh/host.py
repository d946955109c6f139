"""What a fresh Debian needs to know of this machine's network: name servers, proxies, mirrors, certificates. Nothing else goes in."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "PIP_CERT", "NPM_CONFIG_CAFILE")
"""Variables that name a file of certificates."""
INDEX = ("index-url", "extra-index-url", "proxy", "trusted-host", "timeout", "default-timeout", "cert")
"""What pip's configuration says of the network. Its other settings are this machine's taste."""
CERTIFICATES_IN_ROOT = "etc/certificates-of-the-host.pem"
APT = re.compile(r"Acquire::(?:https?|ftp|ForceIPv[46]|Retries|Check-Valid-Until|Check-Date)\b")


def output(*words: str) -> str:
    """What a command says; nothing if it fails or is not there."""
    try:
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def mirror(targets: str) -> str:
    """The mirror of Debian that apt uses here, from lines of a URL and the label of what is there; nothing if there is none."""
    return next((url for url, _, label in (line.partition(" ") for line in targets.splitlines()) if label == "Debian"), "")


def mirror_of_the_host() -> str:
    """The URL of the mirror; nothing: debootstrap takes its own."""
    return mirror(output("apt-get", "indextargets", "--format", "$(REPO_URI) $(LABEL)", "Created-By: Packages"))


def settings_of_pip(listed: str) -> dict[str, str]:
    """Variables for pip, from what `pip config list` says. An index on this machine's disk is left out."""
    found = {}
    for name, value in re.findall(r"(?m)^\S+\.([a-z-]+)='(.*)'$", listed):
        if name in INDEX and not (name.endswith("index-url") and "file:" in value):
            found[f"PIP_{name.upper().replace('-', '_')}"] = value
    return found


def variables(environment: Mapping[str, str], pip: Mapping[str, str], root: Path) -> dict[str, str]:
    """The variables that a program needs in the root to reach the network; the files that they name are put there."""
    names = {*PROXIES, *map(str.lower, CERTIFICATES), "npm_config_registry"}
    found = dict(pip) | {name: value for name, value in environment.items() if name.lower() in names}
    for name in list(found):
        if name.upper() in CERTIFICATES:
            if not Path(found[name]).is_file():
                del found[name]
                continue
            shutil.copyfile(found[name], root / CERTIFICATES_IN_ROOT)
            found[name] = f"/{CERTIFICATES_IN_ROOT}"
    return found


def carry_in(root: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Make the network reachable in this root; the variables for programs that run there."""
    for file in ("etc/resolv.conf", "etc/hosts"):
        if Path("/", file).is_file():
            (root / file).unlink(missing_ok=True)
            shutil.copyfile(Path("/", file), root / file)
    lines = [line for line in output("apt-config", "dump").splitlines() if APT.match(line)]
    (root / "etc/apt/apt.conf.d/90network-of-the-host").write_text("".join(f"{line}\n" for line in lines))
    return variables(environment, settings_of_pip(output(sys.executable, "-m", "pip", "config", "list")), root)
