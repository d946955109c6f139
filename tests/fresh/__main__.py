"""`python -m tests.fresh`: the table. Status 0: every command passed; 1: one did not; 2: this machine lacks something; 130: interrupted."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from tars.runtime import clock
from tests.fresh import getting_started
from tests.fresh.report import Row, closing_line, commands, table
from tests.fresh.root import CODENAMES, ROOT, fresh, what_is_missing

OUT = Path("reports/fresh")
"""What each command said."""
LINES = 40
"""Of a command that failed, so many of its last lines are shown."""


def arguments(words: Sequence[str], readme: Sequence[str]) -> argparse.Namespace:
    """What is wanted."""
    names = [*(command.split()[-1] for command in readme), getting_started.NAME]
    parser = argparse.ArgumentParser(prog="python -m tests.fresh", description="Runs the README's first commands on fresh Debians.")
    parser.add_argument("--debian", nargs="+", choices=CODENAMES, default=list(CODENAMES), help="by default all")
    parser.add_argument("--command", nargs="+", choices=names, default=names, help="the last word of a command, or a guide; by default all")
    return parser.parse_args(words)


def try_out(debian: str, lines: Sequence[str]) -> Iterator[Row]:
    """Run these lines, one after the other, on one fresh Debian. Raises CalledProcessError."""
    say(f"Debian {debian}: making it")
    with fresh(debian) as there:
        for line in lines:
            say(f"Debian {debian}: {line}")
            log = OUT / f"debian-{debian}-{line.split()[-1]}.log"
            began = clock.now()
            status = there.run(line, log)
            seconds = clock.now() - began
            said = log.read_text(errors="replace")
            if status:
                say("\n".join(said.splitlines()[-LINES:]))
            yield Row(debian, there.version_of_python(), line, status, seconds, closing_line(said))


def follow_guide(debian: str) -> Iterator[Row]:
    """Follow docs/getting-started.md, on two fresh ones. Raises CalledProcessError."""
    say(f"Debian {debian}: two of them, {getting_started.NAME}")
    began = clock.now()
    try:
        for row in getting_started.try_out(debian, OUT):
            say(f"Debian {debian}: {row.command}: {row.closing}")
            yield row
    except getting_started.Failed as failed:
        say(str(failed))
        yield Row(debian, "", getting_started.NAME, 1, clock.now() - began, "it does not do what the guide says")
    else:
        yield Row(debian, "", getting_started.NAME, 0, clock.now() - began, "from nothing to the first answer")


def main(words: Sequence[str]) -> int:
    """Run what is wanted; the status."""
    readme = commands((ROOT / "README.md").read_text())
    wanted = arguments(words, readme)
    if missing := what_is_missing():
        say("no fresh Debian can be had here; this machine lacks\n" + "\n".join(f"- {what}" for what in missing))
        return 2
    if subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=ROOT, check=False).returncode:
        say("there are changes that are not committed: they are not tried")
    signal.signal(signal.SIGTERM, interrupt)
    OUT.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    try:
        for debian in wanted.debian:
            if lines := [line for line in readme if line.split()[-1] in wanted.command]:
                rows += try_out(debian, lines)
            if getting_started.NAME in wanted.command:
                rows += follow_guide(debian)
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    except subprocess.CalledProcessError as error:
        say(f"{' '.join(error.cmd)}: status {error.returncode}")
        return 2
    say(f"\n{table(rows)}")
    return 1 if any(row.status for row in rows) else 0


def interrupt(*_: object) -> NoReturn:
    """What SIGTERM does: as Ctrl-C, so that nothing is left behind."""
    raise KeyboardInterrupt


def say(text: str) -> None:
    """To whoever watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
