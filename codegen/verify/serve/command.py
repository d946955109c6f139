"""Show the machines in a browser: play both nodes and their link step by step, see traces, read the generated documents.

    python -m codegen serve
    python -m codegen serve --trace DIR_OR_FILE...          # traces of both nodes, as `replay` reads them
    python -m codegen serve --steps reports/exploration/SPEC.steps.json     # how a spec is broken

The pages are for this machine only. Ctrl-C ends it.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from codegen.load import add_definitions
from codegen.verify.serve.site import Site
from codegen.verify.serve.web_server import ADDRESS, Server

PORT = 8765


def main(argv: Sequence[str] | None = None) -> int:
    """0: it was ended. 2: the call is wrong, or it cannot be served."""
    parser = argparse.ArgumentParser(
        prog="python -m codegen serve", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=PORT, help="of 127.0.0.1; 0 takes a free one (default: %(default)s)")
    parser.add_argument(
        "--trace", type=Path, nargs="+", default=[], metavar="TRACE", help="JSON lines of either node, or folders of *.jsonl"
    )
    parser.add_argument("--steps", type=Path, metavar="FILE", help="a path that `explore` has written")
    add_definitions(parser)
    options = parser.parse_args(argv)
    problem, page = _page(options.steps, bool(options.trace))
    site = Site(options.definitions, options.trace)
    findings = site.loaded().findings
    if problem or findings or shutil.which("dot") is None:
        print(*([problem] if problem else findings or ["graphviz is missing: apt install graphviz"]), sep="\n")
        return 2
    try:
        server = Server(site, options.port)
    except (OSError, OverflowError) as error:
        print(f"cannot listen on {ADDRESS}:{options.port}: {error}; choose another --port")
        return 2
    with server, suppress(KeyboardInterrupt):
        print(f"{server.url}{page}", flush=True)
        server.serve_forever()
    return 0


def _page(steps: Path | None, traced: bool) -> tuple[str, str]:
    """What is wrong with the file of steps, and the page to begin with."""
    if steps is None:
        return "", "/traces" if traced else "/"
    try:
        told = json.loads(steps.read_text(encoding="utf-8"))
        return "", f"/simulator#{fragment(told['configuration'], told['steps'])}"
    except OSError as error:
        return f"{steps}: {error.strerror}", ""
    except (ValueError, KeyError, TypeError):
        return f"{steps}: not what `explore` writes: an object with `configuration` and `steps`", ""


def fragment(configuration: str, steps: Sequence[str]) -> str:
    """What a link to the simulator ends with, to show these steps."""
    return f"configuration={quote(configuration)}&steps={','.join(steps)}"
