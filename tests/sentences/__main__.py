"""`python -m tests.sentences` measures how many sentences have the right outcome, and writes docs/reports/sentences.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.sentences import home_assistant
from tests.sentences.rates import OTHERS, OURS, Rate, kinds, measure
from tests.sentences.report import BEFORE, PAGE, page, table
from tests.sentences.voice import spoken


def tell(text: str) -> None:
    """Print some lines."""
    sys.stdout.write(f"{text}\n")


def main() -> int:
    """Measure, print, write. Exit status 1 after a wrong action."""
    parser = argparse.ArgumentParser(prog="python -m tests.sentences", description=__doc__)
    parser.add_argument("--home-assistant", type=Path, metavar="DIR", help="a checkout of its repository `intents`, measured as well")
    parser.add_argument("--voice", type=int, metavar="N", help="only speak N of our sentences, recognise them and measure that")
    options = parser.parse_args()
    if options.voice:
        rate, failed = spoken(list(kinds(OURS)), options.voice)
        tell("\n".join([f"{rate.right} of {rate.all} right, {len(rate.wrong_actions)} wrong actions", *failed]))
        return 0
    ours, others = measure(list(kinds(OURS))), measure(list(kinds(OTHERS)))
    theirs = measure(home_assistant.kinds(options.home_assistant)) if options.home_assistant else []
    for heading, rates in (("ours", ours), ("what TARS cannot do", others), ("Home Assistant's", theirs)):
        tell(f"{heading}\n{table(rates, BEFORE.get(heading, {}))}\n")
    for rate in (*ours, *others, *theirs):
        for line in rate.wrong:
            tell(f"{rate.kind}: {'WRONG ACTION: ' if line in rate.wrong_actions else ''}{line}")
    if theirs:
        PAGE.write_text(page(ours, others, theirs), encoding="utf-8")
    else:
        tell(f"{PAGE.name} is written only with --home-assistant")
    return any_wrong_action((*ours, *others, *theirs))


def any_wrong_action(rates: tuple[Rate, ...]) -> int:
    """1 if a rate has a wrong action, else 0."""
    return int(any(rate.wrong_actions for rate in rates))


if __name__ == "__main__":
    sys.exit(main())
