# Written by `python -m codegen` from machines/connection.yaml; do not edit.
"""connection (device): 29 rows in 146 cases, 6 ignored and 28 forbidden cells, 206 pairs and 1457 triples of rows, 4 paths.

Left out: 10 pairs and 182 triples whose guards cannot hold one after the other.
"""

from __future__ import annotations

import pytest

from tars.generated.device import emits, events
from tars.generated.device.connection import Connection, ConnectionContext as Context
from .checks import Forbidden, Ignored, Pair, Path, Row, Then, check_forbidden, check_ignored, check_new, check_pair, check_path, check_row

ROWS: dict[str, Row] = {
    # DISCONNECTED: no link is wanted
    "DISCONNECTED+started[persistent]": Row("connection.yaml:46",
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Started(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("open_socket",)),
    "DISCONNECTED+started[persistent], ceiling=0, redialled=False": Row("connection.yaml:46",
        "DISCONNECTED", Context(attempt=2, ceiling=0, failures=2), events.Started(),
        "CONNECTING", Context(attempt=2, ceiling=0, failures=2), actions=("open_socket",)),
    "DISCONNECTED+started[persistent], max_attempts=1": Row("connection.yaml:46",
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Started(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), actions=("open_socket",)),
    "DISCONNECTED+started[not persistent]": Row("connection.yaml:47",
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Started(),
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), entered=False),
    "DISCONNECTED+wanted": Row("connection.yaml:48",
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Wanted(),
        "CONNECTING", Context(ceiling=0), actions=("open_socket",)),
    "DISCONNECTED+wanted, persistent=False": Row("connection.yaml:48",
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Wanted(),
        "CONNECTING", Context(ceiling=0, persistent=False), actions=("open_socket",)),
    "DISCONNECTED+wanted, max_attempts=1": Row("connection.yaml:48",
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Wanted(),
        "CONNECTING", Context(ceiling=0, max_attempts=1), actions=("open_socket",)),
    # CONNECTING: a socket is being opened and greeted
    "CONNECTING+socket_opened": Row("connection.yaml:58",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.SocketOpened(generation=5),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), emits=(emits.Hello(),), entered=False),
    "CONNECTING+socket_opened, persistent=False": Row("connection.yaml:58",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.SocketOpened(generation=5),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), emits=(emits.Hello(),), entered=False),
    "CONNECTING+socket_opened, ceiling=0, redialled=False": Row("connection.yaml:58",
        "CONNECTING", Context(attempt=2, ceiling=0, failures=2), events.SocketOpened(generation=5),
        "CONNECTING", Context(attempt=2, ceiling=0, failures=2), emits=(emits.Hello(),), entered=False),
    "CONNECTING+socket_opened, max_attempts=1": Row("connection.yaml:58",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.SocketOpened(generation=5),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), emits=(emits.Hello(),), entered=False),
    "CONNECTING+welcome[resumed]": Row("connection.yaml:59",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Welcome(resumed=True, reason="some reason", utterance=True),
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True), emits=(emits.LinkResumed(),)),
    "CONNECTING+welcome[resumed], persistent=False": Row("connection.yaml:59",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Welcome(resumed=True, reason="some reason", utterance=True),
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, persistent=False), emits=(emits.LinkResumed(),)),
    "CONNECTING+welcome[resumed], ceiling=0": Row("connection.yaml:59",
        "CONNECTING", Context(attempt=2, ceiling=0, redialled=True, failures=2), events.Welcome(resumed=True, reason="some reason", utterance=True),
        "CONNECTED", Context(attempt=2, ceiling=0, redialled=True), emits=(emits.LinkResumed(),)),
    "CONNECTING+welcome[resumed], ceiling=0, redialled=False": Row("connection.yaml:59",
        "CONNECTING", Context(attempt=2, ceiling=0, failures=2), events.Welcome(resumed=True, reason="some reason", utterance=True),
        "CONNECTED", Context(attempt=2, ceiling=0), emits=(emits.LinkResumed(),)),
    "CONNECTING+welcome[resumed], ceiling=0, redialled=False, persistent=False": Row("connection.yaml:59",
        "CONNECTING", Context(attempt=2, ceiling=0, failures=2, persistent=False), events.Welcome(resumed=True, reason="some reason", utterance=True),
        "CONNECTED", Context(attempt=2, ceiling=0, persistent=False), emits=(emits.LinkResumed(),)),
    "CONNECTING+welcome[not resumed]": Row("connection.yaml:60",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Welcome(resumed=False, reason="some reason", utterance=True),
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True), emits=(emits.LinkFresh(reason="some reason", utterance=True),)),
    "CONNECTING+welcome[not resumed], utterance=False": Row("connection.yaml:60",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Welcome(resumed=False, reason="some reason", utterance=False),
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True), emits=(emits.LinkFresh(reason="some reason", utterance=False),)),
    "CONNECTING+welcome[not resumed], persistent=False": Row("connection.yaml:60",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Welcome(resumed=False, reason="some reason", utterance=True),
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, persistent=False), emits=(emits.LinkFresh(reason="some reason", utterance=True),)),
    "CONNECTING+welcome[not resumed], ceiling=0": Row("connection.yaml:60",
        "CONNECTING", Context(attempt=2, ceiling=0, redialled=True, failures=2), events.Welcome(resumed=False, reason="some reason", utterance=True),
        "CONNECTED", Context(attempt=2, ceiling=0, redialled=True), emits=(emits.LinkFresh(reason="some reason", utterance=True),)),
    "CONNECTING+welcome[not resumed], ceiling=0, redialled=False": Row("connection.yaml:60",
        "CONNECTING", Context(attempt=2, ceiling=0, failures=2), events.Welcome(resumed=False, reason="some reason", utterance=True),
        "CONNECTED", Context(attempt=2, ceiling=0), emits=(emits.LinkFresh(reason="some reason", utterance=True),)),
    "CONNECTING+welcome[not resumed], ceiling=0, redialled=False, persistent=False": Row("connection.yaml:60",
        "CONNECTING", Context(attempt=2, ceiling=0, failures=2, persistent=False), events.Welcome(resumed=False, reason="some reason", utterance=True),
        "CONNECTED", Context(attempt=2, ceiling=0, persistent=False), emits=(emits.LinkFresh(reason="some reason", utterance=True),)),
    "CONNECTING+failed": Row("connection.yaml:61",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Failed(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=3), actions=("abort_socket",)),
    "CONNECTING+failed, failures=0": Row("connection.yaml:61",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True), events.Failed(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=1), actions=("abort_socket",)),
    "CONNECTING+failed, failures=1": Row("connection.yaml:61",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=1), events.Failed(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("abort_socket",)),
    "CONNECTING+failed, persistent=False": Row("connection.yaml:61",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Failed(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), actions=("abort_socket",)),
    "CONNECTING+failed, max_attempts=1": Row("connection.yaml:61",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Failed(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), actions=("abort_socket",)),
    "CONNECTING+failed, persistent=False, max_attempts=1": Row("connection.yaml:61",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1), events.Failed(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False, max_attempts=1), actions=("abort_socket",)),
    "CONNECTING+lost": Row("connection.yaml:62",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=3), actions=("abort_socket",)),
    "CONNECTING+lost, failures=0": Row("connection.yaml:62",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=1), actions=("abort_socket",)),
    "CONNECTING+lost, failures=1": Row("connection.yaml:62",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=1), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("abort_socket",)),
    "CONNECTING+lost, persistent=False": Row("connection.yaml:62",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), actions=("abort_socket",)),
    "CONNECTING+lost, max_attempts=1": Row("connection.yaml:62",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), actions=("abort_socket",)),
    "CONNECTING+lost, persistent=False, max_attempts=1": Row("connection.yaml:62",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False, max_attempts=1), actions=("abort_socket",)),
    "CONNECTING+greeting_late": Row("connection.yaml:63",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.GreetingLate(),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=3), actions=("abort_socket",)),
    "CONNECTING+greeting_late, failures=0": Row("connection.yaml:63",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True), events.GreetingLate(),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=1), actions=("abort_socket",)),
    "CONNECTING+greeting_late, failures=1": Row("connection.yaml:63",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=1), events.GreetingLate(),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("abort_socket",)),
    "CONNECTING+greeting_late, persistent=False": Row("connection.yaml:63",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.GreetingLate(),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), actions=("abort_socket",)),
    "CONNECTING+greeting_late, max_attempts=1": Row("connection.yaml:63",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.GreetingLate(),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), actions=("abort_socket",)),
    "CONNECTING+greeting_late, persistent=False, max_attempts=1": Row("connection.yaml:63",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1), events.GreetingLate(),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False, max_attempts=1), actions=("abort_socket",)),
    "CONNECTING+renew": Row("connection.yaml:64",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Renew(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("abort_socket", "open_socket")),
    "CONNECTING+renew, persistent=False": Row("connection.yaml:64",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Renew(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), actions=("abort_socket", "open_socket")),
    "CONNECTING+renew, ceiling=0, redialled=False": Row("connection.yaml:64",
        "CONNECTING", Context(attempt=2, ceiling=0, failures=2), events.Renew(),
        "CONNECTING", Context(attempt=2, ceiling=0, failures=2), actions=("abort_socket", "open_socket")),
    "CONNECTING+renew, max_attempts=1": Row("connection.yaml:64",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Renew(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), actions=("abort_socket", "open_socket")),
    "CONNECTING+stopped": Row("connection.yaml:65",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Stopped(),
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("abort_socket",), emits=(emits.LinkClosed(),)),
    "CONNECTING+stopped, persistent=False": Row("connection.yaml:65",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Stopped(),
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), actions=("abort_socket",), emits=(emits.LinkClosed(),)),
    "CONNECTING+unwanted[not persistent]": Row("connection.yaml:66",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Unwanted(),
        "DISCONNECTED", Context(attempt=2, redialled=True, failures=2, persistent=False), actions=("abort_socket",), emits=(emits.LinkClosed(),)),
    "CONNECTING+unwanted[persistent]": Row("connection.yaml:67",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Unwanted(),
        "CONNECTING", Context(attempt=2, redialled=True, failures=2), entered=False),
    "CONNECTING+unwanted[persistent], max_attempts=1": Row("connection.yaml:67",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Unwanted(),
        "CONNECTING", Context(attempt=2, redialled=True, failures=2, max_attempts=1), entered=False),
    "CONNECTING+wanted": Row("connection.yaml:68",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Wanted(),
        "CONNECTING", Context(ceiling=0, failures=2), entered=False),
    "CONNECTING+wanted, persistent=False": Row("connection.yaml:68",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Wanted(),
        "CONNECTING", Context(ceiling=0, failures=2, persistent=False), entered=False),
    "CONNECTING+wanted, max_attempts=1": Row("connection.yaml:68",
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Wanted(),
        "CONNECTING", Context(ceiling=0, failures=2, max_attempts=1), entered=False),
    # CONNECTED: greeted; messages flow
    "CONNECTED+stable": Row("connection.yaml:76",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Stable(),
        "CONNECTED", Context(ceiling=2, failures=2), entered=False),
    "CONNECTED+stable, persistent=False": Row("connection.yaml:76",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Stable(),
        "CONNECTED", Context(ceiling=2, failures=2, persistent=False), entered=False),
    "CONNECTED+stable, ceiling=0": Row("connection.yaml:76",
        "CONNECTED", Context(attempt=2, ceiling=0, redialled=True, failures=2), events.Stable(),
        "CONNECTED", Context(ceiling=0, failures=2), entered=False),
    "CONNECTED+stable, ceiling=0, persistent=False": Row("connection.yaml:76",
        "CONNECTED", Context(attempt=2, ceiling=0, redialled=True, failures=2, persistent=False), events.Stable(),
        "CONNECTED", Context(ceiling=0, failures=2, persistent=False), entered=False),
    "CONNECTED+stable, max_attempts=1": Row("connection.yaml:76",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Stable(),
        "CONNECTED", Context(ceiling=2, failures=2, max_attempts=1), entered=False),
    "CONNECTED+lost[hurries]": Row("connection.yaml:77",
        "CONNECTED", Context(attempt=2, ceiling=0, failures=2), events.Lost(generation=5, reason="some reason"),
        "CONNECTING", Context(attempt=2, ceiling=0, redialled=True, failures=2), actions=("abort_socket", "open_socket"), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[hurries], persistent=False": Row("connection.yaml:77",
        "CONNECTED", Context(attempt=2, ceiling=0, failures=2, persistent=False), events.Lost(generation=5, reason="some reason"),
        "CONNECTING", Context(attempt=2, ceiling=0, redialled=True, failures=2, persistent=False), actions=("abort_socket", "open_socket"), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[hurries], max_attempts=1": Row("connection.yaml:77",
        "CONNECTED", Context(attempt=2, ceiling=0, failures=2, max_attempts=1), events.Lost(generation=5, reason="some reason"),
        "CONNECTING", Context(attempt=2, ceiling=0, redialled=True, failures=2, max_attempts=1), actions=("abort_socket", "open_socket"), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[not hurries]": Row("connection.yaml:78",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[not hurries], redialled=False": Row("connection.yaml:78",
        "CONNECTED", Context(attempt=2, ceiling=2, failures=2), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, failures=2), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[not hurries], ceiling=0": Row("connection.yaml:78",
        "CONNECTED", Context(attempt=2, ceiling=0, redialled=True, failures=2), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=0, redialled=True, failures=2), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[not hurries], ceiling=1": Row("connection.yaml:78",
        "CONNECTED", Context(attempt=2, ceiling=1, redialled=True, failures=2), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=1, redialled=True, failures=2), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[not hurries], ceiling=1, redialled=False": Row("connection.yaml:78",
        "CONNECTED", Context(attempt=2, ceiling=1, failures=2), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=1, failures=2), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[not hurries], ceiling=3": Row("connection.yaml:78",
        "CONNECTED", Context(attempt=2, ceiling=3, redialled=True, failures=2), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=3, redialled=True, failures=2), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[not hurries], ceiling=3, redialled=False": Row("connection.yaml:78",
        "CONNECTED", Context(attempt=2, ceiling=3, failures=2), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=3, failures=2), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[not hurries], ceiling=4": Row("connection.yaml:78",
        "CONNECTED", Context(attempt=2, redialled=True, failures=2), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, redialled=True, failures=2), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[not hurries], ceiling=4, redialled=False": Row("connection.yaml:78",
        "CONNECTED", Context(attempt=2, failures=2), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, failures=2), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[not hurries], persistent=False": Row("connection.yaml:78",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[not hurries], max_attempts=1": Row("connection.yaml:78",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+lost[not hurries], persistent=False, max_attempts=1": Row("connection.yaml:78",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1), events.Lost(generation=5, reason="some reason"),
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+going_away": Row("connection.yaml:79",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.GoingAway(),
        "BACKOFF", Context(ceiling=2, redialled=True, failures=2), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+going_away, persistent=False": Row("connection.yaml:79",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.GoingAway(),
        "BACKOFF", Context(ceiling=2, redialled=True, failures=2, persistent=False), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+going_away, max_attempts=1": Row("connection.yaml:79",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.GoingAway(),
        "BACKOFF", Context(ceiling=2, redialled=True, failures=2, max_attempts=1), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+going_away, persistent=False, max_attempts=1": Row("connection.yaml:79",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1), events.GoingAway(),
        "BACKOFF", Context(ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1), actions=("abort_socket",), emits=(emits.LinkLost(),)),
    "CONNECTED+stopped": Row("connection.yaml:80",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Stopped(),
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("flush_and_close",), emits=(emits.Goodbye(), emits.LinkClosed())),
    "CONNECTED+stopped, persistent=False": Row("connection.yaml:80",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Stopped(),
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), actions=("flush_and_close",), emits=(emits.Goodbye(), emits.LinkClosed())),
    "CONNECTED+unwanted[not persistent]": Row("connection.yaml:81",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Unwanted(),
        "DISCONNECTED", Context(attempt=2, redialled=True, failures=2, persistent=False), actions=("flush_and_close",), emits=(emits.Goodbye(), emits.LinkClosed())),
    "CONNECTED+unwanted[persistent]": Row("connection.yaml:82",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Unwanted(),
        "CONNECTED", Context(attempt=2, redialled=True, failures=2), entered=False),
    "CONNECTED+unwanted[persistent], max_attempts=1": Row("connection.yaml:82",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Unwanted(),
        "CONNECTED", Context(attempt=2, redialled=True, failures=2, max_attempts=1), entered=False),
    "CONNECTED+wanted": Row("connection.yaml:83",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Wanted(),
        "CONNECTED", Context(ceiling=0, failures=2), entered=False),
    "CONNECTED+wanted, persistent=False": Row("connection.yaml:83",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Wanted(),
        "CONNECTED", Context(ceiling=0, failures=2, persistent=False), entered=False),
    "CONNECTED+wanted, max_attempts=1": Row("connection.yaml:83",
        "CONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Wanted(),
        "CONNECTED", Context(ceiling=0, failures=2, max_attempts=1), entered=False),
    # BACKOFF: waiting for the next attempt
    "BACKOFF+retry[attempts_left]": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], failures=0": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True), events.Retry(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], failures=1": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=1), events.Retry(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=1), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], failures=0, max_attempts=1": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, max_attempts=1), events.Retry(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, max_attempts=1), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], failures=0, max_attempts=2": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, max_attempts=2), events.Retry(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, max_attempts=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], failures=1, max_attempts=2": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=1, max_attempts=2), events.Retry(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=1, max_attempts=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=0": Row("connection.yaml:90",
        "BACKOFF", Context(ceiling=2, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=1, ceiling=2, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=3": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=3, ceiling=2, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=4": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=4, ceiling=2, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], ceiling=0": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=2, ceiling=0, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(ceiling=0, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=0, ceiling=0": Row("connection.yaml:90",
        "BACKOFF", Context(ceiling=0, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(ceiling=0, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=3, ceiling=0": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=3, ceiling=0, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(ceiling=0, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=4, ceiling=0": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=4, ceiling=0, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(ceiling=0, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], ceiling=1": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=2, ceiling=1, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=1, ceiling=1, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=0, ceiling=1": Row("connection.yaml:90",
        "BACKOFF", Context(ceiling=1, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=1, ceiling=1, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=3, ceiling=1": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=3, ceiling=1, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=1, ceiling=1, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=4, ceiling=1": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=4, ceiling=1, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=1, ceiling=1, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], ceiling=3": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=2, ceiling=3, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=3, ceiling=3, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=0, ceiling=3": Row("connection.yaml:90",
        "BACKOFF", Context(ceiling=3, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=1, ceiling=3, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=3, ceiling=3": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=3, ceiling=3, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=3, ceiling=3, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=4, ceiling=3": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=4, ceiling=3, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=3, ceiling=3, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], ceiling=4": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=2, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=3, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=0, ceiling=4": Row("connection.yaml:90",
        "BACKOFF", Context(redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=1, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=3, ceiling=4": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=3, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=4, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], attempt=4, ceiling=4": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=4, redialled=True, failures=2), events.Retry(),
        "CONNECTING", Context(attempt=4, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], persistent=False": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Retry(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), actions=("open_socket",)),
    "BACKOFF+retry[attempts_left], ceiling=0, redialled=False": Row("connection.yaml:90",
        "BACKOFF", Context(attempt=2, ceiling=0, failures=2), events.Retry(),
        "CONNECTING", Context(ceiling=0, failures=2), actions=("open_socket",)),
    "BACKOFF+retry[not attempts_left]": Row("connection.yaml:91",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Retry(),
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), actions=("give_up",), emits=(emits.LinkClosed(),)),
    "BACKOFF+retry[not attempts_left], failures=1": Row("connection.yaml:91",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=1, max_attempts=1), events.Retry(),
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=1, max_attempts=1), actions=("give_up",), emits=(emits.LinkClosed(),)),
    "BACKOFF+retry[not attempts_left], max_attempts=2": Row("connection.yaml:91",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=2), events.Retry(),
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=2), actions=("give_up",), emits=(emits.LinkClosed(),)),
    "BACKOFF+retry[not attempts_left], persistent=False": Row("connection.yaml:91",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1), events.Retry(),
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1), actions=("give_up",), emits=(emits.LinkClosed(),)),
    "BACKOFF+redial": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=0": Row("connection.yaml:92",
        "BACKOFF", Context(ceiling=2, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=1, ceiling=2, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=3": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=3, ceiling=2, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=4": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=4, ceiling=2, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, ceiling=0": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=2, ceiling=0, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(ceiling=0, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=0, ceiling=0": Row("connection.yaml:92",
        "BACKOFF", Context(ceiling=0, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(ceiling=0, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=3, ceiling=0": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=3, ceiling=0, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(ceiling=0, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=4, ceiling=0": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=4, ceiling=0, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(ceiling=0, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, ceiling=1": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=2, ceiling=1, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=1, ceiling=1, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=0, ceiling=1": Row("connection.yaml:92",
        "BACKOFF", Context(ceiling=1, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=1, ceiling=1, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=3, ceiling=1": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=3, ceiling=1, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=1, ceiling=1, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=4, ceiling=1": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=4, ceiling=1, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=1, ceiling=1, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, ceiling=3": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=2, ceiling=3, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=3, ceiling=3, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=0, ceiling=3": Row("connection.yaml:92",
        "BACKOFF", Context(ceiling=3, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=1, ceiling=3, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=3, ceiling=3": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=3, ceiling=3, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=3, ceiling=3, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=4, ceiling=3": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=4, ceiling=3, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=3, ceiling=3, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, ceiling=4": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=2, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=3, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=0, ceiling=4": Row("connection.yaml:92",
        "BACKOFF", Context(redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=1, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=3, ceiling=4": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=3, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=4, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, attempt=4, ceiling=4": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=4, redialled=True, failures=2), events.Redial(),
        "CONNECTING", Context(attempt=4, redialled=True, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, persistent=False": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Redial(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), actions=("open_socket",)),
    "BACKOFF+redial, ceiling=0, redialled=False": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=2, ceiling=0, failures=2), events.Redial(),
        "CONNECTING", Context(ceiling=0, failures=2), actions=("open_socket",)),
    "BACKOFF+redial, max_attempts=1": Row("connection.yaml:92",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Redial(),
        "CONNECTING", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), actions=("open_socket",)),
    "BACKOFF+wanted": Row("connection.yaml:93",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Wanted(),
        "CONNECTING", Context(ceiling=0, failures=2), actions=("open_socket",)),
    "BACKOFF+wanted, persistent=False": Row("connection.yaml:93",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Wanted(),
        "CONNECTING", Context(ceiling=0, failures=2, persistent=False), actions=("open_socket",)),
    "BACKOFF+wanted, max_attempts=1": Row("connection.yaml:93",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Wanted(),
        "CONNECTING", Context(ceiling=0, failures=2, max_attempts=1), actions=("open_socket",)),
    "BACKOFF+stopped": Row("connection.yaml:94",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Stopped(),
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2), emits=(emits.LinkClosed(),)),
    "BACKOFF+stopped, persistent=False": Row("connection.yaml:94",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Stopped(),
        "DISCONNECTED", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), emits=(emits.LinkClosed(),)),
    "BACKOFF+unwanted[not persistent]": Row("connection.yaml:95",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), events.Unwanted(),
        "DISCONNECTED", Context(attempt=2, redialled=True, failures=2, persistent=False), emits=(emits.LinkClosed(),)),
    "BACKOFF+unwanted[persistent]": Row("connection.yaml:96",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2), events.Unwanted(),
        "BACKOFF", Context(attempt=2, redialled=True, failures=2), entered=False),
    "BACKOFF+unwanted[persistent], max_attempts=1": Row("connection.yaml:96",
        "BACKOFF", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), events.Unwanted(),
        "BACKOFF", Context(attempt=2, redialled=True, failures=2, max_attempts=1), entered=False),
}

IGNORED: list[Ignored] = [
    Ignored("connection.yaml:51", "DISCONNECTED", events.Stopped()),  # there is no link
    Ignored("connection.yaml:50", "DISCONNECTED", events.Unwanted()),  # there is no link
    Ignored("connection.yaml:52", "DISCONNECTED", events.Redial()),  # only a conversation or the start wants a link
    Ignored("connection.yaml:70", "CONNECTING", events.Redial()),  # already trying
    Ignored("connection.yaml:85", "CONNECTED", events.Redial()),  # the link is up; a message left without an answer is noticed as lost
    Ignored("connection.yaml:98", "BACKOFF", events.Renew()),  # the next greeting will not offer to resume
]

FORBIDDEN: list[Forbidden] = [
    # connection.yaml:42: what DISCONNECTED does not list
    Forbidden("DISCONNECTED", events.Renew()),
    Forbidden("DISCONNECTED", events.SocketOpened(generation=5)),
    Forbidden("DISCONNECTED", events.Failed(generation=5, reason="some reason")),
    Forbidden("DISCONNECTED", events.Lost(generation=5, reason="some reason")),
    Forbidden("DISCONNECTED", events.Welcome(resumed=True, reason="some reason", utterance=True)),
    Forbidden("DISCONNECTED", events.GoingAway()),
    Forbidden("DISCONNECTED", events.GreetingLate()),
    Forbidden("DISCONNECTED", events.Retry()),
    Forbidden("DISCONNECTED", events.Stable()),
    # connection.yaml:53: what CONNECTING does not list
    Forbidden("CONNECTING", events.Started()),
    Forbidden("CONNECTING", events.GoingAway()),
    Forbidden("CONNECTING", events.Retry()),
    Forbidden("CONNECTING", events.Stable()),
    # connection.yaml:71: what CONNECTED does not list
    Forbidden("CONNECTED", events.Started()),
    Forbidden("CONNECTED", events.Renew()),
    Forbidden("CONNECTED", events.SocketOpened(generation=5)),
    Forbidden("CONNECTED", events.Failed(generation=5, reason="some reason")),
    Forbidden("CONNECTED", events.Welcome(resumed=True, reason="some reason", utterance=True)),
    Forbidden("CONNECTED", events.GreetingLate()),
    Forbidden("CONNECTED", events.Retry()),
    # connection.yaml:86: what BACKOFF does not list
    Forbidden("BACKOFF", events.Started()),
    Forbidden("BACKOFF", events.SocketOpened(generation=5)),
    Forbidden("BACKOFF", events.Failed(generation=5, reason="some reason")),
    Forbidden("BACKOFF", events.Lost(generation=5, reason="some reason")),
    Forbidden("BACKOFF", events.Welcome(resumed=True, reason="some reason", utterance=True)),
    Forbidden("BACKOFF", events.GoingAway()),
    Forbidden("BACKOFF", events.GreetingLate()),
    Forbidden("BACKOFF", events.Stable()),
]

PAIRS: list[Pair] = [
    Pair("DISCONNECTED+started[persistent]", "CONNECTING+socket_opened", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("DISCONNECTED+started[persistent]", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["stable"], Context(ceiling=2)),
        Then(["lost[not hurries]", "stopped"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["going_away"], Context(ceiling=2, redialled=True)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("DISCONNECTED+started[persistent], ceiling=0, redialled=False", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=0), then=[
        Then(["lost[hurries]"], Context(attempt=2, ceiling=0, redialled=True)),
    ]),
    Pair("DISCONNECTED+started[persistent]", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["stable"], Context(ceiling=2)),
        Then(["lost[not hurries]", "stopped"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["going_away"], Context(ceiling=2, redialled=True)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("DISCONNECTED+started[persistent], ceiling=0, redialled=False", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=0), then=[
        Then(["lost[hurries]"], Context(attempt=2, ceiling=0, redialled=True)),
    ]),
    Pair("DISCONNECTED+started[persistent]", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("DISCONNECTED+started[persistent], max_attempts=1", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("DISCONNECTED+started[persistent]", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("DISCONNECTED+started[persistent], max_attempts=1", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("DISCONNECTED+started[persistent]", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("DISCONNECTED+started[persistent], max_attempts=1", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("DISCONNECTED+started[persistent]", "CONNECTING+renew", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("DISCONNECTED+started[persistent]", "CONNECTING+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("DISCONNECTED+started[persistent]", "CONNECTING+unwanted[persistent]", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("DISCONNECTED+started[persistent]", "CONNECTING+wanted", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("DISCONNECTED+started[not persistent]", "DISCONNECTED+started[not persistent]", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("DISCONNECTED+started[not persistent]", "DISCONNECTED+wanted", Context(ceiling=0, persistent=False), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped", "wanted"], Context(ceiling=0, persistent=False)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=1, persistent=False)),
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("DISCONNECTED+wanted", "CONNECTING+socket_opened", Context(ceiling=0), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped", "wanted"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=1)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("DISCONNECTED+wanted, persistent=False", "CONNECTING+socket_opened", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("DISCONNECTED+wanted", "CONNECTING+welcome[resumed]", Context(ceiling=0), then=[
        Then(["stable", "going_away", "stopped", "wanted"], Context(ceiling=0)),
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("DISCONNECTED+wanted, persistent=False", "CONNECTING+welcome[resumed]", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("DISCONNECTED+wanted", "CONNECTING+welcome[not resumed]", Context(ceiling=0), then=[
        Then(["stable", "going_away", "stopped", "wanted"], Context(ceiling=0)),
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("DISCONNECTED+wanted, persistent=False", "CONNECTING+welcome[not resumed]", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("DISCONNECTED+wanted", "CONNECTING+failed", Context(ceiling=0, failures=1), then=[
        Then(["retry[attempts_left]", "redial", "wanted", "stopped"], Context(ceiling=0, failures=1)),
        Then(["unwanted[persistent]"], Context(failures=1)),
    ]),
    Pair("DISCONNECTED+wanted, max_attempts=1", "CONNECTING+failed", Context(ceiling=0, failures=1, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(ceiling=0, failures=1, max_attempts=1)),
    ]),
    Pair("DISCONNECTED+wanted, persistent=False", "CONNECTING+failed", Context(ceiling=0, failures=1, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=1, persistent=False)),
    ]),
    Pair("DISCONNECTED+wanted", "CONNECTING+lost", Context(ceiling=0, failures=1), then=[
        Then(["retry[attempts_left]", "redial", "wanted", "stopped"], Context(ceiling=0, failures=1)),
        Then(["unwanted[persistent]"], Context(failures=1)),
    ]),
    Pair("DISCONNECTED+wanted, max_attempts=1", "CONNECTING+lost", Context(ceiling=0, failures=1, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(ceiling=0, failures=1, max_attempts=1)),
    ]),
    Pair("DISCONNECTED+wanted, persistent=False", "CONNECTING+lost", Context(ceiling=0, failures=1, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=1, persistent=False)),
    ]),
    Pair("DISCONNECTED+wanted", "CONNECTING+greeting_late", Context(ceiling=0, failures=1), then=[
        Then(["retry[attempts_left]", "redial", "wanted", "stopped"], Context(ceiling=0, failures=1)),
        Then(["unwanted[persistent]"], Context(failures=1)),
    ]),
    Pair("DISCONNECTED+wanted, max_attempts=1", "CONNECTING+greeting_late", Context(ceiling=0, failures=1, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(ceiling=0, failures=1, max_attempts=1)),
    ]),
    Pair("DISCONNECTED+wanted, persistent=False", "CONNECTING+greeting_late", Context(ceiling=0, failures=1, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=1, persistent=False)),
    ]),
    Pair("DISCONNECTED+wanted", "CONNECTING+renew", Context(ceiling=0), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped", "wanted"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=1)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("DISCONNECTED+wanted, persistent=False", "CONNECTING+renew", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("DISCONNECTED+wanted", "CONNECTING+stopped", Context(ceiling=0), then=[
        Then(["started[persistent]", "wanted"], Context(ceiling=0)),
    ]),
    Pair("DISCONNECTED+wanted, persistent=False", "CONNECTING+stopped", Context(ceiling=0, persistent=False), then=[
        Then(["started[not persistent]"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("DISCONNECTED+wanted, persistent=False", "CONNECTING+unwanted[not persistent]", Context(persistent=False), then=[
        Then(["started[not persistent]"], Context(persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("DISCONNECTED+wanted", "CONNECTING+unwanted[persistent]", Context(), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped", "unwanted[persistent]"], Context()),
        Then(["failed", "lost", "greeting_late"], Context(failures=1)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("DISCONNECTED+wanted", "CONNECTING+wanted", Context(ceiling=0), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped", "wanted"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=1)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("DISCONNECTED+wanted, persistent=False", "CONNECTING+wanted", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("CONNECTING+socket_opened", "CONNECTING+socket_opened", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTING+socket_opened, persistent=False", "CONNECTING+socket_opened", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTING+socket_opened", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["stable"], Context(ceiling=2)),
        Then(["lost[not hurries]", "stopped"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["going_away"], Context(ceiling=2, redialled=True)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+socket_opened, persistent=False", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=2, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("CONNECTING+socket_opened, ceiling=0, redialled=False", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=0), then=[
        Then(["lost[hurries]"], Context(attempt=2, ceiling=0, redialled=True)),
    ]),
    Pair("CONNECTING+socket_opened", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["stable"], Context(ceiling=2)),
        Then(["lost[not hurries]", "stopped"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["going_away"], Context(ceiling=2, redialled=True)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+socket_opened, persistent=False", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=2, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("CONNECTING+socket_opened, ceiling=0, redialled=False", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=0), then=[
        Then(["lost[hurries]"], Context(attempt=2, ceiling=0, redialled=True)),
    ]),
    Pair("CONNECTING+socket_opened", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTING+socket_opened, max_attempts=1", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+socket_opened, persistent=False", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+socket_opened", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTING+socket_opened, max_attempts=1", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+socket_opened, persistent=False", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+socket_opened", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTING+socket_opened, max_attempts=1", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+socket_opened, persistent=False", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+socket_opened", "CONNECTING+renew", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTING+socket_opened, persistent=False", "CONNECTING+renew", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTING+socket_opened", "CONNECTING+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+socket_opened, persistent=False", "CONNECTING+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTING+socket_opened, persistent=False", "CONNECTING+unwanted[not persistent]", Context(attempt=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTING+socket_opened", "CONNECTING+unwanted[persistent]", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTING+socket_opened", "CONNECTING+wanted", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTING+socket_opened, persistent=False", "CONNECTING+wanted", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTING+welcome[resumed]", "CONNECTED+stable", Context(ceiling=2), then=[
        Then(["stable", "lost[not hurries]", "going_away", "stopped"], Context(ceiling=2)),
        Then(["unwanted[persistent]"], Context()),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+welcome[resumed], persistent=False", "CONNECTED+stable", Context(ceiling=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("CONNECTING+welcome[resumed], ceiling=0", "CONNECTED+stable", Context(ceiling=0), then=[
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
    ]),
    Pair("CONNECTING+welcome[resumed], ceiling=0, redialled=False", "CONNECTED+lost[hurries]", Context(attempt=2, ceiling=0, redialled=True), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped"], Context(attempt=2, ceiling=0, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=0, redialled=True, failures=1)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+welcome[resumed], ceiling=0, redialled=False, persistent=False", "CONNECTED+lost[hurries]", Context(attempt=2, ceiling=0, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("CONNECTING+welcome[resumed]", "CONNECTED+lost[not hurries]", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
    ]),
    Pair("CONNECTING+welcome[resumed], persistent=False", "CONNECTED+lost[not hurries]", Context(attempt=2, ceiling=2, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("CONNECTING+welcome[resumed]", "CONNECTED+going_away", Context(ceiling=2, redialled=True), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=1, ceiling=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
        Then(["stopped"], Context(ceiling=2, redialled=True)),
        Then(["unwanted[persistent]"], Context(redialled=True)),
    ]),
    Pair("CONNECTING+welcome[resumed], persistent=False", "CONNECTED+going_away", Context(ceiling=2, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(redialled=True, persistent=False)),
    ]),
    Pair("CONNECTING+welcome[resumed]", "CONNECTED+stopped", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+welcome[resumed], persistent=False", "CONNECTED+stopped", Context(attempt=2, ceiling=2, redialled=True, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, persistent=False)),
    ]),
    Pair("CONNECTING+welcome[resumed], persistent=False", "CONNECTED+unwanted[not persistent]", Context(attempt=2, redialled=True, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTING+welcome[resumed]", "CONNECTED+unwanted[persistent]", Context(attempt=2, redialled=True), then=[
        Then(["stable"], Context()),
        Then(["lost[not hurries]", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["going_away"], Context(redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+welcome[resumed]", "CONNECTED+wanted", Context(ceiling=0), then=[
        Then(["stable", "going_away", "stopped", "wanted"], Context(ceiling=0)),
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("CONNECTING+welcome[resumed], persistent=False", "CONNECTED+wanted", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("CONNECTING+welcome[not resumed]", "CONNECTED+stable", Context(ceiling=2), then=[
        Then(["stable", "lost[not hurries]", "going_away", "stopped"], Context(ceiling=2)),
        Then(["unwanted[persistent]"], Context()),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+welcome[not resumed], persistent=False", "CONNECTED+stable", Context(ceiling=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("CONNECTING+welcome[not resumed], ceiling=0", "CONNECTED+stable", Context(ceiling=0), then=[
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
    ]),
    Pair("CONNECTING+welcome[not resumed], ceiling=0, redialled=False", "CONNECTED+lost[hurries]", Context(attempt=2, ceiling=0, redialled=True), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped"], Context(attempt=2, ceiling=0, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=0, redialled=True, failures=1)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+welcome[not resumed], ceiling=0, redialled=False, persistent=False", "CONNECTED+lost[hurries]", Context(attempt=2, ceiling=0, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("CONNECTING+welcome[not resumed]", "CONNECTED+lost[not hurries]", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
    ]),
    Pair("CONNECTING+welcome[not resumed], persistent=False", "CONNECTED+lost[not hurries]", Context(attempt=2, ceiling=2, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("CONNECTING+welcome[not resumed]", "CONNECTED+going_away", Context(ceiling=2, redialled=True), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=1, ceiling=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
        Then(["stopped"], Context(ceiling=2, redialled=True)),
        Then(["unwanted[persistent]"], Context(redialled=True)),
    ]),
    Pair("CONNECTING+welcome[not resumed], persistent=False", "CONNECTED+going_away", Context(ceiling=2, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(redialled=True, persistent=False)),
    ]),
    Pair("CONNECTING+welcome[not resumed]", "CONNECTED+stopped", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+welcome[not resumed], persistent=False", "CONNECTED+stopped", Context(attempt=2, ceiling=2, redialled=True, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, persistent=False)),
    ]),
    Pair("CONNECTING+welcome[not resumed], persistent=False", "CONNECTED+unwanted[not persistent]", Context(attempt=2, redialled=True, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTING+welcome[not resumed]", "CONNECTED+unwanted[persistent]", Context(attempt=2, redialled=True), then=[
        Then(["stable"], Context()),
        Then(["lost[not hurries]", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["going_away"], Context(redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+welcome[not resumed]", "CONNECTED+wanted", Context(ceiling=0), then=[
        Then(["stable", "going_away", "stopped", "wanted"], Context(ceiling=0)),
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("CONNECTING+welcome[not resumed], persistent=False", "CONNECTED+wanted", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("CONNECTING+failed", "BACKOFF+retry[attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=4)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
    ]),
    Pair("CONNECTING+failed, persistent=False", "BACKOFF+retry[attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+failed, max_attempts=1", "BACKOFF+retry[not attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
        Then(["wanted"], Context(ceiling=0, max_attempts=1)),
    ]),
    Pair("CONNECTING+failed, persistent=False, max_attempts=1", "BACKOFF+retry[not attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False, max_attempts=1), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False, max_attempts=1)),
    ]),
    Pair("CONNECTING+failed", "BACKOFF+redial", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=4)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
    ]),
    Pair("CONNECTING+failed, persistent=False", "BACKOFF+redial", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+failed", "BACKOFF+wanted", Context(ceiling=0, failures=3), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=3)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=4)),
        Then(["unwanted[persistent]"], Context(failures=3)),
    ]),
    Pair("CONNECTING+failed, persistent=False", "BACKOFF+wanted", Context(ceiling=0, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+failed", "BACKOFF+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+failed, persistent=False", "BACKOFF+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+failed, persistent=False", "BACKOFF+unwanted[not persistent]", Context(attempt=2, redialled=True, failures=3, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTING+failed", "BACKOFF+unwanted[persistent]", Context(attempt=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=3, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTING+failed, max_attempts=1", "BACKOFF+unwanted[persistent]", Context(attempt=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+lost", "BACKOFF+retry[attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=4)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
    ]),
    Pair("CONNECTING+lost, persistent=False", "BACKOFF+retry[attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+lost, max_attempts=1", "BACKOFF+retry[not attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
        Then(["wanted"], Context(ceiling=0, max_attempts=1)),
    ]),
    Pair("CONNECTING+lost, persistent=False, max_attempts=1", "BACKOFF+retry[not attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False, max_attempts=1), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False, max_attempts=1)),
    ]),
    Pair("CONNECTING+lost", "BACKOFF+redial", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=4)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
    ]),
    Pair("CONNECTING+lost, persistent=False", "BACKOFF+redial", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+lost", "BACKOFF+wanted", Context(ceiling=0, failures=3), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=3)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=4)),
        Then(["unwanted[persistent]"], Context(failures=3)),
    ]),
    Pair("CONNECTING+lost, persistent=False", "BACKOFF+wanted", Context(ceiling=0, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+lost", "BACKOFF+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+lost, persistent=False", "BACKOFF+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+lost, persistent=False", "BACKOFF+unwanted[not persistent]", Context(attempt=2, redialled=True, failures=3, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTING+lost", "BACKOFF+unwanted[persistent]", Context(attempt=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=3, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTING+lost, max_attempts=1", "BACKOFF+unwanted[persistent]", Context(attempt=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+greeting_late", "BACKOFF+retry[attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=4)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
    ]),
    Pair("CONNECTING+greeting_late, persistent=False", "BACKOFF+retry[attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+greeting_late, max_attempts=1", "BACKOFF+retry[not attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
        Then(["wanted"], Context(ceiling=0, max_attempts=1)),
    ]),
    Pair("CONNECTING+greeting_late, persistent=False, max_attempts=1", "BACKOFF+retry[not attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False, max_attempts=1), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False, max_attempts=1)),
    ]),
    Pair("CONNECTING+greeting_late", "BACKOFF+redial", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=4)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
    ]),
    Pair("CONNECTING+greeting_late, persistent=False", "BACKOFF+redial", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+greeting_late", "BACKOFF+wanted", Context(ceiling=0, failures=3), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=3)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=4)),
        Then(["unwanted[persistent]"], Context(failures=3)),
    ]),
    Pair("CONNECTING+greeting_late, persistent=False", "BACKOFF+wanted", Context(ceiling=0, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+greeting_late", "BACKOFF+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+greeting_late, persistent=False", "BACKOFF+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+greeting_late, persistent=False", "BACKOFF+unwanted[not persistent]", Context(attempt=2, redialled=True, failures=3, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTING+greeting_late", "BACKOFF+unwanted[persistent]", Context(attempt=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=3, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTING+greeting_late, max_attempts=1", "BACKOFF+unwanted[persistent]", Context(attempt=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+renew", "CONNECTING+socket_opened", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTING+renew, persistent=False", "CONNECTING+socket_opened", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTING+renew", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["stable"], Context(ceiling=2)),
        Then(["lost[not hurries]", "stopped"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["going_away"], Context(ceiling=2, redialled=True)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+renew, persistent=False", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=2, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("CONNECTING+renew, ceiling=0, redialled=False", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=0), then=[
        Then(["lost[hurries]"], Context(attempt=2, ceiling=0, redialled=True)),
    ]),
    Pair("CONNECTING+renew", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["stable"], Context(ceiling=2)),
        Then(["lost[not hurries]", "stopped"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["going_away"], Context(ceiling=2, redialled=True)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+renew, persistent=False", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=2, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("CONNECTING+renew, ceiling=0, redialled=False", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=0), then=[
        Then(["lost[hurries]"], Context(attempt=2, ceiling=0, redialled=True)),
    ]),
    Pair("CONNECTING+renew", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTING+renew, max_attempts=1", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+renew, persistent=False", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+renew", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTING+renew, max_attempts=1", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+renew, persistent=False", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+renew", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTING+renew, max_attempts=1", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+renew, persistent=False", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+renew", "CONNECTING+renew", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTING+renew, persistent=False", "CONNECTING+renew", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTING+renew", "CONNECTING+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+renew, persistent=False", "CONNECTING+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTING+renew, persistent=False", "CONNECTING+unwanted[not persistent]", Context(attempt=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTING+renew", "CONNECTING+unwanted[persistent]", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTING+renew", "CONNECTING+wanted", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTING+renew, persistent=False", "CONNECTING+wanted", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTING+stopped", "DISCONNECTED+started[persistent]", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTING+stopped, persistent=False", "DISCONNECTED+started[not persistent]", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTING+stopped", "DISCONNECTED+wanted", Context(ceiling=0), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped", "wanted"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=1)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("CONNECTING+stopped, persistent=False", "DISCONNECTED+wanted", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("CONNECTING+unwanted[not persistent]", "DISCONNECTED+started[not persistent]", Context(attempt=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTING+unwanted[not persistent]", "DISCONNECTED+wanted", Context(ceiling=0, persistent=False), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped", "wanted"], Context(ceiling=0, persistent=False)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=1, persistent=False)),
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("CONNECTING+unwanted[persistent]", "CONNECTING+socket_opened", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTING+unwanted[persistent]", "CONNECTING+welcome[resumed]", Context(attempt=2, redialled=True), then=[
        Then(["stable"], Context()),
        Then(["lost[not hurries]", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["going_away"], Context(redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+unwanted[persistent]", "CONNECTING+welcome[not resumed]", Context(attempt=2, redialled=True), then=[
        Then(["stable"], Context()),
        Then(["lost[not hurries]", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["going_away"], Context(redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+unwanted[persistent]", "CONNECTING+failed", Context(attempt=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=3, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTING+unwanted[persistent], max_attempts=1", "CONNECTING+failed", Context(attempt=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+unwanted[persistent]", "CONNECTING+lost", Context(attempt=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=3, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTING+unwanted[persistent], max_attempts=1", "CONNECTING+lost", Context(attempt=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+unwanted[persistent]", "CONNECTING+greeting_late", Context(attempt=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=3, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTING+unwanted[persistent], max_attempts=1", "CONNECTING+greeting_late", Context(attempt=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+unwanted[persistent]", "CONNECTING+renew", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTING+unwanted[persistent]", "CONNECTING+stopped", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["started[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+unwanted[persistent]", "CONNECTING+unwanted[persistent]", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTING+unwanted[persistent]", "CONNECTING+wanted", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTING+wanted", "CONNECTING+socket_opened", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTING+wanted, persistent=False", "CONNECTING+socket_opened", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTING+wanted", "CONNECTING+welcome[resumed]", Context(ceiling=0), then=[
        Then(["stable", "going_away", "stopped", "wanted"], Context(ceiling=0)),
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("CONNECTING+wanted, persistent=False", "CONNECTING+welcome[resumed]", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("CONNECTING+wanted", "CONNECTING+welcome[not resumed]", Context(ceiling=0), then=[
        Then(["stable", "going_away", "stopped", "wanted"], Context(ceiling=0)),
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("CONNECTING+wanted, persistent=False", "CONNECTING+welcome[not resumed]", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("CONNECTING+wanted", "CONNECTING+failed", Context(ceiling=0, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "wanted", "stopped"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=3)),
    ]),
    Pair("CONNECTING+wanted, max_attempts=1", "CONNECTING+failed", Context(ceiling=0, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(ceiling=0, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+wanted, persistent=False", "CONNECTING+failed", Context(ceiling=0, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+wanted", "CONNECTING+lost", Context(ceiling=0, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "wanted", "stopped"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=3)),
    ]),
    Pair("CONNECTING+wanted, max_attempts=1", "CONNECTING+lost", Context(ceiling=0, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(ceiling=0, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+wanted, persistent=False", "CONNECTING+lost", Context(ceiling=0, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+wanted", "CONNECTING+greeting_late", Context(ceiling=0, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "wanted", "stopped"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=3)),
    ]),
    Pair("CONNECTING+wanted, max_attempts=1", "CONNECTING+greeting_late", Context(ceiling=0, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(ceiling=0, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTING+wanted, persistent=False", "CONNECTING+greeting_late", Context(ceiling=0, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=3, persistent=False)),
    ]),
    Pair("CONNECTING+wanted", "CONNECTING+renew", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTING+wanted, persistent=False", "CONNECTING+renew", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTING+wanted", "CONNECTING+stopped", Context(ceiling=0, failures=2), then=[
        Then(["started[persistent]"], Context(ceiling=0, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTING+wanted, persistent=False", "CONNECTING+stopped", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(ceiling=0, failures=2, persistent=False)),
    ]),
    Pair("CONNECTING+wanted, persistent=False", "CONNECTING+unwanted[not persistent]", Context(failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTING+wanted", "CONNECTING+unwanted[persistent]", Context(failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "unwanted[persistent]"], Context(failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context()),
        Then(["failed", "lost", "greeting_late"], Context(failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTING+wanted", "CONNECTING+wanted", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTING+wanted, persistent=False", "CONNECTING+wanted", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+stable", "CONNECTED+stable", Context(ceiling=2, failures=2), then=[
        Then(["stable", "lost[not hurries]", "going_away", "stopped"], Context(ceiling=2, failures=2)),
        Then(["unwanted[persistent]"], Context(failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+stable, persistent=False", "CONNECTED+stable", Context(ceiling=2, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+stable, ceiling=0", "CONNECTED+stable", Context(ceiling=0, failures=2), then=[
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True, failures=2)),
    ]),
    Pair("CONNECTED+stable, ceiling=0", "CONNECTED+lost[hurries]", Context(ceiling=0, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(ceiling=0, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+stable, ceiling=0, persistent=False", "CONNECTED+lost[hurries]", Context(ceiling=0, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+stable", "CONNECTED+lost[not hurries]", Context(ceiling=2, failures=2), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=1, ceiling=2, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
        Then(["stopped"], Context(ceiling=2, failures=2)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTED+stable, max_attempts=1", "CONNECTED+lost[not hurries]", Context(ceiling=2, failures=2, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(ceiling=2, failures=2, max_attempts=1)),
    ]),
    Pair("CONNECTED+stable, persistent=False", "CONNECTED+lost[not hurries]", Context(ceiling=2, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+stable", "CONNECTED+going_away", Context(ceiling=2, failures=2), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=1, ceiling=2, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
        Then(["stopped"], Context(ceiling=2, failures=2)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTED+stable, max_attempts=1", "CONNECTED+going_away", Context(ceiling=2, failures=2, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(ceiling=2, failures=2, max_attempts=1)),
    ]),
    Pair("CONNECTED+stable, persistent=False", "CONNECTED+going_away", Context(ceiling=2, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+stable", "CONNECTED+stopped", Context(ceiling=2, failures=2), then=[
        Then(["started[persistent]"], Context(ceiling=2, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTED+stable, persistent=False", "CONNECTED+stopped", Context(ceiling=2, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(ceiling=2, failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+stable, persistent=False", "CONNECTED+unwanted[not persistent]", Context(failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTED+stable", "CONNECTED+unwanted[persistent]", Context(failures=2), then=[
        Then(["stable", "lost[not hurries]", "going_away", "stopped", "unwanted[persistent]"], Context(failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+stable", "CONNECTED+wanted", Context(ceiling=0, failures=2), then=[
        Then(["stable", "going_away", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True, failures=2)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTED+stable, persistent=False", "CONNECTED+wanted", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+lost[hurries]", "CONNECTING+socket_opened", Context(attempt=2, ceiling=0, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=0, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=0, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=0, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+lost[hurries], persistent=False", "CONNECTING+socket_opened", Context(attempt=2, ceiling=0, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+lost[hurries]", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=0, redialled=True), then=[
        Then(["stable", "wanted"], Context(ceiling=0)),
        Then(["lost[not hurries]", "stopped"], Context(attempt=2, ceiling=0, redialled=True)),
        Then(["going_away"], Context(ceiling=0, redialled=True)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
    ]),
    Pair("CONNECTED+lost[hurries], persistent=False", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=0, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("CONNECTED+lost[hurries]", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=0, redialled=True), then=[
        Then(["stable", "wanted"], Context(ceiling=0)),
        Then(["lost[not hurries]", "stopped"], Context(attempt=2, ceiling=0, redialled=True)),
        Then(["going_away"], Context(ceiling=0, redialled=True)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
    ]),
    Pair("CONNECTED+lost[hurries], persistent=False", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=0, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("CONNECTED+lost[hurries]", "CONNECTING+failed", Context(attempt=2, ceiling=0, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial"], Context(ceiling=0, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["stopped"], Context(attempt=2, ceiling=0, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTED+lost[hurries], max_attempts=1", "CONNECTING+failed", Context(attempt=2, ceiling=0, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=0, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTED+lost[hurries], persistent=False", "CONNECTING+failed", Context(attempt=2, ceiling=0, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTED+lost[hurries]", "CONNECTING+lost", Context(attempt=2, ceiling=0, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial"], Context(ceiling=0, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["stopped"], Context(attempt=2, ceiling=0, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTED+lost[hurries], max_attempts=1", "CONNECTING+lost", Context(attempt=2, ceiling=0, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=0, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTED+lost[hurries], persistent=False", "CONNECTING+lost", Context(attempt=2, ceiling=0, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTED+lost[hurries]", "CONNECTING+greeting_late", Context(attempt=2, ceiling=0, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial"], Context(ceiling=0, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["stopped"], Context(attempt=2, ceiling=0, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("CONNECTED+lost[hurries], max_attempts=1", "CONNECTING+greeting_late", Context(attempt=2, ceiling=0, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=0, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("CONNECTED+lost[hurries], persistent=False", "CONNECTING+greeting_late", Context(attempt=2, ceiling=0, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("CONNECTED+lost[hurries]", "CONNECTING+renew", Context(attempt=2, ceiling=0, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=0, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=0, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=0, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+lost[hurries], persistent=False", "CONNECTING+renew", Context(attempt=2, ceiling=0, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+lost[hurries]", "CONNECTING+stopped", Context(attempt=2, ceiling=0, redialled=True, failures=2), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=0, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTED+lost[hurries], persistent=False", "CONNECTING+stopped", Context(attempt=2, ceiling=0, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=0, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+lost[hurries], persistent=False", "CONNECTING+unwanted[not persistent]", Context(attempt=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTED+lost[hurries]", "CONNECTING+unwanted[persistent]", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+lost[hurries]", "CONNECTING+wanted", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTED+lost[hurries], persistent=False", "CONNECTING+wanted", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+lost[not hurries]", "BACKOFF+retry[attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+lost[not hurries], persistent=False", "BACKOFF+retry[attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+lost[not hurries], max_attempts=1", "BACKOFF+retry[not attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1)),
        Then(["wanted"], Context(ceiling=0, max_attempts=1)),
    ]),
    Pair("CONNECTED+lost[not hurries], persistent=False, max_attempts=1", "BACKOFF+retry[not attempts_left]", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1)),
    ]),
    Pair("CONNECTED+lost[not hurries]", "BACKOFF+redial", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+lost[not hurries], persistent=False", "BACKOFF+redial", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+lost[not hurries]", "BACKOFF+wanted", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTED+lost[not hurries], persistent=False", "BACKOFF+wanted", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+lost[not hurries]", "BACKOFF+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTED+lost[not hurries], persistent=False", "BACKOFF+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+lost[not hurries], persistent=False", "BACKOFF+unwanted[not persistent]", Context(attempt=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTED+lost[not hurries]", "BACKOFF+unwanted[persistent]", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=3, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
        Then(["stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
    ]),
    Pair("CONNECTED+lost[not hurries], max_attempts=1", "BACKOFF+unwanted[persistent]", Context(attempt=2, redialled=True, failures=2, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, redialled=True, failures=2, max_attempts=1)),
    ]),
    Pair("CONNECTED+going_away", "BACKOFF+retry[attempts_left]", Context(attempt=1, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=1, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=1, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=1, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=1, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+going_away, persistent=False", "BACKOFF+retry[attempts_left]", Context(attempt=1, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=1, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+going_away, max_attempts=1", "BACKOFF+retry[not attempts_left]", Context(ceiling=2, redialled=True, failures=2, max_attempts=1), then=[
        Then(["started[persistent]"], Context(ceiling=2, redialled=True, failures=2, max_attempts=1)),
        Then(["wanted"], Context(ceiling=0, max_attempts=1)),
    ]),
    Pair("CONNECTED+going_away, persistent=False, max_attempts=1", "BACKOFF+retry[not attempts_left]", Context(ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1), then=[
        Then(["started[not persistent]"], Context(ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1)),
    ]),
    Pair("CONNECTED+going_away", "BACKOFF+redial", Context(attempt=1, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=1, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=1, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=1, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=1, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+going_away, persistent=False", "BACKOFF+redial", Context(attempt=1, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=1, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+going_away", "BACKOFF+wanted", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTED+going_away, persistent=False", "BACKOFF+wanted", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+going_away", "BACKOFF+stopped", Context(ceiling=2, redialled=True, failures=2), then=[
        Then(["started[persistent]"], Context(ceiling=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTED+going_away, persistent=False", "BACKOFF+stopped", Context(ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(ceiling=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+going_away, persistent=False", "BACKOFF+unwanted[not persistent]", Context(redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTED+going_away", "BACKOFF+unwanted[persistent]", Context(redialled=True, failures=2), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=1, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
        Then(["stopped", "unwanted[persistent]"], Context(redialled=True, failures=2)),
    ]),
    Pair("CONNECTED+going_away, max_attempts=1", "BACKOFF+unwanted[persistent]", Context(redialled=True, failures=2, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(redialled=True, failures=2, max_attempts=1)),
    ]),
    Pair("CONNECTED+stopped", "DISCONNECTED+started[persistent]", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+stopped, persistent=False", "DISCONNECTED+started[not persistent]", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTED+stopped", "DISCONNECTED+wanted", Context(ceiling=0), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped", "wanted"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=1)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("CONNECTED+stopped, persistent=False", "DISCONNECTED+wanted", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("CONNECTED+unwanted[not persistent]", "DISCONNECTED+started[not persistent]", Context(attempt=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTED+unwanted[not persistent]", "DISCONNECTED+wanted", Context(ceiling=0, persistent=False), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped", "wanted"], Context(ceiling=0, persistent=False)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=1, persistent=False)),
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("CONNECTED+unwanted[persistent]", "CONNECTED+stable", Context(failures=2), then=[
        Then(["stable", "lost[not hurries]", "going_away", "stopped", "unwanted[persistent]"], Context(failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+unwanted[persistent]", "CONNECTED+lost[not hurries]", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=3, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
        Then(["stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
    ]),
    Pair("CONNECTED+unwanted[persistent], max_attempts=1", "CONNECTED+lost[not hurries]", Context(attempt=2, redialled=True, failures=2, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, redialled=True, failures=2, max_attempts=1)),
    ]),
    Pair("CONNECTED+unwanted[persistent]", "CONNECTED+going_away", Context(redialled=True, failures=2), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=1, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
        Then(["stopped", "unwanted[persistent]"], Context(redialled=True, failures=2)),
    ]),
    Pair("CONNECTED+unwanted[persistent], max_attempts=1", "CONNECTED+going_away", Context(redialled=True, failures=2, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(redialled=True, failures=2, max_attempts=1)),
    ]),
    Pair("CONNECTED+unwanted[persistent]", "CONNECTED+stopped", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["started[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTED+unwanted[persistent]", "CONNECTED+unwanted[persistent]", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["stable"], Context(failures=2)),
        Then(["lost[not hurries]", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["going_away"], Context(redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+unwanted[persistent]", "CONNECTED+wanted", Context(ceiling=0, failures=2), then=[
        Then(["stable", "going_away", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True, failures=2)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTED+wanted", "CONNECTED+stable", Context(ceiling=0, failures=2), then=[
        Then(["stable", "going_away", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True, failures=2)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTED+wanted, persistent=False", "CONNECTED+stable", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+wanted", "CONNECTED+lost[hurries]", Context(ceiling=0, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(ceiling=0, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+wanted, persistent=False", "CONNECTED+lost[hurries]", Context(ceiling=0, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(redialled=True, failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+wanted", "CONNECTED+going_away", Context(ceiling=0, failures=2), then=[
        Then(["retry[attempts_left]", "redial", "wanted", "stopped"], Context(ceiling=0, failures=2)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTED+wanted, max_attempts=1", "CONNECTED+going_away", Context(ceiling=0, failures=2, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(ceiling=0, failures=2, max_attempts=1)),
    ]),
    Pair("CONNECTED+wanted, persistent=False", "CONNECTED+going_away", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+wanted", "CONNECTED+stopped", Context(ceiling=0, failures=2), then=[
        Then(["started[persistent]"], Context(ceiling=0, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("CONNECTED+wanted, persistent=False", "CONNECTED+stopped", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(ceiling=0, failures=2, persistent=False)),
    ]),
    Pair("CONNECTED+wanted, persistent=False", "CONNECTED+unwanted[not persistent]", Context(failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("CONNECTED+wanted", "CONNECTED+unwanted[persistent]", Context(failures=2), then=[
        Then(["stable", "lost[not hurries]", "going_away", "stopped", "unwanted[persistent]"], Context(failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("CONNECTED+wanted", "CONNECTED+wanted", Context(ceiling=0, failures=2), then=[
        Then(["stable", "going_away", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True, failures=2)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("CONNECTED+wanted, persistent=False", "CONNECTED+wanted", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("BACKOFF+retry[attempts_left]", "CONNECTING+socket_opened", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("BACKOFF+retry[attempts_left], persistent=False", "CONNECTING+socket_opened", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("BACKOFF+retry[attempts_left]", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["stable"], Context(ceiling=2)),
        Then(["lost[not hurries]", "stopped"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["going_away"], Context(ceiling=2, redialled=True)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("BACKOFF+retry[attempts_left], persistent=False", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=2, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("BACKOFF+retry[attempts_left], ceiling=0, redialled=False", "CONNECTING+welcome[resumed]", Context(ceiling=0), then=[
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
    ]),
    Pair("BACKOFF+retry[attempts_left]", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["stable"], Context(ceiling=2)),
        Then(["lost[not hurries]", "stopped"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["going_away"], Context(ceiling=2, redialled=True)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("BACKOFF+retry[attempts_left], persistent=False", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=2, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("BACKOFF+retry[attempts_left], ceiling=0, redialled=False", "CONNECTING+welcome[not resumed]", Context(ceiling=0), then=[
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
    ]),
    Pair("BACKOFF+retry[attempts_left]", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("BACKOFF+retry[attempts_left], failures=0, max_attempts=1", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=1, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=1, max_attempts=1)),
    ]),
    Pair("BACKOFF+retry[attempts_left], persistent=False", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("BACKOFF+retry[attempts_left]", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("BACKOFF+retry[attempts_left], failures=0, max_attempts=1", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=1, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=1, max_attempts=1)),
    ]),
    Pair("BACKOFF+retry[attempts_left], persistent=False", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("BACKOFF+retry[attempts_left]", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("BACKOFF+retry[attempts_left], failures=0, max_attempts=1", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=1, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=1, max_attempts=1)),
    ]),
    Pair("BACKOFF+retry[attempts_left], persistent=False", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("BACKOFF+retry[attempts_left]", "CONNECTING+renew", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("BACKOFF+retry[attempts_left], persistent=False", "CONNECTING+renew", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("BACKOFF+retry[attempts_left]", "CONNECTING+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("BACKOFF+retry[attempts_left], persistent=False", "CONNECTING+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("BACKOFF+retry[attempts_left], persistent=False", "CONNECTING+unwanted[not persistent]", Context(attempt=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("BACKOFF+retry[attempts_left]", "CONNECTING+unwanted[persistent]", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("BACKOFF+retry[attempts_left]", "CONNECTING+wanted", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("BACKOFF+retry[attempts_left], persistent=False", "CONNECTING+wanted", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("BACKOFF+retry[not attempts_left]", "DISCONNECTED+started[persistent]", Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2, max_attempts=1)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True, max_attempts=1)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2, max_attempts=1)),
        Then(["wanted"], Context(ceiling=0, failures=2, max_attempts=1)),
    ]),
    Pair("BACKOFF+retry[not attempts_left], persistent=False", "DISCONNECTED+started[not persistent]", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False, max_attempts=1)),
        Then(["wanted"], Context(ceiling=0, persistent=False, max_attempts=1)),
    ]),
    Pair("BACKOFF+retry[not attempts_left]", "DISCONNECTED+wanted", Context(ceiling=0, max_attempts=1), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped", "wanted"], Context(ceiling=0, max_attempts=1)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=1, max_attempts=1)),
        Then(["unwanted[persistent]"], Context(max_attempts=1)),
    ]),
    Pair("BACKOFF+retry[not attempts_left], persistent=False", "DISCONNECTED+wanted", Context(ceiling=0, persistent=False, max_attempts=1), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False, max_attempts=1)),
    ]),
    Pair("BACKOFF+redial", "CONNECTING+socket_opened", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("BACKOFF+redial, persistent=False", "CONNECTING+socket_opened", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("BACKOFF+redial", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["stable"], Context(ceiling=2)),
        Then(["lost[not hurries]", "stopped"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["going_away"], Context(ceiling=2, redialled=True)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("BACKOFF+redial, persistent=False", "CONNECTING+welcome[resumed]", Context(attempt=2, ceiling=2, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("BACKOFF+redial, ceiling=0, redialled=False", "CONNECTING+welcome[resumed]", Context(ceiling=0), then=[
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
    ]),
    Pair("BACKOFF+redial", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=2, redialled=True), then=[
        Then(["stable"], Context(ceiling=2)),
        Then(["lost[not hurries]", "stopped"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["going_away"], Context(ceiling=2, redialled=True)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("BACKOFF+redial, persistent=False", "CONNECTING+welcome[not resumed]", Context(attempt=2, ceiling=2, redialled=True, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, persistent=False)),
    ]),
    Pair("BACKOFF+redial, ceiling=0, redialled=False", "CONNECTING+welcome[not resumed]", Context(ceiling=0), then=[
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
    ]),
    Pair("BACKOFF+redial", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("BACKOFF+redial, max_attempts=1", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("BACKOFF+redial, persistent=False", "CONNECTING+failed", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("BACKOFF+redial", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("BACKOFF+redial, max_attempts=1", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("BACKOFF+redial, persistent=False", "CONNECTING+lost", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("BACKOFF+redial", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=3)),
    ]),
    Pair("BACKOFF+redial, max_attempts=1", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, ceiling=2, redialled=True, failures=3, max_attempts=1)),
    ]),
    Pair("BACKOFF+redial, persistent=False", "CONNECTING+greeting_late", Context(attempt=2, ceiling=2, redialled=True, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=3, persistent=False)),
    ]),
    Pair("BACKOFF+redial", "CONNECTING+renew", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("BACKOFF+redial, persistent=False", "CONNECTING+renew", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("BACKOFF+redial", "CONNECTING+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["started[persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("BACKOFF+redial, persistent=False", "CONNECTING+stopped", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False)),
    ]),
    Pair("BACKOFF+redial, persistent=False", "CONNECTING+unwanted[not persistent]", Context(attempt=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("BACKOFF+redial", "CONNECTING+unwanted[persistent]", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("BACKOFF+redial", "CONNECTING+wanted", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("BACKOFF+redial, persistent=False", "CONNECTING+wanted", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("BACKOFF+wanted", "CONNECTING+socket_opened", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("BACKOFF+wanted, persistent=False", "CONNECTING+socket_opened", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("BACKOFF+wanted", "CONNECTING+welcome[resumed]", Context(ceiling=0), then=[
        Then(["stable", "going_away", "stopped", "wanted"], Context(ceiling=0)),
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("BACKOFF+wanted, persistent=False", "CONNECTING+welcome[resumed]", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("BACKOFF+wanted", "CONNECTING+welcome[not resumed]", Context(ceiling=0), then=[
        Then(["stable", "going_away", "stopped", "wanted"], Context(ceiling=0)),
        Then(["lost[hurries]"], Context(ceiling=0, redialled=True)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("BACKOFF+wanted, persistent=False", "CONNECTING+welcome[not resumed]", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("BACKOFF+wanted", "CONNECTING+failed", Context(ceiling=0, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "wanted", "stopped"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=3)),
    ]),
    Pair("BACKOFF+wanted, max_attempts=1", "CONNECTING+failed", Context(ceiling=0, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(ceiling=0, failures=3, max_attempts=1)),
    ]),
    Pair("BACKOFF+wanted, persistent=False", "CONNECTING+failed", Context(ceiling=0, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=3, persistent=False)),
    ]),
    Pair("BACKOFF+wanted", "CONNECTING+lost", Context(ceiling=0, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "wanted", "stopped"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=3)),
    ]),
    Pair("BACKOFF+wanted, max_attempts=1", "CONNECTING+lost", Context(ceiling=0, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(ceiling=0, failures=3, max_attempts=1)),
    ]),
    Pair("BACKOFF+wanted, persistent=False", "CONNECTING+lost", Context(ceiling=0, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=3, persistent=False)),
    ]),
    Pair("BACKOFF+wanted", "CONNECTING+greeting_late", Context(ceiling=0, failures=3), then=[
        Then(["retry[attempts_left]", "redial", "wanted", "stopped"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=3)),
    ]),
    Pair("BACKOFF+wanted, max_attempts=1", "CONNECTING+greeting_late", Context(ceiling=0, failures=3, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(ceiling=0, failures=3, max_attempts=1)),
    ]),
    Pair("BACKOFF+wanted, persistent=False", "CONNECTING+greeting_late", Context(ceiling=0, failures=3, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=3, persistent=False)),
    ]),
    Pair("BACKOFF+wanted", "CONNECTING+renew", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("BACKOFF+wanted, persistent=False", "CONNECTING+renew", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("BACKOFF+wanted", "CONNECTING+stopped", Context(ceiling=0, failures=2), then=[
        Then(["started[persistent]"], Context(ceiling=0, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("BACKOFF+wanted, persistent=False", "CONNECTING+stopped", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(ceiling=0, failures=2, persistent=False)),
    ]),
    Pair("BACKOFF+wanted, persistent=False", "CONNECTING+unwanted[not persistent]", Context(failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("BACKOFF+wanted", "CONNECTING+unwanted[persistent]", Context(failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "unwanted[persistent]"], Context(failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context()),
        Then(["failed", "lost", "greeting_late"], Context(failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("BACKOFF+wanted", "CONNECTING+wanted", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("BACKOFF+wanted, persistent=False", "CONNECTING+wanted", Context(ceiling=0, failures=2, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(failures=2, persistent=False)),
    ]),
    Pair("BACKOFF+stopped", "DISCONNECTED+started[persistent]", Context(attempt=2, ceiling=2, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped"], Context(attempt=2, ceiling=2, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=2, ceiling=2, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=2, ceiling=2, redialled=True, failures=3)),
        Then(["unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("BACKOFF+stopped, persistent=False", "DISCONNECTED+started[not persistent]", Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, ceiling=2, redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("BACKOFF+stopped", "DISCONNECTED+wanted", Context(ceiling=0), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped", "wanted"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=1)),
        Then(["unwanted[persistent]"], Context()),
    ]),
    Pair("BACKOFF+stopped, persistent=False", "DISCONNECTED+wanted", Context(ceiling=0, persistent=False), then=[
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("BACKOFF+unwanted[not persistent]", "DISCONNECTED+started[not persistent]", Context(attempt=2, redialled=True, failures=2, persistent=False), then=[
        Then(["started[not persistent]"], Context(attempt=2, redialled=True, failures=2, persistent=False)),
        Then(["wanted"], Context(ceiling=0, persistent=False)),
    ]),
    Pair("BACKOFF+unwanted[not persistent]", "DISCONNECTED+wanted", Context(ceiling=0, persistent=False), then=[
        Then(["socket_opened", "welcome[resumed]", "welcome[not resumed]", "renew", "stopped", "wanted"], Context(ceiling=0, persistent=False)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=1, persistent=False)),
        Then(["unwanted[not persistent]"], Context(persistent=False)),
    ]),
    Pair("BACKOFF+unwanted[persistent]", "BACKOFF+retry[attempts_left]", Context(attempt=3, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "unwanted[persistent]"], Context(attempt=3, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=3, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=3, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("BACKOFF+unwanted[persistent], max_attempts=1", "BACKOFF+retry[not attempts_left]", Context(attempt=2, redialled=True, failures=2, max_attempts=1), then=[
        Then(["started[persistent]"], Context(attempt=2, redialled=True, failures=2, max_attempts=1)),
        Then(["wanted"], Context(ceiling=0, max_attempts=1)),
    ]),
    Pair("BACKOFF+unwanted[persistent]", "BACKOFF+redial", Context(attempt=3, redialled=True, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "unwanted[persistent]"], Context(attempt=3, redialled=True, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(attempt=3, redialled=True)),
        Then(["failed", "lost", "greeting_late"], Context(attempt=3, redialled=True, failures=3)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
    ]),
    Pair("BACKOFF+unwanted[persistent]", "BACKOFF+wanted", Context(ceiling=0, failures=2), then=[
        Then(["socket_opened", "renew", "stopped", "wanted"], Context(ceiling=0, failures=2)),
        Then(["welcome[resumed]", "welcome[not resumed]"], Context(ceiling=0)),
        Then(["failed", "lost", "greeting_late"], Context(ceiling=0, failures=3)),
        Then(["unwanted[persistent]"], Context(failures=2)),
    ]),
    Pair("BACKOFF+unwanted[persistent]", "BACKOFF+stopped", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["started[persistent]"], Context(attempt=2, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0)),
    ]),
    Pair("BACKOFF+unwanted[persistent]", "BACKOFF+unwanted[persistent]", Context(attempt=2, redialled=True, failures=2), then=[
        Then(["retry[attempts_left]", "redial"], Context(attempt=3, redialled=True, failures=2)),
        Then(["wanted"], Context(ceiling=0, failures=2)),
        Then(["stopped", "unwanted[persistent]"], Context(attempt=2, redialled=True, failures=2)),
    ]),
    Pair("BACKOFF+unwanted[persistent], max_attempts=1", "BACKOFF+unwanted[persistent]", Context(attempt=2, redialled=True, failures=2, max_attempts=1), then=[
        Then(["retry[not attempts_left]"], Context(attempt=2, redialled=True, failures=2, max_attempts=1)),
    ]),
    # Left out: 10 pairs of rows whose guards cannot hold one after the other.
    #   DISCONNECTED+started[persistent] > CONNECTING+unwanted[not persistent]
    #   DISCONNECTED+started[not persistent] > DISCONNECTED+started[persistent]
    #   CONNECTING+unwanted[not persistent] > DISCONNECTED+started[persistent]
    #   CONNECTING+unwanted[persistent] > CONNECTING+unwanted[not persistent]
    #   CONNECTED+unwanted[not persistent] > DISCONNECTED+started[persistent]
    #   CONNECTED+unwanted[persistent] > CONNECTED+lost[hurries]
    #   CONNECTED+unwanted[persistent] > CONNECTED+unwanted[not persistent]
    #   CONNECTED+wanted > CONNECTED+lost[not hurries]
    #   BACKOFF+unwanted[not persistent] > DISCONNECTED+started[persistent]
    #   BACKOFF+unwanted[persistent] > BACKOFF+unwanted[not persistent]
]

PATHS: dict[str, Path] = {
    "DISCONNECTED": Path(Context(), [], Context()),
    "CONNECTING": Path(Context(), [(events.Started(), "CONNECTING")], Context()),
    "CONNECTED": Path(Context(), [(events.Started(), "CONNECTING"), (events.Welcome(resumed=True, reason="some reason", utterance=True), "CONNECTED")], Context()),
    "BACKOFF": Path(Context(), [(events.Started(), "CONNECTING"), (events.Failed(generation=5, reason="some reason"), "BACKOFF")], Context(failures=1)),
}


def test_new() -> None:
    check_new(Connection, "DISCONNECTED", Context(attempt=0, ceiling=4, redialled=False, failures=0, persistent=True, max_attempts=0))


@pytest.mark.parametrize("case", ROWS.values(), ids=ROWS)
def test_row(case: Row) -> None:
    check_row(Connection, case)


@pytest.mark.parametrize("case", IGNORED, ids=str)
def test_ignored(case: Ignored) -> None:
    check_ignored(Connection, case, ROWS)


@pytest.mark.parametrize("case", FORBIDDEN, ids=str)
def test_forbidden(case: Forbidden) -> None:
    check_forbidden(Connection, case, ROWS)


@pytest.mark.parametrize("case", PAIRS, ids=str)
def test_pair(case: Pair) -> None:
    check_pair(Connection, case, ROWS)


@pytest.mark.parametrize("case", PATHS.values(), ids=PATHS)
def test_path(case: Path) -> None:
    check_path(Connection, case)
